package constancia

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
)

var dayShape = regexp.MustCompile(`\d{2}/\d{2}/\d{4}`)

// small are the words that years and layouts add or leave out.
var small = []string{"regimen", "de", "del", "la", "las", "los", "el", "las", "personas", "fisicas", "con", "por", "a", "e", "y", "o"}

// telling are the words of a text that tell one regime from another.
func telling(text string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(fold(text), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r == 'ñ') }), func(w string) bool { return slices.Contains(small, w) })
}

// A word of the table of regimes and the line it stands in.
type word struct {
	text string
	line int
}

// regimesOf finds the regimes in the table of the file: each that c_RegimenFiscal has
// for this kind of person, whose words stand there one after the other and whose line
// has no day of ending. The words that are left over are told by line.
func regimesOf(lines []string, moral bool, cat *catalogo.Catalog) (keys, unknown []string) {
	table := tableOf(lines)
	var words []word
	for i, line := range table {
		for _, w := range telling(dayShape.ReplaceAllString(line, " ")) {
			words = append(words, word{w, i})
		}
	}
	type found struct {
		key      string
		from, to int
	}
	var all []found
	for _, row := range cat.RegimenesFiscales() {
		want := telling(row.Texto)
		if len(want) == 0 || moral && !row.Moral || !moral && !row.Fisica {
			continue
		}
		for from := range words {
			if from+len(want) <= len(words) && slices.EqualFunc(words[from:from+len(want)], want, func(w word, s string) bool { return w.text == s }) {
				all = append(all, found{row.Clave, from, from + len(want)})
			}
		}
	}
	// The longest reading of a place is the one meant: platforms are not business alone.
	slices.SortStableFunc(all, func(a, b found) int { return (b.to - b.from) - (a.to - a.from) })
	taken := make([]bool, len(words))
	var good []found
	for _, f := range all {
		if slices.Contains(taken[f.from:f.to], true) {
			continue
		}
		for i := f.from; i < f.to; i++ {
			taken[i] = true
		}
		good = append(good, f)
	}
	slices.SortFunc(good, func(a, b found) int { return a.from - b.from })
	for _, f := range good {
		days := 0
		for line := words[f.from].line; line <= words[f.to-1].line; line++ {
			days += len(dayShape.FindAllString(table[line], -1))
		}
		if days < 2 && !slices.Contains(keys, f.key) {
			keys = append(keys, f.key)
		}
	}
	for i, w := range words {
		if !taken[i] && (i == 0 || taken[i-1] || words[i-1].line != w.line) {
			unknown = append(unknown, strings.TrimSpace(dayShape.ReplaceAllString(table[w.line], "")))
		}
	}
	return keys, slices.Compact(unknown)
}

// tableOf are the lines between the heading Regímenes and the next part.
func tableOf(lines []string) []string {
	var out []string
	inside := false
	for _, line := range lines {
		plain := fold(line)
		switch {
		case strings.HasPrefix(plain, "regimenes"):
			inside, out = true, nil
		case !inside:
		case strings.HasPrefix(plain, "obligaciones"), strings.HasPrefix(plain, "sus datos personales"), strings.HasPrefix(plain, "cadena original"),
			strings.HasPrefix(plain, "actividades economicas"), strings.HasPrefix(plain, "pagina"):
			inside = false
		case strings.HasPrefix(plain, "regimen fecha"), plain == "regimen", strings.HasPrefix(plain, "fecha inicio"):
		default:
			out = append(out, line)
		}
	}
	return out
}

// emissionOf reads the day of issue: "PUEBLA, PUEBLA A 05 DE ENERO DE 2023", or the one
// in the sealed line.
func emissionOf(all string) time.Time {
	if m := emission.FindStringSubmatch(fold(all)); m != nil {
		day, _ := strconv.Atoi(m[1])
		year, _ := strconv.Atoi(m[3])
		if month := slices.Index(months, m[2]); month >= 0 && day >= 1 && day <= 31 {
			return time.Date(year, time.Month(month+1), day, 0, 0, 0, 0, time.UTC)
		}
	}
	if m := sealedDay.FindStringSubmatch(all); m != nil {
		if t, err := time.Parse("2006/01/02", m[1]); err == nil {
			return t
		}
	}
	return time.Time{}
}

var sealedDay = regexp.MustCompile(`\|\|(\d{4}/\d{2}/\d{2})`)
