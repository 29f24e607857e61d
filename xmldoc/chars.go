package xmldoc

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// declaration takes <?xml version="1.0" encoding="UTF-8"?>, which may be
// missing, and refuses another version or encoding.
func (p *parser) declaration() error {
	if !p.has("<?xml") || p.pos+5 >= len(p.src) || notSpace(rune(p.src[p.pos+5])) {
		return nil
	}
	start := p.pos
	end := strings.Index(p.src[start:], "?>")
	if end < 0 {
		return p.fail("syntax", "la declaración XML no cierra")
	}
	p.pos += len("<?xml")
	order := []string{"version", "encoding", "standalone"}
	for seen := 0; ; {
		space := p.spaces()
		if p.pos == start+end {
			break
		}
		name := p.name()
		i := indexFrom(order, seen, name)
		if i < 0 || !space || seen == 0 && i != 0 {
			return p.failAt(start, "syntax", "la declaración XML está mal escrita")
		}
		seen = i + 1
		value, err := p.value(name)
		if err != nil {
			return err
		}
		if err := p.declared(start, name, value); err != nil {
			return err
		}
	}
	if p.pos == start+len("<?xml ") {
		return p.failAt(start, "syntax", "la declaración XML no dice su versión")
	}
	p.pos += len("?>")
	return nil
}

func (p *parser) declared(at int, name, value string) error {
	switch {
	case name == "version" && value != "1.0":
		return p.failAt(at, "syntax", "la versión de XML no es 1.0")
	case name == "encoding" && !strings.EqualFold(value, "utf-8"):
		return p.failAt(at, "encoding", "dice estar en "+quote(value)+"; un comprobante va en UTF-8")
	case name == "standalone" && value != "yes" && value != "no":
		return p.failAt(at, "syntax", "la declaración XML está mal escrita")
	}
	return nil
}

func indexFrom(list []string, from int, s string) int {
	for i := from; i < len(list); i++ {
		if list[i] == s {
			return i
		}
	}
	return -1
}

// spaces skips white space and reports whether there was any.
func (p *parser) spaces() bool {
	start := p.pos
	for p.pos < len(p.src) && !notSpace(rune(p.src[p.pos])) {
		p.pos++
	}
	return p.pos > start
}

func notSpace(r rune) bool { return r != ' ' && r != '\t' && r != '\n' && r != '\r' }

// unescape resolves references and normalizes line ends; in an attribute,
// literal white space becomes a space while referenced white space stays
// (XML 1.0, section 3.3.3). What needs no change is returned uncopied.
func (p *parser) unescape(at int, raw string, attr bool) (string, error) {
	plain := true
	for i := 0; i < len(raw); i++ {
		if c := raw[i]; c == '&' || c < ' ' || c >= 0xEF {
			plain = false
			break
		}
	}
	if plain {
		return raw, nil
	}
	if err := p.checkChars(at, raw); err != nil {
		return "", err
	}
	raw = normalize(raw, attr)
	if strings.IndexByte(raw, '&') < 0 {
		return raw, nil
	}
	return p.references(at, raw)
}

func (p *parser) references(at int, raw string) (string, error) {
	var out strings.Builder
	out.Grow(len(raw))
	for {
		i := strings.IndexByte(raw, '&')
		if i < 0 {
			out.WriteString(raw)
			return out.String(), nil
		}
		out.WriteString(raw[:i])
		raw = raw[i+1:]
		// The longest reference is &#x0010FFFF; with a few zeros to spare.
		end := strings.IndexByte(raw[:min(len(raw), 16)], ';')
		if end < 0 {
			return "", p.failAt(at, "entity", "trae un & sin escapar o una referencia sin cerrar")
		}
		r, ok := reference(raw[:end])
		if !ok {
			return "", p.failAt(at, "entity", "usa la entidad "+quote("&"+raw[:end]+";")+", que no aceptamos")
		}
		out.WriteRune(r)
		raw = raw[end+1:]
	}
}

func reference(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if !ok || err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) || !xmlChar(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// checkChars refuses the characters XML 1.0 forbids (production 2). The source
// is valid UTF-8 already.
func (p *parser) checkChars(at int, s string) error {
	for i, r := range s {
		if !xmlChar(r) {
			return p.failAt(at+i, "encoding", "trae un carácter de control que XML no permite")
		}
	}
	return nil
}

func xmlChar(r rune) bool {
	return r >= ' ' && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}

// normalize turns each line end into one line feed and, in an attribute, each
// white space character into a space.
func normalize(s string, attr bool) string {
	if strings.IndexByte(s, '\r') < 0 && (!attr || !strings.ContainsAny(s, "\t\n")) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\r' {
			c = '\n'
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
		}
		if attr && (c == '\n' || c == '\t') {
			c = ' '
		}
		out = append(out, c)
	}
	return string(out)
}
