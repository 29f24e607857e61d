// The invoice: captured by keyboard, reviewed, stamped, downloaded, judged, found and sent.
import fs from "node:fs";
import path from "node:path";
import { alLado, hay, oraculo, qr, textoPDF } from "../jueces.mjs";
import { esperar, exigir } from "../visita.mjs";
import { cliente, elegir, empresa, producto, reclamos } from "./alta.mjs";

/** Runs fn, which has the server draw the middle of the form anew, and waits for it. */
export async function redibujado(page, fn) {
  await page.evaluate(() => (document.getElementById("captura").vieja = true));
  await fn();
  await page.waitForFunction(() => !document.getElementById("captura")?.vieja);
}

/** Opens a new invoice and fills it from the customer and the product of the company. */
export async function capturar(v, page = v.page) {
  await page.goto(`${v.portal.base}/comprobantes/nuevo?tipo=I`);
  await redibujado(page, () => elegir(page, "#f-buscarCliente", "robotica"));
  exigir((await page.inputValue("[name='Receptor.Rfc']")) === cliente.rfc, "no se eligió el cliente");
  await redibujado(page, () => elegir(page, "#f-buscarProducto", "serigrafia"));
  exigir((await page.inputValue("[name='Conceptos[0].Descripcion']")) === producto.descripcion, "no se eligió el producto");
  exigir((await page.locator("ul.lines > li:not(.head)").count()) === 1, "el producto debía quedar en un solo concepto");
  await page.selectOption("[name=FormaPago]", "03");
}

/** Runs fn, which leads to another page, and waits for that page. */
export async function otraPagina(page, fn) {
  await page.evaluate(() => (window.vieja = true));
  await fn();
  await page.waitForFunction(() => !window.vieja && document.readyState !== "loading");
}

/** The total the form shows now. */
const total = (page) => page.locator("#totales .total dd").innerText();

/** Presses Timbrar, and Timbrar así when there are warnings; ends on the document and returns its state. */
export async function timbrar(page, press = (button) => button.click()) {
  await otraPagina(page, () => press(page.locator("[data-stamp]")));
  if (await page.locator("button[value=timbrar-asi]").count()) await otraPagina(page, () => press(page.locator("button[value=timbrar-asi]").first()));
  const badge = page.locator("h1 .badge[data-state]");
  return (await badge.count()) > 0 ? badge.getAttribute("data-state") : "captura";
}

export async function factura(pasos, v, portal, work) {
  const p = v.page;
  const paso = (name, fn) => pasos.paso(name, v, fn);
  const xml = path.join(work, "factura.xml");
  const pdf = path.join(work, "factura.pdf");
  let uuid = "";

  await paso("factura capturada con el teclado y el buscador; totales al momento", async () => {
    await v.ir("/comprobantes");
    await v.mirar("comprobantes vacío");
    await capturar(v);
    await v.mirar("factura");
    await p.focus("[name='Conceptos[0].Cantidad']");
    await p.keyboard.press("ControlOrMeta+a");
    await p.keyboard.type("2");
    await esperar(async () => (await total(p)).includes("2,784.00"), 5_000, "el total al momento no llegó a 2,784.00");
  });

  await paso("letras, comas, 7 decimales y 1e9 en un precio: se señalan y se quedan escritos", async () => {
    const price = "[name='Conceptos[0].ValorUnitario']";
    for (const bad of ["mil", "1,200", "1.1234567", "1e9"]) {
      await p.fill(price, bad);
      await otraPagina(p, () => p.locator("[data-review]").click());
      exigir((await p.inputValue(price)) === bad, `se perdió ${bad}: quedó ${await p.inputValue(price)}`);
      exigir((await p.getAttribute(price, "aria-invalid")) === "true", `${bad} debía quedar marcado`);
      exigir((await p.inputValue("[name='Conceptos[0].Cantidad']")) === "2", "se perdió la cantidad");
    }
    await v.mirar("factura con errores");
    await p.fill(price, producto.precio);
  });

  await paso("Revisar: todo en orden", async () => {
    await otraPagina(p, () => p.locator("[data-review]").click());
    exigir((await p.locator("#resumen[data-kind=ok]").count()) === 1, `debía estar todo en orden; dijo ${await reclamos(p)}`);
    exigir((await total(p)).includes("2,784.00"), `el total era ${await total(p)}`);
    await v.mirar("factura revisada");
  });

  await paso("Timbrar: la factura queda timbrada", async () => {
    exigir((await timbrar(p)) === "timbrado", "debía quedar timbrada");
    exigir((await p.locator("h1").innerText()).includes("A-1"), "la primera factura debía ser la A-1");
    for (const tab of ["documento", "xml", "envios", "bitacora"]) {
      await p.goto(`${p.url().split("?")[0]}?ver=${tab}`);
      await v.mirar(`comprobante, ${tab}`);
    }
    await p.goto(p.url().split("?")[0]);
  });

  await paso("descarga del XML y del PDF", async () => {
    for (const [ext, file] of [["xml", xml], ["pdf", pdf]]) {
      const [download] = await Promise.all([p.waitForEvent("download"), p.locator(`.page-head a[href$='/${ext}']`).click()]);
      await download.saveAs(file);
    }
    const text = fs.readFileSync(xml, "utf8");
    uuid = /UUID="([0-9A-Fa-f-]{36})"/.exec(text)?.[1] ?? "";
    exigir(uuid && text.includes('Total="2784.00"'), "el XML debía llevar UUID y Total 2784.00");
    exigir(fs.readFileSync(pdf).subarray(0, 5).toString() === "%PDF-", "el PDF no es un PDF");
  });

  if (!alLado("shared/oracle/check-cfdi.sh")) pasos.omitir("el oráculo juzga el XML", "no está ../shared/oracle");
  else await paso("el oráculo aprueba el XML: esquema, sello, certificado, vigencia y timbre", async () => void oraculo(xml, path.join(portal.data, "ca", "ca", "pac.cer")));

  await paso("nuestro propio verify aprueba el XML", async () => void portal.run("cfdi", "verify", "--strict", "--data", portal.data, xml));

  if (!hay("pdftotext") || !hay("zbarimg")) pasos.omitir("el PDF dice lo mismo y su QR se lee", "faltan pdftotext o zbarimg");
  else {
    await paso("el PDF dice lo mismo y su QR lleva al SAT", async () => {
      const text = textoPDF(pdf);
      for (const must of [empresa.rfc, cliente.rfc, "2,784.00", "SIN VALIDEZ FISCAL", producto.descripcion]) exigir(text.includes(must), `al PDF le falta ${must}`);
      exigir(text.toUpperCase().includes(uuid.toUpperCase()), "al PDF le falta el UUID");
      const code = qr(pdf, work);
      exigir(code.includes("verificacfdi.facturaelectronica.sat.gob.mx") && code.toUpperCase().includes(uuid.toUpperCase()), `el QR dice ${code}`);
    });
  }

  await paso("la lista la encuentra por folio, RFC y UUID", async () => {
    for (const q of ["A-1", cliente.rfc, uuid]) {
      await v.ir(`/comprobantes?q=${encodeURIComponent(q)}`);
      exigir((await p.locator("tbody tr", { hasText: "A-1" }).count()) === 1, `no se encontró por ${q}`);
    }
    await v.mirar("comprobantes");
    await v.ir("/comprobantes?q=zzzz");
    await p.waitForSelector("text=Nada coincide");
    await v.mirar("comprobantes sin resultados");
  });

  await paso("se envía por correo y el correo está en el buzón con sus dos archivos", async () => {
    await v.ir(`/comprobantes?q=${uuid}`);
    await p.locator("tbody a.id").first().click();
    await p.locator(".page-head a", { hasText: "Enviar" }).click();
    await p.fill("[name=Para]", "no es un correo");
    await p.locator("form[action$='/enviar'] button").click();
    await p.waitForSelector("#resumen");
    exigir((await p.inputValue("[name=Para]")) === "no es un correo", `se perdió lo escrito; dijo ${await reclamos(p)}`);
    await p.fill("[name=Para]", "contadora@despacho.example");
    await p.fill("[name=Asunto]", "Tu factura del taller");
    await p.locator("form[action$='/enviar'] button").click();
    await p.waitForSelector(".notice[data-kind=ok]");
    await esperar(async () => {
      await v.ir("/buzon");
      return (await p.locator(".rows li", { hasText: "contadora@despacho.example" }).filter({ hasText: "2 archivos" }).count()) > 0;
    }, 10_000, "el correo con sus dos archivos no llegó al buzón");
    exigir((await p.locator(".rows li", { hasText: cliente.correo }).count()) > 0, "al timbrar debía enviarse sola al correo del cliente");
  });
}
