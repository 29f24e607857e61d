package cce20_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/decimal"
)

type X = cce20.ComercioExterior

var (
	cat  = catalogo.New()
	none decimal.Decimal
)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

const (
	uuid = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
	curp = "XEXX010101HNEXXXA4"
)

func line(id, quantity, price string) cfdi.Concepto {
	return cfdi.Concepto{
		ClaveProdServ: "40141600", NoIdentificacion: id, Cantidad: num(quantity), ClaveUnidad: "H87", Unidad: "Pieza", Descripcion: "Válvula",
		ValorUnitario: num(price), ObjetoImp: "02",
		Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.000000")}}},
	}
}

// invoice is the export of some lines to a company abroad.
func invoice(moneda, rate string, lines ...cfdi.Concepto) *cfdi.Comprobante {
	c := &cfdi.Comprobante{
		Version: "4.0", Fecha: "2026-11-20T11:58:00", FormaPago: "03", Moneda: moneda, TipoDeComprobante: "I", Exportacion: "02",
		MetodoPago: "PUE", LugarExpedicion: "76199",
		Emisor: cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: cfdi.RfcExtranjero, Nombre: "ACME VALVES", DomicilioFiscalReceptor: "76199", ResidenciaFiscal: "USA", NumRegIdTrib: "123456789",
			RegimenFiscalReceptor: "616", UsoCFDI: "S01",
		},
		Conceptos: lines,
	}
	if rate != "" {
		c.TipoCambio = num(rate)
	}
	c.Totalize(cat)
	return c
}

func planta() cce20.Domicilio {
	return cce20.Domicilio{
		Calle: "Calle del Papel", NumeroExterior: "1", NumeroInterior: "B & C", Colonia: "0214", Localidad: "01", Referencia: "Junto al río", Municipio: "014",
		Estado: "QUE", Pais: "MEX", CodigoPostal: "76199",
	}
}

func austin() cce20.Domicilio {
	return cce20.Domicilio{
		Calle: "Congress Avenue", NumeroExterior: "100", NumeroInterior: "5", Colonia: "Downtown", Localidad: "Austin", Referencia: "\"Corner\"",
		Municipio: "Travis", Estado: "TX", Pais: "USA", CodigoPostal: "78701",
	}
}

func toronto() cce20.Domicilio {
	return cce20.Domicilio{Calle: "Bay Street", Estado: "ON", Pais: "CAN", CodigoPostal: "M5J 2N8"}
}

func madrid() cce20.Domicilio {
	return cce20.Domicilio{Calle: "Gran Vía", Estado: "Madrid", Pais: "ESP", CodigoPostal: "28013"}
}

func at(d cce20.Domicilio) *cce20.Domicilio { return &d }

// carrying adds the complement that an export makes.
func carrying(c *cfdi.Comprobante, e cce20.Exportacion) *cfdi.Comprobante {
	x, err := e.ComercioExterior(c)
	if err != nil {
		panic(err)
	}
	c.Complementos = append(c.Complementos, x)
	return c
}

// definitiva says all that a sale in dollars can.
func definitiva() *cfdi.Comprobante {
	return carrying(invoice("USD", "18.123400", line("A-1", "100", "12.50"), line("B-2", "3.5", "99.99"), line("B-2", "1", "0.07")), cce20.Exportacion{
		NumCertificadoOrigen: "CERT-0001", NumeroExportadorConfiable: "MX/123/2026", Incoterm: "FOB", Observaciones: "Sin  marcas ñ",
		Emisor:   cce20.Emisor{Domicilio: planta()},
		Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
		Destinatario: []cce20.Destinatario{
			{NumRegIdTrib: "987654321", Nombre: "ACME <NORTH>", Domicilio: []cce20.Domicilio{toronto()}}, {Domicilio: []cce20.Domicilio{madrid(), madrid()}},
		},
		Bienes: []cce20.Bien{
			{
				NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("100"), Unidad: "01",
				DescripcionesEspecificas: []cce20.DescripcionesEspecificas{{Marca: "Acme", Modelo: "V1", SubModelo: "a", NumeroSerie: "S-1"}, {Marca: "Acme"}},
			},
			{NoIdentificacion: "B-2", FraccionArancelaria: "8481809900", Cantidad: num("3.500"), Unidad: "01", ValorUnitario: num("50")},
			{NoIdentificacion: "B-2", FraccionArancelaria: "8481300100", Cantidad: num("1"), Unidad: "01"},
		},
	})
}

// minima says the least, in pesos, to a receptor with an RFC.
func minima() *cfdi.Comprobante {
	c := invoice("MXN", "", line("A-1", "7", "123.45"))
	c.Receptor = cfdi.Receptor{Rfc: "H&E951128469", Nombre: "HERRERIA & ELECTRICOS", DomicilioFiscalReceptor: "06002", RegimenFiscalReceptor: "601", UsoCFDI: "G01"}
	return carrying(c, cce20.Exportacion{
		Incoterm: "EXW", TipoCambioUSD: num("18.1234"), Emisor: cce20.Emisor{Domicilio: cce20.Domicilio{Calle: "Uno", Estado: "QUE", Pais: "MEX", CodigoPostal: "76199"}},
		Bienes: []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("7"), Unidad: "01"}},
	})
}

// sinAduana has what the line says for the customs too.
func sinAduana() *cfdi.Comprobante {
	c := minima()
	m := &cce20.De(c).Mercancias[0]
	m.CantidadAduana, m.UnidadAduana, m.ValorUnitarioAduana = none, "", none
	return c
}

// fisica is a person that sells to a Mexican address.
func fisica() *cfdi.Comprobante {
	c := minima()
	c.Emisor = cfdi.Emisor{Rfc: "FUNK671228PH6", Nombre: "KARLA FUENTE NOLASCO", RegimenFiscal: "612"}
	x := cce20.De(c)
	x.Emisor.Curp, x.Receptor = curp, &cce20.Receptor{Domicilio: at(planta())}
	x.Destinatario = []cce20.Destinatario{{Domicilio: []cce20.Domicilio{planta()}}}
	return c
}

// moved are goods of others, whose lines have no price.
func moved() *cfdi.Comprobante {
	k := line("A-1", "5", "0")
	k.ObjetoImp, k.Impuestos = "01", nil
	c := invoice("XXX", "", k)
	c.TipoDeComprobante, c.FormaPago, c.MetodoPago = "T", "", ""
	c.Receptor = cfdi.Receptor{Rfc: c.Emisor.Rfc, Nombre: c.Emisor.Nombre, DomicilioFiscalReceptor: "76199", RegimenFiscalReceptor: "601", UsoCFDI: "S01"}
	c.Totalize(cat)
	return c
}

func ajeno() *cfdi.Comprobante {
	return carrying(moved(), cce20.Exportacion{
		MotivoTraslado: "05", Incoterm: "DAP", TipoCambioUSD: num("18.1234"), Emisor: cce20.Emisor{Domicilio: planta()},
		Propietario:  []cce20.Propietario{{NumRegIdTrib: "123456789", ResidenciaFiscal: "USA"}, {NumRegIdTrib: "B-12345678", ResidenciaFiscal: "ESP"}},
		Destinatario: []cce20.Destinatario{{Domicilio: []cce20.Domicilio{austin()}}},
		Bienes:       []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("5"), Unidad: "01", ValorUnitario: num("2.125")}},
	})
}

// facturado moves goods that were sold before, with what the lines say alone.
func facturado() *cfdi.Comprobante {
	c := ajeno()
	c.CfdiRelacionados = []cfdi.CfdiRelacionados{{TipoRelacion: "05", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: uuid}}}}
	c.Conceptos[0].Unidad = "01"
	x := cce20.De(c)
	x.MotivoTraslado, x.Propietario = "01", nil
	m := &x.Mercancias[0]
	m.CantidadAduana, m.UnidadAduana, m.ValorUnitarioAduana = none, "", none
	return c
}

// muestra is given away: all of it is discounted.
func muestra() *cfdi.Comprobante {
	k := line("A-1", "2", "50.00")
	k.Descuento, k.ObjetoImp, k.Impuestos = num("100.00"), "01", nil
	return carrying(invoice("USD", "18.1234", k), cce20.Exportacion{
		Incoterm: "FOB", Emisor: cce20.Emisor{Domicilio: planta()}, Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
		Bienes: []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "9801000100", Cantidad: num("2"), Unidad: "01"}},
	})
}

// servicio goes with goods: one that counts in their value and one that does not.
func servicio() *cfdi.Comprobante {
	flete, otro := line("S-1", "1", "300.00"), line("S-2", "1", "10.00")
	flete.ClaveUnidad, otro.ClaveUnidad = "E48", "E48"
	return carrying(invoice("USD", "18.1234", line("A-1", "2", "50.00"), flete, otro), cce20.Exportacion{
		Incoterm: "CIF", Emisor: cce20.Emisor{Domicilio: planta()}, Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
		Bienes: []cce20.Bien{
			{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("2"), Unidad: "01"},
			{NoIdentificacion: "S-1", Cantidad: num("1"), Unidad: "99"},
			{NoIdentificacion: "S-2", Cantidad: num("1"), Unidad: "99", FueraDeValor: true},
		},
	})
}

func bases() map[string]func() *cfdi.Comprobante {
	return map[string]func() *cfdi.Comprobante{
		"definitiva": definitiva, "minima": minima, "sinAduana": sinAduana, "fisica": fisica, "ajeno": ajeno, "facturado": facturado,
		"muestra": muestra, "servicio": servicio,
	}
}

func names() []string { return slices.Sorted(maps.Keys(bases())) }

type ruleCase struct {
	code, path string
	from       func() *cfdi.Comprobante
	change     func(c *cfdi.Comprobante)
}

func of(change func(x *X)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(cce20.De(c)) }
}

func goods(i int, change func(m *cce20.Mercancia)) func(*cfdi.Comprobante) {
	return of(func(x *X) { change(&x.Mercancias[i]) })
}

func plant(change func(d *cce20.Domicilio)) func(*cfdi.Comprobante) {
	return of(func(x *X) { change(&x.Emisor.Domicilio) })
}

func buyer(change func(d *cce20.Domicilio)) func(*cfdi.Comprobante) {
	return of(func(x *X) { change(x.Receptor.Domicilio) })
}

func target(change func(d *cce20.Domicilio)) func(*cfdi.Comprobante) {
	return of(func(x *X) { change(&x.Destinatario[0].Domicilio[0]) })
}

func concepto(i int, change func(k *cfdi.Concepto)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(&c.Conceptos[i]) }
}

// worth sets a value and the total that follows.
func worth(i int, value string) func(*cfdi.Comprobante) {
	return of(func(x *X) {
		x.TotalUSD = x.TotalUSD.Sub(x.Mercancias[i].ValorDolares).Add(num(value)).Round(2)
		x.Mercancias[i].ValorDolares = num(value)
	})
}

func both(changes ...func(*cfdi.Comprobante)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) {
		for _, change := range changes {
			change(c)
		}
	}
}

const p = "Complementos[0]."

// A ruleCase breaks one rule; those of harmless, beside it, do not.
func ruleCases() []ruleCase {
	return []ruleCase{
		{"CCE101", "TipoDeComprobante", minima, func(c *cfdi.Comprobante) { c.TipoDeComprobante = "N" }},
		{"CCE102", p + "Propietario", ajeno, of(func(x *X) { x.Propietario = nil })},
		{"CCE103", p + "Propietario", minima, of(func(x *X) { x.Propietario = []cce20.Propietario{{NumRegIdTrib: "B12345678", ResidenciaFiscal: "ESP"}} })},
		{"CCE105", "Exportacion", minima, func(c *cfdi.Comprobante) { c.Exportacion = "03" }},
		{"CCE106", "InformacionGlobal", minima, func(c *cfdi.Comprobante) { c.InformacionGlobal = &cfdi.InformacionGlobal{} }},
		{"CCE108", "Receptor.Rfc", ajeno, func(c *cfdi.Comprobante) { c.Receptor.Rfc = "H&E951128469" }},
		{"CCE109", "Conceptos[0].Impuestos", minima, concepto(0, func(k *cfdi.Concepto) { k.Impuestos = nil })},
		{"CCE110", "Conceptos[0].ObjetoImp", ajeno, concepto(0, func(k *cfdi.Concepto) { k.ObjetoImp = "03" })},
		{"CCE111", "Conceptos[0].ACuentaTerceros", minima, concepto(0, func(k *cfdi.Concepto) { k.ACuentaTerceros = &cfdi.ACuentaTerceros{} })},
		{"CCE112", "Conceptos[0].CuentaPredial", minima, concepto(0, func(k *cfdi.Concepto) { k.CuentaPredial = make([]cfdi.CuentaPredial, 1) })},
		{"CCE115", "Complementos[1]", minima, func(c *cfdi.Comprobante) {
			c.Complementos = append(c.Complementos, &cfdi.Unknown{Space: "http://www.sat.gob.mx/donat", Prefix: "donat", Local: "Donatarias"})
		}},
		{"CCE116", "CfdiRelacionados", facturado, func(c *cfdi.Comprobante) { c.CfdiRelacionados = nil }},
		{"CCE116", "CfdiRelacionados", facturado, func(c *cfdi.Comprobante) { c.CfdiRelacionados[0].CfdiRelacionado[0].UUID = uuid[1:] }},
		{"CCE117", p + "Propietario", ajeno, of(func(x *X) { x.MotivoTraslado = "04" })},
		{"CCE118", p + "NumCertificadoOrigen", definitiva, of(func(x *X) { x.CertificadoOrigen = "0" })},
		{"CCE118", p + "NumCertificadoOrigen", definitiva, of(func(x *X) { x.NumCertificadoOrigen = "" })},
		{"CCE119", p + "NumeroExportadorConfiable", definitiva, of(func(x *X) { x.Destinatario = x.Destinatario[:1] })},
		{"CCE120", p + "Incoterm", minima, of(func(x *X) { x.Incoterm = "" })},
		{"CCE120", p + "Incoterm", minima, of(func(x *X) { x.Incoterm = "DAT" })},
		{"CCE120", p + "Incoterm", minima, func(c *cfdi.Comprobante) { c.Exportacion, cce20.De(c).Incoterm = "04", "DAT" }},
		{"CCE122", p + "TotalUSD", minima, of(func(x *X) { x.TotalUSD = x.TotalUSD.Add(num("0.01")) })},
		{"CCE122", p + "TotalUSD", muestra, of(func(x *X) { x.TotalUSD = num("100") })},
		{"CCE123", p + "Emisor.Curp", minima, of(func(x *X) { x.Emisor.Curp = curp })},
		{"CCE124", p + "Emisor.Curp", fisica, of(func(x *X) { x.Emisor.Curp = "" })},
		{"CCE124", p + "Emisor.Curp", fisica, of(func(x *X) { x.Emisor = nil })},
		{"CCE125", p + "Emisor.Domicilio.Pais", minima, plant(func(d *cce20.Domicilio) { d.Pais = "USA" })},
		{"CCE126", p + "Emisor.Domicilio.Estado", minima, plant(func(d *cce20.Domicilio) { d.Estado = "TX" })},
		{"CCE127", p + "Emisor.Domicilio.Municipio", fisica, plant(func(d *cce20.Domicilio) { d.Municipio = "Querétaro" })},
		{"CCE128", p + "Emisor.Domicilio.Localidad", fisica, plant(func(d *cce20.Domicilio) { d.Localidad = "Querétaro" })},
		{"CCE130", p + "Emisor.Domicilio.CodigoPostal", minima, plant(func(d *cce20.Domicilio) { d.CodigoPostal = "06600" })},
		{"CCE130", p + "Emisor.Domicilio.CodigoPostal", minima, plant(func(d *cce20.Domicilio) { d.CodigoPostal = "00000" })},
		{"CCE132", p + "Propietario[0].NumRegIdTrib", ajeno, of(func(x *X) { x.Propietario[0].NumRegIdTrib = "12-3456789" })},
		{"CCE133", p + "Receptor.NumRegIdTrib", definitiva, of(func(x *X) { x.Receptor.NumRegIdTrib = "" })},
		{"CCE133", p + "Receptor.NumRegIdTrib", minima, of(func(x *X) { x.Receptor = &cce20.Receptor{NumRegIdTrib: "123456789"} })},
		{"CCE134", p + "Receptor.Domicilio.Pais", muestra, of(func(x *X) { x.Receptor.Domicilio = at(planta()) })},
		{"CCE135", p + "Receptor.NumRegIdTrib", definitiva, of(func(x *X) { x.Receptor.NumRegIdTrib = "12345678" })},
		{"CCE136", p + "Receptor.Domicilio.Colonia", fisica, buyer(func(d *cce20.Domicilio) { d.Colonia = "Centro" })},
		{"CCE137", p + "Receptor.Domicilio.Localidad", fisica, buyer(func(d *cce20.Domicilio) { d.Localidad = "Querétaro" })},
		{"CCE138", p + "Receptor.Domicilio.Municipio", fisica, buyer(func(d *cce20.Domicilio) { d.Municipio = "14" })},
		{"CCE139", p + "Receptor.Domicilio.Estado", fisica, buyer(func(d *cce20.Domicilio) { d.Estado = "Querétaro" })},
		{"CCE139", p + "Receptor.Domicilio.Estado", definitiva, buyer(func(d *cce20.Domicilio) { d.Estado = "Texas" })},
		{"CCE140", p + "Receptor.Domicilio.CodigoPostal", definitiva, buyer(func(d *cce20.Domicilio) { d.CodigoPostal = "7870" })},
		{"CCE141", p + "Receptor.Domicilio.CodigoPostal", fisica, buyer(func(d *cce20.Domicilio) { d.CodigoPostal = "06600" })},
		{"CCE142", p + "Destinatario", ajeno, of(func(x *X) { x.Destinatario = append(x.Destinatario, x.Destinatario[0]) })},
		{"CCE143", p + "Destinatario[0].NumRegIdTrib", fisica, of(func(x *X) { x.Destinatario[0].NumRegIdTrib = "123456789" })},
		{"CCE144", p + "Destinatario[0].NumRegIdTrib", definitiva, of(func(x *X) { x.Destinatario[0].NumRegIdTrib = "12345678" })},
		{"CCE145", p + "Destinatario[0].Domicilio[0].Colonia", fisica, target(func(d *cce20.Domicilio) { d.Colonia = "Centro" })},
		{"CCE146", p + "Destinatario[0].Domicilio[0].Localidad", fisica, target(func(d *cce20.Domicilio) { d.Localidad = "1" })},
		{"CCE147", p + "Destinatario[0].Domicilio[0].Municipio", fisica, target(func(d *cce20.Domicilio) { d.Municipio = "Querétaro" })},
		{"CCE148", p + "Destinatario[0].Domicilio[0].Estado", definitiva, target(func(d *cce20.Domicilio) { d.Estado = "TX" })},
		{"CCE149", p + "Destinatario[0].Domicilio[0].CodigoPostal", definitiva, target(func(d *cce20.Domicilio) { d.CodigoPostal = "M5J2N8" })},
		{"CCE150", p + "Destinatario[0].Domicilio[0].CodigoPostal", fisica, target(func(d *cce20.Domicilio) { d.CodigoPostal = "06600" })},
		{"CCE151", "Conceptos[1].NoIdentificacion", minima, func(c *cfdi.Comprobante) { c.Conceptos = append(c.Conceptos, line("", "1", "1.00")) }},
		{"CCE152", p + "Mercancias[0].NoIdentificacion", minima, goods(0, func(m *cce20.Mercancia) { m.NoIdentificacion = "A-2" })},
		{"CCE153", p + "Mercancias[2].NoIdentificacion", definitiva, goods(2, func(m *cce20.Mercancia) { m.FraccionArancelaria = "8481809900" })},
		{"CCE154", "Conceptos[0].Cantidad", facturado, concepto(0, func(k *cfdi.Concepto) { k.Cantidad = num("5.0001") })},
		{"CCE154", "Conceptos[0].Cantidad", facturado, concepto(0, func(k *cfdi.Concepto) { k.Cantidad = num("100000000000000") })},
		{"CCE155", "Conceptos[0].Unidad", facturado, concepto(0, func(k *cfdi.Concepto) { k.Unidad = "Pieza" })},
		{"CCE155", "Conceptos[0].Unidad", facturado, concepto(0, func(k *cfdi.Concepto) { k.Unidad = "" })},
		{"CCE156", "Conceptos[0].ValorUnitario", facturado, concepto(0, func(k *cfdi.Concepto) { k.ValorUnitario = num("0.5") })},
		{"CCE157", p + "Mercancias[0].ValorDolares", definitiva, func(c *cfdi.Comprobante) {
			c.Conceptos = append(c.Conceptos, line("A-1", "1", "1.00"))
			c.Totalize(cat)
		}},
		{"CCE158", p + "Mercancias[1].ValorDolares", definitiva, both(worth(2, "175.07"), goods(2, func(m *cce20.Mercancia) { m.ValorUnitarioAduana = num("175.07") }))},
		{"CCE159", p + "Mercancias[0].FraccionArancelaria", minima, concepto(0, func(k *cfdi.Concepto) { k.ClaveUnidad = "E48" })},
		{"CCE160", p + "Mercancias[0].FraccionArancelaria", minima, goods(0, func(m *cce20.Mercancia) { m.FraccionArancelaria = "" })},
		{"CCE164", p + "Mercancias[0].ValorDolares", muestra, concepto(0, func(k *cfdi.Concepto) { k.Descuento = num("99.98") })},
		{"CCE164", p + "Mercancias[0].ValorDolares", muestra, concepto(0, func(k *cfdi.Concepto) { k.Descuento = none })},
		{"CCE165", p + "Mercancias[0]", minima, goods(0, func(m *cce20.Mercancia) { m.ValorUnitarioAduana = none })},
		{"CCE165", p + "Mercancias[0]", minima, goods(0, func(m *cce20.Mercancia) { m.CantidadAduana, m.ValorUnitarioAduana = none, none })},
		{"CCE165", p + "Mercancias[0]", sinAduana, func(c *cfdi.Comprobante) {
			k := c.Conceptos[0]
			k.Importe, k.ValorUnitario = num("0"), num("0")
			c.Conceptos = append(c.Conceptos, k)
		}},
		{"CCE166", p + "Mercancias[0]", servicio, goods(0, func(m *cce20.Mercancia) {
			m.CantidadAduana, m.UnidadAduana, m.ValorUnitarioAduana = none, "", none
		})},
		{"CCE168", p + "Mercancias[0].ValorUnitarioAduana", minima, both(worth(0, "1"), goods(0, func(m *cce20.Mercancia) { m.ValorUnitarioAduana = num("0.00") }))},
		{"CCE170", p + "Mercancias[0].FraccionArancelaria", minima, goods(0, func(m *cce20.Mercancia) { m.UnidadAduana = "99" })},
		{"CCE171", p + "Mercancias[0].ValorDolares", minima, goods(0, func(m *cce20.Mercancia) { m.ValorUnitarioAduana = num("4.00") })},
		{"CCE171", p + "Mercancias[0].ValorDolares", minima, goods(0, func(m *cce20.Mercancia) { m.ValorUnitarioAduana = num("9.00") })},
		{"CCE172", p + "Mercancias[0].ValorDolares", sinAduana, worth(0, "47.67")},
		{"CCE172", p + "Mercancias[0].ValorDolares", sinAduana, worth(0, "47.70")},
		{"CCE172", p + "Mercancias[0].ValorDolares", sinAduana, worth(0, "0.00")},
		{"CCE999", p + "Observaciones", definitiva, of(func(x *X) { x.Observaciones = "a|b" })},
		{"CCE999", p + "Emisor.Curp", fisica, of(func(x *X) { x.Emisor.Curp = "XEXX010101HNEXXXA5" })},
		{"CCE999", p + "Mercancias[0].FraccionArancelaria", minima, goods(0, func(m *cce20.Mercancia) { m.FraccionArancelaria = "848180999" })},
		{"CCE999", p + "NumCertificadoOrigen", definitiva, of(func(x *X) { x.NumCertificadoOrigen = "12345" })},
		{"CCE999", p + "Propietario[1].NumRegIdTrib", ajeno, of(func(x *X) { x.Propietario[1].NumRegIdTrib = "12345" })},
		{"CCE999", p + "Mercancias[0].CantidadAduana", minima, goods(0, func(m *cce20.Mercancia) { m.CantidadAduana = num("7.0000") })},
		{"CCE999", p + "Mercancias[1].CantidadAduana", servicio, both(goods(1, func(m *cce20.Mercancia) { m.CantidadAduana = num("0") }), worth(1, "1"), concepto(1, func(k *cfdi.Concepto) { k.Importe = num("1.00") }))},
		{"CCE999", p + "Emisor.Domicilio.Colonia", fisica, plant(func(d *cce20.Domicilio) { d.Colonia = "214" })},
		{"CCE999", p + "MotivoTraslado", minima, of(func(x *X) { x.MotivoTraslado = "02" })},
		{"CCE999", p + "MotivoTraslado", facturado, of(func(x *X) { x.MotivoTraslado = "" })},
		{"301", p + "Version", minima, of(func(x *X) { x.Version = "1.1" })},
		{"301", p + "ClaveDePedimento", minima, of(func(x *X) { x.ClaveDePedimento = "A3" })},
		{"301", p + "CertificadoOrigen", minima, of(func(x *X) { x.CertificadoOrigen = "2" })},
		{"301", p + "MotivoTraslado", facturado, of(func(x *X) { x.MotivoTraslado = "06" })},
		{"301", p + "TipoCambioUSD", sinAduana, of(func(x *X) { x.TipoCambioUSD = none })},
		{"301", p + "Propietario[1].ResidenciaFiscal", ajeno, of(func(x *X) { x.Propietario[1].ResidenciaFiscal = "XXX" })},
		{"301", p + "Destinatario[1].Domicilio[1].Pais", definitiva, of(func(x *X) { x.Destinatario[1].Domicilio[1].Pais = "EU" })},
		{"301", p + "Destinatario[1].Domicilio", definitiva, both(of(func(x *X) { x.Destinatario[1].Domicilio = nil }), of(func(x *X) { x.NumeroExportadorConfiable = "" }))},
		{"301", p + "Mercancias", minima, of(func(x *X) { x.Mercancias, x.TotalUSD = nil, num("0.00") })},
		{"301", p + "Mercancias[0].UnidadAduana", minima, goods(0, func(m *cce20.Mercancia) { m.UnidadAduana = "23" })},
		{"301", p + "Mercancias[0].DescripcionesEspecificas[0].Marca", definitiva, goods(0, func(m *cce20.Mercancia) { m.DescripcionesEspecificas[0].Marca = "" })},
	}
}

// more are the findings that a fault cannot be without.
var more = map[string][]string{
	"CCE102": {"CCE117 " + p + "Propietario"},
	"CCE103": {"CCE117 " + p + "Propietario"},
	"CCE170": {"CCE159 " + p + "Mercancias[0].FraccionArancelaria"},
}

// harmless are documents beside those of ruleCases: they go as far as each rule lets.
func harmless() []ruleCase {
	return []ruleCase{
		{"CCE101", "", minima, func(c *cfdi.Comprobante) { c.TipoDeComprobante = "E" }},
		{"CCE103", "", ajeno, of(func(x *X) { x.Propietario = x.Propietario[:1] })},
		{"CCE105", "", minima, func(c *cfdi.Comprobante) { c.Exportacion = "04" }},
		{"CCE109", "", minima, concepto(0, func(k *cfdi.Concepto) { k.ObjetoImp, k.Impuestos = "01", nil })},
		{"CCE115", "", minima, func(c *cfdi.Comprobante) {
			for _, k := range []cfdi.Unknown{{Prefix: "implocal", Local: "ImpuestosLocales"}, {Prefix: "leyendasFisc", Local: "LeyendasFiscales"}, {Prefix: "registrofiscal", Local: "CFDIRegistroFiscal"}, {Prefix: "cartaporte31", Local: "CartaPorte"}} {
				c.Complementos = append(c.Complementos, &k)
			}
		}},
		{"CCE116", "", facturado, func(c *cfdi.Comprobante) { c.CfdiRelacionados[0].CfdiRelacionado[0].UUID = strings.ToLower(uuid) }},
		{"CCE119", "", definitiva, of(func(x *X) { x.Destinatario = x.Destinatario[1:] })},
		{"CCE120", "", minima, func(c *cfdi.Comprobante) { c.Exportacion, cce20.De(c).Incoterm = "04", "" }},
		{"CCE125", "", fisica, of(func(x *X) { x.Receptor.Domicilio, x.Destinatario = at(madrid()), nil })},
		{"CCE136", "", fisica, buyer(func(d *cce20.Domicilio) { d.Colonia, d.Localidad, d.Municipio = "", "", "" })},
		{"CCE139", "", definitiva, of(func(x *X) { x.Receptor.Domicilio = at(madrid()) })},
		{"CCE140", "", definitiva, buyer(func(d *cce20.Domicilio) { d.CodigoPostal = "78701-0001" })},
		{"CCE142", "", definitiva, of(func(x *X) { x.Destinatario = append(x.Destinatario, x.Destinatario...) })},
		{"CCE143", "", fisica, target(func(d *cce20.Domicilio) { *d = madrid() })},
		{"CCE153", "", definitiva, goods(2, func(m *cce20.Mercancia) { m.FraccionArancelaria = "8481801000" })},
		{"CCE154", "", facturado, concepto(0, func(k *cfdi.Concepto) { k.Cantidad = num("99999999999999.999") })},
		{"CCE154", "", ajeno, concepto(0, func(k *cfdi.Concepto) { k.Cantidad, k.Unidad = num("5.0001"), "Caja" })},
		{"CCE156", "", facturado, func(c *cfdi.Comprobante) { c.Moneda, c.Conceptos[0].ValorUnitario = "MXN", num("2.12") }},
		{"CCE157", "", definitiva, goods(0, func(m *cce20.Mercancia) { m.ValorUnitarioAduana = num("12.5") })},
		{"CCE158", "", definitiva, worth(1, "1")}, // who knows what the other is worth
		{"CCE160", "", servicio, goods(1, func(m *cce20.Mercancia) { m.ValorDolares = num("300.0000") })},
		{"CCE164", "", muestra, concepto(0, func(k *cfdi.Concepto) { k.Descuento = num("100.50") })},
		{"CCE168", "", servicio, goods(1, func(m *cce20.Mercancia) { m.ValorUnitarioAduana = num("300") })},
		{"CCE171", "", minima, worth(0, "1.00")},
		{"CCE172", "", sinAduana, worth(0, "47.6815")},
		{"CCE172", "", sinAduana, worth(0, "47.69")},
		{"CCE172", "", sinAduana, worth(0, "1")},
	}
}

func found(c *cfdi.Comprobante) []string {
	out := []string{}
	for _, f := range cce20.De(c).Validate(c, cat, time.Time{}) {
		out = append(out, f.Code+" "+f.Path)
	}
	slices.Sort(out)
	return out
}

func TestBasesBreakNoRule(t *testing.T) {
	for name, base := range bases() {
		c := base()
		if diff := cmp.Diff([]string{}, found(c)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for _, f := range cfdi.Validate(c, cat, time.Time{}).Errors() {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestEachRuleFindsItsFault(t *testing.T) {
	for _, k := range ruleCases() {
		c := k.from()
		k.change(c)
		want := append([]string{k.code + " " + k.path}, more[k.code]...)
		slices.Sort(want)
		if diff := cmp.Diff(want, found(c)); diff != "" {
			t.Errorf("%s at %s:\n%s", k.code, k.path, diff)
		}
		for _, f := range cce20.De(c).Validate(c, cat, time.Time{}) {
			if !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
				t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
			}
		}
	}
}

func TestEachRuleLetsItsNeighbourBe(t *testing.T) {
	for _, k := range harmless() {
		c := k.from()
		k.change(c)
		if diff := cmp.Diff([]string{}, found(c)); diff != "" {
			t.Errorf("beside %s:\n%s", k.code, diff)
		}
	}
}

// TestTwice: a second complement is told, the first is not (CCE113).
func TestTwice(t *testing.T) {
	c := minima()
	second := *cce20.De(c)
	c.Complementos = append(c.Complementos, &second)
	if diff := cmp.Diff([]string{}, found(c)); diff != "" {
		t.Errorf("the first:\n%s", diff)
	}
	if got := second.Validate(c, cat, time.Time{}); len(got) != 1 || got[0].Code != "CCE113" || got[0].Path != "Complementos[1]" {
		t.Errorf("the second: %v", got)
	}
}

// TestOfALine is no place for it (CCE114).
func TestOfALine(t *testing.T) {
	c := minima()
	x := cce20.De(c)
	c.Complementos, c.Conceptos[0].Complementos = nil, cfdi.Complementos{x}
	if got := x.Validate(c, cat, time.Time{}); len(got) != 1 || got[0].Code != "CCE114" || got[0].Path != "Conceptos[0].Complementos[0]" {
		t.Error(got)
	}
}

// imported are the built-in catalogues with those of a folder.
func imported(t *testing.T, from string) *catalogo.Catalog {
	t.Helper()
	dir := t.TempDir()
	if _, err := catalogo.Import(from, dir); err != nil {
		t.Fatal(err)
	}
	whole, err := catalogo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// addressed are the codes of three addresses in Mexico, one of each party.
func addressed(cat *catalogo.Catalog, change func(d *cce20.Domicilio)) []string {
	c := fisica()
	x := cce20.De(c)
	x.Emisor.Domicilio = planta()
	for _, d := range []*cce20.Domicilio{&x.Emisor.Domicilio, x.Receptor.Domicilio, &x.Destinatario[0].Domicilio[0]} {
		change(d)
	}
	codes := []string{}
	for _, f := range x.Validate(c, cat, time.Time{}) {
		codes = append(codes, f.Code)
	}
	return codes
}

// TestAddressesByTheWholeCatalogue: with the catalogues of the SAT a key that has the
// right form and does not exist is told.
func TestAddressesByTheWholeCatalogue(t *testing.T) {
	whole := imported(t, cfditest.Shared(t, "sat/catalogs"))
	for _, k := range []struct {
		want   []string
		change func(d *cce20.Domicilio)
	}{
		{[]string{}, func(*cce20.Domicilio) {}},
		{[]string{"CCE127", "CCE130", "CCE138", "CCE141", "CCE147", "CCE150"}, func(d *cce20.Domicilio) { d.Municipio = "999" }},
		{[]string{"CCE130", "CCE141", "CCE150"}, func(d *cce20.Domicilio) { d.Municipio = "001" }},
		{[]string{"CCE128", "CCE137", "CCE146"}, func(d *cce20.Domicilio) { d.Localidad = "99" }},
	} {
		if diff := cmp.Diff(k.want, addressed(whole, k.change)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestTownByTheWholeCatalogue: a town that the catalogue does not give the postal code is
// a warning.
func TestTownByTheWholeCatalogue(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"c_CodigoPostal.tsv": "id\testado\tmunicipio\tlocalidad\testimulo_frontera\thuso_descripcion\n76199\tQUE\t014\t01\t0\t\n",
		"c_Localidad.tsv":    "localidad\testado\ttexto\n01\tQUE\tUna\n02\tQUE\tOtra\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole := imported(t, dir)
	for town, want := range map[string][]string{"01": {}, "": {}, "02": {"CCE130", "CCE141", "CCE150"}, "03": {"CCE128", "CCE137", "CCE146"}} {
		if diff := cmp.Diff(want, addressed(whole, func(d *cce20.Domicilio) { d.Localidad = town })); diff != "" {
			t.Errorf("%s: %s", town, diff)
		}
	}
	c := minima()
	x := cce20.De(c)
	x.Emisor.Domicilio = planta()
	x.Emisor.Domicilio.Localidad = "02"
	for _, f := range x.Validate(c, whole, time.Time{}) {
		if f.IsError() {
			t.Error(f)
		}
	}
}

// TestColoniaByTheWholeCatalogue is the same of a catalogue of our own.
func TestColoniaByTheWholeCatalogue(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	b.WriteString("colonia\tcodigo_postal\ttexto\n0214\t76199\tUna\n")
	for i := range 150_000 { // fewer are not taken for all of them
		fmt.Fprintf(&b, "%04d\t%05d\tOtra\n", i%10_000, 10_000+i/10_000)
	}
	if err := os.WriteFile(filepath.Join(dir, "c_Colonia.tsv"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := imported(t, dir)
	for colonia, want := range map[string][]string{"0214": {}, "9999": {"CCE129", "CCE136", "CCE145"}} {
		if diff := cmp.Diff(want, addressed(whole, func(d *cce20.Domicilio) { d.Colonia = colonia })); diff != "" {
			t.Error(diff)
		}
	}
}

// TestFraccionByTheWholeCatalogue: with the catalogue of the SAT a fraction that is not
// in force is told, and a unit that is not its own.
func TestFraccionByTheWholeCatalogue(t *testing.T) {
	dir := t.TempDir()
	text := "fraccion\ttexto\tvigencia_desde\tvigencia_hasta\tunidad\n8481809900\tx\t2024-01-18\t\t01\n8481300100\tx\t2024-01-18\t2026-11-19\t06\n"
	if err := os.WriteFile(filepath.Join(dir, "c_FraccionArancelaria.tsv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := imported(t, dir)
	for _, k := range []struct {
		want   string
		from   func() *cfdi.Comprobante
		change func(c *cfdi.Comprobante)
	}{
		{"", minima, func(*cfdi.Comprobante) {}},
		{"", servicio, func(*cfdi.Comprobante) {}},
		{"CCE161 " + p + "Mercancias[0].FraccionArancelaria", minima, goods(0, func(m *cce20.Mercancia) { m.FraccionArancelaria = "8481809901" })},
		{"CCE161 " + p + "Mercancias[0].FraccionArancelaria", minima, goods(0, func(m *cce20.Mercancia) { m.FraccionArancelaria = "8481300100" })},
		{"", minima, func(c *cfdi.Comprobante) {
			c.Fecha = "2026-11-19T23:59:59"
			m := &cce20.De(c).Mercancias[0]
			m.FraccionArancelaria, m.UnidadAduana = "8481300100", "06"
		}},
		{"CCE167 " + p + "Mercancias[0].UnidadAduana", minima, goods(0, func(m *cce20.Mercancia) { m.UnidadAduana = "06" })},
		{"CCE162 Conceptos[0].Unidad", sinAduana, func(*cfdi.Comprobante) {}},
		{"", sinAduana, concepto(0, func(k *cfdi.Concepto) { k.Unidad = "01" })},
	} {
		c := k.from()
		k.change(c)
		var got []string
		for _, f := range cce20.De(c).Validate(c, whole, time.Time{}) {
			got = append(got, f.Code+" "+f.Path)
			if !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
				t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
			}
		}
		if strings.Join(got, ", ") != k.want {
			t.Errorf("got %v, want %q", got, k.want)
		}
	}
}

// provedElsewhere have a test of their own.
var provedElsewhere = []string{"CCE113", "CCE114", "CCE129", "CCE161", "CCE162", "CCE167"}

func TestEveryRuleHasACase(t *testing.T) {
	proved := map[string]bool{}
	for _, c := range ruleCases() {
		proved[c.code] = true
	}
	for _, code := range provedElsewhere {
		proved[code] = true
	}
	for _, r := range cce20.Rules() {
		if (r.State == cfdi.StateRule) != proved[r.Code] {
			t.Errorf("%s: state %q, proved %v", r.Code, r.State, proved[r.Code])
		}
		if (r.Class == cfdi.ClassRegistro || r.Class == cfdi.ClassPAC) != (r.State == cfdi.StatePAC) {
			t.Errorf("%s is of class %s and its state is %q", r.Code, r.Class, r.State)
		}
	}
}

func TestMatrix(t *testing.T) { cfditest.Matrix(t, "comercioexterior20", "CCE", 73, cce20.Rules()) }

// TestStates: the states abroad are those of the SAT.
func TestStates(t *testing.T) {
	for i, line := range strings.Split(strings.TrimSpace(string(cfditest.Sample(t, "sat/catalogs/comercioexterior20/c_Estado.tsv"))), "\n") {
		row := strings.Split(line, "\t")
		if i == 0 {
			continue
		}
		for estado, want := range map[string]bool{row[0]: true, row[0] + "X": false} {
			c := definitiva()
			d := cce20.De(c).Receptor.Domicilio
			d.Estado, d.Pais = estado, row[1]
			if got := !slices.Contains(found(c), "CCE139 "+p+"Receptor.Domicilio.Estado"); got != want {
				t.Errorf("%s of %s: %v", estado, row[1], got)
			}
		}
	}
}

// TestSample: what another program wrote and the SAT data calls valid.
func TestSample(t *testing.T) {
	doc, err := cfdi.Read(cfditest.Sample(t, "sat/samples/valid/ingreso-comercioexterior20-usd.xml"), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, found(doc.Comprobante)); diff != "" {
		t.Error(diff)
	}
	for _, f := range cce20.De(doc.Comprobante).Validate(doc.Comprobante, imported(t, cfditest.Shared(t, "sat/catalogs")), time.Time{}) {
		t.Errorf("with the catalogues of the SAT: %v", f)
	}
}

func TestGolden(t *testing.T) {
	for _, name := range names() {
		c := bases()[name]()
		cfditest.Golden(t, name+".xml", string(cfdi.WriteXML(c)))
		cfditest.Golden(t, name+".cadena", cfditest.Cadena(t, c))
	}
}

// TestReadsWhatItWrites: the model comes back from XML and from JSON.
func TestReadsWhatItWrites(t *testing.T) {
	all := pairwise()
	for _, base := range bases() {
		all = append(all, base())
	}
	for _, c := range all {
		doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(cce20.De(c), cce20.De(doc.Comprobante)); diff != "" {
			t.Error(diff)
		}
		text, err := c.Complementos.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back cfdi.Comprobante
		if err := back.Complementos.UnmarshalJSON(text); err != nil {
			t.Fatal(err)
		}
		if err := back.Decode(complementos.All); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(cce20.De(c), cce20.De(&back)); diff != "" {
			t.Errorf("through JSON:\n%s", diff)
		}
	}
}

// pairwise are twelve documents in which each two of what may be there or not meet in
// all four ways: the choice n is made in document i when the bit i of its number is
// set; numbers of ten bits of which five are set differ both ways, and the first two
// documents have nothing and everything.
func pairwise() []*cfdi.Comprobante {
	var codes []uint
	for n := range uint(1 << 10) {
		if bits.OnesCount(n) == 5 {
			codes = append(codes, n<<2|2)
		}
	}
	var out []*cfdi.Comprobante
	for i := range 12 {
		next := 0
		has := func() bool {
			next++
			return codes[next-1]>>i&1 == 1
		}
		text := func(s string) string {
			if has() {
				return s
			}
			return ""
		}
		number := func(s string) decimal.Decimal {
			if has() {
				return num(s)
			}
			return none
		}
		address := func() cce20.Domicilio {
			return cce20.Domicilio{
				Calle: "Uno", NumeroExterior: text("1"), NumeroInterior: text("2"), Colonia: text("0214"), Localidad: text("01"), Referencia: text("  al   lado "),
				Municipio: text("014"), Estado: "QUE", Pais: "MEX", CodigoPostal: "76199",
			}
		}
		x := &X{
			Version: "2.0", MotivoTraslado: text("05"), ClaveDePedimento: "A1", CertificadoOrigen: "0", NumCertificadoOrigen: text("123456"),
			NumeroExportadorConfiable: text("E1"), Incoterm: text("FOB"), Observaciones: text("ñ & <ú>"), TipoCambioUSD: num("18.1234"), TotalUSD: num("1.00"),
		}
		if has() {
			x.Emisor = &cce20.Emisor{Curp: text(curp), Domicilio: address()}
		}
		if has() {
			x.Propietario = []cce20.Propietario{{NumRegIdTrib: "123456789", ResidenciaFiscal: "USA"}, {NumRegIdTrib: "1234567", ResidenciaFiscal: "ESP"}}
		}
		if has() {
			x.Receptor = &cce20.Receptor{NumRegIdTrib: text("123456789")}
			if has() {
				x.Receptor.Domicilio = at(address())
			}
		}
		if has() {
			x.Destinatario = []cce20.Destinatario{{NumRegIdTrib: text("123456789"), Nombre: text("Uno"), Domicilio: []cce20.Domicilio{address(), austin()}}, {Domicilio: []cce20.Domicilio{madrid()}}}
		}
		m := cce20.Mercancia{
			NoIdentificacion: "A-1", FraccionArancelaria: text("8481809900"), CantidadAduana: number("1.000"), UnidadAduana: text("06"),
			ValorUnitarioAduana: number("1.000000"), ValorDolares: num("1.0000"),
		}
		if has() {
			m.DescripcionesEspecificas = []cce20.DescripcionesEspecificas{{Marca: "a", Modelo: text("b"), SubModelo: text("c"), NumeroSerie: text("d")}, {Marca: "z"}}
		}
		x.Mercancias = []cce20.Mercancia{m, {NoIdentificacion: "B", ValorDolares: num("0")}}
		c := minima()
		c.Complementos = cfdi.Complementos{x}
		out = append(out, c)
	}
	return out
}

// TestOracle: schema and stylesheet of the SAT agree with every base and with every
// pair of what may be there or not.
func TestOracle(t *testing.T) {
	var docs []cfditest.Doc
	for _, name := range names() {
		docs = append(docs, cfditest.CFDI(t, name, bases()[name]()))
	}
	for i, c := range pairwise() {
		docs = append(docs, cfditest.CFDI(t, "pairwise"+strconv.Itoa(i), c))
	}
	cfditest.Agree(t, docs)
}

// TestExportacionRefuses what the matrix would, at its field.
func TestExportacionRefuses(t *testing.T) {
	good := func() cce20.Exportacion {
		return cce20.Exportacion{TipoCambioUSD: num("18.0000"), Bienes: []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("1"), Unidad: "01"}}}
	}
	pesos := func() *cfdi.Comprobante { return invoice("MXN", "", line("A-1", "1", "180.00")) }
	if _, err := good().ComercioExterior(pesos()); err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		path   string
		c      *cfdi.Comprobante
		change func(e *cce20.Exportacion, b *cce20.Bien)
	}{
		{"TipoCambioUSD", pesos(), func(e *cce20.Exportacion, _ *cce20.Bien) { e.TipoCambioUSD = none }},
		{"Bienes", pesos(), func(e *cce20.Exportacion, _ *cce20.Bien) { e.Bienes = nil }},
		{"Bienes[0].NoIdentificacion", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.NoIdentificacion = "A-2" }},
		{"Bienes[0].Unidad", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Unidad = "" }},
		{"Bienes[0].Cantidad", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad = num("0") }},
		{"Bienes[0].Cantidad", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad = num("1.0001") }},
		{"Bienes[0].FraccionArancelaria", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.FraccionArancelaria = "" }},
		{"Bienes[0].FraccionArancelaria", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Unidad = "99" }},
		{"Bienes[0].FueraDeValor", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.FueraDeValor = true }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.ValorUnitario = num("-1") }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.ValorUnitario = num("10.02") }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad = num("99999999999999") }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad, b.ValorUnitario = num("0.001"), num("0.01") }},
		{"Bienes[0].ValorUnitario", invoice("EUR", "", line("A-1", "1", "10.00")), func(*cce20.Exportacion, *cce20.Bien) {}},
		{"Bienes[0].ValorUnitario", moved(), func(*cce20.Exportacion, *cce20.Bien) {}},
		{"Bienes[0].ValorUnitario", pesos(), func(e *cce20.Exportacion, b *cce20.Bien) { e.Bienes = append(e.Bienes, *b) }},
		{"Bienes[1].ValorUnitario", pesos(), func(e *cce20.Exportacion, b *cce20.Bien) {
			e.Bienes = append(e.Bienes, *b)
			e.Bienes[0].ValorUnitario = num("10")
		}},
	} {
		e := good()
		k.change(&e, &e.Bienes[0])
		var refused *cce20.ExportacionError
		if _, err := e.ComercioExterior(k.c); !errors.As(err, &refused) || refused.Path != k.path || !strings.HasSuffix(refused.Message, ".") {
			t.Errorf("%s: %v", k.path, err)
		}
	}
}

// anyExport draws what is sold, in any currency, in any quantity of the customs.
func anyExport(rt *rapid.T) *cfdi.Comprobante {
	monedas := []string{"MXN", "USD", "EUR"}
	moneda, rate := monedas[rapid.IntRange(0, 2).Draw(rt, "currency")], ""
	if moneda != "MXN" {
		rate = decimal.New(rapid.Int64Range(15_0000, 25_0000).Draw(rt, "rate"), 4).String()
	}
	var lines []cfdi.Concepto
	e := cce20.Exportacion{
		Incoterm: "FOB", TipoCambioUSD: decimal.New(rapid.Int64Range(15_0000, 25_0000).Draw(rt, "dollar"), 4), Emisor: cce20.Emisor{Domicilio: planta()},
		Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
	}
	if rapid.Bool().Draw(rt, "certificate") {
		e.NumCertificadoOrigen, e.Observaciones = "CO-123456", "Frágil & <pesado>"
	}
	for i := range rapid.IntRange(1, 4).Draw(rt, "goods") {
		id := "A-" + strconv.Itoa(i)
		for range rapid.IntRange(1, 2).Draw(rt, "lines") {
			quantity := decimal.New(rapid.Int64Range(1_000, 500_000).Draw(rt, "sold"), 3)
			price := decimal.New(rapid.Int64Range(100_0000, 90_000_0000).Draw(rt, "price"), 4)
			lines = append(lines, line(id, quantity.String(), price.Round(rapid.SampledFrom([]int{2, 2, 4}).Draw(rt, "decimals")).String()))
		}
		if rapid.IntRange(0, 3).Draw(rt, "service") == 0 { // all its lines, no fraction
			for j := range lines {
				if lines[j].NoIdentificacion == id {
					lines[j].ClaveUnidad = "E48"
				}
			}
			e.Bienes = append(e.Bienes, cce20.Bien{NoIdentificacion: id, Cantidad: num("1"), Unidad: "99", FueraDeValor: rapid.Bool().Draw(rt, "no part of the value")})
			continue
		}
		b := cce20.Bien{NoIdentificacion: id, FraccionArancelaria: "8481809900", Cantidad: decimal.New(rapid.Int64Range(1, 900_000).Draw(rt, "quantity"), 3), Unidad: "01"}
		if rapid.Bool().Draw(rt, "shared") {
			part := b
			part.FraccionArancelaria, part.Cantidad, part.ValorUnitario = "8481300100", num("1"), decimal.New(rapid.Int64Range(10_000, 1_000_000).Draw(rt, "unit"), 6)
			e.Bienes = append(e.Bienes, part)
		}
		e.Bienes = append(e.Bienes, b)
	}
	c := invoice(moneda, rate, lines...)
	x, err := e.ComercioExterior(c)
	if err != nil {
		rt.Fatal(err)
	}
	c.Complementos = cfdi.Complementos{x}
	return c
}

// TestAnyExportIsRight: the complement of whatever is sold breaks no rule, nor does its CFDI.
func TestAnyExportIsRight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := anyExport(rt)
		if got := found(c); len(got) > 0 {
			rt.Fatalf("%v\n%s", got, cfdi.WriteXML(c))
		}
		for _, f := range cfdi.Validate(c, cat, time.Time{}).Errors() {
			rt.Errorf("%s %s: %s\n%s", f.Code, f.Path, f.Message, cfdi.WriteXML(c))
		}
		x, sum := cce20.De(c), decimal.FromInt(0) // the rule counts as the builder does: this is counted anew
		for _, m := range x.Mercancias {
			sum = sum.Add(m.ValorDolares)
		}
		if x.TotalUSD.Cmp(sum) != 0 || x.TotalUSD.Scale() != 2 {
			rt.Errorf("%s dollars are not %s", x.TotalUSD, sum)
		}
	})
}

// TestAnyExportMeetsTheOracle: schema and stylesheet of the SAT agree with a sample.
func TestAnyExportMeetsTheOracle(t *testing.T) {
	var docs []cfditest.Doc
	for i := range 12 {
		docs = append(docs, cfditest.CFDI(t, "export"+strconv.Itoa(i), rapid.Custom(anyExport).Example(i)))
	}
	cfditest.Agree(t, docs)
}

// FuzzRead: no element panics, and what is read is written and read the same.
func FuzzRead(f *testing.F) {
	for _, name := range names() {
		f.Add(cfdi.WriteXML(bases()[name]()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := cfdi.Read(b, []cfdi.Known{cce20.Known})
		if err != nil {
			return
		}
		x := cce20.De(doc.Comprobante)
		if x == nil {
			return
		}
		x.Validate(doc.Comprobante, cat, time.Time{})
		once := cfdi.WriteXML(doc.Comprobante)
		again, err := cfdi.Read(once, []cfdi.Known{cce20.Known})
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, once)
		}
		if twice := cfdi.WriteXML(again.Comprobante); !bytes.Equal(once, twice) {
			t.Fatalf("written twice it differs\n%s\n%s", once, twice)
		}
		first, err1 := cfdi.Cadena(doc.Comprobante)
		second, err2 := cfdi.Cadena(again.Comprobante)
		if first != second || (err1 == nil) != (err2 == nil) {
			t.Fatalf("the cadena changed\n%s\n%s", first, second)
		}
	})
}

// TestTheTotalIsMended: the sum in dollars has one value.
func TestTheTotalIsMended(t *testing.T) {
	tested := 0
	for _, k := range ruleCases() {
		c := k.from()
		k.change(c)
		for _, f := range cfdi.Validate(c, cat, time.Time{}) {
			if f.Code != k.code || !strings.HasSuffix(f.Path, ".TotalUSD") || len(f.Mend) == 0 {
				continue
			}
			tested++
			if err := cfdi.Apply(c, f); err != nil {
				t.Fatal(err)
			}
			if left := cfdi.Validate(c, cat, time.Time{}).Errors(); len(left) > 0 {
				t.Errorf("%s: %v is left", k.code, left)
			}
			break
		}
	}
	if tested == 0 {
		t.Error("no total of dollars carries a mend")
	}
}
