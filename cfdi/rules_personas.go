package cfdi

import (
	"regexp"
	"strings"

	"iofacturo.mx/catalogo"
)

const regimenGenerico = "616" // Sin obligaciones fiscales

func (v *validation) regimen(path, key string) {
	row, ok := v.cat.RegimenFiscal(key)
	v.key(path, key, "c_RegimenFiscal", v.listed(row.Entry, ok))
}

func emisorRegimenKey(v *validation) { v.regimen("Emisor.RegimenFiscal", v.c.Emisor.RegimenFiscal) }

func emisorRegimenPersona(v *validation) {
	v.regimenPersona("Emisor.RegimenFiscal", v.c.Emisor.Rfc, v.c.Emisor.RegimenFiscal)
}

// regimenPersona reports a regime that the kind of person of rfc cannot have.
func (v *validation) regimenPersona(path, rfc, regimen string) {
	row, ok := v.cat.RegimenFiscal(regimen)
	r, err := ParseRFC(rfc)
	if !ok || err != nil || r.Persona == Generico || admits(row.Fisica, row.Moral, r.Persona) {
		return
	}
	v.fail(path, "El régimen "+regimen+" ("+row.Texto+") no es para una persona "+r.Persona.word()+".",
		"Elige el régimen de la Constancia de Situación Fiscal.")
}

func admits(fisica, moral bool, p Persona) bool {
	return p == Fisica && fisica || p == Moral && moral || p == Generico
}

func (p Persona) word() string {
	if p == Moral {
		return "moral"
	}
	return "física"
}

func publicoRfc(v *validation) {
	if v.c.Receptor.Nombre == nombrePublico && v.c.Receptor.Rfc != RfcPublico {
		v.fail("Receptor.Rfc", "El nombre PUBLICO EN GENERAL va solo con el RFC "+RfcPublico+".",
			"Escribe el nombre de tu cliente, o el RFC "+RfcPublico+".")
	}
}

func (r *Receptor) generico() bool { return r.Rfc == RfcPublico || r.Rfc == RfcExtranjero }

func domicilioGenerico(v *validation) {
	r := v.c.Receptor
	if r.generico() && r.DomicilioFiscalReceptor != v.c.LugarExpedicion && r.DomicilioFiscalReceptor != "" {
		v.fail("Receptor.DomicilioFiscalReceptor", "Con el RFC "+r.Rfc+" el código postal del receptor debe ser el del lugar de expedición, "+
			v.c.LugarExpedicion+".", "Escribe el código postal "+v.c.LugarExpedicion+".")
		if v.c.LugarExpedicion != "" {
			v.mend("Receptor.DomicilioFiscalReceptor", v.c.LugarExpedicion)
			v.tentative()
		}
	}
}

func residenciaKey(v *validation) {
	row, ok := v.cat.Pais(v.c.Receptor.ResidenciaFiscal)
	v.key("Receptor.ResidenciaFiscal", v.c.Receptor.ResidenciaFiscal, "c_Pais", v.listed(row.Entry, ok))
}

func residenciaForbidden(v *validation) {
	if v.c.Receptor.ResidenciaFiscal != "" && v.c.Receptor.Rfc != RfcExtranjero {
		v.fail("Receptor.ResidenciaFiscal", "La residencia fiscal va solo con el RFC de extranjeros, "+RfcExtranjero+".",
			"Quita la residencia fiscal.")
		v.mend("Receptor.ResidenciaFiscal", "")
	}
}

func residenciaMEX(v *validation) {
	if v.c.Receptor.ResidenciaFiscal == "MEX" {
		v.fail("Receptor.ResidenciaFiscal", "La residencia fiscal de un extranjero no puede ser México.",
			"Elige el país donde paga impuestos tu cliente.")
	}
}

func residenciaRequired(v *validation) {
	r := v.c.Receptor
	if r.Rfc == RfcExtranjero && r.ResidenciaFiscal == "" && (r.NumRegIdTrib != "" || v.exterior()) {
		v.fail("Receptor.ResidenciaFiscal", "Falta el país de residencia fiscal del receptor.",
			"Elige el país donde paga impuestos tu cliente.")
	}
}

func numRegIdTribForbidden(v *validation) {
	if v.c.Receptor.NumRegIdTrib != "" && v.c.Receptor.Rfc != RfcExtranjero {
		v.fail("Receptor.NumRegIdTrib", "El número de identidad tributaria va solo con el RFC de extranjeros, "+RfcExtranjero+".",
			"Quita el número de identidad tributaria.")
		v.mend("Receptor.NumRegIdTrib", "")
	}
}

func numRegIdTribRequired(v *validation) {
	if v.c.Receptor.Rfc == RfcExtranjero && v.c.Receptor.NumRegIdTrib == "" && v.exterior() {
		v.fail("Receptor.NumRegIdTrib", "Con Comercio Exterior falta el número de identidad tributaria del receptor.",
			"Escribe el número con que paga impuestos en su país.")
	}
}

func numRegIdTribPattern(v *validation) {
	r := v.c.Receptor
	country, ok := v.cat.Pais(r.ResidenciaFiscal)
	if !ok || country.IdentidadTributaria == "" || r.NumRegIdTrib == "" || country.Clave == "MEX" {
		return
	}
	pattern := regexp.MustCompile("^(?:" + country.IdentidadTributaria + ")$") // of our own table
	if !pattern.MatchString(r.NumRegIdTrib) {
		v.fail("Receptor.NumRegIdTrib", "El número "+Quoted(r.NumRegIdTrib)+" no tiene la forma que el SAT pide para "+country.Texto+".",
			"Escribe los nueve dígitos, sin guiones ni espacios.")
		if plain := strings.NewReplacer("-", "", " ", "").Replace(r.NumRegIdTrib); pattern.MatchString(plain) {
			v.mend("Receptor.NumRegIdTrib", plain)
		}
	}
}

func receptorRegimenKey(v *validation) {
	v.regimen("Receptor.RegimenFiscalReceptor", v.c.Receptor.RegimenFiscalReceptor)
}

func receptorRegimenPersona(v *validation) {
	v.regimenPersona("Receptor.RegimenFiscalReceptor", v.c.Receptor.Rfc, v.c.Receptor.RegimenFiscalReceptor)
}

// receptorRegimenGenerico leaves payrolls alone: there a worker who died has the
// generic RFC and regime 605 (NOM11).
func receptorRegimenGenerico(v *validation) {
	r := v.c.Receptor
	if r.generico() && !v.is("N") && r.RegimenFiscalReceptor != "" && r.RegimenFiscalReceptor != regimenGenerico {
		v.fail("Receptor.RegimenFiscalReceptor", "Con el RFC "+r.Rfc+" el régimen del receptor debe ser 616, Sin obligaciones fiscales.",
			"Elige el régimen 616.")
		v.mend("Receptor.RegimenFiscalReceptor", regimenGenerico)
		if row, ok := v.cat.UsoCFDI(r.UsoCFDI); ok && !row.Admits(regimenGenerico) { // which CFDI40161 would say next
			v.mend("Receptor.UsoCFDI", v.usoOf())
		}
		v.tentative() // of a payroll that does not say it is one
	}
}

func usoKey(v *validation) {
	row, ok := v.cat.UsoCFDI(v.c.Receptor.UsoCFDI)
	v.key("Receptor.UsoCFDI", v.c.Receptor.UsoCFDI, "c_UsoCFDI", v.listed(row.Entry, ok))
	v.mendKey("Receptor.UsoCFDI", v.usoOf())
}

func usoRegimen(v *validation) {
	r := v.c.Receptor
	row, ok := v.cat.UsoCFDI(r.UsoCFDI)
	regimen, known := v.cat.RegimenFiscal(r.RegimenFiscalReceptor)
	rfc, err := ParseRFC(r.Rfc)
	if !ok || !known || err != nil || v.badRegimen(rfc, regimen) {
		return // another code says so already
	}
	if !admits(row.Fisica, row.Moral, rfc.Persona) || !row.Admits(r.RegimenFiscalReceptor) {
		v.fail("Receptor.UsoCFDI", "El uso "+r.UsoCFDI+" ("+row.Texto+") no es para una persona "+rfc.Persona.word()+
			" en el régimen "+r.RegimenFiscalReceptor+".", "Elige un uso que tu cliente pueda dar; S01 sirve casi siempre.")
		v.mendKey("Receptor.UsoCFDI", v.usoOf())
	}
}

// badRegimen reports whether CFDI40158 or CFDI40159 speaks of the regime.
func (v *validation) badRegimen(rfc RFC, row catalogo.RegimenFiscal) bool {
	if rfc.Persona == Generico {
		return row.Clave != regimenGenerico && !v.is("N")
	}
	return !admits(row.Fisica, row.Moral, rfc.Persona)
}
