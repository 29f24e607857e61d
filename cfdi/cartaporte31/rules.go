package cartaporte31

import (
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// A rule is one code of the matrix and what becomes of it.
type rule struct {
	code, class, state string
	check              func(v *validation) // set if and only if state is StateRule
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
	{"CP101", cfdi.ClassLocal, cfdi.StateRule, sobre("Version", "La Carta Porte va en un CFDI 4.0.", "Genera el comprobante de nuevo.", func(c *cfdi.Comprobante) bool { return c.Version == "4.0" })},
	{"CP102", cfdi.ClassLocal, cfdi.StateRule, sobre("SubTotal", "En un traslado el subtotal es 0.", "Escribe 0 en el subtotal.", func(c *cfdi.Comprobante) bool { return !traslado(c) || c.SubTotal.Sign() == 0 })},
	{"CP103", cfdi.ClassLocal, cfdi.StateRule, sobre("Moneda", "En un traslado la moneda es XXX.", "Elige la moneda XXX.", func(c *cfdi.Comprobante) bool { return !traslado(c) || c.Moneda == "XXX" })},
	{"CP104", cfdi.ClassLocal, cfdi.StateRule, sobre("Moneda", "Una factura de flete no lleva la moneda XXX.", "Elige la moneda en que cobras, por ejemplo MXN.", func(c *cfdi.Comprobante) bool { return !ingreso(c) || c.Moneda != "XXX" })},
	{"CP105", cfdi.ClassLocal, cfdi.StateRule, sobre("Total", "En un traslado el total es 0.", "Escribe 0 en el total.", func(c *cfdi.Comprobante) bool { return !traslado(c) || c.Total.Sign() == 0 })},
	{"CP106", cfdi.ClassCatalogo, cfdi.StateRule, objetoImp},
	{"CP107", cfdi.ClassLocal, cfdi.StateRule, sobre("Receptor.Rfc", "En un traslado el receptor eres tú: su RFC debe ser el del emisor.", "Escribe en el receptor tu propio RFC.", func(c *cfdi.Comprobante) bool { return !traslado(c) || c.Receptor.Rfc == c.Emisor.Rfc })},
	{"CP108", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"CP109", cfdi.ClassLocal, cfdi.StateRule, servicioDeTransporte},
	{"CP110", cfdi.ClassLocal, cfdi.StateRule, intermodal},
	{"CP111", cfdi.ClassLocal, cfdi.StateRule, sobre("Receptor.UsoCFDI", "En un traslado el uso del CFDI es S01, Sin efectos fiscales.", "Elige el uso S01.", func(c *cfdi.Comprobante) bool { return !traslado(c) || c.Receptor.UsoCFDI == "S01" })},
	{"CP112", cfdi.ClassLocal, cfdi.StateRule, uno},
	{"CP113", cfdi.ClassLocal, cfdi.StateRule, convive},
	{"CP114", cfdi.ClassLocal, cfdi.StateRule, sobre("TipoDeComprobante", "La Carta Porte solo va en una factura (I) o en un traslado (T).", "Elige I o T, o quita la Carta Porte.", func(c *cfdi.Comprobante) bool { return ingreso(c) || traslado(c) })},
	{"CP115", cfdi.ClassLocal, cfdi.StateRule, want("Version", "La versión de la Carta Porte debe ser 3.1.", "Escribe 3.1.", func(v *validation) bool { return v.cp.Version == "3.1" })},

	{"CP116", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		v.iff(v.internacional(), len(v.cp.RegimenesAduaneros) > 0, "RegimenesAduaneros",
			need{"Es transporte internacional y faltan los regímenes aduaneros.", "Agrega el régimen aduanero de la mercancía."},
			need{"Los regímenes aduaneros solo van en transporte internacional.", "Quita los regímenes, o marca el transporte como internacional."})
	}},
	{"CP117", cfdi.ClassCatalogo, cfdi.StateRule, regimenKey},
	{"CP118", cfdi.ClassCatalogo, cfdi.StateRule, regimen("Entrada", regimenesEntrada, regimenesSalida)},
	{"CP119", cfdi.ClassLocal, cfdi.StateRule, want("EntradaSalidaMerc", "Es transporte internacional y falta decir si la mercancía entra o sale.", "Elige Entrada o Salida.", func(v *validation) bool { return !v.internacional() || v.cp.EntradaSalidaMerc != "" })},
	{"CP120", cfdi.ClassLocal, cfdi.StateRule, nacionalSin("EntradaSalidaMerc", "la entrada o salida de la mercancía", func(cp *CartaPorte) string { return cp.EntradaSalidaMerc })},
	{"CP121", cfdi.ClassCatalogo, cfdi.StateRule, paisOrigenDestino},
	{"CP122", cfdi.ClassLocal, cfdi.StateRule, nacionalSin("PaisOrigenDestino", "el país de origen o destino", func(cp *CartaPorte) string { return cp.PaisOrigenDestino })},
	{"CP123", cfdi.ClassCatalogo, cfdi.StateRule, want("ViaEntradaSalida", "Es transporte internacional y la vía de entrada o salida falta o no existe en el catálogo del SAT.", "Elige 01 carretera, 02 mar, 03 aire o 04 ferrocarril.", func(v *validation) bool {
		return !v.internacional() || inForce(catalogo.CveTransporte, v.cp.ViaEntradaSalida, v.c.Fecha)
	})},
	{"CP124", cfdi.ClassLocal, cfdi.StateRule, nacionalSin("ViaEntradaSalida", "la vía de entrada o salida", func(cp *CartaPorte) string { return cp.ViaEntradaSalida })},
	{"CP125", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		v.iff(v.rueda(), !v.cp.TotalDistRec.IsZero(), "TotalDistRec",
			need{"Falta la distancia total recorrida.", "Escribe los kilómetros de todo el viaje."},
			need{"La distancia total solo va por carretera o por ferrocarril.", "Quita la distancia total."})
	}},
	{"CP126", cfdi.ClassLocal, cfdi.StateRule, distancias},
	{"CP127", cfdi.ClassLocal, cfdi.StateRule, polos},
	{"CP128", cfdi.ClassLocal, cfdi.StateRule, want("Ubicaciones", "Por ferrocarril falta el lugar de origen.", "Agrega la estación de origen.", func(v *validation) bool { return v.m.TransporteFerroviario == nil || v.places(origen) > 0 })},
	{"CP129", cfdi.ClassLocal, cfdi.StateRule, want("Ubicaciones", "Por ferrocarril el SAT pide al menos cinco destinos: las estaciones por donde pasa el tren y la final.", "Agrega las estaciones intermedias que faltan.", func(v *validation) bool { return v.m.TransporteFerroviario == nil || v.places(destino) >= 5 })},
	{"CP130", cfdi.ClassLocal, cfdi.StateRule, want("Ubicaciones", "Falta el lugar de origen o el de destino.", "Agrega de dónde sale y a dónde llega la mercancía.", func(v *validation) bool {
		return v.m.Autotransporte == nil && v.m.TransporteMaritimo == nil && v.m.TransporteAereo == nil || v.places(origen) > 0 && v.places(destino) > 0
	})},

	{"CP131", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(idUbicacion)},
	{"CP132", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.rfc(path+".RFCRemitenteDestinatario", u.RFCRemitenteDestinatario)
	})},
	{"CP133", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(u.RFCRemitenteDestinatario == cfdi.RfcExtranjero, u.NumRegIdTrib != "", path+".NumRegIdTrib",
			need{"El remitente o destinatario es extranjero y falta su número de registro tributario.", "Escribe el número con que paga impuestos en su país."},
			need{"El número de registro tributario solo va con el RFC genérico extranjero XEXX010101000.", "Quita el número, o usa XEXX010101000."})
	})},
	{"CP134", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.residencia(path+".ResidenciaFiscal", u.NumRegIdTrib, u.ResidenciaFiscal)
	})},
	{"CP135", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		if v.m.Autotransporte != nil && u.NumEstacion != "" {
			v.contested(path+".NumEstacion", "Por carretera no va el número de estación.", "Quita la estación.", v.road())
		}
	})},
	{"CP136", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(numEstacion)},
	{"CP137", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(u.NumEstacion != "", u.NombreEstacion != "", path+".NombreEstacion",
			need{"Falta el nombre de la estación.", "Escribe el nombre tal como está en el catálogo de estaciones del SAT."},
			need{"Hay nombre de estación y falta su clave.", "Quita el nombre, o elige la estación."})
		v.estacionName(path, u)
	})},
	{"CP138", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		if generica(u.NumEstacion) && u.NombreEstacion == "Extranjera" {
			v.fail(path+".NombreEstacion", "«Extranjera» no es el nombre de una estación.", "Escribe el nombre que la estación tiene en su país.")
		}
	})},
	{"CP139", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(navegacion)},
	{"CP140", cfdi.ClassCatalogo, cfdi.StateRule, eachUbicacion(tipoEstacion)},
	{"CP141", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(v.rueda() && u.TipoUbicacion == destino, !u.DistanciaRecorrida.IsZero(), path+".DistanciaRecorrida",
			need{"Falta la distancia recorrida hasta este destino.", "Escribe los kilómetros desde el lugar anterior."},
			need{"La distancia recorrida solo va en los destinos por carretera o por ferrocarril.", "Quita la distancia."})
	})},
	{"CP142", cfdi.ClassLocal, cfdi.StateRule, eachUbicacion(func(v *validation, path string, u *Ubicacion) {
		v.iff(v.m.TransporteFerroviario == nil || u.TipoEstacion != intermedia, u.Domicilio != nil, path+".Domicilio",
			need{"Falta el domicilio de este lugar.", "Escribe al menos estado, país y código postal."},
			need{"Una estación intermedia de ferrocarril no lleva domicilio.", "Quita el domicilio."})
	})},
	{"CP143", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(colonia)},
	{"CP144", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(localidad)},
	{"CP145", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(municipio)},
	{"CP146", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(estado)},
	{"CP147", cfdi.ClassCatalogo, cfdi.StateRule, eachPlace(codigoPostal)},

	{"CP148", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if len(v.m.Mercancia) == 0 {
			v.fail("Mercancias.Mercancia", "Falta la mercancía que se traslada.", "Agrega al menos una mercancía.")
		}
		if v.modes() == 0 {
			v.fail("Mercancias", "Falta decir en qué se traslada la mercancía.", "Agrega el camión, el barco, el avión o el tren.")
		}
	}},
	{"CP149", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if !v.m.PesoBrutoTotal.IsZero() && (v.m.Autotransporte != nil || v.m.TransporteAereo != nil || v.m.TransporteFerroviario != nil) {
			v.sum("Mercancias.PesoBrutoTotal", "El peso bruto total", v.m.PesoBrutoTotal, v.m.kilos(), v.m.brutos())
		}
	}},
	{"CP150", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if !v.m.PesoBrutoTotal.IsZero() && v.m.TransporteMaritimo != nil {
			v.sum("Mercancias.PesoBrutoTotal", "El peso bruto total", v.m.PesoBrutoTotal, v.m.bruto(), v.m.brutos())
		}
	}},
	{"CP151", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if v.m.TransporteMaritimo != nil {
			v.sum("Mercancias.PesoNetoTotal", "El peso neto total", v.m.PesoNetoTotal, v.m.neto(), v.m.netos())
		}
	}},
	{"CP152", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if v.m.TransporteFerroviario != nil {
			v.sum("Mercancias.PesoNetoTotal", "El peso neto total", v.m.PesoNetoTotal, v.m.TransporteFerroviario.toneladas(), v.m.netos())
		}
	}},
	{"CP153", cfdi.ClassLocal, cfdi.StateRule, want("Mercancias.LogisticaInversaRecoleccionDevolucion", "La logística inversa, recolección o devolución solo va por carretera.", "Quita el dato.", func(v *validation) bool {
		return v.m.Autotransporte != nil || v.m.LogisticaInversaRecoleccionDevolucion == ""
	})},
	{"CP154", cfdi.ClassLocal, cfdi.StateRule, cuantas},

	{"CP155", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(materialPeligroso)},
	{"CP156", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cveMaterialPeligroso)},
	{"CP157", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(embalaje)},
	{"CP158", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		if m.SectorCOFEPRIS != "" && !v.key(sectores, m.SectorCOFEPRIS) {
			v.fail(path+".SectorCOFEPRIS", "El sector COFEPRIS "+m.SectorCOFEPRIS+" no existe en el catálogo del SAT.", "Elige de 01 a 05, o déjalo vacío.")
		}
	})},
	{"CP159", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("01"))},
	{"CP160", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("02"))},
	{"CP161", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("03"))},
	{"CP162", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("04"))},
	{"CP163", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(cofepris("05"))},
	{"CP164", cfdi.ClassLocal, cfdi.StateRule, permiso("PermisoImportacion", "el permiso de importación", "01 02 03", func(m *Mercancia) string { return m.PermisoImportacion })},
	{"CP165", cfdi.ClassLocal, cfdi.StateRule, permiso("FolioImpoVUCEM", "el folio de importación de la VUCEM", "01 02 04 05", func(m *Mercancia) string { return m.FolioImpoVUCEM })},
	{"CP166", cfdi.ClassLocal, cfdi.StateRule, permiso("RazonSocialEmpImp", "la razón social de la empresa importadora", "04", func(m *Mercancia) string { return m.RazonSocialEmpImp })},
	{"CP167", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		if v.m.TransporteAereo != nil && m.ValorMercancia.IsZero() {
			v.fail(path+".ValorMercancia", "Por aire falta el valor de la mercancía.", "Escribe cuánto vale.")
		}
	})},
	{"CP168", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		v.iff(!m.ValorMercancia.IsZero(), m.Moneda != "", path+".Moneda",
			need{"La mercancía tiene valor y falta su moneda.", "Elige la moneda, por ejemplo MXN."},
			need{"Hay moneda y falta el valor de la mercancía.", "Quita la moneda, o escribe el valor."})
	})},
	{"CP169", cfdi.ClassCatalogo, cfdi.StateRule, regimen("Salida", regimenesSalida, regimenesEntrada)},
	{"CP170", cfdi.ClassCatalogo, cfdi.StateRule, eachMercancia(tipoMateria)},
	{"CP171", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		v.iff(m.TipoMateria == "05", m.DescripcionMateria != "", path+".DescripcionMateria",
			need{"El tipo de materia es 05, Otra, y falta describirla.", "Escribe qué materia es."},
			need{"La descripción de la materia solo va con el tipo 05, Otra.", "Quita la descripción, o elige 05."})
	})},
	{"CP172", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(documentacion)},
	{"CP173", cfdi.ClassCatalogo, cfdi.StateRule, eachDocumento(func(v *validation, path string, d *DocumentacionAduanera) {
		if v.cp.EntradaSalidaMerc == salida && d.TipoDocumento == pedimento {
			v.fail(path+".TipoDocumento", "A la salida el documento aduanero no puede ser un pedimento (01).", "Elige otro tipo de documento, o quítalo.")
		}
	})},
	{"CP174", cfdi.ClassCatalogo, cfdi.StateRule, eachDocumento(numPedimento)},
	{"CP175", cfdi.ClassCatalogo, cfdi.StateRule, eachDocumento(func(v *validation, path string, d *DocumentacionAduanera) {
		if d.TipoDocumento == "" {
			return
		}
		v.iff(d.TipoDocumento != pedimento, d.IdentDocAduanero != "", path+".IdentDocAduanero",
			need{"Falta el folio del documento aduanero.", "Escribe el identificador del documento."},
			need{"Un pedimento no lleva identificador de documento aduanero.", "Quita el identificador y escribe el número de pedimento."})
	})},
	{"CP176", cfdi.ClassLocal, cfdi.StateRule, eachDocumento(func(v *validation, path string, d *DocumentacionAduanera) {
		v.iff(d.NumPedimento != "", d.RFCImpo != "", path+".RFCImpo",
			need{"Hay pedimento y falta el RFC del importador.", "Escribe el RFC de quien importa."},
			need{"El RFC del importador solo va con un número de pedimento.", "Quita el RFC, o escribe el pedimento."})
		v.rfc(path+".RFCImpo", d.RFCImpo)
	})},
	{"CP177", cfdi.ClassLocal, cfdi.StateRule, guias},
	{"CP178", cfdi.ClassLocal, cfdi.StateRule, eachCantidad(func(v *validation, path string, q *CantidadTransporta) {
		v.known(path+".IDOrigen", q.IDOrigen, origen)
	})},
	{"CP179", cfdi.ClassLocal, cfdi.StateRule, eachCantidad(func(v *validation, path string, q *CantidadTransporta) {
		v.known(path+".IDDestino", q.IDDestino, destino)
	})},
	{"CP180", cfdi.ClassCatalogo, cfdi.StateRule, eachCantidad(cvesTransporte)},
	{"CP181", cfdi.ClassLocal, cfdi.StateRule, eachMercancia(func(v *validation, path string, m *Mercancia) {
		v.iff(v.m.TransporteMaritimo != nil, m.DetalleMercancia != nil, path+".DetalleMercancia",
			need{"Por mar faltan los pesos de la mercancía: bruto, neto y tara.", "Agrega el detalle de la mercancía."},
			need{"El detalle de pesos de la mercancía solo va por mar.", "Quita el detalle."})
	})},

	{"CP182", cfdi.ClassLocal, cfdi.StateRule, seguroAmbiental},
	{"CP183", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if a := v.m.Autotransporte; a != nil {
			v.iff(a.Seguros.AseguraMedAmbiente != "", a.Seguros.PolizaMedAmbiente != "", "Mercancias.Autotransporte.Seguros.PolizaMedAmbiente",
				need{"Falta la póliza del seguro de daños al medio ambiente.", "Escribe el número de la póliza."},
				need{"Hay póliza de daños al medio ambiente y falta la aseguradora.", "Escribe la aseguradora, o quita la póliza."})
		}
	}},
	{"CP184", cfdi.ClassCatalogo, cfdi.StateRule, remolquesDelCamion},
	{"CP185", cfdi.ClassLocal, cfdi.StateRule, func(v *validation) {
		if b := v.m.TransporteMaritimo; b != nil && b.NacionalidadEmbarc != "" {
			v.iff(b.NacionalidadEmbarc != mexico, b.PermisoTempNavegacion != "", "Mercancias.TransporteMaritimo.PermisoTempNavegacion",
				need{"La embarcación es extranjera y falta su permiso temporal de navegación.", "Escribe el número del permiso."},
				need{"Una embarcación mexicana no lleva permiso temporal de navegación.", "Quita el permiso."})
		}
	}},
	{"CP186", cfdi.ClassCatalogo, cfdi.StateRule, eachContenedor(contenedor)},
	{"CP187", cfdi.ClassCatalogo, cfdi.StateRule, eachContenedor(func(v *validation, path string, c *ContenedorMaritimo) {
		if c.TipoContenedor != ferri && len(c.RemolquesCCP) > 0 {
			v.fail(path+".RemolquesCCP", "Los remolques solo van en un ferri (CM011).", "Quita los remolques, o elige CM011.")
		}
	})},
	{"CP188", cfdi.ClassLocal, cfdi.StateRule, aereo(func(v *validation, path string, a *TransporteAereo) {
		if a.RFCEmbarcador != "" && a.NumRegIdTribEmbarc != "" {
			v.fail(path+".RFCEmbarcador", "El embarcador lleva RFC o número de registro tributario, no los dos.", "Deja el RFC si es mexicano, o el número si es extranjero.")
		}
		v.rfc(path+".RFCEmbarcador", a.RFCEmbarcador)
	})},
	{"CP189", cfdi.ClassLocal, cfdi.StateRule, aereo(func(v *validation, path string, a *TransporteAereo) {
		if a.RFCEmbarcador == "" && a.NumRegIdTribEmbarc == "" {
			v.fail(path+".NumRegIdTribEmbarc", "Falta quién embarca la mercancía.", "Escribe su RFC; si es extranjero, su número de registro tributario.")
		}
	})},
	{"CP190", cfdi.ClassCatalogo, cfdi.StateRule, aereo(func(v *validation, path string, a *TransporteAereo) {
		v.residencia(path+".ResidenciaFiscalEmbarc", a.NumRegIdTribEmbarc, a.ResidenciaFiscalEmbarc)
	})},
	{"CP191", cfdi.ClassLocal, cfdi.StateRule, eachCarro(toneladas)},
	{"CP192", cfdi.ClassCatalogo, cfdi.StateRule, eachCarro(contenedoresDelCarro)},

	{"CP193", cfdi.ClassLocal, cfdi.StateRule, want("FiguraTransporte", "Por carretera falta quién conduce.", "Agrega al operador del camión.", func(v *validation) bool { return v.m.Autotransporte == nil || len(v.cp.FiguraTransporte) > 0 })},
	{"CP194", cfdi.ClassCatalogo, cfdi.StateRule, want("FiguraTransporte", "Entre las figuras del transporte falta el operador (01).", "Agrega a quien conduce, con su licencia.", func(v *validation) bool {
		return v.m.Autotransporte == nil || len(v.cp.FiguraTransporte) == 0 || v.operador()
	})},
	{"CP195", cfdi.ClassLocal, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		if f.RFCFigura != "" && f.NumRegIdTribFigura != "" {
			v.fail(path+".RFCFigura", "La figura lleva RFC o número de registro tributario, no los dos.", "Deja el RFC si es mexicana, o el número si es extranjera.")
		}
		v.rfc(path+".RFCFigura", f.RFCFigura)
	})},
	{"CP196", cfdi.ClassLocal, cfdi.StateRule, eachFigura(licencia)},
	{"CP197", cfdi.ClassLocal, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		if f.RFCFigura == "" && f.NumRegIdTribFigura == "" {
			v.fail(path+".NumRegIdTribFigura", "Falta el RFC de esta figura.", "Escribe su RFC; si es extranjera, su número de registro tributario.")
		}
	})},
	{"CP198", cfdi.ClassCatalogo, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		v.residencia(path+".ResidenciaFiscalFigura", f.NumRegIdTribFigura, f.ResidenciaFiscalFigura)
	})},
	{"CP199", cfdi.ClassLocal, cfdi.StateRule, eachFigura(func(v *validation, path string, f *TiposFigura) {
		v.iff(f.TipoFigura == "02" || f.TipoFigura == "03", len(f.PartesTransporte) > 0, path+".PartesTransporte",
			need{"Falta qué parte del transporte es del propietario o arrendador.", "Elige al menos una parte, por ejemplo PT03, Tractocamión."},
			need{"Las partes del transporte solo van con el propietario (02) o el arrendador (03).", "Quita las partes."})
	})},
	{"CP200", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(colonia)},
	{"CP201", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(localidad)},
	{"CP202", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(municipio)},
	{"CP203", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(estado)},
	{"CP204", cfdi.ClassCatalogo, cfdi.StateRule, eachHome(codigoPostal)},
	{"CP999", cfdi.ClassLocal, cfdi.StateRule, lexical},
}

// Rules lists every code of the matrix of Carta Porte 3.1 in its order.
func Rules() []cfdi.Rule {
	out := make([]cfdi.Rule, len(rules))
	for i, r := range rules {
		out[i] = cfdi.Rule{Family: "CP31", Code: r.code, Class: r.class, State: r.state}
	}
	return out
}

// Validate reports what the matrix says of the Carta Porte and of the CFDI that carries
// it; under 301, what the schema requires and is not there.
func (v *CartaPorte) Validate(c *cfdi.Comprobante, cat *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	run := &validation{Report: cfdi.NewReport(c, v), c: c, cat: cat, cp: v, m: &v.Mercancias}
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
