package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// goodCompany is what a persona moral writes.
func goodCompany() Company {
	return Company{
		Nombre: "ESCUELA KEMPER URGATE", Regimenes: []string{"601"}, RegimenDefault: "601", CodigoPostal: "06000", Version: 1,
	}
}

func TestSaveCompany(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		in := goodCompany()
		in.Nombre, in.Rfc, in.Correo, in.Web = " Escuela Kemper  Urgate, S.A. de C.V. ", "OTRO010101AAA", "Hola@Empresa.MX", "empresa.mx"
		saved, warnings, err := h.SaveCompany(ctx, a, in)
		if err != nil {
			t.Fatal(err)
		}
		if saved.Nombre != "ESCUELA KEMPER URGATE" || len(warnings) != 1 || warnings[0].Path != "Nombre" {
			t.Errorf("name is %q, warnings %v", saved.Nombre, warnings)
		}
		if saved.Rfc != rfcA || saved.LugarExpedicion != "06000" || saved.Pais != "MEX" || saved.Estado == "" || saved.Correo != "Hola@empresa.mx" {
			t.Errorf("saved %+v", saved)
		}
		got, err := h.Company(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(saved, got); d != "" {
			t.Error(d)
		}
		other, err := h.Company(ctx, b)
		if err != nil || other.Nombre != "" || other.Rfc != rfcB || other.Complete() {
			t.Errorf("the other company is %+v, %v", other, err)
		}
		if !got.Complete() || !got.Moral() {
			t.Error("complete data are not")
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestSaveCompanyNamesEachWrongField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		moral := h.found(rfcA)
		fisica := h.found("CACX7605101P8")
		for name, c := range map[string]struct {
			who    store.Actor
			change func(c *Company)
			want   []string
		}{
			"no name":            {moral, func(c *Company) { c.Nombre = " " }, []string{"Nombre"}},
			"pipe in the name":   {moral, func(c *Company) { c.Nombre = "A|B" }, []string{"Nombre"}},
			"no regime":          {moral, func(c *Company) { c.Regimenes, c.RegimenDefault = nil, "" }, []string{"Regimenes"}},
			"unknown regime":     {moral, func(c *Company) { c.Regimenes, c.RegimenDefault = []string{"999"}, "999" }, []string{"Regimenes"}},
			"regime of fisicas":  {moral, func(c *Company) { c.Regimenes = []string{"601", "605"} }, []string{"Regimenes"}},
			"regime of morales":  {fisica, func(c *Company) {}, []string{"Regimenes"}},
			"default elsewhere":  {moral, func(c *Company) { c.RegimenDefault = "603" }, []string{"RegimenDefault"}},
			"no postal code":     {moral, func(c *Company) { c.CodigoPostal = "" }, []string{"CodigoPostal"}},
			"postal code 00000":  {moral, func(c *Company) { c.CodigoPostal = "00000" }, []string{"CodigoPostal"}},
			"short postal code":  {moral, func(c *Company) { c.CodigoPostal = "6000" }, []string{"CodigoPostal"}},
			"place unknown":      {moral, func(c *Company) { c.LugarExpedicion = "ABCDE" }, []string{"LugarExpedicion"}},
			"curp of a company":  {moral, func(c *Company) { c.Curp = "CACX760510HDFRLN05" }, []string{"Curp"}},
			"country":            {moral, func(c *Company) { c.Pais = "ZZX" }, []string{"Pais"}},
			"mail":               {moral, func(c *Company) { c.Correo = "a@b" }, []string{"Correo"}},
			"web with script":    {moral, func(c *Company) { c.Web = "javascript:alert(1)" }, []string{"Web"}},
			"web with user":      {moral, func(c *Company) { c.Web = "https://x@y.mx" }, []string{"Web"}},
			"long street":        {moral, func(c *Company) { c.Calle = strings.Repeat("ñ", 201) }, []string{"Calle"}},
			"line break in city": {moral, func(c *Company) { c.Municipio = "Cuauhtémoc\x07" }, []string{"Municipio"}},
		} {
			in := goodCompany()
			c.change(&in)
			_, _, err := h.SaveCompany(t.Context(), c.who, in)
			if d := cmp.Diff(c.want, fieldsOf(err)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
			for _, f := range fail.FieldsOf(err) {
				if f.Message == "" {
					t.Errorf("%s: %s has no words", name, f.Path)
				}
			}
		}
	})
}

func TestSaveCompanyTellsWhoWasFaster(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		if _, _, err := h.SaveCompany(ctx, a, goodCompany()); err != nil {
			t.Fatal(err)
		}
		_, _, err := h.SaveCompany(ctx, a, goodCompany())
		wants(t, "old version", err, ErrStale)
		if fail.KindOf(err) != fail.Conflict || !strings.Contains(fail.MessageOf(err), "admin") {
			t.Errorf("message is %q", fail.MessageOf(err))
		}
	})
}

func TestNewPlaceOfIssueReachesGenericCustomers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		err := h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
			for _, rfc := range []string{"XAXX010101000", rfcB} {
				row := store.CustomerRow{ID: rfc, Rfc: rfc, Nombre: rfc, NombreFold: rfc, CodigoPostal: "01000", Correos: "[]", Activo: true, Version: 1}
				if err := tx.InsertCustomer(ctx, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		in := goodCompany()
		in.LugarExpedicion = "64000"
		if _, _, err := h.SaveCompany(ctx, a, in); err != nil {
			t.Fatal(err)
		}
		for rfc, want := range map[string]string{"XAXX010101000": "64000", rfcB: "01000"} {
			row, err := h.db.View(a.Tenant).Customer(ctx, rfc)
			if err != nil || row.CodigoPostal != want {
				t.Errorf("%s has %s, %v; want %s", rfc, row.CodigoPostal, err, want)
			}
		}
	})
}

func TestRightsAreAsked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		a.Admin = false
		_, _, err2 := h.SaveCompany(ctx, a, goodCompany())
		_, err3 := h.Certificates(ctx, a)
		_, err4 := h.AddCertificate(ctx, a, []byte("x"), []byte("x"), []byte("x"))
		_, err5 := h.MakeTestCertificate(ctx, a)
		_, err6 := h.SeriesList(ctx, a)
		_, err7 := h.SaveSerie(ctx, a, Serie{})
		_, err9 := h.Serie(ctx, a, "x")
		_, err10 := h.SavePolicy(ctx, a, Policy{})
		for i, err := range []error{
			err2, err3, err4, err5, err6, err7, err9, err10, h.DeleteCertificate(ctx, a, "x"), h.ActivateCertificate(ctx, a, "x"),
			h.DeactivateCertificate(ctx, a, "x"), h.SetSerieActive(ctx, a, "x", true),
		} {
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("call %d without the right: %v", i+1, err)
			}
		}
	})
}
