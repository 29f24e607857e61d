package cancelacion

import "strings"

// An Outcome says what a code leaves to do.
type Outcome uint8

// Outcomes of a request.
const (
	Unknown   Outcome = iota // a code that is not in the papers: ask the status service
	Received                 // the SAT has the request: ask the status service how it ends
	Retry                    // refused for now: the same request may pass later
	Permanent                // refused because of the document or what was asked of it
	Signature                // refused because of the certificate, the signature or the shape of the request
	Empty                    // there is nothing of what was asked for
)

// A Meaning is a code of the SAT in words.
type Meaning struct {
	Code    string
	Outcome Outcome
	Message string // what happened, and whether the CFDI is cancelled
	Fix     string // what to do now
}

// Codes are those of folios and requests of cancellation, of answers, of pending
// requests and of relations. They are read, never written to.
var Codes = []Meaning{
	{"201", Received, "El SAT recibió la solicitud. El comprobante todavía no está cancelado.", "Espera: consultamos su estado hasta que se cancele o lo rechacen."},
	{"202", Received, "El SAT ya tenía una solicitud de este comprobante, o ya está cancelado.", "No la mandes otra vez: consulta su estado."},
	{"203", Permanent, "El folio fiscal no es de este emisor. No se canceló nada.", "Revisa el folio fiscal y el RFC."},
	{"204", Permanent, "El comprobante no se puede cancelar. Sigue vigente.", "Consulta en el SAT por qué; si tiene comprobantes relacionados, cancela primero esos."},
	{"205", Retry, "El SAT todavía no conoce el folio fiscal. No se canceló nada.", "Si lo acabas de timbrar, espera: puede tardar minutos y hasta 72 horas. Consulta su estado y vuelve a pedirlo cuando salga vigente."},
	{"206", Permanent, "El comprobante no es del sector primario. No se canceló nada.", "Cancélalo con el certificado del emisor."},
	{"207", Permanent, "Falta el motivo de cancelación o no es válido. No se canceló nada.", "Elige uno de los motivos 01 a 04 y vuelve a pedirla."},
	{"208", Permanent, "El folio que sustituye no es válido. No se canceló nada.", "Revisa que el comprobante que lo sustituye esté timbrado, vigente y relacionado con 04 a éste."},
	{"209", Permanent, "La solicitud lleva un folio que sustituye y su motivo no lo pide. No se canceló nada.", "Quita ese folio o elige el motivo 01."},
	{"210", Permanent, "Pasó el plazo para cancelar: el mes de la declaración anual del año en que se emitió. Sigue vigente.", "Consulta con tu contador: la ley puede multar la cancelación tardía."},
	{"211", Permanent, "Pasó el plazo para cancelar la factura global. Sigue vigente.", "Consulta con tu contador."},
	{"212", Retry, "La relación con el comprobante que sustituye no existe o no es válida. No se canceló nada.", "Si lo acabas de timbrar espera unos minutos y pídela de nuevo; si no, revisa que lleve la relación 04 a éste."},
	{"no_cancelable", Permanent, "El comprobante tiene otros relacionados vigentes. Sigue vigente.", "Cancela primero los relacionados, o usa el motivo 01 con el que lo sustituye."},
	{"300", Signature, "El SAT no reconoció a quien manda la solicitud. No se canceló nada.", "Revisa el proveedor de certificación y su cuenta."},
	{"301", Signature, "El SAT no pudo leer la solicitud. No se canceló nada.", "Vuelve a intentarlo; si se repite, repórtalo con su número de referencia."},
	{"302", Retry, "El SAT no aceptó la firma de la solicitud; a veces es una falla pasajera suya. No se canceló nada.", "Vuelve a pedirla en unos minutos; si se repite, revisa el certificado."},
	{"304", Signature, "El certificado está revocado o venció. No se canceló nada.", "Carga un certificado de sello digital vigente y vuelve a pedirla."},
	{"305", Signature, "El certificado no es válido. No se canceló nada.", "Usa un certificado de sello digital vigente del emisor."},
	{"309", Signature, "Un folio fiscal o el certificado no tienen la forma correcta. No se canceló nada.", "Revisa el folio fiscal y el certificado."},
	{"310", Signature, "Se firmó con una e.firma y el SAT pide un certificado de sello digital. No se canceló nada.", "Firma con un CSD vigente."},
	{"311", Permanent, "El motivo de cancelación no es válido. No se canceló nada.", "Elige uno de los motivos 01 a 04."},
	{"312", Permanent, "El comprobante no está relacionado como pide su motivo. No se canceló nada.", "Con motivo 01, el que lo sustituye debe llevar la relación 04 a éste."},
	{"314", Permanent, "La relación con el comprobante que sustituye no es válida. No se canceló nada.", "Revisa que el que lo sustituye lleve la relación 04 a éste."},

	{"1000", Received, "El SAT registró tu respuesta.", "No hay nada más que hacer."},
	{"1001", Empty, "No hay ninguna solicitud pendiente de ese folio fiscal. No se respondió nada.", "Consulta su estado: pudo vencer el plazo o retirarse."},
	{"1002", Received, "Ya se había respondido esa solicitud. Vale la primera respuesta.", "Consulta el estado del comprobante."},
	{"1003", Signature, "La firma no es del receptor. No se respondió nada.", "Firma con el CSD del receptor."},
	{"1004", Permanent, "Hay más de una solicitud de ese folio fiscal. No se respondió nada.", "Respóndela en el portal del SAT."},
	{"1005", Permanent, "El folio fiscal no tiene la forma correcta. No se respondió nada.", "Revisa el folio fiscal."},
	{"1006", Permanent, "La solicitud nombra demasiados folios. No se respondió nada.", "Divídela en varias."},
	{"1100", Received, "Hay solicitudes de cancelación que esperan tu respuesta.", "Acéptalas o recházalas: si callas, el SAT las da por aceptadas."},
	{"1101", Empty, "No hay solicitudes de cancelación pendientes.", "No hay nada que hacer."},
	{"2000", Received, "El comprobante tiene otros relacionados.", "Cancela primero los vigentes, o usa el motivo 01."},
	{"2001", Empty, "El comprobante no tiene otros relacionados.", "No hay nada que hacer."},

	{"1201", Received, "El SAT recibió la solicitud de la retención. Las retenciones se cancelan sin aceptación.", "Consulta su estado para confirmarlo."},
	{"1202", Received, "La retención ya estaba cancelada o su cancelación ya se había pedido.", "No la mandes otra vez: consulta su estado."},
	{"1205", Retry, "El SAT todavía no conoce el folio fiscal de la retención. No se canceló nada.", "Si la acabas de timbrar, espera y vuelve a pedirla; puede tardar hasta 72 horas."},
	{"1308", Signature, "El certificado está revocado o venció. No se canceló nada.", "Carga un certificado de sello digital vigente y vuelve a pedirla."},
}

// Explain says what a code means. One that is not in [Codes] is Unknown: it is
// never taken for a refusal nor for a cancellation.
func Explain(code string) Meaning {
	code = strings.TrimSpace(code)
	for _, m := range Codes {
		if strings.EqualFold(m.Code, code) {
			return m
		}
	}
	return Meaning{
		Code: code, Outcome: Unknown, Message: "El SAT contestó con un código que no conocemos: " + code + ". No sabemos si recibió la solicitud.",
		Fix: "No la mandes otra vez todavía: consulta el estado del comprobante.",
	}
}
