package catalogo

import (
	"cmp"
	"slices"
	"strings"
)

// spoken is what people type for each key of an everyday set: the phrases of each key,
// the official text first, and the index of their words.
type spoken struct {
	*wordIndex
	keys    []string
	phrases []uint32 // where the phrases of each key start, and their number
	keyOf   []uint16 // the key of each phrase
	bytes   []uint32 // of all phrases of each key, a bar between them
	uses    []wordUse
	lengths [][]uint16 // the words of each length in bytes, those that people type most first
}

// A wordUse is how often people type a word, and where they do so for the last time.
type wordUse struct{ times, last uint32 }

// newSpoken takes n rows of key, official text and what people type, between bars.
func newSpoken(n int, row func(i int) (clave, texto, typed string)) *spoken {
	s := &spoken{keys: make([]string, n), phrases: make([]uint32, 1, n+1), bytes: make([]uint32, n)}
	var words [][]string
	for i := range n {
		clave, texto, typed := row(i)
		s.keys[i] = clave
		words = append(words, foldWords(texto))
		for phrase := range strings.SplitSeq(typed, "|") {
			if phrase != "" {
				words = append(words, dropStopwords(foldWords(phrase)))
			}
		}
		for range len(words) - len(s.keyOf) {
			s.keyOf = append(s.keyOf, uint16(i))
		}
		s.phrases = append(s.phrases, uint32(len(words)))
	}
	index, err := indexWords(len(words), func(i int) []string { return words[i] })
	if err != nil || n >= 1<<16 {
		panic("the everyday keys have too many words") // they are ours
	}
	index.invert()
	s.wordIndex = index
	s.measure()
	return s
}

// measure notes how long the phrases of each key are, and how often each word is typed.
func (s *spoken) measure() {
	s.uses = make([]wordUse, s.size())
	for at := range uint32(len(s.ids) / 2) {
		s.uses[s.id(at)].times++
		s.uses[s.id(at)].last = at
	}
	for id := range s.size() {
		n := len(s.word(id))
		for len(s.lengths) <= n {
			s.lengths = append(s.lengths, nil)
		}
		s.lengths[n] = append(s.lengths[n], uint16(id))
	}
	for _, words := range s.lengths {
		slices.SortFunc(words, func(a, b uint16) int {
			return cmp.Or(cmp.Compare(s.uses[b].times, s.uses[a].times), cmp.Compare(s.uses[a].last, s.uses[b].last))
		})
	}
	for i := range s.keys {
		s.bytes[i] = s.phrases[i+1] - s.phrases[i] - 1
		for p := s.phrases[i]; p < s.phrases[i+1]; p++ {
			s.bytes[i] += uint32(s.lens[p])
		}
	}
}

// match tells how far a phrase agrees with q from its start on.
func (s *spoken) match(phrase uint32, spans *[maxQueryWords][2]span, q *query) (begins, same bool) {
	n := uint32(len(q.words))
	from, to := s.docs[phrase], s.docs[phrase+1]
	if to-from < n {
		return false, false
	}
	for i := range n {
		if id := s.id(from + i); !spans[i][0].has(id) && !spans[i][1].has(id) {
			return false, false
		}
	}
	return true, to-from == n && s.word(int(s.id(to-1))) == string(q.words[n-1])
}

// rank tells how well a phrase fits q, of whose words it has those in mask; all says
// that its key has every one. What was written first for a key is what it is meant for.
func (s *spoken) rank(phrase uint32, mask uint8, all bool, f *search) int {
	key := s.keyOf[phrase]
	at := int(phrase - s.phrases[key])
	long := int(s.lens[phrase])
	if !all {
		return f.missing[mask] + min(long, 1<<10-1)
	}
	begins, same := s.match(phrase, &f.said, &f.query)
	switch {
	case same:
		return rankPhrase + 2*at
	case begins:
		return rankStart + long<<4 + 2*at
	case mask == f.every:
		return rankSpoken + long<<4 + 2*at
	}
	return rankAcross + int(s.bytes[key])
}

// classRank puts a whole class of products (…00) after those in it.
func classRank(clave string) int {
	if len(clave) == 8 && strings.HasSuffix(clave, "00") {
		return 1
	}
	return 0
}

// correct puts each word of q right by one letter that neither people nor the rows,
// whose index may be nil, use, where a word is so near.
func (s *spoken) correct(rows *wordIndex, q *query) {
	for i, w := range q.words {
		if s.used(rows, w) || i == len(q.words)-1 && len(q.last) > 0 && s.used(rows, q.last) { // "chuz" on the way to "chuzo"
			continue
		}
		if near := s.nearest(w); near != "" {
			q.replace(i, near)
		}
	}
}

// used reports whether a word of people or of the rows starts so.
func (s *spoken) used(rows *wordIndex, w []byte) bool {
	if said := s.starting(w); said.lo < said.hi {
		return true
	}
	if rows == nil {
		return false
	}
	read := rows.starting(w)
	return read.lo < read.hi
}

// nearest returns the word people type most that is one letter away from w, of
// four letters or more, or "".
func (s *spoken) nearest(w []byte) string {
	if len(w) < 4 {
		return ""
	}
	best := -1
	for n := len(w) - 1; n <= len(w)+1 && n < len(s.lengths); n++ {
		for _, id := range s.lengths[n] {
			if best >= 0 && !s.uses[id].beyond(s.uses[best]) {
				break
			}
			v := s.words[s.starts[id]:][:n]
			if (v[0] == w[0] || v[n-1] == w[len(w)-1]) && oneLetterAway(v, w) {
				best = int(id)
			}
		}
	}
	if best < 0 {
		return ""
	}
	return s.word(best)
}

// beyond reports whether a word is typed more than another; of two typed as often, the
// one that came to it first.
func (u wordUse) beyond(other wordUse) bool {
	return u.times > other.times || u.times == other.times && u.last < other.last
}

// oneLetterAway reports whether one letter changed, missing, too many, or in the
// place of its neighbour makes v of w.
func oneLetterAway(v string, w []byte) bool {
	i := 0
	for i < len(v) && i < len(w) && v[i] == w[i] {
		i++
	}
	v, w = v[i:], w[i:]
	switch {
	case len(v) > len(w):
		return v[1:] == string(w)
	case len(v) < len(w):
		return v == string(w[1:])
	case v == "":
		return false
	}
	swapped := len(v) > 1 && v[0] == w[1] && v[1] == w[0] && v[2:] == string(w[2:])
	return swapped || v[1:] == string(w[1:])
}

// rowsOf finds the row of b that each key stands in, -1 for none.
func (s *spoken) rowsOf(b *blob) []int32 {
	rows := make([]int32, len(s.keys))
	for i, key := range s.keys {
		rows[i] = -1
		if at, ok := b.find(key); ok {
			rows[i] = int32(at)
		}
	}
	return rows
}
