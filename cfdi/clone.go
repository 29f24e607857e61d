package cfdi

import "slices"

// Clone returns a deep copy: nothing done to it shows in c.
func (c *Comprobante) Clone() *Comprobante {
	out := *c
	out.InformacionGlobal = clonePtr(c.InformacionGlobal)
	out.CfdiRelacionados = slices.Clone(c.CfdiRelacionados)
	for i := range out.CfdiRelacionados {
		r := &out.CfdiRelacionados[i]
		r.CfdiRelacionado = slices.Clone(r.CfdiRelacionado)
	}
	out.Conceptos = slices.Clone(c.Conceptos)
	for i := range out.Conceptos {
		out.Conceptos[i].unshare()
	}
	if out.Impuestos = clonePtr(c.Impuestos); out.Impuestos != nil {
		out.Impuestos.Retenciones = slices.Clone(out.Impuestos.Retenciones)
		out.Impuestos.Traslados = slices.Clone(out.Impuestos.Traslados)
	}
	out.Complementos = c.Complementos.clone()
	out.Addenda = slices.Clone(c.Addenda)
	return &out
}

// cloneNodes is Clone but for complements and addenda, which the copy shares, in lists of
// its own: for who reads them alone.
func (c *Comprobante) cloneNodes() *Comprobante {
	bare := *c
	bare.Complementos, bare.Addenda, bare.Conceptos = nil, nil, slices.Clone(c.Conceptos)
	for i := range bare.Conceptos {
		bare.Conceptos[i].Complementos = nil
	}
	out := bare.Clone()
	out.Complementos, out.Addenda = slices.Clone(c.Complementos), c.Addenda
	for i := range out.Conceptos {
		out.Conceptos[i].Complementos = slices.Clone(c.Conceptos[i].Complementos)
	}
	return out
}

func (c *Concepto) unshare() {
	if c.Impuestos = clonePtr(c.Impuestos); c.Impuestos != nil {
		c.Impuestos.Traslados = slices.Clone(c.Impuestos.Traslados)
		c.Impuestos.Retenciones = slices.Clone(c.Impuestos.Retenciones)
	}
	c.ACuentaTerceros = clonePtr(c.ACuentaTerceros)
	c.InformacionAduanera = slices.Clone(c.InformacionAduanera)
	c.CuentaPredial = slices.Clone(c.CuentaPredial)
	c.Complementos = c.Complementos.clone()
	c.Parte = slices.Clone(c.Parte)
	for i := range c.Parte {
		c.Parte[i].InformacionAduanera = slices.Clone(c.Parte[i].InformacionAduanera)
	}
}

func clonePtr[T any](p *T) *T {
	if p == nil {
		return nil
	}
	dup := *p
	return &dup
}

// nodes calls visit for the fields of every node of c but the complements',
// with the path of each as findings name it.
func (c *Comprobante) nodes(p paths, b []Field, visit func(path string, fields []Field)) {
	visit("", c.fields(b))
	if c.InformacionGlobal != nil {
		visit("InformacionGlobal", c.InformacionGlobal.fields(b))
	}
	for i := range c.CfdiRelacionados {
		r := &c.CfdiRelacionados[i]
		path := p.at("CfdiRelacionados", i)
		visit(path, r.fields(b))
		for j := range r.CfdiRelacionado {
			visit(p.at(path+".CfdiRelacionado", j), r.CfdiRelacionado[j].fields(b))
		}
	}
	visit("Emisor", c.Emisor.fields(b))
	visit("Receptor", c.Receptor.fields(b))
	for i := range c.Conceptos {
		c.Conceptos[i].nodes(p, b, p.at("Conceptos", i), visit)
	}
	if c.Impuestos != nil {
		visit("Impuestos", c.Impuestos.fields(b))
		for i := range c.Impuestos.Retenciones {
			visit(p.at("Impuestos.Retenciones", i), c.Impuestos.Retenciones[i].fields(b))
		}
		for i := range c.Impuestos.Traslados {
			visit(p.at("Impuestos.Traslados", i), c.Impuestos.Traslados[i].fields(b))
		}
	}
}

func (c *Concepto) nodes(p paths, b []Field, path string, visit func(path string, fields []Field)) {
	visit(path, c.fields(b))
	if c.Impuestos != nil {
		for i := range c.Impuestos.Traslados {
			visit(p.at(path+".Impuestos.Traslados", i), c.Impuestos.Traslados[i].fields(b))
		}
		for i := range c.Impuestos.Retenciones {
			visit(p.at(path+".Impuestos.Retenciones", i), c.Impuestos.Retenciones[i].fields(b))
		}
	}
	if c.ACuentaTerceros != nil {
		visit(path+".ACuentaTerceros", c.ACuentaTerceros.fields(b))
	}
	for i := range c.InformacionAduanera {
		visit(p.at(path+".InformacionAduanera", i), c.InformacionAduanera[i].fields(b))
	}
	for i := range c.CuentaPredial {
		visit(p.at(path+".CuentaPredial", i), c.CuentaPredial[i].fields(b))
	}
	for i := range c.Parte {
		part := &c.Parte[i]
		visit(p.at(path+".Parte", i), part.fields(b))
		for j := range part.InformacionAduanera {
			visit(p.at(p.at(path+".Parte", i)+".InformacionAduanera", j), part.InformacionAduanera[j].fields(b))
		}
	}
}

// paths says whether a walk over the nodes tells where they stand, which costs a text
// for each.
type paths bool

const (
	placeless paths = false
	placed    paths = true
)

func (p paths) at(path string, i int) string {
	if !p {
		return ""
	}
	return at(path, i)
}
