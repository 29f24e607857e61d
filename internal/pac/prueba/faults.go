package prueba

import (
	"strings"
	"time"

	"iofacturo.mx/cfdi"
)

// Fault is one way for a call to go wrong.
type Fault uint8

// The faults. The lies begin with WrongUUID: the document is stamped and recorded
// properly, and the answer shows something else.
const (
	None         Fault = iota
	Refused            // turned away at the door: Undelivered
	RejectAll          // rejected with code 402 whatever it is
	SilentBefore       // no answer, and nothing was done
	SilentAfter        // no answer, but the document is stamped
	Forgetful          // it has no memory of earlier stamps: Query says Unknown, Stamp stamps anew
	WrongUUID          // the UUID was changed after signing
	RepeatedUUID       // the UUID of another document, properly signed
	AlteredTotal       // a document of another Total
	BadSelloSAT        // a signature that does not verify
	OtherStamp         // the stamp of another document
	FutureDate         // FechaTimbrado four days after now, properly signed
	Truncated          // half of the document
)

// Lies lists the faults whose answer must not be believed.
func Lies() []Fault {
	return []Fault{WrongUUID, RepeatedUUID, AlteredTotal, BadSelloSAT, OtherStamp, FutureDate, Truncated}
}

// Faults say how the PAC misbehaves. The zero value is a PAC that works.
type Faults struct {
	Delay time.Duration // passes before each answer, in real time
	All   Fault         // what every call meets
	// Choose, when set, decides for each call, counted from 1 over Stamp and
	// Query together, and goes before All.
	Choose func(call int) Fault
}

// SetFaults changes how the PAC behaves from now on, and counts calls anew.
func (p *PAC) SetFaults(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults, p.calls = f, 0
}

// meet counts a call about s and tells what it meets. What the document asks
// for itself goes before anything else.
func (p *PAC) meet(s *cfdi.Sealed) (Fault, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	if fault := asked(s); fault != None {
		return fault, p.faults.Delay
	}
	if p.faults.Choose != nil {
		return p.faults.Choose(p.calls), p.faults.Delay
	}
	return p.faults.All, p.faults.Delay
}

// deliver writes the stamp into the document, or what the fault makes of it.
func (p *PAC) deliver(fault Fault, xml []byte, t cfdi.Timbre) ([]byte, error) {
	if err := p.bend(fault, &t); err != nil {
		return nil, err
	}
	stamped, err := cfdi.AddTimbre(xml, &t)
	if err != nil {
		return nil, err
	}
	switch fault {
	case AlteredTotal:
		return []byte(strings.Replace(string(stamped), ` Total="`, ` Total="9`, 1)), nil
	case Truncated:
		return stamped[:len(stamped)/2], nil
	}
	return stamped, nil
}

// bend turns a true stamp into a false one.
func (p *PAC) bend(fault Fault, t *cfdi.Timbre) error {
	switch fault {
	case WrongUUID:
		t.UUID = uuidOf(t.UUID)
	case BadSelloSAT:
		return p.sign(&cfdi.Timbre{Version: "1.1"}, t)
	case RepeatedUUID:
		other, err := p.other(*t)
		if err != nil {
			return err
		}
		t.UUID = other.UUID
		return p.sign(t, t)
	case OtherStamp:
		other, err := p.other(*t)
		if err != nil {
			return err
		}
		*t = other
	case FutureDate:
		t.FechaTimbrado = p.cfg.Now().In(p.central).AddDate(0, 0, 4).Format("2006-01-02T15:04:05")
		return p.sign(t, t)
	}
	return nil
}

// other returns the stamp of another document: the last one given that is not
// t, or one made up when there is none.
func (p *PAC) other(t cfdi.Timbre) (cfdi.Timbre, error) {
	last, found, err := p.log.lastBut(t.UUID)
	if err != nil || found {
		return last, err
	}
	t.SelloCFD = strings.Repeat("A", len(t.SelloCFD)-2) + "=="
	t.UUID = uuidOf(t.SelloCFD)
	return t, p.sign(&t, &t)
}
