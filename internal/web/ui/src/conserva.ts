type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Request = { sourceElement?: Element };

const untyped = ["hidden", "submit", "button", "image", "reset", "file"];

/**
 * An answer never takes back what was typed since it was asked for: fields that changed
 * meanwhile keep what they say in the part of the page that it brings.
 */
export function conserva(): void {
  const asked = new WeakMap<Request, { was: Map<string, string>; action: string }>();
  document.addEventListener("htmx:config:request", (e) => {
    const request = requestOf(e);
    const source = request.sourceElement;
    asked.set(request, { was: values(), action: source instanceof HTMLButtonElement ? source.value : "" });
  });
  document.addEventListener("htmx:before:swap", (e) => {
    const request = requestOf(e);
    const { was, action } = asked.get(request) ?? { was: new Map<string, string>(), action: "" };
    const typed: { key: string; value: string; old: Field; caret: [number, number] | null }[] = [];
    for (const [key, old] of fields()) {
      if (was.has(key) && was.get(key) !== say(old)) typed.push({ key, value: say(old), old, caret: caretOf(old) });
    }
    if (typed.length === 0) return;
    const before = lines();
    if (typed.some((t) => t.old === document.activeElement)) unfocused(e);
    // The new part is put in before anything else runs; nobody types in between.
    queueMicrotask(() => {
      const now = fields();
      const done = lines() - before === ({ quitar: -1, duplicar: 1 }[action.split(":")[0]!] ?? 0) ? action : "";
      for (const t of typed) {
        const field = t.old.isConnected ? undefined : now.get(moved(t.key, done, before));
        if (field && say(field) !== t.value) put(field, t.value, t.caret);
      }
    });
  });
}

/** Who writes elsewhere by now is not taken to where the answer would lead. */
function unfocused(e: Event): void {
  const { tasks } = (e as CustomEvent<{ tasks: { fragment?: ParentNode }[] }>).detail;
  for (const t of tasks) for (const to of t.fragment?.querySelectorAll("[autofocus]") ?? []) to.removeAttribute("autofocus");
}

const requestOf = (e: Event): Request => (e as CustomEvent<{ ctx: Request }>).detail.ctx;

/** Every field one types or chooses in, by its form, its name and which of that name it is. */
function fields(): Map<string, Field> {
  const found = new Map<string, Field>();
  for (const form of document.forms) {
    for (const f of form.elements) {
      if (!(f instanceof HTMLInputElement || f instanceof HTMLSelectElement || f instanceof HTMLTextAreaElement)) continue;
      if (!f.name || untyped.includes(f.type)) continue;
      const name = `${f.name} ${ticked(f) ? f.value : ""} ${form.id || form.getAttribute("action") || ""}`;
      let key = name;
      for (let n = 1; found.has(key); n++) key = `${name} ${n}`;
      found.set(key, f);
    }
  }
  return found;
}

const values = (): Map<string, string> => new Map([...fields()].map(([key, f]) => [key, say(f)]));

function ticked(f: Field): f is HTMLInputElement {
  return f instanceof HTMLInputElement && (f.type === "checkbox" || f.type === "radio");
}

function say(f: Field): string {
  return ticked(f) ? String(f.checked) : f.value;
}

function put(f: Field, value: string, caret: [number, number] | null): void {
  if (f instanceof HTMLSelectElement && ![...f.options].some((o) => o.value === value)) return;
  if (ticked(f)) f.checked = value === "true";
  else f.value = value;
  if (caret && document.activeElement === f) (f as HTMLInputElement).setSelectionRange(...caret);
  f.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Where one is writing, of the field one writes in. */
function caretOf(f: Field): [number, number] | null {
  if (document.activeElement !== f || f instanceof HTMLSelectElement || f.selectionStart === null) return null;
  return [f.selectionStart, f.selectionEnd ?? f.selectionStart];
}

const lines = (): number => document.querySelectorAll("[data-line]").length;

/** Where the field of one of n lines is once a line was moved, doubled or taken away; nowhere then. */
function moved(key: string, action: string, n: number): string {
  const line = /^Conceptos\[(\d+)\]/.exec(key);
  const [verb, text] = action.split(":");
  if (!line || !text) return key;
  const i = Number(line[1]);
  const at = Number(text);
  let to = i;
  if (verb === "quitar") to = i === at ? -1 : i - Number(i > at);
  if (verb === "duplicar") to = i + Number(i > at);
  if (verb === "subir" && at > 0) to = i === at ? i - 1 : i + Number(i === at - 1);
  if (verb === "bajar" && at + 1 < n) to = i === at ? i + 1 : i - Number(i === at + 1);
  return key.replace(line[0], `Conceptos[${to}]`);
}
