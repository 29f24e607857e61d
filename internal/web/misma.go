package web

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A person may work in several companies, each tab drawn while at work in one of
// them. So that what is written in the page of one never lands in another, every
// form that changes something bears the mark of the company it was drawn for,
// as its first field, and one of another company is refused before any handler
// sees it. It guards against a mistake, not an attacker: that is the origin's check.

// companyField is the hidden input with the mark.
const companyField = "_empresa"

// companyMark names a company in a form. It tells nothing of it.
func companyMark(t store.Tenant) string {
	sum := sha256.Sum256([]byte("empresa|" + t.ID()))
	return hex.EncodeToString(sum[:8])
}

var (
	postForm = regexp.MustCompile(`<form\b[^>]*\bmethod="post"[^>]*>`)
	// firstPart is how a browser begins a form with files whose first input is the mark.
	firstPart = regexp.MustCompile(`^--[^\r\n]{1,200}\r\n(?i:content-disposition): form-data; name="` + companyField + `"\r\n\r\n([0-9a-f]{16})\r\n`)
)

// marked puts the mark of the company worked in into every form of a page that
// sends something. Pages of who is not in have none.
func marked(r *http.Request, html []byte) []byte {
	v := visitorOf(r)
	if v == nil {
		return html
	}
	return postForm.ReplaceAll(html, []byte(`${0}<input type="hidden" name="`+companyField+`" value="`+companyMark(v.Actor.Tenant)+`"/>`))
}

// sameCompany refuses a form drawn while its person worked in another company.
// One without a mark was drawn by no page of ours and is judged like any other.
func (s *Server) sameCompany(r *http.Request) error {
	v := visitorOf(r)
	if v == nil || r.Method != http.MethodPost {
		return nil
	}
	marks, err := marksOf(r)
	mine := companyMark(v.Actor.Tenant)
	if err != nil || !slices.ContainsFunc(marks, func(m string) bool { return m != mine }) {
		return err
	}
	return fail.New(fail.Conflict, "Esta página es de otra empresa: mientras estaba abierta cambiaste a "+v.Empresa+
		". No se guardó ni se emitió nada. Cambia de empresa en la barra de arriba, vuelve a abrir la página y repítelo ahí.")
}

// marksOf reads the marks of a form: a form carried over a sign-in bears that of
// the page it comes from too. Of one with files, the body is not taken.
func marksOf(r *http.Request) ([]string, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return nil, nil // no form; its handler says so
	case kind == "application/x-www-form-urlencoded":
		f, err := readForm(r)
		return f.Values[companyField], err
	case kind != "multipart/form-data":
		return nil, nil
	}
	ahead := bufio.NewReaderSize(r.Body, 1024)
	r.Body = struct {
		io.Reader
		io.Closer
	}{ahead, r.Body}
	begin, _ := ahead.Peek(512) // what fails here fails again where it is read
	if m := firstPart.FindSubmatch(begin); m != nil {
		return []string{string(m[1])}, nil
	}
	return nil, nil
}
