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

/** A long menu can be searched: rows that do not have the words go. */
export function filtros(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-filter]")) {
    input.hidden = false;
    const rows = input.closest("[data-filter-list]")?.querySelectorAll<HTMLElement>("[data-filter-row]") ?? [];
    const plain = (s: string): string => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    input.addEventListener("input", () => {
      const words = plain(input.value).split(/\s+/);
      for (const row of rows) row.hidden = !words.every((w) => plain(row.dataset.filterRow ?? "").includes(w));
    });
  }
}
