package otros

import "iofacturo.mx/cfdi"

// tabla is what the stylesheets of the SAT say, complement by complement.
var tabla = []complemento{
	{"divisas", "http://www.sat.gob.mx/divisas", "Divisas", "divisas/divisas.xsd", cfdi.Rows{
		{"Divisas", "version tipoOperacion"},
	}},
	{"pfic", "http://www.sat.gob.mx/pfic", "PFintegranteCoordinado", "pfic/pfic.xsd", cfdi.Rows{
		{"PFintegranteCoordinado", "version ClaveVehicular Placa RFCPF?"},
	}},
	{"tpe", "http://www.sat.gob.mx/TuristaPasajeroExtranjero", "TuristaPasajeroExtranjero", "TuristaPasajeroExtranjero/TuristaPasajeroExtranjero.xsd", cfdi.Rows{
		{"TuristaPasajeroExtranjero", "version fechadeTransito tipoTransito >datosTransito"},
		{"datosTransito", "Via TipoId NumeroId Nacionalidad EmpresaTransporte IdTransporte?"},
	}},
	{"registrofiscal", "http://www.sat.gob.mx/registrofiscal", "CFDIRegistroFiscal", "cfdiregistrofiscal/cfdiregistrofiscal.xsd", cfdi.Rows{
		{"CFDIRegistroFiscal", "Version Folio"},
	}},
	{"pagoenespecie", "http://www.sat.gob.mx/pagoenespecie", "PagoEnEspecie", "pagoenespecie/pagoenespecie.xsd", cfdi.Rows{
		{"PagoEnEspecie", "Version CvePIC FolioSolDon PzaArtNombre PzaArtTecn PzaArtAProd PzaArtDim"},
	}},
	{"aerolineas", "http://www.sat.gob.mx/aerolineas", "Aerolineas", "aerolineas/aerolineas.xsd", cfdi.Rows{
		{"Aerolineas", "Version TUA >OtrosCargos"},
		{"OtrosCargos", "TotalCargos >Cargo"},
		{"Cargo", "CodigoCargo Importe"},
	}},
	{"valesdedespensa", "http://www.sat.gob.mx/valesdedespensa", "ValesDeDespensa", "valesdedespensa/valesdedespensa.xsd", cfdi.Rows{
		{"ValesDeDespensa", "version tipoOperacion registroPatronal? numeroDeCuenta total >Conceptos"},
		{"Conceptos", ">Concepto"},
		{"Concepto", "identificador fecha rfc curp nombre numSeguridadSocial? importe"},
	}},
	{"decreto", "http://www.sat.gob.mx/renovacionysustitucionvehiculos", "renovacionysustitucionvehiculos", "renovacionysustitucionvehiculos/renovacionysustitucionvehiculos.xsd", cfdi.Rows{
		{"renovacionysustitucionvehiculos", "Version TipoDeDecreto >DecretoRenovVehicular >DecretoSustitVehicular"},
		{"DecretoRenovVehicular", "VehEnaj >VehiculosUsadosEnajenadoPermAlFab >VehiculoNuvoSemEnajenadoFabAlPerm"},
		{"DecretoSustitVehicular", "VehEnaj >VehiculoUsadoEnajenadoPermAlFab >VehiculoNuvoSemEnajenadoFabAlPerm"},
		{"VehiculosUsadosEnajenadoPermAlFab", "PrecioVehUsado TipoVeh Marca TipooClase Año Modelo? NIV? NumSerie? NumPlacas NumMotor? " +
			"NumFolTarjCir NumPedIm? Aduana? FechaRegulVeh? Foliofiscal"},
		{"VehiculoNuvoSemEnajenadoFabAlPerm", "Año Modelo? NumPlacas RFC?"},
		{"VehiculoUsadoEnajenadoPermAlFab", "PrecioVehUsado TipoVeh Marca TipooClase Año Modelo? NIV? NumSerie? NumPlacas NumMotor? " +
			"NumFolTarjCir NumFolAvisoint NumPedIm Aduana FechaRegulVeh Foliofiscal"},
	}},
	{"destruccion", "http://www.sat.gob.mx/certificadodestruccion", "certificadodedestruccion", "certificadodestruccion/certificadodedestruccion.xsd", cfdi.Rows{
		{"certificadodedestruccion", "Version Serie NumFolDesVeh >VehiculoDestruido >InformacionAduanera"},
		{"VehiculoDestruido", "Marca TipooClase Año Modelo? NIV? NumSerie? NumPlacas NumMotor? NumFolTarjCir"},
		{"InformacionAduanera", "NumPedImp Fecha Aduana"},
	}},
	{"obrasarte", "http://www.sat.gob.mx/arteantiguedades", "obrasarteantiguedades", "arteantiguedades/obrasarteantiguedades.xsd", cfdi.Rows{
		{"obrasarteantiguedades", "Version TipoBien OtrosTipoBien? TituloAdquirido OtrosTituloAdquirido? Subtotal? IVA? " +
			"FechaAdquisicion CaracterísticasDeObraoPieza"},
	}},
	{"cce11", "http://www.sat.gob.mx/ComercioExterior11", "ComercioExterior", "ComercioExterior11/ComercioExterior11.xsd", cfdi.Rows{
		{"ComercioExterior", "Version MotivoTraslado? TipoOperacion ClaveDePedimento? CertificadoOrigen? " +
			"NumCertificadoOrigen? NumeroExportadorConfiable? Incoterm? Subdivision? Observaciones? " +
			"TipoCambioUSD? TotalUSD? >Emisor >Propietario >Receptor >Destinatario >Mercancias"},
		{"Emisor", "Curp? >Domicilio"},
		{"Propietario", "NumRegIdTrib ResidenciaFiscal"},
		{"Receptor", "NumRegIdTrib? >Domicilio"},
		{"Destinatario", "NumRegIdTrib? Nombre? >Domicilio"},
		{"Mercancias", ">Mercancia"},
		{"Domicilio", "Calle NumeroExterior? NumeroInterior? Colonia? Localidad? Referencia? Municipio? Estado " +
			"Pais CodigoPostal"},
		{"Mercancia", "NoIdentificacion FraccionArancelaria? CantidadAduana? UnidadAduana? ValorUnitarioAduana? " +
			"ValorDolares >DescripcionesEspecificas"},
		{"DescripcionesEspecificas", "Marca Modelo? SubModelo? NumeroSerie?"},
	}},
	{"ventavehiculos", "http://www.sat.gob.mx/ventavehiculos", "VentaVehiculos", "ventavehiculos/ventavehiculos11.xsd", cfdi.Rows{
		{"VentaVehiculos", "version ClaveVehicular 1.1:Niv >>InformacionAduanera"},
		{"InformacionAduanera", "numero fecha aduana?"},
	}},
	{"detallista", "http://www.sat.gob.mx/detallista", "detallista", "detallista/detallista.xsd", cfdi.Rows{
		{"detallista", "documentStructureVersion =orderIdentification/referenceIdentification* " +
			"=orderIdentification/ReferenceDate? =buyer/gln =seller/gln " +
			"=seller/alternatePartyIdentification =totalAmount/Amount " +
			"=TotalAllowanceCharge/specialServicesType* =TotalAllowanceCharge/Amount*"},
	}},
	{"ecc12", "http://www.sat.gob.mx/EstadoDeCuentaCombustible12", "EstadoDeCuentaCombustible", "EstadoDeCuentaCombustible/ecc12.xsd", cfdi.Rows{
		{"EstadoDeCuentaCombustible", "Version TipoOperacion NumeroDeCuenta SubTotal Total >Conceptos"},
		{"Conceptos", ">ConceptoEstadoDeCuentaCombustible"},
		{"Traslados", ">Traslado"},
		{"ConceptoEstadoDeCuentaCombustible", "Identificador Fecha Rfc ClaveEstacion Cantidad TipoCombustible Unidad? NombreCombustible " +
			"FolioOperacion ValorUnitario Importe >Traslados"},
		{"Traslado", "Impuesto TasaOCuota Importe"},
	}},
	{"consumodecombustibles11", "http://www.sat.gob.mx/ConsumoDeCombustibles11", "ConsumoDeCombustibles", "consumodecombustibles/consumodeCombustibles11.xsd", cfdi.Rows{
		{"ConsumoDeCombustibles", "version tipoOperacion numeroDeCuenta subTotal? total >Conceptos"},
		{"Conceptos", ">ConceptoConsumoDeCombustibles"},
		{"ConceptoConsumoDeCombustibles", "identificador fecha rfc claveEstacion tipoCombustible cantidad nombreCombustible " +
			"folioOperacion valorUnitario importe >Determinados"},
		{"Determinados", ">Determinado"},
		{"Determinado", "impuesto tasaOCuota importe"},
	}},
	{"gceh", "http://www.sat.gob.mx/GastosHidrocarburos10", "GastosHidrocarburos", "GastosHidrocarburos10/GastosHidrocarburos10.xsd", cfdi.Rows{
		{"GastosHidrocarburos", "Version NumeroContrato AreaContractual? >Erogacion"},
		{"Erogacion", "TipoErogacion MontocuErogacion Porcentaje >DocumentoRelacionado >Actividades >CentroCostos"},
		{"DocumentoRelacionado", "OrigenErogacion FolioFiscalVinculado? RFCProveedor? MontoTotalIVA MontoRetencionISR? " +
			"MontoRetencionIVA? MontoRetencionOtrosImpuestos? NumeroPedimentoVinculado? " +
			"ClavePedimentoVinculado? ClavePagoPedimentoVinculado? MontoIVAPedimento? " +
			"OtrosImpuestosPagadosPedimento? FechaFolioFiscalVinculado Mes MontoTotalErogaciones"},
		{"Actividades", "ActividadRelacionada? >SubActividades"},
		{"SubActividades", "SubActividadRelacionada? >Tareas"},
		{"Tareas", "TareaRelacionada?"},
		{"CentroCostos", "Campo? >Yacimientos"},
		{"Yacimientos", "Yacimiento? >Pozos"},
		{"Pozos", "Pozo?"},
	}},
	{"ieeh", "http://www.sat.gob.mx/IngresosHidrocarburos10", "IngresosHidrocarburos", "IngresosHidrocarburos10/IngresosHidrocarburos.xsd", cfdi.Rows{
		{"IngresosHidrocarburos", "Version NumeroContrato ContraprestacionPagadaOperador Porcentaje >DocumentoRelacionado"},
		{"DocumentoRelacionado", "FolioFiscalVinculado FechaFolioFiscalVinculado Mes"},
	}},
	{"cartaporte20", "http://www.sat.gob.mx/CartaPorte20", "CartaPorte", "CartaPorte/CartaPorte20.xsd", cfdi.Rows{
		{"CartaPorte", "Version TranspInternac EntradaSalidaMerc? PaisOrigenDestino? ViaEntradaSalida? " +
			"TotalDistRec? >Ubicaciones >Mercancias >FiguraTransporte"},
		{"Ubicaciones", ">Ubicacion"},
		{"Ubicacion", "TipoUbicacion IDUbicacion? RFCRemitenteDestinatario NombreRemitenteDestinatario? " +
			"NumRegIdTrib? ResidenciaFiscal? NumEstacion? NombreEstacion? NavegacionTrafico? " +
			"FechaHoraSalidaLlegada TipoEstacion? DistanciaRecorrida? >Domicilio"},
		{"Domicilio", "Calle? NumeroExterior? NumeroInterior? Colonia? Localidad? Referencia? Municipio? Estado " +
			"Pais CodigoPostal"},
		{"Mercancias", "PesoBrutoTotal UnidadPeso PesoNetoTotal? NumTotalMercancias CargoPorTasacion? >Mercancia " +
			">Autotransporte >TransporteMaritimo >TransporteAereo >TransporteFerroviario"},
		{"Mercancia", "BienesTransp ClaveSTCC? Descripcion Cantidad ClaveUnidad Unidad? Dimensiones? " +
			"MaterialPeligroso? CveMaterialPeligroso? Embalaje? DescripEmbalaje? PesoEnKg " +
			"ValorMercancia? Moneda? FraccionArancelaria? UUIDComercioExt? >Pedimentos " +
			">GuiasIdentificacion >CantidadTransporta >DetalleMercancia"},
		{"Pedimentos", "Pedimento"},
		{"GuiasIdentificacion", "NumeroGuiaIdentificacion DescripGuiaIdentificacion PesoGuiaIdentificacion"},
		{"CantidadTransporta", "Cantidad IDOrigen IDDestino CvesTransporte?"},
		{"DetalleMercancia", "UnidadPesoMerc PesoBruto PesoNeto PesoTara NumPiezas?"},
		{"Autotransporte", "PermSCT NumPermisoSCT >IdentificacionVehicular >Seguros >Remolques"},
		{"IdentificacionVehicular", "ConfigVehicular PlacaVM AnioModeloVM"},
		{"Seguros", "AseguraRespCivil PolizaRespCivil AseguraMedAmbiente? PolizaMedAmbiente? AseguraCarga? " +
			"PolizaCarga? PrimaSeguro?"},
		{"Remolques", ">Remolque"},
		{"Remolque", "SubTipoRem Placa"},
		{"TransporteMaritimo", "PermSCT? NumPermisoSCT? NombreAseg? NumPolizaSeguro? TipoEmbarcacion Matricula NumeroOMI " +
			"AnioEmbarcacion? NombreEmbarc? NacionalidadEmbarc UnidadesDeArqBruto TipoCarga NumCertITC " +
			"Eslora? Manga? Calado? LineaNaviera? NombreAgenteNaviero NumAutorizacionNaviero NumViaje? " +
			"NumConocEmbarc? >Contenedor"},
		{"Contenedor", "MatriculaContenedor TipoContenedor NumPrecinto?"},
		{"TransporteAereo", "PermSCT NumPermisoSCT MatriculaAeronave? NombreAseg? NumPolizaSeguro? NumeroGuia " +
			"LugarContrato? CodigoTransportista RFCEmbarcador? NumRegIdTribEmbarc? " +
			"ResidenciaFiscalEmbarc? NombreEmbarcador?"},
		{"TransporteFerroviario", "TipoDeServicio TipoDeTrafico NombreAseg? NumPolizaSeguro? >DerechosDePaso >Carro"},
		{"DerechosDePaso", "TipoDerechoDePaso KilometrajePagado"},
		{"Carro", "TipoCarro MatriculaCarro GuiaCarro ToneladasNetasCarro >Contenedor"},
		{"Carro/Contenedor", "TipoContenedor PesoContenedorVacio PesoNetoMercancia"},
		{"FiguraTransporte", ">TiposFigura"},
		{"TiposFigura", "TipoFigura RFCFigura? NumLicencia? NombreFigura? NumRegIdTribFigura? " +
			"ResidenciaFiscalFigura? >PartesTransporte >Domicilio"},
		{"PartesTransporte", "ParteTransporte"},
	}},
	{"cartaporte30", "http://www.sat.gob.mx/CartaPorte30", "CartaPorte", "CartaPorte/CartaPorte30.xsd", cfdi.Rows{
		{"CartaPorte", "Version IdCCP TranspInternac RegimenAduanero? EntradaSalidaMerc? PaisOrigenDestino? " +
			"ViaEntradaSalida? TotalDistRec? RegistroISTMO? UbicacionPoloOrigen? UbicacionPoloDestino? " +
			">Ubicaciones >Mercancias >FiguraTransporte"},
		{"Ubicaciones", ">Ubicacion"},
		{"Ubicacion", "TipoUbicacion IDUbicacion? RFCRemitenteDestinatario NombreRemitenteDestinatario? " +
			"NumRegIdTrib? ResidenciaFiscal? NumEstacion? NombreEstacion? NavegacionTrafico? " +
			"FechaHoraSalidaLlegada TipoEstacion? DistanciaRecorrida? >Domicilio"},
		{"Domicilio", "Calle? NumeroExterior? NumeroInterior? Colonia? Localidad? Referencia? Municipio? Estado " +
			"Pais CodigoPostal"},
		{"Mercancias", "PesoBrutoTotal UnidadPeso PesoNetoTotal? NumTotalMercancias CargoPorTasacion? " +
			"LogisticaInversaRecoleccionDevolucion? >Mercancia >Autotransporte >TransporteMaritimo " +
			">TransporteAereo >TransporteFerroviario"},
		{"Mercancia", "BienesTransp ClaveSTCC? Descripcion Cantidad ClaveUnidad Unidad? Dimensiones? " +
			"MaterialPeligroso? CveMaterialPeligroso? Embalaje? DescripEmbalaje? SectorCOFEPRIS? " +
			"NombreIngredienteActivo? NomQuimico? DenominacionGenericaProd? DenominacionDistintivaProd? " +
			"Fabricante? FechaCaducidad? LoteMedicamento? FormaFarmaceutica? CondicionesEspTransp? " +
			"RegistroSanitarioFolioAutorizacion? PermisoImportacion? FolioImpoVUCEM? NumCAS? " +
			"RazonSocialEmpImp? NumRegSanPlagCOFEPRIS? DatosFabricante? DatosFormulador? " +
			"DatosMaquilador? UsoAutorizado? PesoEnKg ValorMercancia? Moneda? FraccionArancelaria? " +
			"UUIDComercioExt? TipoMateria? DescripcionMateria? >DocumentacionAduanera " +
			">GuiasIdentificacion >CantidadTransporta >DetalleMercancia"},
		{"DocumentacionAduanera", "TipoDocumento NumPedimento? IdentDocAduanero? RFCImpo?"},
		{"GuiasIdentificacion", "NumeroGuiaIdentificacion DescripGuiaIdentificacion PesoGuiaIdentificacion"},
		{"CantidadTransporta", "Cantidad IDOrigen IDDestino CvesTransporte?"},
		{"DetalleMercancia", "UnidadPesoMerc PesoBruto PesoNeto PesoTara NumPiezas?"},
		{"Autotransporte", "PermSCT NumPermisoSCT >IdentificacionVehicular >Seguros >Remolques"},
		{"IdentificacionVehicular", "ConfigVehicular PesoBrutoVehicular PlacaVM AnioModeloVM"},
		{"Seguros", "AseguraRespCivil PolizaRespCivil AseguraMedAmbiente? PolizaMedAmbiente? AseguraCarga? " +
			"PolizaCarga? PrimaSeguro?"},
		{"Remolques", ">Remolque"},
		{"Remolque", "SubTipoRem Placa"},
		{"TransporteMaritimo", "PermSCT? NumPermisoSCT? NombreAseg? NumPolizaSeguro? TipoEmbarcacion Matricula NumeroOMI " +
			"AnioEmbarcacion? NombreEmbarc? NacionalidadEmbarc UnidadesDeArqBruto TipoCarga Eslora? " +
			"Manga? Calado? Puntal? LineaNaviera? NombreAgenteNaviero NumAutorizacionNaviero NumViaje? " +
			"NumConocEmbarc? PermisoTempNavegacion? >Contenedor >RemolquesCCP"},
		{"Contenedor", "TipoContenedor MatriculaContenedor? NumPrecinto? IdCCPRelacionado? PlacaVMCCP? " +
			"FechaCertificacionCCP?"},
		{"RemolquesCCP", ">RemolqueCCP"},
		{"RemolqueCCP", "SubTipoRemCCP PlacaCCP"},
		{"TransporteAereo", "PermSCT NumPermisoSCT MatriculaAeronave? NombreAseg? NumPolizaSeguro? NumeroGuia " +
			"LugarContrato? CodigoTransportista RFCEmbarcador? NumRegIdTribEmbarc? " +
			"ResidenciaFiscalEmbarc? NombreEmbarcador?"},
		{"TransporteFerroviario", "TipoDeServicio TipoDeTrafico NombreAseg? NumPolizaSeguro? >DerechosDePaso >Carro"},
		{"DerechosDePaso", "TipoDerechoDePaso KilometrajePagado"},
		{"Carro", "TipoCarro MatriculaCarro GuiaCarro ToneladasNetasCarro >Contenedor"},
		{"Carro/Contenedor", "TipoContenedor PesoContenedorVacio PesoNetoMercancia"},
		{"FiguraTransporte", ">TiposFigura"},
		{"TiposFigura", "TipoFigura RFCFigura? NumLicencia? NombreFigura NumRegIdTribFigura? ResidenciaFiscalFigura? " +
			">PartesTransporte >Domicilio"},
		{"PartesTransporte", "ParteTransporte"},
	}},
}
