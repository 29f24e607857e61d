package nomina12_test

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/nomina12"
	"iofacturo.mx/decimal"
)

// pesos draws an amount of money.
func pesos(rt *rapid.T, label string, least int64) decimal.Decimal {
	return decimal.New(rapid.Int64Range(least, 90_000_00).Draw(rt, label), 2)
}

// anyPayroll draws who is paid, for what, and what is taken off, and lets Totalize and
// Comprobante do the rest.
func anyPayroll(rt *rapid.T) *cfdi.Comprobante {
	n := &N{
		TipoNomina: "O", FechaPago: "2026-11-15", FechaInicialPago: "2026-11-01", FechaFinalPago: "2026-11-15",
		NumDiasPagados: decimal.New(rapid.Int64Range(1, 31_000).Draw(rt, "days"), 3), Percepciones: anyPay(rt),
	}
	if rapid.Bool().Draw(rt, "employed") {
		n.Emisor = &nomina12.Emisor{RegistroPatronal: "B5510768108"}
		from := time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -rapid.IntRange(0, 15_000).Draw(rt, "days since"))
		n.Receptor = nomina12.Receptor{
			NumSeguridadSocial: "04078873454", FechaInicioRelLaboral: from.Format(time.DateOnly), TipoContrato: "0" + strconv.Itoa(rapid.IntRange(1, 8).Draw(rt, "contract")),
			Antigüedad: "P" + strconv.Itoa(int(time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC).Sub(from).Hours())/24/7) + "W", RiesgoPuesto: "1",
			TipoRegimen: rapid.SampledFrom([]string{"02", "03", "04"}).Draw(rt, "regime"), SalarioDiarioIntegrado: pesos(rt, "daily", 1),
		}
	} else {
		n.Receptor = nomina12.Receptor{TipoContrato: rapid.SampledFrom([]string{"09", "10", "99"}).Draw(rt, "contract"), TipoRegimen: rapid.SampledFrom([]string{"05", "09", "12", "13", "99"}).Draw(rt, "regime")}
	}
	r := &n.Receptor
	r.Curp, r.NumEmpleado, r.ClaveEntFed, r.PeriodicidadPago = curp, "7", "HID", "04"
	if rapid.Bool().Draw(rt, "extraordinary") {
		n.TipoNomina, r.PeriodicidadPago = "E", "99"
	}
	if rapid.Bool().Draw(rt, "CLABE") {
		r.CuentaBancaria = "032180000118359719"
	}
	if rapid.Bool().Draw(rt, "taken off") {
		n.Deducciones = &nomina12.Deducciones{}
		for range rapid.IntRange(1, 4).Draw(rt, "deductions") {
			n.Deducciones.Deduccion = append(n.Deducciones.Deduccion, nomina12.Deduccion{
				TipoDeduccion: rapid.SampledFrom([]string{"001", "002", "003", "004", "007", "107", "110"}).Draw(rt, "kind"), Clave: "101", Concepto: "Deducción", Importe: pesos(rt, "off", 1),
			})
		}
	}
	if r.TipoRegimen == "02" {
		n.OtrosPagos = append(n.OtrosPagos, nomina12.OtroPago{
			TipoOtroPago: "002", Clave: "201", Concepto: "Subsidio", Importe: decimal.New(0, 2), SubsidioAlEmpleo: &nomina12.SubsidioAlEmpleo{SubsidioCausado: decimal.New(0, 2)},
		})
	}
	for range rapid.IntRange(0, 2).Draw(rt, "others") {
		n.OtrosPagos = append(n.OtrosPagos, nomina12.OtroPago{TipoOtroPago: rapid.SampledFrom([]string{"003", "005", "009", "999"}).Draw(rt, "other"), Clave: "301", Concepto: "Otro", Importe: pesos(rt, "other paid", 1)})
	}
	n.Totalize()
	if n.Deducciones != nil && n.TotalDeducciones.Cmp(n.TotalPercepciones.Add(n.TotalOtrosPagos)) > 0 {
		n.Deducciones = nil // nobody is paid less than nothing
	}
	return receipt(n)
}

// anyPay draws wages, what is paid to who leaves, and what is paid to who retires.
func anyPay(rt *rapid.T) *nomina12.Percepciones {
	p := &nomina12.Percepciones{}
	add := func(kind string) *nomina12.Percepcion {
		x := nomina12.Percepcion{TipoPercepcion: kind, Clave: kind, Concepto: "Percepción", ImporteGravado: pesos(rt, "gravado", 1), ImporteExento: pesos(rt, "exento", 0)}
		if rapid.Bool().Draw(rt, "all exempt") && x.ImporteExento.Sign() > 0 {
			x.ImporteGravado = decimal.New(0, 2)
		}
		p.Percepcion = append(p.Percepcion, x)
		return &p.Percepcion[len(p.Percepcion)-1]
	}
	for range rapid.IntRange(0, 4).Draw(rt, "wages") {
		switch kind := rapid.SampledFrom([]string{"001", "002", "010", "019", "020", "021", "029", "038", "045", "050"}).Draw(rt, "pay"); kind {
		case "019":
			x := add(kind)
			x.HorasExtra = []nomina12.HorasExtra{{Dias: num("1"), TipoHoras: "02", HorasExtra: num("3"), ImportePagado: x.ImporteGravado.Add(x.ImporteExento)}}
		case "045":
			add(kind).AccionesOTitulos = &nomina12.AccionesOTitulos{ValorMercado: pesos(rt, "worth", 1), PrecioAlOtorgarse: pesos(rt, "granted", 1)}
		default:
			add(kind)
		}
	}
	if len(p.Percepcion) == 0 || rapid.Bool().Draw(rt, "leaves") {
		x := add(rapid.SampledFrom([]string{"022", "023", "025"}).Draw(rt, "parting"))
		p.SeparacionIndemnizacion = &nomina12.SeparacionIndemnizacion{
			TotalPagado: x.ImporteGravado.Add(x.ImporteExento), NumAñosServicio: num("5"), UltimoSueldoMensOrd: pesos(rt, "last", 1), IngresoAcumulable: pesos(rt, "income", 0), IngresoNoAcumulable: pesos(rt, "other income", 0),
		}
	}
	if rapid.Bool().Draw(rt, "retires") {
		x := add(rapid.SampledFrom([]string{"039", "044"}).Draw(rt, "pension"))
		total := x.ImporteGravado.Add(x.ImporteExento)
		j := &nomina12.JubilacionPensionRetiro{IngresoAcumulable: pesos(rt, "income", 0), IngresoNoAcumulable: pesos(rt, "other income", 0)}
		if p.JubilacionPensionRetiro = j; x.TipoPercepcion == "039" {
			j.TotalUnaExhibicion = total
		} else {
			j.TotalParcialidad, j.MontoDiario = total, pesos(rt, "a day", 1)
		}
	}
	return p
}

// TestAnyPayrollIsRight: no rule, of the complement or of the CFDI, finds an error.
func TestAnyPayrollIsRight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := anyPayroll(rt)
		for _, f := range cfdi.Validate(c, cat, time.Time{}).Errors() {
			rt.Errorf("%s %s: %s\n%s", f.Code, f.Path, f.Message, cfdi.WriteXML(c))
		}
		// The rules count as the builder does: this is counted anew.
		sums := map[string]decimal.Decimal{}
		n := nomina12.De(c)
		for _, x := range n.Percepciones.Percepcion {
			kind := "sueldos"
			switch x.TipoPercepcion {
			case "022", "023", "025":
				kind = "separacion"
			case "039", "044":
				kind = "jubilacion"
			}
			sums[kind] = sums[kind].Add(x.ImporteGravado).Add(x.ImporteExento)
		}
		p := n.Percepciones
		if p.TotalSueldos.Cmp(sums["sueldos"]) != 0 || p.TotalSeparacionIndemnizacion.Cmp(sums["separacion"]) != 0 || p.TotalJubilacionPensionRetiro.Cmp(sums["jubilacion"]) != 0 {
			rt.Errorf("%v\n%s", sums, cfdi.WriteXML(c))
		}
	})
}

// TestAnyPayrollMeetsTheOracle: schema and stylesheet of the SAT agree with a sample.
func TestAnyPayrollMeetsTheOracle(t *testing.T) {
	var docs []cfditest.Doc
	for i := range 12 {
		docs = append(docs, cfditest.CFDI(t, "payroll"+strconv.Itoa(i), rapid.Custom(anyPayroll).Example(i)))
	}
	cfditest.Agree(t, docs)
}
