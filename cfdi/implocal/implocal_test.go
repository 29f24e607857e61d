package implocal_test

import (
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

func lodging() (*cfdi.Comprobante, *implocal.ImpuestosLocales) {
	local := &implocal.ImpuestosLocales{
		RetencionesLocales: []implocal.RetencionesLocales{{ImpLocRetenido: "Cedular", TasadeRetencion: num("2")}},
		TrasladosLocales: []implocal.TrasladosLocales{
			{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.5")},
			{ImpLocTrasladado: "Turismo", TasadeTraslado: num("1"), Importe: num("7.5")},
		},
	}
	c := &cfdi.Comprobante{
		Version: "4.0", Moneda: "MXN", TipoDeComprobante: "I",
		Conceptos:    []cfdi.Concepto{{Cantidad: num("1"), ValorUnitario: num("999.99"), Descuento: num("99.99")}},
		Complementos: cfdi.Complementos{local},
	}
	c.Totalize(catalogo.New())
	return c, local
}

func TestTotalize(t *testing.T) {
	c, local := lodging()
	for name, v := range map[string][2]string{
		"Cedular":            {local.RetencionesLocales[0].Importe.String(), "18.00"},
		"ISH":                {local.TrasladosLocales[0].Importe.String(), "31.50"},
		"Turismo":            {local.TrasladosLocales[1].Importe.String(), "7.50"},
		"rate":               {local.TrasladosLocales[0].TasadeTraslado.String(), "3.50"},
		"TotaldeRetenciones": {local.TotaldeRetenciones.String(), "18.00"},
		"TotaldeTraslados":   {local.TotaldeTraslados.String(), "39.00"},
		"Total":              {c.Total.String(), "921.00"},
	} {
		if v[0] != v[1] {
			t.Errorf("%s is %s, want %s", name, v[0], v[1])
		}
	}
	if implocal.De(c) != local || implocal.De(&cfdi.Comprobante{}) != nil {
		t.Error("De finds the local taxes, or nil")
	}
}

func TestValidate(t *testing.T) {
	for _, v := range []struct {
		name, want string
		spoil      func(*cfdi.Comprobante, *implocal.ImpuestosLocales)
	}{
		{"right", "", func(*cfdi.Comprobante, *implocal.ImpuestosLocales) {}},
		{"version", "301 Complementos[0].version", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) { l.Version = "1.1" }},
		{"no name", "301 Complementos[0].TrasladosLocales[1].ImpLocTrasladado", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) {
			l.TrasladosLocales[1].ImpLocTrasladado = ""
		}},
		{"a bar", "301 Complementos[0].RetencionesLocales[0].ImpLocRetenido", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) {
			l.RetencionesLocales[0].ImpLocRetenido = "5|millar"
		}},
		{"three decimals", "301 Complementos[0].RetencionesLocales[0].TasadeRetencion", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) {
			l.RetencionesLocales[0].TasadeRetencion = num("2.000")
		}},
		{"negative", "301 Complementos[0].RetencionesLocales[0].TasadeRetencion", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) {
			l.RetencionesLocales[0].TasadeRetencion = num("-2.00")
		}},
		{"no total", "301 Complementos[0].TotaldeTraslados", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) {
			l.TotaldeTraslados = decimal.Decimal{}
		}},
		{"sum of retentions", "IMPLOCAL01 Complementos[0].TotaldeRetenciones", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) {
			l.TotaldeRetenciones = num("18.01")
		}},
		{"sum of transfers", "IMPLOCAL02 Complementos[0].TotaldeTraslados", func(_ *cfdi.Comprobante, l *implocal.ImpuestosLocales) {
			l.TotaldeTraslados = num("39.01")
		}},
		{"in a traslado", "IMPLOCAL03 Complementos[0]", func(c *cfdi.Comprobante, _ *implocal.ImpuestosLocales) { c.TipoDeComprobante = "T" }},
	} {
		c, local := lodging()
		v.spoil(c, local)
		var got string
		for _, f := range local.Validate(c, catalogo.New(), time.Time{}) {
			got += f.Code + " " + f.Path
		}
		if got != v.want {
			t.Errorf("%s: got %q, want %q", v.name, got, v.want)
		}
	}
}

// TestReadTakesAnyOrder: the schema lets retentions and transfers mix; the
// cadena has retentions first in any case.
func TestReadTakesAnyOrder(t *testing.T) {
	const xml = `<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:implocal="http://www.sat.gob.mx/implocal" Version="4.0">` +
		`<cfdi:Emisor/><cfdi:Receptor/><cfdi:Conceptos/><cfdi:Complemento>` +
		`<implocal:ImpuestosLocales version="1.0" TotaldeRetenciones="1.00" TotaldeTraslados="2.00">` +
		`<implocal:TrasladosLocales ImpLocTrasladado="T" TasadeTraslado="2.00" Importe="2.00"/>` +
		`<implocal:RetencionesLocales ImpLocRetenido="R" TasadeRetencion="1.00" Importe="1.00"/>` +
		`</implocal:ImpuestosLocales></cfdi:Complemento></cfdi:Comprobante>`
	doc, err := cfdi.Read([]byte(xml), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	w := &cfdi.CadenaWriter{}
	implocal.De(doc.Comprobante).WriteCadena(w)
	if got, want := w.String(), "|1.0|1.00|2.00|R|1.00|1.00|T|2.00|2.00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
