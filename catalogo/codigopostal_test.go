package catalogo

import (
	"strconv"
	"testing"
	"time"
)

// TestPostalRulesAgreeWithTheCatalogue compares state, border and zone by range
// with every row of the rebuilt catalogue that says them.
func TestPostalRulesAgreeWithTheCatalogue(t *testing.T) {
	c := New()
	unknown := 0
	for _, r := range officialRows(t, "c_CodigoPostal.rebuilt.tsv.gz") {
		got, ok := c.CodigoPostal(r["id"])
		if !ok || got.Estado != r["estado"] {
			t.Fatalf("%s: %+v, want %s", r["id"], got, r["estado"])
		}
		if want := r["estimulo_frontera"]; want != "" && got.Frontera != -1 && strconv.Itoa(got.Frontera) != want {
			t.Errorf("%s: border %d, want %s", r["id"], got.Frontera, want)
		} else if want != "" && got.Frontera == -1 {
			unknown++
		}
		border := r["huso_descripcion"] == "Tiempo del Centro en Frontera"
		if zone := c.Location(r["id"]).String(); border != (zone == "America/Matamoros") && (border || r["origen"] == "sat40") {
			t.Errorf("%s %s: zone %s", r["id"], r["huso_descripcion"], zone)
		}
	}
	if unknown > 0 {
		t.Errorf("%d postal codes whose border flag is known are undecided", unknown)
	}
}

func TestNoPostalCode(t *testing.T) {
	c := New()
	for _, cp := range []string{"", "00000", "00999", "17000", "19999", "1000", "010000", "abcde", "+1000", "-1000", "１2345"} {
		if row, ok := c.CodigoPostal(cp); ok {
			t.Errorf("%q became %+v", cp, row)
		}
		if c.Location(cp).String() != "America/Mexico_City" {
			t.Errorf("%q is at %s", cp, c.Location(cp))
		}
	}
}

// TestLocation checks the hour of winter and summer 2026 at places that differ.
func TestLocation(t *testing.T) {
	places := map[string]struct {
		cp             string
		winter, summer int
	}{
		"Ciudad de México":  {"06600", -6, -6},
		"Cancún":            {"77500", -5, -5},
		"Hermosillo":        {"83000", -7, -7},
		"Culiacán":          {"80000", -7, -7},
		"La Paz":            {"23000", -7, -7},
		"Tepic":             {"63000", -7, -7},
		"Bahía de Banderas": {"63732", -6, -6},
		"Tijuana":           {"22000", -8, -7},
		"Ciudad Juárez":     {"32000", -7, -6},
		"Ojinaga":           {"32880", -6, -5},
		"Chihuahua":         {"31000", -6, -6},
		"Reynosa":           {"88500", -6, -5},
		"Piedras Negras":    {"26000", -6, -5},
		"Monterrey":         {"64000", -6, -6},
		"Ciudad Victoria":   {"87000", -6, -6},
	}
	for from, c := range map[string]*Catalog{"rules": New(), "catalogue": full(t)} {
		for name, p := range places {
			for month, want := range map[time.Month]int{time.January: p.winter, time.July: p.summer} {
				_, offset := time.Date(2026, month, 15, 12, 0, 0, 0, c.Location(p.cp)).Zone()
				if offset != want*60*60 {
					t.Errorf("%s by %s in %s: UTC%+d, want UTC%+d", name, from, month, offset/3600, want)
				}
			}
		}
	}
}
