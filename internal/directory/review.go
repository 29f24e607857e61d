package directory

import (
	"context"
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/store"
)

// A Review is what the local check says of a customer before anything is stored.
type Review struct {
	Findings []cfdi.Finding // errors and warnings
	Mends    []Mend
}

// A Mend is one way to put right what stands beside the field Path: the values to
// write. Several of one Path are a choice.
type Mend struct {
	Path   string
	Values map[string]string // by field; Label says it when it is a choice
	Label  string            // "" for the only way
}

// fewMends is how many ways of a choice are offered beside a field; the list of the
// field has them all.
const fewMends = 4

// everyday are the regimes and uses most people mean, in the order they are offered.
var everyday = []string{"601", "612", "626", "605", "606", "603", "G03", "G01", "S01", "D01", "CP01"}

// ReviewCustomer checks c as [Service.SaveCustomer] does and says how each thing
// whose mend is known is mended. Nothing is stored.
func (s *Service) ReviewCustomer(ctx context.Context, a store.Actor, c Customer) (Review, error) {
	if err := a.Require(store.RightCustomers); err != nil {
		return Review{}, err
	}
	place, err := s.placeOfIssue(ctx, a)
	if err != nil {
		return Review{}, err
	}
	taxes, err := taxesIn(ctx, s.cfg.DB.View(a.Tenant))
	if err != nil {
		return Review{}, err
	}
	found := s.review(c, place, false)
	var p problems
	checkExtras(&c, taxes, &p)
	for _, f := range p.fields {
		found.Findings = append(found.Findings, cfdi.Finding{Path: f.Path, Severity: cfdi.SeverityError, Message: f.Message, Fix: f.Fix})
	}
	return found, nil
}

// review is ReviewCustomer; own says that it is the customer who fills it in.
func (s *Service) review(typed Customer, place string, own bool) Review {
	var r Review
	var p problems
	c := typed
	c.Correos = slices.Clone(typed.Correos)
	if own {
		s.checkProposal(&c, &p)
	} else {
		s.checkCustomer(&c, place, &p)
	}
	for _, f := range p.fields {
		r.Findings = append(r.Findings, cfdi.Finding{Path: f.Path, Code: f.Code, Severity: cfdi.SeverityError, Message: f.Message, Fix: f.Fix})
	}
	r.Findings = append(r.Findings, p.warnings...)
	if c.Rfc != typed.Rfc && c.Rfc != "" {
		if !slices.ContainsFunc(r.Findings, func(f cfdi.Finding) bool { return f.Path == "Rfc" && f.IsError() }) {
			r.Findings = append(r.Findings, cfdi.Finding{Path: "Rfc", Severity: cfdi.SeverityWarning, Message: "El RFC va en mayúsculas y sin espacios."})
		}
		r.mend("Rfc", "", map[string]string{"Rfc": c.Rfc})
	}
	if c.Nombre != typed.Nombre && c.Nombre != "" {
		r.mend("Nombre", "", map[string]string{"Nombre": c.Nombre})
	}
	if generic(c.Rfc) && !own {
		r.mendGeneric(typed, c)
		return r
	}
	s.mendFiscal(&r, c)
	return r
}

// mend offers values when something stands beside the field.
func (r *Review) mend(path, label string, values map[string]string) {
	if slices.ContainsFunc(r.Findings, func(f cfdi.Finding) bool { return f.Path == path }) {
		r.Mends = append(r.Mends, Mend{Path: path, Label: label, Values: values})
	}
}

// mendGeneric puts what a generic RFC demands in one press.
func (r *Review) mendGeneric(typed, c Customer) {
	must := map[string]string{"RegimenFiscal": c.RegimenFiscal, "UsoCFDI": c.UsoCFDI, "CodigoPostal": c.CodigoPostal}
	if c.CodigoPostal == "" {
		delete(must, "CodigoPostal")
	}
	for _, f := range []struct{ path, typed string }{{"RegimenFiscal", typed.RegimenFiscal}, {"UsoCFDI", typed.UsoCFDI}, {"CodigoPostal", typed.CodigoPostal}} {
		if must[f.path] != "" && f.typed != must[f.path] {
			r.mend(f.path, "", must)
		}
	}
}

// mendFiscal offers the regimes of that kind of person, and the uses of the regime.
func (s *Service) mendFiscal(r *Review, c Customer) {
	n := len([]rune(c.Rfc))
	if n != 12 && n != 13 {
		return
	}
	moral := n == 12
	if c.RegimenFiscal != "" {
		row, ok := s.cfg.Catalog.RegimenFiscal(c.RegimenFiscal)
		if !ok || moral && !row.Moral || !moral && !row.Fisica {
			for _, x := range s.cfg.Catalog.RegimenesFiscales() {
				if x.Hasta == "" && x.Clave != sinRegimen && (moral && x.Moral || !moral && x.Fisica) {
					r.mend("RegimenFiscal", x.Clave+" · "+x.Texto, map[string]string{"RegimenFiscal": x.Clave})
				}
			}
		}
	}
	if uso, ok := s.cfg.Catalog.UsoCFDI(c.UsoCFDI); c.RegimenFiscal != "" && (!ok || moral && !uso.Moral || !moral && !uso.Fisica || !uso.Admits(c.RegimenFiscal)) {
		for _, x := range s.cfg.Catalog.UsosCFDI() {
			if x.Hasta == "" && x.Clave != "CP01" && x.Clave != "CN01" && (moral && x.Moral || !moral && x.Fisica) && x.Admits(c.RegimenFiscal) {
				r.mend("UsoCFDI", x.Clave+" · "+x.Texto, map[string]string{"UsoCFDI": x.Clave})
			}
		}
	}
	r.few("RegimenFiscal")
	r.few("UsoCFDI")
}

// few keeps the ways of a choice that most people mean.
func (r *Review) few(path string) {
	rank := func(m Mend) int {
		key, _, _ := strings.Cut(m.Label, " ")
		if i := slices.Index(everyday, key); i >= 0 {
			return i
		}
		return len(everyday)
	}
	var these, rest []Mend
	for _, m := range r.Mends {
		if m.Path == path {
			these = append(these, m)
		} else {
			rest = append(rest, m)
		}
	}
	slices.SortStableFunc(these, func(a, b Mend) int { return rank(a) - rank(b) })
	r.Mends = append(rest, these[:min(len(these), fewMends)]...)
}
