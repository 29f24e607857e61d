package cfdi

import (
	"errors"
	"time"

	"iofacturo.mx/csd"
)

// Codes of our own, where neither the matrix nor the PACs have one.
const (
	codeUnknown = "VERIFY01" // complement unknown here: the seal cannot be checked
	codeNumber  = "VERIFY02" // NoCertificado is not the number of Certificado
	codeStamp   = "VERIFY03" // the stamp does not belong to the document or is malformed
	codeSAT     = "VERIFY04" // SelloSAT does not confirm
	codePAC     = "VERIFY05" // certificate of the PAC unknown
	codeCarried = "VERIFY06" // complement that is carried without judging it

	codeDisplaced = "VERIFY07" // taxes of lines and of the summary differ
)

// Verify reports what is wrong with the seal, the certificate, its chain and
// the stamp of a CFDI 4.0. An e.firma, an authority, a PAC or a complement
// that is not known here are warnings; strict makes them errors. Of the schema
// it judges what the seal rests on: that nothing is missing, and that no value
// can pass for another. Amounts and catalogues are Validate's.
func Verify(xml []byte, known []Known, t *csd.Trust, strict bool) Findings {
	doc, err := read(xml, known)
	if err != nil {
		return Findings{errorAt("301", "", "El XML no es un CFDI 4.0 legible: "+err.Error(),
			"Pide de nuevo el archivo a quien lo emitió.")}
	}
	signed := doc.Comprobante.signed()
	signed.Timbre = doc.Timbre
	found := append(written(doc.Comprobante), doc.ambiguous...)
	found = append(found, displaced(doc.Comprobante)...)
	found = append(found, signed.Verify(t)...)
	if strict {
		for i := range found {
			found[i].Severity = SeverityError
		}
	}
	return found
}

// A Signed is what any document of the SAT has of a seal: a Comprobante, a CFDI of
// retentions.
type Signed struct {
	Rfc, Fecha                        string // of the issuer; of the document
	RfcPath, FechaPath                string // where they stand
	NoCertificado, Certificado, Sello string
	Cadena                            func() (string, error)
	Timbre                            *Timbre // nil when it is not stamped
}

func (c *Comprobante) signed() *Signed {
	return &Signed{
		Rfc: c.Emisor.Rfc, Fecha: c.Fecha, RfcPath: "Emisor.Rfc", FechaPath: "Fecha",
		NoCertificado: c.NoCertificado, Certificado: c.Certificado, Sello: c.Sello,
		Cadena: func() (string, error) { return Cadena(c) },
	}
}

// Verify reports what is wrong with seal, certificate, chain and stamp, as [Verify]
// does for a CFDI 4.0.
func (s *Signed) Verify(t *csd.Trust) Findings {
	cert, found := checkSeal(s, t)
	if cert != nil {
		found = append(found, checkHolder(s, cert, nil)...)
		found = append(found, checkIssuer(s, cert, t)...)
	}
	if s.Timbre != nil {
		found = append(found, checkTimbre(s, s.Timbre)...)
		found = append(found, checkSelloSAT(s.Timbre, t)...)
	}
	return found
}

// Holder reports whether cert is a CSD of the issuer, by number, in force at Fecha in
// zone. All are errors: a document of others may bear an e.firma, ours never.
func (s *Signed) Holder(cert *csd.Certificate, zone *time.Location) Findings {
	found := checkHolder(s, cert, zone)
	for i := range found {
		found[i].Severity = SeverityError
	}
	return found
}

// maxFound is how many missing values are reported, and how many misshapen: whoever sends
// a hundred thousand wants the memory, not the answer.
const maxFound = 1000

// written reports the required attributes that are not there, and then the values that
// have not the pattern of the schema (code 301).
func written(c *Comprobante) Findings {
	b, right := make([]Field, 0, 24), true
	c.nodes(placeless, b, func(_ string, fields []Field) {
		for _, f := range fields {
			right = right && f.isShaped() && f.isThere()
		}
	})
	if right {
		return nil
	}
	var missing, odd Findings
	c.nodes(placed, b, func(path string, fields []Field) {
		for _, f := range fields {
			switch {
			case !f.isShaped() && len(odd) < maxFound:
				odd = append(odd, errorAt("301", join(path, f.Name),
					capital(label(f.Name))+" no tiene la forma que el SAT exige: "+Quoted(*f.text)+".", "Pide un comprobante nuevo a quien lo emitió."))
			case !f.isThere() && len(missing) < maxFound:
				missing = append(missing, errorAt("301", join(path, f.Name), "Falta el atributo "+f.Name+", que el SAT exige.",
					"Pide el comprobante completo a quien lo emitió."))
			}
		}
	})
	return append(missing, odd...)
}

// isThere reports whether a required attribute has a value.
func (f Field) isThere() bool { return f.use == optionalUse || !f.empty() }

// isShaped reports whether a text that is there has the pattern of the schema.
func (f Field) isShaped() bool {
	return f.text == nil || *f.text == "" || shaped(f.Name, collapse(*f.text), *f.text)
}

// checkSeal verifies Sello with the certificate in the document, which it
// returns when it can be read. t, which may be nil, remembers certificates.
func checkSeal(s *Signed, t *csd.Trust) (*csd.Certificate, Findings) {
	const fix = "El comprobante fue alterado o está mal sellado: no lo uses y pide uno nuevo a quien lo emitió."
	cert, err := t.Certificate(s.Certificado)
	if err != nil {
		return nil, Findings{errorAt("302", "Certificado", "El certificado del comprobante no se puede leer.", fix)}
	}
	cadena, err := s.Cadena()
	if unknown := (*UnknownError)(nil); errors.As(err, &unknown) {
		return cert, Findings{warningAt(codeUnknown, "Complementos",
			"Complemento desconocido aquí: "+unknown.Name+". No se puede calcular la cadena original ni revisar el sello.",
			"Revisa el sello en el verificador del SAT.")}
	}
	sello, err := decodeBase64(s.Sello)
	if err != nil || len(sello) == 0 {
		return cert, Findings{errorAt("302", "Sello", "El comprobante no tiene sello o el sello está mal formado.", fix)}
	}
	if cert.Verify([]byte(cadena), sello) != nil {
		return cert, Findings{errorAt("302", "Sello", "El sello no corresponde al contenido del comprobante.", fix)}
	}
	return cert, nil
}

// checkHolder reports whether cert is a CSD of the Emisor, by number, in force
// at Fecha. Without a zone, Fecha is taken in every zone of Mexico.
func checkHolder(s *Signed, cert *csd.Certificate, zone *time.Location) Findings {
	var found Findings
	if cert.Rfc != s.Rfc {
		found = append(found, errorAt("303", s.RfcPath,
			"El certificado es de "+cert.Rfc+", no del emisor "+s.Rfc+".",
			"Usa un certificado de sello digital del mismo RFC que emite."))
	}
	if cert.NoCertificado != s.NoCertificado {
		found = append(found, errorAt(codeNumber, "NoCertificado",
			"NoCertificado dice "+s.NoCertificado+" y el certificado es el "+cert.NoCertificado+".",
			"El comprobante está mal armado: pide uno nuevo a quien lo emitió."))
	}
	from, to, ok := instants(s.Fecha, zone)
	if !ok || to.Before(cert.NotBefore) || from.After(cert.NotAfter) {
		found = append(found, errorAt("305", s.FechaPath,
			"El certificado no era vigente en la fecha del comprobante ("+s.Fecha+").",
			"Usa un certificado vigente en esa fecha."))
	}
	if cert.Kind != csd.CSD {
		found = append(found, warningAt("306", "Certificado",
			"El certificado no es un certificado de sello digital (CSD), sino e.firma u otro; un PAC lo rechaza.",
			"Sella con un CSD."))
	}
	return found
}

// checkIssuer reports whether an authority known to t issued cert.
func checkIssuer(s *Signed, cert *csd.Certificate, t *csd.Trust) Findings {
	if t.Known(cert) {
		return nil
	}
	return Findings{warningAt("308", "Certificado",
		"No se conoce la autoridad que emitió el certificado "+s.NoCertificado+".",
		"Agrega los certificados de las autoridades del SAT (--ca) o verifica el comprobante en el SAT.")}
}

// checkTimbre reports whether the stamp belongs to the document (rules §3.7).
func checkTimbre(s *Signed, t *Timbre) Findings {
	const fix = "El timbre no ampara este comprobante: verifícalo en el SAT y pide uno nuevo a quien lo emitió."
	var found Findings
	if t.Version != "1.1" {
		found = append(found, errorAt(codeStamp, "Timbre.Version", "El timbre no es de la versión 1.1.", fix))
	}
	if !uuidForm.MatchString(t.UUID) {
		found = append(found, errorAt(codeStamp, "Timbre.UUID", "El folio fiscal (UUID) del timbre está mal formado.", fix))
	}
	if t.SelloCFD != s.Sello {
		found = append(found, selloCFDDiffers())
	}
	if f, ok := stampDates(s.Fecha, t.FechaTimbrado); !ok {
		found = append(found, f)
	}
	return found
}

func selloCFDDiffers() Finding {
	return errorAt(codeStamp, "Timbre.SelloCFD", "El SelloCFD del timbre no es el sello del comprobante.",
		"El timbre es de otro comprobante: verifícalo en el SAT.")
}

// stampDates checks Fecha ≤ FechaTimbrado ≤ Fecha + 72 h. PACs stamp in central
// time and Fecha is in the zone of LugarExpedicion, so both are taken at their
// most favourable hour, with five minutes for clocks that differ. Warnings:
// the stamp still belongs to the document; Accept makes them errors.
func stampDates(fecha, timbrado string) (Finding, bool) {
	const skew = 5 * time.Minute
	from, to, ok1 := instants(fecha, nil)
	stampedFrom, stampedTo, ok2 := instants(timbrado, nil)
	switch {
	case !ok1 || !ok2:
		return errorAt(codeStamp, "Timbre.FechaTimbrado", "La fecha de timbrado o la del comprobante está mal formada.",
			"Verifica el comprobante en el SAT."), false
	case stampedTo.Add(skew).Before(from):
		return warningAt(codeStamp, "Timbre.FechaTimbrado", "El timbre es anterior a la fecha del comprobante.",
			"Verifica el comprobante en el SAT."), false
	case stampedFrom.Sub(to) > 72*time.Hour+skew:
		return warningAt("401", "Timbre.FechaTimbrado", "El timbre es de más de 72 horas después de la fecha del comprobante.",
			"Verifica el comprobante en el SAT."), false
	}
	return Finding{}, true
}

// instants returns the first and the last instant that a Fecha of the SAT may
// mean: one in the zone given, otherwise from Cancún (UTC−5) to Tijuana (UTC−8).
func instants(fecha string, zone *time.Location) (from, to time.Time, ok bool) {
	const layout = "2006-01-02T15:04:05"
	if zone != nil {
		at, err := time.ParseInLocation(layout, fecha, zone)
		return at, at, err == nil
	}
	at, err := time.Parse(layout, fecha)
	return at.Add(5 * time.Hour), at.Add(8 * time.Hour), err == nil
}

// checkSelloSAT verifies SelloSAT with the PAC certificate that t knows.
func checkSelloSAT(s *Timbre, t *csd.Trust) Findings {
	cert := t.PACCertificate(s.NoCertificadoSAT)
	if cert == nil {
		return Findings{warningAt(codePAC, "Timbre.NoCertificadoSAT",
			"No se conoce el certificado "+s.NoCertificadoSAT+" del PAC; el sello del SAT no se revisó.",
			"Agrega el certificado del PAC (--pac-cert) o verifica el comprobante en el SAT.")}
	}
	sello, err := decodeBase64(s.SelloSAT)
	if err == nil {
		err = cert.Verify([]byte(s.Cadena()), sello)
	}
	if err != nil {
		return Findings{errorAt(codeSAT, "Timbre.SelloSAT", "El sello del SAT no corresponde al timbre.",
			"El timbre fue alterado: no uses el comprobante y pide uno nuevo a quien lo emitió.")}
	}
	return nil
}
