package store

import (
	"context"
	"strconv"
	"strings"
)

// A DocumentFilter chooses documents. Zero fields choose everything.
type DocumentFilter struct {
	States []string // any of these
	Adds   []string // states whose amounts DocumentSums adds; empty adds all
	Tipo   string
	Serie  string
	Moneda string
	Seen   Seen
	Waits  bool   // for a credit, as it is now
	From   string // first day of Fecha, AAAA-MM-DD
	To     string // last day of Fecha, AAAA-MM-DD
	Q      string // words, all of which the document must have from their beginning
	Sort   DocumentSort
	Desc   bool
	Limit  int
	Offset int
}

// Seen is which documents a person may know of. The zero value is all of them.
type Seen struct {
	CreatedBy string   // user name; what somebody else made is left out
	Series    []string // ids; what another series numbers is left out …
	Drafter   string   // … but for what this user drafts without a series yet
}

// All reports whether nothing is left out.
func (s Seen) All() bool { return s.CreatedBy == "" && len(s.Series) == 0 }

// where adds s to a query over documents.
func (s Seen) where(q *documentQuery) {
	if s.CreatedBy != "" {
		q.sql += " AND created_by = " + q.arg(s.CreatedBy)
	}
	if len(s.Series) == 0 {
		return
	}
	marks := make([]string, len(s.Series))
	for i, id := range s.Series {
		marks[i] = string(q.arg(id))
	}
	q.sql += statement(" AND (serie_id IN (" + strings.Join(marks, ", ") + ")")
	q.sql += " OR serie_id = '' AND created_by = " + q.arg(s.Drafter) + ")"
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

// A documentQuery puts one statement together. $1 is the tenant.
type documentQuery struct {
	sql  statement
	args []any
}

// arg adds an argument and returns its placeholder.
func (q *documentQuery) arg(value any) statement {
	q.args = append(q.args, value)
	return statement("$" + strconv.Itoa(len(q.args)+1))
}

// where is f over documents or document_days, whose day stands in another column.
func (f DocumentFilter) where(table, day statement) *documentQuery {
	q := &documentQuery{sql: table + ".tenant_id = $1"}
	if len(f.States) > 0 {
		marks := make([]string, len(f.States))
		for i, s := range f.States {
			marks[i] = string(q.arg(s))
		}
		q.sql += statement(" AND state IN (" + strings.Join(marks, ", ") + ")")
	}
	equals := []struct {
		column statement
		value  string
	}{{"tipo", f.Tipo}, {"serie", f.Serie}, {"moneda", f.Moneda}}
	for _, e := range equals {
		if e.value != "" {
			q.sql += " AND " + e.column + " = " + q.arg(e.value)
		}
	}
	f.Seen.where(q)
	if f.Waits {
		q.sql += ` AND EXISTS (SELECT 1 FROM credit_waits AS c WHERE c.tenant_id = $1 AND c.document_id = documents.id AND c.revision = documents.revision)`
	}
	if f.From != "" {
		q.sql += " AND " + day + " >= " + q.arg(f.From)
	}
	if f.To != "" {
		q.sql += " AND " + day + " < " + q.arg(f.To+"~") // '~' follows every sign a Fecha has
	}
	return q
}

// documentFew is how many rows the rarest word may have for a page to start
// from the words table; with more, the page walks the list and asks each row.
const documentFew = 5000

// documentSearch folds the words of a search, the rarest first, and tells how
// many rows have that one, counting no further than documentFew.
func (v *View) documentSearch(ctx context.Context, text string) (words []string, fewest int64, err error) {
	words = Fold(text)
	words = words[:min(len(words), 6)]
	fewest = documentFew + 1
	for i, w := range words {
		var n int64
		err := v.get(ctx, &n, `SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE tenant_id = $1 AND kind = $2 AND word >= $3 AND word < $4 LIMIT $5) AS found`,
			DocumentWords, w, w+afterWord, documentFew+1)
		if err != nil {
			return nil, 0, err
		}
		if n < fewest {
			fewest = n
			words[0], words[i] = words[i], words[0]
		}
	}
	return words, fewest, nil
}

// afterWord follows every letter, in bytes, on both databases.
const afterWord = "\U0010FFFF"

// search adds the words of f to the query and returns what to read from: all
// documents, or, driven by the rarest word, its rows first. CROSS JOIN keeps
// SQLite from turning that around.
func (q *documentQuery) search(words []string, driven bool) (from statement) {
	from = "documents"
	for i, w := range words {
		reach := ` FROM words AS w WHERE w.tenant_id = $1 AND w.kind = ` + q.arg(DocumentWords) +
			` AND w.word >= ` + q.arg(w) + ` AND w.word < ` + q.arg(w+afterWord)
		if i == 0 && driven {
			from = `(SELECT DISTINCT w.row_id` + reach + `) AS hit CROSS JOIN documents`
			q.sql += ` AND documents.id = hit.row_id`
			continue
		}
		q.sql += ` AND EXISTS (SELECT 1` + reach + ` AND w.row_id = documents.id)`
	}
	return from
}

// Documents returns one page of documents in the order of f.
func (v *View) Documents(ctx context.Context, f DocumentFilter) ([]DocumentRow, error) {
	words, fewest, err := v.documentSearch(ctx, f.Q)
	if err != nil {
		return nil, err
	}
	q, order := f.where("documents", "fecha"), f.orderBy()
	from := q.search(words, fewest <= documentFew)
	page := `SELECT id AS page_id FROM ` + from + ` WHERE ` + q.sql + ` ORDER BY ` + order + ` LIMIT ` + q.arg(f.Limit) + ` OFFSET ` + q.arg(f.Offset)
	var rows []DocumentRow
	err = v.list(ctx, &rows, `SELECT `+documentColumns+` FROM (`+page+`) AS page CROSS JOIN documents
		WHERE documents.tenant_id = $1 AND documents.id = page.page_id ORDER BY `+order, q.args...)
	return rows, err
}

// summer writes the sum of a column in which an Egreso takes off and a state that
// is not among adds counts nothing.
func (q *documentQuery) summer(adds []string) func(column statement) statement {
	counts := statement("")
	if len(adds) > 0 {
		marks := make([]string, len(adds))
		for i, s := range adds {
			marks[i] = string(q.arg(s))
		}
		counts = statement("WHEN state NOT IN (" + strings.Join(marks, ", ") + ") THEN 0 ")
	}
	return func(column statement) statement {
		return "CAST(SUM(CASE " + counts + "WHEN tipo = 'E' THEN -" + column + " ELSE " + column + " END) AS BIGINT) AS " + column
	}
}

// DocumentSums adds all documents of f, Egresos taken off, one sum per moneda;
// its N counts them all, also those whose state f does not add. Without words it
// reads the daily buckets only; with words it starts from the rarest of them; of
// one user, of some series or of what waits for a credit it reads their documents.
func (v *View) DocumentSums(ctx context.Context, f DocumentFilter) ([]DocumentSum, error) {
	from, count, q := statement("document_days"), statement("SUM(n)"), f.where("document_days", "dia")
	if (!f.Seen.All() || f.Waits) && f.Q == "" {
		from, count, q = "documents", "COUNT(*)", f.where("documents", "fecha")
	}
	if f.Q != "" {
		words, _, err := v.documentSearch(ctx, f.Q)
		if err != nil {
			return nil, err
		}
		count, q = "COUNT(*)", f.where("documents", "fecha")
		from = q.search(words, true)
	}
	var sums []DocumentSum
	sum := q.summer(f.Adds)
	err := v.list(ctx, &sums, `SELECT moneda, CAST(`+count+` AS BIGINT) AS n, `+sum("subtotal")+`, `+sum("descuento")+`, `+
		sum("traslados")+`, `+sum("retenciones")+`, `+sum("total")+`
		FROM `+from+` WHERE `+q.sql+` GROUP BY moneda HAVING `+count+` <> 0 ORDER BY moneda`, q.args...)
	return sums, err
}
