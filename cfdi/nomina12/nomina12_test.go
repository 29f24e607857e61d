package nomina12_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/nomina12"
	"iofacturo.mx/decimal"
)

var (
	cat  = catalogo.New()
	none decimal.Decimal
)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

type N = nomina12.Nomina

const curp = "XEXX010101HNEXXXA4"

func receipt(n *N) *cfdi.Comprobante {
	n.Totalize()
	c := n.Comprobante(
		cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		cfdi.Receptor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", DomicilioFiscalReceptor: "36257"})
	c.Fecha, c.LugarExpedicion = "2026-11-20T12:00:00", "42501"
	return c
}

// sueldo is a fortnight of wages, with overtime, an illness and a subsidy.
func sueldo() *cfdi.Comprobante {
	return receipt(&N{
		TipoNomina: "O", FechaPago: "2026-11-15", FechaInicialPago: "2026-11-01", FechaFinalPago: "2026-11-15", NumDiasPagados: num("15.000"),
		Emisor: &nomina12.Emisor{RegistroPatronal: "B5510768108", EntidadSNCF: &nomina12.EntidadSNCF{OrigenRecurso: "IM", MontoRecursoPropio: num("100.00")}},
		Receptor: nomina12.Receptor{
			Curp: curp, NumSeguridadSocial: "04078873454", FechaInicioRelLaboral: "2020-01-01", Antigüedad: "P300W", TipoContrato: "01", Sindicalizado: "No",
			TipoJornada: "01", TipoRegimen: "02", NumEmpleado: "1", Departamento: "Dirección & más", Puesto: "Velador", RiesgoPuesto: "1", PeriodicidadPago: "04",
			Banco: "002", CuentaBancaria: "1111111111", SalarioBaseCotApor: num("500.00"), SalarioDiarioIntegrado: num("520.00"), ClaveEntFed: "JAL",
			SubContratacion: []nomina12.SubContratacion{{RfcLabora: "EKU9003173C9", PorcentajeTiempo: num("100.000")}},
		},
		Percepciones: &nomina12.Percepciones{Percepcion: []nomina12.Percepcion{
			{TipoPercepcion: "001", Clave: "001", Concepto: "Sueldo", ImporteGravado: num("7500.00"), ImporteExento: num("0.00")},
			{
				TipoPercepcion: "019", Clave: "019", Concepto: "Horas extra", ImporteGravado: num("100.00"), ImporteExento: num("100.00"),
				HorasExtra: []nomina12.HorasExtra{{Dias: num("1"), TipoHoras: "01", HorasExtra: num("2"), ImportePagado: num("200.00")}},
			},
			{TipoPercepcion: "014", Clave: "014", Concepto: "Incapacidad", ImporteGravado: num("0.00"), ImporteExento: num("50.00")},
			{
				TipoPercepcion: "045", Clave: "045", Concepto: "Acciones", ImporteGravado: num("10.00"), ImporteExento: num("0.00"),
				AccionesOTitulos: &nomina12.AccionesOTitulos{ValorMercado: num("100.5"), PrecioAlOtorgarse: num("90.000001")},
			},
		}},
		Deducciones: &nomina12.Deducciones{Deduccion: []nomina12.Deduccion{
			{TipoDeduccion: "001", Clave: "101", Concepto: "IMSS", Importe: num("200.00")},
			{TipoDeduccion: "002", Clave: "102", Concepto: "ISR", Importe: num("900.00")},
			{TipoDeduccion: "006", Clave: "103", Concepto: "Incapacidad", Importe: num("50.00")},
		}},
		OtrosPagos: []nomina12.OtroPago{
			{TipoOtroPago: "002", Clave: "201", Concepto: "Subsidio", Importe: num("0.00"), SubsidioAlEmpleo: &nomina12.SubsidioAlEmpleo{SubsidioCausado: num("0.00")}},
			{
				TipoOtroPago: "004", Clave: "202", Concepto: "Saldo a favor", Importe: num("10.00"),
				CompensacionSaldosAFavor: &nomina12.CompensacionSaldosAFavor{SaldoAFavor: num("20.00"), Año: "2025", RemanenteSalFav: num("10.00")},
			},
		},
		Incapacidades: []nomina12.Incapacidad{{DiasIncapacidad: num("1"), TipoIncapacidad: "02", ImporteMonetario: num("50.00")}},
	})
}

// asimilado is who is paid without being employed: no social security.
func asimilado() *cfdi.Comprobante {
	return receipt(&N{
		TipoNomina: "O", FechaPago: "2026-11-15", FechaInicialPago: "2026-11-01", FechaFinalPago: "2026-11-15", NumDiasPagados: num("15"),
		Receptor: nomina12.Receptor{Curp: curp, TipoContrato: "09", TipoRegimen: "09", NumEmpleado: "2", PeriodicidadPago: "04", CuentaBancaria: "032180000118359719", ClaveEntFed: "CMX"},
		Percepciones: &nomina12.Percepciones{Percepcion: []nomina12.Percepcion{
			{TipoPercepcion: "046", Clave: "046", Concepto: "Asimilados", ImporteGravado: num("1000.00"), ImporteExento: num("0.00")},
		}},
		Deducciones: &nomina12.Deducciones{Deduccion: []nomina12.Deduccion{{TipoDeduccion: "004", Clave: "104", Concepto: "Otros", Importe: num("10.00")}}},
	})
}

// finiquito is what is paid to who leaves and retires.
func finiquito() *cfdi.Comprobante {
	c := asimilado()
	n := nomina12.De(c)
	n.TipoNomina, n.Receptor.PeriodicidadPago, n.Receptor.TipoContrato, n.Receptor.TipoRegimen = "E", "99", "99", "13"
	n.Percepciones = &nomina12.Percepciones{
		Percepcion: []nomina12.Percepcion{
			{TipoPercepcion: "025", Clave: "025", Concepto: "Indemnización", ImporteGravado: num("1000.00"), ImporteExento: num("500.00")},
			{TipoPercepcion: "039", Clave: "039", Concepto: "Retiro", ImporteGravado: num("300.00"), ImporteExento: num("0.00")},
		},
		SeparacionIndemnizacion: &nomina12.SeparacionIndemnizacion{
			TotalPagado: num("1500.00"), NumAñosServicio: num("5"), UltimoSueldoMensOrd: num("900.00"), IngresoAcumulable: num("900.00"), IngresoNoAcumulable: num("100.00"),
		},
		JubilacionPensionRetiro: &nomina12.JubilacionPensionRetiro{TotalUnaExhibicion: num("300.00"), IngresoAcumulable: num("300.00"), IngresoNoAcumulable: num("0.00")},
	}
	n.Deducciones = nil
	return receipt(n)
}

// pension is paid month by month.
func pension() *cfdi.Comprobante {
	c := asimilado()
	n := nomina12.De(c)
	n.Receptor.TipoContrato, n.Receptor.TipoRegimen = "10", "12"
	n.Percepciones = &nomina12.Percepciones{
		Percepcion:              []nomina12.Percepcion{{TipoPercepcion: "044", Clave: "044", Concepto: "Pensión", ImporteGravado: num("300.00"), ImporteExento: num("20.00")}},
		JubilacionPensionRetiro: &nomina12.JubilacionPensionRetiro{TotalParcialidad: num("320.00"), MontoDiario: num("10.00"), IngresoAcumulable: num("300.00"), IngresoNoAcumulable: num("0.00")},
	}
	return receipt(n)
}

// fisica is paid by a person.
func fisica() *cfdi.Comprobante {
	c := asimilado()
	n := nomina12.De(c)
	n.Emisor = &nomina12.Emisor{Curp: curp}
	c.Emisor = cfdi.Emisor{Rfc: "FUNK671228PH6", Nombre: "KARLA FUENTE NOLASCO", RegimenFiscal: "612"}
	return c
}

func bases() map[string]func() *cfdi.Comprobante {
	return map[string]func() *cfdi.Comprobante{"sueldo": sueldo, "asimilado": asimilado, "finiquito": finiquito, "pension": pension, "fisica": fisica}
}

func names() []string { return slices.Sorted(maps.Keys(bases())) }

type ruleCase struct {
	code, path string
	from       func() *cfdi.Comprobante
	change     func(c *cfdi.Comprobante)
}

func of(change func(n *N)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(nomina12.De(c)) }
}

func who(change func(r *nomina12.Receptor)) func(*cfdi.Comprobante) {
	return of(func(n *N) { change(&n.Receptor) })
}

func line(change func(c *cfdi.Concepto)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(&c.Conceptos[0]) }
}

// again totals what follows from a change, in the CFDI too.
func again(change func(n *N)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) {
		n := nomina12.De(c)
		change(n)
		emisor := c.Emisor
		*c = *receipt(n)
		c.Emisor = emisor
	}
}

func percepcion(i int, change func(p *nomina12.Percepcion)) func(n *N) {
	return func(n *N) { change(&n.Percepciones.Percepcion[i]) }
}

func extra(change func(h *nomina12.HorasExtra)) func(n *N) {
	return percepcion(1, func(x *nomina12.Percepcion) { change(&x.HorasExtra[0]) })
}

func ruleCases() []ruleCase {
	const p = "Complementos[0]."
	return []ruleCase{
		{"NOM1", "Moneda", sueldo, func(c *cfdi.Comprobante) { c.Moneda = "USD" }},
		{"NOM2", "TipoDeComprobante", sueldo, func(c *cfdi.Comprobante) { c.TipoDeComprobante = "I" }},
		{"NOM3", "Exportacion", sueldo, func(c *cfdi.Comprobante) { c.Exportacion = "02" }},
		{"NOM4", "InformacionGlobal", sueldo, func(c *cfdi.Comprobante) { c.InformacionGlobal = &cfdi.InformacionGlobal{} }},
		{"NOM5", p + "Emisor.Curp", sueldo, of(func(n *N) { n.Emisor.Curp = curp })},
		{"NOM6", p + "Emisor.Curp", fisica, of(func(n *N) { n.Emisor = nil })},
		{"NOM7", "Emisor.FacAtrAdquirente", sueldo, func(c *cfdi.Comprobante) { c.Emisor.FacAtrAdquirente = "0123456789" }},
		{"NOM8", "Receptor.Rfc", sueldo, func(c *cfdi.Comprobante) { c.Receptor.Rfc = "URE180429TM6" }},
		{"NOM11", "Receptor.RegimenFiscalReceptor", sueldo, func(c *cfdi.Comprobante) { c.Receptor.RegimenFiscalReceptor = "616" }},
		{"NOM12", "Receptor.UsoCFDI", sueldo, func(c *cfdi.Comprobante) { c.Receptor.UsoCFDI = "S01" }},
		{"NOM13", "Conceptos", sueldo, func(c *cfdi.Comprobante) { c.Conceptos = append(c.Conceptos, c.Conceptos[0]) }},
		{"NOM14", "Conceptos[0].ClaveProdServ", sueldo, line(func(c *cfdi.Concepto) { c.ClaveProdServ = "84111506" })},
		{"NOM15", "Conceptos[0].NoIdentificacion", sueldo, line(func(c *cfdi.Concepto) { c.NoIdentificacion = "1" })},
		{"NOM16", "Conceptos[0].Cantidad", sueldo, line(func(c *cfdi.Concepto) { c.Cantidad = num("2") })},
		{"NOM16", "Conceptos[0].Cantidad", sueldo, line(func(c *cfdi.Concepto) { c.Cantidad = num("1.0") })},
		{"NOM17", "Conceptos[0].ClaveUnidad", sueldo, line(func(c *cfdi.Concepto) { c.ClaveUnidad = "E48" })},
		{"NOM18", "Conceptos[0].Unidad", sueldo, line(func(c *cfdi.Concepto) { c.Unidad = "x" })},
		{"NOM19", "Conceptos[0].Descripcion", sueldo, line(func(c *cfdi.Concepto) { c.Descripcion = "Nómina" })},
		{"NOM20", "Conceptos[0].ValorUnitario", sueldo, line(func(c *cfdi.Concepto) { c.ValorUnitario = num("1") })},
		{"NOM21", "Conceptos[0].Importe", sueldo, line(func(c *cfdi.Concepto) { c.Importe = num("1") })},
		{"NOM22", "Conceptos[0].Descuento", sueldo, line(func(c *cfdi.Concepto) { c.Descuento = none })},
		{"NOM23", "Conceptos[0].ObjetoImp", sueldo, line(func(c *cfdi.Concepto) { c.ObjetoImp = "02" })},
		{"NOM24", "Conceptos[0].Impuestos", sueldo, line(func(c *cfdi.Concepto) { c.Impuestos = &cfdi.ConceptoImpuestos{} })},
		{"NOM25", "Conceptos[0].ACuentaTerceros", sueldo, line(func(c *cfdi.Concepto) { c.ACuentaTerceros = &cfdi.ACuentaTerceros{} })},
		{"NOM26", "Conceptos[0].InformacionAduanera", sueldo, line(func(c *cfdi.Concepto) { c.InformacionAduanera = make([]cfdi.InformacionAduanera, 1) })},
		{"NOM27", "Conceptos[0].CuentaPredial", sueldo, line(func(c *cfdi.Concepto) { c.CuentaPredial = make([]cfdi.CuentaPredial, 1) })},
		{"NOM28", "Conceptos[0].ComplementoConcepto", sueldo, line(func(c *cfdi.Concepto) { c.Complementos = cfdi.Complementos{&cfdi.Unknown{}} })},
		{"NOM29", "Conceptos[0].Parte", sueldo, line(func(c *cfdi.Concepto) { c.Parte = make([]cfdi.Parte, 1) })},
		{"NOM31", p + "TotalPercepciones", asimilado, again(func(n *N) { n.Percepciones = nil })},
		{"NOM32", p + "TipoNomina", asimilado, of(func(n *N) { n.TipoNomina = "X" })},
		{"NOM33", p + "Receptor.PeriodicidadPago", asimilado, who(func(r *nomina12.Receptor) { r.PeriodicidadPago = "99" })},
		{"NOM34", p + "Receptor.PeriodicidadPago", finiquito, who(func(r *nomina12.Receptor) { r.PeriodicidadPago = "04" })},
		{"NOM35", p + "FechaInicialPago", asimilado, of(func(n *N) { n.FechaInicialPago = "2026-11-16" })},
		{"NOM36", p + "TotalPercepciones", asimilado, of(func(n *N) { n.Percepciones = nil })},
		{"NOM37", p + "TotalPercepciones", asimilado, func(c *cfdi.Comprobante) {
			nomina12.De(c).TotalPercepciones, c.Conceptos[0].ValorUnitario, c.Conceptos[0].Importe = num("1000.01"), num("1000.01"), num("1000.01")
		}},
		{"NOM38", p + "TotalDeducciones", asimilado, of(func(n *N) { n.Deducciones = nil })},
		{"NOM39", p + "TotalDeducciones", asimilado, func(c *cfdi.Comprobante) {
			nomina12.De(c).TotalDeducciones, c.Conceptos[0].Descuento = num("10.01"), num("10.01")
		}},
		{"NOM40", p + "TotalOtrosPagos", sueldo, func(c *cfdi.Comprobante) {
			n := nomina12.De(c)
			n.TotalOtrosPagos = num("10.01")
			c.Conceptos[0].ValorUnitario = n.TotalPercepciones.Add(n.TotalOtrosPagos)
			c.Conceptos[0].Importe = c.Conceptos[0].ValorUnitario
		}},
		{"NOM42", p + "Emisor.RegistroPatronal", sueldo, of(func(n *N) { n.Emisor.RegistroPatronal = "" })},
		{"NOM43", p + "Emisor.RegistroPatronal", sueldo, who(func(r *nomina12.Receptor) { r.TipoContrato, r.TipoRegimen = "09", "02" })},
		{"NOM44", p + "Receptor.RiesgoPuesto", sueldo, who(func(r *nomina12.Receptor) { r.RiesgoPuesto = "" })},
		{"NOM47", p + "Emisor.EntidadSNCF.OrigenRecurso", sueldo, of(func(n *N) { n.Emisor.EntidadSNCF.OrigenRecurso, n.Emisor.EntidadSNCF.MontoRecursoPropio = "IX", none })},
		{"NOM48", p + "Emisor.EntidadSNCF.MontoRecursoPropio", sueldo, of(func(n *N) { n.Emisor.EntidadSNCF.MontoRecursoPropio = none })},
		{"NOM49", p + "Emisor.EntidadSNCF.MontoRecursoPropio", sueldo, of(func(n *N) { n.Emisor.EntidadSNCF.OrigenRecurso = "IP" })},
		{"NOM50", p + "Emisor.EntidadSNCF.MontoRecursoPropio", sueldo, of(func(n *N) { n.Emisor.EntidadSNCF.MontoRecursoPropio = num("7770.00") })},
		{"NOM51", p + "Receptor.TipoContrato", asimilado, who(func(r *nomina12.Receptor) { r.TipoContrato = "11" })},
		{"NOM52", p + "Receptor.TipoJornada", sueldo, who(func(r *nomina12.Receptor) { r.TipoJornada = "09" })},
		{"NOM53", p + "Receptor.FechaInicioRelLaboral", asimilado, who(func(r *nomina12.Receptor) { r.FechaInicioRelLaboral = "2026-11-16" })},
		{"NOM54", p + "Receptor.Antigüedad", sueldo, who(func(r *nomina12.Receptor) { r.Antigüedad = "P359W" })},
		{"NOM55", p + "Receptor.Antigüedad", sueldo, who(func(r *nomina12.Receptor) { r.Antigüedad = "P6Y10M18D" })},
		{"NOM56", p + "Receptor.TipoRegimen", asimilado, who(func(r *nomina12.Receptor) { r.TipoRegimen = "14" })},
		{"NOM57", p + "Receptor.TipoRegimen", sueldo, again(func(n *N) { n.Receptor.TipoRegimen, n.OtrosPagos = "05", nil })},
		{"NOM58", p + "Receptor.TipoRegimen", asimilado, who(func(r *nomina12.Receptor) { r.TipoRegimen = "04" })},
		{"NOM59", p + "Receptor.RiesgoPuesto", sueldo, who(func(r *nomina12.Receptor) { r.RiesgoPuesto = "6" })},
		{"NOM60", p + "Receptor.PeriodicidadPago", sueldo, who(func(r *nomina12.Receptor) { r.PeriodicidadPago = "11" })},
		{"NOM61", p + "Receptor.Banco", sueldo, who(func(r *nomina12.Receptor) { r.Banco = "999" })},
		{"NOM62", p + "Receptor.CuentaBancaria", sueldo, who(func(r *nomina12.Receptor) { r.CuentaBancaria = "123456789" })},
		{"NOM63", p + "Receptor.Banco", asimilado, who(func(r *nomina12.Receptor) { r.Banco = "002" })},
		{"NOM64", p + "Receptor.CuentaBancaria", asimilado, who(func(r *nomina12.Receptor) { r.CuentaBancaria = "032180000118359718" })},
		{"NOM65", p + "Receptor.Banco", sueldo, who(func(r *nomina12.Receptor) { r.Banco = "" })},
		{"NOM66", p + "Receptor.ClaveEntFed", sueldo, who(func(r *nomina12.Receptor) { r.ClaveEntFed = "DIF" })},
		{"NOM68", p + "Receptor.SubContratacion", sueldo, who(func(r *nomina12.Receptor) { r.SubContratacion[0].PorcentajeTiempo = num("99.999") })},
		{"NOM70", p + "Percepciones.TotalSueldos", sueldo, of(func(n *N) { n.Percepciones.TotalSueldos = n.Percepciones.TotalSueldos.Add(num("0.01")) })},
		{"NOM71", p + "Percepciones.TotalSeparacionIndemnizacion", finiquito, of(func(n *N) { n.Percepciones.TotalSeparacionIndemnizacion = num("1500.01") })},
		{"NOM72", p + "Percepciones.TotalJubilacionPensionRetiro", pension, of(func(n *N) { n.Percepciones.TotalJubilacionPensionRetiro = num("320.01") })},
		{"NOM73", p + "Percepciones.TotalGravado", asimilado, of(func(n *N) { n.Percepciones.TotalGravado, n.Percepciones.TotalExento = num("1000.01"), num("-0.01") })},
		{"NOM74", p + "Percepciones.TotalExento", finiquito, of(func(n *N) { n.Percepciones.TotalExento = num("500.01") })},
		{"NOM75", p + "Percepciones.Percepcion[3].ImporteGravado", sueldo, again(percepcion(3, func(x *nomina12.Percepcion) { x.ImporteGravado = num("0.00") }))},
		{"NOM76", p + "Percepciones.Percepcion[0].TipoPercepcion", asimilado, of(percepcion(0, func(x *nomina12.Percepcion) { x.TipoPercepcion = "016" }))},
		{"NOM76", p + "Percepciones.Percepcion[0].TipoPercepcion", asimilado, of(func(n *N) {
			n.FechaPago, n.Percepciones.Percepcion[0].TipoPercepcion = "2025-12-31", "054"
		})},
		{"NOM77", p + "Percepciones.TotalSueldos", asimilado, of(func(n *N) { n.Percepciones.TotalSueldos = none })},
		{"NOM78", p + "Percepciones.SeparacionIndemnizacion", finiquito, of(func(n *N) { n.Percepciones.SeparacionIndemnizacion = nil })},
		{"NOM79", p + "Percepciones.JubilacionPensionRetiro", pension, of(func(n *N) { n.Percepciones.JubilacionPensionRetiro = nil })},
		{"NOM80", p + "Percepciones.JubilacionPensionRetiro", finiquito, of(func(n *N) { n.Percepciones.JubilacionPensionRetiro.TotalUnaExhibicion = none })},
		{"NOM81", p + "Percepciones.JubilacionPensionRetiro", pension, of(func(n *N) {
			n.Percepciones.JubilacionPensionRetiro.TotalParcialidad, n.Percepciones.JubilacionPensionRetiro.MontoDiario = none, none
		})},
		{"NOM82", p + "Percepciones.Percepcion[3].AccionesOTitulos", sueldo, of(percepcion(3, func(x *nomina12.Percepcion) { x.AccionesOTitulos = nil }))},
		{"NOM83", p + "Percepciones.Percepcion[0].AccionesOTitulos", asimilado, of(percepcion(0, func(x *nomina12.Percepcion) {
			x.AccionesOTitulos = &nomina12.AccionesOTitulos{ValorMercado: num("1"), PrecioAlOtorgarse: num("1")}
		}))},
		{"NOM84", p + "Percepciones.Percepcion[1].HorasExtra", sueldo, of(percepcion(1, func(x *nomina12.Percepcion) { x.HorasExtra = nil }))},
		{"NOM85", p + "Percepciones.Percepcion[1].HorasExtra", sueldo, of(percepcion(1, func(x *nomina12.Percepcion) { x.TipoPercepcion = "001" }))},
		{"NOM86", p + "Incapacidades", sueldo, again(func(n *N) { n.Incapacidades, n.Deducciones = nil, nil })},
		{"NOM87", p + "Incapacidades", sueldo, again(percepcion(2, func(x *nomina12.Percepcion) { x.ImporteExento = num("50.01") }))},
		{"NOM88", p + "Percepciones.Percepcion[1].HorasExtra[0].TipoHoras", sueldo, of(percepcion(1, func(x *nomina12.Percepcion) { x.HorasExtra[0].TipoHoras = "04" }))},
		{"NOM89", p + "Percepciones.JubilacionPensionRetiro", finiquito, of(func(n *N) { n.Percepciones.JubilacionPensionRetiro.MontoDiario = num("1.00") })},
		{"NOM90", p + "Percepciones.JubilacionPensionRetiro", pension, of(func(n *N) { n.Percepciones.JubilacionPensionRetiro.MontoDiario = none })},
		{"NOM91", p + "Deducciones.TotalImpuestosRetenidos", sueldo, of(func(n *N) {
			n.Deducciones.TotalImpuestosRetenidos, n.Deducciones.TotalOtrasDeducciones = num("900.01"), num("249.99")
		})},
		{"NOM92", p + "Deducciones.TotalImpuestosRetenidos", asimilado, of(func(n *N) {
			n.Deducciones.TotalImpuestosRetenidos, n.Deducciones.TotalOtrasDeducciones = num("10.00"), none
		})},
		{"NOM93", p + "Deducciones.Deduccion[0].TipoDeduccion", asimilado, of(func(n *N) { n.Deducciones.Deduccion[0].TipoDeduccion = "116" })},
		{"NOM93", p + "Deducciones.Deduccion[0].TipoDeduccion", asimilado, of(func(n *N) { n.Deducciones.Deduccion[0].TipoDeduccion = "063" })},
		{"NOM94", p + "Incapacidades", sueldo, again(func(n *N) {
			n.Incapacidades = nil
			n.Percepciones.Percepcion = slices.Delete(n.Percepciones.Percepcion, 2, 3)
		})},
		{"NOM95", p + "Deducciones.Deduccion[2].Importe", sueldo, again(func(n *N) { n.Deducciones.Deduccion[2].Importe = num("50.01") })},
		{"NOM96", p + "Deducciones.Deduccion[0].Importe", asimilado, again(func(n *N) { n.Deducciones.Deduccion[0].Importe = num("0.00") })},
		{"NOM97", p + "OtrosPagos[1].TipoOtroPago", sueldo, of(func(n *N) { n.OtrosPagos[1].TipoOtroPago = "010" })},
		{"NOM98", p + "OtrosPagos[1].CompensacionSaldosAFavor", sueldo, of(func(n *N) { n.OtrosPagos[1].CompensacionSaldosAFavor = nil })},
		{"NOM99", p + "OtrosPagos[0].SubsidioAlEmpleo", sueldo, of(func(n *N) { n.OtrosPagos[0].SubsidioAlEmpleo = nil })},
		{"NOM100", p + "OtrosPagos[1].Importe", sueldo, again(func(n *N) { n.OtrosPagos[1].Importe = num("0.00") })},
		{"NOM101", p + "OtrosPagos[0].SubsidioAlEmpleo.SubsidioCausado", sueldo, of(func(n *N) {
			n.FechaPago, n.OtrosPagos[0].SubsidioAlEmpleo.SubsidioCausado = "2025-11-15", num("475.01")
			n.OtrosPagos[1].CompensacionSaldosAFavor.Año = "2024"
		})},
		{"NOM101", p + "OtrosPagos[0].SubsidioAlEmpleo.SubsidioCausado", sueldo, of(func(n *N) { n.OtrosPagos[0].SubsidioAlEmpleo.SubsidioCausado = num("628.01") })},
		{"NOM102", p + "OtrosPagos[1].CompensacionSaldosAFavor.SaldoAFavor", sueldo, of(func(n *N) { n.OtrosPagos[1].CompensacionSaldosAFavor.RemanenteSalFav = num("20.01") })},
		{"NOM103", p + "OtrosPagos[1].CompensacionSaldosAFavor.Año", sueldo, of(func(n *N) { n.OtrosPagos[1].CompensacionSaldosAFavor.Año = "2026" })},
		{"NOM104", p + "Incapacidades[0].TipoIncapacidad", sueldo, of(func(n *N) { n.Incapacidades[0].TipoIncapacidad = "05" })},
		{"NOM105", p + "OtrosPagos", sueldo, again(func(n *N) { n.OtrosPagos = n.OtrosPagos[1:] })},
		{"NOM106", p + "OtrosPagos[0].TipoOtroPago", sueldo, who(func(r *nomina12.Receptor) { r.TipoRegimen = "03" })},
		{"NOM107", p + "OtrosPagos[0].Importe", sueldo, again(func(n *N) { n.OtrosPagos[0].Importe = num("0.01") })},
		{"NOM108", p + "OtrosPagos[0].SubsidioAlEmpleo.SubsidioCausado", sueldo, of(func(n *N) {
			n.NumDiasPagados, n.OtrosPagos[0].SubsidioAlEmpleo.SubsidioCausado = num("40"), num("826.41")
		})},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("0.000") })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("36160.001") })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("01") })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("15.5") })},
		{"NOM109", p + "Percepciones.Percepcion[1].HorasExtra[0].Dias", sueldo, of(extra(func(h *nomina12.HorasExtra) { h.Dias = num("0") }))},
		{"NOM109", p + "Percepciones.Percepcion[1].HorasExtra[0].HorasExtra", sueldo, of(extra(func(h *nomina12.HorasExtra) { h.HorasExtra = num("2.5") }))},
		{"NOM109", p + "Incapacidades[0].DiasIncapacidad", sueldo, of(func(n *N) { n.Incapacidades[0].DiasIncapacidad = num("0.5") })},
		{"NOM109", p + "Percepciones.SeparacionIndemnizacion.NumAñosServicio", finiquito, of(func(n *N) { n.Percepciones.SeparacionIndemnizacion.NumAñosServicio = num("100") })},
		{"NOM109", p + "FechaPago", asimilado, of(func(n *N) { n.FechaPago = "2026-11-15T00:00:00" })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("15.5") })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("0.000") })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("36160.001") })},
		{"NOM109", p + "Receptor.Antigüedad", sueldo, who(func(r *nomina12.Receptor) { r.Antigüedad = "P010W" })},
		{"NOM109", p + "Receptor.SubContratacion[0].PorcentajeTiempo", sueldo, who(func(r *nomina12.Receptor) {
			one := r.SubContratacion[0]
			one.PorcentajeTiempo = num("0")
			r.SubContratacion = append([]nomina12.SubContratacion{one}, r.SubContratacion...)
		})},
		{"NOM109", p + "Percepciones.Percepcion[3].AccionesOTitulos.ValorMercado", sueldo, of(percepcion(3, func(x *nomina12.Percepcion) { x.AccionesOTitulos.ValorMercado = num("0") }))},
		{"NOM109", p + "Percepciones.Percepcion[1].HorasExtra[0].Dias", sueldo, of(percepcion(1, func(x *nomina12.Percepcion) { x.HorasExtra[0].Dias = num("0") }))},
		{"NOM109", p + "Percepciones.Percepcion[1].HorasExtra[0].HorasExtra", sueldo, of(percepcion(1, func(x *nomina12.Percepcion) { x.HorasExtra[0].HorasExtra = num("1.5") }))},
		{"NOM109", p + "Percepciones.SeparacionIndemnizacion.NumAñosServicio", finiquito, of(func(n *N) { n.Percepciones.SeparacionIndemnizacion.NumAñosServicio = num("100") })},
		{"NOM109", p + "Incapacidades[0].DiasIncapacidad", sueldo, of(func(n *N) { n.Incapacidades[0].DiasIncapacidad = num("0") })},
		{"NOM109", p + "Receptor.Curp", asimilado, who(func(r *nomina12.Receptor) { r.Curp = "XEXX010101HNEXXXA5" })},
		{"NOM109", p + "Percepciones.Percepcion[0].Clave", asimilado, of(percepcion(0, func(x *nomina12.Percepcion) { x.Clave = "46" }))},
		{"NOM109", p + "Receptor.Puesto", sueldo, who(func(r *nomina12.Receptor) { r.Puesto = "a|b" })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("14.5") })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("0.000") })},
		{"NOM109", p + "NumDiasPagados", asimilado, of(func(n *N) { n.NumDiasPagados = num("36160.001") })},
		{"NOM109", p + "Percepciones.Percepcion[1].HorasExtra[0].Dias", sueldo, of(percepcion(1, func(x *nomina12.Percepcion) { x.HorasExtra[0].Dias = num("0") }))},
		{"NOM109", p + "Percepciones.Percepcion[1].HorasExtra[0].HorasExtra", sueldo, of(percepcion(1, func(x *nomina12.Percepcion) { x.HorasExtra[0].HorasExtra = num("1.5") }))},
		{"NOM109", p + "Percepciones.Percepcion[3].AccionesOTitulos.ValorMercado", sueldo, of(percepcion(3, func(x *nomina12.Percepcion) { x.AccionesOTitulos.ValorMercado = num("0.00") }))},
		{"NOM109", p + "Incapacidades[0].DiasIncapacidad", sueldo, of(func(n *N) { n.Incapacidades[0].DiasIncapacidad = num("0.5") })},
		{"NOM109", p + "Percepciones.SeparacionIndemnizacion.NumAñosServicio", finiquito, of(func(n *N) { n.Percepciones.SeparacionIndemnizacion.NumAñosServicio = num("100") })},
		{"NOM109", p + "Percepciones.SeparacionIndemnizacion.NumAñosServicio", finiquito, of(func(n *N) { n.Percepciones.SeparacionIndemnizacion.NumAñosServicio = num("5.5") })},
		{"NOM109", p + "Receptor.Antigüedad", sueldo, who(func(r *nomina12.Receptor) { r.Antigüedad = "P1A" })},
		{"301", p + "Receptor.NumEmpleado", asimilado, who(func(r *nomina12.Receptor) { r.NumEmpleado = "" })},
		{"301", p + "Version", asimilado, of(func(n *N) { n.Version = "1.1" })},
	}
}

// more are the findings that a fault cannot be without.
var more = map[string][]string{
	"NOM43": {"NOM58 Complementos[0].Receptor.TipoRegimen"},
	"NOM70": {"NOM37 Complementos[0].TotalPercepciones", "NOM69 Complementos[0].Percepciones"},
	"NOM71": {"NOM37 Complementos[0].TotalPercepciones", "NOM69 Complementos[0].Percepciones"},
	"NOM72": {"NOM37 Complementos[0].TotalPercepciones", "NOM69 Complementos[0].Percepciones"},
	"NOM73": {"NOM74 Complementos[0].Percepciones.TotalExento", "NOM109 Complementos[0].Percepciones.TotalExento"},
	"NOM74": {"NOM69 Complementos[0].Percepciones"},
	"NOM77": {"NOM37 Complementos[0].TotalPercepciones", "NOM69 Complementos[0].Percepciones"},
	"NOM89": {"NOM80 Complementos[0].Percepciones.JubilacionPensionRetiro"},
	"NOM90": {"NOM81 Complementos[0].Percepciones.JubilacionPensionRetiro"},
}

func found(c *cfdi.Comprobante, n *N) []string {
	out := []string{}
	for _, f := range n.Validate(c, cat, time.Time{}) {
		out = append(out, f.Code+" "+f.Path)
	}
	return out
}

func TestBasesBreakNoRule(t *testing.T) {
	for name, base := range bases() {
		c := base()
		if diff := cmp.Diff([]string{}, found(c, nomina12.De(c))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for _, f := range cfdi.Validate(c, cat, time.Time{}) {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestEachRuleFindsItsFault(t *testing.T) {
	for _, k := range ruleCases() {
		c := k.from()
		k.change(c)
		n := nomina12.De(c)
		cfditest.Place(t, nomina12.Rules(), "Nomina", k.code, k.path)
		want := append([]string{k.code + " " + k.path}, more[k.code]...)
		got := found(c, n)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s at %s:\n%s", k.code, k.path, diff)
		}
		for _, f := range n.Validate(c, cat, time.Time{}) {
			if !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
				t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
			}
		}
	}
}

// TestPayrollOfALine is no payroll (NOM30).
func TestPayrollOfALine(t *testing.T) {
	c := asimilado()
	n := nomina12.De(c)
	c.Complementos, c.Conceptos[0].Complementos = nil, cfdi.Complementos{n}
	if got := found(c, n); !slices.Contains(got, "NOM30 Conceptos[0].Complementos[0]") {
		t.Error(got)
	}
}

// provedElsewhere have a test of their own, or are never alone.
var provedElsewhere = []string{"NOM30", "NOM69"}

func TestEveryRuleHasACase(t *testing.T) {
	proved := map[string]bool{}
	for _, c := range ruleCases() {
		proved[c.code] = true
	}
	for _, code := range provedElsewhere {
		proved[code] = true
	}
	for _, r := range nomina12.Rules() {
		if (r.State == cfdi.StateRule) != proved[r.Code] {
			t.Errorf("%s: state %q, proved %v", r.Code, r.State, proved[r.Code])
		}
		if (r.Class == cfdi.ClassRegistro || r.Class == cfdi.ClassPAC) != (r.State == cfdi.StatePAC) {
			t.Errorf("%s is of class %s and its state is %q", r.Code, r.Class, r.State)
		}
	}
}

func TestMatrix(t *testing.T) {
	cfditest.Matrix(t, "nomina12-revD-20250221", "NOM", 109, nomina12.Rules())
}

// TestSample: what another program wrote and the SAT data calls valid breaks only
// rules that its amounts, made up, do break.
func TestSample(t *testing.T) {
	doc, err := cfdi.Read(cfditest.Sample(t, "sat/samples/valid/nomina12-timbrado.xml"), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	n := nomina12.De(doc.Comprobante)
	if diff := cmp.Diff([]string{}, found(doc.Comprobante, n)); diff != "" {
		t.Error(diff)
	}
	total := n.TotalPercepciones
	n.Totalize()
	if n.TotalPercepciones.Cmp(total) != 0 {
		t.Errorf("TotalPercepciones %s, Totalize makes %s", total, n.TotalPercepciones)
	}
}

func TestGolden(t *testing.T) {
	for _, name := range names() {
		c := bases()[name]()
		cfditest.Golden(t, name+".xml", string(cfdi.WriteXML(c)))
		cfditest.Golden(t, name+".cadena", cfditest.Cadena(t, c))
	}
}

func TestReadsWhatItWrites(t *testing.T) {
	for name, base := range bases() {
		c := base()
		doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(nomina12.De(c), nomina12.De(doc.Comprobante)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// TestOracle: schema and stylesheet of the SAT agree with every base.
func TestOracle(t *testing.T) {
	var docs []cfditest.Doc
	for _, name := range names() {
		docs = append(docs, cfditest.CFDI(t, name, bases()[name]()))
	}
	cfditest.Agree(t, docs)
}

// TestWhatHasOneValueIsMended: what the CFDI around must say, and each total, has one value,
// which its finding carries, and nothing else breaks by it.
func TestWhatHasOneValueIsMended(t *testing.T) {
	mended := map[string]bool{}
	for _, r := range ruleCases() {
		c := r.from()
		r.change(c)
		found := cfdi.Validate(c, cat, time.Time{})
		for _, f := range found {
			if f.Code != r.code || len(f.Mend) == 0 {
				continue
			}
			after := c.Clone()
			if err := cfdi.Apply(after, f); err != nil {
				t.Fatalf("%s: %v", r.code, err)
			}
			if left := cfdi.Validate(after, cat, time.Time{}); len(left.Errors()) >= len(found.Errors()) {
				t.Errorf("%s: after %v there are %v", r.code, f.Mend, left)
			}
			mended[r.code] = true
		}
	}
	t.Logf("%d codes carry a mend", len(mended))
	for _, code := range []string{"NOM71", "NOM72", "NOM73", "NOM91", "NOM92"} {
		if !mended[code] {
			t.Errorf("%s carries none: %v", code, slices.Sorted(maps.Keys(mended)))
		}
	}
}
