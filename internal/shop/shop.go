// Package shop sells credits: packages, a cart, orders, the gateways by which they are
// paid, and what becomes of the money.
//
//	s := shop.New(shop.Config{DB: db, Gateways: []shop.Gateway{stripe, spei}, Now: time.Now, …})
//	err := s.Put(ctx, actor, packageID, 2)                         // in the cart
//	id, err := s.Checkout(ctx, actor, shop.Checkout{Method: "tarjeta", Total: seen})
//	err = s.Hear(ctx, stripe, event)                               // what a gateway says
//	err = s.Confirm(ctx, operator, shop.Transfer{…})               // a transfer that arrived
//
// An order goes pendiente → pagada → acreditada, or ends as vencida, cancelada or
// reembolsada ([Moves]). Its credits come in the transaction that says it is paid, once,
// whatever is said twice, late or in another order. Money that does not fit its order is
// kept and shown to who runs the portal, who decides; nothing is credited meanwhile.
//
// What it will never do: believe what the buyer's browser brings back, keep the number
// of a card, or charge by itself.
package shop

import (
	"context"
	"crypto/rand"
	"log/slog"
	"math/big"
	"slices"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// Config is what the service is made of. Log and the functions after it may be nil.
type Config struct {
	DB       *store.DB
	Catalog  *catalogo.Catalog
	Gateways []Gateway // by which an order can be paid, in the order a screen offers them
	On       bool      // the portal sells; false shows nobody a shop
	BaseURL  string    // where the buyer comes back to
	Now      func() time.Time
	NewID    func() string
	Log      *slog.Logger

	// Fresh refuses who has not just proved who it is.
	Fresh func(a store.Actor) error
	// Paid and Refunded are called in the transaction in which an order of tx's company is
	// paid, and in which its payment is given back. Nobody else pays for that company
	// meanwhile. Nil does nothing.
	Paid, Refunded func(ctx context.Context, tx *store.Tx, o Order) error
	// Receipt issues the CFDI of an order by the company that runs the portal and returns
	// the document's id. It is asked until it answers, and must be the same twice. Nil:
	// who runs the portal sends it by other means.
	Receipt func(ctx context.Context, o Order) (documentID string, err error)
	// ReceiptFile reads a document that Receipt issued: "xml" or "pdf".
	ReceiptFile func(ctx context.Context, documentID, kind string) (name string, b []byte, err error)
}

// A Service sells. Safe for concurrent use.
type Service struct{ cfg Config }

// New returns the service over cfg.
func New(cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{cfg: cfg}
}

// On reports whether there is a shop: the portal sells and something can be paid with.
func (s *Service) On() bool { return s != nil && s.cfg.On && len(s.cfg.Gateways) > 0 }

// Receipts reports whether the portal itself issues the CFDI of an order.
func (s *Service) Receipts() bool { return s.cfg.Receipt != nil }

// Jobs lists what the service does later.
func (s *Service) Jobs() []job.Def {
	return []job.Def{job.Define(s.runExpire), job.Define(s.runReceipt)}
}

// A Method is a way to pay. The value is kept.
type Method string

// The methods.
const (
	Card     Method = "tarjeta"
	OXXO     Method = "oxxo"
	Transfer Method = "transferencia" // to an account that the gateway makes for the order
	SPEI     Method = "spei"          // to the account of who runs the portal, confirmed by a person
)

// Text is the method as a person reads it.
func (m Method) Text() string {
	switch m {
	case Card:
		return "Tarjeta de crédito o débito"
	case OXXO:
		return "Efectivo en OXXO"
	case Transfer:
		return "Transferencia bancaria"
	case SPEI:
		return "SPEI con referencia"
	}
	return string(m)
}

// FormaPago is the method as the SAT calls it (c_FormaPago).
func (m Method) FormaPago() string {
	switch m {
	case Card:
		return "04"
	case OXXO:
		return "01"
	}
	return "03"
}

// most is what can be paid by a method at once, in millionths of MXN: OXXO takes
// 10,000 pesos, the gateway 999,999.99.
func (m Method) most() int64 {
	if m == OXXO {
		return 10_000 * peso
	}
	return 999_999*peso + 990_000
}

// A Bill is what a gateway is told of an order.
type Bill struct {
	Order
	Company string // id
	Mail    string // of the buyer, "" for none
	Back    string // address of the order's page
}

// A Place is where an order is paid.
type Place struct {
	Session string // the gateway's name for it, "" for none
	URL     string // the gateway's page, "" when our own page says how
	Due     time.Time
}

// A Gateway takes money. It may be asked the same twice. Its errors are fail.Upstream
// when it does not answer.
type Gateway interface {
	Name() string
	Methods() []Method
	// Open says where an order is paid.
	Open(ctx context.Context, b Bill) (Place, error)
	// Close has nobody pay an order any longer; fail.Conflict when somebody is paying.
	Close(ctx context.Context, o Order) error
	// Refund gives the money of an order back; byHand says that a person has to.
	Refund(ctx context.Context, o Order) (byHand bool, err error)
}

// Methods lists how an order can be paid here.
func (s *Service) Methods() []Method {
	var list []Method
	for _, g := range s.cfg.Gateways {
		list = append(list, g.Methods()...)
	}
	return list
}

// by returns the gateway of a method.
func (s *Service) by(m Method) (Gateway, bool) {
	i := slices.IndexFunc(s.cfg.Gateways, func(g Gateway) bool { return slices.Contains(g.Methods(), m) })
	if i < 0 {
		return nil, false
	}
	return s.cfg.Gateways[i], true
}

func (s *Service) gateway(name string) (Gateway, bool) {
	i := slices.IndexFunc(s.cfg.Gateways, func(g Gateway) bool { return g.Name() == name })
	if i < 0 {
		return nil, false
	}
	return s.cfg.Gateways[i], true
}

// Account is where transfers are sent, ok is false when none are taken.
func (s *Service) Account() (a SPEIAccount, ok bool) {
	for _, g := range s.cfg.Gateways {
		if a, ok := g.(SPEIAccount); ok {
			return a, true
		}
	}
	return SPEIAccount{}, false
}

// buys refuses who may not buy, and everybody where nothing is sold.
func (s *Service) buys(a store.Actor) error {
	if err := a.Require(store.RightBuy); err != nil {
		return err
	}
	if !s.On() {
		return fail.New(fail.Conflict, "Este portal no vende créditos. No se cobró nada.")
	}
	return nil
}

// operates refuses who does not run the portal.
func operates(a store.Actor) error {
	if a.Operator && a.Tenant == store.Platform() {
		return nil
	}
	return fail.New(fail.Denied, "Esto sólo lo hace quien opera el portal.")
}

func (s *Service) fresh(a store.Actor) error {
	if s.cfg.Fresh == nil {
		return nil
	}
	return s.cfg.Fresh(a)
}

// states is the table of the states of an order: from which to which it may go. "" is
// before it is made.
var states = map[string][]string{
	"":                  {store.OrderPending},
	store.OrderPending:  {store.OrderPaid, store.OrderExpired, store.OrderCanceled},
	store.OrderPaid:     {store.OrderCredited, store.OrderRefunded},
	store.OrderCredited: {store.OrderRefunded},
	store.OrderExpired:  {store.OrderPaid}, // late money, when who runs the portal says so
	store.OrderCanceled: {store.OrderPaid},
	store.OrderRefunded: {},
}

// Moves reports whether an order may go from one state to another.
func Moves(from, to string) bool { return slices.Contains(states[from], to) }

// States lists the states, as a screen offers them.
func States() []string {
	return []string{store.OrderPending, store.OrderPaid, store.OrderCredited, store.OrderExpired, store.OrderCanceled, store.OrderRefunded}
}

// StateText is a state as a person reads it.
func StateText(state string) string {
	switch state {
	case store.OrderPending:
		return "Pendiente de pago"
	case store.OrderPaid:
		return "Pagado"
	case store.OrderCredited:
		return "Acreditado"
	case store.OrderExpired:
		return "Vencido"
	case store.OrderCanceled:
		return "Cancelado"
	case store.OrderRefunded:
		return "Reembolsado"
	}
	return state
}

// newRef is seven digits that a bank takes as the numeric reference of a transfer.
func newRef() string {
	n, err := rand.Int(rand.Reader, big.NewInt(9_000_000))
	if err != nil {
		panic(err) // never, since Go 1.24
	}
	return n.Add(n, big.NewInt(1_000_000)).String()
}
