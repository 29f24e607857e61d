/** Entry of the one script. Every module adds to pages that already work without it. */
import "htmx.org";
import { factura } from "./factura";

factura(document);
