// The crawl: as each role, every link of every page, and as Administrador every button too. No page may fail, end
// nowhere, break its script or have a serious fault of accessibility.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";
import { otraPagina } from "./factura.mjs";

// What would end the walk itself, and not a page.
const leaves = /^(Cerrar sesión|Cerrar las demás|Salir|Entrar)/;

/** Where two addresses are the same page: without ids, tokens and what a filter says. */
function pagina(href) {
  const u = new URL(href);
  const at = u.pathname.replace(/\/[0-9a-f-]{32,36}(?=\/|$)/g, "/{id}").replace(/\/[\w-]{43}(?=\/|$)/g, "/{enlace}").replace(/\/\d+(?=\/|$)/g, "/{n}");
  const first = [...u.searchParams].map(([k, v]) => (k === "tipo" ? `${k}=${v}` : k)).sort()[0];
  return at + (first ? "?" + first : "");
}

/** A walker over the pages of one role. */
class Caminante {
  constructor(v, role, looked) {
    Object.assign(this, { v, role, looked, seen: new Map(), faults: [], files: 0, buttons: 0, pending: 0 });
    const page = v.page;
    page.on("request", () => this.pending++);
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, () => this.pending--);
    v.context.on("page", (p) => p !== page && p.close().catch(() => {}));
  }

  fault(what) {
    this.faults.push(`${this.role}: ${what}`);
  }

  trouble(where) {
    for (const t of this.v.takeTrouble()) this.fault(`${where}: ${t}`);
  }

  /** Goes through every page that links lead to, from those given. */
  async pages(...from) {
    const queue = from.map((at) => ({ href: this.v.portal.base + at, from: "" }));
    while (queue.length > 0) {
      const { href, from: where } = queue.shift();
      const key = pagina(href);
      if (this.seen.has(key)) continue;
      this.seen.set(key, href);
      const answer = await this.v.context.request.get(href, { maxRedirects: 0 });
      const type = answer.headers()["content-type"] ?? "";
      if (answer.status() >= 400) {
        this.fault(`${where} lleva a ${key}, que responde ${answer.status()}`);
        continue;
      }
      if (answer.status() < 300 && (!type.startsWith("text/html") || answer.headers()["content-disposition"])) {
        this.files++;
        continue;
      }
      const page = await this.v.page.goto(href);
      if (page.status() >= 400) this.fault(`${where} lleva a ${key}, que responde ${page.status()}`);
      this.trouble(key);
      if (!this.looked.has(key)) {
        this.looked.add(key);
        await this.v.mirar(`recorrido ${key}`).catch((e) => this.fault(e.message));
      }
      const links = await this.v.page.$$eval("a[href]", (all) => all.filter((a) => !a.target).map((a) => a.href));
      for (const link of links) {
        const u = new URL(link);
        u.hash = "";
        // A mail that was sent is a mail: its links are used once, by whom it was sent to.
        if (u.origin === this.v.portal.base && !u.pathname.startsWith("/buzon/") && !this.seen.has(pagina(u.href))) queue.push({ href: u.href, from: key });
      }
      if (links.length === 0) this.fault(`${key} no lleva a ningún lado`);
    }
  }

  /** Presses every button there is, each kind once, on a page that was just opened. */
  async press() {
    const pressed = new Set();
    const p = this.v.page;
    for (const [key, href] of this.seen) {
      if ((await p.goto(href).catch(() => null)) === null) continue; // a file
      const kinds = await this.kinds();
      for (const [i, kind] of kinds.entries()) {
        if (pressed.has(kind.name) || leaves.test(kind.text)) continue;
        pressed.add(kind.name);
        await p.goto(href);
        if ((await this.kinds())[i]?.name !== kind.name) continue; // an earlier press took it away
        this.buttons++;
        await this.all().nth(i).click({ timeout: 5000 }).catch((e) => this.fault(`${key}: «${kind.text}» no se deja pulsar: ${e.message.split("\n")[0]}`));
        await this.quiet();
        this.trouble(`${key}, al pulsar «${kind.text}»`);
        if ((await p.locator("main").count().catch(() => 1)) === 0) this.fault(`${key}: «${kind.text}» lleva a una página vacía`);
      }
    }
  }

  /** The buttons that a person sees and can press. */
  all() {
    return this.v.page.locator("button:visible:enabled:not(.sr):not([aria-hidden=true]), summary:visible");
  }

  /** What those of this page are: their words, and what tells one kind from another. */
  kinds() {
    return this.all().evaluateAll((buttons) =>
      buttons.map((b) => {
        const text = b.textContent.trim().replace(/\s+/g, " ");
        const at = (b.closest("form")?.getAttribute("action") ?? "").replace(/[0-9a-f-]{32,36}/g, "{id}");
        return { text, name: `${text}|${at}|${b.name ?? ""}=${(b.value ?? "").slice(0, 40)}`.replace(/\d+/g, "#") };
      }),
    );
  }

  /** Waits until what a press asked for has come. */
  async quiet() {
    const p = this.v.page;
    await p.waitForLoadState("load").catch(() => {});
    for (let calm = 0; calm < 2; ) {
      await p.evaluate(() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))).catch(() => {});
      calm = this.pending <= 0 ? calm + 1 : 0;
    }
  }
}

/** Invites a user with a ready set of rights, who chooses a password by the link in the mail. */
async function invitar(v, guest, usuario, conjunto) {
  const p = v.page;
  await v.ir("/usuarios/nuevo");
  await p.click(`button[name=conjunto][value=${conjunto}]`);
  await p.fill("[name=Nombre]", "Recorre " + usuario);
  await p.fill("[name=Usuario]", usuario);
  await p.fill("[name=Correo]", usuario + "@recorrido.example");
  await otraPagina(p, () => p.click("main form button.primary"));
  const q = guest.page;
  await guest.ir("/buzon");
  await otraPagina(q, () => q.locator("a:has-text('Elige tu contraseña')").first().click());
  await guest.ir(/\/contrasena\/[\w-]{43}/.exec(await q.content())[0]);
  await q.fill("[name=Password]", "girasoles de talavera 17");
  await q.fill("[name=Password2]", "girasoles de talavera 17");
  await otraPagina(q, () => q.click("main form button"));
  exigir(guest.path === "/panel", `quedó en ${guest.path}`);
}

export async function recorrido(pasos, browser, Visita, portal) {
  const [, rfc, usuario, clave] = /RFC (\S+) · usuario (\S+) · contraseña (\S+)/.exec(fs.readFileSync(path.join(portal.data, "demo.txt"), "utf8"));
  const looked = new Set();
  const walk = (name, v, go) =>
    pasos.paso(name, v, async () => {
      const c = new Caminante(v, name, looked);
      await go(c);
      console.log(`         ${c.seen.size} páginas, ${c.files} archivos, ${c.buttons} botones`);
      exigir(c.faults.length === 0, "\n    " + c.faults.slice(0, 20).join("\n    "));
    });
  const nobody = await Visita.abrir(browser, portal);
  await walk("recorrido: quien no ha entrado", nobody, (c) => c.pages("/"));
  const admin = await Visita.abrir(browser, portal);
  await admin.ir("/");
  await admin.entrar(usuario, rfc, clave);
  await admin.page.waitForURL("**/panel");
  for (const [who, set] of [["factura", "facturacion"], ["mira", "consulta"]]) {
    const v = await Visita.abrir(browser, portal);
    await pasos.paso(`recorrido: invitar a quien ${who}`, v, () => invitar(admin, v, who, set));
    await walk(`recorrido: Operación que ${who}`, v, (c) => c.pages("/panel"));
  }
  await walk("recorrido: el Administrador, cada enlace y cada botón", admin, async (c) => {
    await c.pages("/panel");
    await c.press();
  });
}
