package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/internal/addenda"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// mostAddendas bounds how many templates a company keeps.
const mostAddendas = 100

// An Addenda is one template of the company (manual §3.8). Field paths in errors are the
// names below; Campos[2] for the third field.
type Addenda struct {
	ID        string
	Nombre    string
	Espacio   string // namespace of the elements without prefix, "" for none
	Cuerpo    string
	Campos    []addenda.Field
	Activa    bool
	Version   int
	UpdatedAt time.Time
	UpdatedBy string
}

// Addendas lists the templates of the company by name.
func (s *Service) Addendas(ctx context.Context, a store.Actor) ([]Addenda, error) {
	if err := a.Require(store.RightSeeConfig, store.RightSeeCustomers, store.RightReceipts); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Addendas(ctx, mostAddendas)
	if err != nil {
		return nil, err
	}
	list := make([]Addenda, len(rows))
	for i, r := range rows {
		if list[i], err = addendaOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Addenda returns one template; fail.NotFound for one that is not this company's.
func (s *Service) Addenda(ctx context.Context, a store.Actor, id string) (Addenda, error) {
	if err := a.Require(store.RightSeeConfig, store.RightReceipts); err != nil {
		return Addenda{}, err
	}
	r, err := s.cfg.DB.View(a.Tenant).Addenda(ctx, id)
	if err != nil {
		return Addenda{}, err
	}
	return addendaOf(r)
}

// CheckAddenda reads a template as [Service.SaveAddenda] does and stores nothing.
func CheckAddenda(in Addenda) (*addenda.Template, Addenda, error) {
	var p problems
	in.Nombre, in.Espacio = clean(in.Nombre), strings.TrimSpace(in.Espacio)
	if in.Nombre == "" {
		p.err("Nombre", "Falta el nombre.", "Por ejemplo, el de tu cliente.")
	}
	p.line("Nombre", in.Nombre, 60)
	for i, f := range in.Campos {
		in.Campos[i].Label = clean(f.Label)
	}
	if len(in.Campos) > addenda.MaxFields {
		p.err("Campos", fmt.Sprintf("Caben %d datos por addenda.", addenda.MaxFields), "Deja los que de verdad pide tu cliente.")
	}
	for i, fault := range addenda.CheckFields(in.Campos) {
		if fault != "" {
			p.err("Campos["+strconv.Itoa(i)+"]", fault, "")
		}
	}
	espacio := in.Espacio
	if fault := addenda.CheckNamespace(espacio); fault != "" {
		p.err("Espacio", fault, "")
		espacio = "" // the body is judged all the same
	}
	t, err := addenda.Parse(espacio, in.Cuerpo, in.Campos)
	if fault, ok := errors.AsType[*addenda.Fault](err); ok {
		p.err("Cuerpo", fault.Error(), "")
	}
	return t, in, p.result("la addenda")
}

// SaveAddenda makes (ID empty) or changes a template. Receipts that bear it keep what
// they have. Errors: fields by the names of [Addenda], of Cuerpo with its line;
// fail.NotFound; fail.Conflict for a version that is not the stored one and beyond a
// hundred.
func (s *Service) SaveAddenda(ctx context.Context, a store.Actor, in Addenda) (Addenda, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return Addenda{}, err
	}
	_, in, err := CheckAddenda(in)
	if err != nil {
		return Addenda{}, err
	}
	fields, err := json.Marshal(in.Campos)
	if err != nil {
		return Addenda{}, err
	}
	row := store.AddendaRow{ID: in.ID, Nombre: in.Nombre, NombreFold: store.FoldLine(in.Nombre), Espacio: in.Espacio, Cuerpo: in.Cuerpo, Campos: string(fields), Activa: in.Activa}
	err = s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		list, err := tx.Addendas(ctx, mostAddendas)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.ID != in.ID && x.NombreFold == row.NombreFold {
				return fail.OnField("Nombre", "Ya tienes una addenda con ese nombre. No se guardó nada: elige otro.")
			}
		}
		row.UpdatedAt, row.UpdatedBy = store.Micros(tx.Now()), a.UserName
		if in.ID == "" {
			if len(list) >= mostAddendas {
				return fail.New(fail.Conflict, fmt.Sprintf("Caben %d addendas. No se guardó nada: elimina una que no uses.", mostAddendas))
			}
			row.ID, row.Version = s.cfg.NewID(), 1
			if err := tx.InsertAddenda(ctx, row); err != nil {
				return err
			}
			return audit(ctx, tx, a, "addenda.save", "addenda/"+row.ID, nil, row)
		}
		old, err := tx.AddendaForUpdate(ctx, in.ID)
		if err != nil {
			return err
		}
		if old.Version != int64(in.Version) {
			return stale("esta addenda", old.UpdatedBy, old.UpdatedAt, s.zone())
		}
		row.Version = old.Version + 1
		if err := tx.UpdateAddenda(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "addenda.save", "addenda/"+row.ID, old, row)
	})
	if err != nil {
		return Addenda{}, err
	}
	return addendaOf(row)
}

// DeleteAddenda forgets a template. Receipts that bear it keep it; customers that began
// with it begin with none.
func (s *Service) DeleteAddenda(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		old, err := tx.AddendaForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteAddenda(ctx, id); err != nil {
			return err
		}
		return audit(ctx, tx, a, "addenda.delete", "addenda/"+id, old, nil)
	})
}

// checkOwnAddenda refuses for a customer a template that is not the company's.
func (s *Service) checkOwnAddenda(ctx context.Context, v *store.View, id string, p *problems) error {
	if id == "" {
		return nil
	}
	_, err := v.Addenda(ctx, id)
	if fail.KindOf(err) == fail.NotFound {
		p.err("AddendaID", "Esa addenda ya no está.", "Elige otra o ninguna.")
		return nil
	}
	return err
}

func addendaOf(r store.AddendaRow) (Addenda, error) {
	x := Addenda{
		ID: r.ID, Nombre: r.Nombre, Espacio: r.Espacio, Cuerpo: r.Cuerpo, Activa: r.Activa, Version: int(r.Version),
		UpdatedAt: store.FromMicros(r.UpdatedAt), UpdatedBy: r.UpdatedBy,
	}
	if err := json.Unmarshal([]byte(r.Campos), &x.Campos); err != nil {
		return x, fmt.Errorf("fields of addenda %s: %w", r.ID, err)
	}
	return x, nil
}
