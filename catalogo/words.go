package catalogo

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A wordIndex tells which documents (rows of a catalogue, or things people type) have a
// word. Its words are folded, in order and each there once, so that those that start
// alike are neighbours: a span of them. It keeps no text: a document is the numbers of
// its words, two bytes for each.
type wordIndex struct {
	words  string   // in order, a line for each
	starts []uint32 // where each word starts, and the end
	ids    string   // the words of all documents, two bytes for each, the low one first
	docs   []uint32 // the first word of each document, counted in words, and their number

	// Made by invert.
	lens  []uint16 // bytes of each document as text, a space before and after every word
	posts []uint32 // for each word, the documents that have it, in order
	first []uint32 // where those of each word start, and the end
}

// The limits of an index: a word has a number of two bytes, a document counts its words in one.
const (
	maxWords    = 1 << 16
	maxDocWords = 1<<8 - 1
)

// A span is a run of words of an index, hi not in it.
type span struct{ lo, hi uint32 }

func (s span) has(id uint32) bool { return s.lo <= id && id < s.hi }

// indexWords makes the index of n documents. Of one with very many words the last are not found.
func indexWords(n int, doc func(i int) []string) (*wordIndex, error) {
	number, distinct := map[string]uint32{}, []string{}
	all := make([][]uint32, n)
	for i := range n {
		words := doc(i)
		for _, w := range words[:min(len(words), maxDocWords)] {
			id, ok := number[w]
			if !ok {
				w = strings.Clone(w)
				id = uint32(len(distinct))
				number[w], distinct = id, append(distinct, w)
			}
			all[i] = append(all[i], id)
		}
	}
	if len(distinct) > maxWords {
		return nil, fmt.Errorf("%d different words; an index holds %d", len(distinct), maxWords)
	}
	sorted := slices.Sorted(slices.Values(distinct))
	place := make([]uint32, len(distinct))
	for i, w := range sorted {
		place[number[w]] = uint32(i)
	}
	var ids []byte
	x := &wordIndex{docs: make([]uint32, 0, n+1)}
	for _, words := range all {
		x.docs = append(x.docs, uint32(len(ids)/2))
		for _, id := range words {
			ids = append(ids, byte(place[id]), byte(place[id]>>8))
		}
	}
	x.docs = append(x.docs, uint32(len(ids)/2))
	x.ids = string(ids)
	if len(sorted) > 0 {
		x.words = strings.Join(sorted, "\n") + "\n"
	}
	x.starts = starts(x.words)
	return x, nil
}

// text is the index as it is stored: a line of how many words, documents and words in
// documents, the words, the number of words of each document, and their numbers.
func (x *wordIndex) text() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%d %d %d\n%s", x.size(), x.len(), len(x.ids)/2, x.words)
	for i := range x.len() {
		out.WriteByte(byte(x.docs[i+1] - x.docs[i]))
	}
	out.WriteString(x.ids)
	return out.String()
}

var errIndex = errors.New("the index of its words is damaged")

// readIndex takes what text wrote, sharing its memory.
func readIndex(stored string) (*wordIndex, error) {
	head, rest, _ := strings.Cut(stored, "\n")
	var n [3]int
	for i, f := range strings.Fields(head) {
		v, err := strconv.Atoi(f)
		if err != nil || i >= len(n) || v < 0 || v > len(stored) {
			return nil, errIndex
		}
		n[i] = v
	}
	words, docs, ids := n[0], n[1], n[2]
	end := len(rest) - docs - 2*ids
	if end < 0 || end > 0 && rest[end-1] != '\n' {
		return nil, errIndex
	}
	x := &wordIndex{words: rest[:end], starts: starts(rest[:end]), ids: rest[end+docs:], docs: make([]uint32, 1, docs+1)}
	for _, count := range []byte(rest[end : end+docs]) {
		x.docs = append(x.docs, x.docs[len(x.docs)-1]+uint32(count))
	}
	if x.size() != words || int(x.docs[docs]) != ids {
		return nil, errIndex
	}
	for i := range ids {
		if int(x.id(uint32(i))) >= words {
			return nil, errIndex
		}
	}
	return x, nil
}

// size is the number of different words, len that of documents.
func (x *wordIndex) size() int { return len(x.starts) - 1 }
func (x *wordIndex) len() int  { return len(x.docs) - 1 }

func (x *wordIndex) word(i int) string { return x.words[x.starts[i] : x.starts[i+1]-1] }

// id is the word at place at, counted over all documents.
func (x *wordIndex) id(at uint32) uint32 {
	return uint32(x.ids[2*at]) | uint32(x.ids[2*at+1])<<8
}

// invert notes for each word the documents that have it.
func (x *wordIndex) invert() {
	x.lens = make([]uint16, x.len())
	x.first = make([]uint32, x.size()+1)
	last := make([]uint32, x.size()) // the document a word was last seen in, and one more
	each := func(visit func(doc, id uint32)) {
		clear(last)
		for doc := range uint32(x.len()) {
			for at := x.docs[doc]; at < x.docs[doc+1]; at++ {
				if id := x.id(at); last[id] != doc+1 {
					last[id] = doc + 1
					visit(doc, id)
				}
			}
		}
	}
	total := uint32(0)
	each(func(_, id uint32) { x.first[id]++; total++ })
	at := uint32(0)
	for id, n := range x.first {
		x.first[id], at = at, at+n
	}
	x.posts = make([]uint32, total)
	next := slices.Clone(x.first)
	each(func(doc, id uint32) {
		x.posts[next[id]] = doc
		next[id]++
	})
	for doc := range x.len() {
		bytes := uint32(1)
		for at := x.docs[doc]; at < x.docs[doc+1]; at++ {
			id := x.id(at)
			bytes += x.starts[id+1] - x.starts[id] // its newline stands for the space
		}
		x.lens[doc] = uint16(min(bytes, 1<<16-1))
	}
}

// with returns the documents that have a word of the span; one may come more than once.
func (x *wordIndex) with(s span) []uint32 {
	if s.lo >= s.hi {
		return nil
	}
	return x.posts[x.first[s.lo]:x.first[s.hi]]
}

// count is how many documents have a word of one of the spans, some of them twice.
func (x *wordIndex) count(spans [2]span) int {
	return len(x.with(spans[0])) + len(x.with(spans[1]))
}

// from is the first word that is not before w.
func (x *wordIndex) from(w []byte) int {
	return sort.Search(x.size(), func(i int) bool { return x.word(i) >= string(w) })
}

// whole is the span of the word w alone.
func (x *wordIndex) whole(w []byte) span {
	if i := x.from(w); i < x.size() && x.word(i) == string(w) {
		return span{uint32(i), uint32(i) + 1}
	}
	return span{}
}

// starting is the span of the words that start with w, none where w is empty.
func (x *wordIndex) starting(w []byte) span {
	if len(w) == 0 {
		return span{}
	}
	lo := x.from(w)
	n := sort.Search(x.size()-lo, func(i int) bool {
		v := x.word(lo + i)
		return len(v) < len(w) || v[:len(w)] != string(w)
	})
	return span{uint32(lo), uint32(lo + n)}
}

// hasAny reports whether a document has a word of one of the spans.
func (x *wordIndex) hasAny(doc uint32, spans [2]span) bool {
	ids := x.ids[2*x.docs[doc] : 2*x.docs[doc+1]]
	for ; len(ids) >= 2; ids = ids[2:] {
		if id := uint32(ids[0]) | uint32(ids[1])<<8; spans[0].has(id) || spans[1].has(id) {
			return true
		}
	}
	return false
}

// firstIn reports whether the first word of a document is of one of the spans.
func (x *wordIndex) firstIn(doc uint32, spans [2]span) bool {
	if x.docs[doc] == x.docs[doc+1] {
		return false
	}
	id := x.id(x.docs[doc])
	return spans[0].has(id) || spans[1].has(id)
}
