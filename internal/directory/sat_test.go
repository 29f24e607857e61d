package directory

import (
	"bytes"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const satGood = "RFC válido, y susceptible de recibir facturas"

func TestReadSAT(t *testing.T) {
	for name, x := range map[string]struct {
		file string
		good []bool
		says string // of the error
	}{
		"as the SAT writes":  {"1|XIA190128J61|XENON INDUSTRIAL ARTICLES|76343|" + satGood + "\r\n2|URE180429TM6|OTRA|65000|El nombre no coincide con el registrado en el RFC\r\n", []bool{true, false}, ""},
		"with a heading":     {"\ufeffNo.|RFC|Nombre|CP|Resultado\n1|XIA190128J61|X|76343|" + satGood + "|\n", []bool{true}, ""},
		"tabs, no number":    {"XIA190128J61\tX\t76343\tRFC no registrado en el padrón de contribuyentes", []bool{false}, ""},
		"Latin 1":            {"1|XIA190128J61|PE\xd1A|76343|RFC v\xe1lido", []bool{true}, ""},
		"not valid":          {"1|XIA190128J61|X|76343|RFC inválido", []bool{false}, ""},
		"unknown words":      {"1|XIA190128J61|X|76343|Quién sabe", []bool{false}, ""},
		"what was sent":      {"1|XIA190128J61|X|76343\n", nil, "renglón 1: no trae respuesta"},
		"no RFC":             {"1|XIA190128J61|X|76343|bien\n2|NADA|X|76343|bien", nil, "renglón 2: falta el RFC"},
		"no postal code":     {"1|XIA190128J61|X|bien", nil, "código postal"},
		"a workbook":         {"PK\x03\x04", nil, "no es un archivo de texto"},
		"nothing":            {"\n\n", nil, "ningún renglón"},
		"prose":              {"<html>error</html>", nil, "renglón 1"},
		"two headings":       {"RFC\nRFC\n", nil, "ningún renglón"},
		"more than it takes": {strings.Repeat("1|XIA190128J61|X|76343|bien valido\n", SATRows+1), nil, "pasa de 5000"},
	} {
		list, err := ReadSAT([]byte(x.file))
		if (err != nil) != (x.says != "") || err != nil && !strings.Contains(fail.MessageOf(err), x.says) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range list {
			if len(list) != len(x.good) || list[i].Good != x.good[i] {
				t.Errorf("%s: %+v", name, list)
			}
		}
	}
}

func FuzzReadSAT(f *testing.F) {
	for _, s := range []string{"1|XIA190128J61|X|76343|" + satGood, "XIA190128J61\tX\t76343\tno", "RFC|\n", "1|XIA190128J61|X", "\xff|\xfe", "|||||"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := ReadSAT(b)
		if err != nil && fail.KindOf(err) != fail.Invalid {
			t.Fatal(err)
		}
		for _, x := range list {
			if x.Rfc == "" || len(x.CodigoPostal) != 5 || x.Text == "" || len([]rune(x.Text)) > 300 || strings.ContainsAny(x.Nombre, "\r\n") {
				t.Fatalf("%+v", x)
			}
		}
	})
}

func TestWhatTheSATSaysOfCustomers(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		good, _, err := s.SaveCustomer(ctx, a, goodCustomer())
		if err != nil {
			t.Fatal(err)
		}
		theirs, _, err := s.SaveCustomer(ctx, b, goodCustomer())
		if err != nil {
			t.Fatal(err)
		}
		other := goodCustomer()
		other.Rfc, other.Nombre, other.CodigoPostal = "URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "06000"
		bad, _, err := s.SaveCustomer(ctx, a, other)
		if err != nil {
			t.Fatal(err)
		}
		public := Customer{Rfc: "XAXX010101000", Nombre: "VENTAS"}
		if _, _, err := s.SaveCustomer(ctx, a, public); err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		n, more, err := s.WriteSAT(ctx, a, Filter{Valid: store.SaidNothing}, 1, &file)
		want := "1|URE180429TM6|UNIVERSIDAD ROBOTICA ESPAÑOLA|06000\r\n2|XIA190128J61|XENON INDUSTRIAL ARTICLES|76343\r\n"
		if err != nil || n != 2 || more || file.String() != want {
			t.Fatalf("%d %v %v\n%s", n, more, err, file.String())
		}
		answer := "1|URE180429TM6|UNIVERSIDAD ROBOTICA ESPAÑOLA|06000|El código postal no coincide\n2|XIA190128J61|XENON INDUSTRIAL ARTICLES|76343|" + satGood + "\n3|EKU9003173C9|NADIE|01000|" + satGood
		out, err := s.TakeSAT(ctx, a, []byte(answer))
		if err != nil || out.Good != 1 || out.Bad != 1 || len(out.Others) != 1 || out.Others[0].Line != 3 {
			t.Fatalf("%+v %v", out, err)
		}
		now, err := s.Customer(ctx, a, good.ID)
		if err != nil || !now.Validado.Good() || now.Validado.Por != "ana" || now.Validado.Como != store.SaidByFile || now.Version != good.Version {
			t.Errorf("%+v %v", now.Validado, err)
		}
		if x, err := s.Customer(ctx, b, theirs.ID); err != nil || !x.Validado.At.IsZero() {
			t.Errorf("the other company's customer too: %+v %v", x.Validado, err)
		}
		for valid, want := range map[string]string{store.SaidGood: good.ID, store.SaidBad: bad.ID} {
			page, err := s.Customers(ctx, a, Filter{Valid: valid})
			if err != nil || len(page.Rows) != 1 || page.Total != 1 || page.Rows[0].ID != want {
				t.Errorf("%s: %+v %v", valid, page, err)
			}
		}
		now.Notas = "nada que ver"
		if now, _, err = s.SaveCustomer(ctx, a, now); err != nil || !now.Validado.Good() {
			t.Errorf("notes clear it: %+v %v", now.Validado, err)
		}
		for name, change := range map[string]func(*Customer){
			"name": func(c *Customer) { c.Nombre += "X" }, "postal code": func(c *Customer) { c.CodigoPostal = "64000" }, "regime": func(c *Customer) { c.RegimenFiscal = "603" },
		} {
			if _, err := s.TakeSAT(ctx, a, []byte("1|"+now.Rfc+"|"+now.Nombre+"|"+now.CodigoPostal+"|"+satGood)); err != nil {
				t.Fatal(err)
			}
			change(&now)
			if now, _, err = s.SaveCustomer(ctx, a, now); err != nil || !now.Validado.At.IsZero() {
				t.Errorf("%s: %+v %v", name, now.Validado, err)
			}
		}
		if _, err := s.TakeSAT(ctx, store.Actor{Tenant: a.Tenant}, []byte(answer)); fail.KindOf(err) != fail.Denied {
			t.Error(err)
		}
	})
}
