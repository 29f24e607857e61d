package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/help"
	"iofacturo.mx/internal/operator"
	"iofacturo.mx/retenciones"
)

func (s *Server) soporteRoutes() []route {
	return []route{
		{pattern: "GET /soporte", access: public(), handle: s.helpIndex},
		{pattern: "GET /soporte/codigos", access: public(), handle: s.helpCodes},
		{pattern: "GET /soporte/articulos/{articulo}", access: public(), handle: s.helpArticle},
		{pattern: "GET /estado", access: public(), handle: s.serviceState},
	}
}

// A helpView is the articles that were looked for; May says whether who reads may open
// a path, so that no article leads to a door that is shut.
type helpView struct {
	Q        string
	Articles []help.Article
	Codes    int // that the same words find
	Inside   bool
	May      func(path string) bool
}

// shortQuery is what was asked, cut to what is looked at.
func shortQuery(r *http.Request) string {
	q := []rune(strings.ToValidUTF8(strings.TrimSpace(r.URL.Query().Get("q")), ""))
	return string(q[:min(len(q), 80)])
}

func (s *Server) helpIndex(w http.ResponseWriter, r *http.Request) error {
	v := s.newHelpView(r)
	v.Articles = help.Search(v.Q)
	if v.Q != "" {
		v.Codes = len(help.Codes(v.Q))
	}
	return s.showHelp(w, r, "Soporte técnico", helpIndexPage(v))
}

func (s *Server) helpArticle(w http.ResponseWriter, r *http.Request) error {
	a, ok := help.Find(r.PathValue("articulo"))
	if !ok {
		return fail.New(fail.NotFound, "Este artículo no existe o cambió de lugar. Búscalo en Soporte técnico.")
	}
	v := s.newHelpView(r)
	v.Articles = []help.Article{a}
	return s.showHelp(w, r, a.Title, helpArticlePage(v, a))
}

// A codesView is the codes that were looked for, and who judges each. Without words it
// is those of one matter.
type codesView struct {
	helpView
	Of    string // the matter, "" with words
	List  []help.Code
	Judge map[string]string // code → Spanish
}

func (s *Server) helpCodes(w http.ResponseWriter, r *http.Request) error {
	v := codesView{helpView: s.newHelpView(r), Judge: map[string]string{}}
	v.List = help.Codes(v.Q)
	if v.Q == "" {
		matters := help.Matters()
		v.Of = matters[max(0, slices.Index(matters, r.URL.Query().Get("de")))]
		v.List = slices.DeleteFunc(v.List, func(c help.Code) bool { return c.Of != v.Of })
	}
	for _, rule := range slices.Concat(cfdi.Rules(), complementos.Rules(), retenciones.Rules()) {
		v.Judge[rule.Code] = judgedBy(rule)
	}
	return s.showHelp(w, r, "Códigos del SAT", helpCodesPage(v))
}

// judgedBy says who finds what a code is about.
func judgedBy(r cfdi.Rule) string {
	switch r.State {
	case cfdi.StateRule:
		return "Se revisa aquí antes de timbrar"
	case cfdi.StatePAC:
		return "Lo revisa el certificador"
	}
	if r.Family == "CFDI40" || r.Family == "PAC" {
		return "No se da en lo que se timbra aquí"
	}
	first, size := utf8.DecodeRuneInString(r.State)
	return string(unicode.ToUpper(first)) + r.State[size:] // the reason, as its rule has it
}

func (s *Server) newHelpView(r *http.Request) helpView {
	return helpView{Q: shortQuery(r), Inside: visitorOf(r) != nil, May: s.mayOpen(r)}
}

// mayOpen says whether who asks may open a path of ours.
func (s *Server) mayOpen(r *http.Request) func(path string) bool {
	return func(path string) bool {
		u, err := url.Parse(path)
		if err != nil {
			return false
		}
		_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: u, Host: r.Host})
		for _, rt := range s.routes() {
			if rt.pattern == pattern {
				return rt.access.check(visitorOf(r)) == nil
			}
		}
		return false
	}
}

// showHelp sends a page of help inside the house, or outside of it to a stranger.
func (s *Server) showHelp(w http.ResponseWriter, r *http.Request, title string, body templ.Component) error {
	p := page{Title: title, Section: "soporte"}
	if visitorOf(r) != nil {
		return s.render(w, r, http.StatusOK, p, body)
	}
	return s.renderOutside(w, r, http.StatusOK, p, strangerHelp(body))
}

// queryOf is text as it stands in the query of an address.
func queryOf(text string) string { return url.QueryEscape(text) }

// helpSpans writes a line of an article; a template would put blanks between the spans.
func helpSpans(v helpView, spans []help.Span) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, s := range spans {
			text := templ.EscapeString(s.Text)
			switch {
			case s.Href != "" && v.May(s.Href):
				text = `<a href="` + templ.EscapeString(s.Href) + `">` + text + `</a>`
			case s.Href != "" || s.Strong:
				text = "<strong>" + text + "</strong>"
			case s.Code:
				text = "<code>" + text + "</code>"
			}
			if _, err := io.WriteString(w, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// serviceState tells everybody how the portal has seen itself work.
func (s *Server) serviceState(w http.ResponseWriter, r *http.Request) error {
	st, err := s.Operator.State(r.Context())
	if err != nil {
		return err
	}
	return s.showHelp(w, r, "Estado del servicio", statePage(st))
}

// conditionText says how a part of the portal is.
func conditionText(c operator.Condition) string {
	switch c {
	case operator.Slow:
		return "Con demoras"
	case operator.Silent:
		return "Sin respuesta"
	case operator.Normal:
	}
	return "Operación normal"
}

// conditionKind is the colour of a condition.
func conditionKind(c operator.Condition) string {
	switch c {
	case operator.Slow:
		return "warn"
	case operator.Silent:
		return "bad"
	case operator.Normal:
	}
	return "ok"
}

// lasted is a median as people say it.
func lasted(p operator.Part) string {
	switch d := p.Median; {
	case p.Done == 0:
		return "—"
	case d < time.Second:
		return "menos de 1 s"
	case d < 2*time.Minute:
		return strconv.Itoa(int(d.Round(time.Second)/time.Second)) + " s"
	default:
		return strconv.Itoa(int(d.Round(time.Minute)/time.Minute)) + " min"
	}
}
