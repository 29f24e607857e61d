package pdf

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
)

func pngOf(tb testing.TB, m image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestLogoIsMadeAnew(t *testing.T) {
	clear := image.NewNRGBA64(image.Rect(0, 0, 3000, 200)) // all transparent: white on paper
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewYCbCr(image.Rect(0, 0, 100, 900), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	small := pngOf(t, image.NewGray(image.Rect(0, 0, 40, 40)))
	for name, tt := range map[string]struct {
		file []byte
		w, h int
	}{
		"wide": {pngOf(t, clear), 640, 42}, "tall photo": {photo.Bytes(), 35, 320}, "small stays": {small, 40, 40},
		"palette": {pngOf(t, image.NewPaletted(image.Rect(0, 0, 20, 20), color.Palette{color.Black, color.Transparent})), 20, 20},
	} {
		logo, err := ReadLogo(tt.file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m := decode(t, logo)
		if got := m.Bounds().Size(); got != image.Pt(tt.w, tt.h) {
			t.Errorf("%s became %v, want %d × %d", name, got, tt.w, tt.h)
		}
		if kind := logo[25]; kind != 2 { // IHDR: colour type RGB, which the PDF takes as it is
			t.Errorf("%s has colour type %d", name, kind)
		}
	}
	logo, err := ReadLogo(pngOf(t, clear))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := decode(t, logo).At(5, 5).RGBA(); r != 0xffff || g != 0xffff || b != 0xffff {
		t.Error("what was transparent is not white")
	}
}

func TestLogoRefusesWhatIsNone(t *testing.T) {
	whole := pngOf(t, image.NewGray(image.Rect(0, 0, 200, 200)))
	for name, tt := range map[string]struct {
		file []byte
		says string
	}{
		"empty": {nil, "vacío"}, "svg": {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "SVG"},
		"pdf": {[]byte("%PDF-1.4"), "no es una imagen"}, "text": {[]byte("logo.png"), "no es una imagen"}, "html": {[]byte("<html><body>logo"), "no es una imagen"},
		"gif": {[]byte("GIF89a\x10\x00\x10\x00"), "otro tipo"}, "webp": {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "otro tipo"},
		"forty megapixels": {claims(8000, 5000), "8000 × 5000"}, "a bomb": {claims(30000, 30000), "demasiado grande"}, "dot": {claims(1, 400), "demasiado chica"},
		"cut short": {whole[:len(whole)-20], "dañada"}, "head alone": {whole[:20], "dañada"}, "heavy": {append(whole, make([]byte, MaxLogoBytes)...), "2 MB"},
	} {
		_, err := ReadLogo(tt.file)
		if fail.KindOf(err) != fail.Invalid || !strings.Contains(fail.MessageOf(err), tt.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// claims is a PNG that says it is so large, and holds nothing.
func claims(w, h uint32) []byte {
	head := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(head[4:], w)
	binary.BigEndian.PutUint32(head[8:], h)
	head[12], head[13] = 8, 2
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

func FuzzReadLogo(f *testing.F) {
	f.Add(claims(30, 30))
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Add(pngOf(f, image.NewGray(image.Rect(0, 0, 20, 20))))
	f.Fuzz(func(t *testing.T, file []byte) {
		logo, err := ReadLogo(file)
		if err != nil {
			if fail.KindOf(err) != fail.Invalid {
				t.Fatal(err)
			}
			return
		}
		if size := decode(t, logo).Bounds().Size(); size.X > logoBoxW || size.Y > logoBoxH {
			t.Fatalf("the logo is %v", size)
		}
	})
}
