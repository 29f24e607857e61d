package complementos_test

import (
	"fmt"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
)

// Whoever reads a CFDI hands the list on. What is in it comes as its own type; what is not
// is carried untouched, and there is no cadena of it.
func Example() {
	doc, err := cfdi.Read([]byte(`<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Fecha="2026-11-20T12:00:00" FormaPago="01" `+
		`MetodoPago="PUE" SubTotal="1000.00" Moneda="MXN" Total="1030.00" TipoDeComprobante="I" Exportacion="01" LugarExpedicion="42501">`+
		`<cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>`+
		`<cfdi:Receptor Rfc="XIA190128J61" Nombre="XENON INDUSTRIAL ARTICLES" DomicilioFiscalReceptor="76343" RegimenFiscalReceptor="601" UsoCFDI="G03"/>`+
		`<cfdi:Conceptos><cfdi:Concepto ClaveProdServ="90111800" Cantidad="1" ClaveUnidad="E48" Descripcion="Hospedaje" ValorUnitario="1000.00" `+
		`Importe="1000.00" ObjetoImp="01"/></cfdi:Conceptos><cfdi:Complemento>`+
		`<implocal:ImpuestosLocales xmlns:implocal="http://www.sat.gob.mx/implocal" version="1.0" TotaldeRetenciones="0.00" TotaldeTraslados="30.00">`+
		`<implocal:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="3.00" Importe="30.00"/></implocal:ImpuestosLocales>`+
		`<divisas:Divisas xmlns:divisas="http://www.sat.gob.mx/divisas" version="1.0" tipoOperacion="venta"/>`+
		`<x:Nuevo xmlns:x="http://www.sat.gob.mx/nuevo" Version="1.0"/>`+
		`</cfdi:Complemento></cfdi:Comprobante>`), complementos.All)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, k := range doc.Comprobante.Complementos {
		fmt.Printf("%T %s\n", k, k.Known().Name())
	}
	_, err = cfdi.Cadena(doc.Comprobante)
	fmt.Println(err)
	// Output:
	// *implocal.ImpuestosLocales implocal:ImpuestosLocales
	// *cfdi.Carried divisas:Divisas
	// *cfdi.Unknown x:Nuevo
	// complemento desconocido aquí: x:Nuevo; su cadena original no se puede calcular
}
