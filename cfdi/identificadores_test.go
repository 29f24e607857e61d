package cfdi_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// refusals tries what must be refused, each with words that name the fault.
func refusals(t *testing.T, parse func(string) error, cases map[string]string) {
	t.Helper()
	for s, words := range cases {
		err := parse(s)
		if err == nil {
			t.Errorf("%q: accepted", s)
			continue
		}
		if !strings.Contains(err.Error(), words) || len(err.Error()) > 300 || !utf8.ValidString(err.Error()) {
			t.Errorf("%q: %v, which does not say %q", s, err, words)
		}
	}
}

func refusing[T any](parse func(string) (T, error)) func(string) error {
	return func(s string) error { _, err := parse(s); return err }
}

func TestParseCURP(t *testing.T) {
	for s, want := range map[string]cfdi.CURP{
		"XEXX010101HNEXXXA4": {Nacimiento: "2001-01-01", Sexo: 'H', Entidad: "NE", Generica: true},
		"XEXX010101MNEXXXA8": {Nacimiento: "2001-01-01", Sexo: 'M', Entidad: "NE", Generica: true},
		"GODE561231MVZMZM00": {Nacimiento: "1956-12-31", Sexo: 'M', Entidad: "VZ"},
	} {
		for d := '0'; ; d++ { // the last digit by trial: only one is right
			if _, err := cfdi.ParseCURP(s); err == nil || d > '9' {
				break
			}
			s = s[:17] + string(d)
		}
		want.Text = s
		got, err := cfdi.ParseCURP(s)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	c, _ := cfdi.ParseCURP("XEXX010101HNEXXXA4")
	if c.Estado() != "el extranjero" {
		t.Error(c.Estado())
	}
	refusals(t, refusing(cfdi.ParseCURP), map[string]string{
		"": "tiene 0", "XEXX010101HNEXXX": "tiene 16", "xexx010101hnexxxa4": "lugar 1: ahí va una letra mayúscula",
		"XBXX010101HNEXXXA4": "lugar 2: ahí va una vocal", "XEXX0I0101HNEXXXA4": "lugar 6: ahí va una cifra", "XEXX010101ZNEXXXA4": "H, M o X",
		"XEXX010101HNEAXXA4": "consonante", "XEXX010101HNEXXXÁ4": "cifra o una letra", "XEXX010101HNEXXXAA": "lugar 18",
		"XEXX011301HNEXXXA4": "no existe", "XEXX010101HXXXXXA4": `estado "XX"`, "XEXX010101HNEXXXA5": "último dígito",
		"XEXX990229HNEXXXA4": "990229", "ÑEXX010101HNEXXXA4": "lugar 1: ahí va una letra", "XEXX010101HNEXXÑA4": "lugar 16: ahí va una consonante", "XEXX010101HNEXXX\xff4": "lugar 17",
	})
}

func TestParseNSS(t *testing.T) {
	for _, s := range []string{"12345678903", "00000000000", "92919084431"} {
		if got, err := cfdi.ParseNSS(s); err != nil || string(got) != s {
			t.Errorf("%s: %v", s, err)
		}
	}
	refusals(t, refusing(cfdi.ParseNSS), map[string]string{
		"": "tiene 0", "1234567890": "tiene 10", "1234567890A": "solo cifras", "12345678904": "último dígito", "123456789٠3": "solo cifras",
	})
}

func TestParseCLABE(t *testing.T) {
	cat := catalogo.New()
	for s, name := range map[string]string{"002010077777777771": "BANAMEX", "032180000118359719": "IXE", "646180157000000004": "STP", "722969010000000009": ""} {
		for d := '0'; d <= '9'; d++ {
			if _, err := cfdi.ParseCLABE(s); err != nil {
				s = s[:17] + string(d)
			}
		}
		got, err := cfdi.ParseCLABE(s)
		want := cfdi.CLABE{Text: s, Banco: s[:3], Plaza: s[3:6], Cuenta: s[6:17]}
		if d := cmp.Diff(want, got); err != nil || d != "" || got.Nombre(cat) != name {
			t.Errorf("%s: %v, %s %s", s, err, got.Nombre(cat), d)
		}
	}
	if _, err := cfdi.ParseCLABE("032180000118359719"); err != nil { // the one published everywhere
		t.Error(err)
	}
	refusals(t, refusing(cfdi.ParseCLABE), map[string]string{
		"": "tiene 0", "03218000011835971": "tiene 17", "032180000118359718": "último dígito", "03218000011835971A": "solo cifras",
		"032 180 00011835971": "tiene 19",
	})
}

func TestParsePedimento(t *testing.T) {
	got, err := cfdi.ParsePedimento("26  47  3807  6000123")
	if want := (cfdi.Pedimento{Text: "26  47  3807  6000123", Año: "26", Aduana: "47", Patente: "3807", Numero: "6000123"}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	refusals(t, refusing(cfdi.ParsePedimento), map[string]string{
		"": "forma", "26 47 3807 6000123": "forma", "264738076000123": "forma", "26  47  3807  600012A": "solo dígitos",
	})
}

func TestParseIdCCP(t *testing.T) {
	for _, s := range []string{"CCCB2822-396D-4725-8521-CDC4BDD20CCF", "CCCb2822-396d-4725-8521-cdc4bdd20ccf"} {
		if got, err := cfdi.ParseIdCCP(s); err != nil || string(got) != s {
			t.Errorf("%s: %v", s, err)
		}
	}
	refusals(t, refusing(cfdi.ParseIdCCP), map[string]string{
		"": "tiene 0", "5FB2822E-396D-4725-8521-CDC4BDD20CCF": "empieza con CCC", "cccB2822-396D-4725-8521-CDC4BDD20CCF": "empieza con CCC",
		"CCCB2822-396D-4725-8521-CDC4BDD20CCG": "forma", "CCCB28223-96D-4725-8521-CDC4BDD20CCF": "forma", "CCCB2822-396D-4725-8521-CDC4BDD20CCF ": "tiene 37",
	})
}

func TestParseFolioFiscal(t *testing.T) {
	const s = "5FB2822E-396D-5725-8521-CDC4BDD20CCF" // of version 5, as some PACs give
	got, err := cfdi.ParseFolioFiscal(s)
	if err != nil || string(got) != s || !got.Equal(cfdi.FolioFiscal(strings.ToLower(s))) || got.Equal("5FB2822E-396D-5725-8521-CDC4BDD20CC0") {
		t.Errorf("%s: %v", got, err)
	}
	refusals(t, refusing(cfdi.ParseFolioFiscal), map[string]string{
		"": "tiene 0", s + "\n": "tiene 37", "{5FB2822E-396D-5725-8521-CDC4BDD20CCF}": "tiene 38", strings.ReplaceAll(s, "-", ""): "tiene 32",
		"5FB2822E-396D-5725-8521-CDC4BDD20CCG": "A a la F", "5FB2822E-396D-5725-8521-CDC4BDD20CÑF": "A a la F",
	})
}

func TestParseNoCertificado(t *testing.T) {
	for s, test := range map[string]bool{"30001000000500003416": true, "20001000000300022815": true, "00001000000500003416": false} {
		if got, err := cfdi.ParseNoCertificado(s); err != nil || string(got) != s || got.Prueba() != test {
			t.Errorf("%s: %v, %v", s, got.Prueba(), err)
		}
	}
	refusals(t, refusing(cfdi.ParseNoCertificado), map[string]string{"": "tiene 0", "3000100000050000341": "tiene 19", "3000100000050000341x": "solo cifras"})
}

func TestParseRFCSaysWhy(t *testing.T) {
	refusals(t, refusing(cfdi.ParseRFC), map[string]string{
		"": "tiene 0", "EKU9003173C": "tiene 11", "eku9003173c9": "letras mayúsculas", "EKU9013173C9": "fecha", "EKU9003173CB": "homoclave",
	})
}

// TestOneWrongCharacterIsSeen: check digits see every single digit that is wrong, and
// those of CLABE and NSS have exactly one right last digit.
func TestOneWrongCharacterIsSeen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		for name, v := range map[string]struct {
			body  string
			parse func(string) error
		}{
			"NSS":   {rapid.StringMatching(`[0-9]{10}`).Draw(rt, "nss"), refusing(cfdi.ParseNSS)},
			"CLABE": {rapid.StringMatching(`[0-9]{17}`).Draw(rt, "clabe"), refusing(cfdi.ParseCLABE)},
			"CURP":  {rapid.StringMatching(`[A-Z][AEIOU][A-Z]{2}(0[1-9]|[5-9][0-9])0[1-9](0[1-9]|1[0-9]|2[0-8])[HMX](JC|NL|DF)[BCDFGHJ]{3}0`).Draw(rt, "curp"), refusing(cfdi.ParseCURP)},
		} {
			good := ""
			for d := '0'; d <= '9'; d++ {
				if v.parse(v.body+string(d)) == nil {
					if good != "" {
						rt.Fatalf("%s: %s has two check digits", name, v.body)
					}
					good = v.body + string(d)
				}
			}
			if good == "" {
				rt.Fatalf("%s: %s has no check digit", name, v.body)
			}
			i := rapid.IntRange(0, len(good)-2).Draw(rt, "place")
			if good[i] < '0' || good[i] > '9' || name == "CURP" {
				continue // Σ modulo 10 with weights that are even or 5 does not see all of a CURP's
			}
			bad := good[:i] + string('0'+(good[i]-'0'+byte(rapid.IntRange(1, 9).Draw(rt, "by")))%10) + good[i+1:]
			if v.parse(bad) == nil {
				rt.Fatalf("%s: %s passes for %s", name, bad, good)
			}
		}
	})
}

func FuzzIdentifiers(f *testing.F) {
	for _, s := range []string{"", "XEXX010101HNEXXXA4", "12345678903", "032180000118359719", "26  47  3807  6000123", "CCCB2822-396D-4725-8521-CDC4BDD20CCF", "\xff\xff", "ÑÑÑÑ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, parse := range map[string]func(string) error{
			"CURP": refusing(cfdi.ParseCURP), "NSS": refusing(cfdi.ParseNSS), "CLABE": refusing(cfdi.ParseCLABE), "pedimento": refusing(cfdi.ParsePedimento),
			"IdCCP": refusing(cfdi.ParseIdCCP), "folio": refusing(cfdi.ParseFolioFiscal), "certificate": refusing(cfdi.ParseNoCertificado), "RFC": refusing(cfdi.ParseRFC),
		} {
			if err := parse(s); err == nil && !utf8.ValidString(s) || err != nil && len(err.Error()) > 400 {
				t.Errorf("%s: %q: %v", name, s, err)
			}
		}
	})
}
