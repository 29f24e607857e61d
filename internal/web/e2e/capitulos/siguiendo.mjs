// The manual read from its first article to its last on a fresh installation, doing what it says: each link leads
// somewhere, each picture is there, and each word it sets in bold is on the page it speaks of.
import fs from "node:fs";
import path from "node:path";
import { esperar, exigir } from "../visita.mjs";
import { elegir, reclamos } from "./alta.mjs";
import { otraPagina, redibujado, timbrar } from "./factura.mjs";

const yo = { rfc: "KIJ0906199R1", nombre: "KERNEL INDUSTIA JUGUETERA", cp: "28971", usuario: "kira", correo: "kira@ejemplo.mx", clave: "una frase bien larga 9" };
const cliente = { rfc: "EKU9003173C9", nombre: "ESCUELA KEMPER URGATE", cp: "42501", correo: "pagos@kemper.example" };

/** What is emphasis in an article, or a state that this walk does not come to, and no word of a page. */
const sinLugar = {
  "entrar": ["llave de acceso", "CSD", "Olvidaste tu contraseña", "Demasiados intentos", "Cuenta bloqueada por no usarse", "Perdiste tu teléfono"],
  "clientes": ["Público en general", "Extranjero", "Dos con el mismo RFC"],
  "rechazos": ["No se emitió nada.", "No la hagas otra vez", "Nombre, código postal o régimen no coinciden", "El uso del CFDI no va con su régimen", "El certificado venció"],
  "soporte": ["Contestada"],
  "tienda": ["Vencido"],
  "paquetes": ["en espera de créditos", "Post pago", "PRM"],
  "invita": ["No me inviten más"], // in the mail: the chapter of the invitation opens it
};

export async function siguiendo(pasos, v, portal, work) {
  const p = v.page;
  const factura = {};
  const dice = async (text) => exigir((await p.locator("main").innerText()).includes(text), `la página no dice «${text}»: ${(await reclamos(p)).slice(0, 200)}`);
  const guardar = (where = "main button.primary") => otraPagina(p, () => p.locator(where).first().click());
  const abrir = async () => {
    await v.ir("/comprobantes");
    await otraPagina(p, () => p.locator("tbody a.id").last().click());
  };
  const correo = async (para) => {
    await esperar(async () => {
      await v.ir("/buzon");
      return (await p.locator(".rows li", { hasText: para }).count()) > 0;
    }, 10_000, `no llegó el correo a ${para}`);
    await p.locator(".rows li", { hasText: para }).first().locator("a").click();
    await p.waitForSelector(".mail-text");
  };

  /** What each article has one do, and where its bold words are seen after it: word → where one must be. */
  const articulos = {
    async registro() {
      await v.ir("/registro");
      for (const [name, text] of [["Nombre", "Kira Juárez"], ["Rfc", yo.rfc], ["Correo", yo.correo], ["Correo2", yo.correo]]) await p.fill(`[name=${name}]`, text);
      await p.check("[name=Acepta]");
      await p.click("form[action='/registro'] button");
      await p.waitForURL("**/registro/enviado");
      exigir(/reenvi/i.test(await p.locator("main").innerText()), "la página del envío no ofrece reenviarlo");
      await correo(yo.correo);
      await p.click(".mail-text a");
      await p.fill("[name=Usuario]", yo.usuario);
      for (const name of ["Password", "Password2"]) await p.fill(`[name=${name}]`, yo.clave);
      await p.click("text=Crear mi cuenta y entrar");
      await p.waitForURL("**/cuenta/bienvenida");
      await v.ir("/panel");
      exigir((await p.locator(".wizard, [aria-label*=sistente]").count()) > 0, "no está el asistente");
    },
    async entrar() {
      await p.context().clearCookies();
      await v.ir("/");
      await v.entrar(yo.usuario, yo.rfc, yo.clave);
      await p.waitForURL("**/panel");
    },
    async empresa() {
      await v.ir("/empresa");
      await p.fill("[name=Nombre]", yo.nombre);
      await p.selectOption("[name=RegimenDefault]", "601");
      await p.fill("[name=CodigoPostal]", yo.cp);
      await guardar("form[action='/empresa'] button.primary");
      exigir((await p.locator("#resumen").count()) === 0, await reclamos(p));
    },
    async certificado() {
      const dir = path.join(work, "manual-csd");
      portal.run("csd", "test", "--data", portal.data, "--rfc", yo.rfc, "--name", yo.nombre, "--out", dir);
      await v.ir("/certificados");
      await p.setInputFiles("[name=Cer]", path.join(dir, `${yo.rfc}.cer`));
      await p.setInputFiles("[name=Key]", path.join(dir, `${yo.rfc}.key`));
      await p.fill("[name=Password]", "12345678a");
      await guardar("button:has-text('Agregar certificado')");
      await p.waitForSelector("td .badge[data-state=vigente]");
      return { "Agregar certificado": "/certificados", "certificado de prueba": "/certificados" };
    },
    async series() {
      for (const [tipo, serie] of [["I", "A"], ["E", "NC"]]) {
        await v.ir("/series/nueva");
        if (await p.locator("[name=TipoDeComprobante]").count()) await p.selectOption("[name=TipoDeComprobante]", tipo);
        await p.fill("[name=Serie]", serie);
        await guardar("button:has-text('Guardar serie')");
      }
      await v.ir("/series");
      for (const serie of ["A", "NC"]) await dice(serie);
      return { "Folios y huecos": "/series" };
    },
    async productos() {
      await v.ir("/productos");
      await otraPagina(p, () => p.locator("main a.primary[href='/productos/nuevo']").first().click());
      await p.fill("[name=Descripcion]", "Flete Colima a Manzanillo");
      await elegir(p, "[name=ClaveProdServ]", "flete");
      await p.fill("[name=ClaveUnidad]", "E48");
      await p.fill("[name=Precio]", "1000");
      await guardar("button:has-text('Guardar producto')");
      await v.ir("/precios/nueva");
      await p.fill("[name=Nombre]", "Mayoreo");
      await guardar();
      return { "Nuevo producto": "/productos" };
    },
    async clientes() {
      await v.ir("/clientes");
      await otraPagina(p, () => p.locator("main a.primary[href='/clientes/nuevo']").first().click());
      for (const [name, text] of [["Rfc", cliente.rfc], ["Nombre", cliente.nombre], ["CodigoPostal", cliente.cp], ["Correos[0]", cliente.correo]]) await p.fill(`[name='${name}']`, text);
      await p.selectOption("[name=RegimenFiscal]", "601");
      await p.selectOption("[name=UsoCFDI]", "G03");
      await guardar("button:has-text('Guardar cliente')");
      await v.ir("/validar/clientes");
      const [file] = await Promise.all([p.waitForEvent("download"), p.locator("main a[href*='archivo']").first().click()]);
      exigir(fs.readFileSync(await file.path(), "utf8").includes(cliente.rfc), "el archivo para el SAT no lleva al cliente");
      return { "Nuevo cliente": "/clientes", "Cómo le facturas": "/clientes/nuevo" };
    },
    async constancia() {
      await v.ir("/propuestas");
      await dice("enlace");
      return { "Leer la Constancia": "/empresa" };
    },
    async "primera-factura"() {
      await v.ir("/panel");
      await otraPagina(p, () => p.locator("a:has-text('Nueva factura')").first().click());
      await redibujado(p, () => elegir(p, "#f-buscarCliente", "kemper"));
      if ((await p.locator("[name='Conceptos[0].Descripcion']").count()) === 0 || (await p.inputValue("[name='Conceptos[0].Descripcion']")) === "") await redibujado(p, () => elegir(p, "#f-buscarProducto", "flete"));
      await p.selectOption("[name=FormaPago]", "03");
      await otraPagina(p, () => p.locator("[data-review]").click());
      exigir((await p.locator("#resumen[data-kind=bad]").count()) === 0, await reclamos(p));
      exigir((await timbrar(p)) === "timbrado", `no quedó timbrada: ${await reclamos(p)}`);
      factura.path = v.path.split("?")[0];
      return { "Nueva factura": "/comprobantes", PUE: "/comprobantes/nuevo?tipo=I", PPD: "/comprobantes/nuevo?tipo=I", Revisar: "/comprobantes/nuevo?tipo=I", Timbrar: "/comprobantes/nuevo?tipo=I" };
    },
    async rechazos() {
      await v.ir("/soporte/codigos");
      await dice("CFDI40");
      return { "Usar como base": factura.path, "Pedir ayuda": factura.path };
    },
    async "nota-de-credito"() {
      await v.ir(factura.path);
      for (const menu of await p.locator("main details:not([open]) > summary").all()) await menu.click();
      await otraPagina(p, () => p.locator("main a:has-text('Nota de crédito'), main button:has-text('Nota de crédito')").first().click());
      await p.selectOption("[name=FormaPago]", "03");
      await otraPagina(p, () => p.locator("[data-review]").click());
      exigir((await p.locator("#resumen[data-kind=bad]").count()) === 0, await reclamos(p));
      exigir((await timbrar(p)) === "timbrado", `la nota no quedó timbrada: ${await reclamos(p)}`);
      exigir((await p.locator("h1").innerText()).includes("NC-1"), "no llevó su propia serie");
      return { "Nota de crédito": factura.path };
    },
    async comprobantes() {
      await v.ir(`/comprobantes?q=${cliente.rfc}`);
      exigir((await p.locator("tbody tr").count()) === 2, "debía haber dos comprobantes");
      await v.ir(factura.path);
      for (const ext of ["xml", "pdf"]) {
        const [file] = await Promise.all([p.waitForEvent("download"), p.locator(`.page-head a[href$='/${ext}']`).click()]);
        exigir(fs.statSync(await file.path()).size > 1000, `el ${ext} está vacío`);
      }
      return { XML: factura.path, PDF: factura.path, Enviar: factura.path, "Usar como base": factura.path };
    },
    async importar() {
      const file = path.join(work, "manual-lista.csv");
      fs.writeFileSync(file, "RFC,Nombre,CP,Régimen,Uso\nXIA190128J61,XENON INDUSTRIAL ARTICLES,76343,601,G03\n");
      await v.ir("/importar/clientes");
      await p.setInputFiles("#f-Archivo", file);
      await p.click("button:has-text('Revisar el archivo')");
      await p.waitForSelector("a:has-text('Resultado en Excel')");
      const here = v.path;
      return { Importar: "/clientes", "Importar todo o nada": here, "Tomarlos de mis XML": "/importar/clientes" };
    },
    async representacion() {
      await v.ir("/representacion");
      await p.locator("label:has-text('Compacta')").first().click();
      await guardar();
    },
    async correo() {
      await v.ir("/envios");
      const plantilla = await p.locator("main a[href^='/envios/']:not([href*='servidor'])").first().getAttribute("href");
      return { "Así se ve": plantilla };
    },
    async usuarios() {
      await v.ir("/usuarios");
      await otraPagina(p, () => p.locator("main a.primary[href='/usuarios/nuevo']").first().click());
      for (const [name, text] of [["Nombre", "Olivia Peña"], ["Usuario", "olivia"], ["Correo", "olivia@ejemplo.mx"]]) await p.fill(`main [name=${name}]`, text);
      await guardar();
      exigir((await p.locator("#resumen[data-kind=bad]").count()) === 0, await reclamos(p));
      await correo("olivia@ejemplo.mx");
      return { "Nuevo usuario": "/usuarios", Administrador: "/usuarios/nuevo", "Operación": "/usuarios/nuevo" };
    },
    async coadministracion() {
      return { Invitar: "/coadministracion" };
    },
    async seguridad() {
      await v.ir("/cuenta/sesiones");
      exigir((await p.locator("main tr, main li").count()) > 0, "no muestra las sesiones");
    },
    async soporte() {
      await v.ir("/soporte/nuevo");
      await p.fill("[name=Asunto]", "No encuentro mi serie");
      await p.fill("[name=Mensaje], [name=Texto]", "La creé ayer y hoy no está.");
      await guardar();
      exigir((await p.locator("#resumen[data-kind=bad]").count()) === 0, await reclamos(p));
      return { "Ayuda de esta página": "/panel", "Pedir ayuda": factura.path, Abierta: v.path };
    },
    async addendas() {
      await v.ir("/addendas/nueva");
      await p.fill("[name=Nombre]", "La del manual");
      await p.fill("[name=Cuerpo]", "<pedido total=\"{{Total}}\">{{#Conceptos}}<linea>{{Concepto.Descripcion}}</linea>{{/Conceptos}}</pedido>");
      await guardar("button:has-text('Guardar addenda')");
      return { "Nueva addenda": "/addendas", "Datos que se piden al facturar": "/addendas/nueva", "Ver cómo queda": "/addendas/nueva", Addenda: `${factura.path}?ver=xml` };
    },
    async tienda() {
      await v.ir("/tienda");
      await otraPagina(p, () => p.locator("button:has-text('Agregar al carrito')").first().click());
      await p.check("[name=Metodo][value=tarjeta]");
      await guardar("button:has-text('Hacer el pedido')");
      return { Pendiente: v.path };
    },
    async paquetes() {
      await v.ir("/creditos");
    },
    async invita() {
      await v.ir("/cuenta/invitar");
      await p.fill("[name=Correos]", "amiga@del-manual.example");
      await guardar("main form[action='/cuenta/invitar'] button");
      await correo("amiga@del-manual.example");
      exigir((await p.locator(".mail-text a[href*='/invitaciones/no/']").count()) > 0, "el correo no lleva el enlace para que no la inviten más");
    },
  };

  let lista = [];
  await pasos.paso("la lista de artículos, y ninguno sin seguir", v, async () => {
    await v.ir("/soporte");
    lista = await p.locator("main a[href^='/soporte/articulos/']").evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
    const sin = lista.map((l) => l.split("/").pop()).filter((slug) => !(slug in articulos));
    exigir(sin.length === 0, `artículos que nadie sigue: ${sin.join(", ")}`);
    exigir(lista.length === Object.keys(articulos).length, `hay ${lista.length} artículos y se siguen ${Object.keys(articulos).length}`);
  });

  const visto = new Set();
  for (const slug of Object.keys(articulos)) {
    await pasos.paso(`el manual: ${slug}`, v, async () => {
      const donde = (await articulos[slug]()) ?? {};
      await v.ir(`/soporte/articulos/${slug}`);
      const dicho = await p.locator("main strong").allInnerTexts();
      const enlaces = await p.locator("main article a[href^='/'], main a[href^='/']").evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
      const rotas = await p.locator("main img").evaluateAll((all) => all.filter((i) => !i.complete || i.naturalWidth === 0).map((i) => i.src));
      exigir(rotas.length === 0, `no se ven ${rotas.join(", ")}`);
      for (const palabra of dicho) {
        if ((sinLugar[slug] ?? []).includes(palabra)) continue;
        exigir(donde[palabra], `nadie dice dónde está «${palabra}»`);
        await v.ir(donde[palabra]);
        await p.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
        exigir((await p.locator("body").innerText()).includes(palabra), `${donde[palabra]} no dice «${palabra}»`);
      }
      for (const at of enlaces.filter((l) => !visto.has(l))) {
        visto.add(at);
        const answer = await v.ir(at);
        exigir(answer.status() < 400, `${at} contesta ${answer.status()}`);
      }
    });
  }
}
