// The pictures of the manual, taken afresh into the folder that E2E_MANUAL names.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";

const heaviest = 200 << 10;

/** v is the administrator of the demo company, already in; stranger is nobody. */
export async function manual(pasos, v, stranger, folder) {
  const tomar = async (who, name, at, ready) => {
    await who.ir(at);
    await ready?.(who.page);
    await who.page.evaluate(() => document.fonts.ready);
    const shot = await who.page.screenshot({ clip: { x: 0, y: 0, width: 1280, height: 780 }, animations: "disabled", caret: "hide", scale: "css" });
    exigir(shot.length <= heaviest, `${name} pesa ${shot.length >> 10} kB`);
    fs.writeFileSync(path.join(folder, `${name}.png`), shot);
  };
  const primera = async (list) => {
    await v.ir(list);
    return v.page.locator(`main a[href^='${list}/']:not([href$='/nuevo']):not([href*='/importar'])`).first().getAttribute("href");
  };
  await pasos.paso("imágenes del manual", v, async () => {
    fs.mkdirSync(folder, { recursive: true });
    await tomar(stranger, "registro", "/registro");
    await tomar(v, "panel", "/panel");
    await tomar(v, "certificado", "/certificados");
    await tomar(v, "cliente", await primera("/clientes"));
    await tomar(v, "comprobantes", "/comprobantes");
    await tomar(v, "importar", "/importar/clientes");
    await tomar(v, "representacion", "/representacion", (p) => p.waitForFunction(() => [...document.images].every((i) => i.complete)));
    await tomar(v, "usuarios", "/usuarios/nuevo");
    await tomar(v, "factura", "/comprobantes/nuevo?tipo=I");
    await tomar(v, "soporte", "/soporte");
  });
}
