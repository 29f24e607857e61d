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
// (XML 1.0, section 3.3.3). All of raw is checked before any of it is copied,
// so that a bad text costs its length and no memory; what needs no change is
// returned as it is.
func (p *parser) unescape(at int, raw string, attr bool) (string, error) {
	if plain(raw) {
		return raw, nil
	}
	if err := p.check(at, raw, true); err != nil {
		return "", err
	}
	changed := "&\r"
	if attr {
		changed = "&\r\n\t"
	}
	if !strings.ContainsAny(raw, changed) {
		return raw, nil
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] == '&' {
			r, n := reference(raw[i:])
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		c, n := lineEnd(raw[i:])
		if attr && (c == '\n' || c == '\t') {
			c = ' '
		}
		out = append(out, c)
		i += n
	}
	return string(out), nil
}

// lineFeeds turns each line end of s, which has no references, into a line feed.
func lineFeeds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// lineEnd returns the character that the first byte or line end of s stands
// for, and how many bytes that takes (XML 1.0, section 2.11).
func lineEnd(s string) (c byte, n int) {
	switch {
	case s[0] != '\r':
		return s[0], 1
	case len(s) > 1 && s[1] == '\n':
		return '\n', 2
	}
	return '\n', 1
}

// plain reports whether s holds nothing that [parser.unescape] looks at.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '&' || c < ' ' || c == noncharLead {
			return false
		}
	}
	return true
}

// check refuses the characters XML 1.0 forbids (production 2), which source
// that is valid UTF-8 can still hold, and, where they may stand, every
// reference but a character's and the five names.
func (p *parser) check(at int, s string, references bool) error {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c > '&' && c != noncharLead:
		case c == '&' && references:
			_, n := reference(s[i:])
			if n == 0 {
				return p.badReference(at+i, s[i:])
			}
			i += n - 1
		case c < ' ' && notSpace(rune(c)),
			c == noncharLead && (strings.HasPrefix(s[i:], "\uFFFE") || strings.HasPrefix(s[i:], "\uFFFF")):
			return p.failAt(at+i, "encoding", "trae un carácter de control que XML no permite")
		}
	}
	return nil
}

// noncharLead is the first byte of U+FFFE and U+FFFF, and of other characters.
const noncharLead = 0xEF

// longestReference is &#x0010FFFF; with a few zeros to spare.
const longestReference = 17

// reference returns the character that the reference at the start of s stands
// for and the bytes it takes, or 0, 0 when no reference we accept stands there.
func reference(s string) (r rune, n int) {
	end := strings.IndexByte(s[:min(len(s), longestReference)], ';')
	if end < 0 {
		return 0, 0
	}
	if r = named(s[1:end]); r != 0 {
		return r, end + 1
	}
	digits, ok := strings.CutPrefix(s[1:end], "#")
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if !ok || err != nil || code > utf8.MaxRune || !utf8.ValidRune(rune(code)) || !xmlChar(rune(code)) {
		return 0, 0
	}
	return rune(code), end + 1
}

func named(name string) rune {
	switch name {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	return 0
}

func (p *parser) badReference(at int, s string) error {
	end := strings.IndexByte(s[:min(len(s), longestReference)], ';')
	if end < 0 {
		return p.failAt(at, "entity", "trae un & sin escapar o una referencia sin cerrar")
	}
	return p.failAt(at, "entity", "usa la entidad "+quote(s[:end+1])+", que no aceptamos")
}

func xmlChar(r rune) bool {
	return r >= ' ' && r != 0xFFFE && r != 0xFFFF || !notSpace(r)
}
