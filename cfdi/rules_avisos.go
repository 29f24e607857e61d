package cfdi

import (
	"slices"
	"strings"
)

// Codes of our own for warnings where no matrix has one.
const (
	codeFormaPago   = "AVISO01" // no FormaPago in I or E
	codeMetodoPago  = "AVISO02" // no MetodoPago in I or E
	codeGlobal      = "AVISO03" // InformacionGlobal for somebody with a name
	codeRelacion    = "AVISO04" // TipoRelacion that does not go with the type
	codeDigito      = "AVISO05" // check digit of an RFC
	codeImporte     = "AVISO06" // Importe within limits but not the product
	codeMoneda      = "AVISO07" // currency XXX where money is charged
	codeHidroYPetro = "AVISO08" // fuel without HidroYPetro
	codePUE99       = "AVISO09" // PUE with FormaPago 99
	codeResumen     = "AVISO10" // summary of taxes in a payroll
	codeCondiciones = "AVISO11" // CondicionesDePago where nothing is sold
	codeNomina      = "AVISO12" // payroll without nomina12

	// Codes of the matrix that need a registry, for the part that can be seen here.
	codeEmisorNombre = "CFDI40139"
	codeNombre       = "CFDI40145"
	codeDomicilio    = "CFDI40147"
)

// advices are what no code forbids and a PAC, or the customer, may object to.
var advices = []struct {
	code string
	give func(*validation)
}{
	{codeFormaPago, adviseFormaPago},
	{codeMetodoPago, adviseMetodoPago},
	{codePUE99, advisePUE99},
	{codeMoneda, adviseMoneda},
	{codeGlobal, adviseGlobal},
	{codeRelacion, adviseRelacion},
	{codeDigito, adviseDigito},
	{codeEmisorNombre, adviseEmisor},
	{codeNombre, adviseNombre},
	{codeDomicilio, adviseDomicilio},
	{codeImporte, eachConcepto(adviseImporte)},
	{codeHidroYPetro, eachConcepto(adviseHidroYPetro)},
	{codeResumen, adviseResumen},
	{codeCondiciones, adviseCondiciones},
	{codeNomina, adviseNomina},
}

func adviseFormaPago(v *validation) {
	if v.is("IE") && v.c.FormaPago == "" && v.c.MetodoPago != "PPD" { // with PPD CFDI40105 says so
		v.warn("FormaPago", "Falta la forma de pago.", "Elige cómo te pagaron, o 99 si todavía no.")
	}
}

func adviseMetodoPago(v *validation) {
	if v.is("IE") && v.c.MetodoPago == "" {
		v.warn("MetodoPago", "Falta el método de pago.", "Elige PUE si ya te pagaron, PPD si te pagarán después.")
	}
}

func advisePUE99(v *validation) {
	if v.c.MetodoPago == "PUE" && v.c.FormaPago == "99" && v.is("IE") {
		v.warn("FormaPago", "Con PUE la forma de pago ya se conoce; 99 (Por definir) va con PPD.", "Elige la forma en que te pagaron.")
	}
}

func adviseMoneda(v *validation) {
	if v.is("IE") && v.c.Moneda == "XXX" {
		v.warn("Moneda", "Una factura o nota de crédito lleva una moneda de verdad, no XXX.", "Elige la moneda, por ejemplo MXN.")
	}
}

func adviseGlobal(v *validation) {
	r := v.c.Receptor
	if v.c.InformacionGlobal != nil && r.Nombre != nombrePublico { // with that name CFDI40146 sees to the RFC

		v.warn("InformacionGlobal", "La información global es de una factura a PUBLICO EN GENERAL, y esta es para "+Quoted(r.Nombre)+".",
			"Quita la información global, o cambia el receptor.")
	}
}

// pairs say with which types of document each relation is used (cfdi-rules §5.6).
var pairs = map[string]string{"01": "E", "02": "I", "03": "E", "05": "T", "06": "I", "07": "IE"}

func adviseRelacion(v *validation) {
	for i, g := range v.c.CfdiRelacionados {
		if types, ok := pairs[g.TipoRelacion]; ok && !v.is(types) {
			v.warn(at("CfdiRelacionados", i)+".TipoRelacion", "La relación "+g.TipoRelacion+" no es usual en un comprobante de tipo "+
				v.c.TipoDeComprobante+".", "Revisa el tipo de relación.")
		}
	}
}

func adviseDigito(v *validation) {
	v.digito("Emisor.Rfc", v.c.Emisor.Rfc)
	v.digito("Receptor.Rfc", v.c.Receptor.Rfc)
}

func (v *validation) digito(path, rfc string) {
	if r, err := ParseRFC(rfc); err == nil && !r.Digito {
		v.warn(path, "El último carácter del RFC "+rfc+" no cuadra con los demás; suele ser un error de captura.", "Compáralo con la Constancia de Situación Fiscal.")
	}
}

func adviseEmisor(v *validation) { v.nombre("Emisor.Nombre", v.c.Emisor.Nombre) }

func adviseNombre(v *validation) {
	r := v.c.Receptor
	if !r.generico() {
		v.nombre("Receptor.Nombre", r.Nombre)
		return
	}
	// Written otherwise CFDI40130 does not see the global invoice, and a PAC may.
	if plain, _ := NormalizeNombre(r.Nombre); plain == nombrePublico && plain != r.Nombre {
		v.warn("Receptor.Nombre", "El nombre de la factura global se escribe "+nombrePublico+", en mayúsculas y sin acento.",
			"Escríbelo así, o pon el nombre de tu cliente si es una venta sola.")
		if v.c.InformacionGlobal != nil { // a global invoice it is
			v.mend("Receptor.Nombre", nombrePublico)
			v.tentative()
		}
	}
}

// nombre is the local part of CFDI40139 and CFDI40145: a name that cannot be as
// the SAT has it registered.
func (v *validation) nombre(path, nombre string) {
	upper := strings.ToUpper(nombre)
	if upper != nombre || trimSociety(upper) != upper {
		plain, _ := NormalizeNombre(nombre)
		v.warn(path, "El SAT compara el nombre con el de la Constancia: en mayúsculas y sin régimen societario.",
			"Podría ser: "+plain+".")
		v.mend(path, plain)
		v.tentative()
	}
}

// adviseDomicilio is the local part of CFDI40147: a postal code that is none.
func adviseDomicilio(v *validation) {
	cp := v.c.Receptor.DomicilioFiscalReceptor
	if _, ok := v.cat.CodigoPostal(cp); !ok && len(cp) == 5 && allDigits(cp) && cp != "00000" {
		v.warn("Receptor.DomicilioFiscalReceptor", "El código postal "+cp+" no está en el catálogo del SAT.",
			"Compáralo con la Constancia de Situación Fiscal de tu cliente.")
	}
}

func adviseImporte(v *validation, i int, c *Concepto) {
	if c.Importe.IsZero() || c.Cantidad.IsZero() || c.ValorUnitario.IsZero() {
		return
	}
	product := c.Cantidad.Mul(c.ValorUnitario).Round(c.Importe.Scale())
	if c.Importe.Cmp(product) != 0 && importeFits(c.Cantidad, c.ValorUnitario, c.Importe, v.decimals) {
		v.warn(conceptoPath(i, "Importe"), "El importe "+c.Importe.String()+" no es exactamente cantidad por precio, "+product.String()+
			", aunque el SAT lo tolera.", fixTotal)
		v.recompute()
	}
}

// fuels are the keys that need HidroYPetro in their line since 2026-04-24.
var fuels = []string{"15101505", "15101514", "15101515"}

func adviseHidroYPetro(v *validation, i int, c *Concepto) {
	if !v.is("IE") || !slices.Contains(fuels, c.ClaveProdServ) || v.c.Fecha < "2026-04-24" {
		return
	}
	for _, complement := range c.Complementos {
		if complement.Known().Local == "HidroYPetro" {
			return
		}
	}
	v.warn(conceptoPath(i, "Complementos"), "Desde el 24 de abril de 2026 la venta de este combustible exige el complemento de hidrocarburos y petrolíferos.",
		"Agrega el complemento al concepto; sin él, el PAC puede rechazar el comprobante.")
}

func adviseResumen(v *validation) {
	if v.is("N") && v.c.Impuestos != nil {
		v.warn("Impuestos", "Un recibo de nómina no lleva resumen de impuestos.", "Quita el resumen de impuestos.")
		v.drop("Impuestos")
		v.tentative() // of lines that have taxes
	}
}

func adviseCondiciones(v *validation) {
	if v.is("TNP") && v.c.CondicionesDePago != "" {
		v.warn("CondicionesDePago", "Un comprobante de tipo "+v.c.TipoDeComprobante+" no lleva condiciones de pago.", "Quita las condiciones de pago.")
		v.mend("CondicionesDePago", "")
	}
}

func adviseNomina(v *validation) {
	isNomina := func(c Complemento) bool { return strings.HasPrefix(c.Known().Space, "http://www.sat.gob.mx/nomina") }
	if v.is("N") && !slices.ContainsFunc(v.c.Complementos, isNomina) {
		v.warn("Complementos", "Un recibo de nómina debe llevar el complemento Nómina.", "Agrega el complemento Nómina.")
	}
}
