// Package cancelacion makes the signed requests by which a taxpayer cancels a
// CFDI, answers a cancellation and asks what is related to one, and reads what
// the SAT answers.
//
//	c := cancelacion.Cancelacion{RfcEmisor: rfc, Folios: []cancelacion.Folio{{UUID: uuid, Motivo: "02"}}}
//	p, err := c.Prepare(cert, now)          // Findings: what the SAT would refuse
//	firma, err := key.SignSHA1(p.SignedInfo()) // wherever the key is
//	xml, err := p.Sign(firma)               // to the PAC, with these very bytes
//	acuse, err := cancelacion.ReadAcuse(b)  // what came back
//	cancelacion.Explain(acuse.Code(uuid))   // what it means and what to do now
//
// Prepare refuses what the SAT's service would refuse, under its code where it has one:
// a certificate of another RFC, not in force or not a CSD; a UUID that is none or stands
// twice; a Motivo that does not exist, or whose FolioSustitucion is missing or too much;
// and more than [MaxFolios]. Whether a document may be cancelled at all is not known
// here: the SAT tells in the acuse, by one of its [Codes].
//
// The signature is an enveloped XMLDSig with RSA-SHA1 and inclusive C14N 1.0,
// which the SAT demands; nothing else of ours is signed so. The key is never
// seen here: what it signs goes out, its signature comes in and is verified.
//
// A request written here is its own canonical form, so none is computed to sign
// it. [Verify], for whoever receives one, computes it from the tree it read.
//
// An acuse proves that a request was received, not that a CFDI is cancelled:
// only the SAT's status service says that. Its seal is an HMAC that nobody but
// the SAT can verify, so its bytes are kept as they came.
//
// The list of requests that wait for an answer is asked for without signature,
// in a way of each PAC's own; its codes are explained here all the same.
// Retenciones are cancelled without acceptance and relate to nothing, so of them
// there is a Cancelacion alone, in a namespace of its own.
package cancelacion

import (
	"time"

	"iofacturo.mx/csd"
)

// The namespaces of the requests.
const (
	SpaceCFDI        = "http://cancelacfd.sat.gob.mx"
	SpaceRetenciones = "http://www.sat.gob.mx/esquemas/retencionpago/1"
)

// MaxFolios is how many documents one request may name here. The schema lets
// more pass; a request of one is what PACs answer best.
const MaxFolios = 500

// The reasons of a cancellation (Motivo).
const (
	ConRelacion   = "01" // errors, replaced by FolioSustitucion, which is stamped first with relation 04
	SinRelacion   = "02" // errors, replaced by nothing
	NoSeLlevoCabo = "03" // the operation did not happen
	EnGlobal      = "04" // named operation that is in a factura global
)

// What a receiver may answer (Respuesta), without accent, as the SAT reads it.
const (
	Aceptacion = "Aceptacion"
	Rechazo    = "Rechazo"
)

// A Folio is one document to cancel.
type Folio struct {
	UUID             string // its folio fiscal, in either case: it is written as given
	Motivo           string // ConRelacion, SinRelacion, NoSeLlevoCabo or EnGlobal
	FolioSustitucion string // with Motivo 01 alone
}

// A Cancelacion asks the SAT to cancel documents of one issuer.
type Cancelacion struct {
	Retenciones bool // documents of retenciones, not CFDI 4.0
	RfcEmisor   string
	Folios      []Folio
}

// A Respuesta answers one request to cancel.
type Respuesta struct {
	UUID      string
	Respuesta string // Aceptacion or Rechazo
}

// A SolicitudAceptacionRechazo answers, as receiver, requests to cancel.
type SolicitudAceptacionRechazo struct {
	RfcReceptor          string
	RfcPacEnviaSolicitud string // the PAC through which it goes
	Folios               []Respuesta
}

// A PeticionConsultaRelacionados asks what is related to a document. It is signed by its
// issuer or by its receiver; the RFC of the other stays empty.
type PeticionConsultaRelacionados struct {
	RfcEmisor            string
	RfcReceptor          string
	RfcPacEnviaSolicitud string
	Uuid                 string
}

// Prepare judges c as the SAT would and writes it for signature with cert, which need
// not be the one that sealed the documents. at is the clock: Fecha is written from it,
// in the time of central Mexico, and cert must be in force then. The error is [Findings].
func (c Cancelacion) Prepare(cert *csd.Certificate, at time.Time) (*Prepared, error) {
	if found := append(holder(cert, "RfcEmisor", c.RfcEmisor, at), c.judge()...); len(found) > 0 {
		return nil, found
	}
	return c.body(fecha(at)).prepared(cert), nil
}

func (c Cancelacion) body(fecha string) *body {
	space := SpaceCFDI
	if c.Retenciones {
		space = SpaceRetenciones
	}
	b := open(space, "Cancelacion", attr{"Fecha", fecha}, attr{"RfcEmisor", c.RfcEmisor})
	for _, f := range c.Folios {
		b.start("Folios")
		if f.FolioSustitucion != "" {
			b.start("Folio", attr{"FolioSustitucion", f.FolioSustitucion}, attr{"Motivo", f.Motivo}, attr{"UUID", f.UUID})
		} else {
			b.start("Folio", attr{"Motivo", f.Motivo}, attr{"UUID", f.UUID})
		}
		b.end("Folio")
		b.end("Folios")
	}
	return b
}

// Prepare judges s and writes it for signature with cert, the receiver's; at is as in
// [Cancelacion.Prepare]. The error is [Findings].
func (s SolicitudAceptacionRechazo) Prepare(cert *csd.Certificate, at time.Time) (*Prepared, error) {
	if found := append(holder(cert, "RfcReceptor", s.RfcReceptor, at), s.judge()...); len(found) > 0 {
		return nil, found
	}
	return s.body(fecha(at)).prepared(cert), nil
}

func (s SolicitudAceptacionRechazo) body(fecha string) *body {
	b := open(SpaceCFDI, "SolicitudAceptacionRechazo", attr{"Fecha", fecha},
		attr{"RfcPacEnviaSolicitud", s.RfcPacEnviaSolicitud}, attr{"RfcReceptor", s.RfcReceptor})
	for _, f := range s.Folios {
		b.start("Folios")
		b.leaf("UUID", f.UUID)
		b.leaf("Respuesta", f.Respuesta)
		b.end("Folios")
	}
	return b
}

// Prepare judges p and writes it for signature with cert, of the one party it
// names; at only tells whether cert is in force. The error is [Findings].
func (p PeticionConsultaRelacionados) Prepare(cert *csd.Certificate, at time.Time) (*Prepared, error) {
	path, rfc := p.signer()
	if found := append(holder(cert, path, rfc, at), p.judge()...); len(found) > 0 {
		return nil, found
	}
	return p.body().prepared(cert), nil
}

// signer is the one party that asks.
func (p PeticionConsultaRelacionados) signer() (path, rfc string) {
	if p.RfcEmisor == "" {
		return "RfcReceptor", p.RfcReceptor
	}
	return "RfcEmisor", p.RfcEmisor
}

func (p PeticionConsultaRelacionados) body() *body {
	return open(SpaceCFDI, "PeticionConsultaRelacionados", attr{"RfcEmisor", p.RfcEmisor},
		attr{"RfcPacEnviaSolicitud", p.RfcPacEnviaSolicitud}, attr{"RfcReceptor", p.RfcReceptor}, attr{"Uuid", p.Uuid})
}

// central is the time of central Mexico, without summer time since October 2022.
// The SAT reads Fecha in it, wherever the taxpayer is.
var central = time.FixedZone("", -6*60*60)

const fechaForm = "2006-01-02T15:04:05"

func fecha(at time.Time) string { return at.In(central).Format(fechaForm) }
