package directory

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// used refuses to delete what documents were made with: it can be deactivated.
func used(what string) error {
	return fail.New(fail.Conflict, "No se eliminó: "+what+" ya está en comprobantes o borradores, que deben poder leerse siempre. Desactívalo: deja de aparecer al facturar y lo recuperas cuando quieras.")
}

// CustomerUsed reports whether a document, a draft too, names the customer, which
// then cannot be deleted; fail.NotFound for one that is not this company's.
func (s *Service) CustomerUsed(ctx context.Context, a store.Actor, id string) (bool, error) {
	if _, err := s.Customer(ctx, a, id); err != nil {
		return false, err
	}
	return s.cfg.DB.View(a.Tenant).CustomerUsed(ctx, id)
}

// DeleteCustomer deletes a customer that no document names, and ends its links.
// fail.Conflict for one that was used.
func (s *Service) DeleteCustomer(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightCustomers); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.Tenant)
		row, err := own.CustomerForUpdate(ctx, id)
		if err != nil {
			return err
		}
		switch named, err := own.CustomerUsed(ctx, id); {
		case err != nil:
			return err
		case named:
			return used("este cliente")
		}
		links, err := own.DataLinksOf(ctx, id, mostWaiting)
		if err != nil {
			return err
		}
		for _, l := range links {
			if l.State != store.DataLinkOpen && l.State != store.DataLinkAnswered {
				continue
			}
			if err := s.end(ctx, tx, a, l, store.DataLinkWithdrawn); err != nil {
				return err
			}
		}
		if err := own.DeleteCustomer(ctx, id); err != nil {
			return err
		}
		return audit(ctx, own, a, "customer.delete", "customer/"+id, row, nil)
	})
}

// ProductUsed reports whether a document was issued with the product, which then
// cannot be deleted; fail.NotFound for one that is not this company's.
func (s *Service) ProductUsed(ctx context.Context, a store.Actor, id string) (bool, error) {
	if _, err := s.Product(ctx, a, id); err != nil {
		return false, err
	}
	return s.cfg.DB.View(a.Tenant).ProductUsed(ctx, id)
}

// DeleteProduct deletes a product no document was issued with. fail.Conflict for
// one that was used.
func (s *Service) DeleteProduct(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.ProductForUpdate(ctx, id)
		if err != nil {
			return err
		}
		switch issued, err := tx.ProductUsed(ctx, id); {
		case err != nil:
			return err
		case issued:
			return used("este producto")
		}
		if err := tx.DeleteProduct(ctx, id); err != nil {
			return err
		}
		return audit(ctx, tx, a, "product.delete", "product/"+id, row, nil)
	})
}
