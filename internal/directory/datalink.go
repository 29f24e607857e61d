package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// Actualiza tus datos (manual §13.2): the company makes a link that its customer
// opens without an account to fill its own data. What the customer sends changes
// nothing: it waits as a proposal until somebody of the company accepts it.
//
// Whoever holds the link reads the name of the company and RFC, name, postal
// code, regime and use of that one customer, once and for seven days; never its
// addresses, its notes, its terms, nor anything else of the company.

const (
	dataLinkLife  = 7 * 24 * time.Hour
	dataLinkPause = time.Minute // between two to one customer or address
	mostDataLinks = 300         // of a company in 24 hours
	mostWaiting   = 200         // shown in a list
)

var (
	// ErrLinkGone is a link that was answered, withdrawn, expired or never was: all the same to its holder.
	ErrLinkGone = errors.New("directory: this link opens nothing")
	// ErrTooMany is somebody who does something too often.
	ErrTooMany = errors.New("directory: too often")
)

// A DataLink is one link and what came of it.
type DataLink struct {
	ID         string
	CustomerID string // "" until a link for a new customer is accepted
	Nombre     string // of the customer now, "" for a new one
	Correo     string // where it was mailed, "" when it was only copied
	AskedBy    string
	CreatedAt  time.Time
	ExpiresAt  time.Time
	AnsweredAt time.Time // zero while nobody answered
	Waiting    bool      // it was answered and is to be decided
	Stored     Customer  // as it is now; the zero Customer for a new one
	Proposed   Customer  // as it would be, when Waiting
}

// Fresh reports whether it would make a new customer.
func (l DataLink) Fresh() bool { return l.CustomerID == "" }

// A DataForm is what the holder of a link sees.
type DataForm struct {
	Empresa   string // name of the company that asks
	Customer  Customer
	ExpiresAt time.Time
}

// dataMail mails a link. Its token is made when the mail is, so that no queue holds one.
type dataMail struct {
	Link string `json:"link"`
}

// Kind names the job.
func (dataMail) Kind() string { return "directory.data_link" }

// Jobs are what runs for this service.
func (s *Service) Jobs() []job.Def { return []job.Def{job.Define(s.mailDataLink)} }

// AskData makes a link for a customer, or for a new one when customerID is empty,
// and returns its address, which is told this once. With correo the link is mailed
// there too; a new customer needs it. A link made before for the same customer ends.
// Errors: field Correo; fail.NotFound; [ErrTooMany].
func (s *Service) AskData(ctx context.Context, a store.Actor, customerID, correo string) (link DataLink, address string, err error) {
	if err := a.Require(store.RightCustomers); err != nil {
		return DataLink{}, "", err
	}
	if correo = strings.TrimSpace(correo); correo != "" {
		if correo, err = send.ParseAddress(correo); err != nil {
			return DataLink{}, "", fail.OnField("Correo", fail.MessageOf(err))
		}
	} else if customerID == "" {
		return DataLink{}, "", fail.OnField("Correo", "Escribe el correo de tu cliente: ahí le llega el enlace.")
	}
	token, hash, err := door.NewToken()
	if err != nil {
		return DataLink{}, "", err
	}
	now := s.cfg.Now()
	row := store.DataLinkRow{
		ID: s.cfg.NewID(), CustomerID: customerID, Correo: correo, State: store.DataLinkOpen, AskedBy: a.UserName,
		CreatedAt: store.Micros(now), ExpiresAt: store.Micros(now.Add(dataLinkLife)),
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.Tenant)
		if customerID != "" {
			if _, err := own.Customer(ctx, customerID); err != nil {
				return err
			}
		}
		if err := s.endBefore(ctx, tx, a, row); err != nil {
			return err
		}
		if err := own.InsertDataLink(ctx, row); err != nil {
			return err
		}
		if err := tx.InsertLink(ctx, linkOf(a.Tenant, row, hash, row.CreatedAt)); err != nil {
			return err
		}
		if correo != "" {
			if err := job.Enqueue(ctx, own, dataMail{row.ID}, job.Options{Key: row.ID, MaxAttempts: 16}); err != nil {
				return err
			}
		}
		return audit(ctx, own, a, "customer.link", "data_link/"+row.ID, nil, row)
	})
	return dataLinkOf(row), s.cfg.BaseURL + "/datos/" + token, err
}

func linkOf(t store.Tenant, row store.DataLinkRow, hash string, at int64) store.LinkRow {
	return store.LinkRow{TokenHash: hash, Kind: store.LinkData, Subject: row.ID, TenantID: t.ID(), CreatedAt: at, ExpiresAt: row.ExpiresAt}
}

// endBefore holds the limits and withdraws the open links that row comes after.
func (s *Service) endBefore(ctx context.Context, tx *store.GlobalTx, a store.Actor, row store.DataLinkRow) error {
	own := tx.For(a.Tenant)
	made, err := own.CountDataLinks(ctx, row.CreatedAt-(24*time.Hour).Microseconds(), mostDataLinks)
	if err != nil {
		return err
	}
	if made >= mostDataLinks {
		return fail.Wrap(fail.Denied, fmt.Sprintf("Tu empresa ya pidió datos a %d clientes en las últimas 24 horas. No se hizo el enlace; inténtalo mañana.", mostDataLinks), ErrTooMany)
	}
	before, err := own.DataLinksOf(ctx, row.CustomerID, 20)
	if err != nil {
		return err
	}
	for _, old := range before {
		if row.CustomerID == "" && old.Correo != row.Correo {
			continue
		}
		if row.CreatedAt-old.CreatedAt < dataLinkPause.Microseconds() {
			return fail.Wrap(fail.Denied, "Acabas de hacer un enlace para este cliente. Espera un minuto antes de hacer otro; el anterior sigue en pie.", ErrTooMany)
		}
		if old.State != store.DataLinkOpen {
			continue
		}
		if err := s.end(ctx, tx, a, old, store.DataLinkWithdrawn); err != nil {
			return err
		}
	}
	return nil
}

// end closes a link for good: its tokens open nothing and what it proposed is forgotten.
func (s *Service) end(ctx context.Context, tx *store.GlobalTx, a store.Actor, row store.DataLinkRow, state string) error {
	row.State, row.Proposal, row.DecidedAt, row.DecidedBy = state, "", store.Micros(s.cfg.Now()), a.UserName
	if err := tx.DropLinks(ctx, store.LinkData, row.ID); err != nil {
		return err
	}
	return tx.For(a.Tenant).UpdateDataLink(ctx, row)
}

// opened returns the open link of a token. Everything else is [ErrLinkGone].
func (s *Service) opened(ctx context.Context, g *store.GlobalView, token string) (store.LinkRow, store.DataLinkRow, error) {
	gone := fail.Wrap(fail.NotFound, "Este enlace ya no sirve. Pide otro a la empresa que te lo envió.", ErrLinkGone)
	link, err := g.Link(ctx, store.LinkData, door.Hash(token))
	if fail.KindOf(err) == fail.NotFound || err == nil && (link.UsedAt != 0 || store.Micros(s.cfg.Now()) > link.ExpiresAt) {
		return link, store.DataLinkRow{}, gone
	}
	if err != nil {
		return link, store.DataLinkRow{}, err
	}
	company, err := g.TenantByID(ctx, link.TenantID)
	if err != nil || !company.Open() {
		return link, store.DataLinkRow{}, errors.Join(ignoreAbsent(err), gone)
	}
	row, err := s.cfg.DB.View(link.Tenant()).DataLink(ctx, link.Subject)
	if err == nil && row.State != store.DataLinkOpen || fail.KindOf(err) == fail.NotFound && err != nil {
		return link, row, gone
	}
	return link, row, err
}

func ignoreAbsent(err error) error {
	if err == nil || fail.KindOf(err) == fail.NotFound {
		return nil
	}
	return err
}

// DataForm is the page of a link: what the company has of that customer, without
// what a stranger who found the link could misuse. It changes nothing. Errors:
// [ErrLinkGone]; [ErrTooMany] by the network address ip.
func (s *Service) DataForm(ctx context.Context, token, ip string) (DataForm, error) {
	if err := s.knock(ip); err != nil {
		return DataForm{}, err
	}
	link, row, err := s.opened(ctx, s.cfg.DB.Global(), token)
	if err != nil {
		return DataForm{}, err
	}
	view := s.cfg.DB.View(link.Tenant())
	company, err := view.Company(ctx)
	if err != nil {
		return DataForm{}, err
	}
	form := DataForm{Empresa: company.Nombre, ExpiresAt: store.FromMicros(row.ExpiresAt), Customer: Customer{UsoCFDI: "G03"}}
	if company.NombreComercial != "" {
		form.Empresa = company.NombreComercial
	}
	if row.CustomerID == "" {
		return form, nil
	}
	stored, err := view.Customer(ctx, row.CustomerID)
	if err != nil {
		return form, errors.Join(ignoreAbsent(err), fail.Wrap(fail.NotFound, "Este enlace ya no sirve.", ErrLinkGone))
	}
	if !generic(stored.Rfc) {
		form.Customer = Customer{
			Rfc: stored.Rfc, Nombre: stored.Nombre, CodigoPostal: stored.CodigoPostal, RegimenFiscal: stored.RegimenFiscal, UsoCFDI: stored.UsoCFDI,
		}
	}
	return form, nil
}

func (s *Service) knock(ip string) error {
	if s.knocks.Allow(ip, s.cfg.Now()) {
		return nil
	}
	return fail.Wrap(fail.Denied, "Recibimos muchas solicitudes desde tu conexión. Espera un momento e inténtalo de nuevo; lo que escribiste sigue aquí.", ErrTooMany)
}

// ReviewProposal tells what is wrong or odd in what the holder of a link typed,
// and how it is mended. Errors as [Service.DataForm].
func (s *Service) ReviewProposal(ctx context.Context, token, ip string, c Customer) (Review, error) {
	if err := s.knock(ip); err != nil {
		return Review{}, err
	}
	if _, _, err := s.opened(ctx, s.cfg.DB.Global(), token); err != nil {
		return Review{}, err
	}
	return s.review(proposal(c), "", true), nil
}

// ProposeData sends what the holder of a link typed to the company, and ends the
// link. RFC, name, postal code, regime, use, mail addresses and address are taken of
// c, nothing else. Errors: fail.Invalid with fields; as [Service.DataForm].
func (s *Service) ProposeData(ctx context.Context, token, ip string, c Customer) error {
	if err := s.knock(ip); err != nil {
		return err
	}
	if _, _, err := s.opened(ctx, s.cfg.DB.Global(), token); err != nil {
		return err
	}
	c = proposal(c)
	var p problems
	s.checkProposal(&c, &p)
	if len(p.fields) > 0 {
		return fail.WithFields("Falta corregir lo marcado. No se envió nada todavía.", p.fields...)
	}
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("proposal: %w", err)
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		link, row, err := s.opened(ctx, &tx.GlobalView, token)
		if err != nil {
			return err
		}
		own := tx.For(link.Tenant())
		if row, err = own.DataLinkForUpdate(ctx, row.ID); err != nil || row.State != store.DataLinkOpen {
			return errors.Join(err, fail.Wrap(fail.NotFound, "Este enlace ya no sirve.", ErrLinkGone))
		}
		now := store.Micros(s.cfg.Now())
		if err := tx.SpendLinks(ctx, store.LinkData, row.ID, now); err != nil {
			return err
		}
		row.State, row.Proposal, row.AnsweredAt = store.DataLinkAnswered, string(body), now
		if err := own.UpdateDataLink(ctx, row); err != nil {
			return err
		}
		holder := store.Actor{Tenant: link.Tenant(), IP: ip}
		return audit(ctx, own, holder, "customer.proposed", "data_link/"+row.ID, nil, c)
	})
}

// proposal is what a customer may say of itself.
func proposal(c Customer) Customer {
	return Customer{Rfc: c.Rfc, Nombre: c.Nombre, CodigoPostal: c.CodigoPostal, RegimenFiscal: c.RegimenFiscal, UsoCFDI: c.UsoCFDI, Correos: c.Correos, Address: c.Address}
}

// checkProposal is checkCustomer for who fills its own data: with an RFC of its own.
func (s *Service) checkProposal(c *Customer, p *problems) {
	c.trim()
	if generic(c.Rfc) {
		p.err("Rfc", "Escribe tu propio RFC: ese es el genérico.", "Si eres extranjero o no tienes RFC, díselo a la empresa.")
		checkMails(c, p)
		return
	}
	s.checkCustomer(c, "", p)
}

// DataLinks lists the links that wait: those answered and to be decided, and those
// that nobody answered yet, each newest first, at most 200 of each.
func (s *Service) DataLinks(ctx context.Context, a store.Actor) (waiting, open []DataLink, err error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return nil, nil, err
	}
	view := s.cfg.DB.View(a.Tenant)
	names := map[string]string{}
	for _, one := range []struct {
		state string
		into  *[]DataLink
	}{{store.DataLinkAnswered, &waiting}, {store.DataLinkOpen, &open}} {
		rows, err := view.DataLinks(ctx, one.state, mostWaiting)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			if r.State == store.DataLinkOpen && r.ExpiresAt < store.Micros(s.cfg.Now()) {
				continue
			}
			*one.into = append(*one.into, dataLinkOf(r))
			names[r.CustomerID] = ""
		}
	}
	delete(names, "")
	if err := view.CustomerNames(ctx, names); err != nil {
		return nil, nil, err
	}
	for _, list := range [][]DataLink{waiting, open} {
		for i := range list {
			list[i].Nombre = names[list[i].CustomerID]
		}
	}
	return waiting, open, nil
}

// Proposals are the answered links by their customer, for the mark in its row.
func (s *Service) Proposals(ctx context.Context, a store.Actor) (map[string]string, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).DataLinks(ctx, store.DataLinkAnswered, mostWaiting)
	byCustomer := map[string]string{}
	for _, r := range rows {
		byCustomer[r.CustomerID] = r.ID
	}
	return byCustomer, err
}

// DataLink returns one link with both sides of its proposal; fail.NotFound for one
// that is not this company's.
func (s *Service) DataLink(ctx context.Context, a store.Actor, id string) (DataLink, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return DataLink{}, err
	}
	view := s.cfg.DB.View(a.Tenant)
	row, err := view.DataLink(ctx, id)
	if err != nil {
		return DataLink{}, err
	}
	return s.withProposal(ctx, view, row)
}

// withProposal puts what is stored and what would be beside each other.
func (s *Service) withProposal(ctx context.Context, view *store.View, row store.DataLinkRow) (DataLink, error) {
	link := dataLinkOf(row)
	if row.CustomerID != "" {
		stored, err := view.Customer(ctx, row.CustomerID)
		if err != nil {
			return link, err
		}
		if link.Stored, err = customerOf(stored); err != nil {
			return link, err
		}
		link.Nombre = stored.Nombre
	}
	if !link.Waiting {
		return link, nil
	}
	var told Customer
	if err := json.Unmarshal([]byte(row.Proposal), &told); err != nil {
		return link, fmt.Errorf("proposal of %s: %w", row.ID, err)
	}
	link.Proposed = link.Stored
	link.Proposed.Rfc, link.Proposed.Nombre, link.Proposed.CodigoPostal = told.Rfc, told.Nombre, told.CodigoPostal
	link.Proposed.RegimenFiscal, link.Proposed.UsoCFDI = told.RegimenFiscal, told.UsoCFDI
	if told.Address != (store.Address{}) { // whoever writes an address writes all of it
		link.Proposed.Address = told.Address
	}
	if len(told.Correos) > 0 {
		link.Proposed.Correos = told.Correos
	}
	return link, nil
}

func dataLinkOf(r store.DataLinkRow) DataLink {
	l := DataLink{
		ID: r.ID, CustomerID: r.CustomerID, Correo: r.Correo, AskedBy: r.AskedBy, CreatedAt: store.FromMicros(r.CreatedAt),
		ExpiresAt: store.FromMicros(r.ExpiresAt), Waiting: r.State == store.DataLinkAnswered,
	}
	if r.AnsweredAt != 0 {
		l.AnsweredAt = store.FromMicros(r.AnsweredAt)
	}
	return l
}

// AcceptData stores a proposal over the version of the customer that was shown, as
// [Service.SaveCustomer] does, and notes the link it came by. Errors as there;
// fail.Conflict when it was decided already.
func (s *Service) AcceptData(ctx context.Context, a store.Actor, id string, version int) (Customer, []cfdi.Finding, error) {
	if err := a.Require(store.RightCustomers); err != nil {
		return Customer{}, nil, err
	}
	link, err := s.DataLink(ctx, a, id)
	if err != nil {
		return Customer{}, nil, err
	}
	if !link.Waiting {
		return Customer{}, nil, decided()
	}
	place, err := s.placeOfIssue(ctx, a)
	if err != nil {
		return Customer{}, nil, err
	}
	c := link.Proposed
	c.Version = version
	var p problems
	s.checkCustomer(&c, place, &p)
	if err := p.result("el cliente"); err != nil {
		return Customer{}, p.warnings, err
	}
	var saved Customer
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.Tenant)
		row, err := own.DataLinkForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if row.State != store.DataLinkAnswered {
			return decided()
		}
		again := problems{warnings: p.warnings[:len(p.warnings):len(p.warnings)]} // the closure may run twice
		if err := sameRfc(ctx, own, c, &again); err != nil {
			return err
		}
		if saved, err = s.writeCustomer(ctx, own, a, c); err != nil {
			return err
		}
		p, row.CustomerID = again, saved.ID
		if err := s.end(ctx, tx, a, row, store.DataLinkAccepted); err != nil {
			return err
		}
		return audit(ctx, own, a, "customer.accepted", "data_link/"+id, nil, map[string]string{"customer": saved.ID})
	})
	return saved, p.warnings, err
}

func decided() error {
	return fail.New(fail.Conflict, "Esta propuesta ya se había resuelto. No se cambió nada más.")
}

// DropData rejects a proposal, or withdraws a link that nobody answered; either way
// its link opens nothing any more. fail.Conflict when it was decided already.
func (s *Service) DropData(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightCustomers); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.Tenant)
		row, err := own.DataLinkForUpdate(ctx, id)
		if err != nil {
			return err
		}
		state := store.DataLinkRejected
		switch row.State {
		case store.DataLinkAnswered:
		case store.DataLinkOpen:
			state = store.DataLinkWithdrawn
		default:
			return decided()
		}
		if err := s.end(ctx, tx, a, row, state); err != nil {
			return err
		}
		return audit(ctx, own, a, "customer.rejected", "data_link/"+id, nil, map[string]string{"state": state})
	})
}
