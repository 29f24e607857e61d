package pdf

import (
	"os"
	"path/filepath"
	"testing"

	"iofacturo.mx/catalogo"
)

// TestGallery writes samples to look at where IOFACTURO_GALLERY names a folder.
func TestGallery(t *testing.T) {
	dir := os.Getenv("IOFACTURO_GALLERY")
	draft, err := New(catalogo.New()).Draft(factura(), girasoles)
	if err != nil {
		t.Fatal(err)
	}
	test, cancelled := girasoles, girasoles
	test.Test, test.Notas = true, "Gracias por tu compra.\nBBVA 012 650 00123456789 0"
	cancelled.State = "cancelado"
	for name, b := range map[string][]byte{
		"normal": render1(t, factura(), girasoles), "many": render1(t, many(32), test), "draft": draft,
		"usd": render1(t, exportUSD(), test), "long": render1(t, longTexts(), Options{}), "cancelled": render1(t, factura(), cancelled),
	} {
		if len(b) < 1000 {
			t.Errorf("%s: only %d bytes", name, len(b))
		}
		if dir == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
