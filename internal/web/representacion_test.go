package web

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// design is what the form sends, with every box ticked but the web page.
func design() url.Values {
	return url.Values{
		"Sucursal": {""}, "Tipo": {""}, "Version": {"0"}, "Design": {"servicios"}, "Color": {"#1d4f8f"}, "Leyenda": {"Sin devoluciones"}, "Pie": {"Gracias"},
		"Mostrar":          {"logotipo", "domicilio", "sucursal", "telefono", "correo", "domicilio_receptor", "unidades", "cuentas", "importe_letra"},
		"Cuentas[1].Banco": {"BBVA"}, "Cuentas[1].CLABE": {"032180000118359719"},
	}
}

func TestPaperOnScreen(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	if text := textOf(b.get("/representacion")); !strings.Contains(text, "Es el de fábrica") || !strings.Contains(text, "Ticket 80 mm") || strings.Contains(text, "Restaurar") {
		t.Error(text)
	}
	wrong := design()
	wrong.Set("Cuentas[1].CLABE", "032180000118359718")
	res := b.post("/representacion", wrong)
	if s := res.Body.String(); res.Code != http.StatusUnprocessableEntity || !strings.Contains(s, `value="032180000118359718"`) || !strings.Contains(s, `aria-invalid="true"`) ||
		!strings.Contains(s, ">Sin devoluciones<") || !strings.Contains(s, `value="servicios" checked`) || strings.Contains(s, `value="web" checked`) {
		t.Errorf("%d %s", res.Code, textOf(res))
	}
	if res := b.post("/representacion/muestra", wrong); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("a sample of a wrong design: %d", res.Code)
	}
	page := b.follow(b.post("/representacion", design()))
	if s := page.Body.String(); !strings.Contains(s, "Restaurar diseño") || !strings.Contains(s, `value="#1d4f8f"`) || !strings.Contains(s, `name="Version" value="1"`) || !strings.Contains(s, `name="Cuentas[1].Banco"`) {
		t.Error(textOf(page))
	}
	if res := b.post("/representacion", design()); res.Code != http.StatusConflict && res.Code != http.StatusUnprocessableEntity || !strings.Contains(textOf(res), "mientras lo tenías abierto") {
		t.Errorf("over a newer one: %d %s", res.Code, textOf(res))
	}

	sample := b.post("/representacion/muestra", design())
	if sample.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(sample.Body.String(), "%PDF") {
		t.Errorf("sample: %d %s", sample.Code, sample.Header())
	}
	for _, path := range []string{"/representacion/muestra", "/representacion/muestra?diseno=ticket"} {
		if res := b.get(path); res.Header().Get("Content-Type") != "image/svg+xml" || res.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, res.Code, res.Header())
		}
	}

	// A type of its own, from what rules it now.
	if text := textOf(b.get("/representacion?tipo=E")); !strings.Contains(text, "Hoy sale con el diseño de: toda la empresa") {
		t.Error(text)
	}
	notes := design()
	notes.Set("Tipo", "E")
	notes.Set("Design", "compacta")
	if page := b.follow(b.post("/representacion", notes)); !strings.Contains(textOf(page), "Con diseño propio: Toda la empresa · Notas de crédito") {
		t.Error(textOf(page))
	}
	if page := b.follow(b.post("/representacion/restaurar", url.Values{"Tipo": {"E"}, "Version": {"1"}})); !strings.Contains(textOf(page), "Hoy sale con el diseño de: toda la empresa") {
		t.Error(textOf(page))
	}
}

func TestLogoOnScreen(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	if res := b.get("/representacion/logotipo"); res.Code != http.StatusNotFound {
		t.Errorf("no logo: %d", res.Code)
	}
	if text := textOf(b.get("/panel")); !strings.Contains(text, "Subir logotipo") {
		t.Error("the panel does not offer a logo")
	}
	var file bytes.Buffer
	must(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 90, 30))))
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"svg": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "Es un SVG"}, "none": {nil, "vacío"}, "text": {[]byte("hola"), "no es una imagen"},
		"heavy": {append(bytes.Clone(file.Bytes()), make([]byte, 3<<20)...), "2 MB"},
	} {
		if res := b.upload("/representacion/logotipo", map[string][]byte{"Logo": c.file}); res.Code != http.StatusUnprocessableEntity || !strings.Contains(textOf(res), c.says) {
			t.Errorf("%s: %d %s", name, res.Code, textOf(res))
		}
	}
	if page := b.follow(b.upload("/representacion/logotipo", map[string][]byte{"Logo": file.Bytes()})); !strings.Contains(textOf(page), "Quitar logotipo") {
		t.Error(textOf(page))
	}
	res := b.get("/representacion/logotipo")
	if m, err := png.Decode(res.Body); err != nil || m.Bounds().Dx() != 90 || res.Header().Get("Content-Type") != "image/png" {
		t.Errorf("%v %v", err, res.Header())
	}
	if s := b.get("/panel").Body.String(); !strings.Contains(s, `src="/representacion/logotipo?v=`) || !strings.Contains(s, "Cambiar logotipo") {
		t.Error("the panel does not show the logo")
	}
	if page := b.follow(b.post("/representacion/logotipo/quitar", url.Values{})); !strings.Contains(textOf(page), "Todavía no tienes logotipo") {
		t.Error(textOf(page))
	}
}
