package cancelacion_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cancelacion"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// clock is the day all tests live in.
var clock = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)

const (
	emisor = "EKU9003173C9"
	odd    = "H&E951128469" // what has to be escaped
	pacRfc = "SPR190613I52"
)

// A house has a test authority of its own.
type house struct {
	ca *prueba.CA
}

func newHouse(t testing.TB) *house {
	t.Helper()
	ca, err := prueba.New(clock, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &house{ca}
}

func (h *house) pair(t testing.TB, rfc string) (*csd.Certificate, *csd.Key) {
	t.Helper()
	return open(t, h.ca.CSD, rfc)
}

func open(t testing.TB, issue func(rfc, name string, password []byte) ([]byte, []byte, error), rfc string) (*csd.Certificate, *csd.Key) {
	t.Helper()
	password := []byte("contraseña de prueba")
	cer, private, err := issue(rfc, "EMPRESA DE PRUEBA", password)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := csd.ParseCertificate(cer)
	if err != nil {
		t.Fatal(err)
	}
	key, err := csd.OpenKey(private, password)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
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

// golden compares got with testdata/name, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs (go test -update rewrites it)\n got: %s\nwant: %s", path, got, want)
	}
}

// shared returns a path of the folder of SAT data beside the project.
func shared(t testing.TB, path string) string {
	t.Helper()
	full := filepath.Join("..", "..", "shared", path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("needs the SAT data, which is not here: shared/%s", path)
	}
	return full
}
