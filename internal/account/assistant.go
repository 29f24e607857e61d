package account

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Setup computes the ticks of the wizard. Whoever may not see receipts has Consulta
// ticked once somebody of the company looked at them.
func (s *Service) Setup(ctx context.Context, a store.Actor) (Steps, error) {
	if err := a.Require(store.RightView); err != nil {
		return Steps{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).Setup(ctx, a.UserID, store.Micros(s.now()))
	if err != nil {
		return Steps{}, err
	}
	company, err := s.Company(ctx, a)
	return Steps{
		Empresa: company.Complete(), Productos: row.Productos, Clientes: row.Clientes, Series: row.Series,
		Certificado: row.Certificado, Comprobante: row.Comprobante, Consulta: row.Consulta || row.Consultado && !a.Holds(store.RightReceipts),
		Minimized: row.Minimized, Hidden: row.Hidden,
	}, err
}

// An AssistantView is how a person wants the wizard.
type AssistantView string

// The ways of keeping the wizard.
const (
	AssistantShown     AssistantView = "mostrar"
	AssistantMinimized AssistantView = "minimizar"
	AssistantHidden    AssistantView = "ocultar" // once every step is ticked
)

// KeepAssistant keeps how the person wants the wizard in this company, on every
// device. It is hidden only once every step is ticked.
func (s *Service) KeepAssistant(ctx context.Context, a store.Actor, as AssistantView) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	switch as {
	case AssistantShown, AssistantMinimized:
	case AssistantHidden:
		steps, err := s.Setup(ctx, a)
		if err != nil {
			return err
		}
		if !steps.Done() {
			return fail.New(fail.Invalid, "El asistente se oculta cuando terminas todos sus pasos. Mientras, puedes minimizarlo.")
		}
	default:
		return fail.New(fail.Invalid, "No entendimos qué hacer con el asistente. No cambió nada.")
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		return tx.ShowAssistant(ctx, a.UserID, as == AssistantMinimized, as == AssistantHidden)
	})
}

// Consulted remembers, once, that the person saw the list of receipts with one in it.
func (s *Service) Consulted(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightReceipts); err != nil {
		return err
	}
	row, err := s.cfg.DB.View(a.Tenant).Assistant(ctx, a.UserID)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	if row.ConsultedAt > 0 {
		return nil
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		return tx.Consulted(ctx, a.UserID, store.Micros(s.now()))
	})
}
