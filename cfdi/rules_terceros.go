package cfdi

// LeyendaTercero is the name that goes with [RfcTercero] (CFDI40189).
const LeyendaTercero = "EXPEDICIÓN DE CFDI POR RESIDENTES EN MÉXICO QUE PRESTAN SERVICIOS DE INTERMEDIACIÓN ENTRE TERCEROS " +
	"A OFERENTES DE BIENES Y SERVICIOS RESIDENTES EN EL EXTRANJERO"

func terceroPath(i int, attribute string) string {
	return conceptoPath(i, "ACuentaTerceros."+attribute)
}

func terceroRfc(v *validation, i int, c *Concepto) {
	t := c.ACuentaTerceros
	if t != nil && t.RfcACuentaTerceros != "" && (t.RfcACuentaTerceros == v.c.Emisor.Rfc || t.RfcACuentaTerceros == v.c.Receptor.Rfc) {
		v.fail(terceroPath(i, "RfcACuentaTerceros"), "El tercero no puede ser el emisor ni el receptor.", "Escribe el RFC del tercero, o quítalo.")
	}
}

// extranjero reports whether the line is charged for a third party abroad.
func (c *Concepto) extranjero() bool {
	return c.ACuentaTerceros != nil && c.ACuentaTerceros.RfcACuentaTerceros == RfcTercero
}

func terceroNombre(v *validation, i int, c *Concepto) {
	if c.extranjero() && c.ACuentaTerceros.NombreACuentaTerceros != LeyendaTercero {
		v.fail(terceroPath(i, "NombreACuentaTerceros"), "Con el RFC "+RfcTercero+" el nombre del tercero es una leyenda fija del SAT.",
			"Escribe: "+LeyendaTercero+".")
		v.mend(terceroPath(i, "NombreACuentaTerceros"), LeyendaTercero)
	}
}

func terceroRegimen(v *validation, i int, c *Concepto) {
	if c.ACuentaTerceros != nil {
		v.regimen(terceroPath(i, "RegimenFiscalACuentaTerceros"), c.ACuentaTerceros.RegimenFiscalACuentaTerceros)
	}
}

func terceroRegimenExtranjero(v *validation, i int, c *Concepto) {
	if c.extranjero() && c.ACuentaTerceros.RegimenFiscalACuentaTerceros != regimenGenerico {
		v.fail(terceroPath(i, "RegimenFiscalACuentaTerceros"), "Con el RFC "+RfcTercero+" el régimen del tercero debe ser 616.", "Elige el régimen 616.")
		v.mend(terceroPath(i, "RegimenFiscalACuentaTerceros"), regimenGenerico)
	}
}

func terceroDomicilio(v *validation, i int, c *Concepto) {
	if c.extranjero() && c.ACuentaTerceros.DomicilioFiscalACuentaTerceros != v.c.LugarExpedicion {
		v.fail(terceroPath(i, "DomicilioFiscalACuentaTerceros"), "Con el RFC "+RfcTercero+
			" el código postal del tercero debe ser el del lugar de expedición.", "Escribe el código postal "+v.c.LugarExpedicion+".")
		if v.c.LugarExpedicion != "" {
			v.mend(terceroPath(i, "DomicilioFiscalACuentaTerceros"), v.c.LugarExpedicion)
			v.tentative()
		}
	}
}
