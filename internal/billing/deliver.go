package billing

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// maxDeliveries is how often a mail is tried: with the job's pauses, a day or so.
const maxDeliveries = 20

// deliverArgs name the mail that a Deliver job sends.
type deliverArgs struct {
	DeliveryID string `json:"delivery_id"`
}

// Kind is the stable name of the job.
func (deliverArgs) Kind() string { return "billing.deliver" }

// A correo is one address a receipt goes to, in the form the directory keeps them.
type correo struct {
	Direccion string
	Copia     bool
}

// deliverByItself queues the mail of a document just stamped, once whatever
// happens, if there is anybody to send it to.
func (s *Service) deliverByItself(ctx context.Context, tx *store.Tx, a store.Actor, r store.DocumentRow) error {
	to, cc, err := addressees(r.Correos)
	if err != nil || len(to) == 0 {
		return err
	}
	settings, err := tx.MailSettings(ctx)
	if err != nil || !settings.Automatic {
		return err
	}
	m := mail{dedup: "auto:" + reference(a.Tenant, r), to: to, cc: cc}
	if err := written(ctx, tx, r, &m); err != nil {
		return err
	}
	return s.queue(ctx, tx, a, r, m)
}

// written fills what m does not say yet with the template of the document's type.
func written(ctx context.Context, tx *store.Tx, r store.DocumentRow, m *mail) error {
	company, err := tx.Company(ctx)
	if err != nil {
		return err
	}
	t := mailing.Usual(r.Tipo)
	own, err := tx.MailTemplate(ctx, r.Tipo)
	switch {
	case err == nil:
		t = mailing.Template{Subject: own.Subject, Body: own.Body}
	case fail.KindOf(err) != fail.NotFound:
		return err
	}
	values := valuesOf(r, company)
	m.subject, m.text = orElse(m.subject, t.SubjectOf(values)), orElse(m.text, t.TextOf(values))
	return nil
}

// valuesOf are what the variables of a template stand for.
func valuesOf(r store.DocumentRow, c store.CompanyRow) mailing.Values {
	return mailing.Values{
		"documento": kindText(r.Tipo), "folio": folioText(r.Serie, folioOf(r)), "uuid": r.UUID, "fecha": strings.Replace(r.Fecha, "T", " ", 1),
		"cliente": r.ReceptorNombre, "rfc_cliente": r.ReceptorRfc, "empresa": orElse(c.NombreComercial, c.Nombre), "rfc_empresa": r.EmisorRfc,
		"total": "$" + grouped(r.Total), "moneda": r.Moneda,
	}
}

// copied adds the addresses that get a copy of every mail, but those it goes to anyway.
func copied(m mail, copies []string) []string {
	cc := m.cc
	for _, c := range copies {
		same := func(o string) bool { return strings.EqualFold(o, c) }
		if !slices.ContainsFunc(m.to, same) && !slices.ContainsFunc(cc, same) && len(m.to)+len(cc) < maxAddresses {
			cc = append(slices.Clip(cc), c)
		}
	}
	return cc
}

// addressees reads the addresses P1 fixed; when all are copies, all are recipients.
func addressees(list string) (to, cc []string, err error) {
	var correos []correo
	if err := json.Unmarshal([]byte(list), &correos); err != nil {
		return nil, nil, fmt.Errorf("addresses: %w", err)
	}
	for _, c := range correos {
		if c.Copia {
			cc = append(cc, c.Direccion)
		} else {
			to = append(to, c.Direccion)
		}
	}
	if len(to) == 0 {
		return cc, nil, nil
	}
	return to, cc, nil
}

// A mail is what is to be queued.
type mail struct {
	dedup         string
	to, cc        []string
	subject, text string
}

// queue stores a mail and its job in the caller's transaction.
func (s *Service) queue(ctx context.Context, tx *store.Tx, a store.Actor, r store.DocumentRow, m mail) error {
	settings, err := tx.MailSettings(ctx)
	if err != nil {
		return err
	}
	copies, err := settings.Addresses()
	if err != nil {
		return err
	}
	to, cc, err := jsonLists(m.to, copied(m, copies))
	if err != nil {
		return err
	}
	d := store.DeliveryRow{
		ID: s.NewID(), DocumentID: r.ID, Dedup: m.dedup, Recipients: to, Copies: cc,
		Subject: m.subject, Body: m.text, State: string(EnCola), UserName: a.UserName, CreatedAt: s.micros(),
	}
	fresh, err := tx.InsertDelivery(ctx, d)
	if err != nil || !fresh {
		return err
	}
	return job.Enqueue(ctx, tx, deliverArgs{DeliveryID: d.ID}, job.Options{Key: d.ID, MaxAttempts: forever})
}

// jsonLists writes addresses as rows keep them, and listed reads them.
func jsonLists(to, cc []string) (tos, ccs string, err error) {
	a, err := json.Marshal(to)
	if err != nil {
		return "", "", err
	}
	b, err := json.Marshal(cc)
	return string(a), string(b), err
}

func listed(d store.DeliveryRow) (to, cc []string, err error) {
	if err := json.Unmarshal([]byte(d.Recipients), &to); err != nil {
		return nil, nil, fmt.Errorf("recipients: %w", err)
	}
	if err := json.Unmarshal([]byte(d.Copies), &cc); err != nil {
		return nil, nil, fmt.Errorf("copies: %w", err)
	}
	return to, cc, nil
}

// Send mails a stamped document once more, XML and PDF attached, and keeps the
// mail among its Deliveries. subject and text may be empty: ours are taken then.
// Errors: fail.Invalid on to[0], cc[1]… or to; fail.Conflict when the document
// has no Timbre yet. Paths are to[0], cc[1]…, to, subject, text.
func (s *Service) Send(ctx context.Context, a store.Actor, id string, to, cc []string, subject, text string) error {
	if err := a.Require(store.RightSend); err != nil {
		return err
	}
	m := mail{dedup: "user:" + s.NewID(), subject: strings.TrimSpace(subject), text: strings.TrimSpace(text)}
	var fields, more []fail.Field
	m.to, fields = cleanAddresses("to", to)
	m.cc, more = cleanAddresses("cc", cc)
	if fields = append(fields, more...); len(fields) == 0 && len(m.to) == 0 {
		fields = append(fields, fail.Field{Path: "to", Message: "Escribe al menos una dirección de correo."})
	}
	if len(m.to)+len(m.cc) > maxAddresses {
		fields = append(fields, fail.Field{Path: "to", Message: fmt.Sprintf("Son demasiadas direcciones para un correo: caben %d.", maxAddresses)})
	}
	if len([]rune(m.subject)) > 200 || strings.ContainsAny(m.subject, "\r\n") {
		fields = append(fields, fail.Field{Path: "subject", Message: "El asunto va en un renglón de hasta 200 caracteres."})
	}
	if len([]rune(m.text)) > maxMailText {
		fields = append(fields, fail.Field{Path: "text", Message: fmt.Sprintf("El mensaje pasa de %d caracteres.", maxMailText)})
	}
	if len(fields) > 0 {
		return fail.WithFields("No se envió nada: revisa lo marcado.", fields...)
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		r, err := tx.Document(ctx, id)
		if err == nil {
			err = sees(a, r)
		}
		if err != nil {
			return err
		}
		if State(r.State) != Timbrado {
			return notStamped(r)
		}
		if err := written(ctx, tx, r, &m); err != nil {
			return err
		}
		if err := s.queue(ctx, tx, a, r, m); err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: "document.send", Object: "document/" + id})
	})
}

// cleanAddresses drops empty ones and says which cannot be an address.
func cleanAddresses(path string, list []string) (clean []string, fields []fail.Field) {
	for i, given := range list {
		if strings.TrimSpace(given) == "" {
			continue
		}
		address, err := send.ParseAddress(given)
		if err != nil {
			fields = append(fields, fail.Field{Path: fmt.Sprintf("%s[%d]", path, i), Message: fail.MessageOf(err)})
			continue
		}
		clean = append(clean, address)
	}
	return clean, fields
}

// runDeliver is P6: it renders the PDF from the stamped bytes and mails both. A
// crash between the mail server and our note repeats the mail under the same
// Message-ID; it never loses it.
func (s *Service) runDeliver(ctx context.Context, t store.Tenant, args deliverArgs) error {
	d, err := s.DB.View(t).Delivery(ctx, args.DeliveryID)
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	if err != nil || d.State != string(EnCola) {
		return err
	}
	var by way
	m, err := s.message(ctx, t, d)
	if err == nil {
		by, err = s.wayOf(ctx, t)
	}
	if err == nil {
		err = by.Mailer.Send(ctx, m)
		s.Crash("C8")
	}
	return s.delivered(ctx, t, by, d, err)
}

// A way is by which server a mail leaves: the company's own at a version, 0 for the
// portal's.
type way struct {
	send.Mailer
	own int64
}

func (s *Service) wayOf(ctx context.Context, t store.Tenant) (way, error) {
	post := mailing.Post{DB: s.DB, Keys: s.Signer, Guard: s.Guard, Now: s.Now}
	m, version, err := post.Of(ctx, t)
	if fail.KindOf(err) == fail.NotFound {
		return way{s.Mailer, 0}, nil
	}
	return way{m, version}, err
}

// message puts the mail together from what is stored.
func (s *Service) message(ctx context.Context, t store.Tenant, d store.DeliveryRow) (send.Message, error) {
	a := store.System(t)
	company, err := s.DB.View(t).Company(ctx)
	if err != nil {
		return send.Message{}, err
	}
	settings, err := s.DB.View(t).MailSettings(ctx)
	if err != nil {
		return send.Message{}, err
	}
	m := send.Message{
		ID: d.ID, FromName: orElse(settings.FromName, orElse(company.NombreComercial, company.Nombre)), ReplyTo: orElse(settings.ReplyTo, company.Correo),
		Subject: d.Subject, Text: d.Body, HTML: htmlOf(d.Body),
	}
	if settings.Attach != store.AttachPDF {
		name, xml, err := s.XML(ctx, a, d.DocumentID)
		if err != nil {
			return m, err
		}
		m.Attachments = append(m.Attachments, send.Attachment{Name: name, Type: "application/xml", Data: xml})
	}
	if settings.Attach != store.AttachXML {
		name, page, err := s.PDF(ctx, a, d.DocumentID)
		if err != nil {
			return m, err
		}
		m.Attachments = append(m.Attachments, send.Attachment{Name: name, Type: "application/pdf", Data: page})
	}
	if m.To, m.Cc, err = listed(d); err != nil {
		return m, err
	}
	o, err := outcomeOf(d)
	m.Done = o.settled()
	return m, err
}

// kindText is what a document of a type is called.
func kindText(tipo string) string { return mailing.Name(tipo) }

// grouped writes an amount with two decimals and thousands separated.
func grouped(micros int64) string {
	whole, cents, _ := strings.Cut(decimal.FromMicros(micros).Fixed(2), ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + cents
}

// mailPage is the HTML of a mail: the paragraphs of its text and nothing else.
const mailPage = `<!doctype html><html lang="es-MX"><head><meta charset="utf-8">` + mailing.Head + `<title>ioFacturo</title></head>
<body style="margin:0;padding:24px;background:#ffffff;color:#1f2a2e;font:16px/1.5 sans-serif"><div class="paper" style="max-width:40em;margin:0 auto">{{range .}}<p>{{range $i, $line := .}}{{if $i}}<br>{{end}}{{$line}}{{end}}</p>{{end}}</div></body></html>`

func htmlOf(text string) string {
	var paragraphs [][]string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		paragraphs = append(paragraphs, strings.Split(p, "\n"))
	}
	var b bytes.Buffer
	if err := template.Must(template.New("mail").Parse(mailPage)).Execute(&b, paragraphs); err != nil {
		panic(err) // a constant template over strings
	}
	return b.String()
}
