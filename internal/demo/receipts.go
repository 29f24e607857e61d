package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/store"
)

// A filler carries what the demo has made so far.
type filler struct {
	Parts
	rng       *rand.Rand
	actor     store.Actor
	series    map[string]string // TipoDeComprobante → series id
	customers []directory.Customer
	products  map[string]directory.Product
	stamped   []billing.Document // invoices a credit note may refer to
	arrivals  []arrival          // of credits, in their order
}

// newRand is seeded with a constant, so that every demo has the same receipts.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(2026, 11)) }

// months is how far back the receipts go.
const months = 5

// receipts issues about n receipts over five months, the busy hours of working days, oldest first, then leaves a few
// drafts, one rejected and one unanswered.
func (f *filler) receipts(ctx context.Context, n int) error {
	times := f.times(max(min(n, maxReal)-len(endings), 0))
	for i, at := range times {
		if err := f.arrive(ctx, at); err != nil {
			return err
		}
		f.SetNow(at)
		if err := f.one(ctx, i, at); err != nil {
			return fmt.Errorf("receipt %d of %s: %w", i, at.Format("2006-01-02"), err)
		}
		if i%50 == 49 {
			fmt.Fprintf(f.Log, "  %d comprobantes…\n", i+1)
		}
	}
	if err := f.arrive(ctx, f.Now()); err != nil {
		return err
	}
	f.SetNow(f.Now())
	for _, end := range endings {
		if err := end(f, ctx); err != nil {
			return err
		}
	}
	if err := f.Jobs.Drain(ctx); err != nil {
		return err
	}
	return f.synthetic(ctx, n-maxReal)
}

// maxReal is how many receipts are really issued; beyond it rows share their XML (decision 21).
const maxReal = 2000

// synthetic adds n rows that show the receipts already stamped, in a series of their own.
func (f *filler) synthetic(ctx context.Context, n int) error {
	if n <= 0 {
		return nil
	}
	serie, err := f.Account.SaveSerie(ctx, f.actor, account.Serie{
		Serie: "DEMO", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: int64(n) + 1, Activa: true,
	})
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(f.stamped))
	for _, d := range f.stamped {
		ids = append(ids, d.ID)
	}
	const batch = 1000
	for first := 1; first <= n; first += batch {
		last := min(first+batch-1, n)
		if err := f.Billing.Synthetic(ctx, f.actor, serie.ID, serie.Serie, ids, int64(first), int64(last)); err != nil {
			return err
		}
		if last%10_000 == 0 {
			fmt.Fprintf(f.Log, "  %d renglones de muestra…\n", last)
		}
	}
	return nil
}

// times are n instants in working hours between five months ago and an hour ago, in order.
func (f *filler) times(n int) []time.Time {
	zone := f.Catalog.Location(companyCP)
	end := f.Now().In(zone)
	start := end.AddDate(0, -months, 0)
	span := int64(end.Sub(start) / time.Minute)
	rng := newRand() // its own: how many draws miss the working hours depends on the day
	times := make([]time.Time, 0, n)
	for len(times) < n {
		// The square bends the draw towards today: the business grows.
		x := rng.Int64N(span)
		y := rng.Int64N(span)
		at := start.Add(time.Duration(max(x, y)) * time.Minute)
		if at.Weekday() != time.Sunday && at.Hour() >= 9 && at.Hour() < 19 && end.Sub(at) > time.Hour {
			times = append(times, at.UTC())
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// one issues the receipt number i at the moment at; every so often it is one of the rarer kinds.
func (f *filler) one(ctx context.Context, i int, at time.Time) error {
	switch {
	case i%17 == 5 && len(f.stamped) > 0:
		return f.creditNote(ctx)
	case i%11 == 3:
		return f.global(ctx, at)
	case i%13 == 7:
		return f.dollars(ctx)
	case i%7 == 2:
		return f.professional(ctx)
	case i%9 == 4:
		return f.border(ctx)
	default:
		return f.sale(ctx)
	}
}

// sale is an everyday invoice: one to five products to a customer with a name.
func (f *filler) sale(ctx context.Context) error {
	c := f.named()
	d, err := f.draft(ctx, "I", c)
	if err != nil {
		return err
	}
	for range 1 + f.rng.IntN(5) {
		p := f.products[products[f.rng.IntN(len(products))].clave]
		f.add(&d, p, strconv.Itoa(1+f.rng.IntN(12)), p.Traslados, p.Retenciones)
	}
	if f.rng.IntN(5) == 0 {
		d.Lines[0].DescuentoPct = decimal.FromInt(int64(5 * (1 + f.rng.IntN(3))))
	}
	return f.issue(ctx, d)
}

// professional is a service with ISR and two thirds of the IVA withheld by a persona moral (cfdi-rules §2.5: the rates a
// persona física would carry; shown here as a customer that withholds).
func (f *filler) professional(ctx context.Context) error {
	d, err := f.draft(ctx, "I", f.customers[f.rng.IntN(18)])
	if err != nil {
		return err
	}
	p := f.products[[]string{"DISENO", "ASESOR", "TALLER", "CONTA"}[f.rng.IntN(4)]]
	withheld := []directory.Tax{
		{Impuesto: isr, TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.100000")},
		{Impuesto: iva, TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.106667")},
	}
	f.add(&d, p, strconv.Itoa(1+f.rng.IntN(4)), p.Traslados, withheld)
	return f.issue(ctx, d)
}

// border is a sale at the border office with the 8 % of the stimulus.
func (f *filler) border(ctx context.Context) error {
	d, err := f.draft(ctx, "I", f.named())
	if err != nil {
		return err
	}
	d.Comprobante.LugarExpedicion = borderCP
	traslados, _ := taxesOf(iva8)
	for _, key := range []string{"TAZA-TAL", "PLATO-27"} {
		f.add(&d, f.products[key], strconv.Itoa(2+f.rng.IntN(6)), traslados, nil)
	}
	return f.issue(ctx, d)
}

// dollars is an export sale without Comercio Exterior complement, in USD.
func (f *filler) dollars(ctx context.Context) error {
	d, err := f.draft(ctx, "I", f.customerOf(genericForeign))
	if err != nil {
		return err
	}
	d.Comprobante.Moneda = "USD"
	d.Comprobante.TipoCambio = decimal.New(int64(18_2000+f.rng.IntN(4000)), 4)
	traslados, _ := taxesOf(iva0)
	p := f.products["VAJ-16"]
	p.Precio = decimal.MustParse("165.00")
	f.add(&d, p, strconv.Itoa(2+f.rng.IntN(20)), traslados, nil)
	return f.issue(ctx, d)
}

// global is the day's sales to the public, one line a ticket (cfdi-rules §5.1).
func (f *filler) global(ctx context.Context, at time.Time) error {
	d, err := f.draft(ctx, "I", f.customerOf(genericPublic))
	if err != nil {
		return err
	}
	local := at.In(f.Catalog.Location(companyCP))
	d.Comprobante.InformacionGlobal = &cfdi.InformacionGlobal{
		Periodicidad: "01", Meses: local.Format("01"), Año: local.Format("2006"),
	}
	traslados, _ := taxesOf(iva16)
	for i := range 4 + f.rng.IntN(12) {
		ticket := directory.Product{
			Clave: fmt.Sprintf("T-%s-%02d", local.Format("0102"), i+1), Descripcion: "Venta", ClaveProdServ: "01010101", ClaveUnidad: "ACT",
			Precio: decimal.New(int64(45_00+f.rng.IntN(900_00)), 2),
		}
		f.add(&d, ticket, "1", traslados, nil)
	}
	return f.issue(ctx, d)
}

// creditNote gives back part of an earlier invoice.
func (f *filler) creditNote(ctx context.Context) error {
	origin := f.stamped[len(f.stamped)-1-f.rng.IntN(min(8, len(f.stamped)))]
	d, err := f.Billing.CreditNote(ctx, f.actor, origin.ID)
	if err != nil {
		return err
	}
	d.SerieID = f.series["E"]
	d.Comprobante.FormaPago, d.Comprobante.MetodoPago = "03", "PUE"
	if d, err = f.Billing.SaveDraft(ctx, f.actor, d); err != nil {
		return err
	}
	_, err = f.Billing.Issue(ctx, f.actor, d.ID, d.Revision)
	return err
}

// draft starts a document for a customer as the form does.
func (f *filler) draft(ctx context.Context, tipo string, c directory.Customer) (billing.Draft, error) {
	d, err := f.Billing.NewDraft(ctx, f.actor, tipo)
	if err != nil {
		return d, err
	}
	d.CustomerID, d.SerieID = c.ID, f.series[tipo]
	d.Comprobante.Receptor = cfdi.Receptor{
		Rfc: c.Rfc, Nombre: c.Nombre, DomicilioFiscalReceptor: c.CodigoPostal, RegimenFiscalReceptor: c.RegimenFiscal, UsoCFDI: c.UsoCFDI,
	}
	d.Comprobante.FormaPago, d.Comprobante.MetodoPago = c.FormaPago, c.MetodoPago
	d.Comprobante.Conceptos, d.Lines = nil, nil
	for _, address := range c.Correos {
		d.Correos = append(d.Correos, address.Direccion)
	}
	return d, nil
}

func (f *filler) add(d *billing.Draft, p directory.Product, quantity string, traslados, retenciones []directory.Tax) {
	d.Comprobante.Conceptos = append(d.Comprobante.Conceptos, concepto(p, quantity, traslados, retenciones))
	d.Lines = append(d.Lines, billing.DraftLine{ProductID: p.ID})
}

// issue saves and issues d, and remembers it as something a credit note may refer to.
func (f *filler) issue(ctx context.Context, d billing.Draft) error {
	saved, err := f.Billing.SaveDraft(ctx, f.actor, d)
	if err != nil {
		return err
	}
	doc, err := f.Billing.Issue(ctx, f.actor, saved.ID, saved.Revision)
	if err != nil {
		return err
	}
	if doc.State == billing.Timbrado && doc.Moneda == "MXN" && doc.ReceptorRfc != genericPublic {
		f.stamped = append(f.stamped, doc)
	}
	return nil
}

// named is any customer but the two generic ones.
func (f *filler) named() directory.Customer { return f.customers[f.rng.IntN(len(f.customers)-2)] }

func (f *filler) customerOf(rfc string) directory.Customer {
	i := slices.IndexFunc(f.customers, func(c directory.Customer) bool { return c.Rfc == rfc })
	return f.customers[i]
}
