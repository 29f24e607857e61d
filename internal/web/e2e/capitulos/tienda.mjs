// Buying credits by each method with the gateway of the demo, to the credits and the CFDI; then what the operator does.
import fs from "node:fs";
import { exigir } from "../visita.mjs";
import { otraPagina } from "./factura.mjs";

export async function tienda(pasos, v, op) {
  const p = v.page;
  const dice = async (text, page = p) => exigir((await page.locator("main").innerText()).includes(text), `la página no dice «${text}»`);
  const saldo = async () => {
    await v.ir("/tienda");
    return Number(/Te quedan ([\d,]+) ioCréditos/.exec(await p.locator("main").innerText())[1].replace(/,/g, ""));
  };
  /** Orders one package by a method and returns the path of the order. */
  const pedir = async (metodo, cual = 0) => {
    await v.ir("/tienda");
    await otraPagina(p, () => p.locator("button:has-text('Agregar al carrito')").nth(cual).click());
    await p.check(`[name=Metodo][value=${metodo}]`);
    await otraPagina(p, () => p.click("button:has-text('Hacer el pedido')"));
    exigir(v.path.startsWith("/tienda/pedidos/"), `quedó en ${v.path}`);
    await dice("Pendiente de pago");
    return v.path;
  };
  await pasos.paso("la tienda, el carrito y una cantidad que no puede ser", v, async () => {
    await v.ir("/tienda");
    await v.mirar("tienda");
    await otraPagina(p, () => p.locator("button:has-text('Agregar al carrito')").first().click());
    await v.mirar("carrito");
    await p.fill("[name='Cantidad[0]']", "mil");
    await otraPagina(p, () => p.click("text=Actualizar cantidades"));
    await dice("Escribe de 1 a 99");
    exigir((await p.inputValue("[name='Cantidad[0]']")) === "mil", "se perdió lo escrito");
    await v.mirar("carrito con un error");
    await p.fill("[name='Cantidad[0]']", "2");
    await otraPagina(p, () => p.click("text=Actualizar cantidades"));
    await dice("$ 348.00 MXN");
    await otraPagina(p, () => p.click("button:has-text('Quitar')"));
    await dice("Tu carrito está vacío");
  });
  await pasos.paso("con tarjeta: los créditos y su CFDI", v, async () => {
    const antes = await saldo();
    const pedido = await pedir("tarjeta");
    await v.mirar("pedido por pagar");
    await otraPagina(p, () => p.click("a:has-text('Ir a pagar')"));
    await otraPagina(p, () => p.click("button:has-text('Pagar')"));
    exigir(v.path.startsWith(pedido), `volvió a ${v.path}`);
    await dice("Llegaron 50 ioCréditos");
    exigir((await saldo()) === antes + 50, "el saldo no subió 50");
    await v.ir(pedido);
    for (let i = 0; i < 40 && (await p.locator(`a[href='${pedido}/xml']`).count()) === 0; i++) await p.waitForTimeout(250).then(() => p.reload());
    await v.mirar("pedido acreditado");
    const [xml] = await Promise.all([p.waitForEvent("download"), p.click(`a[href='${pedido}/xml']`)]);
    const text = fs.readFileSync(await xml.path(), "utf8");
    for (const part of ['Total="174.00"', 'Rfc="TCG180314LM1"', 'UsoCFDI="G03"', 'FormaPago="04"', 'MetodoPago="PUE"', "TimbreFiscalDigital"]) exigir(text.includes(part), `al CFDI le falta ${part}`);
  });
  await pasos.paso("en OXXO: la ficha y después el dinero", v, async () => {
    const antes = await saldo();
    const pedido = await pedir("oxxo");
    await otraPagina(p, () => p.click("a:has-text('Ir a pagar')"));
    await otraPagina(p, () => p.click("button:has-text('Generar ficha')"));
    const ficha = p.url();
    await v.ir(pedido);
    await dice("Ya tienes tu ficha");
    await v.mirar("pedido con ficha");
    exigir((await saldo()) === antes, "llegaron créditos antes del dinero");
    await p.goto(ficha);
    await otraPagina(p, () => p.click("button:has-text('Pagar en OXXO')"));
    await dice("Llegaron 50 ioCréditos");
  });
  await pasos.paso("por transferencia a la cuenta de la pasarela", v, async () => {
    await pedir("transferencia");
    await otraPagina(p, () => p.click("a:has-text('Ir a pagar')"));
    await otraPagina(p, () => p.click("button:has-text('Ver la cuenta')"));
    await otraPagina(p, () => p.click("button:has-text('Transferir')"));
    await dice("Llegaron 50 ioCréditos");
  });
  await pasos.paso("rechazar no cobra y el pedido se cancela", v, async () => {
    const pedido = await pedir("tarjeta");
    await otraPagina(p, () => p.click("a:has-text('Ir a pagar')"));
    await otraPagina(p, () => p.click("button:has-text('Rechazar')"));
    exigir(v.path === pedido, `volvió a ${v.path}`);
    await otraPagina(p, () => p.click("button:has-text('Cancelar el pedido')"));
    await dice("Cancelado");
    await v.mirar("pedido cancelado");
    await v.ir("/tienda/pedidos");
    await v.mirar("pedidos");
  });
  let porSPEI;
  await pasos.paso("por SPEI: la referencia y ningún crédito todavía", v, async () => {
    const antes = await saldo();
    porSPEI = await pedir("spei", 1);
    await dice("Referencia numérica");
    await dice("$ 580.00 MXN");
    await v.mirar("pedido por SPEI");
    exigir((await saldo()) === antes, "llegaron créditos sin confirmar");
  });
  if (!op) return;
  const o = op.page;
  await pasos.paso("el operador confirma el depósito: otro importe pide su decisión", op, async () => {
    await op.ir("/operador/pedidos?estado=pendiente");
    await op.mirar("pedidos de todas");
    await otraPagina(o, () => o.locator("td a.id").first().click());
    await op.mirar("un pedido");
    await o.fill("[name=Importe]", "500.00");
    await o.fill("[name=Rastreo]", "MBAN01002611280001");
    await otraPagina(o, () => o.click("button:has-text('Confirmar y acreditar')"));
    await dice("Llegaron $500.00 y el pedido es de $580.00", o);
    exigir((await o.inputValue("[name=Rastreo]")) === "MBAN01002611280001", "se perdió la clave de rastreo");
    await op.mirar("un pedido, con otro importe");
    await o.fill("[name=Importe]", "580.00");
    await otraPagina(o, () => o.click("button:has-text('Confirmar y acreditar')"));
    await dice("Acreditado", o);
    await v.ir(porSPEI);
    await dice("Llegaron 200 ioCréditos");
  });
  await pasos.paso("lo reembolsa y salen los créditos", op, async () => {
    await o.fill("[name=MotivoReembolso]", "Se equivocó de paquete");
    await otraPagina(o, () => o.click("button:has-text('Reembolsar')"));
    await dice("Reembolsado", o);
    await v.ir(porSPEI);
    await dice("Se devolvió el pago");
    await v.mirar("pedido reembolsado");
  });
  await pasos.paso("publica un paquete y lo retira", op, async () => {
    await op.ir("/operador/paquetes/nuevo");
    await op.mirar("paquete nuevo");
    await o.fill("[name=Nombre]", "Paquete 10");
    await o.fill("[name=Creditos]", "diez");
    await o.fill("[name=Precio]", "40");
    await otraPagina(o, () => o.click("main button.primary"));
    exigir((await o.inputValue("[name=Creditos]")) === "diez", "se perdió lo escrito");
    await op.mirar("paquete con un error");
    await o.fill("[name=Creditos]", "10");
    await otraPagina(o, () => o.click("main button.primary"));
    await dice("Paquete 10", o);
    await op.mirar("paquetes");
    await v.ir("/tienda");
    await dice("$ 46.40 en total");
    await otraPagina(o, () => o.click("button[aria-label='Retirar Paquete 10']"));
    await op.mirar("paquetes, uno retirado");
    await op.ir("/operador/pagos");
    await op.mirar("pagos por revisar");
  });
}
