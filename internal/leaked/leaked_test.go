package leaked

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestTheListIsOfThisBuild: at least the three thousand that ASVS 6.2.4 asks for, in
// order, in less than 300 kB.
func TestTheListIsOfThisBuild(t *testing.T) {
	l := All()
	if l.Len() < 40_000 || l.Len()*size > 300_000 {
		t.Fatalf("%d passwords: run `make ui` first", l.Len())
	}
	for i := range l.Len() - 1 {
		if l.at(i) >= l.at(i+1) {
			t.Fatalf("out of order at %d", i)
		}
	}
	for _, p := range []string{"123qweasdzxc", "123QWEasdzxc", "leavemealone", "sonyericsson", "motherfucker"} {
		if !l.Has(p) {
			t.Errorf("%s is not known", p)
		}
	}
	for _, p := range []string{"", "cuatro gatos en la azotea 7", "123qweasdzxc ", "leavemealone y vete"} {
		if l.Has(p) {
			t.Errorf("%q is taken for a leaked one", p)
		}
	}
}

func TestAListHasWhatWasPutInAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]{12,20}`), 0, 40, Hash).Draw(t, "in")
		left := map[string]bool{}
		for _, p := range in {
			left[Hash(p)] = true
		}
		all := ""
		for len(left) > 0 { // in order by hand: the build's own sort is not asked
			least := ""
			for h := range left {
				if least == "" || h < least {
					least = h
				}
			}
			delete(left, least)
			all += least
		}
		l := List{strings.NewReader(all), len(in)}
		for _, p := range in {
			if !l.Has(strings.ToUpper(p)) {
				t.Fatalf("lost %s", p)
			}
		}
		other := rapid.StringMatching(`[A-Z]{21}`).Draw(t, "other")
		if l.Has(other) {
			t.Fatalf("found %s", other)
		}
	})
}
