package cartaporte31

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// NewIdCCP makes the identifier of a Carta Porte of sixteen random bytes: a UUID, version
// 4, whose first three digits are CCC.
func NewIdCCP(random [16]byte) string {
	random[6] = random[6]&0x0f | 0x40 // version 4
	random[8] = random[8]&0x3f | 0x80
	s := strings.ToUpper(hex.EncodeToString(random[:]))
	return "CCC" + s[3:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// A Viaje is a journey by road as a haulier knows it: where it stops, what is loaded
// and left there, in which lorry and with whom. [Viaje.CartaPorte] makes of it what the
// SAT wants to know.
type Viaje struct {
	Paradas    []Parada // in the order of the journey
	Carga      []Carga
	Camion     Autotransporte // with all its insurances: what is not asked for is left out
	Operadores []Operador
	Figuras    []TiposFigura // who owns or lets the lorry, or is told of the load
	Cruce      *Cruce        // nil within Mexico
	Istmo      *Istmo        // nil outside the poles of the Isthmus
	Devolucion bool          // goods are collected or given back
}

// A Parada is one stop.
type Parada struct {
	Rfc, Nombre      string // of who hands goods over, or receives them
	NumRegIdTrib     string // of a foreigner, who goes without an RFC
	ResidenciaFiscal string // of a foreigner: USA
	Fecha            string // 2026-11-20T08:00:00
	Domicilio        Domicilio
	Kilometros       decimal.Decimal // from the stop before; absent at the first
}

// Carga is one kind of goods, loaded at one stop and left at a later one. Of the goods
// BienesTransp, Descripcion, Cantidad, ClaveUnidad and PesoEnKg are enough.
type Carga struct {
	Mercancia
	De, A int // indices of Paradas
}

// An Operador drives.
type Operador struct {
	Rfc, Nombre, Licencia string
	NumRegIdTrib          string // of a foreigner, who goes without an RFC
	ResidenciaFiscal      string
}

// A Cruce is the crossing of a border by road.
type Cruce struct {
	Entrada   bool     // goods come into Mexico; otherwise they leave
	Pais      string   // where from, or where to: a key of c_Pais
	Regimenes []string // keys of c_RegimenAduanero
}

// Istmo are the poles of the Isthmus of Tehuantepec between which goods go.
type Istmo struct{ Origen, Destino string }

// A ViajeError says why a Viaje cannot be.
type ViajeError struct{ Message string }

// Error returns the reason, in Spanish for the user.
func (e *ViajeError) Error() string { return e.Message }

// CartaPorte returns the journey as the complement, under the id that [NewIdCCP] made.
// Each stop where goods are left is a Destino and each where some are loaded an Origen,
// both where both happen; what was driven to load counts to the next Destino. It is
// totalled; j is not changed. The error is a [*ViajeError].
func (j Viaje) CartaPorte(id string) (*CartaPorte, error) {
	if err := j.check(); err != nil {
		return nil, err
	}
	camion := j.Camion
	v := &CartaPorte{IdCCP: id, TranspInternac: "No", Mercancias: Mercancias{Autotransporte: &camion}}
	j.cross(v)
	driven := decimal.Decimal{}
	for i := range j.Paradas {
		p := &j.Paradas[i]
		driven = driven.Add(p.Kilometros)
		if j.leaves(i) {
			u := p.ubicacion(destino, destinoID(i))
			u.DistanciaRecorrida, driven = driven, decimal.Decimal{}
			v.Ubicaciones = append(v.Ubicaciones, u)
		}
		if j.loads(i) {
			v.Ubicaciones = append(v.Ubicaciones, p.ubicacion(origen, origenID(i)))
		}
	}
	for i := range j.Carga {
		v.Mercancias.Mercancia = append(v.Mercancias.Mercancia, j.goods(&j.Carga[i], len(v.Ubicaciones) > 2))
	}
	if !v.Mercancias.peligroso() {
		camion.Seguros.AseguraMedAmbiente, camion.Seguros.PolizaMedAmbiente = "", ""
	}
	for _, o := range j.Operadores {
		v.FiguraTransporte = append(v.FiguraTransporte, TiposFigura{
			TipoFigura: operador, RFCFigura: o.Rfc, NumLicencia: o.Licencia, NombreFigura: o.Nombre,
			NumRegIdTribFigura: o.NumRegIdTrib, ResidenciaFiscalFigura: o.ResidenciaFiscal,
		})
	}
	v.FiguraTransporte = append(v.FiguraTransporte, j.Figuras...)
	v.Totalize()
	return v, nil
}

func (j Viaje) check() error {
	for i, c := range j.Carga {
		switch {
		case c.De < 0 || c.A >= len(j.Paradas):
			return &ViajeError{fmt.Sprintf("La mercancía %d (%s) se carga o se entrega en una parada que no existe.", i+1, c.Descripcion)}
		case c.De >= c.A:
			return &ViajeError{fmt.Sprintf("La mercancía %d (%s) debe entregarse después de cargarse.", i+1, c.Descripcion)}
		}
	}
	for i := range j.Paradas {
		if !j.leaves(i) && !j.loads(i) {
			return &ViajeError{fmt.Sprintf("En la parada %d no se carga ni se entrega nada: quítala, o di qué mercancía es de ahí.", i+1)}
		}
		if j.leaves(i) && j.driven(i).Sign() <= 0 {
			return &ViajeError{fmt.Sprintf("Faltan los kilómetros hasta la parada %d.", i+1)}
		}
	}
	return nil
}

// driven returns the kilometres to a stop from where goods were last left, or from the first.
func (j Viaje) driven(i int) decimal.Decimal {
	sum := j.Paradas[i].Kilometros
	for i--; i >= 0 && !j.leaves(i); i-- {
		sum = sum.Add(j.Paradas[i].Kilometros)
	}
	return sum
}

func (j Viaje) loads(i int) bool {
	for _, c := range j.Carga {
		if c.De == i {
			return true
		}
	}
	return false
}

func (j Viaje) leaves(i int) bool {
	for _, c := range j.Carga {
		if c.A == i {
			return true
		}
	}
	return false
}

func origenID(i int) string  { return placeID("OR", i) }
func destinoID(i int) string { return placeID("DE", i) }

func placeID(kind string, i int) string {
	s := strconv.Itoa(1000000 + i + 1)
	return kind + s[len(s)-6:]
}

func (p *Parada) ubicacion(kind, id string) Ubicacion {
	home := p.Domicilio
	u := Ubicacion{
		TipoUbicacion: kind, IDUbicacion: id, RFCRemitenteDestinatario: p.Rfc, NombreRemitenteDestinatario: p.Nombre,
		NumRegIdTrib: p.NumRegIdTrib, ResidenciaFiscal: p.ResidenciaFiscal, FechaHoraSalidaLlegada: p.Fecha, Domicilio: &home,
	}
	if u.NumRegIdTrib != "" {
		u.RFCRemitenteDestinatario = cfdi.RfcExtranjero
	}
	return u
}

// cross writes what is said of borders and poles.
func (j Viaje) cross(v *CartaPorte) {
	if j.Devolucion {
		v.Mercancias.LogisticaInversaRecoleccionDevolucion = si
	}
	if j.Istmo != nil {
		v.RegistroISTMO, v.UbicacionPoloOrigen, v.UbicacionPoloDestino = si, j.Istmo.Origen, j.Istmo.Destino
	}
	if j.Cruce == nil {
		return
	}
	v.TranspInternac, v.EntradaSalidaMerc, v.PaisOrigenDestino, v.ViaEntradaSalida = si, salida, j.Cruce.Pais, "01"
	if j.Cruce.Entrada {
		v.EntradaSalidaMerc = entrada
	}
	for _, r := range j.Cruce.Regimenes {
		v.RegimenesAduaneros = append(v.RegimenesAduaneros, RegimenAduaneroCCP{RegimenAduanero: r})
	}
}

// goods returns a load as the SAT wants it; shared says that goods of several places
// travel together, so that each must tell its own.
func (j Viaje) goods(c *Carga, shared bool) Mercancia {
	m := c.Mercancia
	switch {
	case m.CveMaterialPeligroso != "":
		m.MaterialPeligroso = si
	case peligro(m.BienesTransp) == "0":
		m.MaterialPeligroso = ""
	}
	if !m.ValorMercancia.IsZero() && m.Moneda == "" {
		m.Moneda = "MXN"
	}
	m.CantidadTransporta = nil
	if shared {
		m.CantidadTransporta = []CantidadTransporta{{Cantidad: m.Cantidad, IDOrigen: origenID(c.De), IDDestino: destinoID(c.A)}}
	}
	return m
}

// Totalize writes the version and every total: the goods, their weight, the distance,
// the tonnes of a train. Weights are in kilograms where no unit was chosen.
func (v *CartaPorte) Totalize() {
	v.Version = version
	m := &v.Mercancias
	if m.UnidadPeso == "" {
		m.UnidadPeso = "KGM"
	}
	m.NumTotalMercancias = decimal.FromInt(int64(len(m.Mercancia)))
	m.PesoBrutoTotal = m.kilos()
	if m.TransporteMaritimo != nil {
		m.PesoBrutoTotal, m.PesoNetoTotal = m.bruto(), m.neto()
	}
	if t := m.TransporteFerroviario; t != nil {
		for i := range t.Carro {
			if c := &t.Carro[i]; len(c.Contenedor) > 0 {
				c.ToneladasNetasCarro = c.toneladas()
			}
		}
		m.PesoNetoTotal = t.toneladas()
	}
	v.TotalDistRec = decimal.Decimal{}
	if m.rueda() {
		v.TotalDistRec = v.distancia()
	}
}

// Traslado returns the CFDI of type T that carries own goods in an own lorry, one line
// for each: all of it but Serie, Folio, Fecha and LugarExpedicion. domicilio is the
// postal code of the emisor, who is the receptor too.
func (v *CartaPorte) Traslado(emisor cfdi.Emisor, domicilio string) *cfdi.Comprobante {
	nothing := decimal.FromInt(0)
	c := &cfdi.Comprobante{
		Version: "4.0", SubTotal: nothing, Moneda: "XXX", Total: nothing, TipoDeComprobante: "T", Exportacion: "01", Emisor: emisor,
		Receptor: cfdi.Receptor{
			Rfc: emisor.Rfc, Nombre: emisor.Nombre, DomicilioFiscalReceptor: domicilio, RegimenFiscalReceptor: emisor.RegimenFiscal, UsoCFDI: "S01",
		},
		Complementos: cfdi.Complementos{v},
	}
	for i := range v.Mercancias.Mercancia {
		m := &v.Mercancias.Mercancia[i]
		c.Conceptos = append(c.Conceptos, cfdi.Concepto{
			ClaveProdServ: m.BienesTransp, Cantidad: m.Cantidad, ClaveUnidad: m.ClaveUnidad, Unidad: m.Unidad, Descripcion: m.Descripcion,
			ValorUnitario: nothing, Importe: nothing, ObjetoImp: "01",
		})
	}
	return c
}
