package retenciones

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// Reasons for which a code of the matrix is no rule here.
const (
	stateVerify  = "lo revisa Verify: sello y certificado"
	stateNothing = "no pide nada del documento: dice qué RFC no se busca en la lista del SAT"
)

// A rule is one code of the matrix and what becomes of it.
type rule struct {
	code, path, class, state string
	check                    func(v *validation) // set if and only if state is StateRule
}

// rules is the matrix of Retenciones 2.0, in its order.
var rules = []rule{
	{"Reten20101", "Sello", cfdi.ClassLocal, stateVerify, nil},
	{"Reten20102", "Certificado", cfdi.ClassLocal, stateVerify, nil},
	{"Reten20103", "FechaExp", cfdi.ClassLocal, cfdi.StateRule, fechaExp},
	{"Reten20104", "LugarExpRetenc", cfdi.ClassCatalogo, cfdi.StateRule, lugarKey},
	{"Reten20105", "CveRetenc", cfdi.ClassCatalogo, cfdi.StateRule, cveKey},
	{"Reten20106", "DescRetenc", cfdi.ClassLocal, cfdi.StateRule, descRequired},
	{"Reten20107", "Complementos", cfdi.ClassCatalogo, cfdi.StateRule, complementoRequired},
	{"Reten20108", "Totales", cfdi.ClassLocal, cfdi.StateRule, rifZero},
	{"Reten20109", "CfdiRetenRelacionados.TipoRelacion", cfdi.ClassCatalogo, cfdi.StateRule, tipoRelacion},
	{"Reten20110", "Emisor.NomDenRazSocE", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"Reten20111", "Emisor.RegimenFiscalE", cfdi.ClassCatalogo, cfdi.StateRule, regimenKey},
	{"Reten20112", "Emisor.RegimenFiscalE", cfdi.ClassCatalogo, cfdi.StateRule, regimenPersona},
	{"Reten20113", "Receptor.Nacional.RfcR", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"Reten20114", "Receptor.Nacional.RfcR", cfdi.ClassLocal, stateNothing, nil},
	{"Reten20115", "Receptor.Nacional.NomDenRazSocR", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"Reten20116", "Receptor.Nacional.NomDenRazSocR", cfdi.ClassLocal, cfdi.StateRule, publico},
	{"Reten20117", "Receptor.Nacional.CurpR", cfdi.ClassLocal, cfdi.StateRule, curp},
	{"Reten20119", "Receptor.Nacional.DomicilioFiscalR", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"Reten20120", "Receptor.Nacional.DomicilioFiscalR", cfdi.ClassLocal, cfdi.StateRule, publicoDomicilio},
	{"Reten20121", "Periodo.MesIni", cfdi.ClassCatalogo, cfdi.StateRule, func(v *validation) { v.mes("Periodo.MesIni", v.r.Periodo.MesIni) }},
	{"Reten20122", "Periodo.MesIni", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		v.meses("Periodo.MesIni", "El periodo empieza después de terminar: MesIni es mayor que MesFin.")
	}},
	{"Reten20123", "Periodo.MesFin", cfdi.ClassCatalogo, cfdi.StateRule, func(v *validation) { v.mes("Periodo.MesFin", v.r.Periodo.MesFin) }},
	{"Reten20124", "Periodo.MesFin", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		v.meses("Periodo.MesFin", "El periodo termina antes de empezar: MesFin es menor que MesIni.")
	}},
	{"Reten20126", "Periodo.Ejercicio", cfdi.ClassLocal, cfdi.StateRule, ejercicio},
	{"Reten20127", "Totales.MontoTotOperacion", cfdi.ClassLocal, cfdi.StateRule, operacionSum},
	{"Reten20128", "Totales.MontoTotGrav", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) { v.within("MontoTotGrav", v.r.Totales.MontoTotGrav) }},
	{"Reten20129", "Totales.MontoTotExent", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) { v.within("MontoTotExent", v.r.Totales.MontoTotExent) }},
	{"Reten20130", "Totales.ImpRetenidos", cfdi.ClassLocal, cfdi.StateRule, retenidosRequired},
	{"Reten20131", "Totales.MontoTotRet", cfdi.ClassLocal, cfdi.StateRule, retenidosSum},
	{"Reten20132", "Totales.UtilidadBimestral", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) { v.rif("UtilidadBimestral", v.r.Totales.UtilidadBimestral) }},
	{"Reten20133", "Totales.ISRCorrespondiente", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) { v.rif("ISRCorrespondiente", v.r.Totales.ISRCorrespondiente) }},
	{"Reten20134", "Totales.ImpRetenidos.TipoPagoRet", cfdi.ClassCatalogo, cfdi.StateRule, tipoPagoKey},
	{"Reten20135", "Totales.ImpRetenidos.TipoPagoRet", cfdi.ClassCatalogo, cfdi.StateRule, tipoPagoImpuesto},
	{"Reten20136", "Emisor.NomDenRazSocE", cfdi.ClassRegistro, cfdi.StatePAC, nil},
}

// Rules lists every code of the matrix of Retenciones 2.0, in its order.
func Rules() []cfdi.Rule {
	out := make([]cfdi.Rule, len(rules))
	for i, r := range rules {
		out[i] = cfdi.Rule{Family: "RETEN20", Code: r.code, Path: r.path, Class: r.class, State: r.state}
	}
	return out
}

// Validate reports everything that the rules of the SAT say of r and that can be
// judged here; under 301, what the schemas refuse. Seal and certificate are [Verify]'s.
func Validate(r *Retenciones, cat *catalogo.Catalog) cfdi.Findings {
	v := &validation{Report: cfdi.NewDocumentReport(r.allNodes), r: r, cat: cat}
	v.Name(names)
	v.structure()
	for _, rule := range rules {
		if rule.check != nil {
			v.code = rule.code
			rule.check(v)
		}
	}
	for i, k := range r.Complementos {
		k.validate(v.Report, at("Complementos", i))
	}
	return v.Found()
}

type validation struct {
	*cfdi.Report
	r    *Retenciones
	cat  *catalogo.Catalog
	code string // of the rule that runs
}

// Apply mends in r what f found, by the changes that f carries: all of them or, with a
// [*cfdi.MendError], none. Judge r again afterwards.
func Apply(r *Retenciones, f cfdi.Finding) error { return cfdi.ApplyTo(r.allNodes, f) }

func (v *validation) fail(path, message, fix string) { v.Fail(v.code, path, message, fix) }

func at(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

var most = map[string]int{
	"FolioInt": 20, "DescRetenc": 100, "NomDenRazSocE": 254, "NomDenRazSocR": 300, "NumRegIdTribR": 20,
	"MontoTotOperacion": 2, "MontoTotGrav": 2, "MontoTotExent": 2, "MontoTotRet": 2, "UtilidadBimestral": 2, "ISRCorrespondiente": 2,
	"BaseRet": 2, "MontoRet": 2,
}

var (
	folioForm = regexp.MustCompile(`^[0-9a-zA-Z]+$`)
	uuidForm  = regexp.MustCompile(`^[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$`)
	fechaForm = regexp.MustCompile(`^20[1-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$`)
)

// structure reports what the schema refuses. Sello and the certificate are written
// by Seal.
func (v *validation) structure() {
	r := v.r
	r.nodes(func(path string, fields []cfdi.Field) {
		v.Lexical("301", path, fields, most)
		v.Missing(path, slices.DeleteFunc(fields, func(f cfdi.Field) bool {
			return f.Name == "Sello" || f.Name == "Certificado" || f.Name == "NoCertificado" || f.Name == "Version"
		}))
	})
	v.Want(folioForm.MatchString(r.FolioInt), "FolioInt", r.FolioInt, "El folio lleva algo más que letras y dígitos.", "Deja solo letras sin acento y dígitos, sin guiones ni espacios.")
	v.rfc("Emisor.RfcE", r.Emisor.RfcE, "quien retiene")
	for i := range r.Totales.ImpRetenidos {
		tax := r.Totales.ImpRetenidos[i].ImpuestoRet
		v.Want(slices.Contains(impuestos, tax), at("Totales.ImpRetenidos", i)+".ImpuestoRet", tax, "El impuesto "+cfdi.Quoted(tax)+" no existe en el catálogo c_Impuesto del SAT.", "Escribe 001 si es ISR, 002 si es IVA o 003 si es IEPS.")
	}
	if c := r.CfdiRetenRelacionados; c != nil {
		v.Want(uuidForm.MatchString(c.UUID), "CfdiRetenRelacionados.UUID", c.UUID, "El folio fiscal relacionado "+cfdi.Quoted(c.UUID)+" no tiene la forma correcta.", "Cópialo completo del comprobante: 36 caracteres con sus guiones.")
	}
	n, x := r.Receptor.Nacional, r.Receptor.Extranjero
	want := map[string]bool{"Nacional": n != nil && x == nil, "Extranjero": x != nil && n == nil}
	v.Want(want[r.Receptor.NacionalidadR], "Receptor.NacionalidadR", r.Receptor.NacionalidadR,
		"La nacionalidad del receptor no corresponde a los datos que lleva.", "Escribe Nacional si el receptor tiene RFC, con sus datos en Nacional; si no, Extranjero, con sus datos en Extranjero.")
	for kind, right := range want {
		if r.Receptor.NacionalidadR != "" && right && r.Receptor.NacionalidadR != kind {
			v.MendHere("Receptor.NacionalidadR", kind)
		}
	}
	if n != nil {
		v.rfc("Receptor.Nacional.RfcR", n.RfcR, "el receptor")
		v.Want(len([]rune(n.NomDenRazSocR)) <= mostNacional, "Receptor.Nacional.NomDenRazSocR", n.NomDenRazSocR, "El nombre del receptor tiene más de 254 caracteres.", "Escribe 254 caracteres como máximo.")
		v.Want(cfdi.ValidCURP(n.CurpR), "Receptor.Nacional.CurpR", n.CurpR, "La CURP del receptor "+cfdi.Quoted(n.CurpR)+" no está bien escrita.", "Revisa sus 18 caracteres.")
		v.Want(len(n.DomicilioFiscalR) == 5 && strings.Trim(n.DomicilioFiscalR, "0123456789") == "", "Receptor.Nacional.DomicilioFiscalR", n.DomicilioFiscalR,
			"El código postal del receptor "+cfdi.Quoted(n.DomicilioFiscalR)+" no tiene cinco dígitos.", "Cópialo de su constancia de situación fiscal.")
	}
}

// rfc reports what is no RFC; of whom, in words.
func (v *validation) rfc(path, rfc, who string) {
	v.Want(cfdi.ValidRFC(rfc), path, rfc, "El RFC de "+who+" "+cfdi.Quoted(rfc)+" no está bien escrito.", "Cópialo de la constancia de situación fiscal: 12 caracteres si es persona moral, 13 si es persona física.")
}

const generico = "XAXX010101000"

// mostNacional is how long the name of a receptor with an RFC may be; abroad it is 300.
const mostNacional = 254

var impuestos = []string{"001", "002", "003"}

func fechaExp(v *validation) {
	f := v.r.FechaExp
	_, err := time.Parse("2006-01-02T15:04:05", f)
	if f != "" && (err != nil || !fechaForm.MatchString(f)) {
		v.fail("FechaExp", "La fecha de expedición "+cfdi.Quoted(f)+" no existe o no tiene la forma correcta.", "Escríbela con la hora local, como 2026-11-20T12:00:00.")
	}
}

func lugarKey(v *validation) {
	if cp := v.r.LugarExpRetenc; cp != "" {
		if _, ok := v.cat.CodigoPostal(cp); !ok {
			v.fail("LugarExpRetenc", "El código postal "+cfdi.Quoted(cp)+" no existe en el catálogo c_CodigoPostal del SAT.", "Escribe el código postal de tu domicilio fiscal o de la sucursal que expide.")
		}
	}
}

// Claves are the kinds of retention and the complement that each goes with; * stands
// for one that is needed when the receptor is abroad (c_CveRetenc of the SAT). They are
// read, never written to.
var Claves = []struct{ Clave, Texto, Complemento string }{
	{"01", "Servicios profesionales.", "*Pagosaextranjeros"},
	{"02", "Regalías por derechos de autor.", "*Pagosaextranjeros"},
	{"03", "Autotransporte terrestre de carga.", ""},
	{"04", "Servicios prestados por comisionistas.", "*Pagosaextranjeros"},
	{"05", "Arrendamiento.", "*Pagosaextranjeros"},
	{"06", "Enajenación de acciones.", "EnajenaciondeAcciones"},
	{"07", "Enajenación de bienes objeto de la LIEPS, a través de mediadores, agentes, representantes, corredores, consignatarios o distribuidores.", ""},
	{"08", "Enajenación de bienes inmuebles consignada en escritura pública.", ""},
	{"09", "Enajenación de otros bienes, no consignada en escritura pública.", ""},
	{"10", "Adquisición de desperdicios industriales.", ""},
	{"11", "Adquisición de bienes consignada en escritura pública.", ""},
	{"12", "Adquisición de otros bienes, no consignada en escritura pública.", ""},
	{"13", "Otros retiros de AFORE.", ""},
	{"14", "Dividendos o utilidades distribuidas.", "Dividendos"},
	{"15", "Remanente distribuible.", "Dividendos"},
	{"16", "Intereses.", "Intereses"},
	{"17", "Arrendamiento en fideicomiso.", "Arrendamientoenfideicomiso"},
	{"18", "Pagos realizados a favor de residentes en el extranjero.", "Pagosaextranjeros"},
	{"19", "Enajenación de acciones u operaciones en bolsa de valores.", "EnajenaciondeAcciones"},
	{"20", "Obtención de premios.", "Premios"},
	{"21", "Fideicomisos que no realizan actividades empresariales.", "Fideicomisonoempresarial"},
	{"22", "Planes personales de retiro.", "Planesderetiro"},
	{"23", "Intereses reales deducibles por créditos hipotecarios.", "Intereseshipotecarios"},
	{"24", "Operaciones Financieras Derivadas de Capital.", "Operacionesconderivados"},
	{"25", "Otro tipo de retenciones.", ""},
	{"26", "Servicios mediante Plataformas Tecnológicas", "ServiciosPlataformasTecnologicas"},
	{"27", "Sector Financiero", ""}, // its complement goes only with a trustee
	{"28", "Pagos y retenciones a Contribuyentes del RIF", ""},
}

// complementos are the complements as c_CveRetenc calls them.
var complementos = map[string]string{
	"Pagosaextranjeros": "Pagos a Extranjeros", "EnajenaciondeAcciones": "Enajenación de Acciones", "Dividendos": "Dividendos", "Intereses": "Intereses",
	"Arrendamientoenfideicomiso": "Arrendamiento en fideicomiso", "Premios": "Premios", "Fideicomisonoempresarial": "Fideicomiso no Empresarial",
	"Planesderetiro": "Planes de Retiro", "Intereseshipotecarios": "Intereses Hipotecarios", "Operacionesconderivados": "Operaciones con Derivados",
	"ServiciosPlataformasTecnologicas": "Servicios mediante Plataformas Tecnológicas",
}

func cveKey(v *validation) {
	for _, c := range Claves {
		if c.Clave == v.r.CveRetenc {
			return
		}
	}
	if v.r.CveRetenc != "" {
		v.fail("CveRetenc", "La clave "+cfdi.Quoted(v.r.CveRetenc)+" no existe en el catálogo c_CveRetenc del SAT.", "Escribe de 01 a 28, por ejemplo 14 si son dividendos; si ninguna es, 25 y su descripción.")
	}
}

func descRequired(v *validation) {
	if v.r.CveRetenc == "25" && v.r.DescRetenc == "" {
		v.fail("DescRetenc", "La clave de retención es 25, Otro tipo de retenciones, y falta decir cuál.", "Escribe en DescRetenc qué retención es.")
	}
}

func complementoRequired(v *validation) {
	for _, c := range Claves {
		name, abroad := strings.CutPrefix(c.Complemento, "*")
		if c.Clave != v.r.CveRetenc || name == "" || abroad && v.r.Receptor.Extranjero == nil {
			continue
		}
		if !slices.ContainsFunc(v.r.Complementos, func(k Complemento) bool { return k.kind().local == name }) {
			v.fail("Complementos", "La clave de retención "+c.Clave+" ("+strings.TrimSuffix(c.Texto, ".")+") va con el complemento "+complementos[name]+" y no está.", "Agrega el complemento "+complementos[name]+", o corrige la clave.")
		}
	}
}

func rifZero(v *validation) {
	t := &v.r.Totales
	for _, of := range []struct {
		name   string
		amount decimal.Decimal
	}{{"MontoTotGrav", t.MontoTotGrav}, {"MontoTotExent", t.MontoTotExent}} {
		if v.r.CveRetenc == "28" && of.amount.Sign() != 0 {
			v.fail("Totales."+of.name, "Con la clave 28, contribuyentes del RIF, "+names[of.name]+" es 0 y dice "+of.amount.String()+".", "Escribe 0.00.")
			v.MendHere("Totales."+of.name, "0.00")
		}
	}
}

func (v *validation) rif(name string, d decimal.Decimal) {
	if v.r.CveRetenc == "28" && d.Sign() <= 0 {
		v.fail("Totales."+name, "Con la clave 28, contribuyentes del RIF, "+names[name]+" debe ser mayor que cero.", "Escribe "+names[name]+".")
	}
}

func tipoRelacion(v *validation) {
	if c := v.r.CfdiRetenRelacionados; c != nil && c.TipoRelacion != "" {
		if row, ok := v.cat.TipoRelacion(c.TipoRelacion); !ok || !row.InForce(v.r.FechaExp) {
			v.fail("CfdiRetenRelacionados.TipoRelacion", "La clave "+cfdi.Quoted(c.TipoRelacion)+" no existe en el catálogo c_TipoRelacion del SAT, o no estaba vigente en la fecha de expedición.", "Escribe la clave de la relación, por ejemplo 04 si este comprobante sustituye a otro.")
		}
	}
}

func regimenKey(v *validation) {
	k := v.r.Emisor.RegimenFiscalE
	if row, ok := v.cat.RegimenFiscal(k); k != "" && (!ok || !row.InForce(v.r.FechaExp)) {
		v.fail("Emisor.RegimenFiscalE", "La clave "+cfdi.Quoted(k)+" no existe en el catálogo c_RegimenFiscal del SAT, o no estaba vigente en la fecha de expedición.", "Escribe la clave de tu régimen, como está en tu constancia de situación fiscal; por ejemplo 601.")
	}
}

func regimenPersona(v *validation) {
	row, ok := v.cat.RegimenFiscal(v.r.Emisor.RegimenFiscalE)
	length := len([]rune(v.r.Emisor.RfcE))
	if ok && (length == 12 && !row.Moral || length == 13 && !row.Fisica) {
		v.fail("Emisor.RegimenFiscalE", "El régimen "+row.Clave+" ("+row.Texto+") no es del tipo de persona del RFC "+v.r.Emisor.RfcE+".", "Escribe el régimen de tu constancia de situación fiscal.")
	}
}

// publico is the half of the code that needs no list: the public has the generic
// RFC, and nobody else. The rule writes its name without the accent and the error with it.
func publico(v *validation) {
	n := v.r.Receptor.Nacional
	if n == nil || n.NomDenRazSocR == "" {
		return
	}
	const path = "Receptor.Nacional.NomDenRazSocR"
	switch public := n.NomDenRazSocR == "PUBLICO EN GENERAL" || n.NomDenRazSocR == "PÚBLICO EN GENERAL"; {
	case public && n.RfcR != generico:
		v.fail(path, "El nombre "+n.NomDenRazSocR+" va solo con el RFC "+generico+".", "Escribe el nombre del receptor, o ese RFC si es público en general.")
	case !public && n.RfcR == generico:
		v.fail(path, "Con el RFC "+generico+" el nombre es PUBLICO EN GENERAL.", "Escribe PUBLICO EN GENERAL, o el RFC del receptor.")
	}
}

func curp(v *validation) {
	if n := v.r.Receptor.Nacional; n != nil && n.CurpR != "" && len([]rune(n.RfcR)) == 12 {
		v.fail("Receptor.Nacional.CurpR", "El receptor es persona moral y no tiene CURP.", "Quita la CURP.")
		v.MendHere("Receptor.Nacional.CurpR", "")
	}
}

func publicoDomicilio(v *validation) {
	n := v.r.Receptor.Nacional
	if n != nil && n.RfcR == generico && n.DomicilioFiscalR != "" && v.r.LugarExpRetenc != "" && n.DomicilioFiscalR != v.r.LugarExpRetenc {
		v.fail("Receptor.Nacional.DomicilioFiscalR", "Con el RFC genérico "+generico+", el código postal del receptor es el del lugar de expedición.", "Escribe "+v.r.LugarExpRetenc+".")
		v.MendHere("Receptor.Nacional.DomicilioFiscalR", v.r.LugarExpRetenc)
	}
}

var mesForm = regexp.MustCompile(`^(0[1-9]|1[0-2])$`)

func (v *validation) mes(path, mes string) {
	if mes != "" && !mesForm.MatchString(mes) {
		v.fail(path, "El mes "+cfdi.Quoted(mes)+" no existe en el catálogo c_Periodo del SAT.", "Escribe el mes con dos dígitos, de 01 a 12.")
	}
}

// meses tells each of the two months of a period that runs backwards, each under its
// own code.
func (v *validation) meses(path, message string) {
	p := v.r.Periodo
	if mesForm.MatchString(p.MesIni) && mesForm.MatchString(p.MesFin) && p.MesIni > p.MesFin {
		v.fail(path, message, "Corrige el mes que esté mal: "+p.MesIni+" o "+p.MesFin+".")
	}
}

func ejercicio(v *validation) {
	p := v.r.Periodo.Ejercicio
	year, err := strconv.Atoi(p)
	now, errNow := strconv.Atoi(v.r.FechaExp[:min(4, len(v.r.FechaExp))])
	if p == "" || errNow != nil {
		return
	}
	if err != nil || len(p) != 4 || year > now || year < now-5 {
		v.fail("Periodo.Ejercicio", "El ejercicio "+cfdi.Quoted(p)+" no es el año en curso ni uno de los cinco anteriores.", "Escribe un año de "+strconv.Itoa(now-5)+" a "+strconv.Itoa(now)+".")
	}
}

func operacionSum(v *validation) {
	t := &v.r.Totales
	if want := t.MontoTotGrav.Add(t.MontoTotExent); !t.MontoTotOperacion.IsZero() && t.MontoTotOperacion.Cmp(want) != 0 {
		v.fail("Totales.MontoTotOperacion", "El monto de la operación es "+t.MontoTotOperacion.String()+" y lo gravado más lo exento suma "+want.String()+".", "Escribe "+want.Fixed(2)+", o corrige lo gravado o lo exento.")
		v.MendHere("Totales.MontoTotOperacion", want.Fixed(2))
	}
}

func (v *validation) within(name string, d decimal.Decimal) {
	if t := &v.r.Totales; !t.MontoTotOperacion.IsZero() && d.Cmp(t.MontoTotOperacion) > 0 {
		v.fail("Totales."+name, v.Subject(name)+" es "+d.String()+", más que el monto de la operación, que es "+t.MontoTotOperacion.String()+".", "Corrige el que esté mal: el de la operación es lo gravado más lo exento.")
	}
}

func retenidosRequired(v *validation) {
	if t := &v.r.Totales; t.MontoTotRet.Sign() > 0 && len(t.ImpRetenidos) == 0 {
		v.fail("Totales.ImpRetenidos", "El monto total retenido es "+t.MontoTotRet.String()+" y falta decir de qué impuestos.", "Agrega cada impuesto retenido con su monto, o escribe 0.00 si no retuviste.")
	}
}

func retenidosSum(v *validation) {
	t := &v.r.Totales
	if t.MontoTotRet.Sign() <= 0 || len(t.ImpRetenidos) == 0 {
		return
	}
	sum := decimal.FromInt(0)
	for i := range t.ImpRetenidos {
		sum = sum.Add(t.ImpRetenidos[i].MontoRet)
	}
	if t.MontoTotRet.Cmp(sum) != 0 {
		v.fail("Totales.MontoTotRet", "El total retenido es "+t.MontoTotRet.String()+" y los impuestos suman "+sum.String()+".", "Escribe "+sum.Fixed(2)+", o corrige los impuestos retenidos.")
		v.MendHere("Totales.MontoTotRet", sum.Fixed(2))
	}
}

// tiposPago are the kinds of payment and the tax of each.
var tiposPago = map[string]string{"01": "002", "02": "003", "03": "001", "04": "001"}

// pagosDe are the kinds of payment of each tax, in words.
var pagosDe = map[string]string{"001": "03 (pago definitivo de ISR) o 04 (pago provisional de ISR)", "002": "01 (pago definitivo de IVA)", "003": "02 (pago definitivo de IEPS)"}

func tipoPagoKey(v *validation) {
	for i, r := range v.r.Totales.ImpRetenidos {
		if _, ok := tiposPago[r.TipoPagoRet]; r.TipoPagoRet != "" && !ok {
			v.fail(at("Totales.ImpRetenidos", i)+".TipoPagoRet", "La clave "+cfdi.Quoted(r.TipoPagoRet)+" no existe en el catálogo c_TipoPagoRet del SAT.", "Escribe 01 si es pago definitivo de IVA, 02 de IEPS, 03 de ISR, o 04 si es pago provisional de ISR.")
		}
	}
}

func tipoPagoImpuesto(v *validation) {
	for i, r := range v.r.Totales.ImpRetenidos {
		if of, ok := tiposPago[r.TipoPagoRet]; ok && pagosDe[r.ImpuestoRet] != "" && r.ImpuestoRet != of {
			v.fail(at("Totales.ImpRetenidos", i)+".TipoPagoRet", "El tipo de pago "+r.TipoPagoRet+" no es del impuesto "+r.ImpuestoRet+".", "Escribe "+pagosDe[r.ImpuestoRet]+", o corrige el impuesto.")
			if only := map[string]string{"002": "01", "003": "02"}[r.ImpuestoRet]; only != "" {
				v.MendHere(at("Totales.ImpRetenidos", i)+".TipoPagoRet", only)
			}
		}
	}
}
