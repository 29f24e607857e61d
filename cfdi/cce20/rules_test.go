package cce20_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/cfdi/cfditest"
)

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
		{"CCE143", p + "Destinatario[0].NumRegIdTrib", fisica, of(func(x *X) { // once, however many addresses are in Mexico
			x.Destinatario[0].NumRegIdTrib, x.Destinatario[0].Domicilio = "123456789", append(x.Destinatario[0].Domicilio, planta())
		})},
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
		{"CCE156", "Conceptos[0].ValorUnitario", facturado, concepto(0, func(k *cfdi.Concepto) { k.ValorUnitario = num("0.00000") })},
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
		cfditest.Place(t, cce20.Rules(), "ComercioExterior", k.code, k.path)
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

// TestManyGoodsAreJudgedInTheirTime: eight times the goods take about eight times as long, not sixty-four.
func TestManyGoodsAreJudgedInTheirTime(t *testing.T) {
	took := func(n int) time.Duration {
		c := minima()
		x := cce20.De(c)
		for len(x.Mercancias) < n {
			x.Mercancias = append(x.Mercancias, x.Mercancias[0])
		}
		best := time.Hour
		for range 3 {
			begin := time.Now()
			cfdi.Validate(c, cat, time.Time{})
			best = min(best, time.Since(begin))
		}
		return best
	}
	if few, many := took(1000), took(8000); many > 24*few {
		t.Errorf("1,000 goods take %v and 8,000 %v", few, many)
	}
}
