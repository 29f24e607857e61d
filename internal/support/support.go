// Package support carries questions from a company to who runs the portal, and the
// answers back.
//
//	s := support.New(support.Config{DB: db, Now: time.Now, NewID: newID})
//	id, err := s.Ask(ctx, actor, support.Message{Asunto: "No timbra", Texto: "…"})
//	err = s.Answer(ctx, operator, company, id, "Ya quedó.")
//
// A company sees its own: who asked, and its Administradores. Who runs the portal sees
// what was sent and nothing else of the company. A picture is drawn anew; a document goes
// without seal, certificate and stamp ([Bare]).
package support

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/store"
)

const (
	quiet       = 14 * 24 * time.Hour // an answered ticket without a word closes itself
	mostADay    = 20                  // messages of a company in 24 hours
	mostInOne   = 200                 // messages of a ticket
	listed      = 100
	longSubject = 120
	longText    = 5000
)

// MaxPicture is the largest picture that may be sent, in bytes.
const MaxPicture = pdf.MaxScreenshotBytes

// Config is what the service works with.
type Config struct {
	DB    *store.DB
	Now   func() time.Time
	NewID func() string
}

// A Service carries questions and answers. Safe for concurrent use.
type Service struct{ cfg Config }

// New returns the service over cfg.
func New(cfg Config) *Service { return &Service{cfg} }

// A Message is what somebody sends. Asunto is of the first alone.
type Message struct {
	Asunto, Texto string
	Picture       []byte            // PNG or JPEG as it came, nil for none
	Document      *cfdi.Comprobante // nil for none
	DocumentName  string            // what it is called: A-12
}

// A Ticket is a question with what was written.
type Ticket struct {
	store.TicketRow
	Messages []store.TicketMessageRow
}

// Bare is the XML of a document without what a certificate put there.
func Bare(c *cfdi.Comprobante) []byte {
	b := c.Clone()
	b.Sello, b.Certificado, b.NoCertificado = "", "", ""
	return cfdi.WriteXML(b)
}

// Ask opens a ticket and returns its id. Errors: fields Asunto, Texto, Imagen;
// fail.Conflict when the company has written too much today.
func (s *Service) Ask(ctx context.Context, a store.Actor, m Message) (id string, err error) {
	if err := a.Require(store.RightView); err != nil {
		return "", err
	}
	m.Asunto = strings.Join(strings.Fields(m.Asunto), " ")
	row, err := s.messageOf(m, true)
	if err != nil {
		return "", err
	}
	id = s.cfg.NewID()
	row.UserName = a.UserName
	return id, s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := s.notTooMuch(ctx, tx); err != nil {
			return err
		}
		t := store.TicketRow{ID: id, Asunto: m.Asunto, State: store.TicketOpen, UserID: a.UserID, UserName: a.UserName, CreatedAt: row.CreatedAt, UpdatedAt: row.CreatedAt}
		if err := tx.InsertTicket(ctx, t); err != nil {
			return err
		}
		if _, err := tx.InsertTicketMessage(ctx, id, row); err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: "support.ask", Object: "ticket/" + id})
	})
}

// Write adds a message of the company to a ticket that is not closed.
func (s *Service) Write(ctx context.Context, a store.Actor, id string, m Message) error {
	row, err := s.messageOf(m, false)
	if err != nil {
		return err
	}
	row.UserName = a.UserName
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		t, err := s.mine(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := s.notTooMuch(ctx, tx); err != nil {
			return err
		}
		return s.add(ctx, tx, t, row, store.TicketOpen)
	})
}

// Close ends a ticket of the company.
func (s *Service) Close(ctx context.Context, a store.Actor, id string) error {
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		t, err := s.mine(ctx, tx, a, id)
		if err != nil {
			return err
		}
		return tx.SetTicket(ctx, t.ID, store.TicketClosed, t.UpdatedAt)
	})
}

// Tickets lists those that a may see, the last written first.
func (s *Service) Tickets(ctx context.Context, a store.Actor) ([]store.TicketRow, error) {
	if err := a.Require(store.RightView); err != nil {
		return nil, err
	}
	v := s.cfg.DB.View(a.Tenant)
	if a.Admin && !a.IsGuest() {
		return v.Tickets(ctx, listed)
	}
	return v.TicketsOf(ctx, a.UserID, listed)
}

// Ticket returns one that a may see; fail.NotFound for any other.
func (s *Service) Ticket(ctx context.Context, a store.Actor, id string) (Ticket, error) {
	v := s.cfg.DB.View(a.Tenant)
	row, err := v.Ticket(ctx, id)
	if err == nil {
		err = sees(a, row)
	}
	if err != nil {
		return Ticket{}, err
	}
	messages, err := v.TicketMessages(ctx, id)
	return Ticket{row, messages}, err
}

// File returns a message of a ticket with its picture and document.
func (s *Service) File(ctx context.Context, a store.Actor, id string, n int64) (store.TicketMessageRow, error) {
	v := s.cfg.DB.View(a.Tenant)
	row, err := v.Ticket(ctx, id)
	if err == nil {
		err = sees(a, row)
	}
	if err != nil {
		return store.TicketMessageRow{}, err
	}
	return v.TicketMessage(ctx, id, n)
}

// sees lets see who asked, and an Administrador of the company itself.
func sees(a store.Actor, r store.TicketRow) error {
	if !a.Operator && (r.UserID == a.UserID || a.Admin && !a.IsGuest()) {
		return nil
	}
	return store.Absent()
}

// mine is a ticket of a that may be written to.
func (s *Service) mine(ctx context.Context, tx *store.Tx, a store.Actor, id string) (store.TicketRow, error) {
	t, err := tx.TicketForUpdate(ctx, id)
	if err == nil {
		err = sees(a, t)
	}
	if err == nil {
		err = writable(t)
	}
	return t, err
}

func writable(t store.TicketRow) error {
	if t.State == store.TicketClosed {
		return fail.New(fail.Conflict, "Esta solicitud ya está cerrada. No se envió nada; escribe otra si hace falta.")
	}
	return nil
}

// add appends a message and leaves the ticket in the state.
func (s *Service) add(ctx context.Context, tx *store.Tx, t store.TicketRow, row store.TicketMessageRow, state string) error {
	n, err := tx.InsertTicketMessage(ctx, t.ID, row)
	if err != nil {
		return err
	}
	if n > mostInOne {
		return fail.New(fail.Conflict, "Esta solicitud ya es muy larga. No se envió; escribe otra.")
	}
	return tx.SetTicket(ctx, t.ID, state, row.CreatedAt)
}

func (s *Service) notTooMuch(ctx context.Context, tx *store.Tx) error {
	n, err := tx.CountTicketMessages(ctx, store.Micros(s.cfg.Now().Add(-24*time.Hour)), mostADay)
	if err == nil && n >= mostADay {
		err = fail.New(fail.Conflict, fmt.Sprintf("Tu empresa ya envió %d mensajes en un día. No se envió éste; espera nuestra respuesta o escribe mañana.", mostADay))
	}
	return err
}

// messageOf checks what somebody sends and makes a row of it.
func (s *Service) messageOf(m Message, first bool) (store.TicketMessageRow, error) {
	row := store.TicketMessageRow{Texto: cleaned(m.Texto), CreatedAt: store.Micros(s.cfg.Now())}
	var bad []fail.Field
	if n := utf8.RuneCountInString(m.Asunto); first && (n < 3 || n > longSubject || cleaned(m.Asunto) != m.Asunto) {
		bad = append(bad, fail.Field{Path: "Asunto", Message: "El asunto lleva de 3 a 120 letras.", Fix: "Unas palabras bastan: «No timbra mi factura»."})
	}
	if n := utf8.RuneCountInString(row.Texto); n < 3 || n > longText {
		bad = append(bad, fail.Field{Path: "Texto", Message: "El mensaje lleva de 3 a 5,000 letras.", Fix: "Cuéntanos qué hiciste y qué pasó."})
	}
	if m.Picture != nil {
		picture, err := pdf.ReadScreenshot(m.Picture)
		if err != nil && fail.KindOf(err) != fail.Invalid {
			return row, err
		}
		if err != nil {
			bad = append(bad, fail.Field{Path: "Imagen", Message: fail.MessageOf(err)})
		}
		row.Imagen = picture
	}
	if m.Document != nil {
		row.XML, row.Documento = Bare(m.Document), m.DocumentName
	}
	if bad != nil {
		return row, fail.WithFields("No se envió: revisa lo marcado.", bad...)
	}
	return row, nil
}

// cleaned is text without what is no text but ends of lines.
func cleaned(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return -1
		}
		return r
	}, text))
}

// closing is the job that closes an answered ticket nobody wrote to for fourteen days.
type closing struct {
	Ticket string `json:"ticket"`
}

// Kind names the job.
func (closing) Kind() string { return "support.close" }

// Jobs lists what the service does later.
func (s *Service) Jobs() []job.Def { return []job.Def{job.Define(s.closeQuiet)} }

func (s *Service) closeQuiet(ctx context.Context, t store.Tenant, c closing) error {
	var again time.Duration
	err := s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error {
		again = 0
		row, err := tx.TicketForUpdate(ctx, c.Ticket)
		if err != nil || row.State != store.TicketAnswered {
			return err
		}
		if again = quiet - s.cfg.Now().Sub(store.FromMicros(row.UpdatedAt)); again > 0 {
			return nil
		}
		return tx.SetTicket(ctx, row.ID, store.TicketClosed, row.UpdatedAt)
	})
	if err == nil && again > 0 {
		return job.Snooze(again)
	}
	return err
}

// answered tells who asked that there is an answer.
func answered(ctx context.Context, tx *store.Tx, t store.TicketRow, n int64) error {
	return notice.Raise(ctx, tx, notice.Event{
		Key: fmt.Sprintf("soporte:%s:%d", t.ID, n), What: notice.Support, User: t.UserID, Ref: t.Asunto, Link: "/soporte/solicitudes/" + t.ID,
	})
}
