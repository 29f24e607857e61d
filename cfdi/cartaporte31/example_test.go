package cartaporte31_test

import (
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/decimal"
)

// viaje carries a hundred boxes from Hidalgo to the city of Mexico.
func viaje() cartaporte31.Viaje {
	return cartaporte31.Viaje{
		Paradas: []cartaporte31.Parada{
			{Rfc: "EKU9003173C9", Fecha: "2026-11-20T13:00:00", Domicilio: cartaporte31.Domicilio{Estado: "HID", Pais: "MEX", CodigoPostal: "42501"}},
			{
				Rfc: "URE180429TM6", Fecha: "2026-11-20T15:00:00", Domicilio: cartaporte31.Domicilio{Estado: "CMX", Pais: "MEX", CodigoPostal: "06600"},
				Kilometros: decimal.MustParse("95.4"),
			},
		},
		Carga: []cartaporte31.Carga{{De: 0, A: 1, Mercancia: cartaporte31.Mercancia{
			BienesTransp: "50202306", Descripcion: "Refrescos", Cantidad: decimal.FromInt(100), ClaveUnidad: "XBX", PesoEnKg: decimal.FromInt(1200),
		}}},
		Camion: cartaporte31.Autotransporte{
			PermSCT: "TPAF02", NumPermisoSCT: "SICT-0001",
			IdentificacionVehicular: cartaporte31.IdentificacionVehicular{ConfigVehicular: "C2", PesoBrutoVehicular: decimal.MustParse("8.5"), PlacaVM: "12AB3C", AnioModeloVM: "2021"},
			Seguros:                 cartaporte31.Seguros{AseguraRespCivil: "Seguros del Camino", PolizaRespCivil: "RC-1"},
		},
		Operadores: []cartaporte31.Operador{{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", Licencia: "LFD01234567"}},
	}
}

// Own goods in an own lorry: a CFDI of type T.
func ExampleViaje() {
	var random [16]byte // of crypto/rand
	cp, err := viaje().CartaPorte(cartaporte31.NewIdCCP(random))
	if err != nil {
		fmt.Println(err)
		return
	}
	c := cp.Traslado(cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"}, "42501")
	c.Fecha, c.LugarExpedicion = "2026-11-20T12:00:00", "42501"
	fmt.Println(cp.IdCCP, cp.TotalDistRec, "km", cp.Mercancias.PesoBrutoTotal, cp.Mercancias.UnidadPeso)
	fmt.Println(c.TipoDeComprobante, c.Moneda, c.Total, c.Receptor.Rfc)
	fmt.Println(len(cfdi.Validate(c, catalogo.New(), time.Time{}).Errors()), "errores")
	// Output:
	// CCC00000-0000-4000-8000-000000000000 95.4 km 1200 KGM
	// T XXX 0 EKU9003173C9
	// 0 errores
}

// Goods of others: the haulier's invoice of the freight carries the complement, and 4 % of
// IVA is withheld.
func ExampleViaje_flete() {
	var random [16]byte // of crypto/rand
	cp, err := viaje().CartaPorte(cartaporte31.NewIdCCP(random))
	if err != nil {
		fmt.Println(err)
		return
	}
	c := &cfdi.Comprobante{
		Version: "4.0", Fecha: "2026-11-20T12:00:00", FormaPago: "99", MetodoPago: "PPD", Moneda: "MXN",
		TipoDeComprobante: "I", Exportacion: "01", LugarExpedicion: "42501",
		Emisor: cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: "XIA190128J61", Nombre: "XENON INDUSTRIAL ARTICLES", DomicilioFiscalReceptor: "76343", RegimenFiscalReceptor: "601", UsoCFDI: "G03",
		},
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "78101802", Cantidad: decimal.FromInt(1), ClaveUnidad: "E48", Descripcion: "Flete de Hidalgo a la Ciudad de México",
			ValorUnitario: decimal.MustParse("6000.00"), ObjetoImp: "02", Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.160000")},
			}},
		}},
		Complementos: cfdi.Complementos{cp},
	}
	w, _ := cfdi.FindWithholding("fletes", c.Fecha)
	w.Apply(&c.Conceptos[0])
	c.Totalize(catalogo.New())
	fmt.Println(c.SubTotal, c.Impuestos.TotalImpuestosRetenidos, c.Total)
	fmt.Println(len(cfdi.Validate(c, catalogo.New(), time.Time{}).Errors()), "errores")
	// Output:
	// 6000.00 240.00 6720.00
	// 0 errores
}

// What a journey cannot be is said before there is a complement of it.
func ExampleViajeError() {
	j := viaje()
	j.Carga[0].A = 2
	_, err := j.CartaPorte("CCC00000-0000-4000-8000-000000000000")
	fmt.Println(err)
	// Output:
	// La mercancía 1 (Refrescos) se carga o se entrega en una parada que no existe.
}
