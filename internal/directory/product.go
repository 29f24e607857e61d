package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Products lists one page of products by description.
func (s *Service) Products(ctx context.Context, a store.Actor, f Filter) (ProductPage, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return ProductPage{}, err
	}
	filter, view := f.rows(), s.cfg.DB.View(a.Tenant)
	rows, next, err := view.Products(ctx, filter)
	if err != nil {
		return ProductPage{}, err
	}
	page := ProductPage{Next: writeCursor(next), ByWord: next.ByWord || filter.After.ByWord}
	if page.Rows, err = productsOf(rows); err != nil {
		return ProductPage{}, err
	}
	page.Total, err = view.CountProducts(ctx, filter)
	return page, err
}

// SearchProducts returns the first n active products whose words begin with those of q.
func (s *Service) SearchProducts(ctx context.Context, a store.Actor, q string, n int) ([]Product, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, err
	}
	rows, _, err := s.cfg.DB.View(a.Tenant).Products(ctx, store.DirectoryFilter{Q: q, Active: true, Limit: min(max(n, 1), maxLimit)})
	if err != nil {
		return nil, err
	}
	return productsOf(rows)
}

// Product returns one product; fail.NotFound for one that is not this company's.
func (s *Service) Product(ctx context.Context, a store.Actor, id string) (Product, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return Product{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).Product(ctx, id)
	if err != nil {
		return Product{}, err
	}
	return productOf(row)
}

// ProductsByID lists those products of the company that have one of the ids.
func (s *Service) ProductsByID(ctx context.Context, a store.Actor, ids []string) ([]Product, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).ProductsByID(ctx, unique(ids))
	if err != nil {
		return nil, err
	}
	return productsOf(rows)
}

// RecentKeys returns the SAT keys the company's products used last, at most n of each.
func (s *Service) RecentKeys(ctx context.Context, a store.Actor, n int) (Recents, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return Recents{}, err
	}
	view, n := s.cfg.DB.View(a.Tenant), min(max(n, 1), maxLimit)
	prodServ, err := view.Recents(ctx, store.RecentProdServ, n)
	if err != nil {
		return Recents{}, err
	}
	unidad, err := view.Recents(ctx, store.RecentUnidad, n)
	return Recents{ClaveProdServ: prodServ, ClaveUnidad: unidad}, err
}

// SaveProduct makes (ID empty) or changes a product and returns it as stored,
// with warnings for what looks odd. Errors: fail.Invalid with fields;
// fail.Conflict when somebody else changed it or its own key is in use.
func (s *Service) SaveProduct(ctx context.Context, a store.Actor, in Product) (Product, []cfdi.Finding, error) {
	if err := a.Require(store.RightProducts); err != nil {
		return Product{}, nil, err
	}
	var p problems
	s.checkProduct(&in, &p)
	p.unread(in.Unread)
	if err := p.result("el producto"); err != nil {
		return Product{}, p.warnings, err
	}
	var saved Product
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) (err error) {
		if err := claveFree(ctx, tx, in); err != nil {
			return err
		}
		saved, err = s.writeProduct(ctx, tx, a, in)
		return err
	})
	return saved, p.warnings, err
}

// claveFree refuses a key that another product has.
func claveFree(ctx context.Context, tx *store.Tx, in Product) error {
	if in.Clave == "" {
		return nil
	}
	other, err := tx.ProductByClave(ctx, in.Clave)
	switch {
	case fail.KindOf(err) == fail.NotFound || err == nil && other.ID == in.ID:
		return nil
	case err != nil:
		return err
	}
	taken := fail.OnField("Clave", "La clave "+in.Clave+" ya es de otro producto: "+other.Descripcion+". No se guardó nada: elige otra clave o edita aquel.")
	taken.Kind = fail.Conflict
	return taken
}

// writeProduct stores in as a new row or over the version it was read at.
func (s *Service) writeProduct(ctx context.Context, tx *store.Tx, a store.Actor, in Product) (Product, error) {
	var before any
	now := store.Micros(tx.Now())
	row := store.ProductRow{Activo: true, CreatedAt: now}
	if in.ID == "" {
		row.ID = s.cfg.NewID()
	} else {
		old, err := tx.ProductForUpdate(ctx, in.ID)
		if err != nil {
			return Product{}, err
		}
		if old.Version != int64(in.Version) {
			return Product{}, stale("este producto", old.UpdatedBy, old.UpdatedAt, s.zone())
		}
		row, before = old, old
	}
	row.Version, row.UpdatedAt, row.UpdatedBy = row.Version+1, now, a.UserName
	if err := in.into(&row); err != nil {
		return Product{}, err
	}
	write := tx.UpdateProduct
	if in.ID == "" {
		write = tx.InsertProduct
	}
	if err := write(ctx, row); err != nil {
		return Product{}, err
	}
	if err := touchKeys(ctx, tx, row); err != nil {
		return Product{}, err
	}
	if err := useTaxes(ctx, tx, in); err != nil {
		return Product{}, err
	}
	if err := audit(ctx, tx, a, "product.save", "product/"+row.ID, before, row); err != nil {
		return Product{}, err
	}
	return productOf(row)
}

func touchKeys(ctx context.Context, tx *store.Tx, row store.ProductRow) error {
	if err := tx.TouchRecent(ctx, store.RecentProdServ, row.ClaveProdServ); err != nil {
		return err
	}
	return tx.TouchRecent(ctx, store.RecentUnidad, row.ClaveUnidad)
}

// SetProductActive deactivates a product or brings it back. Receipts that
// carry it stay as they are.
func (s *Service) SetProductActive(ctx context.Context, a store.Actor, id string, active bool) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.ProductForUpdate(ctx, id)
		if err != nil || row.Activo == active {
			return err
		}
		before := row
		row.Activo, row.Version, row.UpdatedAt, row.UpdatedBy = active, row.Version+1, store.Micros(tx.Now()), a.UserName
		if err := tx.UpdateProduct(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "product.active", "product/"+id, before, row)
	})
}

// into writes the fields of the form into row.
func (in Product) into(row *store.ProductRow) error {
	traslados, err := json.Marshal(in.Traslados)
	if err != nil {
		return fmt.Errorf("product taxes: %w", err)
	}
	retenciones, err := json.Marshal(in.Retenciones)
	if err != nil {
		return fmt.Errorf("product taxes: %w", err)
	}
	row.Precio = nil
	if !in.Precio.IsZero() {
		micros, err := in.Precio.Micros()
		if err != nil {
			return fmt.Errorf("product price: %w", err)
		}
		row.Precio = &micros
	}
	row.Clave, row.Descripcion, row.DescripcionFold = in.Clave, in.Descripcion, store.FoldLine(in.Descripcion)
	row.ClaveProdServ, row.ClaveUnidad, row.Unidad, row.Moneda = in.ClaveProdServ, in.ClaveUnidad, in.Unidad, in.Moneda
	row.PrecioIncluyeImpuestos, row.ObjetoImp, row.CuentaPredial = in.PrecioIncluyeImpuestos, in.ObjetoImp, in.CuentaPredial
	row.Traslados, row.Retenciones = string(traslados), string(retenciones)
	row.Categoria, row.CategoriaFold, row.PesoEnKg = in.Categoria, store.FoldLine(in.Categoria), in.PesoEnKg.String()
	row.MaterialPeligroso, row.CveMaterialPeligroso, row.Embalaje = in.MaterialPeligroso, in.CveMaterialPeligroso, in.Embalaje
	return nil
}

func productsOf(rows []store.ProductRow) ([]Product, error) {
	list := make([]Product, len(rows))
	var errs []error
	for i, r := range rows {
		var err error
		list[i], err = productOf(r)
		errs = append(errs, err)
	}
	return list, errors.Join(errs...)
}

func productOf(r store.ProductRow) (Product, error) {
	out := Product{
		ID: r.ID, Clave: r.Clave, Descripcion: r.Descripcion, ClaveProdServ: r.ClaveProdServ, ClaveUnidad: r.ClaveUnidad,
		Unidad: r.Unidad, Moneda: r.Moneda, PrecioIncluyeImpuestos: r.PrecioIncluyeImpuestos, ObjetoImp: r.ObjetoImp,
		CuentaPredial: r.CuentaPredial, Categoria: r.Categoria, MaterialPeligroso: r.MaterialPeligroso, CveMaterialPeligroso: r.CveMaterialPeligroso,
		Embalaje: r.Embalaje, Imagen: r.Imagen, Activo: r.Activo, Version: int(r.Version),
		UpdatedAt: store.FromMicros(r.UpdatedAt), UpdatedBy: r.UpdatedBy,
	}
	if r.Precio != nil {
		out.Precio = decimal.FromMicros(*r.Precio)
	}
	if r.PesoEnKg != "" {
		peso, err := decimal.Parse(r.PesoEnKg)
		if err != nil {
			return out, fmt.Errorf("weight of product %s: %w", r.ID, err)
		}
		out.PesoEnKg = peso
	}
	err := errors.Join(json.Unmarshal([]byte(r.Traslados), &out.Traslados), json.Unmarshal([]byte(r.Retenciones), &out.Retenciones))
	if err != nil {
		return out, fmt.Errorf("taxes of product %s: %w", r.ID, err)
	}
	return out, nil
}
