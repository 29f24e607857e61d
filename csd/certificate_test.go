package csd_test

import (
	"bytes"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

// Any bit of a certificate that is changed makes it unreadable or breaks its
// chain, also those that its authority's signature does not cover.
func TestNoBitOfACertificateGoesUnseen(t *testing.T) {
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	ca, err := prueba.New(now, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, _, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", []byte("12345678a"))
	if err != nil {
		t.Fatal(err)
	}
	trust := csd.NewTrust(ca.Root())
	whole, err := csd.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := trust.Check(whole, now); err != nil {
		t.Fatal(err)
	}
	for i := range der {
		for bit := range 8 {
			changed := bytes.Clone(der)
			changed[i] ^= 1 << bit
			c, err := csd.ParseCertificate(changed)
			if err != nil {
				continue
			}
			if _, _, err := trust.Check(c, now); err == nil {
				t.Errorf("bit %d of byte %d of %d changed unseen", bit, i, len(der))
			}
		}
	}
}
