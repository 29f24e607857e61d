package cancelacion_test

import (
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cancelacion"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/csd"
)

// clock is the day all tests live in.
var clock = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)

const (
	emisor = "EKU9003173C9"
	odd    = "H&E951128469" // what has to be escaped
	pacRfc = "SPR190613I52"
)

// A house has a test authority of its own.
type house struct{ *cfditest.House }

func newHouse(t testing.TB) *house {
	t.Helper()
	return &house{cfditest.NewHouse(t, clock)}
}

// A petition is any request.
type petition interface {
	Prepare(cert *csd.Certificate, at time.Time) (*cancelacion.Prepared, error)
}

func uuid(n int) string {
	return "11111111-2222-3333-4444-" + strings.Repeat("0", 11) + string(rune('0'+n))
}

// petitions are one of every kind, by the RFC that signs.
func petitions(rfc string) map[string]petition {
	return map[string]petition{
		"uno": cancelacion.Cancelacion{RfcEmisor: rfc, Folios: []cancelacion.Folio{{UUID: uuid(1), Motivo: "02"}}},
		"varios": cancelacion.Cancelacion{RfcEmisor: rfc, Folios: []cancelacion.Folio{
			{UUID: uuid(1), Motivo: "01", FolioSustitucion: uuid(9)},
			{UUID: uuid(2), Motivo: "02"},
			{UUID: strings.ToLower("ABCDEFAB-2222-3333-4444-00000000000C"), Motivo: "03"},
			{UUID: uuid(4), Motivo: "04"},
		}},
		"retenciones": cancelacion.Cancelacion{Retenciones: true, RfcEmisor: rfc, Folios: []cancelacion.Folio{
			{UUID: uuid(1), Motivo: "01", FolioSustitucion: uuid(9)}, {UUID: uuid(2), Motivo: "02"},
		}},
		"aceptacion": cancelacion.SolicitudAceptacionRechazo{RfcReceptor: rfc, RfcPacEnviaSolicitud: pacRfc, Folios: []cancelacion.Respuesta{
			{UUID: uuid(1), Respuesta: cancelacion.Aceptacion}, {UUID: uuid(2), Respuesta: cancelacion.Rechazo},
		}},
		"relacionados-receptor": cancelacion.PeticionConsultaRelacionados{RfcReceptor: rfc, RfcPacEnviaSolicitud: pacRfc, Uuid: uuid(1)},
		"relacionados-emisor":   cancelacion.PeticionConsultaRelacionados{RfcEmisor: rfc, RfcPacEnviaSolicitud: pacRfc, Uuid: uuid(1)},
	}
}

func sign(t testing.TB, p petition, cert *csd.Certificate, key *csd.Key) []byte {
	t.Helper()
	prepared, err := p.Prepare(cert, clock)
	if err != nil {
		t.Fatal(err)
	}
	firma, err := key.SignSHA1(prepared.SignedInfo())
	if err != nil {
		t.Fatal(err)
	}
	xml, err := prepared.Sign(firma)
	if err != nil {
		t.Fatal(err)
	}
	return xml
}
