package sendtest

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"iofacturo.mx/internal/send"
)

var (
	widths   = regexp.MustCompile(`(?:^|[;"\s{])(?:min-)?width\s*[:=]\s*"?([0-9]+)(?:px)?`)
	delivery = regexp.MustCompile(`^[0-9a-f]{8}-.*$`)
	counters = regexp.MustCompile(`-(?:id-[0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+).*$`)
)

// Faults says what is wrong with a mail: it has both parts, in its language, without
// any of the secrets, in one column that fits 320 px, with colours for the dark.
func Faults(k send.Kept, secrets ...string) []string {
	var faults []string
	need := func(ok bool, what string) {
		if !ok {
			faults = append(faults, what)
		}
	}
	need(len(k.Text) > 40, "no text")
	need(strings.Contains(k.HTML, `lang="es-MX"`) || strings.Contains(k.HTML, `lang="en"`), "no language")
	need(strings.Contains(k.HTML, "prefers-color-scheme: dark") && strings.Contains(k.HTML, `name="color-scheme"`), "no colours for the dark")
	need(strings.Contains(k.HTML, `name="viewport"`) && strings.Contains(k.HTML, "max-width:"), "no one column")
	for _, secret := range secrets {
		need(!strings.Contains(k.Text+html.UnescapeString(k.HTML), secret), "a password")
	}
	for _, m := range widths.FindAllStringSubmatch(k.HTML, -1) {
		n, err := strconv.Atoi(m[1])
		need(err != nil || n <= 320, "a width of "+m[1])
	}
	return faults
}

// A Gallery remembers one mail of each kind it was shown, from any number of tests.
type Gallery struct {
	mu    sync.Mutex
	mails map[string]send.Kept
}

// Look remembers the mails and returns their faults, one a line.
func (g *Gallery) Look(mails []send.Kept, secrets ...string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.mails == nil {
		g.mails = map[string]send.Kept{}
	}
	var faults []string
	for _, k := range mails {
		g.mails[kindOf(k)] = k
		for _, f := range Faults(k, secrets...) {
			faults = append(faults, k.Subject+": "+f)
		}
	}
	return faults
}

// Show remembers a mail under a name of its own, beside its kind.
func (g *Gallery) Show(name string, k send.Kept) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.mails == nil {
		g.mails = map[string]send.Kept{}
	}
	g.mails[name] = k
}

// kindOf is the head of a mail's id, without what tells one mail from the next; that of
// a receipt is the delivery's own id.
func kindOf(k send.Kept) string {
	return counters.ReplaceAllString(delivery.ReplaceAllString(k.ID[17:], "comprobante"), "")
}

// Kinds lists the kinds that were shown.
func (g *Gallery) Kinds() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	kinds := make([]string, 0, len(g.mails))
	for kind := range g.mails {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// Hang lays one mail of each kind on a page of the folder, as wide as a small telephone.
func (g *Gallery) Hang(dir, name string) error {
	var page strings.Builder
	page.WriteString("<!doctype html><meta charset=utf-8><title>Correos</title><style>iframe{width:320px;height:640px;border:1px solid #888;margin:8px}</style>\n")
	for _, kind := range g.Kinds() {
		fmt.Fprintf(&page, "<iframe title=\"%s\" srcdoc=\"%s\"></iframe>\n", html.EscapeString(kind), html.EscapeString(g.mails[kind].HTML))
	}
	return os.WriteFile(filepath.Join(filepath.Clean(dir), name+".html"), []byte(page.String()), 0o600)
}
