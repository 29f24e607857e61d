package catalogo

import (
	"bufio"
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
)

// source describes one large catalogue: the file it comes in and how a row of it
// is stored. line gets a row by column name and returns it as a blob line.
type source struct {
	name    string
	columns []string // that must be there
	line    func(row) (string, error)
	body    func(lines []string) (string, error) // of the stored file, from the lines in order
	onDisk  bool                                 // it is not read into memory; it may come in several files
}

// sources are the large catalogues, in the order they are reported.
var sources = []source{
	{"ClaveProdServ", []string{"id", "texto", "iva_trasladado", "ieps_trasladado", "vigencia_desde", "vigencia_hasta"}, prodServSource, blobBody, false},
	{"ClaveUnidad", []string{"id", "texto", "vigencia_desde", "vigencia_hasta"}, unidadSource, blobBody, false},
	{"CodigoPostal", []string{"id", "estado", "municipio", "estimulo_frontera"}, postalSource, joinPostals, false},
	{"NumPedimentoAduana", []string{"aduana", "patente", "ejercicio", "cantidad", "vigencia_desde", "vigencia_hasta"}, pedimentoSource, joinLines, false},
	{"Colonia", []string{"colonia", "codigo_postal", "texto"}, coloniaSource, joinLines, true},
	{"Municipio", []string{"municipio", "estado", "texto"}, municipioSource, joinLines, false},
	{"Localidad", []string{"localidad", "estado", "texto"}, localidadSource, joinLines, false},
}

// row is a line of a TSV file by column name.
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

// Import reads the large SAT catalogues in src, a folder of TSV files (c_X.tsv or
// c_X.tsv.gz with a header row, in src or in src/cfdi40), and stores them in dir,
// which is made when absent, in the form [Open] reads. A file with one bad row is
// refused whole and then nothing in dir changes; each file is replaced at once.
func Import(src, dir string) (Report, error) {
	var report Report
	ready := map[string]string{}
	for _, s := range sources {
		paths := s.locate(src)
		if len(paths) == 0 {
			report.Missing = append(report.Missing, s.name)
			continue
		}
		lines, err := readSource(s, paths)
		if err != nil {
			return Report{}, err
		}
		body, err := s.body(lines)
		if err != nil {
			return Report{}, fmt.Errorf("import c_%s: %w", s.name, err)
		}
		ready[s.name] = pack(s.name, body)
		report.Imported = append(report.Imported, Status{Name: s.name, Rows: len(lines), Full: !s.onDisk || len(lines) >= fullColonias})
	}
	if len(report.Imported) == 0 {
		return Report{}, fmt.Errorf("import %s: %w", src, ErrNothing)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Report{}, fmt.Errorf("import: %w", err)
	}
	for _, s := range report.Imported {
		if err := replaceFile(storedPath(dir, s.Name), ready[s.Name]); err != nil {
			return Report{}, fmt.Errorf("import %s: %w", s.Name, err)
		}
	}
	return report, nil
}

// locate finds the file of a catalogue under one of the names it goes by. What is too
// large for one sheet of the SAT's workbook comes in several, c_X_1 and on: then all of
// them; a sample only where there is nothing better.
func (s source) locate(src string) []string {
	for _, sub := range []string{"", "cfdi40"} {
		for _, suffix := range []string{"", ".rebuilt", "_[0-9]", ".sample"} {
			if !s.onDisk && suffix != "" && suffix != ".rebuilt" {
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

// readSource reads the files of a catalogue into lines in order of key.
func readSource(s source, paths []string) ([]string, error) {
	var lines []string
	for _, path := range paths {
		some, err := readFile(s, path)
		if err != nil {
			return nil, fmt.Errorf("import %s: %w", filepath.Base(path), err)
		}
		lines = append(lines, some...)
	}
	if len(paths) == 1 {
		return lines, nil
	}
	lines, err := s.order(lines)
	if err != nil {
		return nil, fmt.Errorf("import c_%s: %w", s.name, err)
	}
	return lines, nil
}

func readFile(s source, path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, err
		}
		r = z
	}
	return s.read(io.LimitReader(r, maxUncompressed))
}

// read turns a TSV file into blob lines in order of key.
func (s source) read(r io.Reader) ([]string, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	if !scanner.Scan() {
		return nil, errors.Join(errors.New("empty file"), scanner.Err())
	}
	columns, err := s.header(scanner.Text())
	if err != nil {
		return nil, err
	}
	var lines []string
	for n := 2; scanner.Scan(); n++ {
		if scanner.Text() == "" {
			continue
		}
		line, err := s.line(row{columns, strings.Split(scanner.Text(), "\t")})
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		return nil, err
	}
	return s.order(lines)
}

func (s source) header(line string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range strings.Split(strings.TrimPrefix(line, "\ufeff"), "\t") {
		columns[strings.TrimSpace(name)] = i
	}
	for _, want := range s.columns {
		if _, ok := columns[want]; !ok {
			return nil, fmt.Errorf("column %s is missing", want)
		}
	}
	return columns, nil
}

func (s source) order(lines []string) ([]string, error) {
	if len(lines) == 0 {
		return nil, errors.New("no rows")
	}
	slices.SortFunc(lines, func(x, y string) int { return strings.Compare(keyOf(x), keyOf(y)) })
	for i := 1; i < len(lines); i++ {
		if keyOf(lines[i]) == keyOf(lines[i-1]) {
			return nil, fmt.Errorf("key %q stands twice", keyOf(lines[i]))
		}
	}
	return lines, nil
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
	zona := zoneOf(key, r.get("estado"), r.get("huso_descripcion"))
	return strings.Join([]string{key, key, r.get("estado"), municipio, frontera, zona}, "\t"), nil
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
