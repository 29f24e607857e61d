package web

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
)

func TestNextPathStaysHere(t *testing.T) {
	for _, p := range []string{"/", "/panel", "/clientes?q=a&pagina=2", "/comprobantes/nuevo?tipo=I", "/a/b/c", "/a#b", "/x?next=https://malo.example", "/ñ", "/%2e%2e"} {
		if got := localPath(p); got != p {
			t.Errorf("localPath(%q) = %q, want itself", p, got)
		}
	}
	for _, p := range []string{
		"", "panel", "//malo.example", "///malo.example", "////malo.example", "/\\malo.example", "\\\\malo.example", "\\/malo.example", "/\\/malo.example", "https://malo.example",
		"http:malo.example", "HTTPS://malo.example", "javascript:alert(1)", "data:text/html,x", "//malo.example/%2f..", "/\tmalo.example", "/\n/malo.example", "\t//malo.example", " //malo.example", " https://malo.example",
		"//malo.example@localhost", "https:malo.example", "https:/malo.example", "https:///malo.example", ".//malo.example", "..//malo.example", "/%5cmalo.example", "//%5cmalo.example", "/\r\nSet-Cookie: a=b", "/\x00/malo.example",
		"?next=//malo.example", "#//malo.example", "//localhost:8080@malo.example/", "mailto:a@b", "ftp://malo.example", "\\malo.example", "/\\\\malo.example", "//[::1]/", "//127.0.0.1", "http://[::1]:99999999/",
		"/%2f%2fmalo.example\\", "://malo.example", "/:\\\\malo",
	} {
		if got := localPath(p); got != "/panel" {
			t.Errorf("localPath(%q) = %q, want /panel", p, got)
		}
	}
}

func TestMoneyAsPeopleReadIt(t *testing.T) {
	for _, test := range []struct{ in, moneda, want string }{
		{"1234.5", "MXN", "$ 1,234.50"},
		{"0", "", "$ 0.00"},
		{"-1000000", "MXN", "−$ 1,000,000.00"},
		{"120", "USD", "USD 120.00"},
		{"999.995", "MXN", "$ 1,000.00"},
		{"12", "MXN", "$ 12.00"},
		{"123456", "MXN", "$ 123,456.00"},
	} {
		if got := money(decimal.MustParse(test.in), test.moneda); got != test.want {
			t.Errorf("money(%s, %s) = %q, want %q", test.in, test.moneda, got, test.want)
		}
	}
	if got := money(decimal.Decimal{}, "MXN"); got != "" {
		t.Errorf("absent is %q", got)
	}
}

func TestPercentAndDates(t *testing.T) {
	for in, want := range map[string]string{"0.160000": "16 %", "0.106667": "10.6667 %", "0": "0 %", "0.0125": "1.25 %", "1.600000": "160 %"} {
		if got := percent(decimal.MustParse(in)); got != want {
			t.Errorf("percent(%s) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"2026-11-22T20:12:05": "22/11/2026 20:12", "2026-11-22": "22/11/2026", "": "", "nada": "nada"} {
		if got := fechaHoraSAT(in); got != want {
			t.Errorf("fechaHoraSAT(%q) = %q, want %q", in, got, want)
		}
	}
	if got := initials("TALLER de Cerámica"); got != "TD" {
		t.Errorf("initials = %q", got)
	}
}

// Whatever taxes a form holds, reading them back from the product gives the same form.
func TestTaxesSurviveTheForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pct := func(name string, most int64) decimal.Decimal {
			n := rapid.Int64Range(0, most*10000).Draw(t, name)
			if n == 0 {
				return decimal.Decimal{}
			}
			return decimal.New(n, 4)
		}
		in := productTaxes{IVA: rapid.SampledFrom([]string{"0.160000", "0.080000", "0.000000", "Exento", "no"}).Draw(t, "iva"), IEPS: pct("ieps", 160), RetISR: pct("isr", 35), RetIVA: pct("retiva", 16)}
		p := directory.Product{}
		p.Traslados, p.Retenciones = in.lists()
		out := taxesOf(p)
		if out.IVA != in.IVA || out.IEPS.Cmp(in.IEPS) != 0 || out.RetISR.Cmp(in.RetISR) != 0 || out.RetIVA.Cmp(in.RetIVA) != 0 {
			t.Fatalf("%+v became %+v", in, out)
		}
	})
}

func TestTaxFindingsStandBesideTheirField(t *testing.T) {
	tax := productTaxes{IVA: "no", IEPS: decimal.MustParse("8"), RetIVA: decimal.MustParse("4")}
	tax.lists()
	got := tax.placed([]finding{{Path: "Traslados[0].TasaOCuota"}, {Path: "Retenciones[0]"}, {Path: "Retenciones[7]"}, {Path: "Precio"}, {Path: "Traslados"}})
	want := []finding{{Path: "IEPS"}, {Path: "RetIVA"}, {Path: "Retenciones[7]"}, {Path: "Precio"}, {Path: "IVA"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDispositionHoldsOneName(t *testing.T) {
	for in, want := range map[string]string{
		"A-1292.xml": `attachment; filename="A-1292.xml"`, "a\"b\r\n;c/d\\e%f.xml": `attachment; filename="a_b___c_d_e_f.xml"`, "Ñandú.pdf": `attachment; filename="_and_.pdf"`,
	} {
		if got := disposition("attachment", in); got != want {
			t.Errorf("disposition(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestAcceptsReadsTheList(t *testing.T) {
	for list, want := range map[string]bool{"gzip, br": true, "br;q=0, gzip": false, "br;q=0.5": true, "": false, "brotli": false, "gzip,br ; q=0": false} {
		if got := accepts(list, "br"); got != want {
			t.Errorf("accepts(%q) = %v", list, got)
		}
	}
}

func TestFieldIDsAreAnchors(t *testing.T) {
	for in, want := range map[string]string{"Rfc": "f-Rfc", "Receptor.UsoCFDI": "f-Receptor-UsoCFDI", "Conceptos[0].Impuestos.Traslados[1].TasaOCuota": "f-Conceptos-0-Impuestos-Traslados-1-TasaOCuota", "Correos[2]": "f-Correos-2"} {
		if got := fieldID(in); got != want {
			t.Errorf("fieldID(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every icon a page names is drawn, and each drawing is sent once.
func TestIconsAreDrawnOnce(t *testing.T) {
	for name, body := range icons {
		if body == "" || strings.Contains(body, "style=") {
			t.Errorf("icon %q is %q", name, body)
		}
	}
	var page strings.Builder
	ctx := context.WithValue(context.Background(), iconsKey{}, &iconSet{})
	for _, name := range []string{"check", "x", "check"} {
		if err := icon(name).Render(ctx, &page); err != nil {
			t.Fatal(err)
		}
	}
	if err := drawings().Render(ctx, &page); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page.String(), `<symbol id="i-check"`); n != 1 {
		t.Errorf("check is drawn %d times", n)
	}
	var part strings.Builder
	if err := icon("check").Render(context.Background(), &part); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(part.String(), "<path") {
		t.Error("a part must carry its own drawing")
	}
}
