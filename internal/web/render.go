package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/help"
	"iofacturo.mx/internal/store"
)

// A page is what a screen tells the layout about itself.
type page struct {
	Title   string // of the screen, without the product's name
	Section string // menu entry it belongs to: panel, comprobantes, clientes, productos, configuracion
	Tab     string // tab of Configuración: empresa, certificados, series
	Rail    bool   // menu as icons, for a screen that needs the width
}

// A frame is what the layout draws around a page.
type frame struct {
	page
	visitor   *visitor
	steps     account.Steps
	assistant bool             // steps were read; an error page asks the services nothing
	closing   *account.Closing // the company is to be closed; for who could keep it
	flash     *flash

	companies []account.WorkCompany // in which the person may work; nil on an error page
	unread    int                   // notices
	path      string                // of the request, to mark the current step
	help      string                // article of the page, "" for none
	assets    assets
	test      bool // nothing here has fiscal value
	box       bool // the Buzón de salida exists
	invites   bool // there is a program for who brings others
}

// render sends a whole page to somebody who is signed in: 200, or 422 for a form
// that comes back. It is written only once it is whole.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, p page, body templ.Component) error {
	f, err := s.frame(w, r, p)
	if err != nil {
		return err
	}
	if f.visitor != nil && f.visitor.Operator {
		return s.send(w, r, status, operatorLayout(f, body))
	}
	return s.send(w, r, status, layout(f, body))
}

// renderForm is render for a page with a form: what failed is 422.
func (s *Server) renderForm(w http.ResponseWriter, r *http.Request, f form, p page, body templ.Component) error {
	status := http.StatusOK
	if f.Message != "" || len(f.Errors()) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, p, body)
}

// renderOutside sends a page of the public part: sign-in, registration, legal texts.
func (s *Server) renderOutside(w http.ResponseWriter, r *http.Request, status int, p page, body templ.Component) error {
	f := frame{page: p, visitor: visitorOf(r), assets: s.assets, test: s.testMode(), help: help.For(s.screens, r.URL.Path)}
	return s.send(w, r, status, outside(f, body))
}

// fragment sends a part of a page, for htmx.
func (s *Server) fragment(w http.ResponseWriter, r *http.Request, body templ.Component) error {
	var b bytes.Buffer
	if err := body.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Add("Vary", "HX-Request")
	return s.write(w, r, http.StatusOK, "text/html; charset=utf-8", marked(r, b.Bytes()))
}

func (s *Server) frame(w http.ResponseWriter, r *http.Request, p page) (frame, error) {
	f := frame{page: p, visitor: visitorOf(r), assets: s.assets, path: r.URL.Path, test: s.testMode(), box: s.boxOpen(), invites: s.Invite.On(), help: help.For(s.screens, r.URL.Path)}
	if f.visitor != nil && !f.visitor.Operator {
		steps, err := s.Account.Setup(r.Context(), f.visitor.Actor)
		if err != nil {
			return frame{}, err
		}
		f.steps, f.assistant = steps, true
		if f.unread, err = s.Account.UnreadNotices(r.Context(), f.visitor.Actor); err != nil {
			return frame{}, err
		}
		if f.companies, err = s.Account.Companies(r.Context(), f.visitor.Actor); err != nil {
			return frame{}, err
		}
		if f.visitor.Actor.Holds(store.RightConfigure) {
			if f.closing, err = s.closingOf(r); err != nil {
				return frame{}, err
			}
		}
	}
	f.flash = s.takeFlash(w, r)
	return f, nil
}

// testMode reports whether what is stamped here has no fiscal value.
func (s *Server) testMode() bool { return s.Account != nil && s.Account.TestMode() }

// boxOpen reports whether the Buzón de salida may be shown.
func (s *Server) boxOpen() bool { return s.Demo && s.Box != nil }

func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, whole templ.Component) error {
	var b bytes.Buffer
	ctx := context.WithValue(r.Context(), iconsKey{}, &iconSet{})
	if err := whole.Render(ctx, &b); err != nil {
		return err
	}
	return s.write(w, r, status, "text/html; charset=utf-8", marked(r, b.Bytes()))
}

// compressFrom is the size from which a page is worth compressing, in bytes.
const compressFrom = 1400

// write sends bytes of one media type, compressed when the browser takes it. No
// page holds a secret beside reflected text, so compressing gives nothing away.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, mediaType string, b []byte) error {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Add("Vary", "Accept-Encoding")
	if len(b) >= compressFrom && accepts(r.Header.Get("Accept-Encoding"), "gzip") {
		var small bytes.Buffer
		z := gzip.NewWriter(&small)
		if _, err := z.Write(b); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
		b = small.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, err := w.Write(b)
	return dropped(err)
}

// download sends bytes to be kept as a file with that name.
func (s *Server) download(w http.ResponseWriter, r *http.Request, mediaType, name string, b []byte) error {
	w.Header().Set("Content-Disposition", disposition("attachment", name))
	return s.write(w, r, http.StatusOK, mediaType, b)
}

// inline sends bytes to be shown by the browser, with a name to keep them under.
func (s *Server) inline(w http.ResponseWriter, r *http.Request, mediaType, name string, b []byte) error {
	// A browser's own viewer counts as a plug-in of the document it shows.
	w.Header().Set("Content-Security-Policy", contentPolicy+"; object-src 'self'")
	w.Header().Set("Content-Disposition", disposition("inline", name))
	return s.write(w, r, http.StatusOK, mediaType, b)
}

// disposition quotes name so that no sign in it ends the header's value.
func disposition(how, name string) string {
	safe := make([]rune, 0, len(name))
	for _, c := range name {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '/' || c == '%' || c == ';' {
			c = '_'
		}
		safe = append(safe, c)
	}
	return how + `; filename="` + string(safe) + `"`
}

// dropped forgets that a browser went away while it was being answered: nobody
// is left to read the error.
func dropped(error) error { return nil }

// redirect answers a POST with the page to read next. htmx is told to go there
// as a whole page.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request, path string) error {
	if isPartial(r) {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// flashCookie carries one message over a redirect.
const flashCookie = "__Host-aviso"

// A flash is one message about what was just done. Kind is ok, warn or bad.
type flash struct {
	Kind  string `json:"k"`
	Title string `json:"t"`
	Text  string `json:"x,omitempty"`
	Link  string `json:"l,omitempty"` // path of the button, "" for none
	Label string `json:"b,omitempty"` // its words
}

// flashed leaves a message for the next page.
func (s *Server) flashed(w http.ResponseWriter, f flash) {
	b, err := json.Marshal(f)
	if err != nil || len(b) > 2000 {
		return // a message is a courtesy; the page shows the state itself
	}
	s.setCookie(w, flashCookie, base64.RawURLEncoding.EncodeToString(b), time.Time{})
}

// takeFlash reads the message and takes it away.
func (s *Server) takeFlash(w http.ResponseWriter, r *http.Request) *flash {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	s.dropCookie(w, flashCookie)
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var f flash
	if json.Unmarshal(b, &f) != nil || f.Title == "" {
		return nil
	}
	if f.Link != "" {
		f.Link = localPath(f.Link)
	}
	return &f
}

// A pager is the foot of a list: where we are and how to go on.
type pager struct {
	Page, Limit, Total int
	Link               func(page int) string // address of another page with the same filters
}

// First and Last are the numbers of the rows shown, from 1.
func (p pager) First() int { return min((p.Page-1)*p.Limit+1, p.Total) }

// Last is the number of the last row shown.
func (p pager) Last() int { return min(p.Page*p.Limit, p.Total) }

// HasPrev reports whether there is a page before.
func (p pager) HasPrev() bool { return p.Page > 1 }

// HasNext reports whether there is a page after.
func (p pager) HasNext() bool { return p.Page*p.Limit < p.Total }

// pageOf reads ?pagina=, at least 1.
func pageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("pagina"))
	if err != nil || n < 1 || n > 1_000_000 {
		return 1
	}
	return n
}

// linkTo is the same address with other query values; "" takes one away.
func linkTo(r *http.Request, values ...string) string {
	q := r.URL.Query()
	for i := 0; i+1 < len(values); i += 2 {
		if values[i+1] == "" {
			q.Del(values[i])
			continue
		}
		q.Set(values[i], values[i+1])
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + q.Encode()
}
