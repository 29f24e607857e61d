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

// A wordFilter is a search prepared for one statement: what it selects rows by.
type wordFilter struct {
	words  []string // folded, the rarest first
	driven bool     // few rows have the rarest word: start from it
}

// drivenLimit is the number of rows up to which a search starts from the words
// table; with more, it walks the list in order and asks each row for its
// words, which finds a page soon since matches are frequent.
const drivenLimit = 2500

// wordsFor folds q and finds which of its words is the rarest.
func (v *View) wordsFor(ctx context.Context, kind, q string) (wordFilter, error) {
	f := wordFilter{words: Fold(q)}
	f.words = f.words[:min(len(f.words), 6)]
	fewest := drivenLimit + 1
	for i, w := range f.words {
		var n int
		err := v.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM words
			WHERE tenant_id = $1 AND kind = $2 AND word >= $3 AND word < $4 LIMIT $5) AS found`,
			kind, w, w+afterAll, drivenLimit+1)
		if err != nil {
			return f, err
		}
		if n < fewest {
			fewest = n
			f.words[0], f.words[i] = f.words[i], f.words[0]
		}
	}
	f.driven = fewest <= drivenLimit
	return f, nil
}

// A picker gathers what a list is filtered by: SQL that goes after a WHERE, and its arguments.
type picker struct {
	sql  statement
	args []any
}

// arg adds an argument and returns its placeholder; $1 is the tenant.
func (p *picker) arg(value any) statement {
	p.args = append(p.args, value)
	return statement("$" + strconv.Itoa(len(p.args)+1))
}

// words asks for each word of f, by one range of the words table; id is the
// column that holds the id of the listed rows.
func (p *picker) words(f wordFilter, kind string, id statement) {
	for i, w := range f.words {
		of := p.arg(kind)
		reach := statement(` AND w.word >= `) + p.arg(w)
		reach += ` AND w.word < ` + p.arg(w+afterAll) + `)`
		if i == 0 && f.driven {
			p.sql += ` AND ` + id + ` IN (SELECT w.row_id FROM words w WHERE w.tenant_id = $1 AND w.kind = ` + of + reach
			continue
		}
		p.sql += ` AND EXISTS (SELECT 1 FROM words w WHERE w.tenant_id = $1 AND w.kind = ` + of + ` AND w.row_id = ` + id + reach
	}
}

// after asks for the rows that follow the last one of the page before.
func (p *picker) after(column statement, c Cursor) {
	if c == (Cursor{}) {
		return
	}
	p.sql += ` AND (` + column + `, id) > (` + p.arg(c.Fold) + `, ` + p.arg(c.ID) + `)`
}

// A Cursor is where a page ended: the folded sort column and the id of its
// last row. The zero Cursor is before the first row.
type Cursor struct{ Fold, ID string }

// A DirectoryFilter chooses customers or products. Q is words as typed, all of
// which the row must have from their beginning.
type DirectoryFilter struct {
	Q      string
	Active bool
	After  Cursor
	Limit  int
}
