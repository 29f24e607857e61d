package account

import (
	"fmt"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/store"
)

// What is known of the border stimulus (IVA of 8 %) at a postal code.
const (
	BorderNo      = "no"
	BorderYes     = "si"
	BorderUnknown = "no-se-sabe" // the full catalogue is not here: the PAC decides
)

// A Place is what the catalogue knows of a postal code.
type Place struct {
	CodigoPostal string
	Estado       string // its name
	Zona         string // against UTC now, "UTC−06:00"
	Frontera     string // one of the words above
	Municipio    string // its name, "" where it is not known

	// What the address may say; none where the catalogues were not imported.
	Colonias    []string // of the postal code
	Municipios  []string // the one it is of, or all of its state
	Localidades []string // of its state
}

// Place looks a postal code up; false when there is none. Without the full
// catalogue the state and the region are rules by range (decision 16).
func (s *Service) Place(cp string) (Place, bool) {
	row, ok := s.cfg.Catalog.CodigoPostal(cp)
	if !ok || cp == "00000" {
		return Place{}, false
	}
	estado, _ := s.cfg.Catalog.Estado(row.Estado)
	p := Place{CodigoPostal: cp, Estado: estado.Texto, Zona: s.zoneOf(cp), Frontera: BorderYes}
	s.nameParts(&p, row)
	switch {
	case row.Frontera < 0:
		p.Frontera = BorderUnknown
	case row.Frontera == 0:
		p.Frontera = BorderNo
	}
	return p, true
}

// nameParts adds what lies within the postal code and the state.
func (s *Service) nameParts(p *Place, row catalogo.CodigoPostal) {
	cat := s.cfg.Catalog
	if p.Municipio = cat.Municipio(row.Estado, row.Municipio); p.Municipio != "" {
		p.Municipios = []string{p.Municipio}
	} else {
		p.Municipios = cat.Municipios(row.Estado)
	}
	for _, c := range cat.Colonias(row.Clave) {
		p.Colonias = append(p.Colonias, c.Texto)
	}
	p.Localidades = cat.Localidades(row.Estado)
}

// fillMunicipio fills the municipality of an address that has a street or a colonia from
// its postal code, where it is known. Another one is the person's word.
func (s *Service) fillMunicipio(cp, calle, colonia string, municipio *string) {
	if place, ok := s.Place(cp); ok && *municipio == "" && calle+colonia != "" {
		*municipio = place.Municipio
	}
}

// checkState fills the state of an address from its postal code and refuses another
// one: which of the two is wrong only the person knows.
func (s *Service) checkState(cp string, estado *string, p *problems) {
	place, ok := s.Place(cp)
	switch {
	case !ok || place.Estado == "":
	case *estado == "" || store.FoldLine(*estado) == store.FoldLine(place.Estado):
		*estado = place.Estado
	default:
		p.err("Estado", fmt.Sprintf("El código postal %s es de %s y el domicilio dice %s.", cp, place.Estado, *estado),
			"Corrige el que esté mal, o guarda con el estado del código postal.")
	}
}

// checkBorder refuses the stimulus where the postal code is known not to have it.
func (s *Service) checkBorder(cp string, border bool, p *problems) {
	if place, ok := s.Place(cp); border && ok && place.Frontera == BorderNo {
		p.err("Frontera", "El código postal "+cp+" no está en la región fronteriza: ahí no hay IVA de 8 %.", "Quita la marca o corrige el código postal.")
	}
}
