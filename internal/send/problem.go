package send

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"iofacturo.mx/internal/fail"
)

// A Step is how far a mail came that did not arrive, or not everywhere.
type Step string

// The steps, in the order a mail takes them.
const (
	AtServer     Step = "servidor"     // may not be reached at all, or has no such name
	AtConnect    Step = "conexión"     // no connection, or it was lost
	AtTLS        Step = "cifrado"      // no TLS, or not of that name
	AtLogin      Step = "acceso"       // user or password
	AtSender     Step = "remitente"    // the address it leaves from
	AtRecipients Step = "destinatario" // some or all of those it goes to
	AtMessage    Step = "mensaje"      // what it says or how big it is
)

// A Problem is why a mail did not arrive, or not everywhere. Its text for a user says
// nothing that the server said but its codes: a server might repeat what it was sent.
type Problem struct {
	Step    Step
	Lasting bool      // the same again would go the same way
	Sent    bool      // the addresses that are not in Refused or Later have the mail
	Refused []Refused // addresses that this mail will never reach
	Later   []string  // addresses that were put off: the rest of the mail is theirs

	told *fail.Error
}

// Refused is an address that the server does not take mail for. Reason is Spanish.
type Refused struct {
	Address, Reason string
}

func (p *Problem) Error() string { return string(p.Step) + ": " + p.told.Error() }

// Unwrap gives what a user is told and the kind: [fail.Invalid] when repeating is of no
// use whatever the server, [fail.Upstream] otherwise.
func (p *Problem) Unwrap() error { return p.told }

// ProblemOf returns the problem in err, if it is one.
func ProblemOf(err error) (*Problem, bool) {
	var p *Problem
	ok := errors.As(err, &p)
	return p, ok
}

// problem tells of an error at a step. Only the code of an answer is kept.
func problem(at Step, err error) *Problem {
	var answer *textproto.Error
	var garbled textproto.ProtocolError
	p := &Problem{Step: at}
	kind, cause := fail.Upstream, err
	if errors.As(err, &garbled) {
		cause = errors.New("the answer is none of SMTP")
		err = cause
	}
	if errors.As(err, &answer) {
		p.Lasting = answer.Code >= 500
		cause = fmt.Errorf("answer %s", codeOf(answer))
	} else if at == AtSender || at == AtRecipients || at == AtMessage || at == AtLogin && !errors.Is(err, errNoLogin) {
		p.Step = AtConnect // it said nothing: the connection was lost
	}
	text := ""
	switch p.Step {
	case AtServer:
		p.Lasting, text = true, "Ese servidor de correo no está en una dirección pública de internet o usa un puerto que no es de correo: no nos conectamos con él."
	case AtConnect:
		text = "El servidor de correo no respondió. Revisa el nombre y el puerto, o espera un momento."
		if p.Lasting {
			text = "El servidor de correo contestó que no recibe correo. Revisa el nombre y el puerto."
		}
	case AtTLS:
		p.Lasting = answer == nil || answer.Code >= 500
		text = "El servidor de correo no dio una conexión cifrada con un certificado válido para su nombre, y sin eso no le damos la contraseña. Revisa el nombre, el puerto y el tipo de cifrado."
	case AtLogin:
		text = "El servidor de correo no aceptó el usuario o la contraseña."
		if errors.Is(err, errNoLogin) {
			p.Lasting, text = true, "El servidor de correo no deja entrar con usuario y contraseña de una forma que conozcamos."
		}
	case AtSender:
		text = "El servidor de correo no acepta enviar desde la dirección del remitente."
		if p.Lasting {
			kind = fail.Invalid
		}
	case AtMessage:
		text = "El servidor de correo recibió el mensaje y no lo quiso."
		if p.Lasting {
			kind = fail.Invalid
		}
	}
	p.told = fail.Wrap(kind, text, cause)
	return p
}

// missed tells of addresses that did not get a mail, of how many it was for.
func missed(refused []Refused, later []string, sent bool) *Problem {
	p := &Problem{Step: AtRecipients, Refused: refused, Later: later, Sent: sent, Lasting: len(later) == 0}
	if len(later) > 0 {
		p.told = fail.New(fail.Upstream, "El servidor de correo pidió esperar para "+strings.Join(later, ", ")+".")
		return p
	}
	var list []string
	for _, r := range refused {
		list = append(list, r.Address+" ("+r.Reason+")")
	}
	text := "El servidor de correo no aceptó la dirección " + list[0] + ". Revisa que esté bien escrita."
	if len(list) > 1 {
		text = "El servidor de correo no aceptó estas direcciones: " + strings.Join(list, ", ") + ". Revisa que estén bien escritas."
	}
	if sent {
		text += " A los demás sí les llegó."
	}
	p.told = fail.New(fail.Invalid, text)
	return p
}

// codeOf is the code of an answer, with the enhanced one of RFC 3463 if it has one.
func codeOf(e *textproto.Error) string {
	code, rest := fmt.Sprint(e.Code), e.Msg
	if word, _, _ := strings.Cut(rest, " "); enhanced(word) {
		code += " " + word
	}
	return code
}

// enhanced reports whether s is like 5.1.1.
func enhanced(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || len(parts[0]) != 1 || len(s) > 9 {
		return false
	}
	for _, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}

// whyRefused says what a code of RFC 3463 means of an address.
func whyRefused(e *textproto.Error) string {
	code := codeOf(e)
	_, detail, _ := strings.Cut(code, " ")
	switch strings.TrimPrefix(detail, "5.") {
	case "1.1", "1.0", "1.10":
		return "no existe ese buzón, " + code
	case "1.2", "1.3":
		return "no existe ese dominio, " + code
	case "2.1":
		return "ese buzón está cerrado, " + code
	case "2.2":
		return "ese buzón está lleno, " + code
	}
	if strings.HasPrefix(detail, "5.7.") {
		return "lo rechazó por sus reglas, " + code
	}
	return "rechazada, " + code
}
