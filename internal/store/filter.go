package store

import (
	"strconv"
	"strings"
)

// A fragment is a constant piece of SQL, in which ? stands for an argument. As
// with [statement], its type refuses strings that came from somewhere.
type fragment = string

// A filter puts the conditions, order and page of a list together:
//
//	f := newFilter(map[string]fragment{"": "updated_at", "nombre": "name_fold"})
//	if in.State != "" {
//		f.and("state = ?", in.State)
//	}
//	f.orderBy(in.Sort, in.Descending)
//	f.page(in.Limit, in.Offset)
//	err := v.list(ctx, &rows, f.statement(`SELECT … FROM customers WHERE tenant_id = $1`), f.args...)
//
// Each order ends with the row's id, so that pages neither skip nor repeat.
type filter struct {
	where strings.Builder
	tail  strings.Builder
	args  []any // for $2 and on; $1 is the tenant
	sorts map[string]fragment
	id    fragment
}

// newFilter returns a filter whose list may be sorted by the columns named:
// word a user may give → SQL column; "" is the order without a word.
func newFilter(sorts map[string]fragment) *filter {
	return &filter{sorts: sorts, id: "id"}
}

// and adds a condition; each ? in cond takes the next of args.
func (f *filter) and(cond fragment, args ...any) {
	f.where.WriteString(" AND (")
	f.where.WriteString(f.bind(cond, args))
	f.where.WriteString(")")
}

// after adds the keyset condition of the page behind the row with the given
// sort value and id, for the order that orderBy(sort, descending) gives.
func (f *filter) after(sort string, descending bool, value any, id string) {
	column, compare := f.column(sort), " > "
	if descending {
		compare = " < "
	}
	f.where.WriteString(" AND (" + string(column) + ", " + string(f.id) + ")" + compare)
	f.where.WriteString(f.bind("(?, ?)", []any{value, id}))
}

// orderBy sorts by the column that the word sort stands for; a word that is not
// listed sorts as "" does.
func (f *filter) orderBy(sort string, descending bool) {
	direction := ""
	if descending {
		direction = " DESC"
	}
	column := f.column(sort)
	f.tail.WriteString(" ORDER BY " + string(column) + direction)
	if column != f.id {
		f.tail.WriteString(", " + string(f.id) + direction)
	}
}

// page takes limit rows after leaving out offset; a negative offset counts as 0.
func (f *filter) page(limit, offset int) {
	f.tail.WriteString(f.bind(" LIMIT ? OFFSET ?", []any{limit, max(offset, 0)}))
}

// statement returns base, which ends in its WHERE clause, with all that was added.
func (f *filter) statement(base fragment) statement {
	return statement(string(base) + f.where.String() + f.tail.String())
}

// conditions is statement without order and page, for counting and adding up.
// Call it before page, so that args fit.
func (f *filter) conditions(base fragment) statement {
	return statement(string(base) + f.where.String())
}

// column returns the column for a word of the user.
func (f *filter) column(sort string) fragment {
	if c, ok := f.sorts[sort]; ok {
		return c
	}
	return f.sorts[""]
}

// bind takes args over and returns text with each ? as their placeholder.
func (f *filter) bind(text fragment, args []any) string {
	if strings.Count(string(text), "?") != len(args) {
		panic("store: filter fragment and arguments do not fit: " + string(text))
	}
	var b strings.Builder
	for i, piece := range strings.Split(string(text), "?") {
		if i > 0 {
			f.args = append(f.args, args[i-1])
			b.WriteString("$" + strconv.Itoa(len(f.args)+1))
		}
		b.WriteString(piece)
	}
	return b.String()
}
