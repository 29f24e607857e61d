// The printed form: a design chosen by its face, a sample that follows the form, a logo, and back.
import zlib from "node:zlib";
import { exigir } from "../visita.mjs";

/** A gray PNG of our own, side by side points. */
function gris(side) {
  const trozo = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(zlib.crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 8; // bits; colour type 0 is gray
  const rows = Buffer.alloc(side * (side + 1), 0x80);
  for (let y = 0; y < side; y++) rows[y * (side + 1)] = 0;
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), trozo("IHDR", head), trozo("IDAT", zlib.deflateSync(rows)), trozo("IEND", Buffer.alloc(0))]);
}

/** v is the administrator of the demo company, already in. */
export async function representacion(pasos, v) {
  const p = v.page;
  const muestra = p.locator("[data-preview-img]");
  const pintada = () => p.waitForFunction(() => document.querySelector("[data-preview-img]").src.startsWith("data:image/svg") && !document.querySelector("[data-preview-img]").hasAttribute("aria-busy") && document.querySelector("[data-preview-img]").naturalWidth > 0);

  await pasos.paso("diseño: se elige por su cara y la muestra lo sigue", v, async () => {
    await v.ir("/representacion");
    await p.waitForFunction(() => [...document.querySelectorAll(".designs img, [data-preview-img]")].every((i) => i.complete && i.naturalWidth > 0));
    await v.mirar("representación impresa");
    await p.focus("[name=Design]:checked");
    await p.keyboard.press("ArrowRight");
    exigir((await p.inputValue("[name=Design]:checked")) === "compacta", "la flecha no pasó al diseño siguiente");
    await pintada();
    const before = await muestra.getAttribute("src");
    await p.fill("[name=Pie]", "Gracias por tu compra");
    await p.waitForFunction((old) => document.querySelector("[data-preview-img]").src !== old, before);
    exigir(Buffer.from((await muestra.getAttribute("src")).split(",")[1], "base64").toString().includes("Gracias por tu compra"), "la muestra no lleva el pie");
    await p.fill("[name='Cuentas[0].Banco']", "BBVA");
    await p.fill("[name='Cuentas[0].CLABE']", "032180000118359718");
    await p.click("text=Guardar diseño");
    await p.waitForSelector("#resumen");
    exigir((await p.locator("[name='Cuentas[0].CLABE'][aria-invalid=true]").count()) === 1 && (await p.inputValue("[name=Pie]")) === "Gracias por tu compra", "la CLABE mala debía quedar marcada y lo demás escrito");
    await v.mirar("representación impresa con errores");
    await p.fill("[name='Cuentas[0].CLABE']", "032180000118359719");
    await p.click("text=Guardar diseño");
    await p.waitForSelector(".notice:has-text('Diseño guardado')");
  });
  await pasos.paso("logotipo: un SVG no, un PNG sí, y el panel lo enseña", v, async () => {
    await p.setInputFiles("[name=Logo]", { name: "logo.png", mimeType: "image/png", buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') });
    await p.click("text=Subir logotipo");
    await p.waitForSelector("#resumen:has-text('Es un SVG')");
    await p.setInputFiles("[name=Logo]", { name: "logo.png", mimeType: "image/png", buffer: gris(120) });
    await p.click("text=Subir logotipo");
    await p.waitForSelector(".notice:has-text('Logotipo guardado')");
    await v.ir("/panel");
    await p.waitForFunction(() => document.querySelector(".logo-view img")?.naturalWidth === 120);
    await p.click("text=Cambiar logotipo");
    await p.waitForURL("**/representacion#logotipo");
  });
  await pasos.paso("diseño: restaurar y quitar el logotipo lo dejan como de fábrica", v, async () => {
    await p.click("text=Quitar logotipo");
    await p.waitForSelector(".notice:has-text('Logotipo quitado')");
    await p.click("text=Restaurar diseño");
    await p.waitForSelector("text=Es el de fábrica");
    exigir((await p.inputValue("[name=Pie]")) === "", "quedó el pie");
  });
}
