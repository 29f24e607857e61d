// Three small businesses, each from nothing to its first stamped receipt, in at most so many clicks and fields.
import fs from "node:fs";
import path from "node:path";
import { alLado, oraculo } from "../jueces.mjs";
import { esperar, exigir, Visita } from "../visita.mjs";
import { reclamos } from "./alta.mjs";

/** Clicks and fields that a company may take from the home page to its first receipt. */
const techo = 40;
const clave = "una frase bien larga 9";

const muestras = [
  {
    giro: "médico", rfc: "KICR630120NX3", nombre: "RODRIGO KITIA CASTRO", regimen: "612", cp: "36257", correo: "rodrigo@consultorio.example",
    producto: { descripcion: "Consulta médica", precio: "900", claves: "consulta médica", unidad: "E48", iva: "Exento" },
    cliente: { rfc: "WATM640917J45", nombre: "MARIA WATEMBER TORRES", cp: "60922", regimen: "605", uso: "D01" },
    dice: [/TipoFactor="Exento"/, /ClaveProdServ="85121502"/, /UsoCFDI="D01"/, /Total="900\.00"/],
  },
  {
    giro: "ferretería", rfc: "IIA040805DZ4", nombre: "INDISTRIA ILUMINADORA DE ALMACENES", regimen: "601", cp: "62661", correo: "caja@ferreteria.example",
    producto: { descripcion: "Tornillo para madera, caja de 100", precio: "85.50", claves: "tornillo" },
    cliente: { rfc: "URE180429TM6", nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", cp: "86991", regimen: "601" },
    dice: [/TasaOCuota="0\.160000"/, /ClaveUnidad="H87"/, /Total="99\.18"/],
  },
  {
    giro: "transportista", rfc: "KIJ0906199R1", nombre: "KERNEL INDUSTIA JUGUETERA", regimen: "601", cp: "28971", correo: "trafico@fletes.example",
    producto: { descripcion: "Flete Colima a Guadalajara", precio: "12000", claves: "flete", unidad: "E48", retIVA: "4" },
    cliente: { rfc: "EKU9003173C9", nombre: "ESCUELA KEMPER URGATE", cp: "42501", regimen: "601" },
    dice: [/<cfdi:Retencion [^>]*TasaOCuota="0\.040000"/, /TotalImpuestosRetenidos="480\.00"/, /Total="13440\.00"/],
  },
];

/** Counts what a person does on a page: one for every click and for every field filled or chosen. */
export class Contador {
  n = 0;

  constructor(page) {
    this.page = page;
  }

  click(what) {
    this.n++;
    return this.page.click(what);
  }

  fill(field, text) {
    this.n++;
    return this.page.fill(`[name='${field}']`, text);
  }

  choose(field, value) {
    this.n++;
    return this.page.selectOption(`[name='${field}']`, value);
  }

  file(field, file) {
    this.n++;
    return this.page.setInputFiles(`[name='${field}']`, file);
  }

  /** Words typed into a search box, and a click on the first of what it found. */
  async find(field, words) {
    await this.fill(field, words);
    await this.click(`.combo:has([name='${field}']) .combo-list:not([hidden]) [role=option] >> nth=0`);
  }

  async at(pattern) {
    await this.page.waitForURL(pattern).catch(async () => {
      throw new Error(`no se llegó a ${pattern}; dice: ${await reclamos(this.page)}`);
    });
  }
}

export async function empezar(pasos, browser, portal, work) {
  for (const m of muestras) {
    const v = await Visita.abrir(browser, portal);
    await pasos.paso(`${m.giro}: del registro a su primera factura en ${techo} clics y campos o menos`, v, () => deNada(v, m, portal, work));
    await v.context.close();
  }
}

/** The whole way of one company; throws when it took more than it may. */
async function deNada(v, m, portal, work) {
  const c = new Contador(v.page);
  const seen = [];
  const part = async (name, fn) => {
    const before = c.n;
    await fn();
    seen.push(`${name} ${c.n - before}`);
  };
  await v.ir("/");
  await part("registro", () => registrar(c, m));
  await hastaElCertificado(c, v, m, portal, work, part);
  await part("comprobante", () => comprobante(c));
  console.log(`         ${m.giro}: ${c.n} clics y campos (${seen.join(", ")}; techo ${techo})`);
  await juzgar(v.page, m, portal, work);
  exigir(c.n <= techo, `tomó ${c.n} clics y campos; el techo es ${techo}`);
}

/** From the mail of the registration to an empty receipt. */
export async function hastaElCertificado(c, v, m, portal, work, part = (name, fn) => fn()) {
  await part("correo", () => confirmar(c, v, m));
  await part("empresa", () => empresa(c, m));
  await part("producto", () => producto(c, m.producto));
  await part("cliente", () => cliente(c, m.cliente));
  await part("serie", async () => {
    await c.click("text=Guardar serie");
    await c.at("**/certificados?*");
  });
  await part("certificado", () => certificado(c, m, portal, work));
}

async function registrar(c, m) {
  await c.click("a[href='/registro'] >> nth=0");
  await c.fill("Nombre", "Quien atiende");
  await c.fill("Rfc", m.rfc);
  await c.fill("Correo", m.correo);
  await c.fill("Correo2", m.correo);
  await c.click("[name=Acepta]");
  await c.click("form[action='/registro'] button");
  await c.at("**/registro/enviado");
}

/** The mail arrives by itself; opening it and its link counts. The link signs in. */
async function confirmar(c, v, m) {
  const mail = `.rows li:has-text('${m.correo}') a`;
  await esperar(async () => (await fetchText(v, "/buzon")).includes(m.correo), 10_000, "el correo no llegó al buzón");
  await c.click("a[href='/buzon']");
  await c.click(`${mail} >> nth=0`);
  await c.click(".mail-text a");
  await c.at("**/confirmar/**");
  await c.fill("Password", clave);
  await c.fill("Password2", clave);
  await c.click("text=Crear mi cuenta y entrar");
  await c.at("**/cuenta/bienvenida");
  await c.click("text=Empezar por los datos de mi empresa");
  await c.at("**/empresa?*");
}

const fetchText = (v, at) => v.page.evaluate(async (u) => (await fetch(u)).text(), at);

async function empresa(c, m) {
  exigir((await c.page.locator("output.fixed").innerText()) === m.rfc, "el RFC del registro debía estar puesto");
  await c.fill("Nombre", m.nombre);
  await c.choose("RegimenDefault", m.regimen);
  await c.fill("CodigoPostal", m.cp);
  await c.click("form[action^='/empresa'] button.primary");
  await c.at("**/productos/nuevo?*");
}

async function producto(c, p) {
  await c.find("ClaveProdServ", p.claves);
  if (p.unidad) await c.fill("ClaveUnidad", p.unidad);
  await c.fill("Descripcion", p.descripcion);
  await c.fill("Precio", p.precio);
  if (p.iva) await c.choose("IVA", p.iva);
  if (p.retIVA) await c.fill("RetIVA", p.retIVA);
  await c.click("text=Guardar producto");
  await c.at("**/clientes/nuevo?*");
}

async function cliente(c, x) {
  await c.fill("Rfc", x.rfc);
  await c.fill("Nombre", x.nombre);
  await c.fill("CodigoPostal", x.cp);
  await c.choose("RegimenFiscal", x.regimen);
  if (x.uso) await c.choose("UsoCFDI", x.uso);
  await c.click("text=Guardar cliente");
  await c.at("**/series/nueva?*");
}

async function certificado(c, m, portal, work) {
  const dir = path.join(work, "csd", m.rfc);
  portal.run("csd", "test", "--data", portal.data, "--rfc", m.rfc, "--name", m.nombre, "--out", dir);
  await c.file("Cer", path.join(dir, `${m.rfc}.cer`));
  await c.file("Key", path.join(dir, `${m.rfc}.key`));
  await c.fill("Password", "12345678a");
  await c.click("form[action^='/certificados/nuevo'] button");
  await c.at("**/comprobantes/nuevo?*");
}

/** The only customer and the only product are already in the form. */
async function comprobante(c) {
  await c.choose("FormaPago", "03");
  await c.click("[data-stamp]");
  await c.page.waitForSelector("button[value=timbrar-asi], h1 .badge[data-state], #resumen[data-kind=bad]");
  if (await c.page.locator("button[value=timbrar-asi]").count()) await c.click("button[value=timbrar-asi] >> nth=0");
  await c.page.waitForSelector("h1 .badge[data-state=timbrado]").catch(async () => {
    throw new Error(`no quedó timbrada; dice: ${await reclamos(c.page)}`);
  });
}

/** Keeps the XML and has it judged. */
async function juzgar(page, m, portal, work) {
  const xml = path.join(work, `muestra-${m.rfc}.xml`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".page-head a[href$='/xml']").click()]);
  await download.saveAs(xml);
  const text = fs.readFileSync(xml, "utf8");
  for (const must of m.dice) exigir(must.test(text), `al XML le falta ${must}`);
  exigir(text.includes(`Rfc="${m.rfc}"`) && text.includes(`Rfc="${m.cliente.rfc}"`), "el XML debía llevar los dos RFC");
  portal.run("cfdi", "verify", "--strict", "--data", portal.data, xml);
  if (alLado("shared/oracle/check-cfdi.sh")) oraculo(xml, path.join(portal.data, "ca", "ca", "pac.cer"));
}
