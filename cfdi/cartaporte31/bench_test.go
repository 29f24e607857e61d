package cartaporte31_test

import (
	"testing"
	"time"

	cp31 "iofacturo.mx/cfdi/cartaporte31"
)

// BenchmarkValidate judges a delivery at two stops.
func BenchmarkValidate(b *testing.B) {
	c := reparto()
	v := cp31.De(c)
	for b.Loop() {
		v.Validate(c, cat, time.Time{})
	}
}
