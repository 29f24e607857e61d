/** Entry of the one script. Every module adds to pages that already work without it. */
import "htmx.org";
import { combos } from "./combos";
import { conserva } from "./conserva";
import { copiar } from "./copiar";
import { entrarConCSD } from "./csd";
import { factura } from "./factura";
import { formas } from "./formas";
import { llaves } from "./llaves";
import { filtros, menus } from "./menus";
import { muestra } from "./muestra";
import { teclas } from "./teclas";

menus();
filtros();
teclas();
formas(document);
combos(document);
conserva();
copiar(document);
llaves(document);
factura(document);
entrarConCSD(document);
muestra(document);

// What htmx puts in gets the same as what came with the page.
document.addEventListener("htmx:after:process", (e) => {
  if (e.target instanceof Element) combos(e.target);
});
