package directory

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// withSerie gives a company a series of invoices.
func withSerie(t *testing.T, s *Service, a store.Actor, name string) {
	t.Helper()
	err := s.cfg.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
		return tx.InsertSerie(t.Context(), store.SerieRow{ID: s.cfg.NewID(), Serie: name, TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Activa: true, Version: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCreditIsKeptWithItsCustomer: series, days and limit come back as they went, change,
// and go; another company sees nothing of it.
func TestCreditIsKeptWithItsCustomer(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		withSerie(t, s, a, "CRED")
		in := goodCustomer()
		in.Serie, in.DiasCredito, in.LimiteCredito = " cred ", 30, decimal.MustParse("50000.50")
		saved, warnings, err := s.SaveCustomer(ctx, a, in)
		if err != nil || len(warnings) > 0 || saved.Serie != "CRED" || saved.DiasCredito != 30 || saved.LimiteCredito.String() != "50000.50" {
			t.Fatalf("%+v %v %v", saved, warnings, err)
		}
		again, err := s.Customer(ctx, a, saved.ID)
		if err != nil || !cmp.Equal(again, saved, cmp.Comparer(decimal.Decimal.Equal)) {
			t.Errorf("%+v %v", again, err)
		}
		if _, err := s.Customer(ctx, b, saved.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other company: %v", err)
		}
		again.Serie, again.DiasCredito, again.LimiteCredito = "", 0, decimal.MustParse("0.00")
		again, _, err = s.SaveCustomer(ctx, a, again)
		if err != nil || again.Serie != "" || again.DiasCredito != 0 || again.LimiteCredito.IsZero() || again.LimiteCredito.Sign() != 0 {
			t.Errorf("a limit of nothing is a limit: %+v %v", again, err)
		}
		again.LimiteCredito = decimal.Decimal{}
		if again, _, err = s.SaveCustomer(ctx, a, again); err != nil || !again.LimiteCredito.IsZero() {
			t.Errorf("no limit: %+v %v", again, err)
		}

		if names, err := s.InvoiceSeries(ctx, b); err != nil || len(names) > 0 {
			t.Errorf("the other company is offered %v %v", names, err)
		}
		nobody := store.Actor{Tenant: a.Tenant, UserID: "u"}
		if _, err := s.InvoiceSeries(ctx, nobody); fail.KindOf(err) != fail.Denied {
			t.Errorf("who may not see customers: %v", err)
		}
		in = goodCustomer()
		in.Clave, in.Serie = "DOS", "CRED"
		if _, warnings, err := s.SaveCustomer(ctx, b, in); err != nil || len(warnings) != 1 || warnings[0].Path != "Serie" {
			t.Errorf("a series of another company: %v %v", warnings, err)
		}
		in.DiasCredito, in.LimiteCredito, in.Unread = 1000, decimal.MustParse("-1"), []fail.Field{{Path: "DiasCredito", Message: "x"}}
		_, _, err = s.SaveCustomer(ctx, a, in)
		var paths []string
		for _, f := range fail.FieldsOf(err) {
			paths = append(paths, f.Path)
		}
		if got := strings.Join(paths, " "); got != "DiasCredito DiasCredito LimiteCredito" {
			t.Errorf("%s", got)
		}
	})
}

// TestCreditTellsTheTerms: what a receipt says of it, unless the customer has words of its own.
func TestCreditTellsTheTerms(t *testing.T) {
	for _, test := range []struct {
		in   Customer
		want [3]string
	}{
		{Customer{}, [3]string{}},
		{Customer{DiasCredito: 30}, [3]string{"30 días", "PPD", "99"}},
		{Customer{DiasCredito: 1}, [3]string{"1 día", "PPD", "99"}},
		{Customer{DiasCredito: 8, CondicionesDePago: "Neto 8", MetodoPago: "PUE", FormaPago: "03"}, [3]string{"Neto 8", "PUE", "03"}},
		{Customer{DiasCredito: 8, FormaPago: "03"}, [3]string{"8 días", "", "03"}},
		{Customer{MetodoPago: "PPD", FormaPago: "99"}, [3]string{"", "PPD", "99"}},
	} {
		condiciones, metodo, forma := test.in.Terms()
		if got := [3]string{condiciones, metodo, forma}; got != test.want {
			t.Errorf("%+v: %q, want %q", test.in, got, test.want)
		}
	}
}

// TestCreditIsImportedAndExported: the columns go out and come in again unchanged.
func TestCreditIsImportedAndExported(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		withSerie(t, s, a, "CRED")
		l := load(t, s, a)
		csv := "RFC;Nombre;CP;Régimen;Uso;Serie;Días de crédito;Límite de crédito\n" +
			"XIA190128J61;XENON INDUSTRIAL ARTICLES;76343;601;G03;cred;30;$50,000.50\n" +
			"URE180429TM6;UNIVERSIDAD ROBOTICA ESPAÑOLA;06000;601;G03;;un mes;mucho\n"
		in := l.run(l.check(BulkCustomers, csv), false)
		l.figures(in, "terminada 2/2: +1 ~0 =0 !1")
		if rows := strings.Join(l.result(in), "\n"); !strings.Contains(rows, "«un mes» no es un número de días") || !strings.Contains(rows, "«mucho» no es un importe") {
			t.Error(rows)
		}
		page, err := s.Customers(t.Context(), a, Filter{})
		if err != nil || len(page.Rows) != 1 {
			t.Fatalf("%+v %v", page, err)
		}
		c := page.Rows[0]
		if c.Serie != "CRED" || c.DiasCredito != 30 || c.LimiteCredito.String() != "50000.50" {
			t.Errorf("%+v", c)
		}
		var heads []string
		for _, col := range CustomerColumns() {
			heads = append(heads, col.Label)
		}
		same := l.check(BulkCustomers, strings.Join(heads, ";")+"\n\""+strings.Join(CustomerCells(c, Choices{}), `";"`)+"\"\n")
		if same.Iguales != 1 {
			t.Errorf("what went out does not come in as the same: %s\n%s", figures(same), strings.Join(l.result(same), "\n"))
		}
		changed := l.run(l.check(BulkCustomers, "RFC;Nombre;Límite de crédito\nXIA190128J61;XENON INDUSTRIAL ARTICLES;1\n"), true)
		l.figures(changed, "terminada 1/1: +0 ~1 =0 !0")
		if page, err := s.Customers(t.Context(), b, Filter{}); err != nil || len(page.Rows) != 0 {
			t.Errorf("the other company has %+v %v", page, err)
		}
	})
}
