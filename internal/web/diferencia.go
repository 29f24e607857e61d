package web

import (
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Two people may have the same row open. The save of the second is stale: nothing
// is written, and its form comes back with both versions beside each field that
// the other one changed, and a button for each. What its person had not touched
// already shows what is stored, so that saving again takes nothing back by
// mistake; what they typed stays as typed. It works without script: a button
// sends the form, which comes back with that field set and nothing saved.

const (
	putField  = "_poner"  // of a button: the fields it sets
	readField = "_leido"  // marks of what the form showed when it was drawn
	mineField = "_mio."   // before a name: what was typed where the stored row differs
	seenField = "_visto." // the same, of a field that was left as it was drawn
)

// A difference is one field in two versions.
type difference struct {
	Stored, Mine []string
	Touched      bool // Mine was typed, and not merely how the page showed it
}

// texts are the inputs of a form by name: name, value, name, value…
func texts(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v[pairs[i]] = []string{pairs[i+1]}
	}
	return v
}

// box adds a box to tick; one that is off has no value, as in what a browser sends.
func box(v url.Values, name string, on bool) {
	v[name] = nil
	if on {
		v[name] = []string{"si"}
	}
}

// put sets the fields of the button that was pressed for that and reports whether
// one was. Such a form is drawn again and saves nothing.
func (f *form) put() bool {
	text := f.Values.Get(putField)
	if text == "" {
		return false
	}
	f.Values.Del(putField)
	set, err := url.ParseQuery(text)
	if err != nil {
		return true // no button of ours; nothing is set
	}
	for name, values := range set {
		if off, ok := strings.CutPrefix(name, "-"); ok {
			f.Values.Del(off)
		} else if !strings.HasPrefix(name, "_") {
			f.Values[name] = values
		}
	}
	for name := range f.Values {
		f.stale = f.stale || strings.HasPrefix(name, mineField) || strings.HasPrefix(name, seenField)
	}
	return true
}

// putting is the value of a button that sets fields.
func putting(fields url.Values) string {
	set := url.Values{}
	for name, values := range fields {
		if len(values) == 0 {
			name, values = "-"+name, []string{""}
		}
		set[name] = values
	}
	return set.Encode()
}

// settle compares a form that came too late with what is stored now, which load
// reads; of any other form it does nothing. The form then bears the version that
// is stored: saving it is knowingly.
func (f *form) settle(load func() (now url.Values, version int, err error)) error {
	if !f.stale {
		return nil
	}
	now, version, err := load()
	if err != nil {
		return err
	}
	f.against(now)
	f.Values.Set("Version", whole(version))
	return nil
}

// against finds the fields that somebody else changed.
func (f *form) against(now url.Values) {
	read, known := fingerprintsOf(f.Get(readField)), f.Values.Has(readField)
	f.Differences = map[string]difference{}
	for name, stored := range now {
		typed := slices.Clone(f.Values[name])
		untouched := known && fingerprint(typed) == read[name]
		d := difference{Stored: stored, Mine: typed, Touched: !untouched}
		carried := false
		for _, prefix := range []string{mineField, seenField} {
			if mine, ok := f.Values[prefix+name]; ok {
				d.Mine, d.Touched, carried = mine, prefix == mineField, true
				f.Values.Del(prefix + name)
			}
		}
		if untouched {
			f.Values[name] = stored
			if len(stored) == 0 {
				f.Values.Del(name)
			}
		}
		if fingerprint(d.Mine) != fingerprint(stored) && (carried || !known || fingerprint(stored) != read[name]) {
			f.Differences[name] = d
		}
	}
	f.Values.Set(readField, fingerprints(now))
}

// beside shows a form filled with mine, which says so, beside what is stored.
func (f *form) beside(mine, stored url.Values, says string) {
	f.Values, f.MineSays = mine, says
	f.Values.Set(readField, fingerprints(stored))
	f.Differences = map[string]difference{}
	for name := range stored {
		if fingerprint(mine[name]) != fingerprint(stored[name]) {
			f.Differences[name] = difference{Stored: stored[name], Mine: mine[name], Touched: true}
		}
	}
}

// Taken reports whether the field holds these values.
func (f form) Taken(name string, values []string) bool {
	return fingerprint(f.Values[name]) == fingerprint(values)
}

// StoredAll and MineAll set every field that differs to one of its versions.
func (f form) StoredAll() string {
	return f.every(func(d difference) []string { return d.Stored })
}

// MineAll is StoredAll for what was in the form.
func (f form) MineAll() string { return f.every(func(d difference) []string { return d.Mine }) }

func (f form) every(pick func(difference) []string) string {
	all := url.Values{}
	for name, d := range f.Differences {
		all[name] = pick(d)
	}
	return putting(all)
}

// Differing are the names of the fields that differ.
func (f form) Differing() []string { return slices.Sorted(maps.Keys(f.Differences)) }

// ReadMarks is what the form remembers of the row it was drawn from: of a form
// that came back, what it remembered before.
func (f form) ReadMarks(drawn url.Values) string {
	if len(f.Values) > 0 {
		return f.Get(readField)
	}
	return fingerprints(drawn)
}

// fingerprints writes a short one of each field that is not empty.
func fingerprints(fields url.Values) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if m := fingerprint(fields[name]); m != "" {
			list = append(list, name+":"+m)
		}
	}
	return strings.Join(list, " ")
}

func fingerprintsOf(text string) map[string]string {
	read := map[string]string{}
	for _, one := range strings.Fields(text) {
		if i := strings.LastIndexByte(one, ':'); i > 0 {
			read[one[:i]] = one[i+1:]
		}
	}
	return read
}

// fingerprint tells values apart, whatever blanks are around them and in whatever order
// boxes were ticked; "" for nothing.
func fingerprint(values []string) string {
	var kept []string
	for _, v := range values {
		if v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n")); v != "" {
			kept = append(kept, v)
		}
	}
	if kept == nil {
		return ""
	}
	slices.Sort(kept)
	h := fnv.New64a()
	h.Write([]byte(strings.Join(kept, "\x00")))
	return fmt.Sprintf("%x", h.Sum64())
}

// said is how values of a field read: as the options name them, a box as yes or no.
func said(values []string, options []option, isBox bool) string {
	if isBox {
		if len(values) == 0 {
			return "No"
		}
		return "Sí"
	}
	var words []string
	for _, v := range values {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		for _, o := range options {
			if o.Value == v {
				v = o.Text
			}
		}
		words = append(words, v)
	}
	if words == nil {
		return "vacío"
	}
	return strings.Join(words, ", ")
}
