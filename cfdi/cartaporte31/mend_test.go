package cartaporte31_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
)

// TestEachTotalIsMended: a total of distances, goods and weights has one value, which its
// finding carries.
func TestEachTotalIsMended(t *testing.T) {
	mended := map[string]bool{}
	for _, k := range ruleCases() {
		c := k.from()
		k.change(c)
		for _, f := range cfdi.Validate(c, cat, time.Time{}) {
			if f.Code != k.code || len(f.Mend) == 0 {
				continue
			}
			after := c.Clone()
			if err := cfdi.Apply(after, f); err != nil {
				t.Fatalf("%s: %v", k.code, err)
			}
			for _, left := range cfdi.Validate(after, cat, time.Time{}) {
				if left.Code == f.Code && left.Path == f.Path {
					t.Errorf("%s stays after %v", k.code, f.Mend)
				}
			}
			mended[k.code] = true
		}
	}
	t.Log(slices.Sorted(maps.Keys(mended)))
	for _, code := range []string{"CP126", "CP149", "CP150", "CP151", "CP152", "CP154"} {
		if !mended[code] {
			t.Errorf("%s carries no mend", code)
		}
	}
}
