package directory

import (
	"context"
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/store"
)

// RecentProducts returns, for each of the n keys of c_ClaveProdServ that the company
// used last, newest first, its newest active product: how it taxes what it sells.
func (s *Service) RecentProducts(ctx context.Context, a store.Actor, n int) ([]Product, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).RecentProducts(ctx, min(max(n, 1), maxLimit))
	if err != nil {
		return nil, err
	}
	return productsOf(rows)
}

// ReviewTaxes says what is odd in the taxes of a product for its key, and the press
// that puts the usual IVA. Nothing is stored.
func (s *Service) ReviewTaxes(a store.Actor, in Product) (Review, error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return Review{}, err
	}
	var p problems
	s.warnOdd(&in, &p)
	r := Review{Findings: p.warnings}
	if u, ok := s.cfg.Catalog.Usual(in.ClaveProdServ); ok && u.IVA != catalogo.IVAGeneral {
		r.mend(oddPath, "Poner IVA "+ivaText(u.IVA), map[string]string{"IVA": u.IVA})
	}
	return r, nil
}

// oddPath is where an odd IVA is said.
const oddPath = "Traslados"

// warnOdd says when the IVA of a product is not what the law lays on its key. It is
// never more than a warning: a key is coarser than the law.
func (s *Service) warnOdd(in *Product, p *problems) {
	if in.ObjetoImp != "02" || in.ClaveProdServ == "" {
		return
	}
	i := slices.IndexFunc(in.Traslados, func(t Tax) bool { return t.Impuesto == iva })
	if i < 0 {
		return
	}
	has := catalogo.IVAGeneral
	switch t := in.Traslados[i]; {
	case t.TipoFactor == "Exento":
		has = catalogo.IVAExento
	case t.TasaOCuota.Sign() == 0:
		has = catalogo.IVACero
	}
	u, known := s.cfg.Catalog.Usual(in.ClaveProdServ)
	switch {
	case has == u.IVA, known && !u.Always && has == catalogo.IVAGeneral:
	case !known:
		p.warn(oddPath, "Lo usual con esta clave es cobrar IVA, y el producto va "+ivaText(has)+".", "Déjalo así sólo si la ley lo dice de lo que vendes, por ejemplo al exportar.")
	default:
		p.warn(oddPath, "Lo usual con esta clave es IVA "+ivaText(u.IVA)+": "+u.Porque+".", "Revisa cuál le toca a lo que vendes.")
	}
}

func ivaText(iva string) string {
	switch iva {
	case catalogo.IVACero:
		return "a 0 %"
	case catalogo.IVAExento:
		return "exento"
	}
	return "a la tasa general"
}
