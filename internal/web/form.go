package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
)

// A finding is one thing to say beside a field: what is wrong, how to mend it,
// the SAT code small. Path is the name of the input.
type finding struct {
	Path    string
	Code    string
	Message string
	Fix     string
	Link    string   // page where it is mended when no input here can, "" for none
	Warn    bool     // it does not stop anything
	Mends   []option // buttons that mend it: the fields each sets, and its words
}

// A form is what was typed and what is wrong with it, so that a page that failed
// comes back as it was left.
type form struct {
	Values   url.Values
	Message  string // for the summary on top; empty when nothing failed
	Findings []finding
	Info     string // said above it, when nothing failed

	Action      string                // where buttons that mend are sent in place, "" for the whole page
	Differences map[string]difference // fields that somebody else changed, see diferencia.go
	MineSays    string                // what the other version is called; "" is "Escribiste"
	stale       bool                  // somebody else was faster
}

// readForm takes the body of a POST, without what is no text: no database takes
// it. The error is already one for the user.
func readForm(r *http.Request) (form, error) {
	err := r.ParseForm()
	switch {
	case isTooLarge(err):
		return form{}, fail.New(fail.Invalid, "Lo que enviaste es demasiado grande. No se guardó nada; quita contenido y vuelve a enviarlo.")
	case err != nil:
		return form{}, fail.Wrap(fail.Invalid, "No pudimos leer el formulario. Vuelve a cargar la página e inténtalo de nuevo.", err)
	}
	for _, typed := range r.PostForm {
		for i, text := range typed {
			typed[i] = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
		}
	}
	return form{Values: r.PostForm}, nil
}

// Get returns what was typed in the field, without the blanks around it.
func (f form) Get(name string) string { return strings.TrimSpace(f.Values.Get(name)) }

// Raw returns what was typed in the field, letter by letter: for passwords.
func (f form) Raw(name string) string { return f.Values.Get(name) }

// Checked reports whether a box was ticked.
func (f form) Checked(name string) bool { return f.Values.Get(name) != "" }

// At returns what stands beside the field, errors and warnings.
func (f form) At(path string) []finding {
	var here []finding
	for _, x := range f.Findings {
		if x.Path == path {
			here = append(here, x)
		}
	}
	return here
}

// Errors returns the findings that stop.
func (f form) Errors() []finding {
	var bad []finding
	for _, x := range f.Findings {
		if !x.Warn {
			bad = append(bad, x)
		}
	}
	return bad
}

// take puts what a service refused into the form. It keeps what the user can
// mend here (Invalid, Conflict, and Denied credentials by the caller's word) and
// gives back every other error.
func (f *form) take(err error, kinds ...fail.Kind) error {
	kind := fail.KindOf(err)
	mine := kind == fail.Invalid || kind == fail.Conflict
	for _, k := range kinds {
		mine = mine || kind == k
	}
	if err == nil || !mine {
		return err
	}
	f.Message = fail.MessageOf(err)
	f.stale = errors.Is(err, account.ErrStale) || errors.Is(err, directory.ErrStale)
	for _, x := range fail.FieldsOf(err) {
		f.Findings = append(f.Findings, finding{Path: x.Path, Code: x.Code, Message: x.Message, Fix: x.Fix})
	}
	return nil
}

// place puts each finding at the box that box names for its path; of several that say the
// same of one box the first stays.
func (f *form) place(box func(path string) string) {
	said := map[[2]string]bool{}
	kept := f.Findings[:0]
	for _, x := range f.Findings {
		x.Path = box(x.Path)
		if at := [2]string{x.Path, x.Message}; !said[at] {
			said[at] = true
			kept = append(kept, x)
		}
	}
	f.Findings = kept
}

// Puts reports whether the form has buttons that change it and save nothing.
func (f form) Puts() bool {
	return len(f.Differences) > 0 || slices.ContainsFunc(f.Findings, func(x finding) bool { return len(x.Mends) > 0 })
}

// judge puts what the local check of a customer says beside the fields, after what
// stands there already, with the buttons that mend it.
func (f *form) judge(r directory.Review) {
	for _, x := range r.Findings {
		here := func(y finding) bool { return y.Path == x.Path && (y.Message == x.Message || !y.Warn && x.IsError()) }
		if !slices.ContainsFunc(f.Findings, here) {
			f.Findings = append(f.Findings, finding{Path: x.Path, Code: x.Code, Message: x.Message, Fix: x.Fix, Warn: !x.IsError()})
		}
	}
	for _, m := range r.Mends {
		i := slices.IndexFunc(f.Findings, func(x finding) bool { return x.Path == m.Path })
		if i < 0 {
			continue
		}
		set := url.Values{}
		for name, value := range m.Values {
			set.Set(name, value)
		}
		label := m.Label
		if label == "" {
			label = "Corregir"
		}
		f.Findings[i].Mends = append(f.Findings[i].Mends, option{putting(set), label})
	}
}

// inPlace are the attributes of a button that sends the form and puts its answer in
// the part of the page called ficha.
func (f form) inPlace() templ.Attributes {
	if f.Action == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"hx-post": f.Action, "hx-target": "#ficha", "hx-select": "#ficha", "hx-swap": "outerHTML"}
}

// refuse adds an error of our own reading beside the field.
func (f *form) refuse(path, message string) {
	f.Findings = append(f.Findings, finding{Path: path, Message: message})
	if f.Message == "" {
		f.Message = "Revisa lo marcado. No se guardó nada todavía."
	}
}

// fieldID is the id of the input named path, fit for an anchor.
func fieldID(path string) string {
	return "f-" + strings.Trim(strings.NewReplacer("[", "-", "].", "-", "]", "", ".", "-").Replace(path), "-")
}
