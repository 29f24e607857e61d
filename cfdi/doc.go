// Package cfdi holds the Comprobante of the SAT, CFDI 4.0.
package cfdi
