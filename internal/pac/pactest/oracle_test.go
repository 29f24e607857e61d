package pactest

import (
	"fmt"
	"testing"
)

// TestOfOneShapeSomeAreChosen: of many receipts that differ in values alone as many as are judged, the first among them and
// others from all over; of a shape with few, all.
func TestOfOneShapeSomeAreChosen(t *testing.T) {
	var documents [][]byte
	for i := range 10 * perShape {
		documents = append(documents, fmt.Appendf(nil, `<c a="%d" b="x"/>`, i))
	}
	for i := range 3 {
		documents = append(documents, fmt.Appendf(nil, `<c a="%d"/>`, i), fmt.Appendf(nil, `<c a="%d"><d/></c>`, i))
	}
	some := map[string]bool{}
	for _, xml := range chosen(documents) {
		some[string(xml)] = true
	}
	if len(some) != perShape+6 || !some[`<c a="0" b="x"/>`] || !some[fmt.Sprintf(`<c a="%d" b="x"/>`, 10*(perShape-1))] {
		t.Errorf("%d of them: %v", len(some), some)
	}
}
