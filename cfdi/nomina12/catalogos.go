package nomina12

import (
	"slices"
	"strings"
)

// The catalogues of payroll, as published on 2026-08-06: a key with a date is in force
// from it, one with a date behind a slash until it.
const (
	tiposNomina         = "O E"
	origenesRecurso     = "IP IF IM"
	periodicidades      = "01 02 03 04 05 06 07 08 09 10 99"
	riesgosPuesto       = "1 2 3 4 5 99"
	tiposContrato       = "01 02 03 04 05 06 07 08 09 10 99"
	tiposHoras          = "01 02 03"
	tiposIncapacidad    = "01 02 03 04"
	tiposJornada        = "01 02 03 04 05 06 07 08 99"
	tiposOtroPago       = "001 002 003 004 005 006 007 008 009 999"
	tiposRegimen        = "02 03 04 05 06 07 08 09 10 11 12 13 99"
	estadosMexicanos    = "AGU BCN BCS CAM CHP CHH COA COL CMX DIF/2023-06-30 DUR GUA GRO HID JAL MEX MIC MOR NAY NLE OAX PUE QUE ROO SLP SIN SON TAB TAM TLA VER YUC ZAC"
	tiposPercepcion     = "001 002 003 004 005 006 009 010 011 012 013 014 015 019 020 021 022 023 024 025 026 027 028 029 030 031 032 033 034 035 036 037 038 039 044 045 046 047 048 049 050 051 052 053 054:2026-01-01 055:2026-01-01 056:2025-12-17 057:2026-06-12"
	deduccionesFechadas = "063/2026-03-01 072/2018-10-14 108:2026-01-01 109:2026-01-01 110:2026-01-01 111:2026-01-01 112:2025-12-17 113:2025-12-17 114:2026-06-12 115:2026-06-12"
	bancos              = "002 006 009 012 014 019 021 030 032/2017-08-13 036 037 042 044 058 059 060 062 072 102 103 106 108 110 112 113 116/2017-08-13 124 126 127 128 129 130 131 132 133 134/2017-08-13 135 136 137 138 139 140 141 143 145 147 148 149 150 151 152 153 154 155 156 157 158 159 160 166 168 600 601 602 605 606 607 608 610 614 615 616 617 618 619 620 621 622 623 626 627 628 629 630 631 632 633 634 636 637 638 640 642 646 647 648 649 651 652 653 655 656 659 670 901 902"
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
