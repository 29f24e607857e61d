package shop

import (
	"context"
	"fmt"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const mostOfOne = 99 // pieces of a package in a cart

// A CartLine is one package in a cart at today's price. Was is the price that was seen
// when another.
type CartLine struct {
	Package
	Quantity int64
	Was      int64
	Amounts
}

// A Cart is what a company is about to buy. Changes say, in Spanish, in what it differs
// from what was put there; what is not sold any more is not in it.
type Cart struct {
	Lines   []CartLine
	Changes []string
	Credits int64
	Amounts
}

// Cart returns the cart of the company, mended.
func (s *Service) Cart(ctx context.Context, a store.Actor) (Cart, error) {
	if err := a.Require(store.RightBuy); err != nil {
		return Cart{}, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Cart(ctx)
	if err != nil {
		return Cart{}, err
	}
	return s.mend(ctx, s.cfg.DB.Global(), rows)
}

// mend reads a cart at today's prices.
func (s *Service) mend(ctx context.Context, g *store.GlobalView, rows []store.CartRow) (Cart, error) {
	var c Cart
	lines := map[string]int{} // package → place in c.Lines
	for _, r := range rows {
		p, name, err := s.today(ctx, g, r.PackageID)
		if err != nil {
			return c, err
		}
		if !p.on(s.micros()) {
			c.Changes = append(c.Changes, fmt.Sprintf("«%s» ya no se vende; lo quitamos de tu carrito.", name))
			continue
		}
		if p.Name != name {
			c.Changes = append(c.Changes, fmt.Sprintf("«%s» ahora se llama «%s».", name, p.Name))
		}
		i, ok := lines[p.ID]
		if !ok {
			i = len(c.Lines)
			lines[p.ID] = i
			c.Lines = append(c.Lines, CartLine{Package: p})
		}
		l := &c.Lines[i]
		l.Quantity = min(l.Quantity+r.Quantity, mostOfOne)
		if p.Price != r.Price {
			l.Was = r.Price
			c.Changes = append(c.Changes, fmt.Sprintf("«%s» cambió de precio: de $%s a $%s, más IVA.", p.Name, Pesos(r.Price), Pesos(p.Price)))
		}
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		var err error
		if l.Amounts, err = amount(l.Price, l.Quantity); err != nil {
			return c, err
		}
		c.Amounts = c.plus(l.Amounts)
		c.Credits += l.Credits * l.Quantity
	}
	return c, nil
}

// today follows a package to what took its place; name is of the one asked for.
func (s *Service) today(ctx context.Context, g *store.GlobalView, id string) (p Package, name string, err error) {
	for range 20 { // replaced so often, it is not sold
		row, err := g.Package(ctx, id)
		if err != nil {
			return Package{}, "", err
		}
		if name == "" {
			name = row.Name
		}
		if row.ReplacedBy == "" {
			return Package{row}, name, nil
		}
		id = row.ReplacedBy
	}
	return Package{store.PackageRow{WithdrawnAt: 1}}, name, nil
}

// Put has n pieces of a package in the cart; 0 takes it out. Errors: field Cantidad;
// fail.NotFound; fail.Conflict for what is not sold now.
func (s *Service) Put(ctx context.Context, a store.Actor, packageID string, n int64) error {
	return s.put(ctx, a, packageID, func(int64) int64 { return n })
}

// Add puts one more piece of a package in the cart.
func (s *Service) Add(ctx context.Context, a store.Actor, packageID string) error {
	return s.put(ctx, a, packageID, func(now int64) int64 { return min(now+1, mostOfOne) })
}

func (s *Service) put(ctx context.Context, a store.Actor, packageID string, change func(now int64) int64) error {
	if err := s.buys(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx := gtx.For(a.Tenant)
		rows, err := tx.Cart(ctx)
		if err != nil {
			return err
		}
		var now int64
		for _, r := range rows {
			p, _, err := s.today(ctx, &gtx.GlobalView, r.PackageID)
			if err != nil {
				return err
			}
			if r.PackageID == packageID || p.ID == packageID { // also under the name it had before
				now += r.Quantity
				if err := tx.DropCart(ctx, r.PackageID); err != nil {
					return err
				}
			}
		}
		n := change(now)
		switch {
		case n < 0 || n > mostOfOne:
			return fail.OnField("Cantidad", fmt.Sprintf("Escribe de 1 a %d; con 0 se quita.", mostOfOne))
		case n == 0:
			return nil
		}
		row, err := gtx.Package(ctx, packageID)
		if err != nil {
			return err
		}
		if !(Package{row}).on(s.micros()) {
			return fail.New(fail.Conflict, "Ese paquete ya no se vende. No se cobró nada: elige otro.")
		}
		return tx.PutCart(ctx, store.CartRow{PackageID: packageID, Quantity: n, Price: row.Price})
	})
}
