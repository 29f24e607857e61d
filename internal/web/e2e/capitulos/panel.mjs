// The panel and the assistant: what waits, one block asked for again, the bar minimized and back.
import { exigir } from "../visita.mjs";
import { otraPagina } from "./factura.mjs";

export async function panel(pasos, v) {
  const p = v.page;
  await pasos.paso("el panel dice lo facturado, y cada gráfica tiene su tabla", v, async () => {
    await v.ir("/comprobantes"); // the last step of the assistant
    await v.ir("/panel");
    await v.mirar("panel");
    const texto = await p.locator("main").innerText();
    for (const algo of ["Pendientes de hoy", "Datos rápidos", "Accesos rápidos", "Información de cuenta", "Certificado de sello digital"])
      exigir(texto.includes(algo), `el panel no tiene «${algo}»`);
    const graficas = await p.locator("figure.chart").count();
    exigir(graficas === 0 || (await p.locator("summary:has-text('Ver como tabla')").count()) === graficas, "una gráfica sin su tabla");
  });
  await pasos.paso("el asistente se minimiza y se vuelve a abrir", v, async () => {
    exigir((await p.locator(".wizard li").count()) === 8, "no están el modo de prueba y los siete pasos");
    await otraPagina(p, () => p.click("[aria-label='Minimizar el asistente']"));
    exigir((await p.locator(".wizard[data-min]").count()) === 1, "no se minimizó");
    await v.mirar("panel con el asistente minimizado");
    await otraPagina(p, () => p.click(".wizard button"));
    exigir((await p.locator(".wizard ol").count()) === 1, "no volvió");
  });
  await pasos.paso("la ayuda de un campo sale al entrar en él", v, async () => {
    await v.ir("/productos/nuevo");
    await p.focus("[name=Clave]");
    exigir(await p.locator(".tip:visible").count() === 1, "no se ve la ayuda del campo");
    await v.mirar("la ayuda de un campo");
  });
}
