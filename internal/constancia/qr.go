package constancia

import (
	"bytes"
	"compress/zlib"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"regexp"
	"strconv"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"iofacturo.mx/internal/fail"
)

const (
	maxUnpacked = 40 << 20 // bytes of all streams of a file together
	maxStreams  = 2000
	maxImages   = 12
	maxPixels   = 4_000_000
)

// A stream is one of a PDF: its dictionary as written and its bytes as packed.
type stream struct{ dict, data []byte }

// streams finds the streams of a file without following any reference.
func streams(file []byte) []stream {
	var out []stream
	for from := 0; len(out) < maxStreams; {
		i := bytes.Index(file[from:], []byte("stream"))
		if i < 0 {
			break
		}
		at := from + i
		from = at + len("stream")
		if at >= 3 && string(file[at-3:at]) == "end" {
			continue
		}
		body := bytes.TrimPrefix(file[from:], []byte("\r"))
		body = bytes.TrimPrefix(body, []byte("\n"))
		end := bytes.Index(body, []byte("endstream"))
		if end < 0 {
			end = len(body)
		}
		head := file[max(0, at-4096):at]
		if obj := bytes.LastIndex(head, []byte(" obj")); obj >= 0 {
			head = head[obj:]
		}
		out = append(out, stream{head, body[:end]})
	}
	return out
}

// bounded refuses a file whose streams unpack to more than a Constancia may hold.
func bounded(file []byte) error {
	left := int64(maxUnpacked)
	all := streams(file)
	for _, s := range all {
		if !bytes.Contains(s.dict, []byte("FlateDecode")) {
			continue
		}
		z, err := zlib.NewReader(bytes.NewReader(s.data))
		if err != nil {
			continue // the parser will say so where it needs it
		}
		n, _ := io.Copy(io.Discard, io.LimitReader(z, left+1))
		if left -= n; left < 0 {
			break
		}
	}
	if left < 0 || len(all) == maxStreams {
		return fail.New(fail.Invalid, "Este PDF guarda demasiado para ser una Constancia. No se guardó nada.")
	}
	return nil
}

var address = regexp.MustCompile(`https?://[a-z.]*sat\.gob\.mx/[^\s()<>"]*D3=[0-9]{8,14}_[A-ZÑ&0-9]{12,13}`)

// addresses are those of a cédula that the file holds: in links, in its text, and in
// the QR codes among its pictures.
func addresses(file []byte, text string) []string {
	out := address.FindAllString(text, 4)
	for _, b := range address.FindAll(file, 4) {
		out = append(out, string(b))
	}
	seen := 0
	for _, s := range streams(file) {
		if !bytes.Contains(s.dict, []byte("/Image")) {
			continue
		}
		if seen++; seen > maxImages {
			break
		}
		img := pictureOf(s)
		code := codeIn(img)
		if gray, ok := img.(*image.Gray); ok && code == "" { // of a palette only the numbers are looked at
			for i := range gray.Pix {
				gray.Pix[i] = ^gray.Pix[i]
			}
			code = codeIn(gray)
		}
		if code != "" {
			out = append(out, code)
		}
	}
	return out
}

// codeIn reads the QR code of a picture; "" when there is none.
func codeIn(img image.Image) (text string) {
	if img == nil {
		return ""
	}
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return ""
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return ""
	}
	return found.GetText()
}

// pictureOf unpacks a picture: JPEG, or gray, colour or one bit a pixel packed with
// Flate, as PDF writers make them. Nil for others.
func pictureOf(s stream) image.Image {
	if bytes.Contains(s.dict, []byte("DCTDecode")) {
		about, err := jpeg.DecodeConfig(bytes.NewReader(s.data))
		if err != nil || about.Width*about.Height > maxPixels {
			return nil
		}
		img, err := jpeg.Decode(bytes.NewReader(s.data))
		if err != nil {
			return nil
		}
		return img
	}
	w, h := number(s.dict, "Width"), number(s.dict, "Height")
	bits, colors := number(s.dict, "BitsPerComponent"), 1
	if bytes.Contains(s.dict, []byte("DeviceRGB")) && !bytes.Contains(s.dict, []byte("Indexed")) {
		colors = 3
	}
	if w < 20 || h < 20 || w > maxPixels/h || bits != 1 && bits != 8 || !bytes.Contains(s.dict, []byte("FlateDecode")) {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(s.data))
	if err != nil {
		return nil
	}
	stride, extra := (w*colors*bits+7)/8, 0
	if number(s.dict, "Predictor") >= 10 {
		extra = 1
	}
	rows := make([]byte, (stride+extra)*h)
	if _, err := io.ReadFull(z, rows); err != nil {
		return nil
	}
	if extra == 1 {
		rows = unfiltered(rows, stride, max(colors*bits/8, 1))
	}
	return grayOf(rows, w, h, stride, bits, colors)
}

func grayOf(rows []byte, w, h, stride, bits, colors int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		row := rows[y*stride : (y+1)*stride]
		for x := range w {
			v := byte(0)
			if bits == 1 {
				v = 255 * (row[x/8] >> (7 - x%8) & 1)
			} else {
				v = row[x*colors]
			}
			img.SetGray(x, y, color.Gray{Y: v})
		}
	}
	return img
}

// unfiltered undoes the predictors of PNG (RFC 2083 §6), row by row.
func unfiltered(rows []byte, stride, unit int) []byte {
	out := make([]byte, 0, len(rows))
	above := make([]byte, stride)
	for at := 0; at+stride < len(rows); at += stride + 1 {
		kind, row := rows[at], rows[at+1:at+1+stride]
		for i := range row {
			var left, corner byte
			if i >= unit {
				left, corner = row[i-unit], above[i-unit]
			}
			switch kind {
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += nearest(left, above[i], corner)
			}
		}
		out, above = append(out, row...), row
	}
	return out
}

// nearest is PNG's Paeth predictor.
func nearest(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	off := func(x byte) int { return max(p-int(x), int(x)-p) }
	switch {
	case off(a) <= off(b) && off(a) <= off(c):
		return a
	case off(b) <= off(c):
		return b
	}
	return c
}

// number reads an entry of a dictionary that is a small number; 0 for none.
func number(dict []byte, key string) int {
	_, rest, ok := bytes.Cut(dict, []byte("/"+key))
	if !ok {
		return 0
	}
	rest = bytes.TrimLeft(rest, " \r\n")
	end := 0
	for end < len(rest) && end < 6 && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(string(rest[:end]))
	return n
}
