package web

import (
	archive "archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestEverythingComesAlongAndNobodyElses(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	path, form := newInvoice(t, b)
	b.press(path, form, "timbrar")
	b.follow(b.post("/clientes/nuevo", customerForm()))
	other, otherActor := p.issuer("XIA190128J61")
	otherPath, otherForm := newInvoice(t, other)
	other.press(otherPath, otherForm, "timbrar")
	mine, theirs := p.stamped(a).Rows, p.stamped(otherActor).Rows
	if len(mine) != 1 || len(theirs) != 1 {
		t.Fatalf("%d and %d stamped", len(mine), len(theirs))
	}
	res := b.post("/cuenta/descargar", nil)
	if res.Code != http.StatusOK || res.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %s", res.Code, res.Header().Get("Content-Type"))
	}
	files := unzip(t, res.Body.Bytes())
	var xml []string
	for name, text := range files {
		if strings.Contains(text, theirs[0].UUID) || strings.Contains(text, "XIA190128J61") {
			t.Errorf("%s holds something of another company", name)
		}
		if strings.HasPrefix(name, "xml/") {
			xml = append(xml, name)
		}
	}
	_, want, err := p.Billing.XML(t.Context(), a, mine[0].ID)
	must(t, err)
	if len(xml) != 1 || files[xml[0]] != string(want) || !strings.HasSuffix(xml[0], "/"+strings.ToUpper(mine[0].UUID)+".xml") {
		t.Errorf("stamped: %v", xml)
	}
	for _, name := range []string{"empresa.csv", "clientes.csv", "productos.csv"} {
		if !strings.HasPrefix(files[name], "\ufeff") {
			t.Errorf("%s is missing or without its mark", name)
		}
	}
	if !strings.Contains(files["clientes.csv"], "caja@example.mx") {
		t.Errorf("no customer in %q", files["clientes.csv"])
	}
}

func unzip(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := archive.NewReader(bytes.NewReader(b), int64(len(b)))
	must(t, err)
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		files[f.Name] = string(text)
	}
	return files
}

func TestCellsAreNoFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+52 55": "'+52 55", "-1": "'-1", "@sum": "'@sum", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "\x00x": "'\x00x", "": "", "ACME": "ACME", "a=b": "a=b",
	} {
		if got := plainCells(in)[0]; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestClosingIsAskedAndTakenBack(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	b := p.signedIn("EKU9003173C9")
	if res := b.post("/cuenta/baja", url.Values{"Rfc": {"XIA190128J61"}, "Motivo": {"me mudo"}}); res.Code != http.StatusUnprocessableEntity || !strings.Contains(textOf(res), "me mudo") {
		t.Fatalf("another RFC: %d", res.Code)
	}
	if res := b.post("/cuenta/baja", url.Values{"Rfc": {"EKU9003173C9"}}); res.Code != http.StatusSeeOther {
		t.Fatalf("asked: %d %s", res.Code, textOf(res))
	}
	if text := textOf(b.get("/panel")); !strings.Contains(text, "Tu empresa se cerrará el") {
		t.Error("the panel does not say that the company is about to close")
	}
	if res := b.post("/cuenta/baja/cancelar", nil); res.Code != http.StatusSeeOther {
		t.Fatalf("taken back: %d", res.Code)
	}
	if text := textOf(b.get("/panel")); strings.Contains(text, "Tu empresa se cerrará el") {
		t.Error("it still says so")
	}
}

func TestAKnownRFCLeadsToItsDoors(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	b := p.browser()
	res := b.post("/registro", url.Values{"Nombre": {"Beto Díaz"}, "Rfc": {"EKU9003173C9"}, "Correo": {"b@example.mx"}, "Correo2": {"b@example.mx"}, "Acepta": {"si"}})
	for _, want := range []string{"/recuperar", "/pedir-acceso?rfc=EKU9003173C9"} {
		if !strings.Contains(res.Body.String(), want) {
			t.Errorf("no way to %s", want)
		}
	}
	known := b.post("/pedir-acceso", url.Values{"Nombre": {"Beto Díaz"}, "Rfc": {"EKU9003173C9"}, "Correo": {"b@example.mx"}})
	unknown := b.post("/pedir-acceso", url.Values{"Nombre": {"Beto Díaz"}, "Rfc": {"XIA190128J61"}, "Correo": {"b@example.mx"}})
	if known.Code != http.StatusOK || textOf(known) != textOf(unknown) {
		t.Errorf("the answers differ: %d and %d", known.Code, unknown.Code)
	}
	if text := b.get("/registro?invitacion=ABCD2345").Body.String(); !strings.Contains(text, `value="ABCD2345"`) {
		t.Error("the code of a link does not stand in the form")
	}
}

func TestAuditPageFiltersAndVerifies(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	page := textOf(b.get("/bitacora"))
	for _, want := range []string{"Guardó una serie", "Cargó la llave de un sello", "Inició sesión"} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if only := textOf(b.get("/bitacora?que=serie.save")); strings.Contains(only, "Ver Ver") || !strings.Contains(only, "serie/") || strings.Contains(only, "session/") {
		t.Error("the filter lets others through")
	}
	if text := textOf(b.get("/bitacora?verificar=si")); !strings.Contains(text, "La cadena está íntegra") {
		t.Errorf("not verified: %s", text)
	}
	if who := regexp.MustCompile(`href="(/bitacora\?quien=[0-9a-f-]+)"`).FindStringSubmatch(b.get("/bitacora").Body.String()); who == nil {
		t.Error("nobody's name leads to what they did")
	} else if only := textOf(b.get(who[1])); !strings.Contains(only, "Sólo lo que hizo") || strings.Contains(only, "El portal") {
		t.Error(only)
	}
	for _, field := range []string{"desde", "hasta"} {
		res := b.get("/bitacora?" + field + "=ayer")
		if at := regexp.MustCompile(`<input[^>]*name="` + field + `"[^>]*>`).FindString(res.Body.String()); !strings.Contains(at, `aria-invalid="true"`) {
			t.Errorf("%s is not marked: %s", field, at)
		}
	}
	if res := b.get("/bitacora?desde=ayer"); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none: %d", res.Code)
	}
	res := b.get("/bitacora/csv?que=serie.")
	if lines := strings.Count(res.Body.String(), "\n"); res.Code != http.StatusOK || lines != 3 || !strings.HasPrefix(res.Body.String(), "\ufeffNúmero,") {
		t.Errorf("%d, %d lines", res.Code, lines)
	}
}
