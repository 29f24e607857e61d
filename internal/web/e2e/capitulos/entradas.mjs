// The ways of coming in: a seal certificate whose key stays in the browser, an invited user, a forgotten
// password, a second factor, and the proof before something dangerous.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";
import { empresa } from "./alta.mjs";
import { otraPagina } from "./factura.mjs";

/** The six digits of an authenticator at a moment (RFC 6238). */
function codigo(clave, at = Date.now()) {
  const bits = [...clave.replace(/\s/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = crypto.createHmac("sha1", key).update(step).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A moment in the middle of a step of the authenticator, so that it does not turn while we type. */
const enMedio = () => new Promise((resolve) => setTimeout(resolve, Math.max(0, (Date.now() % 30_000) - 24_000 > 0 ? 30_500 - (Date.now() % 30_000) : 0)));

export async function entradas(pasos, browser, Visita, portal, work) {
  const dir = path.join(work, "csd");
  const cer = path.join(dir, "mia", `${empresa.rfc}.cer`);
  const llave = path.join(dir, "mia", `${empresa.rfc}.key`);
  const clave = "12345678a";
  const v = await Visita.abrir(browser, portal);
  const p = v.page;
  const dice = async (text) => exigir((await p.locator("body").innerText()).includes(text), `la página no dice «${text}»`);
  const sent = [];
  p.on("request", (r) => sent.push(JSON.stringify(r.headers()), r.url(), r.postDataBuffer() ?? Buffer.alloc(0)));

  await pasos.paso("entrar con CSD: lo que sale mal", v, async () => {
    await v.ir("/entrar/csd");
    await v.mirar("entrar con CSD");
    await p.click("form[data-csd] button");
    await dice("Falta el archivo .cer");
    await p.setInputFiles("[name=Cer]", cer);
    await p.setInputFiles("[name=Key]", llave);
    await p.fill("[name=Password]", "no es ésta");
    await p.click("form[data-csd] button");
    await p.waitForSelector("[data-csd-error]:not([hidden])");
    await dice("La contraseña no abre esa llave");
    exigir((await p.getAttribute("[name=Password]", "aria-invalid")) === "true" && (await p.getAttribute("[name=Cer]", "aria-invalid")) === null, "no marcó la contraseña");
    await p.setInputFiles("[name=Key]", cer);
    await p.click("form[data-csd] button");
    await p.waitForSelector("[data-csd-error]:not([hidden]) :text('no es la llave de un CSD')");
  });
  await pasos.paso("entrar con CSD: la llave firma y no sale del navegador", v, async () => {
    await v.ir("/entrar/csd");
    await p.setInputFiles("[name=Cer]", cer);
    await p.setInputFiles("[name=Key]", llave);
    await p.fill("[name=Password]", clave);
    sent.length = 0;
    await Promise.all([p.waitForURL("**/panel"), p.click("form[data-csd] button")]);
    const key = fs.readFileSync(llave);
    const middle = key.subarray(200, 248);
    const canaries = { contraseña: Buffer.from(clave), llave: middle, "llave en base64": Buffer.from(key.toString("base64").slice(280, 340)), "llave en hexadecimal": Buffer.from(middle.toString("hex")) };
    exigir(sent.some((x) => String(x).includes("Firma=")), "no se envió ninguna firma");
    for (const x of sent) {
      const bytes = Buffer.from(x);
      for (const [name, canary] of Object.entries(canaries)) {
        exigir(!bytes.includes(canary) && !decodeURIComponent(bytes.toString("latin1").replace(/%(?![0-9A-Fa-f]{2})/g, "%25").replace(/%[89A-Fa-f][0-9A-Fa-f]/g, "?")).includes(canary.toString("latin1")), `viajó la ${name}`);
      }
    }
    await dice(empresa.nombre);
  });
  await pasos.paso("invitar a un usuario que sólo mira", v, async () => {
    await v.ir("/usuarios/nuevo");
    await v.mirar("nuevo usuario");
    await p.click("button[name=conjunto][value=consulta]");
    exigir(await p.isChecked("[name=Rights][value='comprobantes.ver']"), "el conjunto no marcó sus permisos");
    await p.fill("[name=Nombre]", "Beto Díaz");
    await p.fill("[name=Usuario]", "beto");
    await p.fill("[name=Correo]", "beto@empresa.example");
    await otraPagina(p, () => p.click("main form button.primary"));
    await dice("Invitamos a Beto Díaz");
    for (const at of ["/usuarios", "/roles", "/roles/nuevo", "/seguridad", "/cuenta", "/cuenta/baja", "/cuenta/sesiones", "/cuenta/segundo-factor", "/bitacora", "/bitacora?verificar=si"]) {
      await v.ir(at);
      await v.mirar(at);
    }
  });
  const beto = await Visita.abrir(browser, portal);
  const q = beto.page;
  await pasos.paso("elige su contraseña con el enlace del correo y ve lo que puede", beto, async () => {
    await beto.ir("/buzon");
    await otraPagina(q, () => q.click("a:has-text('Elige tu contraseña')"));
    const link = /\/contrasena\/[\w-]{43}/.exec(await q.content())?.[0];
    exigir(link, "el correo no trae enlace");
    await beto.ir(link);
    await beto.mirar("elige tu contraseña");
    await q.fill("[name=Password]", "girasoles de talavera 16");
    await q.fill("[name=Password2]", "girasoles de talavera 16");
    await otraPagina(q, () => q.click("main form button"));
    exigir(beto.path === "/panel", `quedó en ${beto.path}`);
    await beto.mirar("panel de consulta");
    exigir((await q.locator("a[href*='/comprobantes/nuevo']").count()) === 0, "le ofrece hacer comprobantes");
    exigir((await beto.ir("/usuarios")).status() === 403, "vio los usuarios");
    await beto.mirar("no te está permitido");
  });
  await pasos.paso("lo bloquean mientras trabaja", v, async () => {
    await v.ir("/usuarios?q=beto");
    await otraPagina(p, () => p.click("a:has-text('Beto Díaz')"));
    await v.mirar("un usuario");
    await otraPagina(p, () => p.click("button:has-text('Bloquear')"));
    await dice("Usuario bloqueado");
    await beto.ir("/comprobantes");
    exigir(beto.path.startsWith("/?seguir="), `siguió en ${beto.path}`);
  });
  let secreto = "";
  await pasos.paso("poner el segundo factor", v, async () => {
    await v.ir("/cuenta/segundo-factor");
    await otraPagina(p, () => p.click("button:has-text('Poner la aplicación')"));
    await v.mirar("segundo factor por confirmar");
    secreto = await p.locator("main code").innerText();
    await enMedio();
    await p.fill("[name=Codigo]", codigo(secreto));
    await otraPagina(p, () => p.click("button:has-text('Confirmar')"));
    await v.mirar("códigos de recuperación");
    exigir((await p.locator(".codes li").count()) === 10, "debía dar diez códigos");
  });
  const uno = await p.locator(".codes li").first().innerText().catch(() => "");
  const otra = await Visita.abrir(browser, portal);
  const r = otra.page;
  await pasos.paso("entrar con contraseña y código", otra, async () => {
    await otra.ir("/clientes");
    await otra.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    await r.waitForURL("**/entrar/segundo-factor**");
    await otra.mirar("pide el código");
    await otra.ir("/comprobantes");
    exigir(otra.path.startsWith("/entrar/segundo-factor"), "media sesión abrió una página");
    await r.fill("[name=Codigo]", "000000");
    await otraPagina(r, () => r.click("main form button.primary"));
    exigir((await r.locator("body").innerText()).includes("no es correcto"), "aceptó cualquier código");
    await r.fill("[name=Codigo]", uno);
    await otraPagina(r, () => r.click("main form button.primary"));
    exigir((await r.locator("body").innerText()).includes("Usaste un código de recuperación"), "no avisó del código de recuperación");
    await otra.ir("/cuenta/sesiones");
    await otra.mirar("sesiones");
    await otraPagina(r, () => r.click("button:has-text('Cerrar las demás')"));
    await v.ir("/panel");
    exigir(v.path.startsWith("/?seguir="), "la otra sesión seguía abierta");
  });
  await pasos.paso("quitarlo otra vez", otra, async () => {
    await otra.ir("/cuenta/segundo-factor");
    await otraPagina(r, () => r.click("button:has-text('Quitar la aplicación')"));
    exigir((await r.locator("body").innerText()).includes("Quitaste tu aplicación de códigos"), "no se quitó");
  });
  const device = await r.context().newCDPSession(r);
  await device.send("WebAuthn.enable");
  const { authenticatorId } = await device.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const verifica = (is) => device.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: is });
  const ve = async (text) => exigir((await r.locator("body").innerText()).includes(text), `la página no dice «${text}»`);
  await pasos.paso("poner una llave de acceso", otra, async () => {
    await otra.ir("/cuenta/segundo-factor");
    await r.waitForSelector("[data-llave]:not([hidden])");
    await otra.mirar("segundo factor sin poner");
    await r.fill("[name=Nombre]", "Mi teléfono");
    await otraPagina(r, () => r.click("[data-llave=crear] button"));
    exigir((await r.locator(".codes li").count()) === 10, "debía dar diez códigos");
    await otra.mirar("códigos de la llave");
    await otra.ir("/cuenta/segundo-factor");
    await ve("Mi teléfono");
    await otra.mirar("segundo factor con llave");
    await r.click("[data-llave=crear] button");
    await r.waitForSelector("[data-llave-error]:not([hidden]) :text('ya guarda una llave')");
    const { credentials } = await device.send("WebAuthn.getCredentials", { authenticatorId });
    exigir(credentials.length === 1 && credentials[0].rpId === new URL(portal.base).hostname, `hay ${credentials.length} llaves`);
  });
  await pasos.paso("entrar sólo con la llave", otra, async () => {
    await otraPagina(r, () => r.evaluate(() => document.querySelector("form[action='/salir']").submit()));
    await otra.ir("/clientes");
    await verifica(false);
    await r.click("[data-llave=usar] button");
    await r.waitForSelector("[data-llave-error]:not([hidden])");
    exigir(otra.path.startsWith("/?seguir="), "entró sin que el dispositivo comprobara a la persona");
    await verifica(true);
    await otraPagina(r, () => r.click("[data-llave=usar] button"));
    exigir(otra.path === "/clientes", `quedó en ${otra.path}`);
    await otra.ir("/cuenta/sesiones");
    await ve("Llave de acceso");
  });
  await pasos.paso("la llave después de la contraseña", otra, async () => {
    await otraPagina(r, () => r.evaluate(() => document.querySelector("form[action='/salir']").submit()));
    await otra.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    await r.waitForURL("**/entrar/segundo-factor**");
    await otra.mirar("pide la llave");
    await otraPagina(r, () => r.click("[data-llave=usar] button"));
    exigir(otra.path === "/panel", `quedó en ${otra.path}`);
    await otra.ir("/confirmar-identidad?seguir=/cuenta/segundo-factor");
    await otra.mirar("confirma con la llave");
    await otraPagina(r, () => r.click("[data-llave=usar] button"));
    exigir(otra.path === "/cuenta/segundo-factor", `quedó en ${otra.path}`);
  });
  await pasos.paso("quitar la llave: ya no abre", otra, async () => {
    await otraPagina(r, () => r.click("button:has-text('Quitar')"));
    await ve("Quitamos esa llave de acceso");
    await otraPagina(r, () => r.evaluate(() => document.querySelector("form[action='/salir']").submit()));
    await otra.ir("/");
    await otraPagina(r, () => r.click("[data-llave=usar] button"));
    await ve("ya no abre ninguna cuenta");
    await otra.entrar(empresa.usuario, empresa.rfc, empresa.clave);
    await r.waitForURL("**/panel");
  });
  await pasos.paso("olvidar la contraseña", beto, async () => {
    await beto.ir("/");
    await otraPagina(q, () => q.click("a:has-text('¿Olvidaste tu contraseña?')"));
    await beto.mirar("olvidé mi contraseña");
    await q.fill("[name=Usuario]", "nadie");
    await q.fill("[name=Rfc]", empresa.rfc);
    await otraPagina(q, () => q.click("main form button.primary"));
    await beto.mirar("revisa tu correo");
    exigir((await q.locator("body").innerText()).includes("Si existe un usuario"), "la respuesta no es neutral");
  });
}
