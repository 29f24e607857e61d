package pdf

import (
	"math"
	"strconv"
)

type colour [3]uint8

var (
	ink     = colour{0x22, 0x1e, 0x19}
	inkSoft = colour{0x57, 0x50, 0x45}
	inkPale = colour{0x6c, 0x64, 0x58}
	accent  = colour{0x9a, 0x4a, 0x00}
	warnInk = colour{0x7a, 0x3a, 0x00}
	warnBg  = colour{0xfd, 0xee, 0xdb}
	headBg  = colour{0xf4, 0xef, 0xe5}
	hair    = colour{0xe5, 0xdf, 0xd3}
	rule    = colour{0xcf, 0xc6, 0xb6}
	ghost   = colour{0xf1, 0xec, 0xe4} // SIN VALIDEZ FISCAL behind the text
	ghostRd = colour{0xf8, 0xdc, 0xd6} // CANCELADO behind the text
	dark    = colour{0x11, 0x11, 0x11}
	white   = colour{0xff, 0xff, 0xff}
	black   = colour{}
)

// legible is the least contrast of small text (WCAG 2.2, 1.4.3).
const legible = 4.5

// parseColour reads #rrggbb; anything else is the house's accent.
func parseColour(text string) colour {
	n, err := strconv.ParseUint(text[min(1, len(text)):], 16, 32)
	if !hexColour.MatchString(text) || err != nil {
		return accent
	}
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}

// luminance is the relative luminance of WCAG 2.2, 0 to 1.
func (c colour) luminance() float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// upon is what text upon c is written in: white, or black where white is too pale.
func upon(c colour) colour {
	if contrast(white, c) >= legible {
		return white
	}
	return black
}

// onPaper is c as text and thin rules on white can bear it: darker where it is
// too pale to be read.
func (c colour) onPaper() colour {
	for contrast(c, white) < legible {
		for i, v := range c {
			c[i] = uint8(int(v) * 19 / 20)
		}
	}
	return c
}

// tint is a trace of c on white: a ground that dark text is read on.
func (c colour) tint() colour {
	var out colour
	for i, v := range c {
		out[i] = uint8(255 - (255-int(v))/10)
	}
	return out
}
