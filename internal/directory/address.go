package directory

import (
	"fmt"

	"iofacturo.mx/internal/store"
)

// addressParts are the fields of an address and how long each may be.
func (c *Customer) addressParts() []struct {
	path  string
	value *string
	most  int
} {
	return []struct {
		path  string
		value *string
		most  int
	}{
		{"Calle", &c.Calle, 120},
		{"NoExterior", &c.NoExterior, 30},
		{"NoInterior", &c.NoInterior, 30},
		{"Colonia", &c.Colonia, 120},
		{"Localidad", &c.Localidad, 120},
		{"Municipio", &c.Municipio, 120},
		{"Estado", &c.Estado, 60},
		{"Pais", &c.Pais, 3},
		{"Referencia", &c.Referencia, 300},
	}
}

// checkAddress looks at an address, which is only printed: in México municipality and
// state follow from the postal code where nobody wrote others, and another state is
// odd, no more. A generic RFC bears the postal code of who issues, which says nothing.
func (s *Service) checkAddress(c *Customer, p *problems) {
	for _, f := range c.addressParts() {
		p.text(f.path, *f.value, f.most)
	}
	switch _, ok := s.cfg.Catalog.Pais(c.Pais); {
	case c.Pais == "MEX":
		c.Pais = ""
	case c.Pais != "" && !ok:
		p.err("Pais", "Ese país no está en el catálogo del SAT.", "Elige uno de la lista o déjalo en México.")
	}
	if c.Pais != "" || generic(c.Rfc) || c.Calle+c.Colonia == "" && c.Estado == "" {
		return
	}
	row, ok := s.cfg.Catalog.CodigoPostal(c.CodigoPostal)
	if !ok {
		return
	}
	estado, _ := s.cfg.Catalog.Estado(row.Estado)
	if c.Calle+c.Colonia != "" && c.Municipio == "" {
		c.Municipio = s.cfg.Catalog.Municipio(row.Estado, row.Municipio)
	}
	switch {
	case estado.Texto == "":
	case c.Estado == "" || store.FoldLine(c.Estado) == store.FoldLine(estado.Texto):
		c.Estado = estado.Texto
	default:
		p.warn("Estado", fmt.Sprintf("El código postal %s es de %s y el domicilio dice %s.", c.CodigoPostal, estado.Texto, c.Estado), "Si es el de otro lugar está bien: sólo sale en el PDF.")
	}
}
