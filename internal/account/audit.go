package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const auditRows = 50

// An AuditQuery chooses links of the company's audit chain. Zero fields choose all.
type AuditQuery struct {
	Actor    string // id of a user
	Action   string // an action, or its beginning up to a dot: "user."
	From, To string // days, AAAA-MM-DD, in the zone of central Mexico
	Before   int64  // links older than this number; 0 = from the newest
	Oldest   bool   // the oldest first: Before is then the number that links are newer than
}

// An AuditEntry is one thing done, in words.
type AuditEntry struct {
	Seq           int64
	At            time.Time
	Who           string // name of the person, or the portal itself
	Actor         string // id to ask for all of that person, "" for nobody
	IP            string
	Action        string // the word kept
	What          string // … as a Spanish sentence
	Object        string // "document/0192…"
	Before, After string // JSON, "" for nothing
}

// An AuditPage is one page of the chain. Next is the Before of the
// page after it, 0 on the last.
type AuditPage struct {
	Rows []AuditEntry
	Of   string // the person whose links alone these are, "" for all
	Next int64
}

// Audit returns a page of who did what (manual §16). fail.Invalid on From or To
// when they are no dates.
func (s *Service) Audit(ctx context.Context, a store.Actor, q AuditQuery) (AuditPage, error) {
	if err := a.Require(store.RightAudit); err != nil {
		return AuditPage{}, err
	}
	f := store.AuditFilter{Actor: q.Actor, Action: q.Action, Before: q.Before, Oldest: q.Oldest, Limit: auditRows + 1}
	for _, day := range []struct {
		path, text string
		into       *int64
		add        int
	}{{"From", q.From, &f.From, 0}, {"To", q.To, &f.To, 1}} {
		if day.text == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, day.text, s.zone())
		if err != nil {
			return AuditPage{}, fail.OnField(day.path, "La fecha va como AAAA-MM-DD.")
		}
		*day.into = store.Micros(at.AddDate(0, 0, day.add))
	}
	v := s.cfg.DB.View(a.Tenant)
	rows, err := v.AuditPage(ctx, f)
	if err != nil {
		return AuditPage{}, err
	}
	var page AuditPage
	if q.Actor != "" {
		if page.Of, err = whoIs(ctx, v, q.Actor); err != nil {
			return AuditPage{}, err
		}
	}
	names := map[string]string{}
	for i, r := range rows {
		if i == auditRows {
			page.Next = rows[i-1].Seq
			break
		}
		if _, known := names[r.Actor]; !known { // as many as people on one page
			names[r.Actor], err = whoIs(ctx, v, r.Actor)
			if err != nil {
				return AuditPage{}, err
			}
		}
		actor := r.Actor
		if actor == systemActor || actor == operatorActor {
			actor = ""
		}
		page.Rows = append(page.Rows, AuditEntry{
			Seq: r.Seq, Actor: actor, At: r.Time(), Who: names[r.Actor], IP: r.IP, Action: r.Action, What: ActionText(r.Action), Object: r.Object, Before: r.Before, After: r.After,
		})
	}
	return page, nil
}

// systemActor is who the portal is in the chain, when it acts by itself.
const systemActor = "sistema"

// whoIs names the person behind an id of the chain: a user, also one that was
// removed; a person of another company that was let in; or the portal.
func whoIs(ctx context.Context, v *store.View, id string) (string, error) {
	switch id {
	case "":
		return "Alguien sin sesión", nil
	case systemActor:
		return "El portal", nil
	case operatorActor:
		return "Quien opera el portal", nil
	}
	u, err := v.User(ctx, id)
	if err == nil {
		return u.Nombre + " (" + u.Usuario + ")", nil
	}
	if fail.KindOf(err) != fail.NotFound {
		return "", err
	}
	name, err := v.GuestName(ctx, id)
	if err != nil && fail.KindOf(err) == fail.NotFound {
		return "Otra persona", nil
	}
	return name, err
}

// An AuditState is what a check of the chain found.
type AuditState struct {
	Links  int64  // that there are
	Broken int64  // the first that does not hold, 0 for none
	Reason string // … and why, in English, for support
}

// VerifyAudit checks the whole chain of the company.
func (s *Service) VerifyAudit(ctx context.Context, a store.Actor) (AuditState, error) {
	if err := a.Require(store.RightAudit); err != nil {
		return AuditState{}, err
	}
	head, err := s.cfg.DB.View(a.Tenant).AuditLength(ctx)
	if err != nil {
		return AuditState{}, err
	}
	var broken *store.AuditError
	switch err := s.cfg.DB.VerifyAudit(ctx, a.Tenant); {
	case err == nil:
		return AuditState{Links: head}, nil
	case errors.As(err, &broken):
		return AuditState{Links: head, Broken: broken.Seq, Reason: broken.Reason}, nil
	default:
		return AuditState{}, err
	}
}

// An ActionWord is a kind of act and its sentence.
type ActionWord struct{ Action, Text string }

// ActionWords are all acts that the chain keeps, in the order of the filter.
func ActionWords() []ActionWord {
	return []ActionWord{
		{"document.issue", "Numeró y emitió un comprobante"},
		{"document.wait", "Mandó a timbrar un comprobante que espera créditos"},
		{"credits.sent", "Transfirió créditos a otra empresa"},
		{"credits.received", "Recibió créditos de otra empresa"},
		{"credits.manual", "Cargó créditos a mano"},
		{"credits.reversed", "Revirtió una entrada de créditos"},
		{"order.created", "Hizo un pedido en la Tienda"},
		{"order.canceled", "Canceló un pedido"},
		{"order.receipt", "Emitió el CFDI que le faltaba a un pedido"},
		{"order.receipt.stands", "El CFDI de un pedido reembolsado sigue vigente"},
		{"order.refunded", "Reembolsó un pedido"},
		{"payment.confirmed", "Confirmó el depósito de un pedido"},
		{"payment.accepted", "Acreditó un pago que no coincidía"},
		{"payment.dismissed", "Cerró sin acreditar un pago que no coincidía"},
		{"package.created", "Publicó un paquete"},
		{"package.changed", "Cambió un paquete"},
		{"package.replaced", "Cambió un paquete ya vendido por otro"},
		{"package.withdrawn", "Retiró un paquete"},
		{"credits.paid", "Marcó pagado un estado de cuenta"},
		{"credits.plan", "Cambió el tipo de paquete"},
		{"invite.sent", "Invitó a un amigo"},
		{"invite.rewarded", "Recibió créditos por una invitación"},
		{"invite.reversed", "Devolvió los créditos de una invitación"},
		{"credits.low", "Cambió el aviso de créditos por acabarse"},
		{"document.send", "Envió un comprobante por correo"},
		{"document.addenda", "Puso, cambió o quitó la addenda de un comprobante"},
		{"document.discard", "Descartó un borrador"},
		{"document.annul", "Anuló un folio sin timbrar"},
		{"csd.sign", "Usó la llave del sello"},
		{"csd.sign.failed", "No se pudo sellar"},
		{"csd.request", "Firmó una solicitud al SAT"},
		{"csd.request.failed", "No se pudo firmar una solicitud al SAT"},
		{"csd.load", "Cargó la llave de un sello"},
		{"csd.forget", "Destruyó la llave de un sello"},
		{"csd.export.request", "Pidió exportar la llave de un sello"},
		{"csd.export", "Exportó la llave de un sello"},
		{"csd.export.cancel", "Canceló la exportación de una llave"},
		{"custody.export", "Cambió si se pueden exportar llaves"},
		{"certificate.add", "Agregó un certificado"},
		{"certificate.active", "Activó o desactivó un certificado"},
		{"certificate.branch", "Cambió la sucursal de un certificado"},
		{"certificate.revoke", "Marcó un certificado como revocado"},
		{"certificate.delete", "Eliminó un certificado"},
		{"company.found", "Fundó la empresa"},
		{"company.save", "Cambió los datos de la empresa"},
		{"company.export", "Descargó todo"},
		{"company.closing", "Pidió dar de baja la empresa"},
		{"company.kept", "Canceló la baja de la empresa"},
		{"company.closed", "La empresa se cerró"},
		{"company.suspended", "Suspendió la cuenta de la empresa"},
		{"company.resumed", "Reactivó la cuenta de la empresa"},
		{"operator.new", "Dio de alta a un operador"},
		{"policy.save", "Cambió las reglas de acceso"},
		{"branch.save", "Guardó una sucursal"},
		{"paper.save", "Guardó un diseño del PDF"},
		{"paper.restore", "Restauró un diseño del PDF"},
		{"paper.logo", "Cambió el logotipo"},
		{"branch.delete", "Eliminó una sucursal"},
		{"serie.save", "Guardó una serie"},
		{"serie.low", "Una serie usó nueve décimos de sus folios"},
		{"serie.active", "Activó o desactivó una serie"},
		{"customer.save", "Guardó un cliente"},
		{"import.run", "Importó un archivo"},
		{"customer.active", "Activó o desactivó un cliente"},
		{"customer.delete", "Eliminó un cliente que nunca se usó"},
		{"customer.statement", "Envió por correo el estado de cuenta de un cliente"},
		{"customer.reminder", "Envió a un cliente un recordatorio de lo vencido"},
		{"customer.sat", "Guardó lo que el SAT respondió de un cliente"},
		{"addenda.save", "Guardó una addenda"},
		{"addenda.delete", "Eliminó una addenda"},
		{"customer.link", "Pidió sus datos a un cliente con un enlace"},
		{"customer.proposed", "Un cliente envió sus datos por su enlace"},
		{"customer.accepted", "Aceptó los datos que envió un cliente"},
		{"customer.rejected", "Rechazó los datos de un cliente o retiró su enlace"},
		{"product.save", "Guardó un producto"},
		{"product.active", "Activó o desactivó un producto"},
		{"product.delete", "Eliminó un producto que nunca se usó"},
		{"product.lot", "Cambió los lotes de un producto"},
		{"product.image", "Cambió la imagen de un producto"},
		{"pricelist.save", "Guardó una lista de precios"},
		{"pricelist.active", "Activó o desactivó una lista de precios"},
		{"pricelist.prices", "Cambió precios de una lista"},
		{"pricelist.delete", "Eliminó una lista de precios"},
		{"user.new", "Dio de alta a un usuario"},
		{"user.save", "Cambió a un usuario"},
		{"user.block", "Bloqueó a un usuario"},
		{"user.unblock", "Desbloqueó a un usuario"},
		{"user.remove", "Dio de baja a un usuario"},
		{"user.invite", "Envió un enlace para elegir contraseña"},
		{"user.hand_password", "Dio una contraseña de un solo uso"},
		{"user.password", "Cambió la contraseña"},
		{"user.unlock", "Desbloqueó su cuenta"},
		{"user.profile", "Cambió su perfil"},
		{"mail.settings", "Cambió cómo se envían los comprobantes"},
		{"mail.template", "Cambió la plantilla de un correo"},
		{"mail.server", "Puso o cambió el servidor de correo propio"},
		{"mail.server.off", "Volvió al correo de ioFacturo"},
		{"mail.server.test", "Probó el servidor de correo propio"},
		{"user.notices", "Cambió qué avisos recibe"},
		{"user.mail_asked", "Pidió cambiar de correo"},
		{"user.mail_agreed", "Confirmó el cambio de correo"},
		{"user.mail_kept", "Canceló el cambio de correo"},
		{"user.mail", "Cambió de correo"},
		{"user.factor_on", "Puso un segundo factor"},
		{"user.factor_off", "Quitó el segundo factor"},
		{"user.passkey_on", "Agregó una llave de acceso"},
		{"user.passkey_off", "Quitó una llave de acceso"},
		{"user.recovery_codes", "Hizo códigos de recuperación"},
		{"user.sessions_closed", "Cerró sesiones"},
		{"role.new", "Creó un conjunto de permisos"},
		{"role.save", "Cambió un conjunto de permisos"},
		{"session.open", "Inició sesión"},
		{"session.factor", "Pasó el segundo factor"},
		{"session.proved", "Confirmó su identidad"},
		{"session.enter", "Entró a la empresa"},
		{"session.close", "Cerró su sesión"},
		{"session.closed", "Cerró otra sesión"},
		{"access.asked", "Alguien pidió acceso"},
		{"coadmin.invite", "Invitó a co-administrar"},
		{"coadmin.invited", "Recibió una invitación a co-administrar"},
		{"coadmin.ask", "Pidió co-administrar otra empresa"},
		{"coadmin.asked", "Otra empresa pidió co-administrar"},
		{"coadmin.accept", "Aceptó la co-administración"},
		{"coadmin.refuse", "Rechazó la co-administración"},
		{"coadmin.change", "Cambió los permisos de un co-administrador"},
		{"coadmin.revoke", "Quitó a un co-administrador"},
		{"coadmin.leave", "Dejó de co-administrar"},
		{"coadmin.expired", "Venció una co-administración"},
	}
}

// ActionText is the sentence of an action; one that has none is said as it is kept.
func ActionText(action string) string {
	for _, w := range ActionWords() {
		if w.Action == action {
			return w.Text
		}
	}
	return strings.ReplaceAll(action, ".", " ")
}
