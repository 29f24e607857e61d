package cancelacion_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/cancelacion"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/csd"
)

var (
	signatureValue = regexp.MustCompile(`(<SignatureValue>)[^<]*`)
	keyData        = regexp.MustCompile(`(<(?:X509Certificate|X509SerialNumber|Modulus)>)[^<]*`)
)

// TestGolden: every kind of request, letter by letter; key and certificate are new each time.
func TestGolden(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, odd)
	for name, p := range petitions(odd) {
		xml := sign(t, p, cert, key)
		xml = signatureValue.ReplaceAll(xml, []byte("${1}…"))
		cfditest.Golden(t, name+".xml", string(keyData.ReplaceAll(xml, []byte("${1}…"))))
		prepared, err := p.Prepare(cert, clock)
		if err != nil {
			t.Fatal(err)
		}
		body := bytes.Replace(xml, xml[bytes.Index(xml, []byte("<Signature ")):bytes.Index(xml, []byte("</Signature>"))+len("</Signature>")], nil, 1)
		if !bytes.Equal(prepared.XML(), body) {
			t.Errorf("%s: signing changed more than the signature", name)
		}
	}
}

// TestVerifyReadsWhatWasAsked: what comes out is what went in.
func TestVerifyReadsWhatWasAsked(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, odd)
	for name, p := range petitions(odd) {
		s, err := cancelacion.Verify(sign(t, p, cert, key))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got petition
		switch {
		case s.Cancelacion != nil:
			got = *s.Cancelacion
		case s.Respuesta != nil:
			got = *s.Respuesta
		default:
			got = *s.Consulta
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if s.Consulta == nil && s.Fecha != "2026-11-20T12:00:00" {
			t.Errorf("%s: Fecha %s is not central Mexico's", name, s.Fecha)
		}
		if found := s.Judge(clock); len(found) > 0 || !bytes.Equal(s.Certificate.Raw, cert.Raw) {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// xmlsec verifies a request with xmlsec1, up to the test authority.
func xmlsec(t *testing.T, root *csd.Certificate, xml []byte) error {
	t.Helper()
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmlsec1 is not installed (Debian: xmlsec1)")
		}
		t.Skip("xmlsec1 is not installed (Debian: xmlsec1): our requests were not shown to another program")
	}
	dir := t.TempDir()
	file, ca := filepath.Join(dir, "solicitud.xml"), filepath.Join(dir, "ca.cer")
	for path, b := range map[string][]byte{file: xml, ca: root.Raw} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(program, "--verify", "--enabled-key-data", "x509", "--trusted-der", ca,
		"--verification-time", clock.Format("2006-01-02 15:04:05"), file).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// TestXMLSecAgrees: another program verifies every kind of request, signature and
// chain, and refuses each with one byte changed.
func TestXMLSecAgrees(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, odd)
	for name, p := range petitions(odd) {
		t.Run(name, func(t *testing.T) {
			xml := sign(t, p, cert, key)
			if err := xmlsec(t, h.CA.Root(), xml); err != nil {
				t.Fatal(err)
			}
			prepared, err := p.Prepare(cert, clock)
			if err != nil {
				t.Fatal(err)
			}
			firma, _ := key.SignSHA1(prepared.SignedInfo())
			if byNumber, err := prepared.ByNumber().Sign(firma); err != nil || !bytes.Contains(byNumber, []byte("<X509SerialNumber>"+cert.NoCertificado+"<")) {
				t.Errorf("named by its 20 digits: %v", err)
			}
			if bad := bytes.Replace(xml, []byte("2222-3333"), []byte("2222-3334"), 1); xmlsec(t, h.CA.Root(), bad) == nil {
				t.Error("xmlsec1 takes another UUID: the test asks it for nothing")
			}
		})
	}
}

// TestAnyChangedByteIsRefused: of what is signed, and of the signature.
func TestAnyChangedByteIsRefused(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, emisor)
	var whole [][]byte
	for _, p := range petitions(emisor) {
		whole = append(whole, sign(t, p, cert, key))
	}
	rapid.Check(t, func(rt *rapid.T) {
		xml := rapid.SampledFrom(whole).Draw(rt, "request")
		// KeyInfo is not signed: of it only the certificate counts.
		end := bytes.Index(xml, []byte("</SignatureValue>"))
		i := rapid.IntRange(bytes.IndexByte(xml, '\n')+1, end-1).Draw(rt, "byte")
		bad := bytes.Clone(xml)
		bad[i] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		if _, err := cancelacion.Verify(bad); err == nil {
			rt.Fatalf("…%s… became …%s… unseen", xml[max(0, i-20):i+20], bad[max(0, i-20):i+20])
		}
	})
}

// TestVerifyTakesTheSamples: requests signed by other programs, in other white space.
func TestVerifyTakesTheSamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(cfditest.Shared(t, "sat/samples/cancelacion"), "*-signed.xml"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		xml, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// They were indented after they were signed.
		s, err := cancelacion.Verify(indentation.ReplaceAll(xml, []byte("><")))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		if found := s.Judge(clock); len(found) != 1 || found[0].Code != "304" { // their certificates are of 2016 and 2019
			t.Errorf("%s: %v", filepath.Base(file), found)
		}
		if _, err := cancelacion.Verify(xml); !errors.Is(err, cancelacion.ErrSignature) {
			t.Errorf("%s as it is, indented: %v", filepath.Base(file), err)
		}
	}
}

var indentation = regexp.MustCompile(`>\s+<`)

// TestVerifyAgreesWithXMLSec: what another program signed, with white space, prefixes,
// line ends, comments in values and declarations where they please.
func TestVerifyAgreesWithXMLSec(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, odd)
	good := string(sign(t, petitions(odd)["varios"], cert, key))
	sealed := regexp.MustCompile(`(<(?:DigestValue|SignatureValue)>)[^<]*`).ReplaceAllString(good, "${1}")
	sealed = regexp.MustCompile(`<KeyInfo>.*</KeyInfo>`).ReplaceAllString(sealed, "<KeyInfo><X509Data></X509Data></KeyInfo>")
	for name, template := range map[string]string{
		"as ours":    sealed,
		"indented":   strings.ReplaceAll(sealed, "><", ">\n  <"),
		"attributes": strings.Replace(sealed, `RfcEmisor="H&amp;E951128469"`, "\n RfcEmisor='H&#38;E951128469'", 1),
		"empty tags": strings.ReplaceAll(sealed, "></Folio>", "/>"),
		"xsd moved":  strings.Replace(strings.Replace(sealed, ` xmlns:xsd="http://www.w3.org/2001/XMLSchema"`, "", 1), "<Folios>", `<Folios xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="http://cancelacfd.sat.gob.mx">`, 1),
		"prefix": strings.NewReplacer("<Cancelacion xmlns=", "<c:Cancelacion xmlns:c=", "</Cancelacion", "</c:Cancelacion",
			"<Folio", "<c:Folio", "</Folio", "</c:Folio").Replace(sealed),
	} {
		if template == sealed && name != "as ours" {
			t.Fatalf("%s changed nothing", name)
		}
		xml := xmlsecSign(t, cert, key, template)
		if err := xmlsec(t, h.CA.Root(), xml); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s, err := cancelacion.Verify(xml); err != nil || s.Cancelacion.RfcEmisor != odd || len(s.Cancelacion.Folios) != 4 {
			t.Errorf("%s: %v\n%s", name, err, xml)
		}
	}
}

// xmlsecSign fills in a template.
func xmlsecSign(t *testing.T, cert *csd.Certificate, key *csd.Key, template string) []byte {
	t.Helper()
	dir := t.TempDir()
	paths := map[string][]byte{
		filepath.Join(dir, "template.xml"): []byte(template),
		filepath.Join(dir, "key.pem"):      pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key.PKCS8()}),
		filepath.Join(dir, "cert.pem"):     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}),
	}
	for path, b := range paths {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		xmlsec(t, cert, nil) // skips, or fails in CI
	}
	cmd := exec.Command(program, "--sign", "--privkey-pem", filepath.Join(dir, "key.pem")+","+filepath.Join(dir, "cert.pem"), filepath.Join(dir, "template.xml"))
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("xmlsec1: %v: %s", err, wrong.String())
	}
	return out
}

// TestVerifyRefusesTricks: what is signed must be the whole of what is read.
func TestVerifyRefusesTricks(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, emisor)
	good := string(sign(t, petitions(emisor)["varios"], cert, key))
	from := strings.Index(good, "<Signature ")
	to := strings.Index(good, "</Signature>") + len("</Signature>")
	signature := good[from:to]
	evil := strings.Replace(good[:from], uuid(1), uuid(7), 1)
	change := func(a, b string) string {
		if !strings.Contains(good, a) {
			t.Fatalf("nothing like %s", a)
		}
		return strings.Replace(good, a, b, 1)
	}
	for name, xml := range map[string]string{
		"no signature":           good[:from] + good[to:],
		"two signatures":         good[:to] + signature + good[to:],
		"signature first":        strings.Replace(good[:from]+good[to:], "<Folios>", signature+"<Folios>", 1),
		"signed one inside":      strings.Replace(evil, "<Folios>", "<Folios>"+good[strings.Index(good, "<Cancelacion"):], 1) + good[from:],
		"signed one in KeyInfo":  evil + strings.Replace(signature, "</KeyInfo>", good[strings.Index(good, "<Cancelacion"):]+"</KeyInfo>", 1) + good[to:],
		"other folio":            evil + good[from:],
		"one more folio":         change("</Folios><Signature", `</Folios><Folios><Folio Motivo="02" UUID="`+uuid(8)+`"></Folio></Folios><Signature`),
		"reference to a part":    change(`URI=""`, `URI="#x"`),
		"second reference":       change("</Reference>", `</Reference><Reference URI=""></Reference>`),
		"other transform":        change(`<Transform A`, `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"></Transform><Transform A`),
		"HMAC":                   change("rsa-sha1", "hmac-sha1"),
		"exclusive C14N":         change("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2001/10/xml-exc-c14n#"),
		"digest of nothing":      change("<DigestValue>", "<DigestValue>2jmj7l5rSw0yVb/vlWAYkK/YBwk=</DigestValue><DigestValue>"),
		"comment in the folios":  change("<Folios>", "<Folios><!-- -->"),
		"comment in the root":    change("<Folios>", "<!-- > --><Folios>"),
		"text beside":            change("<Folios>", "x<Folios>"),
		"prefix of another":      change(`<Folio Motivo`, `<e:Folio xmlns:e="urn:e" Motivo`),
		"attribute with prefix":  change(`<Folio Motivo`, `<Folio xmlns:e="urn:e" e:Motivo="02" Motivo`),
		"attribute unknown":      change(`<Folio Motivo`, `<Folio Nota="x" Motivo`),
		"namespace changed":      change(`xmlns="http://cancelacfd.sat.gob.mx"`, `xmlns="http://www.sat.gob.mx/esquemas/retencionpago/1"`),
		"declaration added":      change(`<Folios>`, `<Folios xmlns:e="urn:e">`),
		"declaration removed":    change(` xmlns:xsd="http://www.w3.org/2001/XMLSchema"`, ""),
		"DOCTYPE":                change("<Cancelacion", "<!DOCTYPE x><Cancelacion"),
		"no certificate":         change("<X509Certificate>", "<X509Certificate></X509Certificate><X509Certificate>"),
		"signature cut":          change("<SignatureValue>", "<SignatureValue>AAAA"),
		"Signature with prefix":  change("<Signature xmlns=", "<d:Signature xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\" xmlns="),
		"another root":           `<A xmlns="http://cancelacfd.sat.gob.mx">` + signature + `</A>`,
		"root without children":  `<Cancelacion xmlns="http://cancelacfd.sat.gob.mx"/>`,
		"not XML":                "hola",
		"end of another element": change("</Folio></Folios>", "</Folios></Folio>"),
	} {
		if s, err := cancelacion.Verify([]byte(xml)); err == nil {
			t.Errorf("%s: taken as %+v", name, s.Cancelacion)
		}
	}
	stranger, strangerKey := h.Pair(t, "XIA190128J61")
	theirs := sign(t, petitions("XIA190128J61")["varios"], stranger, strangerKey)
	swapped := bytes.Replace([]byte(good), []byte(base64.StdEncoding.EncodeToString(cert.Raw)), []byte(base64.StdEncoding.EncodeToString(stranger.Raw)), 1)
	if _, err := cancelacion.Verify(swapped); !errors.Is(err, cancelacion.ErrSignature) {
		t.Errorf("certificate of another: %v", err)
	}
	if s, err := cancelacion.Verify(theirs); err != nil || len(s.Judge(clock)) > 0 {
		t.Errorf("their own: %v", err)
	}
}

// TestVerifyTakesTheAlgorithmsOfTheSATAlone: even what the key really signed.
func TestVerifyTakesTheAlgorithmsOfTheSATAlone(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, emisor)
	p, err := petitions(emisor)["uno"].Prepare(cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	good := string(sign(t, petitions(emisor)["uno"], cert, key))
	for name, v := range map[string][2]string{
		"nothing changed":     {"", ""},
		"reference to a part": {`URI=""`, `URI="#x"`},
		"reference of a type": {`<Reference URI="">`, `<Reference Type="x" URI="">`},
		"exclusive C14N":      {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2001/10/xml-exc-c14n#"},
		"HMAC":                {"rsa-sha1", "hmac-sha1"},
		"another digest":      {`DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"`, `DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"`},
		"another transform":   {"enveloped-signature", "base64"},
	} {
		info := strings.Replace(string(p.SignedInfo()), v[0], v[1], 1)
		firma, err := key.SignSHA1([]byte(info))
		if err != nil {
			t.Fatal(err)
		}
		xml := strings.Replace(good, v[0], v[1], 1)
		xml = signatureValue.ReplaceAllString(xml, "${1}"+base64.StdEncoding.EncodeToString(firma))
		if _, err := cancelacion.Verify([]byte(xml)); (err == nil) != (v[0] == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func codes(err error) string {
	var found cancelacion.Findings
	if !errors.As(err, &found) {
		return fmt.Sprint(err)
	}
	var all []string
	for _, f := range found {
		if f.Message == "" || !strings.HasSuffix(f.Fix, ".") {
			all = append(all, "no words")
		}
		all = append(all, f.Code+" "+f.Path)
	}
	return strings.Join(all, "; ")
}

// TestPrepareRefuses: each rule before anything is signed.
func TestPrepareRefuses(t *testing.T) {
	h := newHouse(t)
	cert, _ := h.Pair(t, emisor)
	fiel, _ := cfditest.Open(t, h.CA.FIEL, emisor)
	other, _ := h.Pair(t, "XIA190128J61")
	pac, _ := h.CA.PAC()
	one := func(f cancelacion.Folio) petition {
		return cancelacion.Cancelacion{RfcEmisor: emisor, Folios: []cancelacion.Folio{f}}
	}
	plain := one(cancelacion.Folio{UUID: uuid(1), Motivo: "02"})
	many := func(n int) petition {
		c := cancelacion.Cancelacion{RfcEmisor: emisor}
		for i := range n {
			c.Folios = append(c.Folios, cancelacion.Folio{UUID: fmt.Sprintf("11111111-2222-3333-4444-%012d", i), Motivo: "02"})
		}
		return c
	}
	for _, v := range []struct {
		name string
		p    petition
		cert *csd.Certificate
		at   time.Time
		want string
	}{
		{"as it should be", plain, cert, clock, "<nil>"},
		{"500", many(cancelacion.MaxFolios), cert, clock, "<nil>"},
		{"501", many(cancelacion.MaxFolios + 1), cert, clock, " Folios"},
		{"none", many(0), cert, clock, "301 Folios"},
		{"01 alone", one(cancelacion.Folio{UUID: uuid(1), Motivo: "01"}), cert, clock, "208 Folios[0].FolioSustitucion"},
		{"01 by itself", one(cancelacion.Folio{UUID: "ABCDEFAB-2222-3333-4444-00000000000C", Motivo: "01", FolioSustitucion: "abcdefab-2222-3333-4444-00000000000c"}), cert, clock, "208 Folios[0].FolioSustitucion"},
		{"01 by no UUID", one(cancelacion.Folio{UUID: uuid(1), Motivo: "01", FolioSustitucion: "A-1"}), cert, clock, "208 Folios[0].FolioSustitucion"},
		{"02 with substitute", one(cancelacion.Folio{UUID: uuid(1), Motivo: "02", FolioSustitucion: uuid(2)}), cert, clock, "209 Folios[0].FolioSustitucion"},
		{"03 with substitute", one(cancelacion.Folio{UUID: uuid(1), Motivo: "03", FolioSustitucion: uuid(2)}), cert, clock, "209 Folios[0].FolioSustitucion"},
		{"04 with substitute", one(cancelacion.Folio{UUID: uuid(1), Motivo: "04", FolioSustitucion: uuid(2)}), cert, clock, "209 Folios[0].FolioSustitucion"},
		{"05", one(cancelacion.Folio{UUID: uuid(1), Motivo: "05"}), cert, clock, "207 Folios[0].Motivo"},
		{"no Motivo", one(cancelacion.Folio{UUID: uuid(1)}), cert, clock, "207 Folios[0].Motivo"},
		{"no UUID", one(cancelacion.Folio{UUID: "hola", Motivo: "02"}), cert, clock, "309 Folios[0].UUID"},
		{"UUID with a line end", one(cancelacion.Folio{UUID: uuid(1) + "\n", Motivo: "02"}), cert, clock, "309 Folios[0].UUID"},
		{"twice", cancelacion.Cancelacion{RfcEmisor: emisor, Folios: []cancelacion.Folio{{UUID: uuid(1), Motivo: "02"}, {UUID: uuid(1), Motivo: "03"}}}, cert, clock, " Folios[1].UUID"},
		{"of another", plain, other, clock, "303 RfcEmisor"},
		{"of nobody", cancelacion.Cancelacion{Folios: []cancelacion.Folio{{UUID: uuid(1), Motivo: "02"}}}, cert, clock, "301 RfcEmisor"},
		{"e.firma", plain, fiel, clock, "310 Certificado"},
		{"the authority's", plain, h.CA.Root(), clock, "303 RfcEmisor; 305 Certificado"},
		{"a PAC's", plain, pac, clock, "303 RfcEmisor"},
		{"expired", plain, cert, clock.AddDate(5, 0, 0), "304 Certificado"},
		{"not yet", plain, cert, clock.AddDate(-5, 0, 0), "304 Certificado"},
		{"answer to nobody's", cancelacion.SolicitudAceptacionRechazo{RfcReceptor: emisor, Folios: []cancelacion.Respuesta{{UUID: uuid(1), Respuesta: "Aceptación"}}}, cert, clock, "301 RfcPacEnviaSolicitud;  Folios[0].Respuesta"},
		{"answer as another", cancelacion.SolicitudAceptacionRechazo{RfcReceptor: "XIA190128J61", RfcPacEnviaSolicitud: pacRfc, Folios: []cancelacion.Respuesta{{UUID: uuid(1), Respuesta: "Rechazo"}}}, cert, clock, "303 RfcReceptor"},
		{"related, both", cancelacion.PeticionConsultaRelacionados{RfcEmisor: emisor, RfcReceptor: emisor, RfcPacEnviaSolicitud: pacRfc, Uuid: uuid(1)}, cert, clock, " RfcReceptor"},
		{"related, nobody", cancelacion.PeticionConsultaRelacionados{RfcPacEnviaSolicitud: pacRfc, Uuid: uuid(1)}, cert, clock, "301 RfcReceptor"},
		{"related to what", cancelacion.PeticionConsultaRelacionados{RfcEmisor: emisor, RfcPacEnviaSolicitud: pacRfc}, cert, clock, "309 Uuid"},
	} {
		if _, err := v.p.Prepare(v.cert, v.at); codes(err) != v.want {
			t.Errorf("%s: %q, want %q", v.name, codes(err), v.want)
		}
	}
}

func TestSignRefusesForeignSignature(t *testing.T) {
	h := newHouse(t)
	cert, key := h.Pair(t, emisor)
	_, stranger := h.Pair(t, emisor)
	p, err := petitions(emisor)["uno"].Prepare(cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	foreign, _ := stranger.SignSHA1(p.SignedInfo())
	sha256, _ := key.Sign(p.SignedInfo())
	stale, _ := key.SignSHA1(append(p.SignedInfo(), ' '))
	for name, firma := range map[string][]byte{"foreign": foreign, "SHA-256": sha256, "stale": stale, "none": nil} {
		if _, err := p.Sign(firma); !errors.Is(err, csd.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	key.Wipe()
	if _, err := key.SignSHA1(p.SignedInfo()); !errors.Is(err, csd.ErrWiped) {
		t.Errorf("a wiped key: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	h := newHouse(f)
	cert, key := h.Pair(f, odd)
	for _, p := range petitions(odd) {
		f.Add(sign(f, p, cert, key))
	}
	f.Fuzz(func(t *testing.T, xml []byte) {
		if s, err := cancelacion.Verify(xml); err == nil && (s.Certificate == nil || s.Cancelacion == nil && s.Respuesta == nil && s.Consulta == nil) {
			t.Errorf("%q became %+v", xml, s)
		}
	})
}
