package cartaporte31_test

import (
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/decimal"
)

// Of the complement some documents are made whatever its rules say, for the schema and
// the stylesheet to judge. The choices (an attribute or a node that may be absent) are
// numbered, and in document n a choice has the bit n of a number of its own: every one
// in the first, none in the second, and in the other ten exactly five. Numbers of equal
// weight differ both ways, so each pair of choices meets in all four ways.
const documents = 12

func codes() []uint {
	var out []uint
	for n := range uint(1 << (documents - 2)) {
		if bits.OnesCount(n) == (documents-2)/2 {
			out = append(out, n<<2|1)
		}
	}
	return out
}

// values are what the schema takes where a text will not do.
var values = map[string]string{
	"Version": "3.1", "IdCCP": id, "IdCCPRelacionado": id, "TranspInternac": "Sí", "EntradaSalidaMerc": "Entrada", "PaisOrigenDestino": "USA",
	"ViaEntradaSalida": "01", "RegistroISTMO": "Sí", "UbicacionPoloOrigen": "01", "UbicacionPoloDestino": "06", "RegimenAduanero": "TRA",
	"TipoUbicacion": "Origen", "IDUbicacion": "OR000001", "RFCRemitenteDestinatario": kemper, "ResidenciaFiscal": "USA", "NumEstacion": "VC117.2",
	"NavegacionTrafico": "Altura", "FechaHoraSalidaLlegada": "2026-11-20T08:00:00", "TipoEstacion": "03", "Pais": "MEX", "CodigoPostal": "06600",
	"UnidadPeso": "KGM", "LogisticaInversaRecoleccionDevolucion": "Sí", "BienesTransp": "50202306", "ClaveSTCC": "1234567", "ClaveUnidad": "H87",
	"Dimensiones": "30/40/30plg", "MaterialPeligroso": "Sí", "CveMaterialPeligroso": "1203", "Embalaje": "4G", "SectorCOFEPRIS": "05", "FechaCaducidad": "2028-02-29",
	"FormaFarmaceutica": "20", "CondicionesEspTransp": "04", "Moneda": "MXN", "FraccionArancelaria": "3004909999", "UUIDComercioExt": "5fb2822E-396D-4725-8521-CDC4BDD20CCF",
	"TipoMateria": "05", "TipoDocumento": "20", "NumPedimento": "26  47  3807  6000123", "RFCImpo": "XAXX010101000", "IDOrigen": "OR000001", "IDDestino": "DE000002",
	"CvesTransporte": "04", "UnidadPesoMerc": "TNE", "PermSCT": "TPXX00", "ConfigVehicular": "GPLATD", "PlacaVM": "12AB3C", "AnioModeloVM": "2021", "SubTipoRem": "CTR032",
	"Placa": "ABCDE", "TipoEmbarcacion": "B15", "NumeroOMI": "IMO1234567", "AnioEmbarcacion": "1999", "NacionalidadEmbarc": "PAN", "TipoCarga": "PYD",
	"NumAutorizacionNaviero": "ANG031/2024", "SubTipoRemCCP": "CTR001", "PlacaCCP": "ABCDEFG", "PlacaVMCCP": "12AB3C", "FechaCertificacionCCP": "2026-11-19T10:00:00",
	"MatriculaAeronave": "XA-ABC", "CodigoTransportista": "CA173", "RFCEmbarcador": urr, "ResidenciaFiscalEmbarc": "CAN", "TipoDeServicio": "TS04", "TipoDeTrafico": "TT04",
	"TipoDerechoDePaso": "CDP119", "TipoCarro": "TC11", "TipoFigura": "05", "RFCFigura": "CACX7605101P8", "ResidenciaFiscalFigura": "ESP", "ParteTransporte": "PT12",
	"NombreEmbarc": "a b", "PermisoImportacion": "P12345", "LoteMedicamento": "L1", "NumeroGuia": "803117555500", "MatriculaContenedor": "MSCU1234567",
}

// sample is what any other text takes: characters to escape and spaces to collapse.
const sample = "ñ &<\"  x  12"

// A maker fills one document.
type maker struct {
	n       int
	choices map[string]int
	must    map[string]bool
}

func (m *maker) choice(name string) bool {
	if m.must[name] {
		return true
	}
	if _, ok := m.choices[name]; !ok {
		m.choices[name] = len(m.choices)
	}
	return codes()[m.choices[name]]>>m.n&1 == 1
}

// optionalNodes are the lists that need not be there.
var optionalNodes = []string{
	"RegimenesAduaneros", "FiguraTransporte", "DocumentacionAduanera", "GuiasIdentificacion", "CantidadTransporta", "Remolques", "RemolquesCCP", "DerechosDePaso",
	"PartesTransporte", "Contenedor",
}

func (m *maker) fill(v reflect.Value) {
	t := v.Type()
	for i := range t.NumField() {
		f, name := v.Field(i), t.Field(i).Name
		full := t.Name() + "." + name
		switch {
		case f.Kind() == reflect.String:
			if m.choice(full) {
				f.SetString(text(name))
			}
		case f.Type() == reflect.TypeFor[decimal.Decimal]():
			if m.choice(full) {
				f.Set(reflect.ValueOf(number(name)))
			}
		case f.Kind() == reflect.Struct:
			m.fill(f)
		case f.Kind() == reflect.Pointer:
			if m.choice(full) {
				f.Set(reflect.New(f.Type().Elem()))
				m.fill(f.Elem())
			}
		case f.Kind() == reflect.Slice:
			if !slices.Contains(optionalNodes, name) || m.choice(full) {
				f.Set(reflect.MakeSlice(f.Type(), 2, 2))
				m.fill(f.Index(0))
				m.fill(f.Index(1))
			}
		}
	}
}

func text(name string) string {
	switch value, ok := values[name]; {
	case ok:
		return value
	case name == "TipoContenedor":
		return ""
	}
	return sample
}

func number(name string) decimal.Decimal {
	if name == "NumTotalMercancias" || name == "NumPiezas" {
		return num("2")
	}
	return num("1.50")
}

// required returns Type.Attribute of all that the rules say is missing where nothing is said.
func required() map[string]bool {
	empty := bare()
	out := map[string]bool{}
	c := &cfdi.Comprobante{Complementos: cfdi.Complementos{empty}}
	for _, f := range empty.Validate(c, cat, time.Time{}) {
		if f.Code == "301" {
			out[typeOf(strings.TrimPrefix(f.Path, "Complementos[0]."))] = true
		}
	}
	return out
}

// bare has every node and no attribute.
func bare() *cp31.CartaPorte {
	v := &cp31.CartaPorte{}
	nodes(reflect.ValueOf(v).Elem())
	return v
}

func nodes(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Type() == reflect.TypeFor[decimal.Decimal]() || f.Kind() == reflect.String:
		case f.Kind() == reflect.Struct:
			nodes(f)
		case f.Kind() == reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
			nodes(f.Elem())
		case f.Kind() == reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			nodes(f.Index(0))
		}
	}
}

// typeOf turns Ubicaciones[0].TipoUbicacion into Ubicacion.TipoUbicacion.
func typeOf(path string) string {
	t := reflect.TypeFor[cp31.CartaPorte]()
	parts := strings.Split(path, ".")
	for _, part := range parts[:len(parts)-1] {
		name, _, _ := strings.Cut(part, "[")
		f, ok := t.FieldByName(name)
		if !ok {
			panic(path)
		}
		for t = f.Type; t.Kind() != reflect.Struct; {
			t = t.Elem()
		}
	}
	return t.Name() + "." + parts[len(parts)-1]
}

func variants() map[string]*cfdi.Comprobante {
	out := map[string]*cfdi.Comprobante{}
	m := &maker{choices: map[string]int{}, must: required()}
	for m.n = range documents {
		v := &cp31.CartaPorte{}
		m.fill(reflect.ValueOf(v).Elem())
		mend(v)
		c := local()
		c.Complementos = cfdi.Complementos{v}
		out[fmt.Sprintf("variante%02d", m.n)] = c
	}
	return out
}

// mend gives the containers, whose keys depend on where they stand, theirs.
func mend(v *cp31.CartaPorte) {
	if s := v.Mercancias.TransporteMaritimo; s != nil {
		for i := range s.Contenedor {
			s.Contenedor[i].TipoContenedor = "CM012"
		}
	}
	if s := v.Mercancias.TransporteFerroviario; s != nil {
		for i := range s.Carro {
			for j := range s.Carro[i].Contenedor {
				s.Carro[i].Contenedor[j].TipoContenedor = "TC05"
			}
		}
	}
}
