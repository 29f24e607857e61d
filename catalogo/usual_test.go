package catalogo

import (
	"slices"
	"strings"
	"testing"
)

// TestUsualStandsOnRealKeys: each start names keys of the official catalogue, and
// what it says can be borne.
func TestUsualStandsOnRealKeys(t *testing.T) {
	c := full(t)
	for _, u := range usual {
		if !slices.Contains([]string{IVAGeneral, IVACero, IVAExento}, u.IVA) || !strings.Contains(u.Porque, "L") {
			t.Errorf("%+v", u)
		}
		for start := range strings.FieldsSeq(u.starts) {
			if len(c.SearchProdServ(start, 1)) == 0 {
				t.Errorf("no key starts with %s", start)
			}
		}
	}
}

func TestUsualTakesTheLongestStart(t *testing.T) {
	c := New()
	for clave, want := range map[string]string{
		"50131600": IVACero, "50202306": IVAGeneral, "50202302": IVACero, "10101511": IVACero, "10101502": IVAGeneral,
		"51142001": IVACero, "51191900": IVAGeneral, "85121502": IVAExento, "80131501": IVAExento,
	} {
		if u, ok := c.Usual(clave); !ok || u.IVA != want {
			t.Errorf("%s: %+v, %v", clave, u, ok)
		}
	}
	for _, clave := range []string{"", "27111602", "80131502", "8513", "5"} {
		if u, ok := c.Usual(clave); ok {
			t.Errorf("%q: %+v", clave, u)
		}
	}
}
