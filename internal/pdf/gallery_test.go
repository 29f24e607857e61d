package pdf

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// mark draws a logo of our own: rings on a ground, some of it transparent.
func logoOf(tb testing.TB, w, h int) []byte {
	tb.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			dx, dy := (2*x-w)*64/max(w, h), (2*y-h)*64/max(w, h)
			switch r := dx*dx + dy*dy; {
			case r < 300:
				m.Set(x, y, color.NRGBA{0xf6, 0xc2, 0x44, 255})
			case r < 700:
				m.Set(x, y, color.NRGBA{0x7a, 0x3b, 0x12, 255})
			case r < 4000:
				m.Set(x, y, color.NRGBA{0x1d, 0x4f, 0x8f, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	logo, err := ReadLogo(b.Bytes())
	if err != nil {
		tb.Fatal(err)
	}
	return logo
}

// dressed are settings that use everything.
func dressed(tb testing.TB, design Design) Options {
	tb.Helper()
	o := girasoles
	o.Logo, o.Web, o.Sucursal = logoOf(tb, 400, 400), "losgirasoles.mx", "Centro · C.P. 72000"
	o.DomicilioReceptor = "Calle Umarán 3, Centro, San Miguel de Allende, Gto."
	o.Paper = Paper{
		Design: design, Color: "#1d4f8f", Leyenda: "Debo y pagaré incondicionalmente a la orden de Taller de Cerámica Los Girasoles la cantidad de este comprobante.",
		Pie:     "Gracias por tu compra · Lunes a sábado de 10 a 19 h",
		Cuentas: []Cuenta{{"BBVA", "0123456789", "012650001234567891", "MXN"}, {"Banorte", "0987654321", "072650009876543210", "USD"}},
	}
	return o
}

// gallery are the designs with what strains them.
func gallery(tb testing.TB) map[string][]byte {
	tb.Helper()
	out := map[string][]byte{}
	put := func(name string, c *cfdi.Comprobante, o Options) { out[name] = render1(tb, c, o) }
	for _, design := range Designs {
		name := string(design)
		put(name, factura(), dressed(tb, design))
		plain := girasoles
		plain.Paper.Design = design
		put(name+"-plain", factura(), plain)
		o := dressed(tb, design)
		o.Paper.Color, o.Paper.Ingles, o.Logo, o.Test = "#ffd84d", true, logoOf(tb, 900, 150), true
		put(name+"-usd", exportUSD(), o)
		o = dressed(tb, design)
		o.Logo, o.Paper.Color = logoOf(tb, 120, 400), "#0b6b3a"
		put(name+"-many", many(60), o)
		put(name+"-long", longTexts(), o)
		o.State = "cancelado"
		put(name+"-global", global(tb), o)
		draft, err := New(catalogo.New()).Draft(factura(), dressed(tb, design))
		if err != nil {
			tb.Fatal(err)
		}
		out[name+"-draft"] = draft
	}
	return out
}

// TestGallery writes the samples to look at where IOFACTURO_GALLERY names a
// folder; what they say is checked by TestGoldenText.
func TestGallery(t *testing.T) {
	dir := os.Getenv("IOFACTURO_GALLERY")
	if dir == "" {
		t.Skip("IOFACTURO_GALLERY names no folder: nothing is written to look at")
	}
	all := gallery(t)
	for name, b := range samples(t) {
		all["sample-"+name] = b
	}
	for name, b := range all {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
