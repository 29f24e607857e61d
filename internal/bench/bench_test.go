package bench

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/pac/pactest"
	"iofacturo.mx/internal/store/storetest"
)

// TestEveryFigure runs the whole table, small: each has a figure, a limit and a ratio, and Timbrar stays below five
// times its ceiling even here, beside other tests (decision 33).
func TestEveryFigure(t *testing.T) {
	results, err := run(t.Context(), "", nil, 5, func(w *world) {
		pactest.Oracle(t, w.pacCert, storetest.Stamped(t, w.db)...)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(all) {
		t.Fatalf("%d results of %d benchmarks", len(results), len(all))
	}
	for _, r := range results {
		t.Logf("%-8s %8s %s; límite %s %s; razón %s", r.Name, r.Figure, r.Unit, r.Limit, r.LimitIs, r.Ratio)
		for what, n := range map[string]string{"figure": r.Figure.String(), "limit": r.Limit.String(), "ratio": r.Ratio.String()} {
			if f, err := strconv.ParseFloat(n, 64); err != nil || f < 0 {
				t.Errorf("%s: %s is %q", r.Name, what, n)
			}
		}
		if r.P50 > r.P99 || r.N < 5 && !strings.HasPrefix(r.Name, "import") {
			t.Errorf("%s: p50 %d µs, p99 %d µs of %d", r.Name, r.P50, r.P99, r.N)
		}
		if r.Name == "timbrar" && time.Duration(r.P99)*time.Microsecond > 5*ceiling {
			t.Errorf("timbrar took %d µs", r.P99)
		}
		if r.Name == "panel" && time.Duration(r.P99)*time.Microsecond > 5*panelCeiling {
			t.Errorf("the panel took %d µs", r.P99)
		}
	}
}

func TestUnknownNameSaysWhichThereAre(t *testing.T) {
	_, err := Run(t.Context(), "", []string{"seal", "nada"}, 1)
	if err == nil || !strings.Contains(err.Error(), "timbrar") {
		t.Errorf("err = %v", err)
	}
}

func TestPercentiles(t *testing.T) {
	var l lap
	for i := 100; i >= 1; i-- {
		l = append(l, time.Duration(i)*time.Millisecond)
	}
	if got := l.at(0.50); got != 51*time.Millisecond {
		t.Errorf("p50 = %s", got)
	}
	if got := l.at(0.99); got != 100*time.Millisecond {
		t.Errorf("p99 = %s", got)
	}
	if got := l.perSecond(); got < 19.7 || got > 19.9 {
		t.Errorf("%f per second of a mean of 50.5 ms", got)
	}
}
