// A visitor: one browser context whose every page is watched, and the checks a page must pass.
import fs from "node:fs";
import { createRequire } from "node:module";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wide = { width: 1280, height: 900 };

export class Visita {
  static async abrir(browser, portal, { script = true } = {}) {
    const v = new Visita();
    v.portal = portal;
    v.trouble = []; // what no page may do, seen in passing
    v.seen = new Set();
    v.script = script;
    v.context = await browser.newContext({ viewport: wide, reducedMotion: "reduce", locale: "es-MX", javaScriptEnabled: script, acceptDownloads: true });
    v.context.setDefaultTimeout(15_000);
    v.context.on("page", (page) => v.watch(page));
    v.page = await v.context.newPage();
    return v;
  }

  watch(page) {
    page.on("console", (m) => {
      if (/Content[- ]Security[- ]Policy/i.test(m.text())) this.trouble.push(`CSP en ${page.url()}: ${m.text().slice(0, 300)}`);
    });
    page.on("pageerror", (e) => this.trouble.push(`error del script en ${page.url()}: ${e.message}`));
    page.on("response", (r) => {
      if (r.status() >= 500) this.trouble.push(`${r.status()} en ${r.request().method()} ${r.url()}`);
    });
    page.on("dialog", (d) => d.accept());
  }

  /** What went wrong in passing since the last call. */
  takeTrouble() {
    return this.trouble.splice(0);
  }

  async ir(path) {
    const answer = await this.page.goto(this.portal.base + path);
    return answer;
  }

  get path() {
    const u = new URL(this.page.url());
    return u.pathname + u.search;
  }

  /** axe finds nothing serious or critical, and 360 px need no sideways scrolling. Each name is looked at once. */
  async mirar(name, page = this.page) {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    const faults = [];
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const v of found.violations) {
      if (v.impact === "serious" || v.impact === "critical") faults.push(`axe ${v.impact} ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    const over = await page.evaluate(() => {
      const s = document.scrollingElement;
      if (s.scrollWidth <= innerWidth) return "";
      const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== "fixed");
      return `${s.scrollWidth} px: ${out.slice(0, 4).map((e) => e.tagName.toLowerCase() + (e.className?.baseVal ?? e.className ? "." + (e.className.baseVal ?? e.className).trim().replace(/\s+/g, ".") : "")).join(" | ")}`;
    });
    if (over) faults.push(`a 360 px se desborda a ${over}`);
    await page.setViewportSize(wide);
    if (faults.length > 0) throw new Error(`${name}: ${faults.join("; ")}`);
  }

  /** Signs in from the home page. */
  async entrar(usuario, rfc, password) {
    const p = this.page;
    await p.fill("[name=Usuario]", usuario);
    await p.fill("[name=Rfc]", rfc);
    await p.fill("[name=Password]", password);
    await p.click("form[action='/entrar'] button");
  }

  /** How many documents the list has in a state. */
  async cuantos(estado) {
    const html = await this.page.evaluate(async (u) => (await fetch(u)).text(), `/comprobantes?estado=${estado}`);
    return Number(/class="sums">\s*<span>([\d,]+) comprobante/.exec(html)?.[1].replace(/,/g, "") ?? 0);
  }
}

/** Throws unless ok. */
export function exigir(ok, message) {
  if (!ok) throw new Error(message);
}

/** Asks again and again until fn gives something, for at most ms. */
export async function esperar(fn, ms, message) {
  const end = performance.now() + ms;
  for (;;) {
    const got = await fn();
    if (got) return got;
    if (performance.now() > end) throw new Error(message);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
