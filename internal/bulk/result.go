package bulk

import (
	"context"
	"strings"

	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

// A Line is one row with what became of it.
type Line struct {
	sheet.Row
	Outcome
}

// A Page is some rows of an import. Next is the chunk to go on at, -1 after the last.
type Page struct {
	Lines []Line
	Next  int64
}

// Lines lists the rows of an import from a chunk on, those of which there is
// something to say (or all), until about n are together.
func (s *Service) Lines(ctx context.Context, a store.Actor, kind, id string, from int64, all bool, n int) (Page, error) {
	in, box, err := s.read(ctx, a, kind, id)
	if err != nil {
		return Page{}, err
	}
	p := Page{Next: -1}
	for at := max(from, 0); at < in.Chunks; at++ {
		if len(p.Lines) >= n {
			p.Next = at
			break
		}
		lines, err := s.lines(ctx, a, in, box, at)
		if err != nil {
			return Page{}, err
		}
		for _, l := range lines {
			if all || len(l.Findings) > 0 {
				p.Lines = append(p.Lines, l)
			}
		}
	}
	return p, nil
}

// lines are the rows of a chunk; one that was not judged yet has no outcomes.
func (s *Service) lines(ctx context.Context, a store.Actor, in Import, box sealer, n int64) ([]Line, error) {
	b, err := s.load(ctx, s.cfg.DB.View(a.Tenant), task{row: in.ImportRow, box: box}, n)
	if err != nil {
		return nil, err
	}
	var list []Outcome
	if len(b.chunk.Outcome) > 1 {
		if err := box.open(outcomePart(n), b.chunk.Outcome, &list); err != nil {
			return nil, err
		}
	}
	lines := make([]Line, len(b.rows))
	for i, r := range b.rows {
		lines[i].Row = r
		if i < len(list) {
			lines[i].Outcome = list[i]
		}
	}
	return lines, nil
}

// Result writes the list with two columns more: what became of each row, and why.
func (s *Service) Result(ctx context.Context, a store.Actor, kind, id string, write func(cells []string) error) error {
	in, box, err := s.read(ctx, a, kind, id)
	if err != nil {
		return err
	}
	width := len(in.Head)
	if err := write(append(padded(in.Head, width), "Resultado", "Detalle")); err != nil {
		return err
	}
	for n := range in.Chunks {
		lines, err := s.lines(ctx, a, in, box, n)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if err := write(append(padded(l.Cells, width), in.Word(l.Outcome), l.Detail())); err != nil {
				return err
			}
		}
	}
	return nil
}

func padded(cells []string, width int) []string {
	row := make([]string, width, width+2)
	copy(row, cells)
	return row
}

// Word says what became, or would become, of a row.
func (i Import) Word(o Outcome) string {
	done := i.State == store.ImportDone
	switch o.State {
	case Added:
		if done {
			return "Agregado"
		}
		return "Se agregará"
	case Changed:
		if done {
			return "Actualizado"
		}
		return "Se actualizará"
	case Same:
		return "Sin cambios"
	case Refused:
		if done {
			return "No se importó"
		}
		return "Con error"
	}
	return "Sin revisar"
}

// Detail is all there is to say of a row, in one line.
func (o Outcome) Detail() string {
	var all []string
	for _, f := range o.Findings {
		text := f.Message
		if f.Column != "" {
			text = f.Column + ": " + text
		}
		if f.Fix != "" {
			text += " " + f.Fix
		}
		all = append(all, text)
	}
	return strings.Join(all, " · ")
}
