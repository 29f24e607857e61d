/** Starts what the invoice form adds to the plain form; a page without it is left alone. */
export function factura(root: ParentNode): void {
  void root;
}
