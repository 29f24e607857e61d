package catalogo

import "fmt"

// A FraccionArancelaria is a row of c_FraccionArancelaria: the ten digits of a
// fraction with its NICO, and the unit the customs count it in, a key of
// c_UnidadAduana.
type FraccionArancelaria struct {
	Entry
	Unidad string
}

// FraccionArancelaria returns the row with this key; none where
// c_FraccionArancelaria was not imported.
func (c *Catalog) FraccionArancelaria(k string) (FraccionArancelaria, bool) {
	if c.fracciones == nil {
		return FraccionArancelaria{}, false
	}
	i, ok := c.fracciones.find(k)
	if !ok {
		return FraccionArancelaria{}, false
	}
	f := c.fracciones.fields(i)
	return FraccionArancelaria{Entry{f[0], f[1], f[2], f[3]}, f[4]}, true
}

// longestFraccion is how much of a text is kept: some are whole paragraphs.
const longestFraccion = 300

func fraccionSource(r row) (string, error) {
	key, unidad := r.get("fraccion"), r.get("unidad")
	if len(key) != 10 || !digits(key) || len(unidad) != 2 || !digits(unidad) {
		return "", fmt.Errorf("fraction %q in the unit %q", key, unidad)
	}
	if err := dates(r); err != nil {
		return "", err
	}
	text := []rune(r.get("texto"))
	return key + "\t" + string(text[:min(len(text), longestFraccion)]) + "\t" + r.get("vigencia_desde") + "\t" + r.get("vigencia_hasta") + "\t" + unidad, nil
}
