package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"iofacturo.mx/internal/store"
)

// gridOf reads the order and the state of a short list from its address, as [listOf]
// does of a long one. A short list shows all its states at first, in the order it comes in.
func gridOf(r *http.Request, cols []column) listView {
	_, v := listOf(r, cols)
	v.given = true
	if r.URL.Query().Get("estado") != stateActive && v.State != stateInactive {
		v.State = stateAll
	}
	return v
}

// GridLink is a short list in another state.
func (v listView) GridLink(state string) string {
	if state == stateAll {
		state = ""
	}
	return v.link("estado", state)
}

// A comparison orders two rows by one column.
type comparison[T any] func(x, y T) int

// arrange puts the rows of a short list into the state and the order its address asks
// for. by has a comparison for each column with a key.
func arrange[T any](v listView, rows []T, active func(T) bool, by map[string]comparison[T]) ([]T, listView) {
	on := 0
	for _, x := range rows {
		if active(x) {
			on++
		}
	}
	v.Mixed = on > 0 && on < len(rows)
	kept := slices.DeleteFunc(slices.Clone(rows), func(x T) bool { return v.State != stateAll && active(x) != (v.State == stateActive) })
	key, down := strings.CutPrefix(v.Sort, "-")
	compare, ok := by[key]
	if !ok {
		return kept, v
	}
	slices.SortStableFunc(kept, func(x, y T) int {
		if down {
			x, y = y, x
		}
		return compare(x, y)
	})
	return kept, v
}

// byText orders by what people read: without accents or case.
func byText[T any](text func(T) string) comparison[T] {
	return func(x, y T) int { return strings.Compare(store.FoldLine(text(x)), store.FoldLine(text(y))) }
}

// byNumber orders by a number.
func byNumber[T any, N cmp.Ordered](number func(T) N) comparison[T] {
	return func(x, y T) int { return cmp.Compare(number(x), number(y)) }
}
