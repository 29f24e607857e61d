package send

import (
	"strings"

	"iofacturo.mx/internal/fail"
)

// ParseAddress reads one bare mail address and returns it without outer spaces
// and with its domain in lower case. It takes what people have (dot-atom
// before the @, a domain with a dot after it, ASCII only) and refuses all that
// a header injection needs: control characters, quotes, comments, display
// names, lists, literals. The error is [fail.Invalid] with a text for the user.
func ParseAddress(s string) (string, error) {
	if strings.ContainsAny(s, "\r\n\x00") {
		return "", fail.New(fail.Invalid, "El correo no puede llevar saltos de línea. Escribe una sola dirección.")
	}
	s = strings.Trim(s, " ")
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", fail.New(fail.Invalid, "Al correo le falta la arroba. Escríbelo como nombre@empresa.mx.")
	}
	local, domain := s[:at], strings.ToLower(s[at+1:])
	if len(s) > 254 || !localPart(local) || !domainPart(domain) {
		return "", fail.New(fail.Invalid, "El correo no tiene forma válida. Escríbelo como nombre@empresa.mx, sin espacios ni acentos.")
	}
	return local + "@" + domain, nil
}

// localPart reports whether s is a dot-atom of RFC 5322 of at most 64 characters.
func localPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if !letterOrDigit(s[i]) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", rune(s[i])) {
			return false
		}
	}
	return true
}

// domainPart reports whether s is a host name of at least two labels whose
// last one is not a number (so that no IP address passes).
func domainPart(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for i := range len(l) {
			if !letterOrDigit(l[i]) && l[i] != '-' {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return len(last) >= 2 && strings.Trim(last, "0123456789") != ""
}

func letterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
