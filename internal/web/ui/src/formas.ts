import { all } from "./dom";

/** What every form gains: one press sends once, typed work is not lost by leaving, files show their name. */
export function formas(root: ParentNode): void {
  // What answers with a file leaves the page, and its button, as they are.
  for (const form of all<HTMLFormElement>(root, "form[method=post]:not([data-download])")) sendOnce(form);
  for (const form of all<HTMLFormElement>(root, "form[data-guard]")) guard(form);
  for (const box of all<HTMLElement>(root, "[data-drop]")) drop(box);
  document.getElementById("resumen")?.focus();
}

/** A second press while the first is under way does nothing; the pressed button says it is busy. */
function sendOnce(form: HTMLFormElement): void {
  form.addEventListener("submit", (e) => {
    if (form.dataset.sent) {
      e.preventDefault();
      return;
    }
    if (e.defaultPrevented || elsewhere(e)) return;
    form.dataset.sent = "si";
    if (e.submitter instanceof HTMLButtonElement && e.submitter.classList.contains("btn")) e.submitter.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    delete form.dataset.sent; // back from the next page: it may be sent again
    for (const b of form.querySelectorAll("button[aria-busy]")) b.removeAttribute("aria-busy");
  });
}

/** Whether the answer opens in another tab, so that this page stays as it is. */
function elsewhere(e: SubmitEvent): boolean {
  return e.submitter?.getAttribute("formtarget") === "_blank";
}

/** Asks before leaving a page with something typed and not sent. */
function guard(form: HTMLFormElement): void {
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", (e) => {
    if (!elsewhere(e)) typed = false;
  });
  addEventListener("beforeunload", (e) => {
    if (typed) e.preventDefault();
  });
}

function drop(box: HTMLElement): void {
  const file = box.querySelector<HTMLInputElement>("input[type=file]");
  const name = box.querySelector<HTMLElement>("[data-drop-name]");
  if (!file || !name) return;
  const empty = name.textContent;
  const show = (): void => {
    const chosen = file.files?.[0];
    name.textContent = chosen?.name ?? empty;
    box.toggleAttribute("data-ok", Boolean(chosen));
  };
  file.addEventListener("change", show);
  box.addEventListener("dragover", (e) => e.preventDefault());
  box.addEventListener("drop", (e) => {
    e.preventDefault();
    if (!e.dataTransfer?.files.length) return;
    file.files = e.dataTransfer.files;
    show();
  });
}
