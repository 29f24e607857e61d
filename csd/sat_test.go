package csd_test

import (
	"crypto/rsa"
	"errors"
	"testing"
	"time"

	"github.com/youmark/pkcs8"

	"iofacturo.mx/csd"
)

var kindOfType = map[string]csd.Kind{"csd": csd.CSD, "fiel": csd.FIEL, "pac-test": csd.CSD}

func TestEveryCertificateOfTheSATIsClassified(t *testing.T) {
	certs := sharedCerts(t)
	rows := readIndex(t, certs)
	if len(rows) < 80 {
		t.Fatalf("only %d rows in the index", len(rows))
	}
	for _, row := range rows {
		c, err := csd.ParseCertificate(read(t, certs, row["archivo_cer"]))
		if err != nil {
			t.Errorf("%s: %v", row["archivo_cer"], err)
			continue
		}
		got := [...]string{c.NoCertificado, c.Rfc, c.Name, c.Issuer, c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly)}
		want := [...]string{row["no_certificado"], row["rfc"], row["cn"], row["emisor"], row["valido_desde"], row["valido_hasta"]}
		if got != want || c.Kind != kindOfType[row["tipo"]] {
			t.Errorf("%s: %q as %v, want %q", row["archivo_cer"], got, c.Kind, want)
		}
		if inForce := c.InForce(start); inForce != (row["vigente_2026_11_22"] == "si") {
			t.Errorf("%s: in force = %t", row["archivo_cer"], inForce)
		}
	}
}

// One file of the index is a bare RSA key without encryption; the rest open, and
// a library of other people opens the same numbers.
func TestEveryKeyOfTheSATOpens(t *testing.T) {
	certs := sharedCerts(t)
	opened := 0
	for _, row := range readIndex(t, certs) {
		if row["archivo_key"] == "" {
			continue
		}
		der := read(t, certs, row["archivo_key"])
		key, err := csd.OpenKey(der, []byte(row["contrasena"]))
		if row["cifrado_key"] == "" {
			if !errors.Is(err, csd.ErrUnencrypted) {
				t.Errorf("%s: %v, want ErrUnencrypted", row["archivo_key"], err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", row["archivo_key"], err)
			continue
		}
		opened++
		cert, err := csd.ParseCertificate(read(t, certs, row["archivo_cer"]))
		if err != nil {
			t.Fatal(err)
		}
		if !key.Matches(cert) {
			t.Errorf("%s does not match its certificate", row["archivo_key"])
		}
		checkSecondOpinion(t, der, []byte(row["contrasena"]), key, cert)
	}
	if opened < 70 {
		t.Errorf("opened only %d keys", opened)
	}
}

func checkSecondOpinion(t *testing.T, der, password []byte, key *csd.Key, cert *csd.Certificate) {
	t.Helper()
	other, err := pkcs8.ParsePKCS8PrivateKeyRSA(der, password)
	if err != nil {
		t.Errorf("the other library does not open %s: %v", cert.NoCertificado, err)
		return
	}
	mine, err := pkcs8.ParsePKCS8PrivateKey(key.PKCS8())
	if err != nil || !other.Equal(mine.(*rsa.PrivateKey)) {
		t.Errorf("%s: the two libraries open different keys (%v)", cert.NoCertificado, err)
	}
	if _, err := csd.OpenKey(der, append([]byte("x"), password...)); !errors.Is(err, csd.ErrPassword) {
		t.Errorf("%s with a wrong password: %v", cert.NoCertificado, err)
	}
}

func TestTrustKnowsTheAuthoritiesOfTheSAT(t *testing.T) {
	certs := sharedCerts(t)
	trust := csd.NewTrust()
	added, err := trust.AddDir(certs)
	if err != nil || added != 13 {
		t.Fatalf("added %d authorities, %v; want the 13 of the table", added, err)
	}
	if again, _ := trust.AddDir(certs); again != 0 {
		t.Errorf("reading the folder again added %d", again)
	}
	for _, row := range readIndex(t, certs) {
		c, err := csd.ParseCertificate(read(t, certs, row["archivo_cer"]))
		if err != nil {
			t.Fatal(err)
		}
		authority, test, err := trust.Check(c, c.NotAfter)
		if err != nil || !test || authority != row["emisor"] {
			t.Errorf("%s: %q, test %t, %v", row["archivo_cer"], authority, test, err)
		}
		if _, _, err := trust.Check(c, c.NotAfter.Add(time.Second)); !errors.Is(err, csd.ErrNotInForce) {
			t.Errorf("%s a second late: %v", row["archivo_cer"], err)
		}
	}
}

// The authorities of production chain up to the roots of Banxico, live; the test
// ones are test. The oldest are signed with SHA-1, which crypto/x509 refuses.
func TestAuthoritiesChainToTheirRoots(t *testing.T) {
	certs := sharedCerts(t)
	trust := csd.NewTrust()
	if _, err := trust.AddDir(certs); err != nil {
		t.Fatal(err)
	}
	for file, wantTest := range map[string]bool{
		"ac-prod/AC5_SAT.cer": false, "ac-prod/AC6_SAT.cer": false, "ac-prod/AC7.cer": false,
		"ac-prod/ARC2_IES.cer": false, "ac-test/AC5_SAT.cer": false,
		"ac-test/AC_UAT_2022.cer": true, "ac-test/ARC_UAT.cer": true,
	} {
		c, err := csd.ParseCertificate(read(t, certs, file))
		if err != nil || c.Kind != csd.Authority {
			t.Errorf("%s: %v, %v", file, c, err)
			continue
		}
		authority, test, err := trust.Check(c, c.NotBefore)
		if err != nil || test != wantTest {
			t.Errorf("%s: issued by %q, test %t, %v", file, authority, test, err)
		}
	}
}

func TestOCSPCertificateIsNeitherSealNorPerson(t *testing.T) {
	certs := sharedCerts(t)
	for _, file := range []string{"ac-prod/OCSP7.cer", "ac-test/ocsp.ac5_sat.cer"} {
		if c, err := csd.ParseCertificate(read(t, certs, file)); err != nil || c.Kind != csd.Other {
			t.Errorf("%s: %+v, %v", file, c, err)
		}
	}
}
