// A list of customers goes in from a file, is judged, written once, and comes out again.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";

const lista = "Correo;Razón Social;R.F.C.;C.P.;Régimen;Uso de CFDI\n" +
  "pagos@xenon.example;Xenon Industrial Articles SA de CV;XIA190128J61;76343;General de Ley Personas Morales;G03\n" +
  ";SIN REGIMEN;IVD920810GU2;63901;;G03\n";

export async function importar(pasos, v, work) {
  const p = v.page;
  const file = path.join(work, "lista.csv");
  fs.writeFileSync(file, lista);
  const revisar = async () => {
    await v.ir("/importar/clientes");
    await p.setInputFiles("#f-Archivo", file);
    await p.click("button:has-text('Revisar el archivo')");
    await p.waitForSelector("a:has-text('Resultado en Excel')");
  };
  await pasos.paso("importar clientes: revisar, importar sólo los buenos y descargar el resultado", v, async () => {
    await v.ir("/importar/clientes");
    await v.mirar("importar");
    await revisar();
    await v.mirar("importación revisada");
    exigir((await p.innerText("#contenido")).includes("Falta el régimen fiscal"), "debía señalar el régimen que falta");
    await p.click("button[value=buenos]");
    await p.waitForSelector("a:has-text('Ver clientes')");
    await v.mirar("importación terminada");
    const [download] = await Promise.all([p.waitForEvent("download"), p.click("a[href$='resultado?formato=csv']")]);
    const text = fs.readFileSync(await download.path(), "utf8");
    exigir(text.includes('"Agregado"') && text.includes('"No se importó"'), "el resultado debía decir qué pasó con cada renglón");
  });
  await pasos.paso("el mismo archivo otra vez no agrega nada", v, async () => {
    await revisar();
    exigir((await p.locator("button[value=buenos]").count()) === 0, "no debía haber nada que importar");
    const [download] = await Promise.all([p.waitForEvent("download"), (async () => { await v.ir("/clientes?q=xenon"); await p.click("summary:has-text('Importar y exportar')"); await p.click("a:has-text('Exportar a CSV')"); })()]);
    const rows = fs.readFileSync(await download.path(), "utf8").split("XENON INDUSTRIAL ARTICLES").length - 1;
    exigir(rows === 1, `se exportó ${rows} veces`);
  });
}
