package catalogo

import "strings"

// A Change is what became of one key between two editions.
type Change struct {
	Clave        string
	Texto        string // of the later one, or of the last one that had the key
	Antes, Ahora string // what changed, as written
}

// A TableDiff is what changed in one catalogue. Each list is in order of key; a key may
// stand in more than one of the last three.
type TableDiff struct {
	Name          string
	Before, After int      // rows
	Added         []Change // keys that were not there
	Retired       []Change // keys that are gone, or that were given a last day
	Texts         []Change // the official text
	Dates         []Change // the first or the last day, but for those retired
	Others        []Change // what else the catalogue says
}

// Empty reports whether nothing changed.
func (d TableDiff) Empty() bool {
	return len(d.Added)+len(d.Retired)+len(d.Texts)+len(d.Dates)+len(d.Others) == 0
}

// Diff says what changed from one edition to another, by catalogue, of those that both
// have.
func Diff(from, to *Edition) []TableDiff {
	var list []TableDiff
	for _, before := range from.tables {
		for _, after := range to.tables {
			if before.name == after.name {
				list = append(list, diffTables(before, after))
			}
		}
	}
	return list
}

// facts are what Diff looks at in a row.
type facts struct{ key, text, from, until, others string }

// facts of row i. What only tells where a row came from does not count; of a catalogue
// whose keys stand more than once, text and others are part of the key.
func (t edited) facts(i int) facts {
	f := facts{key: keyOf(t.lines[i])}
	var others []string
	for at, value := range strings.Split(t.rows[i], "\t") {
		switch c := t.columns[at]; {
		case c.name == "texto":
			f.text = value
		case c.name == "vigencia_desde":
			f.from = value
		case c.name == "vigencia_hasta":
			f.until = value
		case c.need && at == 0: // of the key
		case value != "":
			others = append(others, c.name+" "+value)
		}
	}
	f.others = strings.Join(others, ", ")
	return f
}

// order is what rows are told apart by.
func (f facts) order(many bool) string {
	if many {
		return f.key + "\t" + spaced(f.text) + "\t" + spaced(f.others)
	}
	return f.key
}

func (f facts) days() string { return f.from + " – " + f.until }

func diffTables(before, after edited) TableDiff {
	d := TableDiff{Name: after.name, Before: len(before.lines), After: len(after.lines)}
	was := make(map[string]int, len(before.lines))
	for i := range before.lines {
		was[before.facts(i).order(before.many)] = i
	}
	seen, dated := make([]bool, len(before.lines)), before.dated() && after.dated()
	for i := range after.lines {
		now := after.facts(i)
		at, ok := was[now.order(after.many)]
		if !ok {
			d.Added = append(d.Added, Change{now.key, now.text, "", now.days()})
			continue
		}
		seen[at] = true
		d.compare(before.facts(at), now, dated)
	}
	for i := range before.lines {
		if !seen[i] {
			old := before.facts(i)
			d.Retired = append(d.Retired, Change{old.key, old.text, old.days(), ""})
		}
	}
	return d
}

// dated reports whether the edition tells any day: a folder may lack the columns.
func (t edited) dated() bool {
	for i := range t.lines {
		if f := t.facts(i); f.from != "" || f.until != "" {
			return true
		}
	}
	return false
}

// compare adds what changed of one key; its days only where both editions tell them.
func (d *TableDiff) compare(old, now facts, dated bool) {
	switch {
	case old.until == "" && now.until != "":
		d.Retired = append(d.Retired, Change{now.key, now.text, old.days(), now.days()})
	case dated && old.days() != now.days():
		d.Dates = append(d.Dates, Change{now.key, now.text, old.days(), now.days()})
	}
	if differ(old.text, now.text) {
		d.Texts = append(d.Texts, Change{now.key, now.text, old.text, now.text})
	}
	if differ(old.others, now.others) {
		d.Others = append(d.Others, Change{now.key, now.text, old.others, now.others})
	}
}

// differ reports whether two texts say something else. Blanks are not counted: the SAT's workbook
// is read without those that a TSV of it keeps.
func differ(a, b string) bool { return a != b && spaced(a) != spaced(b) }

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
