// Package constancia reads a Constancia de Situación Fiscal: the PDF with which the
// SAT says who a taxpayer is. What is typed wrong most often in a receipt, and gets
// it rejected, stands in it letter by letter.
//
//	c, err := constancia.Read(pdf, cat)
//	// c.Rfc, c.Nombre, c.CodigoPostal, c.Regimenes
//
// The file comes from anybody: its size, what it unpacks to and the time it takes
// are bounded, and nothing of it is kept. Layouts of several years are read by their
// labels, never by place. RFC and idCIF are held against the QR code where it can be read.
package constancia

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
)

// MaxSize is the largest file that is read, in bytes.
const MaxSize = 5 << 20

// A Constancia is what one says. Empty fields are not in it.
type Constancia struct {
	Rfc            string
	IDCIF          string // of the cédula, digits
	CURP           string // of a persona física
	Nombre         string // upper case, without the corporate form, as a receipt takes it
	RegimenCapital string // the corporate form of a persona moral
	Comercial      string
	CodigoPostal   string
	Vialidad       string // kind and name
	NoExterior     string
	NoInterior     string
	Colonia        string
	Localidad      string
	Municipio      string
	Estado         string
	Estatus        string   // ACTIVO, SUSPENDIDO…
	Regimenes      []string // keys of c_RegimenFiscal in force, in the order of the file
	Unknown        []string // regimes whose text is not of the catalogue
	Emision        time.Time
	QR             bool // RFC and idCIF were held against the QR code
}

// Moral reports whether it is of a persona moral.
func (c Constancia) Moral() bool { return len(c.Rfc) == 12 }

// Old reports whether it was issued more than three months before now: banks and
// clients ask for a newer one, and what it says may have changed.
func (c Constancia) Old(now time.Time) bool {
	return !c.Emision.IsZero() && now.AddDate(0, -3, 0).After(c.Emision)
}

// Read reads the PDF. Errors are fail.Invalid with a text for who sent it: no PDF, too
// large, protected, without text, of something else, or one whose text and QR code name
// different taxpayers.
func Read(file []byte, cat *catalogo.Catalog) (Constancia, error) {
	switch {
	case len(file) > MaxSize:
		return Constancia{}, fail.New(fail.Invalid, "El archivo es demasiado grande: una Constancia pesa menos de 5 MB. No se guardó nada.")
	case !strings.HasPrefix(string(file[:min(len(file), 8)]), "%PDF-"):
		return Constancia{}, fail.New(fail.Invalid, "Este archivo no es un PDF. Descarga tu Constancia del portal del SAT y envíala tal cual; no se guardó nada.")
	}
	if err := bounded(file); err != nil {
		return Constancia{}, err
	}
	lines, err := textOf(file)
	if err != nil {
		return Constancia{}, err
	}
	all := strings.Join(lines, "\n")
	if err := recognize(all); err != nil {
		return Constancia{}, err
	}
	c := fieldsOf(lines)
	c.Emision = emissionOf(all)
	c.Regimenes, c.Unknown = regimesOf(lines, c.Moral(), cat)
	if _, err := cfdi.ParseRFC(c.Rfc); err != nil {
		return Constancia{}, fail.New(fail.Invalid, "No encontramos el RFC en esta Constancia. Descárgala de nuevo del portal del SAT; no se guardó nada.")
	}
	return c, c.hold(file, all)
}

// hold compares what the text says with the QR code and the sealed line of the file.
func (c *Constancia) hold(file []byte, all string) error {
	other := func(rfc string) error {
		return fail.New(fail.Invalid, "El texto de este PDF dice "+c.Rfc+" y su código QR dice "+rfc+": alguien lo cambió. No se guardó nada; pide la Constancia original.")
	}
	if m := sealed.FindStringSubmatch(all); m != nil && m[1] != c.Rfc {
		return other(m[1])
	}
	for _, address := range addresses(file, all) {
		rfc, id, ok := ReadAddress(address)
		switch {
		case !ok:
		case rfc != c.Rfc || c.IDCIF != "" && c.IDCIF != id:
			return other(rfc)
		default:
			c.IDCIF, c.QR = id, true
		}
	}
	return nil
}

// sealed is the line that the SAT seals: ||fecha|RFC|CONSTANCIA DE SITUACIÓN FISCAL|…||
var sealed = regexp.MustCompile(`\|\|[\d/: ]{8,19}\|([A-ZÑ&0-9]{12,13})\|CONSTANCIA`)

var idRfc = regexp.MustCompile(`^(\d{8,14})_([A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3})$`)

// ReadAddress reads RFC and idCIF out of the address in the QR code of a cédula, as a
// telephone shows it: …validadorqr.jsf?D1=10&D2=1&D3=idCIF_RFC.
func ReadAddress(address string) (rfc, idCIF string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || (u.Host != "siat.sat.gob.mx" && !strings.HasSuffix(u.Host, ".sat.gob.mx")) {
		return "", "", false
	}
	m := idRfc.FindStringSubmatch(strings.ToUpper(u.Query().Get("D3")))
	if m == nil {
		return "", "", false
	}
	if _, err := cfdi.ParseRFC(m[2]); err != nil {
		return "", "", false
	}
	return m[2], m[1], true
}

// recognize tells a Constancia from what else people send.
func recognize(all string) error {
	plain := fold(all)
	has := func(words string) bool { return strings.Contains(plain, words) }
	switch {
	case len(strings.Fields(plain)) < 5:
		return fail.New(fail.Invalid, "Este PDF no tiene texto: es una foto o un escaneo. Descarga la Constancia del portal del SAT y envíala tal cual; no se guardó nada.")
	case has("opinion del cumplimiento"), has("opinion de cumplimiento"):
		return fail.New(fail.Invalid, "Esto es una Opinión del cumplimiento, no una Constancia de Situación Fiscal. No se guardó nada.")
	case has("constancia de situacion fiscal"), has("cedula de identificacion fiscal"):
		return nil
	case has("folio fiscal"), has("representacion impresa de un cfdi"):
		return fail.New(fail.Invalid, "Esto es una factura, no una Constancia de Situación Fiscal. No se guardó nada.")
	}
	return fail.New(fail.Invalid, "Este PDF no es una Constancia de Situación Fiscal. No se guardó nada.")
}

var unaccent = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u")

// fold is a text in lower case, without accents (ñ stays), with single spaces.
func fold(s string) string {
	return unaccent.Replace(strings.ToLower(strings.Join(strings.Fields(s), " ")))
}

// A label is one that layouts of any year print before a value, and where that goes.
type label struct {
	text string // folded, without the colon
	into func(c *Constancia) *string
}

// labels are looked for in this order at each place; what belongs nowhere only ends the
// value before it.
func labels() []label {
	none := func(*Constancia) *string { return nil }
	return []label{
		{"rfc", func(c *Constancia) *string { return &c.Rfc }},
		{"idcif", func(c *Constancia) *string { return &c.IDCIF }},
		{"curp", func(c *Constancia) *string { return &c.CURP }},
		{"denominacion/razon social", func(c *Constancia) *string { return &c.Nombre }},
		{"denominacion o razon social", func(c *Constancia) *string { return &c.Nombre }},
		{"nombre (s)", func(c *Constancia) *string { return &c.Nombre }},
		{"nombre(s)", func(c *Constancia) *string { return &c.Nombre }},
		{"primer apellido", nil},
		{"apellido paterno", nil},
		{"segundo apellido", nil},
		{"apellido materno", nil},
		{"regimen capital", func(c *Constancia) *string { return &c.RegimenCapital }},
		{"regimen de capital", func(c *Constancia) *string { return &c.RegimenCapital }},
		{"nombre comercial", func(c *Constancia) *string { return &c.Comercial }},
		{"estatus en el padron", func(c *Constancia) *string { return &c.Estatus }},
		{"situacion del contribuyente", func(c *Constancia) *string { return &c.Estatus }},
		{"codigo postal", func(c *Constancia) *string { return &c.CodigoPostal }},
		{"nombre de vialidad", func(c *Constancia) *string { return &c.Vialidad }},
		{"numero exterior", func(c *Constancia) *string { return &c.NoExterior }},
		{"numero interior", func(c *Constancia) *string { return &c.NoInterior }},
		{"nombre de la colonia", func(c *Constancia) *string { return &c.Colonia }},
		{"nombre de la localidad", func(c *Constancia) *string { return &c.Localidad }},
		{"nombre del municipio o demarcacion territorial", func(c *Constancia) *string { return &c.Municipio }},
		{"nombre del municipio o delegacion", func(c *Constancia) *string { return &c.Municipio }},
		{"nombre de la entidad federativa", func(c *Constancia) *string { return &c.Estado }},
		{"tipo de vialidad", none},
		{"fecha inicio de operaciones", none},
		{"fecha de inicio de operaciones", none},
		{"fecha de ultimo cambio de estado", none},
		{"entre calle", none},
		{"y calle", none},
		{"correo electronico", none},
		{"tel. fijo lada", none},
		{"tel. movil lada", none},
		{"numero", none},
		{"estado del domicilio", none},
		{"estado del contribuyente en el domicilio", none},
	}
}

// ends begin the parts after the data of the taxpayer.
var ends = []string{"actividades economicas", "regimenes", "obligaciones", "sus datos personales", "datos de ubicacion", "datos del domicilio registrado", "datos de identificacion"}

// fieldsOf reads the labelled values. A value goes on in the following lines while
// those bear no label, which long names do.
func fieldsOf(lines []string) Constancia {
	var c Constancia
	var surnames [2]string
	known := labels()
	var open *string
	for _, line := range lines {
		plain := fold(line)
		if slices.ContainsFunc(ends, func(e string) bool { return strings.HasPrefix(plain, e) }) {
			open = nil
			continue
		}
		spots := labelsIn(line, known)
		if len(spots) == 0 {
			if open != nil && *open != "" && len(line) < 80 && !strings.Contains(line, ":") {
				*open += " " + strings.Join(strings.Fields(line), " ")
			}
			open = nil // one more line at most
			continue
		}
		for i, s := range spots {
			end := len(line)
			if i+1 < len(spots) {
				end = spots[i+1].start
			}
			value := strings.Join(strings.Fields(line[s.end:end]), " ")
			into := destination(&c, &surnames, known[s.label])
			open = nil
			if into != nil && *into == "" {
				*into, open = value, into
			}
		}
		if open != &c.Nombre && open != &c.Colonia && open != &c.Vialidad && open != &c.Comercial && open != &c.RegimenCapital {
			open = nil
		}
	}
	return finished(c, surnames)
}

func destination(c *Constancia, surnames *[2]string, l label) *string {
	switch {
	case l.into != nil:
		return l.into(c)
	case strings.HasPrefix(l.text, "primer") || strings.HasSuffix(l.text, "paterno"):
		return &surnames[0]
	}
	return &surnames[1]
}

// A spot is a label found in a line: which, and the bytes it and its colon take.
type spot struct{ label, start, end int }

// labelsIn finds the labels of a line. A label ends in a colon and begins a word; of two
// at one place the longer one counts.
func labelsIn(line string, known []label) []spot {
	var out []spot
	for colon := 0; colon < len(line); colon++ {
		if line[colon] != ':' {
			continue
		}
		from := 0
		if len(out) > 0 {
			from = out[len(out)-1].end
		}
		best := spot{label: -1}
		for start := from; start < colon; start++ {
			if start > from && line[start-1] != ' ' {
				continue
			}
			text := fold(line[start:colon])
			i := slices.IndexFunc(known, func(l label) bool { return l.text == text })
			if i >= 0 {
				best = spot{i, start, colon + 1}
				break // the first start is the longest label
			}
		}
		if best.label >= 0 {
			out = append(out, best)
		}
	}
	return out
}

var (
	postal    = regexp.MustCompile(`\d{5}`)
	digits    = regexp.MustCompile(`\d{8,14}`)
	rfcShape  = regexp.MustCompile(`[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3}`)
	curpShape = regexp.MustCompile(`[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d`)
	emission  = regexp.MustCompile(`a (\d{1,2}) de ([a-z]+) de (\d{4})`)
)

// finished cleans the values: each to its shape, the name as receipts take it.
func finished(c Constancia, surnames [2]string) Constancia {
	c.Rfc = rfcShape.FindString(strings.ToUpper(c.Rfc))
	c.IDCIF = digits.FindString(c.IDCIF)
	c.CURP = curpShape.FindString(strings.ToUpper(c.CURP))
	c.CodigoPostal = postal.FindString(c.CodigoPostal)
	name := strings.Join(strings.Fields(c.Nombre+" "+surnames[0]+" "+surnames[1]), " ")
	c.Nombre, _ = cfdi.NormalizeNombre(name)
	c.Estatus = strings.ToUpper(c.Estatus)
	return c
}

// months are the ones of the date of issue.
var months = []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
