// Handing credits to another company: what cannot be, what is seen before, who one is, and both sides of the history.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";
import { reclamos } from "./alta.mjs";
import { otraPagina } from "./factura.mjs";

/** v is the administrator of the demo company; rfc that of another one. */
export async function transferencia(pasos, v, portal, rfc) {
  const p = v.page;
  const [, propio, , clave] = /RFC (\S+) · usuario (\S+) · contraseña (\S+)/.exec(fs.readFileSync(path.join(portal.data, "demo.txt"), "utf8"));
  const pedir = async (a, n) => {
    await p.fill("[name=Rfc]", a);
    await p.fill("[name=Creditos]", n);
    await otraPagina(p, () => p.click("button:has-text('Continuar')"));
  };
  await pasos.paso("a uno mismo, a nadie, más de los que hay, y letras: se dice y nada se pierde", v, async () => {
    await v.ir("/cuenta/transferencia");
    await p.fill("[name=Nota]", "Para el cierre");
    for (const [a, n] of [[propio, "5"], ["ZZZ010101AB1", "5"], [rfc, "9999999"], [rfc, "cinco"]]) {
      await pedir(a, n);
      exigir((await reclamos(p)).length > 0, `${a} ${n}: debía decirse`);
      exigir((await p.inputValue("[name=Nota]")) === "Para el cierre" && (await p.inputValue("[name=Creditos]")) === n, "se perdió lo escrito");
    }
    await v.mirar("transferencia con un error");
  });
  await pasos.paso("se ve a quién, se confirma quién eres, y queda en el historial", v, async () => {
    await pedir(rfc, "3");
    exigir((await p.locator("main").innerText()).includes(rfc), "no muestra a quién");
    await v.mirar("transferencia por confirmar");
    await otraPagina(p, () => p.click("button:has-text('Transferir 3')"));
    if (await p.locator("main input[name=Password]").count()) {
      await v.mirar("transferencia: confirma quién eres");
      await p.fill("main input[name=Password]", clave);
      await otraPagina(p, () => p.locator("main button.primary").first().click());
    }
    if (await p.locator("button:has-text('Transferir 3')").count()) await otraPagina(p, () => p.click("button:has-text('Transferir 3')"));
    await v.ir("/cuenta/transferencia");
    exigir((await p.locator("section[aria-label=Historial]").innerText()).includes(rfc), "no está en el historial");
    await v.mirar("transferencia hecha");
    await v.ir("/creditos");
    exigir((await p.locator("main").innerText()).includes("Transferencia enviada"), "no está en los movimientos");
  });
}
