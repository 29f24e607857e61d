package catalogo

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

const (
	maxQueryBytes = 200
	maxQueryWords = 8
)

// query is what was typed, ready to be compared. Its memory is used again.
type query struct {
	words [][]byte // folded, no stopwords
	last  []byte   // the last word as typed, folded but not stemmed; empty when nobody can still be writing it
	text  []byte
	bytes []byte   // of the words
	found [][]byte // the words with their stopwords, and again without
}

// parse takes what was typed. The last word is kept without its plural taken off as
// well: somebody may still be writing it ("luz" on the way to "luzca"). A stopword
// after it says that it is whole.
func (q *query) parse(s string) {
	q.text, q.bytes, q.found = q.text[:0], q.bytes[:0], q.found[:0]
	for _, r := range s[:min(len(s), maxQueryBytes)] {
		q.text = utf8.AppendRune(q.text, foldRune(r))
	}
	all := q.split(false)
	kept := q.split(true)
	if len(kept) == 0 {
		kept = all
	}
	q.words = kept[:min(len(kept), maxQueryWords)]
	typed := bytes.TrimRightFunc(q.text, unicode.IsSpace)
	q.last = typed[bytes.LastIndexFunc(typed, unicode.IsSpace)+1:]
	if len(kept) < len(all) && isStopword(q.last) {
		q.last = nil
	}
}

// split appends the words of the text to q.found and returns them, without the stopwords if so told.
func (q *query) split(drop bool) [][]byte {
	from := len(q.found)
	for rest := q.text; len(rest) > 0; {
		start := bytes.IndexFunc(rest, isWordRune)
		if start < 0 {
			break
		}
		rest = rest[start:]
		end := bytes.IndexFunc(rest, isNoWordRune)
		if end < 0 {
			end = len(rest)
		}
		at := len(q.bytes)
		q.bytes = append(q.bytes, rest[:end]...)
		if w := stem(q.bytes[at:]); !drop || !isStopword(w) {
			q.found = append(q.found, w)
		}
		rest = rest[end:]
	}
	return q.found[from:]
}

// spans are the words of x that word i of q may be: all but the last must be whole. One
// in z was folded to c ("luz" is kept as "luc"), which starts other words: it must be
// whole as well, or what was typed the start of another.
func (q *query) spans(x *wordIndex, i int) [2]span {
	w := q.words[i]
	switch {
	case i < len(q.words)-1:
		return [2]span{x.whole(w)}
	case bytes.HasPrefix(q.last, w):
		return [2]span{x.starting(w)}
	}
	return [2]span{x.whole(w), x.starting(q.last)}
}

// replace puts another word in the place of word i.
func (q *query) replace(i int, w string) {
	at := len(q.bytes)
	q.bytes = append(q.bytes, w...)
	q.words[i] = q.bytes[at:]
	if i == len(q.words)-1 {
		q.last = q.words[i]
	}
}

func isWordRune(r rune) bool   { return unicode.IsLetter(r) || unicode.IsDigit(r) }
func isNoWordRune(r rune) bool { return !isWordRune(r) }
