// Package complementos is the list of the complements that are known here, and
// nothing else. Whoever reads a CFDI hands All to the readers of cfdi; a
// complement that is not in it is carried as *cfdi.Unknown.
package complementos

import (
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/cfdi/otros"
	"iofacturo.mx/cfdi/pago20"
)

// All holds one line for each complement with types of its own, then those
// that are carried by a table. It is read, never written to.
var All = slices.Concat([]cfdi.Known{
	implocal.Known,
	pago20.Known,
}, otros.All)
