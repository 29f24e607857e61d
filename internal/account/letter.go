package account

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/store"
)

// A tongue is the language of a person's mails: Spanish of Mexico, or English.
type tongue bool

// spanish is of whoever never said anything.
const spanish, english tongue = false, true

// tongueOf is the language a user chose.
func tongueOf(u store.UserRow) tongue { return u.Idioma == LangEnglish }

// say picks one of two texts that stand side by side, so that none is written in one
// language alone (a test reads the sources for it).
func (t tongue) say(es, en string) string {
	if t == english {
		return en
	}
	return es
}

// A letter is a mail before it is text and HTML: both say the same.
type letter struct {
	In          tongue
	Subject     string
	Hello       string // who is greeted
	Lines       []string
	Facts       [][2]string // name and value
	Button, URL string
	Note        string // small print
}

// letterHTML is plain on purpose: mail programs know little of CSS.
var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="{{.In.Say "es-MX" "en"}}">
<head><meta charset="utf-8">` + mailing.Head + `<title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;background:#f6f4ef;color:#1f2a2e;font:16px/1.5 Georgia,'Times New Roman',serif">
<div class="paper" style="max-width:34em;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px">
<p style="margin:0 0 24px;font-weight:bold;letter-spacing:.02em">ioFacturo</p>
<p>{{.Greeting}}</p>
{{range .Lines}}<p>{{.}}</p>
{{end}}{{if .Facts}}<table style="border-collapse:collapse;margin:16px 0">{{range .Facts}}
<tr><th class="soft" scope="row" style="padding:4px 16px 4px 0;text-align:left;font-weight:normal;color:#5b676b">{{index . 0}}</th><td style="padding:4px 0"><strong>{{index . 1}}</strong></td></tr>{{end}}
</table>
{{end}}{{if .Button}}<p style="margin:24px 0"><a class="button" href="{{.URL}}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#12403a;color:#ffffff;text-decoration:none">{{.Button}}</a></p>
<p class="soft" style="font-size:13px;color:#5b676b">{{.In.Say "Si el botón no abre, copia esta dirección en tu navegador:" "If the button does not open, copy this address into your browser:"}}<br>{{.URL}}</p>
{{end}}{{if .Note}}<p class="soft" style="font-size:13px;color:#5b676b">{{.Note}}</p>
{{end}}</div>
</body>
</html>
`))

// Say is say for the template.
func (t tongue) Say(es, en string) string { return t.say(es, en) }

// Greeting is the first line.
func (l letter) Greeting() string { return l.In.say("Hola, "+l.Hello+":", "Hello, "+l.Hello+":") }

// render returns the two forms of the letter.
func (l letter) render() (text, html string, err error) {
	var b bytes.Buffer
	if err := letterHTML.Execute(&b, l); err != nil {
		return "", "", fmt.Errorf("write mail: %w", err)
	}
	return l.text(), b.String(), nil
}

func (l letter) text() string {
	parts := append([]string{l.Greeting()}, l.Lines...)
	var facts []string
	for _, f := range l.Facts {
		facts = append(facts, f[0]+": "+f[1])
	}
	if facts != nil {
		parts = append(parts, strings.Join(facts, "\n"))
	}
	if l.Button != "" {
		parts = append(parts, l.Button+":\n"+l.URL)
	}
	if l.Note != "" {
		parts = append(parts, l.Note)
	}
	return strings.Join(append(parts, "ioFacturo"), "\n\n") + "\n"
}
