package directory

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// asking runs fn with a service that mails, two companies, and a clock, on both databases.
func asking(t *testing.T, fn func(t *testing.T, s *Service, a, b store.Actor, pass func(time.Duration), mails func() []string)) {
	t.Helper()
	now := start
	clock := func() time.Time { return now }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now = start
		n := 0
		box := send.NewBox(filepath.Join(t.TempDir(), "buzon"), clock)
		s := New(Config{
			DB: db, Catalog: catalogo.New(), Now: clock, NewID: func() string { n++; return fmt.Sprintf("id-%05d", n) },
			Mailer: box, BaseURL: "https://facturas.example",
		})
		ta, tb := storetest.Tenants(t, db)
		for _, tenant := range []store.Tenant{ta, tb} {
			err := db.Update(t.Context(), tenant, func(tx *store.Tx) error {
				return tx.InsertCompany(t.Context(), store.CompanyRow{Rfc: tenant.ID()[:12], Nombre: "CASA <QUIEN PIDE>", Regimenes: "[]", LugarExpedicion: "64000", Version: 1})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		runner := job.New(db, s.Jobs(), clock)
		mails := func() []string {
			if err := runner.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, err := box.List(50)
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, m := range list {
				texts = append(texts, strings.Join(m.To, ",")+"\n"+m.Subject+"\n"+m.Text)
			}
			return texts
		}
		fn(t, s, actor(ta), actor(tb), func(d time.Duration) { now = now.Add(d) }, mails)
	}, store.WithClock(clock))
}

var dataURL = regexp.MustCompile(`https://facturas\.example/datos/([A-Za-z0-9_-]{43})`)

func tokenOf(t *testing.T, text string) string {
	t.Helper()
	m := dataURL.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no link in %q", text)
	}
	return m[1]
}

func TestCustomerFillsItsOwnData(t *testing.T) {
	asking(t, func(t *testing.T, s *Service, a, b store.Actor, pass func(time.Duration), mails func() []string) {
		ctx := t.Context()
		in := goodCustomer()
		in.Notas, in.Telefono = "paga tarde", "5550001111"
		stored, _, err := s.SaveCustomer(ctx, a, in)
		ok(t, err)
		link, address, err := s.AskData(ctx, a, stored.ID, "pagos@xenon.mx")
		ok(t, err)
		got := mails()
		if len(got) != 1 || !strings.HasPrefix(got[0], "pagos@xenon.mx\n") || !strings.Contains(got[0], "CASA <QUIEN PIDE>") {
			t.Fatalf("%q", got)
		}
		mailed := tokenOf(t, got[0])
		form, err := s.DataForm(ctx, mailed, "10.1.1.1")
		ok(t, err)
		if form.Customer.Rfc != stored.Rfc || form.Customer.Notas+form.Customer.Telefono+form.Customer.ID != "" || len(form.Customer.Correos) > 0 {
			t.Errorf("a link tells too much or too little: %+v", form.Customer)
		}
		bad := Customer{Rfc: "XAXX010101000", Nombre: "X", CodigoPostal: "76343", RegimenFiscal: "616", UsoCFDI: "S01"}
		if err := s.ProposeData(ctx, mailed, "", bad); fail.KindOf(err) != fail.Invalid || fail.FieldsOf(err)[0].Path != "Rfc" {
			t.Errorf("a generic RFC: %v", err)
		}
		sent := Customer{
			Rfc: "xia190128j61", Nombre: "Xenon Industrial Articles SA de CV", CodigoPostal: "64000", RegimenFiscal: "601", UsoCFDI: "G01",
			Notas: "dame crédito", FormaPago: "99", ID: "id-99999", Correos: []Correo{{Direccion: "nuevo@xenon.mx"}},
		}
		ok(t, s.ProposeData(ctx, mailed, "10.1.1.1", sent))
		for name, token := range map[string]string{"the mailed one": mailed, "the copied one": tokenOf(t, address), "none": strings.Repeat("A", 43), "empty": ""} {
			if _, err := s.DataForm(ctx, token, ""); !errors.Is(err, ErrLinkGone) {
				t.Errorf("%s opens after the answer: %v", name, err)
			}
			if err := s.ProposeData(ctx, token, "", sent); !errors.Is(err, ErrLinkGone) {
				t.Errorf("%s takes a second answer: %v", name, err)
			}
		}
		now, err := s.Customer(ctx, a, stored.ID)
		ok(t, err)
		if now.CodigoPostal != "76343" || now.Version != stored.Version {
			t.Errorf("a proposal changed the customer: %+v", now)
		}
		if _, err := s.DataLink(ctx, b, link.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company sees the proposal: %v", err)
		}
		if _, _, err := s.AcceptData(ctx, b, link.ID, 1); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company accepts: %v", err)
		}
		if p, err := s.Proposals(ctx, a); err != nil || p[stored.ID] != link.ID {
			t.Errorf("the mark in the list: %v %v", p, err)
		}
		if _, _, err := s.AcceptData(ctx, a, link.ID, now.Version+1); !errors.Is(err, ErrStale) {
			t.Errorf("accepted over a version nobody saw: %v", err)
		}
		saved, _, err := s.AcceptData(ctx, a, link.ID, now.Version)
		ok(t, err)
		if saved.CodigoPostal != "64000" || saved.UsoCFDI != "G01" || saved.Nombre != "XENON INDUSTRIAL ARTICLES" || saved.Notas != "paga tarde" || saved.FormaPago != "" || saved.Correos[0].Direccion != "nuevo@xenon.mx" {
			t.Errorf("%+v", saved)
		}
		if _, _, err := s.AcceptData(ctx, a, link.ID, saved.Version); fail.KindOf(err) != fail.Conflict {
			t.Errorf("accepted twice: %v", err)
		}
		if err := s.DropData(ctx, a, link.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("rejected after it was accepted: %v", err)
		}
	})
}

func TestDataLinksEndAndAreLimited(t *testing.T) {
	asking(t, func(t *testing.T, s *Service, a, _ store.Actor, pass func(time.Duration), mails func() []string) {
		ctx := t.Context()
		stored, _, err := s.SaveCustomer(ctx, a, goodCustomer())
		ok(t, err)
		_, first, err := s.AskData(ctx, a, stored.ID, "")
		ok(t, err)
		if _, _, err := s.AskData(ctx, a, stored.ID, ""); !errors.Is(err, ErrTooMany) {
			t.Errorf("two in a minute: %v", err)
		}
		pass(2 * time.Minute)
		_, second, err := s.AskData(ctx, a, stored.ID, "")
		ok(t, err)
		if _, err := s.DataForm(ctx, tokenOf(t, first), ""); !errors.Is(err, ErrLinkGone) {
			t.Errorf("the one before still opens: %v", err)
		}
		pass(7*24*time.Hour + time.Second)
		if _, err := s.DataForm(ctx, tokenOf(t, second), ""); !errors.Is(err, ErrLinkGone) {
			t.Errorf("open after seven days: %v", err)
		}
		if got := mails(); len(got) != 0 {
			t.Errorf("a link to copy was mailed: %q", got)
		}
		if _, _, err := s.AskData(ctx, a, "", ""); fail.KindOf(err) != fail.Invalid {
			t.Errorf("a new customer without address: %v", err)
		}
		fresh, address, err := s.AskData(ctx, a, "", "otra@empresa.mx")
		ok(t, err)
		c := goodCustomer()
		c.Rfc, c.Nombre = "URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA"
		ok(t, s.ProposeData(ctx, tokenOf(t, address), "", c))
		made, _, err := s.AcceptData(ctx, a, fresh.ID, 0)
		ok(t, err)
		if made.ID == "" || made.Rfc != c.Rfc {
			t.Errorf("%+v", made)
		}
		limited := 0
		for range 40 {
			if _, err := s.DataForm(ctx, "x", "10.9.9.9"); errors.Is(err, ErrTooMany) {
				limited++
			}
		}
		if limited != 10 {
			t.Errorf("%d of 40 were held back", limited)
		}
		company := fmt.Sprintf("%d", mostDataLinks)
		for i := range mostDataLinks {
			if _, _, err = s.AskData(ctx, a, "", fmt.Sprintf("c%d@empresa.mx", i)); err != nil {
				break
			}
		}
		if !errors.Is(err, ErrTooMany) || !strings.Contains(fail.MessageOf(err), company) {
			t.Errorf("the limit of a day: %v", err)
		}
	})
}

func TestReviewMends(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		for _, c := range []struct {
			name   string
			change func(*Customer)
			path   string
			want   map[string]string
		}{
			{"society", func(c *Customer) { c.Nombre = "Xenon  Industrial Articles, S.A. de C.V." }, "Nombre", map[string]string{"Nombre": "XENON INDUSTRIAL ARTICLES"}},
			{"lower case RFC", func(c *Customer) { c.Rfc = " xia190128j61" }, "Rfc", map[string]string{"Rfc": "XIA190128J61"}},
			{"física with a regime of morales", func(c *Customer) { c.Rfc, c.UsoCFDI = "CACX7605101P8", "G03" }, "RegimenFiscal", map[string]string{"RegimenFiscal": "612"}},
			{"use the regime does not admit", func(c *Customer) { c.Rfc, c.RegimenFiscal, c.UsoCFDI = "CACX7605101P8", "605", "G03" }, "UsoCFDI", map[string]string{"UsoCFDI": "S01"}},
			{"generic", func(c *Customer) { c.Rfc = "XAXX010101000" }, "RegimenFiscal", map[string]string{"RegimenFiscal": "616", "UsoCFDI": "S01", "CodigoPostal": "64000"}},
		} {
			in := goodCustomer()
			c.change(&in)
			found, err := s.ReviewCustomer(t.Context(), a, in)
			ok(t, err)
			offered := false
			for _, m := range found.Mends {
				if m.Path != c.path {
					continue
				}
				offered = offered || fmt.Sprint(m.Values) == fmt.Sprint(c.want)
				mended := in
				for name, value := range m.Values {
					*map[string]*string{"Rfc": &mended.Rfc, "Nombre": &mended.Nombre, "RegimenFiscal": &mended.RegimenFiscal, "UsoCFDI": &mended.UsoCFDI, "CodigoPostal": &mended.CodigoPostal}[name] = value
				}
				again, err := s.ReviewCustomer(t.Context(), a, mended)
				ok(t, err)
				for _, f := range again.Findings {
					if f.Path == c.path {
						t.Errorf("%s: %v leaves %q", c.name, m.Values, f.Message)
					}
				}
			}
			if !offered {
				t.Errorf("%s: %v is not offered: %+v", c.name, c.want, found)
			}
		}
		if clean, err := s.ReviewCustomer(t.Context(), a, goodCustomer()); err != nil || len(clean.Findings)+len(clean.Mends) > 0 {
			t.Errorf("a good customer: %+v %v", clean, err)
		}
	})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
