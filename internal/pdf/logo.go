package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // what a logo may come as
	"image/png"
	"net/http"
	"strings"

	"iofacturo.mx/internal/fail"
)

// What a logo may be: the file as it comes, its pixels, and the box it is made to fit,
// which prints sharp at the largest size of any design.
const (
	MaxLogoBytes       = 2 << 20
	maxLogoPixels      = 16_000_000
	minLogoSide        = 16
	logoBoxW, logoBoxH = 640, 320
)

// ReadLogo makes the logo of a company out of a file somebody sends: PNG or JPEG told
// by its content, measured before it is decoded, scaled down, without transparency (paper
// is white), and written anew, so that nothing else of the file is kept. What it is not
// is fail.Invalid with the reason.
func ReadLogo(file []byte) ([]byte, error) {
	decoded, err := decodePicture(file, MaxLogoBytes, "tu logotipo")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	best := png.Encoder{CompressionLevel: png.BestCompression}
	if err := best.Encode(&out, shrink(decoded, logoBoxW, logoBoxH)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// decodePicture reads what ReadLogo and ReadScreenshot take, of at most so many bytes.
func decodePicture(file []byte, most int, what string) (image.Image, error) {
	if len(file) == 0 {
		return nil, fail.New(fail.Invalid, "El archivo está vacío. Elige "+what+" en PNG o JPG.")
	}
	if len(file) > most {
		return nil, fail.New(fail.Invalid, fmt.Sprintf("El archivo pesa más de %d MB. Guárdalo más chico y vuelve a subirlo.", most>>20))
	}
	switch kind := http.DetectContentType(file); {
	case kind == "image/png", kind == "image/jpeg":
	case bytes.Contains(bytes.ToLower(file[:min(len(file), 1024)]), []byte("<svg")):
		return nil, fail.New(fail.Invalid, "Es un SVG y aquí no se puede usar. Guárdalo como PNG y súbelo.")
	case strings.HasPrefix(kind, "image/"):
		return nil, fail.New(fail.Invalid, "Es una imagen de otro tipo. Guárdala como PNG o JPG y súbela.")
	default:
		return nil, fail.New(fail.Invalid, "El archivo no es una imagen. Elige "+what+" en PNG o JPG.")
	}
	about, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, errBroken
	}
	switch {
	case about.Width*about.Height > maxLogoPixels:
		return nil, fail.New(fail.Invalid, fmt.Sprintf("La imagen mide %d × %d puntos y es demasiado grande. Con 640 de ancho se imprime bien.", about.Width, about.Height))
	case about.Width < minLogoSide, about.Height < minLogoSide:
		return nil, fail.New(fail.Invalid, "La imagen es demasiado chica para imprimirse. Sube una de al menos 200 puntos de ancho.")
	}
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, errBroken
	}
	return decoded, nil
}

var errBroken = fail.New(fail.Invalid, "La imagen está dañada y no se puede leer. Guárdala de nuevo y vuelve a subirla.")

// opaque is an image that says it has no transparency, so that it is written as
// plain RGB, which the PDF takes as it is.
type opaque struct{ *image.RGBA }

func (opaque) Opaque() bool { return true }

// shrink lays the picture on white and scales it down into the box, each new point
// the mean of those it stands for.
func shrink(from image.Image, boxW, boxH int) image.Image {
	size := from.Bounds().Size()
	w, h := size.X, size.Y
	if w > boxW {
		w, h = boxW, max(1, h*boxW/w)
	}
	if h > boxH {
		w, h = max(1, w*boxH/h), boxH
	}
	// One band of the source at a time: the whole of it in RGBA would be 64 MB more.
	out, band := image.NewRGBA(image.Rect(0, 0, w, h)), image.NewRGBA(image.Rect(0, 0, size.X, size.Y/h+2))
	for y := range h {
		y0, y1 := y*size.Y/h, max((y+1)*size.Y/h, y*size.Y/h+1)
		rows := image.Rect(0, 0, size.X, y1-y0)
		draw.Draw(band, rows, image.White, image.Point{}, draw.Src)
		draw.Draw(band, rows, from, from.Bounds().Min.Add(image.Pt(0, y0)), draw.Over)
		for x := range w {
			out.SetRGBA(x, y, mean(band, x*size.X/w, max((x+1)*size.X/w, x*size.X/w+1), y1-y0))
		}
	}
	return opaque{out}
}

// mean is the mean of the points of band from x0 to x1 in its first rows.
func mean(band *image.RGBA, x0, x1, rows int) color.RGBA {
	var sum [3]int
	for y := range rows {
		for x := x0; x < x1; x++ {
			p := band.Pix[band.PixOffset(x, y):]
			sum[0], sum[1], sum[2] = sum[0]+int(p[0]), sum[1]+int(p[1]), sum[2]+int(p[2])
		}
	}
	n := rows * (x1 - x0)
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255}
}
