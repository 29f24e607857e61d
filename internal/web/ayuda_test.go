package web

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	controls   = regexp.MustCompile(`(?s)<(/?)(form|fieldset|input|select|textarea)\b([^>]*)>`)
	attributes = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
)

// unhelped returns the visible fields of the page's forms that no help describes.
func unhelped(page string) []string {
	var missing []string
	var groups []map[string]string
	posts := false
	for _, m := range controls.FindAllStringSubmatch(page, -1) {
		attr := map[string]string{}
		for _, a := range attributes.FindAllStringSubmatch(m[3], -1) {
			attr[a[1]] = a[2]
		}
		switch m[2] {
		case "form":
			posts = m[1] == "" && attr["method"] == "post"
			continue
		case "fieldset":
			if m[1] == "" {
				groups = append(groups, attr)
			} else if len(groups) > 0 {
				groups = groups[:len(groups)-1]
			}
			continue
		}
		if m[1] == "/" || !posts || attr["name"] == "" || slices.Contains([]string{"hidden", "search", "submit"}, attr["type"]) {
			continue
		}
		helped := false
		for _, by := range append(groups, attr) {
			for _, id := range strings.Fields(by["aria-describedby"]) {
				text := regexp.MustCompile(`id="` + regexp.QuoteMeta(id) + `"[^>]*>\s*[^<\s]`)
				helped = helped || strings.HasSuffix(id, "-h") && text.MatchString(page)
			}
		}
		if !helped {
			missing = append(missing, attr["name"])
		}
	}
	return missing
}

// TestEveryFieldHasItsHelp walks every page of the portal that has a form, as the wall
// test walks its routes: a visible field without help fails, and says where to add it.
func TestEveryFieldHasItsHelp(t *testing.T) {
	p := newPortal(t)
	b, _, ids := p.furnish("EKU9003173C9")
	stranger := p.browser()
	table, forms := walls(), 0
	for _, rt := range p.routes() {
		method, path, _ := strings.Cut(rt.pattern, " ")
		if method != http.MethodGet {
			continue
		}
		path = strings.TrimSuffix(path, "{$}")
		for _, text := range table[rt.pattern].slots {
			if s := parseSlot(t, text); s.place == "path" {
				path = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, ids[s.kind])
			}
		}
		for _, who := range []*browser{b, stranger} {
			page := who.get(path)
			if page.Code != http.StatusOK || !strings.Contains(page.Header().Get("Content-Type"), "html") {
				continue
			}
			if strings.Contains(page.Body.String(), `method="post"`) {
				forms++
			}
			if missing := unhelped(page.Body.String()); len(missing) > 0 {
				t.Errorf("%s has fields without help; add them to formHelps (ayuda_textos.go): %s", path, strings.Join(slices.Compact(missing), ", "))
			}
		}
	}
	if forms < 30 {
		t.Errorf("only %d pages with a form were found", forms)
	}
}

// TestAFieldWithoutHelpIsFound keeps the walk from passing over what it must find.
func TestAFieldWithoutHelpIsFound(t *testing.T) {
	page := `<form method="post"><input name="A"><input name="B" aria-describedby="f-B-h"><p id="f-B-h">Sí</p>
		<fieldset aria-describedby="g-h"><input type="radio" name="C"></fieldset><p id="g-h">Sí</p><select name="D" aria-describedby="d-h"></select><p id="d-h"></p>
		<input type="hidden" name="E"></form><form><input name="F"></form>`
	if got := fmt.Sprint(unhelped(page)); got != "[A D]" {
		t.Errorf("found %s", got)
	}
}

// TestHelpsAreShortAndOfOneForm: a help is a sentence or two, each field once a form.
func TestHelpsAreShortAndOfOneForm(t *testing.T) {
	for _, form := range formHelps {
		seen := map[string]bool{}
		for _, h := range form.Fields {
			if n := len([]rune(h.Text)); n < 10 || n > 170 || !strings.HasSuffix(h.Text, ".") && !strings.HasSuffix(h.Text, "…") || seen[h.Field] {
				t.Errorf("%s %s: %q", form.Path, h.Field, h.Text)
			}
			seen[h.Field] = true
		}
	}
}
