package pdf

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
)

// A Design is one of the ways a receipt may look.
type Design string

// The designs. What none of them leaves out is told by [Renderer.Document].
const (
	Clasica   Design = "clasica"   // letter, the one of look/representacion
	Compacta  Design = "compacta"  // letter, many lines a page
	Servicios Design = "servicios" // letter, few lines with long texts
	Ticket    Design = "ticket"    // roll of 80 mm, as long as its content
)

// Designs lists them in the order people choose from; the first is the default.
var Designs = []Design{Clasica, Compacta, Servicios, Ticket}

// A Part is what a company may leave out of its receipts.
type Part string

// The parts. What the law wants is not among them.
const (
	PartLogo       Part = "logotipo"
	PartDomicilio  Part = "domicilio"
	PartSucursal   Part = "sucursal"
	PartTelefono   Part = "telefono"
	PartCorreo     Part = "correo"
	PartWeb        Part = "web"
	PartReceptor   Part = "domicilio_receptor"
	PartUnidades   Part = "unidades" // the texts beside the unit keys
	PartCuentas    Part = "cuentas"
	PartImporteLet Part = "importe_letra"
)

// Parts lists them in the order of the form.
var Parts = []Part{PartLogo, PartDomicilio, PartSucursal, PartTelefono, PartCorreo, PartWeb, PartReceptor, PartUnidades, PartCuentas, PartImporteLet}

// A Paper is how a company wants its receipts to look. Its zero value is
// clásica, in the house's colour, in Spanish, with everything that is known.
type Paper struct {
	Design  Design   `json:"design,omitempty"`
	Color   string   `json:"color,omitempty"` // #rrggbb; "" is the house's
	Hide    []Part   `json:"hide,omitempty"`
	Leyenda string   `json:"leyenda,omitempty"` // after the totals, line breaks kept
	Pie     string   `json:"pie,omitempty"`     // one line at the foot of each page
	Cuentas []Cuenta `json:"cuentas,omitempty"`
	Ingles  bool     `json:"ingles,omitempty"` // labels in Spanish and English
}

// A Cuenta is a bank account the company is paid on.
type Cuenta struct {
	Banco  string `json:"banco,omitempty"`
	Numero string `json:"numero,omitempty"`
	CLABE  string `json:"clabe,omitempty"`
	Moneda string `json:"moneda,omitempty"`
}

func (c Cuenta) text() string {
	numero, clabe := "", ""
	if c.Numero != "" {
		numero = "cuenta " + c.Numero
	}
	if c.CLABE != "" {
		clabe = "CLABE " + c.CLABE
	}
	return dot(c.Banco, numero, clabe, c.Moneda)
}

// Shows reports whether the part is printed where it is known.
func (p Paper) Shows(part Part) bool { return !slices.Contains(p.Hide, part) }

// shown is text where its part is not left out.
func (p Paper) shown(part Part, text string) string {
	if p.Shows(part) {
		return text
	}
	return ""
}

var hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// ValidColor reports whether text is a colour as [Paper] holds it.
func ValidColor(text string) bool { return text == "" || hexColour.MatchString(text) }

// ParsePaper reads what [Paper.String] wrote; "" is the zero Paper.
func ParsePaper(settings string) (Paper, error) {
	var p Paper
	if settings == "" {
		return p, nil
	}
	if err := json.Unmarshal([]byte(settings), &p); err != nil {
		return Paper{}, fmt.Errorf("paper: %w", err)
	}
	return p, nil
}

// String is the paper as JSON, to be kept.
func (p Paper) String() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and booleans
	}
	return string(b)
}
