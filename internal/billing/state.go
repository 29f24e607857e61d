package billing

import "slices"

// A State is where a document stands in its life (reliability paper §3.1). The
// value is what the database holds; [State.Label] is what a screen says.
type State string

// The states of a document. Everything up to Rechazado and Vencido can still
// change; Timbrado and Anulado are for ever.
const (
	Borrador  State = "borrador"  // being typed; has no folio yet
	Numerado  State = "numerado"  // folio, Fecha, certificate and content are fixed
	Sellado   State = "sellado"   // final bytes stored, waiting for the certifier
	Enviando  State = "enviando"  // an attempt is written down and may be on the wire
	Timbrado  State = "timbrado"  // has its TimbreFiscalDigital
	Rechazado State = "rechazado" // the certifier said no; editable, keeps its folio
	Incierto  State = "incierto"  // no usable answer; read-only until it is settled
	Vencido   State = "vencido"   // 72 h went by and the certifier never stamped it
	Anulado   State = "anulado"   // given up by its owner; the folio is accounted for
)

// States lists every state in the order of a document's life.
func States() []State {
	return []State{Borrador, Numerado, Sellado, Enviando, Timbrado, Rechazado, Incierto, Vencido, Anulado}
}

// Label is the word of the manual for s, as a slug usable in an attribute:
// borrador, en-cola, timbrando, timbrado, rechazado, sin-respuesta, vencido, anulado.
func (s State) Label() string {
	switch s {
	case Numerado, Sellado:
		return "en-cola"
	case Enviando:
		return "timbrando"
	case Incierto:
		return "sin-respuesta"
	default:
		return string(s)
	}
}

// Text is the label as a person reads it: "En cola", "Sin respuesta"…
func (s State) Text() string {
	switch s.Label() {
	case "borrador":
		return "Borrador"
	case "en-cola":
		return "En cola"
	case "timbrando":
		return "Timbrando"
	case "timbrado":
		return "Timbrado"
	case "rechazado":
		return "Rechazado"
	case "sin-respuesta":
		return "Sin respuesta"
	case "vencido":
		return "Vencido"
	case "anulado":
		return "Anulado"
	default:
		return string(s)
	}
}

// StatesOf returns the states a label covers ("en-cola" covers two); a storage
// name covers itself, and an unknown word nothing.
func StatesOf(label string) []State {
	var found []State
	for _, s := range States() {
		if s.Label() == label || string(s) == label {
			found = append(found, s)
		}
	}
	return found
}

// Editable reports whether a person may change the content and issue it (again).
func (s State) Editable() bool { return s == Borrador || s == Rechazado || s == Vencido }

// InFlight reports whether the machine still has work to do on it by itself.
func (s State) InFlight() bool {
	return s == Numerado || s == Sellado || s == Enviando || s == Incierto
}

// An event is what happens to a document; its name is kept in the event log.
type event string

const (
	evNumber      event = "numerar"      // P1
	evSeal        event = "sellar"       // P2
	evUnseal      event = "sin-sello"    // P2 refused for good: key or certificate are gone
	evSend        event = "enviar"       // P3
	evStamp       event = "timbrar"      // P5, answer accepted
	evReject      event = "rechazar"     // P5, the certifier refused it
	evDoubt       event = "dudar"        // P5, no usable answer, or a crash left none
	evReturn      event = "no-entregado" // proved not processed: may be sent again
	evExpire      event = "vencer"       // 72 h and a negative query
	evAnnul       event = "anular"       // its owner gives up a numbered document
	evNewDraft    event = "crear"        // first save; from no state
	noState       State = ""
	reasonSello         = "SELLO"    // code of a rejection by our own signer
	reasonPlazo         = "PLAZO"    // code of a document that outlived its 72 h
	reasonTimbre        = "TIMBRE"   // code of an answer whose Timbre does not stand
	reasonSilence       = "SILENCIO" // code of an attempt without any answer
)

// A guard is what must hold, beside the state, before a transition is taken.
type guard string

const (
	free        guard = ""
	oneRevision guard = "the revision asked for is the one stored"
	sealedBytes guard = "the sealed bytes of this revision are stored"
	noAttempt   guard = "no attempt of this document is open"
	openAttempt guard = "the attempt that this answers is the open one"
	goodTimbre  guard = "Sealed.Accept took the answer and its UUID is new"
	outOfTime   guard = "72 h since Fecha and the certifier knows nothing of it"
	hasReason   guard = "somebody says why"
)

// A transition is one arrow of the life of a document.
type transition struct {
	from  State
	event event
	to    State
	guard guard
}

// transitions is the whole life of a document. What is not here cannot happen:
// [move] refuses it, the update carries the state it expects, and [Check] walks
// the event log of each document along these arrows (invariant I11).
var transitions = []transition{
	{noState, evNewDraft, Borrador, free},

	{Borrador, evNumber, Numerado, oneRevision},
	{Rechazado, evNumber, Numerado, oneRevision},
	{Vencido, evNumber, Numerado, oneRevision},

	{Numerado, evSeal, Sellado, sealedBytes},
	{Numerado, evUnseal, Rechazado, hasReason},

	{Sellado, evSend, Enviando, noAttempt},
	{Sellado, evExpire, Vencido, outOfTime},

	{Enviando, evStamp, Timbrado, goodTimbre},
	{Enviando, evReject, Rechazado, openAttempt},
	{Enviando, evDoubt, Incierto, openAttempt},
	{Enviando, evReturn, Sellado, openAttempt},

	{Incierto, evStamp, Timbrado, goodTimbre},
	{Incierto, evReturn, Sellado, openAttempt},
	{Incierto, evExpire, Vencido, outOfTime},

	{Rechazado, evAnnul, Anulado, hasReason},
	{Vencido, evAnnul, Anulado, hasReason},
}

// next returns the state that event leads to from a state, if there is an arrow.
func next(from State, e event) (State, bool) {
	i := slices.IndexFunc(transitions, func(t transition) bool { return t.from == from && t.event == e })
	if i < 0 {
		return noState, false
	}
	return transitions[i].to, true
}
