package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
)

// word is text as people type it, without the blanks around it that reading takes off.
func word() *rapid.Generator[string] {
	return rapid.StringMatching(`[A-Za-zñÑáé&<>"'][A-Za-z0-9 ñ&<>"'·%$,.]{0,12}[a-z0-9]`)
}

func orNothing(g *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.OneOf(rapid.Just(""), g)
}

func number() *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64Range(0, 999_999_999).Draw(t, "coef"), rapid.IntRange(0, 6).Draw(t, "scale"))
	})
}

func drawnConcept(t *rapid.T) (cfdi.Concepto, billing.DraftLine) {
	c := cfdi.Concepto{
		ClaveProdServ: orNothing(rapid.StringMatching(`[0-9]{8}`)).Draw(t, "clave"), ClaveUnidad: orNothing(rapid.StringMatching(`[A-Z0-9]{2,3}`)).Draw(t, "unidad"),
		Descripcion: orNothing(word()).Draw(t, "descripcion"), NoIdentificacion: orNothing(word()).Draw(t, "no"), Unidad: orNothing(word()).Draw(t, "nombre"),
		Cantidad: number().Draw(t, "cantidad"), ObjetoImp: rapid.SampledFrom([]string{"01", "02", "03", "06", "07", "08"}).Draw(t, "objeto"),
	}
	var line billing.DraftLine
	line.ProductID = orNothing(rapid.StringMatching(`[0-9a-f]{8}`)).Draw(t, "product")
	if rapid.Bool().Draw(t, "gross") {
		line.PrecioConImpuestos = number().Draw(t, "price")
	} else {
		c.ValorUnitario = number().Draw(t, "price")
	}
	if rapid.Bool().Draw(t, "percentage") {
		line.DescuentoPct = decimal.New(rapid.Int64Range(0, 1_000_000).Draw(t, "pct"), 4)
	} else if line.PrecioConImpuestos.IsZero() {
		c.Descuento = number().Draw(t, "discount")
	} else {
		line.DescuentoConImpuestos = number().Draw(t, "discount")
	}
	c.Impuestos = drawnTaxes(t, c.ObjetoImp)
	if n := orNothing(word()).Draw(t, "predial"); n != "" {
		c.CuentaPredial = []cfdi.CuentaPredial{{Numero: n}}
	}
	if n := orNothing(word()).Draw(t, "pedimento"); n != "" {
		c.InformacionAduanera = []cfdi.InformacionAduanera{{NumeroPedimento: n}}
	}
	return c, line
}

func drawnTaxes(t *rapid.T, objeto string) *cfdi.ConceptoImpuestos {
	rate := func() decimal.Decimal { return decimal.New(rapid.Int64Range(0, 1_000_000).Draw(t, "rate"), 6) }
	taxes := &cfdi.ConceptoImpuestos{}
	if objeto == "02" || objeto == "07" {
		switch rapid.IntRange(0, 2).Draw(t, "ieps") {
		case 1:
			taxes.Traslados = append(taxes.Traslados, cfdi.Traslado{Impuesto: "003", TipoFactor: "Tasa", TasaOCuota: rate()})
		case 2:
			taxes.Traslados = append(taxes.Traslados, cfdi.Traslado{Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: rate()})
		}
	}
	if objeto == "02" {
		switch rapid.IntRange(0, 2).Draw(t, "iva") {
		case 1:
			taxes.Traslados = append(taxes.Traslados, cfdi.Traslado{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: rate()})
		case 2:
			taxes.Traslados = append(taxes.Traslados, cfdi.Traslado{Impuesto: "002", TipoFactor: "Exento"})
		}
	}
	if objeto != "01" && objeto != "03" {
		for _, impuesto := range []string{"001", "002"} {
			if rapid.Bool().Draw(t, "ret "+impuesto) {
				taxes.Retenciones = append(taxes.Retenciones, cfdi.ConceptoRetencion{Impuesto: impuesto, TipoFactor: "Tasa", TasaOCuota: rate()})
			}
		}
	}
	if len(taxes.Traslados)+len(taxes.Retenciones) == 0 {
		return nil
	}
	return taxes
}

func drawnDraft(t *rapid.T) billing.Draft {
	text := func(name string) string { return orNothing(word()).Draw(t, name) }
	d := billing.Draft{ID: text("id"), Revision: rapid.IntRange(0, 99).Draw(t, "revision"), CustomerID: text("customer"), SerieID: text("serie"), Notas: text("notas"), Raw: map[string]string{}}
	d.Correos = rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,5}@[a-z]{1,5}\.mx`), 0, 3).Draw(t, "correos")
	c := &d.Comprobante
	*c = cfdi.Comprobante{
		Version: "4.0", TipoDeComprobante: rapid.SampledFrom([]string{"I", "E"}).Draw(t, "tipo"), Moneda: rapid.SampledFrom([]string{"MXN", "USD"}).Draw(t, "moneda"),
		Fecha: rapid.SampledFrom([]string{"", "2026-03-10T09:05:00"}).Draw(t, "fecha"), LugarExpedicion: text("lugar"), Exportacion: text("exportacion"),
		FormaPago: text("forma"), MetodoPago: text("metodo"), CondicionesDePago: text("condiciones"),
		Emisor:   cfdi.Emisor{Rfc: text("rfc"), Nombre: text("nombre"), RegimenFiscal: text("regimen")},
		Receptor: cfdi.Receptor{Rfc: rapid.SampledFrom([]string{"", "XAXX010101000", "PEÑJ930605TU3"}).Draw(t, "receptor"), Nombre: text("r nombre"), UsoCFDI: text("uso"), ResidenciaFiscal: text("residencia")},
	}
	if c.Moneda == "USD" {
		c.TipoCambio = number().Draw(t, "cambio")
	}
	if p := text("periodicidad"); p != "" {
		c.InformacionGlobal = &cfdi.InformacionGlobal{Periodicidad: p, Meses: text("meses"), Año: text("año")}
	}
	for range rapid.IntRange(0, 3).Draw(t, "relations") {
		g := cfdi.CfdiRelacionados{TipoRelacion: rapid.StringMatching(`0[1-7]`).Draw(t, "relation")}
		for _, id := range rapid.SliceOfN(rapid.StringMatching(`[0-9A-F]{8}-[0-9A-F]{4}`), 0, 3).Draw(t, "uuids") {
			g.CfdiRelacionado = append(g.CfdiRelacionado, cfdi.CfdiRelacionado{UUID: id})
		}
		c.CfdiRelacionados = append(c.CfdiRelacionados, g)
	}
	for range rapid.IntRange(0, 4).Draw(t, "lines") {
		concept, line := drawnConcept(t)
		c.Conceptos, d.Lines = append(c.Conceptos, concept), append(d.Lines, line)
	}
	return d
}

func TestTheFormGivesTheDraftBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawnDraft(t)
		read, f := readDraft(draftValues(d))
		same := []cmp.Option{
			cmp.Comparer(func(a, b decimal.Decimal) bool { return a.IsZero() == b.IsZero() && a.Equal(b) }),
			cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) }),
		}
		if diff := cmp.Diff(d, read, same...); diff != "" || len(f.Findings) > 0 {
			t.Fatalf("%v\n%s", f.Findings, diff)
		}
	})
}

// Whatever is typed, after saving and reading the draft the form shows it still.
func TestTypedTextComesBack(t *testing.T) {
	fields := []string{"Cantidad", "ValorUnitario", "Descuento", "IVA", "RetISR", "Descripcion", "CuentaPredial", "NoIdentificacion"}
	rapid.Check(t, func(t *rapid.T) {
		typed := url.Values{"Lineas": {"2"}, "Conceptos[1].ObjetoImp": {"02"}}
		for _, name := range fields {
			typed.Set("Conceptos[1]."+name, rapid.OneOf(word(), rapid.StringMatching(`-?[0-9]{0,14}[.,]?[0-9]{0,9} ?%?`), rapid.Just("1e9")).Draw(t, name))
		}
		d, _ := readDraft(typed)
		back := draftValues(d)
		for _, name := range fields {
			was, is := typed.Get("Conceptos[1]."+name), back.Get("Conceptos[1]."+name)
			if normal(was) != normal(is) {
				t.Fatalf("%s: %q came back as %q", name, was, is)
			}
		}
	})
}

// normal forgets what two ways of writing the same share: blanks, $, a key's words, decimals of a rate.
func normal(s string) string {
	percentage := false
	if n := len(s); n > 0 && s[n-1] == '%' {
		percentage, s = true, s[:n-1]
	}
	text := (&draftReader{values: url.Values{"x": {s}}}).get("x")
	if d, message := readNumber(text, 6); message == "" {
		text = d.Fixed(10)
	}
	return fmt.Sprint(text, percentage)
}

func TestNumbersAsTyped(t *testing.T) {
	tests := []struct{ text, want, says string }{
		{"1234.50", "1234.50", ""},
		{"$ 1234.50", "1234.50", ""},
		{"$12", "12", ""},
		{".5", "0.5", ""},
		{"0", "0", ""},
		{"1.123456", "1.123456", ""},
		{"1.1234567", "", "demasiados decimales"},
		{"1,234.50", "", "sin comas"},
		{"1e9", "", "No es una cantidad"},
		{"doce", "", "No es una cantidad"},
		{"-5", "", "negativo"},
		{"−5", "", "negativo"},
		{"5.", "", "No es una cantidad"},
		{"1234567890123", "", "No es una cantidad"},
		{"٣", "", "No es una cantidad"},
	}
	for _, test := range tests {
		d, message := readNumber(test.text, 6)
		if d.String() != test.want || (message == "") != (test.says == "") || !contains(message, test.says) {
			t.Errorf("%q: %q, %q", test.text, d, message)
		}
	}
}

func TestFieldForEveryPath(t *testing.T) {
	d := &billing.Draft{Comprobante: cfdi.Comprobante{Conceptos: []cfdi.Concepto{{Impuestos: &cfdi.ConceptoImpuestos{
		Traslados:   []cfdi.Traslado{{Impuesto: "003", TipoFactor: "Tasa"}, {Impuesto: "003", TipoFactor: "Cuota"}, {Impuesto: "002"}},
		Retenciones: []cfdi.ConceptoRetencion{{Impuesto: "001"}, {Impuesto: "002"}},
	}}, {}}}}
	tests := map[string]string{
		"Version": "", "Serie": "SerieID", "Folio": "SerieID", "Fecha": "Fecha", "FormaPago": "FormaPago", "MetodoPago": "MetodoPago", "CondicionesDePago": "CondicionesDePago",
		"SubTotal": "Total", "Descuento": "Total", "Total": "Total", "Moneda": "Moneda", "TipoCambio": "TipoCambio", "TipoDeComprobante": "", "Exportacion": "Exportacion",
		"LugarExpedicion": "LugarExpedicion", "Confirmacion": "", "Complementos": "", "Complementos[0].Version": "", "Addenda": "Addenda", "NoCertificado": "", "Correos[1]": "Correos",
		"InformacionGlobal": "InformacionGlobal.Periodicidad", "InformacionGlobal.Meses": "InformacionGlobal.Meses", "InformacionGlobal.Año": "InformacionGlobal.Año",
		"CfdiRelacionados": "CfdiRelacionados[0].UUIDs", "CfdiRelacionados[1]": "CfdiRelacionados[1].UUIDs", "CfdiRelacionados[1].TipoRelacion": "CfdiRelacionados[1].TipoRelacion",
		"CfdiRelacionados[1].CfdiRelacionado[2].UUID": "CfdiRelacionados[1].UUIDs",
		"Emisor": "", "Emisor.Rfc": "", "Emisor.Nombre": "", "Emisor.FacAtrAdquirente": "", "Emisor.RegimenFiscal": "Emisor.RegimenFiscal",
		"Receptor": "Receptor.Rfc", "Receptor.Rfc": "Receptor.Rfc", "Receptor.Nombre": "Receptor.Nombre", "Receptor.DomicilioFiscalReceptor": "Receptor.DomicilioFiscalReceptor",
		"Receptor.ResidenciaFiscal": "Receptor.ResidenciaFiscal", "Receptor.NumRegIdTrib": "Receptor.NumRegIdTrib", "Receptor.RegimenFiscalReceptor": "Receptor.RegimenFiscalReceptor", "Receptor.UsoCFDI": "Receptor.UsoCFDI",
		"Conceptos": "Conceptos", "Conceptos[1]": "Conceptos[1]", "Conceptos[1].ClaveProdServ": "Conceptos[1].ClaveProdServ", "Conceptos[1].NoIdentificacion": "Conceptos[1].NoIdentificacion",
		"Conceptos[1].Cantidad": "Conceptos[1].Cantidad", "Conceptos[1].ClaveUnidad": "Conceptos[1].ClaveUnidad", "Conceptos[1].Unidad": "Conceptos[1].Unidad", "Conceptos[1].Descripcion": "Conceptos[1].Descripcion",
		"Conceptos[1].ValorUnitario": "Conceptos[1].ValorUnitario", "Conceptos[1].Importe": "Conceptos[1].ValorUnitario", "Conceptos[1].PrecioConImpuestos": "Conceptos[1].ValorUnitario",
		"Conceptos[1].Descuento": "Conceptos[1].Descuento", "Conceptos[1].DescuentoPct": "Conceptos[1].Descuento", "Conceptos[1].ObjetoImp": "Conceptos[1].ObjetoImp",
		"Conceptos[1].ACuentaTerceros.RfcACuentaTerceros": "Conceptos[1]", "Conceptos[1].Parte[0].Cantidad": "Conceptos[1]", "Conceptos[1].Complementos[0]": "Conceptos[1]",
		"Conceptos[1].CuentaPredial[0].Numero": "Conceptos[1].CuentaPredial", "Conceptos[1].InformacionAduanera[0].NumeroPedimento": "Conceptos[1].NumeroPedimento",
		"Conceptos[1].Impuestos": "Conceptos[1].IVA", "Conceptos[1].Impuestos.Traslados[0].Base": "Conceptos[1].IVA", "Conceptos[9].Impuestos.Retenciones": "Conceptos[9].IVA",
		"Conceptos[0].Impuestos.Traslados[0].TasaOCuota": "Conceptos[0].IEPS", "Conceptos[0].Impuestos.Traslados[1].TasaOCuota": "Conceptos[0].IEPSCuota", "Conceptos[0].Impuestos.Traslados[2].Base": "Conceptos[0].IVA",
		"Conceptos[0].Impuestos.Retenciones[0].Importe": "Conceptos[0].RetISR", "Conceptos[0].Impuestos.Retenciones[1].Importe": "Conceptos[0].RetIVA", "Conceptos[0].Impuestos.Traslados[7].Base": "Conceptos[0].IVA",
		"Impuestos": "Total", "Impuestos.Traslados[0].Importe": "Total", "Impuestos.TotalImpuestosTrasladados": "Total", "": "",
	}
	for path, want := range tests {
		if got := fieldFor(path, d); got != want {
			t.Errorf("%s belongs to %q, want %q", path, got, want)
		}
	}
}

func TestMissingPriceIsSaidOnce(t *testing.T) {
	found := cfdi.Findings{
		{Path: "Conceptos[0].Impuestos.Traslados[0].Base", Code: "CFDI40174", Severity: cfdi.SeverityError},
		{Path: "Conceptos[0].ValorUnitario", Code: "301", Severity: cfdi.SeverityError},
		{Path: "Conceptos[1].Impuestos.Traslados[0].Base", Code: "CFDI40174", Severity: cfdi.SeverityError},
	}
	var f form
	f.judged(found, &billing.Draft{})
	if len(f.Findings) != 2 || f.Findings[0].Path != "Conceptos[0].ValorUnitario" || f.Findings[1].Path != "Conceptos[1].IVA" {
		t.Errorf("%+v", f.Findings)
	}
}

// lineNames are the descriptions of a form, in order.
func lineNames(v url.Values) []string {
	var names []string
	for _, line := range typedLines(v) {
		names = append(names, line["Descripcion"])
	}
	return names
}

func TestLinesMoveWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := url.Values{"Lineas": {"0"}, "Notas": {"n"}}
		var model []string
		for step := range 12 {
			verb := rapid.SampledFrom([]string{"agregar", "quitar", "duplicar", "subir", "bajar"}).Draw(t, "verb")
			i := rapid.IntRange(-1, len(model)).Draw(t, "i")
			in := i >= 0 && i < len(model)
			out, look, ok := editLines(v, verb+":"+strconv.Itoa(i), nil)
			if ok != (in || verb == "agregar") {
				t.Fatalf("%s %d of %d: %t", verb, i, len(model), ok)
			}
			if !ok {
				continue
			}
			switch {
			case verb == "agregar":
				name := fmt.Sprint("línea ", step)
				out.Set(linePath(look)+"Descripcion", name)
				out.Set(linePath(look)+"ValorUnitario", "precio de "+name)
				model = append(model, name)
			case verb == "quitar":
				model = slices.Delete(model, i, i+1)
			case verb == "duplicar":
				model = slices.Insert(model, i+1, model[i])
			case verb == "subir" && i > 0:
				model[i-1], model[i] = model[i], model[i-1]
			case verb == "bajar" && i < len(model)-1:
				model[i+1], model[i] = model[i], model[i+1]
			}
			v = out
			if diff := cmp.Diff(append([]string(nil), model...), lineNames(v)); diff != "" || v.Get("Notas") != "n" || v.Get("Lineas") != strconv.Itoa(len(model)) {
				t.Fatalf("after %s %d: %s", verb, i, diff)
			}
			for _, line := range typedLines(v) {
				if line["ValorUnitario"] != "precio de "+line["Descripcion"] {
					t.Fatalf("a price left its line: %v", line)
				}
			}
		}
	})
}

func TestLinesAreBounded(t *testing.T) {
	for _, n := range []string{"501", "1000000000", "-1", "x"} {
		v := url.Values{"Lineas": {n}, "Conceptos[999999].Descripcion": {"lejos"}, "Conceptos[-1].Descripcion": {"antes"}, "Conceptos[x].Descripcion": {"?"}}
		d, _ := readDraft(v)
		if len(d.Comprobante.Conceptos) > maxLines {
			t.Errorf("%s: %d lines", n, len(d.Comprobante.Conceptos))
		}
		if out, _, _ := editLines(v, "agregar", nil); len(typedLines(out)) > maxLines {
			t.Errorf("%s: %d lines", n, len(typedLines(out)))
		}
	}
}

func TestCustomerFillsWhatItAsksFor(t *testing.T) {
	c := directory.Customer{
		ID: "c-1", Rfc: "URE180429TM6", Nombre: "UNIVERSIDAD", CodigoPostal: "65000", RegimenFiscal: "601", UsoCFDI: "G03", FormaPago: "99", MetodoPago: "PPD",
		CondicionesDePago: "30 días", Moneda: "USD", Correos: []directory.Correo{{Direccion: "a@example.mx"}, {Direccion: "b@example.mx"}},
	}
	tests := map[string]url.Values{
		"I": {"Receptor.UsoCFDI": {"G03"}, "FormaPago": {"99"}, "MetodoPago": {"PPD"}, "CondicionesDePago": {"30 días"}},
		"E": {"Receptor.UsoCFDI": {"G02"}, "FormaPago": {"03"}, "MetodoPago": {"PUE"}},
	}
	for tipo, want := range tests {
		v := url.Values{"TipoDeComprobante": {tipo}, "Receptor.UsoCFDI": {"G02"}, "FormaPago": {"03"}, "MetodoPago": {"PUE"}}
		fillCustomer(v, c)
		for _, same := range [][2]string{{"TipoDeComprobante", tipo}, {"CustomerID", "c-1"}, {"Receptor.Rfc", c.Rfc}, {"Receptor.Nombre", c.Nombre}, {"Receptor.DomicilioFiscalReceptor", "65000"}, {"Receptor.RegimenFiscalReceptor", "601"}, {"Moneda", "USD"}, {"Correos", "a@example.mx, b@example.mx"}, {"Receptor.ResidenciaFiscal", ""}, {"Receptor.NumRegIdTrib", ""}} {
			want.Set(same[0], same[1])
		}
		if diff := cmp.Diff(want, v); diff != "" {
			t.Errorf("%s: %s", tipo, diff)
		}
	}
}

func TestProductFillsTheFirstEmptyLine(t *testing.T) {
	p := directory.Product{
		ID: "p-1", Clave: "V-1", Descripcion: "Vajilla", ClaveProdServ: "52152101", ClaveUnidad: "H87", Precio: decimal.MustParse("116"), PrecioIncluyeImpuestos: true, ObjetoImp: "02",
		Traslados:   []directory.Tax{{Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: decimal.MustParse("1.5")}, {Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.16")}},
		Retenciones: []directory.Tax{{Impuesto: "001", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.1")}, {Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.106667")}},
	}
	v, _, _ := editLines(url.Values{}, "agregar", nil)
	for n := range 2 {
		var at int
		if v, at = addProduct(v, p); at != n {
			t.Errorf("product %d is on line %d", n, at)
		}
	}
	d, f := readDraft(v)
	if len(f.Findings) > 0 || len(d.Lines) != 2 || d.Lines[1].PrecioConImpuestos.String() != "116" || d.Lines[1].ProductID != "p-1" {
		t.Fatalf("%v %+v", f.Findings, d.Lines)
	}
	want := &cfdi.ConceptoImpuestos{
		Traslados:   []cfdi.Traslado{{Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: decimal.MustParse("1.500000")}, {Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.160000")}},
		Retenciones: []cfdi.ConceptoRetencion{{Impuesto: "001", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.100000")}, {Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.106667")}},
	}
	if diff := cmp.Diff(want, d.Comprobante.Conceptos[1].Impuestos, cmp.Comparer(decimal.Decimal.Equal)); diff != "" {
		t.Error(diff)
	}
}
