package catalogo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"iofacturo.mx/decimal"
)

// entryOf is how a row of ours and one of the SAT are compared: key, text, dates,
// and what else the catalogue says.
func entryOf(e Entry, more ...any) string {
	return strings.TrimRight(fmt.Sprintln(e.Clave, "|", e.Texto, "|", e.Desde, "|", e.Hasta, "|", more), "\n")
}

func official(row map[string]string, key string, more ...any) string {
	text, ok := row["texto"]
	if !ok {
		text = row[key]
	}
	return entryOf(Entry{row[key], text, row["vigencia_desde"], row["vigencia_hasta"]}, more...)
}

func flag(s string) bool { return s == "1" }

// rowsOf prints each row of ours.
func rowsOf[T any](rows []T, show func(T) string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = show(r)
	}
	return out
}

// TestSmallTablesAreTheSATs compares every row of every small catalogue, in order,
// with the official file.
func TestSmallTablesAreTheSATs(t *testing.T) {
	c := New()
	type row = map[string]string
	plain := func(r row) string { return official(r, "id") }
	for _, x := range []struct {
		name string
		ours []string
		want func(row) string
	}{
		{"FormaPago", rowsOf(c.FormasPago(), func(f FormaPago) string {
			return entryOf(f.Entry, f.Bancarizado, f.BancoOrdenante, f.CuentaOrdenante, f.BancoBeneficiario, f.CuentaBeneficiario, f.CadenaPago, f.BancoExtranjero)
		}), func(r row) string {
			return official(r, "id", flag(r["es_bancarizado"]), flag(r["permite_banco_ordenante_rfc"]), r["patron_cuenta_ordenante"],
				flag(r["permite_banco_beneficiario_rfc"]), r["patron_cuenta_beneficiario"], flag(r["permite_tipo_cadena_pago"]), flag(r["requiere_banco_ordenante_nombre_ext"]))
		}},
		{"MetodoPago", rowsOf(c.MetodosPago(), func(r MetodoPago) string { return entryOf(r.Entry) }), plain},
		{"Moneda", rowsOf(c.Monedas(), func(r Moneda) string { return entryOf(r.Entry, r.Decimales, r.Variacion) }), func(r row) string {
			return official(r, "id", r["decimales"], r["porcentaje_variacion"])
		}},
		{"TipoDeComprobante", rowsOf(c.TiposDeComprobante(), func(r TipoDeComprobante) string { return entryOf(r.Entry, r.ValorMaximo) }), func(r row) string {
			return official(r, "id", r["valor_maximo"])
		}},
		{"Exportacion", rowsOf(c.Exportaciones(), func(r Exportacion) string { return entryOf(r.Entry) }), plain},
		{"RegimenFiscal", rowsOf(c.RegimenesFiscales(), func(r RegimenFiscal) string { return entryOf(r.Entry, r.Fisica, r.Moral) }), func(r row) string {
			return official(r, "id", flag(r["aplica_fisica"]), flag(r["aplica_moral"]))
		}},
		{"UsoCFDI", rowsOf(c.UsosCFDI(), func(r UsoCFDI) string { return entryOf(r.Entry, r.Fisica, r.Moral, r.Regimenes) }), func(r row) string {
			regimes := strings.FieldsFunc(r["regimenes_fiscales_receptores"], func(c rune) bool { return c == ',' || c == ' ' })
			slices.Sort(regimes)
			return official(r, "id", flag(r["aplica_fisica"]), flag(r["aplica_moral"]), strings.Join(regimes, " "))
		}},
		{"ObjetoImp", rowsOf(c.ObjetosImp(), func(r ObjetoImp) string { return entryOf(r.Entry) }), plain},
		{"TipoRelacion", rowsOf(c.TiposRelacion(), func(r TipoRelacion) string { return entryOf(r.Entry) }), plain},
		{"Periodicidad", rowsOf(c.Periodicidades(), func(r Periodicidad) string { return entryOf(r.Entry) }), plain},
		{"Meses", rowsOf(c.MesesLista(), func(r Meses) string { return entryOf(r.Entry) }), plain},
		{"Impuesto", rowsOf(c.Impuestos(), func(r Impuesto) string { return entryOf(r.Entry, r.Retencion, r.Traslado) }), func(r row) string {
			return official(r, "id", flag(r["retencion"]), flag(r["traslado"]))
		}},
		{"TipoFactor", rowsOf(c.TiposFactor(), func(r TipoFactor) string { return entryOf(r.Entry) }), plain},
		{"Pais", rowsOf(c.Paises(), func(r Pais) string {
			return entryOf(r.Entry, r.CodigoPostal, r.IdentidadTributaria, r.Agrupacion)
		}), func(r row) string { // the official pattern of MEX has a line break in it, written \n
			return official(r, "id", r["patron_codigo_postal"], strings.ReplaceAll(r["patron_identidad_tributaria"], `\n`, ""), r["agrupaciones"])
		}},
		{"Aduana", rowsOf(c.Aduanas(), func(r Aduana) string { return entryOf(r.Entry) }), plain},
	} {
		if diff := cmp.Diff(rowsOf(officialRows(t, "c_"+x.name+".tsv"), x.want), x.ours); diff != "" {
			t.Errorf("c_%s:\n%s", x.name, diff)
		}
	}
}

func TestEstadosAreTheSATs(t *testing.T) {
	var want []string
	for _, r := range officialRows(t, "c_Estado.tsv") {
		if r["pais"] == "MEX" {
			want = append(want, official(r, "estado"))
		}
	}
	if diff := cmp.Diff(want, rowsOf(New().Estados(), func(r Estado) string { return entryOf(r.Entry) })); diff != "" {
		t.Error(diff)
	}
}

func TestTasasAreTheSATs(t *testing.T) {
	keys := map[string]string{"ISR": "001", "IVA": "002", "IEPS": "003", "IVA Crédito aplicado del 50%": "002"}
	show := func(rango bool, low, high, impuesto, factor string, traslado, retencion, border bool, from, to string) string {
		return fmt.Sprint(rango, low, high, impuesto, factor, traslado, retencion, border, from, to)
	}
	var want, ours []string
	for _, r := range officialRows(t, "c_TasaOCuota.tsv") {
		low := r["minimo"]
		if r["tipo"] == "Fijo" {
			low = r["valor"]
		}
		want = append(want, show(r["tipo"] == "Rango", low, r["valor"], keys[r["impuesto"]], r["factor"], flag(r["traslado"]), flag(r["retencion"]),
			strings.Contains(r["impuesto"], "Crédito"), r["vigencia_desde"], r["vigencia_hasta"]))
	}
	for _, x := range New().TasasOCuotas() {
		if x.Hasta == "2025-12-31" { // the ceiling of 2025, which the catalogue no longer has
			continue
		}
		ours = append(ours, show(x.Rango, x.Minimo.String(), x.Maximo.String(), x.Impuesto, x.TipoFactor, x.Traslado, x.Retencion, x.Frontera, x.Desde, x.Hasta))
	}
	if diff := cmp.Diff(want, ours); diff != "" {
		t.Error(diff)
	}
}

// TestEverydaySetIsTheSATs compares key, text and flags of the everyday set with
// the official catalogues; all must be in force.
func TestEverydaySetIsTheSATs(t *testing.T) {
	prod, unit := map[string]map[string]string{}, map[string]map[string]string{}
	for _, r := range officialRows(t, "c_ClaveProdServ.tsv.gz") {
		prod[r["id"]] = r
	}
	for _, r := range officialRows(t, "c_ClaveUnidad.tsv") {
		unit[r["id"]] = r
	}
	for line := range strings.Lines(prodServEveryday) {
		f := strings.Split(line, "\t")
		clave, texto, ours := f[0], f[1], f[2]
		r := prod[clave]
		flags := ""
		for column, f := range map[string]string{"iva_trasladado": flagIVA, "ieps_trasladado": flagIEPS, "estimulo_frontera": flagFrontera} {
			if flag(r[column]) {
				flags += f
			}
		}
		if r == nil || r["texto"] != texto || len(flags) != len(ours) || strings.Trim(flags, ours) != "" || r["vigencia_hasta"] != "" {
			t.Errorf("%q is not %v", line, r)
		}
	}
	for _, e := range unidadEveryday {
		if r := unit[e.clave]; r == nil || r["texto"] != e.texto || r["simbolo"] != e.simbolo || r["vigencia_hasta"] != "" {
			t.Errorf("%+v is not %v", e, r)
		}
	}
}

// TestEverydaySetIsWhole: every line has its four fields and something that people
// type, keys are ordered and stand once, and all of it is small.
func TestEverydaySetIsWhole(t *testing.T) {
	last, n := "", 0
	for line := range strings.Lines(prodServEveryday) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 || len(f[0]) != 8 || f[0] <= last || f[1] == "" || strings.Contains("|"+f[3]+"|", "||") || f[3] != strings.TrimSpace(f[3]) {
			t.Errorf("%q after %s", line, last)
		}
		last = f[0]
		n++
	}
	if n < 2900 || len(prodServEveryday) > 400_000 {
		t.Errorf("%d keys of products and services in %d bytes", n, len(prodServEveryday))
	}
	seen := map[string]bool{}
	for _, e := range unidadEveryday {
		if seen[e.clave] || e.texto == "" || e.typed == "" || strings.ContainsAny(e.texto+e.typed, "\t\n") {
			t.Errorf("%+v", e)
		}
		seen[e.clave] = true
	}
	if n := len(unidadEveryday); n < 60 {
		t.Errorf("only %d units", n)
	}
}

func TestInForce(t *testing.T) {
	for _, c := range []struct {
		from, to, day string
		want          bool
	}{
		{"2022-01-01", "", "2020-06-01", true}, // a row of the first day counts as open before
		{"2019-01-07", "", "2018-01-01", true},
		{"2022-01-02", "", "2022-01-01", false},
		{"2024-12-13", "", "2024-12-12T23:59:59", false},
		{"2024-12-13", "", "2024-12-13T00:00:00", true},
		{"2022-01-01", "2025-12-31", "2025-12-31T23:59:59", true},
		{"2022-01-01", "2025-12-31", "2026-01-01", false},
		{"", "", "2030-01-01", true},
		{"2024-12-13", "", "", true}, // no date to judge by
	} {
		if got := (Entry{Desde: c.from, Hasta: c.to}).InForce(c.day); got != c.want {
			t.Errorf("%s–%s on %s: %v", c.from, c.to, c.day, got)
		}
	}
}

func TestValidRate(t *testing.T) {
	c := New()
	for _, x := range []struct {
		impuesto, factor string
		traslado         bool
		rate, day        string
		want             bool
	}{
		{"002", "Tasa", true, "0.160000", "2026-11-20", true},
		{"002", "Tasa", true, "0.16", "2026-11-20", true}, // the number, not its spelling
		{"002", "Tasa", true, "0.080000", "2026-11-20", true},
		{"002", "Tasa", true, "0.000000", "2026-11-20", true},
		{"002", "Tasa", true, "0.150000", "2026-11-20", false},
		{"002", "Cuota", true, "0.160000", "2026-11-20", false},
		{"002", "Tasa", false, "0.106667", "2026-11-20", true},
		{"002", "Tasa", false, "0.160001", "2026-11-20", false},
		{"001", "Tasa", false, "0.350000", "2026-11-20", true},
		{"001", "Tasa", true, "0.100000", "2026-11-20", false},
		{"003", "Tasa", true, "0.030000", "2026-11-20", true},
		{"003", "Tasa", false, "0.030000", "2026-11-20", false},
		{"003", "Cuota", true, "72.160500", "2026-01-01", true},
		{"003", "Cuota", true, "72.160500", "2025-12-31", false},
		{"003", "Cuota", true, "69.525500", "2025-12-31", true},
		{"003", "Cuota", true, "72.160501", "2026-11-20", false},
	} {
		if got := c.ValidRate(x.impuesto, x.factor, x.traslado, decimal.MustParse(x.rate), x.day); got != x.want {
			t.Errorf("%+v: %v", x, got)
		}
	}
}

func TestUsoCFDIAdmits(t *testing.T) {
	c := New()
	g03, _ := c.UsoCFDI("G03")
	cn01, _ := c.UsoCFDI("CN01")
	if !g03.Admits("601") || g03.Admits("616") || g03.Admits("") || g03.Admits("01 ") || cn01.Admits("601") || !cn01.Admits("605") {
		t.Error("the regimes of a use are mixed up")
	}
}

// TestListsAreCopies: what a caller does to a list is not seen by another.
func TestListsAreCopies(t *testing.T) {
	c := New()
	c.FormasPago()[0].Texto = "cambiado"
	if f, _ := c.FormaPago("01"); f.Texto != "Efectivo" || c.FormasPago()[0].Texto != "Efectivo" {
		t.Error("a caller changed the catalogue")
	}
}
