package cfdi_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/csd"
)

func seal(t testing.TB, c *cfdi.Comprobante, cert *csd.Certificate, key *csd.Key) *cfdi.Sealed {
	t.Helper()
	p, err := cfdi.Prepare(c, catalogo.New(), cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	sello, err := key.Sign([]byte(p.Cadena()))
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Seal(sello)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// stamp does what a PAC does.
func stamp(t testing.TB, h *house, s *cfdi.Sealed, change func(*cfdi.Timbre)) []byte {
	t.Helper()
	cert, key := h.CA.PAC()
	timbre := &cfdi.Timbre{
		Version: "1.1", UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CCF", FechaTimbrado: "2026-11-20T12:00:00",
		RfcProvCertif: cert.Rfc, SelloCFD: s.Comprobante().Sello, NoCertificadoSAT: cert.NoCertificado,
	}
	if change != nil {
		change(timbre)
	}
	sello, err := key.Sign([]byte(timbre.Cadena()))
	if err != nil {
		t.Fatal(err)
	}
	timbre.SelloSAT = base64.StdEncoding.EncodeToString(sello)
	out, err := cfdi.AddTimbre(s.XML(), timbre)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lodging is a document that passes every rule and carries a complement, text
// that XML escapes and an Addenda.
func lodging() *cfdi.Comprobante {
	c := simple()
	c.Conceptos[0].Descripcion = "Hospedaje <doble> & \"desayuno\"  con\tvista "
	c.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{
		TrasladosLocales: []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3")}},
	}}
	c.Addenda = []byte(`<cfdi:Addenda xmlns:cfdi="http://www.sat.gob.mx/cfd/4"><orden>4711</orden></cfdi:Addenda>`)
	c.Totalize(catalogo.New())
	return c
}

// TestFromDraftToStamp follows one document through every state.
func TestFromDraftToStamp(t *testing.T) {
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	for name, c := range map[string]*cfdi.Comprobante{"plain": simple(), "lodging": lodging()} {
		t.Run(name, func(t *testing.T) {
			c.Totalize(catalogo.New())
			p, err := cfdi.Prepare(c, catalogo.New(), cert, clock)
			if err != nil {
				t.Fatal(err)
			}
			again, err := cfdi.ReadPrepared(p.XML(), complementos.All)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(again.XML(), p.XML()) || again.Cadena() != p.Cadena() {
				t.Error("a Prepared changed when it was read again")
			}
			sello, err := key.Sign([]byte(again.Cadena()))
			if err != nil {
				t.Fatal(err)
			}
			s, err := again.Seal(sello)
			if err != nil {
				t.Fatal(err)
			}
			if twice, _ := p.Seal(sello); !bytes.Equal(twice.XML(), s.XML()) || twice.SHA256() != s.SHA256() {
				t.Error("the same document sealed twice gives other bytes")
			}
			stored, err := cfdi.ReadSealed(s.XML(), complementos.All)
			if err != nil {
				t.Fatal(err)
			}
			st, err := stored.Accept(stamp(t, h, s, nil), h.trust())
			if err != nil {
				t.Fatal(err)
			}
			kept, err := cfdi.ReadStamped(st.XML(), complementos.All)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(s.Comprobante(), kept.Comprobante()); d != "" {
				t.Errorf("the stamped document is another\n%s", d)
			}
			if found := cfdi.Verify(kept.XML(), complementos.All, h.trust(), true); len(found) > 0 {
				t.Error(found)
			}
		})
	}
}

func TestPrepareCleansACopy(t *testing.T) {
	h := newHouse(t)
	cert, _ := h.pair(t, emisorRfc)
	c := lodging()
	c.Sello, c.NoCertificado = "old", "old"
	c.Conceptos[0].InformacionAduanera = []cfdi.InformacionAduanera{{NumeroPedimento: " 24  48  3009  0001234 "}}
	before := c.Clone()
	p, err := cfdi.Prepare(c, catalogo.New(), cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, c); d != "" {
		t.Errorf("Prepare changed what it was given\n%s", d)
	}
	got := p.Comprobante()
	if got.Conceptos[0].Descripcion != `Hospedaje <doble> & "desayuno" con vista` {
		t.Errorf("Descripcion %q", got.Conceptos[0].Descripcion)
	}
	if got.Conceptos[0].InformacionAduanera[0].NumeroPedimento != "24  48  3009  0001234" {
		t.Error("the two spaces of NumeroPedimento are gone")
	}
	if got.Sello != "" || got.NoCertificado != cert.NoCertificado || strings.Contains(string(p.XML()), "Sello=") {
		t.Error("a Prepared has its certificate and no Sello")
	}
	got.Emisor.Nombre = "OTRO"
	if p.Comprobante().Emisor.Nombre == "OTRO" {
		t.Error("Prepared gave away its own document")
	}
}

func hasCode(err error, code string) bool {
	var found cfdi.Findings
	if !errors.As(err, &found) {
		return false
	}
	for _, f := range found.Errors() {
		if f.Code == code {
			return true
		}
	}
	return false
}

func TestPrepareRefusesCertificate(t *testing.T) {
	h := newHouse(t)
	own, _ := h.pair(t, emisorRfc)
	other, _ := h.pair(t, "XIA190128J61")
	fiel, _ := cfditest.Open(t, h.CA.FIEL, emisorRfc)
	late := simple()
	late.Fecha = clock.AddDate(5, 0, 0).Format("2006-01-02T15:04:05")
	for _, v := range []struct {
		name string
		c    *cfdi.Comprobante
		cert *csd.Certificate
		at   time.Time
		code string
	}{
		{"another taxpayer's", simple(), other, clock, "303"},
		{"an e.firma", simple(), fiel, clock, "306"},
		{"an expired one", late, own, clock.AddDate(5, 0, 0), "305"},
	} {
		v.c.Totalize(catalogo.New())
		if _, err := cfdi.Prepare(v.c, catalogo.New(), v.cert, v.at); !hasCode(err, v.code) {
			t.Errorf("%s: want %s, got %v", v.name, v.code, err)
		}
	}
}

// unsealed is a document that waits for its seal, the key of its certificate, and another key.
func unsealed(t *testing.T) (p *cfdi.Prepared, key, stranger *csd.Key) {
	t.Helper()
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	_, stranger = h.pair(t, emisorRfc)
	p, err := cfdi.Prepare(lodging(), catalogo.New(), cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	return p, key, stranger
}

func TestSealRefusesForeignSignature(t *testing.T) {
	p, key, stranger := unsealed(t)
	foreign, _ := stranger.Sign([]byte(p.Cadena()))
	stale, _ := key.Sign([]byte(p.Cadena() + " "))
	for name, sello := range map[string][]byte{"foreign": foreign, "stale": stale, "none": nil} {
		if _, err := p.Seal(sello); !errors.Is(err, csd.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// With the key at hand the seal is the same, and no other key makes one.
func TestSealWith(t *testing.T) {
	p, key, stranger := unsealed(t)
	sello, _ := key.Sign([]byte(p.Cadena()))
	want, err := p.Seal(sello)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.SealWith(key); err != nil || !bytes.Equal(got.XML(), want.XML()) || got.Certificate() != p.Certificate() {
		t.Errorf("sealed with the key: %v", err)
	}
	if _, err := p.SealWith(stranger); !errors.Is(err, csd.ErrPair) {
		t.Errorf("sealed with the key of another certificate: %v", err)
	}
	key.Wipe()
	if _, err := p.SealWith(key); !errors.Is(err, csd.ErrPair) {
		t.Errorf("sealed with a wiped key: %v", err)
	}
}

func TestReadPreparedRefuses(t *testing.T) {
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	s := seal(t, lodging(), cert, key)
	p, err := cfdi.Prepare(lodging(), catalogo.New(), cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	for name, xml := range map[string][]byte{
		"sealed":        s.XML(),
		"reformatted":   bytes.Replace(p.XML(), []byte("<cfdi:Emisor"), []byte("\n<cfdi:Emisor"), 1),
		"no XML":        []byte("hola"),
		"no certificad": bytes.Replace(p.XML(), []byte(` Certificado="`), []byte(` Certificado="A`), 1),
	} {
		if _, err := cfdi.ReadPrepared(xml, complementos.All); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := cfdi.ReadPrepared(p.XML(), nil); err == nil {
		t.Error("accepted although its complement is not known")
	}
}

func TestReadSealedRefuses(t *testing.T) {
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	s := seal(t, lodging(), cert, key)
	altered := bytes.Replace(s.XML(), []byte("ESCUELA"), []byte("ESKUELA"), 1)
	if _, err := cfdi.ReadSealed(altered, complementos.All); !hasCode(err, "302") {
		t.Errorf("altered: %v", err)
	}
	if _, err := cfdi.ReadSealed(stamp(t, h, s, nil), complementos.All); !hasCode(err, "307") {
		t.Errorf("stamped: %v", err)
	}
	unknown := (*cfdi.UnknownError)(nil)
	if _, err := cfdi.ReadSealed(s.XML(), nil); !errors.As(err, &unknown) || unknown.Name != "implocal:ImpuestosLocales" {
		t.Errorf("unknown complement: %v", err)
	}
}

// TestAcceptRefuses: whatever a PAC may give back wrongly is seen.
func TestAcceptRefuses(t *testing.T) {
	h, elsewhere := newHouse(t), newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	s := seal(t, lodging(), cert, key)
	other := lodging()
	other.Folio = "2"
	otherSealed := seal(t, other, cert, key)
	good := stamp(t, h, s, nil)
	replace := func(from, to string) []byte {
		if !bytes.Contains(good, []byte(from)) {
			t.Fatalf("nothing like %s to replace", from)
		}
		return bytes.Replace(good, []byte(from), []byte(to), 1)
	}
	for _, v := range []struct {
		name, code string
		xml        []byte
	}{
		{"not XML", "301", []byte("<html>")},
		{"not stamped", "VERIFY03", s.XML()},
		{"another document", "VERIFY03", stamp(t, h, otherSealed, nil)},
		{"our stamp on another document", "VERIFY03", stamp(t, h, s, func(tf *cfdi.Timbre) { tf.SelloCFD = otherSealed.Comprobante().Sello })},
		{"a changed total", "VERIFY03", replace(`Total="1190.00"`, `Total="1190.01"`)},
		{"another Addenda", "VERIFY03", replace("4711", "4712")},
		{"no Addenda", "VERIFY03", replace(string(lodging().Addenda), "")},
		{"UUID misspelt", "VERIFY03", stamp(t, h, s, func(tf *cfdi.Timbre) { tf.UUID = "123" })},
		{"stamped in the past", "VERIFY03", stamp(t, h, s, func(tf *cfdi.Timbre) { tf.FechaTimbrado = "2026-11-20T08:00:00" })},
		{"stamped too late", "401", stamp(t, h, s, func(tf *cfdi.Timbre) { tf.FechaTimbrado = "2026-11-24T12:00:00" })},
		{"old version", "VERIFY03", stamp(t, h, s, func(tf *cfdi.Timbre) { tf.Version = "1.0" })},
		{"unknown PAC", "VERIFY05", stamp(t, elsewhere, s, nil)},
		{"SelloSAT of another stamp", "VERIFY04", replace("5FB2822E", "5FB2822F")},
	} {
		if _, err := s.Accept(v.xml, h.trust()); !hasCode(err, v.code) {
			t.Errorf("%s: want %s, got %v", v.name, v.code, err)
		}
	}
	// A PAC may break lines and declare the namespace of the stamp at the root.
	pretty := replace("<cfdi:Emisor", "\n  <cfdi:Emisor")
	if _, err := s.Accept(pretty, h.trust()); err != nil {
		t.Errorf("line breaks between nodes: %v", err)
	}
}

// TestAddTimbreKeepsEveryByte: the stamp goes in, nothing else moves.
func TestAddTimbreKeepsEveryByte(t *testing.T) {
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	plain := simple()
	plain.Totalize(catalogo.New())
	plainXML := seal(t, plain, cert, key).XML()
	self := bytes.Replace(plainXML, []byte("</cfdi:Comprobante>"), []byte("<cfdi:Complemento /></cfdi:Comprobante>"), 1)
	for name, xml := range map[string][]byte{
		"no Complemento": plainXML, "Complemento and Addenda": seal(t, lodging(), cert, key).XML(), "closed Complemento": self,
	} {
		s, err := cfdi.ReadSealed(xml, complementos.All)
		if err != nil {
			t.Fatal(err)
		}
		out := stamp(t, h, s, nil)
		from := bytes.Index(out, []byte("<tfd:"))
		to := from + bytes.Index(out[from:], []byte("/>")) + 2
		rest := string(out[:from]) + string(out[to:])
		rest = strings.Replace(rest, "<cfdi:Complemento></cfdi:Complemento>", "", 1)                      // made for it
		rest = strings.Replace(rest, "<cfdi:Complemento ></cfdi:Complemento>", "<cfdi:Complemento />", 1) // opened for it
		if rest != string(xml) {
			t.Errorf("%s: other bytes moved\n%s", name, out)
		}
		if found := cfdi.Verify(out, complementos.All, h.trust(), true); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		if _, err := cfdi.AddTimbre(out, &cfdi.Timbre{}); err == nil {
			t.Errorf("%s: stamped twice", name)
		}
	}
}

// values returns where the attribute values of the document stand in its XML,
// but for those the seal does not cover: namespaces and schema addresses.
func values(xml []byte) [][2]int {
	var out [][2]int
	for i := 0; i < len(xml); i++ {
		if xml[i] != '"' {
			continue
		}
		end := i + 1 + bytes.IndexByte(xml[i+1:], '"')
		name := xml[bytes.LastIndexAny(xml[:i], " \n")+1 : i-1]
		if !bytes.HasPrefix(name, []byte("xmlns")) && !bytes.HasPrefix(name, []byte("xsi:")) &&
			!bytes.Equal(name, []byte("version")) && !bytes.Equal(name, []byte("encoding")) && end > i+1 {
			out = append(out, [2]int{i + 1, end})
		}
		i = end
	}
	return out
}

// TestAnyFlippedByteShows: one bit changed in any value of a stamped document
// is reported, whether it lies in the document, its seal, its certificate or
// its stamp.
func TestAnyFlippedByteShows(t *testing.T) {
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	trust := h.trust()
	c := lodging()
	c.Addenda = nil // not sealed
	xml := stamp(t, h, seal(t, c, cert, key), nil)
	if found := cfdi.Verify(xml, complementos.All, trust, true); len(found) > 0 {
		t.Fatal(found)
	}
	where := values(xml)
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.SampledFrom(where).Draw(rt, "value")
		i := rapid.IntRange(v[0], v[1]-1).Draw(rt, "byte")
		bad := bytes.Clone(xml)
		bad[i] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		if found := cfdi.Verify(bad, complementos.All, trust, false); len(found) == 0 {
			rt.Fatalf("…%s… became …%s… unseen", xml[max(0, i-20):i+20], bad[max(0, i-20):i+20])
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	h := newHouse(b)
	cert, key := h.pair(b, emisorRfc)
	c, cat := lines(10), catalogo.New()
	c.Totalize(cat)
	p, err := cfdi.Prepare(c, cat, cert, clock)
	if err != nil {
		b.Fatal(err)
	}
	cadena := []byte(p.Cadena())
	sello, _ := key.Sign(cadena)
	s, _ := p.Seal(sello)
	xml := s.XML()
	for name, run := range map[string]func(){
		"rsa":     func() { _, _ = key.Sign(cadena) },
		"prepare": func() { _, _ = cfdi.Prepare(c, cat, cert, clock) },
		"cadena":  func() { _, _ = cfdi.Cadena(c) },
		"write":   func() { cfdi.WriteXML(c) },
		"totals":  func() { c.Totalize(cat) },
		"read":    func() { _, _ = cfdi.Read(xml, complementos.All) },
		"verify":  func() { _, _ = cfdi.ReadSealed(xml, complementos.All) },
		"whole": func() {
			p, _ := cfdi.Prepare(c, cat, cert, clock)
			sello, _ := key.Sign([]byte(p.Cadena()))
			_, _ = p.Seal(sello)
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}

// lines is an invoice of n lines with IVA and IEPS.
func lines(n int) *cfdi.Comprobante {
	c := simple()
	for len(c.Conceptos) < n {
		k := c.Conceptos[0]
		k.Impuestos = traslados(iva("0.16"), ieps("Tasa", "0.08"))
		c.Conceptos = append(c.Conceptos, k)
	}
	return c
}
