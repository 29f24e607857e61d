package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxWord  = 40           // runes of a word kept; longer ones are found by their beginning
	maxWords = 120          // words kept of one row
	afterAll = "\U0010FFFF" // follows every letter, in bytes, on both databases

	// CountLimit is where counts stop: a screen says "more than 1,000".
	CountLimit = 1001
)

// Fold returns the words of s as the word search and the folded sort columns
// know them: lower case, without accents, tilde or signs, in their order.
func Fold(s string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(s))
	words := strings.Fields(plain)
	for i, w := range words {
		if r := []rune(w); len(r) > maxWord {
			words[i] = string(r[:maxWord])
		}
	}
	return words
}

// FoldLine is [Fold] joined by single spaces, for a column to sort by.
func FoldLine(s string) string { return strings.Join(Fold(s), " ") }

// SetWords makes the words of texts the ones that find row id of the given
// kind ("customer", "product", …), in place of those it had.
func (tx *Tx) SetWords(ctx context.Context, kind, id string, texts ...string) error {
	want := Fold(strings.Join(texts, " "))
	slices.Sort(want)
	want = slices.Compact(want)
	want = want[:min(len(want), maxWords)]
	var have []string
	if err := tx.list(ctx, &have, `SELECT word FROM words WHERE tenant_id = $1 AND kind = $2 AND row_id = $3`, kind, id); err != nil {
		return err
	}
	for _, w := range have {
		if slices.Contains(want, w) {
			continue
		}
		_, err := tx.exec(ctx, `DELETE FROM words WHERE tenant_id = $1 AND kind = $2 AND word = $3 AND row_id = $4`, kind, w, id)
		if err != nil {
			return err
		}
	}
	for _, w := range want {
		if slices.Contains(have, w) {
			continue
		}
		_, err := tx.exec(ctx, `INSERT INTO words (tenant_id, kind, word, row_id) VALUES ($1, $2, $3, $4)`, kind, w, id)
		if err != nil {
			return err
		}
	}
	return nil
}

// A wordFilter is a search prepared for one statement.
type wordFilter struct {
	words []string // folded, the rarest first
	few   bool     // few rows have the rarest word: all of them can be sorted
	some  bool     // more, but fewer than it is worth to walk a category for
}

// fewRows is how many rows a search sorts by name. With more it gives them in
// the order of the word found instead, which needs no sorting: the words table
// lies in that order, so a page of 50 costs 50 rows, however many match.
const fewRows = 1200

// manyRows is how far the words of a search are told apart by how common they are.
const manyRows = 20_000

// someRows is how many rows of a word are looked up to see whether they are of a
// category; where there are more, the category is walked to see whether they have the word.
const someRows = manyRows / 2

// wordsFor folds the words of a filter and finds which of them is the rarest.
func (v *View) wordsFor(ctx context.Context, kind string, by DirectoryFilter) (wordFilter, error) {
	f := wordFilter{words: Fold(by.Q)}
	f.words = f.words[:min(len(f.words), 6)]
	most := fewRows + 1
	if len(f.words) > 1 || by.Categoria != "" {
		most = manyRows
	}
	fewest := most
	for i, w := range f.words {
		var n int
		err := v.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM words
			WHERE tenant_id = $1 AND kind = $2 AND word >= $3 AND word < $4 LIMIT $5) AS found`,
			kind, w, w+afterAll, fewest)
		if err != nil {
			return f, err
		}
		if n < fewest {
			fewest = n
			f.words[0], f.words[i] = f.words[i], f.words[0]
		}
	}
	f.few, f.some = fewest <= fewRows, fewest <= someRows
	return f, nil
}

// A Cursor is where a page ended: sort key and id of its last row. The zero
// Cursor is before the first row. ByWord says in which of the two orders of a
// search the page was, so that the next one carries on in it.
type Cursor struct {
	Key, ID string
	ByWord  bool
}

// A DirectoryFilter chooses customers or products. Q is words as typed, all of
// which the row must have from their beginning.
type DirectoryFilter struct {
	Q         string
	Categoria string // of products, folded; "" is all of them
	Active    bool
	Valid     string // of customers: [SaidGood], [SaidBad], [SaidNothing]; "" for all
	All       bool   // the active and the inactive ones, whatever Active says
	Sort      string // a sort of the table, "" or an unknown one is its first
	Desc      bool
	After     Cursor
	Limit     int
}

// A directory names the table a [DirectoryFilter] reads, its columns, what it can
// be sorted by, and the kind of its words.
type directory struct {
	table, columns statement
	kind           string
	sorts          []sorting
}

// A sorting is one order of a directory. Each has its index: tenant, activo, key, id;
// of products another one within their category.
type sorting struct {
	name   string
	key    statement // of the row t
	number bool      // a whole number; else text
}

// sorting returns the order f asks for.
func (d directory) sorting(f DirectoryFilter) sorting {
	for _, s := range d.sorts {
		if s.name == f.Sort {
			return s
		}
	}
	return d.sorts[0]
}

// keyOf is the key of a cursor as the column has it; a cursor that holds none, which
// is of another order, is before the first row.
func (s sorting) keyOf(c Cursor) (key any, ok bool) {
	if c == (Cursor{}) || !s.number || c.ByWord {
		return c.Key, c != (Cursor{})
	}
	n, err := strconv.ParseInt(c.Key, 10, 64)
	return n, err == nil
}

// A picker puts one statement together: its text and its arguments.
type picker struct {
	sql  statement
	args []any
}

// arg adds an argument and returns its placeholder; $1 is the tenant.
func (p *picker) arg(value any) statement {
	p.args = append(p.args, value)
	return statement("$" + strconv.Itoa(len(p.args)+1))
}

// reach is the condition that a row of words (by its alias) has the word from its beginning.
func (p *picker) reach(alias statement, kind, word string) statement {
	return alias + `.tenant_id = $1 AND ` + alias + `.kind = ` + p.arg(kind) + ` AND ` + alias + `.word >= ` + p.arg(word) + ` AND ` +
		alias + `.word < ` + p.arg(word+afterAll)
}

// byWord reports whether the page of f comes in the order of the words found. A
// category is walked in its own order.
func (f DirectoryFilter) byWord(words wordFilter) bool {
	if len(words.words) == 0 || f.Categoria != "" {
		return false
	}
	if f.After != (Cursor{}) {
		return f.After.ByWord
	}
	return !words.few
}

// from writes FROM and WHERE: the walk of the list, or the words found joined
// to their rows. CROSS JOIN keeps SQLite from turning that join around.
func (d directory) from(p *picker, f DirectoryFilter, words wordFilter) {
	row, first := statement(`hit.row_id`), 1
	switch {
	case len(words.words) == 0:
		p.sql += ` FROM ` + d.table + ` AS t WHERE`
	case f.Categoria != "" && !words.some:
		row, first = `t.id`, 0
		p.sql += ` FROM ` + d.table + ` AS t WHERE`
	case f.byWord(words):
		w := words.words[0]
		p.sql += ` FROM words AS hit CROSS JOIN ` + d.table + ` AS t WHERE ` + p.reach(`hit`, d.kind, w) +
			` AND NOT EXISTS (SELECT 1 FROM words AS w WHERE ` + p.reach(`w`, d.kind, w) + ` AND w.row_id = ` + row + ` AND w.word < hit.word)` +
			` AND t.id = hit.row_id AND`
	default:
		p.sql += ` FROM (SELECT DISTINCT w.row_id FROM words AS w WHERE ` + p.reach(`w`, d.kind, words.words[0]) +
			`) AS hit CROSS JOIN ` + d.table + ` AS t WHERE t.id = hit.row_id AND`
	}
	p.sql += ` t.tenant_id = $1`
	if !f.All {
		p.sql += ` AND t.activo = ` + p.arg(f.Active)
	}
	if f.Categoria != "" {
		p.sql += ` AND t.categoria_fold = ` + p.arg(f.Categoria) + ` AND t.categoria_fold <> ''`
		if f.All {
			p.sql += ` AND t.activo IN (TRUE, FALSE)`
		}
	}
	p.sql += saidOf(f.Valid)
	for i, w := range words.words {
		if i >= first {
			p.sql += ` AND EXISTS (SELECT 1 FROM words AS w WHERE w.tenant_id = $1 AND w.kind = ` + p.arg(d.kind) + ` AND w.row_id = ` + row +
				` AND w.word >= ` + p.arg(w) + ` AND w.word < ` + p.arg(w+afterAll) + `)`
		}
	}
}

// What the SAT said of a customer, for a [DirectoryFilter].
const (
	SaidGood    = "bien"
	SaidBad     = "mal"
	SaidNothing = "sin"
)

// saidOf is the condition of Valid, over columns that customers alone have.
func saidOf(valid string) statement {
	switch valid {
	case SaidGood:
		return ` AND t.validado_at <> 0 AND t.validado_resultado = ''`
	case SaidBad:
		return ` AND t.validado_at <> 0 AND t.validado_resultado <> ''`
	case SaidNothing:
		return ` AND t.validado_at = 0 AND t.rfc NOT IN ('XAXX010101000', 'XEXX010101000')`
	}
	return ``
}

// page returns the statement for one page of f. All rows of a list, active or not,
// are two walks of one index, merged.
func (d directory) page(f DirectoryFilter, words wordFilter) picker {
	var p picker
	if !f.All || len(words.words) > 0 {
		d.one(&p, f, words, false)
		return p
	}
	f.All = false
	p.sql = `SELECT ` + d.columns + `, hit FROM (SELECT * FROM (`
	f.Active = true
	d.one(&p, f, words, true)
	p.sql += `) AS one UNION ALL SELECT * FROM (`
	f.Active = false
	d.one(&p, f, words, true)
	p.sql += `) AS two) AS both_of ORDER BY sort_key` + f.way() + `, id` + f.way() + ` LIMIT ` + p.arg(f.Limit)
	return p
}

// way is the direction of an order.
func (f DirectoryFilter) way() statement {
	if f.Desc {
		return ` DESC`
	}
	return ``
}

// one writes the statement for one page of rows in one state, or of words in any;
// merged, with the key it is sorted by.
func (d directory) one(p *picker, f DirectoryFilter, words wordFilter, merged bool) {
	s := d.sorting(f)
	key, id, hit := s.key, statement(`t.id`), `CAST(`+s.key+` AS TEXT)`
	if f.byWord(words) {
		key, id, hit, f.Desc = `hit.word`, `hit.row_id`, `hit.word`, false
	}
	p.sql += `SELECT ` + d.columns + `, ` + hit + ` AS hit`
	if merged {
		p.sql += `, ` + key + ` AS sort_key`
	}
	d.from(p, f, words)
	if after, ok := s.keyOf(f.After); ok {
		than := statement(` > (`)
		if f.Desc {
			than = ` < (`
		}
		p.sql += ` AND (` + key + `, ` + id + `)` + than + p.arg(after) + `, ` + p.arg(f.After.ID) + `)`
	}
	p.sql += ` ORDER BY ` + key + f.way() + `, ` + id + f.way() + ` LIMIT ` + p.arg(f.Limit)
}

// count counts the rows of f on all pages, up to [CountLimit].
func (v *View) count(ctx context.Context, d directory, f DirectoryFilter) (int, error) {
	words, err := v.wordsFor(ctx, d.kind, f)
	if err != nil {
		return 0, err
	}
	f.After = Cursor{}
	p := picker{sql: `SELECT count(*) FROM (SELECT 1`}
	d.from(&p, f, words)
	p.sql += ` LIMIT ` + p.arg(CountLimit) + `) AS found`
	var n int
	err = v.get(ctx, &n, p.sql, p.args...)
	return n, err
}
