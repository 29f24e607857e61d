package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var versionIn = regexp.MustCompile(`name="Version" value="(\d+)"`)

// TestTwoPeopleAtOneRow: who saves second sees what is stored now beside each field
// that differs, loses nothing typed, and saves over it only by pressing again.
func TestTwoPeopleAtOneRow(t *testing.T) {
	p := newPortal(t)
	b, _, ids := p.furnish("EKU9003173C9")
	for name, c := range map[string]struct {
		path  string
		form  url.Values
		field string
		texts [2]string // what the first and the second save
	}{
		"tax": {"/impuestos/" + ids["impuesto"], taxValues(), "Nombre", [2]string{"Hospedaje", "Lodging"}},
	} {
		t.Run(name, func(t *testing.T) {
			page := b.get(c.path).Body.String()
			m := versionIn.FindStringSubmatch(page)
			if m == nil {
				t.Fatalf("no version:\n%s", page)
			}
			first, second := url.Values{}, url.Values{}
			for k, v := range c.form {
				first[k], second[k] = v, v
			}
			first.Set("Version", m[1])
			second.Set("Version", m[1])
			first.Set(c.field, c.texts[0])
			second.Set(c.field, c.texts[1])
			if res := b.post(c.path, first); res.Code != http.StatusSeeOther {
				t.Fatalf("first: %d %s", res.Code, textOf(res))
			}
			res := b.post(c.path, second)
			body := res.Body.String()
			if res.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "mientras lo tenías abierto") {
				t.Fatalf("second: %d %s", res.Code, textOf(res))
			}
			if n := strings.Count(body, "Guardado ahora:"); n != 1 || !strings.Contains(body, "Guardado ahora: <b>"+c.texts[0]+"</b>") {
				t.Errorf("%d differences shown:\n%s", n, textOf(res))
			}
			if !strings.Contains(body, strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(c.texts[1])) {
				t.Error("what was typed is lost")
			}
			if got := b.get(c.path).Body.String(); !strings.Contains(got, c.texts[0]) {
				t.Error("overwritten")
			}
			again := versionIn.FindStringSubmatch(body)
			second.Set("Version", again[1])
			if res := b.post(c.path, second); res.Code != http.StatusSeeOther {
				t.Errorf("knowingly: %d %s", res.Code, textOf(res))
			}
		})
	}
}
