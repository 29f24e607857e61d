// From an invitation to the reward of both sides: a portal that sells credits, a friend who comes by the link of the mail,
// sets up her company, buys a package, stamps her first receipt, and both have their credits.
import { exigir, esperar, Visita } from "../visita.mjs";
import { otraPagina } from "./factura.mjs";
import { Contador, hastaElCertificado } from "./muestras.mjs";

const amiga = {
  giro: "florería", rfc: "KICR630120NX3", nombre: "RODRIGO KITIA CASTRO", regimen: "612", cp: "36257", correo: "flores@invitada.example",
  producto: { descripcion: "Arreglo floral", precio: "650", claves: "flores", unidad: "H87" },
  cliente: { rfc: "URE180429TM6", nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", cp: "86991", regimen: "601" },
};

/** Whether the page of credits tells of a bonus for that. */
async function bono(v, motivo) {
  await v.ir("/creditos");
  return (await v.page.locator("main").innerText()).includes(motivo);
}

/** v has the demo company open in a portal with --credits=on and --invite-reward 25. */
export async function premio(pasos, browser, v, portal, work) {
  const p = v.page;
  const s = await Visita.abrir(browser, portal);
  const q = s.page;

  await pasos.paso("la empresa de demostración invita", v, async () => {
    await v.ir("/cuenta/invitar");
    await p.fill("[name=Correos]", amiga.correo);
    await otraPagina(p, () => p.click("main form[action='/cuenta/invitar'] button"));
    exigir((await p.locator("main").innerText()).includes("Invitación en camino"), "no dijo que iba en camino");
  });

  await pasos.paso("la invitada llega por el enlace de su correo y pone su empresa", s, async () => {
    await s.ir("/buzon");
    await esperar(async () => {
      await s.ir("/buzon");
      return (await q.locator(".rows li", { hasText: amiga.correo }).count()) > 0;
    }, 10_000, "la invitación no llegó al buzón");
    await q.locator(".rows li", { hasText: amiga.correo }).first().locator("a").click();
    await q.waitForSelector(".mail-text a");
    await otraPagina(q, () => q.locator(".mail-text a[href*='/registro?invitacion=']").first().click());
    exigir((await q.inputValue("[name=Codigo]")).length > 3, "el código debía venir puesto");
    await q.fill("[name=Nombre]", "Flora Ruiz");
    await q.fill("[name=Rfc]", amiga.rfc);
    await q.fill("[name=Correo]", amiga.correo);
    await q.fill("[name=Correo2]", amiga.correo);
    await q.check("[name=Acepta]");
    await q.click("form[action='/registro'] button");
    await q.waitForURL("**/registro/enviado");
    await hastaElCertificado(new Contador(q), s, amiga, portal, work);
  });

  await pasos.paso("sin créditos, su primera factura espera y lo dice", s, async () => {
    await q.selectOption("[name=FormaPago]", "03");
    await otraPagina(q, () => q.click("[data-stamp]"));
    if (await q.locator("button[value=timbrar-asi]").count()) await otraPagina(q, () => q.click("button[value=timbrar-asi] >> nth=0"));
    exigir(/crédito/i.test(await q.locator("main").innerText()), "no dijo que faltan créditos");
    await s.mirar("factura que espera créditos");
  });

  await pasos.paso("compra con tarjeta y la factura que esperaba sale sola", s, async () => {
    const espera = s.path.split("?")[0];
    await s.ir("/tienda");
    await otraPagina(q, () => q.locator("button:has-text('Agregar al carrito')").first().click());
    await q.check("[name=Metodo][value=tarjeta]");
    await otraPagina(q, () => q.click("button:has-text('Hacer el pedido')"));
    await otraPagina(q, () => q.click("a:has-text('Ir a pagar')"));
    await otraPagina(q, () => q.click("button:has-text('Pagar')"));
    exigir((await q.locator("main").innerText()).includes("Llegaron 50 ioCréditos"), "no llegaron los créditos");
    await s.ir(espera);
    await esperar(async () => {
      await q.reload();
      return (await q.locator("h1 .badge[data-state=timbrado]").count()) === 1;
    }, 20_000, "la factura que esperaba no salió");
  });

  await pasos.paso("las dos empresas tienen su premio", v, async () => {
    await esperar(async () => bono(s, "por tu primera compra"), 30_000, "la invitada no recibió su bono");
    exigir(await bono(v, "tu invitado ya compró"), "quien invitó no recibió su bono");
    await v.ir("/cuenta/invitar");
    const fila = await p.locator("main tr", { hasText: amiga.correo }).innerText();
    exigir(/premi|bono|acredit/i.test(fila), `en la lista dice ${fila}`);
    await v.mirar("invita un amigo, con premio");
    await s.ir("/creditos");
    await s.mirar("créditos con bono");
  });
  await s.context.close();
}
