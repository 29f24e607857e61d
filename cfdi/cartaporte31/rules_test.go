package cartaporte31_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
)

func found(c *cfdi.Comprobante, v *cp31.CartaPorte) []string { return foundWith(cat, c, v) }

func foundWith(cat *catalogo.Catalog, c *cfdi.Comprobante, v *cp31.CartaPorte) []string {
	out := []string{}
	for _, f := range v.Validate(c, cat, time.Time{}) {
		out = append(out, f.Code+" "+f.Path)
	}
	return out
}

func TestBasesBreakNoRule(t *testing.T) {
	for name, base := range bases() {
		for _, f := range cfdi.Validate(base(), cat, time.Time{}) {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// A ruleCase is one fault in a base that has none: the code it breaks, where, and what
// it cannot be without. A path that begins with a dot is below the complement.
type ruleCase struct {
	code, path string
	from       func() *cfdi.Comprobante
	change     func(c *cfdi.Comprobante)
	more       []string
}

type (
	doc = *cfdi.Comprobante
	V   = *cp31.CartaPorte
)

func of(change func(v V)) func(doc) { return func(c doc) { change(cp31.De(c)) } }

// again totals what follows from a change.
func again(change func(v V)) func(doc) {
	return of(func(v V) { change(v); v.Totalize() })
}

func place(i int, change func(u *cp31.Ubicacion)) func(doc) {
	return of(func(v V) { change(&v.Ubicaciones[i]) })
}

func address(i int, change func(d *cp31.Domicilio)) func(doc) {
	return place(i, func(u *cp31.Ubicacion) { change(u.Domicilio) })
}

// residence gives the owner of the lorry an address in Mexico and changes it.
func residence(change func(d *cp31.Domicilio)) func(doc) {
	return figure(2, func(f *cp31.TiposFigura) {
		f.Domicilio = &cp31.Domicilio{Colonia: "0001", Localidad: "06", Municipio: "079", Estado: "OAX", Pais: "MEX", CodigoPostal: "70600"}
		change(f.Domicilio)
	})
}

func goods(i int, change func(m *cp31.Mercancia)) func(doc) {
	return of(func(v V) { change(&v.Mercancias.Mercancia[i]) })
}

func paper(i int, change func(d *cp31.DocumentacionAduanera)) func(doc) {
	return goods(i, func(m *cp31.Mercancia) { change(&m.DocumentacionAduanera[0]) })
}

func lorry(change func(a *cp31.Autotransporte)) func(doc) {
	return of(func(v V) { change(v.Mercancias.Autotransporte) })
}

func box(i int, change func(b *cp31.ContenedorMaritimo)) func(doc) {
	return of(func(v V) { change(&v.Mercancias.TransporteMaritimo.Contenedor[i]) })
}

func plane(change func(a *cp31.TransporteAereo)) func(doc) {
	return of(func(v V) { change(v.Mercancias.TransporteAereo) })
}

func figure(i int, change func(f *cp31.TiposFigura)) func(doc) {
	return of(func(v V) { change(&v.FiguraTransporte[i]) })
}

func envelopeCases() []ruleCase {
	return []ruleCase{
		{"CP101", "Version", local, func(c doc) { c.Version = "3.3" }, nil},
		{"CP102", "SubTotal", local, func(c doc) { c.SubTotal = num("1") }, nil},
		{"CP103", "Moneda", local, func(c doc) { c.Moneda = "MXN" }, nil},
		{"CP104", "Moneda", reparto, func(c doc) { c.Moneda = "XXX" }, nil},
		{"CP105", "Total", local, func(c doc) { c.Total = num("1") }, nil},
		{"CP106", "Conceptos[0].ObjetoImp", reparto, func(c doc) { c.Conceptos[0].ObjetoImp = "09" }, nil},
		{"CP106", "Conceptos[0].Impuestos", reparto, func(c doc) { c.Conceptos[0].Impuestos = nil }, nil},
		{"CP107", "Receptor.Rfc", local, func(c doc) { c.Receptor.Rfc = urr }, nil},
		{"CP109", "Conceptos[0].ClaveProdServ", reparto, func(c doc) { c.Conceptos[0].ClaveProdServ = "80101500" }, nil},
		{"CP110", "Conceptos[0].ClaveProdServ", reparto, func(c doc) { c.Conceptos[0].ClaveProdServ = "78101900" }, nil},
		{"CP111", "Receptor.UsoCFDI", local, func(c doc) { c.Receptor.UsoCFDI = "G03" }, nil},
		{"CP113", "Complementos[1]", local, func(c doc) {
			c.Complementos = append(c.Complementos, &cfdi.Unknown{Space: "http://www.sat.gob.mx/nomina12", Prefix: "nomina12", Local: "Nomina"})
		}, nil},
		{"CP114", "TipoDeComprobante", local, func(c doc) { c.TipoDeComprobante = "E" }, nil},
		{"CP115", ".Version", local, of(func(v V) { v.Version = "3.0" }), nil},
		{"CP116", ".RegimenesAduaneros", exportacion, of(func(v V) { v.RegimenesAduaneros = nil }), nil},
		{"CP116", ".RegimenesAduaneros", local, of(func(v V) { v.RegimenesAduaneros = []cp31.RegimenAduaneroCCP{{RegimenAduanero: "IMD"}} }), nil},
		{"CP117", ".RegimenesAduaneros[0].RegimenAduanero", importacion, of(func(v V) { v.RegimenesAduaneros[0].RegimenAduanero = "XXX" }), nil},
		{"CP118", ".RegimenesAduaneros[1].RegimenAduanero", importacion, of(func(v V) { v.RegimenesAduaneros[1].RegimenAduanero = "EXD" }), nil},
		{"CP119", ".EntradaSalidaMerc", exportacion, of(func(v V) { v.EntradaSalidaMerc = "" }), nil},
		{"CP120", ".EntradaSalidaMerc", local, of(func(v V) { v.EntradaSalidaMerc = "Salida" }), nil},
		{"CP121", ".PaisOrigenDestino", exportacion, of(func(v V) { v.PaisOrigenDestino = "" }), nil},
		{"CP121", ".PaisOrigenDestino", exportacion, of(func(v V) { v.PaisOrigenDestino = "XXX" }), nil},
		{"CP122", ".PaisOrigenDestino", local, of(func(v V) { v.PaisOrigenDestino = "USA" }), nil},
		{"CP123", ".ViaEntradaSalida", exportacion, of(func(v V) { v.ViaEntradaSalida = "" }), nil},
		{"CP123", ".ViaEntradaSalida", exportacion, of(func(v V) { v.ViaEntradaSalida = "05" }), nil},
		{"CP124", ".ViaEntradaSalida", local, of(func(v V) { v.ViaEntradaSalida = "01" }), nil},
		{"CP125", ".TotalDistRec", local, of(func(v V) { v.TotalDistRec = none }), nil},
		{"CP125", ".TotalDistRec", mar, of(func(v V) { v.TotalDistRec = num("1") }), nil},
		{"CP126", ".TotalDistRec", local, of(func(v V) { v.TotalDistRec = num("95.5") }), nil},
		{"CP127", ".UbicacionPoloOrigen", reparto, of(func(v V) { v.UbicacionPoloOrigen = "" }), nil},
		{"CP127", ".UbicacionPoloDestino", local, of(func(v V) { v.UbicacionPoloDestino = "01" }), nil},
		{"CP169", ".RegimenesAduaneros[0].RegimenAduanero", exportacion, of(func(v V) { v.RegimenesAduaneros[0].RegimenAduanero = "IMD" }), nil},
	}
}

func placeCases() []ruleCase {
	return []ruleCase{
		{"CP128", ".Ubicaciones", tren, again(func(v V) { v.Ubicaciones[0].TipoUbicacion, v.Ubicaciones[0].DistanciaRecorrida = "Destino", num("1") }), nil},
		{"CP129", ".Ubicaciones", tren, again(func(v V) { v.Ubicaciones = slices.Delete(v.Ubicaciones, 1, 2) }), nil},
		{"CP130", ".Ubicaciones", mar, of(func(v V) { v.Ubicaciones = v.Ubicaciones[:1] }), nil},
		{"CP130", ".Ubicaciones", aire, of(func(v V) { v.Ubicaciones = v.Ubicaciones[1:] }), nil},
		{"CP131", ".Ubicaciones[4].IDUbicacion", reparto, again(func(v V) {
			v.Ubicaciones = append(v.Ubicaciones, v.Ubicaciones[3])
			v.Ubicaciones[4].IDUbicacion = ""
		}), nil},
		{"CP132", ".Ubicaciones[0].RFCRemitenteDestinatario", local, place(0, func(u *cp31.Ubicacion) { u.RFCRemitenteDestinatario = "EKU" }), nil},
		{"CP133", ".Ubicaciones[0].NumRegIdTrib", importacion, place(0, func(u *cp31.Ubicacion) { u.NumRegIdTrib, u.ResidenciaFiscal = "", "" }), nil},
		{"CP133", ".Ubicaciones[0].NumRegIdTrib", local, place(0, func(u *cp31.Ubicacion) { u.NumRegIdTrib, u.ResidenciaFiscal = "123456", "USA" }), nil},
		{"CP134", ".Ubicaciones[0].ResidenciaFiscal", importacion, place(0, func(u *cp31.Ubicacion) { u.ResidenciaFiscal = "" }), nil},
		{"CP134", ".Ubicaciones[0].ResidenciaFiscal", importacion, place(0, func(u *cp31.Ubicacion) { u.ResidenciaFiscal = "MEX" }), nil},
		{"CP134", ".Ubicaciones[0].ResidenciaFiscal", importacion, place(0, func(u *cp31.Ubicacion) { u.ResidenciaFiscal = "XXX" }), nil},
		{"CP134", ".Ubicaciones[1].ResidenciaFiscal", local, place(1, func(u *cp31.Ubicacion) { u.ResidenciaFiscal = "USA" }), nil},
		{"CP135", ".Ubicaciones[0].NumEstacion", local, place(0, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "PM001", "Rosarito" }), nil},
		{"CP136", ".Ubicaciones[0].NumEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "", "" }), nil},
		{"CP136", ".Ubicaciones[0].NumEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.NumEstacion = "EA0500" }), nil},
		{"CP136", ".Ubicaciones[0].NumEstacion", aire, place(0, func(u *cp31.Ubicacion) { u.NumEstacion = "EA05" }), nil},
		{"CP136", ".Ubicaciones[0].NumEstacion", tren, place(0, func(u *cp31.Ubicacion) { u.NumEstacion = "PM001" }), nil},
		{"CP137", ".Ubicaciones[0].NombreEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.NombreEstacion = "" }), nil},
		{"CP137", ".Ubicaciones[0].NombreEstacion", local, place(0, func(u *cp31.Ubicacion) { u.NombreEstacion = "Rosarito" }), nil},
		{"CP138", ".Ubicaciones[1].NombreEstacion", aire, place(1, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "EA2346", "Extranjera" }), nil},
		{"CP138", ".Ubicaciones[1].NombreEstacion", aire, place(1, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "EA0100", "Extranjera" }), nil},
		{"CP139", ".Ubicaciones[0].NavegacionTrafico", mar, place(0, func(u *cp31.Ubicacion) { u.NavegacionTrafico = "" }), nil},
		{"CP139", ".Ubicaciones[0].NavegacionTrafico", aire, place(0, func(u *cp31.Ubicacion) { u.NavegacionTrafico = "Altura" }), nil},
		{"CP140", ".Ubicaciones[0].TipoEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.TipoEstacion = "" }), nil},
		{"CP140", ".Ubicaciones[0].TipoEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.TipoEstacion = "04" }), nil},
		{"CP140", ".Ubicaciones[1].TipoEstacion", aire, place(1, func(u *cp31.Ubicacion) { u.TipoEstacion = "03" }), nil},
		{"CP140", ".Ubicaciones[1].TipoEstacion", local, place(1, func(u *cp31.Ubicacion) { u.TipoEstacion = "03" }), nil},
		{"CP141", ".Ubicaciones[1].DistanciaRecorrida", reparto, again(func(v V) { v.Ubicaciones[1].DistanciaRecorrida = none }), nil},
		{"CP141", ".Ubicaciones[0].DistanciaRecorrida", local, place(0, func(u *cp31.Ubicacion) { u.DistanciaRecorrida = num("1") }), nil},
		{"CP142", ".Ubicaciones[0].Domicilio", local, place(0, func(u *cp31.Ubicacion) { u.Domicilio = nil }), nil},
		{"CP142", ".Ubicaciones[1].Domicilio", tren, place(1, func(u *cp31.Ubicacion) {
			u.Domicilio = &cp31.Domicilio{Estado: "CMX", Pais: "MEX", CodigoPostal: "06600"}
		}), nil},
		{"CP143", ".Ubicaciones[3].Domicilio.Colonia", reparto, address(3, func(d *cp31.Domicilio) { d.Colonia = "Centro" }), nil},
		{"CP144", ".Ubicaciones[3].Domicilio.Localidad", reparto, address(3, func(d *cp31.Domicilio) { d.Localidad = "6" }), nil},
		{"CP145", ".Ubicaciones[3].Domicilio.Municipio", reparto, address(3, func(d *cp31.Domicilio) { d.Municipio = "79" }), nil},
		{"CP146", ".Ubicaciones[3].Domicilio.Estado", reparto, address(3, func(d *cp31.Domicilio) { d.Estado = "OAXACA" }), nil},
		{"CP146", ".Ubicaciones[0].Domicilio.Estado", importacion, address(0, func(d *cp31.Domicilio) { d.Estado = "TEX" }), nil},
		{"CP146", ".Ubicaciones[1].Domicilio.Estado", exportacion, address(1, func(d *cp31.Domicilio) { d.Estado = "TX" }), nil},
		{"CP147", ".Ubicaciones[0].Domicilio.CodigoPostal", local, address(0, func(d *cp31.Domicilio) { d.CodigoPostal = "00000" }), nil},
		{"CP147", ".Ubicaciones[0].Domicilio.CodigoPostal", local, address(0, func(d *cp31.Domicilio) { d.CodigoPostal = "06600" }), nil},
		{"CP200", ".FiguraTransporte[2].Domicilio.Colonia", reparto, residence(func(d *cp31.Domicilio) { d.Colonia = "1" }), nil},
		{"CP201", ".FiguraTransporte[2].Domicilio.Localidad", reparto, residence(func(d *cp31.Domicilio) { d.Localidad = "001" }), nil},
		{"CP202", ".FiguraTransporte[2].Domicilio.Municipio", reparto, residence(func(d *cp31.Domicilio) { d.Municipio = "Salina Cruz" }), nil},
		{"CP203", ".FiguraTransporte[2].Domicilio.Estado", reparto, residence(func(d *cp31.Domicilio) { d.Estado = "DIF" }), nil},
		{"CP204", ".FiguraTransporte[2].Domicilio.CodigoPostal", reparto, residence(func(d *cp31.Domicilio) { d.CodigoPostal = "06600" }), nil},
	}
}

// toxic are goods with the name of who imports them.
func toxic(m *cp31.Mercancia) {
	m.SectorCOFEPRIS, m.NomQuimico, m.NumCAS, m.RazonSocialEmpImp = "04", "Cianuro", "57-12-5", "Importadora"
}

func goodsCases() []ruleCase {
	const m = ".Mercancias.Mercancia"
	return []ruleCase{
		{"CP148", ".Mercancias", local, again(func(v V) { v.Mercancias.Autotransporte, v.Ubicaciones[1].DistanciaRecorrida = nil, none }), nil},
		{"CP148", m, local, of(func(v V) { v.Mercancias.Mercancia = nil }), []string{"CP149 .Mercancias.PesoBrutoTotal", "CP154 .Mercancias.NumTotalMercancias"}},
		{"CP149", ".Mercancias.PesoBrutoTotal", local, of(func(v V) { v.Mercancias.PesoBrutoTotal = num("1200.501") }), nil},
		{"CP150", ".Mercancias.PesoBrutoTotal", mar, of(func(v V) { v.Mercancias.PesoBrutoTotal = num("1") }), nil},
		{"CP151", ".Mercancias.PesoNetoTotal", mar, of(func(v V) { v.Mercancias.PesoNetoTotal = num("1") }), nil},
		{"CP151", ".Mercancias.PesoNetoTotal", mar, of(func(v V) { v.Mercancias.PesoNetoTotal = none }), nil},
		{"CP152", ".Mercancias.PesoNetoTotal", tren, of(func(v V) { v.Mercancias.PesoNetoTotal = num("1") }), nil},
		{"CP153", ".Mercancias.LogisticaInversaRecoleccionDevolucion", mar, of(func(v V) { v.Mercancias.LogisticaInversaRecoleccionDevolucion = "Sí" }), nil},
		{"CP154", ".Mercancias.NumTotalMercancias", local, of(func(v V) { v.Mercancias.NumTotalMercancias = num("2") }), nil},
		{"CP155", m + "[0].MaterialPeligroso", reparto, of(func(v V) {
			x, s := &v.Mercancias.Mercancia[0], &v.Mercancias.Autotransporte.Seguros
			x.MaterialPeligroso, x.CveMaterialPeligroso, x.Embalaje, s.AseguraMedAmbiente, s.PolizaMedAmbiente = "", "", "", "", ""
		}), nil},
		{"CP155", m + "[0].MaterialPeligroso", local, goods(0, func(m *cp31.Mercancia) { m.BienesTransp, m.MaterialPeligroso = "43211503", "No" }), nil},
		{"CP156", m + "[0].CveMaterialPeligroso", reparto, goods(0, func(m *cp31.Mercancia) { m.CveMaterialPeligroso, m.Embalaje = "", "" }), nil},
		{"CP156", m + "[0].CveMaterialPeligroso", reparto, goods(0, func(m *cp31.Mercancia) { m.CveMaterialPeligroso = "12A3" }), nil},
		{"CP156", m + "[0].CveMaterialPeligroso", local, goods(0, func(m *cp31.Mercancia) { m.CveMaterialPeligroso, m.Embalaje = "1203", "Z01" }), nil},
		{"CP157", m + "[0].Embalaje", reparto, goods(0, func(m *cp31.Mercancia) { m.Embalaje = "" }), nil},
		{"CP157", m + "[0].Embalaje", reparto, goods(0, func(m *cp31.Mercancia) { m.Embalaje = "4Z" }), nil},
		{"CP157", m + "[0].Embalaje", local, goods(0, func(m *cp31.Mercancia) { m.Embalaje = "Z01" }), nil},
		{"CP158", m + "[0].SectorCOFEPRIS", local, goods(0, func(m *cp31.Mercancia) { m.SectorCOFEPRIS = "06" }), nil},
		{"CP159", m + "[0].Fabricante", importacion, goods(0, func(m *cp31.Mercancia) { m.Fabricante = "" }), nil},
		{"CP160", m + "[1].NomQuimico", importacion, goods(1, func(m *cp31.Mercancia) { m.NomQuimico = "" }), nil},
		{"CP161", m + "[2].LoteMedicamento", importacion, goods(2, func(m *cp31.Mercancia) { m.LoteMedicamento = "" }), nil},
		{"CP162", m + "[3].NumCAS", importacion, goods(3, func(m *cp31.Mercancia) { m.NumCAS = "" }), nil},
		{"CP163", m + "[4].UsoAutorizado", importacion, goods(4, func(m *cp31.Mercancia) { m.UsoAutorizado = "" }), nil},
		{"CP162", m + "[4].NumCAS", importacion, goods(4, func(m *cp31.Mercancia) { m.NumCAS = "57-12-5" }), nil},
		{"CP159", m + "[0].Fabricante", local, goods(0, func(m *cp31.Mercancia) { m.Fabricante = "Labs" }), nil},
		{"CP164", m + "[0].PermisoImportacion", importacion, goods(0, func(m *cp31.Mercancia) { m.PermisoImportacion = "" }), nil},
		{"CP164", m + "[3].PermisoImportacion", importacion, goods(3, func(m *cp31.Mercancia) { m.PermisoImportacion = "P1" }), nil},
		{"CP165", m + "[4].FolioImpoVUCEM", importacion, goods(4, func(m *cp31.Mercancia) { m.FolioImpoVUCEM = "" }), nil},
		{"CP165", m + "[2].FolioImpoVUCEM", importacion, goods(2, func(m *cp31.Mercancia) { m.FolioImpoVUCEM = "V1" }), nil},
		{"CP166", m + "[3].RazonSocialEmpImp", importacion, goods(3, func(m *cp31.Mercancia) { m.RazonSocialEmpImp = "" }), nil},
		{"CP166", m + "[0].RazonSocialEmpImp", local, goods(0, func(m *cp31.Mercancia) { m.RazonSocialEmpImp = "x" }), nil},
		{"CP166", m + "[0].RazonSocialEmpImp", exportacion, goods(0, toxic), nil},
		{"CP166", m + "[0].RazonSocialEmpImp", local, goods(0, toxic), nil},
		{"CP167", m + "[0].ValorMercancia", aire, goods(0, func(m *cp31.Mercancia) { m.ValorMercancia, m.Moneda = none, "" }), nil},
		{"CP168", m + "[0].Moneda", aire, goods(0, func(m *cp31.Mercancia) { m.Moneda = "" }), nil},
		{"CP168", m + "[0].Moneda", local, goods(0, func(m *cp31.Mercancia) { m.Moneda = "MXN" }), nil},
		{"CP170", m + "[0].TipoMateria", exportacion, goods(0, func(m *cp31.Mercancia) { m.TipoMateria = "" }), nil},
		{"CP170", m + "[0].TipoMateria", exportacion, goods(0, func(m *cp31.Mercancia) { m.TipoMateria = "06" }), nil},
		{"CP170", m + "[0].TipoMateria", local, goods(0, func(m *cp31.Mercancia) { m.TipoMateria = "01" }), nil},
		{"CP171", m + "[4].DescripcionMateria", importacion, goods(4, func(m *cp31.Mercancia) { m.DescripcionMateria = "" }), nil},
		{"CP171", m + "[0].DescripcionMateria", importacion, goods(0, func(m *cp31.Mercancia) { m.DescripcionMateria = "x" }), nil},
		{"CP172", m + "[0].DocumentacionAduanera", importacion, goods(0, func(m *cp31.Mercancia) { m.DocumentacionAduanera = nil }), nil},
		{"CP172", m + "[0].DocumentacionAduanera", local, goods(0, func(m *cp31.Mercancia) {
			m.DocumentacionAduanera = []cp31.DocumentacionAduanera{{TipoDocumento: "20", IdentDocAduanero: "X"}}
		}), nil},
		{"CP173", m + "[0].DocumentacionAduanera[0].TipoDocumento", exportacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.TipoDocumento, d.IdentDocAduanero = "01", "" }), nil},
		{"CP174", m + "[0].DocumentacionAduanera[0].NumPedimento", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.NumPedimento, d.RFCImpo = "", "" }), nil},
		{"CP174", m + "[0].DocumentacionAduanera[0].NumPedimento", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.NumPedimento = "26 24 3807 6000123" }), nil},
		{"CP174", m + "[0].DocumentacionAduanera[0].NumPedimento", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.NumPedimento = "27  24  3807  6000123" }), nil},
		{"CP174", m + "[0].DocumentacionAduanera[0].NumPedimento", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.NumPedimento = "10  99  3807  0000123" }), nil},
		{"CP174", m + "[0].DocumentacionAduanera[0].NumPedimento", exportacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.NumPedimento, d.RFCImpo = "26  24  3807  6000123", kemper }), nil},
		{"CP175", m + "[0].DocumentacionAduanera[0].IdentDocAduanero", exportacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.IdentDocAduanero = "" }), nil},
		{"CP175", m + "[0].DocumentacionAduanera[0].IdentDocAduanero", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.IdentDocAduanero = "X" }), nil},
		{"CP176", m + "[0].DocumentacionAduanera[0].RFCImpo", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.RFCImpo = "" }), nil},
		{"CP176", m + "[0].DocumentacionAduanera[0].RFCImpo", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.RFCImpo = "EKU" }), nil},
		{"CP176", m + "[0].DocumentacionAduanera[0].RFCImpo", exportacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.RFCImpo = kemper }), nil},
		{"CP177", m + "[0].GuiasIdentificacion", local, func(c doc) { c.Conceptos[0].ClaveProdServ = "24112700" }, nil},
		{"CP178", m + "[0].CantidadTransporta[0].IDOrigen", reparto, goods(0, func(m *cp31.Mercancia) { m.CantidadTransporta[0].IDOrigen = "OR000009" }), nil},
		{"CP178", m + "[0].CantidadTransporta[0].IDOrigen", reparto, of(func(v V) {
			v.Ubicaciones[1].IDUbicacion, v.Mercancias.Mercancia[0].CantidadTransporta[0].IDOrigen = "OR000005", "OR000005"
		}), []string{"CP179 " + m + "[0].CantidadTransporta[0].IDDestino"}},
		{"CP179", m + "[0].CantidadTransporta[0].IDDestino", reparto, goods(0, func(m *cp31.Mercancia) { m.CantidadTransporta[0].IDDestino = "DE000009" }), nil},
		{"CP180", m + "[0].CantidadTransporta[0].CvesTransporte", reparto, goods(0, func(m *cp31.Mercancia) { m.CantidadTransporta[0].CvesTransporte = "01" }), nil},
		{"CP180", m + "[0].CantidadTransporta[0].CvesTransporte", mixto, goods(0, func(m *cp31.Mercancia) { m.CantidadTransporta[0].CvesTransporte = "" }), nil},
		{"CP180", m + "[0].CantidadTransporta[0].CvesTransporte", mixto, goods(0, func(m *cp31.Mercancia) { m.CantidadTransporta[0].CvesTransporte = "05" }), nil},
		{"CP181", m + "[1].DetalleMercancia", mar, again(func(v V) { v.Mercancias.Mercancia = append(v.Mercancias.Mercancia, cajas()) }), nil},
		{"CP181", m + "[0].DetalleMercancia", local, goods(0, func(m *cp31.Mercancia) { m.DetalleMercancia = shipped().DetalleMercancia }), nil},
	}
}

func transportCases() []ruleCase {
	const (
		a = ".Mercancias.Autotransporte."
		s = ".Mercancias.TransporteMaritimo."
		f = ".FiguraTransporte"
	)
	return []ruleCase{
		{"CP182", a + "Seguros.AseguraMedAmbiente", reparto, lorry(func(a *cp31.Autotransporte) { a.Seguros.AseguraMedAmbiente, a.Seguros.PolizaMedAmbiente = "", "" }), nil},
		{"CP182", a + "Seguros.AseguraMedAmbiente", local, lorry(func(a *cp31.Autotransporte) {
			a.Seguros.AseguraMedAmbiente, a.Seguros.PolizaMedAmbiente = "Seguros", "MA-1"
		}), nil},
		{"CP183", a + "Seguros.PolizaMedAmbiente", reparto, lorry(func(a *cp31.Autotransporte) { a.Seguros.PolizaMedAmbiente = "" }), nil},
		{"CP183", a + "Seguros.PolizaMedAmbiente", local, lorry(func(a *cp31.Autotransporte) { a.Seguros.PolizaMedAmbiente = "MA-1" }), nil},
		{"CP184", a + "Remolques", reparto, lorry(func(a *cp31.Autotransporte) { a.Remolques = nil }), nil},
		{"CP184", a + "Remolques", local, lorry(func(a *cp31.Autotransporte) { a.Remolques = []cp31.Remolque{{SubTipoRem: "CTR001", Placa: "ABC12"}} }), nil},
		{"CP185", s + "PermisoTempNavegacion", mar, of(func(v V) { v.Mercancias.TransporteMaritimo.NacionalidadEmbarc = "PAN" }), nil},
		{"CP185", s + "PermisoTempNavegacion", mar, of(func(v V) { v.Mercancias.TransporteMaritimo.PermisoTempNavegacion = "P-1" }), nil},
		{"CP186", s + "Contenedor[0].NumPrecinto", mar, box(0, func(b *cp31.ContenedorMaritimo) { b.NumPrecinto = "" }), nil},
		{"CP186", s + "Contenedor[0].PlacaVMCCP", mar, box(0, func(b *cp31.ContenedorMaritimo) { b.PlacaVMCCP = "12AB3C" }), nil},
		{"CP186", s + "Contenedor[1].MatriculaContenedor", mar, box(1, func(b *cp31.ContenedorMaritimo) { b.MatriculaContenedor = "MSCU1234567" }), nil},
		{"CP186", s + "Contenedor[1].IdCCPRelacionado", mar, box(1, func(b *cp31.ContenedorMaritimo) { b.IdCCPRelacionado = "" }), nil},
		{"CP187", s + "Contenedor[0].RemolquesCCP", mar, box(0, func(b *cp31.ContenedorMaritimo) {
			b.RemolquesCCP = []cp31.RemolqueCCP{{SubTipoRemCCP: "CTR007", PlacaCCP: "97ZY7X"}}
		}), nil},
		{"CP188", ".Mercancias.TransporteAereo.RFCEmbarcador", aire, plane(func(a *cp31.TransporteAereo) { a.NumRegIdTribEmbarc, a.ResidenciaFiscalEmbarc = "123456", "USA" }), nil},
		{"CP188", ".Mercancias.TransporteAereo.RFCEmbarcador", aire, plane(func(a *cp31.TransporteAereo) { a.RFCEmbarcador = "EKU" }), nil},
		{"CP189", ".Mercancias.TransporteAereo.NumRegIdTribEmbarc", aire, plane(func(a *cp31.TransporteAereo) { a.RFCEmbarcador = "" }), nil},
		{"CP190", ".Mercancias.TransporteAereo.ResidenciaFiscalEmbarc", aire, plane(func(a *cp31.TransporteAereo) { a.RFCEmbarcador, a.NumRegIdTribEmbarc = "", "123456" }), nil},
		{"CP190", ".Mercancias.TransporteAereo.ResidenciaFiscalEmbarc", aire, plane(func(a *cp31.TransporteAereo) {
			a.RFCEmbarcador, a.NumRegIdTribEmbarc, a.ResidenciaFiscalEmbarc = "", "123456", "MEX"
		}), nil},
		{"CP191", ".Mercancias.TransporteFerroviario.Carro[0].ToneladasNetasCarro", tren, of(func(v V) {
			v.Mercancias.TransporteFerroviario.Carro[0].ToneladasNetasCarro, v.Mercancias.PesoNetoTotal = num("1.2"), num("1.2")
		}), nil},
		{"CP192", ".Mercancias.TransporteFerroviario.Carro[0].Contenedor", tren, of(func(v V) { v.Mercancias.TransporteFerroviario.Carro[0].Contenedor = nil }), nil},
		{"CP192", ".Mercancias.TransporteFerroviario.Carro[0].Contenedor", tren, of(func(v V) { v.Mercancias.TransporteFerroviario.TipoDeServicio = "TS03" }), nil},
		{"CP193", f, local, of(func(v V) { v.FiguraTransporte = nil }), nil},
		{"CP194", f, local, figure(0, func(f *cp31.TiposFigura) { f.TipoFigura, f.NumLicencia = "04", "" }), nil},
		{"CP195", f + "[0].RFCFigura", local, figure(0, func(f *cp31.TiposFigura) { f.NumRegIdTribFigura, f.ResidenciaFiscalFigura = "123456", "USA" }), nil},
		{"CP195", f + "[0].RFCFigura", local, figure(0, func(f *cp31.TiposFigura) { f.RFCFigura = "CACX" }), nil},
		{"CP196", f + "[0].NumLicencia", local, figure(0, func(f *cp31.TiposFigura) { f.NumLicencia = "" }), nil},
		{"CP196", f + "[0].NumLicencia", local, figure(0, func(f *cp31.TiposFigura) { f.NumLicencia = "12345" }), nil},
		{"CP196", f + "[0].NumLicencia", local, figure(0, func(f *cp31.TiposFigura) { f.NumLicencia = "12345678901234567" }), nil},
		{"CP196", f + "[3].NumLicencia", reparto, figure(3, func(f *cp31.TiposFigura) { f.NumLicencia = "LFD01234567" }), nil},
		{"CP197", f + "[0].NumRegIdTribFigura", local, figure(0, func(f *cp31.TiposFigura) { f.RFCFigura = "" }), nil},
		{"CP198", f + "[1].ResidenciaFiscalFigura", reparto, figure(1, func(f *cp31.TiposFigura) { f.ResidenciaFiscalFigura = "" }), nil},
		{"CP198", f + "[1].ResidenciaFiscalFigura", reparto, figure(1, func(f *cp31.TiposFigura) { f.ResidenciaFiscalFigura = "MEX" }), nil},
		{"CP199", f + "[2].PartesTransporte", reparto, figure(2, func(f *cp31.TiposFigura) { f.PartesTransporte = nil }), nil},
		{"CP199", f + "[3].PartesTransporte", reparto, figure(3, func(f *cp31.TiposFigura) { f.PartesTransporte = []cp31.PartesTransporte{{ParteTransporte: "PT01"}} }), nil},
		{"301", ".IdCCP", local, of(func(v V) { v.IdCCP = "" }), nil},
		{"301", a + "Seguros.AseguraRespCivil", local, lorry(func(a *cp31.Autotransporte) { a.Seguros.AseguraRespCivil = "" }), nil},
		{"301", ".Mercancias.TransporteFerroviario", tren, of(func(v V) { v.Mercancias.TransporteFerroviario.Carro = nil }), []string{"CP152 .Mercancias.PesoNetoTotal"}},
	}
}

// lexicalCases are values that the schema does not let through.
func lexicalCases() []ruleCase {
	bad := func(path string, from func() doc, change func(c doc)) ruleCase {
		return ruleCase{"CP999", path, from, change, nil}
	}
	const m, a = ".Mercancias.Mercancia[0].", ".Mercancias.Autotransporte."
	return []ruleCase{
		bad(".IdCCP", local, of(func(v V) { v.IdCCP = "ABC01020-0304-4506-8708-090A0B0C0D0E" })),
		bad(".TranspInternac", local, of(func(v V) { v.TranspInternac = "no" })),
		bad(".UbicacionPoloOrigen", reparto, of(func(v V) { v.UbicacionPoloOrigen = "07" })),
		bad(".RegimenesAduaneros", exportacion, of(func(v V) {
			for range 10 {
				v.RegimenesAduaneros = append(v.RegimenesAduaneros, v.RegimenesAduaneros[0])
			}
		})),
		bad(".Ubicaciones[0].IDUbicacion", local, place(0, func(u *cp31.Ubicacion) { u.IDUbicacion = "OR1" })),
		bad(".Ubicaciones[0].FechaHoraSalidaLlegada", local, place(0, func(u *cp31.Ubicacion) { u.FechaHoraSalidaLlegada = "2026-11-20" })),
		bad(".Ubicaciones[0].FechaHoraSalidaLlegada", local, place(0, func(u *cp31.Ubicacion) { u.FechaHoraSalidaLlegada = "2009-12-31T23:59:59" })),
		bad(".Ubicaciones[0].NombreRemitenteDestinatario", local, place(0, func(u *cp31.Ubicacion) { u.NombreRemitenteDestinatario = "a|b" })),
		bad(".Ubicaciones[0].NumRegIdTrib", importacion, place(0, func(u *cp31.Ubicacion) { u.NumRegIdTrib = "12345" })),
		bad(".Ubicaciones[0].Domicilio.Pais", local, address(0, func(d *cp31.Domicilio) { d.Pais = "MX" })),
		bad(".Ubicaciones[0].Domicilio.Calle", local, address(0, func(d *cp31.Domicilio) { d.Calle = strings.Repeat("x", 101) })),
		bad(".Ubicaciones[1].DistanciaRecorrida", local, again(func(v V) { v.Ubicaciones[1].DistanciaRecorrida = num("0.009") })).with("CP999 .TotalDistRec"),
		bad(".Mercancias.UnidadPeso", local, of(func(v V) { v.Mercancias.UnidadPeso = "kilos" })),
		bad(m+"BienesTransp", local, goods(0, func(m *cp31.Mercancia) { m.BienesTransp = "5020" })),
		bad(m+"PesoEnKg", local, again(func(v V) { v.Mercancias.Mercancia[0].PesoEnKg = num("0.000") })).with("CP999 .Mercancias.PesoBrutoTotal"),
		bad(m+"PesoEnKg", local, again(func(v V) { v.Mercancias.Mercancia[0].PesoEnKg = num("1.0005") })).with("CP999 .Mercancias.PesoBrutoTotal"),
		bad(m+"Dimensiones", local, goods(0, func(m *cp31.Mercancia) { m.Dimensiones = "30x40x30" })),
		bad(m+"FechaCaducidad", importacion, goods(0, func(m *cp31.Mercancia) { m.FechaCaducidad = "2028-02-30" })),
		bad(m+"FormaFarmaceutica", importacion, goods(0, func(m *cp31.Mercancia) { m.FormaFarmaceutica = "21" })),
		bad(m+"Moneda", aire, goods(0, func(m *cp31.Mercancia) { m.Moneda = "PESOS" })),
		bad(m+"UUIDComercioExt", exportacion, goods(0, func(m *cp31.Mercancia) { m.UUIDComercioExt = "1" })),
		bad(m+"DocumentacionAduanera[0].TipoDocumento", exportacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.TipoDocumento = "21" })),
		bad(m+"DetalleMercancia.UnidadPesoMerc", mar, goods(0, func(m *cp31.Mercancia) { m.DetalleMercancia.UnidadPesoMerc = "kilos" })),
		bad(".Mercancias.NumTotalMercancias", local, of(func(v V) { v.Mercancias.NumTotalMercancias = num("1.0") })),
		bad(m+"DetalleMercancia.NumPiezas", mar, goods(0, func(m *cp31.Mercancia) { m.DetalleMercancia.NumPiezas = num("1.5") })),
		bad(".Mercancias.Mercancia[2].GuiasIdentificacion[0].NumeroGuiaIdentificacion", reparto, goods(2, func(m *cp31.Mercancia) { m.GuiasIdentificacion[0].NumeroGuiaIdentificacion = "G1" })),
		bad(a+"PermSCT", local, lorry(func(a *cp31.Autotransporte) { a.PermSCT = "TPAF21" })),
		bad(a+"IdentificacionVehicular.ConfigVehicular", local, lorry(func(a *cp31.Autotransporte) { a.IdentificacionVehicular.ConfigVehicular = "C4" })),
		bad(a+"IdentificacionVehicular.PlacaVM", local, lorry(func(a *cp31.Autotransporte) { a.IdentificacionVehicular.PlacaVM = "12-AB-3C" })),
		bad(a+"IdentificacionVehicular.AnioModeloVM", local, lorry(func(a *cp31.Autotransporte) { a.IdentificacionVehicular.AnioModeloVM = "1899" })),
		bad(a+"Remolques[0].SubTipoRem", reparto, lorry(func(a *cp31.Autotransporte) { a.Remolques[0].SubTipoRem = "CTR030" })),
		bad(a+"Remolques", reparto, lorry(func(a *cp31.Autotransporte) { a.Remolques = append(a.Remolques, a.Remolques[0]) })),
		bad(a+"Seguros.PolizaRespCivil", local, lorry(func(a *cp31.Autotransporte) { a.Seguros.PolizaRespCivil = "RC" })),
		bad(".Mercancias.TransporteMaritimo.NumeroOMI", mar, of(func(v V) { v.Mercancias.TransporteMaritimo.NumeroOMI = "1234567" })),
		bad(".Mercancias.TransporteMaritimo.NumPermisoSCT", mar, of(func(v V) { v.Mercancias.TransporteMaritimo.NumPermisoSCT = strings.Repeat("1", 31) })),
		bad(".Mercancias.TransporteMaritimo.Contenedor[0].TipoContenedor", mar, box(0, func(b *cp31.ContenedorMaritimo) { b.TipoContenedor = "TC01" })),
		bad(".Mercancias.TransporteMaritimo.Contenedor[1].RemolquesCCP", mar, box(1, func(b *cp31.ContenedorMaritimo) {
			b.RemolquesCCP = slices.Repeat(b.RemolquesCCP, 3)
		})),
		bad(".Mercancias.TransporteAereo.CodigoTransportista", aire, plane(func(a *cp31.TransporteAereo) { a.CodigoTransportista = "CA174" })),
		bad(".Mercancias.TransporteAereo.CodigoTransportista", aire, plane(func(a *cp31.TransporteAereo) { a.CodigoTransportista = "CA000" })),
		bad(".Mercancias.TransporteAereo.NumeroGuia", aire, plane(func(a *cp31.TransporteAereo) { a.NumeroGuia = "12345678901" })),
		bad(".Mercancias.TransporteFerroviario.DerechosDePaso[0].TipoDerechoDePaso", tren, of(func(v V) { v.Mercancias.TransporteFerroviario.DerechosDePaso[0].TipoDerechoDePaso = "CDP120" })),
		bad(".Mercancias.TransporteFerroviario.Carro[0].Contenedor[0].TipoContenedor", tren, of(func(v V) { v.Mercancias.TransporteFerroviario.Carro[0].Contenedor[0].TipoContenedor = "CM001" })),
		bad(".FiguraTransporte[3].TipoFigura", reparto, figure(3, func(f *cp31.TiposFigura) { f.TipoFigura = "06" })),
		bad(".FiguraTransporte[2].PartesTransporte[0].ParteTransporte", reparto, figure(2, func(f *cp31.TiposFigura) { f.PartesTransporte[0].ParteTransporte = "PT13" })),
	}
}

func (k ruleCase) with(more ...string) ruleCase {
	k.more = more
	return k
}

func ruleCases() []ruleCase {
	return slices.Concat(envelopeCases(), placeCases(), goodsCases(), transportCases(), lexicalCases())
}

func absolute(path string) string {
	if strings.HasPrefix(path, ".") {
		return "Complementos[0]" + path
	}
	return path
}

func TestEachRuleFindsItsFault(t *testing.T) {
	for i, k := range ruleCases() {
		t.Run(fmt.Sprintf("%s-%d", k.code, i), func(t *testing.T) {
			c := k.from()
			k.change(c)
			v := cp31.De(c)
			cfditest.Place(t, cp31.Rules(), "CartaPorte", k.code, absolute(k.path))
			want := []string{k.code + " " + absolute(k.path)}
			for _, more := range k.more {
				code, path, _ := strings.Cut(more, " ")
				want = append(want, code+" "+absolute(path))
			}
			got := found(c, v)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			for _, f := range v.Validate(c, cat, time.Time{}) {
				if !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
					t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
				}
			}
		})
	}
}

// TestBesideTheFault: what looks like a fault and is none.
func TestBesideTheFault(t *testing.T) {
	for _, k := range []struct {
		what   string
		from   func() doc
		change func(doc)
	}{
		{"the other lines of a freight invoice may be anything", reparto, func(c doc) { c.Conceptos[1].ClaveProdServ = "78181507" }},
		{"local taxes may stand beside it", reparto, func(c doc) {
			c.Complementos = append(c.Complementos, &cfdi.Unknown{Space: "http://www.sat.gob.mx/implocal", Prefix: "implocal", Local: "ImpuestosLocales"})
		}},
		{"so may foreign trade of any version", exportacion, func(c doc) {
			c.Complementos = append(c.Complementos, &cfdi.Unknown{Space: "http://www.sat.gob.mx/ComercioExterior20", Prefix: "cce20", Local: "ComercioExterior"})
		}},
		{"a regime of both ways goes out too", exportacion, of(func(v V) { v.RegimenesAduaneros[0].RegimenAduanero = "TRA" })},
		{"a pedimento may be older than ten years", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.NumPedimento = "10  24  3807  0000123" })},
		{"what leaves may go without papers", exportacion, goods(0, func(m *cp31.Mercancia) { m.DocumentacionAduanera = nil })},
		{"an airport abroad may be written by its own name", aire, place(1, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "EA2346", "Heathrow" })},
		{"a light lorry may have a trailer", local, lorry(func(a *cp31.Autotransporte) {
			a.IdentificacionVehicular.ConfigVehicular, a.Remolques = "VL", []cp31.Remolque{{SubTipoRem: "CTR001", Placa: "ABC12"}}
		})},
		{"and may have none", local, lorry(func(a *cp31.Autotransporte) { a.IdentificacionVehicular.ConfigVehicular = "VL" })},
		{"what may be dangerous is the PAC's to judge", local, goods(0, func(m *cp31.Mercancia) { m.BienesTransp, m.MaterialPeligroso = "11121900", "No" })},
		{"goods may be worth nothing", reparto, goods(2, func(m *cp31.Mercancia) { m.ValorMercancia = num("0.00") })},
		{"a licence of sixteen", local, figure(0, func(f *cp31.TiposFigura) { f.NumLicencia = "1234567890123456" })},
		{"a ship of Panama with its permit", mar, of(func(v V) {
			v.Mercancias.TransporteMaritimo.NacionalidadEmbarc, v.Mercancias.TransporteMaritimo.PermisoTempNavegacion = "PAN", "P-1"
		})},
		{"a train without containers", tren, again(func(v V) {
			f := v.Mercancias.TransporteFerroviario
			f.TipoDeServicio, f.Carro[0].Contenedor, f.Carro[0].ToneladasNetasCarro = "TS01", nil, num("1.2005").Round(3)
		})},
		{"pallets with a waybill", local, func(c doc) {
			c.Conceptos[0].ClaveProdServ = "24112700"
			cp31.De(c).Mercancias.Mercancia[0].GuiasIdentificacion = []cp31.GuiasIdentificacion{{NumeroGuiaIdentificacion: "GUIA000001", DescripGuiaIdentificacion: "x", PesoGuiaIdentificacion: num("1")}}
		}},
		{"pallets that are sold and not carried", mar, func(c doc) { c.Conceptos[1].ClaveProdServ = "24112700" }},
		{"one who abroad has no state of a list", importacion, address(0, func(d *cp31.Domicilio) { d.Pais, d.Estado = "DEU", "Bayern" })},
	} {
		c := k.from()
		k.change(c)
		if got := found(c, cp31.De(c)); len(got) > 0 {
			t.Errorf("%s: %v", k.what, got)
		}
	}
}

// TestSeveralModes: of a load that changes its transport the matrix asks in places what
// cannot be, and there it is a warning; what no other code contradicts is an error.
func TestSeveralModes(t *testing.T) {
	// rail is a ship and then a train, whose stations nothing forbids.
	rail := func() *cfdi.Comprobante {
		c := tren()
		v := cp31.De(c)
		v.Mercancias.Mercancia[0] = shipped()
		v.Mercancias.Mercancia[0].CantidadTransporta = mixtoCantidades()
		v.Mercancias.TransporteMaritimo = barco()
		for i := range v.Ubicaciones {
			v.Ubicaciones[i].NavegacionTrafico, v.Ubicaciones[i].IDUbicacion = "Cabotaje", "DE00000"+strconv.Itoa(i+1)
		}
		v.Ubicaciones[0].IDUbicacion = "OR000001"
		v.Ubicaciones[0].NumEstacion, v.Ubicaciones[0].NombreEstacion = "PM030", "Mulege"
		v.Totalize() // the tonnes of the train
		return c
	}
	const p = "Complementos[0]."
	for _, k := range []struct {
		what   string
		from   func() *cfdi.Comprobante
		change func(v V)
		want   []string
	}{
		{"a lorry and a ship", mixto, func(V) {}, []string{}},
		{"a station by road, asked for by sea", mixto, func(v V) {
			v.Ubicaciones[0].NumEstacion, v.Ubicaciones[0].NombreEstacion, v.Ubicaciones[0].TipoEstacion = "PM030", "Mulege", "01"
		}, []string{"CP135? " + p + "Ubicaciones[0].NumEstacion", "CP140? " + p + "Ubicaciones[0].TipoEstacion"}},
		{"no navigation where the lorry calls", mixto, func(v V) { v.Ubicaciones[1].NavegacionTrafico = "" }, []string{"CP139? " + p + "Ubicaciones[1].NavegacionTrafico"}},
		{"a net weight that nobody asks for", mixto, func(v V) { v.Mercancias.PesoNetoTotal = num("1") }, []string{"CP151 " + p + "Mercancias.PesoNetoTotal"}},
		{"a gross weight that nobody asks for", mixto, func(v V) { v.Mercancias.PesoBrutoTotal = num("1") }, []string{"CP149 " + p + "Mercancias.PesoBrutoTotal", "CP150 " + p + "Mercancias.PesoBrutoTotal"}},
		{"the gross weight of the ship", mixto, func(v V) {
			v.Mercancias.Mercancia[0].DetalleMercancia.PesoBruto, v.Mercancias.PesoBrutoTotal = num("1300.000"), num("1300.000")
		}, []string{"CP149? " + p + "Mercancias.PesoBrutoTotal"}},
		{"the gross weight of the lorry", mixto, func(v V) { v.Mercancias.Mercancia[0].DetalleMercancia.PesoBruto = num("1300.000") }, []string{"CP150? " + p + "Mercancias.PesoBrutoTotal"}},
		{"no net weight", mixto, func(v V) { v.Mercancias.PesoNetoTotal = none }, []string{"CP151 " + p + "Mercancias.PesoNetoTotal"}},
		{"the tonnes of the train", rail, func(V) {}, []string{"CP151? " + p + "Mercancias.PesoNetoTotal"}},
		{"the kilograms of the ship", rail, func(v V) { v.Mercancias.PesoNetoTotal = num("1100.500") }, []string{"CP152? " + p + "Mercancias.PesoNetoTotal"}},
		{"neither port nor station", rail, func(v V) {
			v.Ubicaciones[0].NumEstacion, v.Ubicaciones[0].NombreEstacion, v.Mercancias.PesoNetoTotal = "", "", num("1100.500")
		}, []string{"CP136 " + p + "Ubicaciones[0].NumEstacion", "CP152? " + p + "Mercancias.PesoNetoTotal"}},
		{"no kind of station", rail, func(v V) { v.Ubicaciones[0].TipoEstacion, v.Mercancias.PesoNetoTotal = "", num("1100.500") }, []string{"CP140 " + p + "Ubicaciones[0].TipoEstacion", "CP152? " + p + "Mercancias.PesoNetoTotal"}},
	} {
		c := k.from()
		k.change(cp31.De(c))
		got := []string{}
		for _, f := range cp31.De(c).Validate(c, cat, time.Time{}) {
			code := f.Code
			if !f.IsError() {
				code += "?"
			}
			got = append(got, code+" "+f.Path)
		}
		if diff := cmp.Diff(k.want, got); diff != "" {
			t.Errorf("%s\n%s", k.what, diff)
		}
	}
}

// TestEnvelopeWithTheCFDI: what is wrong with the CFDI itself is said under the code of
// the Carta Porte and under those of the CFDI, and nothing else is.
func TestEnvelopeWithTheCFDI(t *testing.T) {
	want := map[string]string{
		"CP101 Version":  "301 Version",
		"CP102 SubTotal": "CFDI40109 SubTotal",
		"CP104 Moneda": "CFDI40107 SubTotal, CFDI40202 Impuestos.TotalImpuestosRetenidos, CFDI40204 Impuestos.TotalImpuestosTrasladados, " +
			"CFDI40210 Impuestos.Retenciones[0].Importe, CFDI40214 Impuestos.Traslados[0].Base, CFDI40220 Impuestos.Traslados[0].Importe, AVISO07 Moneda",
		"CP105 Total":                  "CFDI40119 Total",
		"CP106 Conceptos[0].ObjetoImp": "CFDI40170 Conceptos[0].ObjetoImp",
		"CP106 Conceptos[0].Impuestos": "CFDI40171 Conceptos[0].ObjetoImp, CFDI40211 Impuestos.Retenciones[0].Importe, CFDI40221 Impuestos.Traslados[0]",
		"CP113 Complementos[1]":        "VERIFY01 Complementos",
		"CP114 TipoDeComprobante":      "CFDI40166 Conceptos[0].ValorUnitario, AVISO01 FormaPago, AVISO02 MetodoPago, AVISO07 Moneda",
	}
	for _, k := range envelopeCases() {
		if strings.HasPrefix(k.path, ".") {
			continue
		}
		c := k.from()
		k.change(c)
		var codes []string
		for _, f := range cfdi.Validate(c, cat, time.Time{}) {
			if !strings.HasPrefix(f.Code, "CP") {
				codes = append(codes, f.Code+" "+f.Path)
			}
		}
		if got := strings.Join(codes, ", "); got != want[k.code+" "+k.path] {
			t.Errorf("%s %s: %q", k.code, k.path, got)
		}
	}
}

// TestOneOfTheDocument: two of them, or one in a line, are no Carta Porte (CP112).
func TestOneOfTheDocument(t *testing.T) {
	c := local()
	second := *cp31.De(c)
	c.Complementos = append(c.Complementos, &second)
	if diff := cmp.Diff([]string{"CP112 Complementos[1]"}, found(c, &second)); diff != "" {
		t.Error(diff)
	}
	if got := found(c, cp31.De(c)); len(got) > 0 {
		t.Errorf("the first is right: %v", got)
	}
	c = local()
	v := cp31.De(c)
	c.Complementos, c.Conceptos[0].Complementos = nil, cfdi.Complementos{v}
	if diff := cmp.Diff([]string{"CP112 Conceptos[0].Complementos[0]"}, found(c, v)); diff != "" {
		t.Error(diff)
	}
}

// TestPlacesByTheirCatalogue: with the large catalogues imported, keys that are in none
// are wrong, and each must be of its state or postal code.
func TestPlacesByTheirCatalogue(t *testing.T) {
	full := ownCatalogue(t)
	const p = "Complementos[0].Ubicaciones[3].Domicilio."
	for _, k := range []struct {
		want   string
		change func(d *cp31.Domicilio)
	}{
		{"", func(*cp31.Domicilio) {}},
		{"CP143 " + p + "Colonia", func(d *cp31.Domicilio) { d.Colonia = "0002" }},
		{"CP143 " + p + "Colonia", func(d *cp31.Domicilio) { d.CodigoPostal = "70610" }}, // of which the catalogue has no colonia
		{"", func(d *cp31.Domicilio) { d.Colonia = "" }},
		{"CP144 " + p + "Localidad", func(d *cp31.Domicilio) { d.Localidad = "07" }},
		{"CP147 " + p + "CodigoPostal", func(d *cp31.Domicilio) { d.Localidad = "05" }}, // of the state and not of the code: warned
		{"", func(d *cp31.Domicilio) { d.Localidad = "" }},
		{"CP145 " + p + "Municipio", func(d *cp31.Domicilio) { d.Municipio = "080" }},
		{"CP147 " + p + "CodigoPostal", func(d *cp31.Domicilio) { d.CodigoPostal = "70699" }},
		{"CP147 " + p + "CodigoPostal", func(d *cp31.Domicilio) { d.Municipio = "067" }}, // of the state and not of the code: warned
	} {
		c := reparto()
		k.change(cp31.De(c).Ubicaciones[3].Domicilio)
		var want []string
		if k.want != "" {
			want = []string{k.want}
		}
		got := slices.DeleteFunc(foundWith(full, c, cp31.De(c)), func(s string) bool { return !strings.Contains(s, "Ubicaciones[3]") })
		if !slices.Equal(want, got) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// ownCatalogue has full catalogues of few places, and of colonias as many as make
// c_Colonia count as full.
func ownCatalogue(t *testing.T) *catalogo.Catalog {
	t.Helper()
	var colonias strings.Builder
	colonias.WriteString("colonia\tcodigo_postal\ttexto\n0001\t70600\tCentro\n")
	for i := range 100_000 {
		fmt.Fprintf(&colonias, "%04d\t%05d\tX\n", i%10+1, 80000+i/10)
	}
	src, dir := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"c_Colonia.tsv":      colonias.String(),
		"c_Municipio.tsv":    "municipio\testado\ttexto\n079\tOAX\tSalina Cruz\n067\tOAX\tOaxaca\n",
		"c_Localidad.tsv":    "localidad\testado\ttexto\n06\tOAX\tSalina Cruz\n05\tOAX\tOaxaca\n",
		"c_CodigoPostal.tsv": "id\testado\tmunicipio\tlocalidad\testimulo_frontera\thuso_descripcion\n70600\tOAX\t079\t06\t0\t\n70610\tOAX\t079\t06\t0\t\n",
	} {
		if err := os.WriteFile(filepath.Join(src, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := catalogo.Import(src, dir); err != nil {
		t.Fatal(err)
	}
	full, err := catalogo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return full
}

// provedElsewhere have a test of their own.
var provedElsewhere = []string{"CP112"}

func TestEveryRuleHasACase(t *testing.T) {
	proved := map[string]bool{}
	for _, c := range ruleCases() {
		proved[c.code] = true
	}
	for _, code := range provedElsewhere {
		proved[code] = true
	}
	for _, r := range cp31.Rules() {
		if (r.State == cfdi.StateRule) != proved[r.Code] {
			t.Errorf("%s: state %q, proved %v", r.Code, r.State, proved[r.Code])
		}
		if (r.Class == cfdi.ClassRegistro || r.Class == cfdi.ClassPAC) != (r.State == cfdi.StatePAC) {
			t.Errorf("%s is of class %s and its state is %q", r.Code, r.Class, r.State)
		}
		if !slices.ContainsFunc(complementos.Rules(), func(o cfdi.Rule) bool { return o.Family == r.Family && o.Code == r.Code && o.State == r.State }) {
			t.Errorf("%s is not listed", r.Code)
		}
	}
}
