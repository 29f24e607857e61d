package billing

import (
	"context"
	"slices"
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
	queue, err := v.CountCreditWaits(ctx)
	if err != nil {
		return Page{}, err
	}
	page.Queue = int(queue)
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
	if err != nil {
		return Page{}, err
	}
	for _, r := range rows {
		row := rowOf(r)
		if queue > 0 {
			since, err := waitsSince(ctx, v, r)
			if err != nil {
				return Page{}, err
			}
			row.Waits = !since.IsZero()
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// Waits is the word of a [Filter]'s State for documents that wait for a credit: they are
// drafts yet.
const Waits = "en-espera"

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
	if f.State == Waits {
		filter.Adds, filter.Waits = nil, true
	} else if f.State != "" {
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

// The months of the two charts of the panel.
const (
	invoicedMonths  = 5
	operationMonths = 12
)

// Panel returns the figures of the main panel: what was made in the last months of
// the company's zone. It reads the sums that are kept by month and no document.
func (s *Service) Panel(ctx context.Context, a store.Actor) (Panel, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return Panel{}, err
	}
	v := s.DB.View(a.Tenant)
	company, err := v.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return Panel{}, err
	}
	year := months(s.Now().In(s.Catalog.Location(lugar(company))), operationMonths)
	sums, err := v.DocumentMonths(ctx, year[0].Key, seenBy(a))
	if err != nil {
		return Panel{}, err
	}
	p := Panel{Empty: len(sums) == 0, StampedTotal: decimal.New(0, 2)}
	for _, sum := range sums {
		add(year, sum)
	}
	p.Year, p.Months = year, year[operationMonths-invoicedMonths:]
	for _, m := range p.Months {
		p.StampedTotal, p.StampedN = p.StampedTotal.Add(m.Facturado), p.StampedN+m.N
	}
	p.Kinds = kindsOf(sums, p.Months[0].Key)
	return p, nil
}

// months are the last n up to now, oldest first.
func months(now time.Time, n int) []Month {
	names := [...]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	list := make([]Month, n)
	for i := range list {
		m := first.AddDate(0, i-n+1, 0)
		list[i] = Month{
			Key: m.Format("2006-01"), Label: names[m.Month()-1] + m.Format(" 2006"), Facturado: decimal.New(0, 2), Current: i == n-1,
		}
	}
	return list
}

// income is the sign with which a tipo adds to what was invoiced; 0 is no income.
func income(tipo string) int64 { return map[string]int64{"I": 1, "E": -1}[tipo] }

// add counts what was stamped in its month: Ingresos add, Egresos take off.
func add(months []Month, sum store.MonthSum) {
	if State(sum.State) != Timbrado {
		return
	}
	for i := range months {
		if m := &months[i]; m.Key == sum.Mes {
			m.N += int(sum.N)
			m.Facturado = m.Facturado.Add(decimal.FromMicros(income(sum.Tipo) * sum.TotalMXN))
		}
	}
}

// kindsOf adds by tipo and by what people call the state, since a month; the kinds
// in the order of the SAT's habit, the states in that of a document's life.
func kindsOf(sums []store.MonthSum, since string) []KindSum {
	var list []KindSum
	for _, tipo := range []string{"I", "E", "P", "T", "N"} {
		for _, label := range Labels() {
			k := KindSum{Tipo: tipo, Label: label.Label, Text: label.Text, Importe: decimal.New(0, 2)}
			for _, sum := range sums {
				if sum.Mes < since || sum.Tipo != tipo || State(sum.State).Label() != k.Label {
					continue
				}
				k.N += int(sum.N)
				if State(sum.State) == Timbrado && income(tipo) != 0 {
					k.Adds = true
					k.Importe = k.Importe.Add(decimal.FromMicros(income(tipo) * sum.TotalMXN))
				}
			}
			if k.N > 0 {
				list = append(list, k)
			}
		}
	}
	return list
}

// Labels are the names under which people know the states, in the order of a
// document's life, each once.
func Labels() []StateCount {
	var list []StateCount
	for _, st := range States() {
		if !slices.ContainsFunc(list, func(c StateCount) bool { return c.Label == st.Label() }) {
			list = append(list, StateCount{Label: st.Label(), Text: st.Text()})
		}
	}
	return list
}

// Waiting counts the documents by state, whenever made, and picks out what waits
// for a person.
func (s *Service) Waiting(ctx context.Context, a store.Actor) (Waiting, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return Waiting{}, err
	}
	counts, err := s.DB.View(a.Tenant).DocumentStates(ctx, seenBy(a))
	if err != nil {
		return Waiting{}, err
	}
	w, byLabel := Waiting{Empty: len(counts) == 0}, map[string]int{}
	for _, c := range counts {
		byLabel[State(c.State).Label()] += int(c.N)
	}
	for _, st := range States() {
		label := st.Label()
		n := byLabel[label]
		if n == 0 {
			continue
		}
		delete(byLabel, label)
		w.ByState = append(w.ByState, StateCount{Label: label, Text: st.Text(), N: n})
		if text := pendingText(st, n); text != "" {
			w.Pending = append(w.Pending, PendingCount{Label: label, N: n, Text: text})
		}
	}
	return w, nil
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
