package directory

import (
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/store"
)

func TestAddress(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		full := store.Address{
			Calle: "Reforma", NoExterior: "412", NoInterior: "3 B", Colonia: "Centro", Localidad: "Querétaro", Municipio: "Corregidora", Estado: "Querétaro",
			Referencia: "frente al parque",
		}
		in := goodCustomer()
		in.Address = full
		in.Calle = "  Reforma  "
		c, warnings, err := s.SaveCustomer(t.Context(), a, in)
		if err != nil || len(warnings) > 0 {
			t.Fatal(warnings, err)
		}
		if got, err := s.Customer(t.Context(), a, c.ID); err != nil || got.Address != full {
			t.Errorf("%+v, %v", got.Address, err)
		}
		if _, err := s.Customer(t.Context(), b, c.ID); err == nil {
			t.Error("another company reads it")
		}
		if got, want := c.Line(c.CodigoPostal), "Reforma 412 int. 3 B, Centro, Querétaro, Corregidora, Querétaro, C.P. 76343, frente al parque"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		for name, x := range map[string]struct {
			change func(*Customer)
			want   store.Address
			field  string // with an error
			warn   string // with a warning
		}{
			"nothing":              {func(c *Customer) { c.Address = store.Address{} }, store.Address{}, "", ""},
			"the state follows":    {func(c *Customer) { c.Address = store.Address{Calle: "Uno"} }, store.Address{Calle: "Uno", Estado: "Querétaro"}, "", ""},
			"as the list has it":   {func(c *Customer) { c.Address = store.Address{Estado: "QUERETARO"} }, store.Address{Estado: "Querétaro"}, "", ""},
			"another state":        {func(c *Customer) { c.Address = store.Address{Estado: "Jalisco"} }, store.Address{Estado: "Jalisco"}, "", "Estado"},
			"abroad":               {func(c *Customer) { c.Address = store.Address{Estado: "Texas", Pais: "usa"} }, store.Address{Estado: "Texas", Pais: "USA"}, "", ""},
			"México is the absent": {func(c *Customer) { c.Address = store.Address{Calle: "Uno", Pais: "MEX"} }, store.Address{Calle: "Uno", Estado: "Querétaro"}, "", ""},
			"no such country":      {func(c *Customer) { c.Pais = "QQQ" }, store.Address{}, "Pais", ""},
			"too long":             {func(c *Customer) { c.Colonia = strings.Repeat("x", 121) }, store.Address{}, "Colonia", ""},
			"a generic's place":    {func(c *Customer) { c.Rfc, c.Address = "XAXX010101000", store.Address{Calle: "Uno"} }, store.Address{Calle: "Uno"}, "", ""},
		} {
			t.Run(name, func(t *testing.T) {
				c := goodCustomer()
				x.change(&c)
				var p problems
				s.checkCustomer(&c, "76343", &p)
				switch {
				case x.field != "" && (len(p.fields) != 1 || p.fields[0].Path != x.field):
					t.Errorf("%+v", p.fields)
				case x.field == "" && c.Address != x.want:
					t.Errorf("%+v", c.Address)
				}
				if warned := len(p.warnings) > 0 && p.warnings[0].Path == "Estado"; warned != (x.warn != "") {
					t.Errorf("%+v", p.warnings)
				}
			})
		}
	})
}

// TestAddressInLists: parts have their columns; a list of before, whose address is one
// text, lands where nothing is lost.
func TestAddressInLists(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		l := load(t, s, a)
		l.run(l.check(BulkCustomers, "RFC;Nombre;Código postal;Régimen;Uso CFDI;Calle;No. exterior;Colonia;Domicilio\nXIA190128J61;XENON INDUSTRIAL ARTICLES;76343;601;G03;Reforma;412;Centro;a la vuelta\n"), true)
		page, err := s.Customers(t.Context(), a, Filter{})
		if err != nil || len(page.Rows) != 1 {
			t.Fatal(page, err)
		}
		want := store.Address{Calle: "Reforma", NoExterior: "412", Colonia: "Centro", Estado: "Querétaro", Referencia: "a la vuelta"}
		if got := page.Rows[0].Address; got != want {
			t.Errorf("%+v", got)
		}
	})
}

// TestCustomerWritesItsAddress by its link, which shows none; empty keeps what there is.
func TestCustomerWritesItsAddress(t *testing.T) {
	asking(t, func(t *testing.T, s *Service, a, _ store.Actor, pass func(time.Duration), _ func() []string) {
		in := goodCustomer()
		in.Calle = "Vieja"
		c, _, err := s.SaveCustomer(t.Context(), a, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, calle := range []string{"Nueva", ""} {
			link, address, err := s.AskData(t.Context(), a, c.ID, "")
			if err != nil {
				t.Fatal(err)
			}
			token := address[strings.LastIndex(address, "/")+1:]
			form, err := s.DataForm(t.Context(), token, "")
			if err != nil || form.Customer.Address != (store.Address{}) {
				t.Fatalf("the link tells %+v, %v", form.Customer.Address, err)
			}
			form.Customer.Calle = calle
			if err := s.ProposeData(t.Context(), token, "", form.Customer); err != nil {
				t.Fatal(err)
			}
			if c, _, err = s.AcceptData(t.Context(), a, link.ID, c.Version); err != nil || c.Calle != "Nueva" {
				t.Fatalf("%+v, %v", c.Address, err)
			}
			pass(2 * dataLinkPause)
		}
	})
}
