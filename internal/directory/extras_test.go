package directory

import (
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func TestTaxesOfACustomer(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		local, err := s.SaveImpuesto(ctx, a, ish("3"))
		if err != nil {
			t.Fatal(err)
		}
		in := goodCustomer()
		in.Impuestos = []string{local.ID, "ret-isr-1.25", "ret-iva-10.6667"}
		c, _, err := s.SaveCustomer(ctx, a, in)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"ret-iva-10.6667", "ret-isr-1.25", local.ID} // as the list has them
		got, err := s.Customer(ctx, a, c.ID)
		if err != nil || !slices.Equal(got.Impuestos, want) {
			t.Errorf("%v, %v", got.Impuestos, err)
		}
		t.Run("one in use stays", func(t *testing.T) {
			for _, id := range want {
				if err := s.DeleteImpuesto(ctx, a, id); fail.KindOf(err) != fail.Conflict {
					t.Errorf("%s: %v", id, err)
				}
			}
			if err := s.DeleteImpuesto(ctx, b, "ret-isr-1.25"); err != nil {
				t.Error("the other company uses none:", err)
			}
		})
		t.Run("switched off it is not offered", func(t *testing.T) {
			x, err := s.Impuesto(ctx, a, local.ID)
			if err != nil {
				t.Fatal(err)
			}
			x.Activo = false
			if _, err := s.SaveImpuesto(ctx, a, x); err != nil {
				t.Fatal(err)
			}
			taxes, err := s.Impuestos(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			if list := got.Extras(taxes); len(list) != 2 {
				t.Errorf("%+v", list)
			}
		})
		for name, ids := range map[string][]string{
			"no such tax":                {"nada"},
			"another company's":          {local.ID},
			"one that products bear":     {"iva-16"},
			"two for one place":          {"ret-iva-4", "ret-iva-16"},
			"an exempt one is not a tax": {"iva-exento"},
		} {
			in := goodCustomer()
			in.Nombre, in.Impuestos = "OTRA", ids
			if _, _, err := s.SaveCustomer(ctx, b, in); fail.KindOf(err) != fail.Invalid || fail.FieldsOf(err)[0].Path != "Impuestos" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestTaxesOfCustomersInLists: they go out by name and come in again as the same.
func TestTaxesOfCustomersInLists(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		l := load(t, s, a)
		list, err := s.SavePriceList(t.Context(), a, PriceList{Nombre: "Mayoreo", Moneda: "MXN", Activa: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SavePriceList(t.Context(), b, PriceList{Nombre: "Ajena", Moneda: "MXN", Activa: true}); err != nil {
			t.Fatal(err)
		}
		in := l.run(l.check(BulkCustomers, "RFC;Nombre;CP;Régimen;Uso;Impuestos del cliente;Lista de precios\n"+
			"XIA190128J61;XENON INDUSTRIAL ARTICLES;76343;601;G03;\"retencion de isr 10 %; Retención de IVA 10.6667 %\";MAYOREO\n"+
			"URE180429TM6;UNIVERSIDAD ROBOTICA ESPAÑOLA;06000;601;G03;IVA inventado;Ajena\n"), false)
		l.figures(in, "terminada 2/2: +1 ~0 =0 !1")
		for _, said := range []string{"No tienes un impuesto «IVA inventado»", "No tienes una lista de precios «Ajena»"} {
			if rows := strings.Join(l.result(in), "\n"); !strings.Contains(rows, said) {
				t.Error(rows)
			}
		}
		page, err := s.Customers(t.Context(), a, Filter{})
		if err != nil || !slices.Equal(page.Rows[0].Impuestos, []string{"ret-iva-10.6667", "ret-isr-10"}) || page.Rows[0].ListaPrecios != list.ID {
			t.Fatal(page.Rows, err)
		}
		from, err := s.Choices(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		var heads []string
		for _, col := range CustomerColumns() {
			heads = append(heads, col.Label)
		}
		same := l.check(BulkCustomers, strings.Join(heads, ";")+"\n\""+strings.Join(CustomerCells(page.Rows[0], from), `";"`)+"\"\n")
		if same.Iguales != 1 {
			t.Error(strings.Join(l.result(same), "\n"))
		}
	})
}
