package directory

import (
	"context"
	"strings"
	"time"

	"iofacturo.mx/internal/store"
)

// A Bounce says that an address of a customer refused a receipt. Reason is Spanish.
type Bounce struct {
	At     time.Time
	Reason string
}

// Bounces are those addresses of the customers that refused a receipt for good, by the
// address in lower case. An address that is corrected is another one; a mail that
// arrives takes the mark off.
type Bounces map[string]Bounce

// Of returns the bounce of an address, if it has one.
func (b Bounces) Of(address string) (Bounce, bool) {
	x, ok := b[strings.ToLower(address)]
	return x, ok
}

// Bounces returns the addresses of customers that refused a receipt.
func (s *Service) Bounces(ctx context.Context, a store.Actor, customers ...Customer) (Bounces, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return nil, err
	}
	var addresses []string
	for _, c := range customers {
		for _, m := range c.Correos {
			if m.Direccion != "" {
				addresses = append(addresses, m.Direccion)
			}
		}
	}
	rows, err := s.cfg.DB.View(a.Tenant).Bounces(ctx, addresses)
	if err != nil {
		return nil, err
	}
	list := Bounces{}
	for _, r := range rows {
		list[r.Address] = Bounce{store.FromMicros(r.BouncedAt), r.Reason}
	}
	return list, nil
}
