package web

import (
	"context"
	"errors"
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
)

// An errorPage says what happened, whether anything was done, what to do now.
type errorPage struct {
	Title   string
	Message string
	Ref     string // reference for support, "" when there is nothing to look up
	Icon    string
	Kind    string // bad or warn
}

// showError is the one place where an error becomes a page.
func (s *Server) showError(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(fail.KindOf(err))
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		status = statusLeft
	}
	s.showStatus(w, r, status, err)
}

// statusLeft stands in the log where nobody waited for the answer, as in that of other servers; no browser gets it.
const statusLeft = 499

func statusOf(k fail.Kind) int {
	switch k {
	case fail.Invalid:
		return http.StatusUnprocessableEntity
	case fail.NotFound:
		return http.StatusNotFound
	case fail.Conflict:
		return http.StatusConflict
	case fail.Denied:
		return http.StatusForbidden
	case fail.Upstream:
		return http.StatusServiceUnavailable
	case fail.Internal:
	}
	return http.StatusInternalServerError
}

// stepUp answers a service that asks for a fresh proof.
func stepUp(err error) bool { return errors.Is(err, account.ErrStepUp) }

func (s *Server) showStatus(w http.ResponseWriter, r *http.Request, status int, err error) {
	q := requestOf(r)
	if status >= http.StatusInternalServerError {
		s.fault(err, "request failed", "ref", q.ref, "route", r.Pattern)
	}
	p := pageOfError(status, err, q.ref)
	if isPartial(r) {
		s.sendErrorPart(w, r, status, p)
		return
	}
	f := frame{
		page: page{Title: p.Title}, visitor: q.visitor, assets: s.assets, path: r.URL.Path, test: s.testMode(), box: s.boxOpen(), // it asks the services nothing
	}
	whole := outside(f, errorOutside(p))
	if q.visitor != nil {
		whole = layout(f, errorBody(p, "/panel"))
	}
	if err := s.send(w, r, status, whole); err != nil {
		s.fault(err, "error page failed", "ref", q.ref)
		http.Error(w, fail.MessageOf(fail.New(fail.Internal, "")), status)
	}
}

func (s *Server) sendErrorPart(w http.ResponseWriter, r *http.Request, status int, p errorPage) {
	w.Header().Set("HX-Retarget", "#avisos")
	w.Header().Set("HX-Reswap", "innerHTML")
	if err := s.send(w, r, status, errorPart(p)); err != nil {
		s.fault(err, "error part failed", "ref", p.Ref)
		http.Error(w, p.Message, status)
	}
}

// fault logs an error of ours. That somebody left before the answer was ready is none.
func (s *Server) fault(err error, message string, about ...any) {
	if !errors.Is(err, context.Canceled) {
		s.Log.Error(message, append(about, "error", err)...)
	}
}

func pageOfError(status int, err error, ref string) errorPage {
	p := errorPage{Message: fail.MessageOf(err), Ref: ref, Icon: "error", Kind: "bad"}
	switch {
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		p.Title, p.Icon, p.Kind, p.Ref = "No lo encontramos", "buscar", "warn", ""
	case status == http.StatusForbidden:
		p.Title, p.Icon, p.Kind = "Esto no te está permitido", "candado", "warn"
	case status == http.StatusConflict:
		p.Title, p.Icon, p.Kind = "Alguien se adelantó", "sustituir", "warn"
	case status == http.StatusServiceUnavailable:
		p.Title, p.Icon, p.Kind = "Ahora no podemos hacerlo", "reloj", "warn"
	case status == http.StatusUnprocessableEntity:
		p.Title, p.Icon, p.Kind = "Hay algo que corregir", "alerta", "warn"
	default:
		p.Title = "Algo falló de nuestro lado"
	}
	return p
}
