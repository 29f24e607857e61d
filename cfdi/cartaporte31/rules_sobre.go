package cartaporte31

import (
	"slices"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// The CFDI that carries it.

func traslado(c *cfdi.Comprobante) bool { return c.TipoDeComprobante == "T" }

func ingreso(c *cfdi.Comprobante) bool { return c.TipoDeComprobante == "I" }

// sobre is a rule about an attribute of the CFDI.
func sobre(path, message, fix string, ok func(*cfdi.Comprobante) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v.c) {
			v.FailAt(v.code, path, message, fix)
		}
	}
}

// enTraslado is a rule about an attribute of the CFDI that in a traslado has one value.
func enTraslado(path, message, fix string, ok func(*cfdi.Comprobante) bool, value func(*cfdi.Comprobante) string) func(*validation) {
	return func(v *validation) {
		if traslado(v.c) && !ok(v.c) {
			v.FailAt(v.code, path, message, fix)
			v.Mend(v.c, path, value(v.c))
		}
	}
}

// always is a value that does not depend on the document.
func always(value string) func(*cfdi.Comprobante) string {
	return func(*cfdi.Comprobante) string { return value }
}

// receptorDelTraslado is who moves the goods: the Emisor, by RFC and name.
func receptorDelTraslado(v *validation) {
	if traslado(v.c) && v.c.Receptor.Rfc != v.c.Emisor.Rfc {
		v.FailAt(v.code, "Receptor.Rfc", "En un traslado el receptor eres tú: su RFC debe ser el del emisor.", "Escribe en el receptor tu propio RFC y nombre.")
		v.Mend(v.c, "Receptor.Rfc", v.c.Emisor.Rfc)
		v.Mend(v.c, "Receptor.Nombre", v.c.Emisor.Nombre)
	}
}

func conceptoPath(i int, attribute string) string { return at("Conceptos", i) + "." + attribute }

func objetoImp(v *validation) {
	for i := range v.c.Conceptos {
		c := &v.c.Conceptos[i]
		row, ok := v.cat.ObjetoImp(c.ObjetoImp)
		switch {
		case c.ObjetoImp != "" && (!ok || !row.InForce(v.c.Fecha)):
			v.FailAt(v.code, conceptoPath(i, "ObjetoImp"), "El objeto de impuesto "+cfdi.Quoted(c.ObjetoImp)+" no existe en el catálogo c_ObjetoImp del SAT, o no estaba vigente en la fecha del comprobante.", "Elige el objeto de impuesto del concepto, por ejemplo 02 si lleva impuestos o 01 si no es objeto de impuesto.")
		case c.ObjetoImp == "02" && c.Impuestos == nil:
			v.FailAt(v.code, conceptoPath(i, "Impuestos"), "El concepto es objeto de impuesto (02) y faltan sus impuestos.", "Agrega los impuestos del concepto, o elige otro objeto de impuesto.")
		}
	}
}

// The services a freight invoice may be for, and those of them that are intermodal.
const (
	servicios = "78101500 78101501 78101502 78101503 78101600 78101601 78101602 78101603 78101604 78101700 78101701 78101702 78101703 78101704 78101705 78101706 " +
		"78101800 78101801 78101802 78101803 78101804 78101806 78101807 " + intermodales + " 78101905 " +
		"78102200 78102201 78102203 78102204 78102205 78121603 78141500 78141501 84121806 92121800 92121801 92121802"
	intermodales = "78101900 78101901 78101902 78101903 78101904"
)

// servicioDeTransporte asks for one line of freight: what is charged beside it, as
// handling or tolls, may have keys of its own.
func servicioDeTransporte(v *validation) {
	if !ingreso(v.c) || slices.ContainsFunc(v.c.Conceptos, func(c cfdi.Concepto) bool { return listed(servicios, c.ClaveProdServ, "") }) {
		return
	}
	if len(v.c.Conceptos) > 0 {
		v.FailAt(v.code, conceptoPath(0, "ClaveProdServ"), "Ningún concepto de la factura tiene clave de servicio de transporte de carga.", "Elige en el concepto del flete su clave, por ejemplo 78101802 o 78101800.")
	}
}

func intermodal(v *validation) {
	if !ingreso(v.c) || v.modes() > 1 {
		return
	}
	for i := range v.c.Conceptos {
		if k := v.c.Conceptos[i].ClaveProdServ; listed(intermodales, k, "") {
			v.FailAt(v.code, conceptoPath(i, "ClaveProdServ"), "El servicio "+k+" es intermodal y la Carta Porte tiene un solo modo de transporte.", "Agrega el otro modo de transporte, o elige la clave del que usas, por ejemplo 78101802.")
		}
	}
}

func uno(v *validation) {
	switch first := De(v.c); {
	case first == v.cp:
	case slices.Contains(v.c.Complementos, cfdi.Complemento(v.cp)):
		v.fail("", "El comprobante lleva más de una Carta Porte.", "Deja una sola, con todas las mercancías.")
	default:
		v.fail("", "La Carta Porte es un complemento del comprobante, no de un concepto.", "Pon el complemento en el comprobante.")
	}
}

// beside are the namespaces of the complements that may stand beside a Carta Porte.
var beside = []string{space, "http://www.sat.gob.mx/ComercioExterior", "http://www.sat.gob.mx/pfic", "http://www.sat.gob.mx/implocal", "http://www.sat.gob.mx/leyendasFiscales"}

func convive(v *validation) {
	for i, k := range v.c.Complementos {
		known := k.Known()
		if !slices.ContainsFunc(beside, func(s string) bool { return strings.HasPrefix(known.Space, s) }) {
			v.FailAt(v.code, at("Complementos", i), "El complemento "+known.Name()+" no puede ir junto con la Carta Porte.", "Quita ese complemento, o emítelo en otro comprobante.")
		}
	}
}

// The Carta Porte itself.

// nacionalSin is the rule of what only crosses borders.
func nacionalSin(name, words string, value func(*CartaPorte) string) func(*validation) {
	return func(v *validation) {
		if !v.internacional() && value(v.cp) != "" {
			v.fail(name, "El transporte es nacional y no lleva "+words+".", "Quita "+words+", o escribe Sí en transporte internacional.")
		}
	}
}

func regimenKey(v *validation) {
	if v.cp.EntradaSalidaMerc == "" {
		return
	}
	for i := range v.cp.RegimenesAduaneros {
		if k := v.cp.RegimenesAduaneros[i].RegimenAduanero; k != "" && !inForce(catalogo.RegimenAduanero, k, v.c.Fecha) {
			v.fail(at("RegimenesAduaneros", i)+".RegimenAduanero", noKey(k, "c_RegimenAduanero"), "Escribe el régimen, por ejemplo IMD si entra o EXD si sale.")
		}
	}
}

// regimen is the rule of the regimes with which goods come in, or go out.
func regimen(way, these, those string) func(*validation) {
	return func(v *validation) {
		if v.cp.EntradaSalidaMerc != way {
			return
		}
		for i := range v.cp.RegimenesAduaneros {
			if k := v.cp.RegimenesAduaneros[i].RegimenAduanero; !listed(these, k, "") && listed(those, k, "") {
				v.fail(at("RegimenesAduaneros", i)+".RegimenAduanero", "El régimen aduanero "+k+" no es de "+strings.ToLower(way)+" de mercancía.", "Escribe uno de estos: "+commas(these)+".")
			}
		}
	}
}

func paisOrigenDestino(v *validation) {
	switch k := v.cp.PaisOrigenDestino; {
	case !v.internacional():
	case k == "":
		v.fail("PaisOrigenDestino", "Es transporte internacional y falta el país de origen o destino.", "Escribe las tres letras del país de donde viene o a donde va la mercancía, por ejemplo USA.")
	case !v.pais(k):
		v.fail("PaisOrigenDestino", noKey(k, "c_Pais"), fixPais)
	}
}

func distancias(v *validation) {
	if v.cp.TotalDistRec.IsZero() || !v.rueda() || v.places(destino) == 0 {
		return
	}
	if sum := v.cp.distancia(); v.cp.TotalDistRec.Cmp(sum) != 0 {
		v.fail("TotalDistRec", "La distancia total es "+v.cp.TotalDistRec.String()+" y los destinos suman "+sum.String()+".", "Escribe "+sum.String()+", o corrige la distancia de algún destino.")
		v.MendHere("TotalDistRec", sum.String())
	}
}

func polos(v *validation) {
	for _, p := range []struct{ name, value string }{{"UbicacionPoloOrigen", v.cp.UbicacionPoloOrigen}, {"UbicacionPoloDestino", v.cp.UbicacionPoloDestino}} {
		v.iff(v.cp.RegistroISTMO == si, p.value != "", p.name,
			need{message: "El registro ISTMO dice Sí y falta " + v.Label(p.name) + ".", fix: "Escribe la clave del polo, de 01 a 06."},
			need{message: "Los polos del Istmo solo van con el registro ISTMO en Sí.", fix: "Quita " + v.Label(p.name) + ", o escribe Sí en el registro ISTMO."})
	}
}
