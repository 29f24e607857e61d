package cfdi

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"iofacturo.mx/xmldoc"
)

const (
	timbreSpace  = "http://www.sat.gob.mx/TimbreFiscalDigital"
	schemaTimbre = "http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"
)

// A Timbre is the TimbreFiscalDigital 1.1 that a PAC puts into a sealed
// Comprobante.
type Timbre struct {
	Version          string `json:"Version,omitempty"`
	UUID             string `json:"UUID,omitempty"`
	FechaTimbrado    string `json:"FechaTimbrado,omitempty"` // central time of Mexico, AAAA-MM-DDThh:mm:ss
	RfcProvCertif    string `json:"RfcProvCertif,omitempty"`
	Leyenda          string `json:"Leyenda,omitempty"`
	SelloCFD         string `json:"SelloCFD,omitempty"` // the Sello of the Comprobante, base64
	NoCertificadoSAT string `json:"NoCertificadoSAT,omitempty"`
	SelloSAT         string `json:"SelloSAT,omitempty"` // base64, over Cadena
}

func (t *Timbre) fields() []Field {
	return []Field{
		Required("Version", &t.Version),
		Required("UUID", &t.UUID),
		Required("FechaTimbrado", &t.FechaTimbrado),
		Required("RfcProvCertif", &t.RfcProvCertif),
		Optional("Leyenda", &t.Leyenda),
		Required("SelloCFD", &t.SelloCFD),
		Required("NoCertificadoSAT", &t.NoCertificadoSAT),
		unsealed("SelloSAT", &t.SelloSAT),
	}
}

// Cadena returns the cadena original of the stamp, which SelloSAT signs and
// the printed representation shows (cadenaoriginal_TFD_1_1.xslt).
func (t *Timbre) Cadena() string {
	w := &CadenaWriter{b: []byte{'|'}}
	w.Fields(t.fields())
	return string(append(w.b, "||"...))
}

// ReadTimbre reads the stamp, when e is one.
func ReadTimbre(e *xmldoc.Element) (t *Timbre, ok bool, err error) {
	if !e.Is(timbreSpace, "TimbreFiscalDigital") {
		return nil, false, nil
	}
	t = &Timbre{}
	return t, true, ReadLeaf(e, t.fields())
}

// AddTimbre returns the sealed XML with t put into it and every other byte
// untouched: what a PAC does. The error says that xml is not a CFDI 4.0 or is
// stamped already.
func AddTimbre(xml []byte, t *Timbre) ([]byte, error) {
	doc, err := Read(xml, nil)
	if err != nil {
		return nil, err
	}
	if doc.Timbre != nil {
		return nil, fmt.Errorf("el comprobante ya tiene timbre: %s", doc.Timbre.UUID)
	}
	root, err := xmldoc.Parse(xml)
	if err != nil {
		return nil, err
	}
	return insertTimbre(xml, root, t.xml()), nil
}

// xml returns the element alone, with its namespaces declared in it, as PACs
// write it.
func (t *Timbre) xml() string {
	w := xmldoc.NewWriter()
	w.Start("tfd:TimbreFiscalDigital")
	w.Attr("xmlns:tfd", timbreSpace)
	w.Attr("xmlns:xsi", xsiSpace)
	w.Attr("xsi:schemaLocation", timbreSpace+" "+schemaTimbre)
	WriteFields(w, t.fields())
	w.End()
	_, element, _ := strings.Cut(string(w.Bytes()), "?>")
	return strings.TrimLeft(element, "\n")
}

// insertTimbre puts the element last into Complemento, which it makes, before
// the Addenda, where there is none.
func insertTimbre(xml []byte, root *xmldoc.Element, timbre string) []byte {
	name := strings.TrimSuffix(root.Name(), "Comprobante") + "Complemento"
	from, to := bytes.LastIndex(xml[:root.End], []byte("</")), 0
	switch k := root.Child(Space, "Complemento"); {
	case k != nil && bytes.HasSuffix(xml[k.Start:k.End], []byte("/>")):
		from, to, timbre = k.End-2, k.End, ">"+timbre+"</"+k.Name()+">"
	case k != nil:
		from = bytes.LastIndex(xml[:k.End], []byte("</"))
	default:
		timbre = "<" + name + ">" + timbre + "</" + name + ">"
		if a := root.Child(Space, "Addenda"); a != nil {
			from = a.Start
		}
	}
	return slices.Concat(xml[:from], []byte(timbre), xml[max(from, to):])
}
