import { all, settled } from "./dom";

/** A form that shows what comes of it: with each change the server draws the sample anew. */
export function muestra(root: ParentNode): void {
  for (const form of all<HTMLFormElement>(root, "form[data-preview]")) {
    const img = document.querySelector<HTMLImageElement>("[data-preview-img]");
    if (img) watch(form, img);
  }
}

function watch(form: HTMLFormElement, img: HTMLImageElement): void {
  let asked = 0;
  const draw = settled(350, () => {
    const mine = ++asked;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    img.setAttribute("aria-busy", "true");
    fetch(form.dataset.preview ?? "", { method: "POST", body, headers: { Accept: "image/svg+xml" } })
      .then((answer) => (answer.ok && answer.headers.get("Content-Type")?.startsWith("image/svg") ? answer.blob() : null))
      .then((picture) => {
        if (picture && mine === asked) show(img, picture); // half-typed or of before: the last good one stays
      })
      .catch(() => undefined)
      .finally(() => mine === asked && img.removeAttribute("aria-busy"));
  });
  form.addEventListener("input", draw);
}

/** The policy lets pictures in as data, not as blobs. */
function show(img: HTMLImageElement, picture: Blob): void {
  const reader = new FileReader();
  reader.addEventListener("load", () => (img.src = String(reader.result)));
  reader.readAsDataURL(picture);
}
