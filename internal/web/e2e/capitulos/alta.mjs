// From nothing to a company that can invoice: registration, mail, password, the five steps.
import fs from "node:fs";
import path from "node:path";
import { alLado } from "../jueces.mjs";
import { esperar, exigir } from "../visita.mjs";

/** The company of this test and who enters it. */
export const empresa = {
  rfc: "EKU9003173C9", nombre: "ESCUELA KEMPER URGATE", cp: "42501", usuario: "emma",
  correo: "emma@ejemplo.mx", clave: "una frase bien larga 9",
};

export const producto = { descripcion: "Taller de serigrafía, por persona", precio: "1200.00" };
export const cliente = { rfc: "URE180429TM6", nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", cp: "86991", correo: "pagos@robotica.example" };

/** What a form says is wrong, all of it. */
export const reclamos = (page) => page.locator("#resumen, .finding").allInnerTexts().then((all) => all.join(" · ").replace(/\s+/g, " "));

export async function alta(pasos, v, portal, work) {
  const p = v.page;
  const paso = (name, fn) => pasos.paso(name, v, fn);

  await paso("inicio, términos y privacidad", async () => {
    for (const at of ["/", "/terminos", "/privacidad"]) {
      await v.ir(at);
      await v.mirar(at);
    }
    exigir((await v.ir("/no-existe")).status() === 404, "una página que no existe debía decir 404");
    await v.mirar("404");
  });

  await paso("registro con datos malos: se dice dónde y no se pierde nada", async () => {
    await v.ir("/registro");
    await v.mirar("registro");
    await p.fill("[name=Nombre]", "Emma Kemper");
    await p.fill("[name=Rfc]", "EKU-9003");
    await p.fill("[name=Correo]", empresa.correo);
    await p.fill("[name=Correo2]", "otra@ejemplo.mx");
    await p.click("form[action='/registro'] button");
    await p.waitForSelector("#resumen");
    exigir(await p.locator("#f-Rfc[aria-invalid], [name=Rfc][aria-invalid=true]").count(), "el RFC malo debía quedar marcado");
    exigir((await p.inputValue("[name=Nombre]")) === "Emma Kemper" && (await p.inputValue("[name=Rfc]")) === "EKU-9003", "se perdió lo escrito");
    await v.mirar("registro con errores");
  });

  await paso("registro bueno y su correo en el Buzón de salida", async () => {
    await p.fill("[name=Rfc]", empresa.rfc);
    await p.fill("[name=Correo2]", empresa.correo);
    await p.check("[name=Acepta]");
    await p.click("form[action='/registro'] button");
    await p.waitForURL("**/registro/enviado");
    await v.mirar("registro enviado");
    await esperar(async () => {
      await v.ir("/buzon");
      return (await p.locator(".rows li", { hasText: empresa.correo }).count()) > 0;
    }, 10_000, "el correo no llegó al buzón");
    await v.mirar("buzón");
    await p.locator(".rows li", { hasText: empresa.correo }).first().locator("a").click();
    await p.waitForSelector(".mail-text a");
    await v.mirar("correo");
  });

  await paso("confirmación con contraseña propia", async () => {
    await p.click(".mail-text a");
    await p.waitForURL("**/confirmar/**");
    await v.mirar("confirmar");
    await p.fill("[name=Usuario]", empresa.usuario);
    await p.fill("[name=Password]", "corta");
    await p.fill("[name=Password2]", "corta");
    await p.click("text=Crear mi cuenta y entrar");
    await p.waitForSelector("#resumen");
    exigir((await p.inputValue("[name=Usuario]")) === empresa.usuario, "se perdió el usuario escrito");
    await p.fill("[name=Password]", empresa.clave);
    await p.fill("[name=Password2]", empresa.clave);
    await p.click("text=Crear mi cuenta y entrar");
    await p.waitForURL("**/cuenta/bienvenida");
    await v.mirar("bienvenida");
    await v.ir("/panel");
    await v.mirar("panel vacío");
  });

  await paso("datos de la empresa", async () => {
    await v.ir("/empresa");
    await v.mirar("empresa");
    await p.fill("[name=Nombre]", empresa.nombre);
    await p.selectOption("[name=RegimenDefault]", "601");
    await p.fill("[name=CodigoPostal]", "123");
    await p.locator("form[action='/empresa'] button.primary").click();
    await p.waitForSelector("#resumen");
    exigir((await p.inputValue("[name=CodigoPostal]")) === "123", "se perdió el CP escrito");
    await p.fill("[name=CodigoPostal]", empresa.cp);
    await p.locator("form[action='/empresa'] button.primary").click();
    await p.waitForSelector(".notice[data-kind=ok]");
  });

  await certificados(pasos, v, portal, work);

  await paso("producto: precio con letras, comas, 7 decimales y 1e9 se rechaza y se queda escrito", async () => {
    await v.ir("/productos");
    await v.mirar("productos vacío");
    await v.ir("/productos/nuevo");
    await v.mirar("producto nuevo");
    await p.fill("[name=Descripcion]", producto.descripcion);
    for (const bad of ["mil", "1,200.00", "1.1234567", "1e9"]) {
      await p.fill("[name=Precio]", bad);
      await p.click("text=Guardar producto");
      await p.waitForSelector("#resumen");
      exigir((await p.inputValue("[name=Precio]")) === bad, `se perdió ${bad}`);
      exigir((await p.getAttribute("[name=Precio]", "aria-invalid")) === "true", `${bad} debía quedar marcado`);
      exigir((await p.inputValue("[name=Descripcion]")) === producto.descripcion, "se perdió la descripción");
    }
    await v.mirar("producto con errores");
  });

  await paso("producto nuevo, con la clave del SAT buscada por palabra", async () => {
    await p.fill("[name=Precio]", producto.precio);
    await elegir(p, "[name=ClaveProdServ]", "capacitacion");
    exigir(/^\d{8}$/.test(await p.inputValue("[name=ClaveProdServ]")), "la búsqueda debía dejar la clave de 8 dígitos");
    await elegir(p, "[name=ClaveUnidad]", "servicio");
    await p.selectOption("[name=IVA]", "0.160000");
    await p.click("text=Guardar producto");
    await p.waitForURL("**/productos");
    await p.waitForSelector(`text=${producto.descripcion}`);
    await v.mirar("productos");
  });

  await paso("cliente: CP desconocido se rechaza; el bueno se guarda", async () => {
    await v.ir("/clientes");
    await v.mirar("clientes vacío");
    await v.ir("/clientes/nuevo");
    await v.mirar("cliente nuevo");
    await p.fill("[name=Rfc]", cliente.rfc);
    await p.fill("[name=Nombre]", cliente.nombre);
    await p.fill("[name=CodigoPostal]", "00000");
    await p.selectOption("[name=RegimenFiscal]", "601");
    await p.selectOption("[name=UsoCFDI]", "G03");
    await p.fill("[name='Correos[0]']", cliente.correo);
    await p.click("text=Guardar cliente");
    await p.waitForSelector("#resumen");
    exigir((await p.inputValue("[name=CodigoPostal]")) === "00000", "se perdió el CP escrito");
    await v.mirar("cliente con errores");
    await p.fill("[name=CodigoPostal]", cliente.cp);
    await p.click("text=Guardar cliente");
    await p.waitForSelector(".notice[data-kind=ok]");
    await v.ir("/clientes");
    await p.waitForSelector(`text=${cliente.nombre}`);
    await v.mirar("clientes");
  });

  await paso("serie nueva", async () => {
    await v.ir("/series");
    await v.mirar("series vacío");
    await p.click("text=Crear la serie de facturas");
    await v.mirar("serie nueva");
    await p.fill("[name=Serie]", "A");
    await p.click("text=Guardar serie");
    await p.waitForURL("**/series");
    await v.mirar("series");
  });
}

/** Types words into a search box and takes the first option with the keyboard. */
export async function elegir(page, box, words) {
  const list = page.locator(".combo", { has: page.locator(box) }).locator(".combo-list:not([hidden])");
  await page.focus(box);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(words, { delay: 10 });
  await list.locator("[role=option]").first().waitFor();
  // Until the options are those of these words, the arrow does nothing.
  await esperar(async () => {
    await page.keyboard.press("ArrowDown");
    return (await list.locator("[aria-selected=true]").count()) === 1;
  }, 5_000, `ninguna opción de «${words}» se dejó elegir`);
  await page.keyboard.press("Enter");
}

/** Every wrong pair of files gets its reason; then the test certificate by its button. */
async function certificados(pasos, v, portal, work) {
  const p = v.page;
  const dir = path.join(work, "csd");
  const make = (rfc, name, out) => portal.run("csd", "test", "--data", portal.data, "--rfc", rfc, "--name", name, "--out", path.join(dir, out));
  const read = (...parts) => fs.readFileSync(path.join(dir, ...parts));
  make(empresa.rfc, empresa.nombre, "mia");
  make(empresa.rfc, empresa.nombre, "otra");
  make("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "ajena");
  const mia = { cer: read("mia", `${empresa.rfc}.cer`), key: read("mia", `${empresa.rfc}.key`) };
  const pem = Buffer.from(`-----BEGIN CERTIFICATE-----\n${mia.cer.toString("base64").replace(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`);

  const cases = [
    ["contraseña equivocada", mia.cer, mia.key, "no es esta", /contraseña/i],
    ["llave de otro certificado", mia.cer, read("otra", `${empresa.rfc}.key`), "12345678a", /llave/i],
    ["certificado de otro RFC", read("ajena", "XIA190128J61.cer"), read("ajena", "XIA190128J61.key"), "12345678a", /XIA190128J61/],
    ["PEM en lugar de DER", pem, mia.key, "12345678a", /PEM|texto|\.cer/i],
    ["el .cer en lugar de la llave", mia.cer, mia.cer, "12345678a", /llave|\.key/i],
    ["archivo de 10 MB", Buffer.alloc(10 << 20), mia.key, "12345678a", /64 kB|grande/],
  ];
  const sat = alLado("shared/sat/certs");
  if (sat) {
    // INDEX.tsv: kind, RFC, …, in force in column 6, files in 10 and 11, password in 12.
    const rows = fs.readFileSync(path.join(sat, "INDEX.tsv"), "utf8").split("\n").slice(1).map((l) => l.split("\t"));
    const add = (name, kind, inForce, says) => {
      const row = rows.find((r) => r[0] === kind && r[1] === empresa.rfc && r[6] === inForce && r[11]);
      if (row) cases.push([name, fs.readFileSync(path.join(sat, row[10])), fs.readFileSync(path.join(sat, row[11])), row[12], says]);
    };
    add("e.firma en lugar de CSD", "fiel", "si", /e\.firma/i);
    add("certificado vencido", "csd", "no", /venci/i);
  } else {
    pasos.omitir("e.firma y certificado vencido", "no está ../shared/sat/certs");
  }

  await pasos.paso("certificados vacío", v, async () => {
    await v.ir("/certificados");
    await v.mirar("certificados vacío");
  });
  for (const [name, cer, key, password, says] of cases) {
    await pasos.paso(`certificados: ${name}`, v, async () => {
      await v.ir("/certificados");
      await p.setInputFiles("[name=Cer]", { name: "x.cer", mimeType: "application/x-x509-ca-cert", buffer: cer });
      await p.setInputFiles("[name=Key]", { name: "x.key", mimeType: "application/octet-stream", buffer: key });
      await p.fill("[name=Password]", password);
      await p.locator("form[action='/certificados/nuevo'] button:has-text('Agregar certificado')").click();
      await p.waitForSelector("#resumen");
      const said = await reclamos(p);
      exigir(says.test(said), `esperaba ${says} y dijo: ${said}`);
      await v.mirar("certificados con errores");
    });
  }
  await pasos.paso("certificado de prueba con un botón", v, async () => {
    await v.ir("/certificados");
    await p.click("text=Crear certificado de prueba");
    await p.waitForSelector("td .badge[data-state=vigente]");
    await v.mirar("certificados");
  });
  await pasos.paso("exportar la llave: permitir, pedir, cancelar", v, async () => {
    await p.click("table details.menu summary");
    await p.click("text=Exportar llave…");
    await v.mirar("exportar llave");
    await p.click("button:has-text('Permitir exportaciones')");
    await p.click("button:has-text('Pedir la llave')");
    await p.waitForSelector("h2:has-text('La llave está pedida')");
    await v.mirar("llave pedida");
    await v.ir("/certificados");
    await p.click("text=Ver o cancelar");
    await p.click("button:has-text('Cancelar la exportación')");
    await p.waitForSelector("h2:has-text('Pedir la llave')");
    await p.click("button:has-text('Dejar de permitir')");
    await p.waitForSelector("h2:has-text('no permite exportar')");
  });
}
