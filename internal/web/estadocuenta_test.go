package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/directory"
)

func TestAccountStatementOfACustomer(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	other, _ := p.issuer("XIA190128J61")
	b.follow(b.post("/clientes/nuevo", url.Values{
		"Rfc": {"URE180429TM6"}, "Nombre": {"UNIVERSIDAD ROBOTICA ESPAÑOLA"}, "CodigoPostal": {"65000"}, "RegimenFiscal": {"601"}, "UsoCFDI": {"G03"},
		"DiasCredito": {"2"}, "LimiteCredito": {"2000"}, "Correos[0]": {"pagos@ure.example"},
	}))
	list, err := p.Directory.Customers(t.Context(), a, directory.Filter{})
	must(t, err)
	path := "/clientes/" + list.Rows[0].ID + "/cuenta"
	has(t, b.get(path), "Sin movimientos en este periodo", "$ 0.00")

	at, invoice := newInvoice(t, b)
	for name, value := range map[string]string{"CustomerID": list.Rows[0].ID, "MetodoPago": "PPD", "FormaPago": "99", "Conceptos[0].ValorUnitario": "500"} {
		invoice.Set(name, value)
	}
	if b.press(at, invoice, "timbrar-asi"); len(p.stamped(a).Rows) != 1 {
		t.Fatal("nothing was stamped")
	}
	has(t, b.get(path), "$ 1,160.00", "le quedan $ 840.00", "tiene 2 días de crédito", "Vence", `value="58"`)
	has(t, b.get("/clientes"), `<td class="num" data-label="Saldo"><a class="nowrap" href="`+path+`">$ 1,160.00</a>`)
	if res := other.get(path); res.Code != http.StatusNotFound {
		t.Errorf("another company reads it: %d", res.Code)
	}
	has(t, b.get(path+"?desde=ayer"), "La fecha va como AAAA-MM-DD", "$ 1,160.00")
	csv := b.get(path + "/archivo")
	if text := csv.Body.String(); !strings.Contains(text, `"1160.00","0.00","1160.00","MXN"`) || csv.Header().Get("Content-Type") == "" {
		t.Errorf("%s", text)
	}
	if xlsx := b.get(path + "/archivo?formato=xlsx"); xlsx.Code != http.StatusOK || !strings.HasPrefix(xlsx.Body.String(), "PK") {
		t.Errorf("%d", xlsx.Code)
	}
	twice := b.post(path+"/enviar", url.Values{"Para": {"no es"}}) // two words, one fault
	has(t, twice, `id="`+findingID("Para", 0)+`"`, `value="no es"`)
	hasNo(t, twice, `id="`+findingID("Para", 1)+`"`)
	has(t, b.follow(b.post(path+"/enviar", url.Values{"Para": {"pagos@ure.example"}})), "Va en camino.")
	p.drain()
	has(t, b.get(path), "Lo que le enviaste", "Enviado", "pagos@ure.example")
	hasNo(t, b.get(path), "/cuenta/recordar")
	has(t, b.post(path+"/recordar", url.Values{"Para": {"pagos@ure.example"}}), "no tiene nada vencido", "No se envió ningún recordatorio")
	p.later(4 * 24 * time.Hour)
	b = p.signedIn("EKU9003173C9")
	has(t, b.get(path), `formaction="`+path+`/recordar"`, "debe $ 1,160.00")
	has(t, b.post(path+"/recordar", url.Values{"Para": {"no es"}}), `id="`+findingID("Para", 0)+`"`, `value="no es"`)
	has(t, b.follow(b.post(path+"/recordar", url.Values{"Para": {"pagos@ure.example"}})), "Enviamos el recordatorio a pagos@ure.example", "Recordatorio de lo vencido")
}
