package catalogo

// tiposDeComprobante is c_TipoDeComprobante, complete.
var tiposDeComprobante = []TipoDeComprobante{
	{Entry{"I", "Ingreso", "2022-01-01", ""}, "999999999999999999.999999"},
	{Entry{"E", "Egreso", "2022-01-01", ""}, "999999999999999999.999999"},
	{Entry{"T", "Traslado", "2022-01-01", ""}, "0"},
	{Entry{"N", "Nómina", "", ""}, "999999999999999999.999999"},
	{Entry{"P", "Pago", "2022-01-01", ""}, "999999999999999999.999999"},
}

// exportaciones is c_Exportacion, complete.
var exportaciones = []Exportacion{
	{Entry{"01", "No aplica", "2022-01-01", ""}},
	{Entry{"02", "Definitiva con clave A1", "2022-01-01", ""}},
	{Entry{"03", "Temporal", "2022-01-01", ""}},
	{Entry{"04", "Definitiva con clave distinta a A1 o cuando no existe enajenación en términos del CFF", "2022-02-25", ""}},
}

// objetosImp is c_ObjetoImp, complete.
var objetosImp = []ObjetoImp{
	{Entry{"01", "No objeto de impuesto.", "2022-01-01", ""}},
	{Entry{"02", "Sí objeto de impuesto.", "2022-01-01", ""}},
	{Entry{"03", "Sí objeto del impuesto y no obligado al desglose.", "2022-01-01", ""}},
	{Entry{"04", "Sí objeto del impuesto y no causa impuesto.", "2022-10-07", ""}},
	{Entry{"05", "Sí objeto del impuesto, IVA crédito PODEBI.", "2023-12-06", ""}},
	{Entry{"06", "Sí objeto del IVA, No traslado IVA.", "2024-12-13", ""}},
	{Entry{"07", "No traslado del IVA, Sí desglose IEPS.", "2024-12-13", ""}},
	{Entry{"08", "No traslado del IVA, No desglose IEPS.", "2024-12-13", ""}},
}

// tiposRelacion is c_TipoRelacion, complete.
var tiposRelacion = []TipoRelacion{
	{Entry{"01", "Nota de crédito de los documentos relacionados", "2022-01-01", ""}},
	{Entry{"02", "Nota de débito de los documentos relacionados", "2022-01-01", ""}},
	{Entry{"03", "Devolución de mercancía sobre facturas o traslados previos", "2022-01-01", ""}},
	{Entry{"04", "Sustitución de los CFDI previos", "2022-01-01", ""}},
	{Entry{"05", "Traslados de mercancías facturados previamente", "2022-01-01", ""}},
	{Entry{"06", "Factura generada por los traslados previos", "2022-01-01", ""}},
	{Entry{"07", "CFDI por aplicación de anticipo", "2022-01-01", ""}},
}

// periodicidades is c_Periodicidad, complete.
var periodicidades = []Periodicidad{
	{Entry{"01", "Diario", "2022-01-01", ""}},
	{Entry{"02", "Semanal", "2022-01-01", ""}},
	{Entry{"03", "Quincenal", "2022-01-01", ""}},
	{Entry{"04", "Mensual", "2022-01-01", ""}},
	{Entry{"05", "Bimestral", "2022-01-01", ""}},
}

// meses is c_Meses, complete.
var meses = []Meses{
	{Entry{"01", "Enero", "2022-01-01", ""}},
	{Entry{"02", "Febrero", "2022-01-01", ""}},
	{Entry{"03", "Marzo", "2022-01-01", ""}},
	{Entry{"04", "Abril", "2022-01-01", ""}},
	{Entry{"05", "Mayo", "2022-01-01", ""}},
	{Entry{"06", "Junio", "2022-01-01", ""}},
	{Entry{"07", "Julio", "2022-01-01", ""}},
	{Entry{"08", "Agosto", "2022-01-01", ""}},
	{Entry{"09", "Septiembre", "2022-01-01", ""}},
	{Entry{"10", "Octubre", "2022-01-01", ""}},
	{Entry{"11", "Noviembre", "2022-01-01", ""}},
	{Entry{"12", "Diciembre", "2022-01-01", ""}},
	{Entry{"13", "Enero-Febrero", "2022-01-01", ""}},
	{Entry{"14", "Marzo-Abril", "2022-01-01", ""}},
	{Entry{"15", "Mayo-Junio", "2022-01-01", ""}},
	{Entry{"16", "Julio-Agosto", "2022-01-01", ""}},
	{Entry{"17", "Septiembre-Octubre", "2022-01-01", ""}},
	{Entry{"18", "Noviembre-Diciembre", "2022-01-01", ""}},
}

// tiposFactor is c_TipoFactor, complete.
var tiposFactor = []TipoFactor{
	{Entry{"Tasa", "Tasa", "2022-01-01", ""}},
	{Entry{"Cuota", "Cuota", "2022-01-01", ""}},
	{Entry{"Exento", "Exento", "2022-01-01", ""}},
}
