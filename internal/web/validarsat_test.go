package web

import (
	"net/http"
	"strings"
	"testing"

	"iofacturo.mx/internal/directory"
)

func TestValidateWithTheSAT(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	other, _ := p.issuer("XIA190128J61")
	b.follow(b.post("/clientes/nuevo", formOf(customerForm(), "Rfc", "IVD920810GU2", "Nombre", "INNOVACION VALOR Y DESARROLLO", "CodigoPostal", "63900", "RegimenFiscal", "601", "UsoCFDI", "G03")))
	list, err := p.Directory.Customers(t.Context(), a, directory.Filter{})
	must(t, err)
	c := list.Rows[0]
	line := "1|" + c.Rfc + "|" + c.Nombre + "|" + c.CodigoPostal
	has(t, b.get("/validar/clientes"), "Los que faltan (1)", "Este portal no envía nada al SAT por ti")
	for _, path := range []string{"/validar/clientes/archivo", "/validar/clientes/archivo?cuales=todos", "/clientes/" + c.ID + "/sat"} {
		if res := b.get(path); res.Body.String() != line+"\r\n" || !strings.Contains(res.Header().Get("Content-Disposition"), ".txt") {
			t.Errorf("%s: %q", path, res.Body.String())
		}
	}
	if res := other.get("/clientes/" + c.ID + "/sat"); res.Code != http.StatusNotFound {
		t.Errorf("%d", res.Code)
	}
	for says, file := range map[string]string{"no trae respuesta": line, "falta el RFC": "1|x|y|z", "Falta el archivo": ""} {
		res := b.upload("/validar/clientes", map[string][]byte{"Respuesta": []byte(file)})
		if res.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", says, res.Code)
		}
		has(t, res, says)
	}
	answer := []byte(line + "|El nombre no coincide con el registrado en el RFC\n2|URE180429TM6|<b>OTRA</b>|06000|RFC válido")
	has(t, b.upload("/validar/clientes", map[string][]byte{"Respuesta": answer}), "0 clientes concuerdan y 1 no", "1 renglón sin cliente", "&lt;b&gt;OTRA&lt;/b&gt;")
	has(t, b.get("/clientes?sat=mal"), c.Nombre, "SAT: no concuerda")
	hasNo(t, b.get("/clientes?sat=bien"), c.Nombre)
	has(t, b.get("/clientes/"+c.ID), "El nombre no coincide con el registrado en el RFC.")
	b.upload("/validar/clientes", map[string][]byte{"Respuesta": []byte(line + "|RFC válido, y susceptible de recibir facturas")})
	has(t, b.get("/clientes"), "SAT: concuerda")
	has(t, b.get("/clientes/"+c.ID), "RFC, nombre y código postal concuerdan.")
}
