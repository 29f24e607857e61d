package catalogo

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBancosAreTheSATs(t *testing.T) {
	want := rowsOf(officialRows(t, "../nomina12/c_Banco.tsv"), func(r map[string]string) string { return official(r, "id") })
	ours := rowsOf(New().Bancos(), func(b Banco) string { return entryOf(b.Entry) })
	if diff := cmp.Diff(want, ours); diff != "" {
		t.Error(diff)
	}
}
