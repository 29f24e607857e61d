package billing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Document returns a document with its content, log and mails. Once there are
// bytes the content is read from them. fail.NotFound for another company's too.
func (s *Service) Document(ctx context.Context, a store.Actor, id string) (Document, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return Document{}, err
	}
	v := s.DB.View(a.Tenant)
	row, err := v.Document(ctx, id)
	if err == nil {
		err = sees(a, row)
	}
	if err != nil {
		return Document{}, err
	}
	doc := documentOf(row)
	if err := s.addContent(ctx, v, row, &doc); err != nil {
		return Document{}, err
	}
	if doc.Waiting, err = waitsSince(ctx, v, row); err != nil {
		return Document{}, err
	}
	events, err := v.Events(ctx, id)
	if err != nil {
		return Document{}, err
	}
	for _, e := range events {
		doc.History = append(doc.History, Event{
			At: store.FromMicros(e.At), Name: e.Event, From: State(e.From), To: State(e.To),
			Revision: int(e.Revision), Who: e.UserName, Code: e.Code, Message: e.Message,
		})
	}
	deliveries, err := v.Deliveries(ctx, id)
	if err != nil {
		return Document{}, err
	}
	for _, d := range deliveries {
		one, err := deliveryOf(d)
		if err != nil {
			return Document{}, err
		}
		doc.Deliveries = append(doc.Deliveries, one)
	}
	return doc, nil
}

func documentOf(r store.DocumentRow) Document {
	d := Document{
		ID: r.ID, State: State(r.State), Revision: int(r.Revision), Tipo: r.Tipo, SerieID: r.SerieID, Serie: r.Serie, Folio: folioOf(r),
		Fecha: r.Fecha, UUID: r.UUID, CustomerID: r.CustomerID, EmisorRfc: r.EmisorRfc, ReceptorRfc: r.ReceptorRfc, ReceptorNombre: r.ReceptorNombre,
		SubTotal: decimal.FromMicros(r.SubTotal), Descuento: decimal.FromMicros(r.Descuento), Traslados: decimal.FromMicros(r.Traslados),
		Retenciones: decimal.FromMicros(r.Retenciones), Total: decimal.FromMicros(r.Total), Moneda: r.Moneda,
		NoCertificado: r.NoCertificado, PAC: r.PAC, Test: r.Test, Reason: Reason{r.ReasonCode, r.ReasonMessage}, Notas: r.Notas,
		CreatedAt: store.FromMicros(r.CreatedAt), UpdatedAt: store.FromMicros(r.UpdatedAt), HasXML: r.State == string(Timbrado),
	}
	if r.StampedAt != 0 {
		d.StampedAt = store.FromMicros(r.StampedAt)
	}
	return d
}

func deliveryOf(r store.DeliveryRow) (Delivery, error) {
	d := Delivery{
		ID: r.ID, Subject: r.Subject, State: DeliveryState(r.State), Error: r.Error, Tries: int(r.Tries), Who: r.UserName,
		At: store.FromMicros(r.CreatedAt),
	}
	if r.SentAt != 0 {
		d.SentAt = store.FromMicros(r.SentAt)
	}
	o, err := outcomeOf(r)
	d.Bounced = o.Refused
	return d, errors.Join(err, json.Unmarshal([]byte(r.Recipients), &d.To), json.Unmarshal([]byte(r.Copies), &d.Cc))
}

// addContent reads what the document says from the furthest bytes there are.
func (s *Service) addContent(ctx context.Context, v *store.View, r store.DocumentRow, doc *Document) error {
	to, cc, err := addressees(r.Correos)
	if err != nil {
		return err
	}
	doc.Correos = append(to, cc...)
	if doc.State.Editable() || doc.State == Anulado {
		d, err := draftOf(ctx, v, r)
		doc.Comprobante = d.Comprobante
		if doc.State.Editable() && err == nil {
			doc.Correos = d.Correos
		}
		return err
	}
	kind := map[State]store.XMLKind{Numerado: store.PreparedXML, Timbrado: store.StampedXML}[doc.State]
	if kind == "" {
		kind = store.SealedXML
	}
	xml, err := s.bytes(ctx, v, r, kind)
	if err != nil {
		return err
	}
	read, err := cfdi.Read(xml, complementos.All)
	if err != nil {
		return fmt.Errorf("%s XML of %s: %w", kind, r.ID, err)
	}
	doc.Comprobante, doc.Timbre = *read.Comprobante, read.Timbre
	return nil
}

// bytes reads the XML a row shows; a synthetic row of the demo shows another's.
func (s *Service) bytes(ctx context.Context, v *store.View, r store.DocumentRow, kind store.XMLKind) ([]byte, error) {
	if r.SyntheticOf != "" {
		shown, err := v.Document(ctx, r.SyntheticOf)
		if err != nil {
			return nil, err
		}
		r = shown
	}
	return v.XML(ctx, r.ID, r.IssuedRevision, kind)
}

// XML returns the stamped document byte for byte as the certifier gave it, with its
// addenda before its end if it was given one, and
// a file name like A-1292_XAXX010101000.xml. fail.Conflict when it has no Timbre.
func (s *Service) XML(ctx context.Context, a store.Actor, id string) (name string, b []byte, err error) {
	row, b, err := s.stampedXML(ctx, a, id)
	if err == nil {
		b, err = withAddenda(ctx, s.DB.View(a.Tenant), row.ID, b)
	}
	return fileName(row) + ".xml", b, err
}

// PDF returns the printed representation of a stamped document, drawn from its
// bytes, and a file name. fail.Conflict when it has no Timbre.
func (s *Service) PDF(ctx context.Context, a store.Actor, id string) (name string, b []byte, err error) {
	row, xml, err := s.stampedXML(ctx, a, id)
	if err != nil {
		return "", nil, err
	}
	o, err := s.pdfOptions(ctx, s.DB.View(a.Tenant), row)
	if err != nil {
		return "", nil, err
	}
	b, err = s.Config.PDF.Document(xml, o)
	if err != nil {
		return "", nil, fmt.Errorf("PDF of %s: %w", id, err)
	}
	return fileName(row) + ".pdf", b, nil
}

func (s *Service) stampedXML(ctx context.Context, a store.Actor, id string) (store.DocumentRow, []byte, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return store.DocumentRow{}, nil, err
	}
	v := s.DB.View(a.Tenant)
	row, err := v.Document(ctx, id)
	if err == nil {
		err = sees(a, row)
	}
	if err != nil {
		return row, nil, err
	}
	if State(row.State) != Timbrado {
		return row, nil, notStamped(row)
	}
	b, err := s.bytes(ctx, v, row, store.StampedXML)
	return row, b, err
}

func notStamped(r store.DocumentRow) error {
	return fail.New(fail.Conflict, "Este comprobante está "+State(r.State).Text()+": todavía no tiene timbre. Espera a que lo tenga para enviarlo o descargarlo.")
}

// DraftPDF returns how a document that is not stamped would print, marked as
// without fiscal value, and a file name.
func (s *Service) DraftPDF(ctx context.Context, a store.Actor, id string) (name string, b []byte, err error) {
	doc, err := s.Document(ctx, a, id)
	if err != nil {
		return "", nil, err
	}
	v := s.DB.View(a.Tenant)
	row, err := v.Document(ctx, id)
	if err != nil {
		return "", nil, err
	}
	o, err := s.pdfOptions(ctx, v, row)
	if err != nil {
		return "", nil, err
	}
	b, err = s.Config.PDF.Draft(&doc.Comprobante, o)
	if err != nil {
		return "", nil, fmt.Errorf("draft PDF of %s: %w", id, err)
	}
	return "borrador_" + fileName(row) + ".pdf", b, nil
}

// fileName is "A-1292_RFC" in letters that every file system takes.
func fileName(r store.DocumentRow) string {
	name := orElse(folioText(r.Serie, folioOf(r)), "comprobante")
	if r.ReceptorRfc != "" {
		name += "_" + r.ReceptorRfc
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '-', c == '_':
			return c
		case c == 'Ñ', c == 'ñ':
			return 'N'
		}
		return -1
	}, name)
}
