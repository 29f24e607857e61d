package cartaporte31

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// What carries them.

func (m *Mercancias) peligroso() bool {
	return slices.ContainsFunc(m.Mercancia, func(x Mercancia) bool { return x.MaterialPeligroso == si })
}

func seguroAmbiental(v *validation) {
	if a := v.m.Autotransporte; a != nil {
		v.iff(v.m.peligroso(), a.Seguros.AseguraMedAmbiente != "", "Mercancias.Autotransporte.Seguros.AseguraMedAmbiente",
			need{message: "Llevas material peligroso y falta la aseguradora de daños al medio ambiente.", fix: "Escribe la aseguradora y su póliza."},
			need{"El seguro de daños al medio ambiente solo va con material peligroso.", "Quita la aseguradora y su póliza.", true})
		if !v.m.peligroso() && a.Seguros.AseguraMedAmbiente != "" {
			v.MendHere("Mercancias.Autotransporte.Seguros.PolizaMedAmbiente", "") // which goes with it (CP183)
		}
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
		v.fail("Mercancias.Autotransporte.Remolques", "El vehículo "+config+" lleva remolque y falta.", "Agrega el tipo y la placa del remolque, o corrige la configuración del vehículo.")
	case listed(sinRemolque, config, "") && len(a.Remolques) > 0:
		v.fail("Mercancias.Autotransporte.Remolques", "El vehículo "+config+" no lleva remolque.", "Quita el remolque, o escribe la configuración del vehículo con remolque.")
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
		kind := "Un contenedor que no es ferri"
		if ferry {
			kind = "Un ferri (CM011)"
		}
		v.iff(f.ferry == ferry, f.value != "", path+"."+f.name,
			need{message: "Falta " + f.words + ".", fix: "Escribe " + f.words + "."},
			need{kind + " no lleva " + f.words + ".", "Quita " + f.words + ".", true})
	}
}

func toneladas(v *validation, path string, c *Carro) {
	if len(c.Contenedor) == 0 || c.ToneladasNetasCarro.IsZero() {
		return
	}
	if tonnes := c.toneladas(); c.ToneladasNetasCarro.Cmp(tonnes) != 0 {
		v.fail(path+".ToneladasNetasCarro", "El carro dice "+c.ToneladasNetasCarro.String()+" toneladas y los kilogramos de sus contenedores suman "+tonnes.String()+".", "Escribe "+tonnes.String()+", o corrige el peso de algún contenedor.")
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
		v.fail(path+".Contenedor", "El servicio "+service+" pide contenedores y el carro no los lleva.", "Agrega los contenedores del carro, o corrige el tipo de servicio.")
	case listed(serviciosSinContenedor, service, "") && len(c.Contenedor) > 0:
		v.fail(path+".Contenedor", "El servicio "+service+" no lleva contenedores.", "Quita los contenedores, o corrige el tipo de servicio: TS02 y TS04 los llevan.")
	}
}

func licencia(v *validation, path string, f *TiposFigura) {
	path += ".NumLicencia"
	v.iff(f.TipoFigura == operador, f.NumLicencia != "", path,
		need{message: "Falta la licencia de quien conduce.", fix: "Escribe el número de su licencia."},
		need{"La licencia solo va con el operador (01).", "Quita la licencia.", true})
	if n := utf8.RuneCountInString(f.NumLicencia); f.TipoFigura == operador && n > 0 && (n < 6 || n > 16) {
		v.fail(path, "La licencia tiene "+strconv.Itoa(n)+" caracteres; debe tener de 6 a 16.", "Copia el número como está en la licencia, sin espacios de más.")
	}
}

// parteDe is a part of c_ParteTransporte with its text.
func parteDe(key string) string {
	row, _ := catalogo.ParteTransporte.Find(key)
	return key + " (" + row.Texto + ")"
}
