package credit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

const (
	operatorActor = "operador" // who acts in a company's audit when an operator does
	maxManual     = 100_000    // credits that one operator loads at once
	shortestWhy   = 5
	capital       = "06000" // its clock ends the days of what an operator loads
)

// operates refuses who does not run the portal.
func (s *Service) operates(a store.Actor) error {
	if !a.Operator || a.Tenant != store.Platform() {
		return fail.New(fail.Denied, "Esto sólo lo hace quien opera el portal.")
	}
	return nil
}

// An Account is the credits of a company as who runs the portal sees them.
type Account struct {
	Balance
	Contract
	In []Movement // what came in and was taken back, newest first
}

// Account returns the credits of a company, in numbers.
func (s *Service) Account(ctx context.Context, a store.Actor, company string) (Account, error) {
	if err := s.operates(a); err != nil {
		return Account{}, err
	}
	row, err := s.company(ctx, company)
	if err != nil {
		return Account{}, err
	}
	v := s.cfg.DB.View(row.Tenant())
	b, err := s.balance(ctx, v)
	if err != nil {
		return Account{}, err
	}
	p, err := page(ctx, v, store.CreditFilter{Kinds: []string{string(KindPurchase), string(KindBonus), string(KindManual), string(KindReversal)}, Limit: 21})
	if err != nil {
		return Account{}, err
	}
	c, err := s.contract(ctx, v, "")
	return Account{b, c, p.Rows}, err
}

func (s *Service) company(ctx context.Context, id string) (store.TenantRow, error) {
	row, err := s.cfg.DB.Global().TenantByID(ctx, id)
	if err == nil && row.Tenant() == store.Platform() {
		err = store.Absent()
	}
	return row, err
}

// A Load is credits that an operator gives a company, as typed. ID is of the form.
type Load struct {
	ID      string
	Units   string
	Expires string // last day, AAAA-MM-DD; "" is never
	Why     string
}

// Load gives a company credits by hand. Both audits keep it with the reason and whether
// the operator has a user in that company. Errors: fields Creditos, Vigencia, Motivo;
// fail.Denied; fail.NotFound; what Config.Fresh says.
func (s *Service) Load(ctx context.Context, a store.Actor, company string, in Load) error {
	if err := s.operates(a); err != nil {
		return err
	}
	row, err := s.company(ctx, company)
	if err != nil {
		return err
	}
	lot := Lot{Source: Manual, Note: strings.Join(strings.Fields(in.Why), " "), By: store.Actor{UserID: operatorActor, UserName: operatorActor}}
	var fields []fail.Field
	if lot.Units, err = strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(in.Units), ",", ""), 10, 64); err != nil || lot.Units <= 0 || lot.Units > maxManual {
		fields = append(fields, fail.Field{Path: "Creditos", Message: "Escribe un número entero de 1 a " + count(maxManual) + "."})
	}
	if in.Expires != "" {
		last, err := time.ParseInLocation(dayShape, in.Expires, s.cfg.Catalog.Location(capital))
		lot.Expires = last.AddDate(0, 0, 1)
		if err != nil || !lot.Expires.After(s.cfg.Now()) {
			fields = append(fields, fail.Field{Path: "Vigencia", Message: "Elige un día que no haya pasado.", Fix: "Vacío es sin vencimiento."})
		}
	}
	fields = append(fields, reason(lot.Note)...)
	if len(fields) > 0 {
		return fail.WithFields("No se cargó nada: revisa lo marcado.", fields...)
	}
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.onBoth(ctx, a, row, "credits.manual", map[string]any{"creditos": lot.Units, "vigencia": in.Expires, "motivo": lot.Note}, func(tx *store.Tx, own bool) (bool, error) {
		lot, id := lot, "manual:"+in.ID // the closure may run again
		if own {
			lot.Note += ownText
		}
		if _, err := tx.CreditEntry(ctx, id); err == nil {
			return false, Grant(ctx, tx, id, lot)
		}
		if err := Grant(ctx, tx, id, lot); err != nil {
			return false, err
		}
		return true, notice.Raise(ctx, tx, notice.Event{
			Key: "credits:" + id, What: notice.CreditsMoved, Link: "/creditos", N: lot.Units,
			Ref: "recibiste " + count(lot.Units), Detail: "Los cargó quien opera el portal. Motivo: " + lot.Note,
		})
	})
}

// ownText marks, where the company reads it, that who loaded credits has a user there.
const ownText = " (quien los cargó tiene un usuario en esta empresa)"

func reason(why string) []fail.Field {
	switch n := len([]rune(why)); {
	case n < shortestWhy:
		return []fail.Field{{Path: "Motivo", Message: "Escribe por qué: lo lee la empresa y queda en las dos bitácoras."}}
	case n > maxNote:
		return []fail.Field{{Path: "Motivo", Message: fmt.Sprintf("El motivo pasa de %d caracteres.", maxNote)}}
	}
	return nil
}

// TakeBack reverses what brought credits to a company: see [Reverse]. Errors: field
// Motivo; fail.NotFound; fail.Conflict; fail.Denied; what Config.Fresh says.
func (s *Service) TakeBack(ctx context.Context, a store.Actor, company, entry, why string) error {
	if err := s.operates(a); err != nil {
		return err
	}
	row, err := s.company(ctx, company)
	if err != nil {
		return err
	}
	why = strings.Join(strings.Fields(why), " ")
	if fields := reason(why); fields != nil {
		return fail.WithFields("No se revirtió nada: revisa lo marcado.", fields...)
	}
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.onBoth(ctx, a, row, "credits.reversed", map[string]any{"movimiento": entry, "motivo": why}, func(tx *store.Tx, own bool) (bool, error) {
		why, id := why, "reverso:"+entry // the closure may run again
		if own {
			why += ownText
		}
		if _, err := tx.CreditEntry(ctx, id); err == nil {
			return false, fail.New(fail.Conflict, "Ese movimiento ya estaba revertido. No se movió ningún crédito.")
		}
		if err := Reverse(ctx, tx, id, entry, why); err != nil {
			return false, err
		}
		return true, notice.Raise(ctx, tx, notice.Event{
			Key: "credits:" + id, What: notice.CreditsMoved, Link: "/creditos", Ref: "se corrigió tu saldo",
			Detail: "Lo hizo quien opera el portal. Motivo: " + why,
		})
	})
}

// onBoth does something to a company and leaves it in the operators' audit and in the
// company's. own says that the operator, by its mail, has a user there.
func (s *Service) onBoth(ctx context.Context, a store.Actor, row store.TenantRow, action string, after map[string]any, do func(tx *store.Tx, own bool) (bool, error)) error {
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		theirs, house := tx.For(row.Tenant()), tx.For(store.Platform())
		who, err := house.User(ctx, a.UserID)
		if err != nil {
			return err
		}
		users, err := theirs.UsersWithMail(ctx, who.Correo)
		if err != nil {
			return err
		}
		own := who.Correo != "" && users > 0
		if did, err := do(theirs, own); err != nil || !did {
			return err
		}
		said := map[string]any{"rfc": row.Rfc, "operador_es_usuario": own}
		for k, v := range after {
			said[k] = v
		}
		if err := audit(ctx, house, a, action, "company/"+row.ID, nil, said); err != nil {
			return err
		}
		return audit(ctx, theirs, store.Actor{Tenant: row.Tenant(), UserID: operatorActor}, action, "credits", nil, said)
	})
}
