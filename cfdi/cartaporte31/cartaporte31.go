// Package cartaporte31 is the complement Carta Porte 3.1: the paper that must travel
// with goods on the roads, seas, skies and rails of Mexico.
//
//	cp, err := cartaporte31.Viaje{…}.CartaPorte(id) // what a haulier knows, to a complement
//	c := cp.Traslado(emisor, "42501")               // own goods: the CFDI that carries it
//	flete.Complementos = append(flete.Complementos, cp) // or goods of others: in the invoice
//
// A journey by road is a [Viaje], which refuses what cannot be ([ViajeError]): goods of a
// stop that does not exist, a stop without goods, a way without kilometres. By sea, air
// or rail the nodes of [CartaPorte] are filled by hand and [CartaPorte.Totalize] adds
// them up. The identifier is made of sixteen random bytes that the caller draws
// ([NewIdCCP]) and stays that of the journey. [De] finds the complement in what was read.
//
// Its rules are the matrix of error codes of the SAT for Carta Porte 3.1, code by code in
// [Rules]; [cfdi.Validate] asks them. The large catalogues (goods, stations, colonias, …)
// are judged where they have been imported, see catalogo; elsewhere the PAC decides.
package cartaporte31

import (
	"strconv"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/CartaPorte31"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "cartaporte31",
	Local:  "CartaPorte",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/CartaPorte/CartaPorte31.xsd",
	Read:   read,
}

// CartaPorte says what goods travel, from where to where, in what and with whom.
// Weights are in kilograms unless their node names a unit; times are 2026-11-20T08:00:00.
type CartaPorte struct {
	Version              string // 3.1
	IdCCP                string // 36 characters, CCC first; see [NewIdCCP]
	TranspInternac       string // Sí or No
	EntradaSalidaMerc    string // Entrada or Salida
	PaisOrigenDestino    string
	ViaEntradaSalida     string
	TotalDistRec         decimal.Decimal // kilometres
	RegistroISTMO        string          // Sí
	UbicacionPoloOrigen  string
	UbicacionPoloDestino string

	RegimenesAduaneros []RegimenAduaneroCCP
	Ubicaciones        []Ubicacion
	Mercancias         Mercancias
	FiguraTransporte   []TiposFigura
}

// RegimenAduaneroCCP is one customs regime of the goods.
type RegimenAduaneroCCP struct {
	RegimenAduanero string
}

// Ubicacion is a place where goods are loaded or left.
type Ubicacion struct {
	TipoUbicacion               string // Origen or Destino
	IDUbicacion                 string // OR or DE and six digits
	RFCRemitenteDestinatario    string
	NombreRemitenteDestinatario string
	NumRegIdTrib                string
	ResidenciaFiscal            string
	NumEstacion                 string
	NombreEstacion              string
	NavegacionTrafico           string // Altura or Cabotaje
	FechaHoraSalidaLlegada      string
	TipoEstacion                string
	DistanciaRecorrida          decimal.Decimal // kilometres from the place before

	Domicilio *Domicilio
}

// Domicilio is an address; in Mexico its Colonia, Localidad, Municipio and Estado are keys
// of the SAT, as Pais is everywhere (c_Pais, MEX).
type Domicilio struct {
	Calle          string
	NumeroExterior string
	NumeroInterior string
	Colonia        string
	Localidad      string
	Referencia     string
	Municipio      string
	Estado         string
	Pais           string
	CodigoPostal   string
}

// Mercancias are the goods and what carries them, in one or more of four ways. The totals are written
// by [CartaPorte.Totalize].
type Mercancias struct {
	PesoBrutoTotal                        decimal.Decimal // in UnidadPeso
	UnidadPeso                            string          // of c_ClaveUnidadPeso, KGM
	PesoNetoTotal                         decimal.Decimal
	NumTotalMercancias                    decimal.Decimal
	CargoPorTasacion                      decimal.Decimal
	LogisticaInversaRecoleccionDevolucion string // Sí

	Mercancia             []Mercancia
	Autotransporte        *Autotransporte
	TransporteMaritimo    *TransporteMaritimo
	TransporteAereo       *TransporteAereo
	TransporteFerroviario *TransporteFerroviario
}

// Mercancia is one kind of goods.
type Mercancia struct {
	BienesTransp                       string // of c_ClaveProdServCP
	ClaveSTCC                          string
	Descripcion                        string
	Cantidad                           decimal.Decimal
	ClaveUnidad                        string
	Unidad                             string
	Dimensiones                        string // long/high/wide: 30/40/30cm
	MaterialPeligroso                  string // Sí or No
	CveMaterialPeligroso               string
	Embalaje                           string
	DescripEmbalaje                    string
	SectorCOFEPRIS                     string
	NombreIngredienteActivo            string
	NomQuimico                         string
	DenominacionGenericaProd           string
	DenominacionDistintivaProd         string
	Fabricante                         string
	FechaCaducidad                     string
	LoteMedicamento                    string
	FormaFarmaceutica                  string
	CondicionesEspTransp               string
	RegistroSanitarioFolioAutorizacion string
	PermisoImportacion                 string
	FolioImpoVUCEM                     string
	NumCAS                             string
	RazonSocialEmpImp                  string
	NumRegSanPlagCOFEPRIS              string
	DatosFabricante                    string
	DatosFormulador                    string
	DatosMaquilador                    string
	UsoAutorizado                      string
	PesoEnKg                           decimal.Decimal
	ValorMercancia                     decimal.Decimal // in Moneda
	Moneda                             string
	FraccionArancelaria                string
	UUIDComercioExt                    string
	TipoMateria                        string
	DescripcionMateria                 string

	DocumentacionAduanera []DocumentacionAduanera
	GuiasIdentificacion   []GuiasIdentificacion
	CantidadTransporta    []CantidadTransporta
	DetalleMercancia      *DetalleMercancia
}

// DocumentacionAduanera is a paper with which goods cross the border.
type DocumentacionAduanera struct {
	TipoDocumento    string
	NumPedimento     string // 26  47  3807  6000123
	IdentDocAduanero string
	RFCImpo          string
}

// GuiasIdentificacion is the waybill of a parcel.
type GuiasIdentificacion struct {
	NumeroGuiaIdentificacion  string
	DescripGuiaIdentificacion string
	PesoGuiaIdentificacion    decimal.Decimal
}

// CantidadTransporta is how much of the goods goes from one place to another.
type CantidadTransporta struct {
	Cantidad       decimal.Decimal
	IDOrigen       string
	IDDestino      string
	CvesTransporte string
}

// DetalleMercancia are the weights of goods that go by sea.
type DetalleMercancia struct {
	UnidadPesoMerc string
	PesoBruto      decimal.Decimal
	PesoNeto       decimal.Decimal
	PesoTara       decimal.Decimal
	NumPiezas      decimal.Decimal
}

// Autotransporte is a lorry, its permit and its insurances.
type Autotransporte struct {
	PermSCT       string
	NumPermisoSCT string

	IdentificacionVehicular IdentificacionVehicular
	Seguros                 Seguros
	Remolques               []Remolque
}

// IdentificacionVehicular is the vehicle itself.
type IdentificacionVehicular struct {
	ConfigVehicular    string
	PesoBrutoVehicular decimal.Decimal // tonnes
	PlacaVM            string          // no spaces, no hyphens
	AnioModeloVM       string          // four digits
}

// Seguros are its insurances.
type Seguros struct {
	AseguraRespCivil   string
	PolizaRespCivil    string
	AseguraMedAmbiente string
	PolizaMedAmbiente  string
	AseguraCarga       string
	PolizaCarga        string
	PrimaSeguro        decimal.Decimal
}

// Remolque is a trailer.
type Remolque struct {
	SubTipoRem string
	Placa      string
}

// TransporteMaritimo is a ship.
type TransporteMaritimo struct {
	PermSCT                string
	NumPermisoSCT          string
	NombreAseg             string
	NumPolizaSeguro        string
	TipoEmbarcacion        string
	Matricula              string
	NumeroOMI              string // IMO and seven digits
	AnioEmbarcacion        string
	NombreEmbarc           string
	NacionalidadEmbarc     string
	UnidadesDeArqBruto     decimal.Decimal
	TipoCarga              string
	Eslora                 decimal.Decimal // feet, as the next three
	Manga                  decimal.Decimal
	Calado                 decimal.Decimal
	Puntal                 decimal.Decimal
	LineaNaviera           string
	NombreAgenteNaviero    string
	NumAutorizacionNaviero string
	NumViaje               string
	NumConocEmbarc         string
	PermisoTempNavegacion  string

	Contenedor []ContenedorMaritimo
}

// ContenedorMaritimo is a container on it, or a lorry on a ferry.
type ContenedorMaritimo struct {
	TipoContenedor        string
	MatriculaContenedor   string
	NumPrecinto           string
	IdCCPRelacionado      string
	PlacaVMCCP            string
	FechaCertificacionCCP string

	RemolquesCCP []RemolqueCCP
}

// RemolqueCCP is a trailer on a ferry.
type RemolqueCCP struct {
	SubTipoRemCCP string
	PlacaCCP      string
}

// TransporteAereo is an aircraft.
type TransporteAereo struct {
	PermSCT                string
	NumPermisoSCT          string
	MatriculaAeronave      string
	NombreAseg             string
	NumPolizaSeguro        string
	NumeroGuia             string
	LugarContrato          string
	CodigoTransportista    string
	RFCEmbarcador          string
	NumRegIdTribEmbarc     string
	ResidenciaFiscalEmbarc string
	NombreEmbarcador       string
}

// TransporteFerroviario is a train.
type TransporteFerroviario struct {
	TipoDeServicio  string
	TipoDeTrafico   string
	NombreAseg      string
	NumPolizaSeguro string

	DerechosDePaso []DerechosDePaso
	Carro          []Carro
}

// DerechosDePaso is a right of way that was paid.
type DerechosDePaso struct {
	TipoDerechoDePaso string
	KilometrajePagado decimal.Decimal // kilometres
}

// Carro is a wagon.
type Carro struct {
	TipoCarro           string
	MatriculaCarro      string
	GuiaCarro           string
	ToneladasNetasCarro decimal.Decimal // tonnes

	Contenedor []ContenedorFerroviario
}

// ContenedorFerroviario is a container on a wagon.
type ContenedorFerroviario struct {
	TipoContenedor      string
	PesoContenedorVacio decimal.Decimal // kilograms
	PesoNetoMercancia   decimal.Decimal // kilograms
}

// TiposFigura is who drives, owns or lets the vehicle, or is told of the load.
type TiposFigura struct {
	TipoFigura             string
	RFCFigura              string
	NumLicencia            string
	NombreFigura           string
	NumRegIdTribFigura     string
	ResidenciaFiscalFigura string

	PartesTransporte []PartesTransporte
	Domicilio        *Domicilio
}

// PartesTransporte is the part of the vehicle that is owned or let.
type PartesTransporte struct {
	ParteTransporte string
}

// De returns the Carta Porte of c, or nil.
func De(c *cfdi.Comprobante) *CartaPorte {
	for _, k := range c.Complementos {
		if cp, ok := k.(*CartaPorte); ok {
			return cp
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (v *CartaPorte) Known() cfdi.Known { return Known }

func at(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

// Walk takes t through the nodes in the order of CartaPorte31.xslt, which is that of the
// XML.
func (v *CartaPorte) Walk(t cfdi.Tree) {
	t.Open("CartaPorte", "", v.fields())
	cfdi.WalkGroup(t, "RegimenesAduaneros", "RegimenAduaneroCCP", "RegimenesAduaneros", v.RegimenesAduaneros, (*RegimenAduaneroCCP).fields)
	t.Open("Ubicaciones", "Ubicaciones", nil)
	for i := range v.Ubicaciones {
		u := &v.Ubicaciones[i]
		path := t.At("Ubicaciones", i)
		t.Open("Ubicacion", path, u.fields())
		u.Domicilio.walk(t, path+".Domicilio")
		t.Close()
	}
	t.Close()
	v.Mercancias.walk(t)
	if len(v.FiguraTransporte) > 0 {
		t.Open("FiguraTransporte", "FiguraTransporte", nil)
		for i := range v.FiguraTransporte {
			f, path := &v.FiguraTransporte[i], t.At("FiguraTransporte", i)
			t.Open("TiposFigura", path, f.fields())
			cfdi.WalkLeaves(t, "PartesTransporte", path+".PartesTransporte", f.PartesTransporte, (*PartesTransporte).fields)
			f.Domicilio.walk(t, path+".Domicilio")
			t.Close()
		}
		t.Close()
	}
	t.Close()
}

func ubicacionPath(i int) string { return at("Ubicaciones", i) }
func mercanciaPath(i int) string { return at("Mercancias.Mercancia", i) }
func figuraPath(i int) string    { return at("FiguraTransporte", i) }

func (v *Domicilio) walk(t cfdi.Tree, path string) {
	if v != nil {
		t.Leaf("Domicilio", path, v.fields())
	}
}

func (v *Mercancias) walk(t cfdi.Tree) {
	t.Open("Mercancias", "Mercancias", v.fields())
	for i := range v.Mercancia {
		m, path := &v.Mercancia[i], t.At("Mercancias.Mercancia", i)
		t.Open("Mercancia", path, m.fields())
		cfdi.WalkLeaves(t, "DocumentacionAduanera", path+".DocumentacionAduanera", m.DocumentacionAduanera, (*DocumentacionAduanera).fields)
		cfdi.WalkLeaves(t, "GuiasIdentificacion", path+".GuiasIdentificacion", m.GuiasIdentificacion, (*GuiasIdentificacion).fields)
		cfdi.WalkLeaves(t, "CantidadTransporta", path+".CantidadTransporta", m.CantidadTransporta, (*CantidadTransporta).fields)
		if m.DetalleMercancia != nil {
			t.Leaf("DetalleMercancia", path+".DetalleMercancia", m.DetalleMercancia.fields())
		}
		t.Close()
	}
	v.Autotransporte.walk(t)
	v.TransporteMaritimo.walk(t)
	if v.TransporteAereo != nil {
		t.Leaf("TransporteAereo", "Mercancias.TransporteAereo", v.TransporteAereo.fields())
	}
	v.TransporteFerroviario.walk(t)
	t.Close()
}

func (v *Autotransporte) walk(t cfdi.Tree) {
	if v == nil {
		return
	}
	const path = "Mercancias.Autotransporte"
	t.Open("Autotransporte", path, v.fields())
	t.Leaf("IdentificacionVehicular", path+".IdentificacionVehicular", v.IdentificacionVehicular.fields())
	t.Leaf("Seguros", path+".Seguros", v.Seguros.fields())
	cfdi.WalkGroup(t, "Remolques", "Remolque", path+".Remolques", v.Remolques, (*Remolque).fields)
	t.Close()
}

func contenedorPath(i int) string { return at("Mercancias.TransporteMaritimo.Contenedor", i) }
func carroPath(i int) string      { return at("Mercancias.TransporteFerroviario.Carro", i) }

func (v *TransporteMaritimo) walk(t cfdi.Tree) {
	if v == nil {
		return
	}
	t.Open("TransporteMaritimo", "Mercancias.TransporteMaritimo", v.fields())
	for i := range v.Contenedor {
		c, path := &v.Contenedor[i], t.At("Mercancias.TransporteMaritimo.Contenedor", i)
		t.Open("Contenedor", path, c.fields())
		cfdi.WalkGroup(t, "RemolquesCCP", "RemolqueCCP", path+".RemolquesCCP", c.RemolquesCCP, (*RemolqueCCP).fields)
		t.Close()
	}
	t.Close()
}

func (v *TransporteFerroviario) walk(t cfdi.Tree) {
	if v == nil {
		return
	}
	const path = "Mercancias.TransporteFerroviario"
	t.Open("TransporteFerroviario", path, v.fields())
	cfdi.WalkLeaves(t, "DerechosDePaso", path+".DerechosDePaso", v.DerechosDePaso, (*DerechosDePaso).fields)
	for i := range v.Carro {
		c, path := &v.Carro[i], t.At(path+".Carro", i)
		t.Open("Carro", path, c.fields())
		cfdi.WalkLeaves(t, "Contenedor", path+".Contenedor", c.Contenedor, (*ContenedorFerroviario).fields)
		t.Close()
	}
	t.Close()
}

// WriteCadena adds every node.
func (v *CartaPorte) WriteCadena(w *cfdi.CadenaWriter) { v.Walk(cfdi.CadenaTree(w)) }

// WriteXML writes the element.
func (v *CartaPorte) WriteXML(w *xmldoc.Writer) { v.Walk(cfdi.XMLTree(w, "cartaporte31")) }
