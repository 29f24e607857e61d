package csd_test

import (
	"testing"

	"iofacturo.mx/csd"
)

func FuzzOpenKey(f *testing.F) {
	m := made()
	f.Add(m.key, string(password))
	f.Add(m.key, "otra")
	f.Add(m.cer, "")
	f.Add(m.open.PKCS8(), "")
	f.Add([]byte("-----BEGIN PRIVATE KEY-----"), "")
	f.Fuzz(func(t *testing.T, der []byte, password string) {
		key, err := csd.OpenKey(der, []byte(password))
		if (key == nil) == (err == nil) {
			t.Fatalf("key %v with error %v", key, err)
		}
		if clear, err := csd.ParsePKCS8(der); err == nil {
			if _, err := clear.Sign([]byte("||")); err != nil {
				t.Fatalf("an accepted key does not sign: %v", err)
			}
		}
	})
}

func FuzzParseCertificate(f *testing.F) {
	m := made()
	f.Add(m.cer)
	f.Add(m.ca.Root().Raw)
	f.Add(m.key)
	f.Add([]byte("-----BEGIN CERTIFICATE-----"))
	trust := csd.NewTrust(m.ca.Root())
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := csd.ParseCertificate(der)
		if err != nil {
			return
		}
		if n := len(c.NoCertificado); n != 0 && n != 20 {
			t.Fatalf("NoCertificado %q", c.NoCertificado)
		}
		if err := c.Verify([]byte("||"), nil); err == nil {
			t.Fatal("an empty signature verifies")
		}
		if _, _, err := trust.Check(c, start); err == nil && string(der) != string(m.cer) && string(der) != string(m.ca.Root().Raw) {
			t.Fatalf("changed bytes pass for a certificate of the authority: %x", der)
		}
	})
}
