package cfdi

import (
	"slices"
	"strconv"
	"strings"
)

// Severities of a [Finding].
const (
	SeverityError   = "error"   // the SAT or a PAC refuses the document
	SeverityWarning = "warning" // worth a look; the document can go on
)

// A Finding is one fact about a document that its author should know.
// Message and Fix are Spanish for the user: what is wrong, what to do now.
type Finding struct {
	Code     string `json:"code"`     // code of the SAT where one exists, e.g. CFDI40119
	Path     string `json:"path"`     // e.g. Conceptos[0].Impuestos.Traslados[1].TasaOCuota; "" = the document
	Severity string `json:"severity"` // SeverityError or SeverityWarning
	Message  string `json:"message"`
	Fix      string `json:"fix"`

	// Mend is what puts it right, where one thing alone does; see [Apply].
	Mend []Change `json:"mend,omitempty"`

	// More is how many others this one stands for: those that were left out because there were too many, of which this
	// is the last. 0 for any other finding.
	More int `json:"more,omitempty"`
}

// IsError reports whether the finding keeps the document from being stamped.
func (f Finding) IsError() bool { return f.Severity == SeverityError }

// Findings are all facts found about one document, in the order of the
// document. As an error they say why it was refused.
type Findings []Finding

// Errors returns those that keep the document from being stamped.
func (fs Findings) Errors() Findings {
	var out Findings
	for _, f := range fs {
		if f.IsError() {
			out = append(out, f)
		}
	}
	return out
}

// Error joins the messages, one a line, each with code and path.
func (fs Findings) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = strings.TrimLeft(f.Code+" "+f.Path+": "+f.Message, " :")
	}
	return strings.Join(lines, "\n")
}

func errorAt(code, path, message, fix string) Finding {
	return Finding{Code: code, Path: path, Severity: SeverityError, Message: message, Fix: fix}
}

func warningAt(code, path, message, fix string) Finding {
	return Finding{Code: code, Path: path, Severity: SeverityWarning, Message: message, Fix: fix}
}

// The limits of what is told of one document. Whatever is wrong with it, the first finding of each code is told.
const (
	mostFindings = 1000
	mostPerCode  = mostMended // of one code: whoever is cut off has too many to be mended
)

// gathered are the findings of one document, as many as are told, and how many others there are.
type gathered struct {
	found    Findings
	ofCode   map[string]int
	errors   int  // left out
	warnings int  // left out
	left     bool // the one added last was left out
}

// add adds a finding, or counts it where there are too many.
func (g *gathered) add(f Finding) {
	if f.More > 0 { // it stands for what was left out elsewhere
		g.leave(f)
		return
	}
	if g.ofCode == nil {
		g.ofCode = map[string]int{}
	}
	g.ofCode[f.Code]++
	if n := g.ofCode[f.Code]; n > mostPerCode || n > 1 && len(g.found) >= mostFindings {
		f.More = 1
		g.leave(f)
		return
	}
	g.found, g.left = append(g.found, f), false
}

func (g *gathered) leave(f Finding) {
	if g.left = true; f.IsError() {
		g.errors += f.More
	} else {
		g.warnings += f.More
	}
}

// last is the finding added last, nil where it was left out.
func (g *gathered) last() *Finding {
	if g.left || len(g.found) == 0 {
		return nil
	}
	return &g.found[len(g.found)-1]
}

// total is how many findings there are, those left out among them.
func (g *gathered) total() int { return len(g.found) + g.errors + g.warnings }

// all are the findings, behind them one for the errors and one for the warnings that were left out.
func (g *gathered) all() Findings {
	all := slices.Clip(g.found)
	if g.errors > 0 {
		f := errorAt("", "", "Hay "+counted(g.errors, "error", "errores")+" más que aquí no se muestran.", "Corrige los que ves y revisa otra vez.")
		f.More = g.errors
		all = append(all, f)
	}
	if g.warnings > 0 {
		f := warningAt("", "", "Hay "+counted(g.warnings, "aviso", "avisos")+" más que aquí no se muestran.", "Atiende los que ves y revisa otra vez.")
		f.More = g.warnings
		all = append(all, f)
	}
	return all
}

// counted writes a number with its noun: 1 error, 1,399,515 errores.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + many
}
