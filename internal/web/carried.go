package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// carriedLimit bounds the form that is carried over a sign-in, in bytes.
const carriedLimit = 256 << 10

// carriedPrefix marks the fields of a carried form among those of the sign-in.
const carriedPrefix = "seguir."

// A pair is one field of a form, in the order of its name.
type pair struct{ Name, Value string }

// carriedFrom reads the form a stranger just sent. Files are not carried, nor
// forms that are too large or hold a password.
func carriedFrom(r *http.Request) []pair {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	if r.ContentLength > carriedLimit {
		return nil
	}
	if err := r.ParseForm(); err != nil {
		return nil
	}
	for name := range r.PostForm {
		if isSecret(name) {
			return nil
		}
	}
	return pairsOf(r.PostForm, "")
}

// carriedOf reads back the fields that the sign-in page carried.
func carriedOf(values url.Values) []pair { return pairsOf(values, carriedPrefix) }

// pairsOf lists the fields of values whose names begin with prefix, without it.
func pairsOf(values url.Values, prefix string) []pair {
	var pairs []pair
	size := 0
	for name, all := range values {
		short, ok := strings.CutPrefix(name, prefix)
		if !ok || isSecret(short) {
			continue
		}
		for _, v := range all {
			size += len(short) + len(v)
			pairs = append(pairs, pair{short, v})
		}
	}
	if size > carriedLimit {
		return nil
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return pairs
}

// secretFields are the inputs for passwords of every form.
var secretFields = []string{"Password", "Password2", "Anterior", "Nueva", "Confirmacion"}

func isSecret(name string) bool { return slices.Contains(secretFields, name) }

// isTooLarge reports whether err says that the body went over its limit.
func isTooLarge(err error) bool {
	var large *http.MaxBytesError
	return errors.As(err, &large)
}
