package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) estadoCuentaRoutes() []route {
	return []route{
		{pattern: "GET /clientes/{id}/cuenta", access: needs(store.RightReceipts), handle: s.statement},
		{pattern: "GET /clientes/{id}/cuenta/archivo", access: needs(store.RightReceipts), handle: s.statementFile},
		{pattern: "POST /clientes/{id}/cuenta/enviar", access: needs(store.RightSend), handle: s.mailStatement},
		{pattern: "POST /clientes/{id}/cuenta/recordar", access: needs(store.RightSend), handle: s.mailReminder},
	}
}

// A statementView is the account statement of a customer and the form that mails it.
type statementView struct {
	form
	billing.Statement
	Query url.Values // of the period and the moneda
	First bool       // page
	Mails []billing.CustomerMail
}

// Overdue is what is overdue, by moneda; "" for nothing.
func (v statementView) Overdue() string {
	var list []billing.Owed
	for _, o := range v.Monedas {
		if o.Vencido.Sign() > 0 {
			list = append(list, billing.Owed{Moneda: o.Moneda, Saldo: o.Vencido})
		}
	}
	return owedText(list)
}

// Path is the statement with its period; more are further pairs of its query.
func (v statementView) Path(sub string, more ...string) string {
	q := url.Values{}
	for name, value := range v.Query {
		q[name] = value
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	path := "/clientes/" + v.CustomerID + "/cuenta" + sub
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// Use is how much of the limit of credit is used, in per cent, at most 100; −1 without one.
func (v statementView) Use() int {
	if v.Limit.IsZero() || v.Limit.Sign() <= 0 {
		return -1
	}
	if v.Now.Saldo.Sign() <= 0 {
		return 0
	}
	n, err := v.Now.Saldo.Mul(decimal.FromInt(100)).Quo(v.Limit, 0).Micros()
	if err != nil {
		return 100
	}
	return int(min(n/1_000_000, 100))
}

func statementFilter(q url.Values) billing.StatementFilter {
	return billing.StatementFilter{Moneda: q.Get("moneda"), From: q.Get("desde"), To: q.Get("hasta"), After: q.Get("despues")}
}

func (s *Server) statement(w http.ResponseWriter, r *http.Request) error {
	return s.showStatement(w, r, form{})
}

func (s *Server) showStatement(w http.ResponseWriter, r *http.Request, f form) error {
	q := r.URL.Query()
	v := statementView{form: f, Query: url.Values{}, First: q.Get("despues") == ""}
	for _, name := range []string{"moneda", "desde", "hasta"} {
		if value := q.Get(name); value != "" {
			v.Query.Set(name, value)
		}
	}
	var err error
	v.Statement, err = s.Billing.Statement(r.Context(), actorOf(r), r.PathValue("id"), statementFilter(q))
	if fail.KindOf(err) == fail.Invalid && err != nil { // a period that is none: said beside it, with the usual one below
		fields := fail.FieldsOf(err)
		v.Query.Del("desde")
		v.Query.Del("hasta")
		v.Statement, err = s.Billing.Statement(r.Context(), actorOf(r), r.PathValue("id"), billing.StatementFilter{Moneda: q.Get("moneda")})
		for _, x := range fields {
			v.refuse(map[string]string{"From": "desde", "To": "hasta"}[x.Path], x.Message)
		}
	}
	if err == nil {
		v.Mails, err = s.Billing.CustomerMails(r.Context(), actorOf(r), v.CustomerID)
	}
	if err != nil {
		return err
	}
	return s.renderForm(w, r, v.form, page{Title: "Estado de cuenta", Section: "clientes"}, statementPage(v))
}

// statementFile is the whole period as a table.
func (s *Server) statementFile(w http.ResponseWriter, r *http.Request) error {
	id, f := r.PathValue("id"), statementFilter(r.URL.Query())
	st, err := s.Billing.Statement(r.Context(), actorOf(r), id, f)
	if err != nil {
		return err
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(5 * time.Minute)) // a test's recorder has none
	out, flush, err := tableTo(w, r, "estado-de-cuenta_"+strings.ToLower(st.Rfc)+"_"+st.From+"_"+st.To, "Estado de cuenta")
	if err != nil {
		return err
	}
	return s.whole(w, r, s.Billing.StatementRows(r.Context(), actorOf(r), id, f, out.Write), flush)
}

func (s *Server) mailStatement(w http.ResponseWriter, r *http.Request) error {
	return s.mailCustomer(w, r, "el estado de cuenta", func(id string, to []string) error {
		return s.Billing.SendStatement(r.Context(), actorOf(r), id, statementFilter(r.URL.Query()), to)
	})
}

func (s *Server) mailReminder(w http.ResponseWriter, r *http.Request) error {
	return s.mailCustomer(w, r, "el recordatorio", func(id string, to []string) error {
		return s.Billing.SendReminder(r.Context(), actorOf(r), id, to)
	})
}

// mailCustomer has one of the two mails of a statement sent to the addresses typed.
func (s *Server) mailCustomer(w http.ResponseWriter, r *http.Request, what string, mail func(id string, to []string) error) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id, to := r.PathValue("id"), addresses(f.Get("Para"))
	err = mail(id, to)
	if err == nil {
		s.flashed(w, flash{Kind: "ok", Title: "Va en camino.", Text: "Enviamos " + what + " a " + strings.Join(to, ", ") + "."})
		return s.redirect(w, r, "/clientes/"+id+"/cuenta?"+r.URL.RawQuery)
	}
	if err := f.take(err, fail.Denied); err != nil {
		return err
	}
	f.place(func(string) string { return "Para" })
	return s.showStatement(w, r, f)
}

// owedText is what a customer owes, each moneda on its own.
func owedText(list []billing.Owed) string {
	parts := make([]string, 0, len(list))
	for _, o := range list {
		parts = append(parts, money(o.Saldo, o.Moneda))
	}
	return strings.Join(parts, " · ")
}

// movementText says what a movement is.
func movementText(m billing.Movement) string {
	switch {
	case m.Tipo == "E" && m.Spot():
		return "Nota de crédito, devuelta al emitir"
	case m.Tipo == "E":
		return "Nota de crédito"
	case m.Spot():
		return "Factura, pagada al emitir"
	}
	return "Factura"
}

// customerMailText says what a mail was.
func customerMailText(m billing.CustomerMail) string {
	if m.Reminder {
		return "Recordatorio de lo vencido"
	}
	return "Estado de cuenta"
}
