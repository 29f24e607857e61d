package pdf

var donatarias = sheet{
	"Donatarias": {title: "Donativo", data: []datum{
		{attr: "noAutorizacion", name: "Número de autorización"},
		{attr: "fechaAutorizacion", name: "Fecha de autorización", as: when},
		{attr: "leyenda", name: "Leyenda"},
	}},
}

var iedu = sheet{
	"instEducativas": {title: "Institución educativa", data: []datum{
		{attr: "nombreAlumno", name: "alumno"},
		{attr: "CURP", name: "CURP"},
		{attr: "nivelEducativo", name: "nivel"},
		{attr: "autRVOE", name: "autorización o RVOE"},
		{attr: "rfcPago", name: "RFC de quien paga"},
	}},
}

var leyendasFiscales = sheet{
	"LeyendasFiscales": {title: "Leyendas fiscales"},
	"Leyenda": {data: []datum{
		{attr: "disposicionFiscal", name: "Disposición fiscal"},
		{attr: "norma", name: "Norma"},
		{attr: "textoLeyenda", name: "Leyenda"},
	}},
}

var ine = sheet{
	"INE": {title: "INE", data: []datum{
		{attr: "TipoProceso", name: "Tipo de proceso"},
		{attr: "TipoComite", name: "Tipo de comité"},
		{attr: "IdContabilidad", name: "Identificador contable"},
	}},
	"Entidad": {table: true, data: []datum{
		{attr: "ClaveEntidad", name: "Entidad", as: state, width: rest},
		{attr: "Ambito", name: "Ámbito", width: 60},
	}},
	"Contabilidad": {title: "Contabilidad", data: []datum{
		{attr: "IdContabilidad", name: "identificador"},
	}},
}

var notariosPublicos = sheet{
	"NotariosPublicos": {title: "Notarios públicos"},
	"DescInmueble": {title: "Inmueble", count: true, data: []datum{
		{attr: "TipoInmueble", name: "Tipo de inmueble"},
		{attr: "Calle", name: "Calle"},
		{attr: "NoExterior", name: "Número exterior"},
		{attr: "NoInterior", name: "Número interior"},
		{attr: "Colonia", name: "Colonia"},
		{attr: "Localidad", name: "Localidad"},
		{attr: "Referencia", name: "Referencia"},
		{attr: "Municipio", name: "Municipio"},
		{attr: "Estado", name: "Entidad"},
		{attr: "Pais", name: "País", as: country},
		{attr: "CodigoPostal", name: "Código postal"},
	}},
	"DatosOperacion": {title: "Operación", data: []datum{
		{attr: "NumInstrumentoNotarial", name: "Instrumento notarial"},
		{attr: "FechaInstNotarial", name: "Fecha del instrumento", as: when},
		{attr: "MontoOperacion", name: "Monto de la operación", as: pesos},
		{attr: "Subtotal", name: "Subtotal", as: pesos},
		{attr: "IVA", name: "IVA", as: pesos},
	}},
	"DatosNotario": {title: "Notario", data: []datum{
		{attr: "CURP", name: "CURP"},
		{attr: "NumNotaria", name: "Notaría"},
		{attr: "EntidadFederativa", name: "Entidad"},
		{attr: "Adscripcion", name: "Adscripción"},
	}},
	"DatosEnajenante": {title: "Enajenante", data: []datum{
		{attr: "CoproSocConyugalE", name: "Copropiedad o sociedad conyugal"},
	}},
	"DatosAdquiriente": {title: "Adquiriente", data: []datum{
		{attr: "CoproSocConyugalE", name: "Copropiedad o sociedad conyugal"},
	}},
	"DatosUnEnajenante": {data: []datum{
		{attr: "Nombre", name: "Nombre"},
		{attr: "ApellidoPaterno", name: "Apellido paterno"},
		{attr: "ApellidoMaterno", name: "Apellido materno"},
		{attr: "RFC", name: "RFC"},
		{attr: "CURP", name: "CURP"},
	}},
	"DatosUnAdquiriente": {data: []datum{
		{attr: "Nombre", name: "Nombre"},
		{attr: "ApellidoPaterno", name: "Apellido paterno"},
		{attr: "ApellidoMaterno", name: "Apellido materno"},
		{attr: "RFC", name: "RFC"},
		{attr: "CURP", name: "CURP"},
	}},
	"DatosEnajenanteCopSC": {table: true, data: []datum{
		{attr: "Nombre", name: "Nombre", width: rest},
		{attr: "ApellidoPaterno", name: "Apellido paterno", width: 32},
		{attr: "ApellidoMaterno", name: "Apellido materno", width: 32},
		{attr: "RFC", name: "RFC", width: 30},
		{attr: "CURP", name: "CURP", width: 38},
		{attr: "Porcentaje", name: "%", as: number, width: 15, numbers: true},
	}},
	"DatosAdquirienteCopSC": {table: true, data: []datum{
		{attr: "Nombre", name: "Nombre", width: rest},
		{attr: "ApellidoPaterno", name: "Apellido paterno", width: 32},
		{attr: "ApellidoMaterno", name: "Apellido materno", width: 32},
		{attr: "RFC", name: "RFC", width: 30},
		{attr: "CURP", name: "CURP", width: 38},
		{attr: "Porcentaje", name: "%", as: number, width: 15, numbers: true},
	}},
}

var servicioParcial = sheet{
	"parcialesconstruccion": {title: "Servicio parcial de construcción", data: []datum{
		{attr: "NumPerLicoAut", name: "Permiso, licencia o autorización"},
	}},
	"Inmueble": {title: "Inmueble", data: []datum{
		{attr: "Calle", name: "Calle"},
		{attr: "NoExterior", name: "Número exterior"},
		{attr: "NoInterior", name: "Número interior"},
		{attr: "Colonia", name: "Colonia"},
		{attr: "Localidad", name: "Localidad"},
		{attr: "Referencia", name: "Referencia"},
		{attr: "Municipio", name: "Municipio"},
		{attr: "Estado", name: "Entidad"},
		{attr: "CodigoPostal", name: "Código postal"},
	}},
}

var vehiculoUsado = sheet{
	"VehiculoUsado": {title: "Vehículo usado", data: []datum{
		{attr: "marca", name: "Marca"},
		{attr: "tipo", name: "Tipo"},
		{attr: "modelo", name: "Modelo"},
		{attr: "claveVehicular", name: "Clave vehicular"},
		{attr: "numeroMotor", name: "Número de motor"},
		{attr: "numeroSerie", name: "Número de serie"},
		{attr: "NIV", name: "NIV"},
		{attr: "valor", name: "Valor", as: pesos},
		{attr: "montoAdquisicion", name: "Monto de adquisición", as: pesos},
		{attr: "montoEnajenacion", name: "Monto de enajenación", as: pesos},
	}},
	"InformacionAduanera": {table: true, data: []datum{
		{attr: "numero", name: "Documento aduanero", width: rest},
		{attr: "fecha", name: "Fecha", as: when, width: 30},
		{attr: "aduana", name: "Aduana", width: 60},
	}},
}

var hidrocarburos = sheet{
	"HidroYPetro": {title: "Hidrocarburos y petrolíferos", data: []datum{
		{attr: "TipoPermiso", name: "tipo de permiso"},
		{attr: "NumeroPermiso", name: "permiso"},
		{attr: "ClaveHYP", name: "clave"},
		{attr: "SubProductoHYP", name: "subproducto"},
	}},
}
