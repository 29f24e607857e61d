// Package pac is how the portal talks to a certifier (PAC): one interface, four
// outcomes, and nothing but sealed documents going out.
//
//	answer := p.Stamp(ctx, reference, sealed)
//	switch answer.Outcome {
//	case pac.Stamped:     // answer.XML: verify with sealed.Accept, then keep these bytes
//	case pac.Rejected:    // answer.Code and Message say why; a new revision may follow
//	case pac.Undelivered: // proved not processed: sending again anywhere is safe
//	case pac.Uncertain:   // may be stamped: Query, or Stamp the same bytes here, only here
//	}
//
// What every PAC behind it must do is in package pactest; each adapter passes
// that suite. The package never retries, never stores, and believes no answer:
// whether XML is a valid stamp is for cfdi.Sealed.Accept to say.
package pac

import (
	"context"

	"iofacturo.mx/cfdi"
)

// Outcome is what became of a document at a PAC.
type Outcome uint8

// The outcomes. The zero value is the one that promises nothing.
const (
	Uncertain   Outcome = iota // no answer, or none that can be read: it may be stamped
	Stamped                    // XML holds the stamped document
	Rejected                   // refused for good: these bytes will never be stamped
	Undelivered                // proved not processed: refused before it was looked at, or never arrived
	Unknown                    // of Query alone: the PAC says it never stamped this seal
)

// String returns the word for logs.
func (o Outcome) String() string {
	names := [...]string{"uncertain", "stamped", "rejected", "undelivered", "unknown"}
	if int(o) < len(names) {
		return names[o]
	}
	return names[Uncertain]
}

// Answer is what a PAC said.
type Answer struct {
	Outcome  Outcome
	XML      []byte // when Stamped: the bytes of the PAC, untouched
	Code     string // when Rejected: SAT or PAC code, like 305 or CFDI40138
	Message  string // Spanish, for the user; empty when Stamped
	Previous bool   // Stamped earlier, not by this call (code 307)
}

// PAC is one certifier. Its methods may be called from several goroutines. They
// end when ctx does, and then answer Uncertain unless they know better.
//
// reference is the caller's own id of the document, the same on each try. Identical
// bytes sent twice yield one stamp: the second answer is Stamped and Previous.
type PAC interface {
	// Name returns the stable word that attempts are stored under.
	Name() string
	// Test reports whether what it stamps has no fiscal validity.
	Test() bool
	// Stamp asks for s to be stamped: Stamped, Rejected, Undelivered or Uncertain.
	Stamp(ctx context.Context, reference string, s *cfdi.Sealed) Answer
	// Query asks, by seal, what became of s: Stamped, Unknown or Uncertain. It
	// never causes a stamp.
	Query(ctx context.Context, reference string, s *cfdi.Sealed) Answer
}
