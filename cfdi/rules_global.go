package cfdi

import "strconv"

// nombrePublico is the name that makes a document with [RfcPublico] a global one.
const nombrePublico = "PUBLICO EN GENERAL"

const bimestral = "05" // Periodicidad

func globalRequired(v *validation) {
	r := v.c.Receptor
	if v.is("I") && r.Rfc == RfcPublico && r.Nombre == nombrePublico && v.c.InformacionGlobal == nil {
		v.fail("InformacionGlobal", "Una factura a PUBLICO EN GENERAL con RFC "+RfcPublico+" es global y debe decir qué periodo abarca.",
			"Agrega periodicidad, mes y año; o escribe el nombre de tu cliente si es una venta sola.")
	}
}

func periodicidadKey(v *validation) {
	if g := v.c.InformacionGlobal; g != nil {
		row, ok := v.cat.Periodicidad(g.Periodicidad)
		v.key("InformacionGlobal.Periodicidad", g.Periodicidad, "c_Periodicidad", v.listed(row.Entry, ok))
	}
}

func periodicidadRegimen(v *validation) {
	g := v.c.InformacionGlobal
	if g == nil {
		return
	}
	const path = "InformacionGlobal.Periodicidad"
	rif := v.c.Emisor.RegimenFiscal == "621"
	if g.Periodicidad == bimestral && !rif {
		v.fail(path, "La periodicidad bimestral (05) es solo para el régimen 621, Incorporación Fiscal.",
			"Elige otra periodicidad.")
	}
	if g.Periodicidad != bimestral && rif {
		v.warn(path, "En el régimen 621 la factura global suele ser bimestral (05); algún PAC lo exige.",
			"Elige la periodicidad 05 si tu factura abarca un bimestre.")
	}
}

func mesesKey(v *validation) {
	if g := v.c.InformacionGlobal; g != nil {
		row, ok := v.cat.Meses(g.Meses)
		v.key("InformacionGlobal.Meses", g.Meses, "c_Meses", v.listed(row.Entry, ok))
	}
}

func mesesMonth(v *validation) {
	g := v.c.InformacionGlobal
	if g != nil && g.Periodicidad != bimestral && g.Meses >= "13" && g.Meses <= "18" {
		v.fail("InformacionGlobal.Meses", "Con esta periodicidad el mes va de 01 a 12; "+g.Meses+" es un bimestre.",
			"Elige un mes.")
	}
}

func mesesBimestre(v *validation) {
	g := v.c.InformacionGlobal
	if g != nil && g.Periodicidad == bimestral && g.Meses >= "01" && g.Meses <= "12" {
		v.fail("InformacionGlobal.Meses", "Con periodicidad bimestral el mes va de 13 a 18.", "Elige un bimestre.")
	}
}

// añoRange compares with the year of the document itself.
func añoRange(v *validation) {
	g := v.c.InformacionGlobal
	if g == nil || len(v.c.Fecha) < 4 {
		return
	}
	issued, err := strconv.Atoi(v.c.Fecha[:4])
	year, err2 := strconv.Atoi(g.Año)
	if err != nil || err2 != nil {
		return // the structure says so
	}
	const path, fix = "InformacionGlobal.Año", "Escribe el año de las ventas que abarca la factura."
	switch {
	case year > issued || year < issued-5:
		v.fail(path, "El año "+g.Año+" debe ser el del comprobante o uno de los cinco anteriores.", fix)
	case year < issued-1:
		v.warn(path, "El año "+g.Año+" es anterior al año pasado; algún PAC puede rechazarlo.", fix)
	}
}

func tipoRelacionKey(v *validation) {
	for i, g := range v.c.CfdiRelacionados {
		row, ok := v.cat.TipoRelacion(g.TipoRelacion)
		v.key(at("CfdiRelacionados", i)+".TipoRelacion", g.TipoRelacion, "c_TipoRelacion", v.listed(row.Entry, ok))
	}
}
