package billing_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// TestABranchIssuesFromItsOwnPlace: a document of a branch's series carries the branch's
// postal code, one written by hand stays and is warned of, and who is limited to a
// branch uses nothing else.
func TestABranchIssuesFromItsOwnPlace(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			return tx.InsertBranch(ctx, store.BranchRow{ID: "norte", Nombre: "Norte", NombreFold: "norte", CodigoPostal: "22000", Activa: true, Version: 1})
		}))
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			return tx.InsertSerie(ctx, store.SerieRow{ID: "serie-n", Serie: "N", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Activa: true, BranchID: "norte", Version: 1})
		}))
		home := w.typed(w.a, "10")
		place := home.Comprobante.LugarExpedicion
		if place == "22000" || place == "" {
			t.Fatalf("the company issues from %q", place)
		}
		issue := func(a store.Actor, serie, at string) billing.Document {
			t.Helper()
			d := w.typed(w.a, "10")
			d.SerieID, d.Comprobante.LugarExpedicion = serie, at
			d, err := w.SaveDraft(ctx, a, d)
			must(t, err)
			doc, err := w.Issue(ctx, a, d.ID, d.Revision)
			must(t, err)
			return doc
		}
		for name, c := range map[string]struct{ serie, at, want string }{
			"the company's place is replaced": {"serie-n", place, "22000"},
			"none was written":                {"serie-n", "", "22000"},
			"the branch's own":                {"serie-n", "22000", "22000"},
			"another was written":             {"serie-n", "64000", "64000"},
			"a series of the main branch":     {home.SerieID, place, place},
		} {
			if doc := issue(w.a, c.serie, c.at); doc.Comprobante.LugarExpedicion != c.want || doc.State != billing.Timbrado {
				t.Errorf("%s: %s from %s", name, doc.State, doc.Comprobante.LugarExpedicion)
			}
		}
		d := w.typed(w.a, "10")
		d.SerieID, d.Comprobante.LugarExpedicion = "serie-n", "64000"
		d, err := w.SaveDraft(ctx, w.a, d)
		must(t, err)
		findings, err := w.Review(ctx, w.a, d)
		must(t, err)
		warned := false
		for _, f := range findings {
			warned = warned || f.Path == "LugarExpedicion" && !f.IsError()
		}
		if !warned {
			t.Errorf("no word of another place: %v", findings)
		}
		beto := w.operation("beto", store.Limits{Sucursales: []string{"norte"}, Series: []string{"serie-n"}}, store.RightIssue)
		fresh, err := w.NewDraft(ctx, beto, "I")
		must(t, err)
		if fresh.SerieID != "serie-n" || fresh.Comprobante.LugarExpedicion != "22000" {
			t.Errorf("begins with %q from %q", fresh.SerieID, fresh.Comprobante.LugarExpedicion)
		}
	})
}

// TestABranchSealsWithItsOwnCertificate: a branch's own CSD seals what its series
// number, the company's all else; what is numbered keeps its certificate even when
// that is given to another branch or switched off before the seal.
func TestABranchSealsWithItsOwnCertificate(t *testing.T) {
	p, err := authority()
	must(t, err)
	cer, key, err := p.ca.CSD(rfcA, nameA, []byte("12345678a"))
	must(t, err)
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		loaded, err := w.Signer.Load(ctx, w.a, signer.Pair{CertificateID: "csd-norte", Cer: cer, Key: key, Password: []byte("12345678a"), Rfc: rfcA})
		must(t, err)
		cert := loaded.Certificate
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			return errors.Join(
				tx.InsertBranch(ctx, store.BranchRow{ID: "norte", Nombre: "Norte", NombreFold: "norte", CodigoPostal: "64000", Activa: true, Version: 1}),
				tx.InsertSerie(ctx, store.SerieRow{ID: "serie-n", Serie: "N", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Activa: true, BranchID: "norte", Version: 1}),
				// older than the company's: the branch's own goes first all the same
				tx.InsertCertificate(ctx, store.CertificateRow{
					ID: "csd-norte", NoCertificado: cert.NoCertificado, Rfc: cert.Rfc, Nombre: cert.Name, Cer: cert.Raw, NotBefore: store.Micros(cert.NotBefore) - 1,
					NotAfter: store.Micros(cert.NotAfter), Prueba: true, Activo: true, BranchID: "norte",
				}),
				tx.InsertCertificateKey(ctx, loaded.Key))
		}))
		issue := func(serie string) billing.Document {
			t.Helper()
			d := w.typed(w.a, "10")
			if serie != "" {
				d.SerieID = serie
			}
			d, err := w.SaveDraft(ctx, w.a, d)
			must(t, err)
			doc, err := w.Issue(ctx, w.a, d.ID, d.Revision)
			must(t, err)
			if doc.State != billing.Timbrado {
				t.Fatalf("%s %v", doc.State, doc.Reason)
			}
			return doc
		}
		if got := issue("serie-n").Comprobante.NoCertificado; got != cert.NoCertificado {
			t.Errorf("the branch was sealed with %s", got)
		}
		company := issue("").Comprobante.NoCertificado
		if company == cert.NoCertificado {
			t.Error("the main branch was sealed with the branch's own")
		}
		w.Crash = func(at string) {
			if at == "C2" { // numbered, not sealed yet
				must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
					return errors.Join(tx.SetCertificateBranch(ctx, "csd-norte", store.MainBranch), tx.SetCertificateActive(ctx, "csd-norte", false))
				}))
			}
		}
		if got := issue("serie-n").Comprobante.NoCertificado; got != cert.NoCertificado {
			t.Errorf("what was numbered with %s was sealed with %s", cert.NoCertificado, got)
		}
		w.Crash = func(string) {}
		if got := issue("serie-n").Comprobante.NoCertificado; got != company {
			t.Errorf("without its own the branch was sealed with %s, want the company's %s", got, company)
		}
		w.check()
	})
}

// TestASeriesThatRunsOutIsTold: from nine tenths of the range on the review warns,
// and the folio that gets there is noted once.
func TestASeriesThatRunsOutIsTold(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			return tx.InsertSerie(ctx, store.SerieRow{ID: "corta", Serie: "C", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 8, FolioFinal: 10, Activa: true, Version: 1})
		}))
		for _, step := range []struct {
			warned bool // before the folio is given
			noted  int  // after it
		}{{false, 0}, {false, 1}, {true, 1}} {
			d := w.typed(w.a, "10")
			d.SerieID = "corta"
			d, err := w.SaveDraft(ctx, w.a, d)
			must(t, err)
			found, err := w.Review(ctx, w.a, d)
			must(t, err)
			warned := slices.ContainsFunc(found, func(f cfdi.Finding) bool { return f.Path == "Serie" && !f.IsError() })
			doc, err := w.Issue(ctx, w.a, d.ID, d.Revision)
			must(t, err)
			links, err := w.db.View(w.a.Tenant).Audits(ctx, "serie/corta", 10)
			must(t, err)
			noted := 0
			for _, l := range links {
				if l.Action == "serie.low" {
					noted++
				}
			}
			w.drain(1, 0)
			if told := slices.DeleteFunc(slices.Clone(w.told), func(e string) bool { return !strings.Contains(e, "serie:corta") }); len(told) != step.noted {
				t.Errorf("folio %s: told %v; want %d", doc.Comprobante.Folio, told, step.noted)
			}
			if warned != step.warned || noted != step.noted {
				t.Errorf("folio %s: warned %t, noted %d; want %+v", doc.Comprobante.Folio, warned, noted, step)
			}
		}
		w.check()
	})
}

// TestOfABranchOneSeesItsOwn: who is limited to a branch meets its receipts alone in
// the list, the sums, the panel, the export and by id; drafts without a series are
// their author's.
func TestOfABranchOneSeesItsOwn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			return errors.Join(
				tx.InsertBranch(ctx, store.BranchRow{ID: "norte", Nombre: "Norte", NombreFold: "norte", CodigoPostal: "64000", Activa: true, Version: 1}),
				tx.InsertSerie(ctx, store.SerieRow{ID: "serie-n", Serie: "N", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Activa: true, BranchID: "norte", Version: 1}))
		}))
		beto := w.operation("beto", store.Limits{Sucursales: []string{"norte"}, Series: []string{"serie-n"}}, store.RightIssue, store.RightExport, store.RightSend)
		main, theirs := w.issued(w.a, "10"), w.issued(w.b, "10")
		d := w.typed(w.a, "20")
		d.SerieID = "serie-n"
		d, err := w.SaveDraft(ctx, w.a, d)
		must(t, err)
		norte, err := w.Issue(ctx, w.a, d.ID, d.Revision)
		must(t, err)
		loose := w.typed(w.a, "30")
		loose.SerieID = ""
		loose, err = w.SaveDraft(ctx, w.a, loose)
		must(t, err)
		own := w.typed(w.a, "40")
		own.SerieID = ""
		own, err = w.SaveDraft(ctx, beto, own)
		must(t, err)
		for name, c := range map[string]struct {
			id    string
			there bool
		}{"of its branch": {norte.ID, true}, "its own draft": {own.ID, true}, "of the main one": {main.ID, false}, "somebody's draft": {loose.ID, false}, "of another company": {theirs.ID, false}} {
			_, err := w.Document(ctx, beto, c.id)
			if c.there != (err == nil) || err != nil && fail.KindOf(err) != fail.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, q := range []string{"", "universidad"} {
			page, err := w.List(ctx, beto, billing.Filter{Q: q})
			must(t, err)
			var ids []string
			for _, r := range page.Rows {
				ids = append(ids, r.ID)
			}
			slices.Sort(ids)
			want := []string{norte.ID, own.ID}
			slices.Sort(want)
			if !slices.Equal(ids, want) || page.Total != 2 || page.Sums[0].Total.Fixed(2) != "23.20" {
				t.Errorf("%q lists %v of %d, %+v", q, ids, page.Total, page.Sums)
			}
		}
		panel, err := w.Panel(ctx, beto)
		must(t, err)
		if got := panel.Months[len(panel.Months)-1].Facturado.Fixed(2); got != "23.20" {
			t.Errorf("the panel shows %s", got)
		}
		var names []string
		must(t, w.ExportStamped(ctx, beto, func(name string, _ []byte) error {
			names = append(names, name)
			return nil
		}))
		if len(names) != 1 || !strings.Contains(names[0], strings.ToUpper(norte.UUID)) {
			t.Errorf("takes along %v", names)
		}
		astray := w.typed(w.a, "50")
		if _, err := w.SaveDraft(ctx, beto, astray); fail.KindOf(err) != fail.Invalid {
			t.Errorf("saved under a series of the main branch: %v", err)
		}
		if _, err := w.Document(ctx, w.operation("zoe", store.Limits{Sucursales: []string{"norte"}}, store.RightReceipts), norte.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("limits without their series let through: %v", err)
		}
	})
}

// TestTheBorderRateIsWarnedOfElsewhere: 8 % where the branch is not marked for the
// stimulus is told; where it is, it is as it should be.
func TestTheBorderRateIsWarnedOfElsewhere(t *testing.T) {
	w := newWorld(t, "sqlite")
	ctx := t.Context()
	must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
		branch := func(id, name string, border, active bool) error {
			return errors.Join(
				tx.InsertBranch(ctx, store.BranchRow{ID: id, Nombre: name, NombreFold: id, CodigoPostal: "22000", Frontera: border, Activa: active, Version: 1}),
				tx.InsertSerie(ctx, store.SerieRow{ID: "s-" + id, Serie: id, TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Activa: true, BranchID: id, Version: 1}))
		}
		return errors.Join(branch("marked", "Tijuana", true, true), branch("plain", "Playas", false, true), branch("off", "Cerrada", true, false))
	}))
	for serie, want := range map[string]struct{ warned, closed bool }{"s-marked": {false, false}, "s-plain": {true, false}, "s-off": {false, true}} {
		d := w.typed(w.a, "10")
		d.SerieID, d.Comprobante.LugarExpedicion = serie, "22000"
		d.Comprobante.Conceptos[0].Impuestos = iva("0.080000")
		found, err := w.Review(ctx, w.a, d)
		must(t, err)
		warned := slices.ContainsFunc(found, func(f cfdi.Finding) bool { return !f.IsError() && strings.Contains(f.Message, "estímulo fronterizo") })
		closed := slices.ContainsFunc(found, func(f cfdi.Finding) bool { return f.IsError() && strings.Contains(f.Message, "está desactivada") })
		if warned != want.warned || closed != want.closed {
			t.Errorf("%s: warned %t, closed %t; want %+v: %v", serie, warned, closed, want, found)
		}
	}
}
