package prueba

import (
	"encoding/base64"
	"errors"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
)

// A refusal is why a document is not stamped: the code of the SAT or of PACs in
// common (rules §3.6) and a Spanish sentence.
type refusal struct{ code, message string }

// Error joins code and message.
func (r refusal) Error() string { return r.code + " - " + r.message }

// examine reads the document anew from its bytes, believing nothing the caller
// knows of it, and checks structure, certificate and seal, in the order PACs do.
func (p *PAC) examine(xml []byte) (*cfdi.Comprobante, *csd.Certificate, error) {
	doc, err := cfdi.Read(xml, complementos.All)
	if err != nil {
		return nil, nil, refusal{"301", "El XML está mal formado o no cumple con la estructura del Anexo 20: " + err.Error()}
	}
	if doc.Timbre != nil {
		return nil, nil, refusal{"307", "El comprobante contiene un timbre previo."}
	}
	c := doc.Comprobante
	cert, err := p.certificate(c)
	if err != nil {
		return nil, nil, err
	}
	cadena, err := cfdi.Cadena(c)
	if unknown := (*cfdi.UnknownError)(nil); errors.As(err, &unknown) {
		return nil, nil, refusal{"301", "El PAC de pruebas no conoce el complemento " + unknown.Name + " y no puede revisar el sello."}
	}
	if err != nil {
		return nil, nil, err
	}
	sello, err := base64.StdEncoding.DecodeString(c.Sello)
	if err != nil || cert.Verify([]byte(cadena), sello) != nil {
		return nil, nil, refusal{"302", "El sello está mal formado o no corresponde a la cadena original del comprobante."}
	}
	return c, cert, nil
}

// certificate reads and judges the certificate, all but its validity, which
// depends on the document's date.
func (p *PAC) certificate(c *cfdi.Comprobante) (*csd.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(c.Certificado)
	if err != nil {
		return nil, refusal{"CFDI40106", "El certificado no cumple con alguno de los valores permitidos."}
	}
	cert, err := csd.ParseCertificate(der)
	if err != nil || cert.NoCertificado != c.NoCertificado {
		return nil, refusal{"CFDI40106", "El certificado no cumple con alguno de los valores permitidos."}
	}
	_, test, err := p.cfg.Trust.Check(cert, cert.NotBefore)
	switch {
	case err != nil:
		return nil, refusal{"308", "El certificado no fue emitido por una autoridad certificadora reconocida."}
	case !test:
		return nil, refusal{"308", "El PAC de pruebas solo timbra con certificados de prueba, y este es real."}
	case cert.Kind != csd.CSD:
		return nil, refusal{"306", "El certificado no es de tipo CSD."}
	case cert.Rfc != c.Emisor.Rfc:
		return nil, refusal{"303", "El sello no corresponde al emisor: el certificado es de " + cert.Rfc + " y el emisor es " + c.Emisor.Rfc + "."}
	}
	return cert, nil
}

// judge applies what depends on dates, then the error matrix.
func (p *PAC) judge(c *cfdi.Comprobante, cert *csd.Certificate, now time.Time) error {
	const window, skew = 72 * time.Hour, 5 * time.Minute
	at, err := time.ParseInLocation("2006-01-02T15:04:05", c.Fecha, p.cfg.Catalog.Location(c.LugarExpedicion))
	if err != nil {
		return refusal{"CFDI40101", "El campo Fecha no cumple con el patrón requerido."}
	}
	if !cert.InForce(at) {
		return refusal{"305", "La fecha de emisión no está dentro de la vigencia del CSD del emisor."}
	}
	if age := now.Sub(at); age > window || age < -skew {
		return refusal{"401", "El rango de la fecha de generación no debe ser mayor a 72 horas para la emisión del timbre, ni estar en el futuro."}
	}
	if wrong := cfdi.Validate(c, p.cfg.Catalog, now).Errors(); len(wrong) > 0 {
		return refusal{wrong[0].Code, wrong[0].Message}
	}
	return nil
}
