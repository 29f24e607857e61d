package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

func (s *Server) servidorRoutes() []route {
	return []route{
		{pattern: "GET /envios/servidor", access: needs(store.RightConfigure), handle: s.mailServer, fresh: true},
		{pattern: "POST /envios/servidor", access: needs(store.RightConfigure), handle: s.saveMailServer, fresh: true},
		{pattern: "POST /envios/servidor/probar", access: needs(store.RightConfigure), handle: s.testMailServer},
		{pattern: "POST /envios/servidor/quitar", access: needs(store.RightConfigure), handle: s.dropMailServer, fresh: true},
	}
}

// A serverView is the form of the company's own mail server.
type serverView struct {
	form
	account.MailServer
}

func (s *Server) mailServer(w http.ResponseWriter, r *http.Request) error {
	m, err := s.Account.MailServer(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	if !m.Propio() {
		m.Puerto, m.Cifrado = 587, store.MailStartTLS
	}
	return s.showMailServer(w, r, serverView{MailServer: m})
}

func (s *Server) showMailServer(w http.ResponseWriter, r *http.Request, v serverView) error {
	return s.renderForm(w, r, v.form, mailPageOf("Tu servidor de correo"), mailServerPage(v))
}

// serverFields are the inputs of the form; the password is none that is shown.
func serverFields(m account.MailServer) url.Values {
	return texts("Servidor", m.Servidor, "Puerto", whole(m.Puerto), "Cifrado", m.Cifrado, "Usuario", m.Usuario, "Remitente", m.Remitente)
}

func serverFrom(f form) account.MailServer {
	port, err := strconv.Atoi(strings.TrimSpace(f.Get("Puerto")))
	if err != nil {
		port = -1 // which is none
	}
	return account.MailServer{
		Servidor: f.Get("Servidor"), Puerto: port, Cifrado: f.Get("Cifrado"), Usuario: f.Get("Usuario"), Password: f.Raw("Password"),
		Remitente: f.Get("Remitente"), Version: version(f),
	}
}

func (s *Server) saveMailServer(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if !f.put() {
		err := s.Account.SaveMailServer(r.Context(), actorOf(r), serverFrom(f))
		if err == nil {
			s.flashed(w, flash{Kind: "ok", Title: "Guardamos tu servidor de correo", Text: "Los comprobantes que se envíen desde ahora salen por él. Pruébalo antes de seguir."})
			return s.redirect(w, r, "/envios")
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	err = f.settle(func() (url.Values, int, error) {
		now, err := s.Account.MailServer(r.Context(), actorOf(r))
		return serverFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	return s.showMailServer(w, r, serverView{form: f, MailServer: serverFrom(f)})
}

// testMailServer says in words what came of a mail by the company's server.
func (s *Server) testMailServer(w http.ResponseWriter, r *http.Request) error {
	to, err := s.Account.TestMailServer(r.Context(), actorOf(r))
	told := flash{Kind: "ok", Title: "Tu servidor funciona", Text: "Tomó un correo de prueba para " + to + ". Mira que llegue a tu bandeja."}
	if p, ok := send.ProblemOf(err); ok {
		told = flash{Kind: "bad", Title: troubleTitle(p.Step), Text: fail.MessageOf(err) + " No se envió nada."}
	} else if k := fail.KindOf(err); err != nil && (k == fail.Conflict || k == fail.Upstream) {
		told = flash{Kind: "warn", Title: "Ahora no lo probamos", Text: fail.MessageOf(err)}
	} else if err != nil {
		return err
	}
	s.flashed(w, told)
	return s.redirect(w, r, "/envios")
}

// troubleTitle names the step at which a test ended.
func troubleTitle(at send.Step) string {
	switch at {
	case send.AtServer:
		return "No nos conectamos con ese servidor"
	case send.AtConnect:
		return "No hubo conexión"
	case send.AtTLS:
		return "La conexión no es segura"
	case send.AtLogin:
		return "No aceptó el usuario o la contraseña"
	case send.AtSender:
		return "No aceptó la dirección del remitente"
	case send.AtRecipients:
		return "No aceptó tu dirección"
	case send.AtMessage:
		return "No quiso el mensaje"
	}
	return "La prueba no llegó"
}

func (s *Server) dropMailServer(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.DropMailServer(r.Context(), actorOf(r)); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Vuelves al correo de ioFacturo", Text: "Borramos lo que guardamos de tu servidor, con su contraseña."})
	return s.redirect(w, r, "/envios")
}

// cifradoName is how a connection is protected, as a person reads it.
func cifradoName(mode string) string {
	if mode == store.MailImplicit {
		return "TLS desde el inicio"
	}
	return "STARTTLS"
}
