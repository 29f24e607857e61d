package cce20

import (
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// Reasons for which a code of the matrix is no rule here.
const (
	stateAbsent  = "sin complemento no hay nada que revisar aquí: la falta sale con CFDI40122"
	stateFormula = "no es una condición: es la conversión del descuento con la que compara CCE164"
	stateTwice   = "es la misma cuenta que CCE171, que además exceptúa 0 y 1: sale una sola vez, con CCE171"
)

// A rule is one code of the matrix and what becomes of it.
type rule struct {
	code, path, class, state string
	check                    func(v *validation) // set if and only if state is StateRule
}

// rules is the matrix of Comercio Exterior 2.0, in its order.
var rules = []rule{
	{"CCE101", "TipoDeComprobante", cfdi.ClassLocal, cfdi.StateRule, tipoDeComprobante},
	{"CCE102", "ComercioExterior.Propietario", cfdi.ClassLocal, cfdi.StateRule, propietarioOfTraslado},
	{"CCE103", "ComercioExterior.Propietario", cfdi.ClassLocal, cfdi.StateRule, propietarioOfSale},
	{"CCE104", "Exportacion", cfdi.ClassLocal, stateAbsent, nil},
	{"CCE105", "Exportacion", cfdi.ClassLocal, cfdi.StateRule, exportacionTemporal},
	{"CCE106", "InformacionGlobal", cfdi.ClassLocal, cfdi.StateRule, informacionGlobal},
	{"CCE107", "Receptor.Rfc", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"CCE108", "Receptor.Rfc", cfdi.ClassLocal, cfdi.StateRule, receptorOfTraslado},
	{"CCE109", "Conceptos.Impuestos", cfdi.ClassLocal, cfdi.StateRule, eachConcepto("Impuestos", "El concepto es objeto de impuesto (02) y faltan sus impuestos.", "Agrega los impuestos del concepto, o elige otro objeto de impuesto.", func(v *validation, c *cfdi.Concepto) bool {
		return c.ObjetoImp != "02" || c.Impuestos != nil
	})},
	{"CCE110", "Conceptos.ObjetoImp", cfdi.ClassLocal, cfdi.StateRule, objetoImpOfTraslado},
	{"CCE111", "Conceptos.ACuentaTerceros", cfdi.ClassLocal, cfdi.StateRule, eachConcepto("ACuentaTerceros", "Con Comercio Exterior no se factura a cuenta de terceros.", "Quita del concepto los datos del tercero.", func(_ *validation, c *cfdi.Concepto) bool {
		return c.ACuentaTerceros == nil
	})},
	{"CCE112", "Conceptos.CuentaPredial", cfdi.ClassLocal, cfdi.StateRule, eachConcepto("CuentaPredial", "Con Comercio Exterior el concepto no lleva cuenta predial.", "Quita la cuenta predial del concepto.", func(_ *validation, c *cfdi.Concepto) bool {
		return len(c.CuentaPredial) == 0
	})},
	{"CCE113", "ComercioExterior", cfdi.ClassLocal, cfdi.StateRule, once},
	{"CCE114", "ComercioExterior", cfdi.ClassLocal, cfdi.StateRule, ofTheDocument},
	{"CCE115", "ComercioExterior", cfdi.ClassLocal, cfdi.StateRule, company},
	{"CCE116", "CfdiRelacionados", cfdi.ClassLocal, cfdi.StateRule, invoicedBefore},
	{"CCE117", "ComercioExterior.Propietario", cfdi.ClassLocal, cfdi.StateRule, propietario},
	{"CCE118", "ComercioExterior.NumCertificadoOrigen", cfdi.ClassLocal, cfdi.StateRule, certificadoOrigen},
	{"CCE119", "ComercioExterior.NumeroExportadorConfiable", cfdi.ClassCatalogo, cfdi.StateRule, exportadorConfiable},
	{"CCE120", "ComercioExterior.Incoterm", cfdi.ClassCatalogo, cfdi.StateRule, incoterm},
	{"CCE121", "ComercioExterior.TipoCambioUSD", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"CCE122", "ComercioExterior.TotalUSD", cfdi.ClassLocal, cfdi.StateRule, totalUSD},
	{"CCE123", "ComercioExterior.Emisor.Curp", cfdi.ClassLocal, cfdi.StateRule, curpOfCompany},
	{"CCE124", "ComercioExterior.Emisor.Curp", cfdi.ClassLocal, cfdi.StateRule, curpOfPerson},
	{"CCE125", "ComercioExterior.Emisor.Domicilio.Pais", cfdi.ClassLocal, cfdi.StateRule, ofEmisor(func(v *validation, path string, d *Domicilio) {
		if d.Pais != "" && d.Pais != mexico {
			v.fail(path+".Pais", "El domicilio de quien exporta debe estar en México y dice "+cfdi.Cut(d.Pais)+".", "Escribe MEX.")
			v.MendHere(path+".Pais", mexico)
		}
	})},
	{"CCE126", "ComercioExterior.Emisor.Domicilio.Estado", cfdi.ClassCatalogo, cfdi.StateRule, ofEmisor((*validation).estadoMEX)},
	{"CCE127", "ComercioExterior.Emisor.Domicilio.Municipio", cfdi.ClassCatalogo, cfdi.StateRule, ofEmisor((*validation).municipio)},
	{"CCE128", "ComercioExterior.Emisor.Domicilio.Localidad", cfdi.ClassCatalogo, cfdi.StateRule, ofEmisor((*validation).localidad)},
	{"CCE129", "ComercioExterior.Emisor.Domicilio.Colonia", cfdi.ClassCatalogo, cfdi.StateRule, ofEmisor((*validation).coloniaListed)},
	{"CCE130", "ComercioExterior.Emisor.Domicilio.CodigoPostal", cfdi.ClassCatalogo, cfdi.StateRule, ofEmisor((*validation).codigoPostalMEX)},
	{"CCE131", "ComercioExterior.Propietario.NumRegIdTrib", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"CCE132", "ComercioExterior.Propietario.NumRegIdTrib", cfdi.ClassCatalogo, cfdi.StateRule, propietarioID},
	{"CCE133", "ComercioExterior.Receptor.NumRegIdTrib", cfdi.ClassLocal, cfdi.StateRule, receptorID},
	{"CCE134", "ComercioExterior.Receptor.Domicilio.Pais", cfdi.ClassLocal, cfdi.StateRule, receptorIDAbroad},
	{"CCE135", "ComercioExterior.Receptor.NumRegIdTrib", cfdi.ClassCatalogo, cfdi.StateRule, receptorIDForm},
	{"CCE136", "ComercioExterior.Receptor.Domicilio.Colonia", cfdi.ClassCatalogo, cfdi.StateRule, ofReceptor(inMexico((*validation).colonia))},
	{"CCE137", "ComercioExterior.Receptor.Domicilio.Localidad", cfdi.ClassCatalogo, cfdi.StateRule, ofReceptor(inMexico((*validation).localidad))},
	{"CCE138", "ComercioExterior.Receptor.Domicilio.Municipio", cfdi.ClassCatalogo, cfdi.StateRule, ofReceptor(inMexico((*validation).municipio))},
	{"CCE139", "ComercioExterior.Receptor.Domicilio.Estado", cfdi.ClassCatalogo, cfdi.StateRule, ofReceptor((*validation).estado)},
	{"CCE140", "ComercioExterior.Receptor.Domicilio.CodigoPostal", cfdi.ClassCatalogo, cfdi.StateRule, ofReceptor((*validation).codigoPostalAbroad)},
	{"CCE141", "ComercioExterior.Receptor.Domicilio.CodigoPostal", cfdi.ClassCatalogo, cfdi.StateRule, ofReceptor(inMexico((*validation).codigoPostalMEX))},
	{"CCE142", "ComercioExterior.Destinatario", cfdi.ClassLocal, cfdi.StateRule, oneDestinatario},
	{"CCE143", "ComercioExterior.Destinatario.NumRegIdTrib", cfdi.ClassLocal, cfdi.StateRule, ofDestinatario(func(v *validation, path string, d *Destinatario, at *Domicilio) bool {
		wrong := d.NumRegIdTrib != "" && at.Pais == mexico
		if wrong {
			v.fail(path, "Un destinatario con domicilio en México no lleva número de identidad tributaria.", "Quita el número, o corrige el país de su domicilio.")
		}
		return wrong
	})},
	{"CCE144", "ComercioExterior.Destinatario.NumRegIdTrib", cfdi.ClassCatalogo, cfdi.StateRule, ofDestinatario(func(v *validation, path string, d *Destinatario, at *Domicilio) bool {
		return v.taxID(path, at.Pais, d.NumRegIdTrib)
	})},
	{"CCE145", "ComercioExterior.Destinatario.Domicilio.Colonia", cfdi.ClassCatalogo, cfdi.StateRule, atDestinatario(inMexico((*validation).colonia))},
	{"CCE146", "ComercioExterior.Destinatario.Domicilio.Localidad", cfdi.ClassCatalogo, cfdi.StateRule, atDestinatario(inMexico((*validation).localidad))},
	{"CCE147", "ComercioExterior.Destinatario.Domicilio.Municipio", cfdi.ClassCatalogo, cfdi.StateRule, atDestinatario(inMexico((*validation).municipio))},
	{"CCE148", "ComercioExterior.Destinatario.Domicilio.Estado", cfdi.ClassCatalogo, cfdi.StateRule, atDestinatario((*validation).estado)},
	{"CCE149", "ComercioExterior.Destinatario.Domicilio.CodigoPostal", cfdi.ClassCatalogo, cfdi.StateRule, atDestinatario((*validation).codigoPostalAbroad)},
	{"CCE150", "ComercioExterior.Destinatario.Domicilio.CodigoPostal", cfdi.ClassCatalogo, cfdi.StateRule, atDestinatario(inMexico((*validation).codigoPostalMEX))},
	{"CCE151", "Conceptos.NoIdentificacion", cfdi.ClassLocal, cfdi.StateRule, eachConcepto("NoIdentificacion", "Con Comercio Exterior cada concepto lleva su número de identificación (NoIdentificacion) y este no lo tiene.", "Escribe el número de parte o la clave con que identificas el producto, igual que en la mercancía.", func(_ *validation, c *cfdi.Concepto) bool {
		return c.NoIdentificacion != ""
	})},
	{"CCE152", "ComercioExterior.Mercancias.NoIdentificacion", cfdi.ClassLocal, cfdi.StateRule, each(unknownGoods)},
	{"CCE153", "ComercioExterior.Mercancias.NoIdentificacion", cfdi.ClassLocal, cfdi.StateRule, each(goodsTwice)},
	{"CCE154", "Conceptos.Cantidad", cfdi.ClassLocal, cfdi.StateRule, each(trasladoCantidad)},
	{"CCE155", "Conceptos.Unidad", cfdi.ClassCatalogo, cfdi.StateRule, each(trasladoUnidad)},
	{"CCE156", "Conceptos.ValorUnitario", cfdi.ClassLocal, cfdi.StateRule, each(trasladoValor)},
	{"CCE157", "ComercioExterior.Mercancias.ValorDolares", cfdi.ClassLocal, cfdi.StateRule, each(valueOfLines)},
	{"CCE158", "ComercioExterior.Mercancias.ValorDolares", cfdi.ClassLocal, cfdi.StateRule, each(valueOfGoods)},
	{"CCE159", "ComercioExterior.Mercancias.FraccionArancelaria", cfdi.ClassLocal, cfdi.StateRule, each(fraccionOfService)},
	{"CCE160", "ComercioExterior.Mercancias.FraccionArancelaria", cfdi.ClassLocal, cfdi.StateRule, each(fraccionMissing)},
	{"CCE161", "ComercioExterior.Mercancias.FraccionArancelaria", cfdi.ClassCatalogo, cfdi.StateRule, each(fraccionKey)},
	{"CCE162", "ComercioExterior.Mercancias.FraccionArancelaria", cfdi.ClassCatalogo, cfdi.StateRule, each(fraccionOfLine)},
	{"CCE163", "ComercioExterior.Mercancias.FraccionArancelaria", cfdi.ClassLocal, stateFormula, nil},
	{"CCE164", "ComercioExterior.Mercancias.ValorDolares", cfdi.ClassLocal, cfdi.StateRule, each(samples)},
	{"CCE165", "ComercioExterior.Mercancias", cfdi.ClassLocal, cfdi.StateRule, each(customsHalf)},
	{"CCE166", "ComercioExterior.Mercancias", cfdi.ClassLocal, cfdi.StateRule, each(customsAll)},
	{"CCE167", "ComercioExterior.Mercancias.UnidadAduana", cfdi.ClassCatalogo, cfdi.StateRule, each(fraccionUnit)},
	{"CCE168", "ComercioExterior.Mercancias.ValorUnitarioAduana", cfdi.ClassLocal, cfdi.StateRule, each(unitValue)},
	{"CCE169", "ComercioExterior.Mercancias.ValorDolares", cfdi.ClassLocal, stateTwice, nil},
	{"CCE170", "ComercioExterior.Mercancias.FraccionArancelaria", cfdi.ClassLocal, cfdi.StateRule, each(fraccionOf99)},
	{"CCE171", "ComercioExterior.Mercancias.ValorDolares", cfdi.ClassLocal, cfdi.StateRule, each(customsProduct)},
	{"CCE172", "ComercioExterior.Mercancias.ValorDolares", cfdi.ClassLocal, cfdi.StateRule, each(valueOfLine)},
	{"CCE999", "ComercioExterior", cfdi.ClassLocal, cfdi.StateRule, lexical},
}

// Rules lists every code of the matrix of Comercio Exterior 2.0, in its order.
func Rules() []cfdi.Rule {
	out := make([]cfdi.Rule, len(rules))
	for i, r := range rules {
		out[i] = cfdi.Rule{Family: "CCE20", Code: r.code, Path: r.path, Class: r.class, State: r.state}
	}
	return out
}

// Validate reports what the matrix says of the complement and of the CFDI that
// carries it; under 301, what the schema requires.
func (x *ComercioExterior) Validate(c *cfdi.Comprobante, cat *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	v := &validation{Report: cfdi.NewReport(c, x), c: c, x: x, cat: cat, lines: map[string][]*cfdi.Concepto{}, places: map[string][]int{}}
	for i := range c.Conceptos {
		line := &c.Conceptos[i]
		v.lines[line.NoIdentificacion] = append(v.lines[line.NoIdentificacion], line)
		v.places[line.NoIdentificacion] = append(v.places[line.NoIdentificacion], i)
	}
	v.Name(names)
	v.Only(only)
	v.count()
	v.schema()
	for _, r := range rules {
		if r.check != nil {
			v.code = r.code
			r.check(v)
		}
	}
	return v.Found()
}

// schema reports what the schema requires and no code of the matrix speaks of.
func (v *validation) schema() {
	x := v.x
	x.Walk(cfdi.VisitTree(v.Missing))
	v.Want(x.Version == "2.0", "Version", x.Version, "La versión de Comercio Exterior debe ser 2.0.", "Escribe 2.0.")
	v.Want(inForce(catalogo.ClavePedimento, x.ClaveDePedimento, v.c.Fecha), "ClaveDePedimento", x.ClaveDePedimento,
		"La clave de pedimento es siempre A1, exportación definitiva.", "Escribe A1.")
	v.Want(x.CertificadoOrigen == "0" || x.CertificadoOrigen == "1", "CertificadoOrigen", x.CertificadoOrigen,
		"Si el comprobante sirve como certificado de origen se dice con 0 o 1.", "Escribe 1 si sirve como certificado de origen; si no, 0.")
	v.Want(inForce(catalogo.MotivoTraslado, x.MotivoTraslado, v.c.Fecha), "MotivoTraslado", x.MotivoTraslado,
		noKey(x.MotivoTraslado, "c_MotivoTraslado"), "Escribe de 01 a 05, o 99 si es otro motivo.")
	for i := range x.Propietario {
		v.pais(at("Propietario", i)+".ResidenciaFiscal", x.Propietario[i].ResidenciaFiscal)
	}
	x.Walk(cfdi.VisitTree(func(path string, fields []cfdi.Field) { v.pais(path+".Pais", named(fields, "Pais")) })) // addresses alone have one
	for i := range x.Destinatario {
		if len(x.Destinatario[i].Domicilio) == 0 {
			v.Fail("301", at("Destinatario", i)+".Domicilio", "El destinatario no tiene domicilio.", "Escribe el domicilio al que va la mercancía.")
		}
	}
	if len(x.Mercancias) == 0 {
		v.Fail("301", "Mercancias", "El complemento no tiene mercancías.", "Agrega al menos una mercancía.")
	}
	for i := range x.Mercancias {
		u := x.Mercancias[i].UnidadAduana
		v.Want(inForce(catalogo.UnidadAduana, u, v.c.Fecha), at("Mercancias", i)+".UnidadAduana", u,
			noKey(u, "c_UnidadAduana"), "Escribe la clave de la unidad, por ejemplo 06 para piezas, 01 para kilos o 99 para servicios.")
	}
}

func (v *validation) pais(path, clave string) {
	row, ok := v.cat.Pais(clave)
	v.Want(ok && row.InForce(v.c.Fecha), path, clave, noKey(clave, "c_Pais"), "Escribe las tres letras del país, por ejemplo USA o CAN.")
}

func named(fields []cfdi.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.String()
		}
	}
	return ""
}

// validation is one run of the rules over one complement.
type validation struct {
	*cfdi.Report
	c      *cfdi.Comprobante
	x      *ComercioExterior
	cat    *catalogo.Catalog
	lines  map[string][]*cfdi.Concepto // by NoIdentificacion
	places map[string][]int            // of those lines
	stocks map[string]*stock           // the goods, by NoIdentificacion
	kinds  map[[2]string]*Mercancia    // the first of each NoIdentificacion and FraccionArancelaria
	code   string                      // of the rule that runs
}

func (v *validation) fail(path, message, fix string) { v.Fail(v.code, path, message, fix) }

func at(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

// each calls check for every kind of goods.
func each(check func(v *validation, path string, m *Mercancia)) func(*validation) {
	return func(v *validation) {
		for i := range v.x.Mercancias {
			check(v, at("Mercancias", i), &v.x.Mercancias[i])
		}
	}
}

// eachConcepto is a rule about every line of the CFDI.
func eachConcepto(name, message, fix string, ok func(v *validation, c *cfdi.Concepto) bool) func(*validation) {
	return func(v *validation) {
		for i := range v.c.Conceptos {
			if !ok(v, &v.c.Conceptos[i]) {
				v.FailAt(v.code, at("Conceptos", i)+"."+name, message, fix)
			}
		}
	}
}

// An addressRule is a rule about one address.
type addressRule func(v *validation, path string, d *Domicilio)

func ofEmisor(check addressRule) func(*validation) {
	return func(v *validation) {
		if v.x.Emisor != nil {
			check(v, "Emisor.Domicilio", &v.x.Emisor.Domicilio)
		}
	}
}

func ofReceptor(check addressRule) func(*validation) {
	return func(v *validation) {
		if v.x.Receptor != nil && v.x.Receptor.Domicilio != nil {
			check(v, "Receptor.Domicilio", v.x.Receptor.Domicilio)
		}
	}
}

func atDestinatario(check addressRule) func(*validation) {
	return func(v *validation) {
		for i := range v.x.Destinatario {
			for j := range v.x.Destinatario[i].Domicilio {
				check(v, at("Destinatario", i)+"."+at("Domicilio", j), &v.x.Destinatario[i].Domicilio[j])
			}
		}
	}
}

// ofDestinatario is a rule about the tax number of who gets the goods and one of the
// addresses: once it is found wrong, it is told and the other addresses are left out.
func ofDestinatario(wrong func(v *validation, path string, d *Destinatario, at *Domicilio) bool) func(*validation) {
	return func(v *validation) {
		for i := range v.x.Destinatario {
			d := &v.x.Destinatario[i]
			for j := range d.Domicilio {
				if wrong(v, at("Destinatario", i)+".NumRegIdTrib", d, &d.Domicilio[j]) {
					break
				}
			}
		}
	}
}

// inMexico keeps a rule to addresses in Mexico.
func inMexico(check addressRule) addressRule {
	return func(v *validation, path string, d *Domicilio) {
		if d.Pais == mexico {
			check(v, path, d)
		}
	}
}
