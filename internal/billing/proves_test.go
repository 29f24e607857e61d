package billing_test

import (
	"testing"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/store"
)

// truePAC is the test certifier as one whose word counts.
type truePAC struct{ *prueba.PAC }

func (truePAC) Test() bool { return false }

// TestAStampProvesTheDataOfItsCustomer, of this company and with these data alone; that
// of the test certifier proves nothing.
func TestAStampProvesTheDataOfItsCustomer(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		said := func(a store.Actor, id string) store.CustomerRow {
			r, err := w.db.View(a.Tenant).Customer(ctx, id)
			must(t, err)
			return r
		}
		add := func(a store.Actor, id, regimen string) {
			to := receptor()
			must(t, w.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
				return tx.InsertCustomer(ctx, store.CustomerRow{
					ID: id, Rfc: to.Rfc, Nombre: to.Nombre, NombreFold: id, CodigoPostal: to.DomicilioFiscalReceptor, RegimenFiscal: regimen,
					Correos: "[]", Impuestos: "[]", Activo: true, Version: 3,
				})
			}))
		}
		add(w.a, "same", "601")
		add(w.a, "other", "603")
		add(w.b, "same", "601")
		w.sold(w.a, "same", "I", "PUE", "MXN", "100", "")
		if r := said(w.a, "same"); r.ValidadoAt != 0 {
			t.Errorf("the test certifier proved it: %+v", r)
		}
		config := w.Config
		config.PAC = truePAC{w.pac}
		w.Service = billing.New(config)
		w.sold(w.a, "same", "I", "PUE", "MXN", "100", "")
		w.sold(w.a, "other", "I", "PUE", "MXN", "100", "")
		if r := said(w.a, "same"); r.ValidadoAt == 0 || r.ValidadoResultado != "" || r.ValidadoComo != store.SaidByReceipt || r.ValidadoPor != "ana" || r.Version != 3 {
			t.Errorf("%+v", r)
		}
		if r := said(w.a, "other"); r.ValidadoAt != 0 {
			t.Errorf("a regime that is not on the receipt: %+v", r)
		}
		if r := said(w.b, "same"); r.ValidadoAt != 0 {
			t.Errorf("the other company's: %+v", r)
		}
	})
}
