package pdf

// render draws the parts from top to bottom.
func (r *Renderer) render(s *source) ([]byte, error) {
	d := newDrawing(r.cat, s)
	return d.bytes()
}
