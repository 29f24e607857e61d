package cartaporte31

import (
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// A rule is one code of the matrix and what becomes of it.
type rule struct {
	code, path, class, state string
	check                    func(v *validation) // set if and only if state is StateRule
}

// rules is the matrix of Carta Porte 3.1, in its order. A rule that asks for more than
// is at hand judges what the document tells and leaves the rest to the PAC:
//
//	CP132 CP176 CP188 CP195  whether an RFC is registered; its form is judged
//
// And where the catalogue was not imported (rules_catalogo.go):
//
//	CP136 CP137              whether a station exists, and its name; its mode is judged
//	CP147 CP204              whether a postal code is of a municipality and a town
//	CP155                    goods of a family of which some may be dangerous
//	CP156                    whether a material of four digits exists
//	CP174                    the patent of a customs broker
//	CP999                    what the schema holds to a large catalogue; its form is judged
var rules = []rule{
	{"CP101", "Version", cfdi.ClassLocal, cfdi.StateRule, sobre("Version", "La Carta Porte va en un CFDI 4.0.", "Genera el comprobante de nuevo.", func(c *cfdi.Comprobante) bool { return c.Version == "4.0" })},
	{"CP102", "SubTotal", cfdi.ClassLocal, cfdi.StateRule, enTraslado("SubTotal", "En un traslado el subtotal es 0.", "Escribe 0 en el subtotal.", func(c *cfdi.Comprobante) bool { return c.SubTotal.Sign() == 0 }, always("0"))},
	{"CP103", "Moneda", cfdi.ClassLocal, cfdi.StateRule, enTraslado("Moneda", "En un traslado la moneda es XXX.", "Elige la moneda XXX.", func(c *cfdi.Comprobante) bool { return c.Moneda == "XXX" }, always("XXX"))},
	{"CP104", "Moneda", cfdi.ClassLocal, cfdi.StateRule, sobre("Moneda", "Una factura (I) con Carta Porte no puede llevar la moneda XXX.", "Elige la moneda en que cobras, por ejemplo MXN.", func(c *cfdi.Comprobante) bool { return !ingreso(c) || c.Moneda != "XXX" })},
	{"CP105", "Total", cfdi.ClassLocal, cfdi.StateRule, enTraslado("Total", "En un traslado el total es 0.", "Escribe 0 en el total.", func(c *cfdi.Comprobante) bool { return c.Total.Sign() == 0 }, always("0"))},
	{"CP106", "Conceptos", cfdi.ClassCatalogo, cfdi.StateRule, objetoImp},
	{"CP107", "Receptor.Rfc", cfdi.ClassLocal, cfdi.StateRule, receptorDelTraslado},
	{"CP108", "Receptor.Rfc", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"CP109", "Conceptos.ClaveProdServ", cfdi.ClassLocal, cfdi.StateRule, servicioDeTransporte},
	{"CP110", "Conceptos.ClaveProdServ", cfdi.ClassLocal, cfdi.StateRule, intermodal},
	{"CP111", "Receptor.UsoCFDI", cfdi.ClassLocal, cfdi.StateRule, enTraslado("Receptor.UsoCFDI", "En un traslado el uso del CFDI es S01, Sin efectos fiscales.", "Elige el uso S01.", func(c *cfdi.Comprobante) bool { return c.Receptor.UsoCFDI == "S01" }, always("S01"))},
	{"CP112", "CartaPorte", cfdi.ClassLocal, cfdi.StateRule, uno},
	{"CP113", "CartaPorte", cfdi.ClassLocal, cfdi.StateRule, convive},
	{"CP114", "TipoDeComprobante", cfdi.ClassLocal, cfdi.StateRule, sobre("TipoDeComprobante", "La Carta Porte solo va en un comprobante de ingreso (I) o de traslado (T).", "Elige I o T, o quita la Carta Porte.", func(c *cfdi.Comprobante) bool { return ingreso(c) || traslado(c) })},
	{"CP115", "CartaPorte.Version", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if v.cp.Version != "" && v.cp.Version != version { // an absent one is told already
			v.fail("Version", "La versión de la Carta Porte debe ser 3.1.", "Escribe 3.1.")
			v.MendHere("Version", version)
		}
	}},

	{"CP116", "CartaPorte.RegimenesAduaneros", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		v.iff(v.internacional(), len(v.cp.RegimenesAduaneros) > 0, "RegimenesAduaneros",
			need{message: "Es transporte internacional y faltan los regímenes aduaneros.", fix: "Agrega el régimen aduanero de la mercancía, por ejemplo IMD si entra o EXD si sale."},
			need{message: "Los regímenes aduaneros solo van en transporte internacional.", fix: "Quita los regímenes, o escribe Sí en transporte internacional."})
	}},
	{"CP117", "CartaPorte.RegimenesAduaneros.RegimenAduanero", cfdi.ClassCatalogo, cfdi.StateRule, regimenKey},
	{"CP118", "CartaPorte.RegimenesAduaneros.RegimenAduanero", cfdi.ClassCatalogo, cfdi.StateRule, regimen("Entrada", regimenesEntrada, regimenesSalida)},
	{"CP119", "CartaPorte.EntradaSalidaMerc", cfdi.ClassLocal, cfdi.StateRule, want("EntradaSalidaMerc", "Es transporte internacional y falta decir si la mercancía entra o sale.", "Escribe Entrada o Salida.", func(v *validation) bool { return !v.internacional() || v.cp.EntradaSalidaMerc != "" })},
	{"CP120", "CartaPorte.EntradaSalidaMerc", cfdi.ClassLocal, cfdi.StateRule, nacionalSin("EntradaSalidaMerc", "la entrada o salida de la mercancía", func(cp *CartaPorte) string { return cp.EntradaSalidaMerc })},
	{"CP121", "CartaPorte.PaisOrigenDestino", cfdi.ClassCatalogo, cfdi.StateRule, paisOrigenDestino},
	{"CP122", "CartaPorte.PaisOrigenDestino", cfdi.ClassLocal, cfdi.StateRule, nacionalSin("PaisOrigenDestino", "el país de origen o destino", func(cp *CartaPorte) string { return cp.PaisOrigenDestino })},
	{"CP123", "CartaPorte.ViaEntradaSalida", cfdi.ClassCatalogo, cfdi.StateRule, want("ViaEntradaSalida", "Es transporte internacional y la vía de entrada o salida falta o no existe en el catálogo c_CveTransporte del SAT.", fixTransporte, func(v *validation) bool {
		return !v.internacional() || inForce(catalogo.CveTransporte, v.cp.ViaEntradaSalida, v.c.Fecha)
	})},
	{"CP124", "CartaPorte.ViaEntradaSalida", cfdi.ClassLocal, cfdi.StateRule, nacionalSin("ViaEntradaSalida", "la vía de entrada o salida", func(cp *CartaPorte) string { return cp.ViaEntradaSalida })},
	{"CP125", "CartaPorte.TotalDistRec", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		v.iff(v.rueda(), !v.cp.TotalDistRec.IsZero(), "TotalDistRec",
			need{message: "Falta la distancia total recorrida.", fix: "Escribe los kilómetros de todo el viaje: la suma de los de cada destino."},
			need{"La distancia total solo va por carretera o por ferrocarril.", "Quita la distancia total.", true})
		if sum := v.cp.distancia(); v.rueda() && v.cp.TotalDistRec.IsZero() && sum.Sign() > 0 {
			v.MendHere("TotalDistRec", sum.String())
		}
	}},
	{"CP126", "CartaPorte.TotalDistRec", cfdi.ClassLocal, cfdi.StateRule, distancias},
	{"CP127", "CartaPorte", cfdi.ClassLocal, cfdi.StateRule, polos},
	{"CP128", "CartaPorte.Ubicaciones", cfdi.ClassLocal, cfdi.StateRule, want("Ubicaciones", "Por ferrocarril falta el lugar de origen.", "Agrega la estación de origen.", func(v *validation) bool { return v.m.TransporteFerroviario == nil || v.places(origen) > 0 })},
	{"CP129", "CartaPorte.Ubicaciones", cfdi.ClassLocal, cfdi.StateRule, want("Ubicaciones", "Por ferrocarril el SAT pide al menos cinco destinos: las estaciones por donde pasa el tren y la final.", "Agrega las estaciones intermedias que faltan.", func(v *validation) bool { return v.m.TransporteFerroviario == nil || v.places(destino) >= 5 })},
	{"CP130", "CartaPorte.Ubicaciones", cfdi.ClassLocal, cfdi.StateRule, want("Ubicaciones", "Falta el lugar de origen o el de destino.", "Agrega de dónde sale y a dónde llega la mercancía.", func(v *validation) bool {
		return v.m.Autotransporte == nil && v.m.TransporteMaritimo == nil && v.m.TransporteAereo == nil || v.places(origen) > 0 && v.places(destino) > 0
	})},

	{"CP131", "CartaPorte.Ubicaciones.IDUbicacion", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(idUbicacion)},
	{"CP132", "CartaPorte.Ubicaciones.RFCRemitenteDestinatario", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.rfc(path+".RFCRemitenteDestinatario", u.RFCRemitenteDestinatario)
	})},
	{"CP133", "CartaPorte.Ubicaciones.NumRegIdTrib", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(u.RFCRemitenteDestinatario == cfdi.RfcExtranjero, u.NumRegIdTrib != "", path+".NumRegIdTrib",
			need{message: "El remitente o destinatario es extranjero y falta su número de registro tributario.", fix: "Escribe el número con que paga impuestos en su país."},
			need{message: "El número de registro tributario solo va con el RFC genérico extranjero XEXX010101000.", fix: "Quita el número; si es extranjero, escribe ese RFC."})
	})},
	{"CP134", "CartaPorte.Ubicaciones.ResidenciaFiscal", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.residencia(path+".ResidenciaFiscal", u.NumRegIdTrib, u.ResidenciaFiscal)
	})},
	{"CP135", "CartaPorte.Ubicaciones.NumEstacion", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		if v.m.Autotransporte != nil && u.NumEstacion != "" {
			v.contested(path+".NumEstacion", "Por carretera no va el número de estación.", "Quita la estación y su nombre.", v.road())
			if !v.road() {
				v.MendHere(path+".NumEstacion", "")
				v.MendHere(path+".NombreEstacion", "")
			}
		}
	})},
	{"CP136", "CartaPorte.Ubicaciones.NumEstacion", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(numEstacion)},
	{"CP137", "CartaPorte.Ubicaciones.NombreEstacion", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(u.NumEstacion != "", u.NombreEstacion != "", path+".NombreEstacion",
			need{message: "Falta el nombre de la estación " + cfdi.Cut(u.NumEstacion) + ".", fix: "Escríbelo tal como está en el catálogo c_Estaciones del SAT."},
			need{message: "Hay nombre de estación y falta su clave.", fix: "Escribe la clave de la estación, o quita el nombre."})
		v.estacionName(path, u)
	})},
	{"CP138", "CartaPorte.Ubicaciones.NombreEstacion", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		if v.extranjera(u.NumEstacion) && u.NombreEstacion == "Extranjera" {
			v.fail(path+".NombreEstacion", "«Extranjera» no es el nombre de una estación.", "Escribe el nombre que la estación tiene en su país.")
		}
	})},
	{"CP139", "CartaPorte.Ubicaciones.NavegacionTrafico", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(navegacion)},
	{"CP140", "CartaPorte.Ubicaciones.TipoEstacion", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(tipoEstacion)},
	{"CP141", "CartaPorte.Ubicaciones.DistanciaRecorrida", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(v.rueda() && u.TipoUbicacion == destino, !u.DistanciaRecorrida.IsZero(), path+".DistanciaRecorrida",
			need{message: "Falta la distancia recorrida hasta este destino.", fix: "Escribe los kilómetros desde el lugar anterior."},
			need{"La distancia recorrida solo va en los destinos por carretera o por ferrocarril.", "Quita la distancia.", true})
	})},
	{"CP142", "CartaPorte.Ubicaciones.Domicilio", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(v.m.TransporteFerroviario == nil || u.TipoEstacion != intermedia, u.Domicilio != nil, path+".Domicilio",
			need{message: "Falta el domicilio de este lugar.", fix: "Escribe al menos estado, país y código postal."},
			need{message: "Una estación intermedia (02) de ferrocarril no lleva domicilio.", fix: "Quita el domicilio, o corrige el tipo de estación."})
	})},
	{"CP143", "CartaPorte.Ubicaciones.Domicilio.Colonia", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(colonia)},
	{"CP144", "CartaPorte.Ubicaciones.Domicilio.Localidad", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(localidad)},
	{"CP145", "CartaPorte.Ubicaciones.Domicilio.Municipio", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(municipio)},
	{"CP146", "CartaPorte.Ubicaciones.Domicilio.Estado", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(estado)},
	{"CP147", "CartaPorte.Ubicaciones.Domicilio.CodigoPostal", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(codigoPostal)},

	{"CP148", "CartaPorte.Mercancias", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if len(v.m.Mercancia) == 0 {
			v.fail("Mercancias.Mercancia", "Falta la mercancía que se traslada.", "Agrega al menos una mercancía.")
		}
		if v.modes() == 0 {
			v.fail("Mercancias", "Falta decir en qué se traslada la mercancía.", "Agrega el camión (Autotransporte), el barco (TransporteMaritimo), el avión (TransporteAereo) o el tren (TransporteFerroviario).")
		}
	}},
	{"CP149", "CartaPorte.Mercancias.PesoBrutoTotal", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if !v.m.PesoBrutoTotal.IsZero() && (v.m.Autotransporte != nil || v.m.TransporteAereo != nil || v.m.TransporteFerroviario != nil) {
			v.sum("Mercancias.PesoBrutoTotal", "El peso bruto total", "los pesos en kilogramos de las mercancías", v.m.PesoBrutoTotal, v.m.kilos(), v.m.brutos())
		}
	}},
	{"CP150", "CartaPorte.Mercancias.PesoBrutoTotal", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if !v.m.PesoBrutoTotal.IsZero() && v.m.TransporteMaritimo != nil {
			v.sum("Mercancias.PesoBrutoTotal", "El peso bruto total", "los pesos brutos del detalle de las mercancías", v.m.PesoBrutoTotal, v.m.bruto(), v.m.brutos())
		}
	}},
	{"CP151", "CartaPorte.Mercancias.PesoNetoTotal", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if v.m.TransporteMaritimo != nil {
			v.sum("Mercancias.PesoNetoTotal", "El peso neto total", "los pesos netos del detalle de las mercancías", v.m.PesoNetoTotal, v.m.neto(), v.m.netos())
		}
	}},
	{"CP152", "CartaPorte.Mercancias.PesoNetoTotal", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if v.m.TransporteFerroviario != nil {
			v.sum("Mercancias.PesoNetoTotal", "El peso neto total", "las toneladas netas de los carros", v.m.PesoNetoTotal, v.m.TransporteFerroviario.toneladas(), v.m.netos())
		}
	}},
	{"CP153", "CartaPorte.Mercancias.LogisticaInversaRecoleccionDevolucion", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if v.m.Autotransporte == nil && v.m.LogisticaInversaRecoleccionDevolucion != "" {
			v.fail("Mercancias.LogisticaInversaRecoleccionDevolucion", "La logística inversa, recolección o devolución solo va por carretera.", "Quita ese dato.")
			v.MendHere("Mercancias.LogisticaInversaRecoleccionDevolucion", "")
		}
	}},
	{"CP154", "CartaPorte.Mercancias.NumTotalMercancias", cfdi.ClassLocal, cfdi.StateRule, cuantas},

	{"CP155", "CartaPorte.Mercancias.Mercancia.MaterialPeligroso", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(materialPeligroso)},
	{"CP156", "CartaPorte.Mercancias.Mercancia.CveMaterialPeligroso", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cveMaterialPeligroso)},
	{"CP157", "CartaPorte.Mercancias.Mercancia.Embalaje", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(embalaje)},
	{"CP158", "CartaPorte.Mercancias.Mercancia.SectorCOFEPRIS", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		if m.SectorCOFEPRIS != "" && !v.key(sectores, m.SectorCOFEPRIS) {
			v.fail(path+".SectorCOFEPRIS", noKey(m.SectorCOFEPRIS, "c_SectorCOFEPRIS"), "Escribe de 01 a 05, por ejemplo 01 si es medicamento; si no es de la COFEPRIS, déjalo vacío.")
		}
	})},
	{"CP159", "CartaPorte.Mercancias.Mercancia.Fabricante", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("01"))},
	{"CP160", "CartaPorte.Mercancias.Mercancia.NomQuimico", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("02"))},
	{"CP161", "CartaPorte.Mercancias.Mercancia.LoteMedicamento", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("03"))},
	{"CP162", "CartaPorte.Mercancias.Mercancia.NumCAS", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("04"))},
	{"CP163", "CartaPorte.Mercancias.Mercancia.UsoAutorizado", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("05"))},
	{"CP164", "CartaPorte.Mercancias.Mercancia.PermisoImportacion", cfdi.ClassLocal, cfdi.StateRule, permiso("PermisoImportacion", "el permiso de importación", "01 02 03", func(m *Mercancia) string { return m.PermisoImportacion })},
	{"CP165", "CartaPorte.Mercancias.Mercancia.FolioImpoVUCEM", cfdi.ClassLocal, cfdi.StateRule, permiso("FolioImpoVUCEM", "el folio de importación de la VUCEM", "01 02 04 05", func(m *Mercancia) string { return m.FolioImpoVUCEM })},
	{"CP166", "CartaPorte.Mercancias.Mercancia.RazonSocialEmpImp", cfdi.ClassLocal, cfdi.StateRule, permiso("RazonSocialEmpImp", "la razón social de la empresa importadora", "04", func(m *Mercancia) string { return m.RazonSocialEmpImp })},
	{"CP167", "CartaPorte.Mercancias.Mercancia.ValorMercancia", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		if v.m.TransporteAereo != nil && m.ValorMercancia.IsZero() {
			v.fail(path+".ValorMercancia", "Por aire falta el valor de la mercancía.", "Escribe cuánto vale y en qué moneda.")
		}
	})},
	{"CP168", "CartaPorte.Mercancias.Mercancia.Moneda", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		v.iff(!m.ValorMercancia.IsZero(), m.Moneda != "", path+".Moneda",
			need{message: "La mercancía tiene valor y falta su moneda.", fix: "Escribe la moneda, por ejemplo MXN."},
			need{message: "Hay moneda y falta el valor de la mercancía.", fix: "Escribe el valor, o quita la moneda."})
	})},
	{"CP169", "CartaPorte.RegimenesAduaneros.RegimenAduanero", cfdi.ClassCatalogo, cfdi.StateRule, regimen("Salida", regimenesSalida, regimenesEntrada)},
	{"CP170", "CartaPorte.Mercancias.Mercancia.TipoMateria", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(tipoMateria)},
	{"CP171", "CartaPorte.Mercancias.Mercancia.DescripcionMateria", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		v.iff(m.TipoMateria == "05", m.DescripcionMateria != "", path+".DescripcionMateria",
			need{message: "El tipo de materia es 05, Otra, y falta describirla.", fix: "Escribe qué materia es."},
			need{message: "La descripción de la materia solo va con el tipo de materia 05, Otra.", fix: "Quita la descripción, o escribe 05 en el tipo de materia."})
	})},
	{"CP172", "CartaPorte.Mercancias.Mercancia.DocumentacionAduanera", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(documentacion)},
	{"CP173", "CartaPorte.Mercancias.Mercancia.DocumentacionAduanera.TipoDocumento", cfdi.ClassCatalogo, cfdi.StateRule, eachDocumento(func(v *validation, path string, d *DocumentacionAduanera) {
		if v.cp.EntradaSalidaMerc == salida && d.TipoDocumento == pedimento {
			v.fail(path+".TipoDocumento", "Cuando la mercancía sale, el documento aduanero no puede ser un pedimento (01).", "Escribe el tipo de otro documento, o quita el documento.")
		}
	})},
	{"CP174", "CartaPorte.Mercancias.Mercancia.DocumentacionAduanera.NumPedimento", cfdi.ClassCatalogo, cfdi.StateRule, eachDocumento(numPedimento)},
	{"CP175", "CartaPorte.Mercancias.Mercancia.DocumentacionAduanera.IdentDocAduanero", cfdi.ClassCatalogo, cfdi.StateRule, eachDocumento(func(v *validation, path string, d *DocumentacionAduanera) {
		if d.TipoDocumento == "" {
			return
		}
		v.iff(d.TipoDocumento != pedimento, d.IdentDocAduanero != "", path+".IdentDocAduanero",
			need{message: "Falta el identificador del documento aduanero.", fix: "Escribe el número o folio del documento."},
			need{message: "Un pedimento (01) no lleva identificador de documento aduanero.", fix: "Quita el identificador y escribe el número de pedimento."})
	})},
	{"CP176", "CartaPorte.Mercancias.Mercancia.DocumentacionAduanera.RFCImpo", cfdi.ClassLocal, cfdi.StateRule, eachDocumento(func(v *validation, path string, d *DocumentacionAduanera) {
		v.iff(d.NumPedimento != "", d.RFCImpo != "", path+".RFCImpo",
			need{message: "Hay número de pedimento y falta el RFC del importador.", fix: "Escribe el RFC de quien importa."},
			need{message: "El RFC del importador solo va con un número de pedimento.", fix: "Quita el RFC, o escribe el número de pedimento."})
		v.rfc(path+".RFCImpo", d.RFCImpo)
	})},
	{"CP177", "CartaPorte.Mercancias.Mercancia.GuiasIdentificacion", cfdi.ClassLocal, cfdi.StateRule, guias},
	{"CP178", "CartaPorte.Mercancias.Mercancia.CantidadTransporta.IDOrigen", cfdi.ClassLocal, cfdi.StateRule, eachCantidad(func(v *validation, path string, q *CantidadTransporta) {
		v.known(path+".IDOrigen", q.IDOrigen, origen)
	})},
	{"CP179", "CartaPorte.Mercancias.Mercancia.CantidadTransporta.IDDestino", cfdi.ClassLocal, cfdi.StateRule, eachCantidad(func(v *validation, path string, q *CantidadTransporta) {
		v.known(path+".IDDestino", q.IDDestino, destino)
	})},
	{"CP180", "CartaPorte.Mercancias.Mercancia.CantidadTransporta.CvesTransporte", cfdi.ClassCatalogo, cfdi.StateRule, eachCantidad(cvesTransporte)},
	{"CP181", "CartaPorte.Mercancias.Mercancia.DetalleMercancia", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		v.iff(v.m.TransporteMaritimo != nil, m.DetalleMercancia != nil, path+".DetalleMercancia",
			need{message: "Por mar falta el detalle de la mercancía: sus pesos bruto, neto y tara.", fix: "Agrega el detalle con los tres pesos y su unidad."},
			need{message: "El detalle de pesos de la mercancía solo va por mar.", fix: "Quita el detalle."})
	})},

	{"CP182", "CartaPorte.Mercancias.Autotransporte.Seguros.AseguraMedAmbiente", cfdi.ClassLocal, cfdi.StateRule, seguroAmbiental},
	{"CP183", "CartaPorte.Mercancias.Autotransporte.Seguros.PolizaMedAmbiente", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if a := v.m.Autotransporte; a != nil {
			v.iff(a.Seguros.AseguraMedAmbiente != "", a.Seguros.PolizaMedAmbiente != "", "Mercancias.Autotransporte.Seguros.PolizaMedAmbiente",
				need{message: "Falta la póliza del seguro de daños al medio ambiente.", fix: "Escribe el número de la póliza."},
				need{message: "Hay póliza de daños al medio ambiente y falta la aseguradora.", fix: "Escribe la aseguradora, o quita la póliza."})
		}
	}},
	{"CP184", "CartaPorte.Mercancias.Autotransporte.Remolques", cfdi.ClassCatalogo, cfdi.StateRule, remolquesDelCamion},
	{"CP185", "CartaPorte.Mercancias.TransporteMaritimo.PermisoTempNavegacion", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if b := v.m.TransporteMaritimo; b != nil && b.NacionalidadEmbarc != "" {
			v.iff(b.NacionalidadEmbarc != mexico, b.PermisoTempNavegacion != "", "Mercancias.TransporteMaritimo.PermisoTempNavegacion",
				need{message: "La embarcación es extranjera y falta su permiso temporal de navegación.", fix: "Escribe el número del permiso."},
				need{"Una embarcación mexicana no lleva permiso temporal de navegación.", "Quita el permiso.", true})
		}
	}},
	{"CP186", "CartaPorte.Mercancias.TransporteMaritimo.Contenedor", cfdi.ClassCatalogo, cfdi.StateRule, eachContenedor(contenedor)},
	{"CP187", "CartaPorte.Mercancias.TransporteMaritimo.Contenedor.RemolquesCCP", cfdi.ClassCatalogo, cfdi.StateRule, eachContenedor(func(v *validation, path string, c *ContenedorMaritimo) {
		if c.TipoContenedor != ferri && len(c.RemolquesCCP) > 0 {
			v.fail(path+".RemolquesCCP", "Los remolques solo van en un ferri (CM011).", "Quita los remolques, o escribe CM011 en el tipo de contenedor.")
		}
	})},
	{"CP188", "CartaPorte.Mercancias.TransporteAereo.RFCEmbarcador", cfdi.ClassLocal, cfdi.StateRule, aereo(func(v *validation, path string, a *TransporteAereo) {
		if a.RFCEmbarcador != "" && a.NumRegIdTribEmbarc != "" {
			v.fail(path+".RFCEmbarcador", "El embarcador lleva RFC o número de registro tributario, y tiene los dos.", "Deja el RFC si es mexicano, o el número si es extranjero.")
		}
		v.rfc(path+".RFCEmbarcador", a.RFCEmbarcador)
	})},
	{"CP189", "CartaPorte.Mercancias.TransporteAereo.NumRegIdTribEmbarc", cfdi.ClassLocal, cfdi.StateRule, aereo(func(v *validation, path string, a *TransporteAereo) {
		if a.RFCEmbarcador == "" && a.NumRegIdTribEmbarc == "" {
			v.fail(path+".NumRegIdTribEmbarc", "Falta quién embarca la mercancía.", "Escribe su RFC; si es extranjero, su número de registro tributario y su país.")
		}
	})},
	{"CP190", "CartaPorte.Mercancias.TransporteAereo.ResidenciaFiscalEmbarc", cfdi.ClassCatalogo, cfdi.StateRule, aereo(func(v *validation, path string, a *TransporteAereo) {
		v.residencia(path+".ResidenciaFiscalEmbarc", a.NumRegIdTribEmbarc, a.ResidenciaFiscalEmbarc)
	})},
	{"CP191", "CartaPorte.Mercancias.TransporteFerroviario.Carro.ToneladasNetasCarro", cfdi.ClassLocal, cfdi.StateRule, eachCarro(toneladas)},
	{"CP192", "CartaPorte.Mercancias.TransporteFerroviario.Carro.Contenedor", cfdi.ClassCatalogo, cfdi.StateRule, eachCarro(contenedoresDelCarro)},

	{"CP193", "CartaPorte.FiguraTransporte", cfdi.ClassLocal, cfdi.StateRule, want("FiguraTransporte", "Por carretera falta quién conduce.", "Agrega al operador (01) del camión, con su licencia.", func(v *validation) bool { return v.m.Autotransporte == nil || len(v.cp.FiguraTransporte) > 0 })},
	{"CP194", "CartaPorte.FiguraTransporte", cfdi.ClassCatalogo, cfdi.StateRule, want("FiguraTransporte", "Entre las figuras del transporte falta el operador (01).", "Agrega a quien conduce, con su licencia.", func(v *validation) bool {
		return v.m.Autotransporte == nil || len(v.cp.FiguraTransporte) == 0 || v.operador()
	})},
	{"CP195", "CartaPorte.FiguraTransporte.RFCFigura", cfdi.ClassLocal, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		if f.RFCFigura != "" && f.NumRegIdTribFigura != "" {
			v.fail(path+".RFCFigura", "La figura del transporte lleva RFC o número de registro tributario, y tiene los dos.", "Deja el RFC si es mexicana, o el número si es extranjera.")
		}
		v.rfc(path+".RFCFigura", f.RFCFigura)
	})},
	{"CP196", "CartaPorte.FiguraTransporte.NumLicencia", cfdi.ClassLocal, cfdi.StateRule, eachFigura(licencia)},
	{"CP197", "CartaPorte.FiguraTransporte.NumRegIdTribFigura", cfdi.ClassLocal, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		if f.RFCFigura == "" && f.NumRegIdTribFigura == "" {
			v.fail(path+".NumRegIdTribFigura", "Falta el RFC de esta figura del transporte.", "Escribe su RFC; si es extranjera, su número de registro tributario y su país.")
		}
	})},
	{"CP198", "CartaPorte.FiguraTransporte.ResidenciaFiscalFigura", cfdi.ClassCatalogo, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		v.residencia(path+".ResidenciaFiscalFigura", f.NumRegIdTribFigura, f.ResidenciaFiscalFigura)
	})},
	{"CP199", "CartaPorte.FiguraTransporte.PartesTransporte", cfdi.ClassLocal, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		v.iff(f.TipoFigura == "02" || f.TipoFigura == "03", len(f.PartesTransporte) > 0, path+".PartesTransporte",
			need{message: "Falta qué parte del transporte es del propietario o arrendador.", fix: "Agrega al menos una parte, por ejemplo " + parteDe("PT03") + "."},
			need{message: "Las partes del transporte solo van con el propietario (02) o el arrendador (03).", fix: "Quita las partes, o corrige el tipo de figura."})
	})},
	{"CP200", "CartaPorte.FiguraTransporte.Domicilio.Colonia", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(colonia)},
	{"CP201", "CartaPorte.FiguraTransporte.Domicilio.Localidad", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(localidad)},
	{"CP202", "CartaPorte.FiguraTransporte.Domicilio.Municipio", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(municipio)},
	{"CP203", "CartaPorte.FiguraTransporte.Domicilio.Estado", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(estado)},
	{"CP204", "CartaPorte.FiguraTransporte.Domicilio.CodigoPostal", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(codigoPostal)},
	{"CP999", "CartaPorte", cfdi.ClassLocal, cfdi.StateRule, lexical},
}

// Rules lists every code of the matrix of Carta Porte 3.1 in its order.
func Rules() []cfdi.Rule {
	out := make([]cfdi.Rule, len(rules))
	for i, r := range rules {
		out[i] = cfdi.Rule{Family: "CP31", Code: r.code, Path: r.path, Class: r.class, State: r.state}
	}
	return out
}

// Validate reports what the matrix says of the Carta Porte and of the CFDI that carries
// it; under 301, what the schema requires and is not there.
func (v *CartaPorte) Validate(c *cfdi.Comprobante, cat *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	run := &validation{Report: cfdi.NewReport(c, v), c: c, cat: cat, cp: v, m: &v.Mercancias}
	run.Name(nombres)
	run.Only(run.only())
	v.Walk(cfdi.VisitTree(run.Missing))
	if t := v.Mercancias.TransporteFerroviario; t != nil && len(t.Carro) == 0 {
		run.Fail("301", "Mercancias.TransporteFerroviario", "El tren no tiene carros.", "Agrega al menos un carro.")
	}
	for _, r := range rules {
		if r.check != nil {
			run.code = r.code
			r.check(run)
		}
	}
	return run.Found()
}

// only are the attributes that can have one value alone: the version, and the totals of what
// the goods say where one mode carries them.
func (v *validation) only() map[string]string {
	values := map[string]string{"Version": version, "Mercancias.NumTotalMercancias": strconv.Itoa(len(v.m.Mercancia))}
	if sums := v.m.brutos(); v.modes() == 1 && sums[0].Sign() > 0 {
		values["Mercancias.PesoBrutoTotal"] = sums[0].String()
	}
	return values
}
