package help

import (
	"fmt"
	"regexp"
	"strings"
)

var pathLink = regexp.MustCompile(`\[([^\]]+)\]\((/[^)]*)\)`)

// Manual returns the files of the user's manual by name, in Markdown: README.md is its
// contents. Paths of the portal are written as what they are, for no portal is at hand.
func Manual() map[string]string {
	out, index := map[string]string{}, strings.Builder{}
	index.WriteString("# Manual de ioFacturo\n\nDe registrarte a tu primera factura, y lo que sigue. Es la misma ayuda que lees en el portal, en *Soporte técnico*; se hace con `make manual`.\n\n")
	for i, a := range Articles() {
		name := fmt.Sprintf("%02d-%s.md", i+1, a.Slug)
		fmt.Fprintf(&index, "%d. [%s](%s): %s\n", i+1, a.Title, name, a.Summary)
		var page strings.Builder
		for line := range strings.Lines(a.source) {
			if strings.HasPrefix(line, "pantallas:") || strings.HasPrefix(line, "palabras:") {
				continue
			}
			if strings.HasPrefix(line, "# ") {
				line += "\n"
			}
			page.WriteString(pathLink.ReplaceAllString(line, "**$1** (`$2`)"))
		}
		page.WriteString("\n[Contenido](README.md)\n")
		out[name] = page.String()
	}
	out["README.md"] = index.String()
	return out
}
