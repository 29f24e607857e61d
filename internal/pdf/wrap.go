package pdf

import "strings"

// wrap breaks text into encoded lines no wider than w. Line breaks of the text
// are kept; a word wider than the line is broken where it must.
func (d *drawing) wrap(s style, w float64, text string) []string {
	if !strings.ContainsAny(text, "\r\n") {
		return d.wrapLine(s, w, d.encode(text))
	}
	var lines []string
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, d.wrapLine(s, w, d.encode(paragraph))...)
	}
	return lines
}

func (d *drawing) wrapLine(s style, w float64, encoded string) []string {
	if d.measure(s, encoded) <= w {
		return []string{encoded}
	}
	var lines []string
	for encoded != "" {
		n := d.fits(s, w, encoded)
		lines = append(lines, strings.TrimRight(encoded[:n], " "))
		encoded = strings.TrimLeft(encoded[n:], " ")
	}
	return lines
}

// fits returns how many bytes of encoded go on a line of w: up to the last
// space if there is one (but a line shall not begin with the dot of a list), else as many as fit, one at least.
func (d *drawing) fits(s style, w float64, encoded string) int {
	table, most := &d.metrics[s.font], w/(s.size*mmPerPoint)
	used, space := 0.0, 0
	for i := range len(encoded) {
		if encoded[i] == ' ' && !strings.HasPrefix(encoded[i+1:], "\xb7") {
			space = i
		}
		used += table[encoded[i]]
		if used <= most {
			continue
		}
		if space > 0 {
			return space
		}
		return max(i, 1)
	}
	return len(encoded)
}

// first keeps the first n of lines; what is left out shows as an ellipsis.
func first(lines []textLine, n int) []textLine {
	if len(lines) <= n {
		return lines
	}
	return append(lines[:n-1:n-1], textLine{lines[n-1].style, ellipsis})
}
