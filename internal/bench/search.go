package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
)

const (
	searchedRows    = 52_514                 // of a catalogue as large as the SAT's
	searchCeiling   = 100 * time.Microsecond // of one search of a key, p99
	pageCeiling     = 10 * time.Millisecond  // of what the search box waits for, p95
	readyCeiling    = 150 * time.Millisecond // from a stored catalogue to the first answer
	searchOffered   = 12                     // lines of the search box
	searchRecent    = 60                     // keys of late that the box looks through
	fewestSearches  = 200                    // different ones, in one round
	searchedLetters = 2                      // from how many letters on what is typed is searched
)

// searches are what people type when they look for a key.
var searches = []string{
	"renta de local", "consulta med", "flete", "software", "papel", "servicios de", "8411", "tornillo acero", "pantalla de televisión",
	"llantas para camión de carga", "sapatos", "a", "mantenimiento y reparación", "zzzz zzzz",
}

// phrases are things people type, for search to type letter by letter.
var phrases = []string{
	"renta de local", "consulta médica general", "fletes y mudanzas", "licencia de software", "papel bond tamaño carta", "servicios de limpieza",
	"tornillo de acero", "pantalla de televisión", "llantas para camión de carga", "sapatos de mujer", "mantenimiento y reparación de equipo",
	"honorarios de abogado", "refresco de cola", "gasolina magna", "comida para perro", "computadora portátil", "agua purificada", "curso de inglés",
	"pintura vinílica blanca", "medicamento genérico",
}

// typing is what the search box asks while the phrases are typed, each once, and a few keys.
func typing() []string {
	var all []string
	for _, phrase := range phrases {
		letters := []rune(phrase)
		for n := searchedLetters; n <= len(letters); n++ {
			all = append(all, string(letters[:n]))
		}
	}
	all = append(all, "a", "m", "84", "8411", "84111506", "zzzz zzzz")
	slices.Sort(all)
	return slices.Compact(all)
}

// search looks for keys in the memory of the process, letter by letter, in a catalogue of as many rows as the SAT's,
// made of the everyday ones. Its first answer, which makes the index, is search-lista's to measure.
func search(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	c, err := w.largeCatalog()
	if err != nil {
		return nil, nil, err
	}
	c.SearchProdServ("renta", searchOffered)
	all := typing()
	for i := range max(n, min(len(all), fewestSearches+n)) {
		words := all[i%len(all)]
		start := time.Now()
		found := c.SearchProdServ(words, searchOffered)
		figure, limit = append(figure, time.Since(start)), append(limit, searchCeiling)
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if (len(found) == 0) != (words == "zzzz zzzz") {
			return nil, nil, fmt.Errorf("%q finds %d keys", words, len(found))
		}
	}
	return figure, limit, nil
}

// searchPage is what the search box waits for beyond the network: the keys the company used of late, and a search.
func searchPage(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	c, err := w.largeCatalog()
	if err != nil {
		return nil, nil, err
	}
	for i := range n {
		words := searches[i%len(searches)]
		start := time.Now()
		_, err := w.directory.RecentProducts(ctx, w.actor, searchRecent)
		found := c.SearchProdServ(words, searchOffered)
		figure, limit = append(figure, time.Since(start)), append(limit, pageCeiling)
		if err = errors.Join(ctx.Err(), err); err != nil {
			return nil, nil, err
		}
		if (len(found) == 0) != (words == "zzzz zzzz") {
			return nil, nil, fmt.Errorf("%q finds %d keys", words, len(found))
		}
	}
	return figure, limit, nil
}

// searchReady opens the stored catalogues and searches once.
func searchReady(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	if _, err := w.largeCatalog(); err != nil {
		return nil, nil, err
	}
	for range n {
		start := time.Now()
		c, err := catalogo.Open(w.path("catalogos"))
		if err = errors.Join(ctx.Err(), err); err != nil {
			return nil, nil, err
		}
		found := c.SearchProdServ("renta de local", searchOffered)
		figure, limit = append(figure, time.Since(start)), append(limit, readyCeiling)
		if len(found) == 0 {
			return nil, nil, errors.New("the first search finds nothing")
		}
	}
	return figure, limit, nil
}

// largeCatalog imports searchedRows keys: the everyday ones, and others that repeat their texts.
func (w *world) largeCatalog() (*catalogo.Catalog, error) {
	if w.large != nil {
		return w.large, nil
	}
	var everyday []catalogo.ClaveProdServ
	for first := range 100 {
		everyday = append(everyday, w.catalog.SearchProdServ(fmt.Sprintf("%02d", first), 1<<20)...)
	}
	if len(everyday) == 0 {
		return nil, errors.New("the catalogue has no keys")
	}
	var file strings.Builder
	file.WriteString("id\ttexto\tiva_trasladado\tieps_trasladado\tvigencia_desde\tvigencia_hasta\n")
	seen := map[string]bool{}
	write := func(clave, texto string) {
		if !seen[clave] {
			seen[clave] = true
			fmt.Fprintf(&file, "%s\t%s\t0\t0\t2022-01-01\t\n", clave, texto)
		}
	}
	for _, row := range everyday {
		write(row.Clave, row.Texto)
	}
	for i := 0; len(seen) < searchedRows; i++ {
		write(fmt.Sprint(10_000_000+i*1_700), fmt.Sprintf("%s clase %d", everyday[i%len(everyday)].Texto, i/len(everyday)))
	}
	src, dir := filepath.Join(w.dir, "tsv"), filepath.Join(w.dir, "catalogos")
	if err := os.MkdirAll(src, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(src, "c_ClaveProdServ.tsv"), []byte(file.String()), 0o600); err != nil {
		return nil, err
	}
	_, err := catalogo.Import(src, dir)
	if err != nil {
		return nil, err
	}
	w.large, err = catalogo.Open(dir)
	return w.large, err
}
