// What the directory knows beyond names and prices: categories, customs lots and lists of prices of the products;
// addendas, the account statement and the SAT's answer of the customers. As the administrator of the demo company.
import fs from "node:fs";
import path from "node:path";
import { exigir } from "../visita.mjs";
import { elegir } from "./alta.mjs";
import { redibujado } from "./factura.mjs";

const pedimento = "26  47  3807  6000123";

export async function directorio(pasos, v, work) {
  const p = v.page;
  const nuevo = { descripcion: "Esmalte importado del directorio", precio: "200" };
  let cliente;
  const opcion = async (name, text) => p.selectOption(`[name=${name}]`, await p.locator(`[name=${name}] option`, { hasText: text }).first().getAttribute("value"));

  await pasos.paso("un producto con categoría y pedimento; el número mal escrito se señala y se queda", v, async () => {
    await v.ir("/productos/nuevo");
    await p.fill("[name=ClaveProdServ]", "60121001");
    await p.fill("[name=Descripcion]", nuevo.descripcion);
    await p.fill("[name=Categoria]", "Esmaltes");
    await p.fill("[name=Precio]", nuevo.precio);
    await p.locator("main button.primary:has-text('Guardar')").click();
    await p.waitForURL("**/productos**");
    await v.ir(`/productos?q=${encodeURIComponent("esmalte importado")}&categoria=Esmaltes`);
    await p.click(`a:has-text('${nuevo.descripcion}')`);
    await p.locator("section[aria-labelledby=lotes] summary").first().click();
    await p.fill("[name='Lote.Pedimento']", "26 47 12");
    await p.fill("[name='Lote.Nota']", "Contenedor 9");
    await p.click("button[value=lote]");
    exigir((await p.inputValue("[name='Lote.Nota']")) === "Contenedor 9", "se perdió la nota del lote");
    exigir((await p.locator("[name='Lote.Pedimento'][aria-invalid=true]").count()) === 1, "el pedimento malo no se señala");
    await p.fill("[name='Lote.Pedimento']", pedimento);
    await p.fill("[name='Lote.Fecha']", "2026-11-02");
    await p.click("button[value=lote]");
    await p.waitForSelector("td:has-text('Contenedor 9')");
    await v.mirar("producto con lote");
  });

  await pasos.paso("una lista de precios y un cliente que la tiene", v, async () => {
    await v.ir("/precios/nueva");
    await p.fill("[name=Nombre]", "Mayoreo del directorio");
    await p.locator("main button.primary").click();
    await v.ir("/precios");
    await v.mirar("listas de precios");
    await p.click("a:has-text('Mayoreo del directorio')");
    await p.fill("main [name=q]", "esmalte importado");
    await p.waitForFunction((d) => [...document.querySelectorAll("#lista tbody tr")].length === 1 && document.querySelector("#lista").textContent.includes(d), nuevo.descripcion);
    await p.locator("#lista tbody input.num").fill("150");
    await p.click("button:has-text('Guardar los precios')");
    await v.mirar("precios de una lista");
    await v.ir("/clientes");
    const link = p.locator("#lista tbody a.id").first();
    cliente = { nombre: (await link.innerText()).trim(), href: await link.getAttribute("href") };
    await v.ir(cliente.href);
    await opcion("ListaPrecios", "Mayoreo del directorio");
    await p.locator("main button.primary:has-text('Guardar')").click();
    await p.waitForURL("**/clientes**");
  });

  await pasos.paso("una addenda: su error dice el renglón, su vista previa la muestra, y el cliente la lleva", v, async () => {
    await v.ir("/addendas/nueva");
    await p.fill("[name=Nombre]", "Pedido del directorio");
    await p.fill("[name='Campos[0].Dato']", "Orden de compra");
    await p.fill("[name='Campos[0].Clave']", "OrdenDeCompra");
    await p.fill("[name=Cuerpo]", "<pedido>\n{{NoExiste}}\n</pedido>");
    await p.click("button:has-text('Guardar addenda')");
    exigir((await p.locator("main").innerText()).includes("Renglón 2"), "no dice en qué renglón está el error");
    await p.fill("[name=Cuerpo]", '<pedido orden="{{OrdenDeCompra}}" total="{{Total}}">{{#Conceptos}}<linea>{{Concepto.Descripcion}}</linea>{{/Conceptos}}</pedido>');
    await p.click("button[value=vista]");
    exigir((await p.locator("main").innerText()).includes("<pedido"), "la vista previa no muestra el XML");
    await v.mirar("una addenda");
    await p.click("button:has-text('Guardar addenda')");
    await v.ir("/addendas");
    await v.mirar("addendas");
    await v.ir(cliente.href);
    await opcion("AddendaID", "Pedido del directorio");
    await p.locator("main button.primary:has-text('Guardar')").click();
    await p.waitForURL("**/clientes**");
  });

  await pasos.paso("la factura toma el precio de la lista, el pedimento del lote y la addenda", v, async () => {
    await v.ir(`/comprobantes/nuevo?tipo=I&cliente=${cliente.href.split("/").pop()}`);
    exigir((await p.inputValue("[name='Receptor.Nombre']")) === cliente.nombre, "no se llenó el receptor");
    await redibujado(p, () => elegir(p, "#f-buscarProducto", "esmalte importado"));
    await p.waitForSelector("[name='Conceptos[0].Descripcion']");
    exigir(Number(await p.inputValue("[name='Conceptos[0].ValorUnitario']")) === 150, `el precio es ${await p.inputValue("[name='Conceptos[0].ValorUnitario']")}`);
    await p.locator("button[value^='pedimento:0:']").first().click();
    await p.waitForFunction((n) => document.querySelector("[name='Conceptos[0].NumeroPedimento']")?.value === n, pedimento);
    exigir((await p.locator("[name='Addenda.OrdenDeCompra']").count()) === 1, "la addenda no pide la orden de compra");
  });

  await pasos.paso("el estado de cuenta de un cliente, y su archivo", v, async () => {
    await v.ir("/clientes");
    const id = cliente.href.split("/").pop();
    exigir((await v.ir(`/clientes/${id}/cuenta`)).status() === 200, "no hay estado de cuenta");
    await v.mirar("estado de cuenta");
    const [file] = await Promise.all([p.waitForEvent("download"), p.locator("a[href*='/cuenta/archivo']").first().click()]);
    exigir(fs.statSync(await file.path()).size > 20, "el archivo del estado de cuenta está vacío");
  });

  await pasos.paso("validar con el SAT: el archivo que se sube y la respuesta que regresa", v, async () => {
    await v.ir("/validar/clientes");
    await v.mirar("validar con el SAT");
    const [file] = await Promise.all([p.waitForEvent("download"), p.locator("a[href*='cuales=todos']").click()]);
    const lines = fs.readFileSync(await file.path(), "utf8").trim().split(/\r?\n/);
    exigir(lines.length > 5 && lines.every((l) => l.split("|").length === 4), `el archivo dice ${lines[0]}`);
    const answer = path.join(work, "respuesta.txt");
    fs.writeFileSync(answer, "esto no es una respuesta\n");
    await p.setInputFiles("[name=Respuesta]", answer);
    await p.click("button:has-text('Guardar la respuesta')");
    exigir((await p.locator("main").innerText()).includes("No se guardó nada"), "tomó lo que no es una respuesta");
    fs.writeFileSync(answer, lines.map((l, i) => `${l}|${i === 0 ? "El nombre no coincide" : "RFC válido, y susceptible de recibir facturas"}`).join("\r\n"));
    await p.setInputFiles("[name=Respuesta]", answer);
    await p.click("button:has-text('Guardar la respuesta')");
    await v.ir("/clientes?sat=mal");
    exigir((await p.locator("#lista tbody tr").count()) === 1, "debía haber uno que no concuerda");
    await v.mirar("clientes que no concuerdan");
  });
}
