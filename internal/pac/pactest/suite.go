package pactest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/pac"
)

// Suite runs every test a certifier must pass, each on a fresh fixture, and has
// the oracle judge what was stamped.
func Suite(t *testing.T, newFixture func(t *testing.T) Fixture) {
	suite, judges := t, map[string]*Judge{} // by certificate of the certifier
	for _, test := range []struct {
		claim string
		run   func(t *testing.T, f Fixture)
	}{
		{"stamps a valid document", stampsValid},
		{"gives the same bytes the same stamp", stampsOnce},
		{"gives the same bytes one stamp when they come at once", stampsOnceAtOnce},
		{"finds by seal what it stamped and nothing else", finds},
		{"rejects with the code of PACs in common", rejects},
		{"remembers after a crash", remembers},
		{"promises nothing when its time is over", cancelled},
	} {
		t.Run(test.claim, func(t *testing.T) {
			f := newFixture(t)
			no := f.Certificate.NoCertificado
			if judges[no] == nil {
				judges[no] = NewJudge(suite, f.Certificate)
			}
			f.judge = judges[no]
			test.run(t, f)
		})
	}
}

// sealed returns the nth valid document, an hour old.
func (f Fixture) sealed(t testing.TB, n int) *cfdi.Sealed {
	t.Helper()
	return Seal(t, Document(f.Catalog, f.Now().Add(-time.Hour), n), f.CSD)
}

// accept checks an answer that must be a stamp and returns it.
func (f Fixture) accept(t testing.TB, s *cfdi.Sealed, a pac.Answer) *cfdi.Stamped {
	t.Helper()
	if a.Outcome != pac.Stamped {
		t.Fatalf("%v: %s %s", a.Outcome, a.Code, a.Message)
	}
	stamped, err := s.Accept(a.XML, f.Trust)
	if err != nil {
		t.Fatal(err)
	}
	f.judge.Add(stamped)
	return stamped
}

func stampsValid(t *testing.T, f Fixture) {
	s := f.sealed(t, 1)
	a := f.PAC.Stamp(t.Context(), "r1", s)
	stamped := f.accept(t, s, a)
	if a.Previous || !f.PAC.Test() || f.PAC.Name() == "" {
		t.Errorf("previous %t, test %t, name %q", a.Previous, f.PAC.Test(), f.PAC.Name())
	}
	if no := stamped.Timbre().NoCertificadoSAT; no != f.Certificate.NoCertificado {
		t.Errorf("stamped with certificate %s", no)
	}
}

func stampsOnce(t *testing.T, f Fixture) {
	s, other := f.sealed(t, 1), f.sealed(t, 2)
	first := f.accept(t, s, f.PAC.Stamp(t.Context(), "r1", s))
	again := f.PAC.Stamp(t.Context(), "r1", s)
	if second := f.accept(t, s, again); second.Timbre().UUID != first.Timbre().UUID || !again.Previous {
		t.Errorf("stamped twice: %s, %s (previous %t)", first.Timbre().UUID, second.Timbre().UUID, again.Previous)
	}
	if third := f.accept(t, other, f.PAC.Stamp(t.Context(), "r2", other)); third.Timbre().UUID == first.Timbre().UUID {
		t.Error("two documents got one UUID")
	}
}

func stampsOnceAtOnce(t *testing.T, f Fixture) {
	s := f.sealed(t, 1)
	answers := make([]pac.Answer, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = f.PAC.Stamp(t.Context(), "r1", s) })
	}
	all.Wait()
	fresh, uuids := 0, map[string]bool{}
	for _, a := range answers {
		uuids[f.accept(t, s, a).Timbre().UUID+" "+f.accept(t, s, a).Timbre().FechaTimbrado] = true
		if !a.Previous {
			fresh++
		}
	}
	if fresh != 1 || len(uuids) != 1 {
		t.Errorf("%d fresh stamps: %v", fresh, uuids)
	}
}

func finds(t *testing.T, f Fixture) {
	s := f.sealed(t, 1)
	for range 2 { // asking does not stamp
		if a := f.PAC.Query(t.Context(), "r1", s); a.Outcome != pac.Unknown {
			t.Fatalf("before: %+v", a)
		}
	}
	first := f.accept(t, s, f.PAC.Stamp(t.Context(), "r1", s))
	a := f.PAC.Query(t.Context(), "r1", s)
	if found := f.accept(t, s, a); found.Timbre().UUID != first.Timbre().UUID || !a.Previous {
		t.Errorf("found %s, previous %t", found.Timbre().UUID, a.Previous)
	}
	if a := f.PAC.Query(t.Context(), "r2", f.sealed(t, 2)); a.Outcome != pac.Unknown {
		t.Errorf("another document: %+v", a)
	}
}

func rejects(t *testing.T, f Fixture) {
	now := f.Now()
	for _, c := range []struct {
		code   string
		signer Signer
		at     time.Time
		change func(*cfdi.Comprobante)
	}{
		{"401", f.CSD, now.Add(-72*time.Hour - time.Second), nil},
		{"401", f.CSD, now.Add(time.Hour), nil},
		{"306", f.FIEL, now, nil},
		{"303", f.OtherRfc, now, nil},
		{"305", f.Expired, now, nil},
		{"308", f.Stranger, now, nil},
		{"CFDI40108", f.CSD, now, func(c *cfdi.Comprobante) { c.SubTotal, c.Total = c.Total, c.SubTotal }},
	} {
		if c.signer.Cert == nil {
			continue
		}
		document := Document(f.Catalog, c.at, 1)
		if c.change != nil {
			c.change(document)
		}
		s := Seal(t, document, c.signer)
		a := f.PAC.Stamp(t.Context(), "r", s)
		if a.Outcome != pac.Rejected || a.Code != c.code || a.Message == "" || a.XML != nil {
			t.Errorf("want %s: %v %s %q", c.code, a.Outcome, a.Code, a.Message)
		}
		if a := f.PAC.Query(t.Context(), "r", s); a.Outcome != pac.Unknown {
			t.Errorf("%s: a rejected document is %v", c.code, a.Outcome)
		}
	}
	s := Seal(t, Document(f.Catalog, now.Add(-72*time.Hour+time.Second), 1), f.CSD)
	f.accept(t, s, f.PAC.Stamp(t.Context(), "r", s))
}

func remembers(t *testing.T, f Fixture) {
	if f.Reopen == nil {
		t.Skip("this certifier runs elsewhere")
	}
	var documents []*cfdi.Sealed
	var before []*cfdi.Stamped
	for n := range 5 {
		s := f.sealed(t, n+1)
		documents = append(documents, s)
		before = append(before, f.accept(t, s, f.PAC.Stamp(t.Context(), fmt.Sprint(n), s)))
	}
	f.PAC = f.Reopen(t)
	for n, s := range documents {
		a := f.PAC.Stamp(t.Context(), fmt.Sprint(n), s)
		if after := f.accept(t, s, a); *after.Timbre() != *before[n].Timbre() || !a.Previous {
			t.Errorf("document %d has another stamp after a crash", n)
		}
	}
}

func cancelled(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := f.sealed(t, 1)
	if a := f.PAC.Stamp(ctx, "r1", s); a.Outcome != pac.Uncertain && a.Outcome != pac.Undelivered {
		t.Errorf("stamp: %+v", a)
	}
	if a := f.PAC.Query(ctx, "r1", s); a.Outcome != pac.Uncertain {
		t.Errorf("query: %+v", a)
	}
}
