package web

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	inputTag  = regexp.MustCompile(`<input\b[^>]*>`)
	areaTag   = regexp.MustCompile(`(?s)<textarea\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</textarea>`)
	selectTag = regexp.MustCompile(`(?s)<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>`)
	optionTag = regexp.MustCompile(`<option value="([^"]*)"( selected)?`)
	attribute = regexp.MustCompile(`\b(name|type|value)="([^"]*)"`)
)

// filled is what a browser would send of the guarded form of a page.
func filled(t *testing.T, page string) url.Values {
	t.Helper()
	from := strings.Index(page, "data-guard")
	if from < 0 {
		t.Fatalf("no form:\n%s", page)
	}
	page = page[from : from+strings.Index(page[from:], "</form>")]
	v := url.Values{}
	for _, tag := range inputTag.FindAllString(page, -1) {
		at := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		if (at["type"] == "checkbox" || at["type"] == "radio") && !strings.Contains(tag, " checked") {
			continue
		}
		v[at["name"]] = append(v[at["name"]], at["value"])
	}
	for _, m := range areaTag.FindAllStringSubmatch(page, -1) {
		v.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range selectTag.FindAllStringSubmatch(page, -1) {
		options := optionTag.FindAllStringSubmatch(m[2], -1)
		for i, o := range options {
			if o[2] != "" || i == 0 {
				v.Set(m[1], html.UnescapeString(o[1]))
			}
		}
	}
	return v
}

// TestTwoPeopleEditTheSameRow opens each form twice, saves the first, and sends the
// second: it is not saved, shows both versions, keeps what was typed, takes what was
// left alone as stored, and is saved once its person has chosen.
func TestTwoPeopleEditTheSameRow(t *testing.T) {
	p := newPortal(t)
	b, _, ids := p.furnish("EKU9003173C9")
	for _, c := range []struct {
		name, path               string
		both, first, second      string // the field both change, and what each writes
		onlyFirst, written, drop string // a field that the first alone changes; a box it unticks
	}{
		{"cliente", "/clientes/" + ids["cliente"], "Notas", "de Ana", "de Beto <b>", "Telefono", "5550001111", ""},
		{"producto", "/productos/" + ids["producto"], "Descripcion", "Vajilla azul", "Vajilla verde", "Unidad", "Juego", ""},
		{"empresa", "/empresa", "Contacto", "Ana Ruiz", "Beto Ruiz", "Calle", "Reforma", ""},
		{"sucursal", "/sucursales/" + ids["sucursal"], "Responsable", "Ana Ruiz", "Beto Ruiz", "Telefono", "5550002222", "Activa"},
		{"serie", "/series/" + ids["serie"], "FolioFinal", "5000", "6000", "FolioSiguiente", "77", ""},
		{"seguridad", "/seguridad", "PasswordLength", "15", "20", "SessionHours", "9", "CSDSignin"},
		{"impuesto", "/impuestos/" + ids["impuesto"], "Nombre", "Hospedaje", "Lodging", "Valor", "4", "Predeterminado"},
		{"perfil", "/cuenta", "Nombre", "Ana Ruiz", "Beto Ruiz", "Telefono", "5550003333", ""},
		{"usuario", "/usuarios/" + ids["usuario"], "Nombre", "Ana Ruiz", "Beto Ruiz", "Total", "900.00", "Propios"},
		{"conjunto", "/roles/" + ids["rol"], "Nombre", "Ventas", "Caja", "Total", "900.00", "Propios"},
	} {
		t.Run(c.name, func(t *testing.T) {
			second := filled(t, b.get(c.path).Body.String())
			first := filled(t, b.get(c.path).Body.String())
			first.Set(c.both, c.first)
			first.Set(c.onlyFirst, c.written)
			first.Del(c.drop)
			if res := b.post(c.path, first); res.Code != http.StatusSeeOther {
				t.Fatalf("the first save: %d %s", res.Code, textOf(res))
			}
			stored := filled(t, b.get(c.path).Body.String())
			second.Set(c.both, c.second)
			res := b.post(c.path, second)
			page := res.Body.String()
			if res.Code != http.StatusUnprocessableEntity {
				t.Fatalf("the second save: %d", res.Code)
			}
			has(t, res, "Guardado ahora", html.EscapeString(c.first), html.EscapeString(c.second), c.written)
			again := filled(t, page)
			if got := again.Get(c.both); got != c.second {
				t.Errorf("what was typed came back as %q", got)
			}
			if got := again.Get(c.onlyFirst); got != c.written {
				t.Errorf("what was left alone shows %q, stored is %q", got, c.written)
			}
			if c.drop != "" && again.Has(c.drop) {
				t.Errorf("%s is ticked again", c.drop)
			}
			if now := filled(t, b.get(c.path).Body.String()); now.Encode() != stored.Encode() {
				t.Error("the second save overwrote something")
			}
			pressed := pressing(again, putting(url.Values{c.both: {c.first}}))
			res = b.post(c.path, pressed)
			taken := filled(t, res.Body.String())
			if taken.Get(c.both) != c.first || res.Code != http.StatusOK {
				t.Errorf("taking what is stored: %d %q", res.Code, taken.Get(c.both))
			}
			back := filled(t, b.post(c.path, pressing(taken, putting(url.Values{c.both: {c.second}}))).Body.String())
			if back.Get(c.both) != c.second {
				t.Errorf("taking back one's own: %q", back.Get(c.both))
			}
			if now := filled(t, b.get(c.path).Body.String()); now.Encode() != stored.Encode() {
				t.Error("a button that chooses saved something")
			}
			if res := b.post(c.path, back); res.Code != http.StatusSeeOther {
				t.Fatalf("saving knowingly: %d %s", res.Code, textOf(res))
			}
			now := filled(t, b.get(c.path).Body.String())
			if now.Get(c.both) != c.second || now.Get(c.onlyFirst) != c.written || c.drop != "" && now.Has(c.drop) {
				t.Errorf("%s = %q, %s = %q", c.both, now.Get(c.both), c.onlyFirst, now.Get(c.onlyFirst))
			}
		})
	}
}

// pressing is a form sent with a button that sets fields.
func pressing(form url.Values, button string) url.Values {
	sent := url.Values{putField: {button}}
	for name, values := range form {
		sent[name] = values
	}
	return sent
}

// TestNothingTypedIsLostInADifference: whatever was drawn, stored and typed, each typed
// value can be had again, and a field that was left alone holds what is stored.
func TestNothingTypedIsLostInADifference(t *testing.T) {
	value := rapid.SampledFrom([][]string{nil, {""}, {"a"}, {"b"}, {" a "}, {"a", "b"}, {"b", "a"}, {"x:y z"}})
	rapid.Check(t, func(t *rapid.T) {
		drawn, typed, now := url.Values{}, url.Values{}, url.Values{}
		for _, name := range []string{"Uno", "Dos[0]", "Tres"} {
			drawn[name], now[name] = value.Draw(t, "drawn"), value.Draw(t, "stored")
			typed[name] = value.Draw(t, "typed")
		}
		f := form{Values: url.Values{readField: {fingerprints(drawn)}}, stale: true}
		for name, v := range typed {
			f.Values[name] = v
		}
		f.against(now)
		for name := range now {
			d, differs := f.Differences[name]
			switch same := fingerprint(typed[name]) == fingerprint(drawn[name]); {
			case same && !f.Taken(name, now[name]):
				t.Fatalf("%s was left alone and holds %q, stored %q", name, f.Values[name], now[name])
			case !same && !f.Taken(name, typed[name]):
				t.Fatalf("%s was typed as %q and holds %q", name, typed[name], f.Values[name])
			case differs && fingerprint(d.Mine) != fingerprint(typed[name]):
				t.Fatalf("%s: mine is %q, typed %q", name, d.Mine, typed[name])
			case !differs && fingerprint(now[name]) != fingerprint(drawn[name]) && fingerprint(typed[name]) != fingerprint(now[name]):
				t.Fatalf("%s: somebody changed it to %q over %q and it is not shown", name, now[name], typed[name])
			}
		}
		choose := form{Values: url.Values{putField: {f.MineAll()}}}
		choose.put()
		for name, d := range f.Differences {
			if !choose.Taken(name, d.Mine) {
				t.Fatalf("%s: %q after choosing %q", name, choose.Values[name], d.Mine)
			}
		}
	})
}
