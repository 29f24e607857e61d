package catalogo

import (
	"bytes"
	"sort"
	"strings"
)

// blob is a large catalogue as one text: a line for each row, ordered by key, its
// fields separated by tabs, the first of them the key, the last the folded words
// for the search. 52,000 rows cost their bytes and four more each.
type blob struct {
	data  []byte
	lines []uint32 // where each line starts, and the end of the data
	full  bool     // official catalogue, not the everyday set
}

// newBlob indexes data, whose lines must be ordered by key and end in a newline.
func newBlob(data []byte, full bool) *blob {
	b := &blob{data: data, full: full, lines: make([]uint32, 0, bytes.Count(data, []byte{'\n'})+1)}
	for at := 0; at < len(data); {
		b.lines = append(b.lines, uint32(at))
		at += bytes.IndexByte(data[at:], '\n') + 1
	}
	b.lines = append(b.lines, uint32(len(data)))
	return b
}

// blobOf builds a blob of rows already ordered by key.
func blobOf(lines []string, full bool) *blob {
	return newBlob([]byte(strings.Join(lines, "\n")+"\n"), full)
}

func (b *blob) len() int { return len(b.lines) - 1 }

// line returns row i without its newline.
func (b *blob) line(i int) []byte { return b.data[b.lines[i] : b.lines[i+1]-1] }

func (b *blob) key(i int) []byte {
	line := b.line(i)
	return line[:bytes.IndexByte(line, '\t')]
}

// seek returns the first row whose key is not before key.
func (b *blob) seek(key string) int {
	return sort.Search(b.len(), func(i int) bool { return string(b.key(i)) >= key })
}

// find returns the row with this key.
func (b *blob) find(key string) (int, bool) {
	i := b.seek(key)
	return i, i < b.len() && string(b.key(i)) == key
}

// rowAt returns the row that holds byte offset at.
func (b *blob) rowAt(at int) int {
	return sort.Search(b.len(), func(i int) bool { return int(b.lines[i+1]) > at })
}

// words returns the folded words of row i, a space before and after each.
func (b *blob) words(i int) []byte {
	line := b.line(i)
	return line[bytes.LastIndexByte(line, '\t')+1:]
}

func (b *blob) fields(i int) []string { return strings.Split(string(b.line(i)), "\t") }
