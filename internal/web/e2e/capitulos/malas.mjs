// What goes wrong around Timbrar: nothing is issued twice and nothing typed is lost.
import { esperar, exigir } from "../visita.mjs";
import { empresa } from "./alta.mjs";
import { capturar, otraPagina, redibujado, timbrar } from "./factura.mjs";

export async function malas(pasos, v) {
  const p = v.page;
  const paso = (name, fn) => pasos.paso(name, v, fn);

  await paso("sin conceptos no se timbra", async () => {
    await capturar(v);
    await p.locator("#linea-0 details.menu > summary").click();
    await redibujado(p, () => p.locator("#linea-0 button[value='quitar:0']").click());
    const before = await v.cuantos("timbrado");
    exigir((await timbrar(p)) === "captura", "sin conceptos debía volver a la captura");
    exigir((await p.locator("#resumen[data-kind=bad]").count()) === 1, "debía decir qué falta");
    exigir((await v.cuantos("timbrado")) === before, "no debía timbrarse nada");
    exigir((await p.inputValue("[name='Receptor.Rfc']")) !== "", "se perdió el receptor");
  });

  await paso("lo que se escribe mientras se redibuja la captura no se pierde", async () => {
    await p.goto(`${v.portal.base}/comprobantes/nuevo?tipo=I`);
    const vale = async (name, want) => exigir((await p.inputValue(`[name='${name}']`)) === want, `${name} quedó en «${await p.inputValue(`[name='${name}']`)}» y no en «${want}»`);
    const rutas = /\/comprobantes\/(?!totales|autoguardar)[^/]*$/;
    const retenidas = [];
    await p.route(rutas, (ruta) => (ruta.request().method() === "POST" ? retenidas.push(ruta) : ruta.continue()));
    /** The answer to what is asked comes once fn is over. */
    const entretanto = (fn) =>
      redibujado(p, async () => {
        await fn();
        await esperar(() => retenidas.length > 0, 5_000, "no se pidió nada");
        for (const ruta of retenidas.splice(0)) await ruta.continue();
      });
    await entretanto(async () => {
      await p.fill("[name='Receptor.Rfc']", "XEXX010101000");
      await p.fill("[name='Receptor.Nombre']", "ACME TRADING");
      await p.fill("[name='Receptor.DomicilioFiscalReceptor']", "06300");
    });
    exigir((await p.locator("[name='Receptor.NumRegIdTrib']").count()) === 1, "no se redibujó el receptor");
    await vale("Receptor.Rfc", "XEXX010101000");
    await vale("Receptor.Nombre", "ACME TRADING");
    await vale("Receptor.DomicilioFiscalReceptor", "06300");
    await entretanto(async () => {
      await p.click("[data-add]");
      await p.fill("[name='Conceptos[0].ValorUnitario']", "100");
      await p.locator("[name='Conceptos[0].Descripcion']").pressSequentially("Aseso");
    });
    await p.keyboard.type("ría"); // one goes on where one was
    await vale("Conceptos[0].Descripcion", "Asesoría");
    await vale("Conceptos[0].ValorUnitario", "100");
    await p.fill("[name='Conceptos[1].Descripcion']", "Viáticos");
    await entretanto(async () => {
      await p.locator("#linea-1 details.menu > summary").click();
      await p.click("button[value='subir:1']");
      await p.fill("[name='Conceptos[0].ValorUnitario']", "250");
    });
    await vale("Conceptos[0].Descripcion", "Viáticos");
    await vale("Conceptos[1].Descripcion", "Asesoría");
    await vale("Conceptos[1].ValorUnitario", "250");
    await entretanto(async () => {
      await p.locator("#linea-0 details.menu > summary").click();
      await p.click("button[value='quitar:0']");
      await p.click("[data-add]"); // a second press meanwhile is not taken
      await p.fill("[name='Conceptos[1].Cantidad']", "3");
    });
    exigir((await p.locator("ul.lines > li:not(.head)").count()) === 1, "la segunda pulsación se cruzó con la primera");
    await vale("Conceptos[0].Cantidad", "3");
    await vale("Conceptos[0].ValorUnitario", "250");
    await p.unroute(rutas);
  });

  await paso("doble clic en Timbrar: un solo comprobante", async () => {
    const before = await v.cuantos("timbrado");
    await capturar(v);
    exigir((await timbrar(p, (button) => button.dblclick({ delay: 5 }))) === "timbrado", "debía quedar timbrada");
    exigir((await v.cuantos("timbrado")) === before + 1, "debía haber exactamente uno más");
  });

  await paso("atrás después de timbrar no lleva a un segundo comprobante", async () => {
    const before = await v.cuantos("timbrado");
    const issued = p.url().split("?")[0];
    await p.goBack();
    if (await p.locator("[data-stamp]").count()) await timbrar(p);
    exigir((await v.cuantos("timbrado")) === before, "el botón atrás hizo un segundo comprobante");
    await p.goto(issued);
    await p.waitForSelector("h1 .badge[data-state=timbrado]");
  });

  await paso("dos pestañas oprimen Timbrar a la vez: un solo comprobante", async () => {
    const before = await v.cuantos("timbrado");
    await capturar(v);
    await otraPagina(p, () => p.locator("button[value=guardar]").click());
    const other = await v.context.newPage();
    await other.goto(p.url());
    const states = await Promise.all([p, other].map((tab) => timbrar(tab)));
    exigir(states.includes("timbrado"), `una de las dos debía ver la factura timbrada: ${states}`);
    exigir((await v.cuantos("timbrado")) === before + 1, `debía haber exactamente uno más: había ${before} y hay ${await v.cuantos("timbrado")}`);
    await other.close();
  });

  await paso("la sesión se cierra a media captura: el trabajo espera en la página de inicio y Continuar lo envía", async () => {
    await capturar(v);
    await p.fill("[name='Conceptos[0].Descripcion']", "Lo que no se debe perder — ñ «€»");
    await v.context.clearCookies({ name: "__Host-sesion" });
    await otraPagina(p, () => p.locator("button[value=guardar]").click());
    exigir((await p.locator("[name='seguir.Conceptos[0].Descripcion']").inputValue()) === "Lo que no se debe perder — ñ «€»", "lo escrito debía esperar en la página");
    await v.mirar("inicio con trabajo pendiente");
    await v.entrar(empresa.usuario, empresa.rfc, "no es mi contraseña");
    await p.waitForSelector("#resumen");
    exigir((await p.locator("[name='seguir.Conceptos[0].Descripcion']").count()) === 1, "una contraseña equivocada no debía perder el trabajo");
    await v.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    await p.waitForSelector("text=Ya entraste");
    await v.mirar("continuar");
    await p.click("text=Continuar");
    await p.waitForSelector("[data-factura]");
    exigir((await p.inputValue("[name='Conceptos[0].Descripcion']")) === "Lo que no se debe perder — ñ «€»", "Continuar perdió lo escrito");
  });

  await paso("el PAC rechaza: se dice por qué, y corregida se timbra con el mismo folio", async () => {
    await capturar(v);
    await p.fill("[name=CondicionesDePago]", "PRUEBA RECHAZO");
    exigir((await timbrar(p)) === "captura", "rechazada debía volver a la captura");
    await p.waitForSelector("text=No se timbró");
    exigir(/402/.test(await p.locator(".alert[data-kind=bad]").first().innerText()), "debía verse el código del rechazo");
    await v.mirar("factura rechazada");
    const id = new URL(p.url()).pathname;
    const list = await p.evaluate(async () => (await fetch("/comprobantes?estado=rechazado")).text());
    const folio = new RegExp(`href="${id}"[^>]*>([^<]+)<`).exec(list)?.[1].trim();
    exigir(folio, "la rechazada debía verse en la lista con su folio");
    await p.fill("[name=CondicionesDePago]", "Contado");
    exigir((await timbrar(p)) === "timbrado", "corregida debía timbrarse");
    const title = await p.locator("h1").innerText();
    exigir(title.includes(folio.split(" ").pop()), `debía conservar su folio: era ${folio} y es ${title}`);
  });

  await paso("el PAC no responde: queda sin respuesta y no se emite otra", async () => {
    const before = await v.cuantos("timbrado");
    await capturar(v);
    await p.fill("[name=CondicionesDePago]", "PRUEBA SILENCIO");
    exigir((await timbrar(p)) === "sin-respuesta", "debía quedar sin respuesta");
    await p.waitForSelector("text=El certificador no respondió");
    await v.mirar("factura sin respuesta");
    exigir((await v.cuantos("timbrado")) === before, "no debía contarse como timbrada");
  });
}
