package cartaporte31

import "iofacturo.mx/cfdi"

func (v *CartaPorte) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &v.Version),
		cfdi.Required("IdCCP", &v.IdCCP),
		cfdi.Required("TranspInternac", &v.TranspInternac),
		cfdi.Optional("EntradaSalidaMerc", &v.EntradaSalidaMerc),
		cfdi.Optional("PaisOrigenDestino", &v.PaisOrigenDestino),
		cfdi.Optional("ViaEntradaSalida", &v.ViaEntradaSalida),
		cfdi.OptionalNumber("TotalDistRec", &v.TotalDistRec),
		cfdi.Optional("RegistroISTMO", &v.RegistroISTMO),
		cfdi.Optional("UbicacionPoloOrigen", &v.UbicacionPoloOrigen),
		cfdi.Optional("UbicacionPoloDestino", &v.UbicacionPoloDestino),
	}
}

func (v *RegimenAduaneroCCP) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("RegimenAduanero", &v.RegimenAduanero)}
}

func (v *Ubicacion) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoUbicacion", &v.TipoUbicacion),
		cfdi.Optional("IDUbicacion", &v.IDUbicacion),
		cfdi.Required("RFCRemitenteDestinatario", &v.RFCRemitenteDestinatario),
		cfdi.Optional("NombreRemitenteDestinatario", &v.NombreRemitenteDestinatario),
		cfdi.Optional("NumRegIdTrib", &v.NumRegIdTrib),
		cfdi.Optional("ResidenciaFiscal", &v.ResidenciaFiscal),
		cfdi.Optional("NumEstacion", &v.NumEstacion),
		cfdi.Optional("NombreEstacion", &v.NombreEstacion),
		cfdi.Optional("NavegacionTrafico", &v.NavegacionTrafico),
		cfdi.Required("FechaHoraSalidaLlegada", &v.FechaHoraSalidaLlegada),
		cfdi.Optional("TipoEstacion", &v.TipoEstacion),
		cfdi.OptionalNumber("DistanciaRecorrida", &v.DistanciaRecorrida),
	}
}

func (v *Domicilio) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Optional("Calle", &v.Calle),
		cfdi.Optional("NumeroExterior", &v.NumeroExterior),
		cfdi.Optional("NumeroInterior", &v.NumeroInterior),
		cfdi.Optional("Colonia", &v.Colonia),
		cfdi.Optional("Localidad", &v.Localidad),
		cfdi.Optional("Referencia", &v.Referencia),
		cfdi.Optional("Municipio", &v.Municipio),
		cfdi.Required("Estado", &v.Estado),
		cfdi.Required("Pais", &v.Pais),
		cfdi.Required("CodigoPostal", &v.CodigoPostal),
	}
}

func (v *Mercancias) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("PesoBrutoTotal", &v.PesoBrutoTotal),
		cfdi.Required("UnidadPeso", &v.UnidadPeso),
		cfdi.OptionalNumber("PesoNetoTotal", &v.PesoNetoTotal),
		cfdi.RequiredNumber("NumTotalMercancias", &v.NumTotalMercancias),
		cfdi.OptionalNumber("CargoPorTasacion", &v.CargoPorTasacion),
		cfdi.Optional("LogisticaInversaRecoleccionDevolucion", &v.LogisticaInversaRecoleccionDevolucion),
	}
}

func (v *Mercancia) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("BienesTransp", &v.BienesTransp),
		cfdi.Optional("ClaveSTCC", &v.ClaveSTCC),
		cfdi.Required("Descripcion", &v.Descripcion),
		cfdi.RequiredNumber("Cantidad", &v.Cantidad),
		cfdi.Required("ClaveUnidad", &v.ClaveUnidad),
		cfdi.Optional("Unidad", &v.Unidad),
		cfdi.Optional("Dimensiones", &v.Dimensiones),
		cfdi.Optional("MaterialPeligroso", &v.MaterialPeligroso),
		cfdi.Optional("CveMaterialPeligroso", &v.CveMaterialPeligroso),
		cfdi.Optional("Embalaje", &v.Embalaje),
		cfdi.Optional("DescripEmbalaje", &v.DescripEmbalaje),
		cfdi.Optional("SectorCOFEPRIS", &v.SectorCOFEPRIS),
		cfdi.Optional("NombreIngredienteActivo", &v.NombreIngredienteActivo),
		cfdi.Optional("NomQuimico", &v.NomQuimico),
		cfdi.Optional("DenominacionGenericaProd", &v.DenominacionGenericaProd),
		cfdi.Optional("DenominacionDistintivaProd", &v.DenominacionDistintivaProd),
		cfdi.Optional("Fabricante", &v.Fabricante),
		cfdi.Optional("FechaCaducidad", &v.FechaCaducidad),
		cfdi.Optional("LoteMedicamento", &v.LoteMedicamento),
		cfdi.Optional("FormaFarmaceutica", &v.FormaFarmaceutica),
		cfdi.Optional("CondicionesEspTransp", &v.CondicionesEspTransp),
		cfdi.Optional("RegistroSanitarioFolioAutorizacion", &v.RegistroSanitarioFolioAutorizacion),
		cfdi.Optional("PermisoImportacion", &v.PermisoImportacion),
		cfdi.Optional("FolioImpoVUCEM", &v.FolioImpoVUCEM),
		cfdi.Optional("NumCAS", &v.NumCAS),
		cfdi.Optional("RazonSocialEmpImp", &v.RazonSocialEmpImp),
		cfdi.Optional("NumRegSanPlagCOFEPRIS", &v.NumRegSanPlagCOFEPRIS),
		cfdi.Optional("DatosFabricante", &v.DatosFabricante),
		cfdi.Optional("DatosFormulador", &v.DatosFormulador),
		cfdi.Optional("DatosMaquilador", &v.DatosMaquilador),
		cfdi.Optional("UsoAutorizado", &v.UsoAutorizado),
		cfdi.RequiredNumber("PesoEnKg", &v.PesoEnKg),
		cfdi.OptionalNumber("ValorMercancia", &v.ValorMercancia),
		cfdi.Optional("Moneda", &v.Moneda),
		cfdi.Optional("FraccionArancelaria", &v.FraccionArancelaria),
		cfdi.Optional("UUIDComercioExt", &v.UUIDComercioExt),
		cfdi.Optional("TipoMateria", &v.TipoMateria),
		cfdi.Optional("DescripcionMateria", &v.DescripcionMateria),
	}
}

func (v *DocumentacionAduanera) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoDocumento", &v.TipoDocumento),
		cfdi.Optional("NumPedimento", &v.NumPedimento),
		cfdi.Optional("IdentDocAduanero", &v.IdentDocAduanero),
		cfdi.Optional("RFCImpo", &v.RFCImpo),
	}
}

func (v *GuiasIdentificacion) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("NumeroGuiaIdentificacion", &v.NumeroGuiaIdentificacion),
		cfdi.Required("DescripGuiaIdentificacion", &v.DescripGuiaIdentificacion),
		cfdi.RequiredNumber("PesoGuiaIdentificacion", &v.PesoGuiaIdentificacion),
	}
}

func (v *CantidadTransporta) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("Cantidad", &v.Cantidad),
		cfdi.Required("IDOrigen", &v.IDOrigen),
		cfdi.Required("IDDestino", &v.IDDestino),
		cfdi.Optional("CvesTransporte", &v.CvesTransporte),
	}
}

func (v *DetalleMercancia) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("UnidadPesoMerc", &v.UnidadPesoMerc),
		cfdi.RequiredNumber("PesoBruto", &v.PesoBruto),
		cfdi.RequiredNumber("PesoNeto", &v.PesoNeto),
		cfdi.RequiredNumber("PesoTara", &v.PesoTara),
		cfdi.OptionalNumber("NumPiezas", &v.NumPiezas),
	}
}

func (v *Autotransporte) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("PermSCT", &v.PermSCT), cfdi.Required("NumPermisoSCT", &v.NumPermisoSCT)}
}

func (v *IdentificacionVehicular) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("ConfigVehicular", &v.ConfigVehicular),
		cfdi.RequiredNumber("PesoBrutoVehicular", &v.PesoBrutoVehicular),
		cfdi.Required("PlacaVM", &v.PlacaVM),
		cfdi.Required("AnioModeloVM", &v.AnioModeloVM),
	}
}

func (v *Seguros) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("AseguraRespCivil", &v.AseguraRespCivil),
		cfdi.Required("PolizaRespCivil", &v.PolizaRespCivil),
		cfdi.Optional("AseguraMedAmbiente", &v.AseguraMedAmbiente),
		cfdi.Optional("PolizaMedAmbiente", &v.PolizaMedAmbiente),
		cfdi.Optional("AseguraCarga", &v.AseguraCarga),
		cfdi.Optional("PolizaCarga", &v.PolizaCarga),
		cfdi.OptionalNumber("PrimaSeguro", &v.PrimaSeguro),
	}
}

func (v *Remolque) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("SubTipoRem", &v.SubTipoRem), cfdi.Required("Placa", &v.Placa)}
}

func (v *TransporteMaritimo) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Optional("PermSCT", &v.PermSCT),
		cfdi.Optional("NumPermisoSCT", &v.NumPermisoSCT),
		cfdi.Optional("NombreAseg", &v.NombreAseg),
		cfdi.Optional("NumPolizaSeguro", &v.NumPolizaSeguro),
		cfdi.Required("TipoEmbarcacion", &v.TipoEmbarcacion),
		cfdi.Required("Matricula", &v.Matricula),
		cfdi.Required("NumeroOMI", &v.NumeroOMI),
		cfdi.Optional("AnioEmbarcacion", &v.AnioEmbarcacion),
		cfdi.Optional("NombreEmbarc", &v.NombreEmbarc),
		cfdi.Required("NacionalidadEmbarc", &v.NacionalidadEmbarc),
		cfdi.RequiredNumber("UnidadesDeArqBruto", &v.UnidadesDeArqBruto),
		cfdi.Required("TipoCarga", &v.TipoCarga),
		cfdi.OptionalNumber("Eslora", &v.Eslora),
		cfdi.OptionalNumber("Manga", &v.Manga),
		cfdi.OptionalNumber("Calado", &v.Calado),
		cfdi.OptionalNumber("Puntal", &v.Puntal),
		cfdi.Optional("LineaNaviera", &v.LineaNaviera),
		cfdi.Required("NombreAgenteNaviero", &v.NombreAgenteNaviero),
		cfdi.Required("NumAutorizacionNaviero", &v.NumAutorizacionNaviero),
		cfdi.Optional("NumViaje", &v.NumViaje),
		cfdi.Optional("NumConocEmbarc", &v.NumConocEmbarc),
		cfdi.Optional("PermisoTempNavegacion", &v.PermisoTempNavegacion),
	}
}

func (v *ContenedorMaritimo) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoContenedor", &v.TipoContenedor),
		cfdi.Optional("MatriculaContenedor", &v.MatriculaContenedor),
		cfdi.Optional("NumPrecinto", &v.NumPrecinto),
		cfdi.Optional("IdCCPRelacionado", &v.IdCCPRelacionado),
		cfdi.Optional("PlacaVMCCP", &v.PlacaVMCCP),
		cfdi.Optional("FechaCertificacionCCP", &v.FechaCertificacionCCP),
	}
}

func (v *RemolqueCCP) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("SubTipoRemCCP", &v.SubTipoRemCCP), cfdi.Required("PlacaCCP", &v.PlacaCCP)}
}

func (v *TransporteAereo) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("PermSCT", &v.PermSCT),
		cfdi.Required("NumPermisoSCT", &v.NumPermisoSCT),
		cfdi.Optional("MatriculaAeronave", &v.MatriculaAeronave),
		cfdi.Optional("NombreAseg", &v.NombreAseg),
		cfdi.Optional("NumPolizaSeguro", &v.NumPolizaSeguro),
		cfdi.Required("NumeroGuia", &v.NumeroGuia),
		cfdi.Optional("LugarContrato", &v.LugarContrato),
		cfdi.Required("CodigoTransportista", &v.CodigoTransportista),
		cfdi.Optional("RFCEmbarcador", &v.RFCEmbarcador),
		cfdi.Optional("NumRegIdTribEmbarc", &v.NumRegIdTribEmbarc),
		cfdi.Optional("ResidenciaFiscalEmbarc", &v.ResidenciaFiscalEmbarc),
		cfdi.Optional("NombreEmbarcador", &v.NombreEmbarcador),
	}
}

func (v *TransporteFerroviario) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoDeServicio", &v.TipoDeServicio),
		cfdi.Required("TipoDeTrafico", &v.TipoDeTrafico),
		cfdi.Optional("NombreAseg", &v.NombreAseg),
		cfdi.Optional("NumPolizaSeguro", &v.NumPolizaSeguro),
	}
}

func (v *DerechosDePaso) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("TipoDerechoDePaso", &v.TipoDerechoDePaso), cfdi.RequiredNumber("KilometrajePagado", &v.KilometrajePagado)}
}

func (v *Carro) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoCarro", &v.TipoCarro),
		cfdi.Required("MatriculaCarro", &v.MatriculaCarro),
		cfdi.Required("GuiaCarro", &v.GuiaCarro),
		cfdi.RequiredNumber("ToneladasNetasCarro", &v.ToneladasNetasCarro),
	}
}

func (v *ContenedorFerroviario) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoContenedor", &v.TipoContenedor),
		cfdi.RequiredNumber("PesoContenedorVacio", &v.PesoContenedorVacio),
		cfdi.RequiredNumber("PesoNetoMercancia", &v.PesoNetoMercancia),
	}
}

func (v *TiposFigura) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoFigura", &v.TipoFigura),
		cfdi.Optional("RFCFigura", &v.RFCFigura),
		cfdi.Optional("NumLicencia", &v.NumLicencia),
		cfdi.Required("NombreFigura", &v.NombreFigura),
		cfdi.Optional("NumRegIdTribFigura", &v.NumRegIdTribFigura),
		cfdi.Optional("ResidenciaFiscalFigura", &v.ResidenciaFiscalFigura),
	}
}

func (v *PartesTransporte) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("ParteTransporte", &v.ParteTransporte)}
}
