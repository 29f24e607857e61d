package cfdi_test

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

func TestAmountInWords(t *testing.T) {
	for _, v := range []struct{ amount, moneda, want string }{
		{"1234.56", "MXN", "(MIL DOSCIENTOS TREINTA Y CUATRO PESOS 56/100 M.N.)"},
		{"0", "MXN", "(CERO PESOS 00/100 M.N.)"},
		{"0.99", "MXN", "(CERO PESOS 99/100 M.N.)"},
		{"1", "MXN", "(UN PESO 00/100 M.N.)"},
		{"1.5", "USD", "(UN DÓLAR 50/100 USD)"},
		{"16", "MXN", "(DIECISÉIS PESOS 00/100 M.N.)"},
		{"21", "MXN", "(VEINTIÚN PESOS 00/100 M.N.)"},
		{"22.22", "MXN", "(VEINTIDÓS PESOS 22/100 M.N.)"},
		{"30", "MXN", "(TREINTA PESOS 00/100 M.N.)"},
		{"31", "MXN", "(TREINTA Y UN PESOS 00/100 M.N.)"},
		{"100", "MXN", "(CIEN PESOS 00/100 M.N.)"},
		{"101", "MXN", "(CIENTO UN PESOS 00/100 M.N.)"},
		{"121", "EUR", "(CIENTO VEINTIÚN EUROS 00/100 EUR)"},
		{"500", "MXN", "(QUINIENTOS PESOS 00/100 M.N.)"},
		{"1000", "MXN", "(MIL PESOS 00/100 M.N.)"},
		{"1100", "MXN", "(MIL CIEN PESOS 00/100 M.N.)"},
		{"21000", "MXN", "(VEINTIÚN MIL PESOS 00/100 M.N.)"},
		{"100000", "MXN", "(CIEN MIL PESOS 00/100 M.N.)"},
		{"701031.10", "MXN", "(SETECIENTOS UN MIL TREINTA Y UN PESOS 10/100 M.N.)"},
		{"1000000", "MXN", "(UN MILLÓN DE PESOS 00/100 M.N.)"},
		{"1000001", "MXN", "(UN MILLÓN UN PESOS 00/100 M.N.)"},
		{"2000000.50", "USD", "(DOS MILLONES DE DÓLARES 50/100 USD)"},
		{"21001000", "MXN", "(VEINTIÚN MILLONES MIL PESOS 00/100 M.N.)"},
		{"1000000000", "MXN", "(MIL MILLONES DE PESOS 00/100 M.N.)"},
		{"1000000000000", "MXN", "(UN BILLÓN DE PESOS 00/100 M.N.)"},
		{"999999999999.99", "MXN", "(NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE MILLONES NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE PESOS 99/100 M.N.)"},
		{"0.995", "MXN", "(UN PESO 00/100 M.N.)"},
		{"-2", "MXN", "(MENOS DOS PESOS 00/100 M.N.)"},
		{"21", "THB", "(VEINTIUNO 00/100 THB)"},
		{"31", "THB", "(TREINTA Y UNO 00/100 THB)"},
		{"5", "XXX", ""},
	} {
		if got := cfdi.AmountInWords(num(v.amount), v.moneda); got != v.want {
			t.Errorf("%s %s\n got %s\nwant %s", v.amount, v.moneda, got, v.want)
		}
	}
	if got := cfdi.AmountInWords(decimal.Decimal{}, "MXN"); got != "" {
		t.Errorf("absent amount: %s", got)
	}
}

// spoken reads the words back into a number, as a listener does.
func spoken(t *rapid.T, words string) int64 {
	values := map[string]int64{"CERO": 0, "CIEN": 100}
	for i, w := range strings.Fields("UN DOS TRES CUATRO CINCO SEIS SIETE OCHO NUEVE DIEZ ONCE DOCE TRECE CATORCE QUINCE " +
		"DIECISÉIS DIECISIETE DIECIOCHO DIECINUEVE VEINTE VEINTIÚN VEINTIDÓS VEINTITRÉS VEINTICUATRO VEINTICINCO " +
		"VEINTISÉIS VEINTISIETE VEINTIOCHO VEINTINUEVE TREINTA") {
		values[w] = int64(i + 1)
	}
	for i, w := range strings.Fields("CUARENTA CINCUENTA SESENTA SETENTA OCHENTA NOVENTA") {
		values[w] = int64(40 + 10*i)
	}
	for i, w := range strings.Fields("CIENTO DOSCIENTOS TRESCIENTOS CUATROCIENTOS QUINIENTOS SEISCIENTOS SETECIENTOS OCHOCIENTOS NOVECIENTOS") {
		values[w] = int64(100 * (i + 1))
	}
	var total, part int64
	for _, w := range strings.Fields(words) {
		switch w {
		case "Y", "DE", "PESO", "PESOS":
		case "MIL":
			part = max(part, 1) * 1000
		case "MILLÓN", "MILLONES":
			total, part = total+part*1_000_000, 0
		case "BILLÓN", "BILLONES":
			total, part = total+part*1_000_000_000_000, 0
		default:
			v, ok := values[w]
			if !ok {
				t.Fatalf("%q is no number", w)
			}
			part += v
		}
	}
	return total + part
}

func TestWordsSayTheNumber(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		top := rapid.SampledFrom([]int64{40, 1200, 2_000_000, 99_999_999_999_999}).Draw(rt, "top")
		n := rapid.Int64Range(0, top).Draw(rt, "n")
		words := cfdi.AmountInWords(decimal.FromInt(n), "MXN")
		words = strings.TrimSuffix(strings.TrimPrefix(words, "("), " 00/100 M.N.)")
		if got := spoken(rt, words); got != n {
			rt.Fatalf("%d is %s, which says %d", n, words, got)
		}
	})
}

func TestVerificationURL(t *testing.T) {
	c := simple()
	c.Emisor.Rfc, c.Receptor.Rfc = "H&E951128469", "ZUÑ920208KL4"
	c.Sello = "AAAAAAAAab+/xyZ=="
	for _, v := range []struct{ total, tt string }{
		{"116.00", "116.0"},
		{"0.99", "0.99"},
		{"0", "0.0"},
		{"1234567.123456", "1234567.123456"},
		{"1000", "1000.0"},
		{"007.50", "7.5"},
	} {
		c.Total = num(v.total)
		got := cfdi.VerificationURL(c, "5FB2822E-396D-4725-8521-CDC4BDD20CCF")
		want := "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx?id=5FB2822E-396D-4725-8521-CDC4BDD20CCF" +
			"&re=H%26E951128469&rr=ZU%C3%91920208KL4&tt=" + v.tt + "&fe=b%2B%2FxyZ%3D%3D"
		if got != want {
			t.Errorf("Total %s\n got %s\nwant %s", v.total, got, want)
		}
		parsed, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if fe := parsed.Query().Get("fe"); fe != "b+/xyZ==" || parsed.Query().Get("re") != c.Emisor.Rfc {
			t.Errorf("read back: fe %q, re %q", fe, parsed.Query().Get("re"))
		}
	}
}
