package catalogo

import "strings"

// spoken is what people type for each key of an everyday set, folded: a line for
// each key, its phrases between bars, the official text first, a space before and
// after every word.
type spoken struct {
	keys  []string
	text  string
	lines []uint32 // where each line starts, and the end of the text
}

// newSpoken folds n rows of key, official text and what people type, between bars.
func newSpoken(n int, row func(i int) (clave, texto, typed string)) *spoken {
	s := &spoken{keys: make([]string, n)}
	var text strings.Builder
	for i := range n {
		clave, texto, typed := row(i)
		s.keys[i] = clave
		text.WriteString(padded(foldWords(texto)))
		for phrase := range strings.SplitSeq(typed, "|") {
			if phrase != "" {
				text.WriteString("|" + padded(dropStopwords(foldWords(phrase))))
			}
		}
		text.WriteByte('\n')
	}
	s.text = text.String()
	s.lines = starts(s.text)
	return s
}

func (s *spoken) line(i int) string { return s.text[s.lines[i] : s.lines[i+1]-1] }

// search returns the rows of b that somebody who typed q may mean, and how much
// each word of q tells.
func (s *spoken) search(b *blob, q query) (hits []hit, weights []int) {
	marks, having := s.mark(q)
	weights = q.weights(len(s.keys), having)
	every := uint8(1<<len(q.words) - 1)
	whole := padded(q.words)
	for i, m := range marks {
		if m == 0 {
			continue
		}
		row, ok := b.find(s.keys[i])
		if !ok {
			continue
		}
		rank := s.rank(i, q, whole, weights, m == every)
		hits = append(hits, hit{row, rank + classRank(s.keys[i])})
	}
	return hits, weights
}

// mark notes for each key which words of q it has, a bit for each, and counts for
// each word the keys that have it.
func (s *spoken) mark(q query) (marks []uint8, having []int) {
	marks, having = make([]uint8, len(s.keys)), make([]int, len(q.words))
	for i := range q.words {
		for _, pattern := range q.patterns(i) {
			line := 0
			for at := 0; ; {
				found := strings.Index(s.text[at:], pattern)
				if found < 0 {
					break
				}
				at += found
				for int(s.lines[line+1]) <= at {
					line++
				}
				if marks[line]&(1<<i) == 0 {
					marks[line] |= 1 << i
					having[i]++
				}
				at = int(s.lines[line+1])
			}
		}
	}
	return marks, having
}

// rank tells how well the best phrase of key i fits q; all says that the key has
// every word of q. What was written first for a key is what it is meant for.
func (s *spoken) rank(i int, q query, whole string, weights []int, all bool) int {
	best, at := rankPart<<1, 0
	for phrase := range strings.SplitSeq(s.line(i), "|") {
		var rank int
		switch {
		case phrase == whole:
			rank = rankPhrase + 2*at
		case all && strings.HasPrefix(phrase, strings.TrimSuffix(whole, " ")):
			rank = rankStart + len(phrase)<<4 + 2*at
		case all && q.matches(phrase) == len(q.words):
			rank = rankSpoken + len(phrase)<<4 + 2*at
		case all:
			rank = rankAcross + len(s.line(i))
		default:
			rank = partly(q, phrase, weights) + min(len(phrase), 1<<10-1)
		}
		best = min(best, rank)
		at++
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

// correct returns q with each word that neither people nor the rows of b use put
// right by one letter, where a word is so near.
func (s *spoken) correct(b *blob, q query) query {
	for i, w := range q.words {
		if start := " " + w; strings.Contains(s.text, start) || strings.Contains(b.text, start) {
			continue
		}
		near := s.nearest(w)
		if near == "" {
			continue
		}
		if q.words[i] = near; i == len(q.words)-1 {
			q.last = near
		}
	}
	return q
}

// nearest returns the word people type most that is one letter away from w, of
// four letters or more, or "".
func (s *spoken) nearest(w string) string {
	if len(w) < 4 {
		return ""
	}
	counts, best := map[string]int{}, ""
	for v := range strings.FieldsSeq(s.text) {
		if len(v)-len(w) <= 1 && len(w)-len(v) <= 1 && oneLetterAway(v, w) {
			counts[v]++
			if counts[v] > counts[best] {
				best = v
			}
		}
	}
	return best
}

// oneLetterAway reports whether one letter changed, missing, too many, or in the
// place of its neighbour makes v of w.
func oneLetterAway(v, w string) bool {
	i := 0
	for i < len(v) && i < len(w) && v[i] == w[i] {
		i++
	}
	v, w = v[i:], w[i:]
	switch {
	case len(v) > len(w):
		return v[1:] == w
	case len(v) < len(w):
		return v == w[1:]
	case v == "":
		return false
	}
	swapped := len(v) > 1 && v[0] == w[1] && v[1] == w[0] && v[2:] == w[2:]
	return swapped || v[1:] == w[1:]
}
