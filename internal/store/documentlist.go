package store

import (
	"context"
	"strings"
)

// A DocumentFilter chooses documents. Zero fields choose everything.
type DocumentFilter struct {
	States []string // any of these
	Tipo   string
	Serie  string
	Moneda string
	From   string // first day of Fecha, AAAA-MM-DD
	To     string // last day of Fecha, AAAA-MM-DD
	Q      string // words, all of which the document must have from their beginning
	Sort   DocumentSort
	Desc   bool
	Limit  int
	Offset int
}

// A DocumentSort is an order the list can take; each has its index.
type DocumentSort string

// The orders of a list of documents.
const (
	SortFecha    DocumentSort = "fecha"
	SortFolio    DocumentSort = "folio"
	SortReceptor DocumentSort = "receptor"
	SortTotal    DocumentSort = "total"
)

// DocumentWords is the kind of word under which documents are indexed.
const DocumentWords = "document"

// orderBy is the text of ORDER BY; what is not in the list sorts by fecha.
func (f DocumentFilter) orderBy() statement {
	columns := []string{"fecha", "id"}
	switch f.Sort {
	case SortFolio:
		columns = []string{"serie", "folio", "id"}
	case SortReceptor:
		columns = []string{"receptor_fold", "id"}
	case SortTotal:
		columns = []string{"total", "id"}
	case SortFecha:
	}
	direction := ""
	if f.Desc {
		direction = " DESC"
	}
	return statement(strings.Join(columns, direction+", ") + direction)
}

// where is f over documents or document_days, whose day stands in another column.
func (f DocumentFilter) where(table, day statement, words wordFilter) *picker {
	c := &picker{sql: table + ".tenant_id = $1"}
	if len(f.States) > 0 {
		marks := make([]string, len(f.States))
		for i, s := range f.States {
			marks[i] = string(c.arg(s))
		}
		c.sql += statement(" AND state IN (" + strings.Join(marks, ", ") + ")")
	}
	equals := []struct {
		column statement
		value  string
	}{{"tipo", f.Tipo}, {"serie", f.Serie}, {"moneda", f.Moneda}}
	for _, e := range equals {
		if e.value != "" {
			c.sql += " AND " + e.column + " = " + c.arg(e.value)
		}
	}
	if f.From != "" {
		c.sql += " AND " + day + " >= " + c.arg(f.From)
	}
	if f.To != "" {
		c.sql += " AND " + day + " < " + c.arg(f.To+"~") // '~' follows every sign a Fecha has
	}
	f.addWords(c, table+".id", words)
	return c
}

// addWords asks for each word by one range of the words table: starting from the
// rarest when few rows have it, else asking each row of the list for its words.
func (f DocumentFilter) addWords(p *picker, id statement, words wordFilter) {
	for i, w := range words.words {
		if i == 0 && words.few {
			p.sql += ` AND ` + id + ` IN (SELECT w.row_id FROM words AS w WHERE ` + p.reach("w", DocumentWords, w) + `)`
			continue
		}
		p.sql += ` AND EXISTS (SELECT 1 FROM words AS w WHERE ` + p.reach("w", DocumentWords, w) + ` AND w.row_id = ` + id + `)`
	}
}

// Documents returns one page of documents in the order of f.
func (v *View) Documents(ctx context.Context, f DocumentFilter) ([]DocumentRow, error) {
	words, err := v.wordsFor(ctx, DocumentWords, f.Q)
	if err != nil {
		return nil, err
	}
	c, order := f.where("documents", "fecha", words), f.orderBy()
	page := `SELECT id FROM documents WHERE ` + c.sql + ` ORDER BY ` + order + ` LIMIT ` + c.arg(f.Limit) + ` OFFSET ` + c.arg(f.Offset)
	var rows []DocumentRow
	err = v.list(ctx, &rows, `SELECT `+documentColumns+` FROM documents WHERE tenant_id = $1 AND id IN (`+page+`) ORDER BY `+order, c.args...)
	return rows, err
}

// DocumentSums adds all documents of f, one sum per moneda. Without words it
// reads the daily buckets only; with words it starts from the rarest of them.
func (v *View) DocumentSums(ctx context.Context, f DocumentFilter) ([]DocumentSum, error) {
	words, err := v.wordsFor(ctx, DocumentWords, f.Q)
	if err != nil {
		return nil, err
	}
	table, count, c := statement("document_days"), statement("SUM(n)"), f.where("document_days", "dia", words)
	if len(words.words) > 0 {
		words.few = true // a sum needs them all anyway
		table, count, c = "documents", "COUNT(*)", f.where("documents", "fecha", words)
	}
	var sums []DocumentSum
	err = v.list(ctx, &sums, `SELECT moneda, CAST(`+count+` AS BIGINT) AS n, CAST(SUM(subtotal) AS BIGINT) AS subtotal,
		CAST(SUM(descuento) AS BIGINT) AS descuento, CAST(SUM(traslados) AS BIGINT) AS traslados,
		CAST(SUM(retenciones) AS BIGINT) AS retenciones, CAST(SUM(total) AS BIGINT) AS total
		FROM `+table+` WHERE `+c.sql+` GROUP BY moneda HAVING `+count+` <> 0 ORDER BY moneda`, c.args...)
	return sums, err
}
