package store

import (
	"strings"
	"testing"
)

// The keys in use are found by steps along an index, however many rows bear each.
func TestKeysGoFromKeyToKey(t *testing.T) {
	db := openFresh(t)
	for _, f := range []KeyField{ProductProdServ, ProductUnidad, ProductObjeto, CustomerRegimen, CustomerUso, CustomerCP} {
		var plan []struct {
			ID, Parent, Notused int
			Detail              string
		}
		if err := db.View(TenantOf("plans")).list(t.Context(), &plan, `EXPLAIN QUERY PLAN `+keysOf(f), true, "", 10); err != nil {
			t.Fatal(err)
		}
		steps := 0
		for _, line := range plan {
			if strings.Contains(line.Detail, string(f.table)) && strings.Contains(line.Detail, "(tenant_id=? AND activo=? AND "+string(f.column)+">?)") {
				steps++
			} else if strings.Contains(line.Detail, string(f.table)) || strings.Contains(line.Detail, "TEMP B-TREE") {
				t.Errorf("%s: %s", f.column, line.Detail)
			}
		}
		if steps != 2 {
			t.Errorf("%s: %d steps along an index in %+v", f.column, steps, plan)
		}
	}
}
