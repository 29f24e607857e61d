package cancelacion_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/cancelacion"
	"iofacturo.mx/xmldoc"
)

const (
	acuse = `<?xml version="1.0" encoding="utf-8"?>
<Acuse xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" Fecha="2026-11-20T12:02:56.2475804" RfcEmisor="H&amp;E951128469">` +
		`<Folios xmlns="http://cancelacfd.sat.gob.mx"><UUID>11111111-2222-3333-4444-000000000001</UUID><EstatusUUID>201</EstatusUUID></Folios>` +
		`<Folios xmlns="http://cancelacfd.sat.gob.mx"><UUID>ABCDEFAB-2222-3333-4444-00000000000C</UUID><EstatusUUID>205</EstatusUUID></Folios>` +
		`<Signature Id="SelloSAT" xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>` +
		`<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha512"/><Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">` +
		`<XPath>not(ancestor-or-self::*[local-name()='Signature'])</XPath></Transform></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><DigestValue>AAAA</DigestValue></Reference></SignedInfo>` +
		`<SignatureValue>c2VsbG8gZGVsIFNBVA==</SignatureValue><KeyInfo><KeyName>BF66E582888CC845</KeyName></KeyInfo></Signature></Acuse>`
	soap = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<CancelaCFDResponse xmlns="http://cancelacfd.sat.gob.mx"><CancelaCFDResult Fecha="2026-11-20T12:02:56" RfcEmisor="EKU9003173C9"><Folios><UUID>11111111-2222-3333-4444-000000000001</UUID>` +
		`<EstatusUUID>202</EstatusUUID></Folios></CancelaCFDResult></CancelaCFDResponse></s:Body></s:Envelope>`
	refused = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><CancelaCFDResponse xmlns="http://cancelacfd.sat.gob.mx">` +
		`<CancelaCFDResult Fecha="2026-11-20T12:02:56.1" RfcEmisor="EKU9003173C9" CodEstatus="304"/></CancelaCFDResponse></s:Body></s:Envelope>`
	answered = `<AcuseAceptacionRechazo xmlns="http://cancelacfd.sat.gob.mx" RfcReceptor="EKU9003173C9" RfcPac="SPR190613I52" CodEstatus="1000" Fecha="2026-11-20T12:02:56">` +
		`<Folios Respuesta="Rechazo"><UUID>11111111-2222-3333-4444-000000000001</UUID><EstatusUUID>1000</EstatusUUID></Folios></AcuseAceptacionRechazo>`
	retencion = `<Acuse xmlns="http://www.sat.gob.mx/esquemas/retencionpago/1" Fecha="2026-11-20T12:02:56" RfcEmisor="EKU9003173C9">` +
		`<Folios><UUID>11111111-2222-3333-4444-000000000001</UUID><EstatusUUID>1201</EstatusUUID></Folios></Acuse>`
)

func TestReadAcuse(t *testing.T) {
	for name, v := range map[string]struct {
		xml  string
		want cancelacion.Acuse
	}{
		"bare": {acuse, cancelacion.Acuse{
			Fecha: "2026-11-20T12:02:56.2475804", RfcEmisor: odd, Sello: "c2VsbG8gZGVsIFNBVA==",
			Folios: []cancelacion.Estatus{{UUID: uuid(1), EstatusUUID: "201"}, {UUID: "ABCDEFAB-2222-3333-4444-00000000000C", EstatusUUID: "205"}},
		}},
		"SOAP": {soap, cancelacion.Acuse{
			Fecha: "2026-11-20T12:02:56", RfcEmisor: emisor, Folios: []cancelacion.Estatus{{UUID: uuid(1), EstatusUUID: "202"}},
		}},
		"refused as a whole": {refused, cancelacion.Acuse{Fecha: "2026-11-20T12:02:56.1", RfcEmisor: emisor, CodEstatus: "304"}},
		"answer": {answered, cancelacion.Acuse{
			Fecha: "2026-11-20T12:02:56", RfcReceptor: emisor, RfcPac: pacRfc, CodEstatus: "1000",
			Folios: []cancelacion.Estatus{{UUID: uuid(1), EstatusUUID: "1000", Respuesta: "Rechazo"}},
		}},
		"retenciones": {retencion, cancelacion.Acuse{
			Retenciones: true, Fecha: "2026-11-20T12:02:56", RfcEmisor: emisor, Folios: []cancelacion.Estatus{{UUID: uuid(1), EstatusUUID: "1201"}},
		}},
	} {
		got, err := cancelacion.ReadAcuse([]byte(v.xml))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if string(got.Raw) != v.xml {
			t.Errorf("%s: the bytes changed", name)
		}
		v.want.Raw = got.Raw
		if d := cmp.Diff(&v.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	got, err := cancelacion.ReadAcuse([]byte(acuse))
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := got.Of("abcdefab-2222-3333-4444-00000000000c"); !ok || f.EstatusUUID != "205" {
		t.Errorf("by its UUID in small letters: %+v", f)
	}
	if _, ok := got.Of(uuid(5)); ok {
		t.Error("a document that is not in the acuse has a status")
	}
	for _, v := range []struct{ xml, uuid, want string }{
		{acuse, uuid(1), "201"},
		{acuse, "abcdefab-2222-3333-4444-00000000000c", "205"},
		{acuse, uuid(5), ""},
		{refused, uuid(5), "304"}, // no folio is named: it is said of all
		{answered, uuid(5), ""},   // said of another
		{answered, uuid(1), "1000"},
	} {
		a, err := cancelacion.ReadAcuse([]byte(v.xml))
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Code(v.uuid); got != v.want {
			t.Errorf("%s: %q, want %q", v.uuid, got, v.want)
		}
	}
	if at := got.Time(); !at.Equal(time.Date(2026, 11, 20, 18, 2, 56, 247580400, time.UTC)) {
		t.Error(at)
	}
}

// TestHostileAcuseIsRefused, at once, and with an error that says so.
func TestHostileAcuseIsRefused(t *testing.T) {
	change := func(from, to string) string {
		if !strings.Contains(acuse, from) {
			t.Fatalf("nothing like %s", from)
		}
		return strings.Replace(acuse, from, to, 1)
	}
	folio := acuse[strings.Index(acuse, "<Folios"):strings.Index(acuse, "<Folios xmlns=\"http://cancelacfd.sat.gob.mx\"><UUID>ABC")]
	many := new(strings.Builder)
	for i := range 600 {
		fmt.Fprintf(many, `<Folios><UUID>11111111-2222-3333-4444-%012d</UUID><EstatusUUID>201</EstatusUUID></Folios>`, i+100)
	}
	for name, xml := range map[string]string{
		"empty":                "",
		"HTML":                 "<html><body>503</body></html>",
		"text":                 "201",
		"cut":                  acuse[:len(acuse)/2],
		"DOCTYPE":              change("<Acuse", `<!DOCTYPE Acuse [<!ENTITY x "201">]><Acuse`),
		"entity":               change(">201<", ">&x;<"),
		"instruction":          change("<Acuse", `<?xml-stylesheet href="x"?><Acuse`),
		"two roots":            acuse + "<Acuse/>",
		"huge":                 change("<Folios", strings.Repeat(" ", 1<<20)+"<Folios"),
		"deep":                 change("<Folios", strings.Repeat("<a>", 100)+"<Folios"),
		"latin-1":              change("EstatusUUID>201", "EstatusUUID>\xf1"),
		"another namespace":    change("<Acuse ", `<Acuse xmlns="urn:x" `),
		"Folios of another":    change(`<Folios xmlns="http://cancelacfd.sat.gob.mx"`, `<Folios xmlns="urn:x"`),
		"UUID of another":      change("<UUID>", `<UUID xmlns="urn:x">`),
		"UUID with attribute":  change("<UUID>", `<UUID x="1">`),
		"a UUID too many":      change("<UUID>", `<UUID>11111111-2222-3333-4444-000000000009</UUID><UUID>`),
		"a status too many":    change("<EstatusUUID>", `<EstatusUUID>205</EstatusUUID><EstatusUUID>`),
		"folio twice":          change("<Signature", folio+"<Signature"),
		"folio within folio":   change("</EstatusUUID>", "</EstatusUUID>"+folio),
		"acuse within acuse":   change("<Signature", retencion+"<Signature"),
		"no UUID":              change("11111111-2222-3333-4444-000000000001", "no soy un UUID"),
		"status of many words": change(">201<", ">"+strings.Repeat("2", 60)+"<"),
		"status with markup":   change(">201<", ">&lt;script><"),
		"no status":            change("<EstatusUUID>201</EstatusUUID>", ""),
		"status in a comment":  change("<EstatusUUID>201</EstatusUUID>", "<!--<EstatusUUID>201</EstatusUUID>-->"),
		"text in a folio":      change("<UUID>", "201<UUID>"),
		"text in the acuse":    change("<Signature", "201<Signature"),
		"two seals":            strings.Replace(acuse, "</Acuse>", acuse[strings.Index(acuse, "<Signature"):], 1),
		"seal of two values":   change("<SignatureValue>", "<SignatureValue>AAAA</SignatureValue><SignatureValue>"),
		"seal that is none":    change("c2VsbG8gZGVsIFNBVA==", "<b>x</b>"),
		"no date":              change("2026-11-20T12:02:56.2475804", ""),
		"no such day":          change("2026-11-20T", "2026-02-30T"),
		"date with zone":       change("56.2475804", "56Z"),
		"no RFC":               change(` RfcEmisor="H&amp;E951128469"`, ""),
		"RFC that is none":     change(`"H&amp;E951128469"`, `"&lt;b>"`),
		"attribute unknown":    change(`RfcEmisor=`, `Estado="Cancelado" RfcEmisor=`),
		"attribute prefixed":   change(`RfcEmisor=`, `xmlns:e="urn:e" e:RfcEmisor="EKU9003173C9" RfcEmisor=`),
		"says nothing":         `<Acuse Fecha="2026-11-20T12:02:56" RfcEmisor="EKU9003173C9"/>`,
		"600 folios":           strings.Replace(retencion, "</Acuse>", many.String()+"</Acuse>", 1),
		"answer of its own":    strings.Replace(answered, `"Rechazo"`, `"Tal vez"`, 1),
		"SOAP fault":           `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>`,
		"SOAP of two bodies":   strings.Replace(soap, "<s:Body ", "<s:Body/><s:Body ", 1),
		"SOAP of two answers":  strings.Replace(soap, "</s:Body>", soap[strings.Index(soap, "<CancelaCFDResponse"):strings.Index(soap, "</s:Body>")]+"</s:Body>", 1),
		"SOAP of two results":  strings.Replace(soap, "</CancelaCFDResponse>", `<CancelaCFDResult/></CancelaCFDResponse>`, 1),
		"SOAP and an acuse":    strings.Replace(soap, "</s:Envelope>", retencion+"</s:Envelope>", 1),
		"SOAP of nothing":      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>`,
		"SOAP of no body":      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>`,
		"result elsewhere":     strings.ReplaceAll(soap, "CancelaCFDResult", "Result"),
		"answer elsewhere":     strings.Replace(soap, `xmlns="http://cancelacfd.sat.gob.mx"`, `xmlns="urn:x"`, 1),
		"another envelope":     strings.Replace(soap, "soap/envelope/", "soap/envelope", 1),
	} {
		got, err := cancelacion.ReadAcuse([]byte(xml))
		if xmlError := (*xmldoc.Error)(nil); err == nil || !errors.Is(err, cancelacion.ErrAcuse) && !errors.As(err, &xmlError) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestCodesHaveWords: each code is there once and says what to do; an unknown one is
// neither a refusal nor a cancellation.
func TestCodesHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range cancelacion.Codes {
		if seen[m.Code] || m.Outcome == cancelacion.Unknown || !strings.HasSuffix(m.Message, ".") || !strings.HasSuffix(m.Fix, ".") {
			t.Errorf("%+v", m)
		}
		seen[m.Code] = true
		if got := cancelacion.Explain(" " + strings.ToUpper(m.Code)); got != m {
			t.Errorf("%s is explained as %+v", m.Code, got)
		}
	}
	for code, want := range map[string]cancelacion.Outcome{
		"201": cancelacion.Received, "202": cancelacion.Received, "203": cancelacion.Permanent, "205": cancelacion.Retry,
		"310": cancelacion.Signature, "1101": cancelacion.Empty, "": cancelacion.Unknown, "999": cancelacion.Unknown,
	} {
		if got := cancelacion.Explain(code); got.Outcome != want || got.Message == "" || got.Fix == "" {
			t.Errorf("%q: %+v", code, got)
		}
	}
	for _, code := range strings.Fields("201 202 203 204 205 206 207 208 209 210 211 212 no_cancelable 300 301 302 304 305 309 310 311 312 314 1000 1001 1002 1003 1004 1005 1006 1100 1101 2000 2001 1201 1202 1205 1308") {
		if !seen[code] {
			t.Errorf("the papers name %s", code)
		}
	}
}

func FuzzReadAcuse(f *testing.F) {
	for _, s := range []string{acuse, soap, refused, answered, retencion, "", "<Acuse/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, xml []byte) {
		a, err := cancelacion.ReadAcuse(xml)
		if err != nil {
			return
		}
		if !bytes.Equal(a.Raw, xml) || a.RfcEmisor+a.RfcReceptor == "" || len(a.Folios) > cancelacion.MaxFolios || a.Time().IsZero() {
			t.Errorf("%q became %+v", xml, a)
		}
		for _, s := range a.Folios {
			if got, ok := a.Of(s.UUID); !ok || got != s || len(s.UUID) != 36 || s.EstatusUUID == "" {
				t.Errorf("%q: folio %+v", xml, s)
			}
		}
	})
}
