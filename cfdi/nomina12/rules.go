package nomina12

import (
	"strconv"
	"time"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// Reasons for which a code of the matrix is no rule here.
const stateCurp = "la CURP del trabajador la exige siempre el esquema: su falta sale con 301"

// A rule is one code of the matrix and what becomes of it.
type rule struct {
	code, path, class, state string
	check                    func(v *validation) // set if and only if state is StateRule
}

// rules is the matrix of Nómina 1.2, revision D of 2025-02-21, in its order.
var rules = []rule{
	{"NOM1", "Moneda", cfdi.ClassLocal, cfdi.StateRule, envelope("Moneda", "debe ser MXN", func(c *cfdi.Comprobante, _ *Nomina) bool { return c.Moneda == "MXN" })},
	{"NOM2", "TipoDeComprobante", cfdi.ClassLocal, cfdi.StateRule, envelope("TipoDeComprobante", "debe ser N", func(c *cfdi.Comprobante, _ *Nomina) bool { return c.TipoDeComprobante == "N" })},
	{"NOM3", "Exportacion", cfdi.ClassLocal, cfdi.StateRule, envelope("Exportacion", "debe ser 01", func(c *cfdi.Comprobante, _ *Nomina) bool { return c.Exportacion == "01" })},
	{"NOM4", "InformacionGlobal", cfdi.ClassLocal, cfdi.StateRule, envelope("InformacionGlobal", "no debe ir", func(c *cfdi.Comprobante, _ *Nomina) bool { return c.InformacionGlobal == nil })},
	{"NOM5", "Nomina.Emisor.Curp", cfdi.ClassLocal, cfdi.StateRule, emisorMoral},
	{"NOM6", "Nomina.Emisor.Curp", cfdi.ClassLocal, cfdi.StateRule, emisorFisica},
	{"NOM7", "Emisor.FacAtrAdquirente", cfdi.ClassLocal, cfdi.StateRule, envelope("Emisor.FacAtrAdquirente", "no debe ir", func(c *cfdi.Comprobante, _ *Nomina) bool { return c.Emisor.FacAtrAdquirente == "" })},
	{"NOM8", "Receptor.Rfc", cfdi.ClassLocal, cfdi.StateRule, envelope("Receptor.Rfc", "debe ser de persona física, con 13 caracteres", func(c *cfdi.Comprobante, _ *Nomina) bool {
		return c.Receptor.Rfc == "" || utf8.RuneCountInString(c.Receptor.Rfc) == 13
	})},
	{"NOM9", "Receptor.Rfc", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"NOM10", "Nomina.Receptor.Curp", cfdi.ClassLocal, stateCurp, nil},
	{"NOM11", "Receptor.RegimenFiscalReceptor", cfdi.ClassLocal, cfdi.StateRule, envelope("Receptor.RegimenFiscalReceptor", "debe ser 605", func(c *cfdi.Comprobante, _ *Nomina) bool { return c.Receptor.RegimenFiscalReceptor == "605" })},
	{"NOM12", "Receptor.UsoCFDI", cfdi.ClassLocal, cfdi.StateRule, envelope("Receptor.UsoCFDI", "debe ser CN01", func(c *cfdi.Comprobante, _ *Nomina) bool { return c.Receptor.UsoCFDI == "CN01" })},
	{"NOM13", "Conceptos", cfdi.ClassLocal, cfdi.StateRule, envelope("Conceptos", "debe tener un solo concepto", func(c *cfdi.Comprobante, _ *Nomina) bool { return len(c.Conceptos) == 1 })},
	{"NOM14", "Conceptos.ClaveProdServ", cfdi.ClassLocal, cfdi.StateRule, line("ClaveProdServ", "debe ser 84111505", func(c *cfdi.Concepto, n *Nomina) bool { return c.ClaveProdServ == "84111505" })},
	{"NOM15", "Conceptos.NoIdentificacion", cfdi.ClassLocal, cfdi.StateRule, line("NoIdentificacion", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return c.NoIdentificacion == "" })},
	{"NOM16", "Conceptos.Cantidad", cfdi.ClassLocal, cfdi.StateRule, line("Cantidad", "debe ser 1", func(c *cfdi.Concepto, n *Nomina) bool { return c.Cantidad.String() == "1" })},
	{"NOM17", "Conceptos.ClaveUnidad", cfdi.ClassLocal, cfdi.StateRule, line("ClaveUnidad", "debe ser ACT", func(c *cfdi.Concepto, n *Nomina) bool { return c.ClaveUnidad == "ACT" })},
	{"NOM18", "Conceptos.Unidad", cfdi.ClassLocal, cfdi.StateRule, line("Unidad", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return c.Unidad == "" })},
	{"NOM19", "Conceptos.Descripcion", cfdi.ClassLocal, cfdi.StateRule, line("Descripcion", "debe ser Pago de nómina", func(c *cfdi.Concepto, n *Nomina) bool { return c.Descripcion == "Pago de nómina" })},
	{"NOM20", "Conceptos.ValorUnitario", cfdi.ClassLocal, cfdi.StateRule, addedUp(line("ValorUnitario", "debe ser la suma de percepciones y otros pagos", func(c *cfdi.Concepto, n *Nomina) bool {
		return c.ValorUnitario.Cmp(n.TotalPercepciones.Add(n.TotalOtrosPagos)) == 0
	}))},
	{"NOM21", "Conceptos.Importe", cfdi.ClassLocal, cfdi.StateRule, addedUp(line("Importe", "debe ser la suma de percepciones y otros pagos", func(c *cfdi.Concepto, n *Nomina) bool {
		return c.Importe.Cmp(n.TotalPercepciones.Add(n.TotalOtrosPagos)) == 0
	}))},
	{"NOM22", "Conceptos.Descuento", cfdi.ClassLocal, cfdi.StateRule, addedUp(line("Descuento", "debe ser el total de deducciones", func(c *cfdi.Concepto, n *Nomina) bool {
		return c.Descuento.IsZero() == n.TotalDeducciones.IsZero() && c.Descuento.Cmp(n.TotalDeducciones) == 0
	}))},
	{"NOM23", "Conceptos.ObjetoImp", cfdi.ClassLocal, cfdi.StateRule, line("ObjetoImp", "debe ser 01", func(c *cfdi.Concepto, n *Nomina) bool { return c.ObjetoImp == "01" })},
	{"NOM24", "Conceptos.Impuestos", cfdi.ClassLocal, cfdi.StateRule, line("Impuestos", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return c.Impuestos == nil })},
	{"NOM25", "Conceptos.ACuentaTerceros", cfdi.ClassLocal, cfdi.StateRule, line("ACuentaTerceros", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return c.ACuentaTerceros == nil })},
	{"NOM26", "Conceptos.InformacionAduanera", cfdi.ClassLocal, cfdi.StateRule, line("InformacionAduanera", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return len(c.InformacionAduanera) == 0 })},
	{"NOM27", "Conceptos.CuentaPredial", cfdi.ClassLocal, cfdi.StateRule, line("CuentaPredial", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return len(c.CuentaPredial) == 0 })},
	{"NOM28", "Conceptos.ComplementoConcepto", cfdi.ClassLocal, cfdi.StateRule, line("ComplementoConcepto", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return len(c.Complementos) == 0 })},
	{"NOM29", "Conceptos.Parte", cfdi.ClassLocal, cfdi.StateRule, line("Parte", "no debe ir", func(c *cfdi.Concepto, n *Nomina) bool { return len(c.Parte) == 0 })},
	{"NOM30", "Nomina", cfdi.ClassLocal, cfdi.StateRule, ofTheDocument},
	{"NOM31", "Nomina.TotalPercepciones", cfdi.ClassLocal, cfdi.StateRule, want("TotalPercepciones", "La nómina no paga nada: faltan percepciones y otros pagos.", "Agrega al menos una percepción u otro pago.", func(v *validation) bool { return !v.n.TotalPercepciones.IsZero() || !v.n.TotalOtrosPagos.IsZero() })},
	{"NOM32", "Nomina.TipoNomina", cfdi.ClassCatalogo, cfdi.StateRule, want("TipoNomina", "El tipo de nómina no existe en el catálogo c_TipoNomina del SAT.", "Escribe O si es ordinaria o E si es extraordinaria.", func(v *validation) bool { return v.short(catalogo.TipoNomina, v.n.TipoNomina) })},
	{"NOM33", "Nomina.Receptor.PeriodicidadPago", cfdi.ClassLocal, cfdi.StateRule, want("Receptor.PeriodicidadPago", "Una nómina ordinaria (O) no lleva la periodicidad 99.", "Escribe cada cuánto se paga, por ejemplo 04 si es quincenal.", func(v *validation) bool { return v.n.TipoNomina != "O" || v.n.Receptor.PeriodicidadPago != "99" })},
	{"NOM34", "Nomina.Receptor.PeriodicidadPago", cfdi.ClassLocal, cfdi.StateRule, only("Receptor.PeriodicidadPago", "99", "Una nómina extraordinaria (E) lleva la periodicidad 99, Otra Periodicidad.", "Escribe 99.", func(v *validation) bool { return v.n.TipoNomina != "E" || v.n.Receptor.PeriodicidadPago == "99" })},
	{"NOM35", "Nomina.FechaInicialPago", cfdi.ClassLocal, cfdi.StateRule, want("FechaInicialPago", "El periodo que se paga empieza después de terminar.", "Corrige la fecha inicial o la final.", func(v *validation) bool {
		return !dates(v.n.FechaInicialPago, v.n.FechaFinalPago) || v.n.FechaInicialPago <= v.n.FechaFinalPago
	})},
	{"NOM36", "Nomina.TotalPercepciones", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("TotalPercepciones", "Hay un total de percepciones y ninguna percepción.", "Quita el total, o agrega las percepciones.", func(v *validation) bool { return v.n.Percepciones != nil || v.n.TotalPercepciones.IsZero() }))},
	{"NOM37", "Nomina.TotalPercepciones", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("TotalPercepciones", "El total de percepciones no es la suma de sueldos, separación y jubilación.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || same(v.n.TotalPercepciones, v.n.Percepciones.total())
	}))},
	{"NOM38", "Nomina.TotalDeducciones", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("TotalDeducciones", "Hay un total de deducciones y ninguna deducción.", "Quita el total, o agrega las deducciones.", func(v *validation) bool { return v.n.Deducciones != nil || v.n.TotalDeducciones.IsZero() }))},
	{"NOM39", "Nomina.TotalDeducciones", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("TotalDeducciones", "El total de deducciones no es la suma de los impuestos retenidos y las otras deducciones.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Deducciones == nil || same(v.n.TotalDeducciones, v.n.Deducciones.TotalOtrasDeducciones.Add(v.n.Deducciones.TotalImpuestosRetenidos))
	}))},
	{"NOM40", "Nomina.TotalOtrosPagos", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("TotalOtrosPagos", "El total de otros pagos no es la suma de los otros pagos.", "Vuelve a calcular los totales.", func(v *validation) bool { return len(v.n.OtrosPagos) == 0 || same(v.n.TotalOtrosPagos, v.n.otros()) }))},
	{"NOM41", "Nomina.Emisor.RfcPatronOrigen", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"NOM42", "Nomina.Emisor.RegistroPatronal", cfdi.ClassLocal, cfdi.StateRule, want("Emisor.RegistroPatronal", "Con un contrato de trabajo (01 a 08) falta el registro patronal.", "Escribe el registro patronal del patrón.", func(v *validation) bool { return !v.employed() || v.registro() != "" })},
	{"NOM43", "Nomina.Emisor.RegistroPatronal", cfdi.ClassLocal, cfdi.StateRule, want("Emisor.RegistroPatronal", "Sin contrato de trabajo (09, 10 o 99) no va el registro patronal.", "Quita el registro patronal, o corrige el tipo de contrato.", func(v *validation) bool { return v.employed() || v.registro() == "" || v.n.Receptor.TipoContrato == "" })},
	{"NOM44", "Nomina.Receptor.RiesgoPuesto", cfdi.ClassLocal, cfdi.StateRule, socialSecurity},
	{"NOM45", "Nomina.Emisor.EntidadSNCF", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"NOM46", "Nomina.Emisor.EntidadSNCF", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"NOM47", "Nomina.Emisor.EntidadSNCF.OrigenRecurso", cfdi.ClassCatalogo, cfdi.StateRule, want("Emisor.EntidadSNCF.OrigenRecurso", "El origen del recurso no existe en el catálogo c_OrigenRecurso del SAT.", "Escribe IP si son ingresos propios, IF si son federales o IM si son mixtos.", func(v *validation) bool {
		return v.sncf() == nil || v.short(catalogo.OrigenRecurso, v.sncf().OrigenRecurso)
	})},
	{"NOM48", "Nomina.Emisor.EntidadSNCF.MontoRecursoPropio", cfdi.ClassLocal, cfdi.StateRule, want("Emisor.EntidadSNCF.MontoRecursoPropio", "Con ingresos mixtos (IM) falta el monto de recursos propios.", "Escribe cuánto se paga con recursos propios.", func(v *validation) bool {
		return v.sncf() == nil || v.sncf().OrigenRecurso != "IM" || !v.sncf().MontoRecursoPropio.IsZero()
	})},
	{"NOM49", "Nomina.Emisor.EntidadSNCF.MontoRecursoPropio", cfdi.ClassLocal, cfdi.StateRule, want("Emisor.EntidadSNCF.MontoRecursoPropio", "El monto de recursos propios solo va con ingresos mixtos (IM).", "Quita el monto, o escribe IM en el origen del recurso.", func(v *validation) bool {
		return v.sncf() == nil || v.sncf().OrigenRecurso == "IM" || v.sncf().MontoRecursoPropio.IsZero()
	})},
	{"NOM50", "Nomina.Emisor.EntidadSNCF.MontoRecursoPropio", cfdi.ClassLocal, cfdi.StateRule, want("Emisor.EntidadSNCF.MontoRecursoPropio", "El monto de recursos propios debe ser menor que percepciones más otros pagos.", "Corrige el monto; si todo es recurso propio, el origen es IP y el monto no va.", func(v *validation) bool {
		return v.sncf() == nil || v.sncf().MontoRecursoPropio.IsZero() || v.sncf().MontoRecursoPropio.Cmp(v.n.TotalPercepciones.Add(v.n.TotalOtrosPagos)) < 0
	})},
	{"NOM51", "Nomina.Receptor.TipoContrato", cfdi.ClassCatalogo, cfdi.StateRule, want("Receptor.TipoContrato", "El tipo de contrato no existe en el catálogo c_TipoContrato del SAT, o no está vigente en la fecha de pago.", "Escribe la clave del contrato, por ejemplo 01 si es por tiempo indeterminado.", func(v *validation) bool { return v.short(catalogo.TipoContrato, v.n.Receptor.TipoContrato) })},
	{"NOM52", "Nomina.Receptor.TipoJornada", cfdi.ClassCatalogo, cfdi.StateRule, want("Receptor.TipoJornada", "El tipo de jornada no existe en el catálogo c_TipoJornada del SAT, o no está vigente en la fecha de pago.", "Escribe la clave de la jornada, por ejemplo 01 si es diurna.", func(v *validation) bool { return v.short(catalogo.TipoJornada, v.n.Receptor.TipoJornada) })},
	{"NOM53", "Nomina.Receptor.FechaInicioRelLaboral", cfdi.ClassLocal, cfdi.StateRule, want("Receptor.FechaInicioRelLaboral", "La relación laboral empieza después del último día que se paga.", "Corrige la fecha de ingreso del trabajador o el periodo.", func(v *validation) bool {
		return !dates(v.n.Receptor.FechaInicioRelLaboral, v.n.FechaFinalPago) || v.n.Receptor.FechaInicioRelLaboral <= v.n.FechaFinalPago
	})},
	{"NOM54", "Nomina.Receptor.Antigüedad", cfdi.ClassLocal, cfdi.StateRule, antiguedadWeeks},
	{"NOM55", "Nomina.Receptor.Antigüedad", cfdi.ClassLocal, cfdi.StateRule, antiguedadExact},
	{"NOM56", "Nomina.Receptor.TipoRegimen", cfdi.ClassCatalogo, cfdi.StateRule, want("Receptor.TipoRegimen", "El tipo de régimen no existe en el catálogo c_TipoRegimen del SAT, o no está vigente en la fecha de pago.", "Escribe la clave del régimen, por ejemplo 02 si son sueldos.", func(v *validation) bool { return v.short(catalogo.TipoRegimen, v.n.Receptor.TipoRegimen) })},
	{"NOM57", "Nomina.Receptor.TipoRegimen", cfdi.ClassLocal, cfdi.StateRule, want("Receptor.TipoRegimen", "Con un contrato de trabajo (01 a 08) el régimen es 02, 03 o 04.", "Escribe 02 si son sueldos, 03 si es jubilado o 04 si es pensionado; o corrige el tipo de contrato.", func(v *validation) bool {
		return !v.employed() || v.n.Receptor.TipoRegimen == "" || listed("02 03 04", v.n.Receptor.TipoRegimen, "")
	})},
	{"NOM58", "Nomina.Receptor.TipoRegimen", cfdi.ClassLocal, cfdi.StateRule, want("Receptor.TipoRegimen", "Sin contrato de trabajo (09, 10 o 99) el régimen va de 05 a 99.", "Escribe uno de ellos, por ejemplo 09 si es asimilado por honorarios; o corrige el tipo de contrato.", func(v *validation) bool {
		return !listed("09 10 99", v.n.Receptor.TipoContrato, "") || v.n.Receptor.TipoRegimen == "" || v.n.Receptor.TipoRegimen >= "05"
	})},
	{"NOM59", "Nomina.Receptor.RiesgoPuesto", cfdi.ClassCatalogo, cfdi.StateRule, want("Receptor.RiesgoPuesto", "El riesgo de puesto no existe en el catálogo c_RiesgoPuesto del SAT, o no está vigente en la fecha de pago.", "Escribe la clase de riesgo, de 1 a 5, o 99 si no aplica.", func(v *validation) bool { return v.short(catalogo.RiesgoPuesto, v.n.Receptor.RiesgoPuesto) })},
	{"NOM60", "Nomina.Receptor.PeriodicidadPago", cfdi.ClassCatalogo, cfdi.StateRule, want("Receptor.PeriodicidadPago", "La periodicidad de pago no existe en el catálogo c_PeriodicidadPago del SAT, o no está vigente en la fecha de pago.", "Escribe cada cuánto se paga, por ejemplo 04 si es quincenal.", func(v *validation) bool { return v.short(catalogo.PeriodicidadPago, v.n.Receptor.PeriodicidadPago) })},
	{"NOM61", "Nomina.Receptor.Banco", cfdi.ClassCatalogo, cfdi.StateRule, want("Receptor.Banco", "El banco no existe en el catálogo c_Banco del SAT, o no está vigente en la fecha de pago.", "Escribe los tres dígitos del banco, por ejemplo 002.", func(v *validation) bool { return v.banco(v.n.Receptor.Banco) })},
	{"NOM62", "Nomina.Receptor.CuentaBancaria", cfdi.ClassLocal, cfdi.StateRule, want("Receptor.CuentaBancaria", "La cuenta bancaria no tiene 10, 11, 16 o 18 dígitos.", "Escribe los 18 dígitos de la CLABE, los 16 de la tarjeta, los 11 de la cuenta o los 10 del celular.", func(v *validation) bool {
		return v.account() == 0 || listed("10 11 16 18", strconv.Itoa(v.account()), "")
	})},
	{"NOM63", "Nomina.Receptor.Banco", cfdi.ClassLocal, cfdi.StateRule, only("Receptor.Banco", "", "La cuenta es una CLABE, de 18 dígitos, y con ella no va el banco.", "Quita el banco.", func(v *validation) bool { return v.account() != 18 || v.n.Receptor.Banco == "" })},
	{"NOM64", "Nomina.Receptor.CuentaBancaria", cfdi.ClassLocal, cfdi.StateRule, want("Receptor.CuentaBancaria", "La CLABE no es correcta: su último dígito no corresponde a los demás.", "Compara sus 18 dígitos con los que da el banco.", func(v *validation) bool {
		_, err := cfdi.ParseCLABE(v.n.Receptor.CuentaBancaria)
		return v.account() != 18 || err == nil
	})},
	{"NOM65", "Nomina.Receptor.Banco", cfdi.ClassLocal, cfdi.StateRule, want("Receptor.Banco", "La cuenta no es una CLABE y falta el banco.", "Escribe los tres dígitos del banco, por ejemplo 002; o usa la CLABE.", func(v *validation) bool {
		return !listed("10 11 16", strconv.Itoa(v.account()), "") || v.n.Receptor.Banco != ""
	})},
	{"NOM66", "Nomina.Receptor.ClaveEntFed", cfdi.ClassCatalogo, cfdi.StateRule, want("Receptor.ClaveEntFed", "La entidad federativa no existe en el catálogo c_Estado del SAT, o no está vigente en la fecha de pago.", "Escribe la clave del estado donde se trabaja, por ejemplo CMX o JAL.", func(v *validation) bool { return v.estado(v.n.Receptor.ClaveEntFed) })},
	{"NOM67", "Nomina.Receptor.SubContratacion.RfcLabora", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"NOM68", "Nomina.Receptor.SubContratacion", cfdi.ClassLocal, cfdi.StateRule, subcontratacion},
	{"NOM69", "Nomina.Percepciones", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("Percepciones", "Los totales de sueldos, separación y jubilación no suman lo mismo que lo gravado más lo exento.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || v.n.Percepciones.total().Cmp(v.n.Percepciones.TotalGravado.Add(v.n.Percepciones.TotalExento)) == 0
	}))},
	{"NOM70", "Nomina.Percepciones.TotalSueldos", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("Percepciones.TotalSueldos", "El total de sueldos no es la suma de sus percepciones.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || v.n.Percepciones.TotalSueldos.IsZero() || v.n.Percepciones.TotalSueldos.Cmp(v.n.Percepciones.sums().sueldos) == 0
	}))},
	{"NOM71", "Nomina.Percepciones.TotalSeparacionIndemnizacion", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("Percepciones.TotalSeparacionIndemnizacion", "El total por separación o indemnización no es la suma de sus percepciones.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || v.n.Percepciones.TotalSeparacionIndemnizacion.IsZero() || v.n.Percepciones.TotalSeparacionIndemnizacion.Cmp(v.n.Percepciones.sums().separacion) == 0
	}))},
	{"NOM72", "Nomina.Percepciones.TotalJubilacionPensionRetiro", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("Percepciones.TotalJubilacionPensionRetiro", "El total por jubilación, pensión o retiro no es la suma de sus percepciones.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || v.n.Percepciones.TotalJubilacionPensionRetiro.IsZero() || v.n.Percepciones.TotalJubilacionPensionRetiro.Cmp(v.n.Percepciones.sums().jubilacion) == 0
	}))},
	{"NOM73", "Nomina.Percepciones.TotalGravado", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("Percepciones.TotalGravado", "El total gravado no es la suma de lo gravado de las percepciones.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || v.n.Percepciones.TotalGravado.IsZero() || v.n.Percepciones.TotalGravado.Cmp(v.n.Percepciones.sums().gravado) == 0
	}))},
	{"NOM74", "Nomina.Percepciones.TotalExento", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("Percepciones.TotalExento", "El total exento no es la suma de lo exento de las percepciones.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || v.n.Percepciones.TotalExento.IsZero() || v.n.Percepciones.TotalExento.Cmp(v.n.Percepciones.sums().exento) == 0
	}))},
	{"NOM75", "Nomina.Percepciones.Percepcion.ImporteGravado", cfdi.ClassLocal, cfdi.StateRule, eachPercepcion(percepcionPositive)},
	{"NOM76", "Nomina.Percepciones.Percepcion.TipoPercepcion", cfdi.ClassCatalogo, cfdi.StateRule, eachPercepcion(percepcionKey)},
	{"NOM77", "Nomina.Percepciones.TotalSueldos", cfdi.ClassLocal, cfdi.StateRule, addedUp(want("Percepciones.TotalSueldos", "Hay sueldos y falta su total.", "Vuelve a calcular los totales.", func(v *validation) bool {
		return v.n.Percepciones == nil || v.n.Percepciones.sums().sueldos.IsZero() || !v.n.Percepciones.TotalSueldos.IsZero()
	}))},
	{"NOM78", "Nomina.Percepciones.SeparacionIndemnizacion", cfdi.ClassLocal, cfdi.StateRule, addedUp(separacionPresent)},
	{"NOM79", "Nomina.Percepciones.JubilacionPensionRetiro", cfdi.ClassLocal, cfdi.StateRule, addedUp(jubilacionPresent)},
	{"NOM80", "Nomina.Percepciones.JubilacionPensionRetiro", cfdi.ClassLocal, cfdi.StateRule, want("Percepciones.JubilacionPensionRetiro", "Una jubilación en una exhibición (039) lleva el total en una exhibición, y no el total en parcialidades ni el monto diario.", "Escribe el total en una exhibición y quita los otros dos.", func(v *validation) bool {
		return v.n.Percepciones == nil || !v.has("039") || v.retiro() == nil || !v.retiro().TotalUnaExhibicion.IsZero() && v.retiro().TotalParcialidad.IsZero() && v.retiro().MontoDiario.IsZero()
	})},
	{"NOM81", "Nomina.Percepciones.JubilacionPensionRetiro", cfdi.ClassLocal, cfdi.StateRule, want("Percepciones.JubilacionPensionRetiro", "Una jubilación en parcialidades (044) lleva el total en parcialidades y el monto diario, y no el total en una exhibición.", "Escribe el total en parcialidades y el monto diario, y quita el total en una exhibición.", func(v *validation) bool {
		return v.n.Percepciones == nil || !v.has("044") || v.retiro() == nil || v.retiro().TotalUnaExhibicion.IsZero() && !v.retiro().TotalParcialidad.IsZero() && !v.retiro().MontoDiario.IsZero()
	})},
	{"NOM82", "Nomina.Percepciones.Percepcion.AccionesOTitulos", cfdi.ClassLocal, cfdi.StateRule, eachPercepcion(accionesRequired)},
	{"NOM83", "Nomina.Percepciones.Percepcion.AccionesOTitulos", cfdi.ClassLocal, cfdi.StateRule, eachPercepcion(accionesForbidden)},
	{"NOM84", "Nomina.Percepciones.Percepcion.HorasExtra", cfdi.ClassLocal, cfdi.StateRule, eachPercepcion(horasRequired)},
	{"NOM85", "Nomina.Percepciones.Percepcion.HorasExtra", cfdi.ClassLocal, cfdi.StateRule, eachPercepcion(horasForbidden)},
	{"NOM86", "Nomina.Incapacidades", cfdi.ClassLocal, cfdi.StateRule, want("Incapacidades", "Hay una percepción por incapacidad (014) y faltan las incapacidades.", "Agrega cada incapacidad con sus días, tipo e importe.", func(v *validation) bool { return !v.has("014") || len(v.n.Incapacidades) > 0 })},
	{"NOM87", "Nomina.Incapacidades", cfdi.ClassLocal, cfdi.StateRule, incapacidadPercepcion},
	{"NOM88", "Nomina.Percepciones.Percepcion.HorasExtra.TipoHoras", cfdi.ClassCatalogo, cfdi.StateRule, horasKey},
	{"NOM89", "Nomina.Percepciones.JubilacionPensionRetiro", cfdi.ClassLocal, cfdi.StateRule, want("Percepciones.JubilacionPensionRetiro", "Con el total en una exhibición no van el total en parcialidades ni el monto diario.", "Quita el total en parcialidades y el monto diario; o, si se paga en parcialidades, el total en una exhibición.", func(v *validation) bool {
		return v.retiro() == nil || v.retiro().TotalUnaExhibicion.IsZero() || v.retiro().TotalParcialidad.IsZero() && v.retiro().MontoDiario.IsZero()
	})},
	{"NOM90", "Nomina.Percepciones.JubilacionPensionRetiro", cfdi.ClassLocal, cfdi.StateRule, want("Percepciones.JubilacionPensionRetiro", "Con el total en parcialidades va el monto diario, y no el total en una exhibición.", "Escribe el monto diario y quita el total en una exhibición.", func(v *validation) bool {
		return v.retiro() == nil || v.retiro().TotalParcialidad.IsZero() || !v.retiro().MontoDiario.IsZero() && v.retiro().TotalUnaExhibicion.IsZero()
	})},
	{"NOM91", "Nomina.Deducciones.TotalImpuestosRetenidos", cfdi.ClassLocal, cfdi.StateRule, addedUp(impuestosSum)},
	{"NOM92", "Nomina.Deducciones.TotalImpuestosRetenidos", cfdi.ClassLocal, cfdi.StateRule, addedUp(impuestosAbsent)},
	{"NOM93", "Nomina.Deducciones.Deduccion.TipoDeduccion", cfdi.ClassCatalogo, cfdi.StateRule, eachDeduccion(deduccionKey)},
	{"NOM94", "Nomina.Incapacidades", cfdi.ClassLocal, cfdi.StateRule, want("Incapacidades", "Hay un descuento por incapacidad (006) y faltan las incapacidades.", "Agrega cada incapacidad con sus días, tipo e importe.", func(v *validation) bool { return !v.deducts("006") || len(v.n.Incapacidades) > 0 })},
	{"NOM95", "Nomina.Deducciones.Deduccion.Importe", cfdi.ClassLocal, cfdi.StateRule, eachDeduccion(deduccionIncapacidad)},
	{"NOM96", "Nomina.Deducciones.Deduccion.Importe", cfdi.ClassLocal, cfdi.StateRule, eachDeduccion(deduccionPositive)},
	{"NOM97", "Nomina.OtrosPagos.TipoOtroPago", cfdi.ClassCatalogo, cfdi.StateRule, eachOtro(otroKey)},
	{"NOM98", "Nomina.OtrosPagos.CompensacionSaldosAFavor", cfdi.ClassLocal, cfdi.StateRule, eachOtro(otroCompensacion)},
	{"NOM99", "Nomina.OtrosPagos.SubsidioAlEmpleo", cfdi.ClassLocal, cfdi.StateRule, eachOtro(otroSubsidio)},
	{"NOM100", "Nomina.OtrosPagos.Importe", cfdi.ClassLocal, cfdi.StateRule, eachOtro(otroPositive)},
	{"NOM101", "Nomina.OtrosPagos.SubsidioAlEmpleo.SubsidioCausado", cfdi.ClassLocal, cfdi.StateRule, eachOtro(subsidioMonth)},
	{"NOM102", "Nomina.OtrosPagos.CompensacionSaldosAFavor.SaldoAFavor", cfdi.ClassLocal, cfdi.StateRule, eachOtro(saldoRemanente)},
	{"NOM103", "Nomina.OtrosPagos.CompensacionSaldosAFavor.Año", cfdi.ClassLocal, cfdi.StateRule, eachOtro(saldoYear)},
	{"NOM104", "Nomina.Incapacidades.TipoIncapacidad", cfdi.ClassCatalogo, cfdi.StateRule, incapacidadKey},
	{"NOM105", "Nomina.OtrosPagos", cfdi.ClassLocal, cfdi.StateRule, subsidioRequired},
	{"NOM106", "Nomina.OtrosPagos.TipoOtroPago", cfdi.ClassLocal, cfdi.StateRule, eachOtro(subsidioForbidden)},
	{"NOM107", "Nomina.OtrosPagos.Importe", cfdi.ClassLocal, cfdi.StateRule, eachOtro(subsidioImporte)},
	{"NOM108", "Nomina.OtrosPagos.SubsidioAlEmpleo.SubsidioCausado", cfdi.ClassLocal, cfdi.StateRule, eachOtro(subsidioDays)},
	{"NOM109", "Nomina", cfdi.ClassLocal, cfdi.StateRule, lexical},
}

// Rules lists every code of the matrix of Nómina 1.2, revision D, in its order.
func Rules() []cfdi.Rule {
	out := make([]cfdi.Rule, len(rules))
	for i, r := range rules {
		out[i] = cfdi.Rule{Family: "NOM12", Code: r.code, Path: r.path, Class: r.class, State: r.state}
	}
	return out
}

// Validate reports what the matrix says of the payroll and of the CFDI that carries
// it; under 301, what the schema requires and is not there.
func (n *Nomina) Validate(c *cfdi.Comprobante, cat *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	v := &validation{Report: cfdi.NewReport(c, n), c: c, n: n, cat: cat}
	v.Name(names)
	v.Only(map[string]string{"Version": "1.2"})
	n.Walk(cfdi.VisitTree(v.Missing))
	v.Want(n.Version == "1.2", "Version", n.Version, "La versión de la nómina debe ser 1.2.", "Escribe 1.2.")
	if n.Percepciones != nil && len(n.Percepciones.Percepcion) == 0 {
		v.Fail("301", "Percepciones", "Las percepciones están vacías.", "Agrega una percepción, o quita el apartado.")
	}
	if n.Deducciones != nil && len(n.Deducciones.Deduccion) == 0 {
		v.Fail("301", "Deducciones", "Las deducciones están vacías.", "Agrega una deducción, o quita el apartado.")
	}
	for _, r := range rules {
		if r.check != nil {
			v.code = r.code
			r.check(v)
		}
	}
	return v.Found()
}
