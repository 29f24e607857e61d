// Package complementos lists the complements that are known here.
package complementos

import "iofacturo.mx/cfdi"

// All are the complements known here.
var All []cfdi.Known
