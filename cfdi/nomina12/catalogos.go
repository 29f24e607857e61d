package nomina12

import (
	"slices"
	"strings"
)

// The catalogues of payroll that no paper words, as published on 2026-08-06: a key with a date is in force
// from it, one with a date behind a slash until it.
const (
	tiposOtroPago       = "001 002 003 004 005 006 007 008 009 999"
	tiposPercepcion     = "001 002 003 004 005 006 009 010 011 012 013 014 015 019 020 021 022 023 024 025 026 027 028 029 030 031 032 033 034 035 036 037 038 039 044 045 046 047 048 049 050 051 052 053 054:2026-01-01 055:2026-01-01 056:2025-12-17 057:2026-06-12"
	deduccionesFechadas = "063/2026-03-01 072/2018-10-14 108:2026-01-01 109:2026-01-01 110:2026-01-01 111:2026-01-01 112:2025-12-17 113:2025-12-17 114:2026-06-12 115:2026-06-12"
)

// listed reports whether a key stands in a catalogue on a day.
func listed(catalogue, key, day string) bool {
	for item := range strings.FieldsSeq(catalogue) {
		if from, date, ok := strings.Cut(item, ":"); ok && from == key {
			return day >= date
		}
		if until, date, ok := strings.Cut(item, "/"); ok && until == key {
			return day <= date
		}
		if item == key {
			return true
		}
	}
	return false
}

// deduccion is listed for c_TipoDeduccion, whose keys run from 001 to 107 before those
// with dates.
func deduccion(key, day string) bool {
	if slices.ContainsFunc(strings.Fields(deduccionesFechadas), func(s string) bool { return strings.HasPrefix(s, key) }) && len(key) == 3 {
		return listed(deduccionesFechadas, key, day)
	}
	return len(key) == 3 && key >= "001" && key <= "107" && strings.Trim(key, "0123456789") == ""
}
