package directory

import (
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

func num(s string) decimal.Decimal {
	if s == "" {
		return decimal.Decimal{}
	}
	return decimal.MustParse(s)
}

func savedList(t *testing.T, s *Service, a store.Actor, nombre, moneda, descuento string) PriceList {
	t.Helper()
	l, err := s.SavePriceList(t.Context(), a, PriceList{Nombre: nombre, Moneda: moneda, Descuento: num(descuento)})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestPriceListsAreKept(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		l := savedList(t, s, a, " Mayoreo ", "MXN", "10")
		for _, x := range []struct {
			in   PriceList
			path string
			kind fail.Kind
		}{
			{PriceList{Nombre: "", Moneda: "MXN"}, "Nombre", fail.Invalid},
			{PriceList{Nombre: strings.Repeat("x", 61), Moneda: "MXN"}, "Nombre", fail.Invalid},
			{PriceList{Nombre: "MAYOREO", Moneda: "MXN"}, "Nombre", fail.Conflict},
			{PriceList{Nombre: "Otra", Moneda: "XXX"}, "Moneda", fail.Invalid},
			{PriceList{Nombre: "Otra", Moneda: "MXN", Descuento: num("100.01")}, "Descuento", fail.Invalid},
			{PriceList{Nombre: "Otra", Moneda: "MXN", Descuento: num("-1")}, "Descuento", fail.Invalid},
		} {
			if _, err := s.SavePriceList(ctx, a, x.in); fail.KindOf(err) != x.kind || !slices.Equal(paths(err), []string{x.path}) {
				t.Errorf("%+v: %v %v", x.in, err, paths(err))
			}
		}
		savedList(t, s, b, "Mayoreo", "MXN", "") // a name is of one company
		changed := l
		changed.Descuento = num("12.5")
		if _, err := s.SavePriceList(ctx, a, changed); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SavePriceList(ctx, a, changed); fail.KindOf(err) != fail.Conflict {
			t.Errorf("an old version was written: %v", err)
		}
		for name, err := range map[string]error{
			"save": func() error { _, err := s.SavePriceList(ctx, b, changed); return err }(), "state": s.SetPriceListActive(ctx, b, l.ID, false),
			"delete": s.DeletePriceList(ctx, b, l.ID), "prices": func() error { _, err := s.SavePrices(ctx, b, l.ID, nil); return err }(),
			"see": func() error { _, err := s.ListPrices(ctx, b, l.ID, Filter{}); return err }(),
		} {
			if fail.KindOf(err) != fail.NotFound {
				t.Errorf("%s: another company's list: %v", name, err)
			}
		}
		c := goodCustomer()
		c.ListaPrecios = l.ID
		if _, _, err := s.SaveCustomer(ctx, b, c); !slices.Equal(paths(err), []string{"ListaPrecios"}) {
			t.Errorf("another company's list was given to a customer: %v", err)
		}
		c, _, err := s.SaveCustomer(ctx, a, c)
		if err != nil || c.ListaPrecios != l.ID {
			t.Fatal(c, err)
		}
		if err := s.DeletePriceList(ctx, a, l.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a list in use was deleted: %v", err)
		}
		if err := s.SetPriceListActive(ctx, a, l.ID, false); err != nil {
			t.Fatal(err)
		}
		c.ListaPrecios = ""
		if _, _, err := s.SaveCustomer(ctx, a, c); err != nil {
			t.Fatal(err)
		}
		p := saved(t, s, a, func(*Product) {})
		if n, err := s.SavePrices(ctx, a, l.ID, []PriceChange{{ProductID: p.ID, Price: num("5")}}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if err := s.DeletePriceList(ctx, a, l.ID); err != nil {
			t.Errorf("a list that nobody has is not deleted: %v", err)
		}
		if list, err := s.PriceLists(ctx, a); err != nil || len(list) != 0 {
			t.Error(list, err)
		}
	})
}

func TestPricesOfAList(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		l := savedList(t, s, a, "Mayoreo", "MXN", "")
		p := saved(t, s, a, func(p *Product) { p.Clave, p.Descripcion = "A", "Uno" })
		q := saved(t, s, a, func(p *Product) { p.Clave, p.Descripcion = "B", "Dos" })
		theirs := saved(t, s, b, func(*Product) {})
		save := func(c ...PriceChange) (int, error) { return s.SavePrices(ctx, a, l.ID, c) }
		if n, err := save(PriceChange{p.ID, num(""), num("10.5"), "x"}, PriceChange{q.ID, num(""), num(""), "y"}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if _, err := save(PriceChange{theirs.ID, num(""), num("1"), "x"}); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a price of another company's product: %v", err)
		}
		for _, bad := range []string{"-1", "1.1234567", "1000000000000"} {
			if _, err := save(PriceChange{q.ID, num(""), num("3"), "q"}, PriceChange{p.ID, num("10.5"), num(bad), "x"}); fail.KindOf(err) != fail.Invalid || !slices.Equal(paths(err), []string{"x"}) {
				t.Errorf("%s: %v", bad, err)
			}
		}
		// what somebody else changed is said, and nothing of the page is written
		if _, err := save(PriceChange{p.ID, num("9"), num("8"), "x"}, PriceChange{q.ID, num(""), num("3"), "y"}); fail.KindOf(err) != fail.Conflict || !slices.Equal(paths(err), []string{"x"}) {
			t.Errorf("%v %v", err, paths(err))
		}
		// what was left as it was read does not undo it
		if n, err := save(PriceChange{p.ID, num("9"), num("9"), "x"}); n != 0 || err != nil {
			t.Error(n, err)
		}
		page, err := s.ListPrices(ctx, a, l.ID, Filter{Sort: "clave"})
		if err != nil || len(page.Rows) != 2 || page.Rows[0].EnLista.String() != "10.500000" && page.Rows[0].EnLista.Cmp(num("10.5")) != 0 || !page.Rows[1].EnLista.IsZero() {
			t.Errorf("%+v %v", page, err)
		}
		if n, err := save(PriceChange{p.ID, num("10.5"), num(""), "x"}); n != 1 || err != nil {
			t.Error(n, err)
		}
		if page, err = s.ListPrices(ctx, a, l.ID, Filter{Q: "uno"}); err != nil || len(page.Rows) != 1 || !page.Rows[0].EnLista.IsZero() {
			t.Errorf("%+v %v", page, err)
		}
	})
}

func TestQuotes(t *testing.T) {
	mxn, usd := PriceList{Nombre: "Mayoreo", Moneda: "MXN", Descuento: num("10")}, PriceList{Nombre: "Frontera", Moneda: "USD"}
	p := Product{Precio: num("100"), Moneda: "MXN"}
	dollars := Product{Precio: num("7"), Moneda: "USD"}
	for _, x := range []struct {
		list          PriceList
		p             Product
		price, moneda string
		want          string // price, discount, a word of the note
	}{
		{mxn, p, "80", "MXN", "80 "},
		{mxn, p, "", "MXN", "100 10"},
		{mxn, p, "0", "MXN", "0 "},
		{mxn, p, "80", "USD", "100 quedó el precio"},
		{usd, p, "", "MXN", "100 quedó el precio"},
		{usd, p, "", "USD", "100 "},
		{mxn, dollars, "", "MXN", "7 quedó sin el descuento"},
		{mxn, Product{Moneda: "MXN"}, "", "MXN", " "},
	} {
		q := x.list.quote(x.p, num(x.price), x.moneda)
		note := ""
		for _, word := range []string{"quedó el precio", "quedó sin el descuento"} {
			if strings.Contains(q.Note, word) {
				note = word
			}
		}
		if got := q.Precio.String() + " " + q.Descuento.String() + note; got != x.want || note == "" && q.Note != "" {
			t.Errorf("%s of %s at %q on a receipt in %s: %q, want %q", x.list.Nombre, x.p.Precio.String(), x.price, x.moneda, got, x.want)
		}
	}
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		l := savedList(t, s, a, "Mayoreo", "MXN", "10")
		p := saved(t, s, a, func(p *Product) { p.Precio = num("100") })
		c := goodCustomer()
		c.ListaPrecios = l.ID
		c, _, err := s.SaveCustomer(ctx, a, c)
		if err != nil {
			t.Fatal(err)
		}
		quote := func(who store.Actor, customer string) string {
			t.Helper()
			q, err := s.Quotes(ctx, who, customer, "MXN", []Product{p})
			if err != nil {
				t.Fatal(err)
			}
			return trimZeros(q[p.ID].Precio) + "-" + q[p.ID].Descuento.String()
		}
		if got := quote(a, c.ID); got != "100-10" {
			t.Error(got)
		}
		if _, err := s.SavePrices(ctx, a, l.ID, []PriceChange{{ProductID: p.ID, Price: num("91")}}); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]string{c.ID: "91-", "": "100-", "nadie": "100-"} {
			if got := quote(a, who); got != want {
				t.Errorf("%q: %s, want %s", who, got, want)
			}
		}
		if got := quote(b, c.ID); got != "100-" {
			t.Errorf("another company buys by the list: %s", got)
		}
		if err := s.SetPriceListActive(ctx, a, l.ID, false); err != nil {
			t.Fatal(err)
		}
		if got := quote(a, c.ID); got != "100-" {
			t.Errorf("an inactive list gave %s", got)
		}
	})
}

func trimZeros(d decimal.Decimal) string {
	return strings.TrimSuffix(strings.TrimRight(d.Fixed(6), "0"), ".")
}

func TestPricesAreImported(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		list := savedList(t, s, a, "Mayoreo", "MXN", "")
		savedList(t, s, a, "Norte", "USD", "")
		savedList(t, s, b, "Ajena", "MXN", "")
		p := saved(t, s, a, func(p *Product) { p.Clave, p.Descripcion = "A", "Uno" })
		q := saved(t, s, a, func(p *Product) { p.Clave, p.Descripcion = "", "Dos sin clave" })
		saved(t, s, b, func(p *Product) { p.Clave = "X" })
		if _, err := s.SavePrices(ctx, a, list.ID, []PriceChange{{ProductID: q.ID, Price: num("7")}}); err != nil {
			t.Fatal(err)
		}
		l := load(t, s, a)
		in := l.check(BulkPrices, "Lista,Clave,Descripción,Precio\nmayoreo,A,,\"1,250.50\"\nMayoreo,,dos sin clave,no\nNorte,A,,3\nAjena,A,,3\nMayoreo,X,,3\nMayoreo,A2,,3\n,A,,3\nNorte,A,,-1\nNorte,A,,tres\n")
		if got := in.Nuevos*100 + in.Cambios*10 + in.Errores; got != 216 {
			t.Errorf("%+v %v", in.ImportRow, l.result(in))
		}
		in = l.run(in, false)
		if in.State != store.ImportDone {
			t.Fatalf("%+v", in.ImportRow)
		}
		page, err := s.ListPrices(ctx, a, list.ID, Filter{Sort: "clave"})
		if err != nil || !page.Rows[0].EnLista.IsZero() || page.Rows[1].ID != p.ID || page.Rows[1].EnLista.Cmp(num("1250.5")) != 0 {
			t.Errorf("%+v %v", page.Rows, err)
		}
		again := l.check(BulkPrices, "Clave,Precio,Lista\nA,1250.5,Mayoreo\n")
		if again.Iguales != 1 {
			t.Errorf("%+v %v", again.ImportRow, l.result(again))
		}
		// from the page of a list the file need not name it
		table := sheet.Table{Rows: []sheet.Row{{Line: 1, Cells: []string{"Clave", "Precio"}}, {Line: 2, Cells: []string{"A", "9"}}, {Line: 3, Cells: []string{"A"}}}}
		if _, err := s.TableForList(ctx, b, list.ID, table); fail.KindOf(err) != fail.NotFound {
			t.Errorf("into another company's list: %v", err)
		}
		if table, err = s.TableForList(ctx, a, list.ID, table); err != nil || !slices.Equal(table.Rows[2].Cells, []string{"A", "", "Mayoreo"}) {
			t.Fatalf("%v %v", table.Rows, err)
		}
		started, err := l.bulk.Start(ctx, a, BulkPrices, "lista.csv", table)
		if err != nil {
			t.Fatal(err)
		}
		l.drain()
		if got := l.see(BulkPrices, started.ID); got.Cambios != 1 || got.Errores != 1 {
			t.Errorf("%+v %v", got.ImportRow, l.result(got))
		}
		for _, k := range s.Kinds() {
			if k.Name == BulkPrices && k.Right != store.RightLoadProducts {
				t.Error("who may import prices:", k.Right)
			}
		}
	})
}
