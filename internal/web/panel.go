package web

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A panelBlock is one card of the main panel. It is part of the page, and loads
// alone at /panel/Name when it is asked for again.
type panelBlock struct {
	Name, Title string
	Class       string // its width
	Down        string // what is said when it cannot be read
	Right       store.Right
	read        func(s *Server, q panelRequest) (templ.Component, error)
}

// panelBlocks are the cards in the order they stand (manual §2.4).
func panelBlocks() []panelBlock {
	return []panelBlock{
		{"pendientes", "Pendientes de hoy", "c8", "No pudimos leer tus pendientes.", store.RightView, (*Server).pendingBlock},
		{"crear", "Crear", "c4", "No pudimos mostrar qué puedes crear.", store.RightView, (*Server).createBlock},
		{"datos", "Datos rápidos", "c7", "No pudimos cargar esta gráfica.", store.RightReceipts, (*Server).invoicedBlock},
		{"accesos", "Accesos rápidos", "c5", "No pudimos cargar esta gráfica.", store.RightView, (*Server).shortcutsBlock},
		{"cuenta", "Información de cuenta", "c4", "No pudimos leer los datos de tu cuenta.", store.RightView, (*Server).accountBlock},
		{"certificado", "Certificado de sello digital", "c4", "No pudimos leer tu certificado.", store.RightSeeConfig, (*Server).certificateBlock},
		{"paquetes", "Paquetes y tarifas", "c4", "No pudimos leer tu saldo.", store.RightBuy, (*Server).creditsBlock},
		{"invita", "Invita a tus amigos", "c12", "No pudimos leer tu código de invitación.", store.RightView, (*Server).inviteBlock},
	}
}

// blockTime is what one block may take before it is given up and the rest shown.
const blockTime = 3 * time.Second

func (s *Server) panelRoutes() []route {
	list := []route{
		{pattern: "GET /panel", access: needs(store.RightView), handle: s.panel},
		{pattern: "POST /panel/tareas/{id}/reintentar", access: needs(store.RightConfigure), handle: s.retryJob},
	}
	for _, b := range panelBlocks() {
		list = append(list, route{pattern: "GET /panel/" + b.Name, access: needs(b.Right), handle: func(w http.ResponseWriter, r *http.Request) error {
			if !isPartial(r) {
				return s.redirect(w, r, "/panel")
			}
			card := s.block(r, b, s.panelRequest(r))
			if card == nil {
				return fail.New(fail.NotFound, "Este bloque ya no está en tu panel.")
			}
			return s.fragment(w, r, card)
		}})
	}
	return list
}

// A panelRequest is what the blocks of one request share: figures are read once.
type panelRequest struct {
	context.Context
	actor   actor
	visitor *visitor
	figures func() (billing.Panel, error)
	waiting func() (billing.Waiting, error)
}

func (s *Server) panelRequest(r *http.Request) panelRequest {
	ctx, a := r.Context(), actorOf(r)
	return panelRequest{
		Context: ctx, actor: a, visitor: visitorOf(r),
		figures: sync.OnceValues(func() (billing.Panel, error) { return s.Billing.Panel(ctx, a) }),
		waiting: sync.OnceValues(func() (billing.Waiting, error) { return s.Billing.Waiting(ctx, a) }),
	}
}

// A panelPage is the main panel: its head and the cards there are for the person.
type panelPage struct {
	Greeting, Today string
	Who             *visitor
	Logo            string // digest of the company's, "" for none
	Cards           []templ.Component
}

func (s *Server) panel(w http.ResponseWriter, r *http.Request) error {
	q := s.panelRequest(r)
	company, err := s.Account.Company(q, q.actor)
	if err != nil {
		return err
	}
	now := s.Now().In(s.Catalog.Location(company.LugarExpedicion))
	p := panelPage{Greeting: greeting(now), Today: longDate(now), Who: q.visitor}
	if p.Logo, err = s.Account.LogoDigest(q, q.actor); err != nil {
		s.blockFailed(r, "logotipo", err)
	}
	for _, b := range panelBlocks() {
		if !q.actor.Holds(b.Right) {
			continue
		}
		if card := s.block(r, b, q); card != nil {
			p.Cards = append(p.Cards, card)
		}
	}
	return s.render(w, r, http.StatusOK, page{Title: "Panel principal", Section: "panel"}, panelBody(p))
}

// block draws one card. A block that cannot be read says so in its place and the
// rest stands; nil is one that has nothing for this person.
func (s *Server) block(r *http.Request, b panelBlock, q panelRequest) templ.Component {
	ctx, cancel := context.WithTimeout(q.Context, blockTime)
	defer cancel()
	q.Context = ctx
	body, err := b.read(s, q)
	if err != nil {
		return panelCard(b, panelDown(b, s.blockFailed(r, b.Name, err)))
	}
	if body == nil {
		return nil
	}
	return panelCard(b, body)
}

// blockFailed logs why a block is empty and returns the reference to show.
func (s *Server) blockFailed(r *http.Request, block string, err error) string {
	ref := requestOf(r).ref
	s.Log.Error("bloque del panel", "bloque", block, "ref", ref, "error", err)
	return ref
}

func (s *Server) createBlock(q panelRequest) (templ.Component, error) {
	var list []kind
	for _, k := range kinds() {
		if billing.MayType(q.actor, k.Tipo) {
			list = append(list, k)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return panelCreate(list), nil
}

func (s *Server) invoicedBlock(q panelRequest) (templ.Component, error) {
	figures, err := q.figures()
	if err != nil {
		return nil, err
	}
	return panelInvoiced(figures), nil
}

func (s *Server) shortcutsBlock(q panelRequest) (templ.Component, error) {
	v := shortcutsView{Receipts: q.actor.Holds(store.RightReceipts)}
	for _, x := range shortcuts() {
		if q.actor.Holds(x.Right) {
			v.Links = append(v.Links, x)
		}
	}
	if len(v.Links) == 0 && !v.Receipts {
		return nil, nil
	}
	if !v.Receipts {
		return panelShortcuts(v), nil
	}
	var err error
	if v.Figures, err = q.figures(); err != nil {
		return nil, err
	}
	waiting, err := q.waiting()
	for _, x := range waiting.Pending {
		if x.Label == string(billing.Borrador) && q.actor.Holds(store.RightDraft) {
			v.Links = append(v.Links, shortcut{"/comprobantes?estado=" + x.Label, "lapiz", count(x.N) + " " + plural(x.N, "borrador", "borradores"), store.RightDraft})
		}
	}
	return panelShortcuts(v), err
}

func (s *Server) accountBlock(q panelRequest) (templ.Component, error) {
	company, err := s.Account.Company(q, q.actor)
	if err != nil {
		return nil, err
	}
	return panelAccount(q.visitor, company), nil
}

func (s *Server) certificateBlock(q panelRequest) (templ.Component, error) {
	list, err := s.Account.Certificates(q, q.actor)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.EnUso {
			return panelCertificate(&c, true), nil
		}
	}
	return panelCertificate(nil, len(list) > 0), nil
}

func (s *Server) creditsBlock(q panelRequest) (templ.Component, error) {
	credits, err := s.Credit.Balance(q, q.actor)
	if err != nil {
		return nil, err
	}
	return panelCredits(credits), nil
}

// A kind is a document one makes with a button.
type kind struct{ Tipo, Text, Icon string }

// kinds are the documents the portal makes; the first is the one most make.
func kinds() []kind {
	return []kind{{"I", "Factura", "factura"}, {"E", "Nota de crédito", "nota"}}
}

// A shortcut is something people do often.
type shortcut struct {
	Path, Icon, Text string
	Right            store.Right
}

func shortcuts() []shortcut {
	return []shortcut{
		{"/comprobantes", "buscar", "Consultar comprobantes", store.RightReceipts},
		{"/clientes/nuevo", "clientes", "Nuevo cliente", store.RightCustomers},
		{"/productos/nuevo", "productos", "Nuevo producto", store.RightProducts},
		{"/importar/clientes", "subir", "Importar clientes", store.RightLoadCustomers},
		{"/importar/productos", "subir", "Importar productos", store.RightLoadProducts},
	}
}

// A shortcutsView is the block of what people do often, with how much was done.
type shortcutsView struct {
	Links    []shortcut
	Receipts bool // the person sees receipts, so the chart is theirs to see
	Figures  billing.Panel
}

// kindName is a TipoDeComprobante as a heading of many.
func kindName(tipo string) string {
	switch tipo {
	case "I":
		return "Facturas"
	case "E":
		return "Notas de crédito"
	case "P":
		return "Recibos de pago"
	case "T":
		return "Traslados"
	case "N":
		return "Nómina"
	}
	return tipo
}

func greeting(now time.Time) string {
	switch h := now.Hour(); {
	case h < 12:
		return "Buenos días"
	case h < 19:
		return "Buenas tardes"
	}
	return "Buenas noches"
}

var (
	weekdays = []string{"Domingo", "Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado"}
	monthsES = []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

func longDate(t time.Time) string {
	return weekdays[t.Weekday()] + " " + whole(t.Day()) + " de " + monthsES[t.Month()-1] + " de " + whole(t.Year())
}

// firstName is how a person is greeted.
func firstName(v *visitor) string {
	name, _, _ := strings.Cut(v.who(), " ")
	return name
}

// certState is the colour and the word of the days a certificate has left: amber at
// 60, red at 15.
func certState(c *account.Certificate) (state, text string) {
	switch {
	case c.Urgente:
		return "vencido", "Está por vencer: renuévalo ya"
	case c.Estado == account.PorVencer:
		return "por-vencer", "Por vencer"
	}
	return "vigente", "Vigente"
}

// certKind colours the days left; "" is no colour.
func certKind(c *account.Certificate) string {
	switch {
	case c.Urgente:
		return "bad"
	case c.Estado == account.PorVencer:
		return "warn"
	}
	return ""
}

// thisMonth is the month in course.
func thisMonth(p billing.Panel) billing.Month {
	if n := len(p.Months); n > 0 {
		return p.Months[n-1]
	}
	return billing.Month{}
}

func invoiced(p billing.Panel) []bar {
	return bars(p.Months, func(m billing.Month) decimal.Decimal { return m.Facturado }, func(m billing.Month) string { return thousands(m.Facturado) },
		func(m billing.Month) string { return money(m.Facturado, "MXN") })
}

func operations(p billing.Panel) []bar {
	return bars(p.Year, func(m billing.Month) decimal.Decimal { return decimal.FromInt(int64(m.N)) }, func(m billing.Month) string { return tersely(m.N) },
		func(m billing.Month) string { return count(m.N) })
}

// stampedIn is how many documents the months have.
func stampedIn(months []billing.Month) int {
	n := 0
	for _, m := range months {
		n += m.N
	}
	return n
}
