package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/support"
)

// supportBody holds a picture and the text of a message.
const supportBody = support.MaxPicture + 64<<10

func (s *Server) solicitudesRoutes() []route {
	return []route{
		{pattern: "GET /soporte/nuevo", access: member(), handle: s.newTicket},
		{pattern: "POST /soporte/nuevo", access: member(), handle: s.ask, body: supportBody},
		{pattern: "GET /soporte/solicitudes", access: member(), handle: s.tickets},
		{pattern: "GET /soporte/solicitudes/{id}", access: member(), handle: s.ticket},
		{pattern: "POST /soporte/solicitudes/{id}", access: member(), handle: s.writeTicket, body: supportBody},
		{pattern: "POST /soporte/solicitudes/{id}/cerrar", access: member(), handle: s.closeTicket},
		{pattern: "GET /soporte/solicitudes/{id}/imagen", access: member(), handle: s.ticketPicture},
		{pattern: "GET /soporte/solicitudes/{id}/documento", access: member(), handle: s.ticketDocument},
		{pattern: "GET /operador/soporte", access: operating(), handle: s.ticketQueue},
		{pattern: "GET /operador/soporte/{empresa}/{id}", access: operating(), handle: s.queuedTicket},
		{pattern: "POST /operador/soporte/{empresa}/{id}", access: operating(), handle: s.answerTicket},
		{pattern: "POST /operador/soporte/{empresa}/{id}/cerrar", access: operating(), handle: s.finishTicket},
		{pattern: "GET /operador/soporte/{empresa}/{id}/imagen", access: operating(), handle: s.queuedPicture},
		{pattern: "GET /operador/soporte/{empresa}/{id}/documento", access: operating(), handle: s.queuedDocument},
	}
}

// A ticketForm is a message being written, perhaps with a document of the company.
type ticketForm struct {
	form
	Document *billing.Document // nil for none
}

func (s *Server) newTicket(w http.ResponseWriter, r *http.Request) error {
	v := ticketForm{}
	if id := r.URL.Query().Get("comprobante"); id != "" {
		doc, err := s.Billing.Document(r.Context(), actorOf(r), id)
		if err != nil {
			return err
		}
		v.Document = &doc
	}
	return s.showNewTicket(w, r, v)
}

func (s *Server) showNewTicket(w http.ResponseWriter, r *http.Request, v ticketForm) error {
	return s.renderForm(w, r, v.form, page{Title: "Escribir a soporte", Section: "soporte"}, newTicketPage(v))
}

func (s *Server) ask(w http.ResponseWriter, r *http.Request) error {
	f, m, err := readMessage(r)
	if err != nil {
		return err
	}
	v := ticketForm{form: f}
	if id := f.Get("Comprobante"); id != "" {
		doc, err := s.Billing.Document(r.Context(), actorOf(r), id)
		if err != nil {
			return err
		}
		v.Document, m.Document, m.DocumentName = &doc, &doc.Comprobante, documentSaid(doc)
	}
	id, err := s.Support.Ask(r.Context(), actorOf(r), m)
	if err != nil {
		if err := v.take(err); err != nil {
			return err
		}
		return s.showNewTicket(w, r, v)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Recibimos tu solicitud", Text: "Te avisamos en la campana cuando contestemos."})
	return s.redirect(w, r, "/soporte/solicitudes/"+id)
}

// documentSaid names a document and its state to who reads the ticket.
func documentSaid(d billing.Document) string {
	name := d.FolioText()
	if name == "" {
		name = "sin folio"
	}
	name += ", " + string(d.State)
	if d.Reason.Code != "" {
		name += ", " + d.Reason.Code
	}
	return name
}

// readMessage takes the fields of a message and its picture; of what is too large
// nothing is kept.
func readMessage(r *http.Request) (f form, m support.Message, err error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return f, m, fail.Wrap(fail.Invalid, "No recibimos tu mensaje. Vuelve a cargar la página e inténtalo de nuevo.", err)
	}
	f.Values = url.Values{}
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			m.Asunto, m.Texto = f.Get("Asunto"), f.Get("Texto")
			return f, m, nil
		}
		var b []byte
		if err == nil {
			b, err = io.ReadAll(io.LimitReader(part, support.MaxPicture+1))
		}
		switch {
		case isTooLarge(err):
			return f, m, fail.New(fail.Invalid, "La captura es demasiado grande; no se envió nada. Pesa hasta 5 MB.")
		case err != nil:
			return f, m, fail.Wrap(fail.Invalid, "Tu mensaje no llegó completo. Envíalo otra vez.", err)
		}
		switch name := part.FormName(); name {
		case "Imagen":
			if len(b) > 0 {
				m.Picture = b
			}
		case "Asunto", "Texto", "Comprobante":
			f.Values.Set(name, strings.ReplaceAll(strings.ToValidUTF8(string(b[:min(len(b), 32<<10)]), ""), "\x00", ""))
		}
	}
}

func (s *Server) tickets(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Support.Tickets(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Mis solicitudes", Section: "soporte"}, ticketsPage(list))
}

// A ticketView is what was written in a ticket, and the form to write on. Base is the
// path of the ticket, for the company's or the operator's side.
type ticketView struct {
	form
	support.Ticket
	Base     string
	Operator bool
	Company  string // RFC and name, for the operator
}

func (s *Server) ticket(w http.ResponseWriter, r *http.Request) error {
	return s.showTicket(w, r, form{})
}

func (s *Server) showTicket(w http.ResponseWriter, r *http.Request, f form) error {
	t, err := s.Support.Ticket(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := ticketView{form: f, Ticket: t, Base: "/soporte/solicitudes/" + t.ID}
	return s.renderForm(w, r, f, page{Title: t.Asunto, Section: "soporte"}, ticketPage(v))
}

func (s *Server) writeTicket(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := s.Support.Ticket(r.Context(), actorOf(r), id); err != nil {
		return err // before the body is read: to others there is no such ticket
	}
	f, m, err := readMessage(r)
	if err != nil {
		return err
	}
	m.Asunto = ""
	if err := s.Support.Write(r.Context(), actorOf(r), id, m); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showTicket(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Mensaje enviado"})
	return s.redirect(w, r, "/soporte/solicitudes/"+id)
}

func (s *Server) closeTicket(w http.ResponseWriter, r *http.Request) error {
	if err := s.Support.Close(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Solicitud cerrada"})
	return s.redirect(w, r, "/soporte/solicitudes")
}

// A sentFile reads one message of a ticket with its files.
type sentFile func(ctx context.Context, n int64) (store.TicketMessageRow, error)

// messageAsked is the number of the message in the address; the first when it says none.
func messageAsked(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.URL.Query().Get("m"), 10, 32)
	if err != nil {
		return 1
	}
	return n
}

func (s *Server) mineSent(r *http.Request) sentFile {
	return func(ctx context.Context, n int64) (store.TicketMessageRow, error) {
		return s.Support.File(ctx, actorOf(r), r.PathValue("id"), n)
	}
}

func (s *Server) queuedSent(r *http.Request) sentFile {
	return func(ctx context.Context, n int64) (store.TicketMessageRow, error) {
		return s.Support.Sent(ctx, actorOf(r), r.PathValue("empresa"), r.PathValue("id"), n)
	}
}

func (s *Server) sendPicture(w http.ResponseWriter, r *http.Request, file sentFile) error {
	m, err := file(r.Context(), messageAsked(r))
	if err == nil && m.Imagen == nil {
		err = store.Absent()
	}
	if err != nil {
		return err
	}
	return s.inline(w, r, "image/jpeg", "captura.jpg", m.Imagen)
}

func (s *Server) sendBare(w http.ResponseWriter, r *http.Request, file sentFile) error {
	m, err := file(r.Context(), messageAsked(r))
	if err == nil && m.XML == nil {
		err = store.Absent()
	}
	if err != nil {
		return err
	}
	return s.download(w, r, "application/xml", "comprobante-sin-sello.xml", m.XML)
}

func (s *Server) ticketPicture(w http.ResponseWriter, r *http.Request) error {
	return s.sendPicture(w, r, s.mineSent(r))
}

func (s *Server) ticketDocument(w http.ResponseWriter, r *http.Request) error {
	return s.sendBare(w, r, s.mineSent(r))
}

func (s *Server) queuedPicture(w http.ResponseWriter, r *http.Request) error {
	return s.sendPicture(w, r, s.queuedSent(r))
}

func (s *Server) queuedDocument(w http.ResponseWriter, r *http.Request) error {
	return s.sendBare(w, r, s.queuedSent(r))
}

// A queueView is the tickets of all companies in a state.
type queueView struct {
	State string
	List  []store.QueuedTicket
}

func (s *Server) ticketQueue(w http.ResponseWriter, r *http.Request) error {
	v := queueView{State: r.URL.Query().Get("estado")}
	if v.State != store.TicketAnswered && v.State != store.TicketClosed {
		v.State = store.TicketOpen
	}
	var err error
	if v.List, err = s.Support.Queue(r.Context(), actorOf(r), v.State); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Soporte", Section: "op-soporte"}, ticketQueuePage(v))
}

func (s *Server) queuedTicket(w http.ResponseWriter, r *http.Request) error {
	return s.showQueued(w, r, form{})
}

func (s *Server) showQueued(w http.ResponseWriter, r *http.Request, f form) error {
	t, err := s.Support.Open(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := ticketView{form: f, Ticket: t.Ticket, Base: "/operador/soporte/" + t.Company + "/" + t.ID, Operator: true, Company: t.Rfc + " · " + t.Name}
	return s.renderForm(w, r, f, page{Title: t.Asunto, Section: "op-soporte"}, ticketPage(v))
}

func (s *Server) answerTicket(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Support.Answer(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id"), f.Get("Texto")); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showQueued(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Respuesta enviada", Text: "Le avisamos a quien preguntó."})
	return s.redirect(w, r, "/operador/soporte")
}

func (s *Server) finishTicket(w http.ResponseWriter, r *http.Request) error {
	if err := s.Support.Finish(r.Context(), actorOf(r), r.PathValue("empresa"), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Solicitud cerrada"})
	return s.redirect(w, r, "/operador/soporte")
}
