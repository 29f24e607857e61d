/**
 * Passkeys: the button in data-llave asks its server for a question, the browser for an
 * answer, and sends its form with it. Without this module, or in a browser that knows
 * no passkeys, the button stays hidden.
 */
import { all } from "./dom";

/** What a person is told; anything else is an error of ours. */
class Said extends Error {}

interface Descriptor {
  type: PublicKeyCredentialType;
  id: string;
  transports?: AuthenticatorTransport[];
}

/** The options as they travel: bytes are base64url. */
type Creation = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
};
type Request = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & { challenge: string; allowCredentials?: Descriptor[] };

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

function text(buffer: ArrayBuffer | null): string | undefined {
  if (!buffer) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

const described = (list: Descriptor[] | undefined) => list?.map((d) => ({ ...d, id: bytes(d.id) }));

/** Asks the server. Who has to prove who they are first is sent there. */
async function asked(path: string): Promise<unknown> {
  const reply = await fetch(path, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "" });
  if (reply.ok && !reply.redirected) return ((await reply.json()) as { publicKey: unknown }).publicKey;
  if (reply.status === 403 && path.startsWith("/cuenta/")) {
    location.assign("/confirmar-identidad?seguir=" + encodeURIComponent("/cuenta/segundo-factor"));
    throw new Said("");
  }
  if (reply.status === 429) throw new Said("Recibimos muchos intentos desde tu conexión. Espera un minuto e inténtalo de nuevo.");
  if (reply.status === 409) throw new Said("Ya tienes diez llaves de acceso. Quita una que no uses antes de poner otra.");
  throw new Said("El portal no contestó. No se hizo nada; vuelve a cargar la página e inténtalo otra vez.");
}

async function create(path: string): Promise<object> {
  const o = (await asked(path)) as Creation;
  const made = (await navigator.credentials.create({
    publicKey: { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: described(o.excludeCredentials) ?? [] },
  })) as PublicKeyCredential;
  const r = made.response as AuthenticatorAttestationResponse;
  return sent(made, { attestationObject: text(r.attestationObject), transports: r.getTransports?.() ?? [] });
}

async function use(path: string): Promise<object> {
  const o = (await asked(path)) as Request;
  const got = (await navigator.credentials.get({
    publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: described(o.allowCredentials) ?? [] },
  })) as PublicKeyCredential;
  const r = got.response as AuthenticatorAssertionResponse;
  return sent(got, { authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle: text(r.userHandle) });
}

function sent(key: PublicKeyCredential, response: object): object {
  return {
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    clientExtensionResults: key.getClientExtensionResults(),
    response: { clientDataJSON: text(key.response.clientDataJSON), ...response },
  };
}

/** The browser's refusals in words. */
function words(error: unknown): string {
  if (error instanceof Said) return error.message;
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "AbortError":
      return "Cancelaste o se acabó el tiempo. No se hizo nada; inténtalo otra vez.";
    case "InvalidStateError":
      return "Este dispositivo ya guarda una llave de tu usuario. Úsala para entrar; no hace falta otra.";
    case "NotSupportedError":
    case "ConstraintError":
      return "Este dispositivo no puede guardar llaves que pidan tu huella, tu cara o tu PIN. Usa otro o una aplicación de códigos.";
    case "SecurityError":
      return "Abriste el portal con una dirección que no admite llaves de acceso. Ábrelo con su dirección de siempre.";
  }
  return "Algo falló al usar tu llave. No se hizo nada; inténtalo otra vez.";
}

function watch(place: HTMLElement): void {
  const form = place.closest("form");
  const alert = place.querySelector<HTMLElement>("[data-llave-error]");
  const button = place.querySelector("button");
  const path = place.dataset.reto ?? "";
  if (!form || !alert || !button) return;
  place.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    alert.hidden = true;
    (place.dataset.llave === "crear" ? create(path) : use(path))
      .then((said) => send(form, place, JSON.stringify(said)))
      .catch((error: unknown) => {
        button.disabled = false;
        const said = alert.querySelector("strong");
        if (said) said.textContent = words(error);
        alert.hidden = false;
        alert.focus();
      });
  });
  // Enter in the name of a new key is its button.
  form.addEventListener(
    "submit",
    (e) => {
      if (form.querySelector("button:not([type=button])")) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      button.click();
    },
    true,
  );
}

/** Sends the form with the answer, without what else a person may have typed in it. */
function send(form: HTMLFormElement, place: HTMLElement, answer: string): void {
  for (const input of all<HTMLInputElement>(form, "input:not([type=hidden])")) input.disabled = !place.contains(input);
  const said = document.createElement("input");
  said.type = "hidden";
  said.name = "Respuesta";
  said.value = answer;
  form.append(said);
  form.action = place.dataset.action ?? form.action;
  form.submit();
}

export function llaves(root: ParentNode): void {
  // Keys are bound to a name; an address of numbers has none.
  if (!window.PublicKeyCredential || /^[\d.]+$|:/.test(location.hostname)) return;
  for (const note of all<HTMLElement>(root, "[data-sin-llave]")) note.hidden = true;
  for (const place of all<HTMLElement>(root, "[data-llave]")) watch(place);
}
