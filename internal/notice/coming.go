package notice

import (
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/internal/store"
)

// The kinds of what cannot happen here yet: nothing raises them.
const (
	CancelAsked   Kind = "cancelacion.pedida"
	CancelOver    Kind = "cancelacion.final"
	RunFailed     Kind = "recurrente.fallida"
	AskedToCancel Kind = "recibido.cancelacion"
	Listed        Kind = "contraparte.69b"
)

// Coming is the table of the kinds that have their words and their event, and that
// nothing raises yet. No screen offers them; a line moves to [Kinds] with what raises it.
func Coming() []Rule {
	return []Rule{
		{CancelAsked, "Cancelación pedida", "Se pidió al SAT cancelar un comprobante.", store.RightReceipts, false, false, false, Mail},
		{CancelOver, "Cancelación resuelta", "Cómo quedó la cancelación de un comprobante.", store.RightReceipts, true, false, false, Mail},
		{RunFailed, "Recurrente que falló", "Una emisión programada no salió completa.", store.RightReceipts, true, false, false, Mail},
		{AskedToCancel, "Un proveedor pide cancelar", "Al llegar la solicitud y cuando quedan 24 y 4 horas.", store.RightReceipts, true, false, false, Mail},
		{Listed, "Contraparte en la lista del SAT", "Un cliente o proveedor tuyo aparece en la lista del artículo 69-B, o cambia en ella.", store.RightReceipts, true, false, false, Mail},
	}
}

// answerDays are the business days the receiver of a receipt has to answer (RMF 2.7.1.34).
const answerDays = 3

// An Answer is what it takes of its receiver to cancel a receipt.
type Answer int64

// The answers. Silent is the usual one: to say nothing is to accept. Of what RMF
// 2.7.1.34 names, fuel and its transport, only an express yes is.
const (
	NoAnswer Answer = 0
	Silent3  Answer = answerDays
	Express3 Answer = -answerDays
	Again    Answer = 1 // asked once more after a no: without a term
)

// Days are the business days there are to answer.
func (a Answer) Days() int {
	if a == NoAnswer || a == Again {
		return 0
	}
	return answerDays
}

// Asks says, in Spanish or in English, what the receiver is asked for.
func (a Answer) Asks(who string, english bool) string {
	switch {
	case english && a == NoAnswer:
		return "It needs no acceptance from " + who + "."
	case english && a == Again:
		return who + " turned it down before, so there is no term to answer this time."
	case english && a == Express3:
		return fmt.Sprintf("%s has %d business days to accept or reject; without an express yes it is not cancelled.", who, answerDays)
	case english:
		return fmt.Sprintf("%s has %d business days to accept or reject; no answer means acceptance.", who, answerDays)
	case a == NoAnswer:
		return "No necesita que " + who + " la acepte."
	case a == Again:
		return who + " ya la había rechazado: esta vez no hay plazo para que conteste."
	case a == Express3:
		return fmt.Sprintf("%s tiene %d días hábiles para aceptar o rechazar; si no contesta, no se cancela.", who, answerDays)
	}
	return fmt.Sprintf("%s tiene %d días hábiles para aceptar o rechazar; si no contesta, se da por aceptada.", who, answerDays)
}

// An Outcome is how a cancellation ended.
type Outcome int64

// The outcomes: the states of the SAT that are final.
const (
	Cancelled   Outcome = 1 // without acceptance
	Accepted    Outcome = 2
	Unanswered  Outcome = 3 // in time, which is acceptance
	Turned      Outcome = 4 // down by the receiver
	Uncancelled Outcome = 5 // has live related receipts
)

// Gone reports whether the receipt is cancelled.
func (o Outcome) Gone() bool { return o >= Cancelled && o <= Unanswered }

// Says tells the outcome, in Spanish or in English; who is the receiver.
func (o Outcome) Says(who string, english bool) string {
	i := 0
	if english {
		i = 1
	}
	switch o {
	case Cancelled:
		return [2]string{"El SAT lo canceló; no hacía falta que " + who + " aceptara.", "The SAT cancelled it; " + who + " did not have to accept."}[i]
	case Accepted:
		return [2]string{who + " aceptó y el SAT lo canceló.", who + " accepted and the SAT cancelled it."}[i]
	case Unanswered:
		return [2]string{who + " no contestó a tiempo, que es aceptar: el SAT lo canceló.", who + " did not answer in time, which is to accept: the SAT cancelled it."}[i]
	case Turned:
		return [2]string{who + " no aceptó la cancelación. El comprobante sigue vigente.", who + " did not accept. The receipt stays in force."}[i]
	case Uncancelled:
		return [2]string{"El SAT no lo cancela mientras tenga comprobantes relacionados vigentes. El de " + who + " sigue vigente.", "The SAT does not cancel it while related receipts are in force. That of " + who + " stays in force."}[i]
	}
	return [2]string{"El SAT contestó algo que no conocemos; revisa el comprobante de " + who + ".", "The SAT answered something we do not know; look at the receipt of " + who + "."}[i]
}

// A Cancellation is one request to cancel a receipt of ours. Ref is its name: Factura
//
type Cancellation struct {
	ID, DocumentID, Ref, Owner, Receiver string
}

// Asked is the event of its being sent to the SAT.
func (c Cancellation) Asked(a Answer) Event {
	return Event{Key: "cancelacion:" + c.ID, What: CancelAsked, Owner: c.Owner, Ref: c.Ref, Detail: c.Receiver, N: int64(a), Link: "/comprobantes/" + c.DocumentID}
}

// Over is the event of its end.
func (c Cancellation) Over(o Outcome) Event {
	return Event{Key: "cancelacion:" + c.ID + ":final", What: CancelOver, Owner: c.Owner, Ref: c.Ref, Detail: c.Receiver, N: int64(o), Link: "/comprobantes/" + c.DocumentID}
}

// A Run is one date of a recurring issue. Missing are the receipts that did not come out
// of it, and Why is the first reason, in Spanish.
type Run struct {
	ID, Name, Owner, Why, Link string
	Missing                    int
}

// Failed is the event of a run that did not issue all it should.
func (r Run) Failed() Event {
	return Event{Key: "recurrente:" + r.ID, What: RunFailed, Owner: r.Owner, Ref: r.Name, Detail: r.Why, N: int64(r.Missing), Link: r.Link}
}

// A Request is what a supplier asks of us: to cancel a receipt we hold.
type Request struct{ UUID, Ref, Supplier, Link string }

// Left is the event of so many hours being left to answer: at arrival, and then at 24
// and 4.
func (r Request) Left(hours int) Event {
	return Event{Key: fmt.Sprintf("pide-cancelar:%s:%d", r.UUID, hours), What: AskedToCancel, Ref: r.Ref, Detail: r.Supplier, N: int64(hours), Link: r.Link}
}

// A Situation is where somebody stands in the list of article 69-B, as the SAT writes it.
type Situation string

// The situations.
const (
	Presunto           Situation = "Presunto"
	Desvirtuado        Situation = "Desvirtuado"
	Definitivo         Situation = "Definitivo"
	SentenciaFavorable Situation = "Sentencia Favorable"
)

// A Listing is a customer or a supplier in an edition (AAAA-MM-DD) of the list.
type Listing struct {
	Rfc, Nombre   string
	Situation     Situation
	Edition, Link string
}

// Found is the event of its being found there, or in another situation than before.
func (l Listing) Found() Event {
	return Event{
		Key: "69b:" + l.Rfc + ":" + string(l.Situation), What: Listed, Ref: l.Rfc + " " + l.Nombre, Detail: string(l.Situation) + listEdition + l.Edition, Link: l.Link,
	}
}

// listEdition parts the situation from the edition of a Listing's Detail.
const listEdition = " · "

// comingWords are the words of the kinds of Coming.
func comingWords(r store.NoticeRow, english bool) (title, text string) {
	say := func(es, en string) string {
		if english {
			return en
		}
		return es
	}
	switch Kind(r.Kind) {
	case CancelAsked:
		return say("Cancelación pedida: "+r.Ref, "Cancellation asked: "+r.Ref),
			Answer(r.N).Asks(r.Detail, english) + say(" Sigue vigente hasta que el SAT conteste; te diremos cómo quedó.", " It stays in force until the SAT answers; you will be told.")
	case CancelOver:
		title = say("No se canceló: "+r.Ref, "Not cancelled: "+r.Ref)
		if Outcome(r.N).Gone() {
			title = say("Cancelado: "+r.Ref, "Cancelled: "+r.Ref)
		}
		return title, Outcome(r.N).Says(r.Detail, english)
	case RunFailed:
		missing := say(fmt.Sprintf("Faltaron %d comprobantes, que no se timbraron ni gastaron crédito.", r.N), fmt.Sprintf("%d receipts are missing: not stamped, no credit used.", r.N))
		if r.N == 1 {
			missing = say("Faltó 1 comprobante, que no se timbró ni gastó crédito.", "1 receipt is missing: not stamped, no credit used.")
		}
		return say("No salió completa: "+r.Ref, "Not complete: "+r.Ref),
			missing + " " + r.Detail + say(" Corrígelo; lo que sí se emitió no se repite.", " Mend it; what was issued is not repeated.")
	case AskedToCancel:
		left := say(fmt.Sprintf("quedan %d horas", r.N), fmt.Sprintf("%d hours are left", r.N))
		if r.N == 1 {
			left = say("queda 1 hora", "1 hour is left")
		}
		return say("Un proveedor pide cancelar: "+r.Ref, "A supplier asks to cancel: "+r.Ref),
			say(fmt.Sprintf("%s quiere cancelarlo. Tienes %d días hábiles desde que lo pidió: %s. Acepta o rechaza; si no contestas, se da por aceptada, salvo en los de combustibles.", r.Detail, answerDays, left),
				fmt.Sprintf("%s wants to cancel it. You have %d business days from the request: %s. Accept or reject; no answer means acceptance, except for fuel.", r.Detail, answerDays, left))
	case Listed:
		situation, edition, _ := strings.Cut(r.Detail, listEdition)
		if at, err := time.Parse(time.DateOnly, edition); err == nil {
			edition = say(at.Format("02/01/2006"), at.Format("January 2, 2006"))
		}
		of := say("Según la lista del artículo 69-B del SAT", "By the SAT's list of article 69-B")
		if edition != "" {
			of += say(" del "+edition, " of "+edition)
		}
		of += say(", su situación es: "+situation+". ", ", it stands as: "+situation+". ")
		switch Situation(situation) {
		case Definitivo:
			return say("En la lista del SAT: "+r.Ref, "In the SAT's list: "+r.Ref),
				of + say("Antes de usar sus comprobantes, revísalo con quien lleva tu contabilidad.", "Before you use its receipts, ask who keeps your books.")
		case Desvirtuado, SentenciaFavorable:
			return say("Aclarado en la lista del SAT: "+r.Ref, "Cleared in the SAT's list: "+r.Ref), of + say("No hace falta que hagas nada.", "There is nothing for you to do.")
		}
		return say("En la lista del SAT: "+r.Ref, "In the SAT's list: "+r.Ref),
			of + say("Todavía puede aclararlo; guarda lo que demuestre tus operaciones con él.", "It may still clear it; keep what proves your dealings with it.")
	}
	return r.Ref, r.Detail
}
