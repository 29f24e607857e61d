package credit

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// A Transfer is credits that a company hands to another, as a person typed it. ID is of
// the form that was filled in: sent twice, it is one transfer.
type Transfer struct {
	ID    string
	Rfc   string
	Units string
	Note  string
}

// A Plan is what a transfer would do.
type Plan struct {
	Transfer
	Name string // of who would get them
	N    int64
	Left int64 // that could still be handed on
}

// Preview says what a transfer would do, without doing it: whose the RFC is, for a
// person to confirm. Errors as [Service.Transfer], without the proof.
func (s *Service) Preview(ctx context.Context, a store.Actor, t Transfer) (Plan, error) {
	p, to, err := s.read(ctx, a, t)
	if err != nil {
		return p, err
	}
	p.Name = to.Name
	return p, s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		l, err := open(ctx, tx)
		if fail.KindOf(err) == fail.NotFound {
			return enough(store.CreditBook{Plan: store.PlanUnlimited}, p.N)
		}
		if err != nil {
			return err
		}
		if err := l.sweep(ctx); err != nil {
			return err
		}
		p.Left = l.b.Available - p.N
		return enough(l.b, p.N)
	})
}

// read judges what was typed and finds who gets it.
func (s *Service) read(ctx context.Context, a store.Actor, t Transfer) (Plan, store.TenantRow, error) {
	p := Plan{Transfer: t}
	if err := a.Require(store.RightTransfer); err != nil {
		return p, store.TenantRow{}, err
	}
	if a.IsGuest() {
		return p, store.TenantRow{}, fail.New(fail.Denied, "Los créditos los transfiere el Administrador de la propia empresa, no quien la co-administra. No se transfirió nada.")
	}
	p.Rfc, p.Note = strings.ToUpper(strings.Join(strings.Fields(t.Rfc), "")), strings.Join(strings.Fields(t.Note), " ")
	var fields []fail.Field
	wrong := func(path, message, fix string) {
		fields = append(fields, fail.Field{Path: path, Message: message, Fix: fix})
	}
	var err error
	if p.N, err = strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(t.Units), ",", ""), 10, 64); err != nil || p.N <= 0 || p.N > maxUnits {
		wrong("Creditos", "Escribe un número entero mayor que cero.", "Sin decimales.")
	}
	if len([]rune(p.Note)) > maxNote {
		wrong("Nota", fmt.Sprintf("La nota pasa de %d caracteres.", maxNote), "Acórtala.")
	}
	own, err := s.cfg.DB.Global().TenantByID(ctx, a.Tenant.ID())
	if err != nil {
		return p, own, err
	}
	var to store.TenantRow
	switch {
	case p.Rfc == "":
		wrong("Rfc", "Falta el RFC de la empresa que los recibe.", "Escríbelo con homoclave.")
	case p.Rfc == own.Rfc:
		wrong("Rfc", "Ese RFC es el de tu propia empresa.", "Escribe el de la empresa que los recibe.")
	default:
		to, err = s.cfg.DB.Global().TenantByRfc(ctx, p.Rfc)
		if err != nil && fail.KindOf(err) != fail.NotFound {
			return p, to, err
		}
		if err != nil || to.State != store.TenantActive || to.Tenant() == store.Platform() {
			wrong("Rfc", "Ninguna empresa de ioFacturo tiene ese RFC.", "Revísalo; la empresa tiene que estar registrada.")
		}
	}
	if len(fields) > 0 {
		return p, to, fail.WithFields("No se transfirió nada: revisa lo marcado.", fields...)
	}
	return p, to, nil
}

// enough refuses, in its own words each, what a company cannot give.
func enough(b store.CreditBook, n int64) error {
	message := ""
	switch {
	case n <= b.Available:
		return nil
	case b.Plan == store.PlanPostpaid:
		message = "Con Post pago no hay créditos que transferir."
	case b.Plan != store.PlanPrepaid && b.Available == 0:
		message = "Tu empresa timbra sin límite: no tiene créditos que transferir."
	case n <= b.Available+b.Promo:
		message = "Los créditos de bono no se transfieren. De los demás tienes " + count(b.Available) + " libres."
	case n <= b.Available+b.Promo+b.Expired:
		message = "Los créditos vencidos no se transfieren. Vigentes y libres tienes " + count(b.Available) + "."
	default:
		message = "No te alcanzan: puedes transferir " + count(b.Available) + " como máximo."
	}
	return fail.WithFields("No se transfirió nada: revisa lo marcado.", fail.Field{Path: "Creditos", Message: message})
}

// count writes a number of credits with its thousands apart.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Transfer hands credits to another company, of those that were no gift, the soonest to
// expire first and with their ends. It cannot be undone; both sides are told. Errors:
// fields Rfc, Creditos, Nota; what Config.Fresh says; fail.Denied; fail.Conflict for a
// form that was used for another transfer.
func (s *Service) Transfer(ctx context.Context, a store.Actor, t Transfer) (Plan, error) {
	p, to, err := s.read(ctx, a, t)
	if err != nil {
		return p, err
	}
	if err := s.fresh(a); err != nil {
		return p, err
	}
	if p.ID == "" || len(p.ID) > 64 {
		return p, fail.New(fail.Invalid, "El formulario llegó incompleto. No se transfirió nada: vuelve a abrirlo.")
	}
	p.Name = to.Name
	own, err := s.cfg.DB.Global().TenantByID(ctx, a.Tenant.ID())
	if err != nil {
		return p, err
	}
	return p, s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		from, into, err := both(ctx, tx.For(a.Tenant), tx.For(to.Tenant()))
		if err != nil {
			return err
		}
		return hand(ctx, a, p, own, to, from, into)
	})
}

// both opens two books, always in the same order, so that two transfers never wait for
// each other.
func both(ctx context.Context, a, b *store.Tx) (from, into *ledger, err error) {
	if a.Tenant().ID() > b.Tenant().ID() {
		into, from, err = both(ctx, b, a)
		return from, into, err
	}
	if from, err = openOrNew(ctx, a); err != nil {
		return nil, nil, err
	}
	into, err = openOrNew(ctx, b)
	return from, into, err
}

// hand writes both sides of a transfer.
func hand(ctx context.Context, a store.Actor, p Plan, own, to store.TenantRow, from, into *ledger) error {
	id := "transferencia:" + own.ID + ":" + p.ID // of the house: it names who chose it
	digest := fmt.Sprintf("%s|%s|%d|%s", own.ID, to.ID, p.N, p.Note)
	if done, err := from.was(ctx, id, digest); done || err != nil {
		return err
	}
	if err := from.sweep(ctx); err != nil {
		return err
	}
	if err := into.sweep(ctx); err != nil {
		return err
	}
	if err := enough(from.b, p.N); err != nil {
		return err
	}
	pieces, err := from.take(ctx, p.N, available)
	if err != nil {
		return err
	}
	lines, lots, sum := []store.CreditLine{}, []store.CreditLot{}, int64(0)
	for _, piece := range pieces {
		lines = append(lines, store.CreditLine{Account: available, LotID: piece.ID, Amount: -piece.Free})
		lots = append(lots, store.CreditLot{Units: piece.Free, ExpiresAt: piece.ExpiresAt})
		sum += piece.Free
	}
	if sum != p.N {
		return fail.New(fail.Conflict, "Tus créditos están en demasiados lotes para una sola transferencia. No se transfirió nada: hazla en partes.")
	}
	lines = append(lines, store.CreditLine{Account: moved, Amount: p.N})
	e := store.CreditEntry{ID: id, Digest: digest, Note: p.Note, Units: p.N, UserID: a.UserID, UserName: a.UserName}
	e.Kind, e.OtherID, e.OtherRfc, e.OtherName = string(KindSent), to.ID, to.Rfc, to.Name
	if err := from.post(ctx, e, lines); err != nil {
		return err
	}
	e.Kind, e.OtherID, e.OtherRfc, e.OtherName, e.Units = string(KindReceived), own.ID, own.Rfc, own.Name, 0
	e.UserID, e.UserName = "", "" // who it was there is no business of theirs
	if err := into.bring(ctx, e, Received, lots); err != nil {
		return err
	}
	return told(ctx, a, p, own, to, from.tx, into.tx)
}

// told leaves the transfer in both audits and has both sides told.
func told(ctx context.Context, a store.Actor, p Plan, own, to store.TenantRow, from, into *store.Tx) error {
	after, err := json.Marshal(map[string]any{"de": own.Rfc, "a": to.Rfc, "creditos": p.N, "nota": p.Note})
	if err != nil {
		return err
	}
	if err := from.Audit(ctx, store.AuditEntry{Actor: a, Action: "credits.sent", Object: "credits/" + p.ID, After: string(after)}); err != nil {
		return err
	}
	if err := into.Audit(ctx, store.AuditEntry{Actor: store.System(to.Tenant()), Action: "credits.received", Object: "credits/" + p.ID, After: string(after)}); err != nil {
		return err
	}
	key := "credits:moved:" + own.ID + ":" + p.ID
	err = notice.Raise(ctx, from, notice.Event{
		Key: key, What: notice.CreditsMoved, Link: "/cuenta/transferencia", N: p.N,
		Ref:    "transferiste " + count(p.N) + " a " + to.Rfc,
		Detail: "Los envió " + a.UserName + " a " + to.Name + ". No se puede deshacer.",
	})
	if err != nil {
		return err
	}
	return notice.Raise(ctx, into, notice.Event{
		Key: key, What: notice.CreditsMoved, Link: "/creditos", N: p.N,
		Ref: "recibiste " + count(p.N) + " de " + own.Rfc, Detail: "Los transfirió " + own.Name + "." + noteText(p.Note),
	})
}

func noteText(note string) string {
	if note == "" {
		return ""
	}
	return " Nota: " + note
}
