package cfdi_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"iofacturo.mx/cfdi"
	"pgregory.net/rapid"
)

// sat are the RFCs of the SAT's test taxpayers.
var sat = strings.Fields(`EKU9003173C9 XIA190128J61 URE180429TM6 IIA040805DZ4 KIJ0906199R1 H&E951128469 L&O950913MSA
	OÑO120726RX3 ZUÑ920208KL4 CACX7605101P8 FUNK671228PH6 IAÑL750210963 JUFA7608212V6 KAHO641101B39 MISC491214B86
	WATM640917J45 XIQB891116QE4`)

func TestParseRFC(t *testing.T) {
	for _, s := range sat {
		want := cfdi.Moral
		if utf8.RuneCountInString(s) == 13 {
			want = cfdi.Fisica
		}
		r, err := cfdi.ParseRFC(s)
		if err != nil || r.Persona != want || !r.Digito {
			t.Errorf("%s: %+v, %v", s, r, err)
		}
	}
	for _, s := range []string{cfdi.RfcPublico, cfdi.RfcExtranjero, cfdi.RfcTercero} {
		if r, err := cfdi.ParseRFC(s); err != nil || r.Persona != cfdi.Generico || !r.Digito {
			t.Errorf("%s: %+v, %v", s, r, err)
		}
	}
}

func TestRFCRefused(t *testing.T) {
	for name, s := range map[string]string{
		"empty": "", "lower case": "eku9003173c9", "space": "EKU 9003173C9", "short": "EKU9003173C", "long": "EKUX9003173C99",
		"month 13": "EKU9013173C9", "30 February": "EKU9002303C9", "29 February of a common year": "EKU9902293C9",
		"letter for digit": "EKU90031A3C9", "digit for letter": "E1U9003173C9", "last is B": "EKU9003173CB",
		"accent": "ÉKU9003173C9", "invalid UTF-8": "EKU9003173C\xff",
	} {
		if r, err := cfdi.ParseRFC(s); err == nil {
			t.Errorf("%s: %q became %+v", name, s, r)
		}
	}
	if !cfdi.ValidRFC("EKU0002293C9") || !cfdi.ValidRFC("EKU9602293C9") {
		t.Error("29 February of a leap year was refused")
	}
}

// TestOneDigitIsRight: of the eleven last characters exactly one complies.
func TestOneDigitIsRight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.SampledFrom(sat).Draw(rt, "rfc")
		right := 0
		for _, last := range "0123456789A" {
			if r, err := cfdi.ParseRFC(s[:len(s)-1] + string(last)); err == nil && r.Digito {
				right++
			}
		}
		if right != 1 {
			rt.Fatalf("%d check digits fit %s", right, s)
		}
	})
}

func TestValidCURP(t *testing.T) {
	for s, want := range map[string]bool{
		"XEXX010101HNEXXXA4": true, "XEXX010101MNEXXXA8": true,
		"XEXX010101HNEXXXA5": false, "XEXX010101HXXXXXA4": false, "XEXX011301HNEXXXA4": false, "XBXX010101HNEXXXA4": false,
		"XEXX010101HNEXXX": false, "": false, "xexx010101hnexxxa4": false, "XEXX010101HNEXXX\xff4": false,
	} {
		if got := cfdi.ValidCURP(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func FuzzParseRFC(f *testing.F) {
	for _, s := range append(sat, "", "XAXX010101000", "ÑÑÑ000229AAA", "\xff\xff\xff000101AAA") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := cfdi.ParseRFC(s)
		if err == nil && (r.Text != s || !utf8.ValidString(s) || r.Persona == 0) {
			t.Errorf("%q became %+v", s, r)
		}
		cfdi.ValidCURP(s)
	})
}

func TestNormalizeNombre(t *testing.T) {
	for in, want := range map[string]string{
		"ESCUELA KEMPER URGATE":                                 "ESCUELA KEMPER URGATE",
		"Escuela Kemper Urgate, S.A. de C.V.":                   "ESCUELA KEMPER URGATE",
		"ESCUELA KEMPER URGATE SA DE CV":                        "ESCUELA KEMPER URGATE",
		"escuela  kemper   urgate s. a. de c. v.":               "ESCUELA KEMPER URGATE",
		"GRUPO NORTE S. DE R.L. DE C.V.":                        "GRUPO NORTE",
		"Abogados Peña y Núñez, S.C.":                           "ABOGADOS PEÑA Y NUÑEZ",
		"HERRERIA & ELECTRICOS":                                 "HERRERIA & ELECTRICOS",
		"Fondo Ágora Sociedad Anónima Promotora de Inversión":   "FONDO AGORA",
		"Transportes Río, Sociedad Anónima de Capital Variable": "TRANSPORTES RIO",
		"CASA":               "CASA",
		"MELISA":             "MELISA",
		"LA CASA SA":         "LA CASA",
		"SA DE CV":           "SA DE CV",
		"LUCES EN C":         "LUCES EN C",
		"HERMANOS SENC":      "HERMANOS SENC", // its letters without its spaces
		"ACME SADECV":        "ACME SADECV",
		"TIENDAS AC":         "TIENDAS",
		"MARIA ISABEL CASAS": "MARIA ISABEL CASAS",
		"COMERCIAL MEXICANA DE PINTURAS SAPI DE CV": "COMERCIAL MEXICANA DE PINTURAS",
		"":                                  "",
		"SOCIEDAD COOPERATIVA LA ESPERANZA": "SOCIEDAD COOPERATIVA LA ESPERANZA",
		"PRODUCTORES DEL VALLE SPR DE RL":   "PRODUCTORES DEL VALLE",
		"FUNDACION AGUA, A.C.":              "FUNDACION AGUA",
		"CREDITO FACIL SOCIEDAD DE RESPONSABILIDAD LIMITADA DE CAPITAL VARIABLE": "CREDITO FACIL",
	} {
		got, changes := cfdi.NormalizeNombre(in)
		if got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if (got == in) != (len(changes) == 0) {
			t.Errorf("%q became %q and the changes are %q", in, got, changes)
		}
	}
	_, changes := cfdi.NormalizeNombre(" Peña  Pérez, S.A. de C.V.")
	want := []string{"quitamos espacios de más", "lo pusimos en mayúsculas", "quitamos los acentos", "quitamos el régimen societario (S.A. DE C.V.)"}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Error(diff)
	}
}

// TestNormalizeNombreSettles: what it returns it leaves alone, but for a second
// corporate form that the first one hid.
func TestNormalizeNombreSettles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := rapid.StringMatching(`[A-Za-zÁÉÍÓÚÑáéíóúñ&., ]{0,40}`).Draw(rt, "name")
		once, _ := cfdi.NormalizeNombre(in)
		twice, _ := cfdi.NormalizeNombre(once)
		if len(twice) > len(once) || once != strings.ToUpper(once) || strings.Contains(once, "  ") {
			rt.Fatalf("%q → %q → %q", in, once, twice)
		}
	})
}
