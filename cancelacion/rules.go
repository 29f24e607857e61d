package cancelacion

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"iofacturo.mx/csd"
)

// A Finding is one thing for which the SAT would refuse a request.
type Finding struct {
	Code    string // as the SAT would say it; "" where it has none
	Path    string // Folios[2].FolioSustitucion
	Message string // Spanish, for the user
	Fix     string // what to do now
}

// Findings is everything found in a request that was not signed.
type Findings []Finding

// Error returns the first message and how many more there are.
func (f Findings) Error() string {
	if len(f) == 0 {
		return "sin hallazgos"
	}
	if len(f) == 1 {
		return f[0].Message
	}
	return fmt.Sprintf("%s (y %d más)", f[0].Message, len(f)-1)
}

func (f *Findings) add(code, path, message, fix string) {
	*f = append(*f, Finding{code, path, message, fix})
}

// holder judges the certificate: a CSD in force of that taxpayer. It need not be
// the one that sealed the document.
func holder(cert *csd.Certificate, path, rfc string, at time.Time) Findings {
	var found Findings
	switch {
	case rfc == "":
		found.add("301", path, "Falta el RFC de quien firma la solicitud.", "Escribe el RFC.")
	case cert.Rfc != rfc:
		found.add("303", path, "El certificado es de "+cert.Rfc+" y la solicitud de "+rfc+".", "Firma con un CSD de "+rfc+".")
	}
	switch {
	case cert.Kind == csd.FIEL:
		found.add("310", "Certificado", "Una e.firma no firma cancelaciones: el SAT pide un CSD.", "Elige un certificado de sello digital vigente.")
	case cert.Kind != csd.CSD:
		found.add("305", "Certificado", "El certificado no es de sello digital.", "Elige un certificado de sello digital vigente.")
	case at.Before(cert.NotBefore):
		found.add("304", "Certificado", "El certificado todavía no entra en vigor.", "Elige otro certificado de sello digital vigente.")
	case !cert.InForce(at):
		found.add("304", "Certificado", "El certificado ya venció.", "Elige otro certificado de sello digital vigente; no tiene que ser el que selló el comprobante.")
	}
	return found
}

func (c Cancelacion) judge() Findings {
	var found Findings
	howMany(&found, len(c.Folios))
	seen := map[string]bool{}
	for i, f := range c.Folios {
		path := fmt.Sprintf("Folios[%d]", i)
		folio(&found, seen, path+".UUID", f.UUID)
		f.judge(&found, path)
	}
	return found
}

func (f Folio) judge(found *Findings, path string) {
	switch f.Motivo {
	case ConRelacion:
		switch {
		case f.FolioSustitucion == "":
			found.add("208", path+".FolioSustitucion", "El motivo 01 pide el folio fiscal que sustituye al que cancelas.",
				"Timbra primero el que lo sustituye, con relación 04 a éste, y escribe aquí su folio fiscal; o elige el motivo 02.")
		case !uuid(f.FolioSustitucion):
			found.add("208", path+".FolioSustitucion", "El folio que sustituye no tiene la forma de un folio fiscal.", fixUUID)
		case strings.EqualFold(f.FolioSustitucion, f.UUID):
			found.add("208", path+".FolioSustitucion", "El folio que sustituye es el mismo que cancelas.", "Escribe el folio fiscal del comprobante nuevo.")
		}
	case SinRelacion, NoSeLlevoCabo, EnGlobal:
		if f.FolioSustitucion != "" {
			found.add("209", path+".FolioSustitucion", "Solo el motivo 01 lleva folio que sustituye; con el "+f.Motivo+" no va.",
				"Quita el folio que sustituye o elige el motivo 01.")
		}
	default:
		found.add("207", path+".Motivo", "El motivo de cancelación no es 01, 02, 03 ni 04.", "Elige uno de los cuatro motivos del SAT.")
	}
}

func (s SolicitudAceptacionRechazo) judge() Findings {
	var found Findings
	pac(&found, s.RfcPacEnviaSolicitud)
	howMany(&found, len(s.Folios))
	seen := map[string]bool{}
	for i, f := range s.Folios {
		path := fmt.Sprintf("Folios[%d]", i)
		folio(&found, seen, path+".UUID", f.UUID)
		if f.Respuesta != Aceptacion && f.Respuesta != Rechazo {
			found.add("", path+".Respuesta", "La respuesta es aceptar o rechazar.", "Elige una de las dos.")
		}
	}
	return found
}

func (p PeticionConsultaRelacionados) judge() Findings {
	var found Findings
	pac(&found, p.RfcPacEnviaSolicitud)
	if p.RfcEmisor != "" && p.RfcReceptor != "" {
		found.add("", "RfcReceptor", "Consulta el emisor o el receptor, no los dos.", "Deja solo el RFC de quien firma.")
	}
	folio(&found, map[string]bool{}, "Uuid", p.Uuid)
	return found
}

func howMany(found *Findings, n int) {
	switch {
	case n == 0:
		found.add("301", "Folios", "La solicitud no nombra ningún comprobante.", "Elige al menos uno.")
	case n > MaxFolios:
		found.add("", "Folios", fmt.Sprintf("La solicitud nombra %d comprobantes y caben %d.", n, MaxFolios), "Divídela en varias.")
	}
}

const fixUUID = "Cópialo del comprobante: 36 caracteres, como 5FB2822E-396D-4725-8521-CDC4BDD20CCF."

func folio(found *Findings, seen map[string]bool, path, s string) {
	switch key := strings.ToUpper(s); {
	case !uuid(s):
		found.add("309", path, "El folio fiscal no tiene la forma correcta.", fixUUID)
	case seen[key]:
		found.add("", path, "El folio fiscal "+s+" está dos veces en la solicitud.", "Quita uno.")
	default:
		seen[key] = true
	}
}

var (
	uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	rfcForm  = regexp.MustCompile(`^[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{2}[A0-9]$`)
)

func uuid(s string) bool { return uuidForm.MatchString(s) }

func pac(found *Findings, rfc string) {
	if !rfcForm.MatchString(rfc) {
		found.add("301", "RfcPacEnviaSolicitud", "Falta el RFC del proveedor de certificación por el que va la solicitud, o no es un RFC.",
			"Revisa el proveedor elegido en la configuración.")
	}
}
