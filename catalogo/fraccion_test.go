package catalogo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const fraccionHead = "fraccion\ttexto\tvigencia_desde\tvigencia_hasta\tunidad\n"

// TestFraccionArancelaria comes from a folder, or from the one of its complement.
func TestFraccionArancelaria(t *testing.T) {
	text := fraccionHead + "8481809900\tLos demás\t2024-01-18\t\t01\n0101210100\t" + strings.Repeat("ñ", 400) + "\t2024-01-18\t2024-03-22\t07\n"
	for _, sub := range []string{"", "comercioexterior20"} {
		src, dir := t.TempDir(), t.TempDir()
		if err := os.MkdirAll(filepath.Join(src, sub), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(src, sub, "c_FraccionArancelaria.tsv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Import(src, dir); err != nil {
			t.Fatal(err)
		}
		c, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := c.FraccionArancelaria("8481809900")
		if diff := cmp.Diff(FraccionArancelaria{Entry{"8481809900", "Los demás", "2024-01-18", ""}, "01"}, got); !ok || diff != "" {
			t.Error(diff)
		}
		got, ok = c.FraccionArancelaria("0101210100")
		if !ok || got.Texto != strings.Repeat("ñ", longestFraccion) || got.InForce("2024-03-23") || !got.InForce("2024-03-22") {
			t.Errorf("%v %+v", ok, got)
		}
		if _, ok := c.FraccionArancelaria("8481809901"); ok || !c.Full("FraccionArancelaria") {
			t.Error("a fraction that is none is found, or the catalogue is not whole")
		}
	}
	c := New()
	if _, ok := c.FraccionArancelaria("8481809900"); ok || c.Full("FraccionArancelaria") {
		t.Error("a fraction is known without its catalogue")
	}
	for _, bad := range []string{"848180990\tx\t2024-01-18\t\t01", "8481809900\tx\t2024-01-18\t\t1", "8481809900\tx\tayer\t\t01"} {
		src := t.TempDir()
		if err := os.WriteFile(filepath.Join(src, "c_FraccionArancelaria.tsv"), []byte(fraccionHead+bad+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Import(src, t.TempDir()); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
