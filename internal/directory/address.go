package directory

import (
	"regexp"
	"strings"
)

// address is the shape of a mail address that send takes too (a test holds the
// two together; this room does not import that one): a dot-atom, a host name.
var address = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@" +
	`([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*$`)

// parseAddress returns s without outer spaces and its domain in lower case.
func parseAddress(s string) (string, bool) {
	s = strings.Trim(s, " ")
	local, domain, _ := strings.Cut(s, "@")
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	ok := address.MatchString(s) && len(s) <= 254 && len(local) <= 64 && len(last) >= 2 && len(last) <= 63 &&
		!strings.HasPrefix(last, "-") && !strings.HasSuffix(last, "-") && !strings.ContainsAny(s, "\r\n")
	return local + "@" + strings.ToLower(domain), ok
}
