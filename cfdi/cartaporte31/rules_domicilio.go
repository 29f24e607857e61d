package cartaporte31

import (
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// eachPlace calls check for the address of every place.
func eachPlace(check func(v *validation, path string, d *Domicilio)) func(*validation) {
	return eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		if u.Domicilio != nil {
			check(v, path+".Domicilio.", u.Domicilio)
		}
	})
}

// eachHome calls check for the address of every person.
func eachHome(check func(v *validation, path string, d *Domicilio)) func(*validation) {
	return eachFigura(func(v *validation, path string, f *TiposFigura) {
		if f.Domicilio != nil {
			check(v, path+".Domicilio.", f.Domicilio)
		}
	})
}

const fixColonia = "Escribe la clave de una colonia de ese código postal, o déjala vacía."

// digits reports whether s is so many digits.
func digits(s string, n int) bool { return len(s) == n && number(s) >= 0 }

func colonia(v *validation, path string, d *Domicilio) {
	if d.Pais != mexico || d.Colonia == "" {
		return
	}
	if !digits(d.Colonia, 4) {
		v.fail(path+"Colonia", "En México la colonia es una clave de cuatro dígitos y "+cfdi.Quoted(d.Colonia)+" no lo es.", fixColonia)
		return
	}
	_, known := v.cat.CodigoPostal(d.CodigoPostal) // another is told of already
	list := v.cat.Colonias(d.CodigoPostal)
	if v.cat.Full("Colonia") && known && !slices.ContainsFunc(list, func(c catalogo.Colonia) bool { return c.Clave == d.Colonia }) {
		v.fail(path+"Colonia", "La colonia "+d.Colonia+" no es del código postal "+d.CodigoPostal+" en el catálogo c_Colonia del SAT.", fixColonia)
	}
}

func localidad(v *validation, path string, d *Domicilio) {
	if d.Pais != mexico || d.Localidad == "" {
		return
	}
	if !v.localidad(d) {
		v.fail(path+"Localidad", "La localidad "+cfdi.Quoted(d.Localidad)+" no es del estado "+cfdi.Cut(d.Estado)+" en el catálogo c_Localidad del SAT.", "Escribe su clave de dos dígitos, o déjala vacía.")
	}
}

// localidad reports whether a town may be of its state.
func (v *validation) localidad(d *Domicilio) bool {
	return digits(d.Localidad, 2) && (!v.cat.Full("Localidad") || v.cat.Localidad(d.Estado, d.Localidad) != "")
}

func municipio(v *validation, path string, d *Domicilio) {
	if d.Pais != mexico || d.Municipio == "" {
		return
	}
	if !v.municipal(d) {
		v.fail(path+"Municipio", "El municipio "+cfdi.Quoted(d.Municipio)+" no es del estado "+cfdi.Cut(d.Estado)+" en el catálogo c_Municipio del SAT.", "Escribe su clave de tres dígitos, o déjalo vacío.")
	}
}

// municipal reports whether a municipality may be of its state.
func (v *validation) municipal(d *Domicilio) bool {
	return digits(d.Municipio, 3) && (!v.cat.Full("Municipio") || v.cat.Municipio(d.Estado, d.Municipio) != "")
}

func estado(v *validation, path string, d *Domicilio) {
	if d.Estado == "" {
		return
	}
	ok := true
	switch d.Pais {
	case mexico:
		ok = v.estadoMexicano(d.Estado)
	case "USA":
		ok = inForce(catalogo.EstadoUSA, d.Estado, v.c.Fecha)
	case "CAN":
		ok = inForce(catalogo.EstadoCAN, d.Estado, v.c.Fecha)
	}
	if !ok {
		v.fail(path+"Estado", "El estado "+cfdi.Quoted(d.Estado)+" no es de "+d.Pais+" en el catálogo c_Estado del SAT.", "Escribe la clave del estado, por ejemplo JAL en México o TX en Estados Unidos.")
	}
}

func (v *validation) estadoMexicano(key string) bool {
	row, ok := v.cat.Estado(key)
	return ok && row.InForce(v.c.Fecha)
}

// codigoPostal judges the state by the ranges of the postal codes. What municipality and
// town a code belongs to changes from one edition of the catalogue to the next, so they warn.
func codigoPostal(v *validation, path string, d *Domicilio) {
	if d.Pais != mexico || d.CodigoPostal == "" {
		return
	}
	path += "CodigoPostal"
	row, ok := v.cat.CodigoPostal(d.CodigoPostal)
	switch {
	case !ok:
		v.fail(path, "El código postal "+cfdi.Quoted(d.CodigoPostal)+" no existe en el catálogo c_CodigoPostal del SAT.", "Revisa los cinco dígitos del código postal.")
	case v.estadoMexicano(d.Estado) && row.Estado != d.Estado:
		v.fail(path, "El código postal "+d.CodigoPostal+" es de "+row.Estado+" y el domicilio está en "+d.Estado+".", "Corrige el código postal o el estado.")
	case row.Municipio != "" && v.municipal(d) && row.Estado == d.Estado && row.Municipio != d.Municipio:
		v.Warn(v.code, path, "El código postal "+d.CodigoPostal+" es del municipio "+row.Municipio+" y el domicilio dice "+d.Municipio+".", "Compara el municipio con el código postal.")
	case row.Localidad != "" && d.Localidad != "" && v.localidad(d) && row.Estado == d.Estado && row.Localidad != d.Localidad:
		v.Warn(v.code, path, "El código postal "+d.CodigoPostal+" es de la localidad "+row.Localidad+" y el domicilio dice "+d.Localidad+".", "Compara la localidad con el código postal.")
	}
}
