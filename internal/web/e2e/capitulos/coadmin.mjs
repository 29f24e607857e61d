// One company lets a person of another one in, who issues there under their own name until it is over.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";
import { empresa } from "./alta.mjs";
import { capturar, otraPagina, timbrar } from "./factura.mjs";

/** v is who lets in (Emma), g who is let in: the administrator of the demo company. */
export async function coadmin(pasos, v, g, portal) {
  const note = fs.readFileSync(path.join(portal.data, "demo.txt"), "utf8");
  const [, rfc, usuario, clave] = /RFC (\S+) · usuario (\S+) · contraseña (\S+)/.exec(note);
  const firma = `${usuario}@${rfc}`;
  const p = v.page;
  const q = g.page;
  const dice = async (page, text) => exigir((await page.locator("main").innerText()).includes(text), `la página no dice «${text}»`);

  await pasos.paso("Emma invita con permisos y fecha", v, async () => {
    await v.ir("/");
    if (await p.locator("form[action='/entrar']").count()) await v.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    for (const at of ["/coadministracion", "/coadministracion/mia", "/coadministracion/invitaciones"]) {
      await v.ir(at);
      await v.mirar(`co-administración vacía ${at}`);
    }
    await v.ir("/coadministracion/invitar");
    await v.mirar("invitar a co-administrar");
    await p.fill("[name=Quien]", empresa.rfc);
    await otraPagina(p, () => p.click("button:has-text('Enviar invitación')"));
    await dice(p, "Ése es el RFC de tu propia empresa");
    await p.fill("[name=Quien]", rfc);
    await p.fill("[name=Until]", `${new Date().getFullYear() + 1}-12-31`);
    await p.check("[name=Rights][value='comprobantes.timbrar']");
    await otraPagina(p, () => p.click("button:has-text('Enviar invitación')"));
    await dice(p, "Invitación enviada");
    await v.mirar("invitación enviada");
  });
  await pasos.paso("el otro administrador acepta y cambia de empresa", g, async () => {
    await g.ir("/");
    if (await q.locator("form[action='/entrar']").count()) await g.entrar(usuario, rfc, clave);
    await g.ir("/coadministracion/invitaciones");
    await g.mirar("invitación recibida");
    await otraPagina(q, () => q.click("button:has-text('Aceptar')"));
    await dice(q, empresa.rfc);
    await g.mirar("empresas que administro");
    await q.click(".company > summary");
    await g.mirar("cambio de empresa");
    await otraPagina(q, () => q.click(`.company form:has-text('${empresa.rfc}') button`));
    exigir(g.path === "/panel", `quedó en ${g.path}`);
    exigir((await q.locator(".company > summary").innerText()).includes(empresa.nombre), "la barra debía decir la empresa");
    await g.mirar("panel como invitado");
  });
  await pasos.paso("timbra ahí con su propio nombre", g, async () => {
    await capturar(g);
    exigir((await timbrar(q)) === "timbrado", "debía quedar timbrada");
    const at = g.path;
    await v.ir(at);
    await otraPagina(p, () => p.click("#h-linea + a"));
    await dice(p, firma);
  });
  await pasos.paso("lo abierto en otra pestaña no se escribe en otra empresa", g, async () => {
    const otra = await g.context.newPage();
    await otra.goto(`${portal.base}/clientes/nuevo`);
    await q.click(".company > summary");
    await otraPagina(q, () => q.click(".company form:has-text('la tuya') button"));
    await otra.fill("[name=Rfc]", "URE180429TM6");
    await otraPagina(otra, () => otra.click("main form button.primary"));
    exigir((await otra.locator("main").innerText()).includes("Esta página es de otra empresa"), "debía negarse");
    await otra.close();
    await q.click(".company > summary");
    await otraPagina(q, () => q.click(`.company form:has-text('${empresa.rfc}') button`));
  });
  await pasos.paso("Emma quita el acceso: la siguiente página es la suya y dice por qué", g, async () => {
    await v.ir("/coadministracion/mia");
    await v.mirar("quién co-administra la mía");
    await p.click("details.menu:has-text('Quitar el acceso') > summary");
    await otraPagina(p, () => p.click("button:has-text('Quitar el acceso')"));
    await g.ir("/comprobantes");
    exigir(g.path === "/panel", `quedó en ${g.path}`);
    await dice(q, "Saliste de");
    exigir((await q.locator(".company-name").innerText()).includes(empresa.nombre) === false, "debía estar de vuelta en su empresa");
  });
}
