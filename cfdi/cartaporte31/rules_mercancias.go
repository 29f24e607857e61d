package cartaporte31

import (
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

const (
	fixTransporte = "Escribe 01 autotransporte, 02 transporte marítimo, 03 transporte aéreo o 04 transporte ferroviario."
	fixMateria    = "Escribe 01 materia prima, 02 materia procesada, 03 materia terminada, 04 materia para la industria manufacturera o 05 otra."
)

// The places.

func idUbicacion(v *validation, path string, u *Ubicacion) {
	if u.IDUbicacion == "" && slices.ContainsFunc(v.m.Mercancia, func(m Mercancia) bool { return len(m.CantidadTransporta) > 0 }) {
		v.fail(path+".IDUbicacion", "La mercancía dice de qué lugar a cuál va (CantidadTransporta) y a este lugar le falta su identificador.", "Escribe OR si es origen o DE si es destino, y seis dígitos; por ejemplo OR000001.")
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
		v.fail(path+".NumEstacion", "Falta la estación, el puerto o el aeropuerto.", "Escribe su clave del catálogo c_Estaciones del SAT, por ejemplo PM001 si es puerto.")
	case !listed(modes, v.transporte(u.NumEstacion), ""):
		v.fail(path+".NumEstacion", "La clave "+cfdi.Cut(u.NumEstacion)+" no es de una estación del transporte que usas.", "Escribe la de tu transporte: los puertos empiezan con PM, los aeropuertos con EA; las demás son de ferrocarril.")
	}
}

func navegacion(v *validation, path string, u *Ubicacion) {
	switch by, there := v.m.TransporteMaritimo != nil, u.NavegacionTrafico != ""; {
	case by && !there: // at a place of another mode as well, by the letter: there it is a warning
		v.contested(path+".NavegacionTrafico", "Falta el tipo de navegación del puerto.", "Escribe Altura o Cabotaje.", v.modes() > 1)
	case !by && there:
		v.fail(path+".NavegacionTrafico", "El tipo de navegación solo va por mar.", "Quita el tipo de navegación.")
		v.MendHere(path+".NavegacionTrafico", "")
	}
}

func tipoEstacion(v *validation, path string, u *Ubicacion) {
	path += ".TipoEstacion"
	switch {
	case u.TipoEstacion == "":
		if v.stations() != "" && !v.road() && !v.extranjera(u.NumEstacion) {
			v.fail(path, "Falta el tipo de estación.", "Escribe 01 origen nacional, 02 intermedia o 03 destino final nacional.")
		}
	case !inForce(catalogo.TipoEstacion, u.TipoEstacion, v.c.Fecha):
		v.fail(path, noKey(u.TipoEstacion, "c_TipoEstacion"), "Escribe 01 origen nacional, 02 intermedia o 03 destino final nacional.")
	case v.extranjera(u.NumEstacion):
		v.fail(path, "Una estación extranjera no lleva tipo de estación.", "Quita el tipo de estación.")
		v.MendHere(path, "")
	case v.m.Autotransporte != nil:
		v.contested(path, "Por carretera no va el tipo de estación.", "Quita el tipo de estación.", v.road())
		if !v.road() {
			v.MendHere(path, "")
		}
	}
}

// The goods.

func cuantas(v *validation) {
	n := decimal.FromInt(int64(len(v.m.Mercancia)))
	if !v.m.NumTotalMercancias.IsZero() && v.m.NumTotalMercancias.Cmp(n) != 0 {
		fix := "Escribe " + n.String() + ", o agrega las que faltan."
		if n.Sign() == 0 {
			fix = "Agrega las mercancías."
		}
		v.fail("Mercancias.NumTotalMercancias", "El número de mercancías dice "+v.m.NumTotalMercancias.String()+" y hay "+n.String()+".", fix)
		v.MendHere("Mercancias.NumTotalMercancias", n.String())
	}
}

func materialPeligroso(v *validation, path string, m *Mercancia) {
	path += ".MaterialPeligroso"
	switch v.peligro(m.BienesTransp) {
	case "1":
		if m.MaterialPeligroso == "" {
			v.fail(path, "La mercancía "+m.BienesTransp+" es material peligroso y falta decirlo.", "Escribe Sí en material peligroso y agrega la clave del material y su embalaje.")
		}
	case "0,1":
		if m.MaterialPeligroso == "" {
			v.fail(path, "La mercancía "+m.BienesTransp+" puede ser material peligroso y falta decir si lo es.", "Escribe Sí o No en material peligroso.")
		}
	case "0":
		if m.MaterialPeligroso != "" {
			v.fail(path, "La mercancía "+m.BienesTransp+" nunca es material peligroso: el SAT pide no decir ni Sí ni No.", "Deja vacío el material peligroso.")
			v.MendHere(path, "")
		}
	}
}

func cveMaterialPeligroso(v *validation, path string, m *Mercancia) {
	path += ".CveMaterialPeligroso"
	v.iff(m.MaterialPeligroso == si, m.CveMaterialPeligroso != "", path,
		need{message: "La mercancía es material peligroso y falta su clave.", fix: "Escribe el número de la ONU del material, de cuatro dígitos; por ejemplo 1203 para la gasolina."},
		need{message: "La clave de material peligroso solo va cuando la mercancía lo es.", fix: "Quita la clave, o escribe Sí en material peligroso."})
	if k := m.CveMaterialPeligroso; m.MaterialPeligroso == si && k != "" && (len(k) != 4 || number(k) < 0) {
		v.fail(path, "La clave de material peligroso "+cfdi.Cut(k)+" no tiene cuatro dígitos.", "Escribe el número de la ONU del material, por ejemplo 1203.")
	} else if m.MaterialPeligroso == si && k != "" {
		v.materialKey(path, k)
	}
}

func embalaje(v *validation, path string, m *Mercancia) {
	path += ".Embalaje"
	v.iff(m.CveMaterialPeligroso != "", m.Embalaje != "", path,
		need{message: "Falta el embalaje del material peligroso.", fix: "Escribe su clave del catálogo c_TipoEmbalaje; Z01 si no aplica."},
		need{message: "El embalaje solo va con la clave de material peligroso.", fix: "Quita el embalaje, o escribe la clave del material."})
	if m.CveMaterialPeligroso != "" && m.Embalaje != "" && !v.key(embalajes, m.Embalaje) {
		v.fail(path, noKey(m.Embalaje, "c_TipoEmbalaje"), "Escribe la clave del embalaje, por ejemplo 4G para cajas de cartón; Z01 si no aplica.")
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
			name := v.Label(f.Name)
			switch {
			case m.SectorCOFEPRIS == sector && f.String() == "":
				v.fail(path+"."+f.Name, "La mercancía es "+s.name+" ("+sector+") y falta "+name+".", "Escribe "+name+", o corrige el sector COFEPRIS.")
			case f.String() != "" && firstSector(f.Name) == sector && !sectorWants(m.SectorCOFEPRIS, f.Name):
				v.Warn(v.code, path+"."+f.Name, "La mercancía no es de un sector de la COFEPRIS que lleve "+name+".", "Quita "+name+", o escribe el sector COFEPRIS.")
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
			need{message: "La mercancía entra al país y su sector COFEPRIS pide " + words + ".", fix: "Escribe " + words + "."},
			need{message: "Solo lleva " + words + " la mercancía que entra al país y es de sector COFEPRIS " + commas(sectors) + ".", fix: "Quita " + words + ", o corrige el sector COFEPRIS."})
	})
}

func tipoMateria(v *validation, path string, m *Mercancia) {
	path += ".TipoMateria"
	v.iff(v.internacional(), m.TipoMateria != "", path,
		need{message: "Es transporte internacional y falta el tipo de materia.", fix: fixMateria},
		need{message: "El tipo de materia solo va en transporte internacional.", fix: "Quita el tipo de materia, o escribe Sí en transporte internacional."})
	if v.internacional() && m.TipoMateria != "" && !inForce(catalogo.TipoMateria, m.TipoMateria, v.c.Fecha) {
		v.fail(path, noKey(m.TipoMateria, "c_TipoMateria"), fixMateria)
	}
}

func documentacion(v *validation, path string, m *Mercancia) {
	path += ".DocumentacionAduanera"
	switch there := len(m.DocumentacionAduanera) > 0; {
	case v.importa() && !there:
		v.fail(path, "La mercancía entra al país y falta su documento aduanero.", "Agrega el pedimento (01) u otro documento con que entra.")
	case !v.internacional() && there:
		v.fail(path, "El documento aduanero solo va en transporte internacional.", "Quita el documento, o escribe Sí en transporte internacional.")
	}
}

func numPedimento(v *validation, path string, d *DocumentacionAduanera) {
	path += ".NumPedimento"
	v.iff(v.cp.EntradaSalidaMerc == entrada && d.TipoDocumento == pedimento, d.NumPedimento != "", path,
		need{message: "Falta el número de pedimento.", fix: "Escribe los 15 dígitos así: año, aduana, patente y número, con dos espacios entre ellos (26  47  3807  6000123)."},
		need{message: "El número de pedimento solo va cuando la mercancía entra y con el tipo de documento 01.", fix: "Quita el número, o corrige el tipo de documento."})
	if d.NumPedimento == "" {
		return
	}
	if year := v.c.Fecha[:min(4, len(v.c.Fecha))]; digits(year, 4) && digits(d.NumPedimento[:min(2, len(d.NumPedimento))], 2) && "20"+d.NumPedimento[:2] > year {
		v.fail(path, "El pedimento "+cfdi.Cut(d.NumPedimento)+" es de un año que no ha llegado.", "Corrige el año: son sus dos primeros dígitos.")
		return
	}
	if problem, fix := cfdi.CheckPedimento(v.cat, v.entered(d.NumPedimento), d.NumPedimento); problem != "" {
		v.fail(path, "El pedimento "+cfdi.Cut(d.NumPedimento)+" "+problem+".", fix)
		return
	}
	v.patente(path, d.NumPedimento)
}

// entered is the day to judge a pedimento by. CFDI40194 wants one of the last ten years;
// CP174 only that it is of no later year: an older one is judged by the end of its own.
func (v *validation) entered(pedimento string) string {
	if day := "20" + pedimento[:min(2, len(pedimento))] + "-12-31"; day < v.c.Fecha {
		return day
	}
	return v.c.Fecha
}

// guias asks for waybills where the CFDI says that packages or pallets travel.
func guias(v *validation) {
	packed := func(c cfdi.Concepto) bool { return listed("31181701 24112700", c.ClaveProdServ, "") }
	if !traslado(v.c) || !slices.ContainsFunc(v.c.Conceptos, packed) || len(v.m.Mercancia) == 0 {
		return
	}
	if !slices.ContainsFunc(v.m.Mercancia, func(m Mercancia) bool { return len(m.GuiasIdentificacion) > 0 }) {
		v.fail(mercanciaPath(0)+".GuiasIdentificacion", "Trasladas empaques (31181701) o estibas (24112700) y faltan sus guías.", "Agrega en la mercancía el número, la descripción y el peso de cada guía.")
	}
}

// known reports the id of no place of a kind.
func (v *validation) known(path, id, kind string) {
	if id != "" && !slices.ContainsFunc(v.cp.Ubicaciones, func(u Ubicacion) bool { return u.TipoUbicacion == kind && u.IDUbicacion == id }) {
		v.fail(path, "Ningún lugar de "+strings.ToLower(kind)+" tiene el identificador "+cfdi.Cut(id)+".", "Escribe el identificador de uno de los lugares de "+strings.ToLower(kind)+".")
	}
}

func cvesTransporte(v *validation, path string, q *CantidadTransporta) {
	path += ".CvesTransporte"
	v.iff(v.modes() > 1, q.CvesTransporte != "", path,
		need{message: "Hay varios modos de transporte y falta decir en cuál va esta cantidad.", fix: fixTransporte},
		need{"Hay un solo modo de transporte y entonces no se dice en cuál va la mercancía.", "Quita la clave del transporte.", true})
	if v.modes() > 1 && q.CvesTransporte != "" && !inForce(catalogo.CveTransporte, q.CvesTransporte, v.c.Fecha) {
		v.fail(path, noKey(q.CvesTransporte, "c_CveTransporte"), fixTransporte)
	}
}
