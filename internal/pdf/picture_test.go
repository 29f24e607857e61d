package pdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"iofacturo.mx/catalogo"
)

// TestDesignsLookAsApproved holds each design against a picture somebody looked at
// (go test -update makes them anew). Both are told in cells of some 3 mm, so that the
// letters of another font pass and a part that moved does not.
func TestDesignsLookAsApproved(t *testing.T) {
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("pdftoppm is not installed (apt-get install poppler-utils): nobody looks at the designs")
	}
	for _, design := range Designs {
		path := filepath.Join("testdata", string(design)+".png")
		now := pictureOf(t, render1(t, exportUSD(), dressed(t, design)))
		if *update {
			if err := os.WriteFile(path, now, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		approved, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if off, cells := differ(t, approved, now); off*100 > cells {
			t.Errorf("%s: %d of %d cells differ from %s; look at it, and go test -update if it is right", design, off, cells, path)
		}
	}
}

func pictureOf(t *testing.T, pdf []byte) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.pdf"), pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("pdftoppm", "-r", "50", "-png", "-singlefile", "in.pdf", "page")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "page.png"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// differ counts the cells whose mean brightness is another one.
func differ(t *testing.T, a, b []byte) (off, cells int) {
	t.Helper()
	const cell, tolerance = 6, 30
	x, y := decode(t, a), decode(t, b)
	if x.Bounds() != y.Bounds() {
		return 1, 1
	}
	for top := 0; top < x.Bounds().Dy(); top += cell {
		for left := 0; left < x.Bounds().Dx(); left += cell {
			at := image.Rect(left, top, left+cell, top+cell).Intersect(x.Bounds())
			if d := brightness(x, at) - brightness(y, at); max(d, -d) > tolerance {
				off++
			}
			cells++
		}
	}
	return off, cells
}

func brightness(m image.Image, at image.Rectangle) int {
	sum := 0
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			r, g, b, _ := m.At(x, y).RGBA()
			sum += int(r+g+b) / 3 >> 8
		}
	}
	return sum / max(at.Dx()*at.Dy(), 1)
}

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestPictureIsTheFirstPageAndInert: what the screen shows is well-formed SVG with the
// words of the PDF and nothing that acts.
func TestPictureIsTheFirstPageAndInert(t *testing.T) {
	c := many(40)
	c.Receptor.Nombre = `A < B & "C" ]]> 陶`
	for _, design := range Designs {
		b, err := New(catalogo.New()).Picture(stamped(t, c), dressed(t, design))
		if err != nil {
			t.Fatal(err)
		}
		text := textOfSVG(t, b)
		for _, want := range []string{"TALLER DE CERAMICA", `A < B & "C" ]]> ?`, "1. Vajilla de talavera"} {
			if !strings.Contains(tight(text), tight(want)) {
				t.Errorf("%s does not show %q", design, want)
			}
		}
		if design != Ticket && strings.Contains(text, "40. Flete") {
			t.Errorf("%s shows more than its first page", design)
		}
		for _, active := range []string{"<script", "http://www.sat", "https:", "onload", "<a "} {
			if bytes.Contains(b, []byte(active)) {
				t.Errorf("%s contains %s", design, active)
			}
		}
	}
}

func textOfSVG(t *testing.T, b []byte) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("the SVG is not well-formed: %v", err)
		}
		if chars, ok := token.(xml.CharData); ok {
			text.Write(chars)
			text.WriteByte(' ')
		}
	}
}
