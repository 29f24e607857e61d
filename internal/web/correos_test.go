package web

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"iofacturo.mx/internal/send"
)

var (
	mailWidth = regexp.MustCompile(`(?:^|[;"\s{])(?:min-)?width\s*[:=]\s*"?([0-9]+)(?:px)?`)
	counters  = regexp.MustCompile(`-[0-9a-f-]{36}.*$|-[0-9]+$`)
)

// mailFaults says what is wrong with a mail: it has both parts, in its language, without a
// password, in one column that fits a telephone, with colours for the dark.
func mailFaults(k send.Kept) []string {
	var faults []string
	need := func(ok bool, what string) {
		if !ok {
			faults = append(faults, what)
		}
	}
	need(len(k.Text) > 40, "no text")
	need(strings.Contains(k.HTML, `lang="es-MX"`) || strings.Contains(k.HTML, `lang="en"`), "no language")
	need(strings.Contains(k.HTML, "prefers-color-scheme: dark") && strings.Contains(k.HTML, `name="color-scheme"`), "no colours for the dark")
	need(strings.Contains(k.HTML, `name="viewport"`) && strings.Contains(k.HTML, "max-width:"), "no one column")
	for _, secret := range []string{password, operatorPassword} {
		need(!strings.Contains(k.Text+html.UnescapeString(k.HTML), secret), "a password")
	}
	for _, m := range mailWidth.FindAllStringSubmatch(k.HTML, -1) {
		n, err := strconv.Atoi(m[1])
		need(err != nil || n <= 320, "a width of "+m[1])
	}
	return faults
}

// TestMailsAreFit looks at the mails of a company's life and, where IOFACTURO_MAIL_GALLERY
// names a file, lays them on one page.
func TestMailsAreFit(t *testing.T) {
	p := newPortal(t)
	b, a, ids := p.furnish("EKU9003173C9")
	b.follow(b.post("/comprobantes/"+ids["documento"]+"/enviar", map[string][]string{"Para": {"cliente@example.mx"}}))
	p.shareWith(p.found("XIA190128J61", "Xenia"))
	p.browser().post("/recuperar", map[string][]string{"Usuario": {"admin"}, "Rfc": {"EKU9003173C9"}})
	_, _, err := p.Directory.AskData(t.Context(), a, "", "nuevo@example.mx")
	must(t, err)
	p.drain()
	mails, err := p.box.List(100)
	must(t, err)
	kinds, page := []string{}, "<!doctype html><meta charset=utf-8><title>Correos</title><style>iframe{width:320px;height:640px;border:1px solid #888;margin:8px}</style>"
	for _, k := range mails {
		for _, fault := range mailFaults(k) {
			t.Errorf("%s: %s", k.Subject, fault)
		}
		kind := counters.ReplaceAllString(k.ID[17:], "")
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
			page += `<iframe title="` + kind + `" srcdoc="` + html.EscapeString(k.HTML) + `"></iframe>`
		}
	}
	t.Logf("%d mails of %v", len(mails), kinds)
	if len(kinds) < 4 {
		t.Errorf("only %v", kinds)
	}
	if file := os.Getenv("IOFACTURO_MAIL_GALLERY"); file != "" {
		must(t, os.WriteFile(filepath.Clean(file), []byte(page), 0o600))
	}
}
