// The same way without script, and the demo company with its five months of work.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";
import { cliente, empresa, producto } from "./alta.mjs";

export async function sinScript(pasos, v) {
  const p = v.page;
  await pasos.paso("sin script: entrar, elegir cliente y producto, revisar, timbrar y descargar", v, async () => {
    await v.ir("/");
    await v.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    await p.waitForURL("**/panel");
    await v.ir("/comprobantes/nuevo?tipo=I");
    await p.fill("#f-buscarCliente", "robotica");
    await p.click("button[value=buscar-clientes]");
    await p.click(`.results button:has-text('${cliente.rfc}')`);
    exigir((await p.inputValue("[name='Receptor.Rfc']")) === cliente.rfc, "no se eligió el cliente");
    await p.fill("#f-buscarProducto", "serigrafia");
    await p.click("button[value=buscar-productos]");
    await p.click(`.results button:has-text('${producto.descripcion}')`);
    exigir((await p.inputValue("[name='Conceptos[0].Descripcion']")) === producto.descripcion, "no se eligió el producto");
    await p.click("button[value=agregar]");
    exigir((await p.locator("ul.lines > li:not(.head)").count()) === 2, "debía haber dos conceptos");
    await p.locator("#linea-1 details.menu > summary").click();
    await p.click("button[value='quitar:1']");
    exigir((await p.locator("ul.lines > li:not(.head)").count()) === 1, "debía quedar un concepto");
    await p.selectOption("[name=FormaPago]", "03");
    await p.locator("[data-review]").click();
    await p.waitForSelector("#resumen:not([data-kind=bad])");
    exigir((await p.locator("#totales .total dd").innerText()).includes("1,392.00"), "el total debía ser 1,392.00");
    await p.locator("[data-stamp]").click();
    if (await p.locator("button[value=timbrar-asi]").count()) await p.locator("button[value=timbrar-asi]").first().click();
    await p.waitForSelector("h1 .badge[data-state=timbrado]");
    const [download] = await Promise.all([p.waitForEvent("download"), p.locator(".page-head a[href$='/xml']").click()]);
    exigir(fs.readFileSync(await download.path(), "utf8").includes("TimbreFiscalDigital"), "el XML debía llevar su timbre");
  });
}

/** Signs in as the administrator of the demo company. */
export async function entrarDemo(v, portal) {
  const note = fs.readFileSync(path.join(portal.data, "demo.txt"), "utf8");
  const [, rfc, usuario, clave] = /RFC (\S+) · usuario (\S+) · contraseña (\S+)/.exec(note);
  await v.ir("/");
  await v.entrar(usuario, rfc, clave);
  await v.page.waitForURL("**/panel");
}

export async function demo(pasos, v, portal) {
  const p = v.page;
  await pasos.paso("la empresa de demostración: panel, listas, catálogos y cuenta", v, async () => {
    await entrarDemo(v, portal);
    await v.mirar("panel con datos");
    for (const at of ["/comprobantes", "/comprobantes?estado=borrador", "/comprobantes?sort=-total", "/clientes", "/productos", "/series", "/certificados", "/empresa", "/cuenta/contrasena", "/comprobantes/nuevo?tipo=E"]) {
      const answer = await v.ir(at);
      exigir(answer.status() === 200, `${at} respondió ${answer.status()}`);
      await v.mirar(`demostración ${at}`);
    }
  });
  await pasos.paso("una empresa no ve lo de otra", v, async () => {
    await v.ir(`/comprobantes?q=${cliente.rfc}`);
    exigir((await p.locator("tbody tr", { hasText: producto.descripcion }).count()) === 0, "se ve lo de otra empresa");
    await v.ir(`/productos?q=${encodeURIComponent("serigrafía por persona")}`);
    exigir((await p.locator(`text=${producto.descripcion}`).count()) === 0, "se ve el producto de otra empresa");
  });
}
