package web

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/store"
)

func (s *Server) creditosRoutes() []route {
	see, hand := needs(store.RightBuy), needs(store.RightTransfer)
	return []route{
		{pattern: "GET /creditos", access: see, handle: s.credits},
		{pattern: "GET /creditos/csv", access: see, handle: s.creditsCSV},
		{pattern: "POST /creditos/aviso", access: needs(store.RightConfigure), handle: s.saveLow},
		{pattern: "POST /comprobantes/{id}/espera", access: needs(store.RightIssue), handle: s.stopWaiting},
		{pattern: "GET /cuenta/transferencia", access: hand, handle: s.transfer},
		{pattern: "POST /cuenta/transferencia", access: hand, handle: s.previewTransfer},
		{pattern: "POST /cuenta/transferencia/confirmar", access: hand, handle: s.confirmTransfer, fresh: true},
	}
}

const waitingShown = 20

// A creditsView is the page Paquetes y tarifas: how the company stands and what
// happened.
type creditsView struct {
	form
	credit.Balance
	credit.Page
	Contract credit.Contract
	Query    credit.Query
	Waits    []billing.Document // the oldest that wait
	Newer    bool               // there is something before this page
	NextURL  string
	CSV      string

	OlderStatements bool // the newest are on another page
	StatementsURL   string
}

func creditQuery(r *http.Request) credit.Query {
	q := r.URL.Query()
	before, err := strconv.ParseInt(q.Get("antes"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	return credit.Query{Kind: credit.Kind(q.Get("tipo")), From: q.Get("desde"), To: q.Get("hasta"), Before: before}
}

func (s *Server) credits(w http.ResponseWriter, r *http.Request) error {
	return s.showCredits(w, r, form{})
}

func (s *Server) showCredits(w http.ResponseWriter, r *http.Request, f form) error {
	v, a := creditsView{form: f, Query: creditQuery(r)}, actorOf(r)
	var err error
	if v.Balance, err = s.Credit.Balance(r.Context(), a); err != nil {
		return err
	}
	if v.Contract, err = s.Credit.Contract(r.Context(), a, r.URL.Query().Get("estados")); err != nil {
		return err
	}
	if v.Page, err = s.Credit.Movements(r.Context(), a, v.Query); err != nil {
		if err := v.take(err); err != nil {
			return err
		}
	}
	if v.Waiting > 0 && a.Holds(store.RightReceipts) {
		if v.Waits, err = s.Billing.AwaitingCredit(r.Context(), a, waitingShown); err != nil {
			return err
		}
	}
	v.Newer, v.CSV = v.Query.Before > 0, "/creditos/csv?"+r.URL.RawQuery
	v.OlderStatements = r.URL.Query().Get("estados") != ""
	if v.Contract.More != "" {
		v.StatementsURL = linkTo(r, "estados", v.Contract.More)
	}
	if v.Next > 0 {
		v.NextURL = linkTo(r, "antes", strconv.FormatInt(v.Next, 10))
	}
	return s.renderForm(w, r, v.form, page{Title: "Paquetes y tarifas"}, creditsPage(v))
}

// creditsCSV streams the movements that the filters choose, a page at a time.
func (s *Server) creditsCSV(w http.ResponseWriter, r *http.Request) error {
	q := creditQuery(r)
	q.Before = 0
	found, err := s.Credit.Movements(r.Context(), actorOf(r), q)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", disposition("attachment", "creditos.csv"))
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return dropped(err)
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"Número", "Fecha", "Movimiento", "Créditos", "Saldo", "Comprobante", "Empresa", "Nota", "Quién"}); err != nil {
		return dropped(err)
	}
	for {
		for _, m := range found.Rows {
			row := plainCells(strconv.FormatInt(m.Seq, 10), fechaHora(m.At), m.Kind.Text(), "", "", m.Ref, m.OtherRfc, m.Note, m.Who)
			row[3], row[4] = strconv.FormatInt(m.Delta, 10), strconv.FormatInt(m.Balance, 10) // numbers, the sign too
			if err := out.Write(row); err != nil {
				return dropped(err)
			}
		}
		if out.Flush(); out.Error() != nil || found.Next == 0 {
			return dropped(out.Error())
		}
		q.Before = found.Next
		if found, err = s.Credit.Movements(r.Context(), actorOf(r), q); err != nil {
			s.Log.Error("movimientos cortados", "ref", requestOf(r).ref, "error", err)
			panic(http.ErrAbortHandler) // what was sent is not whole, and must not look so
		}
	}
}

func (s *Server) saveLow(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	percent, err := strconv.ParseInt(f.Get("Aviso"), 10, 64)
	if err != nil {
		percent = -1
	}
	if err := s.Credit.SetLow(r.Context(), actorOf(r), percent, int64(version(f))); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showCredits(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Guardamos cuándo te avisamos"})
	return s.redirect(w, r, "/creditos")
}

func (s *Server) stopWaiting(w http.ResponseWriter, r *http.Request) error {
	if err := s.Billing.StopWaiting(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Ya no espera créditos", Text: "Quedó como borrador. No se emitió ni se cobró nada."})
	return s.redirect(w, r, "/comprobantes/"+r.PathValue("id"))
}

// A transferView is the form, what it would do once it was read, and what was moved
// before.
type transferView struct {
	form
	credit.Balance
	Plan    *credit.Plan // to be confirmed; nil shows the form
	ID      string
	Sent    bool
	History credit.Page
	NextURL string
	Newer   bool
}

func (s *Server) transfer(w http.ResponseWriter, r *http.Request) error {
	return s.showTransfer(w, r, transferView{})
}

func (s *Server) showTransfer(w http.ResponseWriter, r *http.Request, v transferView) error {
	ctx, a := r.Context(), actorOf(r)
	var err error
	if v.Balance, err = s.Credit.Balance(ctx, a); err != nil {
		return err
	}
	q := r.URL.Query()
	before, _ := strconv.ParseInt(q.Get("antes"), 10, 64)
	v.Sent, v.Newer = q.Get("ver") != "recibidas", before > 0
	if v.History, err = s.Credit.Transfers(ctx, a, v.Sent, max(before, 0)); err != nil {
		return err
	}
	if v.History.Next > 0 {
		v.NextURL = linkTo(r, "antes", strconv.FormatInt(v.History.Next, 10))
	}
	if v.ID == "" {
		v.ID = rand.Text() // sent twice, it is one transfer
	}
	return s.renderForm(w, r, v.form, page{Title: "Transferencia de créditos"}, transferPage(v))
}

func transferFrom(f form) credit.Transfer {
	return credit.Transfer{ID: f.Get("ID"), Rfc: f.Get("Rfc"), Units: f.Get("Creditos"), Note: f.Get("Nota")}
}

// previewTransfer shows whose the RFC is, to be confirmed.
func (s *Server) previewTransfer(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := transferView{ID: f.Get("ID")}
	plan, err := s.Credit.Preview(r.Context(), actorOf(r), transferFrom(f))
	if f.Get("Cambiar") != "" { // back to the form, as it was typed
		v.form = f
		return s.showTransfer(w, r, v)
	}
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		v.form = f
		return s.showTransfer(w, r, v)
	}
	v.Plan, v.form = &plan, f
	return s.showTransfer(w, r, v)
}

func (s *Server) confirmTransfer(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	plan, err := s.Credit.Transfer(r.Context(), actorOf(r), transferFrom(f))
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := f.take(err); err != nil {
			return err
		}
		return s.showTransfer(w, r, transferView{form: f, ID: f.Get("ID")})
	}
	s.flashed(w, flash{Kind: "ok", Title: "Transferiste " + whole(plan.N) + " créditos a " + plan.Name, Text: "Avisamos a las dos empresas. Queda en los movimientos de ambas."})
	return s.redirect(w, r, "/cuenta/transferencia")
}

// kindOptions are what movements can be filtered by.
func kindOptions() []option {
	var list []option
	for _, k := range credit.Kinds() {
		list = append(list, option{string(k), k.Text()})
	}
	return list
}

// signed writes a number of credits with its sign.
func signed(n int64) string {
	if n > 0 {
		return "+" + units(n)
	}
	if n < 0 {
		return "−" + units(-n)
	}
	return "0"
}

// units writes a whole number with its thousands apart.
func units(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// lotEnd says until when a lot is good: its last day.
func lotEnd(at time.Time) string {
	if at.IsZero() {
		return "sin vencimiento"
	}
	return fecha(at.Add(-time.Second))
}

// mayHand reports whether who looks may hand credits on: the company's own Administrador.
func mayHand(ctx context.Context) bool {
	v := lookerOf(ctx)
	return v != nil && v.Actor.Holds(store.RightTransfer) && !v.Actor.IsGuest()
}
