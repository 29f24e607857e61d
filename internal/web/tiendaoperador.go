package web

import (
	"net/http"
	"slices"

	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/store"
)

func (s *Server) tiendaOperadorRoutes() []route {
	return []route{
		{pattern: "GET /operador/paquetes", access: operating(), handle: s.packages},
		{pattern: "GET /operador/paquetes/nuevo", access: operating(), handle: s.newPackage},
		{pattern: "POST /operador/paquetes/nuevo", access: operating(), handle: s.savePackage, fresh: true},
		{pattern: "GET /operador/paquetes/{id}", access: operating(), handle: s.editPackage},
		{pattern: "POST /operador/paquetes/{id}", access: operating(), handle: s.savePackage, fresh: true},
		{pattern: "POST /operador/paquetes/{id}/retirar", access: operating(), handle: s.withdrawPackage, fresh: true},
		{pattern: "GET /operador/pedidos", access: operating(), handle: s.soldOrders},
		{pattern: "GET /operador/pedidos/{empresa}/{id}", access: operating(), handle: s.soldOrder},
		{pattern: "POST /operador/pedidos/{empresa}/{id}/confirmar", access: operating(), handle: s.confirmTransferOf, fresh: true},
		{pattern: "POST /operador/pedidos/{empresa}/{id}/reembolsar", access: operating(), handle: s.refundOrder, fresh: true},
		{pattern: "POST /operador/pedidos/{empresa}/{id}/facturar", access: operating(), handle: s.retryReceipt, fresh: true},
		{pattern: "GET /operador/pedidos/{empresa}/{id}/xml", access: operating(), handle: s.soldReceipt("xml", "application/xml")},
		{pattern: "GET /operador/pedidos/{empresa}/{id}/pdf", access: operating(), handle: s.soldReceipt("pdf", "application/pdf")},
		{pattern: "GET /operador/pagos", access: operating(), handle: s.oddPayments},
		{pattern: "GET /operador/pagos/{pasarela}/{evento}", access: operating(), handle: s.oddPayment},
		{pattern: "POST /operador/pagos/{pasarela}/{evento}", access: operating(), handle: s.decidePayment, fresh: true},
	}
}

// A packagesView is what is sold, for who runs the portal.
type packagesView struct {
	On         bool
	Methods    []shop.Method
	Open, Gone []shop.Package
}

func (s *Server) packages(w http.ResponseWriter, r *http.Request) error {
	v := packagesView{On: s.Shop.On(), Methods: s.Shop.Methods()}
	var err error
	if v.Open, v.Gone, err = s.Shop.Offered(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Paquetes", Section: "op-paquetes"}, packagesPage(v))
}

// A packageView is the form of a package.
type packageView struct {
	form
	shop.PackageForm
	Sold bool // saving makes another
}

func (s *Server) newPackage(w http.ResponseWriter, r *http.Request) error {
	return s.showPackage(w, r, packageView{PackageForm: shop.PackageForm{Days: "365", Order: "0", From: s.Now().In(centro()).Format("2006-01-02")}})
}

func (s *Server) editPackage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Shop.Package(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showPackage(w, r, packageView{PackageForm: s.Shop.Form(p), Sold: p.Sold})
}

func (s *Server) showPackage(w http.ResponseWriter, r *http.Request, v packageView) error {
	title := "Nuevo paquete"
	if v.ID != "" {
		title = "Editar paquete"
	}
	return s.renderForm(w, r, v.form, page{Title: title, Section: "op-paquetes"}, packagePage(v, title))
}

func (s *Server) savePackage(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := packageView{form: f, PackageForm: shop.PackageForm{
		ID: r.PathValue("id"), Version: int64(version(f)), Name: f.Get("Nombre"), Credits: f.Get("Creditos"), Price: f.Get("Precio"), Days: f.Get("Vigencia"),
		From: f.Get("Desde"), Until: f.Get("Hasta"), Order: f.Get("Orden"),
	}}
	if v.ID != "" {
		p, err := s.Shop.Package(r.Context(), actorOf(r), v.ID)
		if err != nil {
			return err
		}
		v.Sold = p.Sold
	}
	if _, err := s.Shop.SavePackage(r.Context(), actorOf(r), v.PackageForm); err != nil {
		if stepUp(err) {
			return err
		}
		if err := v.take(err); err != nil {
			return err
		}
		return s.showPackage(w, r, v)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Paquete guardado", Text: "Los pedidos que ya se hicieron no cambian."})
	return s.redirect(w, r, "/operador/paquetes")
}

func (s *Server) withdrawPackage(w http.ResponseWriter, r *http.Request) error {
	if err := s.Shop.Withdraw(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Paquete retirado", Text: "Nadie más lo puede comprar; los pedidos que ya se hicieron siguen."})
	return s.redirect(w, r, "/operador/paquetes")
}

// A soldView is a page of orders of everybody.
type soldView struct {
	shop.SoldPage
	State   string
	Newer   bool
	NextURL string
}

func (s *Server) soldOrders(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := soldView{State: q.Get("estado"), Newer: q.Get("antes") != ""}
	if v.State != shop.NoReceipt && !slices.Contains(shop.States(), v.State) {
		v.State = ""
	}
	var err error
	if v.SoldPage, err = s.Shop.Sold(r.Context(), actorOf(r), v.State, q.Get("antes")); err != nil {
		return err
	}
	if v.Next != "" {
		v.NextURL = linkTo(r, "antes", v.Next)
	}
	return s.render(w, r, http.StatusOK, page{Title: "Pedidos", Section: "op-pedidos"}, soldPage(v))
}

// orderStateOptions are the states to filter by.
func orderStateOptions() []option {
	var list []option
	for _, state := range shop.States() {
		list = append(list, option{state, shop.StateText(state)})
	}
	return append(list, option{shop.NoReceipt, "Sin su CFDI"})
}

// soldPath is where an order is for who runs the portal.
func soldPath(v soldOrderView) string {
	return "/operador/pedidos/" + v.Tenant.ID() + "/" + v.ID
}

// A soldOrderView is one order with what can be done to it.
type soldOrderView struct {
	form
	shop.SoldOrder
	Today string
}

// Transfer reports whether a deposit may be confirmed: also of one that came late.
func (v soldOrderView) Transfer() bool {
	return shop.Method(v.Method) == shop.SPEI && shop.Moves(v.State, store.OrderPaid)
}

func (s *Server) soldOrder(w http.ResponseWriter, r *http.Request) error {
	return s.showSoldOrder(w, r, form{})
}

func (s *Server) showSoldOrder(w http.ResponseWriter, r *http.Request, f form) error {
	o, err := s.Shop.SoldOrder(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := soldOrderView{form: f, SoldOrder: o, Today: s.Now().In(centro()).Format("2006-01-02")}
	return s.renderForm(w, r, f, page{Title: "Pedido " + o.Ref, Section: "op-pedidos"}, soldOrderPage(v))
}

// aboutOrder answers what an operator did to an order.
func (s *Server) aboutOrder(w http.ResponseWriter, r *http.Request, f form, err error, done flash) error {
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := f.take(err); err != nil {
			return err
		}
		return s.showSoldOrder(w, r, f)
	}
	s.flashed(w, done)
	return s.redirect(w, r, "/operador/pedidos/"+r.PathValue("empresa")+"/"+r.PathValue("id"))
}

func (s *Server) confirmTransferOf(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := shop.Arrival{Amount: f.Get("Importe"), Day: f.Get("Dia"), Tracking: f.Get("Rastreo"), Anyway: f.Checked("Decision"), Why: f.Get("Motivo")}
	err = s.Shop.Confirm(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id"), in)
	return s.aboutOrder(w, r, f, err, flash{Kind: "ok", Title: "Pago confirmado", Text: "Los créditos ya están en la empresa y le avisamos."})
}

func (s *Server) refundOrder(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	byHand, err := s.Shop.GiveBack(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id"), f.Get("MotivoReembolso"))
	done := flash{Kind: "ok", Title: "Pedido reembolsado", Text: "La pasarela devuelve el dinero. Salieron los créditos; lo usado quedó como adeudo."}
	if byHand {
		done.Text = "Salieron los créditos; lo usado quedó como adeudo. El dinero lo devuelves tú: este método no lo regresa solo."
	}
	if err != nil && !stepUp(err) {
		if err = f.take(err); err != nil {
			return err
		}
		for i := range f.Findings {
			f.Findings[i].Path = "MotivoReembolso"
		}
		return s.showSoldOrder(w, r, f)
	}
	return s.aboutOrder(w, r, f, err, done)
}

func (s *Server) retryReceipt(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Shop.RetryReceipt(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id"))
	return s.aboutOrder(w, r, f, err, flash{Kind: "ok", Title: "CFDI emitido", Text: "La empresa ya lo puede descargar en su pedido."})
}

func (s *Server) soldReceipt(kind, mediaType string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		name, b, err := s.Shop.SoldReceipt(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id"), kind)
		if err != nil {
			return err
		}
		return s.download(w, r, mediaType, name, b)
	}
}

func (s *Server) oddPayments(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Shop.Flagged(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Pagos por revisar", Section: "op-pagos"}, oddPaymentsPage(list))
}

// An oddView is money that waits for a decision.
type oddView struct {
	form
	store.ShopEventRow
}

func (s *Server) oddPayment(w http.ResponseWriter, r *http.Request) error {
	return s.showOddPayment(w, r, form{})
}

func (s *Server) showOddPayment(w http.ResponseWriter, r *http.Request, f form) error {
	e, err := s.Shop.Event(r.Context(), actorOf(r), r.PathValue("pasarela"), r.PathValue("evento"))
	if err != nil {
		return err
	}
	return s.renderForm(w, r, f, page{Title: "Pago por revisar", Section: "op-pagos"}, oddPaymentPage(oddView{f, e}))
}

func (s *Server) decidePayment(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	accept := f.Get("accion") == "acreditar"
	err = s.Shop.Decide(r.Context(), actorOf(r), r.PathValue("pasarela"), r.PathValue("evento"), accept, f.Get("Motivo"))
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := f.take(err); err != nil {
			return err
		}
		return s.showOddPayment(w, r, f)
	}
	done := flash{Kind: "ok", Title: "Revisado sin acreditar", Text: "No se movió ningún crédito."}
	if accept {
		done = flash{Kind: "ok", Title: "Pago acreditado", Text: "Los créditos ya están en la empresa y le avisamos."}
	}
	s.flashed(w, done)
	return s.redirect(w, r, "/operador/pagos")
}

// eventPath is the page of something that a gateway said.
func eventPath(e store.ShopEventRow) string { return "/operador/pagos/" + e.Gateway + "/" + e.ID }
