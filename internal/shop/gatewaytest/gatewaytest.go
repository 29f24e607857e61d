// Package gatewaytest is a payment gateway that moves no money: the part of Stripe that
// the shop uses, with a hosted page to pay or refuse on, and events signed as Stripe
// signs them.
//
//	g := gatewaytest.New(gatewaytest.Config{Secret: "whsec_x", URL: address, Webhook: deliver, Now: time.Now})
//	go http.Serve(listener, g)
//	g.Pay(session)                    // as if the buyer had paid
//	g.Deliver(g.Event("checkout.session.completed", session)) // said once more
//
// It knows the truth ([Server.Sessions]) by which a test judges what the shop believes.
// Its events can be late, double, in another order or forged: the caller delivers them.
package gatewaytest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config is what the gateway is made of.
type Config struct {
	Secret  string // that events are signed with
	URL     string // at which the gateway is reached, without final slash
	Live    bool   // says that its money is real
	Now     func() time.Time
	Webhook func(signature string, body []byte) (status int) // hears the events; nil hears nothing
}

// A Session is one hosted page, and the truth about its money.
type Session struct {
	ID, Payment, Order, Company string
	Method                      string // card, oxxo, customer_balance
	Amount                      int64  // centavos
	Currency                    string
	Back, Cancel                string
	Status                      string // open, complete, expired
	Paid, Refunded              bool
}

// A Server is the gateway. Safe for concurrent use.
type Server struct {
	cfg  Config
	mux  *http.ServeMux
	mu   sync.Mutex
	all  []*Session
	keys map[string]string // Idempotency-Key → session
	down bool
	n    int // events made
}

// New returns a gateway without sessions.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, mux: http.NewServeMux(), keys: map[string]string{}}
	for pattern, handle := range map[string]http.HandlerFunc{
		"POST /v1/customers":                     s.customer,
		"POST /v1/checkout/sessions":             s.create,
		"POST /v1/checkout/sessions/{id}/expire": s.expire,
		"GET /v1/payment_intents/{id}":           s.intent,
		"POST /v1/refunds":                       s.refund,
		"GET /pagar/{id}":                        s.page,
		"POST /pagar/{id}":                       s.press,
	} {
		s.mux.HandleFunc(pattern, handle)
	}
	return s
}

// ServeHTTP answers as Stripe does, or as its hosted page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	if down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// Down has the gateway answer nothing of use, or again.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Sessions is the truth.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Session, 0, len(s.all))
	for _, x := range s.all {
		list = append(list, *x)
	}
	return list
}

// Of returns the session of an order.
func (s *Server) Of(order string) (Session, bool) {
	list := s.Sessions()
	i := slices.IndexFunc(list, func(x Session) bool { return x.Order == order })
	if i < 0 {
		return Session{}, false
	}
	return list[i], true
}

// change does something to a session and returns it; false when there is none.
func (s *Server) change(id string, do func(x *Session)) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.all {
		if x.ID == id || x.Payment == id {
			do(x)
			return *x, true
		}
	}
	return Session{}, false
}

// Pay pays a session at once, as a card does, and says so.
func (s *Server) Pay(id string) int {
	x, _ := s.change(id, func(x *Session) { x.Status, x.Paid = "complete", true })
	return s.Deliver(s.Event("checkout.session.completed", x))
}

// Promise gives the buyer a slip, and says so.
func (s *Server) Promise(id string) int {
	x, _ := s.change(id, func(x *Session) { x.Status = "complete" })
	return s.Deliver(s.Event("checkout.session.completed", x))
}

// Settle pays a slip, and says so.
func (s *Server) Settle(id string) int {
	x, _ := s.change(id, func(x *Session) { x.Status, x.Paid = "complete", true })
	return s.Deliver(s.Event("checkout.session.async_payment_succeeded", x))
}

// Refuse has a slip never be paid, and says so.
func (s *Server) Refuse(id string) int {
	x, _ := s.change(id, func(x *Session) { x.Status = "expired" })
	return s.Deliver(s.Event("checkout.session.async_payment_failed", x))
}

// Refund sends the money of a session back, and says so.
func (s *Server) Refund(id string) int {
	x, _ := s.change(id, func(x *Session) { x.Refunded = true })
	return s.Deliver(s.Event("charge.refunded", x))
}

// Event is what would be said about a session, with an id of its own each time.
func (s *Server) Event(kind string, x Session) []byte {
	s.mu.Lock()
	s.n++
	id := fmt.Sprintf("evt_%s_%d", strings.TrimPrefix(x.ID, "cs_test_"), s.n)
	s.mu.Unlock()
	meta := map[string]string{"order": x.Order, "company": x.Company}
	object := map[string]any{
		"id": x.ID, "object": "checkout.session", "amount_total": x.Amount, "currency": x.Currency, "client_reference_id": x.Order,
		"payment_intent": x.Payment, "payment_status": map[bool]string{true: "paid", false: "unpaid"}[x.Paid], "status": x.Status, "metadata": meta,
	}
	if strings.HasPrefix(kind, "charge.") {
		object = map[string]any{
			"id": "ch_" + x.Payment, "object": "charge", "amount": x.Amount, "amount_refunded": x.Amount, "currency": x.Currency, "payment_intent": x.Payment, "metadata": meta,
		}
	}
	if strings.HasPrefix(kind, "charge.dispute.") {
		object = map[string]any{"id": "dp_" + x.Payment, "object": "dispute", "amount": x.Amount, "currency": x.Currency, "payment_intent": x.Payment, "status": "needs_response"}
	}
	body, err := json.Marshal(map[string]any{
		"id": id, "object": "event", "type": kind, "livemode": s.cfg.Live, "created": s.cfg.Now().Unix(), "data": map[string]any{"object": object},
	})
	if err != nil {
		panic(err) // maps of text and numbers
	}
	return body
}

// Sign is the header that Stripe would send with a body at an instant.
func (s *Server) Sign(body []byte, at time.Time) string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.cfg.Secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return "t=" + stamp + ",v1=" + hex.EncodeToString(mac.Sum(nil)) + ",v0=00"
}

// Deliver says something, signed now, and returns how it was taken.
func (s *Server) Deliver(body []byte) int {
	if s.cfg.Webhook == nil {
		return 0
	}
	return s.cfg.Webhook(s.Sign(body, s.cfg.Now()), body)
}

func (s *Server) customer(w http.ResponseWriter, r *http.Request) {
	if !s.keyed(w, r) {
		return
	}
	say(w, http.StatusOK, map[string]any{"id": "cus_" + rand.Text(), "object": "customer"})
}

// keyed refuses who does not show a secret key.
func (s *Server) keyed(w http.ResponseWriter, r *http.Request) bool {
	if key, _, ok := r.BasicAuth(); !ok || !strings.HasPrefix(key, "sk_") {
		say(w, http.StatusUnauthorized, refusal("", "no key"))
		return false
	}
	return true
}

func refusal(code, message string) map[string]any {
	return map[string]any{"error": map[string]string{"code": code, "message": message}}
}

func say(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what) // who asked may have left
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	if !s.keyed(w, r) {
		return
	}
	amount, err := strconv.ParseInt(r.PostFormValue("line_items[0][price_data][unit_amount]"), 10, 64)
	if err != nil || amount < 1000 {
		say(w, http.StatusBadRequest, refusal("amount_too_small", "amount"))
		return
	}
	key := r.Header.Get("Idempotency-Key")
	s.mu.Lock()
	id, made := s.keys[key]
	if !made || key == "" {
		name := rand.Text()
		id = "cs_test_" + name
		s.keys[key] = id
		s.all = append(s.all, &Session{
			ID: id, Payment: "pi_" + name, Order: r.PostFormValue("metadata[order]"), Company: r.PostFormValue("metadata[company]"),
			Method: r.PostFormValue("payment_method_types[0]"), Amount: amount, Currency: r.PostFormValue("line_items[0][price_data][currency]"),
			Back: r.PostFormValue("success_url"), Cancel: r.PostFormValue("cancel_url"), Status: "open",
		})
	}
	s.mu.Unlock()
	say(w, http.StatusOK, map[string]any{"id": id, "object": "checkout.session", "url": s.cfg.URL + "/pagar/" + id, "expires_at": s.cfg.Now().Add(24 * time.Hour).Unix()})
}

func (s *Server) expire(w http.ResponseWriter, r *http.Request) {
	if !s.keyed(w, r) {
		return
	}
	open := false
	x, ok := s.change(r.PathValue("id"), func(x *Session) {
		if open = x.Status == "open"; open {
			x.Status = "expired"
		}
	})
	if !ok || !open {
		say(w, http.StatusBadRequest, refusal("", "Only Checkout Sessions with a status in [\"open\"] can be expired."))
		return
	}
	say(w, http.StatusOK, map[string]any{"id": x.ID, "status": x.Status})
}

func (s *Server) intent(w http.ResponseWriter, r *http.Request) {
	if !s.keyed(w, r) {
		return
	}
	x, ok := s.change(r.PathValue("id"), func(*Session) {})
	if !ok {
		say(w, http.StatusNotFound, refusal("resource_missing", "no such payment_intent"))
		return
	}
	details := map[string]any{}
	if x.Method == "card" {
		details["card"] = map[string]string{"fingerprint": "huella" + x.Company}
	}
	say(w, http.StatusOK, map[string]any{"id": x.Payment, "latest_charge": map[string]any{"payment_method_details": details}})
}

func (s *Server) refund(w http.ResponseWriter, r *http.Request) {
	if !s.keyed(w, r) {
		return
	}
	again := false
	x, ok := s.change(r.PostFormValue("payment_intent"), func(x *Session) { again, x.Refunded = x.Refunded, x.Paid })
	switch {
	case !ok || !x.Paid:
		say(w, http.StatusBadRequest, refusal("resource_missing", "not paid"))
	case again:
		say(w, http.StatusBadRequest, refusal("charge_already_refunded", "refunded"))
	default:
		say(w, http.StatusOK, map[string]any{"id": "re_" + rand.Text(), "status": "succeeded"})
	}
}

var hosted = template.Must(template.New("").Parse(`<!doctype html><html lang="es-MX"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pasarela de prueba</title><style>body{font:1rem system-ui;max-width:26rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.7rem 1rem;margin:.3rem 0;width:100%}</style>
<h1>Pasarela de prueba</h1><p>Aquí no se mueve dinero de verdad.</p><p><strong>$ {{.Pesos}} MXN</strong></p>
{{if eq .Status "open"}}<form method="post">
{{if eq .Method "card"}}<button name="hacer" value="pagar">Pagar</button>
{{else}}<button name="hacer" value="ficha">{{if eq .Method "oxxo"}}Generar ficha de OXXO{{else}}Ver la cuenta para transferir{{end}}</button>{{end}}
<button name="hacer" value="rechazar">Rechazar</button></form>
{{else if and (eq .Status "complete") (not .Paid)}}<p>Ficha lista: paga con ella cuando quieras.</p><form method="post">
<button name="hacer" value="caja">{{if eq .Method "oxxo"}}Pagar en OXXO{{else}}Transferir{{end}}</button><button name="hacer" value="vencer">Dejarla vencer</button></form>
<p><a href="{{.Back}}">Volver a la tienda</a></p>
{{else}}<p>Este pago ya terminó.</p><p><a href="{{.Back}}">Volver a la tienda</a></p>{{end}}</html>`))

func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	x, ok := s.change(r.PathValue("id"), func(*Session) {})
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = hosted.Execute(w, struct {
		Session
		Pesos string
	}{x, fmt.Sprintf("%d.%02d", x.Amount/100, x.Amount%100)}) // who asked may have left
}

// press is a button of the hosted page.
func (s *Server) press(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	x, ok := s.change(id, func(*Session) {})
	if !ok {
		http.NotFound(w, r)
		return
	}
	to := x.Back
	switch what := r.PostFormValue("hacer"); {
	case what == "pagar" && x.Status == "open":
		s.Pay(id)
	case what == "ficha" && x.Status == "open":
		s.Promise(id)
		to = "/pagar/" + id
	case what == "caja" && x.Status == "complete" && !x.Paid:
		s.Settle(id)
	case what == "vencer" && x.Status == "complete" && !x.Paid:
		s.Refuse(id)
	default:
		to = x.Cancel
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
