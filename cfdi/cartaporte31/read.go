package cartaporte31

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	v := &CartaPorte{}
	kids, err := inside(e, v.fields(), "RegimenesAduaneros?", "Ubicaciones", "Mercancias", "FiguraTransporte?")
	if err != nil {
		return nil, err
	}
	places, err := inside(kids[1][0], nil, "Ubicacion*")
	if err != nil {
		return nil, err
	}
	if err := all(
		func() error {
			return cfdi.ReadGroup(kids[0], space, "RegimenAduaneroCCP", &v.RegimenesAduaneros, (*RegimenAduaneroCCP).fields)
		},
		func() error { return cfdi.ReadMany(places[0], &v.Ubicaciones, readUbicacion) },
		func() error { return readMercancias(kids[2][0], &v.Mercancias) },
		func() error { return readFiguras(kids[3], v) },
	); err != nil {
		return nil, err
	}
	return v, nil
}

// inside reads the attributes of a node and sorts its children.
func inside(e *xmldoc.Element, fields []cfdi.Field, names ...string) ([][]*xmldoc.Element, error) {
	if err := cfdi.ReadFields(e, fields); err != nil {
		return nil, err
	}
	return cfdi.ReadChildren(e, space, names...)
}

// all takes steps until one fails.
func all(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// optional reads the node of a list of none or one.
func optional[T any](list []*xmldoc.Element, into **T, read func(*xmldoc.Element, *T) error) error {
	if len(list) == 0 {
		return nil
	}
	*into = new(T)
	return read(list[0], *into)
}

func readUbicacion(e *xmldoc.Element, v *Ubicacion) error {
	kids, err := inside(e, v.fields(), "Domicilio?")
	if err != nil {
		return err
	}
	return cfdi.ReadOne(kids[0], &v.Domicilio, (*Domicilio).fields)
}

func readMercancias(e *xmldoc.Element, v *Mercancias) error {
	kids, err := inside(e, v.fields(), "Mercancia*", "Autotransporte?", "TransporteMaritimo?", "TransporteAereo?", "TransporteFerroviario?")
	if err != nil {
		return err
	}
	return all(
		func() error { return cfdi.ReadMany(kids[0], &v.Mercancia, readMercancia) },
		func() error { return optional(kids[1], &v.Autotransporte, readAutotransporte) },
		func() error { return optional(kids[2], &v.TransporteMaritimo, readMaritimo) },
		func() error { return cfdi.ReadOne(kids[3], &v.TransporteAereo, (*TransporteAereo).fields) },
		func() error { return optional(kids[4], &v.TransporteFerroviario, readFerroviario) },
	)
}

func readMercancia(e *xmldoc.Element, v *Mercancia) error {
	kids, err := inside(e, v.fields(), "DocumentacionAduanera*", "GuiasIdentificacion*", "CantidadTransporta*", "DetalleMercancia?")
	if err != nil {
		return err
	}
	return all(
		func() error {
			return cfdi.ReadLeaves(kids[0], &v.DocumentacionAduanera, (*DocumentacionAduanera).fields)
		},
		func() error { return cfdi.ReadLeaves(kids[1], &v.GuiasIdentificacion, (*GuiasIdentificacion).fields) },
		func() error { return cfdi.ReadLeaves(kids[2], &v.CantidadTransporta, (*CantidadTransporta).fields) },
		func() error { return cfdi.ReadOne(kids[3], &v.DetalleMercancia, (*DetalleMercancia).fields) },
	)
}

func readAutotransporte(e *xmldoc.Element, v *Autotransporte) error {
	kids, err := inside(e, v.fields(), "IdentificacionVehicular", "Seguros", "Remolques?")
	if err != nil {
		return err
	}
	return all(
		func() error { return cfdi.ReadLeaf(kids[0][0], v.IdentificacionVehicular.fields()) },
		func() error { return cfdi.ReadLeaf(kids[1][0], v.Seguros.fields()) },
		func() error { return cfdi.ReadGroup(kids[2], space, "Remolque", &v.Remolques, (*Remolque).fields) },
	)
}

func readMaritimo(e *xmldoc.Element, v *TransporteMaritimo) error {
	kids, err := inside(e, v.fields(), "Contenedor*")
	if err != nil {
		return err
	}
	return cfdi.ReadMany(kids[0], &v.Contenedor, readContenedor)
}

func readContenedor(e *xmldoc.Element, v *ContenedorMaritimo) error {
	kids, err := inside(e, v.fields(), "RemolquesCCP?")
	if err != nil {
		return err
	}
	return cfdi.ReadGroup(kids[0], space, "RemolqueCCP", &v.RemolquesCCP, (*RemolqueCCP).fields)
}

func readFerroviario(e *xmldoc.Element, v *TransporteFerroviario) error {
	kids, err := inside(e, v.fields(), "DerechosDePaso*", "Carro*")
	if err != nil {
		return err
	}
	if err := cfdi.ReadLeaves(kids[0], &v.DerechosDePaso, (*DerechosDePaso).fields); err != nil {
		return err
	}
	return cfdi.ReadMany(kids[1], &v.Carro, readCarro)
}

func readCarro(e *xmldoc.Element, v *Carro) error {
	kids, err := inside(e, v.fields(), "Contenedor*")
	if err != nil {
		return err
	}
	return cfdi.ReadLeaves(kids[0], &v.Contenedor, (*ContenedorFerroviario).fields)
}

func readFiguras(list []*xmldoc.Element, v *CartaPorte) error {
	if len(list) == 0 {
		return nil
	}
	kids, err := inside(list[0], nil, "TiposFigura*")
	if err != nil {
		return err
	}
	if len(kids[0]) == 0 {
		return cfdi.NewReadError(list[0], "el nodo está vacío; debe llevar al menos un TiposFigura")
	}
	return cfdi.ReadMany(kids[0], &v.FiguraTransporte, readFigura)
}

func readFigura(e *xmldoc.Element, v *TiposFigura) error {
	kids, err := inside(e, v.fields(), "PartesTransporte*", "Domicilio?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadLeaves(kids[0], &v.PartesTransporte, (*PartesTransporte).fields); err != nil {
		return err
	}
	return cfdi.ReadOne(kids[1], &v.Domicilio, (*Domicilio).fields)
}
