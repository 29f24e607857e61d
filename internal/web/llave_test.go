package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/store"
)

// The whole way of a key out of the house, in a browser: allowed, asked for, seen
// on the list, canceled; asked for again, waited for, downloaded once.
func TestAKeyIsTakenOut(t *testing.T) {
	p := newPortal(t)
	a := p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	in.follow(in.post("/certificados/prueba", nil))
	list, err := p.Account.Certificates(t.Context(), a)
	must(t, err)
	path := "/certificados/" + list[0].ID + "/llave"
	has(t, in.get("/certificados"), "Exportar llave…", path)
	has(t, in.get(path), "Tu empresa no permite exportar llaves")
	has(t, in.follow(in.post(path+"/permitir", url.Values{"permitir": {"si"}})), "Pedir la llave", "Dejar de permitir")
	has(t, in.follow(in.post(path+"/pedir", nil)), "La llave está pedida", "Cancelar la exportación")
	has(t, in.get("/certificados"), "está pedida", "Ver o cancelar")
	if res := in.get(path + "/descargar"); res.Code != http.StatusSeeOther || res.Header().Get("Location") != path {
		t.Errorf("a page to download what is not ready: %d", res.Code)
	}
	has(t, in.follow(in.post(path+"/cancelar", nil)), "La exportación se canceló", "Pedir la llave")
	if res := in.post(path+"/cancelar", nil); res.Code != http.StatusNotFound {
		t.Errorf("canceled twice: %d", res.Code)
	}
	in.follow(in.post(path+"/pedir", nil))
	p.later(25 * time.Hour)
	in = p.signedIn("TCG180314LM7")
	has(t, in.get(path), "La llave se puede descargar")
	has(t, in.get(path+"/descargar"), "Contraseña nueva para la llave", "Es la única vez")
	res := in.post(path+"/descargar", url.Values{"Password": {"corta"}, "Password2": {"otra"}})
	if res.Code != http.StatusUnprocessableEntity || strings.Contains(res.Body.String(), `"corta"`) {
		t.Errorf("a weak password: %d", res.Code)
	}
	const password = "llave para mi otro sistema 7"
	res = in.post(path+"/descargar", url.Values{"Password": {password}, "Password2": {password}})
	if res.Code != http.StatusOK || !strings.Contains(res.Header().Get("Content-Disposition"), list[0].NoCertificado+".key") || res.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", res.Code, res.Header())
	}
	if _, err := csd.OpenKey(res.Body.Bytes(), []byte(password)); err != nil {
		t.Errorf("what came is no key: %v", err)
	}
	if res := in.post(path+"/descargar", url.Values{"Password": {password}, "Password2": {password}}); res.Code != http.StatusSeeOther {
		t.Errorf("a second time: %d", res.Code)
	}
	if res := in.get("/certificados/nada/llave"); res.Code != http.StatusNotFound {
		t.Errorf("no such certificate: %d", res.Code)
	}
	if strings.Contains(p.log.String(), password) {
		t.Error("the log holds the password")
	}
}

// A dangerous act asks who it is when that was proved too long ago.
func TestTakingAKeyOutAsksWhoItIs(t *testing.T) {
	p := newPortal(t)
	a := p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	in.follow(in.post("/certificados/prueba", nil))
	list, err := p.Account.Certificates(t.Context(), a)
	must(t, err)
	path := "/certificados/" + list[0].ID + "/llave"
	p.later(10 * time.Minute)
	for _, act := range []string{"/permitir", "/pedir", "/descargar"} {
		if res := in.post(path+act, nil); res.Code != http.StatusForbidden || !strings.Contains(textOf(res), "Confirma que eres tú") {
			t.Errorf("%s: %d %s", act, res.Code, textOf(res))
		}
	}
	if res := in.post(path+"/cancelar", nil); res.Code != http.StatusNotFound {
		t.Errorf("canceling must not ask: %d", res.Code)
	}
	if c, err := p.DB.View(a.Tenant).Custody(context.Background()); err != nil || c != (store.CustodyRow{}) {
		t.Errorf("%+v, %v", c, err)
	}
}

// Neither the password of a key nor a byte of it is in a page, a log or a mail,
// whether the pair was taken or refused.
func TestKeysStayOutOfPagesLogsAndMails(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	ca, err := testCA()
	must(t, err)
	const right, wrong, leaving = "canario-bueno-de-la-llave", "canario-malo-de-la-llave", "canario con el que sale 7"
	cer, key, err := ca.CSD("TCG180314LM7", "TALLER DE CERAMICA", []byte(right))
	must(t, err)
	var said []string
	hear := func(res *httptest.ResponseRecorder) {
		said = append(said, res.Body.String(), fmt.Sprint(res.Header()))
	}
	hear(in.upload("/certificados/nuevo", map[string][]byte{"Cer": cer, "Key": key, "Password": []byte(wrong)}))
	hear(in.upload("/certificados/nuevo", map[string][]byte{"Cer": key, "Key": cer, "Password": []byte(right)}))
	res := in.upload("/certificados/nuevo", map[string][]byte{"Cer": cer, "Key": key, "Password": []byte(right)})
	if res.Code != http.StatusSeeOther {
		t.Fatalf("a good pair: %d\n%s", res.Code, textOf(res))
	}
	hear(in.follow(res))
	path := "/certificados/" + firstCertificate(t, p) + "/llave"
	hear(in.follow(in.post(path+"/permitir", url.Values{"permitir": {"si"}})))
	hear(in.follow(in.post(path+"/pedir", nil)))
	p.later(25 * time.Hour)
	in = p.signedIn("TCG180314LM7")
	hear(in.post(path+"/descargar", url.Values{"Password": {leaving}, "Password2": {leaving + "x"}}))
	if res := in.post(path+"/descargar", url.Values{"Password": {leaving}, "Password2": {leaving}}); res.Code != http.StatusOK {
		t.Errorf("download: %d", res.Code)
	}
	p.later(26 * time.Hour)
	p.drain()
	mails, err := p.box.List(100)
	must(t, err)
	for _, m := range mails {
		said = append(said, m.Subject, m.Text, m.HTML)
	}
	said = append(said, p.log.String())
	if len(mails) < 2 || p.log.Len() == 0 {
		t.Errorf("%d mails and %d bytes of log: this test looks in the wrong place", len(mails), p.log.Len())
	}
	for _, canary := range []string{right, wrong, leaving, url.QueryEscape(leaving), string(key[200:232]), base64.StdEncoding.EncodeToString(key[201:231])} {
		for _, text := range said {
			if strings.Contains(text, canary) {
				t.Errorf("%q is in %.200q", canary, text)
			}
		}
	}
}

func firstCertificate(t *testing.T, p *portal) string {
	t.Helper()
	row, err := p.DB.Global().TenantByRfc(t.Context(), "TCG180314LM7")
	must(t, err)
	list, err := p.DB.View(row.Tenant()).Certificates(t.Context())
	must(t, err)
	return list[0].ID
}
