package cce20

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// The envelope, the parties and their addresses: CCE101 to CCE151.

const mexico = "MEX"

func tipoDeComprobante(v *validation) {
	if !slices.Contains([]string{"I", "E", "T"}, v.c.TipoDeComprobante) {
		v.FailAt(v.code, "TipoDeComprobante", "Comercio Exterior va solo en comprobantes de ingreso, egreso o traslado.", "Elige I, E o T, o quita el complemento.")
	}
}

// ofOthers is the MotivoTraslado of goods of somebody else.
const ofOthers = "05"

const (
	fixPropietario   = "Agrega a quien es dueño de la mercancía, con su número de identidad tributaria y su país."
	fixNoPropietario = "Quita al propietario, o escribe el motivo de traslado 05 si la mercancía es suya."
)

func propietarioOfTraslado(v *validation) {
	if v.c.TipoDeComprobante == "T" && v.x.MotivoTraslado == ofOthers && len(v.x.Propietario) == 0 {
		v.fail("Propietario", "El motivo del traslado es 05, mercancías de terceros, y falta su propietario.", fixPropietario)
	}
}

func propietarioOfSale(v *validation) {
	if v.c.TipoDeComprobante != "T" && v.x.MotivoTraslado != ofOthers && len(v.x.Propietario) > 0 {
		v.fail("Propietario", "El propietario va solo en un traslado (T) de mercancías de terceros (05).", "Quita al propietario.")
	}
}

// propietario is the same of any type of CFDI.
func propietario(v *validation) {
	switch third := v.x.MotivoTraslado == ofOthers; {
	case third && len(v.x.Propietario) == 0:
		v.fail("Propietario", "Con el motivo de traslado 05 falta el propietario de la mercancía.", fixPropietario)
	case !third && len(v.x.Propietario) > 0:
		v.fail("Propietario", "El propietario va solo con el motivo de traslado 05.", fixNoPropietario)
	}
}

func exportacionTemporal(v *validation) {
	if v.c.Exportacion == "03" {
		v.FailAt(v.code, "Exportacion", "Con la exportación temporal (03) no va el complemento de Comercio Exterior.", "Elige 02 si la exportación es definitiva, o quita el complemento.")
	}
}

func informacionGlobal(v *validation) {
	if v.c.InformacionGlobal != nil {
		v.FailAt(v.code, "InformacionGlobal", "Un comprobante con Comercio Exterior no puede ser una factura global.", "Quita la información global.")
	}
}

func receptorOfTraslado(v *validation) {
	if v.c.TipoDeComprobante == "T" && v.c.Receptor.Rfc != v.c.Emisor.Rfc {
		v.FailAt(v.code, "Receptor.Rfc", "En un traslado el receptor eres tú: su RFC debe ser el del emisor.", "Escribe en el receptor tu propio RFC y nombre.")
		v.Mend(v.c, "Receptor.Rfc", v.c.Emisor.Rfc)
		v.Mend(v.c, "Receptor.Nombre", v.c.Emisor.Nombre)
	}
}

func objetoImpOfTraslado(v *validation) {
	if v.c.TipoDeComprobante != "T" {
		return
	}
	for i := range v.c.Conceptos {
		if path := at("Conceptos", i) + ".ObjetoImp"; v.c.Conceptos[i].ObjetoImp != "01" {
			v.FailAt(v.code, path, "En un traslado el objeto de impuesto de cada concepto es 01, No objeto de impuesto.", "Elige 01 y quita los impuestos del concepto, si los tiene.")
			v.Mend(v.c, path, "01")
		}
	}
}

// once reports the second complement and those behind it.
func once(v *validation) {
	first := true
	for _, k := range v.c.Complementos {
		if k == cfdi.Complemento(v.x) {
			break
		}
		if k.Known().Name() == Known.Name() {
			first = false
		}
	}
	if !first {
		v.fail("", "El comprobante lleva el complemento Comercio Exterior más de una vez.", "Deja uno solo, con todas las mercancías.")
	}
}

func ofTheDocument(v *validation) {
	for i := range v.c.Conceptos {
		if slices.Contains(v.c.Conceptos[i].Complementos, cfdi.Complemento(v.x)) {
			v.fail("", "Comercio Exterior es un complemento del comprobante, no de un concepto.", "Pon el complemento en el comprobante.")
		}
	}
}

// companions are the elements that may stand beside it; the Carta Porte of any version.
var companions = []string{"cce20:ComercioExterior", "tfd:TimbreFiscalDigital", "implocal:ImpuestosLocales", "leyendasFisc:LeyendasFiscales", "registrofiscal:CFDIRegistroFiscal"}

func company(v *validation) {
	for i, k := range v.c.Complementos {
		known := k.Known()
		if slices.Contains(companions, known.Name()) || known.Local == "CartaPorte" {
			continue
		}
		v.FailAt(v.code, at("Complementos", i), "El complemento "+known.Name()+" no puede ir junto con Comercio Exterior.", "Quita ese complemento, o emítelo en otro comprobante.")
	}
}

var folioFiscal = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

func invoicedBefore(v *validation) {
	if v.x.MotivoTraslado != "01" {
		return
	}
	for _, r := range v.c.CfdiRelacionados {
		if r.TipoRelacion != "" && slices.ContainsFunc(r.CfdiRelacionado, func(one cfdi.CfdiRelacionado) bool { return folioFiscal.MatchString(one.UUID) }) {
			return
		}
	}
	v.FailAt(v.code, "CfdiRelacionados", "El motivo del traslado es 01, mercancía ya facturada, y falta relacionar esa factura.", "Relaciona el folio fiscal (UUID) de la factura, con el tipo de relación 05.")
}

func certificadoOrigen(v *validation) {
	switch {
	case v.x.CertificadoOrigen == "1" && v.x.NumCertificadoOrigen == "":
		v.fail("NumCertificadoOrigen", "Dices que el comprobante sirve como certificado de origen y falta su número.", "Escribe el número del certificado, o 0 en certificado de origen.")
	case v.x.CertificadoOrigen != "1" && v.x.NumCertificadoOrigen != "":
		v.fail("NumCertificadoOrigen", "El número de certificado de origen va solo si el comprobante sirve como certificado.", "Quita el número, o escribe 1 en certificado de origen.")
	}
}

func exportadorConfiable(v *validation) {
	if v.x.NumeroExportadorConfiable == "" {
		return
	}
	union := false
	look := func(_ *validation, _ string, d *Domicilio) {
		row, ok := v.cat.Pais(d.Pais)
		union = union || ok && strings.Contains(row.Agrupacion, "Unión Europea")
	}
	ofReceptor(look)(v)
	atDestinatario(look)(v)
	if !union {
		v.fail("NumeroExportadorConfiable", "El número de exportador confiable va solo si el receptor o el destinatario está en la Unión Europea.", "Quita el número, o corrige el país del domicilio.")
	}
}

func incoterm(v *validation) {
	switch {
	case v.x.Incoterm == "" && v.c.Exportacion == "02":
		v.fail("Incoterm", "Es una exportación definitiva (02) y falta el Incoterm.", "Escribe el Incoterm que acordaste con tu cliente, por ejemplo FOB.")
	case v.x.Incoterm != "" && !inForce(catalogo.INCOTERM, v.x.Incoterm, v.c.Fecha):
		v.fail("Incoterm", noKey(v.x.Incoterm, "c_INCOTERM"), "Escribe las tres letras del Incoterm que acordaste, por ejemplo FOB.")
	}
}

func totalUSD(v *validation) {
	if want := v.x.total(); !v.x.TotalUSD.IsZero() && (v.x.TotalUSD.Cmp(want) != 0 || v.x.TotalUSD.Scale() != 2) {
		v.fail("TotalUSD", "El total en dólares "+v.x.TotalUSD.String()+" debería ser "+want.String()+": la suma de las mercancías, con dos decimales.", "Escribe "+want.String()+", o corrige el valor de las mercancías.")
		v.MendHere("TotalUSD", want.String())
	}
}

func curpOfCompany(v *validation) {
	if v.x.Emisor != nil && v.x.Emisor.Curp != "" && utf8.RuneCountInString(v.c.Emisor.Rfc) == 12 {
		v.fail("Emisor.Curp", "Quien exporta es persona moral y no tiene CURP.", "Quita la CURP.")
		v.MendHere("Emisor.Curp", "")
	}
}

func curpOfPerson(v *validation) {
	if utf8.RuneCountInString(v.c.Emisor.Rfc) == 13 && (v.x.Emisor == nil || v.x.Emisor.Curp == "") {
		v.fail("Emisor.Curp", "Quien exporta es persona física y falta su CURP.", "Escribe tu CURP, de 18 caracteres.")
	}
}

// taxID reports a tax number that has not the form its country gives: of those that give
// one, the United States and Canada, both have nine digits.
func (v *validation) taxID(path, pais, id string) (wrong bool) {
	row, ok := v.cat.Pais(pais)
	if !ok || id == "" || pais == mexico || row.IdentidadTributaria == "" || whole(row.IdentidadTributaria, id) {
		return false
	}
	v.fail(path, "El número de identidad tributaria "+cfdi.Quoted(id)+" no tiene la forma que el SAT pide para "+row.Texto+".", "Escribe sus nueve dígitos, sin guiones ni espacios.")
	return true
}

// whole reports whether a pattern of c_Pais, which is our own table, covers all of s.
func whole(pattern, s string) bool { return regexp.MustCompile("^(?:" + pattern + ")$").MatchString(s) }

func propietarioID(v *validation) {
	for i := range v.x.Propietario {
		p := &v.x.Propietario[i]
		v.taxID(at("Propietario", i)+".NumRegIdTrib", p.ResidenciaFiscal, p.NumRegIdTrib)
	}
}

func (v *validation) receptorNumber() string {
	if v.x.Receptor == nil {
		return ""
	}
	return v.x.Receptor.NumRegIdTrib
}

func receptorID(v *validation) {
	switch foreign := v.c.Receptor.Rfc == cfdi.RfcExtranjero; {
	case foreign && v.receptorNumber() == "":
		v.fail("Receptor.NumRegIdTrib", "El receptor es extranjero y falta su número de identidad tributaria en el complemento.", "Escribe el número con que paga impuestos en su país.")
		if known := v.c.Receptor.NumRegIdTrib; known != "" { // that of the same receptor, said in the CFDI
			v.MendHere("Receptor.NumRegIdTrib", known)
		}
	case !foreign && v.receptorNumber() != "":
		v.fail("Receptor.NumRegIdTrib", "El número de identidad tributaria va solo con el RFC de extranjeros, "+cfdi.RfcExtranjero+".", "Quita el número; si el receptor es extranjero, escribe ese RFC.")
	}
}

func receptorIDAbroad(v *validation) {
	ofReceptor(func(v *validation, _ string, d *Domicilio) {
		if v.receptorNumber() != "" && d.Pais == mexico {
			v.fail("Receptor.Domicilio.Pais", "El receptor tiene número de identidad tributaria y su domicilio está en México.", "Corrige el país de su domicilio, o quita el número.")
		}
	})(v)
}

func receptorIDForm(v *validation) {
	ofReceptor(func(v *validation, _ string, d *Domicilio) {
		v.taxID("Receptor.NumRegIdTrib", d.Pais, v.receptorNumber())
	})(v)
}

func oneDestinatario(v *validation) {
	if v.c.TipoDeComprobante == "T" && len(v.x.Destinatario) > 1 {
		v.fail("Destinatario", "En un traslado va un solo destinatario y hay varios.", "Deja uno y emite un comprobante para cada uno de los demás.")
	}
}

// digits reports whether s is a number of n digits.
func digits(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789") == "" }

func (v *validation) estadoMEX(path string, d *Domicilio) {
	if row, ok := v.cat.Estado(d.Estado); d.Estado != "" && !(ok && row.InForce(v.c.Fecha)) {
		v.fail(path+".Estado", "El estado "+cfdi.Quoted(d.Estado)+" no es de México en el catálogo c_Estado del SAT.", "Escribe la clave del estado, por ejemplo JAL o CMX.")
	}
}

// estado wants a key of the country, where it has any.
func (v *validation) estado(path string, d *Domicilio) {
	if d.Pais == mexico {
		v.estadoMEX(path, d)
		return
	}
	if list, ok := estadosFuera[d.Pais]; ok && d.Estado != "" && !inForce(list, d.Estado, v.c.Fecha) {
		v.fail(path+".Estado", "El estado "+cfdi.Quoted(d.Estado)+" no es de "+d.Pais+" en el catálogo c_Estado del SAT.", "Escribe la clave del estado o provincia, por ejemplo TX en Estados Unidos u ON en Canadá.")
	}
}

// municipio, localidad and colonia want a key; that it exists is for who has the
// catalogue of the SAT to tell.
func (v *validation) municipio(path string, d *Domicilio) {
	if d.Municipio != "" && (!digits(d.Municipio, 3) || v.cat.Full("Municipio") && v.cat.Municipio(d.Estado, d.Municipio) == "") {
		v.fail(path+".Municipio", "El municipio "+cfdi.Quoted(d.Municipio)+" no es del estado "+cfdi.Cut(d.Estado)+" en el catálogo c_Municipio del SAT.", "Escribe la clave de tres dígitos del municipio, o quítalo.")
	}
}

func (v *validation) localidad(path string, d *Domicilio) {
	if d.Localidad != "" && !v.town(d) {
		v.fail(path+".Localidad", "La localidad "+cfdi.Quoted(d.Localidad)+" no es del estado "+cfdi.Cut(d.Estado)+" en el catálogo c_Localidad del SAT.", "Escribe la clave de dos dígitos de la localidad, o quítala.")
	}
}

// town reports whether an address has a town that may be of its state.
func (v *validation) town(d *Domicilio) bool {
	return digits(d.Localidad, 2) && (!v.cat.Full("Localidad") || v.cat.Localidad(d.Estado, d.Localidad) != "")
}

const fixColonia = "Escribe la clave de una colonia de ese código postal, o quítala."

func (v *validation) colonia(path string, d *Domicilio) {
	if d.Colonia != "" && !digits(d.Colonia, 4) {
		v.fail(path+".Colonia", "En México la colonia es una clave de cuatro dígitos y "+cfdi.Quoted(d.Colonia)+" no lo es.", fixColonia)
		return
	}
	v.coloniaListed(path, d)
}

func (v *validation) coloniaListed(path string, d *Domicilio) {
	if digits(d.Colonia, 4) && v.cat.Full("Colonia") &&
		!slices.ContainsFunc(v.cat.Colonias(d.CodigoPostal), func(row catalogo.Colonia) bool { return row.Clave == d.Colonia }) {
		v.fail(path+".Colonia", "La colonia "+d.Colonia+" no es del código postal "+cfdi.Cut(d.CodigoPostal)+" en el catálogo c_Colonia del SAT.", fixColonia)
	}
}

// codigoPostalMEX judges state and municipality. The town of a postal code changes more
// often than either, so it warns.
func (v *validation) codigoPostalMEX(path string, d *Domicilio) {
	if d.CodigoPostal == "" {
		return
	}
	_, known := v.cat.Estado(d.Estado) // another is told of already
	switch row, ok := v.cat.CodigoPostal(d.CodigoPostal); {
	case !ok:
		v.fail(path+".CodigoPostal", "El código postal "+cfdi.Quoted(d.CodigoPostal)+" no existe en el catálogo c_CodigoPostal del SAT.", "Revisa los cinco dígitos del código postal.")
	case known && row.Estado != d.Estado:
		v.fail(path+".CodigoPostal", "El código postal "+d.CodigoPostal+" es de "+row.Estado+" y el domicilio está en "+d.Estado+".", "Corrige el código postal o el estado.")
	case known && d.Municipio != "" && row.Municipio != "" && row.Municipio != d.Municipio:
		v.fail(path+".CodigoPostal", "El código postal "+d.CodigoPostal+" es del municipio "+row.Municipio+" y el domicilio dice "+cfdi.Cut(d.Municipio)+".", "Corrige el código postal o el municipio.")
	case known && v.town(d) && row.Localidad != "" && row.Localidad != d.Localidad:
		v.Warn(v.code, path+".CodigoPostal", "El código postal "+d.CodigoPostal+" es de la localidad "+row.Localidad+" y el domicilio dice "+d.Localidad+".", "Compara la localidad con el código postal.")
	}
}

func (v *validation) codigoPostalAbroad(path string, d *Domicilio) {
	row, ok := v.cat.Pais(d.Pais)
	if ok && d.Pais != mexico && row.CodigoPostal != "" && d.CodigoPostal != "" && !whole(row.CodigoPostal, d.CodigoPostal) {
		v.fail(path+".CodigoPostal", "El código postal "+cfdi.Quoted(d.CodigoPostal)+" no tiene la forma que se usa en "+row.Texto+".", "Escríbelo como 78701 en Estados Unidos, o como K1A 0B1 en Canadá.")
	}
}

// most are the lengths of texts and the decimals of numbers that the schema gives.
var most = map[string]int{
	"NumCertificadoOrigen": 40, "NumeroExportadorConfiable": 50, "Observaciones": 300, "TipoCambioUSD": 6, "TotalUSD": 6,
	"NumRegIdTrib": 40, "Nombre": 300, "Calle": 100, "NumeroExterior": 55, "NumeroInterior": 55, "Colonia": 120, "Localidad": 120, "Referencia": 250,
	"Municipio": 120, "Estado": 30, "CodigoPostal": 12, "NoIdentificacion": 100, "CantidadAduana": 3, "ValorUnitarioAduana": 6, "ValorDolares": 4,
	"Marca": 35, "Modelo": 80, "SubModelo": 50, "NumeroSerie": 40,
}

// lexical is CCE999: what the schema does not let through.
func lexical(v *validation) {
	v.x.Walk(cfdi.VisitTree(func(path string, fields []cfdi.Field) {
		v.Lexical(v.code, path, fields, most)
		for _, f := range fields {
			v.form(path, f)
		}
	}))
	if v.x.TipoCambioUSD.Sign() <= 0 && !v.x.TipoCambioUSD.IsZero() {
		v.fail("TipoCambioUSD", "El tipo de cambio del dólar debe ser mayor que cero.", "Escribe cuántos pesos vale un dólar.")
	}
	for i := range v.x.Mercancias {
		if q := v.x.Mercancias[i].CantidadAduana; !q.IsZero() && q.Sign() == 0 {
			v.fail(at("Mercancias", i)+".CantidadAduana", "La cantidad en aduana debe ser mayor que cero.", "Escribe cuánta mercancía es.")
		}
	}
	if e := v.x.Emisor; e != nil && e.Domicilio.Colonia != "" && !digits(e.Domicilio.Colonia, 4) {
		v.fail("Emisor.Domicilio.Colonia", "La colonia de quien exporta es una clave de cuatro dígitos y "+cfdi.Quoted(e.Domicilio.Colonia)+" no lo es.", fixColonia)
	}
	if (v.c.TipoDeComprobante == "T") != (v.x.MotivoTraslado != "") {
		v.Warn(v.code, "MotivoTraslado", "El motivo de traslado va en los traslados (T), y solo en ellos.", "Escribe el motivo si es un traslado; si no, quítalo.")
	}
}

// form judges the texts of which the schema says more than a length.
func (v *validation) form(path string, f cfdi.Field) {
	value := f.String()
	short := func(least int) bool { return utf8.RuneCountInString(value) < least }
	var words, fix string
	switch {
	case value == "":
	case f.Name == "Curp" && !cfdi.ValidCURP(value):
		words, fix = "La CURP "+cfdi.Quoted(value)+" no es correcta.", "Revisa sus 18 caracteres."
	case f.Name == "FraccionArancelaria" && !digits(value, 10):
		words, fix = "La fracción arancelaria tiene diez dígitos: los ocho de la fracción y los dos del NICO.", "Escribe los diez, sin puntos; tu agente aduanal los conoce."
	case f.Name == "NumRegIdTrib" && short(6):
		words, fix = "El número de identidad tributaria tiene al menos seis caracteres.", "Escríbelo completo, como lo usa en su país."
	case f.Name == "NumCertificadoOrigen" && short(6):
		words, fix = "El número del certificado de origen tiene al menos seis caracteres.", "Escríbelo completo, como está en el certificado."
	}
	if words == "" {
		return
	}
	if path != "" {
		path += "."
	}
	v.fail(path+f.Name, words, fix)
}
