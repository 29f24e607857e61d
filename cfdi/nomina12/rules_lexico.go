package nomina12

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// What the schema does not let through: NOM109.

// names say in plain words what an attribute is.
var names = map[string]string{
	"Moneda": "la moneda", "TipoDeComprobante": "el tipo de comprobante", "Exportacion": "la clave de exportación", "InformacionGlobal": "la información global",
	"Emisor.FacAtrAdquirente": "el número de autorización del adquirente", "Receptor.Rfc": "el RFC del trabajador",
	"Receptor.RegimenFiscalReceptor": "el régimen fiscal del trabajador", "Receptor.UsoCFDI": "el uso del CFDI", "Conceptos": "el apartado de conceptos",
	"ClaveProdServ": "la clave de producto o servicio", "NoIdentificacion": "el número de identificación", "Cantidad": "la cantidad", "ClaveUnidad": "la clave de unidad",
	"Unidad": "la unidad", "Descripcion": "la descripción", "ValorUnitario": "el valor unitario", "Descuento": "el descuento", "ObjetoImp": "el objeto de impuesto",
	"Impuestos": "el apartado de impuestos", "ACuentaTerceros": "el dato del tercero", "InformacionAduanera": "la información aduanera", "CuentaPredial": "la cuenta predial",
	"ComplementoConcepto": "el complemento", "Parte": "el apartado de partes",

	"Version": "la versión del complemento de nómina", "TipoNomina": "el tipo de nómina", "FechaPago": "la fecha de pago", "FechaInicialPago": "el primer día que se paga",
	"FechaFinalPago": "el último día que se paga", "NumDiasPagados": "el número de días pagados", "TotalPercepciones": "el total de percepciones",
	"TotalDeducciones": "el total de deducciones", "TotalOtrosPagos": "el total de otros pagos", "Curp": "la CURP", "RegistroPatronal": "el registro patronal",
	"RfcPatronOrigen": "el RFC del patrón de origen", "OrigenRecurso": "el origen del recurso", "MontoRecursoPropio": "el monto de recursos propios",
	"NumSeguridadSocial": "el número de seguridad social", "FechaInicioRelLaboral": "la fecha de ingreso", "Antigüedad": "la antigüedad", "TipoContrato": "el tipo de contrato",
	"Sindicalizado": "el dato de sindicalizado", "TipoJornada": "el tipo de jornada", "TipoRegimen": "el tipo de régimen", "NumEmpleado": "el número de empleado",
	"Departamento": "el departamento", "Puesto": "el puesto", "RiesgoPuesto": "el riesgo de puesto", "PeriodicidadPago": "la periodicidad de pago", "Banco": "el banco",
	"CuentaBancaria": "la cuenta bancaria", "SalarioBaseCotApor": "el salario base de cotización", "SalarioDiarioIntegrado": "el salario diario integrado",
	"ClaveEntFed": "la entidad federativa", "RfcLabora": "el RFC de la empresa donde labora", "PorcentajeTiempo": "el porcentaje de tiempo",
	"TotalSueldos": "el total de sueldos", "TotalSeparacionIndemnizacion": "el total por separación o indemnización",
	"TotalJubilacionPensionRetiro": "el total por jubilación, pensión o retiro", "TotalGravado": "el total gravado", "TotalExento": "el total exento",
	"TipoPercepcion": "el tipo de percepción", "Clave": "la clave interna", "Concepto": "el concepto", "ImporteGravado": "lo gravado", "ImporteExento": "lo exento",
	"ValorMercado": "el valor de mercado", "PrecioAlOtorgarse": "el precio al otorgarse", "Dias": "el número de días", "TipoHoras": "el tipo de horas",
	"HorasExtra": "el número de horas extra", "ImportePagado": "lo pagado por las horas", "TotalUnaExhibicion": "el total en una exhibición",
	"TotalParcialidad": "el total en parcialidades", "MontoDiario": "el monto diario", "IngresoAcumulable": "el ingreso acumulable",
	"IngresoNoAcumulable": "el ingreso no acumulable", "TotalPagado": "el total pagado por separación", "NumAñosServicio": "el número de años de servicio",
	"UltimoSueldoMensOrd": "el último sueldo mensual ordinario", "TotalOtrasDeducciones": "el total de otras deducciones",
	"TotalImpuestosRetenidos": "el total de impuestos retenidos", "TipoDeduccion": "el tipo de deducción", "Importe": "el importe", "TipoOtroPago": "el tipo de otro pago",
	"SubsidioCausado": "el subsidio causado", "SaldoAFavor": "el saldo a favor", "Año": "el año del saldo a favor", "RemanenteSalFav": "el remanente del saldo a favor",
	"DiasIncapacidad": "el número de días de incapacidad", "TipoIncapacidad": "el tipo de incapacidad", "ImporteMonetario": "el importe de la incapacidad",
}

// most is what the schema lets through: characters of a text, decimals of a number.
var most = map[string]int{
	"NumDiasPagados": 3, "PorcentajeTiempo": 3, "RegistroPatronal": 20, "NumSeguridadSocial": 15, "NumEmpleado": 15, "Departamento": 100, "Puesto": 100,
	"Clave": 15, "Concepto": 100, "TotalPercepciones": 2, "TotalDeducciones": 2, "TotalOtrosPagos": 2, "MontoRecursoPropio": 2,
	"SalarioBaseCotApor": 2, "SalarioDiarioIntegrado": 2, "TotalSueldos": 2, "TotalSeparacionIndemnizacion": 2, "TotalJubilacionPensionRetiro": 2,
	"TotalGravado": 2, "TotalExento": 2, "ImporteGravado": 2, "ImporteExento": 2, "ImportePagado": 2, "TotalUnaExhibicion": 2, "TotalParcialidad": 2,
	"MontoDiario": 2, "IngresoAcumulable": 2, "IngresoNoAcumulable": 2, "TotalPagado": 2, "UltimoSueldoMensOrd": 2, "TotalOtrasDeducciones": 2,
	"TotalImpuestosRetenidos": 2, "Importe": 2, "SubsidioCausado": 2, "SaldoAFavor": 2, "RemanenteSalFav": 2, "ImporteMonetario": 2,
}

// A span is what a number must be, and how to say it: NumDiasPagados, when it has decimals,
// has three.
type span struct {
	form        *regexp.Regexp
	least, most decimal.Decimal
	words       string
}

var (
	wholeForm = regexp.MustCompile(`^[0-9]+$`)
	partsForm = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,3})?$`)
	daysForm  = regexp.MustCompile(`^([1-9][0-9]{0,4}|0)(\.[0-9]{3})?$`)

	little, fine = decimal.New(1, 3), decimal.New(1, 6)
	one, many    = decimal.FromInt(1), decimal.FromInt(2_147_483_647)
	days         = span{daysForm, little, decimal.FromInt(36_160), "de 0.001 a 36160 días, sin decimales o con tres"}
	count        = span{wholeForm, one, many, "un número entero, de 1 en adelante"}
	worth        = span{nil, fine, decimal.Decimal{}, "un importe mayor que cero"}
)

// spans are those of the numbers that are more than an amount.
var spans = map[string]span{
	"NumDiasPagados": days, "PorcentajeTiempo": {partsForm, little, decimal.FromInt(100), "de 0.001 a 100"},
	"ValorMercado": worth, "PrecioAlOtorgarse": worth, "Dias": count, "HorasExtra": count, "DiasIncapacidad": count,
	"NumAñosServicio": {wholeForm, decimal.FromInt(0), decimal.FromInt(99), "un número entero, de 0 a 99"},
	"Año":             {wholeForm, decimal.FromInt(2016), decimal.FromInt(32_767), "un año de 2016 en adelante"},
}

// span judges a number that is there; what is below zero or too fine is told already.
func (v *validation) span(path string, f cfdi.Field) {
	must, ok := spans[f.Name]
	n, err := decimal.Parse(f.String())
	if !ok || err != nil || n.Sign() < 0 || most[f.Name] > 0 && n.Scale() > most[f.Name] {
		return
	}
	if n.Cmp(must.least) >= 0 && (must.most.IsZero() || n.Cmp(must.most) <= 0) && (must.form == nil || must.form.MatchString(f.String())) {
		return
	}
	v.fail(path, v.Subject(f.Name)+" no puede ser "+cfdi.Cut(f.String())+".", "Escribe "+must.words+".")
	if f.Name == "NumDiasPagados" && daysForm.MatchString(n.Fixed(3)) && n.Cmp(must.least) >= 0 && n.Cmp(must.most) <= 0 {
		v.MendHere(path, n.Fixed(3))
	}
}

// lexical reports what the schema does not let through.
func lexical(v *validation) {
	v.n.Walk(cfdi.VisitTree(func(path string, fields []cfdi.Field) {
		v.Lexical(v.code, path, fields, most)
		for _, f := range fields {
			if f.String() == "" {
				continue
			}
			if f.Name == "Clave" && utf8.RuneCountInString(f.String()) < 3 {
				v.fail(path+".Clave", "La clave con que el patrón identifica este concepto tiene menos de tres caracteres.", "Escríbela con ceros, como 001.")
			}
			v.span(strings.TrimPrefix(path+"."+f.Name, "."), f)
		}
	}))
	n, r := v.n, &v.n.Receptor
	form := func(path, value string, ok bool, words string) {
		if value != "" && !ok {
			v.fail(path, v.Subject(path[strings.LastIndexByte(path, '.')+1:])+" no puede ser "+cfdi.Quoted(value)+".", "Escribe "+words+".")
		}
	}
	for _, d := range []struct{ path, value string }{
		{"FechaPago", n.FechaPago},
		{"FechaInicialPago", n.FechaInicialPago},
		{"FechaFinalPago", n.FechaFinalPago},
		{"Receptor.FechaInicioRelLaboral", r.FechaInicioRelLaboral},
	} {
		_, ok := day(d.value)
		form(d.path, d.value, ok, "una fecha como 2026-11-20")
	}
	form("Receptor.Curp", r.Curp, cfdi.ValidCURP(r.Curp), "los 18 caracteres de una CURP")
	form("Receptor.NumSeguridadSocial", r.NumSeguridadSocial, strings.Trim(r.NumSeguridadSocial, "0123456789") == "", "dígitos")
	form("Receptor.Sindicalizado", r.Sindicalizado, r.Sindicalizado == "Sí" || r.Sindicalizado == "No", "Sí o No")
	form("Receptor.Antigüedad", r.Antigüedad, weeksForm.MatchString(r.Antigüedad) || exactForm.MatchString(r.Antigüedad), "semanas como P52W, o años, meses y días como P1Y2M3D")
	form("Receptor.CuentaBancaria", r.CuentaBancaria, strings.Trim(r.CuentaBancaria, "0123456789") == "", "dígitos")
	for i, s := range r.SubContratacion {
		form("Receptor.SubContratacion["+strconv.Itoa(i)+"].RfcLabora", s.RfcLabora, cfdi.ValidRFC(s.RfcLabora), "los 12 o 13 caracteres de un RFC")
	}
	if n.Emisor != nil {
		form("Emisor.Curp", n.Emisor.Curp, cfdi.ValidCURP(n.Emisor.Curp), "los 18 caracteres de una CURP")
		form("Emisor.RfcPatronOrigen", n.Emisor.RfcPatronOrigen, cfdi.ValidRFC(n.Emisor.RfcPatronOrigen), "los 12 o 13 caracteres de un RFC")
	}
}
