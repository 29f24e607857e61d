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

const fixClave = "Elige una clave de la lista."

// validation is one run of the rules over one Carta Porte.
type validation struct {
	*cfdi.Report
	c    *cfdi.Comprobante
	cat  *catalogo.Catalog
	cp   *CartaPorte
	m    *Mercancias
	code string // of the rule that runs
}

func (v *validation) fail(path, message, fix string) { v.Fail(v.code, path, message, fix) }

// modal is fail where one mode of transport is at work. The matrix speaks of each mode
// as if it were alone; of a load that changes from one to another it asks what cannot
// be. There what is too much is a warning, what is missing at a place, where another
// mode may have been, is not said, and the last word is the PAC's.
func (v *validation) modal(path, message, fix string) {
	if v.modes() > 1 {
		v.Warn(v.code, path, message, fix)
		return
	}
	v.fail(path, message, fix)
}

// need is what to say of something that is missing or too much.
type need struct{ message, fix string }

// iff is a rule of what must be there in one case, and only then.
func (v *validation) iff(must, there bool, path string, missing, extra need) {
	switch {
	case must && !there:
		v.fail(path, missing.message, missing.fix)
	case !must && there:
		v.fail(path, extra.message, extra.fix)
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
		v.fail(path, "«"+rfc+"» no es un RFC.", "Revisa el RFC: 12 caracteres si es empresa, 13 si es persona.")
	}
}

// commas writes a list of keys for people.
func commas(keys string) string { return strings.ReplaceAll(keys, " ", ", ") }

// residencia is the rule of who is registered abroad.
func (v *validation) residencia(path, number, residencia string) {
	v.iff(number != "", residencia != "", path,
		need{"Hay número de registro tributario y falta el país de residencia fiscal.", "Elige el país."},
		need{"El país de residencia fiscal solo va con un número de registro tributario.", "Quita el país."})
	switch {
	case number == "" || residencia == "":
	case residencia == mexico:
		v.fail(path, "La residencia fiscal no puede ser México.", "Elige el país extranjero; si vive en México, escribe su RFC.")
	case !v.pais(residencia):
		v.fail(path, "El país "+residencia+" no existe en el catálogo del SAT.", fixClave)
	}
}

// sum is the rule of a total.
func (v *validation) sum(path, what string, got, want decimal.Decimal) {
	switch {
	case got.IsZero():
		v.modal(path, "Falta "+strings.ToLower(what[:1])+what[1:]+".", "Escribe "+want.String()+".")
	case got.Cmp(want) != 0:
		v.modal(path, what+" es "+got.String()+" y la suma es "+want.String()+".", "Escribe "+want.String()+".")
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

func (v *CartaPorte) distancia() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range v.Ubicaciones {
		if v.Ubicaciones[i].TipoUbicacion == destino {
			sum = sum.Add(v.Ubicaciones[i].DistanciaRecorrida)
		}
	}
	return sum
}
