package nomina12_test

import (
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/nomina12"
	"iofacturo.mx/decimal"
)

// A fortnight of wages: what is paid, what is withheld, and the CFDI that says so.
func Example() {
	d := decimal.MustParse
	n := &nomina12.Nomina{
		TipoNomina: "O", FechaPago: "2026-11-15", FechaInicialPago: "2026-11-01", FechaFinalPago: "2026-11-15", NumDiasPagados: d("15.000"),
		Emisor: &nomina12.Emisor{RegistroPatronal: "B5510768108"},
		Receptor: nomina12.Receptor{
			Curp: "XEXX010101HNEXXXA4", NumSeguridadSocial: "04078873454", FechaInicioRelLaboral: "2020-01-01", Antigüedad: "P300W", TipoContrato: "01",
			TipoRegimen: "02", NumEmpleado: "1", RiesgoPuesto: "1", PeriodicidadPago: "04", SalarioDiarioIntegrado: d("520.00"), ClaveEntFed: "HID",
		},
		Percepciones: &nomina12.Percepciones{Percepcion: []nomina12.Percepcion{
			{TipoPercepcion: "001", Clave: "001", Concepto: "Sueldo", ImporteGravado: d("7500.00"), ImporteExento: d("0.00")},
		}},
		Deducciones: &nomina12.Deducciones{Deduccion: []nomina12.Deduccion{
			{TipoDeduccion: "001", Clave: "101", Concepto: "IMSS", Importe: d("200.00")},
			{TipoDeduccion: "002", Clave: "102", Concepto: "ISR", Importe: d("900.00")},
		}},
		OtrosPagos: []nomina12.OtroPago{
			{TipoOtroPago: "002", Clave: "201", Concepto: "Subsidio", Importe: d("0.00"), SubsidioAlEmpleo: &nomina12.SubsidioAlEmpleo{SubsidioCausado: d("0.00")}},
		},
	}
	n.Totalize()
	c := n.Comprobante(
		cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		cfdi.Receptor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", DomicilioFiscalReceptor: "36257"})
	c.Fecha, c.LugarExpedicion = "2026-11-15T12:00:00", "42501"

	fmt.Println(c.TipoDeComprobante, c.SubTotal, c.Descuento, c.Total, c.Receptor.UsoCFDI)
	fmt.Println(len(cfdi.Validate(c, catalogo.New(), time.Time{}).Errors()), "errores")
	// Output:
	// N 7500.00 1100.00 6400.00 CN01
	// 0 errores
}
