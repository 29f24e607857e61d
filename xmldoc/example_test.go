package xmldoc_test

import (
	"errors"
	"fmt"

	"iofacturo.mx/xmldoc"
)

const cfdi = "http://www.sat.gob.mx/cfd/4"

// What is read is asked for by namespace and name, whatever the prefix.
func ExampleParse() {
	b := []byte(`<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/4" Version="4.0"><c:Conceptos>` +
		`<c:Concepto Descripcion="Renta &amp; luz" Importe="100.00"/><c:Concepto Descripcion="Agua" Importe="20.50"/>` +
		`</c:Conceptos></c:Comprobante>`)
	root, err := xmldoc.Parse(b)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(root.Is(cfdi, "Comprobante"))
	for _, c := range root.Child(cfdi, "Conceptos").All(cfdi, "Concepto") {
		what, _ := c.Attr("Descripcion")
		_, there := c.Attr("Descuento")
		fmt.Println(c.Path(), what, there)
		fmt.Println(string(b[c.Start:c.End])) // as it came
	}
	_, there := root.Child(cfdi, "Impuestos").Attr("TotalImpuestosTrasladados") // no such node
	fmt.Println(there)
	// Output:
	// true
	// /c:Comprobante/c:Conceptos/c:Concepto[1] Renta & luz false
	// <c:Concepto Descripcion="Renta &amp; luz" Importe="100.00"/>
	// /c:Comprobante/c:Conceptos/c:Concepto[2] Agua false
	// <c:Concepto Descripcion="Agua" Importe="20.50"/>
	// false
}

// What a signed document must not contain is refused, and where it stands is said.
func ExampleError() {
	for _, s := range []string{
		"<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
		`<a Total="1" Total="2"/>`,
		`<a><b></a>`,
	} {
		_, err := xmldoc.Parse([]byte(s))
		var refused *xmldoc.Error
		if errors.As(err, &refused) {
			fmt.Println(refused.Code, refused.Line, refused.Column)
			fmt.Println(err)
		}
	}
	// Output:
	// doctype 2 1
	// XML, línea 2, columna 1: trae una declaración DOCTYPE, que no aceptamos por seguridad
	// duplicate 1 1
	// XML, línea 1, columna 1: el elemento «a» repite el atributo «Total»
	// syntax 1 7
	// XML, línea 1, columna 7: cierra «a» donde toca cerrar «b»
}

// Values are escaped, and an optional one that is "" is left out.
func ExampleWriter() {
	w := xmldoc.NewWriter()
	w.Start("cfdi:Emisor")
	w.Attr("xmlns:cfdi", cfdi)
	w.Attr("Nombre", `PAN & "CAFÉ"`)
	w.Opt("FacAtrAdquirente", "") // nothing is written
	w.End()
	fmt.Println(string(w.Bytes()))
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <cfdi:Emisor xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Nombre="PAN &amp; &quot;CAFÉ&quot;"/>
}
