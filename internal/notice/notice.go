// Package notice holds what the portal tells people by itself: the kinds there are,
// what each says, and how an event becomes known.
//
//	err := notice.Raise(ctx, tx, notice.Event{Key: "doc:" + id, What: notice.Rejected, Owner: "ana", Ref: "A-12", Link: "/comprobantes/" + id})
//
// An event is raised in the transaction that makes it happen; a job of account then
// tells whoever should know, each once, by the bell or by mail as they like. The
// package decides nothing else, sends nothing and never says what a person may not see.
package notice

import (
	"context"
	"slices"

	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// A Kind is what a notice is about. The value is kept.
type Kind string

// The kinds of notice: what can happen today.
const (
	CertificateEnds  Kind = "csd.vence"
	CertificateEnded Kind = "csd.vencido"
	Rejected         Kind = "comprobante.rechazado"
	Silent           Kind = "comprobante.sin-respuesta"
	Expired          Kind = "comprobante.vencido"
	Bounced          Kind = "comprobante.rebotado"
	FoliosLow        Kind = "serie.folios"
	MailServer       Kind = "correo.servidor"
	KeyReady         Kind = "csd.llave"
	Device           Kind = "acceso.dispositivo"
	Access           Kind = "empresa.acceso"
	Stuck            Kind = "comprobante.espera"
	CreditsLow       Kind = "creditos.bajos"
	CreditsMoved     Kind = "creditos.movidos"
	Statement        Kind = "creditos.estado"
	Support          Kind = "soporte.respuesta"
	ShopOrdered      Kind = "tienda.pedido"
	ShopPaid         Kind = "tienda.pagado"
	ShopExpired      Kind = "tienda.vencido"
	ShopDiffers      Kind = "tienda.diferencia"
	ShopRefunded     Kind = "tienda.reembolso"
	ShopNoReceipt    Kind = "tienda.sin-cfdi"
)

// A Taste is how a person takes a kind of notice. The value is kept.
type Taste string

// The tastes.
const (
	Bell   Taste = "campana" // on screen alone
	Mail   Taste = "correo"  // also by mail, at once
	Digest Taste = "resumen" // also by mail, once a day with the others
	None   Taste = "ninguno"
)

// A Rule is a line of the table of kinds. Name and Help are Spanish.
type Rule struct {
	Kind       Kind
	Name, Help string
	Needs      store.Right // without it the thing may not be seen, nor the notice
	Admins     bool        // told to every Administrador, beside whose the thing is
	Security   bool        // cannot be switched off
	Letter     bool        // has a mail of its own, written elsewhere
	Usual      Taste       // of who never said anything
}

// Tastes lists what a person may choose for the kind, the most quiet last.
func (r Rule) Tastes() []Taste {
	if r.Security || r.Letter {
		return []Taste{Mail, Bell}
	}
	return []Taste{Mail, Digest, Bell, None}
}

// Kinds is the table of all kinds, in the order a screen shows them.
func Kinds() []Rule {
	return []Rule{
		{CertificateEnds, "Certificado por vencer", "60, 30, 15, 5 y 1 días antes de que venza tu CSD.", store.RightCertificates, true, false, false, Mail},
		{CertificateEnded, "Certificado vencido", "Tu CSD venció y no hay otro que lo sustituya.", store.RightCertificates, true, false, false, Mail},
		{Rejected, "Comprobante rechazado", "El certificador no lo timbró y dijo por qué.", store.RightReceipts, true, false, false, Bell},
		{Silent, "Comprobante sin respuesta", "Más de diez minutos sin saber si se timbró.", store.RightReceipts, true, false, false, Bell},
		{Expired, "Comprobante vencido", "Pasaron 72 horas sin que se timbrara.", store.RightReceipts, true, false, false, Bell},
		{Bounced, "Correo rebotado", "Un correo de tu cliente no recibe tus comprobantes.", store.RightReceipts, true, false, false, Bell},
		{FoliosLow, "Folios por terminarse", "Una serie ya usó nueve de cada diez folios de su rango.", store.RightSeeConfig, true, false, false, Mail},
		{MailServer, "Tu servidor de correo falla", "Tus comprobantes no salen por el servidor que pusiste.", store.RightSeeConfig, true, false, false, Mail},
		{KeyReady, "Exportación lista", "La llave de un CSD que pidieron exportar ya se puede descargar.", store.RightCertificates, true, false, true, Mail},
		{Stuck, "Comprobante que no salió de la espera", "Esperaba créditos y, cuando llegaron, ya le faltaba algo.", store.RightReceipts, true, false, false, Bell},
		{CreditsLow, "Créditos por acabarse", "Queda el porcentaje que elijas en Paquetes y tarifas, o ninguno.", store.RightBuy, true, false, false, Mail},
		{CreditsMoved, "Créditos recibidos o enviados", "Una transferencia, o una carga de quien opera el portal.", store.RightBuy, true, false, false, Mail},
		{ShopOrdered, "Pedido por pagar", "Alguien de tu empresa hizo un pedido en la Tienda.", store.RightBuy, true, false, false, Mail},
		{ShopPaid, "Compra pagada", "Se confirmó el pago de un pedido y llegaron sus créditos.", store.RightBuy, true, false, false, Mail},
		{ShopExpired, "Pedido vencido", "Un pedido no se pagó a tiempo.", store.RightBuy, true, false, false, Mail},
		{ShopDiffers, "Pago con diferencia", "Llegó dinero que no corresponde a su pedido.", store.RightBuy, true, false, false, Mail},
		{ShopRefunded, "Compra reembolsada", "Se devolvió un pago y salieron sus créditos.", store.RightBuy, true, false, false, Mail},
		{ShopNoReceipt, "Falta el CFDI de una compra", "No se pudo emitir el comprobante de un pedido pagado.", store.RightBuy, true, false, false, Mail},
		{Statement, "Estado de cuenta y paquete", "El mes que se cobra, si venció sin pagarse, o un cambio de tu paquete.", store.RightBuy, true, false, false, Mail},
		{Device, "Entrada desde un dispositivo nuevo", "Alguien entró con tu usuario desde donde no te habíamos visto.", store.RightView, false, true, true, Mail},
		{Access, "Accesos a tu empresa", "Alguien pide un usuario, o cambia quién la co-administra.", store.RightUsers, true, false, true, Mail},
		{Support, "Respuesta de soporte", "Contestamos algo que preguntaste.", store.RightView, false, false, false, Mail},
	}
}

// RuleOf returns the line of a kind, of [Kinds] or of [Coming]; ok is false for a word
// that is none.
func RuleOf(k Kind) (r Rule, ok bool) {
	all := append(Kinds(), Coming()...)
	i := slices.IndexFunc(all, func(r Rule) bool { return r.Kind == k })
	if i < 0 {
		return Rule{}, false
	}
	return all[i], true
}

// An Event is what happened. It is the job that tells of it, too.
type Event struct {
	Key    string `json:"key"` // of the event: nobody is told of one twice
	What   Kind   `json:"what"`
	User   string `json:"user"`   // id of the person it concerns, "" for none
	Owner  string `json:"owner"`  // user name of who made the thing, "" for nobody
	Ref    string `json:"ref"`    // name of the thing: A-12
	Detail string `json:"detail"` // more of it: a customer, a reason in Spanish
	N      int64  `json:"n"`      // days
	Link   string `json:"link"`   // path of the thing
	At     int64  `json:"at"`     // microseconds UTC; 0 is now
}

// Kind is the stable name of the job.
func (Event) Kind() string { return "notice.tell" }

// Raise has people told of e once tx is committed.
func Raise(ctx context.Context, tx *store.Tx, e Event) error {
	if e.At == 0 {
		e.At = store.Micros(tx.Now())
	}
	return job.Enqueue(ctx, tx, e, job.Options{Key: e.Key})
}
