package invite

import "slices"

// Rules are the numbers of the program.
type Rules struct {
	Reward     int64 // credits for each side; 0 is no program
	MonthlyCap int64 // rewards of one inviting company in a month
}

// A Case is what there is to know of a referral whose first order is paid.
type Case struct {
	Guest string   // RFC of who came
	Above []string // RFC of who invited it, of who invited that one, and so on

	OwnerOpen      bool // who invited is there still
	SameMail       bool // the two companies share a person's address
	SameInstrument bool // or ever paid with the same instrument
	Before         bool // the RFC brought a reward already

	Certificate bool  // the guest proved its RFC by a CSD
	Stamped     bool  // and used a credit after it paid
	ThisMonth   int64 // rewards of who invited in this month
}

// A Verdict is what is to be done with a referral.
type Verdict int

// The verdicts.
const (
	Wait   Verdict = iota // something may still come
	Give                  // both sides get their credits
	Refuse                // never
)

// Reasons of a [Refuse]. The value is kept.
const (
	Itself     = "misma-empresa"
	Circle     = "circulo"
	Mail       = "mismo-correo"
	Instrument = "mismo-pago"
	Again      = "rfc-premiado"
	Gone       = "sin-anfitrion"
	Cap        = "tope"
)

// Decide judges a case: first what can never be rewarded, then what is missing, then the
// month.
func (r Rules) Decide(c Case) (Verdict, string) {
	switch {
	case r.Reward <= 0:
		return Wait, ""
	case len(c.Above) > 0 && c.Above[0] == c.Guest:
		return Refuse, Itself
	case slices.Contains(c.Above, c.Guest):
		return Refuse, Circle
	case c.Before:
		return Refuse, Again
	case c.SameMail:
		return Refuse, Mail
	case c.SameInstrument:
		return Refuse, Instrument
	case !c.OwnerOpen:
		return Refuse, Gone
	case !c.Certificate || !c.Stamped:
		return Wait, ""
	case c.ThisMonth >= r.MonthlyCap:
		return Refuse, Cap
	}
	return Give, ""
}
