package xmldoc

import (
	"strings"
	"unicode/utf8"
)

// attributes reads up to '>' or '/>' of a start tag into scratch and decls.
// Names are still as written; bind resolves them.
func (p *parser) attributes(element string) error {
	p.scratch, p.decls = p.scratch[:0], p.decls[:0]
	for {
		space := p.spaces()
		if p.has(">") || p.has("/>") {
			return nil
		}
		start := p.pos
		name := p.name()
		prefix, local, ok := splitName(name)
		if len(p.scratch)+len(p.decls) >= MaxTagAttrs {
			return p.failAt(start, "limit", "la etiqueta "+quote(element)+" tiene más de 256 atributos")
		}
		if len(name) > MaxNameBytes {
			return p.failAt(start, "limit", "el nombre de un atributo pesa más de 1 KB")
		}
		if !ok || !space {
			return p.failAt(start, "syntax", "la etiqueta "+quote(element)+" está mal escrita")
		}
		value, err := p.value(name)
		if err != nil {
			return err
		}
		if prefix == "xmlns" || name == "xmlns" {
			err = p.declare(start, prefix, local, value)
		} else {
			p.scratch = append(p.scratch, Attr{Prefix: prefix, Local: local, Value: value})
		}
		if err != nil {
			return err
		}
	}
}

// value reads ="…" or ='…' and returns what stands between, normalized.
func (p *parser) value(name string) (string, error) {
	p.spaces()
	if !p.has("=") {
		return "", p.fail("syntax", "el atributo "+quote(name)+" no tiene valor")
	}
	p.pos++
	p.spaces()
	if !p.has(`"`) && !p.has("'") {
		return "", p.fail("syntax", "el valor del atributo "+quote(name)+" va entre comillas")
	}
	mark := p.src[p.pos]
	p.pos++
	start := p.pos
	end := strings.IndexByte(p.src[start:], mark)
	if end < 0 {
		return "", p.fail("syntax", "el valor del atributo "+quote(name)+" no cierra sus comillas")
	}
	if end > MaxAttrBytes {
		return "", p.fail("limit", "el atributo "+quote(name)+" pesa más de 1 MB")
	}
	raw := p.src[start : start+end]
	if i := strings.IndexByte(raw, '<'); i >= 0 {
		return "", p.failAt(start+i, "syntax", "el atributo "+quote(name)+" trae un < sin escapar")
	}
	p.pos += end + 1
	return p.unescape(start, raw, true)
}

// declare takes a namespace declaration (Namespaces in XML 1.0, section 3).
func (p *parser) declare(at int, prefix, local, space string) error {
	d := NS{Prefix: local, Space: space}
	if prefix == "" {
		d.Prefix = ""
	}
	bad := d.Prefix != "" && space == "" || d.Prefix == "xmlns" || space == xmlnsSpace ||
		(d.Prefix == "xml") != (space == xmlSpace) || strings.ContainsAny(space, " \t\n\r") // no URI has blanks, and parsers read them each in its own way
	if bad {
		return p.failAt(at, "prefix", "declara mal el espacio de nombres "+quote(d.Prefix))
	}
	for _, other := range p.decls {
		if other.Prefix == d.Prefix {
			return p.failAt(at, "duplicate", "declara dos veces el prefijo "+quote(d.Prefix))
		}
	}
	if len(p.in)+len(p.decls) >= MaxNamespaces {
		return p.failAt(at, "limit", "declara demasiados espacios de nombres")
	}
	p.decls = append(p.decls, d)
	return nil
}

// bind resolves the prefixes of e and of its attributes and refuses two
// attributes of one expanded name.
func (p *parser) bind(e *Element) error {
	if len(p.decls) > 0 {
		e.Decls = append([]NS(nil), p.decls...)
		p.in = append(p.in, p.decls...)
	}
	space, ok := p.lookup(e.Prefix)
	if !ok {
		return p.failAt(e.Start, "prefix", "usa el prefijo "+quote(e.Prefix)+" sin declararlo")
	}
	e.Space = space
	for i := range p.scratch {
		a := &p.scratch[i]
		if a.Prefix == "" {
			continue // the default namespace does not reach attributes
		}
		if a.Space, ok = p.lookup(a.Prefix); !ok {
			return p.failAt(e.Start, "prefix", "usa el prefijo "+quote(a.Prefix)+" sin declararlo")
		}
	}
	if twice := duplicate(p.scratch); twice != "" {
		return p.failAt(e.Start, "duplicate", "el elemento "+quote(e.Name())+" repite el atributo "+quote(twice))
	}
	e.Attrs = p.keepAttrs(p.scratch)
	return nil
}

func (p *parser) lookup(prefix string) (string, bool) {
	for i := len(p.in) - 1; i >= 0; i-- {
		if p.in[i].Prefix == prefix {
			return p.in[i].Space, true
		}
	}
	return "", prefix == ""
}

// duplicate returns the name of an attribute that stands twice, or "". Few
// attributes are compared pairwise; many, which only hostile files have, by map.
func duplicate(attrs []Attr) string {
	if len(attrs) > 32 {
		seen := make(map[[2]string]bool, len(attrs))
		for _, a := range attrs {
			key := [2]string{a.Space, a.Local}
			if seen[key] {
				return qualified(a.Prefix, a.Local)
			}
			seen[key] = true
		}
		return ""
	}
	for i, a := range attrs {
		for _, b := range attrs[:i] {
			if a.Local == b.Local && a.Space == b.Space {
				return qualified(a.Prefix, a.Local)
			}
		}
	}
	return ""
}

// name takes a name, colons included; "" when none stands here. Of a name that
// is too long it takes just more than MaxNameBytes.
func (p *parser) name() string {
	start := p.pos
	for p.pos < len(p.src) && p.pos-start <= MaxNameBytes {
		c := p.src[p.pos]
		if c < utf8.RuneSelf {
			if !nameByte(c) {
				break
			}
			p.pos++
			continue
		}
		r, n := utf8.DecodeRuneInString(p.src[p.pos:])
		if !nameRune(r) {
			break
		}
		p.pos += n
	}
	return p.src[start:p.pos]
}

// splitName cuts prefix:local; not ok unless both are names by themselves.
func splitName(name string) (prefix, local string, ok bool) {
	prefix, local, colon := strings.Cut(name, ":")
	if !colon {
		return "", prefix, startsName(prefix)
	}
	return prefix, local, startsName(prefix) && startsName(local) && strings.IndexByte(local, ':') < 0
}

func startsName(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	if s == "" || r == '-' || r == '.' || r >= '0' && r <= '9' {
		return false
	}
	return r != 0xB7 // may stand inside a name but not begin it (XML 1.0, production 4a)
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == ':' || c == '_' || c == '-' || c == '.'
}

// nameRune takes the letters of Western Europe beside ASCII: "Año" is all that
// the SAT needs. Beyond them the editions of XML 1.0, and so the parsers of this
// world, disagree on what a name is; a document that one reads and another does
// not is one this reader refuses.
func nameRune(r rune) bool {
	return r == 0xB7 || r >= 0xC0 && r <= 0xFF && r != 0xD7 && r != 0xF7
}

// quote shows a name from a foreign file, clipped.
func quote(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "…"
	}
	return "«" + s + "»"
}
