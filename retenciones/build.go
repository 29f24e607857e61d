package retenciones

import (
	"encoding/base64"
	"fmt"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/decimal"
)

// New begins a document of one kind of retention, a key of [Claves]. FechaExp,
// LugarExpRetenc, amounts and the complement are still to be written.
func New(cveRetenc string, emisor Emisor, receptor Receptor, periodo Periodo) *Retenciones {
	return &Retenciones{Version: "2.0", CveRetenc: cveRetenc, Emisor: emisor, Receptor: receptor, Periodo: periodo}
}

// ANacional is a receptor with an RFC.
func ANacional(n Nacional) Receptor { return Receptor{NacionalidadR: "Nacional", Nacional: &n} }

// AExtranjero is a receptor abroad.
func AExtranjero(x Extranjero) Receptor { return Receptor{NacionalidadR: "Extranjero", Extranjero: &x} }

// NewDividendos is the complement of a dividend or profit distributed, key 14. The two
// credits that must be said are zero where nothing was withheld.
func NewDividendos(u DividOUtil) *Dividendos {
	zero := decimal.New(0, 2)
	u.MontISRAcredRetMexico = zero.Add(u.MontISRAcredRetMexico)
	u.MontISRAcredRetExtranjero = zero.Add(u.MontISRAcredRetExtranjero)
	return &Dividendos{Version: "1.0", DividOUtil: &u}
}

// NewRemanente is the complement of a distributable remainder, key 15: the part of it
// that is the receptor's, absent where it is not known.
func NewRemanente(proporcion decimal.Decimal) *Dividendos {
	return &Dividendos{Version: "1.0", Remanente: &Remanente{ProporcionRem: proporcion}}
}

// NewIntereses is the complement of interests outside the financial system, key 16, of
// so much nominal and real; a loss is a real interest below zero. Whoever pays from
// inside it, retires savings or settles derivatives says so in the fields.
func NewIntereses(nominal, reales decimal.Decimal) *Intereses {
	zero := decimal.New(0, 2)
	i := &Intereses{
		Version: "1.0", SistFinanciero: "NO", RetiroAORESRetInt: "NO", OperFinancDerivad: "NO",
		MontIntNominal: zero.Add(nominal), MontIntReal: zero.Add(reales), Perdida: zero,
	}
	if reales.Sign() < 0 {
		i.MontIntReal, i.Perdida = zero, zero.Sub(reales)
	}
	return i
}

// NewPagoExtranjero is the complement of a payment abroad to who is not its beneficial
// owner, key 18.
func NewPagoExtranjero(n NoBeneficiario) *Pagosaextranjeros {
	return &Pagosaextranjeros{Version: "1.0", EsBenefEfectDelCobro: "NO", NoBeneficiario: &n}
}

// NewPagoBeneficiario is the complement of a payment abroad to its beneficial owner,
// key 18.
func NewPagoBeneficiario(b Beneficiario) *Pagosaextranjeros {
	return &Pagosaextranjeros{Version: "1.0", EsBenefEfectDelCobro: "SI", Beneficiario: &b}
}

// NewPlataforma is the complement of services through a platform, key 26; Totalize adds
// them up.
func NewPlataforma(periodicidad string, servicios ...DetallesDelServicio) *ServiciosPlataformasTecnologicas {
	return &ServiciosPlataformasTecnologicas{Version: "1.0", Periodicidad: periodicidad, Servicios: servicios}
}

// NewServicio is one service at a price without IVA, on which 16 % was transferred, of
// what is free nothing, and the platform takes comision, both in pesos; fecha is written
// as 2026-11-20, formaPago and tipo are keys of the SAT.
func NewServicio(formaPago, tipo, fecha string, precio, comision decimal.Decimal) DetallesDelServicio {
	d := DetallesDelServicio{
		FormaPagoServ: formaPago, TipoDeServ: tipo, FechaServ: fecha, PrecioServSinIVA: precio.Round(2),
		ComisionDelServicio: &ComisionDelServicio{Importe: comision.Round(2)},
	}
	if d.PrecioServSinIVA.Sign() > 0 {
		rate := decimal.MustParse("0.160000")
		d.ImpuestosTrasladadosdelServicio = &ImpuestosTrasladadosdelServicio{
			Base: d.PrecioServSinIVA, Impuesto: "02", TipoFactor: "Tasa", TasaCuota: rate, Importe: precio.Mul(rate).Round(2),
		}
	}
	return d
}

// Withhold adds a tax (001 ISR, 002 IVA, 003 IEPS) withheld of base at rate, of which 0.10
// is 10 %; base and amount are rounded to two decimals, half away from zero. tipoPagoRet is
// a key of c_TipoPagoRet.
func (r *Retenciones) Withhold(impuesto string, base, rate decimal.Decimal, tipoPagoRet string) {
	r.Totales.ImpRetenidos = append(r.Totales.ImpRetenidos, ImpRetenidos{
		BaseRet: base.Round(2), ImpuestoRet: impuesto, MontoRet: base.Mul(rate).Round(2), TipoPagoRet: tipoPagoRet,
	})
}

// Totalize adds up the amounts: the operation of what is taxed and what is not, the
// taxes withheld, and those of the services of a platform.
func (r *Retenciones) Totalize() {
	t := &r.Totales
	zero := decimal.New(0, 2)
	t.MontoTotGrav, t.MontoTotExent = zero.Add(t.MontoTotGrav).Round(2), zero.Add(t.MontoTotExent).Round(2)
	t.MontoTotOperacion = t.MontoTotGrav.Add(t.MontoTotExent)
	t.MontoTotRet = zero
	for i := range t.ImpRetenidos {
		t.MontoTotRet = t.MontoTotRet.Add(t.ImpRetenidos[i].MontoRet)
	}
	for _, k := range r.Complementos {
		if s, ok := k.(*ServiciosPlataformasTecnologicas); ok {
			s.totalize(r.withheld("002"), r.withheld("001"))
		}
	}
}

func (r *Retenciones) withheld(impuesto string) decimal.Decimal {
	sum := decimal.New(0, 2)
	for _, i := range r.Totales.ImpRetenidos {
		if i.ImpuestoRet == impuesto {
			sum = sum.Add(i.MontoRet)
		}
	}
	return sum
}

// totalize adds up the services.
func (s *ServiciosPlataformasTecnologicas) totalize(iva, isr decimal.Decimal) {
	zero := decimal.New(0, 2)
	s.Version, s.NumServ = "1.0", decimal.FromInt(int64(len(s.Servicios)))
	s.MonTotServSIVA, s.TotalIVATrasladado, s.MonTotalporUsoPlataforma = zero, zero, zero
	s.TotalIVARetenido, s.TotalISRRetenido, s.MonTotalContribucionGubernamental = iva, isr, decimal.Decimal{}
	for i := range s.Servicios {
		d := &s.Servicios[i]
		s.MonTotServSIVA = s.MonTotServSIVA.Add(d.PrecioServSinIVA)
		if d.ImpuestosTrasladadosdelServicio != nil {
			s.TotalIVATrasladado = s.TotalIVATrasladado.Add(d.ImpuestosTrasladadosdelServicio.Importe)
		}
		if d.ComisionDelServicio != nil {
			s.MonTotalporUsoPlataforma = s.MonTotalporUsoPlataforma.Add(d.ComisionDelServicio.Importe)
		}
		if d.ContribucionGubernamental != nil {
			s.MonTotalContribucionGubernamental = s.MonTotalContribucionGubernamental.Add(d.ContribucionGubernamental.ImpContrib)
		}
	}
	s.DifIVAEntregadoPrestServ = s.TotalIVATrasladado.Sub(iva)
	if s.DifIVAEntregadoPrestServ.Sign() < 0 {
		s.DifIVAEntregadoPrestServ = zero
	}
}

// Seal judges r by every rule, binds it to the certificate, has its cadena signed,
// as [csd.Key.Sign] does, and returns the sealed bytes: those to store and to send.
// The error is [cfdi.Findings] when a rule is broken or the certificate is not a CSD of
// the emisor in force at FechaExp, a [*cfdi.UnknownError] when a complement has no
// cadena here, and else says what went wrong in signing. r is not changed.
func (r *Retenciones) Seal(cat *catalogo.Catalog, cert *csd.Certificate, sign func(cadena []byte) ([]byte, error)) ([]byte, error) {
	bound := *r
	bound.Version, bound.Sello = "2.0", ""
	bound.NoCertificado, bound.Certificado = cert.NoCertificado, base64.StdEncoding.EncodeToString(cert.Raw)
	if found := Validate(&bound, cat).Errors(); len(found) > 0 {
		return nil, found
	}
	if found := bound.signed().Holder(cert, cat.Location(r.LugarExpRetenc)); len(found) > 0 {
		return nil, found
	}
	cadena, err := Cadena(&bound)
	if err != nil {
		return nil, err
	}
	sello, err := sign([]byte(cadena))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if err := cert.Verify([]byte(cadena), sello); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	bound.Sello = base64.StdEncoding.EncodeToString(sello)
	xml := WriteXML(&bound)
	again, err := Read(xml)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if back, err := Cadena(again.Retenciones); err != nil || back != cadena {
		return nil, fmt.Errorf("seal: the bytes do not say what was signed: %w", err)
	}
	return xml, nil
}
