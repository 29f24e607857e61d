package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"iofacturo.mx/internal/directory"
)

// aConstancia draws one for the RFC with the lines given.
func aConstancia(t *testing.T, lines ...string) []byte {
	t.Helper()
	doc := fpdf.New("P", "mm", "Letter", "")
	doc.AddPage()
	doc.SetFont("Helvetica", "", 8)
	latin := doc.UnicodeTranslatorFromDescriptor("cp1252")
	for i, x := range append([]string{"CONSTANCIA DE SITUACIÓN FISCAL", "Lugar y Fecha de Emisión PUEBLA A 05 DE ENERO DE 2020"}, lines...) {
		doc.Text(20, 20+6*float64(i), latin(x))
	}
	var b bytes.Buffer
	must(t, doc.Output(&b))
	return b.Bytes()
}

// TestConstanciaFillsTheForm: what it says stands in the form beside what is stored, and
// nothing is stored before it is saved.
func TestConstanciaFillsTheForm(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	customer := aConstancia(t, "RFC: URE180429TM6", "Denominación/Razón Social: UNIVERSIDAD ROBOTICA ESPAÑOLA S.A. DE C.V.", "Código Postal: 65000",
		"Regímenes:", "Régimen General de Ley Personas Morales 01/01/2018")
	page := b.upload("/clientes/constancia", map[string][]byte{"Constancia": customer})
	has(t, page, "Leímos la Constancia de UNIVERSIDAD ROBOTICA ESPAÑOLA (URE180429TM6), emitida el 05/01/2020", "más de tres meses", `value="URE180429TM6"`, `value="65000"`, `value="601" selected`)
	if page.Code != http.StatusOK || strings.Contains(page.Body.String(), "Guardado ahora") {
		t.Errorf("a new one has nothing stored: %d", page.Code)
	}
	if list, err := p.Directory.Customers(t.Context(), a, directory.Filter{}); err != nil || len(list.Rows) > 0 {
		t.Fatalf("stored before it was saved: %v %v", list, err)
	}
	form := customerForm()
	for k, v := range map[string]string{"Rfc": "URE180429TM6", "Nombre": "UNIVERSIDAD ROBOTICA", "CodigoPostal": "72000", "RegimenFiscal": "603", "UsoCFDI": "G03"} {
		form.Set(k, v)
	}
	b.follow(b.post("/clientes/nuevo", form))
	list, err := p.Directory.Customers(t.Context(), a, directory.Filter{})
	must(t, err)
	id := list.Rows[0].ID
	page = b.upload("/clientes/"+id+"/constancia", map[string][]byte{"Constancia": customer})
	has(t, page, "Guardado ahora UNIVERSIDAD ROBOTICA Usar", "Guardado ahora 72000", "Guardado ahora 603 · Personas Morales con Fines no Lucrativos", "Dice la Constancia 65000")
	if n := strings.Count(page.Body.String(), "<span>Dice la Constancia</span>"); n != 3 {
		t.Errorf("%d differences", n)
	}
	other := aConstancia(t, "RFC: CACX7605101P8", "Nombre (s): XOCHILT", "Primer Apellido: CASAS", "Segundo Apellido: CHAVEZ")
	has(t, b.upload("/clientes/"+id+"/constancia", map[string][]byte{"Constancia": other}), "Es de otro RFC que este cliente")
	t.Run("of the company", func(t *testing.T) {
		has(t, b.upload("/empresa/constancia", map[string][]byte{"Constancia": customer}), "Esta Constancia es de URE180429TM6 y tu empresa es EKU9003173C9")
		mine := aConstancia(t, "RFC: EKU9003173C9", "Denominación/Razón Social: ESCUELA KEMPER URGATE", "Código Postal: 42501", "Nombre de la Entidad Federativa: HIDALGO")
		page := b.upload("/empresa/constancia", map[string][]byte{"Constancia": mine})
		has(t, page, "Leímos la Constancia de ESCUELA KEMPER URGATE", "Guardado ahora", `value="42501"`, "Hidalgo")
		if c, err := p.Account.Company(t.Context(), a); err != nil || c.CodigoPostal == "42501" {
			t.Errorf("stored before it was saved: %+v %v", c, err)
		}
	})
	t.Run("what is none", func(t *testing.T) {
		for name, file := range map[string][]byte{"no es un PDF": []byte("hola"), "Falta el archivo": {}, "no es una Constancia": aConstancia(t)[:0]} {
			res := b.upload("/clientes/constancia", map[string][]byte{"Constancia": file})
			if res.Code != http.StatusUnprocessableEntity || !strings.Contains(textOf(res), name) && name != "no es una Constancia" {
				t.Errorf("%s: %d %s", name, res.Code, textOf(res))
			}
		}
		if res := b.post("/clientes/constancia", url.Values{}); res.Code == http.StatusOK {
			t.Error("without a file")
		}
	})
}
