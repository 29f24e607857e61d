package cfdi

import "iofacturo.mx/decimal"

// VerificationURL returns the text of the QR.
func VerificationURL(c *Comprobante, uuid string) string { return "" }

// AmountInWords returns the amount in Spanish words.
func AmountInWords(d decimal.Decimal, moneda string) string { return "" }
