package shop

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	mostPackages = 50
	mostCredits  = 1_000_000 // of one package
	mostDays     = 3650      // that credits live
	longName     = 60        // characters
	dayShape     = "2006-01-02"
	capital      = "06000" // its clock tells the days of the shop
)

// A Package is credits that the portal sells.
type Package struct{ store.PackageRow }

// PerStamp is what a stamp of it costs, before IVA.
func (p Package) PerStamp() decimal.Decimal { return perStamp(p.Price, p.Credits) }

// WithIVA is what one costs.
func (p Package) WithIVA() int64 {
	a, _ := amount(p.Price, 1) // fits: it was checked when it was saved
	return a.Total
}

// on reports whether it can be bought at an instant.
func (p Package) on(now int64) bool {
	return p.WithdrawnAt == 0 && p.FromAt <= now && (p.UntilAt == 0 || now < p.UntilAt)
}

// Packages lists what can be bought now.
func (s *Service) Packages(ctx context.Context, a store.Actor) ([]Package, error) {
	if err := a.Require(store.RightBuy); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.Global().Packages(ctx, mostPackages)
	var list []Package
	for _, r := range rows {
		if p := (Package{r}); p.on(s.micros()) {
			list = append(list, p)
		}
	}
	return list, err
}

// Offered lists every package for who runs the portal: those that are or will be sold,
// and the last that were withdrawn.
func (s *Service) Offered(ctx context.Context, a store.Actor) (open, gone []Package, err error) {
	if err := operates(a); err != nil {
		return nil, nil, err
	}
	rows, err := s.cfg.DB.Global().Packages(ctx, mostPackages)
	if err != nil {
		return nil, nil, err
	}
	old, err := s.cfg.DB.Global().WithdrawnPackages(ctx, mostPackages)
	return packages(rows), packages(old), err
}

func packages(rows []store.PackageRow) []Package {
	list := make([]Package, 0, len(rows))
	for _, r := range rows {
		list = append(list, Package{r})
	}
	return list
}

// Package returns one for who runs the portal.
func (s *Service) Package(ctx context.Context, a store.Actor, id string) (Package, error) {
	if err := operates(a); err != nil {
		return Package{}, err
	}
	r, err := s.cfg.DB.Global().Package(ctx, id)
	return Package{r}, err
}

// A PackageForm is a package as it is typed. Until is the last day, "" for none.
type PackageForm struct {
	ID                         string // "" is a new one
	Version                    int64
	Name, Credits, Price, Days string
	From, Until, Order         string
	Demo                       bool
}

// Form is the package as a form shows it.
func (s *Service) Form(p Package) PackageForm {
	f := PackageForm{
		ID: p.ID, Version: p.Version, Name: p.Name, Credits: strconv.FormatInt(p.Credits, 10), Price: Pesos(p.Price),
		Days: strconv.FormatInt(p.ValidDays, 10), Order: strconv.FormatInt(p.Ord, 10), From: s.day(p.FromAt),
	}
	if p.UntilAt > 0 {
		f.Until = s.day(p.UntilAt - 1)
	}
	return f
}

// SavePackage keeps a package. One that was sold is not changed: it is withdrawn and
// another takes its place, whose id is returned. Errors: fields Nombre, Creditos, Precio,
// Vigencia, Desde, Hasta, Orden; fail.Conflict when somebody was faster; fail.Denied.
func (s *Service) SavePackage(ctx context.Context, a store.Actor, f PackageForm) (id string, err error) {
	if err := operates(a); err != nil {
		return "", err
	}
	row, err := s.read(f)
	if err != nil {
		return "", err
	}
	if err := s.fresh(a); err != nil {
		return "", err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		now := s.micros()
		action := "package.created"
		row.ID, row.Version, row.CreatedAt, row.Demo = s.cfg.NewID(), 1, now, f.Demo
		if f.ID != "" {
			was, err := gtx.PackageForUpdate(ctx, f.ID)
			if err != nil {
				return err
			}
			if was.Version != f.Version || was.WithdrawnAt > 0 {
				return fail.New(fail.Conflict, "Alguien cambió o retiró este paquete mientras lo editabas. No se guardó nada: vuelve a abrirlo.")
			}
			if !was.Sold {
				action, row.ID = "package.changed", was.ID
				if err := gtx.UpdatePackage(ctx, row); err != nil {
					return err
				}
				id = row.ID
				return s.logged(ctx, gtx, a, action, id, f)
			}
			action = "package.replaced"
			was.WithdrawnAt, was.ReplacedBy = now, row.ID
			if err := gtx.UpdatePackage(ctx, was); err != nil {
				return err
			}
		}
		if err := gtx.InsertPackage(ctx, row); err != nil {
			return err
		}
		id = row.ID
		return s.logged(ctx, gtx, a, action, id, f)
	})
	return id, err
}

// Withdraw has nobody buy a package any more; orders that hold it stand.
func (s *Service) Withdraw(ctx context.Context, a store.Actor, id string) error {
	if err := operates(a); err != nil {
		return err
	}
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		was, err := gtx.PackageForUpdate(ctx, id)
		if err != nil || was.WithdrawnAt > 0 {
			return err
		}
		was.WithdrawnAt = s.micros()
		if err := gtx.UpdatePackage(ctx, was); err != nil {
			return err
		}
		return s.logged(ctx, gtx, a, "package.withdrawn", id, map[string]string{"nombre": was.Name})
	})
}

func (s *Service) logged(ctx context.Context, gtx *store.GlobalTx, a store.Actor, action, id string, after any) error {
	return audit(ctx, gtx.For(store.Platform()), a, action, "package/"+id, after)
}

func audit(ctx context.Context, tx *store.Tx, a store.Actor, action, object string, after any) error {
	b, err := json.Marshal(after)
	if err != nil {
		return err
	}
	return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: action, Object: object, After: string(b)})
}

// read checks what was typed and makes a row of it.
func (s *Service) read(f PackageForm) (store.PackageRow, error) {
	var bad []fail.Field
	number := func(path, text string, least, most int64, message string) int64 {
		n, err := strconv.ParseInt(plain(text), 10, 64)
		if err != nil || n < least || n > most {
			bad = append(bad, fail.Field{Path: path, Message: message})
		}
		return n
	}
	row := store.PackageRow{Name: strings.Join(strings.Fields(f.Name), " ")}
	if n := utf8.RuneCountInString(row.Name); n < 3 || n > longName {
		bad = append(bad, fail.Field{Path: "Nombre", Message: fmt.Sprintf("El nombre lleva de 3 a %d letras.", longName), Fix: "Por ejemplo: Paquete 100."})
	}
	row.Credits = number("Creditos", f.Credits, 1, mostCredits, "Escribe un número entero de 1 a 1,000,000.")
	var ok bool
	if row.Price, ok = parsePesos(f.Price); !ok || row.Price > 500_000*peso {
		bad = append(bad, fail.Field{Path: "Precio", Message: "Escribe el precio sin IVA, con dos decimales a lo más.", Fix: "Por ejemplo: 250.00."})
	}
	row.ValidDays = number("Vigencia", f.Days, 0, mostDays, "Escribe de 0 a 3,650 días; 0 es sin vencimiento.")
	if f.Order == "" {
		f.Order = "0"
	}
	row.Ord = number("Orden", f.Order, 0, 9999, "Escribe un número de 0 a 9,999; el menor va primero.")
	if row.FromAt, ok = s.instant(f.From, 0); !ok {
		bad = append(bad, fail.Field{Path: "Desde", Message: "Elige desde qué día se vende."})
	}
	if f.Until != "" {
		if row.UntilAt, ok = s.instant(f.Until, 1); !ok || row.UntilAt <= row.FromAt {
			bad = append(bad, fail.Field{Path: "Hasta", Message: "Elige un día que no sea anterior al primero.", Fix: "Vacío: hasta que lo retires."})
		}
	}
	if bad != nil {
		return row, fail.WithFields("No se guardó el paquete: revisa lo marcado.", bad...)
	}
	return row, nil
}

// plain is a number without commas and the sign of pesos.
func plain(text string) string {
	return strings.TrimSpace(strings.NewReplacer(",", "", "$", "").Replace(text))
}

// instant is when a day of the capital begins, some days later.
func (s *Service) instant(day string, later int) (int64, bool) {
	t, err := time.ParseInLocation(dayShape, day, s.cfg.Catalog.Location(capital))
	return store.Micros(t.AddDate(0, 0, later)), err == nil
}

func (s *Service) day(at int64) string {
	return store.FromMicros(at).In(s.cfg.Catalog.Location(capital)).Format(dayShape)
}

// endOfDay is when the day of an instant ends in the capital, some days later.
func (s *Service) endOfDay(t time.Time, days int) time.Time {
	t = t.In(s.cfg.Catalog.Location(capital))
	return time.Date(t.Year(), t.Month(), t.Day()+days+1, 0, 0, 0, 0, t.Location())
}

func (s *Service) micros() int64 { return store.Micros(s.cfg.Now()) }
