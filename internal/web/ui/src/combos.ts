import { all, settled } from "./dom";

/**
 * A search box: <div class="combo" data-combo="/buscar/claves"><input></div>. It asks
 * the server for options as one types; choosing one writes its value into the
 * box and its data-fill into the fields around it, matched by the end of their
 * names inside the closest [data-fill-scope] or form; with data-pick the server
 * fills them instead. It tells the box with a "combo:choose" event whose detail
 * is the fields.
 */
export function combos(root: ParentNode): void {
  for (const box of all<HTMLElement>(root, "[data-combo]")) if (!box.dataset.comboOn) new Combo(box);
}

let count = 0;

class Combo {
  private readonly input: HTMLInputElement | HTMLTextAreaElement;
  private readonly list: HTMLElement;
  private asked = 0;
  private current = -1;
  private stale = false; // typed on since the options were asked for: they are not for these words

  constructor(private readonly box: HTMLElement) {
    box.dataset.comboOn = "si";
    this.input = box.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea")!;
    this.list = document.createElement("div");
    this.list.className = "combo-list";
    this.list.id = `combo-${++count}`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Coincidencias");
    box.append(this.list);
    this.announce();
    this.listen();
  }

  private announce(): void {
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("autocomplete", "off");
  }

  private listen(): void {
    const ask = settled(160, () => void this.ask());
    this.input.addEventListener("input", () => {
      this.stale = true;
      ask();
    });
    this.input.addEventListener("focus", () => {
      if (this.input.value === "") void this.ask();
    });
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    this.input.addEventListener("keydown", (e) => this.key(e as KeyboardEvent));
    this.list.addEventListener("mousedown", (e) => {
      e.preventDefault(); // the box keeps the focus
      const option = e.target instanceof Element ? e.target.closest<HTMLElement>("[role=option]") : null;
      if (option) this.choose(option);
    });
  }

  private get options(): HTMLElement[] {
    return Array.from(this.list.querySelectorAll<HTMLElement>("[role=option]"));
  }

  private async ask(): Promise<void> {
    const turn = ++this.asked;
    const url = `${this.box.dataset.combo}?q=${encodeURIComponent(this.input.value)}`;
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" } });
      const text = await answer.text();
      if (turn !== this.asked || document.activeElement !== this.input) return;
      if (answer.status === 401) return location.assign(answer.headers.get("HX-Redirect") ?? "/");
      if (!answer.ok) return this.close();
      this.show(text);
    } catch {
      this.close(); // without network the box is a plain field
    }
  }

  private show(html: string): void {
    this.list.innerHTML = html; // our own server's fragment, escaped there
    this.options.forEach((o, i) => (o.id = `${this.list.id}-${i}`));
    this.current = -1;
    this.stale = false;
    this.list.hidden = this.list.childElementCount === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  private close(): void {
    this.asked++;
    this.stale = false;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private key(e: KeyboardEvent): void {
    if (e.altKey) return;
    if (this.stale && (e.key === "ArrowDown" || e.key === "ArrowUp" || e.key === "Enter")) return e.preventDefault();
    if (this.list.hidden) {
      if (e.key === "ArrowDown") void this.ask();
      return;
    }
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      this.move(e.key === "ArrowDown" ? 1 : -1);
    } else if (e.key === "Enter" && this.current >= 0) {
      e.preventDefault();
      e.stopPropagation();
      this.choose(this.options[this.current]!);
    } else if (e.key === "Escape") {
      e.stopPropagation();
      this.close();
    }
  }

  private move(step: number): void {
    const options = this.options;
    if (options.length === 0) return;
    this.current = (this.current + step + options.length) % options.length;
    options.forEach((o, i) => o.setAttribute("aria-selected", String(i === this.current)));
    const here = options[this.current]!;
    here.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", here.id);
  }

  /** What the box says of an option: its value, or with data-full its key and words. */
  private words(option: HTMLElement): string {
    const value = option.dataset.value ?? "";
    const text = option.querySelector("span")?.textContent ?? "";
    return this.box.dataset.full === undefined || !value ? value : `${value} · ${text}`;
  }

  private choose(option: HTMLElement): void {
    this.input.value = this.words(option);
    const fill = JSON.parse(option.dataset.fill ?? "{}") as Record<string, string> | null;
    // What the server fills itself (data-pick) is left to it: filled here too, a product would land on two lines.
    const scope = "pick" in this.box.dataset ? null : (this.box.closest<HTMLElement>("[data-fill-scope]") ?? this.input.form);
    for (const [name, value] of Object.entries(fill ?? {})) put(scope, name, value);
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.box.dispatchEvent(new CustomEvent("combo:choose", { bubbles: true, detail: fill ?? {} }));
  }
}

/** Writes value into the field of scope whose name is name, or ends with ".name"; a list must have it. */
function put(scope: HTMLElement | null, name: string, value: string): void {
  const field = scope?.querySelector<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(`[name="${CSS.escape(name)}"], [name$=".${CSS.escape(name)}"]`);
  if (!field || (field instanceof HTMLSelectElement && ![...field.options].some((o) => o.value === value))) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
