package catalogo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// fullColonias is the number of rows from which c_Colonia is taken for the whole of
// it: the official one has about 145,000, the samples that go round a thousand.
const fullColonias = 100_000

// A shelf is a stored catalogue that stays on disk: it is read line by line where it
// lies, so that 145,000 rows cost no memory. Its lines are ordered by key.
type shelf struct {
	file     *os.File
	from, to int64 // of the lines within the file
	rows     int
}

// openShelf proves a stored catalogue and leaves it where it is. It stays open as long
// as the shelf lives; an import puts another file in its place.
func openShelf(name, path string) (*shelf, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := proveShelf(name, f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

// proveShelf compares the lines with the digest of the header, as [unpack] does.
func proveShelf(name string, f *os.File) (*shelf, error) {
	want := len(storedMagic + "\t" + name + "\t")
	head := make([]byte, want+hex.EncodedLen(sha256.Size)+1)
	_, err := io.ReadFull(f, head)
	magic := string(head[:len(storedMagic)])
	if err != nil || magic != storedMagic && magic != magicBefore || string(head[len(magic):want]) != "\t"+name+"\t" || head[len(head)-1] != '\n' {
		return nil, errDamaged
	}
	s := &shelf{file: f, from: int64(len(head)), to: int64(len(head))}
	sum, chunk := sha256.New(), make([]byte, 64<<10)
	for {
		n, err := f.Read(chunk)
		sum.Write(chunk[:n])
		s.rows += bytes.Count(chunk[:n], []byte{'\n'})
		s.to += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if hex.EncodeToString(sum.Sum(nil)) != string(head[want:len(head)-1]) {
		return nil, errDamaged
	}
	return s, nil
}

// shelfWindow is how much of a file is read at once.
const shelfWindow = 4 << 10

// with returns the lines that start with prefix, at most n of them.
func (s *shelf) with(prefix string, n int) ([]string, error) {
	at, err := s.seek(prefix)
	if err != nil {
		return nil, err
	}
	var found []string
	for at < s.to && len(found) < n {
		window, err := s.read(at)
		if err != nil {
			return nil, err
		}
		for len(found) < n {
			line, rest, whole := bytes.Cut(window, []byte{'\n'})
			if !whole {
				break
			}
			switch text := string(line); {
			case strings.HasPrefix(text, prefix):
				found = append(found, text)
			case text > prefix:
				return found, nil
			}
			at, window = at+int64(len(line))+1, rest
		}
	}
	return found, nil
}

// seek returns where a line starts that is not after the first one from key on, and at
// most one window before it.
func (s *shelf) seek(key string) (int64, error) {
	low, high := s.from, s.to
	for high-low > shelfWindow {
		middle := low + (high-low)/2
		window, err := s.read(middle)
		if err != nil {
			return 0, err
		}
		_, after, ok := bytes.Cut(window, []byte{'\n'})
		start := middle + int64(len(window)-len(after))
		if !ok || start >= high {
			break
		}
		if line, _, _ := bytes.Cut(after, []byte{'\n'}); string(line) < key {
			low = start
		} else {
			high = middle
		}
	}
	return low, nil
}

// read returns the bytes from at on, a window of them or up to the end.
func (s *shelf) read(at int64) ([]byte, error) {
	window := make([]byte, min(shelfWindow, s.to-at))
	if _, err := s.file.ReadAt(window, at); err != nil {
		return nil, fmt.Errorf("catalogue on disk: %w", err)
	}
	return window, nil
}

// A Colonia is a row of c_Colonia: the neighbourhoods of a postal code.
type Colonia struct{ Clave, CodigoPostal, Texto string }

// mostColonias is how many colonias of one postal code are given: the largest have
// some two hundred.
const mostColonias = 500

// Colonias returns the colonias of a postal code, in order of key; none where
// c_Colonia was not imported or cannot be read.
func (c *Catalog) Colonias(cp string) []Colonia {
	if _, ok := postalNumber(cp); !ok || c.colonias == nil {
		return nil
	}
	lines, err := c.colonias.with(cp+" ", mostColonias)
	if err != nil {
		return nil // they only help to type: one writes them as well
	}
	list := make([]Colonia, 0, len(lines))
	for _, line := range lines {
		key, text, _ := strings.Cut(line, "\t")
		list = append(list, Colonia{Clave: key[len(cp)+1:], CodigoPostal: cp, Texto: text})
	}
	return list
}

// coloniaSource keys a row by postal code and colonia.
func coloniaSource(r row) (string, error) {
	cp, key := r.get("codigo_postal"), r.get("colonia")
	if _, ok := postalNumber(cp); !ok || len(key) != 4 || !digits(key) {
		return "", fmt.Errorf("colonia %q of postal code %q", key, cp)
	}
	return named(r, cp+" "+key)
}

// municipioSource keys a row by state and municipality.
func municipioSource(r row) (string, error) { return placeSource(r, "municipio", 3) }

// localidadSource keys a row by state and town.
func localidadSource(r row) (string, error) { return placeSource(r, "localidad", 2) }

func placeSource(r row, column string, size int) (string, error) {
	estado, key := r.get("estado"), r.get(column)
	if n := len(estado); n < 2 || n > 3 || len(key) != size || !digits(key) {
		return "", fmt.Errorf("%s %q of state %q", column, key, estado)
	}
	return named(r, estado+" "+key)
}

// named is a row of a key and its text.
func named(r row, key string) (string, error) {
	text := r.get("texto")
	if text == "" || len(text) > 200 {
		return "", fmt.Errorf("%s has no name, or a very long one", key)
	}
	return key + "\t" + text, nil
}

// Municipio returns the name of a municipality by its keys; "" where c_Municipio was
// not imported.
func (c *Catalog) Municipio(estado, municipio string) string {
	return nameIn(c.municipios, estado+" "+municipio)
}

// Localidad returns the name of a town by its keys; "" where c_Localidad was not imported.
func (c *Catalog) Localidad(estado, localidad string) string {
	return nameIn(c.localidades, estado+" "+localidad)
}

func nameIn(b *blob, key string) string {
	if b == nil {
		return ""
	}
	i, ok := b.find(key)
	if !ok {
		return ""
	}
	var f [mostFields]string
	return b.fields(i, &f)[1]
}

// Localidades returns the names of the towns of a state; none where c_Localidad was
// not imported.
func (c *Catalog) Localidades(estado string) []string { return namesIn(c.localidades, estado+" ") }

// Municipios returns the names of the municipalities of a state; none where c_Municipio
// was not imported.
func (c *Catalog) Municipios(estado string) []string { return namesIn(c.municipios, estado+" ") }

func namesIn(b *blob, prefix string) []string {
	if b == nil {
		return nil
	}
	var names []string
	for i := b.seek(prefix); i < b.len() && strings.HasPrefix(string(b.key(i)), prefix); i++ {
		var f [mostFields]string
		names = append(names, b.fields(i, &f)[1])
	}
	return names
}
