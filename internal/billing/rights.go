package billing

import (
	"fmt"
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// sees says whether a may know of the document: one that is not its own, or of
// another branch than its own, does not exist for who is limited so (manual §14).
func sees(a store.Actor, r store.DocumentRow) error {
	seen := seenBy(a)
	own := seen.CreatedBy == "" || seen.CreatedBy == r.CreatedBy
	here := len(seen.Series) == 0 || slices.Contains(seen.Series, r.SerieID) || r.SerieID == "" && r.CreatedBy == seen.Drafter
	if own && here {
		return nil
	}
	return store.Absent()
}

// seenBy is which documents a sees: everybody's, its own, those of its branches. A
// limit of series alone narrows what a uses, not what it sees.
func seenBy(a store.Actor) store.Seen {
	var seen store.Seen
	if a.Admin {
		return seen
	}
	if a.Limits.Propios {
		seen.CreatedBy = a.UserName
	}
	if len(a.Limits.Sucursales) > 0 {
		seen.Series, seen.Drafter = a.Limits.Series, a.UserName
		if len(seen.Series) == 0 {
			seen.Series = []string{"-"} // nobody named the series of its branches: it sees none
		}
	}
	return seen
}

// mayType refuses a type of document that a's limits leave out.
func mayType(a store.Actor, tipo string) error {
	if a.Admin || len(a.Limits.Tipos) == 0 || slices.Contains(a.Limits.Tipos, tipo) {
		return nil
	}
	return fail.New(fail.Denied, "Tu usuario no hace este tipo de comprobante. No se guardó ni se emitió nada: pídeselo a quien administra tu empresa.")
}

// MayType reports whether a may make documents of a TipoDeComprobante.
func MayType(a store.Actor, tipo string) bool {
	return a.Holds(store.RightDraft) && mayType(a, tipo) == nil
}

// maySerie refuses a series that a's limits leave out; "" is none chosen yet.
func maySerie(a store.Actor, serieID string) error {
	if a.Admin || serieID == "" || len(a.Limits.Series) == 0 || slices.Contains(a.Limits.Series, serieID) {
		return nil
	}
	return fail.OnField("SerieID", "Tu usuario no usa esa serie. No se guardó ni se emitió nada: elige otra.")
}

// MaySerie reports whether a may use a series.
func MaySerie(a store.Actor, serieID string) bool { return maySerie(a, serieID) == nil }

// limited adds what a's limits say against issuing the document.
func (w *issuing) limited(a store.Actor) {
	if err := mayType(a, w.c.TipoDeComprobante); err != nil {
		w.wrong("TipoDeComprobante", fail.MessageOf(err), "")
	}
	if err := maySerie(a, w.serie.ID); err != nil {
		w.wrong("SerieID", fail.MessageOf(err), "")
	}
	if f := aboveLimit(a, w.c); f != nil {
		w.found = append(w.found, *f)
	}
}

// aboveLimit is the finding on a document that comes to more than a may stamp, nil
// when it does not. It can stay a draft for somebody else to stamp.
func aboveLimit(a store.Actor, c *cfdi.Comprobante) *cfdi.Finding {
	if a.Admin || a.Limits.Total == 0 {
		return nil
	}
	total, most := inMXN(c), decimal.FromMicros(a.Limits.Total)
	if total.Cmp(most) <= 0 {
		return nil
	}
	return &cfdi.Finding{
		Path: "Total", Severity: cfdi.SeverityError,
		Message: fmt.Sprintf("Este comprobante pasa de lo que tu usuario puede timbrar: $%s.", most.Fixed(2)),
		Fix:     "Guárdalo como borrador; lo timbra quien administra tu empresa o alguien con un límite mayor.",
	}
}
