package cfdi

import (
	"slices"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

const anybody Persona = 0

// A Withholding is what a customer usually withholds on one kind of sale, for the days
// from Desde to Hasta ("" for no end). It is a habit put in numbers, not a rule of the
// SAT: change what a case needs and use it all the same.
type Withholding struct {
	catalogo.Entry                 // Clave is ours
	ISR            decimal.Decimal // rate; absent for none
	IVA16, IVA8    decimal.Decimal // rate where the line transfers 16 %, 8 %; absent for none
	Regimenes      []string        // of who issues; nil for any
	Persona        Persona         // of who issues; zero for any
	Fuente         string          // law and article
}

func withholding(clave, texto, desde, isr, iva16, iva8, regimenes string, persona Persona, fuente string) Withholding {
	rate := func(s string) decimal.Decimal {
		if s == "" {
			return decimal.Decimal{}
		}
		d, err := decimal.Parse(s)
		if err != nil {
			panic("cfdi: withholding " + clave + ": " + err.Error()) // our own table
		}
		return d
	}
	return Withholding{
		Entry: catalogo.Entry{Clave: clave, Texto: texto, Desde: desde}, ISR: rate(isr), IVA16: rate(iva16), IVA8: rate(iva8),
		Regimenes: strings.Fields(regimenes), Persona: persona, Fuente: fuente,
	}
}

// Withholdings lists what was usually withheld on a day (AAAA-MM-DD, or a Fecha): who
// pays is a company in all of them (cfdi-rules §2.5).
func Withholdings(fecha string) []Withholding {
	rows := []Withholding{
		withholding("honorarios", "Honorarios", "2014-01-01", "0.100000", "0.106667", "0.053333", "612", Fisica,
			"LISR art. 106; LIVA art. 1-A, fr. II, inciso a); RLIVA art. 3, fr. I"),
		withholding("arrendamiento", "Arrendamiento de inmuebles", "2014-01-01", "0.100000", "0.106667", "0.053333", "606", Fisica,
			"LISR art. 116; LIVA art. 1-A, fr. II, inciso a); RLIVA art. 3, fr. I"),
		withholding("comisiones", "Comisiones", "2014-01-01", "", "0.106667", "0.053333", "", Fisica,
			"LIVA art. 1-A, fr. II, inciso d); RLIVA art. 3, fr. I"),
		withholding("fletes", "Autotransporte terrestre de bienes", "2014-01-01", "", "0.040000", "0.040000", "", anybody,
			"LIVA art. 1-A, fr. II, inciso c); RLIVA art. 3, fr. II"),
		withholding("resico-servicios", "RESICO: servicios y arrendamiento", "2022-01-01", "0.012500", "0.106667", "0.053333", "626", Fisica,
			"LISR art. 113-J; LIVA art. 1-A, fr. II, inciso a)"),
		withholding("resico-bienes", "RESICO: venta de bienes", "2022-01-01", "0.012500", "", "", "626", Fisica, "LISR art. 113-J"),
		withholding("resico-fletes", "RESICO: autotransporte terrestre de bienes", "2022-01-01", "0.012500", "0.040000", "0.040000", "626", Fisica,
			"LISR art. 113-J; LIVA art. 1-A, fr. II, inciso c)"),
		withholding("desperdicios", "Desperdicios para la industria", "2014-01-01", "", "0.160000", "0.080000", "", anybody,
			"LIVA art. 1-A, fr. II, inciso b)"),
	}
	day := fecha[:min(len(fecha), len("2006-01-02"))]
	return slices.DeleteFunc(rows, func(w Withholding) bool { return day < w.Desde || w.Hasta != "" && day > w.Hasta })
}

// FindWithholding returns the one of a key on a day.
func FindWithholding(clave, fecha string) (Withholding, bool) {
	rows := Withholdings(fecha)
	i := slices.IndexFunc(rows, func(w Withholding) bool { return w.Clave == clave })
	if i < 0 {
		return Withholding{}, false
	}
	return rows[i], true
}

// Suits reports whether it is usual between these two: a company pays, and who issues
// is such a person in such a regime.
func (w Withholding) Suits(emisor Emisor, receptor Receptor) bool {
	who, err := ParseRFC(emisor.Rfc)
	whom, err2 := ParseRFC(receptor.Rfc)
	if err != nil || err2 != nil || whom.Persona != Moral || w.Persona != anybody && who.Persona != w.Persona {
		return false
	}
	return len(w.Regimenes) == 0 || slices.Contains(w.Regimenes, emisor.RegimenFiscal)
}

// Apply gives a line its withholdings of ISR and IVA, in the place of those it had. IVA
// is withheld only where IVA is transferred. Amounts come with [Comprobante.Totalize].
func (w Withholding) Apply(k *Concepto) {
	if k.Impuestos == nil {
		k.Impuestos = &ConceptoImpuestos{}
	}
	k.Impuestos.Retenciones = slices.DeleteFunc(slices.Clone(k.Impuestos.Retenciones), func(r ConceptoRetencion) bool {
		return r.Impuesto == impuestoISR || r.Impuesto == impuestoIVA
	})
	add := func(impuesto string, rate decimal.Decimal) {
		if !rate.IsZero() {
			k.Impuestos.Retenciones = append(k.Impuestos.Retenciones, ConceptoRetencion{Impuesto: impuesto, TipoFactor: "Tasa", TasaOCuota: rate})
		}
	}
	add(impuestoISR, w.ISR)
	for _, t := range k.Impuestos.Traslados {
		switch {
		case t.Impuesto != impuestoIVA || t.TipoFactor != "Tasa":
		case t.TasaOCuota.Cmp(decimal.New(16, 2)) == 0:
			add(impuestoIVA, w.IVA16)
		case t.TasaOCuota.Cmp(decimal.New(8, 2)) == 0:
			add(impuestoIVA, w.IVA8)
		}
	}
	switch {
	case len(k.Impuestos.Retenciones)+len(k.Impuestos.Traslados) == 0:
		k.Impuestos = nil
	case k.ObjetoImp == "" || k.ObjetoImp == "01":
		k.ObjetoImp = "02"
	}
}
