package catalogo

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestShortTablesAreTheSATs compares every row of every short catalogue, in order, with
// the official file: keys, texts, dates.
func TestShortTablesAreTheSATs(t *testing.T) {
	country := map[Short]string{EstadoUSA: "USA", EstadoCAN: "CAN"}
	for i, x := range shorts {
		rows, key := officialRows(t, "../"+x.file+".tsv"), "id"
		if pais := country[Short(i)]; pais != "" {
			key = "estado"
			rows = slices.DeleteFunc(rows, func(r map[string]string) bool { return r["pais"] != pais })
		}
		want := rowsOf(rows, func(r map[string]string) string { return official(r, key) })
		if diff := cmp.Diff(want, rowsOf(x.rows, func(e Entry) string { return entryOf(e) })); diff != "" || len(want) == 0 {
			t.Errorf("%s has %d rows\n%s", x.file, len(want), diff)
		}
	}
}

// TestShortCatalogues are found by key and have their days.
func TestShortCatalogues(t *testing.T) {
	row, ok := TipoContrato.Find("01")
	if !ok || row.Texto != "Contrato de trabajo por tiempo indeterminado" {
		t.Errorf("%v %v", row, ok)
	}
	if _, ok := TipoContrato.Find(""); ok || TipoContrato.Has("1", "2026-11-20") {
		t.Error("a key that is not there was found")
	}
	if FiguraTransporte.Has("05", "2024-07-25") || !FiguraTransporte.Has("05", "2024-07-26T10:00:00") {
		t.Error("Integrante de Coordinados came nine days after the rest")
	}
	rows := INCOTERM.Rows()
	rows[0].Clave = "ZZZ"
	if INCOTERM.Has("ZZZ", "2026-11-20") || len(rows) != 11 {
		t.Error("the rows are not a copy")
	}
}
