package pdf

import (
	"os"
	"path/filepath"
	"testing"
)

// TestGallery writes the samples to look at where IOFACTURO_GALLERY names a
// folder; what they say is checked by TestGoldenText.
func TestGallery(t *testing.T) {
	dir := os.Getenv("IOFACTURO_GALLERY")
	for name, b := range samples(t) {
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
