package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/store"
)

func (s *Server) panelRoutes() []route {
	return []route{{pattern: "GET /panel", access: needs(store.RightView), handle: s.panel}}
}

// A panelPage is the main panel. A block whose figures could not be read says so
// and the rest stands: its error is kept here, not thrown.
type panelPage struct {
	Greeting, Today string
	Who             *visitor
	Figures         billing.Panel
	FiguresFailed   string // reference of the error, "" when all went well
	Certificate     *account.Certificate
	CertFailed      string
	Company         account.Company
	Steps           account.Steps
	Logo            string // digest of the company's, "" for none
}

func (s *Server) panel(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), actorOf(r)
	company, err := s.Account.Company(ctx, a)
	if err != nil {
		return err
	}
	steps, err := s.Account.Setup(ctx, a)
	if err != nil {
		return err
	}
	now := s.Now().In(s.Catalog.Location(company.LugarExpedicion))
	p := panelPage{Greeting: greeting(now), Today: longDate(now), Who: visitorOf(r), Company: company, Steps: steps}
	if a.Holds(store.RightReceipts) {
		if p.Figures, err = s.Billing.Panel(ctx, a); err != nil {
			p.FiguresFailed = s.blockFailed(r, "panel", err)
		}
	}
	if p.Logo, err = s.Account.LogoDigest(ctx, a); err != nil {
		return err
	}
	if a.Holds(store.RightSeeConfig) {
		if p.Certificate, err = s.certificateInUse(ctx, a); err != nil {
			p.CertFailed = s.blockFailed(r, "certificado", err)
		}
	}
	return s.render(w, r, http.StatusOK, page{Title: "Panel principal", Section: "panel"}, panelBody(p))
}

// blockFailed logs why a block is empty and returns the reference to show.
func (s *Server) blockFailed(r *http.Request, block string, err error) string {
	ref := requestOf(r).ref
	s.Log.Error("bloque del panel", "bloque", block, "ref", ref, "error", err)
	return ref
}

// certificateInUse is the one receipts are sealed with, nil when there is none.
func (s *Server) certificateInUse(ctx context.Context, a actor) (*account.Certificate, error) {
	list, err := s.Account.Certificates(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.EnUso {
			return &c, nil
		}
	}
	return nil, nil
}

func greeting(now time.Time) string {
	switch h := now.Hour(); {
	case h < 12:
		return "Buenos días"
	case h < 19:
		return "Buenas tardes"
	}
	return "Buenas noches"
}

var (
	weekdays = []string{"Domingo", "Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado"}
	monthsES = []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

func longDate(t time.Time) string {
	return weekdays[t.Weekday()] + " " + whole(t.Day()) + " de " + monthsES[t.Month()-1] + " de " + whole(t.Year())
}

// firstName is how a person is greeted.
func firstName(v *visitor) string {
	name, _, _ := strings.Cut(v.who(), " ")
	return name
}

// A bar is one column of a chart: x and width in percent of the drawing, y and
// height in pixels, so that letters keep their size on a narrow screen.
type bar struct {
	X, Width, Middle string
	Y, Height        string
	ValueY           string
	Value, Label     string
	Exact            string // for the table
	Name             string
	Current          bool
}

// chartTop and chartBase are where the tallest bar ends and all begin, in pixels.
const (
	chartTop  = 20
	chartBase = 170
)

// bars lays values out from zero, the largest reaching chartTop.
func bars(months []billing.Month, value func(billing.Month) decimal.Decimal, short, exact func(billing.Month) string) []bar {
	var top decimal.Decimal
	for _, m := range months {
		if v := value(m); v.Cmp(top) > 0 {
			top = v
		}
	}
	out := make([]bar, 0, len(months))
	slot := decimal.FromInt(100).Quo(decimal.FromInt(int64(max(len(months), 1))), 4)
	for i, m := range months {
		height := decimal.New(0, 1)
		if v := value(m); top.Sign() > 0 && v.Sign() > 0 {
			height = v.Mul(decimal.FromInt(chartBase-chartTop)).Quo(top, 1)
		}
		y := decimal.FromInt(chartBase).Sub(height)
		x := slot.Mul(decimal.FromInt(int64(i)))
		label, _, _ := strings.Cut(m.Label, " ")
		out = append(out, bar{
			X: x.Add(slot.Mul(decimal.New(21, 2))).Fixed(2) + "%", Width: slot.Mul(decimal.New(58, 2)).Fixed(2) + "%", Middle: x.Add(slot.Quo(decimal.FromInt(2), 4)).Fixed(2) + "%",
			Y: y.Fixed(1), Height: height.Fixed(1), ValueY: y.Sub(decimal.FromInt(5)).Fixed(1),
			Value: short(m), Label: label, Exact: exact(m), Name: m.Label, Current: m.Current,
		})
	}
	return out
}

func (p panelPage) invoiced() []bar {
	return bars(p.Figures.Months, func(m billing.Month) decimal.Decimal { return m.Facturado }, func(m billing.Month) string { return thousands(m.Facturado) },
		func(m billing.Month) string { return money(m.Facturado, "MXN") })
}

func (p panelPage) operations() []bar {
	return bars(p.Figures.Months, func(m billing.Month) decimal.Decimal { return decimal.FromInt(int64(m.N)) }, func(m billing.Month) string { return count(m.N) },
		func(m billing.Month) string { return count(m.N) })
}

// thousands is an amount short enough to stand on a bar: "184.3 k".
func thousands(d decimal.Decimal) string {
	switch {
	case d.Sign() == 0:
		return "0"
	case d.Abs().Cmp(decimal.FromInt(1_000_000)) >= 0:
		return d.Quo(decimal.FromInt(1_000_000), 1).Fixed(1) + " M"
	case d.Abs().Cmp(decimal.FromInt(1000)) >= 0:
		return d.Quo(decimal.FromInt(1000), 1).Fixed(1) + " k"
	}
	return d.Fixed(0)
}

// thisMonth is the month in course.
func (p panelPage) thisMonth() billing.Month {
	if n := len(p.Figures.Months); n > 0 {
		return p.Figures.Months[n-1]
	}
	return billing.Month{}
}

// pendingKind is the colour of a thing that waits.
func pendingKind(label string) string {
	switch label {
	case "rechazado", "vencido":
		return "bad"
	case "sin-respuesta":
		return "warn"
	}
	return "info"
}

// certKind is the colour of the days a certificate has left.
func certState(c *account.Certificate) (state, text string) {
	if c.Estado == account.PorVencer {
		return "por-vencer", "Por vencer"
	}
	return "vigente", "Vigente"
}
