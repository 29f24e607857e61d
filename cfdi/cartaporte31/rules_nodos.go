package cartaporte31

import (
	"slices"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

const (
	si         = "Sí"
	entrada    = "Entrada"
	salida     = "Salida"
	origen     = "Origen"
	destino    = "Destino"
	mexico     = "MEX"
	intermedia = "02"    // of c_TipoEstacion
	pedimento  = "01"    // of c_DocumentoAduanero
	ferri      = "CM011" // of c_ContenedorMaritimo
	operador   = "01"    // of c_FiguraTransporte
)

// version is that of the complement.
const version = "3.1"

const fixPais = "Escribe las tres letras del país, por ejemplo USA."

// noKey says that a key is in no catalogue on the day of the document.
func noKey(key, catalogue string) string {
	return "La clave " + cfdi.Quoted(key) + " no existe en el catálogo " + catalogue + " del SAT, o no estaba vigente en la fecha del comprobante."
}

// validation is one run of the rules over one Carta Porte.
type validation struct {
	*cfdi.Report
	c    *cfdi.Comprobante
	cat  *catalogo.Catalog
	cp   *CartaPorte
	m    *Mercancias
	code string // of the rule that runs

	bienes map[string]bienes // looked up so far
}

func (v *validation) fail(path, message, fix string) { v.Fail(v.code, path, message, fix) }

// contested is fail where no other code of the matrix asks for the contrary. The matrix
// speaks of each mode of transport as if it were alone and still has a code for several
// (CP180), so that they may be together; then CP135 forbids by road the station that
// CP136 asks for by sea, air or rail, CP140 its kind in the same way, and one total is to
// be two sums (CP149 and CP150, CP151 and CP152). No document obeys both, so there what is
// asked is a warning and the last word is the PAC's. Everything that no other code
// contradicts is asked of several modes as of one, for that is what a PAC reads.
func (v *validation) contested(path, message, fix string, contrary bool) {
	if contrary {
		v.Warn(v.code, path, message, fix)
		return
	}
	v.fail(path, message, fix)
}

// road reports whether a lorry goes beside another mode: what its codes forbid, those of
// the other ask for.
func (v *validation) road() bool { return v.m.Autotransporte != nil && v.modes() > 1 }

// need is what to say of something that is missing or too much; out takes the attribute out,
// where nothing else is right.
type need struct {
	message, fix string
	out          bool
}

// iff is a rule of what must be there in one case, and only then.
func (v *validation) iff(must, there bool, path string, missing, extra need) {
	switch {
	case must && !there:
		v.fail(path, missing.message, missing.fix)
	case !must && there:
		v.fail(path, extra.message, extra.fix)
		if extra.out {
			v.MendHere(path, "")
		}
	}
}

// key reports whether a key stands in its catalogue on the day of the document.
func (v *validation) key(catalogue, key string) bool {
	return listed(catalogue, key, v.c.Fecha[:min(len(v.c.Fecha), len("2026-11-20"))])
}

func (v *validation) pais(key string) bool {
	row, ok := v.cat.Pais(key)
	return ok && row.InForce(v.c.Fecha)
}

func (v *validation) internacional() bool { return v.cp.TranspInternac == si }

// importa reports whether goods come in from abroad.
func (v *validation) importa() bool { return v.internacional() && v.cp.EntradaSalidaMerc == entrada }

// rueda reports whether distance counts: by road or by rail.
func (v *validation) rueda() bool { return v.m.rueda() }

func (m *Mercancias) rueda() bool { return m.Autotransporte != nil || m.TransporteFerroviario != nil }

// modes counts the modes of transport.
func (v *validation) modes() int { return v.m.modes() }

func (m *Mercancias) modes() int {
	n := 0
	for _, there := range []bool{m.Autotransporte != nil, m.TransporteMaritimo != nil, m.TransporteAereo != nil, m.TransporteFerroviario != nil} {
		if there {
			n++
		}
	}
	return n
}

// places counts the places of a kind.
func (v *validation) places(kind string) int {
	n := 0
	for i := range v.cp.Ubicaciones {
		if v.cp.Ubicaciones[i].TipoUbicacion == kind {
			n++
		}
	}
	return n
}

func (v *validation) operador() bool {
	return slices.ContainsFunc(v.cp.FiguraTransporte, func(f TiposFigura) bool { return f.TipoFigura == operador })
}

// want is a rule of one condition.
func want(path, message, fix string, ok func(*validation) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v) {
			v.fail(path, message, fix)
		}
	}
}

func eachUbicacion(check func(v *validation, path string, u *Ubicacion)) func(*validation) {
	return func(v *validation) {
		for i := range v.cp.Ubicaciones {
			check(v, ubicacionPath(i), &v.cp.Ubicaciones[i])
		}
	}
}

func eachMercancia(check func(v *validation, path string, m *Mercancia)) func(*validation) {
	return func(v *validation) {
		for i := range v.m.Mercancia {
			check(v, mercanciaPath(i), &v.m.Mercancia[i])
		}
	}
}

func eachDocumento(check func(v *validation, path string, d *DocumentacionAduanera)) func(*validation) {
	return eachMercancia(func(v *validation, path string, m *Mercancia) {
		for i := range m.DocumentacionAduanera {
			check(v, at(path+".DocumentacionAduanera", i), &m.DocumentacionAduanera[i])
		}
	})
}

func eachCantidad(check func(v *validation, path string, q *CantidadTransporta)) func(*validation) {
	return eachMercancia(func(v *validation, path string, m *Mercancia) {
		for i := range m.CantidadTransporta {
			check(v, at(path+".CantidadTransporta", i), &m.CantidadTransporta[i])
		}
	})
}

func eachContenedor(check func(v *validation, path string, c *ContenedorMaritimo)) func(*validation) {
	return func(v *validation) {
		if v.m.TransporteMaritimo == nil {
			return
		}
		for i := range v.m.TransporteMaritimo.Contenedor {
			check(v, contenedorPath(i), &v.m.TransporteMaritimo.Contenedor[i])
		}
	}
}

func aereo(check func(v *validation, path string, a *TransporteAereo)) func(*validation) {
	return func(v *validation) {
		if v.m.TransporteAereo != nil {
			check(v, "Mercancias.TransporteAereo", v.m.TransporteAereo)
		}
	}
}

func eachCarro(check func(v *validation, path string, c *Carro)) func(*validation) {
	return func(v *validation) {
		if v.m.TransporteFerroviario == nil {
			return
		}
		for i := range v.m.TransporteFerroviario.Carro {
			check(v, carroPath(i), &v.m.TransporteFerroviario.Carro[i])
		}
	}
}

func eachFigura(check func(v *validation, path string, f *TiposFigura)) func(*validation) {
	return func(v *validation) {
		for i := range v.cp.FiguraTransporte {
			check(v, figuraPath(i), &v.cp.FiguraTransporte[i])
		}
	}
}

// rfc reports what is no RFC. Whether it is registered only the SAT knows.
func (v *validation) rfc(path, rfc string) {
	if rfc != "" && !cfdi.ValidRFC(rfc) {
		v.fail(path, cfdi.Quoted(rfc)+" no es un RFC.", "Cópialo de la constancia de situación fiscal: 12 caracteres si es persona moral, 13 si es persona física.")
	}
}

// commas writes a list of keys for people.
func commas(keys string) string { return strings.ReplaceAll(keys, " ", ", ") }

// residencia is the rule of who is registered abroad.
func (v *validation) residencia(path, number, residencia string) {
	v.iff(number != "", residencia != "", path,
		need{message: "Hay número de registro tributario y falta el país de residencia fiscal.", fix: fixPais},
		need{message: "El país de residencia fiscal solo va con un número de registro tributario.", fix: "Quita el país, o escribe el número con que paga impuestos ahí."})
	switch {
	case number == "" || residencia == "":
	case residencia == mexico:
		v.fail(path, "Con número de registro tributario la residencia fiscal no puede ser México.", "Escribe el país extranjero; si vive en México, escribe su RFC en vez del número.")
	case !v.pais(residencia):
		v.fail(path, noKey(residencia, "c_Pais"), fixPais)
	}
}

// sum is the rule of a total of what its parts say, of which another code may ask for another
// of the sums.
func (v *validation) sum(path, what, parts string, got, want decimal.Decimal, asked []decimal.Decimal) {
	fix := "Escribe " + want.String() + ", o corrige " + parts + "."
	if want.Sign() == 0 { // which no total may be
		fix = "Corrige " + parts + "."
	}
	switch {
	case got.IsZero():
		v.fail(path, "Falta "+strings.ToLower(what[:1])+what[1:]+".", fix)
	case got.Cmp(want) != 0:
		another := slices.ContainsFunc(asked, func(d decimal.Decimal) bool { return d.Cmp(got) == 0 })
		v.contested(path, what+" es "+got.String()+" y "+parts+" suman "+want.String()+".", fix, another)
	default:
		return
	}
	if v.modes() == 1 && want.Sign() > 0 {
		v.MendHere(path, want.String())
	}
}

func (m *Mercancias) kilos() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range m.Mercancia {
		sum = sum.Add(m.Mercancia[i].PesoEnKg)
	}
	return sum
}

func (m *Mercancias) bruto() decimal.Decimal {
	return m.detalle(func(d *DetalleMercancia) decimal.Decimal { return d.PesoBruto })
}

func (m *Mercancias) neto() decimal.Decimal {
	return m.detalle(func(d *DetalleMercancia) decimal.Decimal { return d.PesoNeto })
}

func (m *Mercancias) detalle(weight func(*DetalleMercancia) decimal.Decimal) decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range m.Mercancia {
		if d := m.Mercancia[i].DetalleMercancia; d != nil {
			sum = sum.Add(weight(d))
		}
	}
	return sum
}

func (t *TransporteFerroviario) toneladas() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range t.Carro {
		sum = sum.Add(t.Carro[i].ToneladasNetasCarro)
	}
	return sum
}

// brutos are the sums that the codes ask PesoBrutoTotal to be, netos those of
// PesoNetoTotal: two where a ship and another mode carry the goods.
func (m *Mercancias) brutos() (sums []decimal.Decimal) {
	if m.Autotransporte != nil || m.TransporteAereo != nil || m.TransporteFerroviario != nil {
		sums = append(sums, m.kilos())
	}
	if m.TransporteMaritimo != nil {
		sums = append(sums, m.bruto())
	}
	return sums
}

func (m *Mercancias) netos() (sums []decimal.Decimal) {
	if m.TransporteMaritimo != nil {
		sums = append(sums, m.neto())
	}
	if m.TransporteFerroviario != nil {
		sums = append(sums, m.TransporteFerroviario.toneladas())
	}
	return sums
}

func (v *CartaPorte) distancia() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range v.Ubicaciones {
		if v.Ubicaciones[i].TipoUbicacion == destino {
			sum = sum.Add(v.Ubicaciones[i].DistanciaRecorrida)
		}
	}
	return sum
}
