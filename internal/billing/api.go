package billing

import (
	"context"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// This file holds the signatures until each body lands in its own file within the hour.
var errLater = fail.New(fail.Internal, "En construcción")

func (s *Service) NewDraft(ctx context.Context, a store.Actor, tipo string) (Draft, error) {
	return Draft{}, errLater
}

func (s *Service) SaveDraft(ctx context.Context, a store.Actor, d Draft) (Draft, error) {
	return Draft{}, errLater
}

func (s *Service) Draft(ctx context.Context, a store.Actor, id string) (Draft, error) {
	return Draft{}, errLater
}

// Compute recomputes every amount of d from its lines and returns what makes that impossible. It reads nothing stored.
func (s *Service) Compute(d *Draft) cfdi.Findings { return nil }

func (s *Service) Review(ctx context.Context, a store.Actor, d Draft) (cfdi.Findings, error) {
	return nil, errLater
}

func (s *Service) Issue(ctx context.Context, a store.Actor, id string, revision int) (Document, error) {
	return Document{}, errLater
}
func (s *Service) Discard(ctx context.Context, a store.Actor, id string) error { return errLater }
func (s *Service) Duplicate(ctx context.Context, a store.Actor, id string) (Draft, error) {
	return Draft{}, errLater
}

func (s *Service) CreditNote(ctx context.Context, a store.Actor, id string) (Draft, error) {
	return Draft{}, errLater
}

func (s *Service) Document(ctx context.Context, a store.Actor, id string) (Document, error) {
	return Document{}, errLater
}

func (s *Service) List(ctx context.Context, a store.Actor, f Filter) (Page, error) {
	return Page{}, errLater
}

func (s *Service) XML(ctx context.Context, a store.Actor, id string) (name string, b []byte, err error) {
	return "", nil, errLater
}

func (s *Service) PDF(ctx context.Context, a store.Actor, id string) (name string, b []byte, err error) {
	return "", nil, errLater
}

func (s *Service) DraftPDF(ctx context.Context, a store.Actor, id string) (name string, b []byte, err error) {
	return "", nil, errLater
}

func (s *Service) Send(ctx context.Context, a store.Actor, id string, to, cc []string, subject, text string) error {
	return errLater
}

func (s *Service) Panel(ctx context.Context, a store.Actor) (Panel, error) { return Panel{}, errLater }

type inFlight struct{}

func newInFlight() *inFlight { return &inFlight{} }

type stampArgs struct{}

func (stampArgs) Kind() string { return "billing.stamp" }

type deliverArgs struct{}

func (deliverArgs) Kind() string { return "billing.deliver" }

func (s *Service) runStamp(ctx context.Context, t store.Tenant, a stampArgs) error { return errLater }

func (s *Service) runDeliver(ctx context.Context, t store.Tenant, a deliverArgs) error {
	return errLater
}

func folioText(serie string, folio int64) string { return serie }

func eventText(e event) string { return string(e) }
