package nomina12

import (
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// The kinds of pay that are not wages.
var (
	separacion = []string{"022", "023", "025"}
	jubilacion = []string{"039", "044"}
)

// sums are what the rows of Percepciones add up to.
type sums struct{ sueldos, separacion, jubilacion, gravado, exento decimal.Decimal }

func (p *Percepciones) sums() sums {
	var s sums
	for i := range p.Percepcion {
		x := &p.Percepcion[i]
		both := x.ImporteGravado.Add(x.ImporteExento)
		switch {
		case slices.Contains(separacion, x.TipoPercepcion):
			s.separacion = s.separacion.Add(both)
		case slices.Contains(jubilacion, x.TipoPercepcion):
			s.jubilacion = s.jubilacion.Add(both)
		default:
			s.sueldos = s.sueldos.Add(both)
		}
		s.gravado, s.exento = s.gravado.Add(x.ImporteGravado), s.exento.Add(x.ImporteExento)
	}
	return s
}

// sums returns the taxes withheld and the rest; one without rows is absent.
func (d *Deducciones) sums() (impuestos, otras decimal.Decimal) {
	for i := range d.Deduccion {
		if x := &d.Deduccion[i]; x.TipoDeduccion == "002" {
			impuestos = impuestos.Add(x.Importe)
		} else {
			otras = otras.Add(x.Importe)
		}
	}
	return impuestos, otras
}

func (n *Nomina) otros() decimal.Decimal {
	var sum decimal.Decimal
	for i := range n.OtrosPagos {
		sum = sum.Add(n.OtrosPagos[i].Importe)
	}
	return sum
}

func (p *Percepciones) total() decimal.Decimal {
	return p.TotalSueldos.Add(p.TotalSeparacionIndemnizacion).Add(p.TotalJubilacionPensionRetiro)
}

// Totalize writes the version and every total, two decimals; one that has nothing to
// add up is absent, but for TotalGravado and TotalExento, which the SAT always asks for.
// NumDiasPagados with a fraction gets the three decimals it is to have.
func (n *Nomina) Totalize() {
	n.Version = "1.2"
	if n.NumDiasPagados.Scale() > 0 && n.NumDiasPagados.Scale() < 3 {
		n.NumDiasPagados = n.NumDiasPagados.Round(3)
	}
	n.TotalPercepciones, n.TotalDeducciones = decimal.Decimal{}, decimal.Decimal{}
	if p := n.Percepciones; p != nil {
		s, zero := p.sums(), decimal.New(0, 2)
		p.TotalSueldos, p.TotalSeparacionIndemnizacion, p.TotalJubilacionPensionRetiro = s.sueldos.Round(2), s.separacion.Round(2), s.jubilacion.Round(2)
		p.TotalGravado, p.TotalExento = zero.Add(s.gravado).Round(2), zero.Add(s.exento).Round(2)
		n.TotalPercepciones = p.total()
	}
	if d := n.Deducciones; d != nil {
		impuestos, otras := d.sums()
		d.TotalImpuestosRetenidos, d.TotalOtrasDeducciones = impuestos.Round(2), otras.Round(2)
		n.TotalDeducciones = d.TotalImpuestosRetenidos.Add(d.TotalOtrasDeducciones)
	}
	n.TotalOtrosPagos = n.otros().Round(2)
}

// Comprobante returns the CFDI of type N that carries the payroll, with the amounts that
// [Nomina.Totalize] has written: all of it but Serie, Folio, Fecha and LugarExpedicion.
// UsoCFDI and regime of the receptor are set, to what the SAT prescribes.
func (n *Nomina) Comprobante(emisor cfdi.Emisor, receptor cfdi.Receptor) *cfdi.Comprobante {
	receptor.UsoCFDI, receptor.RegimenFiscalReceptor = "CN01", "605"
	amount := decimal.New(0, 2).Add(n.TotalPercepciones).Add(n.TotalOtrosPagos)
	return &cfdi.Comprobante{
		Version: "4.0", SubTotal: amount, Descuento: n.TotalDeducciones, Moneda: "MXN", Total: amount.Sub(n.TotalDeducciones),
		TipoDeComprobante: "N", Exportacion: "01", MetodoPago: "PUE", Emisor: emisor, Receptor: receptor,
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "84111505", Cantidad: decimal.FromInt(1), ClaveUnidad: "ACT", Descripcion: "Pago de nómina",
			ValorUnitario: amount, Importe: amount, Descuento: n.TotalDeducciones, ObjetoImp: "01",
		}},
		Complementos: cfdi.Complementos{n},
	}
}
