package directory

import (
	"context"
	"fmt"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// maxPriceLists is how many lists of prices a company has at most.
const maxPriceLists = 50

// A PriceList is a list of prices that customers buy by. A product without a price in
// it costs its own, less Descuento.
type PriceList struct {
	ID        string
	Nombre    string
	Moneda    string
	Descuento decimal.Decimal // per cent, absent without one
	Activa    bool
	Precios   int // how many prices it has
	Version   int // the one read; an older one is a fail.Conflict
	UpdatedAt time.Time
	UpdatedBy string
	Unread    []fail.Field
}

// A ListPrice is a product with what it costs in a list.
type ListPrice struct {
	Product
	EnLista decimal.Decimal // absent when the list has no price of it
}

// A PricePage is one page of the products with their prices in a list, as [ProductPage].
type PricePage struct {
	List   PriceList
	Rows   []ListPrice
	Next   string
	ByWord bool
	Total  int
}

// A PriceChange is a price that was typed. Before is what stood there when it was read,
// both absent for none; Path is its field.
type PriceChange struct {
	ProductID     string
	Before, Price decimal.Decimal
	Path          string
}

// PriceLists lists the lists of the company by name.
func (s *Service) PriceLists(ctx context.Context, a store.Actor) ([]PriceList, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, err
	}
	v := s.cfg.DB.View(a.Tenant)
	rows, err := v.PriceLists(ctx, maxPriceLists)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	counts, err := v.CountPrices(ctx)
	list := make([]PriceList, len(rows))
	for i, r := range rows {
		list[i] = priceListOf(r)
		list[i].Precios = counts[r.ID]
	}
	return list, err
}

// PriceList returns one list, without the count of its prices; fail.NotFound for one
// that is not this company's.
func (s *Service) PriceList(ctx context.Context, a store.Actor, id string) (PriceList, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return PriceList{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).PriceList(ctx, id)
	return priceListOf(row), err
}

// PriceListUsed reports whether a customer buys by the list.
func (s *Service) PriceListUsed(ctx context.Context, a store.Actor, id string) (bool, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return false, err
	}
	return s.cfg.DB.View(a.Tenant).PriceListUsed(ctx, id)
}

// SavePriceList makes (ID empty) or changes a list. Errors: fail.Invalid with fields;
// fail.Conflict when somebody else changed it or its name is in use.
func (s *Service) SavePriceList(ctx context.Context, a store.Actor, in PriceList) (PriceList, error) {
	if err := a.Require(store.RightProducts); err != nil {
		return PriceList{}, err
	}
	var p problems
	s.checkPriceList(&in, &p)
	p.unread(in.Unread)
	if err := p.result("la lista"); err != nil {
		return PriceList{}, err
	}
	var saved PriceList
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		now := store.Micros(tx.Now())
		row, before, write := store.PriceListRow{ID: in.ID, Activa: true, CreatedAt: now}, any(nil), tx.UpdatePriceList
		if in.ID != "" {
			old, err := tx.PriceListForUpdate(ctx, in.ID)
			if err != nil {
				return err
			}
			if old.Version != int64(in.Version) {
				return stale("esta lista", old.UpdatedBy, old.UpdatedAt, s.zone())
			}
			row, before = old, old
		}
		fold := store.FoldLine(in.Nombre)
		all, err := tx.PriceLists(ctx, maxPriceLists)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.NombreFold == fold && x.ID != in.ID {
				taken := fail.OnField("Nombre", "Ya tienes una lista con ese nombre. No se guardó nada: elige otro.")
				taken.Kind = fail.Conflict
				return taken
			}
		}
		if in.ID == "" {
			if len(all) == maxPriceLists {
				return fail.OnField("Nombre", fmt.Sprintf("Ya tienes %d listas, que es lo más. No se guardó nada: elimina una que ya no uses.", maxPriceLists))
			}
			row.ID, write = s.cfg.NewID(), tx.InsertPriceList
		}
		row.Nombre, row.NombreFold, row.Moneda, row.Descuento = in.Nombre, fold, in.Moneda, in.Descuento.String()
		row.Version, row.UpdatedAt, row.UpdatedBy = row.Version+1, now, a.UserName
		if err := write(ctx, row); err != nil {
			return err
		}
		saved = priceListOf(row)
		return audit(ctx, tx, a, "pricelist.save", "pricelist/"+row.ID, before, row)
	})
	return saved, err
}

func (s *Service) checkPriceList(in *PriceList, p *problems) {
	in.Nombre = clean(in.Nombre)
	if store.FoldLine(in.Nombre) == "" {
		p.err("Nombre", "Falta el nombre de la lista.", "Por ejemplo: Mayoreo, Distribuidores.")
	}
	p.text("Nombre", in.Nombre, 60)
	if moneda, ok := s.cfg.Catalog.Moneda(in.Moneda); !ok || in.Moneda == "XXX" || !moneda.InForce(s.today()) {
		p.err("Moneda", "Esa moneda no sirve para facturar.", "Elige una de la lista, por ejemplo MXN o USD.")
	}
	switch {
	case in.Descuento.IsZero():
	case in.Descuento.Sign() < 0 || in.Descuento.Cmp(decimal.FromInt(100)) > 0:
		p.err("Descuento", "El descuento va de 0 a 100 por ciento.", "Escribe sólo el número: 10.")
	case in.Descuento.Scale() > 4:
		p.err("Descuento", "El descuento admite hasta cuatro decimales.", "Redondéalo.")
	case in.Descuento.Sign() == 0:
		in.Descuento = decimal.Decimal{}
	}
}

// SetPriceListActive deactivates a list, by which nobody buys then, or brings it back.
func (s *Service) SetPriceListActive(ctx context.Context, a store.Actor, id string, active bool) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.PriceListForUpdate(ctx, id)
		if err != nil || row.Activa == active {
			return err
		}
		before := row
		row.Activa, row.Version, row.UpdatedAt, row.UpdatedBy = active, row.Version+1, store.Micros(tx.Now()), a.UserName
		if err := tx.UpdatePriceList(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "pricelist.active", "pricelist/"+id, before, row)
	})
}

// DeletePriceList forgets a list and its prices; fail.Conflict when a customer buys by it.
func (s *Service) DeletePriceList(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.PriceListForUpdate(ctx, id)
		if err != nil {
			return err
		}
		switch used, err := tx.PriceListUsed(ctx, id); {
		case err != nil:
			return err
		case used:
			return fail.New(fail.Conflict, "No se eliminó: hay clientes que compran con esta lista. Desactívala y se les cobra el precio de cada producto, o cámbiales la lista primero.")
		}
		if err := tx.DeletePriceList(ctx, id); err != nil {
			return err
		}
		return audit(ctx, tx, a, "pricelist.delete", "pricelist/"+id, row, nil)
	})
}

// ListPrices lists one page of the products of f with their prices in a list, in two
// questions however many there are.
func (s *Service) ListPrices(ctx context.Context, a store.Actor, id string, f Filter) (PricePage, error) {
	list, err := s.PriceList(ctx, a, id)
	if err != nil {
		return PricePage{}, err
	}
	products, err := s.Products(ctx, a, f)
	if err != nil {
		return PricePage{}, err
	}
	page := PricePage{List: list, Next: products.Next, ByWord: products.ByWord, Total: products.Total}
	ids := make([]string, len(products.Rows))
	for i, p := range products.Rows {
		ids[i] = p.ID
	}
	prices, err := s.cfg.DB.View(a.Tenant).Prices(ctx, id, ids)
	at := pricesByProduct(prices)
	for _, p := range products.Rows {
		page.Rows = append(page.Rows, ListPrice{Product: p, EnLista: at[p.ID]})
	}
	return page, err
}

func pricesByProduct(rows []store.PriceRow) map[string]decimal.Decimal {
	at := map[string]decimal.Decimal{}
	for _, r := range rows {
		at[r.ProductID] = decimal.FromMicros(r.Precio)
	}
	return at
}

// SavePrices writes the prices that were changed, all of them or none, and says how many
// those were. One that somebody else changed meanwhile is a fail.Conflict at its field.
func (s *Service) SavePrices(ctx context.Context, a store.Actor, id string, changes []PriceChange) (int, error) {
	if err := a.Require(store.RightProducts); err != nil {
		return 0, err
	}
	if len(changes) > maxLimit {
		return 0, fail.New(fail.Invalid, "Son demasiados precios de una vez. No se guardó nada.")
	}
	written := 0
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		written = 0
		if _, err := tx.PriceListForUpdate(ctx, id); err != nil {
			return err
		}
		var ids []string
		for _, c := range changes {
			ids = append(ids, c.ProductID)
		}
		rows, err := tx.Prices(ctx, id, unique(ids))
		if err != nil {
			return err
		}
		now, p, conflict := pricesByProduct(rows), problems{}, false
		before, after := map[string]string{}, map[string]string{}
		for _, c := range changes {
			stands := now[c.ProductID]
			if c.Price.Equal(c.Before) || c.Price.Equal(stands) {
				continue
			}
			checkListPrice(c, &p)
			if !c.Before.Equal(stands) {
				conflict = true
				p.err(c.Path, "Alguien lo cambió mientras tanto: ahora dice "+priceText(stands)+".", "Guarda otra vez si quieres el tuyo.")
			}
			before[c.ProductID], after[c.ProductID] = stands.String(), c.Price.String()
		}
		if len(p.fields) > 0 {
			refused := fail.WithFields("No se guardó ningún precio: revisa los campos marcados.", p.fields...)
			if conflict {
				refused.Kind = fail.Conflict
			}
			return refused
		}
		for _, c := range changes {
			if _, ok := after[c.ProductID]; !ok {
				continue
			}
			if err := s.writePrice(ctx, tx, a, id, c.ProductID, c.Price); err != nil {
				return err
			}
			written++
		}
		if written == 0 {
			return nil
		}
		return audit(ctx, tx, a, "pricelist.prices", "pricelist/"+id, before, after)
	})
	return written, err
}

func priceText(d decimal.Decimal) string {
	if d.IsZero() {
		return "que no tiene precio"
	}
	return d.String()
}

func checkListPrice(c PriceChange, p *problems) {
	_, err := c.Price.Micros()
	switch {
	case c.Price.IsZero():
	case c.Price.Sign() < 0:
		p.err(c.Path, "El precio no puede ser negativo.", "Escríbelo sin signo, o bórralo.")
	case err != nil:
		p.err(c.Path, "El precio admite hasta seis decimales y menos de un billón.", "Redondéalo.")
	}
}

// writePrice keeps the price of a product of this company, or takes it away when it is absent.
func (s *Service) writePrice(ctx context.Context, tx *store.Tx, a store.Actor, list, product string, price decimal.Decimal) error {
	if price.IsZero() {
		return tx.DeletePrice(ctx, list, product)
	}
	if _, err := tx.Product(ctx, product); err != nil {
		return err
	}
	micros, err := price.Micros()
	if err != nil {
		return fmt.Errorf("price: %w", err)
	}
	return tx.PutPrice(ctx, store.PriceRow{ListID: list, ProductID: product, Precio: micros, UpdatedAt: store.Micros(tx.Now()), UpdatedBy: a.UserName})
}

// A Quote is what a product costs a customer in a currency.
type Quote struct {
	Precio    decimal.Decimal
	Descuento decimal.Decimal // per cent, absent without one
	Note      string          // why the list of the customer was not taken, "" when it was or there is none
}

// Quotes tells what products cost a customer, by their ids, on a receipt in moneda.
// Where its list of prices says nothing, the product's own price stands. A customer or
// product that is not known, or may not be seen, has none.
func (s *Service) Quotes(ctx context.Context, a store.Actor, customer, moneda string, products []Product) (map[string]Quote, error) {
	out := map[string]Quote{}
	for _, p := range products {
		out[p.ID] = Quote{Precio: p.Precio}
	}
	if customer == "" || len(products) == 0 || !a.Holds(store.RightSeeCustomers) || !a.Holds(store.RightSeeProducts) {
		return out, nil
	}
	v := s.cfg.DB.View(a.Tenant)
	c, err := v.Customer(ctx, customer)
	if fail.KindOf(err) == fail.NotFound || err == nil && c.ListaPrecios == "" {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	row, err := v.PriceList(ctx, c.ListaPrecios)
	if fail.KindOf(err) == fail.NotFound || err == nil && !row.Activa {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	list, ids := priceListOf(row), make([]string, len(products))
	for i, p := range products {
		ids[i] = p.ID
	}
	prices, err := v.Prices(ctx, list.ID, ids)
	at := pricesByProduct(prices)
	for _, p := range products {
		out[p.ID] = list.quote(p, at[p.ID], moneda)
	}
	return out, err
}

// quote is what a product costs by the list, whose price of it may be absent.
func (l PriceList) quote(p Product, price decimal.Decimal, moneda string) Quote {
	own := Quote{Precio: p.Precio}
	switch {
	case l.Moneda != moneda:
		own.Note = "La lista «" + l.Nombre + "» está en " + l.Moneda + " y el comprobante en " + moneda + ": quedó el precio del producto."
	case !price.IsZero():
		return Quote{Precio: price}
	case l.Descuento.IsZero() || p.Precio.IsZero():
	case p.Moneda != l.Moneda:
		own.Note = "El precio del producto está en " + p.Moneda + " y la lista «" + l.Nombre + "» en " + l.Moneda + ": quedó sin el descuento de la lista."
	default:
		own.Descuento = l.Descuento
	}
	return own
}

func priceListOf(r store.PriceListRow) PriceList {
	out := PriceList{ID: r.ID, Nombre: r.Nombre, Moneda: r.Moneda, Activa: r.Activa, Version: int(r.Version), UpdatedAt: store.FromMicros(r.UpdatedAt), UpdatedBy: r.UpdatedBy}
	if d, err := decimal.Parse(r.Descuento); err == nil { // "" is none
		out.Descuento = d
	}
	return out
}

// checkLista refuses a list of prices that is not there, in the transaction that writes
// its customer.
func checkLista(ctx context.Context, tx *store.Tx, c Customer) error {
	if c.ListaPrecios == "" {
		return nil
	}
	_, err := tx.PriceListForUpdate(ctx, c.ListaPrecios)
	if fail.KindOf(err) == fail.NotFound {
		return fail.OnField("ListaPrecios", "Esa lista de precios ya no existe. No se guardó nada: elige otra.")
	}
	return err
}
