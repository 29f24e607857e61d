package cartaporte31_test

import (
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/decimal"
)

var (
	cat  = catalogo.New()
	none decimal.Decimal
)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

const (
	id     = "CCC10203-0405-4607-8809-0A0B0C0D0E0F"
	kemper = "EKU9003173C9"
	urr    = "URE180429TM6"
)

// journey is what comes of a haulier's words.
func journey(j cp31.Viaje) *cp31.CartaPorte {
	v, err := j.CartaPorte(id)
	if err != nil {
		panic(err)
	}
	return v
}

func dated(c *cfdi.Comprobante) *cfdi.Comprobante {
	c.Fecha, c.LugarExpedicion = "2026-11-20T12:00:00", "42501"
	return c
}

func emisor() cfdi.Emisor {
	return cfdi.Emisor{Rfc: kemper, Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"}
}

// own carries goods of one's own.
func own(v *cp31.CartaPorte) *cfdi.Comprobante { return dated(v.Traslado(emisor(), "42501")) }

// freight is an invoice for carrying goods of somebody else.
func freight(v *cp31.CartaPorte, clave string) *cfdi.Comprobante {
	c := dated(&cfdi.Comprobante{
		Version: "4.0", FormaPago: "03", Moneda: "MXN", TipoDeComprobante: "I", Exportacion: "01", MetodoPago: "PUE", Emisor: emisor(),
		Receptor: cfdi.Receptor{Rfc: urr, Nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", DomicilioFiscalReceptor: "86991", RegimenFiscalReceptor: "601", UsoCFDI: "G03"},
		Conceptos: []cfdi.Concepto{
			{
				ClaveProdServ: clave, Cantidad: num("1"), ClaveUnidad: "E54", Descripcion: "Flete", ValorUnitario: num("10000.00"), ObjetoImp: "02",
				Impuestos: &cfdi.ConceptoImpuestos{
					Traslados:   []cfdi.Traslado{{Base: num("10000.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.160000")}},
					Retenciones: []cfdi.ConceptoRetencion{{Base: num("10000.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.040000")}},
				},
			},
			{ClaveProdServ: "95111603", Cantidad: num("1"), ClaveUnidad: "E48", Descripcion: "Casetas", ValorUnitario: num("500.00"), ObjetoImp: "01"},
		},
		Complementos: cfdi.Complementos{v},
	})
	c.Totalize(cat)
	return c
}

func home(cp, estado string) cp31.Domicilio {
	return cp31.Domicilio{Estado: estado, Pais: "MEX", CodigoPostal: cp}
}

func camion() cp31.Autotransporte {
	return cp31.Autotransporte{
		PermSCT: "TPAF01", NumPermisoSCT: "SICT-0001",
		IdentificacionVehicular: cp31.IdentificacionVehicular{ConfigVehicular: "C2", PesoBrutoVehicular: num("8.50"), PlacaVM: "12AB3C", AnioModeloVM: "2021"},
		Seguros: cp31.Seguros{
			AseguraRespCivil: "Seguros del Camino", PolizaRespCivil: "RC-1", AseguraMedAmbiente: "Seguros Verdes", PolizaMedAmbiente: "MA-1",
		},
	}
}

func chofer() []cp31.Operador {
	return []cp31.Operador{{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", Licencia: "LFD01234567"}}
}

func cajas() cp31.Mercancia {
	return cp31.Mercancia{BienesTransp: "50202306", Descripcion: "Refrescos & jugos", Cantidad: num("100"), ClaveUnidad: "XBX", PesoEnKg: num("1200.500")}
}

// local is a lorry with goods of one's own from one town to the next: the least.
func local() *cfdi.Comprobante {
	return own(journey(cp31.Viaje{
		Paradas: []cp31.Parada{
			{Rfc: kemper, Fecha: "2026-11-20T13:00:00", Domicilio: home("42501", "HID")},
			{Rfc: kemper, Fecha: "2026-11-20T15:00:00", Domicilio: home("06600", "CMX"), Kilometros: num("95.4")},
		},
		Carga:  []cp31.Carga{{Mercancia: cajas(), De: 0, A: 1}},
		Camion: camion(), Operadores: chofer(),
	}))
}

// reparto delivers gasoline and goods at two stops, and loads at the first of them.
func reparto() *cfdi.Comprobante {
	truck := camion()
	truck.PermSCT, truck.IdentificacionVehicular.ConfigVehicular = "TPAF03", "T3S2R4"
	truck.Seguros.AseguraCarga, truck.Seguros.PolizaCarga, truck.Seguros.PrimaSeguro = "Seguros Carga", "CA-1", num("0")
	truck.Remolques = []cp31.Remolque{{SubTipoRem: "CTR028", Placa: "98ZY7X"}, {SubTipoRem: "CTR007", Placa: "97ZY7X"}}
	gasolina := cp31.Mercancia{
		BienesTransp: "15101514", Descripcion: "Gasolina", Cantidad: num("20000"), ClaveUnidad: "LTR", PesoEnKg: num("15000"), CveMaterialPeligroso: "1203",
		Embalaje: "Z01", DescripEmbalaje: "Autotanque",
	}
	atado := cajas()
	atado.Dimensiones, atado.Unidad, atado.ClaveSTCC, atado.ValorMercancia = "30/40/30cm", "Caja", "123456", num("5000.00")
	atado.GuiasIdentificacion = []cp31.GuiasIdentificacion{{NumeroGuiaIdentificacion: "GUIA000001", DescripGuiaIdentificacion: "Refrescos", PesoGuiaIdentificacion: num("1200.5")}}
	v := journey(cp31.Viaje{
		Paradas: []cp31.Parada{
			{Rfc: urr, Nombre: "Terminal", Fecha: "2026-11-20T06:00:00", Domicilio: home("96400", "VER")},
			{Rfc: urr, Nombre: "Estación", Fecha: "2026-11-20T09:00:00", Domicilio: home("96980", "VER"), Kilometros: num("60.5")},
			{Rfc: kemper, Nombre: "Tienda", Fecha: "2026-11-20T15:00:00", Domicilio: cp31.Domicilio{
				Calle: "Hidalgo", NumeroExterior: "1", NumeroInterior: "A", Colonia: "0001", Localidad: "06", Referencia: "frente al parque", Municipio: "079",
				Estado: "OAX", Pais: "MEX", CodigoPostal: "70600",
			}, Kilometros: num("250.25")},
		},
		Carga:  []cp31.Carga{{Mercancia: gasolina, De: 0, A: 1}, {Mercancia: cajas(), De: 0, A: 2}, {Mercancia: atado, De: 1, A: 2}},
		Camion: truck, Operadores: append(chofer(), cp31.Operador{NumRegIdTrib: "123456789", Nombre: "John Doe", Licencia: "TX000001", ResidenciaFiscal: "USA"}),
		Figuras: []cp31.TiposFigura{
			{
				TipoFigura: "02", RFCFigura: urr, NombreFigura: "Dueña", PartesTransporte: []cp31.PartesTransporte{{ParteTransporte: "PT03"}, {ParteTransporte: "PT05"}},
				Domicilio: &cp31.Domicilio{Estado: "TX", Pais: "USA", CodigoPostal: "78501"},
			},
			{TipoFigura: "04", RFCFigura: urr, NombreFigura: "Notificada"},
		},
		Istmo: &cp31.Istmo{Origen: "01", Destino: "05"}, Devolucion: true,
	})
	return freight(v, "78101802")
}

// importacion brings goods of every sector that the COFEPRIS watches.
func importacion() *cfdi.Comprobante {
	of := func(sector string, change func(m *cp31.Mercancia)) cp31.Carga {
		m := cp31.Mercancia{
			BienesTransp: "51101500", Descripcion: "Sector " + sector, Cantidad: num("1"), ClaveUnidad: "KGM", PesoEnKg: num("1"), SectorCOFEPRIS: sector,
			MaterialPeligroso: "No", TipoMateria: "03", FraccionArancelaria: "3004909999",
			DocumentacionAduanera: []cp31.DocumentacionAduanera{{TipoDocumento: "01", NumPedimento: "26  24  3807  6000123", RFCImpo: kemper}},
		}
		change(&m)
		return cp31.Carga{Mercancia: m, De: 0, A: 1}
	}
	pharma := func(m *cp31.Mercancia) {
		m.DenominacionGenericaProd, m.DenominacionDistintivaProd, m.Fabricante, m.FechaCaducidad, m.LoteMedicamento = "Paracetamol", "Calmol", "Labs", "2028-01-31", "L1"
		m.FormaFarmaceutica, m.CondicionesEspTransp, m.RegistroSanitarioFolioAutorizacion, m.PermisoImportacion = "01", "04", "RS1", "P1"
	}
	v := journey(cp31.Viaje{
		Paradas: []cp31.Parada{
			{NumRegIdTrib: "123456789", ResidenciaFiscal: "USA", Nombre: "ACME", Fecha: "2026-11-20T08:00:00", Domicilio: cp31.Domicilio{Calle: "Main", Colonia: "Downtown", Localidad: "Laredo", Municipio: "Webb", Estado: "TX", Pais: "USA", CodigoPostal: "78040"}},
			{Rfc: kemper, Fecha: "2026-11-21T18:00:00", Domicilio: home("42501", "HID"), Kilometros: num("1100")},
		},
		Carga: []cp31.Carga{
			of("01", func(m *cp31.Mercancia) { pharma(m); m.FolioImpoVUCEM = "V1" }),
			of("02", func(m *cp31.Mercancia) {
				pharma(m)
				m.DenominacionGenericaProd, m.DenominacionDistintivaProd, m.RegistroSanitarioFolioAutorizacion = "", "", ""
				m.NombreIngredienteActivo, m.NomQuimico, m.FolioImpoVUCEM = "Efedrina", "C10H15NO", "V2"
			}),
			of("03", pharma),
			of("04", func(m *cp31.Mercancia) {
				m.NomQuimico, m.NumCAS, m.FolioImpoVUCEM, m.RazonSocialEmpImp = "Cianuro", "57-12-5", "V4", "Importadora"
			}),
			of("05", func(m *cp31.Mercancia) {
				m.NombreIngredienteActivo, m.NumRegSanPlagCOFEPRIS, m.DatosFabricante, m.DatosFormulador, m.DatosMaquilador = "Abamectina", "RSCO", "F", "O", "M"
				m.UsoAutorizado, m.FolioImpoVUCEM = "Agrícola", "V5"
				m.TipoMateria, m.DescripcionMateria = "05", "Semilla tratada"
				m.DocumentacionAduanera = []cp31.DocumentacionAduanera{{TipoDocumento: "18", IdentDocAduanero: "AC-1"}}
			}),
		},
		Camion: camion(), Operadores: chofer(),
		Cruce: &cp31.Cruce{Entrada: true, Pais: "USA", Regimenes: []string{"IMD", "DFI"}},
	})
	return own(v)
}

// exportacion leaves with goods for Canada.
func exportacion() *cfdi.Comprobante {
	m := cajas()
	m.TipoMateria, m.UUIDComercioExt = "01", "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
	m.DocumentacionAduanera = []cp31.DocumentacionAduanera{{TipoDocumento: "20", IdentDocAduanero: "X-1"}}
	v := journey(cp31.Viaje{
		Paradas: []cp31.Parada{
			{Rfc: kemper, Fecha: "2026-11-20T08:00:00", Domicilio: home("42501", "HID")},
			{NumRegIdTrib: "987654321", ResidenciaFiscal: "CAN", Fecha: "2026-11-25T18:00:00", Domicilio: cp31.Domicilio{Estado: "ON", Pais: "CAN", CodigoPostal: "M5V 1A1"}, Kilometros: num("4100")},
		},
		Carga:  []cp31.Carga{{Mercancia: m, De: 0, A: 1}},
		Camion: camion(), Operadores: chofer(),
		Cruce: &cp31.Cruce{Pais: "CAN", Regimenes: []string{"EXD"}},
	})
	return freight(v, "78101803")
}

// stops are two stations.
func stops(from, to cp31.Ubicacion) []cp31.Ubicacion {
	a, b := home("91700", "VER"), home("97320", "YUC")
	from.TipoUbicacion, from.RFCRemitenteDestinatario, from.FechaHoraSalidaLlegada, from.TipoEstacion, from.Domicilio = "Origen", kemper, "2026-11-20T08:00:00", "01", &a
	to.TipoUbicacion, to.RFCRemitenteDestinatario, to.FechaHoraSalidaLlegada, to.TipoEstacion, to.Domicilio = "Destino", urr, "2026-11-24T08:00:00", "03", &b
	return []cp31.Ubicacion{from, to}
}

func shipped() cp31.Mercancia {
	m := cajas()
	m.DetalleMercancia = &cp31.DetalleMercancia{UnidadPesoMerc: "KGM", PesoBruto: num("1200.500"), PesoNeto: num("1100.500"), PesoTara: num("100"), NumPiezas: num("100")}
	return m
}

func barco() *cp31.TransporteMaritimo {
	return &cp31.TransporteMaritimo{
		PermSCT: "TPTM01", NumPermisoSCT: "SICT-M1", NombreAseg: "Seguros Mar", NumPolizaSeguro: "M-1", TipoEmbarcacion: "B04", Matricula: "MAT0001",
		NumeroOMI: "IMO1234567", AnioEmbarcacion: "2003", NombreEmbarc: "La Paloma", NacionalidadEmbarc: "MEX", UnidadesDeArqBruto: num("5000.125"), TipoCarga: "CGC",
		Eslora: num("120.50"), Manga: num("20"), Calado: num("8.25"), Puntal: num("9"), LineaNaviera: "Línea", NombreAgenteNaviero: "Agente",
		NumAutorizacionNaviero: "ANG031/2024", NumViaje: "V-1", NumConocEmbarc: "C-1",
		Contenedor: []cp31.ContenedorMaritimo{
			{TipoContenedor: "CM005", MatriculaContenedor: "MSCU1234567", NumPrecinto: "PREC1"},
			{
				TipoContenedor: "CM011", IdCCPRelacionado: id, PlacaVMCCP: "12AB3C", FechaCertificacionCCP: "2026-11-19T10:00:00",
				RemolquesCCP: []cp31.RemolqueCCP{{SubTipoRemCCP: "CTR007", PlacaCCP: "97ZY7X"}},
			},
		},
	}
}

// mar goes by ship from port to port.
func mar() *cfdi.Comprobante {
	v := &cp31.CartaPorte{
		IdCCP: id, TranspInternac: "No",
		Ubicaciones: stops(cp31.Ubicacion{NumEstacion: "PM030", NombreEstacion: "Veracruz", NavegacionTrafico: "Cabotaje"}, cp31.Ubicacion{NumEstacion: "PM038", NombreEstacion: "Progreso", NavegacionTrafico: "Cabotaje"}),
		Mercancias:  cp31.Mercancias{Mercancia: []cp31.Mercancia{shipped()}, TransporteMaritimo: barco(), CargoPorTasacion: num("10.00")},
	}
	v.Totalize()
	return freight(v, "78101701")
}

// aire goes by plane to an airport abroad.
func aire() *cfdi.Comprobante {
	m := cajas()
	m.ValorMercancia, m.Moneda, m.TipoMateria = num("100.00"), "USD", "03"
	v := &cp31.CartaPorte{
		IdCCP: id, TranspInternac: "Sí", EntradaSalidaMerc: "Salida", PaisOrigenDestino: "DEU", ViaEntradaSalida: "03",
		RegimenesAduaneros: []cp31.RegimenAduaneroCCP{{RegimenAduanero: "EXD"}},
		Ubicaciones:        stops(cp31.Ubicacion{NumEstacion: "EA0418", NombreEstacion: "Veracruz"}, cp31.Ubicacion{NumEstacion: "EA0001", NombreEstacion: "Konrad Adenauer"}),
		Mercancias: cp31.Mercancias{Mercancia: []cp31.Mercancia{m}, TransporteAereo: &cp31.TransporteAereo{
			PermSCT: "TPTA01", NumPermisoSCT: "SICT-A1", MatriculaAeronave: "XA-ABC", NombreAseg: "Seguros Aire", NumPolizaSeguro: "A-1", NumeroGuia: "803117555500",
			LugarContrato: "Veracruz", CodigoTransportista: "CA001", RFCEmbarcador: kemper, NombreEmbarcador: "Embarcador",
		}},
	}
	d := &v.Ubicaciones[1]
	d.RFCRemitenteDestinatario, d.NumRegIdTrib, d.ResidenciaFiscal, d.TipoEstacion = cfdi.RfcExtranjero, "DE123456789", "DEU", ""
	d.Domicilio = &cp31.Domicilio{Estado: "Westfalia", Pais: "DEU", CodigoPostal: "51147"}
	v.Totalize()
	return freight(v, "78101501")
}

// tren calls at five stations.
func tren() *cfdi.Comprobante {
	v := &cp31.CartaPorte{
		IdCCP: id, TranspInternac: "No",
		Ubicaciones: stops(cp31.Ubicacion{NumEstacion: "G0042", NombreEstacion: "Uno"}, cp31.Ubicacion{NumEstacion: "S0165", NombreEstacion: "Seis", DistanciaRecorrida: num("100")}),
		Mercancias: cp31.Mercancias{Mercancia: []cp31.Mercancia{cajas()}, TransporteFerroviario: &cp31.TransporteFerroviario{
			TipoDeServicio: "TS02", TipoDeTrafico: "TT01", NombreAseg: "Seguros Riel", NumPolizaSeguro: "F-1",
			DerechosDePaso: []cp31.DerechosDePaso{{TipoDerechoDePaso: "CDP001", KilometrajePagado: num("13.00")}},
			Carro: []cp31.Carro{{TipoCarro: "TC05", MatriculaCarro: "CARRO1", GuiaCarro: "G-1", Contenedor: []cp31.ContenedorFerroviario{
				{TipoContenedor: "TC02", PesoContenedorVacio: num("3800"), PesoNetoMercancia: num("600.250")},
				{TipoContenedor: "TC03", PesoContenedorVacio: num("4800"), PesoNetoMercancia: num("600.250")},
			}}},
		}},
	}
	for i := range 4 {
		v.Ubicaciones = slices.Insert(v.Ubicaciones, 1, cp31.Ubicacion{
			TipoUbicacion: "Destino", RFCRemitenteDestinatario: urr, NumEstacion: "Q0486", NombreEstacion: "Terrero", TipoEstacion: "02",
			FechaHoraSalidaLlegada: "2026-11-2" + string(rune('0'+i)) + "T09:00:00", DistanciaRecorrida: num("10.5"),
		})
	}
	v.Totalize()
	return freight(v, "78101601")
}

// mixtoCantidades tells how much goes by each of two modes.
func mixtoCantidades() []cp31.CantidadTransporta {
	return []cp31.CantidadTransporta{
		{Cantidad: num("50"), IDOrigen: "OR000001", IDDestino: "DE000002", CvesTransporte: "02"},
		{Cantidad: num("50"), IDOrigen: "OR000001", IDDestino: "DE000002", CvesTransporte: "01"},
	}
}

// mixto goes by ship and then by road.
func mixto() *cfdi.Comprobante {
	m := shipped()
	truck := camion()
	truck.Seguros.AseguraMedAmbiente, truck.Seguros.PolizaMedAmbiente = "", ""
	m.CantidadTransporta = mixtoCantidades()
	v := &cp31.CartaPorte{
		IdCCP: id, TranspInternac: "No",
		Ubicaciones:      stops(cp31.Ubicacion{IDUbicacion: "OR000001"}, cp31.Ubicacion{IDUbicacion: "DE000002", DistanciaRecorrida: num("33")}),
		Mercancias:       cp31.Mercancias{Mercancia: []cp31.Mercancia{m}, Autotransporte: &truck, TransporteMaritimo: barco()},
		FiguraTransporte: []cp31.TiposFigura{{TipoFigura: "01", RFCFigura: "CACX7605101P8", NumLicencia: "LFD01234567", NombreFigura: "XOCHILT CASAS CHAVEZ"}},
	}
	for i := range v.Ubicaciones {
		v.Ubicaciones[i].TipoEstacion, v.Ubicaciones[i].NavegacionTrafico = "", "Cabotaje"
	}
	v.Totalize()
	return freight(v, "78101901")
}

func bases() map[string]func() *cfdi.Comprobante {
	return map[string]func() *cfdi.Comprobante{
		"local": local, "reparto": reparto, "importacion": importacion, "exportacion": exportacion, "mar": mar, "aire": aire, "tren": tren, "mixto": mixto,
	}
}

func names() []string {
	var out []string
	for name := range bases() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
