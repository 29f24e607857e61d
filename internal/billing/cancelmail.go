package billing

import (
	"context"
	"fmt"

	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// A CancellationNews is what is new of a request to cancel a document: that it went to
// the SAT, or its Outcome. ID is the request's.
type CancellationNews struct {
	ID      string
	Answer  notice.Answer
	Outcome notice.Outcome // 0 until there is one
}

// TellCancellation has both sides told in the caller's transaction: the company by a
// notice, the receiver by mail, once each, to the addresses the document was issued for.
// Nothing cancels here yet; what will calls this.
func (s *Service) TellCancellation(ctx context.Context, tx *store.Tx, a store.Actor, documentID string, n CancellationNews) error {
	r, err := tx.Document(ctx, documentID)
	if err != nil {
		return err
	}
	c := notice.Cancellation{ID: n.ID, DocumentID: r.ID, Ref: kindText(r.Tipo) + " " + folioText(r.Serie, folioOf(r)), Owner: r.CreatedBy, Receiver: r.ReceptorNombre}
	e := c.Asked(n.Answer)
	if n.Outcome != 0 {
		e = c.Over(n.Outcome)
	}
	if err := notice.Raise(ctx, tx, e); err != nil {
		return err
	}
	words := cancellationWords(n)
	to, cc, err := addressees(r.Correos)
	if err != nil || len(to) == 0 || words.Body == "" {
		return err
	}
	company, err := tx.Company(ctx)
	if err != nil {
		return err
	}
	values := valuesOf(r, company)
	return s.queue(ctx, tx, a, r, mail{dedup: e.Key, to: to, cc: cc, subject: words.SubjectOf(values), text: words.TextOf(values)})
}

// cancellationWords are what the receiver of a document is told; none of what changes
// nothing for it.
func cancellationWords(n CancellationNews) mailing.Template {
	subject, what := "Cancelación de {{documento}} {{folio}} de {{empresa}}", ""
	switch {
	case n.Outcome.Gone():
		subject, what = "Cancelado: {{documento}} {{folio}} de {{empresa}}", "El SAT canceló este comprobante que te emitimos. Ya no está vigente: no lo uses."
	case n.Outcome == notice.Turned:
		subject, what = "Sigue vigente: {{documento}} {{folio}} de {{empresa}}", "Como rechazaste su cancelación, este comprobante que te emitimos sigue vigente."
	case n.Outcome != 0:
		return mailing.Template{}
	case n.Answer == notice.NoAnswer:
		what = "Pedimos al SAT cancelar este comprobante que te emitimos. No hace falta que lo aceptes; te avisaremos cuando esté cancelado."
	case n.Answer == notice.Again:
		what = "Pedimos otra vez al SAT cancelar este comprobante que te emitimos. Acepta o rechaza la cancelación en tu Buzón Tributario; hasta entonces sigue vigente."
	case n.Answer == notice.Express3:
		what = fmt.Sprintf("Pedimos al SAT cancelar este comprobante que te emitimos. Tienes %d días hábiles para aceptar o rechazar la cancelación en tu Buzón Tributario; si no contestas, no se cancela.", n.Answer.Days())
	default:
		what = fmt.Sprintf("Pedimos al SAT cancelar este comprobante que te emitimos. Tienes %d días hábiles para aceptar o rechazar la cancelación en tu Buzón Tributario; si no contestas, se da por aceptada.", n.Answer.Days())
	}
	return mailing.Template{
		Subject: subject,
		Body:    "Hola:\n\n" + what + "\n\n{{documento}} {{folio}} del {{fecha}}\nFolio fiscal: {{uuid}}\n\nSi tienes alguna duda, responde a este correo.\n\n{{empresa}}\nRFC {{rfc_empresa}}",
	}
}
