package directory

import (
	"context"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	// ShownLots is how many lots of a product are shown, the newest.
	ShownLots = 50
	// MaxLots is how many a product has at most.
	MaxLots = 200
	// OfferedLots is how many open ones a line of a receipt offers.
	OfferedLots = 10
)

// A Lote is the customs document by which some of a product came in. Field paths in
// errors are "Lote." and the names below.
type Lote struct {
	ID        string
	Pedimento string // AA  AA  NNNN  NNNNNNN
	Nota      string
	Cantidad  decimal.Decimal // received; absent when nobody said
	Fecha     string          // yyyy-mm-dd, "" when nobody said
	Abierto   bool
	UpdatedBy string
	Unread    []fail.Field
}

// Lotes lists the newest lots of a product, at most [ShownLots], and how many there are.
func (s *Service) Lotes(ctx context.Context, a store.Actor, product string) ([]Lote, int, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, 0, err
	}
	v := s.cfg.DB.View(a.Tenant)
	rows, err := v.ProductLots(ctx, product, ShownLots)
	if err != nil {
		return nil, 0, err
	}
	n := len(rows)
	if n == ShownLots {
		if n, err = v.CountProductLots(ctx, product); err != nil {
			return nil, 0, err
		}
	}
	list := make([]Lote, len(rows))
	for i, r := range rows {
		list[i] = loteOf(r)
	}
	return list, n, nil
}

// OpenLotes lists the open lots of products by their id, the newest first, at most
// [OfferedLots] of each. Who may not see products is offered none.
func (s *Service) OpenLotes(ctx context.Context, a store.Actor, products []string) (map[string][]Lote, error) {
	if !a.Holds(store.RightSeeProducts) {
		return nil, nil
	}
	rows, err := s.cfg.DB.View(a.Tenant).OpenProductLots(ctx, unique(products), OfferedLots)
	list := map[string][]Lote{}
	for _, r := range rows {
		list[r.ProductID] = append(list[r.ProductID], loteOf(r))
	}
	return list, err
}

// AddLote gives a product one lot more, open. Errors: fail.Invalid with fields;
// fail.Conflict when it has that number or too many.
func (s *Service) AddLote(ctx context.Context, a store.Actor, product string, in Lote) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	var p problems
	s.checkLote(&in, &p)
	p.unread(in.Unread)
	if err := p.result("el lote"); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if _, err := tx.ProductForUpdate(ctx, product); err != nil {
			return err
		}
		n, err := tx.CountProductLots(ctx, product)
		switch {
		case err != nil:
			return err
		case n >= MaxLots:
			return fail.OnField("Lote.Pedimento", "Este producto ya tiene 200 lotes. No se guardó nada: quita alguno que ya no uses.")
		}
		row := store.ProductLotRow{
			ProductID: product, ID: s.cfg.NewID(), Pedimento: in.Pedimento, Nota: in.Nota, Cantidad: in.Cantidad.String(), Fecha: in.Fecha, Abierto: true,
			UpdatedAt: store.Micros(tx.Now()), UpdatedBy: a.UserName,
		}
		taken, err := tx.HasProductLot(ctx, product, in.Pedimento)
		if err != nil {
			return err
		}
		if taken {
			twin := fail.OnField("Lote.Pedimento", "Este producto ya tiene un lote con ese pedimento. No se guardó nada.")
			twin.Kind = fail.Conflict
			return twin
		}
		if err := tx.InsertProductLot(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "product.lot", "product/"+product, nil, row)
	})
}

// checkLote judges a lot by the rules of the receipt it will stand in.
func (s *Service) checkLote(in *Lote, p *problems) {
	in.Nota = clean(in.Nota)
	if problem, fix := cfdi.CheckPedimento(s.cfg.Catalog, s.today(), in.Pedimento); in.Pedimento == "" {
		p.err("Lote.Pedimento", "Falta el número de pedimento.", "Son 15 dígitos: 26  47  3807  6000123.")
	} else if problem != "" {
		p.err("Lote.Pedimento", "El pedimento "+problem+".", fix)
	}
	p.text("Lote.Nota", in.Nota, 100)
	if in.Fecha != "" {
		if _, err := time.Parse(time.DateOnly, in.Fecha); err != nil {
			p.err("Lote.Fecha", "Esa fecha no existe.", "Elígela en el calendario.")
		}
	}
	_, err := in.Cantidad.Micros()
	switch {
	case in.Cantidad.IsZero():
	case in.Cantidad.Sign() < 0:
		p.err("Lote.Cantidad", "La cantidad no puede ser negativa.", "Escribe cuánto recibiste.")
	case err != nil:
		p.err("Lote.Cantidad", "La cantidad admite hasta seis decimales y menos de un billón.", "Redondéala.")
	}
}

// SetLoteOpen closes a lot, which receipts no longer offer, or opens it again.
func (s *Service) SetLoteOpen(ctx context.Context, a store.Actor, product, id string, open bool) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.ProductLotForUpdate(ctx, product, id)
		if err != nil || row.Abierto == open {
			return err
		}
		before := row
		row.Abierto, row.UpdatedAt, row.UpdatedBy = open, store.Micros(tx.Now()), a.UserName
		if err := tx.UpdateProductLot(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "product.lot", "product/"+product, before, row)
	})
}

// RemoveLote forgets a lot. Receipts that carry its number keep it.
func (s *Service) RemoveLote(ctx context.Context, a store.Actor, product, id string) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.ProductLotForUpdate(ctx, product, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteProductLot(ctx, product, id); err != nil {
			return err
		}
		return audit(ctx, tx, a, "product.lot", "product/"+product, row, nil)
	})
}

func loteOf(r store.ProductLotRow) Lote {
	out := Lote{ID: r.ID, Pedimento: r.Pedimento, Nota: r.Nota, Fecha: r.Fecha, Abierto: r.Abierto, UpdatedBy: r.UpdatedBy}
	if d, err := decimal.Parse(r.Cantidad); err == nil { // "" is none
		out.Cantidad = d
	}
	return out
}

// Categorias lists the categories that the company's products have, at most 200.
func (s *Service) Categorias(ctx context.Context, a store.Actor) ([]string, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, err
	}
	return s.cfg.DB.View(a.Tenant).Categorias(ctx, maxLimit)
}
