package directory

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Validar con el SAT. The SAT has no service that a program may ask whether RFC, name
// and postal code agree; it has a page that takes a text file and gives one back. This
// portal writes the one and reads the other, and sends nothing anywhere by itself.

// Limits of the SAT's page, and of its answer.
const (
	SATRows  = 5000
	SATBytes = 4 << 20
)

// WriteSAT writes the part (from 1) of the file for the SAT's page: number|RFC|name|CP,
// of the customers of f that have an RFC of their own, at most five thousand. It returns
// how many it wrote and whether there are more.
func (s *Service) WriteSAT(ctx context.Context, a store.Actor, f Filter, part int, to io.Writer) (n int, more bool, err error) {
	f.After, f.Limit = "", maxLimit
	skip := (max(part, 1) - 1) * SATRows
	for {
		page, err := s.Customers(ctx, a, f)
		if err != nil {
			return n, false, err
		}
		for _, c := range page.Rows {
			switch {
			case generic(c.Rfc):
				continue
			case skip > 0:
				skip--
				continue
			case n == SATRows:
				return n, true, nil
			}
			if err := writeSATLine(to, n+1, c); err != nil {
				return n, false, err
			}
			n++
		}
		if f.After = page.Next; page.Next == "" {
			return n, false, nil
		}
	}
}

// WriteSATOf writes the file of one customer.
func (s *Service) WriteSATOf(ctx context.Context, a store.Actor, id string, to io.Writer) error {
	c, err := s.Customer(ctx, a, id)
	if err != nil {
		return err
	}
	if generic(c.Rfc) {
		return fail.New(fail.Invalid, "Es un RFC genérico: el SAT no lo tiene en su padrón. No hay nada que validar.")
	}
	return writeSATLine(to, 1, c)
}

func writeSATLine(to io.Writer, n int, c Customer) error {
	plain := strings.NewReplacer("|", " ", "\n", " ", "\r", " ").Replace
	_, err := fmt.Fprintf(to, "%d|%s|%s|%s\r\n", n, plain(c.Rfc), plain(c.Nombre), plain(c.CodigoPostal))
	return err
}

// A SATAnswer is one line of what the SAT's page gave back. Resultado is "" when all agrees.
type SATAnswer struct {
	Line                            int
	Rfc, Nombre, CodigoPostal, Text string
	Good                            bool
}

var fivedigits = regexp.MustCompile(`^[0-9]{5}$`)

// ReadSAT reads the file that the SAT's page gives back: on each line what was sent and
// then its answer, apart by | or a tab. Empty lines and a heading are passed over. What
// is laid out otherwise is fail.Invalid with the line, and nothing of it is taken.
func ReadSAT(file []byte) ([]SATAnswer, error) {
	switch {
	case len(file) > SATBytes:
		return nil, fail.New(fail.Invalid, "El archivo pesa más de 4 MB: la respuesta del SAT es un archivo de texto de hasta 5,000 renglones. No se guardó nada.")
	case bytes.HasPrefix(file, []byte("PK")) || bytes.IndexByte(file, 0) >= 0:
		return nil, fail.New(fail.Invalid, "Ése no es un archivo de texto. Si el SAT te dio un .zip, ábrelo y elige el .txt. No se guardó nada.")
	}
	text := string(bytes.TrimPrefix(file, []byte("\ufeff")))
	if !utf8.ValidString(text) {
		text = fromLatin(text)
	}
	var list []SATAnswer
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(strings.TrimSuffix(line, "\r"))
		if line == "" {
			continue
		}
		x, err := readSATLine(line)
		switch {
		case err != nil && len(list) == 0 && strings.Contains(store.FoldLine(line), "rfc") && !looksSent(line): // a heading
			continue
		case err != nil:
			return nil, fail.New(fail.Invalid, fmt.Sprintf("No entendimos el renglón %d: %s No se guardó nada.", i+1, fail.MessageOf(err)))
		case len(list) == SATRows:
			return nil, fail.New(fail.Invalid, fmt.Sprintf("El archivo pasa de %d renglones, que es lo que el SAT responde de una vez. No se guardó nada.", SATRows))
		}
		x.Line = i + 1
		list = append(list, x)
	}
	if len(list) == 0 {
		return nil, fail.New(fail.Invalid, "El archivo no trae ningún renglón con respuesta del SAT. No se guardó nada.")
	}
	return list, nil
}

// looksSent reports whether a line holds an RFC, as a heading does not.
func looksSent(line string) bool {
	for _, cell := range splitSAT(line) {
		if _, err := cfdi.ParseRFC(strings.TrimSpace(cell)); err == nil {
			return true
		}
	}
	return false
}

func splitSAT(line string) []string {
	if strings.Contains(line, "|") {
		return strings.Split(line, "|")
	}
	return strings.Split(line, "\t")
}

func readSATLine(line string) (SATAnswer, error) {
	cells := splitSAT(line)
	at := -1
	for i, cell := range cells {
		cells[i] = clean(cell)
		if _, err := cfdi.ParseRFC(strings.ToUpper(cells[i])); err == nil && at < 0 && i < 2 {
			at = i
		}
	}
	switch {
	case at < 0:
		return SATAnswer{}, fail.New(fail.Invalid, "falta el RFC; debe ir como número|RFC|nombre|CP|respuesta.")
	case len(cells) < at+3 || !fivedigits.MatchString(cells[at+2]):
		return SATAnswer{}, fail.New(fail.Invalid, "después del nombre debe ir el código postal de cinco dígitos.")
	}
	var said []string
	for _, cell := range cells[at+3:] {
		if cell != "" {
			said = append(said, cell)
		}
	}
	if len(said) == 0 {
		return SATAnswer{}, fail.New(fail.Invalid, "no trae respuesta. ¿Subiste el archivo que enviaste en vez del que te devolvió el SAT?")
	}
	x := SATAnswer{Rfc: strings.ToUpper(cells[at]), Nombre: cells[at+1], CodigoPostal: cells[at+2], Text: clip(strings.Join(said, ". "), 300)}
	x.Good = agrees(x.Text)
	return x, nil
}

// agrees reports whether the SAT's words say that all agrees: the RFC is valid and may
// be invoiced, and nothing is denied. Words that are not known count as an objection.
func agrees(text string) bool {
	fold := " " + store.FoldLine(text) + " "
	for _, no := range []string{" no ", "invalid", "incorrect", "cancelad", "suspendid", " sin "} {
		if strings.Contains(fold, no) {
			return false
		}
	}
	return strings.Contains(fold, "valid") || strings.Contains(fold, "correct") || strings.Contains(fold, "coincide")
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// fromLatin reads bytes that are no UTF-8 as ISO 8859-1.
func fromLatin(s string) string {
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}

// A SATOutcome is what came of an answer of the SAT.
type SATOutcome struct {
	Good, Bad int
	Others    []SATAnswer // lines of no customer, or of one whose data are others by now
}

// satBatch is how many lines one transaction notes.
const satBatch = 200

// TakeSAT notes what the SAT answered beside each customer whose RFC, name and postal
// code are those of a line. The rest is told back. Errors: fail.Invalid as [ReadSAT].
func (s *Service) TakeSAT(ctx context.Context, a store.Actor, file []byte) (SATOutcome, error) {
	if err := a.Require(store.RightCustomers); err != nil {
		return SATOutcome{}, err
	}
	list, err := ReadSAT(file)
	if err != nil {
		return SATOutcome{}, err
	}
	var out SATOutcome
	for start := 0; start < len(list); start += satBatch {
		batch := list[start:min(start+satBatch, len(list))]
		var part SATOutcome
		err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
			part = SATOutcome{} // the closure may run twice
			return s.noteSAT(ctx, tx, a, batch, &part)
		})
		if err != nil {
			return out, err
		}
		out.Good, out.Bad, out.Others = out.Good+part.Good, out.Bad+part.Bad, append(out.Others, part.Others...)
	}
	return out, nil
}

func (s *Service) noteSAT(ctx context.Context, tx *store.Tx, a store.Actor, batch []SATAnswer, out *SATOutcome) error {
	rfcs := make([]string, len(batch))
	for i, x := range batch {
		rfcs[i] = x.Rfc
	}
	rows, err := tx.CustomersByRfcs(ctx, unique(rfcs), others)
	if err != nil {
		return err
	}
	byRfc := someCustomers{}
	for _, r := range rows {
		byRfc.add(r)
	}
	for _, x := range batch {
		found := false
		for _, r := range byRfc[x.Rfc] {
			if generic(r.Rfc) || store.FoldLine(r.Nombre) != store.FoldLine(x.Nombre) || r.CodigoPostal != x.CodigoPostal {
				continue
			}
			r.ValidadoAt, r.ValidadoPor, r.ValidadoComo, r.ValidadoResultado = store.Micros(tx.Now()), a.UserName, store.SaidByFile, x.Text
			if x.Good {
				r.ValidadoResultado = ""
			}
			if _, err := tx.SaySAT(ctx, r); err != nil {
				return err
			}
			found = true
		}
		switch {
		case !found:
			out.Others = append(out.Others, x)
		case x.Good:
			out.Good++
		default:
			out.Bad++
		}
	}
	return audit(ctx, tx, a, "customer.sat", "customers", nil, map[string]int{"good": out.Good, "bad": out.Bad, "others": len(out.Others)})
}
