import { settled } from "./dom";

/** What the invoice form gains: totals while typing, a draft that saves itself, lines by keyboard, pickers that fill. */
export function factura(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>("form[data-factura]");
  if (!form) return;
  new Draft(form);
  pickers(form);
  lineKeys(form);
  choices(form);
  redraws(form);
  const count = settled(350, () => form.dispatchEvent(new Event("recalcular")));
  form.addEventListener("input", count);
  form.addEventListener("change", count);
}

/**
 * While the server redraws the middle of the form one goes on typing (see conserva), but a
 * second press would cross the first: what the script presses waits, what a hand does is not taken.
 */
function redraws(form: HTMLFormElement): void {
  form.addEventListener("htmx:before:request", (e) => {
    if (e.target instanceof HTMLButtonElement) form.dataset.redibuja = "si";
  });
  form.addEventListener("click", (e) => {
    const button = e.target instanceof Element ? e.target.closest("button[hx-post]") : null;
    if (!button || !form.dataset.redibuja || !e.isTrusted) return;
    e.preventDefault();
    e.stopImmediatePropagation();
  }, { capture: true });
  document.addEventListener("htmx:finally:request", (e) => {
    const totals = e.target instanceof Element && e.target.matches("[data-totals]");
    if (totals || !form.dataset.redibuja) return;
    delete form.dataset.redibuja;
    form.dispatchEvent(new Event("redibujada"));
  });
}

/** Has the server do value, now or once the redrawing under way is over. */
function ask(form: HTMLFormElement, value: string): void {
  if (form.dataset.redibuja) return form.addEventListener("redibujada", () => ask(form, value), { once: true });
  const button = form.querySelector<HTMLButtonElement>("[data-pick-button]");
  if (!button) return;
  button.value = value;
  button.click();
}

/** Keeps the draft on the server a moment after the typing stops. */
class Draft {
  private saving: Promise<void> = Promise.resolve();
  private stopped = false;
  private kept = false; // saved a moment ago, for this very press

  constructor(private readonly form: HTMLFormElement) {
    const later = settled(2500, () => void this.save());
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", (e) => this.submit(e), { capture: true });
    addEventListener("pageshow", () => (this.stopped = false)); // back from the next page
  }

  /**
   * Waits for a save under way: the form must carry the revision it made. What
   * opens in another tab is saved first, so that this one knows its revision.
   */
  private submit(e: SubmitEvent): void {
    const submitter = e.submitter as HTMLElement | null;
    const opensTab = submitter instanceof HTMLButtonElement && submitter.formTarget === "_blank";
    if (!opensTab) this.stopped = true;
    else setTimeout(() => delete this.form.dataset.sent, 0);
    if (!this.form.dataset.guardando && !(opensTab && !this.kept)) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const again = async (): Promise<void> => {
      await this.saving;
      if (opensTab) await this.save();
      this.kept = true;
      this.form.requestSubmit(submitter);
      this.kept = false;
    };
    void again();
  }

  private async save(): Promise<void> {
    if (this.stopped || this.form.dataset.guardando) return;
    this.form.dataset.guardando = "si";
    this.saving = this.send();
    await this.saving;
  }

  private async send(): Promise<void> {
    this.say("Guardando…");
    try {
      const body = new URLSearchParams(new FormData(this.form) as unknown as Record<string, string>);
      const answer = await fetch("/comprobantes/autoguardar", { method: "POST", body, headers: { "HX-Request": "true", Accept: "application/json" } });
      if (answer.status === 401) return this.say("Tu sesión se cerró. Al guardar te pediremos entrar; lo escrito no se pierde.");
      const told = (await answer.json()) as { id?: string; revision?: number; message: string };
      if (answer.ok && told.id) this.took(told.id, String(told.revision));
      else this.stopped = true; // somebody else changed it: saving over it would lose their work
      this.say(told.message);
    } catch {
      this.say("Sin conexión: lo escrito sigue aquí.");
    } finally {
      delete this.form.dataset.guardando;
    }
  }

  private took(id: string, revision: string): void {
    this.value("ID", id);
    this.value("Revision", revision);
    for (const hidden of this.form.querySelectorAll<HTMLElement>("[data-discard]")) hidden.hidden = false;
    if (location.pathname !== `/comprobantes/${id}`) history.replaceState(null, "", `/comprobantes/${id}`);
  }

  private value(name: string, text: string): void {
    const field = this.form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = text;
  }

  private say(text: string): void {
    const place = document.getElementById("guardado");
    if (place) place.textContent = text;
  }
}

/** A customer, a product or a receipt chosen in its search box fills the form on the server, which knows its taxes. */
function pickers(form: HTMLFormElement): void {
  form.addEventListener("combo:choose", (e) => {
    const box = e.target instanceof HTMLElement ? e.target : null;
    const chosen = (e as CustomEvent<Record<string, string>>).detail;
    const id = chosen["CustomerID"] ?? chosen["ProductID"] ?? chosen["UUID"];
    if (!box?.dataset.pick || !id) return;
    const search = box.querySelector("input");
    if (search) search.value = "";
    ask(form, `${box.dataset.pick}:${id}`);
  });
}

/** Alt with the arrows moves a line, with Shift it doubles it; Enter in its last field adds one; Ctrl Enter reviews, Alt Enter mends. */
function lineKeys(form: HTMLFormElement): void {
  form.addEventListener("keydown", (e) => {
    const press = (selector: string, within: ParentNode = form): void => {
      e.preventDefault();
      const button = within.querySelector<HTMLButtonElement>(selector);
      if (!form.dataset.redibuja || !button?.hasAttribute("hx-post")) button?.click();
    };
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) return press("[data-review]");
    if (e.key === "Enter" && e.altKey) return press("[data-mend]");
    const line = e.target instanceof Element ? e.target.closest("[data-line]") : null;
    if (!line || !(e.target instanceof HTMLElement)) return;
    if (e.altKey && e.key === "ArrowUp") return press("[data-key=subir]", line);
    if (e.altKey && e.key === "ArrowDown") return press(e.shiftKey ? "[data-key=duplicar]" : "[data-key=bajar]", line);
    if (e.key === "Enter" && e.target.id.endsWith("-Descuento")) press("[data-add]");
    else if (e.key === "Enter" && e.target instanceof HTMLInputElement && e.target.type !== "checkbox") e.preventDefault();
  });
}

/** Choices that bring others along: what the rules leave no choice about is filled in. */
function choices(form: HTMLFormElement): void {
  form.addEventListener("change", (e) => {
    const field = e.target;
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return;
    if (field.name === "Moneda") foreign(form, field.value);
    if (field.name === "MetodoPago") payment(form, field.value);
    if (field.name === "Receptor.Rfc") generic(form, field);
    if (field.name.endsWith("].ObjetoImp")) untaxed(field);
  });
}

/** The exchange rate is asked for other currencies alone. */
function foreign(form: HTMLFormElement, currency: string): void {
  const rate = form.querySelector<HTMLElement>("[data-only-foreign]");
  if (rate) rate.hidden = currency === "MXN";
}

/** What is paid later has no form of payment yet: PPD goes with 99, PUE never does. */
function payment(form: HTMLFormElement, method: string): void {
  const by = form.elements.namedItem("FormaPago");
  if (!(by instanceof HTMLSelectElement)) return;
  if (method === "PPD") by.value = "99";
  else if (by.value === "99") by.value = "";
}

/** PUBLICO EN GENERAL and foreigners have fields of their own, which the server draws. */
function generic(form: HTMLFormElement, rfc: HTMLInputElement | HTMLSelectElement): void {
  const now = rfc.value.trim().toUpperCase();
  const was = rfc.getAttribute("value") ?? "";
  const theirs = ["XAXX010101000", "XEXX010101000"];
  if (now === was || !(theirs.includes(now) || theirs.includes(was))) return;
  rfc.value = now;
  ask(form, "calcular");
}

/** A line that is no object of taxes, or need not show them, has none. */
function untaxed(objeto: HTMLInputElement | HTMLSelectElement): void {
  if (["02", "06", "07", "08"].includes(objeto.value)) return;
  const line = objeto.closest("[data-line]");
  for (const tax of line?.querySelectorAll<HTMLSelectElement | HTMLInputElement>("[name$='.IVA'], [name$='.IEPS'], [name$='.IEPSCuota'], [name$='.RetISR'], [name$='.RetIVA']") ?? []) tax.value = "";
}
