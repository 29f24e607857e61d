package catalogo

import (
	"math/bits"
	"slices"
	"strings"
)

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
func (q query) matches(text string) int {
	n := 0
	for i := range q.words {
		if q.has(text, i) {
			n++
		}
	}
	return n
}

// has reports whether text has word i of q.
func (q query) has(text string, i int) bool {
	if i < len(q.words)-1 {
		return strings.Contains(text, " "+q.words[i]+" ")
	}
	return strings.Contains(text, q.start()) || strings.Contains(text, " "+q.last)
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

// patterns are what to look for to find word i of q.
func (q query) patterns(i int) []string {
	if i < len(q.words)-1 {
		return []string{" " + q.words[i] + " "}
	}
	if start := q.start(); start != " "+q.last {
		return []string{start, " " + q.last}
	}
	return []string{" " + q.last}
}

// weights say how much each word of q tells, by how few of n texts have it; the
// first one names the thing and tells more.
func (q query) weights(n int, having []int) []int {
	out := make([]int, len(q.words))
	for i := range out {
		out[i] = bits.Len(uint(n/(having[i]+1))) + 1
	}
	out[0] += out[0] / 2
	return out
}

// hit is a row and how well it fits: less is better.
type hit struct{ row, rank int }

// Ranks of a hit, best first; rows of one rank are ordered by length of text.
const (
	rankPhrase = iota << 20 // what people type, word for word
	rankStart               // the start of what people type
	rankSpoken              // all words in one thing people type
	rankAcross              // all words among the things people type
	rankText                // all words in the official text
	rankPart                // some words, those that tell most first
)

// search returns the rows of b that fit what was typed, best first, at most n.
func search(b *blob, known *spoken, s string, n int) []int {
	if key := strings.TrimSpace(s); isKey(key) {
		return byPrefix(b, key, n)
	}
	q := parseQuery(s)
	if len(q.words) == 0 || n <= 0 {
		return nil
	}
	q = known.correct(b, q)
	hits, weights := known.search(b, q)
	hits = append(hits, searchRows(b, q, weights)...)
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
	for i := b.seek(key); i < b.len() && len(out) < n && strings.HasPrefix(b.key(i), key); i++ {
		out = append(out, i)
	}
	return out
}

// searchRows scans the catalogue for the rarest word, which is nearly always the
// longest, and weighs the rows that have it. Only when no row has all the words
// do the others get their turn.
func searchRows(b *blob, q query, weights []int) []hit {
	order := slices.Clone(q.words)
	slices.SortStableFunc(order, func(x, y string) int { return len(y) - len(x) })
	var part []hit
	for i, w := range order {
		if i == 3 { // a query this long has said enough
			break
		}
		all, some := scan(b, q, w, weights)
		if len(all) > 0 {
			return all
		}
		part = append(part, some...)
	}
	return part
}

// scan visits every row with a word that starts with w.
func scan(b *blob, q query, w string, weights []int) (all, some []hit) {
	pattern := " " + w
	if w == q.words[len(q.words)-1] {
		pattern = q.start()
	}
	for at := 0; ; {
		i := strings.Index(b.text[at:], pattern)
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
			some = append(some, hit{row, partly(q, words, weights) + rankRow(words, q)})
		}
	}
}

// partly ranks a text that has some of the words of q: by the share that those it
// has not would tell, in 256ths.
func partly(q query, text string, weights []int) int {
	missing, all := 0, 0
	for i, w := range weights {
		all += w
		if !q.has(text, i) {
			missing += w
		}
	}
	return rankPart + (missing<<8/all)<<12
}

// rankRow prefers a row that starts with the first word typed, then a short one.
func rankRow(words string, q query) int {
	rank := min(len(words), 1<<10-1)
	if !strings.HasPrefix(words, " "+q.words[0]) {
		rank += 1 << 10
	}
	return rank
}
