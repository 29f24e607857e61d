package bulk

import (
	"math/big"
	"regexp"
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/sheet"
)

// Key reads a key of a SAT catalogue as people write it: "601", "601 - General de
// Ley", or the official text alone. texts gives key and text of each row. ok is
// false when it is none of them; mended says that it was not the bare key.
func Key(typed string, texts [][2]string) (key string, mended, ok bool) {
	typed = strings.TrimSpace(typed)
	first := typed
	if at := strings.IndexAny(typed, " -–·:.)"); at >= 0 {
		first = strings.ToUpper(typed[:at])
	}
	for _, t := range texts {
		if strings.EqualFold(t[0], typed) {
			return t[0], false, true
		}
	}
	for _, t := range texts {
		if t[0] == first || sheet.Fold(t[1]) == sheet.Fold(typed) {
			return t[0], true, true
		}
	}
	return typed, false, false
}

var (
	noise = regexp.MustCompile(`^\d+\.\d{7,}$`)
	exact = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	fancy = regexp.MustCompile(`^-?\d{1,3}(,\d{3})+(\.\d+)?$`)
)

// Number reads an amount as spreadsheets and people write it: "1,234.50",
// "$ 1234.5", "1250.500000000001" (what is left of a computed cell, taken to 15
// digits as the spreadsheet shows it). ok is false for what is none.
func Number(typed string) (d decimal.Decimal, ok bool) {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(typed), "$"), "MXN"))
	if fancy.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	if !exact.MatchString(s) || len(s) > 40 {
		return d, false
	}
	if whole, _, _ := strings.Cut(s, "."); noise.MatchString(s) && len(s) > 15 {
		exactly, ok := new(big.Rat).SetString(s)
		if !ok {
			return d, false
		}
		s = strings.TrimRight(strings.TrimRight(exactly.FloatString(max(15-len(whole), 1)), "0"), ".")
	}
	d, err := decimal.Parse(s)
	return d, err == nil
}

// YesNo reads a box to tick. ok is false for what is neither.
func YesNo(typed string) (on, ok bool) {
	switch sheet.Fold(typed) {
	case "si", "s", "x", "1", "true", "verdadero", "activo", "activa", "yes":
		return true, true
	case "no", "n", "0", "false", "falso", "inactivo", "inactiva":
		return false, true
	}
	return false, false
}
