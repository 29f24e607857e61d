package cartaporte31

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

const (
	si         = "Sí"
	entrada    = "Entrada"
	salida     = "Salida"
	origen     = "Origen"
	destino    = "Destino"
	mexico     = "MEX"
	intermedia = "02"    // of c_TipoEstacion
	pedimento  = "01"    // of c_DocumentoAduanero
	ferri      = "CM011" // of c_ContenedorMaritimo
	operador   = "01"    // of c_FiguraTransporte
)

const fixClave = "Elige una clave de la lista."

// validation is one run of the rules over one Carta Porte.
type validation struct {
	*cfdi.Report
	c    *cfdi.Comprobante
	cat  *catalogo.Catalog
	cp   *CartaPorte
	m    *Mercancias
	code string // of the rule that runs

	bienes map[string]bienes // looked up so far
}

func (v *validation) fail(path, message, fix string) { v.Fail(v.code, path, message, fix) }

// contested is fail where no other code of the matrix asks for the contrary. The matrix
// speaks of each mode of transport as if it were alone and still has a code for several
// (CP180), so that they may be together; then CP135 forbids by road the station that
// CP136 asks for by sea, air or rail, CP140 its kind in the same way, and one total is to
// be two sums (CP149 and CP150, CP151 and CP152). No document obeys both, so there what is
// asked is a warning and the last word is the PAC's. Everything that no other code
// contradicts is asked of several modes as of one, for that is what a PAC reads.
func (v *validation) contested(path, message, fix string, contrary bool) {
	if contrary {
		v.Warn(v.code, path, message, fix)
		return
	}
	v.fail(path, message, fix)
}

// road reports whether a lorry goes beside another mode: what its codes forbid, those of
// the other ask for.
func (v *validation) road() bool { return v.m.Autotransporte != nil && v.modes() > 1 }

// need is what to say of something that is missing or too much.
type need struct{ message, fix string }

// iff is a rule of what must be there in one case, and only then.
func (v *validation) iff(must, there bool, path string, missing, extra need) {
	switch {
	case must && !there:
		v.fail(path, missing.message, missing.fix)
	case !must && there:
		v.fail(path, extra.message, extra.fix)
	}
}

// key reports whether a key stands in its catalogue on the day of the document.
func (v *validation) key(catalogue, key string) bool {
	return listed(catalogue, key, v.c.Fecha[:min(len(v.c.Fecha), len("2026-11-20"))])
}

func (v *validation) pais(key string) bool {
	row, ok := v.cat.Pais(key)
	return ok && row.InForce(v.c.Fecha)
}

func (v *validation) internacional() bool { return v.cp.TranspInternac == si }

// importa reports whether goods come in from abroad.
func (v *validation) importa() bool { return v.internacional() && v.cp.EntradaSalidaMerc == entrada }

// rueda reports whether distance counts: by road or by rail.
func (v *validation) rueda() bool { return v.m.rueda() }

func (m *Mercancias) rueda() bool { return m.Autotransporte != nil || m.TransporteFerroviario != nil }

// modes counts the modes of transport.
func (v *validation) modes() int { return v.m.modes() }

func (m *Mercancias) modes() int {
	n := 0
	for _, there := range []bool{m.Autotransporte != nil, m.TransporteMaritimo != nil, m.TransporteAereo != nil, m.TransporteFerroviario != nil} {
		if there {
			n++
		}
	}
	return n
}

// places counts the places of a kind.
func (v *validation) places(kind string) int {
	n := 0
	for i := range v.cp.Ubicaciones {
		if v.cp.Ubicaciones[i].TipoUbicacion == kind {
			n++
		}
	}
	return n
}

func (v *validation) operador() bool {
	return slices.ContainsFunc(v.cp.FiguraTransporte, func(f TiposFigura) bool { return f.TipoFigura == operador })
}

// want is a rule of one condition.
func want(path, message, fix string, ok func(*validation) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v) {
			v.fail(path, message, fix)
		}
	}
}

func eachUbicacion(check func(v *validation, path string, u *Ubicacion)) func(*validation) {
	return func(v *validation) {
		for i := range v.cp.Ubicaciones {
			check(v, ubicacionPath(i), &v.cp.Ubicaciones[i])
		}
	}
}

func eachMercancia(check func(v *validation, path string, m *Mercancia)) func(*validation) {
	return func(v *validation) {
		for i := range v.m.Mercancia {
			check(v, mercanciaPath(i), &v.m.Mercancia[i])
		}
	}
}

func eachDocumento(check func(v *validation, path string, d *DocumentacionAduanera)) func(*validation) {
	return eachMercancia(func(v *validation, path string, m *Mercancia) {
		for i := range m.DocumentacionAduanera {
			check(v, at(path+".DocumentacionAduanera", i), &m.DocumentacionAduanera[i])
		}
	})
}

func eachCantidad(check func(v *validation, path string, q *CantidadTransporta)) func(*validation) {
	return eachMercancia(func(v *validation, path string, m *Mercancia) {
		for i := range m.CantidadTransporta {
			check(v, at(path+".CantidadTransporta", i), &m.CantidadTransporta[i])
		}
	})
}

func eachContenedor(check func(v *validation, path string, c *ContenedorMaritimo)) func(*validation) {
	return func(v *validation) {
		if v.m.TransporteMaritimo == nil {
			return
		}
		for i := range v.m.TransporteMaritimo.Contenedor {
			check(v, contenedorPath(i), &v.m.TransporteMaritimo.Contenedor[i])
		}
	}
}

func aereo(check func(v *validation, path string, a *TransporteAereo)) func(*validation) {
	return func(v *validation) {
		if v.m.TransporteAereo != nil {
			check(v, "Mercancias.TransporteAereo", v.m.TransporteAereo)
		}
	}
}

func eachCarro(check func(v *validation, path string, c *Carro)) func(*validation) {
	return func(v *validation) {
		if v.m.TransporteFerroviario == nil {
			return
		}
		for i := range v.m.TransporteFerroviario.Carro {
			check(v, carroPath(i), &v.m.TransporteFerroviario.Carro[i])
		}
	}
}

func eachFigura(check func(v *validation, path string, f *TiposFigura)) func(*validation) {
	return func(v *validation) {
		for i := range v.cp.FiguraTransporte {
			check(v, figuraPath(i), &v.cp.FiguraTransporte[i])
		}
	}
}

// rfc reports what is no RFC. Whether it is registered only the SAT knows.
func (v *validation) rfc(path, rfc string) {
	if rfc != "" && !cfdi.ValidRFC(rfc) {
		v.fail(path, "«"+rfc+"» no es un RFC.", "Revisa el RFC: 12 caracteres si es empresa, 13 si es persona.")
	}
}

// commas writes a list of keys for people.
func commas(keys string) string { return strings.ReplaceAll(keys, " ", ", ") }

// residencia is the rule of who is registered abroad.
func (v *validation) residencia(path, number, residencia string) {
	v.iff(number != "", residencia != "", path,
		need{"Hay número de registro tributario y falta el país de residencia fiscal.", "Elige el país."},
		need{"El país de residencia fiscal solo va con un número de registro tributario.", "Quita el país."})
	switch {
	case number == "" || residencia == "":
	case residencia == mexico:
		v.fail(path, "La residencia fiscal no puede ser México.", "Elige el país extranjero; si vive en México, escribe su RFC.")
	case !v.pais(residencia):
		v.fail(path, "El país "+residencia+" no existe en el catálogo del SAT.", fixClave)
	}
}

// sum is the rule of a total, of which another code may ask for another of the sums.
func (v *validation) sum(path, what string, got, want decimal.Decimal, asked []decimal.Decimal) {
	switch {
	case got.IsZero():
		v.fail(path, "Falta "+strings.ToLower(what[:1])+what[1:]+".", "Escribe "+want.String()+".")
	case got.Cmp(want) != 0:
		another := slices.ContainsFunc(asked, func(d decimal.Decimal) bool { return d.Cmp(got) == 0 })
		v.contested(path, what+" es "+got.String()+" y la suma es "+want.String()+".", "Escribe "+want.String()+".", another)
	default:
		return
	}
	if v.modes() == 1 && want.Sign() > 0 {
		v.MendHere(path, want.String())
	}
}

func (m *Mercancias) kilos() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range m.Mercancia {
		sum = sum.Add(m.Mercancia[i].PesoEnKg)
	}
	return sum
}

func (m *Mercancias) bruto() decimal.Decimal {
	return m.detalle(func(d *DetalleMercancia) decimal.Decimal { return d.PesoBruto })
}

func (m *Mercancias) neto() decimal.Decimal {
	return m.detalle(func(d *DetalleMercancia) decimal.Decimal { return d.PesoNeto })
}

func (m *Mercancias) detalle(weight func(*DetalleMercancia) decimal.Decimal) decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range m.Mercancia {
		if d := m.Mercancia[i].DetalleMercancia; d != nil {
			sum = sum.Add(weight(d))
		}
	}
	return sum
}

func (t *TransporteFerroviario) toneladas() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range t.Carro {
		sum = sum.Add(t.Carro[i].ToneladasNetasCarro)
	}
	return sum
}

// brutos are the sums that the codes ask PesoBrutoTotal to be, netos those of
// PesoNetoTotal: two where a ship and another mode carry the goods.
func (m *Mercancias) brutos() (sums []decimal.Decimal) {
	if m.Autotransporte != nil || m.TransporteAereo != nil || m.TransporteFerroviario != nil {
		sums = append(sums, m.kilos())
	}
	if m.TransporteMaritimo != nil {
		sums = append(sums, m.bruto())
	}
	return sums
}

func (m *Mercancias) netos() (sums []decimal.Decimal) {
	if m.TransporteMaritimo != nil {
		sums = append(sums, m.neto())
	}
	if m.TransporteFerroviario != nil {
		sums = append(sums, m.TransporteFerroviario.toneladas())
	}
	return sums
}

func (v *CartaPorte) distancia() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range v.Ubicaciones {
		if v.Ubicaciones[i].TipoUbicacion == destino {
			sum = sum.Add(v.Ubicaciones[i].DistanciaRecorrida)
		}
	}
	return sum
}

// The CFDI that carries it.

func traslado(c *cfdi.Comprobante) bool { return c.TipoDeComprobante == "T" }
func ingreso(c *cfdi.Comprobante) bool  { return c.TipoDeComprobante == "I" }

// sobre is a rule about an attribute of the CFDI.
func sobre(path, message, fix string, ok func(*cfdi.Comprobante) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v.c) {
			v.FailAt(v.code, path, message, fix)
		}
	}
}

func conceptoPath(i int, attribute string) string { return at("Conceptos", i) + "." + attribute }

func objetoImp(v *validation) {
	for i := range v.c.Conceptos {
		c := &v.c.Conceptos[i]
		row, ok := v.cat.ObjetoImp(c.ObjetoImp)
		switch {
		case c.ObjetoImp != "" && (!ok || !row.InForce(v.c.Fecha)):
			v.FailAt(v.code, conceptoPath(i, "ObjetoImp"), "El objeto de impuesto "+c.ObjetoImp+" no existe en el catálogo del SAT.", fixClave)
		case c.ObjetoImp == "02" && c.Impuestos == nil:
			v.FailAt(v.code, conceptoPath(i, "Impuestos"), "El concepto es objeto de impuesto (02) y faltan sus impuestos.", "Agrega los impuestos del concepto, o elige otro objeto de impuesto.")
		}
	}
}

// The services a freight invoice may be for, and those of them that are intermodal.
const (
	servicios = "78101500 78101501 78101502 78101503 78101600 78101601 78101602 78101603 78101604 78101700 78101701 78101702 78101703 78101704 78101705 78101706 " +
		"78101800 78101801 78101802 78101803 78101804 78101806 78101807 " + intermodales + " 78101905 " +
		"78102200 78102201 78102203 78102204 78102205 78121603 78141500 78141501 84121806 92121800 92121801 92121802"
	intermodales = "78101900 78101901 78101902 78101903 78101904"
)

// servicioDeTransporte asks for one line of freight: what is charged beside it, as
// handling or tolls, may have keys of its own.
func servicioDeTransporte(v *validation) {
	if !ingreso(v.c) || slices.ContainsFunc(v.c.Conceptos, func(c cfdi.Concepto) bool { return listed(servicios, c.ClaveProdServ, "") }) {
		return
	}
	for i := range v.c.Conceptos {
		v.FailAt(v.code, conceptoPath(i, "ClaveProdServ"), "Ningún concepto de la factura es un servicio de transporte de carga.", "Elige la clave del flete, por ejemplo 78101802 o 78101800.")
	}
}

func intermodal(v *validation) {
	if !ingreso(v.c) || v.modes() > 1 {
		return
	}
	for i := range v.c.Conceptos {
		if k := v.c.Conceptos[i].ClaveProdServ; listed(intermodales, k, "") {
			v.FailAt(v.code, conceptoPath(i, "ClaveProdServ"), "El servicio "+k+" es intermodal y la Carta Porte tiene un solo modo de transporte.", "Agrega el otro transporte, o elige la clave del que usas.")
		}
	}
}

func uno(v *validation) {
	switch first := De(v.c); {
	case first == v.cp:
	case slices.Contains(v.c.Complementos, cfdi.Complemento(v.cp)):
		v.fail("", "El comprobante lleva más de una Carta Porte.", "Deja una sola.")
	default:
		v.fail("", "La Carta Porte es un complemento del comprobante, no de un concepto.", "Mueve el complemento al comprobante.")
	}
}

// beside are the namespaces of the complements that may stand beside a Carta Porte.
var beside = []string{space, "http://www.sat.gob.mx/ComercioExterior", "http://www.sat.gob.mx/pfic", "http://www.sat.gob.mx/implocal", "http://www.sat.gob.mx/leyendasFiscales"}

func convive(v *validation) {
	for i, k := range v.c.Complementos {
		known := k.Known()
		if !slices.ContainsFunc(beside, func(s string) bool { return strings.HasPrefix(known.Space, s) }) {
			v.FailAt(v.code, at("Complementos", i), "El complemento "+known.Name()+" no puede ir junto con la Carta Porte.", "Quita uno de los dos.")
		}
	}
}

// The Carta Porte itself.

// nacionalSin is the rule of what only crosses borders.
func nacionalSin(name, words string, value func(*CartaPorte) string) func(*validation) {
	return func(v *validation) {
		if !v.internacional() && value(v.cp) != "" {
			v.fail(name, "El transporte es nacional y no lleva "+words+".", "Quita el dato, o marca el transporte como internacional.")
		}
	}
}

func regimenKey(v *validation) {
	if v.cp.EntradaSalidaMerc == "" {
		return
	}
	for i := range v.cp.RegimenesAduaneros {
		if k := v.cp.RegimenesAduaneros[i].RegimenAduanero; k != "" && !inForce(catalogo.RegimenAduanero, k, v.c.Fecha) {
			v.fail(at("RegimenesAduaneros", i)+".RegimenAduanero", "El régimen aduanero "+k+" no existe en el catálogo del SAT.", fixClave)
		}
	}
}

// regimen is the rule of the regimes with which goods come in, or go out.
func regimen(way, these, those string) func(*validation) {
	return func(v *validation) {
		if v.cp.EntradaSalidaMerc != way {
			return
		}
		for i := range v.cp.RegimenesAduaneros {
			if k := v.cp.RegimenesAduaneros[i].RegimenAduanero; !listed(these, k, "") && listed(those, k, "") {
				v.fail(at("RegimenesAduaneros", i)+".RegimenAduanero", "El régimen aduanero "+k+" no es de "+strings.ToLower(way)+" de mercancía.", "Elige uno de estos: "+commas(these)+".")
			}
		}
	}
}

func paisOrigenDestino(v *validation) {
	switch k := v.cp.PaisOrigenDestino; {
	case !v.internacional():
	case k == "":
		v.fail("PaisOrigenDestino", "Es transporte internacional y falta el país de origen o destino.", "Elige el país.")
	case !v.pais(k):
		v.fail("PaisOrigenDestino", "El país "+k+" no existe en el catálogo del SAT.", fixClave)
	}
}

func distancias(v *validation) {
	if v.cp.TotalDistRec.IsZero() || !v.rueda() || v.places(destino) == 0 {
		return
	}
	if sum := v.cp.distancia(); v.cp.TotalDistRec.Cmp(sum) != 0 {
		v.fail("TotalDistRec", "La distancia total es "+v.cp.TotalDistRec.String()+" y los destinos suman "+sum.String()+".", "Escribe "+sum.String()+".")
		v.MendHere("TotalDistRec", sum.String())
	}
}

func polos(v *validation) {
	for _, p := range []struct{ name, value string }{{"UbicacionPoloOrigen", v.cp.UbicacionPoloOrigen}, {"UbicacionPoloDestino", v.cp.UbicacionPoloDestino}} {
		v.iff(v.cp.RegistroISTMO == si, p.value != "", p.name,
			need{"Es una región del Istmo de Tehuantepec y falta el polo.", "Elige los polos de origen y de destino."},
			need{"Los polos del Istmo solo van con RegistroISTMO Sí.", "Quita el polo, o marca el registro ISTMO."})
	}
}

// The places.

func idUbicacion(v *validation, path string, u *Ubicacion) {
	if u.IDUbicacion == "" && slices.ContainsFunc(v.m.Mercancia, func(m Mercancia) bool { return len(m.CantidadTransporta) > 0 }) {
		v.fail(path+".IDUbicacion", "Dices cuánta mercancía va a cada lugar y a este le falta su identificador.", "Escribe OR o DE y seis dígitos, por ejemplo OR000001.")
	}
}

// stations are the modes that go from station to station, by the key of their stations.
func (v *validation) stations() string {
	var keys []string
	for i, there := range []bool{v.m.TransporteMaritimo != nil, v.m.TransporteAereo != nil, v.m.TransporteFerroviario != nil} {
		if there {
			keys = append(keys, "0"+strconv.Itoa(i+2))
		}
	}
	return strings.Join(keys, " ")
}

func numEstacion(v *validation, path string, u *Ubicacion) {
	v.estacionKey(path, u)
	modes := v.stations()
	switch {
	case modes == "" || u.NumEstacion == "" && v.road():
	case u.NumEstacion == "":
		v.fail(path+".NumEstacion", "Falta la estación, el puerto o el aeropuerto.", "Elige su clave del catálogo de estaciones del SAT.")
	case !listed(modes, v.transporte(u.NumEstacion), ""):
		v.fail(path+".NumEstacion", "La clave "+u.NumEstacion+" no es de una estación del transporte que usas.", "Los puertos empiezan con PM, los aeropuertos con EA; las demás claves son de ferrocarril.")
	}
}

func navegacion(v *validation, path string, u *Ubicacion) {
	switch by, there := v.m.TransporteMaritimo != nil, u.NavegacionTrafico != ""; {
	case by && !there: // at a place of another mode as well, by the letter: there it is a warning
		v.contested(path+".NavegacionTrafico", "Falta el tipo de navegación del puerto.", "Elige Altura o Cabotaje.", v.modes() > 1)
	case !by && there:
		v.fail(path+".NavegacionTrafico", "El tipo de navegación solo va por mar.", "Quita el dato.")
	}
}

func tipoEstacion(v *validation, path string, u *Ubicacion) {
	path += ".TipoEstacion"
	switch {
	case u.TipoEstacion == "":
		if v.stations() != "" && !v.road() && !v.extranjera(u.NumEstacion) {
			v.fail(path, "Falta el tipo de estación.", "Elige 01 origen nacional, 02 intermedia o 03 destino final nacional.")
		}
	case !inForce(catalogo.TipoEstacion, u.TipoEstacion, v.c.Fecha):
		v.fail(path, "El tipo de estación "+u.TipoEstacion+" no existe en el catálogo del SAT.", fixClave)
	case v.extranjera(u.NumEstacion):
		v.fail(path, "Una estación extranjera no lleva tipo de estación.", "Quita el tipo de estación.")
	case v.m.Autotransporte != nil:
		v.contested(path, "Por carretera no va el tipo de estación.", "Quita el tipo de estación.", v.road())
	}
}

// The goods.

func cuantas(v *validation) {
	n := decimal.FromInt(int64(len(v.m.Mercancia)))
	if !v.m.NumTotalMercancias.IsZero() && v.m.NumTotalMercancias.Cmp(n) != 0 {
		v.fail("Mercancias.NumTotalMercancias", "Dices que son "+v.m.NumTotalMercancias.String()+" mercancías y hay "+n.String()+".", "Escribe "+n.String()+".")
		v.MendHere("Mercancias.NumTotalMercancias", n.String())
	}
}

func materialPeligroso(v *validation, path string, m *Mercancia) {
	path += ".MaterialPeligroso"
	switch v.peligro(m.BienesTransp) {
	case "1":
		if m.MaterialPeligroso == "" {
			v.fail(path, "La mercancía "+m.BienesTransp+" es material peligroso y falta decirlo.", "Elige Sí y agrega la clave del material y su embalaje.")
		}
	case "0,1":
		if m.MaterialPeligroso == "" {
			v.fail(path, "La mercancía "+m.BienesTransp+" puede ser material peligroso y falta decir si lo es.", "Elige Sí o No.")
		}
	case "0":
		if m.MaterialPeligroso != "" {
			v.fail(path, "La mercancía "+m.BienesTransp+" nunca es material peligroso: el SAT pide no decir ni Sí ni No.", "Quita el dato.")
		}
	}
}

func cveMaterialPeligroso(v *validation, path string, m *Mercancia) {
	path += ".CveMaterialPeligroso"
	v.iff(m.MaterialPeligroso == si, m.CveMaterialPeligroso != "", path,
		need{"La mercancía es material peligroso y falta su clave.", "Escribe el número de la ONU del material, de cuatro dígitos."},
		need{"La clave de material peligroso solo va cuando la mercancía lo es.", "Quita la clave, o elige Sí en material peligroso."})
	if k := m.CveMaterialPeligroso; m.MaterialPeligroso == si && k != "" && (len(k) != 4 || number(k) < 0) {
		v.fail(path, "La clave de material peligroso "+k+" no tiene cuatro dígitos.", "Escribe el número de la ONU del material, por ejemplo 1203.")
	} else if m.MaterialPeligroso == si && k != "" {
		v.materialKey(path, k)
	}
}

func embalaje(v *validation, path string, m *Mercancia) {
	path += ".Embalaje"
	v.iff(m.CveMaterialPeligroso != "", m.Embalaje != "", path,
		need{"Falta el embalaje del material peligroso.", "Elige el embalaje; Z01 si no aplica."},
		need{"El embalaje solo va con material peligroso.", "Quita el embalaje."})
	if m.CveMaterialPeligroso != "" && m.Embalaje != "" && !v.key(embalajes, m.Embalaje) {
		v.fail(path, "El embalaje "+m.Embalaje+" no existe en el catálogo del SAT.", fixClave)
	}
}

// sectoresCOFEPRIS are the attributes that goods of each sector need.
var sectoresCOFEPRIS = []struct{ sector, name, fields string }{
	{"01", "un medicamento", "DenominacionGenericaProd DenominacionDistintivaProd Fabricante FechaCaducidad LoteMedicamento FormaFarmaceutica CondicionesEspTransp RegistroSanitarioFolioAutorizacion"},
	{"02", "un precursor o químico de uso dual", "NombreIngredienteActivo NomQuimico Fabricante FechaCaducidad LoteMedicamento FormaFarmaceutica CondicionesEspTransp"},
	{"03", "un psicotrópico o estupefaciente", "DenominacionGenericaProd DenominacionDistintivaProd Fabricante FechaCaducidad LoteMedicamento FormaFarmaceutica CondicionesEspTransp RegistroSanitarioFolioAutorizacion"},
	{"04", "una sustancia tóxica", "NomQuimico NumCAS"},
	{"05", "un plaguicida o fertilizante", "NombreIngredienteActivo NumRegSanPlagCOFEPRIS DatosFabricante DatosFormulador DatosMaquilador UsoAutorizado"},
}

// cofepris is the rule of one sector. What goods of no such sector say too much is a
// warning, under the first code that asks for it: PACs let it through.
func cofepris(sector string) func(*validation, string, *Mercancia) {
	i := slices.IndexFunc(sectoresCOFEPRIS, func(s struct{ sector, name, fields string }) bool { return s.sector == sector })
	s := sectoresCOFEPRIS[i]
	return func(v *validation, path string, m *Mercancia) {
		for _, f := range m.fields() {
			if !listed(s.fields, f.Name, "") {
				continue
			}
			name := words(f.Name)
			switch {
			case m.SectorCOFEPRIS == sector && f.String() == "":
				v.fail(path+"."+f.Name, "La mercancía es "+s.name+" y falta "+name+".", "Escribe "+name+".")
			case f.String() != "" && firstSector(f.Name) == sector && !sectorWants(m.SectorCOFEPRIS, f.Name):
				v.Warn(v.code, path+"."+f.Name, "La mercancía no es de un sector de la COFEPRIS que lleve "+name+".", "Quita el dato, o elige el sector COFEPRIS.")
			}
		}
	}
}

// firstSector returns the first sector that wants an attribute.
func firstSector(field string) string {
	for _, s := range sectoresCOFEPRIS {
		if listed(s.fields, field, "") {
			return s.sector
		}
	}
	return ""
}

func sectorWants(sector, field string) bool {
	for _, s := range sectoresCOFEPRIS {
		if s.sector == sector {
			return listed(s.fields, field, "")
		}
	}
	return false
}

// permiso is the rule of a permit with which goods of some sectors come in.
func permiso(name, words, sectors string, value func(*Mercancia) string) func(*validation) {
	return eachMercancia(func(v *validation, path string, m *Mercancia) {
		v.iff(v.importa() && listed(sectors, m.SectorCOFEPRIS, ""), value(m) != "", path+"."+name,
			need{"La mercancía entra al país y su sector COFEPRIS pide " + words + ".", "Escribe el dato."},
			need{"Solo lleva " + words + " la mercancía que entra al país y es de los sectores COFEPRIS " + commas(sectors) + ".", "Quita el dato."})
	})
}

func tipoMateria(v *validation, path string, m *Mercancia) {
	path += ".TipoMateria"
	v.iff(v.internacional(), m.TipoMateria != "", path,
		need{"Es transporte internacional y falta el tipo de materia.", "Elige si es materia prima, procesada, terminada, para manufactura u otra."},
		need{"El tipo de materia solo va en transporte internacional.", "Quita el tipo de materia."})
	if v.internacional() && m.TipoMateria != "" && !inForce(catalogo.TipoMateria, m.TipoMateria, v.c.Fecha) {
		v.fail(path, "El tipo de materia "+m.TipoMateria+" no existe en el catálogo del SAT.", fixClave)
	}
}

func documentacion(v *validation, path string, m *Mercancia) {
	path += ".DocumentacionAduanera"
	switch there := len(m.DocumentacionAduanera) > 0; {
	case v.importa() && !there:
		v.fail(path, "La mercancía entra al país y falta su documento aduanero.", "Agrega el pedimento u otro documento.")
	case !v.internacional() && there:
		v.fail(path, "El documento aduanero solo va en transporte internacional.", "Quita el documento.")
	}
}

func numPedimento(v *validation, path string, d *DocumentacionAduanera) {
	path += ".NumPedimento"
	v.iff(v.cp.EntradaSalidaMerc == entrada && d.TipoDocumento == pedimento, d.NumPedimento != "", path,
		need{"Falta el número de pedimento.", "Escribe los 15 dígitos: año, aduana, patente y número."},
		need{"El número de pedimento solo va a la entrada y con el tipo de documento 01.", "Quita el número."})
	if d.NumPedimento == "" {
		return
	}
	if problem, fix := cfdi.CheckPedimento(v.cat, v.c.Fecha, d.NumPedimento); problem != "" {
		v.fail(path, "El pedimento "+d.NumPedimento+" "+problem+".", fix)
		return
	}
	v.patente(path, d.NumPedimento)
}

// guias asks for waybills where the CFDI says that packages or pallets travel.
func guias(v *validation) {
	packed := func(c cfdi.Concepto) bool { return listed("31181701 24112700", c.ClaveProdServ, "") }
	if !traslado(v.c) || !slices.ContainsFunc(v.c.Conceptos, packed) || len(v.m.Mercancia) == 0 {
		return
	}
	if !slices.ContainsFunc(v.m.Mercancia, func(m Mercancia) bool { return len(m.GuiasIdentificacion) > 0 }) {
		v.fail(mercanciaPath(0)+".GuiasIdentificacion", "Trasladas empaques o estibas y faltan sus guías.", "Agrega el número, la descripción y el peso de cada guía.")
	}
}

// known reports the id of no place of a kind.
func (v *validation) known(path, id, kind string) {
	if id != "" && !slices.ContainsFunc(v.cp.Ubicaciones, func(u Ubicacion) bool { return u.TipoUbicacion == kind && u.IDUbicacion == id }) {
		v.fail(path, "Ningún lugar de "+strings.ToLower(kind)+" tiene el identificador "+id+".", "Escribe el identificador de uno de los lugares.")
	}
}

func cvesTransporte(v *validation, path string, q *CantidadTransporta) {
	path += ".CvesTransporte"
	v.iff(v.modes() > 1, q.CvesTransporte != "", path,
		need{"Hay varios transportes y falta decir en cuál va esta cantidad.", "Elige 01 carretera, 02 mar, 03 aire o 04 ferrocarril."},
		need{"Hay un solo transporte y no hace falta decir en cuál va la mercancía.", "Quita el dato."})
	if v.modes() > 1 && q.CvesTransporte != "" && !inForce(catalogo.CveTransporte, q.CvesTransporte, v.c.Fecha) {
		v.fail(path, "El transporte "+q.CvesTransporte+" no existe en el catálogo del SAT.", fixClave)
	}
}

// What carries them.

func (m *Mercancias) peligroso() bool {
	return slices.ContainsFunc(m.Mercancia, func(x Mercancia) bool { return x.MaterialPeligroso == si })
}

func seguroAmbiental(v *validation) {
	if a := v.m.Autotransporte; a != nil {
		v.iff(v.m.peligroso(), a.Seguros.AseguraMedAmbiente != "", "Mercancias.Autotransporte.Seguros.AseguraMedAmbiente",
			need{"Llevas material peligroso y falta la aseguradora de daños al medio ambiente.", "Escribe la aseguradora y su póliza."},
			need{"El seguro de daños al medio ambiente solo va con material peligroso.", "Quita el seguro y su póliza."})
	}
}

func remolquesDelCamion(v *validation) {
	a := v.m.Autotransporte
	if a == nil {
		return
	}
	config := a.IdentificacionVehicular.ConfigVehicular
	switch {
	case listed(conRemolque, config, "") && len(a.Remolques) == 0:
		v.fail("Mercancias.Autotransporte.Remolques", "El vehículo "+config+" lleva remolque y falta.", "Agrega el tipo y la placa del remolque.")
	case listed(sinRemolque, config, "") && len(a.Remolques) > 0:
		v.fail("Mercancias.Autotransporte.Remolques", "El vehículo "+config+" no lleva remolque.", "Quita el remolque, o elige la configuración con remolque.")
	}
}

func contenedor(v *validation, path string, c *ContenedorMaritimo) {
	if c.TipoContenedor == "" {
		return
	}
	ferry := c.TipoContenedor == ferri
	for _, f := range []struct {
		name, value, words string
		ferry              bool
	}{
		{"MatriculaContenedor", c.MatriculaContenedor, "la matrícula del contenedor", false},
		{"NumPrecinto", c.NumPrecinto, "el precinto del contenedor", false},
		{"IdCCPRelacionado", c.IdCCPRelacionado, "el IdCCP de la Carta Porte del camión", true},
		{"PlacaVMCCP", c.PlacaVMCCP, "la placa del camión", true},
		{"FechaCertificacionCCP", c.FechaCertificacionCCP, "la fecha de certificación de la Carta Porte del camión", true},
	} {
		kind := "Un contenedor"
		if ferry {
			kind = "Un ferri (CM011)"
		}
		v.iff(f.ferry == ferry, f.value != "", path+"."+f.name,
			need{"Falta " + f.words + ".", "Escribe el dato."},
			need{kind + " no lleva " + f.words + ".", "Quita el dato."})
	}
}

func toneladas(v *validation, path string, c *Carro) {
	if len(c.Contenedor) == 0 || c.ToneladasNetasCarro.IsZero() {
		return
	}
	if tonnes := c.toneladas(); c.ToneladasNetasCarro.Cmp(tonnes) != 0 {
		v.fail(path+".ToneladasNetasCarro", "El carro lleva "+c.ToneladasNetasCarro.String()+" toneladas y sus contenedores suman "+tonnes.String()+".", "Escribe "+tonnes.String()+".")
		v.MendHere(path+".ToneladasNetasCarro", tonnes.String())
	}
}

// toneladas returns the kilograms of the containers in tonnes, three decimals.
func (v *Carro) toneladas() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range v.Contenedor {
		sum = sum.Add(v.Contenedor[i].PesoNetoMercancia)
	}
	return sum.Quo(decimal.FromInt(1000), 3)
}

func contenedoresDelCarro(v *validation, path string, c *Carro) {
	switch service := v.m.TransporteFerroviario.TipoDeServicio; {
	case listed(serviciosConContenedor, service, "") && len(c.Contenedor) == 0:
		v.fail(path+".Contenedor", "El servicio "+service+" es intermodal y el carro no lleva contenedores.", "Agrega los contenedores del carro.")
	case listed(serviciosSinContenedor, service, "") && len(c.Contenedor) > 0:
		v.fail(path+".Contenedor", "El servicio "+service+" no lleva contenedores.", "Quita los contenedores, o elige un servicio intermodal.")
	}
}

func licencia(v *validation, path string, f *TiposFigura) {
	path += ".NumLicencia"
	v.iff(f.TipoFigura == operador, f.NumLicencia != "", path,
		need{"Falta la licencia de quien conduce.", "Escribe el número de la licencia federal."},
		need{"La licencia solo va con el operador (01).", "Quita la licencia."})
	if n := utf8.RuneCountInString(f.NumLicencia); f.TipoFigura == operador && n > 0 && (n < 6 || n > 16) {
		v.fail(path, "La licencia tiene "+strconv.Itoa(n)+" caracteres; debe tener de 6 a 16.", "Revisa el número de la licencia.")
	}
}
