package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// move takes a document along one arrow of the state table, within tx: the row
// is changed only if it still stands where was says, and the log gets its line.
// change fills in what the arrow brings. The reason of the new row goes along.
func (s *Service) move(ctx context.Context, tx *store.Tx, a store.Actor, was store.DocumentRow, e event, change func(r *store.DocumentRow)) (store.DocumentRow, error) {
	to, ok := next(State(was.State), e)
	if !ok {
		return was, fail.New(fail.Conflict, "El comprobante está "+State(was.State).Text()+" y ya no admite este cambio. Vuelve a abrirlo para ver cómo va.")
	}
	r := was
	r.State, r.UpdatedAt = string(to), s.micros()
	r.ReasonCode, r.ReasonMessage = "", ""
	if change != nil {
		change(&r)
	}
	if err := tx.ChangeDocument(ctx, was, r); err != nil {
		return was, err
	}
	if err := settleCredit(ctx, tx, r, e); err != nil {
		return was, err
	}
	if err := raise(ctx, tx, r, map[State]notice.Kind{Rechazado: notice.Rejected, Vencido: notice.Expired}[to]); err != nil {
		return was, err
	}
	return r, s.log(ctx, tx, a, was.State, r, e)
}

// settleCredit moves the credit of a document along with it: held with the folio, used
// by the stamp, given back by what surely left none.
func settleCredit(ctx context.Context, tx *store.Tx, r store.DocumentRow, e event) error {
	switch e {
	case evNumber:
		return credit.Hold(ctx, tx, r.ID, r.IssuedRevision)
	case evStamp:
		return credit.Capture(ctx, tx, r.ID, r.IssuedRevision, folioText(r.Serie, folioOf(r)))
	case evReject, evExpire, evUnseal:
		return credit.Release(ctx, tx, r.ID, r.IssuedRevision)
	default:
		return nil
	}
}

// raise has people told of what became of a document; no kind is nothing to tell.
func raise(ctx context.Context, tx *store.Tx, r store.DocumentRow, k notice.Kind) error {
	if k == "" {
		return nil
	}
	return notice.Raise(ctx, tx, notice.Event{
		Key: fmt.Sprintf("doc:%s:%d:%s", r.ID, r.IssuedRevision, k), What: k, Owner: r.CreatedBy,
		Ref: kindText(r.Tipo) + " " + folioText(r.Serie, folioOf(r)) + " · " + r.ReceptorNombre, Detail: r.ReasonMessage, Link: "/comprobantes/" + r.ID,
	})
}

// log appends what happened to the document's own log.
func (s *Service) log(ctx context.Context, tx *store.Tx, a store.Actor, from string, r store.DocumentRow, e event) error {
	return tx.InsertEvent(ctx, store.EventRow{
		DocumentID: r.ID, At: r.UpdatedAt, Event: string(e), From: from, To: r.State, Revision: r.IssuedRevision,
		UserID: a.UserID, UserName: a.UserName, Code: r.ReasonCode, Message: r.ReasonMessage,
	})
}

// audit adds a link to the tenant's chain for what a person did to a document.
func audit(ctx context.Context, tx *store.Tx, a store.Actor, action string, was, r store.DocumentRow) error {
	return tx.Audit(ctx, store.AuditEntry{
		Actor: a, Action: action, Object: "document/" + r.ID, Before: auditJSON(was), After: auditJSON(r),
	})
}

// auditJSON is what the chain keeps of a document: where it stood and what it was about.
func auditJSON(r store.DocumentRow) string {
	if r.ID == "" {
		return ""
	}
	b, err := json.Marshal(map[string]any{
		"state": r.State, "revision": r.Revision, "tipo": r.Tipo, "folio": folioText(r.Serie, folioOf(r)),
		"receptor": r.ReceptorRfc, "total": decimal.FromMicros(r.Total).String(), "moneda": r.Moneda,
	})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return string(b)
}

// micros is the clock as the store keeps it.
func (s *Service) micros() int64 { return store.Micros(s.Now()) }

// maxAmount is what the portal refuses to issue (decision 24): 10¹² units.
const maxAmount = 1_000_000_000_000

// draftLimit keeps nonsense typed into a draft out of the sums of the list.
const draftLimit = maxAmount / 100 * 1_000_000

// index copies what a list shows of c into r. Amounts that do not fit a column
// count as nothing; of a document to be issued [amountFindings] has refused them.
func index(r *store.DocumentRow, c *cfdi.Comprobante) {
	r.Tipo, r.Moneda, r.TipoCambio = c.TipoDeComprobante, c.Moneda, c.TipoCambio.String()
	r.EmisorRfc, r.ReceptorRfc, r.ReceptorNombre = c.Emisor.Rfc, c.Receptor.Rfc, c.Receptor.Nombre
	r.ReceptorFold = store.FoldLine(c.Receptor.Nombre)
	r.SubTotal, r.Descuento, r.Total = microsOf(c.SubTotal), microsOf(c.Descuento), microsOf(c.Total)
	r.Traslados, r.Retenciones = 0, 0
	if c.Impuestos != nil {
		r.Traslados, r.Retenciones = microsOf(c.Impuestos.TotalImpuestosTrasladados), microsOf(c.Impuestos.TotalImpuestosRetenidos)
	}
	r.TotalMXN, r.MetodoPago = microsOf(inMXN(c)), orElse(c.MetodoPago, noMetodo)
}

// inMXN is Total at the document's own rate, to the cent.
func inMXN(c *cfdi.Comprobante) decimal.Decimal {
	if c.Moneda == "MXN" || c.TipoCambio.IsZero() {
		return c.Total
	}
	return c.Total.Mul(c.TipoCambio).Round(2)
}

func microsOf(d decimal.Decimal) int64 {
	n, err := d.Round(6).Micros()
	if err != nil {
		return 0
	}
	return n
}

// clipDraft zeroes the amounts of a draft row that are beyond reason.
func clipDraft(r *store.DocumentRow) {
	for _, n := range []*int64{&r.SubTotal, &r.Descuento, &r.Traslados, &r.Retenciones, &r.Total, &r.TotalMXN} {
		if *n > draftLimit || *n < -draftLimit {
			*n = 0
		}
	}
}

// storable is c as a draft keeps it: computed amounts with more digits than can
// be read back are left out, for they are computed again; what was typed stays.
func storable(c cfdi.Comprobante) cfdi.Comprobante {
	amounts := []decimal.Decimal{c.SubTotal, c.Total}
	if c.Impuestos != nil {
		amounts = append(amounts, c.Impuestos.TotalImpuestosTrasladados, c.Impuestos.TotalImpuestosRetenidos)
	}
	if !slices.ContainsFunc(amounts, beyond) {
		return c
	}
	c = *c.Clone()
	c.SubTotal, c.Descuento, c.Total, c.Impuestos = decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}, nil
	for i := range c.Conceptos {
		x := &c.Conceptos[i]
		x.Importe = decimal.Decimal{}
		if beyond(x.Descuento) { // of a percentage
			x.Descuento = decimal.Decimal{}
		}
		if x.Impuestos == nil {
			continue
		}
		for j := range x.Impuestos.Traslados {
			t := &x.Impuestos.Traslados[j]
			t.Base, t.Importe = decimal.Decimal{}, decimal.Decimal{}
		}
		for j := range x.Impuestos.Retenciones {
			t := &x.Impuestos.Retenciones[j]
			t.Base, t.Importe = decimal.Decimal{}, decimal.Decimal{}
		}
	}
	return c
}

func beyond(d decimal.Decimal) bool { return d.Abs().Cmp(decimal.FromInt(maxAmount)) >= 0 }

// setWords makes the document findable by receptor, RFC, folio and UUID.
func setWords(ctx context.Context, tx *store.Tx, r store.DocumentRow) error {
	texts := []string{r.ReceptorNombre, r.ReceptorRfc}
	if r.UUID != "" {
		texts = append(texts, uuidWord+strings.ReplaceAll(r.UUID, "-", ""))
	}
	if r.Folio != nil {
		folio := strconv.FormatInt(*r.Folio, 10)
		texts = append(texts, r.Serie, folio, r.Serie+folio)
	}
	return tx.SetWords(ctx, store.DocumentWords, r.ID, texts...)
}

// uuidWord keeps UUIDs apart from folios among the words.
const uuidWord = "uuid"

// searchWords turns what a person types into the words of setWords: "A-12" is one
// word, and so is a UUID of which eight signs or more are given.
func searchWords(q string) string {
	tokens := strings.Fields(q)
	for i, t := range tokens {
		joined := strings.ReplaceAll(t, "-", "")
		letters := strings.ContainsAny(joined, "abcdefABCDEF")
		switch hex := strings.Trim(joined, "0123456789abcdefABCDEF") == ""; {
		case hex && len(joined) >= 8 && (letters || len(joined) > 12) && strings.ContainsAny(joined, "0123456789"):
			tokens[i] = uuidWord + joined
		case strings.Trim(joined[max(len(joined)-1, 0):], "0123456789") == "":
			tokens[i] = joined // a folio: letters, perhaps a hyphen, digits
		}
	}
	return strings.Join(tokens, " ")
}

func folioOf(r store.DocumentRow) int64 {
	if r.Folio == nil {
		return 0
	}
	return *r.Folio
}

// folioText is "A-1292", "1292" without series, "A" without folio.
func folioText(serie string, folio int64) string {
	switch {
	case folio == 0:
		return serie
	case serie == "":
		return strconv.FormatInt(folio, 10)
	}
	return serie + "-" + strconv.FormatInt(folio, 10)
}

// eventText is what a person reads of an event.
func eventText(e event) string {
	switch e {
	case evNewDraft:
		return "Borrador creado"
	case evNumber:
		return "Folio y fecha asignados"
	case evSeal:
		return "Sellado con tu CSD"
	case evUnseal:
		return "No se pudo sellar"
	case evSend:
		return "Enviado al certificador"
	case evStamp:
		return "Timbrado"
	case evReject:
		return "Rechazado por el certificador"
	case evDoubt:
		return "Sin respuesta del certificador"
	case evReturn:
		return "Sin timbrar; vuelve a la cola"
	case evExpire:
		return "Venció el plazo de 72 horas"
	case evAnnul:
		return "Anulado"
	default:
		return string(e)
	}
}

// fechaLayout is t_FechaH of the Anexo 20.
const fechaLayout = "2006-01-02T15:04:05"

// instant is the moment a Fecha names at a postal code.
func (s *Service) instant(fecha, cp string) (time.Time, error) {
	at, err := time.ParseInLocation(fechaLayout, fecha, s.Catalog.Location(cp))
	if err != nil {
		return time.Time{}, fmt.Errorf("Fecha %q: %w", fecha, err)
	}
	return at, nil
}

// useTaxes notes the taxes of a numbered document, so that they are not deleted from
// the company's list.
func useTaxes(ctx context.Context, tx *store.Tx, c *cfdi.Comprobante) error {
	seen := map[string]bool{}
	add := func(retencion bool, impuesto, tipoFactor string, rate decimal.Decimal) {
		valor := ""
		if tipoFactor != "Exento" {
			valor = rate.Fixed(6)
		}
		seen[store.TaxUse(retencion, impuesto, tipoFactor, valor)] = true
	}
	for _, k := range c.Conceptos {
		if k.Impuestos == nil {
			continue
		}
		for _, t := range k.Impuestos.Traslados {
			add(false, t.Impuesto, t.TipoFactor, t.TasaOCuota)
		}
		for _, r := range k.Impuestos.Retenciones {
			add(true, r.Impuesto, r.TipoFactor, r.TasaOCuota)
		}
	}
	for _, x := range c.Complementos {
		if local, ok := x.(*implocal.ImpuestosLocales); ok {
			for _, t := range local.TrasladosLocales {
				add(false, "local "+store.FoldLine(t.ImpLocTrasladado), "Tasa", t.TasadeTraslado.Quo(decimal.FromInt(100), 6))
			}
			for _, r := range local.RetencionesLocales {
				add(true, "local "+store.FoldLine(r.ImpLocRetenido), "Tasa", r.TasadeRetencion.Quo(decimal.FromInt(100), 6))
			}
		}
	}
	return tx.UseTaxes(ctx, slices.Sorted(maps.Keys(seen)))
}
