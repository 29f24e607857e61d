package nomina12

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// validation is one run of the rules over one payroll.
type validation struct {
	*cfdi.Report
	c    *cfdi.Comprobante
	n    *Nomina
	cat  *catalogo.Catalog
	code string // of the rule that runs
}

func (v *validation) fail(path, message, fix string) { v.Fail(v.code, path, message, fix) }

func at(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

func percepcionPath(i int) string { return at("Percepciones.Percepcion", i) }

const (
	fixEnvelope = "Genera de nuevo el recibo de nómina: el portal llena este dato."
	fixSums     = "Vuelve a calcular los totales."
)

// envelope is a rule about the CFDI itself.
func envelope(name, must string, ok func(*cfdi.Comprobante, *Nomina) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v.c, v.n) {
			v.FailAt(v.code, name, "En un recibo de nómina "+v.Label(name)+" "+must+".", fixEnvelope)
			v.mend(name, must)
		}
	}
}

// mend offers the one value that a rule of the envelope names: nothing after "no debe
// ir", what follows "debe ser" where that is a value and not a description.
func (v *validation) mend(path, must string) {
	value, named := strings.CutPrefix(must, "debe ser ")
	switch {
	case must == "no debe ir":
		v.Mend(v.c, path, "")
	case named && value[:1] == strings.ToUpper(value[:1]):
		v.Mend(v.c, path, value)
	}
}

// line is a rule about the Concepto.
func line(name, must string, ok func(*cfdi.Concepto, *Nomina) bool) func(*validation) {
	return func(v *validation) {
		for i := range v.c.Conceptos {
			if !ok(&v.c.Conceptos[i], v.n) {
				v.FailAt(v.code, at("Conceptos", i)+"."+name, "En un recibo de nómina "+v.Label(name)+" del concepto "+must+".", fixEnvelope)
				v.mend(at("Conceptos", i)+"."+name, must)
			}
		}
	}
}

// want is a rule of one condition.
func want(path, message, fix string, ok func(*validation) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v) {
			v.fail(path, message, fix)
		}
	}
}

// only is want of an attribute of which one value alone is right, "" for none.
func only(path, value, message, fix string, ok func(*validation) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v) {
			v.fail(path, message, fix)
			v.MendHere(path, value)
		}
	}
}

// addedUp is a rule about amounts that follow from others: what it finds is mended by
// computing all of them again, those of the CFDI too.
func addedUp(check func(*validation)) func(*validation) {
	return func(v *validation) {
		before := len(v.Found())
		if check(v); len(v.Found()) != before+1 {
			return
		}
		v.MendBy(func(copied cfdi.Complemento) { copied.(*Nomina).Totalize() })
		if len(v.c.Conceptos) != 1 || len(v.c.Complementos) != 1 {
			return // several payrolls add up, or the line is at fault
		}
		again := *v.n
		again.Percepciones, again.Deducciones = copied(v.n.Percepciones), copied(v.n.Deducciones)
		again.Totalize()
		right := again.Comprobante(v.c.Emisor, v.c.Receptor)
		line := &right.Conceptos[0]
		for _, x := range []struct {
			path string
			was  decimal.Decimal
			is   decimal.Decimal
		}{
			{"SubTotal", v.c.SubTotal, right.SubTotal},
			{"Descuento", v.c.Descuento, right.Descuento},
			{"Total", v.c.Total, right.Total},
			{"Conceptos[0].ValorUnitario", v.c.Conceptos[0].ValorUnitario, line.ValorUnitario},
			{"Conceptos[0].Importe", v.c.Conceptos[0].Importe, line.Importe},
			{"Conceptos[0].Descuento", v.c.Conceptos[0].Descuento, line.Descuento},
		} {
			if x.was.IsZero() != x.is.IsZero() || x.was.Cmp(x.is) != 0 {
				v.Mend(v.c, x.path, x.is.String())
			}
		}
	}
}

// copied is a copy of a node whose own attributes may change, nil of none.
func copied[T any](node *T) *T {
	if node == nil {
		return nil
	}
	dup := *node
	return &dup
}

// key reports whether a key that is there stands in its catalogue on the day of pay.
func (v *validation) key(catalogue, key string) bool {
	return key == "" || listed(catalogue, key, v.n.FechaPago)
}

// short is key for one of the catalogues that papers word.
func (v *validation) short(catalogue catalogo.Short, key string) bool {
	return key == "" || catalogue.Has(key, v.n.FechaPago)
}

func (v *validation) banco(key string) bool {
	row, ok := v.cat.Banco(key)
	return key == "" || ok && row.InForce(v.n.FechaPago)
}

// distritoFederal is a key of c_Estado that payrolls alone had, until its last day.
const distritoFederal, ultimoDIF = "DIF", "2023-06-30"

func (v *validation) estado(key string) bool {
	if key == distritoFederal {
		return v.n.FechaPago <= ultimoDIF
	}
	row, ok := v.cat.Estado(key)
	return key == "" || ok && row.InForce(v.n.FechaPago)
}

// same reports whether a total is there and right.
func same(got, want decimal.Decimal) bool { return !got.IsZero() && got.Cmp(want) == 0 }

func day(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil
}

// dates reports whether both are dates.
func dates(a, b string) bool {
	_, okA := day(a)
	_, okB := day(b)
	return okA && okB
}

func emisorMoral(v *validation) {
	if utf8.RuneCountInString(v.c.Emisor.Rfc) == 12 && v.n.Emisor != nil && v.n.Emisor.Curp != "" {
		v.fail("Emisor.Curp", "El patrón es persona moral y no lleva CURP.", "Quita la CURP del patrón.")
		v.MendHere("Emisor.Curp", "")
	}
}

func emisorFisica(v *validation) {
	if utf8.RuneCountInString(v.c.Emisor.Rfc) == 13 && (v.n.Emisor == nil || v.n.Emisor.Curp == "") {
		v.fail("Emisor.Curp", "El patrón es persona física y falta su CURP.", "Escribe la CURP del patrón, de 18 caracteres.")
	}
}

func ofTheDocument(v *validation) {
	for i := range v.c.Conceptos {
		if slices.Contains(v.c.Conceptos[i].Complementos, cfdi.Complemento(v.n)) {
			v.fail("", "La nómina es un complemento del comprobante, no de un concepto.", "Pon el complemento en el comprobante.")
		}
	}
}

// employed reports whether the contract is one of work.
func (v *validation) employed() bool {
	return listed("01 02 03 04 05 06 07 08", v.n.Receptor.TipoContrato, "")
}

func (v *validation) registro() string {
	if v.n.Emisor == nil {
		return ""
	}
	return v.n.Emisor.RegistroPatronal
}

func (v *validation) sncf() *EntidadSNCF {
	if v.n.Emisor == nil {
		return nil
	}
	return v.n.Emisor.EntidadSNCF
}

func (v *validation) retiro() *JubilacionPensionRetiro {
	if v.n.Percepciones == nil {
		return nil
	}
	return v.n.Percepciones.JubilacionPensionRetiro
}

// account is the length of the account, 0 without one.
func (v *validation) account() int { return len(v.n.Receptor.CuentaBancaria) }

func socialSecurity(v *validation) {
	r := &v.n.Receptor
	if v.registro() == "" {
		return
	}
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"NumSeguridadSocial", r.NumSeguridadSocial == ""},
		{"FechaInicioRelLaboral", r.FechaInicioRelLaboral == ""},
		{"Antigüedad", r.Antigüedad == ""},
		{"RiesgoPuesto", r.RiesgoPuesto == ""},
		{"SalarioDiarioIntegrado", r.SalarioDiarioIntegrado.IsZero()},
	} {
		if f.missing {
			v.fail("Receptor."+f.name, "Con registro patronal falta "+v.Label(f.name)+".", "Escribe "+v.Label(f.name)+" del trabajador.")
		}
	}
}

var (
	weeksForm = regexp.MustCompile(`^P([1-9][0-9]{0,3}|0)W$`)
	exactForm = regexp.MustCompile(`^P(?:([1-9][0-9]?)Y)?(?:([1-9]|1[012])M)?(0|[1-9]|[12][0-9]|3[01])D$`)
)

func antiguedadWeeks(v *validation) {
	r := &v.n.Receptor
	m := weeksForm.FindStringSubmatch(r.Antigüedad)
	if m == nil || !dates(r.FechaInicioRelLaboral, v.n.FechaFinalPago) {
		return
	}
	from, _ := day(r.FechaInicioRelLaboral)
	to, _ := day(v.n.FechaFinalPago)
	days := int(to.Sub(from).Hours()/24) + 1
	if weeks, _ := strconv.Atoi(m[1]); weeks > days/7 {
		v.fail("Receptor.Antigüedad", "La antigüedad "+r.Antigüedad+" es de más semanas de las que hay entre el ingreso y el último día pagado.", "Escribe P"+strconv.Itoa(days/7)+"W, o corrige la fecha de ingreso.")
	}
}

// antiguedadExact: the years, months and days from the first day of work to the last
// that is paid, counted with that last one or without.
func antiguedadExact(v *validation) {
	r := &v.n.Receptor
	m := exactForm.FindStringSubmatch(r.Antigüedad)
	if m == nil || !dates(r.FechaInicioRelLaboral, v.n.FechaFinalPago) {
		return
	}
	from, _ := day(r.FechaInicioRelLaboral)
	to, _ := day(v.n.FechaFinalPago)
	part := func(s string) int { n, _ := strconv.Atoi(s); return n }
	reached := from.AddDate(part(m[1]), part(m[2]), part(m[3]))
	if gap := int(to.Sub(reached).Hours() / 24); gap < -1 || gap > 1 {
		v.fail("Receptor.Antigüedad", "La antigüedad "+r.Antigüedad+" no son los años, meses y días que hay entre el ingreso y el último día pagado.", "Cuéntalos otra vez y escríbelos como P1Y2M3D, o corrige la fecha de ingreso.")
	}
}

func subcontratacion(v *validation) {
	sum := decimal.FromInt(0)
	for i := range v.n.Receptor.SubContratacion {
		sum = sum.Add(v.n.Receptor.SubContratacion[i].PorcentajeTiempo)
	}
	if len(v.n.Receptor.SubContratacion) > 0 && sum.Cmp(decimal.FromInt(100)) != 0 {
		v.fail("Receptor.SubContratacion", "Los porcentajes de tiempo de la subcontratación suman "+sum.String()+" y deben sumar 100.", "Corrige el porcentaje de alguna de las empresas.")
	}
}

// has reports whether a kind of pay is there.
func (v *validation) has(keys ...string) bool {
	return v.n.Percepciones != nil && slices.ContainsFunc(v.n.Percepciones.Percepcion, func(p Percepcion) bool { return slices.Contains(keys, p.TipoPercepcion) })
}

// deducts reports whether a kind of deduction is there.
func (v *validation) deducts(key string) bool {
	return v.n.Deducciones != nil && slices.ContainsFunc(v.n.Deducciones.Deduccion, func(d Deduccion) bool { return d.TipoDeduccion == key })
}

func eachPercepcion(check func(v *validation, path string, p *Percepcion)) func(*validation) {
	return func(v *validation) {
		if v.n.Percepciones == nil {
			return
		}
		for i := range v.n.Percepciones.Percepcion {
			check(v, percepcionPath(i), &v.n.Percepciones.Percepcion[i])
		}
	}
}

func percepcionPositive(v *validation, path string, p *Percepcion) {
	if p.ImporteGravado.Add(p.ImporteExento).Sign() <= 0 {
		v.fail(path+".ImporteGravado", "La percepción no vale nada: lo gravado más lo exento debe ser mayor que cero.", "Escribe lo gravado o lo exento, o quita la percepción.")
	}
}

func percepcionKey(v *validation, path string, p *Percepcion) {
	if !v.key(tiposPercepcion, p.TipoPercepcion) {
		v.fail(path+".TipoPercepcion", "El tipo de percepción "+cfdi.Quoted(p.TipoPercepcion)+" no existe en el catálogo c_TipoPercepcion del SAT, o no está vigente en la fecha de pago.", "Escribe la clave de la percepción, por ejemplo 001 si es el sueldo.")
	}
}

func separacionPresent(v *validation) {
	if p := v.n.Percepciones; v.has(separacion...) && (p.TotalSeparacionIndemnizacion.IsZero() || p.SeparacionIndemnizacion == nil) {
		v.fail("Percepciones.SeparacionIndemnizacion", "Hay pagos por separación (022, 023 o 025) y faltan su total o sus datos.", "Agrega los datos de la separación y vuelve a calcular los totales.")
	}
}

func jubilacionPresent(v *validation) {
	p := v.n.Percepciones
	if p == nil {
		return
	}
	total, node := !p.TotalJubilacionPensionRetiro.IsZero(), p.JubilacionPensionRetiro != nil
	if has := v.has(jubilacion...); has != total || has != node {
		v.fail("Percepciones.JubilacionPensionRetiro", "Los datos y el total de jubilación van si hay percepciones 039 o 044, y solo entonces.", "Agrega los datos y el total de la jubilación, o quítalos si no la hay.")
	}
}

func accionesRequired(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion == "045" && p.AccionesOTitulos == nil {
		v.fail(path+".AccionesOTitulos", "La percepción es de acciones o títulos (045) y faltan sus datos.", "Agrega su valor de mercado y el precio al otorgarse.")
	}
}

func accionesForbidden(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion != "045" && p.AccionesOTitulos != nil {
		v.fail(path+".AccionesOTitulos", "Los datos de acciones o títulos solo van con la percepción 045.", "Quítalos, o corrige el tipo de percepción.")
	}
}

func horasRequired(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion == "019" && len(p.HorasExtra) == 0 {
		v.fail(path+".HorasExtra", "La percepción es de horas extra (019) y faltan las horas.", "Agrega días, tipo, número de horas y lo pagado.")
	}
}

func horasForbidden(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion != "019" && len(p.HorasExtra) > 0 {
		v.fail(path+".HorasExtra", "Las horas extra solo van con la percepción 019.", "Quítalas, o corrige el tipo de percepción.")
	}
}

func horasKey(v *validation) {
	eachPercepcion(func(v *validation, path string, p *Percepcion) {
		for i := range p.HorasExtra {
			if h := &p.HorasExtra[i]; !v.short(catalogo.TipoHoras, h.TipoHoras) {
				v.fail(path+"."+at("HorasExtra", i)+".TipoHoras", "El tipo de horas "+cfdi.Quoted(h.TipoHoras)+" no existe en el catálogo c_TipoHoras del SAT.", "Escribe 01 si son dobles, 02 triples o 03 simples.")
			}
		}
	})(v)
}

// enfermo adds up what the illnesses are worth.
func (n *Nomina) enfermo() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range n.Incapacidades {
		sum = sum.Add(n.Incapacidades[i].ImporteMonetario)
	}
	return sum
}

func incapacidadPercepcion(v *validation) {
	if len(v.n.Incapacidades) == 0 {
		return
	}
	sum := decimal.FromInt(0)
	eachPercepcion(func(_ *validation, _ string, p *Percepcion) {
		if p.TipoPercepcion == "014" {
			sum = sum.Add(p.ImporteGravado).Add(p.ImporteExento)
		}
	})(v)
	if v.has("014") && sum.Cmp(v.n.enfermo()) != 0 {
		v.fail("Incapacidades", "Las incapacidades suman "+v.n.enfermo().String()+" y la percepción por incapacidad (014) es de "+sum.String()+".", "Corrige el importe de la percepción o de las incapacidades.")
	}
}

func impuestosSum(v *validation) {
	if d := v.n.Deducciones; d != nil && v.deducts("002") {
		if impuestos, _ := d.sums(); !same(d.TotalImpuestosRetenidos, impuestos) {
			v.fail("Deducciones.TotalImpuestosRetenidos", "El total de impuestos retenidos debe ser "+impuestos.String()+", la suma de las deducciones 002.", fixSums)
		}
	}
}

func impuestosAbsent(v *validation) {
	if d := v.n.Deducciones; d != nil && !v.deducts("002") && !d.TotalImpuestosRetenidos.IsZero() {
		v.fail("Deducciones.TotalImpuestosRetenidos", "No hay deducciones 002 (ISR) y sí un total de impuestos retenidos.", "Quita el total, o agrega la deducción.")
	}
}

func eachDeduccion(check func(v *validation, path string, d *Deduccion)) func(*validation) {
	return func(v *validation) {
		if v.n.Deducciones == nil {
			return
		}
		for i := range v.n.Deducciones.Deduccion {
			check(v, at("Deducciones.Deduccion", i), &v.n.Deducciones.Deduccion[i])
		}
	}
}

func deduccionKey(v *validation, path string, d *Deduccion) {
	if d.TipoDeduccion != "" && !deduccion(d.TipoDeduccion, v.n.FechaPago) {
		v.fail(path+".TipoDeduccion", "El tipo de deducción "+cfdi.Quoted(d.TipoDeduccion)+" no existe en el catálogo c_TipoDeduccion del SAT, o no está vigente en la fecha de pago.", "Escribe la clave de la deducción, por ejemplo 001 si es seguridad social o 002 si es ISR.")
	}
}

func deduccionIncapacidad(v *validation, path string, d *Deduccion) {
	if d.TipoDeduccion == "006" && len(v.n.Incapacidades) > 0 && d.Importe.Cmp(v.n.enfermo()) != 0 {
		v.fail(path+".Importe", "El descuento por incapacidad (006) es de "+d.Importe.String()+" y las incapacidades suman "+v.n.enfermo().String()+".", "Corrige el importe del descuento o de las incapacidades.")
	}
}

func deduccionPositive(v *validation, path string, d *Deduccion) {
	if !d.Importe.IsZero() && d.Importe.Sign() <= 0 {
		v.fail(path+".Importe", "La deducción debe ser mayor que cero.", "Escribe cuánto se descuenta, o quita la deducción.")
	}
}

func eachOtro(check func(v *validation, path string, o *OtroPago)) func(*validation) {
	return func(v *validation) {
		for i := range v.n.OtrosPagos {
			check(v, at("OtrosPagos", i), &v.n.OtrosPagos[i])
		}
	}
}

func otroKey(v *validation, path string, o *OtroPago) {
	if !v.key(tiposOtroPago, o.TipoOtroPago) {
		v.fail(path+".TipoOtroPago", "El tipo de otro pago "+cfdi.Quoted(o.TipoOtroPago)+" no existe en el catálogo c_TipoOtroPago del SAT.", "Escribe su clave, por ejemplo 002 si es subsidio para el empleo o 003 si son viáticos.")
	}
}

func otroCompensacion(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago == "004" && o.CompensacionSaldosAFavor == nil {
		v.fail(path+".CompensacionSaldosAFavor", "El otro pago es compensación de saldos a favor (004) y faltan sus datos.", "Agrega el saldo a favor, su año y el remanente.")
	}
}

func otroSubsidio(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago == "002" && o.SubsidioAlEmpleo == nil {
		v.fail(path+".SubsidioAlEmpleo", "El otro pago es subsidio para el empleo (002) y falta el subsidio causado.", "Agrega el subsidio causado, aunque sea 0.00.")
	}
}

func otroPositive(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago != "002" && !o.Importe.IsZero() && o.Importe.Sign() <= 0 {
		v.fail(path+".Importe", "El otro pago debe ser mayor que cero.", "Escribe cuánto se paga, o quítalo.")
	}
}

// The matrix of revision D allows a subsidy of 475.00 for a month and 15.63 for each
// day of more; that of 2026, which has no official text here, 628.00 and 20.66, and is
// a warning.
func (v *validation) subsidio(path string, o *OtroPago, limit, limit2026 decimal.Decimal) {
	if o.SubsidioAlEmpleo == nil {
		return
	}
	message := "El subsidio causado " + o.SubsidioAlEmpleo.SubsidioCausado.String() + " es mayor que el que el SAT admite, "
	const fix = "Corrige el subsidio causado, o los días pagados."
	switch {
	case v.n.FechaPago < "2026-01-01" && o.SubsidioAlEmpleo.SubsidioCausado.Cmp(limit) > 0:
		v.fail(path+".SubsidioAlEmpleo.SubsidioCausado", message+limit.String()+".", fix)
	case v.n.FechaPago >= "2026-01-01" && o.SubsidioAlEmpleo.SubsidioCausado.Cmp(limit2026) > 0:
		v.Warn(v.code, path+".SubsidioAlEmpleo.SubsidioCausado", message+limit2026.String()+".", fix)
	}
}

func (v *validation) month() bool { return v.n.NumDiasPagados.Cmp(decimal.FromInt(31)) <= 0 }

func subsidioMonth(v *validation, path string, o *OtroPago) {
	if v.month() {
		v.subsidio(path, o, decimal.New(47500, 2), decimal.New(62800, 2))
	}
}

func subsidioDays(v *validation, path string, o *OtroPago) {
	if !v.month() {
		v.subsidio(path, o, decimal.New(1563, 2).Mul(v.n.NumDiasPagados), decimal.New(2066, 2).Mul(v.n.NumDiasPagados))
	}
}

func saldoRemanente(v *validation, path string, o *OtroPago) {
	if s := o.CompensacionSaldosAFavor; s != nil && s.SaldoAFavor.Cmp(s.RemanenteSalFav) < 0 {
		v.fail(path+".CompensacionSaldosAFavor.SaldoAFavor", "El saldo a favor "+s.SaldoAFavor.String()+" es menor que su remanente, "+s.RemanenteSalFav.String()+".", "Corrige el saldo o el remanente.")
	}
}

func saldoYear(v *validation, path string, o *OtroPago) {
	s := o.CompensacionSaldosAFavor
	pay, ok := day(v.n.FechaPago)
	if s == nil || s.Año == "" || !ok {
		return
	}
	year, err := strconv.Atoi(s.Año)
	if err != nil || year != pay.Year()-1 && (year != pay.Year() || pay.Month() != time.December) {
		v.fail(path+".CompensacionSaldosAFavor.Año", "El año del saldo a favor debe ser el anterior al del pago; el mismo, solo si se paga en diciembre.", "Escribe "+strconv.Itoa(pay.Year()-1)+".")
	}
}

func incapacidadKey(v *validation) {
	for i := range v.n.Incapacidades {
		if x := &v.n.Incapacidades[i]; !v.short(catalogo.TipoIncapacidad, x.TipoIncapacidad) {
			v.fail(at("Incapacidades", i)+".TipoIncapacidad", "El tipo de incapacidad "+cfdi.Quoted(x.TipoIncapacidad)+" no existe en el catálogo c_TipoIncapacidad del SAT.", "Escribe 01 riesgo de trabajo, 02 enfermedad en general, 03 maternidad o 04 licencia por cuidados médicos de hijos con cáncer.")
		}
	}
}

func subsidioRequired(v *validation) {
	pays := func(keys ...string) bool {
		return slices.ContainsFunc(v.n.OtrosPagos, func(o OtroPago) bool { return slices.Contains(keys, o.TipoOtroPago) })
	}
	if v.n.Receptor.TipoRegimen == "02" && !pays("002", "007", "008") {
		v.fail("OtrosPagos", "Con el régimen de sueldos (02) va el subsidio para el empleo, otro pago 002, aunque sea 0.00.", "Agrega un otro pago 002 con su importe y el subsidio causado.")
	}
}

func subsidioForbidden(v *validation, path string, o *OtroPago) {
	if r := v.n.Receptor.TipoRegimen; r != "02" && r != "" && slices.Contains([]string{"002", "007", "008"}, o.TipoOtroPago) {
		v.fail(path+".TipoOtroPago", "Los otros pagos 002, 007 y 008, del subsidio para el empleo, solo van con el régimen de sueldos (02).", "Quita el pago, o escribe 02 en el tipo de régimen.")
	}
}

func subsidioImporte(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago == "002" && o.SubsidioAlEmpleo != nil && o.Importe.Cmp(o.SubsidioAlEmpleo.SubsidioCausado) > 0 {
		v.fail(path+".Importe", "El subsidio entregado, "+o.Importe.String()+", es mayor que el causado, "+o.SubsidioAlEmpleo.SubsidioCausado.String()+".", "Corrige el importe o el subsidio causado.")
	}
}
