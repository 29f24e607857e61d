// Package complementos is the list of the complements that are known here, and
// nothing else. Whoever reads a CFDI hands All to the readers of cfdi; a
// complement that is not in it is carried as *cfdi.Unknown.
package complementos

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
)

// All holds one line for each complement. It is read, never written to.
var All = []cfdi.Known{
	implocal.Known,
}
