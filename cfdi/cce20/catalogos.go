package cce20

import (
	"slices"

	"iofacturo.mx/catalogo"
)

// A key is a row of one of the catalogues of the complement.
type key = catalogo.Entry

// since is the day Comercio Exterior 2.0 began: every catalogue of it starts then.
const since = "2024-01-18"

// clavesPedimento is c_ClavePedimento, complete.
var clavesPedimento = []key{{Clave: "A1", Texto: "Importación o exportación definitiva", Desde: since}}

// motivosTraslado is c_MotivoTraslado, complete.
var motivosTraslado = []key{
	{Clave: "01", Texto: "Envío de mercancías facturadas con anterioridad", Desde: since},
	{Clave: "02", Texto: "Reubicación de mercancías propias", Desde: since},
	{Clave: "03", Texto: "Envío de mercancías objeto de contrato de consignación", Desde: since},
	{Clave: "04", Texto: "Envío de mercancías para posterior enajenación", Desde: since},
	{Clave: "05", Texto: "Envío de mercancías propiedad de terceros", Desde: since},
	{Clave: "99", Texto: "Otros", Desde: since},
}

// incoterms is c_INCOTERM, complete.
var incoterms = []key{
	{Clave: "CFR", Texto: "Coste y flete (puerto de destino convenido)", Desde: since},
	{Clave: "CIF", Texto: "Coste, seguro y flete (puerto de destino convenido)", Desde: since},
	{Clave: "CPT", Texto: "Transporte pagado hasta (el lugar de destino convenido)", Desde: since},
	{Clave: "CIP", Texto: "Transporte y seguro pagados hasta (lugar de destino convenido)", Desde: since},
	{Clave: "DAP", Texto: "Entregada en lugar", Desde: since},
	{Clave: "DDP", Texto: "Entregada derechos pagados (lugar de destino convenido)", Desde: since},
	{Clave: "DPU", Texto: "Entregada y descargada en lugar acordado", Desde: since},
	{Clave: "EXW", Texto: "En fábrica (lugar convenido)", Desde: since},
	{Clave: "FCA", Texto: "Franco transportista (lugar designado)", Desde: since},
	{Clave: "FAS", Texto: "Franco al costado del buque (puerto de carga convenido)", Desde: since},
	{Clave: "FOB", Texto: "Franco a bordo (puerto de carga convenido)", Desde: since},
}

// unidadesAduana is c_UnidadAduana, complete.
var unidadesAduana = []key{
	{Clave: "01", Texto: "Kilo", Desde: since},
	{Clave: "02", Texto: "Gramo", Desde: since},
	{Clave: "03", Texto: "Metro lineal", Desde: since},
	{Clave: "04", Texto: "Metro cuadrado", Desde: since},
	{Clave: "05", Texto: "Metro cúbico", Desde: since},
	{Clave: "06", Texto: "Pieza", Desde: since},
	{Clave: "07", Texto: "Cabeza", Desde: since},
	{Clave: "08", Texto: "Litro", Desde: since},
	{Clave: "09", Texto: "Par", Desde: since},
	{Clave: "10", Texto: "Kilowatt", Desde: since},
	{Clave: "11", Texto: "Millar", Desde: since},
	{Clave: "12", Texto: "Juego", Desde: since},
	{Clave: "13", Texto: "Kilowatt/hora", Desde: since},
	{Clave: "14", Texto: "Tonelada", Desde: since},
	{Clave: "15", Texto: "Barril", Desde: since},
	{Clave: "16", Texto: "Gramo neto", Desde: since},
	{Clave: "17", Texto: "Decenas", Desde: since},
	{Clave: "18", Texto: "Cientos", Desde: since},
	{Clave: "19", Texto: "Docenas", Desde: since},
	{Clave: "20", Texto: "Caja", Desde: since},
	{Clave: "21", Texto: "Botella", Desde: since},
	{Clave: "22", Texto: "Carat", Desde: since},
	{Clave: "99", Texto: "Servicio", Desde: since},
}

// estadosFuera are the rows of c_Estado of the two countries abroad that have some.
var estadosFuera = map[string][]key{
	"USA": {
		{Clave: "AL", Texto: "Alabama", Desde: since},
		{Clave: "AK", Texto: "Alaska", Desde: since},
		{Clave: "AZ", Texto: "Arizona", Desde: since},
		{Clave: "AR", Texto: "Arkansas", Desde: since},
		{Clave: "CA", Texto: "California", Desde: since},
		{Clave: "NC", Texto: "Carolina del Norte", Desde: since},
		{Clave: "SC", Texto: "Carolina del Sur", Desde: since},
		{Clave: "CO", Texto: "Colorado", Desde: since},
		{Clave: "CT", Texto: "Connecticut", Desde: since},
		{Clave: "ND", Texto: "Dakota del Norte", Desde: since},
		{Clave: "SD", Texto: "Dakota del Sur", Desde: since},
		{Clave: "DE", Texto: "Delaware", Desde: since},
		{Clave: "FL", Texto: "Florida", Desde: since},
		{Clave: "GA", Texto: "Georgia", Desde: since},
		{Clave: "HI", Texto: "Hawái", Desde: since},
		{Clave: "ID", Texto: "Idaho", Desde: since},
		{Clave: "IL", Texto: "Illinois", Desde: since},
		{Clave: "IN", Texto: "Indiana", Desde: since},
		{Clave: "IA", Texto: "Iowa", Desde: since},
		{Clave: "KS", Texto: "Kansas", Desde: since},
		{Clave: "KY", Texto: "Kentucky", Desde: since},
		{Clave: "LA", Texto: "Luisiana", Desde: since},
		{Clave: "ME", Texto: "Maine", Desde: since},
		{Clave: "MD", Texto: "Maryland", Desde: since},
		{Clave: "MA", Texto: "Massachusetts", Desde: since},
		{Clave: "MI", Texto: "Míchigan", Desde: since},
		{Clave: "MN", Texto: "Minnesota", Desde: since},
		{Clave: "MS", Texto: "Misisipi", Desde: since},
		{Clave: "MO", Texto: "Misuri", Desde: since},
		{Clave: "MT", Texto: "Montana", Desde: since},
		{Clave: "NE", Texto: "Nebraska", Desde: since},
		{Clave: "NV", Texto: "Nevada", Desde: since},
		{Clave: "NJ", Texto: "Nueva Jersey", Desde: since},
		{Clave: "NY", Texto: "Nueva York", Desde: since},
		{Clave: "NH", Texto: "Nuevo Hampshire", Desde: since},
		{Clave: "NM", Texto: "Nuevo México", Desde: since},
		{Clave: "OH", Texto: "Ohio", Desde: since},
		{Clave: "OK", Texto: "Oklahoma", Desde: since},
		{Clave: "OR", Texto: "Oregón", Desde: since},
		{Clave: "PA", Texto: "Pensilvania", Desde: since},
		{Clave: "RI", Texto: "Rhode Island", Desde: since},
		{Clave: "TN", Texto: "Tennessee", Desde: since},
		{Clave: "TX", Texto: "Texas", Desde: since},
		{Clave: "UT", Texto: "Utah", Desde: since},
		{Clave: "VT", Texto: "Vermont", Desde: since},
		{Clave: "VA", Texto: "Virginia", Desde: since},
		{Clave: "WV", Texto: "Virginia Occidental", Desde: since},
		{Clave: "WA", Texto: "Washington", Desde: since},
		{Clave: "WI", Texto: "Wisconsin", Desde: since},
		{Clave: "WY", Texto: "Wyoming", Desde: since},
	},
	"CAN": {
		{Clave: "ON", Texto: "Ontario", Desde: since},
		{Clave: "QC", Texto: "Quebec", Desde: since},
		{Clave: "NS", Texto: "Nueva Escocia", Desde: since},
		{Clave: "NB", Texto: "Nuevo Brunswick", Desde: since},
		{Clave: "MB", Texto: "Manitoba", Desde: since},
		{Clave: "BC", Texto: "Columbia Británica", Desde: since},
		{Clave: "PE", Texto: "Isla del Príncipe Eduardo", Desde: since},
		{Clave: "SK", Texto: "Saskatchewan", Desde: since},
		{Clave: "AB", Texto: "Alberta", Desde: since},
		{Clave: "NL", Texto: "Terranova y Labrador", Desde: since},
		{Clave: "NT", Texto: "Territorios del Noroeste", Desde: since},
		{Clave: "YT", Texto: "Yukón", Desde: since},
		{Clave: "UN", Texto: "Nunavut", Desde: since},
	},
}

// Incoterms returns c_INCOTERM.
func Incoterms() []catalogo.Entry { return slices.Clone(incoterms) }

// MotivosTraslado returns c_MotivoTraslado.
func MotivosTraslado() []catalogo.Entry { return slices.Clone(motivosTraslado) }

// UnidadesAduana returns c_UnidadAduana.
func UnidadesAduana() []catalogo.Entry { return slices.Clone(unidadesAduana) }

// inForce reports whether a key stands in a catalogue on a day.
func inForce(list []key, clave, fecha string) bool {
	for _, k := range list {
		if k.Clave == clave {
			return k.InForce(fecha)
		}
	}
	return false
}
