// Pages that were walked by mouse elsewhere, here by the keyboard alone: every control is reached by Tab, shows where one
// is, and lets go; and what they are for is done without touching the mouse.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";
import { otraPagina } from "./factura.mjs";

/** What the focus is on: a mark of the element, whether it shows, and whether it can be seen. */
const dondeEstoy = (p) =>
  p.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const s = getComputedStyle(e);
    const boxed = e.closest(".combo, label, .choice") ?? e;
    const ring = (x) => (x.outlineStyle !== "none" && parseFloat(x.outlineWidth) > 0 && !/, 0\)$|transparent/.test(x.outlineColor)) || x.boxShadow !== "none";
    const r = e.getBoundingClientRect();
    e.dataset.visto = "1";
    return { que: e.tagName.toLowerCase() + (e.className ? `.${e.className}` : "") + (e.name ? `[${e.name}]` : e.id ? `#${e.id}` : ` ${e.textContent.trim().slice(0, 30)}`), aro: ring(s) || ring(getComputedStyle(boxed)), visible: r.width > 0 && r.height > 0 };
  });

/** Tabs over the whole page; each control of main that can be used is reached, and each stop shows the focus. */
async function recorrer(v, name) {
  const p = v.page;
  const sinAro = new Set();
  await p.evaluate(() => {
    document.body.tabIndex = -1; // the next Tab begins at the top, wherever the page had put the focus
    document.body.focus();
    document.body.removeAttribute("tabindex");
    for (const e of document.querySelectorAll("[data-visto]")) delete e.dataset.visto;
  });
  let stops = 0;
  for (let fin = false; stops < 400 && !fin; stops++) {
    await p.keyboard.press("Tab");
    const at = await dondeEstoy(p);
    fin = at === null; // past the last control
    if (at && (!at.aro || !at.visible)) sinAro.add(at.que);
  }
  exigir(stops < 400, `${name}: el tabulador no sale de la página`);
  const nunca = await p.evaluate(() => {
    const usable = (e) => !e.disabled && e.tabIndex >= 0 && e.type !== "hidden" && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden" && !e.closest("[inert], [hidden], details:not([open]) > :not(summary)");
    const radios = new Set(); // of a group, one is a stop
    return [...document.querySelectorAll("main a[href], main button, main input, main select, main textarea, main summary, main [tabindex]")]
      .filter((e) => usable(e) && !e.dataset.visto)
      .filter((e) => !(e.type === "radio" && (radios.has(e.name) || document.querySelector(`input[type=radio][name="${CSS.escape(e.name)}"][data-visto]`))))
      .map((e) => `${e.tagName.toLowerCase()} ${e.name || e.textContent.trim().slice(0, 30)}`);
  });
  exigir(nunca.length === 0, `${name}: el teclado no llega a ${nunca.slice(0, 5).join(" | ")}`);
  exigir(sinAro.size === 0, `${name}: no se ve dónde se está en ${[...sinAro].slice(0, 5).join(" | ")}`);
}

/** Tabs until what has the focus matches selector. */
async function hasta(p, selector) {
  for (let n = 0; n < 300; n++) {
    if (await p.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    await p.keyboard.press("Tab");
  }
  throw new Error(`el tabulador no llegó a ${selector}`);
}

async function escribir(p, selector, text) {
  await hasta(p, selector);
  await p.keyboard.press("ControlOrMeta+a");
  await p.keyboard.insertText(text);
}

/** Enter on a button or link. */
const oprimir = async (p, selector) => {
  await hasta(p, selector);
  await otraPagina(p, () => p.keyboard.press("Enter"));
};

export async function teclado(pasos, v, work) {
  const p = v.page;
  const cliente = async () => {
    await v.ir("/clientes");
    return p.locator("#lista tbody a.id").first().getAttribute("href");
  };

  await pasos.paso("sólo con el teclado se llega a todo en dieciséis páginas", v, async () => {
    const uno = await cliente();
    for (const at of ["/addendas", "/addendas/nueva", "/precios", "/precios/nueva", `${uno}/cuenta`, "/validar/clientes", uno, "/clientes", "/productos", "/productos/nuevo", "/tienda", "/cuenta/invitar", "/cuenta/transferencia", "/creditos", "/panel", "/notificaciones"]) {
      const answer = await v.ir(at);
      exigir(answer.status() === 200, `${at}: ${answer.status()}`);
      await recorrer(v, at);
    }
  });

  await pasos.paso("una lista de precios, de su nombre a su primer precio", v, async () => {
    await v.ir("/precios/nueva");
    await escribir(p, "[name=Nombre]", "Teclado");
    await otraPagina(p, () => p.keyboard.press("Enter"));
    await v.ir("/precios");
    await hasta(p, "main table a");
    const links = await p.locator("main table a").allInnerTexts();
    exigir(links.some((t) => t.includes("Teclado")), `no está en la lista: ${links.join(", ")}`);
    for (let n = 0; n < 40 && !(await p.evaluate(() => document.activeElement.textContent.includes("Teclado"))); n++) await p.keyboard.press("Tab");
    await otraPagina(p, () => p.keyboard.press("Enter"));
    await escribir(p, "#lista tbody input.num", "12.50");
    await recorrer(v, "precios de una lista");
    await hasta(p, "#lista tbody input.num");
    await otraPagina(p, () => p.keyboard.press("Enter"));
    exigir(Number(await p.inputValue("#lista tbody input.num >> nth=0")) === 12.5, "el precio no quedó");
  });

  await pasos.paso("una addenda: su error, su vista previa y guardarla", v, async () => {
    await v.ir("/addendas/nueva");
    await escribir(p, "[name=Nombre]", "Por teclado");
    await escribir(p, "[name='Campos[0].Dato']", "Proveedor");
    await escribir(p, "[name='Campos[0].Clave']", "Proveedor");
    await escribir(p, "[name=Cuerpo]", "<entrega>{{Nada}}</entrega>");
    await oprimir(p, "button.primary");
    exigir((await p.locator("main").innerText()).includes("Renglón 1"), "no dice en qué renglón está el error");
    await recorrer(v, "addenda con un error");
    await escribir(p, "[name=Cuerpo]", "<entrega proveedor=\"{{Proveedor}}\"/>");
    await oprimir(p, "button[value=vista]");
    exigir((await p.locator("main").innerText()).includes("<entrega"), "no hay vista previa");
    await oprimir(p, "main button.primary");
    await v.ir("/addendas");
    exigir((await p.locator("main").innerText()).includes("Por teclado"), "la addenda no quedó");
  });

  await pasos.paso("el archivo del estado de cuenta", v, async () => {
    await v.ir(`${await cliente()}/cuenta`);
    await hasta(p, "a[href*='/cuenta/archivo']");
    const [file] = await Promise.all([p.waitForEvent("download"), p.keyboard.press("Enter")]);
    exigir(fs.statSync(await file.path()).size > 20, "el archivo está vacío");
  });

  await pasos.paso("validar con el SAT: bajar el archivo y subir la respuesta", v, async () => {
    await v.ir("/validar/clientes");
    await hasta(p, "a[href*='cuales=todos']");
    const [file] = await Promise.all([p.waitForEvent("download"), p.keyboard.press("Enter")]);
    const answer = path.join(work, "respuesta-teclado.txt");
    const lines = fs.readFileSync(await file.path(), "utf8").trim().split(/\r?\n/);
    fs.writeFileSync(answer, lines.map((l) => `${l}|RFC válido, y susceptible de recibir facturas`).join("\r\n"));
    await hasta(p, "[name=Respuesta]");
    const [chooser] = await Promise.all([p.waitForEvent("filechooser"), p.keyboard.press("Space")]);
    await chooser.setFiles(answer);
    await oprimir(p, "form:has([name=Respuesta]) button");
    exigir((await p.locator("main").innerText()).includes("Respuesta guardada"), `no se guardó: ${(await p.locator("main").innerText()).slice(0, 200)}`);
  });
}
