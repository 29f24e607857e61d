package web

import (
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/store"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// drawn renders a component as a page would, for an Administrador.
func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	admin := &visitor{Session: account.Session{Actor: store.Actor{Tenant: store.TenantOf("t"), Admin: true}}}
	ctx := context.WithValue(t.Context(), requestKey{}, &request{visitor: admin})
	must(t, c.Render(context.WithValue(ctx, iconsKey{}, &iconSet{}), &b))
	if bad := forbidden.FindString(b.String()); bad != "" {
		t.Errorf("it holds %q", bad)
	}
	return b.String()
}

func TestXMLIsLaidOutAndEscaped(t *testing.T) {
	lines, err := prettyXML([]byte(`<?xml version="1.0" encoding="UTF-8"?><a:r xmlns:a="urn:a" N="&lt;b&gt; &quot;x&quot;"><a:h/><a:i><a:j V="1"/></a:i></a:r>`))
	must(t, err)
	var text []string
	for _, l := range lines {
		var b strings.Builder
		must(t, l.code().Render(t.Context(), &b))
		text = append(text, strings.Repeat("·", l.Depth)+tags.ReplaceAllString(b.String(), ""))
	}
	want := []string{`&lt;a:r N=&lt;b&gt; &#34;x&#34;&gt;`, `·&lt;a:h/&gt;`, `·&lt;a:i&gt;`, `··&lt;a:j V=1/&gt;`, `·&lt;/a:i&gt;`, `&lt;/a:r&gt;`}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
	if _, err := prettyXML([]byte("<a>")); err == nil {
		t.Error("half an XML is shown")
	}
}

func TestBarsStandOnZero(t *testing.T) {
	months := []billing.Month{
		{Label: "jul 2026", Facturado: decimal.MustParse("-50")},
		{Label: "ago 2026", Facturado: decimal.New(0, 2)},
		{Label: "sep 2026", Facturado: decimal.MustParse("500.00")},
		{Label: "oct 2026", Facturado: decimal.MustParse("1000.00"), Current: true},
	}
	list := invoiced(billing.Panel{Months: months})
	want := []bar{
		{X: "5.25%", Width: "14.50%", Middle: "12.50%", Y: "170.0", Height: "0.0", ValueY: "165.0", Value: "-50", Label: "jul", Exact: "−$ 50.00", Name: "jul 2026"},
		{X: "30.25%", Width: "14.50%", Middle: "37.50%", Y: "170.0", Height: "0.0", ValueY: "165.0", Value: "0", Label: "ago", Exact: "$ 0.00", Name: "ago 2026"},
		{X: "55.25%", Width: "14.50%", Middle: "62.50%", Y: "95.0", Height: "75.0", ValueY: "90.0", Value: "500", Label: "sep", Exact: "$ 500.00", Name: "sep 2026"},
		{X: "80.25%", Width: "14.50%", Middle: "87.50%", Y: "20.0", Height: "150.0", ValueY: "15.0", Value: "1.0 k", Label: "oct", Exact: "$ 1,000.00", Name: "oct 2026", Current: true},
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Error(diff)
	}
	if bars(nil, nil, nil, nil) == nil || thousands(decimal.MustParse("1138184.94")) != "1.1 M" {
		t.Error("no months, or a million")
	}
}

func TestDocumentSaysWhereItStands(t *testing.T) {
	says := map[billing.State]string{
		billing.Incierto: "no lo emitas otra vez", billing.Sellado: "en camino al certificador", billing.Enviando: "en camino al certificador", billing.Anulado: "Folio anulado",
	}
	for state, words := range says {
		doc := billing.Document{ID: "x", State: state, Tipo: "I", Serie: "A", Folio: 7, Moneda: "MXN", Test: true, Comprobante: cfdi.Comprobante{Conceptos: []cfdi.Concepto{{Descripcion: "<b>"}}}}
		for _, tab := range documentTabs {
			page := drawn(t, documentBody(documentPage{Doc: doc, Tab: tab.Key}))
			if !contains(page, words) || contains(page, "/x/xml") || contains(page, "<b></td>") {
				t.Errorf("%s, %s:\n%s", state, tab.Key, page)
			}
		}
		waits := contains(drawn(t, documentState(doc)), `hx-trigger="every 4s"`)
		if waits != state.InFlight() {
			t.Errorf("%s asks again: %t", state, waits)
		}
	}
}

func TestRejectedDraftSaysWhyAndKeepsItsFolio(t *testing.T) {
	d := billing.Draft{ID: "x", Revision: 3, State: billing.Rechazado, Serie: "A", Folio: 9, Reason: billing.Reason{Code: "CFDI40147", Message: "El CP no es el de tu cliente."}}
	d.Comprobante.TipoDeComprobante = "I"
	p := capturePage{form: form{Values: draftValues(d)}, Draft: d, Focus: -1}
	page := drawn(t, captureBody(p))
	for _, word := range []string{"Corregir factura", "El CP no es el de tu cliente.", "CFDI40147", "Folio A-9", "Anular el folio 9", "no se timbró y no se vuelve a usar"} {
		if !contains(page, word) {
			t.Errorf("it does not say %q", word)
		}
	}
	if contains(page, `name="SerieID"`) {
		t.Error("a numbered draft can change its series")
	}
}

func TestListSaysWhatItAdds(t *testing.T) {
	link := func(string) string { return "/comprobantes" }
	p := listPage{sort: link, drop: link, view: link, Page: billing.Page{Total: 2, Page: 1, Limit: 25, Sums: []billing.Sum{{Moneda: "MXN", Total: decimal.MustParse("-1160.00"), N: 1}, {Moneda: "USD", Total: decimal.New(0, 2), N: 1}}}}
	page := drawn(t, listBody(p))
	if !contains(page, "Timbrado MXN <b>−$ 1,160.00</b>") || contains(page, "USD <b>") || !contains(page, "restan") {
		t.Error(page)
	}
	p.Filter.State = "borrador"
	if page := drawn(t, listBody(p)); !contains(page, "Suma MXN") {
		t.Error(page)
	}
	p.Total, p.Plain = 0, true
	if page := drawn(t, listBody(p)); !contains(page, "Aún no hay comprobantes") {
		t.Error(page)
	}
}
