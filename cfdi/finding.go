package cfdi

import "strings"

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
