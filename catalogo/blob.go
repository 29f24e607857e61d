package catalogo

import (
	"errors"
	"slices"
	"sort"
	"strings"
)

// blob is a large catalogue as one text: a line for each row, ordered by key, its
// fields separated by tabs, the first of them the key. The folded words of each
// row, which the search scans, stand in a text of their own, line for line. 52,000
// rows cost their bytes and eight more each.
type blob struct {
	data  string
	lines []uint32 // where each line starts, and the end of the data
	text  string   // the folded words
	texts []uint32
	full  bool // official catalogue, not the everyday set
}

// textMark stands between the rows and their folded words.
const textMark = "\x00\n"

// newBlob indexes body: lines ordered by key, each ending in a newline, then, if
// there is a search, textMark and as many lines of folded words.
func newBlob(body string, full bool) (*blob, error) {
	data, text, searchable := strings.Cut(body, textMark)
	b := &blob{data: data, lines: starts(data), text: text, texts: starts(text), full: full}
	if searchable && len(b.lines) != len(b.texts) {
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

// blobBody joins rows, ordered by key, whose last field are the folded words.
func blobBody(rows []string) string {
	var data, text strings.Builder
	for _, row := range rows {
		cut := strings.LastIndexByte(row, '\t')
		data.WriteString(row[:cut] + "\n")
		text.WriteString(row[cut+1:] + "\n")
	}
	return data.String() + textMark + text.String()
}

// everydayBlob is the blob of our own rows; that it cannot be made is a bug here.
func everydayBlob(rows []string) *blob {
	slices.Sort(rows)
	b, err := newBlob(blobBody(rows), false)
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

// seek returns the first row whose key is not before key.
func (b *blob) seek(key string) int {
	return sort.Search(b.len(), func(i int) bool { return b.key(i) >= key })
}

// find returns the row with this key.
func (b *blob) find(key string) (int, bool) {
	i := b.seek(key)
	return i, i < b.len() && b.key(i) == key
}

// rowAt returns the row whose words hold byte offset at.
func (b *blob) rowAt(at int) int {
	return sort.Search(b.len(), func(i int) bool { return int(b.texts[i+1]) > at })
}

// words returns the folded words of row i, a space before and after each.
func (b *blob) words(i int) string { return b.text[b.texts[i] : b.texts[i+1]-1] }

func (b *blob) fields(i int) []string { return strings.Split(b.line(i), "\t") }
