package cartaporte31

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// most is what the schema lets through: characters of a text, decimals of a number.
var most = map[string]int{
	"NombreRemitenteDestinatario": 254, "NumRegIdTrib": 40, "NombreEstacion": 50, "Calle": 100, "NumeroExterior": 55, "NumeroInterior": 55, "Colonia": 120,
	"Localidad": 120, "Referencia": 250, "Municipio": 120, "Estado": 30, "CodigoPostal": 12, "IdentDocAduanero": 150, "NumeroGuiaIdentificacion": 30,
	"DescripGuiaIdentificacion": 1000, "PesoGuiaIdentificacion": 3, "PesoBruto": 3, "PesoNeto": 3, "PesoTara": 3, "Descripcion": 1000, "Unidad": 20,
	"DescripEmbalaje": 100, "NombreIngredienteActivo": 1000, "NomQuimico": 150, "DenominacionGenericaProd": 50, "DenominacionDistintivaProd": 50,
	"Fabricante": 240, "LoteMedicamento": 10, "RegistroSanitarioFolioAutorizacion": 15, "PermisoImportacion": 6, "FolioImpoVUCEM": 25, "NumCAS": 15,
	"RazonSocialEmpImp": 80, "NumRegSanPlagCOFEPRIS": 60, "DatosFabricante": 600, "DatosFormulador": 600, "DatosMaquilador": 600, "UsoAutorizado": 1000,
	"TotalDistRec": 12, "DistanciaRecorrida": 12, "PesoEnKg": 3, "DescripcionMateria": 50, "NumPermisoSCT": 50, "PesoBrutoVehicular": 2, "AseguraRespCivil": 50, "PolizaRespCivil": 30,
	"AseguraMedAmbiente": 50, "PolizaMedAmbiente": 30, "AseguraCarga": 50, "PolizaCarga": 30, "MatriculaContenedor": 15, "NumPrecinto": 20,
	"NombreAseg": 50, "NumPolizaSeguro": 30, "Matricula": 30, "NombreEmbarc": 50, "UnidadesDeArqBruto": 3, "Eslora": 2, "Manga": 2, "Calado": 2,
	"Puntal": 2, "LineaNaviera": 50, "NombreAgenteNaviero": 100, "NumViaje": 30, "NumConocEmbarc": 30, "PermisoTempNavegacion": 19, "NumeroGuia": 15,
	"LugarContrato": 120, "NumRegIdTribEmbarc": 40, "NombreEmbarcador": 254, "KilometrajePagado": 2, "PesoContenedorVacio": 3, "PesoNetoMercancia": 3,
	"MatriculaCarro": 15, "GuiaCarro": 15, "ToneladasNetasCarro": 3, "PesoBrutoTotal": 3, "PesoNetoTotal": 3, "NombreFigura": 254, "NumRegIdTribFigura": 40,
}

// fewest is how many characters the schema asks for, where it is more than one.
var fewest = map[string]int{
	"NumRegIdTrib": 6, "NumRegIdTribEmbarc": 6, "NumRegIdTribFigura": 6, "NumeroGuiaIdentificacion": 10, "AseguraRespCivil": 3, "PolizaRespCivil": 3,
	"AseguraMedAmbiente": 3, "PolizaMedAmbiente": 3, "AseguraCarga": 3, "PolizaCarga": 3, "MatriculaContenedor": 11, "NumPrecinto": 5, "NombreAseg": 3,
	"NumPolizaSeguro": 3, "Matricula": 7, "LineaNaviera": 3, "NumeroGuia": 12, "MatriculaCarro": 6,
}

// A form is what a value must look like, and how to say it.
type form struct {
	ok    func(v *validation, s string) bool
	words string
}

func like(pattern, words string) form {
	r := regexp.MustCompile("^(?:" + pattern + ")$")
	return form{func(_ *validation, s string) bool { return r.MatchString(s) }, words}
}

// keyOf asks for a key of a catalogue of that name.
func keyOf(catalogue catalogo.Short, name, example string) form {
	return form{func(v *validation, s string) bool { return inForce(catalogue, s, v.c.Fecha) }, inList(name, example)}
}

// inList says of what catalogue a key must be.
func inList(name, example string) string {
	return "una clave vigente del catálogo " + name + " del SAT, por ejemplo " + example
}

func oneOf(words string, keys string) form {
	return form{func(v *validation, s string) bool { return v.key(keys, s) }, words}
}

const (
	wordsTime  = "una fecha con hora como 2026-11-20T08:00:00"
	wordsPlate = "de 5 a 7 letras y números, sin espacios ni guiones"
	wordsYear  = "un año de cuatro dígitos"
	wordsCCP   = "36 caracteres: CCC y los de un UUID"
	wordsWhole = "un número entero mayor que cero"
)

var (
	plate  = like(`[^(?!.*\s)-]{5,7}`, wordsPlate)
	year   = like(`19[0-9]{2}|20[0-9]{2}`, wordsYear)
	ccp    = like(`CCC[a-fA-F0-9]{5}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}`, wordsCCP)
	whole  = like(`[0-9]*[1-9][0-9]*`, wordsWhole)
	unidad = like(`[A-Z0-9][A-Za-z0-9]{0,2}`, inList("c_ClaveUnidadPeso", "KGM"))
	trail  = keyOf(catalogo.SubTipoRem, "c_SubTipoRem", "CTR001")
	polo   = oneOf(inList("c_RegistroISTMO", "01"), polosISTMO)
	nation = form{(*validation).pais, "la clave de un país, como MEX o USA"}
	moment = form{func(_ *validation, s string) bool {
		return parses("2006-01-02T15:04:05", s) && s[:2] == "20" && s[2] >= '1'
	}, wordsTime} // t_FechaH: 2010 to 2099
)

func parses(layout, s string) bool {
	_, err := time.Parse(layout, s)
	return err == nil && len(s) == len(layout)
}

// forms are those of the attributes that no code of the matrix has for itself.
var forms = map[string]form{
	"IdCCP": ccp, "IdCCPRelacionado": ccp,
	"TranspInternac": oneOf("Sí o No", "Sí No"), "EntradaSalidaMerc": oneOf("Entrada o Salida", "Entrada Salida"), "RegistroISTMO": oneOf("Sí, o deja vacío el dato", si),
	"UbicacionPoloOrigen": polo, "UbicacionPoloDestino": polo,
	"TipoUbicacion": oneOf("Origen o Destino", "Origen Destino"), "IDUbicacion": like(`(OR|DE)[0-9]{6}`, "OR o DE y seis dígitos"),
	"IDOrigen": like(`OR[0-9]{6}`, "OR y seis dígitos"), "IDDestino": like(`DE[0-9]{6}`, "DE y seis dígitos"),
	"NavegacionTrafico":      oneOf("Altura o Cabotaje", "Altura Cabotaje"),
	"FechaHoraSalidaLlegada": moment, "FechaCertificacionCCP": moment,
	"FechaCaducidad": {func(_ *validation, s string) bool { return parses(time.DateOnly, s) }, "una fecha como 2026-11-20"},
	"Pais":           nation, "NacionalidadEmbarc": nation,
	"UnidadPeso": unidadPeso, "UnidadPesoMerc": unidadPeso, "NumTotalMercancias": whole, "NumPiezas": whole,
	"LogisticaInversaRecoleccionDevolucion": oneOf("Sí, o deja vacío el dato", si), "MaterialPeligroso": oneOf("Sí o No", "Sí No"),
	"TipoDocumento": oneOf(inList("c_DocumentoAduanero", "01 si es un pedimento"), documentosAduaneros), "BienesTransp": bienesT,
	"ClaveSTCC": like(`[0-9]{6,7}`, "seis o siete dígitos"), "Dimensiones": like(`[0-9]{1,3}/[0-9]{1,3}/[0-9]{1,3}(cm|plg)`, "largo, alto y ancho como 30/40/30cm"),
	"FormaFarmaceutica": oneOf(inList("c_FormaFarmaceutica", "01"), formasFarmaceuticas), "CondicionesEspTransp": oneOf(inList("c_CondicionesEspeciales", "01"), condicionesEspeciales),
	"Moneda": {func(v *validation, s string) bool {
		row, ok := v.cat.Moneda(s)
		return ok && row.InForce(v.c.Fecha)
	}, "una clave de moneda como MXN"},
	"ClaveUnidad": {func(v *validation, s string) bool {
		_, ok := v.cat.ClaveUnidad(s)
		return ok || !v.cat.Full("ClaveUnidad")
	}, inList("c_ClaveUnidad", "KGM si son kilogramos")},
	"FraccionArancelaria": fraccion, "NumAutorizacionNaviero": naviero,
	"UUIDComercioExt": like(`[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}`, "el folio fiscal de un CFDI"),
	"PermSCT":         keyOf(catalogo.TipoPermiso, "c_TipoPermiso", "TPAF01"), "ConfigVehicular": keyOf(catalogo.ConfigAutotransporte, "c_ConfigAutotransporte", "C2"),
	"PlacaVM": plate, "Placa": plate, "PlacaVMCCP": plate, "PlacaCCP": plate, "AnioModeloVM": year, "AnioEmbarcacion": year,
	"SubTipoRem": trail, "SubTipoRemCCP": trail, "TipoEmbarcacion": oneOf(inList("c_ConfigMaritima", "B01"), embarcaciones), "NumeroOMI": like(`IMO[0-9]{7}`, "IMO y siete dígitos"),
	"TipoCarga": oneOf(inList("c_ClaveTipoCarga", "CGS"), cargasMaritimas), "MatriculaAeronave": like(`[A-Z0-9-]{5,11}`, "de 5 a 11 mayúsculas, números o guiones"),
	"CodigoTransportista": transportista, "TipoDerechoDePaso": derecho,
	"TipoDeServicio": oneOf(inList("c_TipoDeServicio", "TS01"), serviciosSinContenedor+" "+serviciosConContenedor), "TipoDeTrafico": oneOf(inList("c_TipoDeTrafico", "TT01"), traficos),
	"TipoCarro": oneOf(inList("c_TipoCarro", "TC01"), carros), "TipoFigura": keyOf(catalogo.FiguraTransporte, "c_FiguraTransporte", "01 si es el operador"), "ParteTransporte": keyOf(catalogo.ParteTransporte, "c_ParteTransporte", "PT03"),
}

// nombres say the attributes in words.
var nombres = map[string]string{
	"Version": "la versión de la Carta Porte", "RFCRemitenteDestinatario": "el RFC del remitente o destinatario", "Estado": "el estado", "CodigoPostal": "el código postal",
	"Calle": "la calle", "Colonia": "la colonia", "Localidad": "la localidad", "Municipio": "el municipio", "Referencia": "la referencia del domicilio",
	"NumeroExterior": "el número exterior", "NumeroInterior": "el número interior", "NombreRemitenteDestinatario": "el nombre del remitente o destinatario",
	"Descripcion": "la descripción de la mercancía", "DescripGuiaIdentificacion": "la descripción de la guía", "GuiaCarro": "la guía del carro",
	"NombreAgenteNaviero": "el nombre del agente naviero", "NombreFigura": "el nombre de quien interviene en el transporte", "RegimenAduanero": "el régimen aduanero",
	"PaisOrigenDestino": "el país de origen o destino", "ViaEntradaSalida": "la vía de entrada o salida", "NumEstacion": "la clave de la estación",
	"NombreEstacion": "el nombre de la estación", "TipoEstacion": "el tipo de estación", "ResidenciaFiscal": "el país de residencia fiscal",
	"ResidenciaFiscalEmbarc": "el país de residencia fiscal", "ResidenciaFiscalFigura": "el país de residencia fiscal", "RFCFigura": "el RFC", "RFCImpo": "el RFC del importador",
	"RFCEmbarcador": "el RFC del embarcador", "NombreEmbarcador": "el nombre del embarcador", "NumLicencia": "la licencia", "NumPedimento": "el número de pedimento",
	"IdentDocAduanero": "el identificador del documento aduanero", "TipoMateria": "el tipo de materia", "DescripcionMateria": "la descripción de la materia",
	"CveMaterialPeligroso": "la clave del material peligroso", "Embalaje": "el embalaje", "DescripEmbalaje": "la descripción del embalaje", "SectorCOFEPRIS": "el sector COFEPRIS",
	"PermisoImportacion": "el permiso de importación", "FolioImpoVUCEM": "el folio de importación de la VUCEM", "RazonSocialEmpImp": "la razón social de la empresa importadora",
	"ValorMercancia": "el valor de la mercancía", "Unidad": "la unidad", "CvesTransporte": "la clave del transporte", "CargoPorTasacion": "el cargo por tasación",
	"PrimaSeguro": "la prima del seguro", "LugarContrato": "el lugar del contrato", "NombreEmbarc": "el nombre de la embarcación", "NumViaje": "el número de viaje",
	"NumConocEmbarc": "el número del conocimiento de embarque", "PermisoTempNavegacion": "el permiso temporal de navegación",
	"IdCCP": "el identificador de la Carta Porte", "IdCCPRelacionado": "el identificador de la Carta Porte del camión",
	"TranspInternac": "el dato de transporte internacional", "EntradaSalidaMerc": "la entrada o salida de la mercancía",
	"RegistroISTMO": "el registro ISTMO", "UbicacionPoloOrigen": "el polo de origen", "UbicacionPoloDestino": "el polo de destino",
	"TipoUbicacion": "el tipo de lugar", "IDUbicacion": "el identificador del lugar", "IDOrigen": "el identificador del origen",
	"IDDestino": "el identificador del destino", "NavegacionTrafico": "el tipo de navegación", "FechaHoraSalidaLlegada": "la fecha y hora de salida o llegada",
	"FechaCertificacionCCP": "la fecha de certificación", "FechaCaducidad": "la fecha de caducidad", "Pais": "el país", "NacionalidadEmbarc": "la nacionalidad de la embarcación",
	"UnidadPeso": "la unidad de peso", "UnidadPesoMerc": "la unidad de peso", "NumTotalMercancias": "el número de mercancías", "NumPiezas": "el número de piezas",
	"LogisticaInversaRecoleccionDevolucion": "la logística inversa", "MaterialPeligroso": "el dato de material peligroso", "TipoDocumento": "el tipo de documento aduanero",
	"BienesTransp": "la clave de la mercancía", "ClaveSTCC": "la clave STCC", "Dimensiones": "la medida de la mercancía", "FormaFarmaceutica": "la forma farmacéutica",
	"CondicionesEspTransp": "la condición especial de transporte", "Moneda": "la moneda", "ClaveUnidad": "la clave de unidad",
	"FraccionArancelaria": "la fracción arancelaria", "UUIDComercioExt": "el folio del CFDI de comercio exterior", "PermSCT": "el tipo de permiso",
	"NumPermisoSCT": "el número de permiso", "ConfigVehicular": "la configuración del vehículo", "PlacaVM": "la placa del vehículo", "Placa": "la placa del remolque",
	"PlacaVMCCP": "la placa del camión", "PlacaCCP": "la placa del remolque", "AnioModeloVM": "el año del vehículo", "AnioEmbarcacion": "el año de la embarcación",
	"SubTipoRem": "el tipo de remolque", "SubTipoRemCCP": "el tipo de remolque", "TipoEmbarcacion": "el tipo de embarcación", "NumeroOMI": "el número OMI",
	"TipoCarga": "el tipo de carga", "MatriculaAeronave": "la matrícula de la aeronave", "CodigoTransportista": "el código del transportista",
	"NumAutorizacionNaviero": "la autorización del agente naviero", "TipoDerechoDePaso": "el derecho de paso", "TipoDeServicio": "el tipo de servicio", "TipoDeTrafico": "el tipo de tráfico", "TipoCarro": "el tipo de carro",
	"TipoContenedor": "el tipo de contenedor", "TipoFigura": "el tipo de figura", "ParteTransporte": "la parte del transporte", "TotalDistRec": "la distancia total",
	"DistanciaRecorrida": "la distancia recorrida", "PesoBrutoTotal": "el peso bruto total", "PesoNetoTotal": "el peso neto total", "PesoEnKg": "el peso en kilogramos",
	"PesoGuiaIdentificacion": "el peso de la guía", "Cantidad": "la cantidad", "PesoBruto": "el peso bruto", "PesoNeto": "el peso neto", "PesoTara": "la tara",
	"PesoBrutoVehicular": "el peso bruto del vehículo", "UnidadesDeArqBruto": "el arqueo bruto", "Eslora": "la eslora", "Manga": "la manga", "Calado": "el calado",
	"Puntal": "el puntal", "KilometrajePagado": "el kilometraje pagado", "PesoContenedorVacio": "el peso del contenedor vacío",
	"PesoNetoMercancia": "el peso neto de la mercancía", "ToneladasNetasCarro": "el peso neto del carro",
	"NumRegIdTrib": "el número de registro tributario", "NumRegIdTribEmbarc": "el número de registro tributario", "NumRegIdTribFigura": "el número de registro tributario",
	"NumeroGuiaIdentificacion": "el número de guía", "AseguraRespCivil": "la aseguradora", "PolizaRespCivil": "la póliza", "AseguraMedAmbiente": "la aseguradora",
	"PolizaMedAmbiente": "la póliza", "AseguraCarga": "la aseguradora", "PolizaCarga": "la póliza", "MatriculaContenedor": "la matrícula del contenedor",
	"NumPrecinto": "el precinto", "NombreAseg": "la aseguradora", "NumPolizaSeguro": "la póliza", "Matricula": "la matrícula de la embarcación",
	"LineaNaviera": "la línea naviera", "NumeroGuia": "el número de guía aérea", "MatriculaCarro": "la matrícula del carro",
	"DenominacionGenericaProd": "la denominación genérica", "DenominacionDistintivaProd": "la denominación distintiva", "Fabricante": "el fabricante",
	"LoteMedicamento": "el lote", "RegistroSanitarioFolioAutorizacion": "el registro sanitario o folio de autorización",
	"NombreIngredienteActivo": "el nombre del ingrediente activo", "NomQuimico": "el nombre químico", "NumCAS": "el número CAS",
	"NumRegSanPlagCOFEPRIS": "el registro sanitario del plaguicida", "DatosFabricante": "el dato del fabricante",
	"DatosFormulador": "el dato del formulador", "DatosMaquilador": "el dato del maquilador", "UsoAutorizado": "el uso autorizado",
}

// positive are the numbers that may not be zero and have no form.
const positive = "PesoBrutoTotal PesoNetoTotal PesoEnKg PesoGuiaIdentificacion Cantidad PesoBruto PesoNeto PesoTara PesoBrutoVehicular UnidadesDeArqBruto " +
	"Eslora Manga Calado Puntal KilometrajePagado PesoContenedorVacio PesoNetoMercancia ToneladasNetasCarro"

// lexical reports what the schema does not let through and has no code of its own.
func lexical(v *validation) {
	v.cp.Walk(cfdi.VisitTree(func(path string, fields []cfdi.Field) {
		v.Lexical(v.code, path, fields, most)
		for _, f := range fields {
			if f.String() != "" {
				v.lexical(path, f)
			}
		}
	}))
	for _, list := range v.lists() {
		if list.have > list.most {
			v.fail(list.path, "Hay "+strconv.Itoa(list.have)+" "+list.words+" y el SAT admite "+strconv.Itoa(list.most)+" como máximo.", "Quita los que sobran.")
		}
	}
}

type list struct {
	path, words string
	have, most  int
}

// lists are those that the schema limits.
func (v *validation) lists() []list {
	out := []list{{"RegimenesAduaneros", "regímenes aduaneros", len(v.cp.RegimenesAduaneros), 10}}
	if a := v.m.Autotransporte; a != nil {
		out = append(out, list{"Mercancias.Autotransporte.Remolques", "remolques", len(a.Remolques), 2})
	}
	eachContenedor(func(_ *validation, path string, c *ContenedorMaritimo) {
		out = append(out, list{path + ".RemolquesCCP", "remolques", len(c.RemolquesCCP), 2})
	})(v)
	return out
}

func (v *validation) lexical(path string, f cfdi.Field) {
	value := f.String()
	must := forms[f.Name]
	switch {
	case f.Name == "TipoContenedor" && strings.Contains(path, "TransporteMaritimo"):
		must = oneOf(inList("c_ContenedorMaritimo", "CM001"), contenedoresMaritimos)
	case f.Name == "TipoContenedor":
		must = oneOf(inList("c_Contenedor", "TC01"), contenedores)
	case f.Name == "NumPermisoSCT" && strings.Contains(path, "TransporteMaritimo") && utf8.RuneCountInString(value) > 30:
		must = form{nil, "30 caracteres como máximo"}
	case utf8.RuneCountInString(value) < fewest[f.Name]:
		must = form{nil, "al menos " + decimal.FromInt(int64(fewest[f.Name])).String() + " caracteres"}
	case f.Name == "TotalDistRec" || f.Name == "DistanciaRecorrida":
		must = form{func(*validation, string) bool { return between(value) }, "de 0.01 a 99999 kilómetros"}
	}
	switch {
	case must.words != "" && (must.ok == nil || !must.ok(v, value)):
		v.fail(join(path, f.Name), v.Subject(f.Name)+" no puede ser "+cfdi.Quoted(value)+".", "Escribe "+must.words+".")
	case listed(positive, f.Name, "") && isZero(value):
		v.fail(join(path, f.Name), v.Subject(f.Name)+" debe ser mayor que cero.", "Escribe cuánto es.")
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// between reports whether a distance is one; what is below zero was reported already.
func between(s string) bool {
	d, err := decimal.Parse(s)
	return err == nil && (d.Sign() < 0 || d.Cmp(decimal.New(1, 2)) >= 0 && d.Cmp(decimal.FromInt(99999)) <= 0)
}

func isZero(s string) bool {
	d, err := decimal.Parse(s)
	return err == nil && d.Sign() == 0
}
