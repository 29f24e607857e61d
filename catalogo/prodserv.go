package catalogo

import (
	"slices"
	"strings"
)

// everyday is a row of the everyday set: what the official catalogue says of the
// key, and between bars what people type when they mean it.
type everyday struct {
	clave, texto string
	flags        string
	typed        string
}

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

func everydayProdServ() *blob {
	rows := everydayKeys()
	lines := make([]string, 0, len(rows))
	for _, e := range rows {
		lines = append(lines, prodServLine(e.clave, e.texto, e.flags, "", "", "", padded(foldWords(e.texto))))
	}
	return everydayBlob(lines)
}

// ClaveProdServ returns the row of c_ClaveProdServ with this key. Without the
// full catalogue only the everyday set is known, and false decides nothing.
func (c *Catalog) ClaveProdServ(k string) (ClaveProdServ, bool) {
	i, ok := c.prodServ.find(k)
	if !ok {
		return ClaveProdServ{}, false
	}
	return prodServRow(c.prodServ.fields(i)), true
}

func prodServRow(f []string) ClaveProdServ {
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
	found := search(c.prodServ, c.prodServTyped, words, n)
	rows := make([]ClaveProdServ, 0, len(found))
	for _, i := range found {
		rows = append(rows, prodServRow(c.prodServ.fields(i)))
	}
	return rows
}

// unidadLine is how a row of c_ClaveUnidad stands in a blob.
func unidadLine(clave, texto, simbolo, desde, hasta, words string) string {
	return strings.Join([]string{clave, texto, simbolo, desde, hasta, words}, "\t")
}

func everydayUnidad() *blob {
	lines := make([]string, 0, len(unidadEveryday))
	for _, e := range unidadEveryday {
		words := padded(foldWords(e.texto + " " + e.clave + " " + e.flags))
		lines = append(lines, unidadLine(e.clave, e.texto, e.flags, "", "", words))
	}
	return everydayBlob(lines)
}

// ClaveUnidad returns the row of c_ClaveUnidad with this key. Without the full
// catalogue only the everyday set is known, and false decides nothing.
func (c *Catalog) ClaveUnidad(k string) (ClaveUnidad, bool) {
	i, ok := c.unidad.find(k)
	if !ok {
		return ClaveUnidad{}, false
	}
	return unidadRow(c.unidad.fields(i)), true
}

func unidadRow(f []string) ClaveUnidad {
	return ClaveUnidad{Entry: Entry{Clave: f[0], Texto: f[1], Desde: f[3], Hasta: f[4]}, Simbolo: f[2]}
}

// SearchUnidad returns at most n rows of c_ClaveUnidad for what somebody typed: a
// key, a symbol or words, the last of which may be unfinished.
func (c *Catalog) SearchUnidad(words string, n int) []ClaveUnidad {
	found := search(c.unidad, c.unidadTyped, words, n)
	rows := make([]ClaveUnidad, 0, len(found))
	for _, i := range found {
		rows = append(rows, unidadRow(c.unidad.fields(i)))
	}
	return rows
}

// everydayKeys are the goods and services of the everyday set.
func everydayKeys() []everyday { return slices.Concat(productosEveryday, serviciosEveryday) }
