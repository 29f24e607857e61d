// Who operates the portal: its own door, two factors, numbers and no company's documents, and a suspended company.
import { exigir } from "../visita.mjs";
import { empresa } from "./alta.mjs";
import { otraPagina } from "./factura.mjs";

export async function operador(pasos, browser, Visita, portal) {
  const v = await Visita.abrir(browser, portal);
  const p = v.page;
  const dice = async (text) => exigir((await p.locator("body").innerText()).includes(text), `la página no dice «${text}»`);
  const clave = "cuarenta faros apagados al norte";
  const device = await v.context.newCDPSession(p);
  await device.send("WebAuthn.enable");
  await device.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await pasos.paso("el primer operador entra, pone su llave y elige su contraseña", v, async () => {
    const once = portal.run("operador", "nuevo", "--data", portal.data, "olga", "--nombre", "Olga Ríos", "--correo", "olga@portal.example").trim();
    await v.ir("/operador");
    exigir(v.path.startsWith("/operador/entrar"), `quedó en ${v.path}`);
    await v.mirar("la puerta del operador");
    await p.fill("[name=Usuario]", "olga");
    await p.fill("[name=Password]", "no es ésta, de verdad");
    await otraPagina(p, () => p.click("main form button.primary"));
    await dice("no son correctos");
    await p.fill("[name=Password]", once);
    await otraPagina(p, () => p.click("main form button.primary"));
    await otraPagina(p, () => p.click("[data-llave=crear] button"));
    await otraPagina(p, () => p.click("main a.btn.primary"));
    await p.fill("[name=Anterior]", once);
    await p.fill("[name=Nueva]", clave);
    await p.fill("[name=Confirmacion]", clave);
    await otraPagina(p, () => p.click("main form button.primary"));
    exigir(v.path === "/operador", `quedó en ${v.path}`);
    await v.mirar("el panel del operador");
  });
  await pasos.paso("ve números y ninguna empresa por dentro", v, async () => {
    for (const at of ["/operador/empresas", "/operador/operadores", "/operador/bitacora"]) {
      await v.ir(at);
      await v.mirar(at);
    }
    for (const at of ["/comprobantes", "/clientes", "/certificados", "/usuarios", "/bitacora"]) {
      await v.ir(at);
      exigir(v.path === "/operador", `${at} abrió ${v.path}`);
    }
  });
  await pasos.paso("suspende la empresa con motivo y la reactiva", v, async () => {
    await v.ir(`/operador/empresas?q=${empresa.rfc}`);
    await otraPagina(p, () => p.click("td a.id"));
    await v.mirar("una empresa");
    await otraPagina(p, () => p.click("button.danger"));
    await dice("Escribe por qué");
    await v.mirar("una empresa, sin motivo");
    await p.fill("[name=Motivo]", "No llegó el pago de octubre");
    await otraPagina(p, () => p.click("button.danger"));
    await dice("Empresa suspendida");
    await v.mirar("una empresa suspendida");
    const gente = await Visita.abrir(browser, portal);
    await gente.ir("/");
    await otraPagina(gente.page, () => gente.entrar(empresa.usuario, empresa.rfc, empresa.clave));
    exigir((await gente.page.locator("body").innerText()).includes("No llegó el pago de octubre."), "no le dijo por qué");
    await gente.mirar("suspendida");
    await otraPagina(p, () => p.click("button:has-text('Reactivarla')"));
    await gente.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    await gente.page.waitForURL("**/panel");
    await gente.context.close();
  });
  return v;
}
