package prueba

import (
	"strings"

	"iofacturo.mx/cfdi"
)

// What a document may ask of the test PAC, as CondicionesDePago: a way to see a
// refusal or a silence from the portal, for the demo, for who learns to use it and
// for the tests of the browser. A real PAC knows nothing of this.
const (
	AskRefusal = "PRUEBA RECHAZO"  // rejected with code 402, as an RFC out of the LCO is
	AskSilence = "PRUEBA SILENCIO" // never an answer, neither to Stamp nor to Query
)

// asked is the fault a document asks for itself.
func asked(s *cfdi.Sealed) Fault {
	switch strings.ToUpper(strings.TrimSpace(s.Comprobante().CondicionesDePago)) {
	case AskRefusal:
		return RejectAll
	case AskSilence:
		return SilentBefore
	}
	return None
}
