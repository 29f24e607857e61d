package shop

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
)

const (
	stripeAPI      = "https://api.stripe.com"
	stripeVersion  = "2024-06-20" // of the API: what is read below
	stripeWait     = 20 * time.Second
	mostAnswer     = 1 << 20         // bytes of an answer
	signatureDrift = 5 * time.Minute // between the clock of a signature and ours
	centavo        = 10_000          // in millionths
)

// MaxEvent is the largest event that is read, in bytes.
const MaxEvent = 256 << 10

// Stripe takes cards, cash at OXXO and transfers by the pages of Stripe Checkout.
// [NewStripe] makes it. Safe for concurrent use.
type Stripe struct {
	key, secret string
	api         string
	now         func() time.Time
	client      *http.Client
}

// NewStripe returns the gateway of a secret key and of the secret that its events are
// signed with. api is the address of Stripe, "" for its own.
func NewStripe(key, secret, api string, now func() time.Time) (*Stripe, error) {
	if !strings.HasPrefix(key, "sk_") && !strings.HasPrefix(key, "rk_") {
		return nil, errors.New("la llave de Stripe debe ser la secreta: empieza con sk_ o rk_")
	}
	if !strings.HasPrefix(secret, "whsec_") {
		return nil, errors.New("el secreto de los avisos de Stripe empieza con whsec_")
	}
	if api == "" {
		api = stripeAPI
	}
	return &Stripe{key: key, secret: secret, api: api, now: now, client: &http.Client{Timeout: stripeWait, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Name is kept with the orders.
func (*Stripe) Name() string { return "stripe" }

// Methods are those of the hosted page.
func (*Stripe) Methods() []Method { return []Method{Card, OXXO, Transfer} }

// live reports whether the key moves real money.
func (g *Stripe) live() bool { return strings.Contains(g.key, "_live_") }

// Open makes a session of Checkout for an order. Its name and its company travel with the
// payment, so that what is said later can be compared.
func (g *Stripe) Open(ctx context.Context, b Bill) (Place, error) {
	form := url.Values{
		"mode": {"payment"}, "locale": {"es-419"}, "client_reference_id": {b.ID},
		"success_url": {b.Back + "?regreso=si"}, "cancel_url": {b.Back},
		"metadata[order]": {b.ID}, "metadata[company]": {b.Company},
		"payment_intent_data[metadata][order]": {b.ID}, "payment_intent_data[metadata][company]": {b.Company},
		"payment_intent_data[description]": {"Pedido " + b.Ref},
		// One line of the whole total: the gateway does no sums of ours.
		"line_items[0][quantity]":                       {"1"},
		"line_items[0][price_data][currency]":           {"mxn"},
		"line_items[0][price_data][unit_amount]":        {strconv.FormatInt(b.Total/centavo, 10)},
		"line_items[0][price_data][product_data][name]": {"Créditos de timbrado · pedido " + b.Ref},
	}
	switch Method(b.Method) {
	case Card:
		form.Set("payment_method_types[0]", "card")
	case OXXO:
		form.Set("payment_method_types[0]", "oxxo")
		form.Set("payment_method_options[oxxo][expires_after_days]", strconv.Itoa(voucherDays))
	case Transfer:
		customer, err := g.customer(ctx, b)
		if err != nil {
			return Place{}, err
		}
		form.Set("customer", customer)
		form.Set("payment_method_types[0]", "customer_balance")
		form.Set("payment_method_options[customer_balance][funding_type]", "bank_transfer")
		form.Set("payment_method_options[customer_balance][bank_transfer][type]", "mx_bank_transfer")
	}
	if b.Mail != "" && !form.Has("customer") {
		form.Set("customer_email", b.Mail)
	}
	var out struct {
		ID        string `json:"id"`
		URL       string `json:"url"`
		ExpiresAt int64  `json:"expires_at"`
	}
	if err := g.ask(ctx, http.MethodPost, "/v1/checkout/sessions", form, "sesion-"+b.ID, &out); err != nil {
		return Place{}, err
	}
	page, err := url.Parse(out.URL)
	if err != nil || out.ID == "" || page.Scheme != "https" && !strings.HasPrefix(g.api, "http://127.0.0.1:") {
		return Place{}, fail.Wrap(fail.Upstream, "La pasarela de pago contestó algo que no entendemos. No se cobró nada.", fmt.Errorf("session %q", out.ID))
	}
	return Place{Session: out.ID, URL: out.URL, Due: time.Unix(out.ExpiresAt, 0).Add(time.Hour)}, nil
}

// customer makes who transfers: Stripe gives an account to nobody else.
func (g *Stripe) customer(ctx context.Context, b Bill) (string, error) {
	form := url.Values{"metadata[company]": {b.Company}}
	if b.Mail != "" {
		form.Set("email", b.Mail)
	}
	var out struct {
		ID string `json:"id"`
	}
	err := g.ask(ctx, http.MethodPost, "/v1/customers", form, "cliente-"+b.ID, &out)
	return out.ID, err
}

// Close ends the session of an order. One that was paid meanwhile is a fail.Conflict.
func (g *Stripe) Close(ctx context.Context, o Order) error {
	if o.Session == "" {
		return nil
	}
	err := g.ask(ctx, http.MethodPost, "/v1/checkout/sessions/"+url.PathEscape(o.Session)+"/expire", url.Values{}, "", nil)
	var refused *stripeError
	if errors.As(err, &refused) && refused.status == http.StatusBadRequest {
		return fail.Wrap(fail.Conflict, "El pago de este pedido ya está en camino, así que no se canceló. Espera unos minutos a que se confirme.", err)
	}
	return err
}

// Refund gives the money back the way it came.
func (g *Stripe) Refund(ctx context.Context, o Order) (byHand bool, err error) {
	if o.Payment == "" || Method(o.Method) != Card {
		return true, nil // a store's cash and a transfer do not go back by themselves
	}
	err = g.ask(ctx, http.MethodPost, "/v1/refunds", url.Values{"payment_intent": {o.Payment}, "metadata[order]": {o.ID}}, "reembolso-"+o.ID, nil)
	var refused *stripeError
	if errors.As(err, &refused) && refused.code == "charge_already_refunded" {
		return false, nil
	}
	return false, err
}

// Instrument is the hash by which Stripe knows the card of a payment, "" for no card.
func (g *Stripe) Instrument(ctx context.Context, payment string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var out struct {
		LatestCharge struct {
			Details struct {
				Card struct {
					Fingerprint string `json:"fingerprint"`
				} `json:"card"`
			} `json:"payment_method_details"`
		} `json:"latest_charge"`
	}
	err := g.ask(ctx, http.MethodGet, "/v1/payment_intents/"+url.PathEscape(payment)+"?expand[]=latest_charge", nil, "", &out)
	return out.LatestCharge.Details.Card.Fingerprint, err
}

// A stripeError is a refusal of Stripe; it holds no secret.
type stripeError struct {
	status        int
	code, message string
}

// Error says what was refused.
func (e *stripeError) Error() string {
	return fmt.Sprintf("stripe: %d %s: %s", e.status, e.code, e.message)
}

// ask sends a form and reads the answer into out. key makes a POST that is sent twice
// take effect once.
func (g *Stripe) ask(ctx context.Context, method, path string, form url.Values, key string, out any) error {
	const sorry = "La pasarela de pago no contesta. No se cobró nada; inténtalo en unos minutos."
	r, err := http.NewRequestWithContext(ctx, method, g.api+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.SetBasicAuth(g.key, "")
	r.Header.Set("Stripe-Version", stripeVersion)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	res, err := g.client.Do(r)
	if err != nil {
		return fail.Wrap(fail.Upstream, sorry, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	if err != nil || len(body) > mostAnswer {
		return fail.Wrap(fail.Upstream, sorry, errors.Join(err, fmt.Errorf("%d bytes", len(body))))
	}
	if res.StatusCode != http.StatusOK {
		var said struct {
			Error struct{ Code, Message string } `json:"error"`
		}
		_ = json.Unmarshal(body, &said) // what is no JSON says nothing
		return fail.Wrap(fail.Upstream, "La pasarela de pago no aceptó la operación. No se cobró nada.", &stripeError{res.StatusCode, said.Error.Code, said.Error.Message})
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fail.Wrap(fail.Upstream, sorry, err)
	}
	return nil
}

// errSignature says that bytes are not Stripe's, or not of now.
var errSignature = fail.New(fail.Invalid, "La firma no corresponde. No se hizo nada.")

// Read makes an event of the body of a request and its header Stripe-Signature. Errors:
// fail.Invalid for what Stripe did not sign within five minutes of now.
func (g *Stripe) Read(signature string, body []byte) (Event, error) {
	if len(body) > MaxEvent || !g.signed(signature, body) {
		return Event{}, errSignature
	}
	var in stripeEvent
	if err := json.Unmarshal(body, &in); err != nil || in.ID == "" {
		return Event{}, fail.New(fail.Invalid, "No es un aviso de Stripe. No se hizo nada.")
	}
	e := Event{ID: in.ID, Type: in.Type, raw: strings.ToValidUTF8(strings.ReplaceAll(string(body), "\x00", ""), "")}
	in.fill(&e)
	if e.what != said && in.Live != g.live() {
		e.odd = "Es dinero de prueba y el portal cobra de verdad, o al revés."
	}
	return e, nil
}

// signed reports whether one of the signatures is that of body, in a time that does not
// tell how near another was.
func (g *Stripe) signed(header string, body []byte) bool {
	var stamp string
	var given []string
	for _, part := range strings.Split(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			stamp = value
		case "v1":
			given = append(given, value)
		}
	}
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(given) > 10 {
		return false
	}
	if drift := g.now().Sub(time.Unix(at, 0)); drift > signatureDrift || drift < -signatureDrift {
		return false
	}
	mac := hmac.New(sha256.New, []byte(g.secret))
	fmt.Fprintf(mac, "%s.", stamp)
	mac.Write(body)
	want := []byte(hex.EncodeToString(mac.Sum(nil)))
	return slices.ContainsFunc(given, func(v string) bool { return hmac.Equal([]byte(v), want) })
}

// A stripeEvent is what is read of an event: a session, a charge or a dispute.
type stripeEvent struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Live bool   `json:"livemode"`
	Data struct {
		Object struct {
			ID            string            `json:"id"`
			Status        string            `json:"status"`
			PaymentStatus string            `json:"payment_status"`
			AmountTotal   int64             `json:"amount_total"`
			Amount        int64             `json:"amount"`
			Refunded      int64             `json:"amount_refunded"`
			Currency      string            `json:"currency"`
			Reference     string            `json:"client_reference_id"`
			PaymentIntent string            `json:"payment_intent"`
			Metadata      map[string]string `json:"metadata"`
		} `json:"object"`
	} `json:"data"`
}

// fill says what an event means to the shop; what it does not know concerns nobody.
func (in stripeEvent) fill(e *Event) {
	o := in.Data.Object
	e.order, e.company, e.payment, e.currency = o.Metadata["order"], o.Metadata["company"], o.PaymentIntent, o.Currency
	switch in.Type {
	case "checkout.session.completed", "checkout.session.async_payment_succeeded":
		e.session, e.amount = o.ID, cents(o.AmountTotal)
		if e.order == "" {
			e.order = o.Reference
		}
		switch o.PaymentStatus {
		case "paid":
			e.what = paid
		case "unpaid":
			e.what = promised
		}
	case "checkout.session.async_payment_failed", "checkout.session.expired":
		e.session, e.what = o.ID, failed
	case "charge.refunded":
		e.what, e.amount = returned, cents(o.Refunded)
		if o.Refunded < o.Amount {
			e.what = returning
		}
	case "charge.dispute.created":
		e.what, e.amount = disputed, cents(o.Amount)
	case "charge.dispute.closed":
		if o.Status == "won" {
			e.what = won
		}
	}
}

// cents are centavos in millionths; what does not fit is no amount of ours.
func cents(n int64) int64 {
	if n < 0 || n > 1<<40 {
		return -1
	}
	return n * centavo
}
