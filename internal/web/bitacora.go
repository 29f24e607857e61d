package web

import (
	"encoding/csv"
	"io"
	"net/http"
	"strconv"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) bitacoraRoutes() []route {
	see := needs(store.RightAudit)
	return []route{
		{pattern: "GET /bitacora", access: see, handle: s.audit},
		{pattern: "GET /bitacora/csv", access: see, handle: s.auditCSV},
	}
}

// An auditView is a page of who did what, its filters, and what a check found.
type auditView struct {
	form
	account.AuditPage
	Query account.AuditQuery
	Grid  listView
	Next  string              // address of the page after, "" on the last
	Check string              // address that verifies the chain
	CSV   string              // address of the file with the same filters
	State *account.AuditState // of a check just made, nil for none
}

func auditQuery(r *http.Request) account.AuditQuery {
	q := r.URL.Query()
	before, err := strconv.ParseInt(q.Get("antes"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	return account.AuditQuery{Actor: q.Get("quien"), Action: q.Get("que"), From: q.Get("desde"), To: q.Get("hasta"), Before: before, Oldest: q.Get("orden") == "fecha"}
}

func (s *Server) audit(w http.ResponseWriter, r *http.Request) error {
	v := auditView{Query: auditQuery(r), Check: linkTo(r, "verificar", "si"), CSV: "/bitacora/csv?" + r.URL.RawQuery}
	v.Grid = gridOf(r, auditColumns())
	v.Grid.link = func(name, value string) string { return linkTo(r, name, value, "antes", "", "verificar", "") }
	if v.Grid.Sort == "" { // the newest stand first
		v.Grid.Sort = "-fecha"
	}
	found, err := s.Account.Audit(r.Context(), actorOf(r), v.Query)
	if err != nil {
		if err := v.take(err); err != nil {
			return err
		}
		for i, x := range v.Findings {
			v.Findings[i].Path = map[string]string{"From": "desde", "To": "hasta"}[x.Path]
		}
	}
	v.AuditPage = found
	if found.Next > 0 {
		v.Next = linkTo(r, "antes", strconv.FormatInt(found.Next, 10), "verificar", "")
	}
	if r.URL.Query().Get("verificar") != "" {
		state, err := s.Account.VerifyAudit(r.Context(), actorOf(r))
		if err != nil {
			return err
		}
		v.State = &state
	}
	return s.renderForm(w, r, v.form, page{Title: "Bitácora"}, auditPage(v))
}

func auditColumns() []column {
	return []column{{"fecha", "Cuándo", ""}, {"", "Quién", ""}, {"", "Qué", ""}, {"", "Desde dónde", ""}, {"", "Detalle", ""}}
}

// auditCSV streams what the filters choose, a page at a time.
func (s *Server) auditCSV(w http.ResponseWriter, r *http.Request) error {
	q := auditQuery(r)
	q.Before = 0
	page, err := s.Account.Audit(r.Context(), actorOf(r), q)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", disposition("attachment", "bitacora.csv"))
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return dropped(err)
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"Número", "Cuándo", "Quién", "Desde dónde", "Qué", "Sobre qué", "Antes", "Después"}); err != nil {
		return dropped(err)
	}
	for {
		for _, x := range page.Rows {
			if err := out.Write(plainCells(strconv.FormatInt(x.Seq, 10), fechaHora(x.At), x.Who, x.IP, x.What, x.Object, x.Before, x.After)); err != nil {
				return dropped(err)
			}
		}
		if out.Flush(); out.Error() != nil || page.Next == 0 {
			return dropped(out.Error())
		}
		q.Before = page.Next
		if page, err = s.Account.Audit(r.Context(), actorOf(r), q); err != nil {
			s.Log.Error("bitácora cortada", "ref", requestOf(r).ref, "error", err)
			panic(http.ErrAbortHandler) // what was sent is not whole, and must not look so
		}
	}
}
