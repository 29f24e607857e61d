package cfdi

import (
	"slices"
	"strconv"

	"iofacturo.mx/xmldoc"
)

// Space is the namespace of CFDI 4.0.
const Space = "http://www.sat.gob.mx/cfd/4"

const schemaCFDI = "http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd"

// WriteXML writes c with the prefixes, the attribute order and the node order
// of the SAT, in one line, UTF-8 without BOM. The same c gives the same bytes.
// Absent values write nothing, also where the SAT requires them: Validate
// speaks of that.
func WriteXML(c *Comprobante) []byte {
	xml, _ := writeXML(c)
	return xml
}

// writeXML is WriteXML; sello is where the attribute Sello stands or would stand.
func writeXML(c *Comprobante) (xml []byte, sello int) {
	w, b := xmldoc.NewWriter(), make([]Field, 0, 24)
	w.Start("cfdi:Comprobante")
	w.Attr("xmlns:cfdi", Space)
	w.Attr("xmlns:xsi", xsiSpace)
	schemas, listed := Space+" "+schemaCFDI, map[string]bool{}
	for _, k := range c.kinds() {
		if k.Read != nil { // what is carried declares its namespaces itself
			w.Attr("xmlns:"+k.Prefix, k.Space)
		}
		if k.Schema != "" && !listed[k.Space] {
			listed[k.Space] = true
			schemas += " " + k.Space + " " + k.Schema
		}
	}
	w.Attr("xsi:schemaLocation", schemas)
	fields := c.fields(b)
	before := slices.IndexFunc(fields, func(f Field) bool { return f.text == &c.Sello })
	WriteFields(w, fields[:before])
	sello = w.Len()
	WriteFields(w, fields[before:])
	c.writeChildren(w, b)
	w.End()
	return w.Bytes(), sello
}

// kinds returns what complements c carries at any depth, each once.
func (c *Comprobante) kinds() []Known {
	var out []Known
	add := func(cs Complementos) {
		for _, k := range cs {
			if _, ok := find(out, k.Known().Space, k.Known().Local); !ok {
				out = append(out, k.Known())
			}
		}
	}
	for i := range c.Conceptos {
		add(c.Conceptos[i].Complementos)
	}
	add(c.Complementos)
	return out
}

func (c *Comprobante) writeChildren(w *xmldoc.Writer, b []Field) {
	if c.InformacionGlobal != nil {
		WriteLeaf(w, "cfdi:InformacionGlobal", c.InformacionGlobal.fields(b))
	}
	for i := range c.CfdiRelacionados {
		r := &c.CfdiRelacionados[i]
		w.Start("cfdi:CfdiRelacionados")
		WriteFields(w, r.fields(b))
		for j := range r.CfdiRelacionado {
			WriteLeaf(w, "cfdi:CfdiRelacionado", r.CfdiRelacionado[j].fields(b))
		}
		w.End()
	}
	WriteLeaf(w, "cfdi:Emisor", c.Emisor.fields(b))
	WriteLeaf(w, "cfdi:Receptor", c.Receptor.fields(b))
	w.Start("cfdi:Conceptos")
	for i := range c.Conceptos {
		c.Conceptos[i].writeXML(w, b)
	}
	w.End()
	if c.Impuestos != nil {
		c.Impuestos.writeXML(w, b)
	}
	c.Complementos.writeXML(w, "cfdi:Complemento")
	w.Raw(c.Addenda)
}

func (c *Concepto) writeXML(w *xmldoc.Writer, b []Field) {
	w.Start("cfdi:Concepto")
	WriteFields(w, c.fields(b))
	if c.Impuestos != nil {
		c.Impuestos.writeXML(w, b)
	}
	if c.ACuentaTerceros != nil {
		WriteLeaf(w, "cfdi:ACuentaTerceros", c.ACuentaTerceros.fields(b))
	}
	for i := range c.InformacionAduanera {
		WriteLeaf(w, "cfdi:InformacionAduanera", c.InformacionAduanera[i].fields(b))
	}
	for i := range c.CuentaPredial {
		WriteLeaf(w, "cfdi:CuentaPredial", c.CuentaPredial[i].fields(b))
	}
	c.Complementos.writeXML(w, "cfdi:ComplementoConcepto")
	for i := range c.Parte {
		p := &c.Parte[i]
		w.Start("cfdi:Parte")
		WriteFields(w, p.fields(b))
		for j := range p.InformacionAduanera {
			WriteLeaf(w, "cfdi:InformacionAduanera", p.InformacionAduanera[j].fields(b))
		}
		w.End()
	}
	w.End()
}

// writeXML puts Traslados first; at the root of the document it is the other
// way round.
func (i *ConceptoImpuestos) writeXML(w *xmldoc.Writer, b []Field) {
	w.Start("cfdi:Impuestos")
	if len(i.Traslados) > 0 {
		w.Start("cfdi:Traslados")
		for k := range i.Traslados {
			WriteLeaf(w, "cfdi:Traslado", i.Traslados[k].fields(b))
		}
		w.End()
	}
	if len(i.Retenciones) > 0 {
		w.Start("cfdi:Retenciones")
		for k := range i.Retenciones {
			WriteLeaf(w, "cfdi:Retencion", i.Retenciones[k].fields(b))
		}
		w.End()
	}
	w.End()
}

func (i *Impuestos) writeXML(w *xmldoc.Writer, b []Field) {
	w.Start("cfdi:Impuestos")
	WriteFields(w, i.fields(b))
	if len(i.Retenciones) > 0 {
		w.Start("cfdi:Retenciones")
		for k := range i.Retenciones {
			WriteLeaf(w, "cfdi:Retencion", i.Retenciones[k].fields(b))
		}
		w.End()
	}
	if len(i.Traslados) > 0 {
		w.Start("cfdi:Traslados")
		for k := range i.Traslados {
			WriteLeaf(w, "cfdi:Traslado", i.Traslados[k].fields(b))
		}
		w.End()
	}
	w.End()
}

func (cs Complementos) writeXML(w *xmldoc.Writer, name string) {
	if len(cs) == 0 {
		return
	}
	w.Start(name)
	for _, c := range cs {
		c.WriteXML(w)
	}
	w.End()
}

// WriteLeaf writes a node that has attributes alone.
func WriteLeaf(w *xmldoc.Writer, name string, fields []Field) {
	w.Start(name)
	WriteFields(w, fields)
	w.End()
}

// WriteGroup writes a node that only groups leaves, nothing when there is none.
func WriteGroup[T any](w *xmldoc.Writer, name, leaf string, list []T, fields func(*T) []Field) {
	if len(list) == 0 {
		return
	}
	w.Start(name)
	for i := range list {
		WriteLeaf(w, leaf, fields(&list[i]))
	}
	w.End()
}

// at names the i-th of a list as findings do.
func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
