package catalogo

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Status says of one large catalogue how many rows are at hand, and whether they
// are the full official ones.
type Status struct {
	Name string
	Rows int
	Full bool
}

// Status lists the large catalogues.
func (c *Catalog) Status() []Status {
	postales := Status{Name: "CodigoPostal", Rows: len(stateRanges)}
	if c.postales != nil {
		postales = Status{Name: "CodigoPostal", Rows: len(c.postales), Full: true}
	}
	pedimentos := Status{Name: "NumPedimentoAduana"}
	if c.pedimentos != nil {
		pedimentos = Status{Name: "NumPedimentoAduana", Rows: c.pedimentos.len(), Full: true}
	}
	list := []Status{
		{Name: "ClaveProdServ", Rows: c.prodServ.len(), Full: c.prodServ.full},
		{Name: "ClaveUnidad", Rows: c.unidad.len(), Full: c.unidad.full},
		postales,
		pedimentos,
		c.coloniaStatus(),
		placeStatus("Municipio", c.municipios),
		placeStatus("Localidad", c.localidades),
	}
	for _, s := range sources {
		if s.onDisk && s.name != "Colonia" {
			list = append(list, c.shelves[s.name].status(s.name))
		}
	}
	return list
}

// status of a shelf, which is nil where nothing was imported.
func (s *shelf) status(name string) Status {
	if s == nil {
		return Status{Name: name}
	}
	return Status{Name: name, Rows: s.rows, Full: true}
}

func (c *Catalog) coloniaStatus() Status {
	if c.colonias == nil {
		return Status{Name: "Colonia"}
	}
	return Status{Name: "Colonia", Rows: c.colonias.rows, Full: c.colonias.rows >= fullColonias}
}

func placeStatus(name string, b *blob) Status {
	if b == nil {
		return Status{Name: name}
	}
	return Status{Name: name, Rows: b.len(), Full: true}
}

// Full reports whether the whole official catalogue of this name (without "c_")
// is at hand, so that an unknown key is wrong. The small catalogues always are.
func (c *Catalog) Full(name string) bool {
	for i := range sources { // of the complements, asked for each key of a document
		if s := &sources[i]; s.onDisk && s.name == name && name != "Colonia" {
			return c.shelves[name] != nil
		}
	}
	for _, s := range c.Status() {
		if s.Name == name {
			return s.Full
		}
	}
	return true
}

// Open returns the built-in catalogues with what [Import] left in dir in place of
// the everyday sets. A folder that does not exist, or lacks a catalogue, is no
// error; a stored file that is damaged is.
func Open(dir string) (*Catalog, error) {
	c := New()
	for _, s := range sources {
		if s.onDisk {
			if err := c.shelve(s.name, storedPath(dir, s.name)); err != nil {
				return nil, fmt.Errorf("open catalogue %s: %w; import it again", s.name, err)
			}
			continue
		}
		data, err := readStored(storedPath(dir, s.name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open catalogue: %w", err)
		}
		body, err := unpack(s.name, data)
		if err != nil {
			return nil, fmt.Errorf("open catalogue %s: %w; import it again", s.name, err)
		}
		if err := c.take(s.name, body); err != nil {
			return nil, fmt.Errorf("open catalogue %s: %w; import it again", s.name, err)
		}
	}
	return c, nil
}

// shelve opens a catalogue that stays on disk; one that was not imported is no error.
func (c *Catalog) shelve(name, path string) error {
	s, err := openShelf(name, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	switch {
	case err != nil:
	case name == "Colonia":
		c.colonias = s
	default:
		c.shelves[name] = s
	}
	return err
}

// take puts an imported catalogue in the place of the built-in one.
func (c *Catalog) take(name, body string) error {
	var err error
	switch name {
	case "ClaveProdServ":
		c.prodServ, err = newBlob(body, true)
	case "ClaveUnidad":
		c.unidad, err = newBlob(body, true)
	case "NumPedimentoAduana":
		c.pedimentos, err = newBlob(body, true)
	case "Municipio":
		c.municipios, err = newBlob(body, true)
	case "Localidad":
		c.localidades, err = newBlob(body, true)
	case "CodigoPostal":
		c.postales, err = parsePostals(body)
	}
	return err
}

// parsePostals reads the runs that joinPostals wrote.
func parsePostals(body string) ([]cpRange, error) {
	runs := make([]cpRange, 0, strings.Count(body, "\n"))
	seen := map[string]string{} // one copy of each state and zone
	for line := range strings.Lines(body) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) == 6 {
			f = append(f, "") // stored before the towns were
		}
		if len(f) != 7 {
			return nil, fmt.Errorf("postal codes %q", f[0])
		}
		desde, ok := postalNumber(f[0])
		hasta, ok2 := postalNumber(f[1])
		frontera, err := strconv.Atoi(f[4])
		if !ok || !ok2 || err != nil || !knownZone(f[5]) {
			return nil, fmt.Errorf("postal codes %q", f[0])
		}
		municipio, _ := strconv.ParseUint(f[3], 10, 16) // "" is 0: not known
		localidad, _ := strconv.ParseUint(f[6], 10, 8)
		for _, i := range []int{2, 5} {
			if seen[f[i]] == "" {
				seen[f[i]] = strings.Clone(f[i])
			}
		}
		r := cpRange{desde: desde, hasta: hasta, estado: seen[f[2]], municipio: uint16(municipio), frontera: int8(frontera), zona: seen[f[5]], localidad: uint8(localidad)}
		runs = append(runs, r)
	}
	return runs, nil
}

var errDamaged = errors.New("the file is damaged or of another version")

// storedMagic starts a stored catalogue; its number changes with the format. Of the one
// before, only what is searched differs: [newBlob] knows both.
const (
	storedMagic = "#iofacturo-catalogo-4"
	magicBefore = "#iofacturo-catalogo-2"
)

func storedPath(dir, name string) string { return filepath.Join(dir, name+".cat") }

// pack puts before the body a header that proves them: format, name, digest.
func pack(name, body string) string { return head(storedMagic, name, body) + "\n" + body }

// head is the first line of a stored catalogue.
func head(magic, name, body string) string {
	sum := sha256.New()
	_, _ = io.WriteString(sum, body) // a hash does not fail
	return magic + "\t" + name + "\t" + hex.EncodeToString(sum.Sum(nil))
}

// unpack checks the header and returns the lines, which share memory with data.
func unpack(name, data string) (string, error) {
	first, body, ok := strings.Cut(data, "\n")
	magic := storedMagic
	if strings.HasPrefix(first, magicBefore) {
		magic = magicBefore
	}
	if !ok || first != head(magic, name, body) {
		return "", errDamaged
	}
	return body, nil
}

// readStored reads a file into memory once.
func readStored(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.Grow(int(about.Size()))
	_, err = io.Copy(&text, f)
	return text.String(), err
}

// replaceFile writes data beside path, makes it durable, and puts it in its place.
func replaceFile(path, data string) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.WriteString(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
