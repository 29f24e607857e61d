package billing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/addenda"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// An addenda is written into what is handed out, never into what was sealed or stamped:
// those bytes stay as they are (I6), and an addenda can be given, changed and taken off
// for ever. The document keeps the template as it was when it was chosen.

// A DraftAddenda is the addenda chosen for a receipt and what was typed for it, by key.
type DraftAddenda struct {
	ID     string            `json:"id,omitempty"`
	Values map[string]string `json:"values,omitempty"`
}

// A DocumentAddenda is the addenda of a document as it is handed out.
type DocumentAddenda struct {
	ID, Nombre string
	Values     map[string]string
	XML        string
}

// templateOf is a stored template, and a problem of ours when it is not good any more.
func templateOf(r store.DocumentAddendaRow) (*addenda.Template, map[string]string, error) {
	var fields []addenda.Field
	values := map[string]string{}
	if err := errors.Join(json.Unmarshal([]byte(r.Campos), &fields), json.Unmarshal([]byte(r.Valores), &values)); err != nil {
		return nil, nil, fmt.Errorf("addenda of %s: %w", r.DocumentID, err)
	}
	t, err := addenda.Parse(r.Espacio, r.Cuerpo, fields)
	if err != nil {
		return nil, nil, fmt.Errorf("addenda of %s: %w", r.DocumentID, err)
	}
	return t, values, nil
}

// chosen is the row a draft's choice becomes; a zero row for none. The template that is
// gone is fail.NotFound.
func chosenAddenda(ctx context.Context, v *store.View, documentID string, d DraftAddenda) (store.DocumentAddendaRow, error) {
	if d.ID == "" {
		return store.DocumentAddendaRow{}, nil
	}
	x, err := v.Addenda(ctx, d.ID)
	if err != nil {
		return store.DocumentAddendaRow{}, err
	}
	values := d.Values
	if values == nil {
		values = map[string]string{}
	}
	b, err := json.Marshal(values)
	return store.DocumentAddendaRow{DocumentID: documentID, AddendaID: x.ID, Nombre: x.Nombre, Espacio: x.Espacio, Cuerpo: x.Cuerpo, Campos: x.Campos, Valores: string(b)}, err
}

// addAddenda finds what is wrong with the addenda of a draft.
func (w *issuing) addAddenda(ctx context.Context, v *store.View, d Draft) error {
	r, err := chosenAddenda(ctx, v, d.ID, d.Addenda)
	if fail.KindOf(err) == fail.NotFound {
		w.wrong("Addenda", "La addenda que elegiste ya no está.", "Elige otra o ninguna.")
		return nil
	}
	if err != nil || r.AddendaID == "" {
		return err
	}
	t, values, err := templateOf(r)
	if err != nil {
		return err
	}
	faults := t.CheckValues(values)
	for _, key := range slices.Sorted(maps.Keys(faults)) {
		w.wrong("Addenda."+key, faults[key], "Lo pide la addenda «"+r.Nombre+"».")
	}
	if _, err := t.Render(w.c, "", values); err != nil {
		w.wrong("Addenda", fail.MessageOf(err), "Quita la addenda o corrige su plantilla en Configuración.")
	}
	w.addenda = r
	return nil
}

// keepAddenda gives a document that was numbered the addenda of its draft.
func keepAddenda(ctx context.Context, tx *store.Tx, a store.Actor, r store.DocumentAddendaRow, documentID string, at int64) error {
	if r.AddendaID == "" {
		return tx.DropDocumentAddenda(ctx, documentID)
	}
	r.DocumentID, r.UpdatedAt, r.UpdatedBy = documentID, at, a.UserName
	return tx.PutDocumentAddenda(ctx, r)
}

// withAddenda is a stamped XML as it is handed out: with its addenda, if it has one.
func withAddenda(ctx context.Context, v *store.View, documentID string, stamped []byte) ([]byte, error) {
	r, err := v.DocumentAddenda(ctx, documentID)
	if fail.KindOf(err) == fail.NotFound {
		return stamped, nil
	}
	if err != nil {
		return nil, err
	}
	node, err := renderAddenda(r, stamped)
	if _, ok := errors.AsType[*addenda.Fault](err); ok {
		return stamped, nil // a receipt without addenda is worth more than none; its page says why
	}
	if err != nil {
		return nil, err
	}
	return addenda.Put(stamped, node)
}

func renderAddenda(r store.DocumentAddendaRow, stamped []byte) ([]byte, error) {
	t, values, err := templateOf(r)
	if err != nil {
		return nil, err
	}
	read, err := cfdi.Read(stamped, complementos.All)
	if err != nil {
		return nil, err
	}
	uuid := ""
	if read.Timbre != nil {
		uuid = read.Timbre.UUID
	}
	return t.Render(read.Comprobante, uuid, values)
}

// Addenda is the addenda of a stamped document, the zero one when it has none.
func (s *Service) Addenda(ctx context.Context, a store.Actor, id string) (DocumentAddenda, error) {
	row, xml, err := s.stampedXML(ctx, a, id)
	if err != nil {
		return DocumentAddenda{}, err
	}
	r, err := s.DB.View(a.Tenant).DocumentAddenda(ctx, row.ID)
	if fail.KindOf(err) == fail.NotFound {
		return DocumentAddenda{}, nil
	}
	if err != nil {
		return DocumentAddenda{}, err
	}
	x := DocumentAddenda{ID: r.AddendaID, Nombre: r.Nombre, Values: map[string]string{}}
	if err := json.Unmarshal([]byte(r.Valores), &x.Values); err != nil {
		return x, fmt.Errorf("addenda of %s: %w", id, err)
	}
	node, err := renderAddenda(r, xml)
	x.XML = string(node)
	return x, err
}

// SetAddenda gives a stamped document an addenda, over the one it had, or with no ID
// takes it off. Nothing is stamped again. Errors: Addenda, Addenda.<key>; fail.Conflict
// before the stamp.
func (s *Service) SetAddenda(ctx context.Context, a store.Actor, id string, d DraftAddenda) error {
	if err := a.Require(store.RightDraft); err != nil {
		return err
	}
	_, xml, err := s.stampedXML(ctx, a, id)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		r, err := chosenAddenda(ctx, &tx.View, id, d)
		if fail.KindOf(err) == fail.NotFound {
			return fail.OnField("Addenda", "Esa addenda ya no está. No cambió nada: elige otra.")
		}
		if err != nil {
			return err
		}
		if r.AddendaID != "" {
			if err := checkAddenda(r, xml); err != nil {
				return err
			}
		}
		if err := keepAddenda(ctx, tx, a, r, id, s.micros()); err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: "document.addenda", Object: "document/" + id, After: auditAddenda(r)})
	})
}

func auditAddenda(r store.DocumentAddendaRow) string {
	b, err := json.Marshal(map[string]string{"addenda": r.AddendaID, "nombre": r.Nombre, "valores": r.Valores})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

func checkAddenda(r store.DocumentAddendaRow, xml []byte) error {
	t, values, err := templateOf(r)
	if err != nil {
		return err
	}
	var fields []fail.Field
	faults := t.CheckValues(values)
	for _, key := range slices.Sorted(maps.Keys(faults)) {
		fields = append(fields, fail.Field{Path: "Addenda." + key, Message: faults[key]})
	}
	if len(fields) > 0 {
		return fail.WithFields("No cambió nada: revisa lo marcado.", fields...)
	}
	if _, err := renderAddenda(r, xml); err != nil {
		if fault, ok := errors.AsType[*addenda.Fault](err); ok {
			return fail.OnField("Addenda", fault.Message)
		}
		return err
	}
	return nil
}
