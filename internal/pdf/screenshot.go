package pdf

import (
	"bytes"
	"image/jpeg"
)

// What a picture of a screen may be: the file as it comes, and the box it is made to fit.
const (
	MaxScreenshotBytes = 5 << 20
	screenW, screenH   = 1920, 1920
	screenQuality      = 80

	// MaxThumbnailBytes is how large the small picture of a product is at most.
	MaxThumbnailBytes = 60_000
	thumbW, thumbH    = 320, 320
)

// ReadScreenshot makes a JPEG out of a picture somebody sends, as [ReadLogo] makes a
// logo: nothing else of the file is kept.
func ReadScreenshot(file []byte) ([]byte, error) {
	decoded, err := decodePicture(file, MaxScreenshotBytes, "la captura")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, shrink(decoded, screenW, screenH), &jpeg.Options{Quality: screenQuality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ReadThumbnail makes the small JPEG of a product out of a picture somebody sends, as
// [ReadScreenshot] does: within 320 × 320 points and [MaxThumbnailBytes].
func ReadThumbnail(file []byte) ([]byte, error) {
	decoded, err := decodePicture(file, MaxScreenshotBytes, "la imagen")
	if err != nil {
		return nil, err
	}
	small := shrink(decoded, thumbW, thumbH)
	for quality := 85; ; quality -= 15 {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if out.Len() <= MaxThumbnailBytes || quality <= 10 {
			return out.Bytes(), nil
		}
	}
}
