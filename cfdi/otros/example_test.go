package otros_test

import (
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/otros"
)

// received is an invoice of who sells dollars, as it came.
const received = `<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:divisas="http://www.sat.gob.mx/divisas" Version="4.0" ` +
	`Fecha="2026-11-20T12:00:00" FormaPago="01" MetodoPago="PUE" SubTotal="18500.00" Moneda="MXN" Total="18500.00" TipoDeComprobante="I" ` +
	`Exportacion="01" LugarExpedicion="42501">` +
	`<cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>` +
	`<cfdi:Receptor Rfc="XIA190128J61" Nombre="XENON INDUSTRIAL ARTICLES" DomicilioFiscalReceptor="76343" RegimenFiscalReceptor="601" UsoCFDI="G03"/>` +
	`<cfdi:Conceptos><cfdi:Concepto ClaveProdServ="84121600" Cantidad="1000" ClaveUnidad="E48" Descripcion="Dólares" ValorUnitario="18.50" ` +
	`Importe="18500.00" ObjetoImp="01"/></cfdi:Conceptos>` +
	`<cfdi:Complemento><divisas:Divisas version="1.0" tipoOperacion="venta"/></cfdi:Complemento></cfdi:Comprobante>`

// What has no types here is carried untouched and has its part in the cadena original, so
// that its seal can be verified; what it says is not judged.
func Example() {
	doc, err := cfdi.Read([]byte(received), otros.All)
	if err != nil {
		fmt.Println(err)
		return
	}
	carried := doc.Comprobante.Complementos[0].(*cfdi.Carried)
	fmt.Println(carried.Known().Name(), string(carried.XML))
	cadena, err := cfdi.Cadena(doc.Comprobante)
	fmt.Println(strings.HasSuffix(cadena, "|1.0|venta||"), err)
	for _, f := range cfdi.Validate(doc.Comprobante, catalogo.New(), time.Time{}) {
		fmt.Println(f.Code, f.Path, f.Severity, f.Message)
	}
	// Output:
	// divisas:Divisas <divisas:Divisas xmlns:divisas="http://www.sat.gob.mx/divisas" version="1.0" tipoOperacion="venta"/>
	// true <nil>
	// VERIFY06 Complementos warning El contenido del complemento divisas:Divisas va en el XML tal como llegó: aquí entra en el sello, pero sus reglas las revisa el PAC.
}

// The complements that are carried.
func Example_names() {
	for _, k := range otros.All {
		fmt.Println(k.Name())
	}
	// Output:
	// divisas:Divisas
	// pfic:PFintegranteCoordinado
	// tpe:TuristaPasajeroExtranjero
	// registrofiscal:CFDIRegistroFiscal
	// pagoenespecie:PagoEnEspecie
	// aerolineas:Aerolineas
	// valesdedespensa:ValesDeDespensa
	// decreto:renovacionysustitucionvehiculos
	// destruccion:certificadodedestruccion
	// obrasarte:obrasarteantiguedades
	// cce11:ComercioExterior
	// ventavehiculos:VentaVehiculos
	// detallista:detallista
	// ecc12:EstadoDeCuentaCombustible
	// consumodecombustibles11:ConsumoDeCombustibles
	// gceh:GastosHidrocarburos
	// ieeh:IngresosHidrocarburos
	// cartaporte20:CartaPorte
	// cartaporte30:CartaPorte
}
