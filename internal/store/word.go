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
}

// fewRows is how many rows a search sorts by name. With more it gives them in
// the order of the word found instead, which needs no sorting: the words table
// lies in that order, so a page of 50 costs 50 rows, however many match.
const fewRows = 2500

// wordsFor folds q and finds which of its words is the rarest.
func (v *View) wordsFor(ctx context.Context, kind, q string) (wordFilter, error) {
	f := wordFilter{words: Fold(q)}
	f.words = f.words[:min(len(f.words), 6)]
	fewest := fewRows + 1
	for i, w := range f.words {
		var n int
		err := v.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM words
			WHERE tenant_id = $1 AND kind = $2 AND word >= $3 AND word < $4 LIMIT $5) AS found`,
			kind, w, w+afterAll, fewRows+1)
		if err != nil {
			return f, err
		}
		if n < fewest {
			fewest = n
			f.words[0], f.words[i] = f.words[i], f.words[0]
		}
	}
	f.few = fewest <= fewRows
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
	Q      string
	Active bool
	After  Cursor
	Limit  int
}

// A directory names the table a [DirectoryFilter] reads, its columns, its
// folded sort column, and the kind of its words.
type directory struct {
	table, columns, sort statement
	kind                 string
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

// byWord reports whether the page of f comes in the order of the words found.
func (f DirectoryFilter) byWord(words wordFilter) bool {
	if len(words.words) == 0 {
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
	row := statement(`hit.row_id`)
	switch {
	case len(words.words) == 0:
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
	p.sql += ` t.tenant_id = $1 AND t.activo = ` + p.arg(f.Active)
	for i, w := range words.words {
		if i > 0 {
			p.sql += ` AND EXISTS (SELECT 1 FROM words AS w WHERE ` + p.reach(`w`, d.kind, w) + ` AND w.row_id = ` + row + `)`
		}
	}
}

// page returns the statement for one page of f.
func (d directory) page(f DirectoryFilter, words wordFilter) picker {
	var p picker
	key, id, hit := `t.`+d.sort, statement(`t.id`), statement(`''`)
	if f.byWord(words) {
		key, id, hit = `hit.word`, `hit.row_id`, `hit.word`
	}
	p.sql = `SELECT ` + d.columns + `, ` + hit + ` AS hit`
	d.from(&p, f, words)
	if f.After != (Cursor{}) {
		p.sql += ` AND (` + key + `, ` + id + `) > (` + p.arg(f.After.Key) + `, ` + p.arg(f.After.ID) + `)`
	}
	p.sql += ` ORDER BY ` + key + `, ` + id + ` LIMIT ` + p.arg(f.Limit)
	return p
}

// count counts the rows of f on all pages, up to [CountLimit].
func (v *View) count(ctx context.Context, d directory, f DirectoryFilter) (int, error) {
	words, err := v.wordsFor(ctx, d.kind, f.Q)
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
