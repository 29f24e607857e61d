// Package complementos is the list of the complements that are known here, and
// nothing else. Whoever reads a CFDI hands [All] to the readers of cfdi:
//
//	doc, err := cfdi.Read(xml, complementos.All)
//	nomina := nomina12.De(doc.Comprobante) // nil where there is none
//	found := cfdi.Verify(xml, complementos.All, trust, false)
//
// A complement with a package comes as its type there, judged by its rules; one of
// cfdi/otros as [*cfdi.Carried], with its part of the cadena original and without rules;
// one that is not in the list as [*cfdi.Unknown], without cadena: it is never sealed here,
// and its seal cannot be verified. All three are written back.
package complementos

import (
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/cfdi/donat"
	"iofacturo.mx/cfdi/hidrocarburospetroliferos"
	"iofacturo.mx/cfdi/iedu"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/cfdi/ine"
	"iofacturo.mx/cfdi/leyendasfisc"
	"iofacturo.mx/cfdi/nomina12"
	"iofacturo.mx/cfdi/notariospublicos"
	"iofacturo.mx/cfdi/otros"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/cfdi/servicioparcial"
	"iofacturo.mx/cfdi/vehiculousado"
)

// All holds one line for each complement with types of its own, then those
// that are carried by a table. It is read, never written to.
var All = slices.Concat([]cfdi.Known{
	cartaporte31.Known,
	cce20.Known,
	donat.Known,
	hidrocarburospetroliferos.Known,
	iedu.Known,
	implocal.Known,
	ine.Known,
	leyendasfisc.Known,
	nomina12.Known,
	notariospublicos.Known,
	pago20.Known,
	servicioparcial.Known,
	vehiculousado.Known,
}, otros.All)

// Rules lists the codes of the error matrices of complements, matrix by matrix: Pagos,
// Nómina, Carta Porte and Comercio Exterior.
func Rules() []cfdi.Rule {
	return slices.Concat(pago20.Rules(), nomina12.Rules(), cartaporte31.Rules(), cce20.Rules())
}
