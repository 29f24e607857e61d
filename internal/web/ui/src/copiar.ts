import { all } from "./dom";

/** A button that copies what a field holds. Without it, or where the browser does not let us, the text is there to be selected. */
export function copiar(root: ParentNode): void {
  if (!navigator.clipboard) return;
  for (const button of all<HTMLButtonElement>(root, "button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy ?? "");
    const says = button.querySelector("span");
    if (!(field instanceof HTMLInputElement) || !says) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(field.value).then(
        () => (says.textContent = "Copiado"),
        () => field.select(),
      );
    });
  }
}
