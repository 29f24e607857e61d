package catalogo

import (
	"errors"
	"slices"
	"sort"
	"strings"
)

// blob is a large catalogue as one text: a line for each row, ordered by key, its
// fields separated by tabs, the first of them the key. 52,000 rows cost their bytes and
// four more each. Where it is searched by words, their index hangs from it.
type blob struct {
	data  string
	lines []uint32   // where each line starts, and the end of the data
	index *wordIndex // of the words of each row; nil where nothing is searched
	full  bool       // official catalogue, not the everyday set
}

// indexMark stands between the rows and the index of their words; textMark, which
// version 2 wrote, between the rows and those words themselves, line by line.
const (
	indexMark = "\x00#\n"
	textMark  = "\x00\n"
)

// newBlob takes body: lines ordered by key, each ending in a newline, then, if there is
// a search, a mark and the words.
func newBlob(body string, full bool) (*blob, error) {
	var index *wordIndex
	data, stored, ok := strings.Cut(body, indexMark)
	if ok {
		var err error
		if index, err = readIndex(stored); err != nil {
			return nil, err
		}
	} else if rows, text, ok := strings.Cut(body, textMark); ok {
		var err error
		at := starts(text)
		if index, err = indexWords(len(at)-1, func(i int) []string { return strings.Fields(text[at[i]:at[i+1]]) }); err != nil {
			return nil, err
		}
		data = rows
	}
	b := &blob{data: data, lines: starts(data), index: index, full: full}
	if index != nil && index.len() != b.len() {
		return nil, errors.New("words do not belong to the rows")
	}
	return b, nil
}

func starts(data string) []uint32 {
	lines := make([]uint32, 0, strings.Count(data, "\n")+1)
	for at := 0; at < len(data); at += strings.IndexByte(data[at:], '\n') + 1 {
		lines = append(lines, uint32(at))
	}
	return append(lines, uint32(len(data)))
}

// blobBody joins rows, ordered by key, whose last field are the folded words, and puts
// the index of these behind them.
func blobBody(rows []string) (string, error) {
	var data strings.Builder
	words := make([]string, len(rows))
	for i, row := range rows {
		cut := strings.LastIndexByte(row, '\t')
		data.WriteString(row[:cut] + "\n")
		words[i] = row[cut+1:]
	}
	index, err := indexWords(len(rows), func(i int) []string { return strings.Fields(words[i]) })
	if err != nil {
		return "", err
	}
	return data.String() + indexMark + index.text(), nil
}

// everydayBlob is the blob of our own rows; that it cannot be made is a bug here.
func everydayBlob(rows []string) *blob {
	slices.Sort(rows)
	body, err := blobBody(rows)
	if err != nil {
		panic(err)
	}
	b, err := newBlob(body, false)
	if err != nil {
		panic(err)
	}
	return b
}

func (b *blob) len() int { return len(b.lines) - 1 }

// line returns row i without its newline.
func (b *blob) line(i int) string { return b.data[b.lines[i] : b.lines[i+1]-1] }

func (b *blob) key(i int) string {
	key, _, _ := strings.Cut(b.line(i), "\t")
	return key
}

// seek returns the first row whose key is not before key. Whole lines stand in the order of their keys, for the tab
// behind a key is before any letter.
func (b *blob) seek(key string) int {
	return sort.Search(b.len(), func(i int) bool { return b.line(i) >= key })
}

// find returns the row with this key.
func (b *blob) find(key string) (int, bool) {
	i := b.seek(key)
	return i, i < b.len() && b.key(i) == key
}

// mostFields is how many a row has at most.
const mostFields = 8

// fields are those of row i, put into a place of the caller's.
func (b *blob) fields(i int, into *[mostFields]string) []string {
	all := into[:0]
	for field := range strings.SplitSeq(b.line(i), "\t") {
		all = append(all, field)
	}
	return all
}
