package nomina12_test

import (
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
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

// A receipt that was stored or came from somebody else is read back, and what is paid to
// a person who is not employed is found in it. The rules say what is wrong with it.
func ExampleDe() {
	d := decimal.MustParse
	n := &nomina12.Nomina{
		TipoNomina: "O", FechaPago: "2026-11-15", FechaInicialPago: "2026-11-01", FechaFinalPago: "2026-11-15", NumDiasPagados: d("15.000"),
		Receptor: nomina12.Receptor{
			Curp: "XEXX010101HNEXXXA4", TipoContrato: "09", TipoRegimen: "09", NumEmpleado: "2", PeriodicidadPago: "99", ClaveEntFed: "HID",
		},
		Percepciones: &nomina12.Percepciones{Percepcion: []nomina12.Percepcion{
			{TipoPercepcion: "046", Clave: "046", Concepto: "Asimilados a salarios", ImporteGravado: d("9000.00"), ImporteExento: d("0.00")},
		}},
	}
	n.Totalize()
	c := n.Comprobante(
		cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		cfdi.Receptor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", DomicilioFiscalReceptor: "36257"})
	c.Fecha, c.LugarExpedicion = "2026-11-15T12:00:00", "42501"

	doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range nomina12.De(doc.Comprobante).Percepciones.Percepcion {
		fmt.Println(p.TipoPercepcion, p.Concepto, p.ImporteGravado)
	}
	for _, f := range cfdi.Validate(doc.Comprobante, catalogo.New(), time.Time{}).Errors() {
		fmt.Println(f.Code, f.Path)
		fmt.Println(f.Message, f.Fix)
	}
	// Output:
	// 046 Asimilados a salarios 9000.00
	// NOM33 Complementos[0].Receptor.PeriodicidadPago
	// Una nómina ordinaria (O) no lleva la periodicidad 99. Escribe cada cuánto se paga, por ejemplo 04 si es quincenal.
}
