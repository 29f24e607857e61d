package cce20

import (
	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// names say in plain words what an attribute is.
var names = map[string]string{
	"Version": "la versión de Comercio Exterior", "MotivoTraslado": "el motivo del traslado", "ClaveDePedimento": "la clave de pedimento",
	"CertificadoOrigen": "el dato de certificado de origen", "NumCertificadoOrigen": "el número del certificado de origen",
	"NumeroExportadorConfiable": "el número de exportador confiable", "Incoterm": "el Incoterm", "Observaciones": "el texto de observaciones",
	"TipoCambioUSD": "el tipo de cambio del dólar", "TotalUSD": "el total en dólares", "Curp": "la CURP",
	"NumRegIdTrib": "el número de identidad tributaria", "ResidenciaFiscal": "el país de residencia fiscal", "Calle": "la calle",
	"NumeroExterior": "el número exterior", "NumeroInterior": "el número interior", "Colonia": "la colonia", "Localidad": "la localidad",
	"Referencia": "la referencia del domicilio", "Municipio": "el municipio", "Estado": "el estado", "Pais": "el país", "CodigoPostal": "el código postal",
	"NoIdentificacion": "el número de identificación de la mercancía", "FraccionArancelaria": "la fracción arancelaria",
	"CantidadAduana": "la cantidad en aduana", "UnidadAduana": "la unidad de aduana", "ValorUnitarioAduana": "el valor unitario en aduana",
	"ValorDolares": "el valor en dólares", "Marca": "la marca", "Modelo": "el modelo", "SubModelo": "el submodelo", "NumeroSerie": "el número de serie",
}

// only are the attributes of which the schema and its catalogue know one value.
var only = map[string]string{"Version": "2.0", "ClaveDePedimento": "A1"}

// noKey says that a key is in no catalogue on the day of the document.
func noKey(key, catalogue string) string {
	return "La clave " + cfdi.Quoted(key) + " no existe en el catálogo " + catalogue + " del SAT, o no estaba vigente en la fecha del comprobante."
}

// unidad is a unit of c_UnidadAduana with its text.
func unidad(key string) string {
	if row, ok := catalogo.UnidadAduana.Find(key); ok {
		return key + " (" + row.Texto + ")"
	}
	return key
}
