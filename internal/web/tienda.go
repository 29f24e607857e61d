package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/store"
)

func (s *Server) tiendaRoutes() []route {
	buy := needs(store.RightBuy)
	return []route{
		{pattern: "GET /tienda", access: buy, handle: s.shop},
		{pattern: "POST /tienda", access: buy, handle: s.addToCart},
		{pattern: "GET /tienda/carrito", access: buy, handle: s.cart},
		{pattern: "POST /tienda/carrito", access: buy, handle: s.changeCart},
		{pattern: "POST /tienda/pagar", access: buy, handle: s.checkout},
		{pattern: "GET /tienda/pedidos", access: buy, handle: s.orders},
		{pattern: "GET /tienda/pedidos/{id}", access: buy, handle: s.order},
		{pattern: "POST /tienda/pedidos/{id}/pagar", access: buy, handle: s.payOrder},
		{pattern: "POST /tienda/pedidos/{id}/cancelar", access: buy, handle: s.cancelOrder},
		{pattern: "GET /tienda/pedidos/{id}/xml", access: buy, handle: s.orderReceipt("xml", "application/xml")},
		{pattern: "GET /tienda/pedidos/{id}/pdf", access: buy, handle: s.orderReceipt("pdf", "application/pdf")},
		{pattern: "POST /pagos/stripe", access: open(), handle: s.hearStripe, body: shop.MaxEvent},
	}
}

// pesos is an amount of the shop as screens write it.
func pesos(micros int64) string { return "$ " + grouped(shop.Pesos(micros)) }

// perStamp is the price of one stamp of a package, to the centavo or finer where that
// would be nothing.
func perStamp(d decimal.Decimal) string {
	if d.Cmp(decimal.FromInt(1)) < 0 {
		return "$ " + d.Fixed(4)
	}
	return "$ " + grouped(d.Fixed(2))
}

// validity says for how long the credits of a package are good.
func validity(days int64) string {
	switch {
	case days == 0:
		return "sin vencimiento"
	case days == 365:
		return "un año"
	case days%365 == 0:
		return whole(days/365) + " años"
	}
	return whole(days) + " días"
}

// A shopView is what is sold.
type shopView struct {
	form
	On       bool
	Packages []shop.Package
	Cart     shop.Cart
	Balance  credit.Balance
}

func (s *Server) shop(w http.ResponseWriter, r *http.Request) error {
	return s.showShop(w, r, form{})
}

func (s *Server) showShop(w http.ResponseWriter, r *http.Request, f form) error {
	v, ctx, a := shopView{form: f, On: s.Shop.On()}, r.Context(), actorOf(r)
	var err error
	if v.On {
		if v.Packages, err = s.Shop.Packages(ctx, a); err != nil {
			return err
		}
		if v.Cart, err = s.Shop.Cart(ctx, a); err != nil {
			return err
		}
	}
	if v.Balance, err = s.Credit.Balance(ctx, a); err != nil {
		return err
	}
	return s.renderForm(w, r, f, page{Title: "Tienda", Section: "tienda"}, shopPage(v))
}

func (s *Server) addToCart(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Shop.Add(r.Context(), actorOf(r), f.Get("Paquete")); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showShop(w, r, f)
	}
	return s.redirect(w, r, "/tienda/carrito")
}

// A cartView is the cart and how it can be paid.
type cartView struct {
	form
	shop.Cart
	ID      string // of the form: sent twice, it is one order
	Methods []shop.Method
	Buyer   store.CompanyRow
}

func (s *Server) cart(w http.ResponseWriter, r *http.Request) error {
	return s.showCart(w, r, form{})
}

func (s *Server) showCart(w http.ResponseWriter, r *http.Request, f form) error {
	v, ctx, a := cartView{form: f, ID: rand.Text(), Methods: s.Shop.Methods()}, r.Context(), actorOf(r)
	var err error
	if v.Cart, err = s.Shop.Cart(ctx, a); err != nil {
		return err
	}
	if v.Buyer, err = s.DB.View(a.Tenant).Company(ctx); err != nil {
		return err
	}
	return s.renderForm(w, r, f, page{Title: "Carrito", Section: "tienda"}, cartPage(v))
}

// quantityName is the input of a line of the cart.
func quantityName(i int) string { return "Cantidad[" + strconv.Itoa(i) + "]" }

func (s *Server) changeCart(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if id := f.Get("Quitar"); id != "" {
		if err := s.Shop.Put(r.Context(), actorOf(r), id, 0); err != nil {
			return err
		}
		return s.redirect(w, r, "/tienda/carrito")
	}
	for i, id := range f.Values["Paquete"] {
		n, err := strconv.ParseInt(f.Get(quantityName(i)), 10, 64)
		if err != nil {
			n = -1
		}
		if err := s.Shop.Put(r.Context(), actorOf(r), id, n); err != nil {
			if err := f.take(err); err != nil {
				return err
			}
			for j := range f.Findings {
				f.Findings[j].Path = quantityName(i)
			}
			return s.showCart(w, r, f)
		}
	}
	return s.redirect(w, r, "/tienda/carrito")
}

func (s *Server) checkout(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id, err := s.Shop.Checkout(r.Context(), actorOf(r), shop.Checkout{ID: f.Get("ID"), Method: f.Get("Metodo"), Total: f.Get("Total")})
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showCart(w, r, f)
	}
	return s.redirect(w, r, "/tienda/pedidos/"+id)
}

// An ordersView is a page of orders.
type ordersView struct {
	shop.OrderPage
	Newer   bool
	NextURL string
}

func (s *Server) orders(w http.ResponseWriter, r *http.Request) error {
	before := r.URL.Query().Get("antes")
	found, err := s.Shop.Orders(r.Context(), actorOf(r), before)
	if err != nil {
		return err
	}
	v := ordersView{OrderPage: found, Newer: before != ""}
	if found.Next != "" {
		v.NextURL = linkTo(r, "antes", found.Next)
	}
	return s.render(w, r, http.StatusOK, page{Title: "Pedidos", Section: "tienda"}, ordersPage(v))
}

// An orderView is one order, with how it is paid while it waits.
type orderView struct {
	form
	shop.Order
	SPEI     shop.SPEIAccount
	Back     bool // the buyer comes from the gateway's page
	Receipts bool // the portal issues the CFDI
}

func (s *Server) order(w http.ResponseWriter, r *http.Request) error {
	return s.showOrder(w, r, form{})
}

func (s *Server) showOrder(w http.ResponseWriter, r *http.Request, f form) error {
	o, err := s.Shop.Order(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := orderView{form: f, Order: o, Back: r.URL.Query().Get("regreso") != "", Receipts: s.Shop.Receipts()}
	v.SPEI, _ = s.Shop.Account()
	return s.renderForm(w, r, f, page{Title: "Pedido " + o.Ref, Section: "tienda"}, orderPage(v))
}

func (s *Server) payOrder(w http.ResponseWriter, r *http.Request) error {
	var f form
	if err := s.Shop.Pay(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		if err := f.take(err, fail.Upstream); err != nil {
			return err
		}
		return s.showOrder(w, r, f)
	}
	return s.redirect(w, r, "/tienda/pedidos/"+r.PathValue("id"))
}

func (s *Server) cancelOrder(w http.ResponseWriter, r *http.Request) error {
	var f form
	if err := s.Shop.Cancel(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		if err := f.take(err, fail.Upstream); err != nil {
			return err
		}
		return s.showOrder(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Pedido cancelado", Text: "No se cobró nada."})
	return s.redirect(w, r, "/tienda/pedidos/"+r.PathValue("id"))
}

func (s *Server) orderReceipt(kind, mediaType string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		name, b, err := s.Shop.ReceiptFile(r.Context(), actorOf(r), r.PathValue("id"), kind)
		if err != nil {
			return err
		}
		return s.download(w, r, mediaType, name, b)
	}
}

// hearStripe takes what Stripe says. It is answered by a status alone: 400 for what was
// not signed, 500 has Stripe say it again.
func (s *Server) hearStripe(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.Shop.HearStripe(r.Context(), r.Header.Get("Stripe-Signature"), body)
	} else {
		err = fail.Wrap(fail.Invalid, "No se leyó. No se hizo nada.", err)
	}
	status := http.StatusOK
	switch fail.KindOf(err) {
	case fail.Internal:
		if err != nil {
			status = http.StatusInternalServerError
			s.Log.Error("aviso de pago", "ref", requestOf(r).ref, "error", err)
		}
	case fail.NotFound:
		status = http.StatusNotFound
	case fail.Invalid:
		status = http.StatusBadRequest
	default:
		status = http.StatusInternalServerError
		s.Log.Error("aviso de pago", "ref", requestOf(r).ref, "error", err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err = fmt.Fprintln(w, http.StatusText(status))
	return dropped(err)
}

// mayShop reports whether who looks at the page can buy here.
func mayShop(ctx context.Context) bool {
	q, ok := ctx.Value(requestKey{}).(*request)
	return ok && q.shop && may(ctx, store.RightBuy)
}

// spaced is a CLABE in its groups, easier to read.
func spaced(clabe string) string {
	if len(clabe) != 18 {
		return clabe
	}
	return strings.Join([]string{clabe[:3], clabe[3:6], clabe[6:17], clabe[17:]}, " ")
}
