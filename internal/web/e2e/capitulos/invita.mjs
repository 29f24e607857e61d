// A friend is invited, the mail is in the Buzón de salida, and its link leads to a registration with the code; and the
// link by which nobody invites that address again.
import { esperar, exigir } from "../visita.mjs";
import { empresa, reclamos } from "./alta.mjs";
import { otraPagina } from "./factura.mjs";

const amiga = { nombre: "Rosa Farías", correo: "rosa@invitada.example", rfc: "COS850425822" };

/** v is who invites (Emma), s somebody without a session. */
export async function invita(pasos, v, s) {
  const p = v.page;
  const q = s.page;

  await pasos.paso("Emma invita a una amiga", v, async () => {
    await v.ir("/");
    if (await p.locator("form[action='/entrar']").count()) await v.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    await v.ir("/cuenta/invitar");
    await v.mirar("invita un amigo, vacía");
    await p.fill("[name=Nombre]", amiga.nombre);
    await p.fill("[name=Correos]", "rosa");
    await p.fill("[name=Mensaje]", "Con esto facturo en un minuto.");
    await otraPagina(p, () => p.click("main form[action='/cuenta/invitar'] button"));
    exigir((await p.inputValue("[name=Mensaje]")).startsWith("Con esto"), "se perdió lo escrito");
    exigir((await reclamos(p)).length > 0, "el correo malo debía decirse");
    await p.fill("[name=Correos]", amiga.correo);
    await otraPagina(p, () => p.click("main form[action='/cuenta/invitar'] button"));
    exigir((await p.locator("main").innerText()).includes("Invitación en camino"), "no dijo que iba en camino");
    await v.mirar("invita un amigo");
  });

  let registro = "";
  let no = "";
  await pasos.paso("el correo está en el Buzón y trae los dos enlaces", s, async () => {
    await esperar(async () => {
      await s.ir("/buzon");
      return (await q.locator(".rows li", { hasText: amiga.correo }).count()) > 0;
    }, 10_000, "la invitación no llegó al buzón");
    await q.locator(".rows li", { hasText: amiga.correo }).first().locator("a").click();
    await q.waitForSelector(".mail-text a");
    const links = await q.locator(".mail-text a").evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""));
    const de = (part) => links.map((l) => l.slice(Math.max(0, l.indexOf(part)))).find((l) => l.startsWith(part)) ?? "";
    registro = de("/registro?invitacion=");
    no = de("/invitaciones/no/");
    exigir(registro && no, `faltan enlaces: ${links.join(" ")}`);
  });

  await pasos.paso("su enlace lleva al registro con el código puesto", s, async () => {
    await s.ir(registro);
    exigir((await q.inputValue("[name=Codigo]")) === registro.split("=")[1], "el código debía venir puesto");
    await q.fill("[name=Nombre]", amiga.nombre);
    await q.fill("[name=Rfc]", amiga.rfc);
    await q.fill("[name=Correo]", amiga.correo);
    await q.fill("[name=Correo2]", amiga.correo);
    await q.check("[name=Acepta]");
    await q.click("form[action='/registro'] button");
    await q.waitForURL("**/registro/enviado");
  });

  await pasos.paso("y puede pedir que no la inviten más", s, async () => {
    await s.ir(no);
    await s.mirar("no me inviten más");
    await otraPagina(q, () => q.click("main button"));
    exigir((await q.locator("main").innerText()).includes("no te invitarán más"), "no lo confirmó");
    await s.mirar("no me invitarán más");
  });
}
