package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/send/sendtest"
	"iofacturo.mx/internal/store"
)

// A letterLine is a mail that the portal sends, and how its letter begins its subject.
// Event is what to raise where the test does not live through what raises it.
type letterLine struct {
	what, subject string
	event         *notice.Event
}

// letterLines are the mails there are, in the order of the functional description.
func letterLines() []letterLine {
	cancel := notice.Cancellation{ID: "c0", Ref: "Factura A-12", Owner: "admin", Receiver: "UNIVERSIDAD ROBOTICA ESPAÑOLA"}
	told := func(e notice.Event) *notice.Event { return &e }
	return []letterLine{
		{what: "confirmar registro", subject: "Confirma tu registro"},
		{what: "datos de acceso", subject: "Tus datos de acceso"},
		{what: "enlace de contraseña", subject: "Elige una contraseña nueva"},
		{what: "cambió la contraseña", subject: "Cambió tu contraseña"},
		{what: "cambia el correo", subject: "Confirma el cambio de tu correo"},
		{what: "cambió el correo", subject: "Cambió tu correo"},
		{what: "dispositivo nuevo", subject: "Entraron a ioFacturo desde un dispositivo nuevo"},
		{what: "usuario invitado", subject: "Elige tu contraseña de ioFacturo"},
		{what: "co-administración: invitación", subject: "Te invitan a co-administrar"},
		{what: "co-administración: aceptada", subject: "Aceptaron co-administrar"},
		{what: "co-administración: revocada", subject: "Ya no co-administras"},
		{what: "invitación a un amigo", subject: "TALLER DE CERAMICA LOS GIRASOLES te invita"},
		{what: "premio", subject: "Créditos: recibiste 25 de bono", event: told(notice.Event{What: notice.CreditsMoved, Link: "/creditos", N: 25, Ref: "recibiste 25 de bono", Detail: "Alguien que invitaste compró y timbró su primer comprobante."})},
		{what: "comprobante", subject: "Factura A-1 de"},
		{what: "recibo de pago", subject: "Recibo de pago A-1 de"},
		{what: "cancelación pedida, al receptor", subject: "Cancelación de "},
		{what: "cancelación pedida", subject: "Cancelación pedida: ", event: told(cancel.Asked(notice.Silent3))},
		{what: "cancelación resuelta, al receptor", subject: "Cancelado: Factura A-2 de"},
		{what: "cancelación resuelta", subject: "No se canceló: Factura A-12", event: told(cancel.Over(notice.Turned))},
		{what: "estado de cuenta", subject: "Estado de cuenta con"},
		{what: "recordatorio", subject: "Recordatorio de pago de"},
		{what: "pedido", subject: "Por pagar: pedido"},
		{what: "pago y créditos", subject: "Compra pagada"},
		{what: "transferencia hecha", subject: "Créditos: transferiste", event: told(notice.Event{What: notice.CreditsMoved, Link: "/creditos", N: 10, Ref: "transferiste 10 a XIA190128J61", Detail: "Los envió admin a XENON. No se puede deshacer."})},
		{what: "transferencia recibida", subject: "Créditos: recibiste 10 de XIA", event: told(notice.Event{What: notice.CreditsMoved, Link: "/creditos", N: 10, Ref: "recibiste 10 de XIA190128J61", Detail: "Los transfirió XENON."})},
		{what: "créditos por acabarse", subject: "Te quedan 10 créditos", event: told(notice.Event{What: notice.CreditsLow, Link: "/creditos", N: 10, Ref: "10 %"})},
		{what: "certificado por vencer", subject: "Tu certificado vence", event: told(notice.Event{What: notice.CertificateEnds, Link: "/certificados", N: 15, Ref: "30001000000500003416"})},
		{what: "timbrado que falló", subject: "Rechazado: Factura A-9", event: told(notice.Event{What: notice.Rejected, Link: "/comprobantes", Ref: "Factura A-9", Detail: "El RFC del receptor no está en la lista del SAT."})},
		{what: "recurrente que falló", subject: "No salió completa: Rentas", event: told(notice.Run{ID: "r1", Name: "Rentas de diciembre", Why: "No alcanzaron los créditos.", Missing: 3, Link: "/comprobantes"}.Failed())},
		{what: "un proveedor pide cancelar", subject: "Un proveedor pide cancelar", event: told(notice.Request{UUID: "u1", Ref: "Factura F-77", Supplier: "XENON INDUSTRIAL ARTICLES", Link: "/avisos"}.Left(72))},
		{what: "contraparte en la lista del SAT", subject: "En la lista del SAT", event: told(notice.Listing{Rfc: "XIA190128J61", Nombre: "XENON INDUSTRIAL ARTICLES", Situation: notice.Definitivo, Edition: "2026-11-01", Link: "/clientes"}.Found())},
		{what: "exportación lista", subject: "La llave pedida ya se puede descargar"},
	}
}

// TestMailsAreFit: every mail of the functional description is a letter that is sent in
// text and in HTML, in one column of 320 px, with colours for the dark. A company lives
// through them; where IOFACTURO_MAIL_GALLERY names a folder, they hang there.
func TestMailsAreFit(t *testing.T) {
	p := newPortal(t)
	b, a, ids := p.furnish(ownerRfc)
	p.lifeOfMails(b, a, ids)
	for i, l := range letterLines() {
		if l.event != nil {
			must(t, p.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
				l.event.Key += "galeria:" + l.what
				return notice.Raise(t.Context(), tx, *l.event)
			}))
		}
		if i%10 == 9 {
			p.drain()
		}
	}
	p.drain()
	mails, err := p.box.List(1000)
	must(t, err)
	var gallery sendtest.Gallery
	for _, fault := range gallery.Look(mails, password, operatorPassword) {
		t.Error(fault)
	}
	for _, l := range letterLines() {
		i := slices.IndexFunc(mails, func(m send.Kept) bool { return strings.HasPrefix(m.Subject, l.subject) })
		switch {
		case i < 0:
			t.Errorf("%s: no mail is %q…", l.what, l.subject)
		case mails[i].Text == "" || mails[i].HTML == "":
			t.Errorf("%s: %d bytes of text, %d of HTML", l.what, len(mails[i].Text), len(mails[i].HTML))
		default:
			gallery.Show(l.what, mails[i])
		}
	}
	if t.Failed() {
		for _, m := range mails {
			t.Log(m.ID, m.Subject)
		}
	}
	if dir := os.Getenv("IOFACTURO_MAIL_GALLERY"); dir != "" {
		must(t, gallery.Hang(dir, "web"))
	}
}

// lifeOfMails has a furnished company live through what mails are about.
func (p *portal) lifeOfMails(b *browser, a store.Actor, ids mine) {
	p.t.Helper()
	ctx := p.t.Context()
	a.ProvedAt = p.Now()
	chosen, err := p.Account.Tastes(ctx, a)
	must(p.t, err)
	must(p.t, p.Account.SaveTastes(ctx, a, chosen.Version, map[notice.Kind]notice.Taste{notice.Rejected: notice.Mail}))

	p.registered("COS850425822", "rosa@example.mx")
	p.browser().post("/recuperar", url.Values{"Usuario": {"admin"}, "Rfc": {ownerRfc}})
	p.otherDevice(ownerRfc)
	must(p.t, p.Account.AllowKeyExport(ctx, a, true))
	_, err = p.Account.RequestKeyExport(ctx, a, ids["certificado"])
	must(p.t, err)
	_, _, err = p.Directory.AskData(ctx, a, "", "nuevo@example.mx")
	must(p.t, err)

	guest, g := p.issuer(guestRfc)
	b.follow(b.post("/coadministracion/invitar", url.Values{"Nivel": {"permisos"}, "Rights": {string(store.RightIssue)}, "Quien": {guestRfc}}))
	p.drain()
	offers, err := p.Account.Offers(ctx, g)
	must(p.t, err)
	guest.follow(guest.post("/coadministracion/ofertas/"+offers[0].ID, url.Values{"Respuesta": {"si"}}))
	p.drain()
	must(p.t, p.Account.RevokeCoadmin(ctx, a, offers[0].ID))
	order, ok := p.gate.Of(p.ordered(b, ids["paquete"], "tarjeta"))
	if !ok || p.gate.Pay(order.ID) != http.StatusOK {
		p.t.Error("not paid")
	}
	b.follow(b.post("/cuenta/contrasena", url.Values{"Anterior": {password}, "Nueva": {password + " y más"}, "Confirmacion": {password + " y más"}}))
	p.billed(b, a, ids["documento"])
	must(p.t, p.Account.AskMailChange(ctx, a, "otro@example.mx", "otro@example.mx"))
	p.drain()
	// both agree, which ends the sessions
	for _, to := range []string{"otro@example.mx", "admin@example.mx"} {
		p.browser().post(p.linkTo(to, "/correo/"), nil)
	}
	p.later(25 * time.Hour) // the key is let out, the invoice is overdue
	must(p.t, p.Billing.SendReminder(ctx, a, p.debtor(a), []string{"pagos@ure.example"}))
	p.drain()
}

// registered registers a company up to its access data.
func (p *portal) registered(rfc, correo string) {
	p.t.Helper()
	p.browser().post("/registro", url.Values{"Nombre": {"Rosa"}, "Rfc": {rfc}, "Correo": {correo}, "Correo2": {correo}, "Acepta": {"si"}})
	p.drain()
	p.browser().post(p.linkTo(correo, "/confirmar/"), url.Values{"Usuario": {"rosa"}, "Password": {password}, "Password2": {password}})
}

// linkTo is the path of the last link under one that was mailed to an address.
func (p *portal) linkTo(correo, under string) string {
	p.t.Helper()
	mails, err := p.box.List(1000)
	must(p.t, err)
	for _, m := range mails {
		if at := regexp.MustCompile(regexp.QuoteMeta(baseURL) + `(` + under + `\S+)`).FindStringSubmatch(m.Text); at != nil && m.To[0] == correo {
			return at[1]
		}
	}
	p.t.Fatalf("no link to %s under %s", correo, under)
	return ""
}

// otherDevice signs in from a device that was not seen.
func (p *portal) otherDevice(rfc string) {
	p.t.Helper()
	r := httptest.NewRequest(http.MethodPost, baseURL+"/entrar", strings.NewReader(entry(rfc, password).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("User-Agent", "Mozilla/5.0 (iPhone) Safari/604.1")
	p.browser().send(r)
}

// billed mails a receipt, has one of a payment, one that is cancelled, and a statement.
func (p *portal) billed(b *browser, a store.Actor, document string) {
	p.t.Helper()
	ctx := p.t.Context()
	b.follow(b.post("/clientes/nuevo", url.Values{
		"Rfc": {"URE180429TM6"}, "Nombre": {"UNIVERSIDAD ROBOTICA ESPAÑOLA"}, "CodigoPostal": {"65000"}, "RegimenFiscal": {"601"}, "UsoCFDI": {"G03"}, "Correos[0]": {"pagos@ure.example"},
	}))
	at, invoice := newInvoice(p.t, b)
	for name, value := range map[string]string{"CustomerID": p.debtor(a), "MetodoPago": "PPD", "FormaPago": "99", "Correos": "pagos@ure.example", "Conceptos[0].ValorUnitario": "765432.10"} {
		invoice.Set(name, value)
	}
	b.press(at, invoice, "timbrar-asi")
	sold := p.stamped(a).Rows[0].ID
	must(p.t, p.Billing.SendStatement(ctx, a, p.debtor(a), billing.StatementFilter{}, []string{"pagos@ure.example"}))
	for _, n := range []billing.CancellationNews{{ID: "c1", Answer: notice.Silent3}, {ID: "c1", Outcome: notice.Accepted}} {
		must(p.t, p.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error { return p.Billing.TellCancellation(ctx, tx, a, sold, n) }))
	}
	p.drain()
	must(p.t, p.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error { return paid(ctx, tx, document) }))
	must(p.t, p.Billing.Send(ctx, a, document, []string{"pagos@ure.example"}, nil, "", ""))
	p.drain()
}

// paid has the row of a stamped document say that it is a receipt of a payment: none is
// issued here yet.
func paid(ctx context.Context, tx *store.Tx, document string) error {
	was, err := tx.Document(ctx, document)
	if err != nil {
		return err
	}
	r := was
	r.Tipo = "P"
	return tx.ChangeDocument(ctx, was, r)
}

// debtor is the customer that is billed.
func (p *portal) debtor(a store.Actor) string {
	p.t.Helper()
	list, err := p.Directory.Customers(p.t.Context(), a, directory.Filter{})
	must(p.t, err)
	for _, c := range list.Rows {
		if c.Rfc == "URE180429TM6" {
			return c.ID
		}
	}
	p.t.Fatal("nobody is billed")
	return ""
}
