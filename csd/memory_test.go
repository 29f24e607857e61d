package csd_test

import (
	"encoding/base64"
	"errors"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

// A certificate is read once when its authority is known, however many ask at a time; its validity is judged each time;
// one of an authority that nobody knows is never kept.
func TestTrustRemembersCertificates(t *testing.T) {
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	ca, err := prueba.New(now, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, _, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", []byte("12345678a"))
	if err != nil {
		t.Fatal(err)
	}
	text := base64.StdEncoding.EncodeToString(der)
	trust, stranger := csd.NewTrust(ca.Root()), csd.NewTrust()
	first, err := trust.Certificate(text)
	if err != nil {
		t.Fatal(err)
	}
	if other, _ := trust.Certificate(text); other == first {
		t.Error("kept before its authority was asked for")
	}
	if !trust.Known(first) || stranger.Known(first) {
		t.Fatal("the chain is judged wrongly")
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if again, err := trust.Certificate(text); err != nil || again != first {
				t.Errorf("read again: %v", err)
			}
			if _, _, err := trust.Check(first, first.NotAfter.Add(time.Second)); !errors.Is(err, csd.ErrNotInForce) {
				t.Errorf("out of force: %v", err)
			}
			if _, _, err := trust.Check(first, now); err != nil {
				t.Errorf("in force: %v", err)
			}
		})
	}
	all.Wait()
	a, _ := stranger.Certificate(text)
	b, _ := stranger.Certificate(text)
	if a == nil || a == b {
		t.Error("a certificate of an unknown authority is kept")
	}
}
