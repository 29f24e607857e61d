package cce20_test

import (
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/cfdi/cfditest"
)

// TestTotalIsMended, when it is wrong and when it is written with other decimals.
func TestTotalIsMended(t *testing.T) {
	judge := func(c *cfdi.Comprobante) cfdi.Findings { return cfdi.Validate(c, cat, time.Time{}) }
	for _, base := range []func() *cfdi.Comprobante{minima, muestra, definitiva} {
		for _, wrong := range []string{"1.23", "1000000"} {
			c := base()
			cce20.De(c).TotalUSD = num(wrong)
			cfditest.Mended(t, c, "CCE122", judge)
		}
	}
}
