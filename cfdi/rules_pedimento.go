package cfdi

import (
	"strconv"
	"strings"

	"iofacturo.mx/catalogo"
)

// Pedimentos: CFDI40194, 40195, 40199 and 40200.

const fixPedimento = "Escribe los 15 dígitos así: año, aduana, patente y número, con dos espacios entre ellos (26  47  3807  6000123)."

func linePedimento(v *validation, i int, c *Concepto) {
	if len(c.InformacionAduanera) > 0 {
		v.pedimentos(conceptoPath(i, "InformacionAduanera"), c.InformacionAduanera)
	}
}

func partePedimento(v *validation, p place, part *Parte) {
	v.pedimentos(p.path("InformacionAduanera"), part.InformacionAduanera)
}

func (v *validation) pedimentos(list string, rows []InformacionAduanera) {
	for j, row := range rows {
		if problem := pedimento(v.cat, v.c.Fecha, row.NumeroPedimento); problem != "" && row.NumeroPedimento != "" {
			v.fail(at(list, j)+".NumeroPedimento", "El pedimento "+Quoted(row.NumeroPedimento)+" "+problem+".", fixPedimento)
			v.mendPedimento(at(list, j)+".NumeroPedimento", row.NumeroPedimento)
		}
	}
}

// mendPedimento offers the number with its two spaces, when its digits are right.
func (v *validation) mendPedimento(path, number string) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -", r) {
			return -1
		}
		return r
	}, number)
	if len(digits) != 15 {
		return
	}
	spaced := digits[:2] + "  " + digits[2:4] + "  " + digits[4:8] + "  " + digits[8:]
	if pedimento(v.cat, v.c.Fecha, spaced) == "" {
		v.mend(path, spaced)
	}
}

// CheckPedimento judges the number of a pedimento of a receipt of that date
// (yyyy-mm-dd…, "" when there is none yet) by the rules of the receipt's. problem is
// "" for a good one, or ends a sentence: "no tiene la forma correcta".
func CheckPedimento(cat *catalogo.Catalog, fecha, number string) (problem, fix string) {
	if problem = pedimento(cat, fecha, number); problem != "" {
		fix = fixPedimento
	}
	return problem, fix
}

// pedimento says what is wrong with a number of the form
// "AA  DD  PPPP  NNNNNNN": year, customs house, patent, and number.
func pedimento(cat *catalogo.Catalog, fecha, s string) string {
	p, problem := cutPedimento(s)
	if problem != "" {
		return problem
	}
	year, aduana, patente, number := p.Año, p.Aduana, p.Patente, p.Numero
	if _, ok := cat.Aduana(aduana); !ok {
		return "nombra la aduana " + aduana + ", que no existe"
	}
	if len(fecha) < 4 {
		return ""
	}
	issued, err := strconv.Atoi(fecha[:4])
	entered, err2 := strconv.Atoi("20" + year)
	if err != nil || err2 != nil || entered > issued || entered < issued-10 {
		return "es de un año fuera de los últimos diez"
	}
	sequence, err := strconv.Atoi(number[1:])
	allowed, known := cat.Pedimento(aduana, patente, "20"+year, sequence, "")
	if err == nil && known && !allowed {
		return "no está en el catálogo del SAT para esa aduana, patente y año"
	}
	return ""
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func linePedimentoExterior(v *validation, i int, c *Concepto) {
	if len(c.InformacionAduanera) > 0 {
		v.noPedimento(conceptoPath(i, "InformacionAduanera"), c.InformacionAduanera)
	}
}

func partePedimentoExterior(v *validation, p place, part *Parte) {
	v.noPedimento(p.path("InformacionAduanera"), part.InformacionAduanera)
}

func (v *validation) noPedimento(list string, rows []InformacionAduanera) {
	if len(rows) > 0 && v.exterior() {
		v.fail(at(list, 0)+".NumeroPedimento", "Con el complemento de Comercio Exterior no debe ir el número de pedimento.", "Quita el pedimento.")
		for j := range rows {
			v.drop(at(list, j))
		}
	}
}
