package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/pac"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/retenciones"
)

type cfdiCmd struct {
	Cadena   cadenaCmd   `cmd:"" help:"Imprime la cadena original, sin salto de línea al final."`
	Validate validateCmd `cmd:"" help:"Revisa contra la matriz del SAT y dice cada hallazgo con su remedio."`
	Totals   totalsCmd   `cmd:"" help:"El mismo documento con todos sus importes recalculados."`
	Seal     sealCmd     `cmd:"" help:"Sella el documento y lo imprime."`
	Stamp    stampCmd    `cmd:"" help:"Timbra un documento sellado con el PAC configurado (de fábrica, el de pruebas)."`
	Verify   verifyCmd   `cmd:"" help:"Verifica sello, certificado, cadena de confianza y timbre."`
	PDF      pdfCmd      `cmd:"" name:"pdf" help:"Hace la representación impresa."`
	Rules    rulesCmd    `cmd:"" help:"La tabla de códigos del SAT y quién responde por cada uno."`
}

// maxXML is the largest document read from a file or standard input, in bytes; xmldoc refuses larger ones anyway.
const maxXML = 10 << 20

// read returns the bytes of a file, or of standard input for "-".
func (w *world) read(path string) ([]byte, error) {
	source := w.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		source = f
	}
	b, err := io.ReadAll(io.LimitReader(source, maxXML+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxXML {
		return nil, fmt.Errorf("%s pesa más de 10 MB", path)
	}
	return b, nil
}

func (w *world) document(path string) (*cfdi.Document, error) {
	b, err := w.read(path)
	if err != nil {
		return nil, err
	}
	doc, err := cfdi.Read(b, complementos.All)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return doc, nil
}

type cadenaCmd struct {
	File string `arg:"" help:"Archivo XML, o - para la entrada estándar."`
}

func (c *cadenaCmd) Run(w *world) error {
	doc, err := w.document(c.File)
	if err != nil {
		return err
	}
	cadena, err := cfdi.Cadena(doc.Comprobante)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.stdout, cadena)
	return err
}

// catalogFlags say where the imported catalogues lie; without them the built-in everyday set judges.
type catalogFlags struct {
	Data string `default:"./data" help:"Carpeta de datos: ahí se buscan los catálogos importados."`
}

func (f catalogFlags) open() (*catalogo.Catalog, error) {
	return catalogo.Open((&dataFlags{Data: f.Data}).path("catalogos"))
}

type validateCmd struct {
	catalogFlags
	JSON  bool     `name:"json" help:"Hallazgos como JSON, un arreglo por archivo."`
	At    string   `help:"Reloj para la regla de las 72 horas, en UTC: AAAA-MM-DDTHH:MM:SSZ. De fábrica, ahora."`
	Files []string `arg:"" help:"Archivos XML."`
}

func (c *validateCmd) Run(w *world) error {
	at, err := clock(w, c.At)
	if err != nil {
		return err
	}
	cat, err := c.open()
	if err != nil {
		return err
	}
	return judge(w, c.Files, c.JSON, func(b []byte) (cfdi.Findings, error) {
		doc, err := cfdi.Read(b, complementos.All)
		if err != nil {
			return nil, err
		}
		when := at
		if doc.Timbre != nil && c.At == "" {
			when = time.Time{} // stamped already: the 72 hours were its certifier's to judge
		}
		return cfdi.Validate(doc.Comprobante, cat, when), nil
	})
}

// judge prints what f finds in each file; findings of severity error make the exit status 1, an unreadable file 2.
func judge(w *world, files []string, asJSON bool, f func([]byte) (cfdi.Findings, error)) error {
	var broken bool
	var unread error
	for _, path := range files {
		b, err := w.read(path)
		if err != nil {
			unread = errors.Join(unread, err)
			continue
		}
		found, err := f(b)
		if err != nil {
			unread = errors.Join(unread, fmt.Errorf("%s: %w", path, err))
			continue
		}
		broken = broken || len(found.Errors()) > 0
		if err := printFindings(w, path, found, asJSON); err != nil {
			return err
		}
	}
	if unread != nil {
		return unread
	}
	if broken {
		return errFindings
	}
	return nil
}

func printFindings(w *world, path string, found cfdi.Findings, asJSON bool) error {
	if asJSON {
		if found == nil {
			found = cfdi.Findings{}
		}
		return json.NewEncoder(w.stdout).Encode(found)
	}
	if len(found) == 0 {
		_, err := fmt.Fprintf(w.stdout, "%s: bien\n", path)
		return err
	}
	for _, f := range found {
		word := "error"
		if !f.IsError() {
			word = "aviso"
		}
		fmt.Fprintf(w.stdout, "%s: %s: %s", path, strings.TrimRight(word+" "+f.Code+" "+f.Path, " "), f.Message)
		if f.Fix != "" {
			fmt.Fprintf(w.stdout, " %s", f.Fix)
		}
		fmt.Fprintln(w.stdout)
	}
	return nil
}

func clock(w *world, at string) (time.Time, error) {
	if at == "" {
		return w.now(), nil
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return time.Time{}, fmt.Errorf("--at %q no es una fecha como 2026-11-22T18:00:00Z", at)
	}
	return t, nil
}

type totalsCmd struct {
	catalogFlags
	File string `arg:"" help:"Archivo XML."`
}

func (c *totalsCmd) Run(w *world) error {
	doc, err := w.document(c.File)
	if err != nil {
		return err
	}
	cat, err := c.open()
	if err != nil {
		return err
	}
	doc.Comprobante.Totalize(cat)
	_, err = w.stdout.Write(cfdi.WriteXML(doc.Comprobante))
	return err
}

type sealCmd struct {
	catalogFlags
	Cer          string `required:"" help:"Certificado .cer."`
	Key          string `required:"" help:"Llave .key."`
	PasswordFile string `required:"" help:"Archivo con la contraseña de la llave."`
	At           string `help:"Reloj para la regla de las 72 horas, en UTC. De fábrica, ahora."`
	File         string `arg:"" help:"Archivo XML sin sellar; sus errores se dicen y no se sella."`
}

func (c *sealCmd) Run(w *world) error {
	at, err := clock(w, c.At)
	if err != nil {
		return err
	}
	cert, key, err := openPair(c.Cer, c.Key, c.PasswordFile)
	if err != nil {
		return err
	}
	defer key.Wipe()
	doc, err := w.document(c.File)
	if err != nil {
		return err
	}
	cat, err := c.open()
	if err != nil {
		return err
	}
	prepared, err := cfdi.Prepare(doc.Comprobante, cat, cert, at)
	var found cfdi.Findings
	if errors.As(err, &found) {
		if err := printFindings(&world{stdout: w.stderr}, c.File, found, false); err != nil {
			return err
		}
		return errFindings
	}
	if err != nil {
		return err
	}
	sealed, err := prepared.SealWith(key)
	if err != nil {
		return err
	}
	_, err = w.stdout.Write(sealed.XML())
	return err
}

func openPair(cerFile, keyFile, passwordFile string) (*csd.Certificate, *csd.Key, error) {
	cer, err := os.ReadFile(cerFile)
	if err != nil {
		return nil, nil, err
	}
	der, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, nil, err
	}
	password, err := os.ReadFile(passwordFile)
	if err != nil {
		return nil, nil, err
	}
	cert, err := csd.ParseCertificate(cer)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", cerFile, err)
	}
	key, err := csd.OpenKey(der, bytes.TrimRight(password, "\r\n"))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	if !key.Matches(cert) {
		return nil, nil, errors.New("la llave no es la de ese certificado")
	}
	return cert, key, nil
}

type stampCmd struct {
	Data string `default:"./data" help:"Carpeta de datos del PAC de pruebas."`
	CA   string `name:"ca" help:"Carpeta con los certificados de las autoridades del SAT."`
	At   string `help:"Reloj del certificador, en UTC. De fábrica, ahora."`
	File string `arg:"" help:"Archivo XML sellado."`
}

func (c *stampCmd) Run(w *world) error {
	at, err := clock(w, c.At)
	if err != nil {
		return err
	}
	b, err := w.read(c.File)
	if err != nil {
		return err
	}
	sealed, err := cfdi.ReadSealed(b, complementos.All)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	flags := dataFlags{Data: c.Data, CA: c.CA}
	if err := flags.makeData(); err != nil {
		return err
	}
	cat, err := catalogo.Open(flags.path("catalogos"))
	if err != nil {
		return err
	}
	ca, err := prueba.Open(flags.path("ca"), w.now())
	if err != nil {
		return err
	}
	trust, err := trustOf(w, flags)
	if err != nil {
		return err
	}
	certifier, err := openTestPAC(flags, ca, trust, cat, func() time.Time { return at })
	if err != nil {
		return err
	}
	defer certifier.Close()
	sum := sealed.SHA256()
	answer := certifier.Stamp(w.ctx, fmt.Sprintf("%x", sum[:16]), sealed)
	if answer.Outcome != pac.Stamped {
		fmt.Fprintf(w.stderr, "no se timbró: %s %s\n", answer.Code, answer.Message)
		return errFindings
	}
	if _, err := sealed.Accept(answer.XML, trust); err != nil {
		return err
	}
	fmt.Fprintln(w.stderr, "Timbrado por el PAC de pruebas: SIN VALIDEZ FISCAL")
	_, err = w.stdout.Write(answer.XML)
	return err
}

type verifyCmd struct {
	JSON    bool     `name:"json" help:"Hallazgos como JSON, un arreglo por archivo."`
	Strict  bool     `help:"Los avisos (e.firma, autoridad o PAC desconocidos) cuentan como errores."`
	Data    string   `default:"./data" help:"Carpeta de datos: su autoridad de pruebas también cuenta."`
	CA      string   `name:"ca" help:"Carpeta con los certificados de las autoridades del SAT."`
	PACCert []string `name:"pac-cert" help:"Certificado de un PAC, o una carpeta con varios."`
	Files   []string `arg:"" help:"Archivos XML."`
}

func (c *verifyCmd) Run(w *world) error {
	trust, err := trustOf(w, dataFlags{Data: c.Data, CA: c.CA})
	if err != nil {
		return err
	}
	for _, path := range c.PACCert {
		if err := addPAC(trust, path, nil); err != nil {
			return err
		}
	}
	return judge(w, c.Files, c.JSON, func(b []byte) (cfdi.Findings, error) {
		if retenciones.Is(b) {
			return retenciones.Verify(b, trust, c.Strict), nil
		}
		return cfdi.Verify(b, complementos.All, trust, c.Strict), nil
	})
}

type pdfCmd struct {
	catalogFlags
	Out    string `short:"o" required:"" help:"Archivo PDF que se escribe; - para la salida estándar."`
	Test   bool   `help:"Lo marca SIN VALIDEZ FISCAL."`
	Design string `default:"clasica" enum:"clasica,compacta,servicios,ticket" help:"Diseño: ${enum}."`
	File   string `arg:"" help:"Archivo XML."`
}

func (c *pdfCmd) Run(w *world) error {
	b, err := w.read(c.File)
	if err != nil {
		return err
	}
	doc, err := cfdi.Read(b, complementos.All)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	cat, err := c.open()
	if err != nil {
		return err
	}
	renderer := pdf.New(cat)
	var out []byte
	paper := pdf.Paper{Design: pdf.Design(c.Design)}
	if doc.Timbre == nil {
		out, err = renderer.Draft(doc.Comprobante, pdf.Options{Test: c.Test, Paper: paper})
	} else {
		test := c.Test || strings.Contains(doc.Timbre.Leyenda, "SIN VALIDEZ FISCAL")
		out, err = renderer.Document(b, pdf.Options{State: "timbrado", Test: test, Paper: paper})
	}
	if err != nil {
		return err
	}
	if c.Out == "-" {
		_, err = w.stdout.Write(out)
		return err
	}
	return os.WriteFile(c.Out, out, 0o600)
}

type rulesCmd struct {
	JSON bool `name:"json" help:"Un objeto por renglón."`
}

func (c *rulesCmd) Run(w *world) error {
	rules := slices.Concat(cfdi.Rules(), complementos.Rules(), retenciones.Rules())
	encoder := json.NewEncoder(w.stdout)
	for _, rule := range rules {
		if c.JSON {
			if err := encoder.Encode(rule); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w.stdout, "%-8s %-12s %-62s %-2s %s\n", rule.Family, rule.Code, rule.Path, rule.Class, rule.State)
	}
	if !c.JSON {
		coverage(w, rules)
	}
	return nil
}

// coverage tells, family by family, how many codes are judged here, by the PAC or, for
// a written reason, not.
func coverage(w *world, rules []cfdi.Rule) {
	for len(rules) > 0 {
		family := rules[0].Family
		n := slices.IndexFunc(rules, func(r cfdi.Rule) bool { return r.Family != family })
		if n < 0 {
			n = len(rules)
		}
		here, pac := 0, 0
		for _, r := range rules[:n] {
			switch r.State {
			case cfdi.StateRule:
				here++
			case cfdi.StatePAC:
				pac++
			}
		}
		fmt.Fprintf(w.stdout, "%-8s %d códigos: %d se revisan aquí, %d los decide el PAC, %d con su razón escrita\n", family, n, here, pac, n-here-pac)
		rules = rules[n:]
	}
}
