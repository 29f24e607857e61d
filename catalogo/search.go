package catalogo

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// A finder searches a catalogue by words: those that people type for its everyday keys,
// and those of its rows where they are indexed. It may be used by many goroutines.
type finder struct {
	rows   *blob
	spoken *spoken
	rowOf  []int32          // the row of each everyday key, -1 for none
	keyOf  map[int32]int    // the everyday key of a row
	short  map[string][]hit // what one or two letters find
	idle   chan *search     // those that wait for the next query, with their memory
}

// idleSearches is how many searches keep their memory between two queries, whatever the garbage collector does: as
// many as are likely to run at once.
const idleSearches = 4

func newFinder(rows *blob, known *spoken) *finder {
	f := &finder{rows: rows, spoken: known, rowOf: known.rowsOf(rows), keyOf: map[int32]int{}, idle: make(chan *search, idleSearches)}
	for key, row := range f.rowOf {
		f.keyOf[row] = key
	}
	if rows.index != nil {
		rows.index.invert()
	}
	f.shorten()
	return f
}

// take lends a search, to be given back.
func (f *finder) take() *search {
	select {
	case s := <-f.idle:
		return s
	default:
		return f.newSearch()
	}
}

func (f *finder) give(s *search) {
	select {
	case f.idle <- s:
	default:
	}
}

// shorten searches the single letters, and those pairs that many words start with.
func (f *finder) shorten() {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	short, s := map[string][]hit{}, f.newSearch()
	for _, a := range letters {
		short[string(a)] = slices.Clone(s.run(string(a), shortMost))
		for _, b := range letters {
			if pair := string(a) + string(b); f.spoken.count([2]span{f.spoken.starting([]byte(pair))}) > manyPhrases && !isKey(pair) {
				short[pair] = slices.Clone(s.run(pair, shortMost))
			}
		}
	}
	f.short = short
	f.give(s)
}

// find returns the rows that fit what was typed, best first, at most n.
func find[T any](f *finder, typed string, n int, row func(fields []string) T) []T {
	out := []T{}
	s := f.take()
	defer f.give(s)
	if key := strings.TrimSpace(typed); isKey(key) {
		for i := f.rows.seek(key); i < f.rows.len() && len(out) < n && strings.HasPrefix(f.rows.key(i), key); i++ {
			out = append(out, row(s.fields(i)))
		}
		return out
	}
	hits := s.run(typed, n)
	out = slices.Grow(out, len(hits))
	for _, h := range hits {
		out = append(out, row(s.fields(int(h.row))))
	}
	return out
}

// isKey tells digits, which start a ClaveProdServ, from words.
func isKey(s string) bool {
	return len(s) >= 2 && strings.Trim(s, "0123456789") == ""
}

// hit is a row and how well it fits: less is better; of two that fit alike, the one found first.
type hit struct {
	rank, order int
	row         int32
}

func (h hit) compare(other hit) int {
	if h.rank != other.rank {
		return cmp.Compare(h.rank, other.rank)
	}
	return cmp.Compare(h.order, other.order)
}

// Ranks of a hit, best first; rows of one rank are ordered by length of text.
const (
	rankPhrase = iota << 20 // what people type, word for word
	rankStart               // the start of what people type
	rankSpoken              // all words in one thing people type
	rankAcross              // all words among the things people type
	rankText                // all words in the official text
	rankPart                // some words, those that tell most first
)

// An unfinished last word that more rows or phrases have than these ("renta d") tells
// next to nothing: it is looked for in those that have other words of the query, and
// finds none by itself.
const (
	manyRows    = 1024
	manyPhrases = 256
)

// shortMost is how many rows are found beforehand for what many words start with.
const shortMost = 24

// taken marks the rank of a key whose row is among the hits already.
const taken = -1

// postsPerRow is how many rows of a word are gone through in the time that it takes to look for it in one.
const postsPerRow = 8

// A search is one search of a finder. Its memory is used again: masks hold a bit for
// each word of the query and are zero between two searches.
type search struct {
	*finder
	query
	said, read [maxQueryWords][2]span // what each word may be among the phrases and the rows
	every      uint8
	missing    [1 << maxQueryWords]int // the rank of who has some words
	phrases    masks
	keys       masks
	ranks      []int // of the keys
	lines      masks // of the rows
	n          int
	hits       []hit // the best n, the worst of them first
	row        []string
}

// fields are those of row i, good until the next call.
func (s *search) fields(i int) []string {
	s.row = s.row[:0]
	for field := range strings.SplitSeq(s.rows.line(i), "\t") {
		s.row = append(s.row, field)
	}
	return s.row
}

// masks are bits for each of many things, and which of those have any.
type masks struct {
	bits    []uint8
	touched []uint32
}

// set sets a bit and reports whether it was not.
func (m *masks) set(i uint32, bit uint8) bool {
	was := m.bits[i]
	if was == 0 {
		m.touched = append(m.touched, i)
	}
	m.bits[i] = was | bit
	return was&bit == 0
}

func (m *masks) clear() {
	for _, i := range m.touched {
		m.bits[i] = 0
	}
	m.touched = m.touched[:0]
}

func (f *finder) newSearch() *search {
	s := &search{finder: f, ranks: make([]int, len(f.spoken.keys))}
	s.phrases.bits = make([]uint8, f.spoken.len())
	s.keys.bits = make([]uint8, len(f.spoken.keys))
	if f.rows.index != nil {
		s.lines.bits = make([]uint8, f.rows.len())
	}
	return s
}

// run returns the hits, best first; they are good until the next run.
func (s *search) run(typed string, n int) []hit {
	s.hits, s.n = s.hits[:0], n
	s.parse(typed)
	if len(s.words) == 0 || n <= 0 {
		return nil
	}
	s.spoken.correct(s.rows.index, &s.query)
	if found, ok := s.short[string(s.last)]; ok && len(s.words) == 1 && n <= shortMost {
		return found[:min(n, len(found))]
	}
	s.every = uint8(1<<len(s.words) - 1)
	s.weigh(s.searchSpoken())
	s.rankSpoken()
	if s.rows.index != nil && !s.full(rankText) {
		s.searchRows()
	}
	s.pushKeys(math.MaxInt)
	s.phrases.clear()
	s.keys.clear()
	s.lines.clear()
	slices.SortFunc(s.hits, hit.compare)
	return s.hits
}

// searchSpoken marks the phrases and keys that have words of the query, and returns how
// many keys have each.
func (s *search) searchSpoken() (having [maxQueryWords]int) {
	last := len(s.words) - 1
	for i := range s.words {
		s.said[i] = s.spans(s.spoken.wordIndex, i)
		if i == last && i > 0 && s.spoken.count(s.said[i]) > manyPhrases {
			having[i] = len(s.spoken.keys)
			s.searchKeys(i)
			break
		}
		for _, span := range s.said[i] {
			for _, phrase := range s.spoken.with(span) {
				s.phrases.set(phrase, 1<<i)
				if s.keys.set(uint32(s.spoken.keyOf[phrase]), 1<<i) {
					having[i]++
				}
			}
		}
	}
	return having
}

// searchKeys marks the phrases with word i of the keys that are marked already.
func (s *search) searchKeys(i int) {
	for _, span := range s.said[i] {
		for _, phrase := range s.spoken.with(span) {
			if key := s.spoken.keyOf[phrase]; s.keys.bits[key] != 0 {
				s.phrases.set(phrase, 1<<i)
				s.keys.bits[key] |= 1 << i
			}
		}
	}
}

// weigh says how much each word of the query tells, by how few keys have it; the first
// one names the thing and tells more. Who has some words is ranked by the share that
// those it has not would tell, in 256ths.
func (s *search) weigh(having [maxQueryWords]int) {
	var told [1 << maxQueryWords]int
	for mask := 1; mask <= int(s.every); mask++ {
		i := bits.TrailingZeros(uint(mask))
		weight := bits.Len(uint(len(s.spoken.keys)/(having[i]+1))) + 1
		if i == 0 {
			weight += weight / 2
		}
		told[mask] = told[mask&(mask-1)] + weight
	}
	all := told[s.every]
	for mask := range int(s.every) + 1 {
		s.missing[mask] = rankPart + ((all-told[mask])<<8/all)<<12
	}
}

// rankSpoken ranks the keys marked, each by its best phrase; those with every word go
// among the hits, for the others their row may have more to say.
func (s *search) rankSpoken() {
	for _, key := range s.keys.touched {
		s.ranks[key] = math.MaxInt
	}
	for _, phrase := range s.phrases.touched {
		key := s.spoken.keyOf[phrase]
		rank := s.spoken.rank(phrase, s.phrases.bits[phrase], s.keys.bits[key] == s.every, s)
		s.ranks[key] = min(s.ranks[key], rank)
	}
	for _, key := range s.keys.touched {
		if s.rowOf[key] < 0 {
			s.ranks[key] = taken
			continue
		}
		s.ranks[key] += classRank(s.spoken.keys[key])
	}
	s.pushKeys(rankText)
}

// pushKeys takes the keys in that are better than rank.
func (s *search) pushKeys(rank int) {
	for _, key := range s.keys.touched {
		if s.ranks[key] < rank && s.ranks[key] != taken {
			s.push(hit{s.ranks[key], int(key), s.rowOf[key]})
			s.ranks[key] = taken
		}
	}
}

// searchRows takes the rows that have every word or, when there are none, those that
// have some.
func (s *search) searchRows() {
	x, last, whole := s.rows.index, len(s.words)-1, false
	for i := range s.words {
		s.read[i] = s.spans(x, i)
		if i == last && i > 0 && x.count(s.read[i]) > manyRows {
			s.narrowRows(i)
			break
		}
		for _, span := range s.read[i] {
			for _, row := range x.with(span) {
				s.lines.set(row, 1<<i)
			}
		}
	}
	for _, row := range s.lines.touched {
		whole = whole || s.lines.bits[row] == s.every
	}
	for _, row := range s.lines.touched {
		switch mask := s.lines.bits[row]; {
		case mask == s.every:
			s.pushRow(row, rankText)
		case !whole:
			s.pushRow(row, s.missing[mask])
		}
	}
}

// narrowRows marks those rows with word i that are marked already: by looking at each of them or, where they are many, at
// those that have the word.
func (s *search) narrowRows(i int) {
	x := s.rows.index
	if x.count(s.read[i]) < postsPerRow*len(s.lines.touched) {
		for _, span := range s.read[i] {
			for _, row := range x.with(span) {
				if s.lines.bits[row] != 0 {
					s.lines.bits[row] |= 1 << i
				}
			}
		}
		return
	}
	for _, row := range s.lines.touched {
		if x.hasAny(row, s.read[i]) {
			s.lines.bits[row] |= 1 << i
		}
	}
}

// pushRow takes a row in. One that starts with the first word typed is better, then a
// short one. That of an everyday key comes once, by the better of both ranks.
func (s *search) pushRow(row uint32, rank int) {
	if s.full(rank) {
		return
	}
	x := s.rows.index
	rank += int(min(x.lens[row], 1<<10-1))
	if s.full(rank) {
		return
	}
	if !x.firstIn(row, s.read[0]) {
		rank += 1 << 10
	}
	h := hit{rank, len(s.spoken.keys) + int(row), int32(row)}
	if !s.wanted(h) {
		return
	}
	if key, ok := s.keyOf[h.row]; ok && s.keys.bits[key] != 0 {
		if s.ranks[key] == taken {
			return
		}
		if s.ranks[key] <= rank {
			h.rank, h.order = s.ranks[key], key
		}
		s.ranks[key] = taken
	}
	s.push(h)
}

// full reports whether there are enough hits, all of them better than rank.
func (s *search) full(rank int) bool { return len(s.hits) == s.n && s.hits[0].rank < rank }

func (s *search) wanted(h hit) bool { return len(s.hits) < s.n || h.compare(s.hits[0]) < 0 }

// push keeps a hit that is among the best n: a heap whose first is the worst.
func (s *search) push(h hit) {
	if !s.wanted(h) {
		return
	}
	if len(s.hits) < s.n {
		s.hits = append(s.hits, h)
		for i := len(s.hits) - 1; i > 0 && s.hits[(i-1)/2].compare(s.hits[i]) < 0; i = (i - 1) / 2 {
			s.hits[i], s.hits[(i-1)/2] = s.hits[(i-1)/2], s.hits[i]
		}
		return
	}
	s.hits[0] = h
	for i := 0; ; {
		worst := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(s.hits); child++ {
			if s.hits[worst].compare(s.hits[child]) < 0 {
				worst = child
			}
		}
		if worst == i {
			return
		}
		s.hits[i], s.hits[worst] = s.hits[worst], s.hits[i]
		i = worst
	}
}
