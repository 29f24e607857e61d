package pdf

// render draws s on out. A roll is drawn twice: first to see how high it gets.
func (r *Renderer) render(s *source, out canvas) error {
	d := r.drawing(s, out)
	if d.roll {
		m := r.drawing(s, blank{})
		if err := m.draw(); err != nil {
			return err
		}
		d.heights = m.heights
	}
	return d.draw()
}

func (r *Renderer) drawing(s *source, out canvas) *drawing {
	return &drawing{source: s, look: lookOf(s.Paper), cat: r.cat, metrics: r.metrics, out: out}
}

// draw draws the parts from top to bottom and, last, the foot of each page.
func (d *drawing) draw() error {
	d.newPage()
	switch d.design {
	case Compacta:
		d.headCompacta()
	case Servicios:
		d.headServicios()
	case Ticket:
		d.headTicket()
	default:
		d.headClasica()
	}
	d.conceptos()
	d.sum()
	d.complementos()
	if d.roll {
		return d.endOfRoll()
	}
	if err := d.cert(); err != nil {
		return err
	}
	d.feet()
	return nil
}
