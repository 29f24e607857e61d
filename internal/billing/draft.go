package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// draftBody is what the table drafts holds of a [Draft]; the rest are columns.
type draftBody struct {
	Comprobante cfdi.Comprobante  `json:"comprobante"`
	Lines       []DraftLine       `json:"lines,omitempty"`
	Correos     []string          `json:"correos,omitempty"`
	Raw         map[string]string `json:"raw,omitempty"`
	Addenda     DraftAddenda      `json:"addenda,omitzero"`
}

// tipos are the TipoDeComprobante that can be issued here.
func tipos() []string { return []string{"I", "E"} }

// NewDraft returns an empty draft of a TipoDeComprobante (I or E) filled with
// the company's data and its default series. It is not stored, but has its ID:
// saved twice by two clicks, it is stored once.
func (s *Service) NewDraft(ctx context.Context, a store.Actor, tipo string) (Draft, error) {
	if err := a.Require(store.RightDraft); err != nil {
		return Draft{}, err
	}
	if !slices.Contains(tipos(), tipo) {
		return Draft{}, fail.OnField("TipoDeComprobante", "Ese tipo de comprobante no se emite aquí. Elige factura o nota de crédito.")
	}
	if err := mayType(a, tipo); err != nil {
		return Draft{}, err
	}
	v := s.DB.View(a.Tenant)
	d := Draft{ID: s.NewID(), State: Borrador, Comprobante: cfdi.Comprobante{
		Version: "4.0", TipoDeComprobante: tipo, Moneda: "MXN", Exportacion: "01", MetodoPago: "PUE",
	}}
	company, err := v.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return Draft{}, err
	}
	d.Comprobante.Emisor = emisor(company, "")
	d.Comprobante.LugarExpedicion = lugar(company)
	serie, err := v.DefaultSerie(ctx, tipo)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return Draft{}, err
	}
	if maySerie(a, serie.ID) == nil {
		d.SerieID, d.Serie = serie.ID, serie.Serie
	} else if serie, err = onlySerie(ctx, v, a, tipo); err != nil {
		return Draft{}, err
	} else {
		d.SerieID, d.Serie = serie.ID, serie.Serie
	}
	if place, err := placeOf(ctx, v, serie); err != nil {
		return Draft{}, err
	} else if d.SerieID != "" && place != "" {
		d.Comprobante.LugarExpedicion = place
	}
	if tipo == "E" {
		d.Comprobante.Receptor.UsoCFDI = "G02"
		d.Comprobante.CfdiRelacionados = []cfdi.CfdiRelacionados{{TipoRelacion: "01"}}
	}
	return d, nil
}

// onlySerie is the one active series of a type that a's limits leave, the zero row
// when there is none or more.
func onlySerie(ctx context.Context, v *store.View, a store.Actor, tipo string) (store.SerieRow, error) {
	rows, err := v.SeriesList(ctx)
	if err != nil {
		return store.SerieRow{}, err
	}
	var found []store.SerieRow
	for _, r := range rows {
		if r.Activa && r.TipoDeComprobante == tipo && maySerie(a, r.ID) == nil {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		return store.SerieRow{}, nil
	}
	return found[0], nil
}

// placeOf is the postal code from which a series issues: that of its branch, "" for
// that of the company.
func placeOf(ctx context.Context, v *store.View, serie store.SerieRow) (string, error) {
	if serie.BranchID == "" {
		return "", nil
	}
	branch, err := v.Branch(ctx, serie.BranchID)
	if fail.KindOf(err) == fail.NotFound {
		return "", nil
	}
	return branch.CodigoPostal, err
}

// creditUse is the UsoCFDI of a credit note: G02, or S01 where the regime of the
// receptor does not admit it (a wage earner: cfdi-rules §5.4, code CFDI40161).
func (s *Service) creditUse(regimen string) string {
	if g02, ok := s.Catalog.UsoCFDI("G02"); ok && !g02.Admits(regimen) {
		return "S01"
	}
	return "G02"
}

// emisor is the company as Emisor, with the regime given if it has it.
func emisor(c store.CompanyRow, regimen string) cfdi.Emisor {
	var regimes []string
	if err := json.Unmarshal([]byte(orElse(c.Regimenes, "[]")), &regimes); err != nil {
		regimes = nil
	}
	if !slices.Contains(regimes, regimen) {
		regimen = c.RegimenDefault
	}
	if regimen == "" && len(regimes) > 0 {
		regimen = regimes[0]
	}
	return cfdi.Emisor{Rfc: c.Rfc, Nombre: c.Nombre, RegimenFiscal: regimen}
}

// lugar is where the company issues.
func lugar(c store.CompanyRow) string { return orElse(c.LugarExpedicion, c.CodigoPostal) }

// SaveDraft stores a draft whatever state it is in, with amounts recomputed, and
// returns it with its new Revision. Nothing typed is lost: what could not be read
// stays in Raw. A Borrador saved without a change keeps its Revision, and saved
// again over the same Revision by a double press it is the draft of the first
// press. Errors:
// fail.Conflict when another tab saved something else meanwhile or it is no
// longer a draft; fail.NotFound; fail.Denied.
func (s *Service) SaveDraft(ctx context.Context, a store.Actor, d Draft) (Draft, error) {
	if err := a.Require(store.RightDraft); err != nil {
		return d, err
	}
	if d.ID == "" {
		d.ID = s.NewID()
	}
	if id, err := uuid.Parse(d.ID); err != nil || id.String() != d.ID {
		return d, fail.New(fail.Invalid, "La dirección del borrador no es válida. No se guardó nada; empieza de nuevo desde Crear.")
	}
	if !slices.Contains(tipos(), d.Comprobante.TipoDeComprobante) {
		return d, fail.OnField("TipoDeComprobante", "Ese tipo de comprobante no se emite aquí. No se guardó nada.")
	}
	if err := mayType(a, d.Comprobante.TipoDeComprobante); err != nil {
		return d, err
	}
	if len(a.Limits.Sucursales) > 0 { // it would not see it again
		if err := maySerie(a, d.SerieID); err != nil {
			return d, err
		}
	}
	s.Compute(&d)
	var saved Draft
	err := s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := s.put(ctx, tx, a, d)
		if err != nil {
			return err
		}
		if err := setWords(ctx, tx, row); err != nil {
			return err
		}
		saved, err = draftOf(ctx, &tx.View, row)
		return err
	})
	if err != nil {
		return d, err
	}
	return saved, nil
}

// put inserts or changes the row and body of a draft.
func (s *Service) put(ctx context.Context, tx *store.Tx, a store.Actor, d Draft) (store.DocumentRow, error) {
	company, err := tx.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return store.DocumentRow{}, err
	}
	d.Comprobante.Emisor = emisor(company, d.Comprobante.Emisor.RegimenFiscal)
	was, err := tx.DocumentForUpdate(ctx, d.ID)
	switch {
	case err == nil && sees(a, was) == nil:
		return s.change(ctx, tx, was, d, company)
	case err != nil && fail.KindOf(err) != fail.NotFound:
		return was, err
	case err == nil || d.Revision != 0:
		return was, fail.New(fail.NotFound, "Este borrador ya no existe: alguien lo descartó. Lo que escribiste sigue en pantalla; guárdalo como nuevo.")
	}
	r := store.DocumentRow{ID: d.ID, State: string(Borrador), CreatedBy: a.UserName, CreatedAt: s.micros()}
	if err := s.fill(ctx, tx, &r, d, company); err != nil {
		return r, err
	}
	if err := tx.InsertDocument(ctx, r); err != nil {
		return r, err
	}
	if err := s.log(ctx, tx, a, string(noState), r, evNewDraft); err != nil {
		return r, err
	}
	return r, putBody(ctx, tx, d)
}

// change stores the next revision of a draft that is there already.
func (s *Service) change(ctx context.Context, tx *store.Tx, was store.DocumentRow, d Draft, company store.CompanyRow) (store.DocumentRow, error) {
	switch {
	case !State(was.State).Editable():
		return was, fail.New(fail.Conflict, "Este comprobante está "+State(was.State).Text()+" y ya no se puede cambiar. Lo que escribiste no se guardó.")
	case State(was.State) == Borrador && was.Revision == int64(d.Revision), was.Revision == int64(d.Revision)+1:
		// Nothing new, or the same press twice: what it would write is there.
		same, err := s.sameDraft(ctx, tx, was, d)
		if same || err != nil {
			return was, err
		}
	}
	switch {
	case was.Revision != int64(d.Revision):
		return was, elsewhere()
	}
	if was.Folio != nil { // it keeps its number, so also what numbered it
		d.SerieID, d.Comprobante.TipoDeComprobante = was.SerieID, was.Tipo
	}
	r := was
	if err := s.fill(ctx, tx, &r, d, company); err != nil {
		return r, err
	}
	if err := tx.ChangeDocument(ctx, was, r); err != nil {
		return r, err
	}
	if err := tx.DropCreditWait(ctx, r.ID); err != nil { // it was sent to be stamped as it was
		return r, err
	}
	return r, putBody(ctx, tx, d)
}

// elsewhere is the error of a draft that another tab saved meanwhile.
func elsewhere() error {
	return fail.New(fail.Conflict, "Este borrador se guardó en otra ventana después de que lo abriste. Lo que escribiste sigue en pantalla y no se ha guardado: compáralo con la otra versión antes de seguir.")
}

// sameDraft reports whether saving d over its own revision would store what was holds.
func (s *Service) sameDraft(ctx context.Context, tx *store.Tx, was store.DocumentRow, d Draft) (bool, error) {
	stored, err := tx.DraftBody(ctx, was.ID)
	if err != nil {
		return false, err
	}
	if was.Folio != nil {
		d.SerieID, d.Comprobante.TipoDeComprobante = was.SerieID, was.Tipo
	}
	body, err := bodyOf(d)
	return err == nil && body == stored && was.CustomerID == d.CustomerID && was.SerieID == d.SerieID && was.Notas == d.Notas, err
}

// fill sets the columns of a draft's row.
func (s *Service) fill(ctx context.Context, tx *store.Tx, r *store.DocumentRow, d Draft, company store.CompanyRow) error {
	index(r, &d.Comprobante)
	clipDraft(r)
	r.Revision++
	r.UpdatedAt = s.micros()
	r.Fecha = s.Now().In(s.Catalog.Location(lugar(company))).Format(fechaLayout)
	r.CustomerID, r.Notas = d.CustomerID, d.Notas
	list := make([]correo, 0, len(d.Correos))
	for _, c := range d.Correos {
		list = append(list, correo{Direccion: c})
	}
	correos, err := json.Marshal(list)
	if err != nil {
		return err
	}
	r.Correos = string(correos)
	if r.Folio != nil {
		return nil
	}
	r.SerieID, r.Serie = d.SerieID, ""
	if d.SerieID == "" {
		return nil
	}
	serie, err := tx.Serie(ctx, d.SerieID)
	if fail.KindOf(err) == fail.NotFound {
		r.SerieID = ""
		return nil
	}
	r.Serie = serie.Serie
	return err
}

func putBody(ctx context.Context, tx *store.Tx, d Draft) error {
	body, err := bodyOf(d)
	if err != nil {
		return err
	}
	return tx.PutDraftBody(ctx, d.ID, body)
}

func bodyOf(d Draft) (string, error) {
	body, err := json.Marshal(draftBody{Comprobante: storable(d.Comprobante), Lines: d.Lines, Correos: d.Correos, Raw: d.Raw, Addenda: d.Addenda})
	if err != nil {
		return "", fmt.Errorf("write draft: %w", err)
	}
	return string(body), nil
}

// Draft returns a document as it may be edited: a draft, or one that was
// rejected or expired. fail.Conflict when it can no longer be edited.
func (s *Service) Draft(ctx context.Context, a store.Actor, id string) (Draft, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return Draft{}, err
	}
	v := s.DB.View(a.Tenant)
	row, err := v.Document(ctx, id)
	if err != nil {
		return Draft{}, err
	}
	if err := sees(a, row); err != nil {
		return Draft{}, err
	}
	if !State(row.State).Editable() {
		return Draft{}, fail.New(fail.Conflict, "Este comprobante está "+State(row.State).Text()+" y ya no se puede editar.")
	}
	d, err := draftOf(ctx, v, row)
	if err != nil {
		return d, err
	}
	d.Waiting, err = waitsSince(ctx, v, row)
	return d, err
}

// draftOf reads the draft behind a row.
func draftOf(ctx context.Context, v *store.View, row store.DocumentRow) (Draft, error) {
	text, err := v.DraftBody(ctx, row.ID)
	if err != nil {
		return Draft{}, err
	}
	var body draftBody
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		return Draft{}, fmt.Errorf("draft %s: %w", row.ID, err)
	}
	if err := body.Comprobante.Decode(complementos.All); err != nil {
		return Draft{}, fmt.Errorf("draft %s: %w", row.ID, err)
	}
	return Draft{
		ID: row.ID, Revision: int(row.Revision), State: State(row.State), CustomerID: row.CustomerID, SerieID: row.SerieID,
		Comprobante: body.Comprobante, Lines: body.Lines, Correos: body.Correos, Notas: row.Notas, Raw: body.Raw, Addenda: body.Addenda,
		UpdatedAt: store.FromMicros(row.UpdatedAt), Serie: row.Serie, Folio: folioOf(row), Reason: Reason{row.ReasonCode, row.ReasonMessage},
	}, nil
}

// Discard gives a document up. A draft without folio is deleted; one that has a
// folio becomes Anulado, so that its number stays accounted for. fail.Conflict
// when it is under way or stamped.
func (s *Service) Discard(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightDraft); err != nil {
		return err
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		was, err := tx.DocumentForUpdate(ctx, id)
		if err == nil {
			err = sees(a, was)
		}
		if err != nil {
			return err
		}
		if err := tx.DropCreditWait(ctx, id); err != nil {
			return err
		}
		if State(was.State) == Borrador {
			if err := tx.SetWords(ctx, store.DocumentWords, id); err != nil {
				return err
			}
			if err := tx.DeleteDraft(ctx, was); err != nil {
				return err
			}
			return audit(ctx, tx, a, "document.discard", was, store.DocumentRow{})
		}
		r, err := s.move(ctx, tx, a, was, evAnnul, func(r *store.DocumentRow) {
			r.ReasonMessage = "Descartado por " + orElse(a.UserName, "el sistema") + " sin haberse timbrado."
		})
		if err != nil {
			return err
		}
		return audit(ctx, tx, a, "document.annul", was, r)
	})
}

// Duplicate stores a new draft with the content of any document of ours and
// returns it. Fecha, folio, relations and seals are not copied.
func (s *Service) Duplicate(ctx context.Context, a store.Actor, id string) (Draft, error) {
	if err := a.Require(store.RightDraft); err != nil {
		return Draft{}, err
	}
	from, err := s.source(ctx, a, id)
	if err != nil {
		return Draft{}, err
	}
	d := s.copyOf(from)
	d.Notas = from.Notas
	d.SerieID = from.SerieID
	serie, err := s.DB.View(a.Tenant).Serie(ctx, from.SerieID)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return Draft{}, err
	}
	if !serie.Activa || maySerie(a, serie.ID) != nil {
		d.SerieID = ""
	}
	return s.SaveDraft(ctx, a, d)
}

// CreditNote stores a new draft of type E that credits a stamped Ingreso:
// relation 01 to its UUID, UsoCFDI G02, PUE, same receptor, currency and lines,
// for its author to cut down to what is credited. fail.Conflict when the
// document is not a stamped Ingreso.
func (s *Service) CreditNote(ctx context.Context, a store.Actor, id string) (Draft, error) {
	if err := a.Require(store.RightDraft); err != nil {
		return Draft{}, err
	}
	from, err := s.source(ctx, a, id)
	if err != nil {
		return Draft{}, err
	}
	if from.State != Timbrado || from.Comprobante.TipoDeComprobante != "I" {
		return Draft{}, fail.New(fail.Conflict, "La nota de crédito se hace de una factura timbrada. Esta no lo está.")
	}
	d := s.copyOf(from)
	c := &d.Comprobante
	c.TipoDeComprobante, c.MetodoPago, c.CondicionesDePago, c.InformacionGlobal = "E", "PUE", "", nil
	if c.FormaPago == "99" {
		c.FormaPago = ""
	}
	if c.Receptor.Rfc != rfcPublico && c.Receptor.Rfc != rfcExtranjero {
		c.Receptor.UsoCFDI = s.creditUse(c.Receptor.RegimenFiscalReceptor)
	}
	c.CfdiRelacionados = []cfdi.CfdiRelacionados{{TipoRelacion: "01", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: from.uuid}}}}
	serie, err := s.DB.View(a.Tenant).DefaultSerie(ctx, "E")
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return Draft{}, err
	}
	if maySerie(a, serie.ID) == nil {
		d.SerieID = serie.ID
	}
	return s.SaveDraft(ctx, a, d)
}

// A sourceDraft is a document to copy from.
type sourceDraft struct {
	Draft
	uuid string
}

// source reads a document's content: what its author typed or, without it, its XML.
func (s *Service) source(ctx context.Context, a store.Actor, id string) (sourceDraft, error) {
	doc, err := s.Document(ctx, a, id)
	if err != nil {
		return sourceDraft{}, err
	}
	from := sourceDraft{uuid: doc.UUID, Draft: Draft{
		State: doc.State, CustomerID: doc.CustomerID, SerieID: doc.SerieID, Comprobante: doc.Comprobante, Notas: doc.Notas,
	}}
	v := s.DB.View(a.Tenant)
	row, err := v.Document(ctx, id)
	if err != nil {
		return sourceDraft{}, err
	}
	typed, err := draftOf(ctx, v, row)
	switch {
	case err == nil && len(typed.Comprobante.Conceptos) == len(doc.Comprobante.Conceptos):
		from.Lines, from.Raw = typed.Lines, typed.Raw
	case err != nil && fail.KindOf(err) != fail.NotFound:
		return sourceDraft{}, err
	}
	return from, nil
}

// copyOf is a fresh draft with the content of another.
func (s *Service) copyOf(from sourceDraft) Draft {
	c := from.Comprobante.Clone()
	c.Serie, c.Folio, c.Fecha, c.Sello, c.NoCertificado, c.Certificado, c.Confirmacion = "", "", "", "", "", "", ""
	c.CfdiRelacionados, c.Addenda = nil, nil
	d := Draft{ID: s.NewID(), State: Borrador, CustomerID: from.CustomerID, Comprobante: *c, Lines: slices.Clone(from.Lines)}
	if from.State.Editable() {
		d.Raw = from.Raw
	}
	return d
}
