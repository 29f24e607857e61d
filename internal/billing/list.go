package billing

import (
	"context"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	defaultLimit = 50
	maxLimit     = 500
)

// List returns a page of the documents of f, how many match, and their sums by
// currency: of what f.State asks for or, when it asks for none, of what is
// stamped, since a draft or a refused receipt is no income. fail.Invalid on From or To when they are no dates.
func (s *Service) List(ctx context.Context, a store.Actor, f Filter) (Page, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return Page{}, err
	}
	filter, err := f.rows()
	if err != nil {
		return Page{}, err
	}
	filter.Seen = seenBy(a)
	v := s.DB.View(a.Tenant)
	page := Page{Page: filter.Offset/filter.Limit + 1, Limit: filter.Limit}
	sums, err := v.DocumentSums(ctx, filter)
	if err != nil {
		return Page{}, err
	}
	for _, sum := range sums {
		page.Total += int(sum.N)
		page.Sums = append(page.Sums, sumOf(sum))
	}
	if page.Total <= filter.Offset {
		return page, nil
	}
	rows, err := v.Documents(ctx, filter)
	for _, r := range rows {
		page.Rows = append(page.Rows, rowOf(r))
	}
	return page, err
}

// rows is f as the store takes it.
func (f Filter) rows() (store.DocumentFilter, error) {
	for _, day := range []struct{ path, value string }{{"From", f.From}, {"To", f.To}} {
		if _, err := time.Parse(time.DateOnly, day.value); day.value != "" && err != nil {
			return store.DocumentFilter{}, fail.OnField(day.path, "La fecha va como AAAA-MM-DD.")
		}
	}
	word, descending := strings.CutPrefix(orElse(f.Sort, "-fecha"), "-")
	limit := f.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, maxLimit)
	filter := store.DocumentFilter{
		Tipo: f.Tipo, Serie: f.Serie, Moneda: f.Moneda, From: f.From, To: f.To, Q: searchWords(f.Q),
		Sort: store.DocumentSort(word), Desc: descending, Limit: limit, Offset: (max(f.Page, 1) - 1) * limit,
	}
	filter.Adds = []string{string(Timbrado)}
	if f.State != "" {
		filter.Adds = nil
		filter.States = []string{"-"} // an unknown word matches nothing
		for _, st := range StatesOf(f.State) {
			filter.States = append(filter.States, string(st))
		}
	}
	return filter, nil
}

func sumOf(r store.DocumentSum) Sum {
	return Sum{
		Moneda: r.Moneda, N: int(r.N), SubTotal: decimal.FromMicros(r.SubTotal), Descuento: decimal.FromMicros(r.Descuento),
		Traslados: decimal.FromMicros(r.Traslados), Retenciones: decimal.FromMicros(r.Retenciones), Total: decimal.FromMicros(r.Total),
	}
}

func rowOf(r store.DocumentRow) Row {
	return Row{
		ID: r.ID, State: State(r.State), Tipo: r.Tipo, Serie: r.Serie, Folio: folioOf(r), Fecha: r.Fecha, UUID: r.UUID,
		ReceptorRfc: r.ReceptorRfc, ReceptorNombre: r.ReceptorNombre, Moneda: r.Moneda, Total: decimal.FromMicros(r.Total),
		Reason: Reason{r.ReasonCode, r.ReasonMessage}, Test: r.Test,
	}
}

// panelMonths is how many months the chart shows.
const panelMonths = 5

// Panel returns the figures of the main panel: what was stamped in the last five
// months of the company's zone, and what waits for a person.
func (s *Service) Panel(ctx context.Context, a store.Actor) (Panel, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return Panel{}, err
	}
	v := s.DB.View(a.Tenant)
	company, err := v.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return Panel{}, err
	}
	p := Panel{Months: months(s.Now().In(s.Catalog.Location(lugar(company))))}
	sums, err := v.StampedMonths(ctx, p.Months[0].Key+"-01", seenBy(a))
	if err != nil {
		return Panel{}, err
	}
	p.addMonths(sums)
	states, err := v.DocumentStates(ctx, seenBy(a))
	if err != nil {
		return Panel{}, err
	}
	p.addStates(states)
	return p, nil
}

// months are the five up to now, oldest first.
func months(now time.Time) []Month {
	names := [...]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	list := make([]Month, panelMonths)
	for i := range list {
		m := first.AddDate(0, i-panelMonths+1, 0)
		list[i] = Month{
			Key: m.Format("2006-01"), Label: names[m.Month()-1] + m.Format(" 2006"), Facturado: decimal.New(0, 2), Current: i == panelMonths-1,
		}
	}
	return list
}

// addMonths adds Ingresos and takes Egresos off; other types are no income.
func (p *Panel) addMonths(sums []store.MonthSum) {
	p.StampedTotal = decimal.New(0, 2)
	for _, sum := range sums {
		sign, counts := map[string]int64{"I": 1, "E": -1}[sum.Tipo]
		for i := range p.Months {
			if m := &p.Months[i]; counts && m.Key == sum.Mes {
				amount := decimal.FromMicros(sign * sum.TotalMXN)
				m.Facturado, m.N = m.Facturado.Add(amount), m.N+int(sum.N)
				p.StampedTotal, p.StampedN = p.StampedTotal.Add(amount), p.StampedN+int(sum.N)
			}
		}
	}
}

// addStates counts by label and picks out what waits for a person.
func (p *Panel) addStates(counts []store.StateCount) {
	byLabel := map[string]int{}
	for _, c := range counts {
		byLabel[State(c.State).Label()] += int(c.N)
	}
	p.Empty = len(byLabel) == 0
	for _, st := range States() {
		label := st.Label()
		n := byLabel[label]
		if n == 0 {
			continue
		}
		delete(byLabel, label)
		p.ByState = append(p.ByState, StateCount{Label: label, Text: st.Text(), N: n})
		if text := pendingText(st, n); text != "" {
			p.Pending = append(p.Pending, PendingCount{Label: label, N: n, Text: text})
		}
	}
}

// pendingText says what waits in a state, "" when nothing does.
func pendingText(st State, n int) string {
	texts := map[State][2]string{
		Borrador:  {"borrador por terminar", "borradores por terminar"},
		Numerado:  {"comprobante en cola", "comprobantes en cola"},
		Rechazado: {"comprobante rechazado por corregir", "comprobantes rechazados por corregir"},
		Incierto:  {"comprobante sin respuesta del certificador", "comprobantes sin respuesta del certificador"},
		Vencido:   {"comprobante vencido por corregir", "comprobantes vencidos por corregir"},
	}
	text, ok := texts[st]
	switch {
	case !ok:
		return ""
	case n == 1:
		return "1 " + text[0]
	}
	return decimal.FromInt(int64(n)).String() + " " + text[1]
}
