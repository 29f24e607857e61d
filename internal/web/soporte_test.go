package web

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/help"
	"iofacturo.mx/internal/store"
)

// screenshot is a PNG with something beside the picture in it.
func screenshot(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 40))
	m.Set(3, 3, color.RGBA{200, 10, 10, 255})
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return append(b.Bytes(), []byte("SECRETO-AL-FINAL")...)
}

// Every main screen leads to its article, and every path an article links exists.
func TestEveryScreenHasItsHelp(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	for _, path := range []string{
		"/panel", "/empresa", "/certificados", "/series", "/sucursales", "/productos", "/productos/nuevo", "/clientes", "/clientes/nuevo", "/comprobantes", "/comprobantes/nuevo?tipo=I",
		"/importar/clientes", "/representacion", "/envios", "/notificaciones", "/usuarios", "/roles", "/coadministracion", "/seguridad", "/cuenta", "/bitacora", "/impuestos", "/catalogos", "/propuestas", "/soporte",
	} {
		has(t, b.get(path), "Ayuda de esta página")
	}
	for _, path := range []string{"/", "/registro", "/soporte"} {
		has(t, p.browser().get(path), "Ayuda de esta página")
	}
	links := 0
	for _, a := range help.Articles() {
		res := b.get("/soporte/articulos/" + a.Slug)
		has(t, res, a.Title)
		for _, block := range a.Blocks {
			for _, line := range block.Lines {
				for _, s := range line {
					if s.Href == "" {
						continue
					}
					links++
					if !strings.Contains(res.Body.String(), `href="`+s.Href+`"`) || b.get(s.Href).Code >= 400 {
						t.Errorf("%s: the link %s leads nowhere", a.Slug, s.Href)
					}
				}
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links", links)
	}
	if res := p.browser().get("/soporte/articulos/nada"); res.Code != http.StatusNotFound {
		t.Errorf("an article that is none: %d", res.Code)
	}
	has(t, p.browser().get("/soporte?q=contrasena"), "Entra a tu cuenta")
	has(t, p.browser().get("/soporte/codigos?q=40145"), "CFDI40145", "Cópialo de su Constancia", "Lo revisa el certificador")
	has(t, p.browser().get("/soporte/codigos?q=CCE122"), "Comercio Exterior ·", "El total en dólares no es la suma", "Se revisa aquí antes de timbrar")
	has(t, p.browser().get("/soporte/codigos?de=Retenciones"), "Reten20122", "Lo revisa Verify: sello y certificado")
	if page := p.browser().get("/soporte/codigos").Body.String(); !strings.Contains(page, "CFDI40101") || strings.Contains(page, "CCE122") {
		t.Error("without words there are not the codes of the receipt alone")
	}
	has(t, p.browser().get("/estado"), "Operación normal")
}

// A question goes to the operator with its picture drawn anew and its document bare; the
// answer comes back by the bell and by mail; the ticket closes itself.
func TestAskAndAnswer(t *testing.T) {
	p := newPortal(t)
	b, a, ids := p.furnish("EKU9003173C9")
	op, _ := p.operator("olga")
	base := "/operador/soporte/" + ids["empresa"] + "/" + ids["solicitud"]
	has(t, op.get("/operador/soporte"), "No timbra", "EKU9003173C9")
	has(t, op.get(base), "¿Qué hago?")
	picture := op.get(base + "/imagen")
	if _, err := jpeg.Decode(bytes.NewReader(picture.Body.Bytes())); err != nil || bytes.Contains(picture.Body.Bytes(), []byte("SECRETO")) {
		t.Errorf("the picture was not drawn anew: %v", err)
	}
	xml := op.get(base + "/documento").Body.String()
	if !strings.Contains(xml, "<cfdi:Comprobante") || !strings.Contains(xml, `Rfc="EKU9003173C9"`) {
		t.Errorf("no document: %s", xml)
	}
	for _, key := range []string{"Sello", "Certificado", "Timbre"} {
		if strings.Contains(xml, key) {
			t.Errorf("the document bears %s", key)
		}
	}
	op.follow(op.post(base, url.Values{"Texto": {"Ya quedó <b>resuelto</b>"}}))
	p.drain()
	has(t, b.get("/avisos"), "Soporte contestó: No timbra")
	mails, err := p.box.List(1)
	must(t, err)
	if len(mails) == 0 || !strings.Contains(mails[0].Subject, "Soporte contestó") {
		t.Error("no mail of the answer")
	}
	mine := "/soporte/solicitudes/" + ids["solicitud"]
	res := b.get(mine)
	has(t, res, "Contestada")
	if strings.Contains(res.Body.String(), "<b>resuelto") {
		t.Error("an answer is read as HTML")
	}
	if res := b.upload(mine, map[string][]byte{"Texto": []byte("x"), "Imagen": []byte("<svg/>")}); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("a bad picture: %d", res.Code)
	}
	quiet := func(days int, want string) {
		t.Helper()
		p.later(time.Duration(days) * 24 * time.Hour)
		p.drain()
		if got, err := p.Support.Ticket(t.Context(), a, ids["solicitud"]); err != nil || got.State != want {
			t.Errorf("after %d quiet days it is %s, %v", days, got.State, err)
		}
	}
	quiet(13, store.TicketAnswered)
	quiet(15, store.TicketClosed)
}

// A company writes so many messages a day and no more.
func TestSupportIsLimited(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	sent := 0
	for range 25 {
		if b.upload("/soporte/nuevo", map[string][]byte{"Asunto": []byte("Hola"), "Texto": []byte("Hola, hola")}).Code == http.StatusSeeOther {
			sent++
		}
	}
	if sent != 20 {
		t.Errorf("%d were taken", sent)
	}
}
