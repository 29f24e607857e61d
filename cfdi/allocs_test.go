package cfdi_test

import (
	"runtime"
	"slices"
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// What a seal and a validation may leave to the garbage collector.
func TestGarbage(t *testing.T) {
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	cat := catalogo.New()
	c := simple() // made three lines with taxes
	c.Conceptos = slices.Repeat(c.Conceptos[:1], 3)
	c = c.Clone()
	c.Totalize(cat)
	p, err := cfdi.Prepare(c, cat, cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(20, func() {
		sello, err := key.Sign([]byte(p.Cadena()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Seal(sello); err != nil {
			t.Fatal(err)
		}
	})
	if with := testing.AllocsPerRun(20, func() { _, _ = p.SealWith(key) }); with > allocs {
		t.Errorf("%.0f allocations with the key at hand, %.0f without", with, allocs)
	}
	if t.Logf("%.0f allocations from Prepared to Sealed", allocs); allocs > 60 {
		t.Errorf("%.0f allocations from Prepared to Sealed, 60 allowed", allocs)
	}
	const times = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		cfdi.Validate(c, cat, clock)
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / times; each > 32<<10 {
		t.Errorf("%d bytes for one validation, 32 KiB allowed", each)
	} else {
		t.Logf("%d bytes for one validation", each)
	}
}
