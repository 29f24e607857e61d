package catalogo

import (
	"bytes"
	"slices"
	"strings"
)

// typed are the words people type for one key of the everyday set, folded.
type typed struct {
	clave   string
	phrases []string // each with a space before and after every word
}

func typedWords(rows []everyday) []typed {
	out := make([]typed, 0, len(rows))
	for _, e := range rows {
		t := typed{clave: e.clave, phrases: []string{padded(foldWords(e.texto))}}
		for phrase := range strings.SplitSeq(e.typed, "|") {
			if phrase != "" {
				t.phrases = append(t.phrases, padded(dropStopwords(foldWords(phrase))))
			}
		}
		out = append(out, t)
	}
	return out
}

// query is what was typed, ready to be compared.
type query struct {
	words []string // folded, no stopwords
	last  string   // the last word as typed, folded but not stemmed
}

const (
	maxQueryBytes = 200
	maxQueryWords = 8
)

func parseQuery(s string) query {
	s = s[:min(len(s), maxQueryBytes)]
	words := foldWords(s)
	if kept := dropStopwords(words); len(kept) > 0 {
		words = kept
	}
	words = words[:min(len(words), maxQueryWords)]
	return query{words: words, last: lastTyped(s)}
}

// lastTyped is the last word without its plural taken off: somebody may still be
// writing it ("luz" on the way to "luzca").
func lastTyped(s string) string {
	fields := strings.Fields(strings.Map(foldRune, s))
	if len(fields) == 0 {
		return ""
	}
	return fields[len(fields)-1]
}

func dropStopwords(words []string) []string {
	kept := make([]string, 0, len(words))
	for _, w := range words {
		if !isStopword(w) {
			kept = append(kept, w)
		}
	}
	return kept
}

// matches counts the words of q found in text, folded and padded. All but the
// last must be whole.
func (q query) matches(text []byte) int {
	n := 0
	for i, w := range q.words {
		if i < len(q.words)-1 {
			n += found(text, " "+w+" ")
		} else if found(text, q.start()) == 1 || found(text, " "+q.last) == 1 {
			n++
		}
	}
	return n
}

// start is how a word that the last one may become starts. One in z was folded to
// c ("luz" is kept as "luc"), which starts other words: it must be whole.
func (q query) start() string {
	w := q.words[len(q.words)-1]
	if strings.HasPrefix(q.last, w) {
		return " " + w
	}
	return " " + w + " "
}

func found(text []byte, word string) int {
	if bytes.Contains(text, []byte(word)) {
		return 1
	}
	return 0
}

// hit is a row and how well it fits: less is better.
type hit struct{ row, rank int }

// Ranks of a hit, best first; rows of one rank are ordered by length of text.
const (
	rankPhrase   = iota << 16 // what people type, word for word
	rankStart                 // the start of what people type
	rankEveryday              // all words in one thing people type
	rankText                  // all words in the official text
	rankPart                  // some words
)

// search returns the rows of b that fit what was typed, best first, at most n.
func search(b *blob, known []typed, s string, n int) []int {
	if key := strings.TrimSpace(s); isKey(key) {
		return byPrefix(b, key, n)
	}
	q := parseQuery(s)
	if len(q.words) == 0 || n <= 0 {
		return nil
	}
	hits := searchTyped(b, known, q)
	hits = append(hits, searchRows(b, q)...)
	slices.SortStableFunc(hits, func(x, y hit) int { return x.rank - y.rank })
	out := make([]int, 0, n)
	for _, h := range hits {
		if len(out) < n && !slices.Contains(out, h.row) {
			out = append(out, h.row)
		}
	}
	return out
}

// isKey tells digits, which start a ClaveProdServ, from words.
func isKey(s string) bool {
	return len(s) >= 2 && strings.Trim(s, "0123456789") == ""
}

func byPrefix(b *blob, key string, n int) []int {
	var out []int
	for i := b.seek(key); i < b.len() && len(out) < n && bytes.HasPrefix(b.key(i), []byte(key)); i++ {
		out = append(out, i)
	}
	return out
}

func searchTyped(b *blob, known []typed, q query) []hit {
	var hits []hit
	whole := padded(q.words)
	for _, t := range known {
		rank := rankTyped(t, q, whole)
		if rank < 0 {
			continue
		}
		if row, ok := b.find(t.clave); ok {
			hits = append(hits, hit{row, rank})
		}
	}
	return hits
}

func rankTyped(t typed, q query, whole string) int {
	best := -1
	for _, phrase := range t.phrases {
		rank := -1
		switch {
		case phrase == whole:
			rank = rankPhrase + classRank(t.clave)
		case strings.HasPrefix(phrase, strings.TrimSuffix(whole, " ")):
			rank = rankStart + len(phrase)
		case q.matches([]byte(phrase)) == len(q.words):
			rank = rankEveryday + len(phrase)
		}
		if rank >= 0 && (best < 0 || rank < best) {
			best = rank
		}
	}
	return best
}

// classRank puts a whole class of products (…00) after those in it.
func classRank(clave string) int {
	if len(clave) == 8 && strings.HasSuffix(clave, "00") {
		return 1
	}
	return 0
}

// searchRows scans the catalogue for the rarest word, which is nearly always the
// longest, and weighs the rows that have it. Only when no row has all the words
// do the others get their turn.
func searchRows(b *blob, q query) []hit {
	order := slices.Clone(q.words)
	slices.SortStableFunc(order, func(x, y string) int { return len(y) - len(x) })
	var part []hit
	for i, w := range order {
		if i == 3 { // a query this long has said enough
			break
		}
		all, some := scan(b, q, w)
		if len(all) > 0 {
			return all
		}
		part = append(part, some...)
	}
	return part
}

// scan visits every row with a word that starts with w.
func scan(b *blob, q query, w string) (all, some []hit) {
	pattern := []byte(" " + w)
	if w == q.words[len(q.words)-1] {
		pattern = []byte(q.start())
	}
	for at := 0; ; {
		i := bytes.Index(b.text[at:], pattern)
		if i < 0 {
			return all, some
		}
		row := b.rowAt(at + i)
		at = int(b.texts[row+1])
		words := b.words(row)
		n := q.matches(words)
		switch {
		case n == len(q.words):
			all = append(all, hit{row, rankText + rankRow(words, q)})
		case n > 0:
			some = append(some, hit{row, rankPart + 1<<12*(len(q.words)-n) + rankRow(words, q)})
		}
	}
}

// rankRow prefers a row that starts with the first word typed, then a short one.
func rankRow(words []byte, q query) int {
	rank := min(len(words), 1<<11-1)
	if !bytes.HasPrefix(words, []byte(" "+q.words[0])) {
		rank += 1 << 10
	}
	return rank
}
