package directory

import (
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
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

// A product with numbers nobody can read hears of them and of all the rest.
func TestEveryMistakeOfAProductIsSaidAtOnce(t *testing.T) {
	s := New(Config{Catalog: catalogo.New(), Now: time.Now})
	a := store.Actor{Tenant: store.TenantOf("t"), Admin: true}
	_, _, err := s.SaveProduct(t.Context(), a, Product{
		ClaveProdServ: "1", ClaveUnidad: "?", ObjetoImp: "99", CuentaPredial: "12-3", Unread: []fail.Field{{Path: "Precio", Message: "no es un número"}},
	})
	said := map[string]int{}
	for _, f := range fail.FieldsOf(err) {
		said[f.Path]++
	}
	for _, path := range []string{"Precio", "Descripcion", "ClaveProdServ", "ClaveUnidad", "ObjetoImp", "CuentaPredial"} {
		if said[path] != 1 {
			t.Errorf("%s is said %d times", path, said[path])
		}
	}
	_, _, err = s.SaveProduct(t.Context(), a, Product{
		Descripcion: "Mesa", ClaveProdServ: "01010101", ClaveUnidad: "H87", ObjetoImp: "01", Unread: []fail.Field{{Path: "Precio", Message: "no es un número"}},
	})
	if fields := fail.FieldsOf(err); len(fields) != 1 || fields[0].Path != "Precio" {
		t.Errorf("with one unreadable number it was saved, or something else was said: %v", err)
	}
}
