package billing

import (
	"bytes"
	"html/template"
	"strings"

	"iofacturo.mx/internal/mailing"
)

// A ledger is a mail with a table, before it is text and HTML: both say the same.
type ledger struct {
	Title, Hello string
	Before       []string
	Facts        [][2]string // name and value
	Heads        [2]string   // of the table
	Rows         [][4]string // what, more of it, an amount and what stands below it
	Sums         [][2]string // below the table
	After        []string    // lines of a paragraph are parted by \n
}

// ledgerHTML fits 320 px: a row is two lines high, and amounts do not break.
var ledgerHTML = template.Must(template.New("ledger").Funcs(template.FuncMap{"lines": func(s string) []string { return strings.Split(s, "\n") }}).Parse(`<!doctype html>
<html lang="es-MX">
<head><meta charset="utf-8">` + mailing.Head + `<title>{{.Title}}</title></head>
<body style="margin:0;padding:24px;background:#ffffff;color:#1f2a2e;font:16px/1.5 sans-serif">
<div class="paper" style="max-width:40em;margin:0 auto">
<p>Hola, {{.Hello}}:</p>
{{range .Before}}<p>{{.}}</p>
{{end}}{{if .Facts}}<p>{{range $i, $f := .Facts}}{{if $i}}<br>
{{end}}<span class="soft" style="color:#5b676b">{{index $f 0}}:</span> <strong style="white-space:nowrap">{{index $f 1}}</strong>{{end}}</p>
{{end}}{{if .Rows}}<table style="border-collapse:collapse;margin:16px 0;width:100%;font-size:14px">
<tr>{{range $i, $head := .Heads}}<th class="soft" scope="col" style="padding:6px 0;text-align:{{if $i}}right{{else}}left{{end}};font-weight:normal;color:#5b676b;border-bottom:1px solid #8a9499">{{$head}}</th>{{end}}</tr>{{range .Rows}}
<tr><td style="padding:6px 0;vertical-align:top;border-bottom:1px solid #8a949955"><strong>{{index . 0}}</strong><br><span class="soft" style="color:#5b676b">{{index . 1}}</span></td><td style="padding:6px 0 6px 12px;text-align:right;vertical-align:top;white-space:nowrap;border-bottom:1px solid #8a949955"><strong>{{index . 2}}</strong>{{with index . 3}}<br><span class="soft" style="color:#5b676b">{{.}}</span>{{end}}</td></tr>{{end}}
</table>
{{end}}{{range .Sums}}<p>{{index . 0}}: <strong style="white-space:nowrap">{{index . 1}}</strong></p>
{{end}}{{range .After}}<p>{{range $i, $line := lines .}}{{if $i}}<br>{{end}}{{$line}}{{end}}</p>
{{end}}</div>
</body>
</html>
`))

func (l ledger) html() string {
	var b bytes.Buffer
	if err := ledgerHTML.Execute(&b, l); err != nil {
		panic(err) // a constant template over strings
	}
	return b.String()
}

func (l ledger) text() string {
	parts := append([]string{"Hola, " + l.Hello + ":"}, l.Before...)
	pairs := func(list [][2]string) {
		var lines []string
		for _, f := range list {
			lines = append(lines, f[0]+": "+f[1])
		}
		if lines != nil {
			parts = append(parts, strings.Join(lines, "\n"))
		}
	}
	pairs(l.Facts)
	var rows []string
	for _, r := range l.Rows {
		row := r[0]
		for _, more := range r[1:] {
			if more != "" {
				row += " · " + more
			}
		}
		rows = append(rows, row)
	}
	if rows != nil {
		parts = append(parts, strings.Join(rows, "\n"))
	}
	pairs(l.Sums)
	return strings.Join(append(parts, l.After...), "\n\n")
}
