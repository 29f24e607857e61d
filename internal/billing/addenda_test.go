package billing_test

import (
	"strings"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func TestAnAddendaIsHandedOutAndNeverStamped(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			return tx.InsertAddenda(ctx, store.AddendaRow{
				ID: "ad-1", Nombre: "Cliente", NombreFold: "cliente", Cuerpo: `<pedido orden="{{Orden}}" uuid="{{UUID}}">{{#Conceptos}}<l>{{Concepto.Descripcion}}</l>{{/Conceptos}}</pedido>`,
				Campos: `[{"key":"Orden","label":"Orden de compra","required":true,"max":5}]`, Activa: true, Version: 1,
			})
		}))
		d := w.typed(w.a, "100")
		d.Addenda = billing.DraftAddenda{ID: "ad-1", Values: map[string]string{"Orden": ""}}
		found, err := w.Review(ctx, w.a, d)
		must(t, err)
		if len(found.Errors()) != 1 || found.Errors()[0].Path != "Addenda.Orden" {
			t.Errorf("%+v", found.Errors())
		}
		d.Addenda.Values["Orden"] = `4<7"`
		d, err = w.SaveDraft(ctx, w.a, d)
		must(t, err)
		if again, err := w.Draft(ctx, w.a, d.ID); err != nil || again.Addenda.Values["Orden"] != `4<7"` {
			t.Errorf("%+v %v", again.Addenda, err)
		}
		doc, err := w.Issue(ctx, w.a, d.ID, d.Revision)
		must(t, err)
		row, err := w.db.View(w.a.Tenant).Document(ctx, doc.ID)
		must(t, err)
		stamped, err := w.db.View(w.a.Tenant).XML(ctx, doc.ID, row.IssuedRevision, store.StampedXML)
		must(t, err)
		_, got, err := w.XML(ctx, w.a, doc.ID)
		must(t, err)
		want := `<pedido orden="4&lt;7&#34;" uuid="` + doc.UUID + `"><l>Servicio de facturación</l></pedido></cfdi:Addenda>`
		if !strings.Contains(string(got), want) || strings.Contains(string(stamped), "Addenda") {
			t.Errorf("%s", got)
		}
		verified(t, w, got)
		for name, x := range map[string]struct {
			a    store.Actor
			d    billing.DraftAddenda
			kind fail.Kind
		}{
			"too long":          {w.a, billing.DraftAddenda{ID: "ad-1", Values: map[string]string{"Orden": "123456"}}, fail.Invalid},
			"none like it":      {w.a, billing.DraftAddenda{ID: "ad-2"}, fail.Invalid},
			"another company's": {w.b, billing.DraftAddenda{ID: "ad-1"}, fail.NotFound},
			"without the right": {store.Actor{Tenant: w.a.Tenant, Rights: []store.Right{store.RightReceipts}}, billing.DraftAddenda{}, fail.Denied},
		} {
			if err := w.SetAddenda(ctx, x.a, doc.ID, x.d); fail.KindOf(err) != x.kind || err == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, w.SetAddenda(ctx, w.a, doc.ID, billing.DraftAddenda{ID: "ad-1", Values: map[string]string{"Orden": "99"}}))
		_, changed, err := w.XML(ctx, w.a, doc.ID)
		must(t, err)
		if !strings.Contains(string(changed), `orden="99"`) {
			t.Errorf("%s", changed)
		}
		verified(t, w, changed)
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error { return tx.DeleteAddenda(ctx, "ad-1") }))
		if x, err := w.Addenda(ctx, w.a, doc.ID); err != nil || x.Nombre != "Cliente" || !strings.Contains(x.XML, `orden="99"`) {
			t.Errorf("its template is gone: %+v %v", x, err)
		}
		must(t, w.SetAddenda(ctx, w.a, doc.ID, billing.DraftAddenda{}))
		if _, bare, err := w.XML(ctx, w.a, doc.ID); err != nil || string(bare) != string(stamped) {
			t.Errorf("%v", err)
		}
		w.check()
	})
}

func verified(t *testing.T, w *world, xml []byte) {
	t.Helper()
	for _, f := range cfdi.Verify(xml, complementos.All, w.trust, false).Errors() {
		t.Errorf("%s %s: %s", f.Code, f.Path, f.Message)
	}
}
