package cancelacion

import (
	"crypto/sha1"
	"encoding/base64"
	"strings"
	"testing"
)

// TestDigestsOfThePapers: digests of requests that were really sent, computed elsewhere.
func TestDigestsOfThePapers(t *testing.T) {
	const eku = "EKU9003173C9"
	for name, v := range map[string]struct {
		body   *body
		digest string
	}{
		"cancel": {
			Cancelacion{RfcEmisor: eku, Folios: []Folio{{UUID: "62B00C5E-4187-4336-B569-44E0030DC729", Motivo: "02"}}}.body("2022-01-06T17:49:12"),
			"28wlg0suJ57t4P4P+LshbcH5PYE=",
		},
		"answer": {
			SolicitudAceptacionRechazo{
				RfcReceptor: eku, RfcPacEnviaSolicitud: "CVD110412TF6",
				Folios: []Respuesta{{UUID: "4CE93193-9E57-4BB0-9E03-09BAB53D392E", Respuesta: Aceptacion}},
			}.body("2019-01-13T14:15:16"),
			"RWl0hF+/mX0tgCUYYK6oSPDc1mo=",
		},
	} {
		digest := sha1.Sum([]byte(v.body.buf.String() + "</" + v.body.name + ">"))
		if got := base64.StdEncoding.EncodeToString(digest[:]); got != v.digest {
			t.Errorf("%s: %s, want %s", name, got, v.digest)
		}
	}
}

// TestCanonicalEscapes are those of C14N 1.0 §2.3.
func TestCanonicalEscapes(t *testing.T) {
	const all = "&<>\"'\t\n\r"
	b := open("u", "A", attr{"V", all})
	b.leaf("B", all)
	want := `V="&amp;&lt;>&quot;'&#x9;&#xA;&#xD;"><B>&amp;&lt;&gt;"'` + "\t\n&#xD;</B>"
	if got := b.buf.String(); !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want …%s", got, want)
	}
}

func TestIssuerNameKeepsWhatSeparates(t *testing.T) {
	if got := nameText("Av. Hidalgo 77, Col. \"A\"\x00"); got != `Av. Hidalgo 77\2c Col. \"A\" ` {
		t.Error(got)
	}
}
