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

func conceptoPath(i int, attribute string) string { return at("Conceptos", i) + "." + attribute }

func objetoImp(v *validation) {
	for i := range v.c.Conceptos {
		c := &v.c.Conceptos[i]
		row, ok := v.cat.ObjetoImp(c.ObjetoImp)
		switch {
		case c.ObjetoImp != "" && (!ok || !row.InForce(v.c.Fecha)):
			v.FailAt(v.code, conceptoPath(i, "ObjetoImp"), "El objeto de impuesto "+c.ObjetoImp+" no existe en el catálogo del SAT.", fixClave)
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
	for i := range v.c.Conceptos {
		v.FailAt(v.code, conceptoPath(i, "ClaveProdServ"), "Ningún concepto de la factura es un servicio de transporte de carga.", "Elige la clave del flete, por ejemplo 78101802 o 78101800.")
	}
}

func intermodal(v *validation) {
	if !ingreso(v.c) || v.modes() > 1 {
		return
	}
	for i := range v.c.Conceptos {
		if k := v.c.Conceptos[i].ClaveProdServ; listed(intermodales, k, "") {
			v.FailAt(v.code, conceptoPath(i, "ClaveProdServ"), "El servicio "+k+" es intermodal y la Carta Porte tiene un solo modo de transporte.", "Agrega el otro transporte, o elige la clave del que usas.")
		}
	}
}

func uno(v *validation) {
	switch first := De(v.c); {
	case first == v.cp:
	case slices.Contains(v.c.Complementos, cfdi.Complemento(v.cp)):
		v.fail("", "El comprobante lleva más de una Carta Porte.", "Deja una sola.")
	default:
		v.fail("", "La Carta Porte es un complemento del comprobante, no de un concepto.", "Mueve el complemento al comprobante.")
	}
}

// beside are the namespaces of the complements that may stand beside a Carta Porte.
var beside = []string{space, "http://www.sat.gob.mx/ComercioExterior", "http://www.sat.gob.mx/pfic", "http://www.sat.gob.mx/implocal", "http://www.sat.gob.mx/leyendasFiscales"}

func convive(v *validation) {
	for i, k := range v.c.Complementos {
		known := k.Known()
		if !slices.ContainsFunc(beside, func(s string) bool { return strings.HasPrefix(known.Space, s) }) {
			v.FailAt(v.code, at("Complementos", i), "El complemento "+known.Name()+" no puede ir junto con la Carta Porte.", "Quita uno de los dos.")
		}
	}
}

// The Carta Porte itself.

// nacionalSin is the rule of what only crosses borders.
func nacionalSin(name, words string, value func(*CartaPorte) string) func(*validation) {
	return func(v *validation) {
		if !v.internacional() && value(v.cp) != "" {
			v.fail(name, "El transporte es nacional y no lleva "+words+".", "Quita el dato, o marca el transporte como internacional.")
		}
	}
}

func regimenKey(v *validation) {
	if v.cp.EntradaSalidaMerc == "" {
		return
	}
	for i := range v.cp.RegimenesAduaneros {
		if k := v.cp.RegimenesAduaneros[i].RegimenAduanero; k != "" && !inForce(catalogo.RegimenAduanero, k, v.c.Fecha) {
			v.fail(at("RegimenesAduaneros", i)+".RegimenAduanero", "El régimen aduanero "+k+" no existe en el catálogo del SAT.", fixClave)
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
				v.fail(at("RegimenesAduaneros", i)+".RegimenAduanero", "El régimen aduanero "+k+" no es de "+strings.ToLower(way)+" de mercancía.", "Elige uno de estos: "+commas(these)+".")
			}
		}
	}
}

func paisOrigenDestino(v *validation) {
	switch k := v.cp.PaisOrigenDestino; {
	case !v.internacional():
	case k == "":
		v.fail("PaisOrigenDestino", "Es transporte internacional y falta el país de origen o destino.", "Elige el país.")
	case !v.pais(k):
		v.fail("PaisOrigenDestino", "El país "+k+" no existe en el catálogo del SAT.", fixClave)
	}
}

func distancias(v *validation) {
	if v.cp.TotalDistRec.IsZero() || !v.rueda() || v.places(destino) == 0 {
		return
	}
	if sum := v.cp.distancia(); v.cp.TotalDistRec.Cmp(sum) != 0 {
		v.fail("TotalDistRec", "La distancia total es "+v.cp.TotalDistRec.String()+" y los destinos suman "+sum.String()+".", "Escribe "+sum.String()+".")
		v.MendHere("TotalDistRec", sum.String())
	}
}

func polos(v *validation) {
	for _, p := range []struct{ name, value string }{{"UbicacionPoloOrigen", v.cp.UbicacionPoloOrigen}, {"UbicacionPoloDestino", v.cp.UbicacionPoloDestino}} {
		v.iff(v.cp.RegistroISTMO == si, p.value != "", p.name,
			need{"Es una región del Istmo de Tehuantepec y falta el polo.", "Elige los polos de origen y de destino."},
			need{"Los polos del Istmo solo van con RegistroISTMO Sí.", "Quita el polo, o marca el registro ISTMO."})
	}
}
