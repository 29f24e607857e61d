/** Menus are <details>: a click outside or Esc closes them, one is open at a time. */
export function menus(): void {
  document.addEventListener("click", (e) => {
    for (const open of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      const inside = e.target instanceof Element && open.contains(e.target);
      if (!inside || (e.target as Element).closest("[popovertarget]")) open.open = false;
    }
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    const open = Array.from(document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")).pop();
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}
