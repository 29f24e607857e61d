package directory

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/store"
)

// Keys of c_Impuesto.
const (
	isr  = "001"
	iva  = "002"
	ieps = "003"
)

var (
	prodServShape = regexp.MustCompile(`^\d{8}$`)
	unidadShape   = regexp.MustCompile(`^[0-9A-Z]{1,3}$`)
	materialShape = regexp.MustCompile(`^[0-9M]\d{3}$`)
	embalajeShape = regexp.MustCompile(`^[0-9A-Z]{2,3}$`)
	predialShape  = regexp.MustCompile(`^[0-9A-Za-z]{1,150}$`)
)

// checkProduct puts in into the form it is stored in and reports what is wrong or odd.
func (s *Service) checkProduct(in *Product, p *problems) {
	in.trim()
	if in.Descripcion == "" {
		p.err("Descripcion", "Falta la descripción.", "Escribe lo que verá tu cliente en la factura.")
	}
	p.line("Descripcion", in.Descripcion, 1000)
	p.line("Clave", in.Clave, 100)
	p.line("Unidad", in.Unidad, 20)
	s.checkKeys(in, p)
	s.checkPrice(in, p)
	s.checkTaxes(in, p)
	p.text("Categoria", in.Categoria, maxCategoria)
	if in.Categoria != "" && store.FoldLine(in.Categoria) == "" {
		p.err("Categoria", "La categoría no tiene letras ni números.", "Escribe una palabra: Bebidas, Refacciones…")
	}
	checkCarga(in, p)
	if in.CuentaPredial != "" && !predialShape.MatchString(in.CuentaPredial) {
		p.err("CuentaPredial", "La cuenta predial lleva solo letras sin acento y números, hasta 150.", "Quita guiones, puntos y espacios.")
	}
}

// maxCategoria is how many signs a category has at most.
const maxCategoria = 60

// checkCarga looks at what the Carta Porte will ask of the product: by its shape, for
// its catalogues are not among ours.
func checkCarga(in *Product, p *problems) {
	switch {
	case in.PesoEnKg.Sign() < 0:
		p.err("PesoEnKg", "El peso no puede ser negativo.", "Escribe los kilos de una unidad: 1.250.")
	case in.PesoEnKg.Scale() > 3:
		p.err("PesoEnKg", "El peso admite hasta tres decimales.", "Escribe los kilos de una unidad: 1.250.")
	case in.PesoEnKg.Cmp(decimal.FromInt(1_000_000_000)) >= 0:
		p.err("PesoEnKg", "Ese peso es demasiado grande.", "Escribe los kilos de una sola unidad.")
	}
	if in.MaterialPeligroso != "" && in.MaterialPeligroso != "Sí" && in.MaterialPeligroso != "No" {
		p.err("MaterialPeligroso", "Sólo puede ser Sí o No.", "Elige una de las opciones o déjalo sin decir.")
	}
	for _, f := range []struct {
		path, value string
		shape       *regexp.Regexp
		message     string
		fix         string
	}{
		{"CveMaterialPeligroso", in.CveMaterialPeligroso, materialShape, "La clave de material peligroso tiene cuatro dígitos, o una M y tres.", "Es el número ONU del material: 1203 es gasolina."},
		{"Embalaje", in.Embalaje, embalajeShape, "La clave de embalaje tiene dos o tres letras y números.", "Por ejemplo 4G, caja de cartón; o 1A1, tambor de acero."},
	} {
		switch {
		case f.value == "" && in.MaterialPeligroso == "Sí":
			p.warn(f.path, "La Carta Porte lo pide de un material peligroso.", "Complétalo antes de trasladarlo.")
		case f.value == "":
		case !f.shape.MatchString(f.value):
			p.err(f.path, f.message, f.fix)
		case in.MaterialPeligroso != "Sí":
			p.err(f.path, "Sólo se pone de un material peligroso.", "Di que es material peligroso, o bórralo.")
		}
	}
}

// trim removes outer and doubled blanks and upper-cases keys.
func (in *Product) trim() {
	for _, f := range []*string{&in.Clave, &in.Descripcion, &in.Unidad, &in.Categoria, &in.MaterialPeligroso} {
		*f = clean(*f)
	}
	for _, f := range []*string{&in.ClaveProdServ, &in.ClaveUnidad, &in.Moneda, &in.ObjetoImp, &in.CveMaterialPeligroso, &in.Embalaje} {
		*f = strings.ToUpper(strings.TrimSpace(*f))
	}
	in.CuentaPredial = strings.TrimSpace(in.CuentaPredial)
	if in.Moneda == "" {
		in.Moneda = "MXN"
	}
	if in.Traslados == nil {
		in.Traslados = []Tax{}
	}
	if in.Retenciones == nil {
		in.Retenciones = []Tax{}
	}
}

// checkKeys looks at the two SAT keys. A key that the built-in set does not
// hold is only doubtful while the full catalogue is not imported.
func (s *Service) checkKeys(in *Product, p *problems) {
	row, known := s.cfg.Catalog.ClaveProdServ(in.ClaveProdServ)
	switch {
	case in.ClaveProdServ == "":
		p.err("ClaveProdServ", "Falta la clave del SAT.", "Búscala por palabra: renta, consulta, flete…")
	case !prodServShape.MatchString(in.ClaveProdServ):
		p.err("ClaveProdServ", "La clave del SAT tiene ocho dígitos.", "Búscala por palabra y elígela de la lista.")
	case known && !row.InForce(s.today()):
		p.err("ClaveProdServ", "Esa clave del SAT ya no está vigente.", "Elige otra de la lista.")
	case !known:
		s.unknownKey("ClaveProdServ", p)
	}
	unit, known := s.cfg.Catalog.ClaveUnidad(in.ClaveUnidad)
	switch {
	case in.ClaveUnidad == "":
		p.err("ClaveUnidad", "Falta la clave de unidad.", "H87 es pieza y E48 es unidad de servicio.")
	case !unidadShape.MatchString(in.ClaveUnidad):
		p.err("ClaveUnidad", "La clave de unidad tiene de una a tres letras o números.", "Búscala por palabra: pieza, kilo, servicio…")
	case known && !unit.InForce(s.today()):
		p.err("ClaveUnidad", "Esa clave de unidad ya no está vigente.", "Elige otra de la lista.")
	case !known:
		s.unknownKey("ClaveUnidad", p)
	}
}

func (s *Service) unknownKey(name string, p *problems) {
	if s.cfg.Catalog.Full(name) {
		p.err(name, "Esa clave no existe en el catálogo del SAT.", "Búscala por palabra y elígela de la lista.")
		return
	}
	p.warn(name, "No tenemos esa clave en nuestro catálogo; quien timbra decide si vale.", "Revísala antes de facturar.")
}

func (s *Service) checkPrice(in *Product, p *problems) {
	if moneda, ok := s.cfg.Catalog.Moneda(in.Moneda); !ok || in.Moneda == "XXX" || !moneda.InForce(s.today()) {
		p.err("Moneda", "Esa moneda no sirve para facturar.", "Elige una de la lista, por ejemplo MXN o USD.")
	}
	if in.Precio.IsZero() {
		return
	}
	_, err := in.Precio.Micros()
	switch {
	case in.Precio.Sign() < 0:
		p.err("Precio", "El precio no puede ser negativo.", "Escribe el precio; los descuentos se ponen en la factura.")
	case err != nil:
		p.err("Precio", "El precio admite hasta seis decimales y menos de un billón.", "Redondéalo.")
	}
}

// checkTaxes looks at each tax by itself and at all of them against ObjetoImp (cfdi-rules §5.5).
func (s *Service) checkTaxes(in *Product, p *problems) {
	objeto, ok := s.cfg.Catalog.ObjetoImp(in.ObjetoImp)
	switch {
	case in.ObjetoImp == "":
		p.err("ObjetoImp", "Falta decir si es objeto de impuesto.", "Casi siempre es 02, sí objeto de impuesto.")
	case !ok || !objeto.InForce(s.today()):
		p.err("ObjetoImp", "Ese objeto de impuesto no existe.", "Elige uno de la lista.")
	default:
		checkObject(in, p)
	}
	for i := range in.Traslados {
		s.checkTax(in.Traslados, i, true, p)
	}
	for i := range in.Retenciones {
		s.checkTax(in.Retenciones, i, false, p)
	}
	row, known := s.cfg.Catalog.ClaveProdServ(in.ClaveProdServ)
	if known && in.ObjetoImp == "02" {
		warnMissing(in, row, p)
	}
	s.warnOdd(in, p)
}

// checkObject holds the taxes against the key that says which there may be.
func checkObject(in *Product, p *problems) {
	none := len(in.Traslados)+len(in.Retenciones) == 0
	onlyISR := len(in.Traslados) == 0 && !slices.ContainsFunc(in.Retenciones, func(t Tax) bool { return t.Impuesto != isr })
	switch in.ObjetoImp {
	case "01", "03", "04", "05":
		if !none {
			p.err("ObjetoImp", "Con el objeto de impuesto "+in.ObjetoImp+" no se ponen impuestos.", "Quítalos o cambia a 02, sí objeto de impuesto.")
		}
	case "02":
		if none {
			p.err("ObjetoImp", "Con el objeto de impuesto 02 hace falta al menos un impuesto.", "Agrega el IVA (16 %, 8 %, 0 % o exento) o cambia el objeto.")
		}
	case "06", "08":
		if !onlyISR {
			p.err("ObjetoImp", "Con el objeto de impuesto "+in.ObjetoImp+" solo puede haber retención de ISR.", "Quita los demás impuestos o cambia el objeto.")
		}
	case "07":
		if !has(in.Traslados, ieps) || has(in.Traslados, iva) {
			p.err("ObjetoImp", "Con el objeto de impuesto 07 va el IEPS trasladado y no el IVA.", "Agrega el IEPS y quita el IVA, o cambia el objeto.")
		}
	}
}

// checkTax looks at the tax at i of list.
func (s *Service) checkTax(list []Tax, i int, traslado bool, p *problems) {
	t, side := list[i], "Retenciones"
	if traslado {
		side = "Traslados"
	}
	path := fmt.Sprintf("%s[%d]", side, i)
	impuesto, ok := s.cfg.Catalog.Impuesto(t.Impuesto)
	switch {
	case !ok:
		p.err(path+".Impuesto", "Falta elegir el impuesto.", "Elige ISR, IVA o IEPS.")
		return
	case traslado && !impuesto.Traslado, !traslado && !impuesto.Retencion:
		p.err(path+".Impuesto", "El "+impuesto.Texto+" no se traslada: solo se retiene.", "Ponlo en retenciones.")
		return
	}
	for _, other := range list[:i] {
		if other.Impuesto == t.Impuesto && (other.TipoFactor == t.TipoFactor || t.Impuesto != ieps) {
			p.err(path+".Impuesto", "Ese impuesto ya está en la lista.", "Deja uno solo.")
			return
		}
	}
	s.checkRate(path, t, impuesto.Texto, traslado, p)
}

func (s *Service) checkRate(path string, t Tax, name string, traslado bool, p *problems) {
	factor, ok := s.cfg.Catalog.TipoFactor(t.TipoFactor)
	switch {
	case !ok:
		p.err(path+".TipoFactor", "Falta decir si es tasa, cuota o exento.", "Elige uno de la lista.")
	case factor.Clave == "Exento" && !traslado:
		p.err(path+".TipoFactor", "Una retención no puede ser exenta.", "Quita la retención o ponle su tasa.")
	case factor.Clave == "Exento" && !t.TasaOCuota.IsZero():
		p.err(path+".TasaOCuota", "Un impuesto exento no lleva tasa.", "Deja la tasa vacía.")
	case factor.Clave == "Exento" && t.Impuesto == isr:
		p.err(path+".TipoFactor", "El ISR no se traslada.", "Ponlo en retenciones.")
	case factor.Clave != "Exento" && t.TasaOCuota.IsZero():
		p.err(path+".TasaOCuota", "Falta la tasa o cuota.", "Escríbela como fracción: 0.160000 es 16 %.")
	case factor.Clave != "Exento" && !s.cfg.Catalog.ValidRate(t.Impuesto, t.TipoFactor, traslado, t.TasaOCuota, s.today()):
		p.err(path+".TasaOCuota", "El SAT no tiene esa tasa de "+name+": "+t.TasaOCuota.String()+".", "Elige una de la lista.")
	}
}

// warnMissing tells of a tax the catalogue says this key must carry (CFDI40164 in its time).
func warnMissing(in *Product, row catalogo.ClaveProdServ, p *problems) {
	if row.IVA && !has(in.Traslados, iva) {
		p.warn("Traslados", "El catálogo del SAT pide trasladar IVA con esta clave.", "Agrega el IVA; si es exento, elige el factor Exento.")
	}
	if row.IEPS && !has(in.Traslados, ieps) {
		p.warn("Traslados", "El catálogo del SAT pide trasladar IEPS con esta clave.", "Agrega el IEPS si te toca cobrarlo.")
	}
}

func has(list []Tax, impuesto string) bool {
	return slices.ContainsFunc(list, func(t Tax) bool { return t.Impuesto == impuesto })
}
