package billing

import (
	"context"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// noMetodo stands in the column of a document that does not say how it is paid.
const noMetodo = "-"

// mostRelated bounds how many related receipts a credit note is asked about.
const mostRelated = 50

// charge is what an invoice adds to what its customer owes: its total when it is paid
// later (PPD); what is paid at issue (PUE) adds nothing.
func charge(c *cfdi.Comprobante) int64 {
	if c.TipoDeComprobante == "I" && c.MetodoPago == "PPD" {
		return microsOf(c.Total)
	}
	return 0
}

// owes is by how much c, once stamped, changes what its customer owes. A credit note
// takes its total off, unless all that it credits was paid at issue: then it is given
// back as that was paid.
func owes(ctx context.Context, v *store.View, c *cfdi.Comprobante) (int64, error) {
	if c.TipoDeComprobante != "E" {
		return charge(c), nil
	}
	paid, n := true, 0
	for _, g := range c.CfdiRelacionados {
		for _, r := range g.CfdiRelacionado {
			if n++; n > mostRelated {
				break
			}
			metodo, err := v.MetodoPagoOf(ctx, strings.ToUpper(r.UUID))
			if err != nil {
				return 0, err
			}
			paid = paid && metodo == "PUE"
		}
	}
	if paid && n > 0 {
		return 0, nil
	}
	return -microsOf(c.Total), nil
}

// owedArgs name the job that reads how the documents of before are paid.
type owedArgs struct{}

// Kind is the stable name of the job.
func (owedArgs) Kind() string { return "billing.owed" }

// owedBatch is how many documents one transaction of the job reads.
const owedBatch = 100

// runOwed reads the stamped documents whose column says nothing, some at a time, until
// there are none.
func (s *Service) runOwed(ctx context.Context, t store.Tenant, _ owedArgs) error {
	more := false
	err := s.DB.Update(ctx, t, func(tx *store.Tx) error {
		rows, err := tx.OwedUnread(ctx, owedBatch)
		if err != nil {
			return err
		}
		for _, was := range rows {
			r := was
			if err := learn(ctx, tx, &r); err != nil {
				return err
			}
			if err := tx.ChangeDocument(ctx, was, r); err != nil {
				return err
			}
		}
		if more = len(rows) == owedBatch; more {
			return job.Enqueue(ctx, tx, owedArgs{}, job.Options{Key: "all"})
		}
		return nil
	})
	return err
}

// learn fills in of r what its XML says of how it is paid. Of one that is not there
// nothing is known, and it is not asked again.
func learn(ctx context.Context, tx *store.Tx, r *store.DocumentRow) error {
	source := *r
	if r.SyntheticOf != "" {
		var err error
		if source, err = tx.Document(ctx, r.SyntheticOf); err != nil {
			return err
		}
	}
	r.MetodoPago = noMetodo
	xml, err := tx.XML(ctx, source.ID, source.IssuedRevision, store.StampedXML)
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	read, err := cfdi.Read(xml, complementos.All)
	if err != nil {
		return err
	}
	c := read.Comprobante
	r.MetodoPago = orElse(c.MetodoPago, noMetodo)
	r.Adeudo, err = owes(ctx, &tx.View, c)
	return err
}
