// The pictures of the manual, taken afresh into the folder that E2E_MANUAL names, and beside them plantillas.tsv: of
// which templates, as they were then, each is. A Go test is red once one of those has changed.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";

const heaviest = 200 << 10;
const templates = path.resolve(import.meta.dirname, "../..");

const digest = (file) => crypto.createHash("sha256").update(fs.readFileSync(path.join(templates, file))).digest("hex");

/** v is the administrator of the demo company, already in; stranger is nobody. */
export async function manual(pasos, v, stranger, folder) {
  const rows = [];
  const tomar = async (who, name, at, shown, ready) => {
    await who.ir(at);
    await ready?.(who.page);
    await who.page.evaluate(() => document.fonts.ready);
    const shot = await who.page.screenshot({ clip: { x: 0, y: 0, width: 1280, height: 780 }, animations: "disabled", caret: "hide", scale: "css" });
    exigir(shot.length <= heaviest, `${name} pesa ${shot.length >> 10} kB`);
    fs.writeFileSync(path.join(folder, `${name}.png`), shot);
    for (const file of shown) rows.push([`${name}.png`, file, digest(file)].join("\t"));
  };
  const primera = async (list) => {
    await v.ir(list);
    return v.page.locator(`main a[href^='${list}/']:not([href$='/nuevo']):not([href*='/importar'])`).first().getAttribute("href");
  };
  await pasos.paso("imágenes del manual", v, async () => {
    fs.mkdirSync(folder, { recursive: true });
    await tomar(stranger, "registro", "/registro", ["registro.templ"]);
    await tomar(v, "panel", "/panel", ["panel.templ", "asistente.templ"]);
    await tomar(v, "certificado", "/certificados", ["certificados.templ"]);
    await tomar(v, "cliente", await primera("/clientes"), ["clientes.templ"]);
    await tomar(v, "comprobantes", "/comprobantes", ["comprobante_lista.templ"]);
    await tomar(v, "importar", "/importar/clientes", ["importar.templ"]);
    await tomar(v, "representacion", "/representacion", ["representacion.templ"], (p) => p.waitForFunction(() => [...document.images].every((i) => i.complete)));
    await tomar(v, "usuarios", "/usuarios/nuevo", ["usuarios.templ"]);
    await tomar(v, "factura", "/comprobantes/nuevo?tipo=I", ["comprobante_form.templ", "comprobante_lineas.templ"]);
    await tomar(v, "soporte", "/soporte", ["soporte.templ"]);
    await tomar(v, "tienda", "/tienda", ["tienda.templ"], (p) => p.waitForSelector("button:has-text('Agregar al carrito')"));
    fs.writeFileSync(path.join(folder, "plantillas.tsv"), rows.join("\n") + "\n");
  });
}
