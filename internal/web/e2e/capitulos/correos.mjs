// Every kind of mail the portal kept in this run, as a telephone of 320 px shows it, by day and in the dark.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import PostalMime from "postal-mime";
import { exigir } from "../visita.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The head of a mail's id, without what tells one mail from the next; that of a receipt is the delivery's own id. */
const clase = (file) => file.slice(17).replace(/^[0-9a-f]{8}-.*$/, "comprobante").replace(/-(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+).*$/, "");

export async function correos(pasos, browser, portal) {
  const folder = path.join(portal.data, "buzon");
  const one = new Map(fs.readdirSync(folder).filter((f) => f.endsWith(".eml")).map((f) => [clase(f.replace(/\.eml$/, "")), f]));
  console.log(`         ${one.size} clases de correo: ${[...one.keys()].sort().join(", ")}`);
  await pasos.paso("cada clase de correo, a 320 px, de día y en lo oscuro", null, async () => {
    exigir(one.size >= 8, `sólo hay ${one.size} clases`);
    const faults = [];
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme, locale: "es-MX" });
      const page = await context.newPage();
      const paper = new Set();
      for (const [kind, file] of one) {
        const mail = await PostalMime.parse(fs.readFileSync(path.join(folder, file)));
        if (!mail.html || !mail.text) {
          faults.push(`${kind}: le falta texto o HTML`);
          continue;
        }
        await page.setContent(mail.html);
        await page.evaluate(axe);
        const seen = await page.evaluate(async () => ({
          over: document.scrollingElement.scrollWidth - innerWidth,
          back: getComputedStyle(document.body).backgroundColor,
          bad: (await window.axe.run(document, { resultTypes: ["violations"] })).violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => v.id),
        }));
        paper.add(seen.back);
        if (seen.over > 0) faults.push(`${kind} (${colorScheme}): se desborda ${seen.over} px`);
        if (seen.bad.length > 0) faults.push(`${kind} (${colorScheme}): ${seen.bad.join(", ")}`);
      }
      if (colorScheme === "dark" && [...paper].some((c) => (c.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, n) => sum + Number(n), 0) > 300)) faults.push(`en lo oscuro el papel sigue claro: ${[...paper].join(" ")}`);
      await context.close();
    }
    exigir(faults.length === 0, faults.slice(0, 8).join("; "));
  });
}
