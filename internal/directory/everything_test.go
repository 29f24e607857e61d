package directory

import (
	"testing"

	"iofacturo.mx/catalogo"
)

// A customer with a mistake in every field hears of all of them at once, also
// when its RFC cannot be read.
func TestEveryMistakeOfACustomerIsSaidAtOnce(t *testing.T) {
	s := New(Config{Catalog: catalogo.New()})
	var p problems
	s.checkCustomer(&Customer{Rfc: "@@1e9", CodigoPostal: "@@1e9"}, "", &p)
	said := map[string]bool{}
	for _, f := range p.fields {
		said[f.Path] = true
	}
	for _, path := range []string{"Rfc", "Nombre", "CodigoPostal", "RegimenFiscal"} {
		if !said[path] {
			t.Errorf("nothing is said of %s", path)
		}
	}
}
