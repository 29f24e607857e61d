package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
)

const (
	searchedRows  = 52_000                // of a catalogue as large as the SAT's
	searchCeiling = 10 * time.Millisecond // of one search of a key, p95
	searchOffered = 12                    // lines of the search box
)

// searches are what people type when they look for a key.
var searches = []string{
	"renta de local", "consulta med", "flete", "software", "papel", "servicios de", "8411", "tornillo acero", "pantalla de televisión",
	"llantas para camión de carga", "sapatos", "a", "mantenimiento y reparación", "zzzz zzzz",
}

// search looks for keys in a catalogue of as many rows as the SAT's, made of the everyday ones.
func search(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	c, err := w.largeCatalog()
	if err != nil {
		return nil, nil, err
	}
	for i := range n {
		words := searches[i%len(searches)]
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

// largeCatalog imports searchedRows keys, which repeat the texts of the everyday ones.
func (w *world) largeCatalog() (*catalogo.Catalog, error) {
	if w.large != nil {
		return w.large, nil
	}
	var texts []string
	for first := range 100 {
		for _, row := range w.catalog.SearchProdServ(fmt.Sprintf("%02d", first), 1<<20) {
			texts = append(texts, row.Texto)
		}
	}
	if len(texts) == 0 {
		return nil, errors.New("the catalogue has no keys")
	}
	var file strings.Builder
	file.WriteString("id\ttexto\tiva_trasladado\tieps_trasladado\tvigencia_desde\tvigencia_hasta\n")
	for i := range searchedRows {
		fmt.Fprintf(&file, "%d\t%s clase %d\t0\t0\t2022-01-01\t\n", 10_000_000+i*1_700, texts[i%len(texts)], i/len(texts))
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
