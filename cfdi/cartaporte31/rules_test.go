package cartaporte31_test

import (
	"time"

	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
)

func found(c *cfdi.Comprobante, v *cp31.CartaPorte) []string {
	out := []string{}
	for _, f := range v.Validate(c, cat, time.Time{}) {
		out = append(out, f.Code+" "+f.Path)
	}
	return out
}
