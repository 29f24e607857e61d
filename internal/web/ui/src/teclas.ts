import { typing } from "./dom";

/** Where "g" and a letter lead. */
const places: Record<string, string> = { p: "/panel", c: "/comprobantes", l: "/clientes", o: "/productos", f: "/empresa" };

/** The keyboard of the whole portal; the table behind "?" lists the same keys. */
export function teclas(): void {
  if (!document.getElementById("teclas")) return; // nobody is signed in
  let first = "";
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s") return save(e);
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "F8") return nextFinding(e);
    if (typing(e.target)) return;
    const chord = first + e.key;
    first = "";
    if (e.key === "/") return focusSearch(e);
    if (e.key === "?") return document.getElementById("teclas")?.showPopover();
    if (chord === "nf") return location.assign("/comprobantes/nuevo?tipo=I");
    const place = chord.startsWith("g") ? places[chord.slice(1)] : undefined;
    if (place) return location.assign(place);
    if (e.key === "g" || e.key === "n") first = e.key;
  });
}

function focusSearch(e: KeyboardEvent): void {
  const box = document.querySelector<HTMLInputElement>(".main [type=search]") ?? document.querySelector<HTMLInputElement>(".topbar [type=search]");
  if (!box) return;
  e.preventDefault();
  box.focus();
  box.select();
}

/** Presses the form's own save button: data-guardar marks it, else the filled one. */
function save(e: KeyboardEvent): void {
  const button = document.querySelector<HTMLButtonElement>(".main [data-guardar]") ?? document.querySelector<HTMLButtonElement>(".main form[data-guard] button.primary");
  if (!button) return;
  e.preventDefault();
  button.click();
}

/** Goes to the field of the next finding, round and round. */
function nextFinding(e: KeyboardEvent): void {
  const bad = Array.from(document.querySelectorAll<HTMLElement>("[aria-invalid=true], [data-warn]"));
  if (bad.length === 0) return;
  e.preventDefault();
  const here = document.activeElement instanceof HTMLElement ? bad.indexOf(document.activeElement) : -1;
  bad[(here + 1) % bad.length]?.focus();
}
