package web

import (
	"errors"
	"net/http"

	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// dataBody bounds what the holder of a link may send, in bytes.
const dataBody = 16 << 10

func (s *Server) propuestasRoutes() []route {
	return []route{
		{pattern: "GET /propuestas", access: needs(store.RightSeeCustomers), handle: s.dataLinks},
		{pattern: "GET /propuestas/nueva", access: needs(store.RightCustomers), handle: s.askNewData},
		{pattern: "POST /propuestas/nueva", access: needs(store.RightCustomers), handle: s.askData},
		{pattern: "GET /propuestas/{id}", access: needs(store.RightSeeCustomers), handle: s.dataLink},
		{pattern: "POST /propuestas/{id}/aceptar", access: needs(store.RightCustomers), handle: s.acceptData},
		{pattern: "POST /propuestas/{id}/descartar", access: needs(store.RightCustomers), handle: s.dropData},
		{pattern: "GET /clientes/{id}/enlace", access: needs(store.RightCustomers), handle: s.askDataOf},
		{pattern: "POST /clientes/{id}/enlace", access: needs(store.RightCustomers), handle: s.askData},
		{pattern: "GET /datos/gracias", access: public(), handle: s.dataThanks},
		{pattern: "GET /datos/{token}", access: public(), handle: s.dataForm},
		{pattern: "POST /datos/{token}", access: public(), handle: s.sendData, body: dataBody, anywhere: true},
	}
}

func proposalsPageOf(title string) page { return page{Title: title, Section: "clientes"} }

// dataLinks lists the proposals that wait and the links nobody answered yet.
func (s *Server) dataLinks(w http.ResponseWriter, r *http.Request) error {
	waiting, open, err := s.Directory.DataLinks(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, proposalsPageOf("Datos que pides por enlace"), dataLinksPage(waiting, open))
}

// An askView is the form that makes a link, and the link it made.
type askView struct {
	form
	Customer directory.Customer // the zero Customer for a new one
	Address  string             // of the link, told this once
	Link     directory.DataLink
}

// Path is where its form is sent.
func (v askView) Path() string {
	if v.Customer.ID == "" {
		return "/propuestas/nueva"
	}
	return "/clientes/" + v.Customer.ID + "/enlace"
}

func (s *Server) askNewData(w http.ResponseWriter, r *http.Request) error {
	return s.showAsk(w, r, askView{})
}

func (s *Server) askDataOf(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Directory.Customer(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showAsk(w, r, askView{Customer: c})
}

func (s *Server) showAsk(w http.ResponseWriter, r *http.Request, v askView) error {
	return s.renderForm(w, r, v.form, proposalsPageOf("Pedir datos por enlace"), askPage(v))
}

// askData makes the link and shows it: its address is told this once.
func (s *Server) askData(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := askView{form: f}
	if id := r.PathValue("id"); id != "" {
		if v.Customer, err = s.Directory.Customer(r.Context(), actorOf(r), id); err != nil {
			return err
		}
	}
	v.Link, v.Address, err = s.Directory.AskData(r.Context(), actorOf(r), v.Customer.ID, f.Get("Correo"))
	if err != nil {
		v.Address = ""
		if err := v.take(err, fail.Denied); err != nil {
			return err
		}
	}
	return s.showAsk(w, r, v)
}

// A proposalView is one proposal as what would change.
type proposalView struct {
	form
	directory.DataLink
	Rows []proposedRow
}

// A proposedRow is one field in both versions.
type proposedRow struct {
	Label, Path, Stored, Proposed string
}

// Changed reports whether the proposal says something else.
func (r proposedRow) Changed() bool { return r.Stored != r.Proposed }

func (s *Server) dataLink(w http.ResponseWriter, r *http.Request) error {
	return s.showProposal(w, r, form{})
}

func (s *Server) showProposal(w http.ResponseWriter, r *http.Request, f form) error {
	link, err := s.Directory.DataLink(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := proposalView{form: f, DataLink: link}
	if link.Waiting {
		now, then := link.Stored, link.Proposed
		named := func(list []option, key string) string { return said([]string{key}, list, false) }
		regimes, uses := regimeOptions(s.Catalog, true, true), usoOptions(s.Catalog)
		v.Rows = []proposedRow{
			{"RFC", "Rfc", now.Rfc, then.Rfc},
			{"Nombre o razón social", "Nombre", now.Nombre, then.Nombre},
			{"Código postal fiscal", "CodigoPostal", now.CodigoPostal, then.CodigoPostal},
			{"Régimen fiscal", "RegimenFiscal", named(regimes, now.RegimenFiscal), named(regimes, then.RegimenFiscal)},
			{"Uso del CFDI", "UsoCFDI", named(uses, now.UsoCFDI), named(uses, then.UsoCFDI)},
			{"Correos", "Correos", mailLines(now), mailLines(then)},
			{"Domicilio", "Calle", s.addressLine(now), s.addressLine(then)},
		}
	}
	return s.renderForm(w, r, f, proposalsPageOf("Datos que envió tu cliente"), proposalPage(v))
}

// addressLine is the address of a customer as the PDF has it, with its country.
func (s *Server) addressLine(c directory.Customer) string {
	line := c.Line(c.CodigoPostal)
	if pais, ok := s.Catalog.Pais(c.Pais); ok && line != "" {
		line += ", " + pais.Texto
	}
	return line
}

// mailLines are the addresses of a customer, one after the other.
func mailLines(c directory.Customer) string {
	var text string
	for i, m := range c.Correos {
		if i > 0 {
			text += ", "
		}
		text += m.Direccion
		if m.Copia {
			text += " (copia)"
		}
	}
	return text
}

func (s *Server) acceptData(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	saved, warnings, err := s.Directory.AcceptData(r.Context(), actorOf(r), r.PathValue("id"), version(f))
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showProposal(w, r, f)
	}
	s.savedWith(w, "Datos aceptados", saved.Nombre+" · "+saved.Rfc, warnings)
	return s.redirect(w, r, "/clientes/"+saved.ID)
}

func (s *Server) dropData(w http.ResponseWriter, r *http.Request) error {
	if err := s.Directory.DropData(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Listo", Text: "El enlace ya no sirve y el cliente quedó como estaba."})
	return s.redirect(w, r, "/propuestas")
}

// A dataView is the page of who holds a link.
type dataView struct {
	form
	directory.DataForm
	Token     string
	Regimenes []option
	Usos      []option
	Place     placeView
	Estados   []string
	Paises    []option
}

// dataForm opens a link. Reading it changes nothing, for mail filters open links too.
func (s *Server) dataForm(w http.ResponseWriter, r *http.Request) error {
	return s.showData(w, r, http.StatusOK, form{})
}

func (s *Server) showData(w http.ResponseWriter, r *http.Request, status int, f form) error {
	token := r.PathValue("token")
	asked, err := s.Directory.DataForm(r.Context(), token, addressOf(r))
	if err != nil {
		return s.dataClosed(w, r, err)
	}
	if len(f.Values) > 0 {
		asked.Customer = customerFrom(&f)
	}
	f.Action = "/datos/" + token
	v := dataView{form: f, DataForm: asked, Token: token, Regimenes: regimeOptions(s.Catalog, true, true), Usos: usoOptions(s.Catalog), Place: s.place(asked.Customer.CodigoPostal), Estados: stateNames(s.Catalog), Paises: countryOptions(s.Catalog)}
	return s.renderOutside(w, r, status, page{Title: "Actualiza tus datos"}, dataPage(v))
}

// dataClosed is the one answer to every link that opens nothing.
func (s *Server) dataClosed(w http.ResponseWriter, r *http.Request, err error) error {
	switch {
	case errors.Is(err, directory.ErrLinkGone):
		return s.renderOutside(w, r, http.StatusGone, page{Title: "Este enlace ya no sirve"}, dataGonePage())
	case errors.Is(err, directory.ErrTooMany):
		s.showStatus(w, r, http.StatusTooManyRequests, err)
		return nil
	}
	return err
}

// sendData sends what the holder of a link typed, or mends it with one of the buttons.
func (s *Server) sendData(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	token, put := r.PathValue("token"), f.put()
	if !put {
		err := s.Directory.ProposeData(r.Context(), token, addressOf(r), customerFrom(&f))
		if err == nil {
			return s.redirect(w, r, "/datos/gracias")
		}
		if f.take(err) != nil {
			return s.dataClosed(w, r, err)
		}
	}
	found, err := s.Directory.ReviewProposal(r.Context(), token, addressOf(r), customerFrom(&f))
	if err != nil {
		return s.dataClosed(w, r, err)
	}
	f.judge(found)
	status := http.StatusOK
	if len(f.Errors()) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.showData(w, r, status, f)
}

func (s *Server) dataThanks(w http.ResponseWriter, r *http.Request) error {
	return s.renderOutside(w, r, http.StatusOK, page{Title: "Gracias"}, dataThanksPage())
}

// linkText is the address of the mail of an open link, or where it was copied.
func linkText(l directory.DataLink) string {
	if l.Correo == "" {
		return "Enlace para copiar"
	}
	return l.Correo
}

// askedAddress is the first address of a customer, offered for its link.
func askedAddress(v askView) string {
	for _, m := range v.Customer.Correos {
		if !m.Copia {
			return m.Direccion
		}
	}
	return ""
}
