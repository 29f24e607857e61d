package cce20

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// An Exportacion is what an exporter knows of one export; what it says in dollars
// follows from the lines of the CFDI.
type Exportacion struct {
	MotivoTraslado            string // of a CFDI of type T, of c_MotivoTraslado
	NumCertificadoOrigen      string // where the CFDI is the certificate of origin
	NumeroExportadorConfiable string
	Incoterm                  string // of c_INCOTERM
	Observaciones             string
	TipoCambioUSD             decimal.Decimal // pesos for a dollar; absent is the TipoCambio of a CFDI in dollars
	Emisor                    Emisor
	Propietario               []Propietario
	Receptor                  *Receptor
	Destinatario              []Destinatario
	Bienes                    []Bien
}

// A Bien is one kind of goods, as the customs count it.
type Bien struct {
	NoIdentificacion         string          // of its lines
	FraccionArancelaria      string          // ten digits; none of a service
	Cantidad                 decimal.Decimal // in Unidad, at most three decimals
	Unidad                   string          // of c_UnidadAduana
	ValorUnitario            decimal.Decimal // dollars for one Unidad; absent follows from the lines
	FueraDeValor             bool            // a service that is no part of the customs value: 0 dollars
	DescripcionesEspecificas []DescripcionesEspecificas
}

// An ExportacionError says why an Exportacion cannot be, and of which value.
type ExportacionError struct{ Path, Message string }

// Error returns the reason, in Spanish for the user.
func (e *ExportacionError) Error() string { return e.Message }

// ComercioExterior returns the complement that c, which is read and not changed, must
// carry, complete: every ValorDolares, ValorUnitarioAduana and TotalUSD. Goods are worth
// what their lines are, converted and rounded to cents; where many goods share a number,
// those with a ValorUnitario are worth what it says and the one without gets the rest. A
// value that the limits of the matrix would refuse is an [*ExportacionError].
func (e Exportacion) ComercioExterior(c *cfdi.Comprobante) (*ComercioExterior, error) {
	x := &ComercioExterior{
		Version: "2.0", MotivoTraslado: e.MotivoTraslado, ClaveDePedimento: "A1", CertificadoOrigen: "0",
		NumCertificadoOrigen: e.NumCertificadoOrigen, NumeroExportadorConfiable: e.NumeroExportadorConfiable, Incoterm: e.Incoterm,
		Observaciones: e.Observaciones, TipoCambioUSD: e.TipoCambioUSD, Emisor: &e.Emisor, Propietario: e.Propietario, Receptor: e.Receptor,
		Destinatario: e.Destinatario,
	}
	if x.NumCertificadoOrigen != "" {
		x.CertificadoOrigen = "1"
	}
	if x.TipoCambioUSD.IsZero() && c.Moneda == "USD" {
		x.TipoCambioUSD = c.TipoCambio
	}
	if x.TipoCambioUSD.Sign() <= 0 {
		return nil, &ExportacionError{"TipoCambioUSD", "Falta el tipo de cambio del dólar: cuántos pesos vale uno, según el Diario Oficial."}
	}
	if len(e.Bienes) == 0 {
		return nil, &ExportacionError{"Bienes", "Agrega al menos una mercancía."}
	}
	lines := map[string][]*cfdi.Concepto{}
	for i := range c.Conceptos {
		lines[c.Conceptos[i].NoIdentificacion] = append(lines[c.Conceptos[i].NoIdentificacion], &c.Conceptos[i])
	}
	for i := range e.Bienes {
		m, err := e.mercancia(c, x.TipoCambioUSD, lines[e.Bienes[i].NoIdentificacion], i)
		if err != nil {
			return nil, err
		}
		x.Mercancias = append(x.Mercancias, m)
	}
	x.TotalUSD = x.total()
	return x, nil
}

// mercancia is the i-th of the goods, on these lines.
func (e Exportacion) mercancia(c *cfdi.Comprobante, rate decimal.Decimal, lines []*cfdi.Concepto, i int) (Mercancia, error) {
	b := &e.Bienes[i]
	fail := func(name, message string) (Mercancia, error) {
		return Mercancia{}, &ExportacionError{at("Bienes", i) + "." + name, message}
	}
	m := Mercancia{
		NoIdentificacion: b.NoIdentificacion, FraccionArancelaria: b.FraccionArancelaria, CantidadAduana: b.Cantidad, UnidadAduana: b.Unidad,
		ValorUnitarioAduana: b.ValorUnitario, DescripcionesEspecificas: b.DescripcionesEspecificas,
	}
	none := service(b.Unidad, lines)
	switch {
	case b.NoIdentificacion == "" || len(lines) == 0:
		return fail("NoIdentificacion", "Ningún concepto tiene este número de identificación.")
	case b.Unidad == "":
		return fail("Unidad", "Falta la unidad con que la aduana cuenta la mercancía.")
	case b.Cantidad.Sign() <= 0 || b.Cantidad.Scale() > 3:
		return fail("Cantidad", "La cantidad en aduana debe ser mayor que cero y tener tres decimales como máximo.")
	case none && b.FraccionArancelaria != "":
		return fail("FraccionArancelaria", "Un servicio no tiene fracción arancelaria.")
	case !none && b.FraccionArancelaria == "":
		return fail("FraccionArancelaria", "Falta la fracción arancelaria de la mercancía.")
	case b.FueraDeValor && !none:
		return fail("FueraDeValor", "Solo un servicio puede quedar fuera del valor en aduana.")
	case b.FueraDeValor:
		m.ValorUnitarioAduana, m.ValorDolares = decimal.New(0, 2), decimal.New(0, 2)
		return m, nil
	case b.ValorUnitario.Sign() < 0 || b.ValorUnitario.Scale() > 6:
		return fail("ValorUnitario", "El valor unitario en dólares no puede ser negativo ni tener más de seis decimales.")
	}
	value, err := e.value(c, rate, lines, i)
	if err != nil {
		return fail("ValorUnitario", err.Message)
	}
	if value.Sign() <= 0 && !none {
		return fail("ValorUnitario", "La mercancía vale menos de un centavo de dólar: revisa la cantidad y el valor unitario.")
	}
	m.ValorDolares = value
	if m.ValorUnitarioAduana.IsZero() {
		m.ValorUnitarioAduana = value.Quo(b.Cantidad, 6)
	}
	if m.ValorUnitarioAduana.Sign() <= 0 && b.Unidad != unitService {
		return fail("ValorUnitario", "La mercancía no vale nada: el valor unitario en aduana debe ser mayor que cero.")
	}
	return m, nil
}

// value returns what the i-th of the goods is worth in dollars, in cents.
func (e Exportacion) value(c *cfdi.Comprobante, rate decimal.Decimal, lines []*cfdi.Concepto, i int) (decimal.Decimal, *ExportacionError) {
	told, open := decimal.FromInt(0), 0 // what those with a unit value are worth, and who has none
	for j := range e.Bienes {
		b := &e.Bienes[j]
		switch {
		case b.NoIdentificacion != e.Bienes[i].NoIdentificacion || b.FueraDeValor:
		case b.ValorUnitario.IsZero():
			open++
		default:
			told = told.Add(b.Cantidad.Mul(b.ValorUnitario).Round(2))
		}
	}
	if open > 1 {
		return told, &ExportacionError{Message: "Varias mercancías tienen este número de identificación: escribe cuántos dólares vale la unidad de cada una."}
	}
	own := e.Bienes[i].Cantidad.Mul(e.Bienes[i].ValorUnitario).Round(2)
	if c.TipoDeComprobante == "T" {
		if open > 0 {
			return own, &ExportacionError{Message: "En un traslado los conceptos no tienen precio: escribe cuántos dólares vale la unidad."}
		}
		return own, nil
	}
	low, high, ok := dollars(c, rate, lines, importe)
	if !ok {
		return own, &ExportacionError{Message: "Falta el tipo de cambio del comprobante: sin él no se sabe cuánto valen los conceptos en dólares."}
	}
	if open == 0 {
		if told.Cmp(low) < 0 || told.Cmp(high) > 0 {
			return own, &ExportacionError{Message: "Con este valor las mercancías suman " + told.String() + " dólares y sus conceptos, entre " + low.String() + " y " + high.String() + "."}
		}
		return own, nil
	}
	if !e.Bienes[i].ValorUnitario.IsZero() {
		return own, nil
	}
	rest := converted(c, rate, lines).Sub(told)
	if rest.Sign() <= 0 {
		return rest, &ExportacionError{Message: "Las otras mercancías con este número ya valen todo lo que sus conceptos, " + told.String() + " dólares."}
	}
	return rest, nil
}

// converted returns what the lines are worth in dollars, in cents.
func converted(c *cfdi.Comprobante, rate decimal.Decimal, lines []*cfdi.Concepto) decimal.Decimal {
	sum := decimal.FromInt(0)
	for _, line := range lines {
		sum = sum.Add(line.Importe)
	}
	if c.Moneda != "MXN" {
		sum = sum.Mul(c.TipoCambio)
	}
	return sum.Quo(rate, 2)
}
