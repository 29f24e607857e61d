package catalogo

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Report says what an import read.
type Report struct {
	Imported []Status // one for each catalogue found and stored
	Missing  []string // large catalogues that src does not have; what was there before stays
}

// ErrNothing is returned by [Import] when the folder has none of the catalogues.
var ErrNothing = errors.New("no SAT catalogue in this folder")

const (
	maxLine         = 1 << 20
	maxUncompressed = 256 << 20
	maxImported     = 1 << 20 // rows of one catalogue
)

// row is a row of a catalogue by column name.
type row struct {
	columns map[string]int
	fields  []string
}

func (r row) get(column string) string {
	i, ok := r.columns[column]
	if !ok || i >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[i])
}

// An Edition is the large catalogues of one publication, read and checked: what [Import]
// stores and [Diff] compares.
type Edition struct {
	tables []edited
}

// edited is one catalogue of an edition, both in order of key.
type edited struct {
	*source
	places map[string]int // of its columns
	rows   []string       // its columns, between tabs
	lines  []string       // as they are stored
}

func edit(s *source) edited {
	t := edited{source: s, places: map[string]int{}}
	for i, c := range s.columns {
		t.places[c.name] = i
	}
	return t
}

// Report says which catalogues the edition has, and which not.
func (e *Edition) Report() Report {
	var report Report
	for _, s := range sources {
		i := slices.IndexFunc(e.tables, func(t edited) bool { return t.name == s.name })
		if i < 0 {
			report.Missing = append(report.Missing, s.name)
			continue
		}
		n := len(e.tables[i].lines)
		report.Imported = append(report.Imported, Status{Name: s.name, Rows: n, Full: s.name != "Colonia" || n >= fullColonias})
	}
	return report
}

// Import reads the large SAT catalogues in src as [ReadFolder] does and stores them in
// dir. A file with one bad row is refused whole and then nothing in dir changes.
func Import(src, dir string) (Report, error) {
	e, err := ReadFolder(src)
	if err != nil {
		return Report{}, err
	}
	return e.Report(), e.Store(dir)
}

// ReadFolder reads a folder of TSV files, c_X.tsv or c_X.tsv.gz with a header row, in src or
// in the folder of their complement (src/cfdi40, src/cartaporte31, …); a folder that an import
// has stored is one as well.
func ReadFolder(src string) (*Edition, error) {
	e := &Edition{}
	for i := range sources {
		s := &sources[i]
		paths := s.locate(src)
		if len(paths) == 0 {
			continue
		}
		t, err := readSource(s, paths)
		if err != nil {
			return nil, err
		}
		e.tables = append(e.tables, t)
	}
	if len(e.tables) == 0 {
		return nil, fmt.Errorf("import %s: %w", src, ErrNothing)
	}
	return e, nil
}

// Store writes the edition to dir, which is made when absent, in the form [Open] reads,
// and beside it the rows as they came, which a later edition is compared with. Each file
// is replaced at once.
func (e *Edition) Store(dir string) error {
	type file struct{ path, data string }
	var ready []file
	for _, t := range e.tables {
		body, err := t.body(t.lines)
		if err != nil {
			return fmt.Errorf("import c_%s: %w", t.name, err)
		}
		tsv, err := t.tsv()
		if err != nil {
			return fmt.Errorf("import c_%s: %w", t.name, err)
		}
		ready = append(ready, file{exportedPath(dir, t.name), tsv}, file{storedPath(dir, t.name), pack(t.name, body)})
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	for _, f := range ready {
		if err := replaceFile(f.path, f.data); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	return nil
}

// Export writes the edition to dir as a folder that [ReadFolder] reads.
func (e *Edition) Export(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for _, t := range e.tables {
		tsv, err := t.tsv()
		if err == nil {
			err = replaceFile(exportedPath(dir, t.name), tsv)
		}
		if err != nil {
			return fmt.Errorf("export c_%s: %w", t.name, err)
		}
	}
	return nil
}

func exportedPath(dir, name string) string { return filepath.Join(dir, "c_"+name+".tsv.gz") }

// tsv is the catalogue as a file of its own, compressed.
func (t edited) tsv() (string, error) {
	var out strings.Builder
	z := gzip.NewWriter(&out)
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	_, err := io.WriteString(z, strings.Join(names, "\t")+"\n")
	for _, r := range t.rows {
		if err != nil {
			break
		}
		_, err = io.WriteString(z, r+"\n")
	}
	err = errors.Join(err, z.Close())
	return out.String(), err
}

// locate finds the file of a catalogue under one of the names it goes by. What is too
// large for one sheet of the SAT's workbook comes in several, c_X_1 and on: then all of
// them; a sample only where there is nothing better.
func (s *source) locate(src string) []string {
	for _, sub := range []string{"", s.folder} {
		for _, suffix := range []string{"", ".rebuilt", "_[0-9]", ".sample"} {
			if s.name != "Colonia" && suffix != "" && suffix != ".rebuilt" {
				continue
			}
			for _, end := range []string{".tsv", ".tsv.gz"} {
				paths, _ := filepath.Glob(filepath.Join(globbed(filepath.Join(src, sub)), "c_"+s.name+suffix+end))
				if paths = slices.DeleteFunc(paths, irregular); len(paths) > 0 {
					return paths
				}
			}
		}
	}
	return nil
}

// globbed is a path as a pattern that only it matches.
func globbed(path string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(path)
}

func irregular(path string) bool {
	info, err := os.Stat(path)
	return err != nil || !info.Mode().IsRegular()
}

// readSource reads the files of a catalogue.
func readSource(s *source, paths []string) (edited, error) {
	t := edit(s)
	for _, path := range paths {
		if err := t.readFile(path); err != nil {
			return t, fmt.Errorf("import %s: %w", filepath.Base(path), err)
		}
	}
	if err := t.order(); err != nil {
		return t, fmt.Errorf("import c_%s: %w", s.name, err)
	}
	return t, nil
}

func (t *edited) readFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		r = z
	}
	return t.read(io.LimitReader(r, maxUncompressed))
}

// read takes in the rows of a TSV file.
func (t *edited) read(r io.Reader) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	if !scanner.Scan() {
		return errors.Join(errors.New("empty file"), scanner.Err())
	}
	columns, err := t.header(scanner.Text())
	if err != nil {
		return err
	}
	for n := 2; scanner.Scan(); n++ {
		if scanner.Text() == "" {
			continue
		}
		in := row{columns, strings.Split(scanner.Text(), "\t")}
		if err := t.take(func(c column) string { return in.get(c.name) }); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return scanner.Err()
}

// take takes in one row, whose value in each column value tells.
func (t *edited) take(value func(column) string) error {
	r := row{t.places, make([]string, len(t.columns))}
	for i, c := range t.columns {
		r.fields[i] = value(c)
	}
	line, err := t.line(r)
	if err != nil {
		return err
	}
	if len(t.rows) == maxImported {
		return errors.New("too many rows")
	}
	t.rows, t.lines = append(t.rows, strings.Join(r.fields, "\t")), append(t.lines, line)
	return nil
}

func (s *source) header(line string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range strings.Split(strings.TrimPrefix(line, "\ufeff"), "\t") {
		columns[strings.TrimSpace(name)] = i
	}
	for _, c := range s.columns {
		if _, ok := columns[c.name]; !ok && c.need {
			return nil, fmt.Errorf("column %s is missing", c.name)
		}
	}
	return columns, nil
}

// order sorts what was taken in by key, which stands once.
func (t *edited) order() error {
	if len(t.lines) == 0 {
		return errors.New("no rows")
	}
	by := make([]int, len(t.lines))
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, func(x, y int) int {
		return cmp.Or(strings.Compare(keyOf(t.lines[x]), keyOf(t.lines[y])), strings.Compare(t.lines[x], t.lines[y]))
	})
	rows, lines := make([]string, len(by)), make([]string, len(by))
	for i, at := range by {
		rows[i], lines[i] = t.rows[at], t.lines[at]
		if i > 0 && keyOf(lines[i]) == keyOf(lines[i-1]) && !t.many {
			return fmt.Errorf("key %q stands twice", keyOf(lines[i]))
		}
	}
	t.rows, t.lines = rows, lines
	return nil
}

func keyOf(line string) string {
	key, _, _ := strings.Cut(line, "\t")
	return key
}

func prodServSource(r row) (string, error) {
	key := r.get("id")
	if len(key) != 8 || !digits(key) {
		return "", fmt.Errorf("key %q is not eight digits", key)
	}
	if err := dates(r); err != nil {
		return "", err
	}
	flags := ""
	for _, f := range []struct{ column, flag string }{
		{"iva_trasladado", flagIVA},
		{"ieps_trasladado", flagIEPS},
		{"estimulo_frontera", flagFrontera},
	} {
		if r.get(f.column) == "1" {
			flags += f.flag
		}
	}
	words := padded(foldWords(r.get("texto") + " " + r.get("similares")))
	return prodServLine(key, r.get("texto"), flags, r.get("complemento"),
		r.get("vigencia_desde"), r.get("vigencia_hasta"), words), nil
}

func unidadSource(r row) (string, error) {
	key := r.get("id")
	if key == "" || len(key) > 3 {
		return "", fmt.Errorf("key %q is not one to three characters", key)
	}
	if err := dates(r); err != nil {
		return "", err
	}
	words := unidadWords(key, r.get("texto"), r.get("simbolo"))
	return unidadLine(key, r.get("texto"), r.get("simbolo"),
		r.get("vigencia_desde"), r.get("vigencia_hasta"), words), nil
}

// pedimentoSource keys a row by aduana, patente and ejercicio.
func pedimentoSource(r row) (string, error) {
	aduana, patente, ejercicio := r.get("aduana"), r.get("patente"), r.get("ejercicio")
	if !digits(aduana) || !digits(patente) || len(ejercicio) != 4 || !digits(ejercicio) {
		return "", fmt.Errorf("aduana %q, patente %q, ejercicio %q", aduana, patente, ejercicio)
	}
	if !digits(r.get("cantidad")) || len(r.get("cantidad")) > 9 {
		return "", fmt.Errorf("cantidad %q", r.get("cantidad"))
	}
	if err := dates(r); err != nil {
		return "", err
	}
	return strings.Join([]string{
		pedimentoKey(aduana, patente, ejercicio, r.get("vigencia_desde")),
		r.get("cantidad"), r.get("vigencia_desde"), r.get("vigencia_hasta"),
	}, "\t"), nil
}

func pedimentoKey(aduana, patente, ejercicio, desde string) string {
	return aduana + " " + patente + " " + ejercicio + " " + desde
}

func postalSource(r row) (string, error) {
	key := r.get("id")
	if _, ok := postalNumber(key); !ok {
		return "", fmt.Errorf("key %q is not five digits", key)
	}
	if len(r.get("estado")) != 3 {
		return "", fmt.Errorf("estado %q of %s", r.get("estado"), key)
	}
	municipio, frontera := r.get("municipio"), r.get("estimulo_frontera")
	if municipio != "" && (len(municipio) != 3 || !digits(municipio)) {
		return "", fmt.Errorf("municipio %q of %s", municipio, key)
	}
	if frontera == "" {
		frontera = "-1"
	}
	if n, err := strconv.Atoi(frontera); err != nil || n < -1 || n > 2 {
		return "", fmt.Errorf("estimulo_frontera %q of %s", frontera, key)
	}
	localidad := r.get("localidad")
	if localidad != "" && (len(localidad) != 2 || !digits(localidad)) {
		return "", fmt.Errorf("localidad %q of %s", localidad, key)
	}
	zona := zoneOf(key, r.get("estado"), r.get("huso_descripcion"))
	return strings.Join([]string{key, key, r.get("estado"), municipio, frontera, zona, localidad}, "\t"), nil
}

// joinPostals makes one line of neighbours that share everything but their number.
func joinPostals(lines []string) (string, error) {
	var out []string
	for _, line := range lines {
		key, rest, _ := strings.Cut(line, "\t")
		_, rest, _ = strings.Cut(rest, "\t")
		if n := len(out); n > 0 && follows(out[n-1], key, rest) {
			first := keyOf(out[n-1])
			out[n-1] = first + "\t" + key + "\t" + rest
			continue
		}
		out = append(out, line)
	}
	return joinLines(out)
}

func joinLines(lines []string) (string, error) { return strings.Join(lines, "\n") + "\n", nil }

func follows(last, key, rest string) bool {
	f := strings.SplitN(last, "\t", 3)
	end, _ := postalNumber(f[1])
	n, _ := postalNumber(key)
	return n == end+1 && f[2] == rest
}

// dates refuses a row whose dates are not AAAA-MM-DD.
func dates(r row) error {
	for _, column := range []string{"vigencia_desde", "vigencia_hasta"} {
		if d := r.get(column); d != "" && !isDate(d) {
			return fmt.Errorf("%s %q is not AAAA-MM-DD", column, d)
		}
	}
	return nil
}

func isDate(s string) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-' && digits(s[:4]) && digits(s[5:7]) && digits(s[8:])
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
