package catalogo

import (
	_ "embed" // for the everyday keys
	"strings"
)

// prodServEveryday are the keys of c_ClaveProdServ that businesses use every day: a
// line for each, ordered by key, of key, official text, flags and, between bars,
// what people type when they mean it, the most telling first.
//
//go:embed prodserv.tsv
var prodServEveryday string

// Flags of a ClaveProdServ in a blob.
const (
	flagIVA      = "V"
	flagIEPS     = "P"
	flagFrontera = "F"
)

// prodServLine is how a row of c_ClaveProdServ stands in a blob.
func prodServLine(clave, texto, flags, complemento, desde, hasta, words string) string {
	return strings.Join([]string{clave, texto, flags, complemento, desde, hasta, words}, "\t")
}

// everydayProdServ reads the everyday keys where they lie in the program.
func everydayProdServ() *blob { return &blob{data: prodServEveryday, lines: starts(prodServEveryday)} }

// ClaveProdServ returns the row of c_ClaveProdServ with this key. Without the
// full catalogue only the everyday set is known, and false decides nothing.
func (c *Catalog) ClaveProdServ(k string) (ClaveProdServ, bool) {
	i, ok := c.prodServ.find(k)
	if !ok {
		return ClaveProdServ{}, false
	}
	var f [mostFields]string
	return prodServRow(c.prodServ.fields(i, &f)), true
}

func prodServRow(f []string) ClaveProdServ {
	if len(f) < 6 { // of the everyday set: in force, without a complement
		f = []string{f[0], f[1], f[2], "", "", ""}
	}
	return ClaveProdServ{
		Entry: Entry{Clave: f[0], Texto: f[1], Desde: f[4], Hasta: f[5]},
		IVA:   strings.Contains(f[2], flagIVA), IEPS: strings.Contains(f[2], flagIEPS),
		Complemento: f[3], Frontera: strings.Contains(f[2], flagFrontera),
	}
}

// SearchProdServ returns at most n rows of c_ClaveProdServ for what somebody
// typed: the first digits of a key, or words, the last of which may be unfinished.
// Keys that businesses use every day come first, under the words people use.
func (c *Catalog) SearchProdServ(words string, n int) []ClaveProdServ {
	return find(c.prodServFinder(), words, n, prodServRow)
}

// unidadLine is how a row of c_ClaveUnidad stands in a blob.
func unidadLine(clave, texto, simbolo, desde, hasta, words string) string {
	return strings.Join([]string{clave, texto, simbolo, desde, hasta, words}, "\t")
}

func everydayUnidad() *blob {
	lines := make([]string, 0, len(unidadEveryday))
	for _, e := range unidadEveryday {
		lines = append(lines, unidadLine(e.clave, e.texto, e.simbolo, "", "", unidadWords(e.clave, e.texto, e.simbolo)))
	}
	return everydayBlob(lines)
}

// unidadWords are what the search finds of a unit.
func unidadWords(clave, texto, simbolo string) string {
	return padded(foldWords(texto + " " + clave + " " + simbolo))
}

// ClaveUnidad returns the row of c_ClaveUnidad with this key. Without the full
// catalogue only the everyday set is known, and false decides nothing.
func (c *Catalog) ClaveUnidad(k string) (ClaveUnidad, bool) {
	i, ok := c.unidad.find(k)
	if !ok {
		return ClaveUnidad{}, false
	}
	var f [mostFields]string
	return unidadRow(c.unidad.fields(i, &f)), true
}

func unidadRow(f []string) ClaveUnidad {
	return ClaveUnidad{Entry: Entry{Clave: f[0], Texto: f[1], Desde: f[3], Hasta: f[4]}, Simbolo: f[2]}
}

// SearchUnidad returns at most n rows of c_ClaveUnidad for what somebody typed: a
// key, a symbol or words, the last of which may be unfinished.
func (c *Catalog) SearchUnidad(words string, n int) []ClaveUnidad {
	return find(c.unidadFinder(), words, n, unidadRow)
}

// prodServPhrases and unidadPhrases are what people type for each everyday key.
func prodServPhrases() *spoken {
	b := everydayProdServ()
	return newSpoken(b.len(), func(i int) (clave, texto, typed string) {
		var row [mostFields]string
		f := b.fields(i, &row)
		return f[0], f[1], f[3]
	})
}

func unidadPhrases() *spoken {
	return newSpoken(len(unidadEveryday), func(i int) (clave, texto, typed string) {
		e := unidadEveryday[i]
		return e.clave, e.texto, e.typed
	})
}
