package cartaporte31

import (
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// What the large catalogues tell of a key where they were imported. Where one was not,
// the form of the key tells what it can and the rest is the PAC's.

// look finds a key in a catalogue. ok says that it is in force on the day of the
// document, full that the catalogue is at hand to tell that it is not.
func look[T interface{ InForce(string) bool }](v *validation, name, key string, find func(k, fecha string) (T, bool)) (row T, ok, full bool) {
	if !v.cat.Full(name) {
		return row, false, false
	}
	row, ok = find(key, v.c.Fecha)
	return row, ok && row.InForce(v.c.Fecha), true
}

// bienesTransp finds the key of goods, each of them once: a journey may carry the same
// in thousands of lines, and the catalogue lies on disk.
func (v *validation) bienesTransp(key string) bienes {
	b, seen := v.bienes[key]
	if !seen {
		b.row, b.ok, b.full = look(v, "ClaveProdServCP", key, v.cat.ClaveProdServCP)
		if v.bienes == nil {
			v.bienes = map[string]bienes{}
		}
		v.bienes[key] = b
	}
	return b
}

// bienes is what is known of the key of goods.
type bienes struct {
	row      catalogo.ClaveProdServCP
	ok, full bool
}

// peligro tells whether the goods of a key are dangerous: "1" always, "0" never, "0,1"
// where whoever ships says, "" when only the PAC can tell. Of a key that is in no
// catalogue nothing is told: it is wrong already.
func (v *validation) peligro(key string) string {
	switch b := v.bienesTransp(key); {
	case !b.full:
		return peligro(key)
	case b.ok:
		return strings.ReplaceAll(b.row.MaterialPeligroso, " ", "")
	}
	return ""
}

// estacion is what is known of a station.
type estacion struct {
	row      catalogo.Estacion
	ok, full bool
}

func (v *validation) estacion(key string) (e estacion) {
	if key != "" {
		e.row, e.ok, e.full = look(v, "Estaciones", key, v.cat.Estacion)
	}
	return e
}

// extranjera reports whether a station lies abroad.
func (v *validation) extranjera(key string) bool {
	if e := v.estacion(key); e.ok {
		return e.row.Nacionalidad != "México"
	}
	return extranjera(key)
}

// transporte returns the key of c_CveTransporte of a station.
func (v *validation) transporte(key string) string {
	if e := v.estacion(key); e.ok {
		return e.row.ClaveTransporte
	}
	return estacionTransporte(key)
}

// estacionKey is what CP136 says of a station that does not exist.
func (v *validation) estacionKey(path string, u *Ubicacion) {
	if e := v.estacion(u.NumEstacion); e.full && !e.ok && v.stations() != "" {
		v.fail(path+".NumEstacion", "La estación "+cfdi.Cut(u.NumEstacion)+" no existe en el catálogo c_Estaciones del SAT, o no está vigente en la fecha del comprobante.", "Escribe la clave de una estación de ese catálogo, por ejemplo PM001 si es puerto.")
	}
}

// mostEstacion is how much of the name of a station the schema lets through.
const mostEstacion = 50

// estacionName is what CP137 says of the name of a station of Mexico: one abroad is
// written by its own name. A PAC may compare letter by letter, so that other capitals
// are a warning.
func (v *validation) estacionName(path string, u *Ubicacion) {
	e := v.estacion(u.NumEstacion)
	if !e.ok || u.NombreEstacion == "" || v.extranjera(u.NumEstacion) {
		return
	}
	path += ".NombreEstacion"
	name := strings.TrimSpace(short(e.row.Texto, mostEstacion))
	switch {
	case u.NombreEstacion == name:
	case strings.EqualFold(strings.Join(strings.Fields(u.NombreEstacion), " "), strings.Join(strings.Fields(name), " ")):
		v.Warn(v.code, path, "El catálogo del SAT escribe el nombre de la estación "+u.NumEstacion+" «"+name+"».", "Escríbelo igual: algunos PAC comparan letra por letra.")
	default:
		v.fail(path, "El nombre de la estación "+u.NumEstacion+" es «"+name+"» en el catálogo del SAT.", "Escribe ese nombre, o corrige la clave de la estación.")
	}
}

func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// materialKey is what CP156 says of a material that does not exist.
func (v *validation) materialKey(path, key string) {
	if _, ok, full := look(v, "MaterialPeligroso", key, v.cat.MaterialPeligroso); full && !ok {
		v.fail(path, "El material peligroso "+key+" no existe en el catálogo c_MaterialPeligroso del SAT.", "Escribe el número de la ONU del material, por ejemplo 1203 para la gasolina.")
	}
}

// patente is what CP174 says of the customs broker of a pedimento, whose patent may have
// ended since.
func (v *validation) patente(path, pedimento string) {
	f := strings.Fields(pedimento)
	if len(f) != 4 || !v.cat.Full("PatenteAduanal") {
		return
	}
	if _, ok := v.cat.PatenteAduanal(f[2], ""); !ok {
		v.fail(path, "El pedimento "+pedimento+" nombra la patente aduanal "+f[2]+", que no existe en el catálogo c_PatenteAduanal del SAT.", "Compara el número con el pedimento; la patente son los cuatro dígitos del tercer grupo.")
	}
}

// inCatalogue is a form of which the catalogue, where it is at hand, has the last word.
func inCatalogue[T interface{ InForce(string) bool }](name string, find func(cat *catalogo.Catalog, k, fecha string) (T, bool), without form) form {
	return form{func(v *validation, s string) bool {
		_, ok, full := look(v, name, s, func(k, fecha string) (T, bool) { return find(v.cat, k, fecha) })
		return ok || !full && without.ok(v, s)
	}, without.words}
}

// The attributes that the schema holds to a large catalogue, under CP999.
var (
	unidadPeso    = inCatalogue("ClaveUnidadPeso", (*catalogo.Catalog).ClaveUnidadPeso, unidad)
	transportista = inCatalogue("CodigoTransporteAereo", (*catalogo.Catalog).CodigoTransporteAereo, form{func(_ *validation, s string) bool { return numbered(s, "CA", 3, 173) }, inList("c_CodigoTransporteAereo", "CA001")})
	derecho       = inCatalogue("DerechosDePaso", (*catalogo.Catalog).DerechoDePaso, form{func(_ *validation, s string) bool { return numbered(s, "CDP", 3, 119) }, inList("c_DerechosDePaso", "CDP001")})
	naviero       = inCatalogue("NumAutorizacionNaviero", (*catalogo.Catalog).NumAutorizacionNaviero, form{func(*validation, string) bool { return true }, "la autorización del agente naviero como está en el catálogo c_NumAutorizacionNaviero del SAT, vigente en la fecha del comprobante"})

	eight   = like(`[0-9]{8}`, inList("c_ClaveProdServCP", "50202301")+", de ocho dígitos")
	bienesT = form{func(v *validation, s string) bool {
		b := v.bienesTransp(s)
		return b.ok || !b.full && eight.ok(v, s)
	}, eight.words}

	// The catalogue has the fractions of ten digits; the schema knows those of eight too.
	ten      = inCatalogue("FraccionArancelaria", (*catalogo.Catalog).FraccionArancelaria, like(`[0-9]{10}`, ""))
	fraccion = form{func(v *validation, s string) bool { return eight.ok(v, s) || ten.ok(v, s) }, "los 8 o 10 dígitos de una fracción arancelaria vigente; tu agente aduanal la conoce"}
)
