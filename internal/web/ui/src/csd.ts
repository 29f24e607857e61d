/**
 * Coming in with a seal certificate: the key is opened here and signs a challenge.
 * Neither the key nor its password leaves the browser; without this module the
 * form sends the files instead.
 */
import { decryptTripleDES } from "./des";
import { all } from "./dom";

/** What a person is told; anything else is an error of ours. */
class Said extends Error {
  /** field is the name of the input it is about, "" for none. */
  constructor(
    message: string,
    readonly field = "",
  ) {
    super(message);
  }
}

interface Node {
  tag: number;
  body: Uint8Array;
  raw: Uint8Array;
}

/** Reads one DER value at the start of bytes. */
function der(bytes: Uint8Array): Node {
  let at = 2;
  let length = bytes[1] ?? 0;
  if (length & 0x80) {
    const n = length & 0x7f;
    if (n === 0 || n > 3) throw new Error("der");
    length = 0;
    for (let i = 0; i < n; i++) length = length * 256 + (bytes[at++] ?? 0);
  }
  if (bytes.length < at + length) throw new Error("der");
  return { tag: bytes[0] ?? 0, body: bytes.subarray(at, at + length), raw: bytes.subarray(0, at + length) };
}

/** The values inside a constructed one. */
function inside(node: Node): Node[] {
  const list: Node[] = [];
  for (let rest = node.body; rest.length > 0; ) {
    const one = der(rest);
    list.push(one);
    rest = rest.subarray(one.raw.length);
  }
  return list;
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

const PBES2 = "2a864886f70d01050d";
const PBKDF2 = "2a864886f70d01050c";
const PRF: Record<string, string> = { "2a864886f70d0207": "SHA-1", "2a864886f70d0209": "SHA-256" };
const AES: Record<string, number> = { "608648016503040102": 16, "608648016503040116": 24, "60864801650304012a": 32 };
const DES3 = "2a864886f70d0307";
const mostRounds = 100_000;

const notAKey = "Ese archivo no es la llave de un CSD. No entraste: elige el .key que acompaña a tu certificado.";
const wrongPassword = "La contraseña no abre esa llave. No entraste: es la que pusiste al tramitar el CSD, no la del portal.";

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Said(notAKey, "Key");
  return value;
}

/** Opens an encrypted PKCS#8 and returns the PKCS#8 inside. */
async function openKey(file: Uint8Array, password: string): Promise<Uint8Array> {
  let scheme: Node[], sealed: Uint8Array;
  try {
    const [algorithm, data] = inside(der(file));
    scheme = inside(need(algorithm));
    sealed = need(data).body;
  } catch {
    throw new Said(notAKey, "Key");
  }
  if (scheme[0]?.tag !== 6) throw new Said(notAKey, "Key");
  if (hex(scheme[0].body) !== PBES2) {
    throw new Said("Esa llave usa un cifrado antiguo que no se acepta. No entraste: descárgala de nuevo del SAT o entra con tu contraseña.", "Key");
  }
  const [kdf, cipher] = inside(need(scheme[1]));
  const [kdfName, kdfWith] = inside(need(kdf));
  if (hex(need(kdfName).body) !== PBKDF2) throw new Said(notAKey, "Key");
  const parts = inside(need(kdfWith));
  const salt = need(parts[0]).body;
  const rounds = parseInt(hex(need(parts[1]).body), 16);
  if (!(rounds >= 1 && rounds <= mostRounds)) throw new Said(notAKey, "Key");
  const prf = parts.find((p) => p.tag === 0x30);
  const hash = prf ? PRF[hex(need(inside(prf)[0]).body)] : "SHA-1";
  const [cipherName, iv] = inside(need(cipher));
  const name = hex(need(cipherName).body);
  const size = name === DES3 ? 24 : AES[name];
  if (!hash || !size) throw new Said(notAKey, "Key");
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(password), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash, salt: salt.slice(), iterations: rounds }, material, size * 8);
  const key = new Uint8Array(bits);
  try {
    if (name === DES3) return unpad(decryptTripleDES(key, need(iv).body, sealed));
    const aes = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv: need(iv).body.slice() }, aes, sealed.slice()));
  } catch (e) {
    if (e instanceof Said) throw e;
    throw new Said(wrongPassword, "Password");
  } finally {
    key.fill(0);
  }
}

function unpad(bytes: Uint8Array): Uint8Array {
  const n = bytes[bytes.length - 1] ?? 0;
  if (n < 1 || n > 8 || bytes.subarray(-n).some((b) => b !== n)) throw new Said(wrongPassword, "Password");
  return bytes.slice(0, -n);
}

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** What the certificate says: its public key and the RFC of its holder. */
function certificate(file: Uint8Array): { spki: Uint8Array; rfc: string } {
  try {
    const fields = inside(need(inside(der(file))[0]));
    const from = fields[0]?.tag === 0xa0 ? 1 : 0;
    const spki = need(fields[from + 5]).raw;
    let rfc = "";
    for (const set of inside(need(fields[from + 4]))) {
      const [oid, value] = inside(need(inside(set)[0]));
      // x500UniqueIdentifier: "RFC / CURP"
      if (hex(need(oid).body) === "55042d") rfc = new TextDecoder().decode(need(value).body).replace(/^\0/, "").split("/")[0]!.trim();
    }
    if (!rfc) throw new Error("rfc");
    return { spki, rfc };
  } catch {
    throw new Said("Ese archivo no es un certificado. No entraste: elige el .cer de tu CSD.", "Cer");
  }
}

async function read(form: HTMLFormElement, name: string, missing: string): Promise<Uint8Array> {
  const file = form.querySelector<HTMLInputElement>(`[name=${name}]`)?.files?.[0];
  if (!file) throw new Said(missing, name);
  if (file.size > 65536) throw new Said("Ese archivo pesa más de 64 kB; los del SAT pesan unos 2 kB. Elige el archivo correcto.", name);
  return new Uint8Array(await file.arrayBuffer());
}

/** Signs the challenge and returns the fields that are sent. */
async function answer(form: HTMLFormElement): Promise<Record<string, string>> {
  const cer = await read(form, "Cer", "Falta el archivo .cer. Elige el certificado de tu CSD.");
  const keyFile = await read(form, "Key", "Falta el archivo .key. Elige la llave privada de tu CSD.");
  const input = form.querySelector<HTMLInputElement>("[name=Password]");
  if (!input?.value) throw new Said("Falta la contraseña de la llave.", "Password");
  const { spki, rfc } = certificate(cer);
  const plain = await openKey(keyFile, input.value);
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("pkcs8", plain.slice(), RSA, false, ["sign"]);
  } catch {
    throw new Said(wrongPassword, "Password");
  } finally {
    plain.fill(0);
  }
  const reply = await fetch("/entrar/csd/reto", { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "" });
  if (!reply.ok) throw new Said("El portal no contestó. No entraste; espera un momento e inténtalo otra vez.");
  const { nonce, time, origin } = (await reply.json()) as Record<"nonce" | "time" | "origin", string>;
  const message = new TextEncoder().encode(`portal-login|v1|${origin}|${nonce}|${rfc}|${time}`);
  const signature = new Uint8Array(await crypto.subtle.sign(RSA, key, message));
  const open = await crypto.subtle.importKey("spki", spki.slice(), RSA, false, ["verify"]);
  if (!(await crypto.subtle.verify(RSA, open, signature, message))) {
    throw new Said("La llave no es la de ese certificado. No entraste: elige el .cer y el .key que el SAT te dio juntos.", "Key");
  }
  return { Certificado: base64(cer), Firma: base64(signature), Nonce: nonce, Hora: time };
}

/** Sends fields as a form of the page does, so that the answer is the next page. */
function send(action: string, fields: Record<string, string>): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

export function entrarConCSD(root: ParentNode): void {
  const form = root.querySelector<HTMLFormElement>("form[data-csd]");
  if (!form || !crypto.subtle) return;
  const alert = root.querySelector<HTMLElement>("[data-csd-error]");
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    e.stopImmediatePropagation();
    const button = form.querySelector("button");
    if (button) button.disabled = true;
    if (alert) alert.hidden = true;
    for (const marked of all(form, "[aria-invalid]")) marked.removeAttribute("aria-invalid");
    answer(form)
      .then((fields) => {
        form.reset();
        send("/entrar/csd/firma", fields);
      })
      .catch((error: unknown) => {
        if (button) button.disabled = false;
        const text = alert?.querySelector("strong");
        if (!alert || !text) return;
        text.textContent = error instanceof Said ? error.message : "Algo falló al leer los archivos. No entraste; inténtalo otra vez.";
        alert.hidden = false;
        alert.scrollIntoView({ block: "center" });
        const wrong = error instanceof Said && error.field ? form.querySelector<HTMLInputElement>(`[name=${error.field}]`) : null;
        wrong?.setAttribute("aria-invalid", "true");
        wrong?.setAttribute("aria-describedby", "csd-error");
        wrong?.focus({ preventScroll: true });
      });
  }, true);
}
