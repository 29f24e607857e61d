package pdf

// english are the labels of a receipt in the language of who does not read the
// other. What the SAT words itself (the texts of keys) stays as it is.
var english = map[string]string{
	"Factura":                            "Invoice",
	"Factura global":                     "Global invoice",
	"Nota de crédito":                    "Credit note",
	"Traslado":                           "Transfer",
	"Recibo de pago":                     "Payment receipt",
	"Recibo de nómina":                   "Payroll receipt",
	"Comprobante":                        "Receipt",
	"Folio fiscal":                       "Fiscal folio",
	"Emisión":                            "Issued",
	"Certificación":                      "Certified",
	"Lugar de expedición":                "Place of issue",
	"Emisor":                             "Issuer",
	"Receptor":                           "Bill to",
	"Régimen":                            "Tax regime",
	"CP fiscal":                          "Tax ZIP code",
	"Uso":                                "CFDI use",
	"Residencia fiscal":                  "Tax residence",
	"Registro tributario":                "Tax ID",
	"Sucursal":                           "Branch",
	"Tipo":                               "Type",
	"Pago":                               "Payment",
	"Datos del comprobante":              "Document",
	"Método":                             "Method",
	"Forma":                              "Form",
	"Moneda":                             "Currency",
	"tipo de cambio":                     "exchange rate",
	"Exportación":                        "Export",
	"Condiciones":                        "Terms",
	"Confirmación":                       "Confirmation",
	"Periodicidad":                       "Period",
	"Meses":                              "Months",
	"Cantidad":                           "Qty",
	"Cant.":                              "Qty",
	"Unidad":                             "Unit",
	"Clave":                              "Code",
	"Concepto":                           "Description",
	"P. unitario":                        "Unit price",
	"Descuento":                          "Discount",
	"Importe":                            "Amount",
	"Subtotal":                           "Subtotal",
	"Total":                              "Total",
	"Retención":                          "Withheld",
	"Importe con letra":                  "Amount in words",
	"CFDI relacionados":                  "Related CFDI",
	"Notas":                              "Notes",
	"Cuentas bancarias":                  "Bank accounts",
	"Complemento":                        "Complement",
	"Certificado del emisor":             "Issuer certificate",
	"Certificado del SAT":                "SAT certificate",
	"RFC del proveedor de certificación": "Certifier RFC",
	"Leyenda":                            "Legend",
	"Sello digital del CFDI":             "Issuer digital seal",
	"Sello digital del SAT":              "SAT digital seal",
	"Cadena original del complemento de certificación digital del SAT": "Original string of the SAT certification",
	"Página": "Page",
}

// say is a label in the languages of the paper: "Receptor", "Receptor / Bill to".
func (d *drawing) say(label string) string {
	if !d.Paper.Ingles {
		return label
	}
	en := english[label]
	if en == "" || en == label {
		return label
	}
	return label + " / " + en
}
