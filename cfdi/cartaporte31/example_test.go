package cartaporte31_test

import (
	"fmt"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/decimal"
)

func ExampleViaje() {
	var random [16]byte // of crypto/rand
	viaje := cartaporte31.Viaje{
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
	cp, err := viaje.CartaPorte(cartaporte31.NewIdCCP(random))
	if err != nil {
		fmt.Println(err)
		return
	}
	c := cp.Traslado(cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"}, "42501")
	fmt.Println(cp.IdCCP, cp.TotalDistRec, "km", cp.Mercancias.PesoBrutoTotal, cp.Mercancias.UnidadPeso)
	fmt.Println(c.TipoDeComprobante, c.Moneda, c.Total, c.Receptor.Rfc)
	// Output:
	// CCC00000-0000-4000-8000-000000000000 95.4 km 1200 KGM
	// T XXX 0 EKU9003173C9
}
