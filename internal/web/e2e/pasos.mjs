// Steps: each prints one line; a failed one leaves a screenshot and ends its chapter.
import path from "node:path";

/** Ends a chapter whose step failed; the step has already said why. */
export class Fin extends Error {}

export class Pasos {
  passed = 0;
  failed = 0;

  constructor(work) {
    this.work = work;
  }

  /** Runs fn as one step of what the visitor does; what happened in passing counts too. */
  async paso(name, visita, fn) {
    const start = performance.now();
    try {
      await fn();
      const trouble = visita?.takeTrouble() ?? [];
      if (trouble.length > 0) throw new Error(trouble.join("\n    "));
      this.passed++;
      console.log(`  ok     ${name} (${Math.round(performance.now() - start)} ms)`);
    } catch (e) {
      this.failed++;
      const shot = path.join(this.work, `falla-${this.failed}.png`);
      const drawn = await visita?.page.screenshot({ path: shot, fullPage: true }).then(() => shot, () => "");
      console.log(`  FALLA  ${name}: ${e.message}\n    en ${visita?.page.url() ?? "—"}${drawn ? `\n    captura ${drawn}` : ""}`);
      throw new Fin(name);
    }
  }

  omitir(name, why) {
    console.log(`  omite  ${name}: ${why}`);
  }

  /** Runs one chapter; a failure in it does not keep the next from running. */
  async capitulo(name, fn) {
    console.log(`\n${name}`);
    try {
      await fn();
    } catch (e) {
      if (e instanceof Fin) return false;
      this.failed++;
      console.log(`  FALLA  ${name}: ${e.stack}`);
      return false;
    }
    return true;
  }
}
