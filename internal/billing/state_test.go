package billing

import (
	"slices"
	"testing"
)

func TestEveryStateIsReachedAndNoArrowIsAmbiguous(t *testing.T) {
	reached := []State{noState}
	for range transitions {
		for _, arrow := range transitions {
			if slices.Contains(reached, arrow.from) && !slices.Contains(reached, arrow.to) {
				reached = append(reached, arrow.to)
			}
		}
	}
	for _, s := range States() {
		if !slices.Contains(reached, s) {
			t.Errorf("nothing leads to %s", s)
		}
	}
	seen := map[transition]bool{}
	for _, arrow := range transitions {
		key := transition{from: arrow.from, event: arrow.event}
		if seen[key] {
			t.Errorf("%s by %s leads to two states", arrow.from, arrow.event)
		}
		seen[key] = true
	}
}

func TestNothingLeadsOutOfWhatIsForEver(t *testing.T) {
	for _, arrow := range transitions {
		if arrow.from == Timbrado || arrow.from == Anulado {
			t.Errorf("%s can become %s", arrow.from, arrow.to)
		}
		if arrow.from == Incierto && (arrow.to == Rechazado || arrow.to == Anulado || arrow.to == Numerado) {
			t.Errorf("an uncertain document can become %s", arrow.to)
		}
		if arrow.from == Enviando && arrow.to != Timbrado && arrow.guard == free {
			t.Errorf("%s leaves enviando without a guard", arrow.event)
		}
	}
}

func TestEveryStateAndEventHasItsWords(t *testing.T) {
	for _, s := range States() {
		if s.Label() == "" || s.Text() == string(s) {
			t.Errorf("%s has no words", s)
		}
		if !slices.Contains(StatesOf(s.Label()), s) {
			t.Errorf("label %s does not find %s", s.Label(), s)
		}
	}
	for _, arrow := range transitions {
		if eventText(arrow.event) == string(arrow.event) {
			t.Errorf("%s has no words", arrow.event)
		}
	}
}
