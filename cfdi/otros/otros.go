// Package otros is the long tail: the complements that have no types here and
// still must be verified when they arrive in a CFDI of somebody else. Each is a
// few rows of a table that say which attributes of which nodes take part in the
// cadena original, in the order of the stylesheet of the SAT; its element is
// carried untouched as [*cfdi.Carried]: the seal over it can be checked and made, its
// content is judged by nobody here, which [cfdi.Validate] says in a warning.
//
// It is used through complementos.All, of which [All] is a part.
//
// A complement that gets a package of its own loses its rows here.
package otros

import "iofacturo.mx/cfdi"

const sitio = "http://www.sat.gob.mx/sitio_internet/cfd/"

// All holds the complements of the table, older versions of those with types among
// them. It is read, never written to.
var All = known(tabla)

// A complemento is the part of one complement in the cadena.
type complemento struct {
	prefix, space, local string
	schema               string // below the site of the SAT
	rows                 cfdi.Rows
}

func known(list []complemento) []cfdi.Known {
	out := make([]cfdi.Known, len(list))
	for i, c := range list {
		out[i] = cfdi.Known{Space: c.space, Prefix: c.prefix, Local: c.local, Schema: sitio + c.schema, Cadena: c.rows.WriteCadena}
	}
	return out
}
