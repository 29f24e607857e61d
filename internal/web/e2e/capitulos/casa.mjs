// The company's own house: its taxes, a Constancia that fills a form, two people at one row, and the catalogues.
import { exigir } from "../visita.mjs";
import { empresa } from "./alta.mjs";
import { otraPagina } from "./factura.mjs";

/** A Constancia as a browser prints one. */
async function constancia(browser, rows) {
  const page = await browser.newPage();
  await page.setContent(`<body style="font:10pt sans-serif"><h1>CONSTANCIA DE SITUACIÓN FISCAL</h1><p>Lugar y Fecha de Emisión</p><p>PUEBLA , PUEBLA A 05 DE ENERO DE 2020</p>
    <table>${rows.map(([a, b]) => `<tr><td style="width:8cm">${a}</td><td>${b}</td></tr>`).join("")}</table><h2>Regímenes:</h2>
    <table><tr><td style="width:12cm">Régimen General de Ley Personas Morales</td><td>01/01/2018</td></tr></table><h2>Obligaciones:</h2></body>`);
  const pdf = await page.pdf();
  await page.close();
  return { name: "constancia.pdf", mimeType: "application/pdf", buffer: pdf };
}

export async function casa(pasos, browser, v) {
  const p = v.page;
  const dice = async (text) => exigir((await p.locator("main").innerText()).includes(text), `la página no dice «${text}»`);
  await pasos.paso("impuestos: la lista, uno local y uno que no puede ser", v, async () => {
    await v.ir("/impuestos");
    await v.mirar("impuestos");
    await dice("IVA 16 %");
    await otraPagina(p, () => p.click("text=¿Cobras un impuesto local"));
    await p.fill("[name=Nombre]", "ISH");
    await p.fill("[name=Valor]", "3.555");
    await otraPagina(p, () => p.click("main button.primary"));
    await dice("hasta dos decimales");
    exigir((await p.inputValue("[name=Nombre]")) === "ISH", "se perdió el nombre");
    await v.mirar("impuesto con un error");
    await p.fill("[name=Valor]", "3");
    await otraPagina(p, () => p.click("main button.primary"));
    await dice("ISH");
    await v.ir("/comprobantes/nuevo?tipo=I");
    exigir((await p.locator("[name=Locales]").count()) === 1, "la factura no ofrece el impuesto local");
  });
  await pasos.paso("leer la Constancia de un cliente nuevo", v, async () => {
    await v.ir("/clientes/nuevo");
    await p.click("summary:has-text('Leer su Constancia')");
    await p.setInputFiles("[name=Constancia]", { name: "foto.png", mimeType: "image/png", buffer: Buffer.from("no es nada") });
    await otraPagina(p, () => p.click("button:has-text('Leer la Constancia')"));
    await dice("no es un PDF");
    await p.setInputFiles("[name=Constancia]", await constancia(browser, [["RFC:", "JES900109Q90"], ["Denominación/Razón Social:", "JIMENEZ ESTRADA SALAS"], ["Régimen Capital:", "SOCIEDAD ANONIMA DE CAPITAL VARIABLE"], ["Código Postal:", "01030"]]));
    await otraPagina(p, () => p.click("button:has-text('Leer la Constancia')"));
    await dice("Leímos la Constancia de JIMENEZ ESTRADA SALAS");
    await v.mirar("cliente con su Constancia");
    for (const [name, want] of [["Rfc", "JES900109Q90"], ["Nombre", "JIMENEZ ESTRADA SALAS"], ["CodigoPostal", "01030"], ["RegimenFiscal", "601"]]) {
      const got = await p.inputValue(`[name=${name}]`);
      exigir(got === want, `${name} quedó en ${got}`);
    }
    await otraPagina(p, () => p.click("main button.primary"));
    await dice("JIMENEZ ESTRADA SALAS");
  });
  await pasos.paso("dos ventanas cambian al mismo cliente", v, async () => {
    await otraPagina(p, () => p.click("a.id:has-text('JIMENEZ ESTRADA')"));
    const other = await v.context.newPage();
    await other.goto(p.url());
    for (const [page, cp] of [[other, "72000"], [p, "64000"]]) await page.fill("[name=CodigoPostal]", cp);
    await otraPagina(other, () => other.click("button:has-text('Guardar cliente')"));
    await other.close();
    await otraPagina(p, () => p.click("button:has-text('Guardar cliente')"));
    await dice("mientras lo tenías abierto");
    await dice("Guardado ahora");
    exigir((await p.inputValue("[name=CodigoPostal]")) === "64000", "se perdió lo escrito");
    await v.mirar("dos a la vez");
    await otraPagina(p, () => p.click("button:has-text('Guardar cliente')"));
    await dice("Cliente guardado");
  });
  await pasos.paso("dos ventanas cambian el mismo impuesto", v, async () => {
    await v.ir("/impuestos");
    await otraPagina(p, () => p.click("a.id:has-text('ISH')"));
    const other = await v.context.newPage();
    await other.goto(p.url());
    for (const [page, name] of [[other, "Hospedaje"], [p, "Lodging"]]) await page.fill("[name=Nombre]", name);
    await otraPagina(other, () => other.click("main button.primary"));
    await other.close();
    await otraPagina(p, () => p.click("main button.primary"));
    await dice("Guardado ahora");
    await dice("Hospedaje");
    await otraPagina(p, () => p.click(".differ button"));
    exigir((await p.inputValue("[name=Nombre]")) === "Hospedaje", "no tomó lo guardado");
    await otraPagina(p, () => p.click("main button.primary"));
    await dice("Impuesto guardado");
  });
  await pasos.paso("un servidor de correo propio: puesto, probado y quitado", v, async () => {
    const probado = async () => {
      if (!v.path.startsWith("/confirmar-identidad")) return;
      await p.fill("[name=Password]", empresa.clave);
      await otraPagina(p, () => p.click("main button.primary"));
    };
    await v.ir("/envios");
    await v.mirar("correo");
    await otraPagina(p, () => p.click("a:has-text('Usar mi servidor')"));
    await probado();
    await p.fill("[name=Servidor]", "10.0.0.1");
    for (const [name, value] of [["Puerto", "587"], ["Usuario", "cuenta"], ["Password", "una-de-prueba"], ["Remitente", "facturas@girasoles.example"]]) await p.fill(`[name=${name}]`, value);
    await otraPagina(p, () => p.click("main button.primary"));
    await dice("sin números de IP");
    exigir((await p.inputValue("[name=Servidor]")) === "10.0.0.1" && (await p.inputValue("[name=Password]")) === "", "se perdió lo escrito, o volvió la contraseña");
    await v.mirar("servidor de correo");
    for (const [name, value] of [["Servidor", "localhost"], ["Puerto", "1"], ["Password", "una-de-prueba"]]) await p.fill(`[name=${name}]`, value);
    await otraPagina(p, () => p.click("main button.primary"));
    await otraPagina(p, () => p.click("button:has-text('Probar')"));
    await dice("No hubo conexión");
    await v.mirar("correo propio");
    await otraPagina(p, () => p.click("button:has-text('Usar el correo de ioFacturo')"));
    await dice("Vuelves al correo de ioFacturo");
  });
  await pasos.paso("catálogos al día", v, async () => {
    await v.ir("/catalogos");
    await v.mirar("catálogos");
    await dice("Todo está al día");
  });
}
