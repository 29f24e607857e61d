// Package help is what the portal explains: an article for each screen, and what each
// code of the SAT means.
//
//	a, ok := help.For("/clientes/nuevo")
//	found := help.Search("constancia")
//	codes := help.Codes("40145")
//
// Articles are the files of articulos, in a Markdown of few signs that this package reads
// itself: nothing in them is HTML and nothing comes from outside. docs/manual is made of
// the same files ([Manual]).
package help

import (
	"embed"
	"slices"
	"strings"
	"unicode"
)

//go:embed articulos/*.md
var files embed.FS

//go:embed codigos.txt
var codeText string

//go:embed complementos.txt
var otherText string

// An Article explains what belongs together: a screen, or several.
type Article struct {
	Slug    string   // in addresses: primera-factura
	Title   string   // Spanish
	Summary string   // one line
	Screens []string // paths it is the help of, with what is below them
	Blocks  []Block

	source string // of the file, for the manual
	folded string // all its words, for the search
	words  string // title and the words people look it up by, folded
}

// A BlockKind says how a block is drawn.
type BlockKind uint8

// The kinds of block.
const (
	Paragraph BlockKind = iota
	Heading
	Steps  // numbered
	Points // not numbered
)

// A Block is a heading or a paragraph, of one line, or a list.
type Block struct {
	Kind  BlockKind
	Lines [][]Span
}

// A Span is a run of text of one kind. Href is a path of the portal, "" for no link.
type Span struct {
	Text         string
	Strong, Code bool
	Href         string
}

// Articles lists them in the order of the manual.
func Articles() []Article {
	entries, err := files.ReadDir("articulos")
	if err != nil {
		panic(err) // embedded
	}
	var list []Article
	for _, e := range entries {
		text, err := files.ReadFile("articulos/" + e.Name())
		if err != nil {
			panic(err)
		}
		_, slug, _ := strings.Cut(strings.TrimSuffix(e.Name(), ".md"), "-")
		list = append(list, parse(slug, string(text)))
	}
	return list
}

// Find returns the article of a slug.
func Find(slug string) (Article, bool) {
	list := Articles()
	i := slices.IndexFunc(list, func(a Article) bool { return a.Slug == slug })
	if i < 0 {
		return Article{}, false
	}
	return list[i], true
}

// A Screen is where an article helps.
type Screen struct{ Path, Slug string }

// Screens lists every path with its article, the longest path first, so that the first
// that fits is the one that knows most ([For]).
func Screens() []Screen {
	var list []Screen
	for _, a := range Articles() {
		for _, path := range a.Screens {
			list = append(list, Screen{path, a.Slug})
		}
	}
	slices.SortStableFunc(list, func(a, b Screen) int { return len(b.Path) - len(a.Path) })
	return list
}

// For returns the slug of the article that helps at a path, "" for none.
func For(screens []Screen, path string) string {
	for _, s := range screens {
		if path == s.Path || s.Path != "/" && strings.HasPrefix(path, s.Path+"/") {
			return s.Slug
		}
	}
	return ""
}

// longestQuery is how much of a question is looked at, in runes.
const longestQuery = 80

// Search returns the articles that hold every word of q, by how they begin and without
// regard to accents, those that bear them in title or key words first. All for none.
func Search(q string) []Article {
	words := wordsOf(q)
	var first, then []Article
	for _, a := range Articles() {
		switch {
		case holds(a.words, words):
			first = append(first, a)
		case holds(a.folded, words):
			then = append(then, a)
		}
	}
	return append(first, then...)
}

// A Code is what a code of the SAT or of a certifier means, and what to do.
type Code struct {
	Of              string // what it is a code of: one of [Matters]
	Code, Means, Do string
}

// Matters are what codes are of, in the order they are shown: the CFDI itself first.
func Matters() []string {
	list := []string{comprobantes}
	for line := range strings.Lines(otherText) {
		if of, ok := strings.CutPrefix(line, "# "); ok {
			list = append(list, strings.TrimSpace(of))
		}
	}
	return list
}

// comprobantes is what the first codes are of: they stand in no section.
const comprobantes = "Comprobantes"

// Codes returns those that q names, whole or by their last digits, or whose words hold
// every word of q. All for none.
func Codes(q string) []Code {
	words, of := wordsOf(q), comprobantes
	var list []Code
	for line := range strings.Lines(codeText + otherText) {
		if head, ok := strings.CutPrefix(line, "# "); ok {
			of = strings.TrimSpace(head)
		}
		f := strings.SplitN(strings.TrimSpace(line), "|", 3)
		if len(f) != 3 {
			continue
		}
		named := len(words) == 1 && len(words[0]) >= 3 && strings.HasSuffix(fold(f[0]), words[0])
		if named || holds(" "+fold(of)+" "+fold(line), words) {
			list = append(list, Code{of, f[0], f[1], f[2]})
		}
	}
	return list
}

// wordsOf are the words of a question, folded.
func wordsOf(q string) []string {
	runes := []rune(q)
	return strings.Fields(fold(string(runes[:min(len(runes), longestQuery)])))
}

// holds reports whether each word begins a word of text, which begins with a blank.
func holds(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, " "+w) {
			return false
		}
	}
	return true
}

// fold is text in small letters without accents, every sign a blank.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if i := strings.IndexRune("áéíóúüñ", r); i >= 0 {
			return rune("aeiouun"[i/2]) // each of them takes two bytes
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, text)
}
