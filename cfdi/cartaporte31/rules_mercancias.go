package cartaporte31

import (
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

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
	modes := v.stations()
	switch {
	case modes == "" || u.NumEstacion == "" && v.modes() > 1:
	case u.NumEstacion == "":
		v.fail(path+".NumEstacion", "Falta la estación, el puerto o el aeropuerto.", "Elige su clave del catálogo de estaciones del SAT.")
	case !listed(modes, estacionTransporte(u.NumEstacion), ""):
		v.fail(path+".NumEstacion", "La clave "+u.NumEstacion+" no es de una estación del transporte que usas.", "Los puertos empiezan con PM, los aeropuertos con EA; las demás claves son de ferrocarril.")
	}
}

func navegacion(v *validation, path string, u *Ubicacion) {
	switch by, there := v.m.TransporteMaritimo != nil, u.NavegacionTrafico != ""; {
	case by && !there && v.modes() == 1:
		v.fail(path+".NavegacionTrafico", "Falta el tipo de navegación del puerto.", "Elige Altura o Cabotaje.")
	case !by && there:
		v.fail(path+".NavegacionTrafico", "El tipo de navegación solo va por mar.", "Quita el dato.")
	}
}

func tipoEstacion(v *validation, path string, u *Ubicacion) {
	path += ".TipoEstacion"
	switch {
	case u.TipoEstacion == "":
		if v.stations() != "" && v.modes() == 1 && !extranjera(u.NumEstacion) {
			v.fail(path, "Falta el tipo de estación.", "Elige 01 origen nacional, 02 intermedia o 03 destino final nacional.")
		}
	case !inForce(catalogo.TipoEstacion, u.TipoEstacion, v.c.Fecha):
		v.fail(path, "El tipo de estación "+u.TipoEstacion+" no existe en el catálogo del SAT.", fixClave)
	case extranjera(u.NumEstacion):
		v.fail(path, "Una estación extranjera no lleva tipo de estación.", "Quita el tipo de estación.")
	case v.m.Autotransporte != nil:
		v.modal(path, "Por carretera no va el tipo de estación.", "Quita el tipo de estación.")
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
	switch peligro(m.BienesTransp) {
	case "1":
		if m.MaterialPeligroso == "" {
			v.fail(path, "La mercancía "+m.BienesTransp+" es material peligroso y falta decirlo.", "Elige Sí y agrega la clave del material y su embalaje.")
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
	}
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
