package directory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

// each runs fn with a service and two companies on both databases.
func each(t *testing.T, fn func(t *testing.T, s *Service, a, b store.Actor)) {
	t.Helper()
	now := func() time.Time { return start }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := 0
		s := New(Config{DB: db, Catalog: catalogo.New(), Now: now, NewID: func() string { n++; return fmt.Sprintf("id-%05d", n) }})
		ta, tb := storetest.Tenants(t, db)
		for _, tenant := range []store.Tenant{ta, tb} {
			err := db.Update(t.Context(), tenant, func(tx *store.Tx) error {
				return tx.InsertCompany(t.Context(), store.CompanyRow{Rfc: tenant.ID()[:12], Regimenes: "[]", LugarExpedicion: "64000", Version: 1})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		fn(t, s, actor(ta), actor(tb))
	}, store.WithClock(now))
}

func actor(t store.Tenant) store.Actor {
	return store.Actor{Tenant: t, UserID: "u", UserName: "ana", IP: "10.0.0.1", Admin: true}
}

func goodCustomer() Customer {
	return Customer{
		Rfc: "XIA190128J61", Nombre: "XENON INDUSTRIAL ARTICLES", CodigoPostal: "76343", RegimenFiscal: "601", UsoCFDI: "G03",
		Correos: []Correo{{Direccion: "pagos@xenon.mx"}, {Direccion: "copia@xenon.mx", Copia: true}},
	}
}

func goodProduct() Product {
	return Product{
		Clave: "REN-01", Descripcion: "Renta de local comercial", ClaveProdServ: "80131502", ClaveUnidad: "E48", Precio: decimal.MustParse("12500.50"),
		ObjetoImp: "02", Traslados: []Tax{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.160000")}},
		Retenciones: []Tax{{Impuesto: "001", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.100000")}},
	}
}

func paths(err error) []string {
	var out []string
	for _, f := range fail.FieldsOf(err) {
		out = append(out, f.Path)
	}
	return out
}

func warned(list []cfdi.Finding) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.Path)
		if f.IsError() || f.Message == "" {
			out = append(out, "not a warning: "+f.Message)
		}
	}
	return out
}

func TestSaveCustomer(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		in := goodCustomer()
		in.Rfc, in.Nombre = " xia190128j61", "Xenón Industrial  Articles S de RL de CV"
		in.Correos = append(in.Correos, Correo{Direccion: " "}, Correo{Direccion: "PAGOS@xenon.mx"})
		saved, warnings, err := s.SaveCustomer(ctx, a, in)
		if err != nil {
			t.Fatal(err, paths(err))
		}
		want := goodCustomer()
		want.ID, want.Activo, want.Version, want.UpdatedAt, want.UpdatedBy = saved.ID, true, 1, start, "ana"
		if d := gocmp.Diff(want, saved); d != "" {
			t.Error(d)
		}
		if d := gocmp.Diff([]string{"Nombre"}, warned(warnings)); d != "" {
			t.Error(d)
		}
		got, err := s.Customer(ctx, a, saved.ID)
		if d := gocmp.Diff(saved, got); d != "" || err != nil {
			t.Error(err, d)
		}
		saved.Notas = "Paga los viernes"
		changed, _, err := s.SaveCustomer(ctx, a, saved)
		if err != nil || changed.Version != 2 || changed.Notas != "Paga los viernes" {
			t.Errorf("%+v, %v", changed, err)
		}
		_, _, err = s.SaveCustomer(ctx, a, saved)
		if fail.KindOf(err) != fail.Conflict || !strings.Contains(fail.MessageOf(err), "ana cambió este cliente") {
			t.Errorf("old version: %v", err)
		}
		if err := s.cfg.DB.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestCustomersOfOneCompanyOnly(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		c, _, err := s.SaveCustomer(ctx, a, goodCustomer())
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := s.SaveProduct(ctx, a, goodProduct())
		if err != nil {
			t.Fatal(err)
		}
		_, err1 := s.Customer(ctx, b, c.ID)
		_, _, err2 := s.SaveCustomer(ctx, b, c)
		_, err3 := s.Product(ctx, b, p.ID)
		_, _, err4 := s.SaveProduct(ctx, b, p)
		for i, err := range []error{err1, err2, err3, err4, s.SetCustomerActive(ctx, b, c.ID, false), s.SetProductActive(ctx, b, p.ID, false)} {
			if fail.KindOf(err) != fail.NotFound {
				t.Errorf("call %d as another company: %v", i+1, err)
			}
		}
		cs, err5 := s.SearchCustomers(ctx, b, "xenon", 10)
		ps, err6 := s.SearchProducts(ctx, b, "renta", 10)
		keys, err7 := s.RecentKeys(ctx, b, 10)
		page, err8 := s.Customers(ctx, b, Filter{})
		if len(cs)+len(ps)+len(keys.ClaveProdServ)+len(page.Rows)+page.Total != 0 || err5 != nil || err6 != nil || err7 != nil || err8 != nil {
			t.Errorf("another company sees %v %v %v %v", cs, ps, keys, page)
		}
		a.Admin = false
		_, _, err9 := s.SaveCustomer(ctx, a, goodCustomer())
		_, _, err10 := s.SaveProduct(ctx, a, goodProduct())
		_, err11 := s.Customers(ctx, a, Filter{})
		_, err12 := s.Products(ctx, a, Filter{})
		_, err13 := s.Customer(ctx, a, c.ID)
		_, err14 := s.Product(ctx, a, p.ID)
		_, err15 := s.SearchCustomers(ctx, a, "", 1)
		_, err16 := s.SearchProducts(ctx, a, "", 1)
		_, err17 := s.RecentKeys(ctx, a, 1)
		for i, err := range []error{
			err9, err10, err11, err12, err13, err14, err15, err16, err17,
			s.SetCustomerActive(ctx, a, c.ID, false), s.SetProductActive(ctx, a, p.ID, false),
		} {
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("call %d without the right: %v", i+1, err)
			}
		}
	})
}

func TestSaveCustomerNamesEachWrongField(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		foreign := Customer{Rfc: "XEXX010101000", Nombre: "ACME INC", ResidenciaFiscal: "USA", NumRegIdTrib: "123456789"}
		for name, c := range map[string]struct {
			from   Customer
			change func(c *Customer)
			want   []string
		}{
			"no rfc":              {goodCustomer(), func(c *Customer) { c.Rfc = "" }, []string{"Rfc"}},
			"malformed rfc":       {goodCustomer(), func(c *Customer) { c.Rfc = "XIA1901J61AA" }, []string{"Rfc"}},
			"third party rfc":     {goodCustomer(), func(c *Customer) { c.Rfc = "EXT990101NI1" }, []string{"Rfc"}},
			"no name":             {goodCustomer(), func(c *Customer) { c.Nombre = "" }, []string{"Nombre"}},
			"pipe":                {goodCustomer(), func(c *Customer) { c.Nombre = "A|B" }, []string{"Nombre"}},
			"public in general":   {goodCustomer(), func(c *Customer) { c.Nombre = "Público en general" }, []string{"Nombre"}},
			"no postal code":      {goodCustomer(), func(c *Customer) { c.CodigoPostal = "" }, []string{"CodigoPostal"}},
			"postal code 00000":   {goodCustomer(), func(c *Customer) { c.CodigoPostal = "00000" }, []string{"CodigoPostal"}},
			"no regime":           {goodCustomer(), func(c *Customer) { c.RegimenFiscal = "" }, []string{"RegimenFiscal"}},
			"regime of fisicas":   {goodCustomer(), func(c *Customer) { c.RegimenFiscal, c.UsoCFDI = "605", "S01" }, []string{"RegimenFiscal"}},
			"unknown use":         {goodCustomer(), func(c *Customer) { c.UsoCFDI = "Z99" }, []string{"UsoCFDI"}},
			"use of fisicas":      {goodCustomer(), func(c *Customer) { c.UsoCFDI = "D01" }, []string{"UsoCFDI"}},
			"use against regime":  {goodCustomer(), func(c *Customer) { c.RegimenFiscal = "610" }, []string{"UsoCFDI"}},
			"residence, national": {goodCustomer(), func(c *Customer) { c.ResidenciaFiscal = "USA" }, []string{"ResidenciaFiscal"}},
			"tax id, national":    {goodCustomer(), func(c *Customer) { c.NumRegIdTrib = "1" }, []string{"NumRegIdTrib"}},
			"bad mail":            {goodCustomer(), func(c *Customer) { c.Correos[1].Direccion = "a@x.mx,b@x.mx" }, []string{"Correos[1]"}},
			"PPD with cash":       {goodCustomer(), func(c *Customer) { c.MetodoPago, c.FormaPago = "PPD", "01" }, []string{"FormaPago"}},
			"currency XXX":        {goodCustomer(), func(c *Customer) { c.Moneda = "XXX" }, []string{"Moneda"}},
			"unknown payment":     {goodCustomer(), func(c *Customer) { c.MetodoPago, c.FormaPago = "PAR", "77" }, []string{"FormaPago", "MetodoPago"}},
			"long notes":          {goodCustomer(), func(c *Customer) { c.Notas = strings.Repeat("ñ", 1001) }, []string{"Notas"}},
			"foreign in Mexico":   {foreign, func(c *Customer) { c.ResidenciaFiscal = "MEX" }, []string{"ResidenciaFiscal"}},
			"foreign nowhere":     {foreign, func(c *Customer) { c.ResidenciaFiscal = "QQQ" }, []string{"ResidenciaFiscal"}},
			"foreign no country":  {foreign, func(c *Customer) { c.ResidenciaFiscal = "" }, []string{"ResidenciaFiscal"}},
			"foreign short id":    {foreign, func(c *Customer) { c.NumRegIdTrib = "12" }, []string{"NumRegIdTrib"}},
			"fine":                {goodCustomer(), func(c *Customer) {}, nil},
			"fine foreign":        {foreign, func(c *Customer) {}, nil},
			"fine PPD":            {goodCustomer(), func(c *Customer) { c.MetodoPago, c.FormaPago, c.Clave = "PPD", "99", "2" }, nil},
		} {
			in := c.from
			c.change(&in)
			_, _, err := s.SaveCustomer(t.Context(), a, in)
			if d := gocmp.Diff(c.want, paths(err)); d != "" || (c.want == nil) != (err == nil) {
				t.Errorf("%s: %v %s", name, err, d)
			}
		}
	})
}

func TestGenericCustomerGetsWhatTheRulesForce(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		in := Customer{Rfc: "XAXX010101000", Nombre: "PUBLICO EN GENERAL", CodigoPostal: "06000", RegimenFiscal: "601", UsoCFDI: "G03"}
		saved, warnings, err := s.SaveCustomer(t.Context(), a, in)
		if err != nil {
			t.Fatal(err)
		}
		if saved.RegimenFiscal != "616" || saved.UsoCFDI != "S01" || saved.CodigoPostal != "64000" {
			t.Errorf("saved %+v", saved)
		}
		if d := gocmp.Diff([]string{"RegimenFiscal", "UsoCFDI", "CodigoPostal"}, warned(warnings)); d != "" {
			t.Error(d)
		}
	})
}

func TestSameRfcTwiceWarnsAndATwinIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		ctx := t.Context()
		if _, warnings, err := s.SaveCustomer(ctx, a, goodCustomer()); err != nil || len(warnings) != 0 {
			t.Fatal(warnings, err)
		}
		_, _, err := s.SaveCustomer(ctx, a, goodCustomer())
		if fail.KindOf(err) != fail.Conflict {
			t.Errorf("a twin: %v", err)
		}
		branch := goodCustomer()
		branch.Clave = "SUC-2"
		_, warnings, err := s.SaveCustomer(ctx, a, branch)
		if d := gocmp.Diff([]string{"Rfc"}, warned(warnings)); d != "" || err != nil {
			t.Error(err, d)
		}
	})
}

func TestSaveProduct(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		ctx := t.Context()
		in := goodProduct()
		saved, warnings, err := s.SaveProduct(ctx, a, in)
		if err != nil || len(warnings) != 0 {
			t.Fatal(warnings, err, paths(err))
		}
		if saved.Precio.String() != "12500.50" || saved.Moneda != "MXN" || len(saved.Traslados) != 1 || !saved.Traslados[0].TasaOCuota.Equal(in.Traslados[0].TasaOCuota) {
			t.Errorf("saved %+v", saved)
		}
		got, err := s.Product(ctx, a, saved.ID)
		if d := gocmp.Diff(saved, got, gocmp.Comparer(decimal.Decimal.Equal)); d != "" || err != nil {
			t.Error(err, d)
		}
		twin := goodProduct()
		_, _, err = s.SaveProduct(ctx, a, twin)
		if d := gocmp.Diff([]string{"Clave"}, paths(err)); d != "" || fail.KindOf(err) != fail.Conflict {
			t.Error(err, d)
		}
		twin.Clave, twin.Precio = "", decimal.Decimal{}
		for range 2 { // without a key and without a price
			if other, _, err := s.SaveProduct(ctx, a, twin); err != nil || !other.Precio.IsZero() {
				t.Errorf("%+v, %v", other, err)
			}
		}
		_, _, err = s.SaveProduct(ctx, a, saved)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.SaveProduct(ctx, a, saved)
		if fail.KindOf(err) != fail.Conflict || !strings.Contains(fail.MessageOf(err), "ana cambió este producto") {
			t.Errorf("old version: %v", err)
		}
		keys, err := s.RecentKeys(ctx, a, 5)
		if d := gocmp.Diff(Recents{ClaveProdServ: []string{"80131502"}, ClaveUnidad: []string{"E48"}}, keys); d != "" || err != nil {
			t.Error(err, d)
		}
	})
}

func TestSaveProductNamesEachWrongField(t *testing.T) {
	d := decimal.MustParse
	iva16 := Tax{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: d("0.160000")}
	ieps8 := Tax{Impuesto: "003", TipoFactor: "Tasa", TasaOCuota: d("0.080000")}
	isr10 := Tax{Impuesto: "001", TipoFactor: "Tasa", TasaOCuota: d("0.100000")}
	taxes := func(objeto string, traslados, retenciones []Tax) func(p *Product) {
		return func(p *Product) { p.ObjetoImp, p.Traslados, p.Retenciones = objeto, traslados, retenciones }
	}
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		for name, c := range map[string]struct {
			change func(p *Product)
			want   []string
		}{
			"no description":        {func(p *Product) { p.Descripcion = " " }, []string{"Descripcion"}},
			"pipe":                  {func(p *Product) { p.Descripcion = "a|b" }, []string{"Descripcion"}},
			"long description":      {func(p *Product) { p.Descripcion = strings.Repeat("ñ", 1001) }, []string{"Descripcion"}},
			"no key":                {func(p *Product) { p.ClaveProdServ = "" }, []string{"ClaveProdServ"}},
			"short key":             {func(p *Product) { p.ClaveProdServ = "8013" }, []string{"ClaveProdServ"}},
			"no unit":               {func(p *Product) { p.ClaveUnidad = "" }, []string{"ClaveUnidad"}},
			"odd unit":              {func(p *Product) { p.ClaveUnidad = "PIEZA" }, []string{"ClaveUnidad"}},
			"negative price":        {func(p *Product) { p.Precio = d("-1") }, []string{"Precio"}},
			"seven decimals":        {func(p *Product) { p.Precio = d("1.1234567") }, []string{"Precio"}},
			"a billion":             {func(p *Product) { p.Precio = d("1000000000000") }, []string{"Precio"}},
			"currency":              {func(p *Product) { p.Moneda = "XXX" }, []string{"Moneda"}},
			"predial":               {func(p *Product) { p.CuentaPredial = "12-34" }, []string{"CuentaPredial"}},
			"no object":             {func(p *Product) { p.ObjetoImp = "" }, []string{"ObjetoImp"}},
			"01 with tax":           {taxes("01", []Tax{iva16}, nil), []string{"ObjetoImp"}},
			"02 without":            {taxes("02", nil, nil), []string{"ObjetoImp"}},
			"03 with tax":           {taxes("03", nil, []Tax{isr10}), []string{"ObjetoImp"}},
			"06 with IVA":           {taxes("06", []Tax{iva16}, nil), []string{"ObjetoImp"}},
			"07 with IVA":           {taxes("07", []Tax{iva16, ieps8}, nil), []string{"ObjetoImp"}},
			"07 without IEPS":       {taxes("07", nil, []Tax{isr10}), []string{"ObjetoImp"}},
			"08 with ret. IVA":      {taxes("08", nil, []Tax{iva16}), []string{"ObjetoImp"}},
			"ISR transferred":       {taxes("02", []Tax{iva16, isr10}, nil), []string{"Traslados[1].Impuesto"}},
			"IVA twice":             {taxes("02", []Tax{iva16, {Impuesto: "002", TipoFactor: "Exento"}}, nil), []string{"Traslados[1].Impuesto"}},
			"rate unknown":          {taxes("02", []Tax{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: d("0.150000")}}, nil), []string{"Traslados[0].TasaOCuota"}},
			"rate missing":          {taxes("02", []Tax{{Impuesto: "002", TipoFactor: "Tasa"}}, nil), []string{"Traslados[0].TasaOCuota"}},
			"exempt with rate":      {taxes("02", []Tax{{Impuesto: "002", TipoFactor: "Exento", TasaOCuota: d("0.16")}}, nil), []string{"Traslados[0].TasaOCuota"}},
			"exempt withholding":    {taxes("02", []Tax{iva16}, []Tax{{Impuesto: "002", TipoFactor: "Exento"}}), []string{"Retenciones[0].TipoFactor"}},
			"no factor":             {taxes("02", []Tax{{Impuesto: "002"}}, nil), []string{"Traslados[0].TipoFactor"}},
			"no tax chosen":         {taxes("02", []Tax{{}}, nil), []string{"Traslados[0].Impuesto"}},
			"fine 01":               {taxes("01", nil, nil), nil},
			"fine 06":               {taxes("06", nil, []Tax{isr10}), nil},
			"fine 07":               {taxes("07", []Tax{ieps8}, nil), nil},
			"fine exempt":           {taxes("02", []Tax{{Impuesto: "002", TipoFactor: "Exento"}}, nil), nil},
			"fine IEPS rate, quota": {taxes("02", []Tax{iva16, ieps8, {Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: d("6.450000")}}, nil), nil},
			"fine zero":             {taxes("02", []Tax{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: d("0.000000")}}, nil), nil},
		} {
			in := goodProduct()
			in.Clave = ""
			c.change(&in)
			_, _, err := s.SaveProduct(t.Context(), a, in)
			if diff := gocmp.Diff(c.want, paths(err)); diff != "" || (c.want == nil) != (err == nil) {
				t.Errorf("%s: %v %s", name, err, diff)
			}
		}
		odd := goodProduct()
		odd.ClaveProdServ = "99999999"
		if _, warnings, err := s.SaveProduct(t.Context(), a, odd); err != nil || len(warnings) != 1 {
			t.Errorf("a key outside of the everyday set: %v, %v", warnings, err)
		}
	})
}

func TestPagesFollowEachOther(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		ctx := t.Context()
		for i := range 25 {
			c := goodCustomer()
			c.Nombre = fmt.Sprintf("ÑANDU %02d", i/2) // two of each name
			c.Clave = fmt.Sprintf("C%d", i)
			if _, _, err := s.SaveCustomer(ctx, a, c); err != nil {
				t.Fatal(err)
			}
		}
		seen := map[string]bool{}
		last := ""
		for f := (Filter{Limit: 10}); ; {
			page, err := s.Customers(ctx, a, f)
			if err != nil || page.Total != 25 {
				t.Fatal(page.Total, err)
			}
			for _, c := range page.Rows {
				if seen[c.ID] || c.Nombre < last {
					t.Errorf("%s again or out of order", c.Nombre)
				}
				seen[c.ID], last = true, c.Nombre
			}
			if page.Next == "" {
				break
			}
			f.After = page.Next
		}
		if len(seen) != 25 {
			t.Errorf("%d customers on all pages, want 25", len(seen))
		}
		if page, err := s.Customers(ctx, a, Filter{After: "no es un cursor", Limit: 1}); err != nil || len(page.Rows) != 1 {
			t.Errorf("a damaged cursor is the first page: %v", err)
		}
	})
}

func TestSearchFindsWordsFromTheirBeginning(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		ctx := t.Context()
		names := []string{"FERRETERIA EL MARTILLO", "FERROCARRILES MEXICANOS", "MARTA PEÑA LOPEZ"}
		ids := map[string]string{}
		for i, n := range names {
			c := goodCustomer()
			c.Nombre, c.Clave = n, fmt.Sprint(i)
			saved, _, err := s.SaveCustomer(ctx, a, c)
			if err != nil {
				t.Fatal(err)
			}
			ids[n] = saved.ID
		}
		find := func(q string, want ...string) {
			t.Helper()
			got, err := s.SearchCustomers(ctx, a, q, 10)
			if err != nil {
				t.Fatal(err)
			}
			var list []string
			for _, c := range got {
				list = append(list, c.Nombre)
			}
			if d := gocmp.Diff(want, list); d != "" {
				t.Errorf("%q: %s", q, d)
			}
		}
		find("ferr", names[0], names[1])
		find("Ferretería", names[0])
		find("mart", names[0], names[2])
		find("mart ferr", names[0])
		find("pena", names[2])
		find("PEÑA marta", names[2])
		find("xia190128j61 lopez", names[2])
		find("tillo")
		find("' OR 1=1 --")
		find("%_", names...) // signs are no words, so this asks for nothing
		if err := s.SetCustomerActive(ctx, a, ids[names[0]], false); err != nil {
			t.Fatal(err)
		}
		find("ferr", names[1])
		page, err := s.Customers(ctx, a, Filter{Q: "ferr", Inactive: true})
		if err != nil || len(page.Rows) != 1 || page.Total != 1 || page.Rows[0].Activo {
			t.Errorf("inactive: %+v, %v", page, err)
		}
		c, err := s.Customer(ctx, a, ids[names[1]])
		if err != nil {
			t.Fatal(err)
		}
		c.Nombre = "TRENES DEL NORTE"
		if _, _, err := s.SaveCustomer(ctx, a, c); err != nil {
			t.Fatal(err)
		}
		find("ferr")
		find("trenes", "TRENES DEL NORTE")
	})
}

func TestSearchProducts(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		ctx := t.Context()
		saved, _, err := s.SaveProduct(ctx, a, goodProduct())
		if err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]int{"": 1, "renta": 1, "ren 01": 1, "80131502": 1, "comer local": 1, "venta": 0} {
			got, err := s.SearchProducts(ctx, a, q, 10)
			if err != nil || len(got) != want {
				t.Errorf("%q: %d, %v; want %d", q, len(got), err, want)
			}
		}
		if err := s.SetProductActive(ctx, a, saved.ID, false); err != nil {
			t.Fatal(err)
		}
		page, err := s.Products(ctx, a, Filter{})
		if err != nil || len(page.Rows) != 0 || page.Total != 0 {
			t.Errorf("after switching off: %+v, %v", page, err)
		}
		if page, err = s.Products(ctx, a, Filter{Inactive: true}); err != nil || len(page.Rows) != 1 {
			t.Errorf("inactive: %+v, %v", page, err)
		}
	})
}

// TestEveryOrderPagesThroughAll: in each order, both ways, of the active, the inactive
// and all, page by page every row comes once and in its place.
func TestEveryOrderPagesThroughAll(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		for i := range 32 {
			c := goodCustomer()
			c.Nombre, c.Clave = fmt.Sprintf("CLIENTE %02d", i*37%32), fmt.Sprint(i)
			c.UsoCFDI = []string{"G03", "G01", "S01"}[i%3]
			c.CodigoPostal = []string{"76343", "64000"}[i%2]
			saved, _, err := s.SaveCustomer(ctx, a, c)
			ok(t, err)
			p := goodProduct()
			p.Clave, p.Descripcion, p.Precio = fmt.Sprintf("K-%02d", i*7%32), fmt.Sprintf("PRODUCTO %02d", i*11%32), decimal.New(int64(i%9)*100+5, 1)
			made, _, err := s.SaveProduct(ctx, a, p)
			ok(t, err)
			if i%4 == 0 {
				ok(t, s.SetCustomerActive(ctx, a, saved.ID, false))
				ok(t, s.SetProductActive(ctx, a, made.ID, false))
			}
		}
		for _, f := range []Filter{{}, {Inactive: true}, {All: true}, {Q: "cliente"}, {Q: "producto", All: true}} {
			want := map[bool]int{true: 8, false: 24}[f.Inactive]
			if f.All {
				want = 32
			}
			for _, sort := range []string{"", "nombre", "rfc", "cp", "regimen", "uso"} {
				for _, way := range []string{"", "-"} {
					keys := everyPage(t, want*btoi(f.Q != "producto"), func(after string) (keys [][2]string, next string, err error) {
						g := f
						g.Sort, g.After, g.Limit = way+sort, after, 5
						page, err := s.Customers(ctx, a, g)
						for _, c := range page.Rows {
							key := map[string]string{"": c.Nombre, "nombre": c.Nombre, "rfc": c.Rfc, "cp": c.CodigoPostal, "regimen": c.RegimenFiscal, "uso": c.UsoCFDI}[sort]
							keys = append(keys, [2]string{key, c.ID})
						}
						return keys, page.Next, err
					})
					inOrder(t, fmt.Sprintf("customers %+v by %s%s", f, way, sort), keys, way == "-")
				}
			}
			for _, sort := range []string{"descripcion", "clave", "precio", "sat", "unidad"} {
				for _, way := range []string{"", "-"} {
					keys := everyPage(t, want*btoi(f.Q != "cliente"), func(after string) (keys [][2]string, next string, err error) {
						g := f
						g.Sort, g.After, g.Limit = way+sort, after, 5
						page, err := s.Products(ctx, a, g)
						for _, p := range page.Rows {
							micros, _ := p.Precio.Micros()
							key := map[string]string{"descripcion": p.Descripcion, "clave": p.Clave, "precio": fmt.Sprintf("%020d", micros), "sat": p.ClaveProdServ, "unidad": p.ClaveUnidad}[sort]
							keys = append(keys, [2]string{key, p.ID})
						}
						return keys, page.Next, err
					})
					inOrder(t, fmt.Sprintf("products %+v by %s%s", f, way, sort), keys, way == "-")
				}
			}
		}
		if page, err := s.Customers(ctx, b, Filter{All: true, Sort: "rfc"}); err != nil || len(page.Rows)+page.Total != 0 {
			t.Errorf("another company sees %d, %v", len(page.Rows), err)
		}
		named, err := s.Customers(ctx, a, Filter{Limit: 5})
		ok(t, err)
		if page, err := s.Products(ctx, a, Filter{Sort: "precio", After: named.Next, Limit: 5}); err != nil || len(page.Rows) != 5 {
			t.Errorf("a cursor of another order: %d rows, %v", len(page.Rows), err)
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// everyPage reads one page after the other and returns the key and id of each row.
func everyPage(t *testing.T, want int, read func(after string) (keys [][2]string, next string, err error)) [][2]string {
	t.Helper()
	var all [][2]string
	seen := map[string]bool{}
	for after, pages := "", 0; ; pages++ {
		keys, next, err := read(after)
		ok(t, err)
		for _, k := range keys {
			if seen[k[1]] {
				t.Fatalf("%v comes twice", k)
			}
			seen[k[1]] = true
		}
		if all = append(all, keys...); next == "" || pages > 30 {
			break
		}
		after = next
	}
	if len(all) != want {
		t.Fatalf("%d rows, want %d", len(all), want)
	}
	return all
}

func inOrder(t *testing.T, what string, keys [][2]string, desc bool) {
	t.Helper()
	if !slices.IsSortedFunc(keys, func(x, y [2]string) int {
		n := cmp.Or(strings.Compare(x[0], y[0]), strings.Compare(x[1], y[1]))
		if desc {
			return -n
		}
		return n
	}) {
		t.Errorf("%s: not in order: %v", what, keys)
	}
}
