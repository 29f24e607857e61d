// Judges that share nothing with the portal: the oracle over the XML, poppler and zbar over the PDF.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const here = path.dirname(new URL(import.meta.url).pathname);

/** A path beside the module's root ("shared/…"), "" where it is not there. */
export function alLado(rest) {
  for (let dir = here; dir !== path.dirname(dir); dir = path.dirname(dir)) {
    if (!fs.existsSync(path.join(dir, "go.mod"))) continue;
    const found = path.join(path.dirname(dir), rest);
    return fs.existsSync(found) ? found : "";
  }
  return "";
}

/** Whether a program can be called. */
export const hay = (program) => !spawnSync(program, ["--version"]).error;

function output(program, ...args) {
  const r = spawnSync(program, args, { encoding: "utf8", maxBuffer: 64 << 20 });
  if (r.error) throw r.error;
  if (r.status !== 0) throw new Error(`${program} dijo ${r.status}: ${(r.stdout + r.stderr).trim().slice(0, 1500)}`);
  return r.stdout;
}

/** The oracle over one stamped XML; throws what it does not like. */
export function oraculo(xml, pacCert) {
  return output(alLado("shared/oracle/check-cfdi.sh"), "--require-tfd", "--require-csd", "--vigencia", "--quiet", "--pac-cert", pacCert, xml);
}

/** The text of a PDF. */
export const textoPDF = (pdf) => output("pdftotext", "-layout", pdf, "-");

/** What the QR of a PDF says. */
export function qr(pdf, work) {
  const png = path.join(work, "pagina");
  output("pdftoppm", "-r", "200", "-png", "-singlefile", pdf, png);
  return output("zbarimg", "-q", "--raw", `${png}.png`).trim();
}
