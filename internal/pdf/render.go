package pdf

import "iofacturo.mx/catalogo"

// render draws the parts from top to bottom and, last, the foot of each page.
func render(cat *catalogo.Catalog, s *source) ([]byte, error) {
	d := newDrawing(cat, s)
	d.newPage()
	d.head()
	d.parties()
	d.conceptos()
	d.sum()
	d.complementos()
	if err := d.cert(); err != nil {
		return nil, err
	}
	d.feet()
	return d.bytes()
}
