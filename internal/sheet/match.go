package sheet

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Column is one that whoever reads a table asks for.
type Column struct {
	Key      string   // how its value is called in code
	Label    string   // as in the template
	Words    []string // other headings people write over it
	Required bool     // without it no row can be told from another
	Help     string   // for the template: what goes in
	Example  string
}

// Fold makes a heading comparable: without accents, case, signs and blanks.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(s))
}

// Match says for each column which cell of head stands over it, -1 for none. No
// cell is taken twice; a label counts before a synonym.
func Match(columns []Column, head []string) []int {
	match, taken := make([]int, len(columns)), map[int]bool{}
	folded := make([]string, len(head))
	for i, h := range head {
		folded[i] = Fold(h)
	}
	for i := range match {
		match[i] = -1
	}
	find := func(i int, word string) {
		for at, h := range folded {
			if match[i] < 0 && !taken[at] && h != "" && h == Fold(word) {
				match[i], taken[at] = at, true
			}
		}
	}
	for i, c := range columns {
		find(i, c.Label)
		find(i, c.Key)
	}
	for i, c := range columns {
		for _, word := range c.Words {
			find(i, word)
		}
	}
	return match
}

// Head returns which of the first rows holds the headings: the one with most
// columns by name, else the first. -1 when there are no rows.
func Head(rows []Row, columns []Column) int {
	best, most := min(0, len(rows)-1), 0
	for i := range min(len(rows), aboveHead) {
		found := 0
		for _, at := range Match(columns, rows[i].Cells) {
			if at >= 0 {
				found++
			}
		}
		if found > most {
			best, most = i, found
		}
	}
	return best
}
