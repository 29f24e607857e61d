package directory

import (
	"slices"
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// ish is a local tax on lodging.
func ish(percent string) Impuesto {
	return Impuesto{Nombre: "ISH", TipoFactor: "Tasa", Valor: decimal.MustParse(percent).Quo(decimal.FromInt(100), 6), Activo: true}
}

// TestCommonTaxesAreTheSATs: each tax a company begins with is in force in c_TasaOCuota.
func TestCommonTaxesAreTheSATs(t *testing.T) {
	s := New(Config{Catalog: catalogo.New(), Now: start.UTC})
	for _, x := range commonTaxes() {
		var p problems
		s.checkImpuesto(&x, &p)
		if len(p.fields) > 0 || x.Version != 0 {
			t.Errorf("%s: %v", x.Nombre, p.fields)
		}
	}
}

func TestImpuestos(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		list, err := s.Impuestos(ctx, a)
		if err != nil || len(list) != len(commonTaxes()) || list[0].ID != "iva-16" {
			t.Fatal(len(list), list[0], err)
		}
		saved, err := s.SaveImpuesto(ctx, a, ish("3"))
		if err != nil || saved.Version != 1 || !saved.Local() {
			t.Fatal(saved, err)
		}
		t.Run("the common ones stay beside one's own", func(t *testing.T) {
			list, err := s.Impuestos(ctx, a)
			if err != nil || len(list) != len(commonTaxes())+1 || list[len(list)-1].ID != saved.ID {
				t.Error(len(list), err)
			}
			if other, err := s.Impuestos(ctx, b); err != nil || len(other) != len(commonTaxes()) {
				t.Error("another company's list:", len(other), err)
			}
		})
		t.Run("another company's tax does not exist", func(t *testing.T) {
			_, err := s.Impuesto(ctx, b, saved.ID)
			in := saved
			_, err2 := s.SaveImpuesto(ctx, b, in)
			for _, err := range []error{err, err2, s.DeleteImpuesto(ctx, b, saved.ID)} {
				if fail.KindOf(err) != fail.NotFound || err == nil {
					t.Error(err)
				}
			}
		})
		t.Run("only who configures changes them", func(t *testing.T) {
			looks := a
			looks.Admin, looks.Rights = false, []store.Right{store.RightSeeConfig}
			if _, err := s.SaveImpuesto(ctx, looks, ish("2")); fail.KindOf(err) != fail.Denied {
				t.Error(err)
			}
			if err := s.DeleteImpuesto(ctx, looks, saved.ID); fail.KindOf(err) != fail.Denied {
				t.Error(err)
			}
			if _, err := s.Impuestos(ctx, looks); err != nil {
				t.Error(err)
			}
		})
		t.Run("two people at once", func(t *testing.T) {
			mine, theirs := saved, saved
			mine.Nombre, theirs.Nombre = "Hospedaje", "ISH Puebla"
			if _, err := s.SaveImpuesto(ctx, a, mine); err != nil {
				t.Fatal(err)
			}
			if _, err := s.SaveImpuesto(ctx, a, theirs); fail.KindOf(err) != fail.Conflict {
				t.Errorf("overwritten: %v", err)
			}
			seed, _ := s.Impuesto(ctx, a, "iva-8") // drawn before anybody changed any: version 0
			seed.Version, seed.Activo = 0, false
			if _, err := s.SaveImpuesto(ctx, a, seed); err != nil {
				t.Error(err)
			}
			if _, err := s.SaveImpuesto(ctx, a, seed); fail.KindOf(err) != fail.Conflict {
				t.Errorf("overwritten: %v", err)
			}
		})
		t.Run("the default of a key and side is one", func(t *testing.T) {
			eight, err := s.Impuesto(ctx, a, "iva-8")
			if err != nil {
				t.Fatal(err)
			}
			eight.Activo, eight.Predeterminado = true, true
			if _, err := s.SaveImpuesto(ctx, a, eight); err != nil {
				t.Fatal(err)
			}
			list, _ := s.Impuestos(ctx, a)
			var marked []string
			for _, x := range list {
				if x.Predeterminado {
					marked = append(marked, x.ID)
				}
			}
			if !slices.Equal(marked, []string{"iva-8"}) {
				t.Error(marked)
			}
		})
	})
}

// TestUsedTaxesStay: one that a product bore is neither deleted nor turned into another.
func TestUsedTaxesStay(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		own, err := s.SaveImpuesto(ctx, a, Impuesto{Nombre: "Retención 6 %", Impuesto: iva, Retencion: true, TipoFactor: "Tasa", Valor: decimal.MustParse("0.06"), Activo: true})
		if err != nil {
			t.Fatal(err)
		}
		p := Product{
			Descripcion: "Servicio de limpieza", ClaveProdServ: "76111500", ClaveUnidad: "E48", ObjetoImp: "02", Activo: true,
			Traslados: []Tax{{iva, "Tasa", decimal.MustParse("0.16")}}, Retenciones: []Tax{{iva, "Tasa", decimal.MustParse("0.060000")}},
		}
		if _, _, err := s.SaveProduct(ctx, b, p); err != nil { // another company's product uses nothing of this one
			t.Fatal(err)
		}
		if x, _ := s.Impuesto(ctx, a, own.ID); x.EnUso {
			t.Error("used by another company's product")
		}
		if _, _, err := s.SaveProduct(ctx, a, p); err != nil {
			t.Fatal(err)
		}
		x, err := s.Impuesto(ctx, a, own.ID)
		if err != nil || !x.EnUso {
			t.Fatal(x, err)
		}
		if err := s.DeleteImpuesto(ctx, a, own.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("deleted: %v", err)
		}
		other := x
		other.Valor = decimal.MustParse("0.08")
		if _, err := s.SaveImpuesto(ctx, a, other); fail.KindOf(err) != fail.Invalid {
			t.Errorf("turned into another: %v", err)
		}
		x.Nombre, x.Activo = "Limpieza 6 %", false
		if _, err := s.SaveImpuesto(ctx, a, x); err != nil {
			t.Errorf("switched off: %v", err)
		}
		if err := s.DeleteImpuesto(ctx, a, "ieps-53"); err != nil {
			t.Errorf("one that nothing bears: %v", err)
		}
		if _, err := s.Impuesto(ctx, a, "ieps-53"); fail.KindOf(err) != fail.NotFound {
			t.Error(err)
		}
	})
}

func TestImpuestoRules(t *testing.T) {
	s := New(Config{Catalog: catalogo.New(), Now: start.UTC})
	d := decimal.MustParse
	for name, x := range map[string]struct {
		in    Impuesto
		field string // "" = good
	}{
		"a rate of the SAT":           {Impuesto{Nombre: "IVA", Impuesto: iva, TipoFactor: "Tasa", Valor: d("0.16")}, ""},
		"a rate of nobody":            {Impuesto{Nombre: "IVA", Impuesto: iva, TipoFactor: "Tasa", Valor: d("0.15")}, "Valor"},
		"without rate":                {Impuesto{Nombre: "IVA", Impuesto: iva, TipoFactor: "Tasa"}, "Valor"},
		"without name":                {Impuesto{Impuesto: iva, TipoFactor: "Exento"}, "Nombre"},
		"without key":                 {Impuesto{Nombre: "X", Impuesto: "009", TipoFactor: "Tasa", Valor: d("0.16")}, "Impuesto"},
		"without factor":              {Impuesto{Nombre: "X", Impuesto: iva, Valor: d("0.16")}, "TipoFactor"},
		"ISR is not transferred":      {Impuesto{Nombre: "ISR", Impuesto: isr, TipoFactor: "Tasa", Valor: d("0.1")}, "Retencion"},
		"a withholding is not exempt": {Impuesto{Nombre: "X", Impuesto: iva, Retencion: true, TipoFactor: "Exento"}, "TipoFactor"},
		"an exempt one has no rate":   {Impuesto{Nombre: "X", Impuesto: iva, TipoFactor: "Exento", Valor: d("0.16")}, ""},
		"pesos a unit":                {Impuesto{Nombre: "Gasolina", Impuesto: ieps, TipoFactor: "Cuota", Valor: d("6.4555")}, ""},
		"a local one":                 {ish("3.5"), ""},
		"a local one of 3 decimals":   {ish("3.555"), "Valor"},
		"a local one by unit":         {Impuesto{Nombre: "L", TipoFactor: "Cuota", Valor: d("1")}, "TipoFactor"},
		"default and off":             {Impuesto{Nombre: "IVA", Impuesto: iva, TipoFactor: "Tasa", Valor: d("0.16"), Predeterminado: true}, "Predeterminado"},
	} {
		in := x.in
		in.Activo = x.field != "Predeterminado"
		var p problems
		s.checkImpuesto(&in, &p)
		var got string
		if len(p.fields) > 0 {
			got = p.fields[0].Path
		}
		if got != x.field || len(p.fields) > 1 {
			t.Errorf("%s: %v, want %q", name, p.fields, x.field)
		}
	}
}
