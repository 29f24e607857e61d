package account

import (
	"context"
	"fmt"
	"strings"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	longestSerie = 25          // characters of Serie (Anexo 20)
	highestFolio = 999_999_999 // ours; Folio may have 40 characters
)

// SeriesList lists the numberings of the company by type and series.
func (s *Service) SeriesList(ctx context.Context, a store.Actor) ([]Serie, error) {
	if err := a.Require(store.RightSeeConfig, store.RightReceipts); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).SeriesList(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Serie, len(rows))
	for i, r := range rows {
		list[i] = serieOf(r)
	}
	return list, nil
}

// Serie returns one numbering; fail.NotFound for one that is not this company's.
func (s *Service) Serie(ctx context.Context, a store.Actor, id string) (Serie, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return Serie{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).Serie(ctx, id)
	if err != nil {
		return Serie{}, err
	}
	return serieOf(row), nil
}

// SaveSerie makes (ID empty) or changes a numbering. Field paths are the names
// of [Serie]. A series that gave a folio keeps its name, type and first folio;
// its next folio only goes up. Marking it as default takes the mark from the
// other one of its type; the first of a type gets it. [ErrStale] when somebody
// else saved in between.
func (s *Service) SaveSerie(ctx context.Context, a store.Actor, in Serie) (Serie, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return Serie{}, err
	}
	in.Serie, in.TipoDeComprobante = strings.ToUpper(clean(in.Serie)), strings.ToUpper(strings.TrimSpace(in.TipoDeComprobante))
	var saved Serie
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		others, err := tx.SeriesList(ctx)
		if err != nil {
			return err
		}
		saved, err = s.writeSerie(ctx, tx, a, in, others)
		return err
	})
	return saved, err
}

// writeSerie stores in, new or over the version it was read at; others are all
// series of the company.
func (s *Service) writeSerie(ctx context.Context, tx *store.Tx, a store.Actor, in Serie, others []store.SerieRow) (Serie, error) {
	var row, was store.SerieRow
	var before any
	if in.ID != "" {
		old, err := tx.SerieForUpdate(ctx, in.ID)
		if err != nil {
			return Serie{}, err
		}
		if old.Version != int64(in.Version) {
			return Serie{}, stale("esta serie", old.UpdatedBy, old.UpdatedAt, s.zone())
		}
		row, was, before = old, old, old
	} else if in.FolioSiguiente == 0 {
		in.FolioSiguiente = in.FolioInicial
	}
	if err := s.checkSerie(in, row, others); err != nil {
		return Serie{}, err
	}
	first := !hasType(others, in.TipoDeComprobante)
	row.Serie, row.TipoDeComprobante, row.BranchID = in.Serie, in.TipoDeComprobante, in.Sucursal
	if in.Sucursal == store.MainBranch {
		row.BranchID = ""
	} else if row.BranchID != "" {
		if _, err := tx.Branch(ctx, row.BranchID); err != nil {
			return Serie{}, fail.OnField("Sucursal", "Esa sucursal ya no existe. No se guardó la serie; elige otra.")
		}
	}
	row.FolioInicial, row.FolioSiguiente, row.FolioFinal = in.FolioInicial, in.FolioSiguiente, in.FolioFinal
	row.Activa, row.Predeterminada = in.Activa, in.Activa && (in.Predeterminada || first)
	row.Version, row.UpdatedAt, row.UpdatedBy = row.Version+1, store.Micros(s.now()), a.UserName
	if row.Predeterminada {
		if err := tx.ClearDefaultSerie(ctx, row.TipoDeComprobante); err != nil {
			return Serie{}, err
		}
	}
	write := tx.UpdateSerie
	if in.ID == "" {
		row.ID, write = s.cfg.NewID(), tx.InsertSerie
	}
	if err := write(ctx, row); err != nil {
		return Serie{}, err
	}
	if err := skip(ctx, tx, was, row); err != nil {
		return Serie{}, err
	}
	if err := audit(ctx, tx, a, "serie.save", "serie/"+row.ID, before, row); err != nil {
		return Serie{}, err
	}
	return serieOf(row), nil
}

func hasType(rows []store.SerieRow, tipo string) bool {
	for _, r := range rows {
		if r.TipoDeComprobante == tipo {
			return true
		}
	}
	return false
}

// checkSerie holds in against the rules and against old, the row as stored
// (zero for a new one).
func (s *Service) checkSerie(in Serie, old store.SerieRow, others []store.SerieRow) error {
	var p problems
	p.text("Serie", "La serie", in.Serie, longestSerie)
	if tipo, ok := s.cfg.Catalog.TipoDeComprobante(in.TipoDeComprobante); !ok {
		p.err("TipoDeComprobante", "Falta el tipo de comprobante.", "Elige Ingreso o Egreso.")
	} else if taken(in, others) {
		p.err("Serie", fmt.Sprintf("Ya tienes la serie %s de %s.", in.Serie, tipo.Texto), "Usa la que ya está o elige otras letras.")
	}
	if in.FolioInicial < 1 || in.FolioInicial > highestFolio {
		p.err("FolioInicial", "El folio inicial va de 1 a 999,999,999.", "Lo más común es empezar en 1.")
	}
	if in.FolioSiguiente < in.FolioInicial || in.FolioSiguiente > highestFolio+1 {
		p.err("FolioSiguiente", "El folio siguiente no puede ser menor que el inicial.", "Escribe el número con el que sigue tu numeración.")
	} else if in.FolioSiguiente < old.FolioSiguiente {
		p.err("FolioSiguiente", fmt.Sprintf("El folio siguiente ya va en %d y solo puede subir.", old.FolioSiguiente), "Déjalo así o escribe uno mayor.")
	}
	if in.FolioFinal != 0 && (in.FolioFinal < in.FolioInicial || in.FolioFinal < in.FolioSiguiente-1) {
		p.err("FolioFinal", "El folio final no puede ser menor que los folios ya usados.", "Escribe uno mayor, o déjalo vacío si no hay final.")
	}
	if old.ID != "" && old.FolioSiguiente > old.FolioInicial {
		if in.Serie != old.Serie || in.TipoDeComprobante != old.TipoDeComprobante || in.FolioInicial != old.FolioInicial {
			p.err("Serie", "La serie ya tiene folios usados: sus letras, su tipo y su folio inicial no cambian.", "Crea otra serie y desactiva esta.")
		}
	}
	return p.result("No se guardó la serie: revisa los campos marcados.")
}

func taken(in Serie, others []store.SerieRow) bool {
	for _, r := range others {
		if r.ID != in.ID && r.Serie == in.Serie && r.TipoDeComprobante == in.TipoDeComprobante {
			return true
		}
	}
	return false
}

// SetSerieActive switches a numbering on or off. One that goes off is no
// longer the default.
func (s *Service) SetSerieActive(ctx context.Context, a store.Actor, id string, active bool) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.SerieForUpdate(ctx, id)
		if err != nil || row.Activa == active {
			return err
		}
		before := row
		row.Activa, row.Predeterminada = active, row.Predeterminada && active
		row.Version, row.UpdatedAt, row.UpdatedBy = row.Version+1, store.Micros(s.now()), a.UserName
		if err := tx.UpdateSerie(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "serie.active", "serie/"+id, before, row)
	})
}

func serieOf(r store.SerieRow) Serie {
	out := Serie{
		ID: r.ID, Serie: r.Serie, Sucursal: r.Branch(), TipoDeComprobante: r.TipoDeComprobante, FolioInicial: r.FolioInicial, FolioSiguiente: r.FolioSiguiente,
		FolioFinal: r.FolioFinal, Predeterminada: r.Predeterminada, Activa: r.Activa, Version: int(r.Version), UsoPct: -1,
	}
	if r.FolioFinal > 0 {
		out.UsoPct, out.Quedan = r.UsedPct(), r.Left()
		out.Agotada = out.Quedan == 0
		out.PorAgotarse = r.Low() && !out.Agotada
	}
	return out
}
