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

// Customers lists one page of customers by name.
func (s *Service) Customers(ctx context.Context, a store.Actor, f Filter) (CustomerPage, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return CustomerPage{}, err
	}
	filter, view := f.rows(), s.cfg.DB.View(a.Tenant)
	rows, next, err := view.Customers(ctx, filter)
	if err != nil {
		return CustomerPage{}, err
	}
	page := CustomerPage{Next: writeCursor(next), ByWord: next.ByWord || filter.After.ByWord}
	if page.Rows, err = customersOf(rows); err != nil {
		return CustomerPage{}, err
	}
	page.Total, err = view.CountCustomers(ctx, filter)
	return page, err
}

// SearchCustomers returns the first n active customers whose words begin with those of q.
func (s *Service) SearchCustomers(ctx context.Context, a store.Actor, q string, n int) ([]Customer, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return nil, err
	}
	rows, _, err := s.cfg.DB.View(a.Tenant).Customers(ctx, store.DirectoryFilter{Q: q, Active: true, Limit: min(max(n, 1), maxLimit)})
	if err != nil {
		return nil, err
	}
	return customersOf(rows)
}

// Customer returns one customer; fail.NotFound for one that is not this company's.
func (s *Service) Customer(ctx context.Context, a store.Actor, id string) (Customer, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return Customer{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).Customer(ctx, id)
	if err != nil {
		return Customer{}, err
	}
	return customerOf(row)
}

// SaveCustomer makes (ID empty) or changes a customer and returns it as
// stored, with warnings for what was changed or looks odd. Errors:
// fail.Invalid with fields; fail.Conflict when somebody else changed it, or
// when RFC, name and key are those of another customer.
func (s *Service) SaveCustomer(ctx context.Context, a store.Actor, c Customer) (Customer, []cfdi.Finding, error) {
	if err := a.Require(store.RightCustomers); err != nil {
		return Customer{}, nil, err
	}
	place, err := s.placeOfIssue(ctx, a)
	if err != nil {
		return Customer{}, nil, err
	}
	var p problems
	p.unread(c.Unread)
	s.checkCustomer(&c, place, &p)
	taxes, err := taxesIn(ctx, s.cfg.DB.View(a.Tenant))
	if err != nil {
		return Customer{}, nil, err
	}
	checkExtras(&c, taxes, &p)
	if err := s.checkOwnAddenda(ctx, s.cfg.DB.View(a.Tenant), c.AddendaID, &p); err != nil {
		return Customer{}, nil, err
	}
	if err := s.checkSerie(ctx, a, c, &p); err != nil {
		return Customer{}, nil, err
	}
	if err := p.result("el cliente"); err != nil {
		return Customer{}, p.warnings, err
	}
	var saved Customer
	err = s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		again := problems{warnings: p.warnings[:len(p.warnings):len(p.warnings)]} // the closure may run twice
		if err := sameRfc(ctx, tx, c, &again); err != nil {
			return err
		}
		if err := checkLista(ctx, tx, c); err != nil {
			return err
		}
		saved, err = s.writeCustomer(ctx, tx, a, c)
		p = again
		return err
	})
	return saved, p.warnings, err
}

// placeOfIssue is the postal code generics take; "" while the company has none.
func (s *Service) placeOfIssue(ctx context.Context, a store.Actor) (string, error) {
	company, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return "", err
	}
	return company.LugarExpedicion, nil
}

// sameRfc warns of other customers with the RFC, and refuses a twin.
func sameRfc(ctx context.Context, tx *store.Tx, c Customer, p *problems) error {
	rows, err := tx.CustomersByRfc(ctx, c.Rfc)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.ID == c.ID {
			continue
		}
		if r.NombreFold == store.FoldLine(c.Nombre) && r.Clave == c.Clave {
			twin := fail.OnField("Rfc", "Ya tienes un cliente con ese RFC, nombre y clave. No se guardó nada: usa el que ya está o dale otra clave a esta sucursal.")
			twin.Kind = fail.Conflict
			return twin
		}
		if !generic(c.Rfc) {
			p.warn("Rfc", "Ya tienes otro cliente con este RFC: "+r.Nombre+".", "Si es otra sucursal está bien; si no, usa el que ya está.")
		}
	}
	return nil
}

// writeCustomer stores c as a new row or over the version it was read at.
func (s *Service) writeCustomer(ctx context.Context, tx *store.Tx, a store.Actor, c Customer) (Customer, error) {
	var before any
	now := store.Micros(tx.Now())
	row := store.CustomerRow{ID: c.ID, Activo: true, CreatedAt: now}
	if c.ID == "" {
		row.ID = s.cfg.NewID()
	} else {
		old, err := tx.CustomerForUpdate(ctx, c.ID)
		if err != nil {
			return Customer{}, err
		}
		if old.Version != int64(c.Version) {
			return Customer{}, stale("este cliente", old.UpdatedBy, old.UpdatedAt, s.zone())
		}
		row, before = old, old
	}
	row.Version, row.UpdatedAt, row.UpdatedBy = row.Version+1, now, a.UserName
	old := row
	if err := c.into(&row); err != nil {
		return Customer{}, err
	}
	if row.Rfc != old.Rfc || row.Nombre != old.Nombre || row.CodigoPostal != old.CodigoPostal || row.RegimenFiscal != old.RegimenFiscal {
		row.ValidadoAt, row.ValidadoResultado, row.ValidadoPor, row.ValidadoComo = 0, "", "", "" // said of other data
	}
	write := tx.UpdateCustomer
	if c.ID == "" {
		write = tx.InsertCustomer
	}
	if err := write(ctx, row); err != nil {
		return Customer{}, err
	}
	if err := useExtras(ctx, tx, c); err != nil {
		return Customer{}, err
	}
	if err := audit(ctx, tx, a, "customer.save", "customer/"+row.ID, before, row); err != nil {
		return Customer{}, err
	}
	return customerOf(row)
}

// SetCustomerActive deactivates a customer or brings it back. Receipts that
// name it stay as they are.
func (s *Service) SetCustomerActive(ctx context.Context, a store.Actor, id string, active bool) error {
	if err := a.Require(store.RightCustomers); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.CustomerForUpdate(ctx, id)
		if err != nil || row.Activo == active {
			return err
		}
		before := row
		row.Activo, row.Version, row.UpdatedAt, row.UpdatedBy = active, row.Version+1, store.Micros(tx.Now()), a.UserName
		if err := tx.UpdateCustomer(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "customer.active", "customer/"+id, before, row)
	})
}

// into writes the fields of the form into row.
func (c Customer) into(row *store.CustomerRow) error {
	mails, err := json.Marshal(c.Correos)
	if err != nil {
		return fmt.Errorf("customer addresses: %w", err)
	}
	if row.Impuestos, err = extrasJSON(c.Impuestos); err != nil {
		return fmt.Errorf("customer taxes: %w", err)
	}
	row.AddendaID = c.AddendaID
	row.Rfc, row.Nombre, row.NombreFold = c.Rfc, c.Nombre, store.FoldLine(c.Nombre)
	row.CodigoPostal, row.RegimenFiscal, row.UsoCFDI, row.Correos = c.CodigoPostal, c.RegimenFiscal, c.UsoCFDI, string(mails)
	row.ResidenciaFiscal, row.NumRegIdTrib = c.ResidenciaFiscal, c.NumRegIdTrib
	row.Telefono, row.Contacto, row.Address, row.Notas, row.Clave = c.Telefono, c.Contacto, c.Address, c.Notas, c.Clave
	row.FormaPago, row.MetodoPago, row.Moneda, row.CondicionesDePago = c.FormaPago, c.MetodoPago, c.Moneda, c.CondicionesDePago
	row.Serie, row.DiasCredito, row.LimiteCredito, row.ListaPrecios = c.Serie, int64(c.DiasCredito), nil, c.ListaPrecios
	if !c.LimiteCredito.IsZero() {
		micros, err := c.LimiteCredito.Micros()
		if err != nil {
			return fmt.Errorf("credit limit: %w", err)
		}
		row.LimiteCredito = &micros
	}
	return nil
}

func customersOf(rows []store.CustomerRow) ([]Customer, error) {
	list := make([]Customer, len(rows))
	var errs []error
	for i, r := range rows {
		var err error
		list[i], err = customerOf(r)
		errs = append(errs, err)
	}
	return list, errors.Join(errs...)
}

func customerOf(r store.CustomerRow) (Customer, error) {
	c := Customer{
		ID: r.ID, Rfc: r.Rfc, Nombre: r.Nombre, CodigoPostal: r.CodigoPostal, RegimenFiscal: r.RegimenFiscal, UsoCFDI: r.UsoCFDI,
		ResidenciaFiscal: r.ResidenciaFiscal, NumRegIdTrib: r.NumRegIdTrib, Telefono: r.Telefono, Contacto: r.Contacto,
		Address: r.Address, Notas: r.Notas, Clave: r.Clave, FormaPago: r.FormaPago, MetodoPago: r.MetodoPago, Moneda: r.Moneda,
		CondicionesDePago: r.CondicionesDePago, ListaPrecios: r.ListaPrecios, Serie: r.Serie, DiasCredito: int(r.DiasCredito), Activo: r.Activo, Version: int(r.Version),
		UpdatedAt: store.FromMicros(r.UpdatedAt), UpdatedBy: r.UpdatedBy,
	}
	c.AddendaID = r.AddendaID
	if r.ValidadoAt != 0 {
		c.Validado = Validation{store.FromMicros(r.ValidadoAt), r.ValidadoResultado, r.ValidadoPor, r.ValidadoComo}
	}
	if r.LimiteCredito != nil {
		c.LimiteCredito = decimal.FromMicros(*r.LimiteCredito)
	}
	if r.Impuestos != "" && r.Impuestos != "[]" {
		if err := json.Unmarshal([]byte(r.Impuestos), &c.Impuestos); err != nil {
			return c, fmt.Errorf("taxes of customer %s: %w", r.ID, err)
		}
	}
	if err := json.Unmarshal([]byte(r.Correos), &c.Correos); err != nil {
		return c, fmt.Errorf("addresses of customer %s: %w", r.ID, err)
	}
	return c, nil
}
