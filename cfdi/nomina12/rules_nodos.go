package nomina12

import (
	"math"
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
	fixClave    = "Elige una clave de la lista."
	fixSums     = "Vuelve a calcular los totales."
)

// envelope is a rule about the CFDI itself.
func envelope(name, must string, ok func(*cfdi.Comprobante, *Nomina) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v.c, v.n) {
			v.FailAt(v.code, name, "En un recibo de nómina, "+name+" "+must+".", fixEnvelope)
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
				v.FailAt(v.code, at("Conceptos", i)+"."+name, "En un recibo de nómina, "+name+" del concepto "+must+".", fixEnvelope)
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
	}
}

func emisorFisica(v *validation) {
	if utf8.RuneCountInString(v.c.Emisor.Rfc) == 13 && (v.n.Emisor == nil || v.n.Emisor.Curp == "") {
		v.fail("Emisor.Curp", "El patrón es persona física y falta su CURP.", "Escribe la CURP del patrón.")
	}
}

func ofTheDocument(v *validation) {
	for i := range v.c.Conceptos {
		if slices.Contains(v.c.Conceptos[i].Complementos, cfdi.Complemento(v.n)) {
			v.fail("", "La nómina es un complemento del comprobante, no de un concepto.", "Mueve el complemento al comprobante.")
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
			v.fail("Receptor."+f.name, "Con registro patronal falta "+f.name+".", "Escribe el dato del trabajador.")
		}
	}
}

var (
	weeksForm = regexp.MustCompile(`^P([0-9]{1,4})W$`)
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
		v.fail("Receptor.Antigüedad", "La antigüedad es de más semanas de las que han pasado desde el ingreso.", "Vuelve a calcular la antigüedad.")
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
		v.fail("Receptor.Antigüedad", "La antigüedad no corresponde al tiempo entre el ingreso y el último día pagado.", "Vuelve a calcular la antigüedad.")
	}
}

func subcontratacion(v *validation) {
	sum := decimal.FromInt(0)
	for i := range v.n.Receptor.SubContratacion {
		sum = sum.Add(v.n.Receptor.SubContratacion[i].PorcentajeTiempo)
	}
	if len(v.n.Receptor.SubContratacion) > 0 && sum.Cmp(decimal.FromInt(100)) != 0 {
		v.fail("Receptor.SubContratacion", "Los porcentajes de tiempo suman "+sum.String()+", no 100.", "Corrige los porcentajes.")
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
		v.fail(path+".ImporteGravado", "La percepción vale cero.", "Escribe lo gravado o lo exento, o quita la percepción.")
	}
}

func percepcionKey(v *validation, path string, p *Percepcion) {
	if !v.key(tiposPercepcion, p.TipoPercepcion) {
		v.fail(path+".TipoPercepcion", "El tipo de percepción "+p.TipoPercepcion+" no existe en el catálogo del SAT en la fecha de pago.", fixClave)
	}
}

func separacionPresent(v *validation) {
	if p := v.n.Percepciones; v.has(separacion...) && (p.TotalSeparacionIndemnizacion.IsZero() || p.SeparacionIndemnizacion == nil) {
		v.fail("Percepciones.SeparacionIndemnizacion", "Hay pagos por separación y faltan su total o sus datos.", "Agrega los datos de la separación.")
	}
}

func jubilacionPresent(v *validation) {
	p := v.n.Percepciones
	if p == nil {
		return
	}
	total, node := !p.TotalJubilacionPensionRetiro.IsZero(), p.JubilacionPensionRetiro != nil
	if has := v.has(jubilacion...); has != total || has != node {
		v.fail("Percepciones.JubilacionPensionRetiro", "Los datos y el total de jubilación van si hay percepciones 039 o 044, y solo entonces.", "Agrega los datos de la jubilación, o quítalos.")
	}
}

func accionesRequired(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion == "045" && p.AccionesOTitulos == nil {
		v.fail(path+".AccionesOTitulos", "Faltan los datos de las acciones o títulos.", "Agrega su valor de mercado y su precio.")
	}
}

func accionesForbidden(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion != "045" && p.AccionesOTitulos != nil {
		v.fail(path+".AccionesOTitulos", "Los datos de acciones solo van con la percepción 045.", "Quita los datos.")
	}
}

func horasRequired(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion == "019" && len(p.HorasExtra) == 0 {
		v.fail(path+".HorasExtra", "Faltan las horas extra.", "Agrega días, tipo y número de horas.")
	}
}

func horasForbidden(v *validation, path string, p *Percepcion) {
	if p.TipoPercepcion != "019" && len(p.HorasExtra) > 0 {
		v.fail(path+".HorasExtra", "Las horas extra solo van con la percepción 019.", "Quita las horas.")
	}
}

func horasKey(v *validation) {
	eachPercepcion(func(v *validation, path string, p *Percepcion) {
		for i := range p.HorasExtra {
			if h := &p.HorasExtra[i]; !v.short(catalogo.TipoHoras, h.TipoHoras) {
				v.fail(path+"."+at("HorasExtra", i)+".TipoHoras", "El tipo de horas "+h.TipoHoras+" no existe en el catálogo del SAT.", fixClave)
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
		v.fail("Incapacidades", "Las incapacidades suman "+v.n.enfermo().String()+" y la percepción 014 es de "+sum.String()+".", "Corrige los importes.")
	}
}

func impuestosSum(v *validation) {
	if d := v.n.Deducciones; d != nil && v.deducts("002") {
		if impuestos, _ := d.sums(); !same(d.TotalImpuestosRetenidos, impuestos) {
			v.fail("Deducciones.TotalImpuestosRetenidos", "El total de impuestos retenidos debe ser "+impuestos.String()+".", fixSums)
		}
	}
}

func impuestosAbsent(v *validation) {
	if d := v.n.Deducciones; d != nil && !v.deducts("002") && !d.TotalImpuestosRetenidos.IsZero() {
		v.fail("Deducciones.TotalImpuestosRetenidos", "No hay impuestos retenidos (002) y sí su total.", fixSums)
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
		v.fail(path+".TipoDeduccion", "El tipo de deducción "+d.TipoDeduccion+" no existe en el catálogo del SAT en la fecha de pago.", fixClave)
	}
}

func deduccionIncapacidad(v *validation, path string, d *Deduccion) {
	if d.TipoDeduccion == "006" && len(v.n.Incapacidades) > 0 && d.Importe.Cmp(v.n.enfermo()) != 0 {
		v.fail(path+".Importe", "El descuento por incapacidad es de "+d.Importe.String()+" y las incapacidades suman "+v.n.enfermo().String()+".", "Corrige los importes.")
	}
}

func deduccionPositive(v *validation, path string, d *Deduccion) {
	if !d.Importe.IsZero() && d.Importe.Sign() <= 0 {
		v.fail(path+".Importe", "La deducción debe ser mayor que cero.", "Quita la deducción.")
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
		v.fail(path+".TipoOtroPago", "El tipo de otro pago "+o.TipoOtroPago+" no existe en el catálogo del SAT.", fixClave)
	}
}

func otroCompensacion(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago == "004" && o.CompensacionSaldosAFavor == nil {
		v.fail(path+".CompensacionSaldosAFavor", "Faltan los datos del saldo a favor.", "Agrega saldo, año y remanente.")
	}
}

func otroSubsidio(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago == "002" && o.SubsidioAlEmpleo == nil {
		v.fail(path+".SubsidioAlEmpleo", "Falta el subsidio causado.", "Agrega el subsidio causado, aunque sea 0.00.")
	}
}

func otroPositive(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago != "002" && !o.Importe.IsZero() && o.Importe.Sign() <= 0 {
		v.fail(path+".Importe", "El pago debe ser mayor que cero.", "Quita el pago.")
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
	const fix = "Revisa el cálculo del subsidio al empleo."
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
		v.fail(path+".CompensacionSaldosAFavor.SaldoAFavor", "El saldo a favor es menor que su remanente.", "Corrige los importes.")
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
		v.fail(path+".CompensacionSaldosAFavor.Año", "El año del saldo a favor debe ser el anterior al pago; el mismo, solo en diciembre.", "Corrige el año.")
	}
}

func incapacidadKey(v *validation) {
	for i := range v.n.Incapacidades {
		if x := &v.n.Incapacidades[i]; !v.short(catalogo.TipoIncapacidad, x.TipoIncapacidad) {
			v.fail(at("Incapacidades", i)+".TipoIncapacidad", "El tipo de incapacidad "+x.TipoIncapacidad+" no existe en el catálogo del SAT.", fixClave)
		}
	}
}

func subsidioRequired(v *validation) {
	pays := func(keys ...string) bool {
		return slices.ContainsFunc(v.n.OtrosPagos, func(o OtroPago) bool { return slices.Contains(keys, o.TipoOtroPago) })
	}
	if v.n.Receptor.TipoRegimen == "02" && !pays("002", "007", "008") {
		v.fail("OtrosPagos", "En el régimen de sueldos (02) va el subsidio al empleo, otro pago 002, aunque sea 0.00.", "Agrega el subsidio al empleo.")
	}
}

func subsidioForbidden(v *validation, path string, o *OtroPago) {
	if r := v.n.Receptor.TipoRegimen; r != "02" && r != "" && slices.Contains([]string{"002", "007", "008"}, o.TipoOtroPago) {
		v.fail(path+".TipoOtroPago", "El subsidio al empleo solo va con el régimen de sueldos (02).", "Quita el pago, o elige el régimen 02.")
	}
}

func subsidioImporte(v *validation, path string, o *OtroPago) {
	if o.TipoOtroPago == "002" && o.SubsidioAlEmpleo != nil && o.Importe.Cmp(o.SubsidioAlEmpleo.SubsidioCausado) > 0 {
		v.fail(path+".Importe", "El subsidio entregado es mayor que el causado.", "Corrige los importes.")
	}
}

// wholes are the numbers that the schema counts by one, and the least and the most of each; above are those that are
// more than zero.
var (
	wholes = map[string][2]int64{
		"Dias": {1, math.MaxInt32}, "HorasExtra": {1, math.MaxInt32}, "DiasIncapacidad": {1, math.MaxInt32}, "NumAñosServicio": {0, 99},
	}
	above = []string{"ValorMercado", "PrecioAlOtorgarse"}
)

// counted reports a number that the schema takes only whole, or only above zero.
func (v *validation) counted(path string, f cfdi.Field) {
	s := f.String()
	if s == "" || s[0] == '-' { // said already
		return
	}
	if limits, ok := wholes[f.Name]; ok {
		if n, err := strconv.ParseInt(s, 10, 64); err != nil || n < limits[0] || n > limits[1] {
			v.fail(path+"."+f.Name, "El dato "+f.Name+", "+s+", no es un número entero de los que admite el SAT.",
				"Escríbelo sin decimales, desde "+strconv.FormatInt(limits[0], 10)+".")
		}
	}
	if slices.Contains(above, f.Name) && strings.Trim(s, "0.") == "" {
		v.fail(path+"."+f.Name, "El dato "+f.Name+" debe ser mayor que cero.", "Escribe el valor de la acción o del título.")
	}
}

// daysForm and mostDays are of NumDiasPagados in the schema: a fraction has three decimals, no fewer.
var (
	daysForm = regexp.MustCompile(`^([1-9][0-9]{0,4}|0)(\.[0-9]{3})?$`)
	mostDays = decimal.FromInt(36160)
)

func daysPaid(v *validation) {
	days := v.n.NumDiasPagados
	switch {
	case days.Sign() < 0 || days.Scale() > 3 || days.IsZero(): // said already
	case days.Sign() == 0 || days.Cmp(mostDays) > 0:
		v.fail("NumDiasPagados", "Los días pagados deben ser más de cero y no pasar de 36,160.", "Escribe cuántos días paga la nómina, por ejemplo 15.")
	case !daysForm.MatchString(days.String()):
		v.fail("NumDiasPagados", "Los días pagados, "+days.String()+", llevan tres decimales o ninguno.", "Escríbelos como 15 o 15.500.")
		v.MendHere("NumDiasPagados", days.Fixed(3))
	}
}

// most is what the schema lets through: characters of a text, decimals of a number.
var most = map[string]int{
	"NumDiasPagados": 3, "PorcentajeTiempo": 3, "RegistroPatronal": 20, "NumSeguridadSocial": 15, "NumEmpleado": 15, "Departamento": 100, "Puesto": 100,
	"Clave": 15, "Concepto": 100, "TotalPercepciones": 2, "TotalDeducciones": 2, "TotalOtrosPagos": 2, "MontoRecursoPropio": 2,
	"SalarioBaseCotApor": 2, "SalarioDiarioIntegrado": 2, "TotalSueldos": 2, "TotalSeparacionIndemnizacion": 2, "TotalJubilacionPensionRetiro": 2,
	"TotalGravado": 2, "TotalExento": 2, "ImporteGravado": 2, "ImporteExento": 2, "ImportePagado": 2, "TotalUnaExhibicion": 2, "TotalParcialidad": 2,
	"MontoDiario": 2, "IngresoAcumulable": 2, "IngresoNoAcumulable": 2, "TotalPagado": 2, "UltimoSueldoMensOrd": 2, "TotalOtrasDeducciones": 2,
	"TotalImpuestosRetenidos": 2, "Importe": 2, "SubsidioCausado": 2, "SaldoAFavor": 2, "RemanenteSalFav": 2, "ImporteMonetario": 2,
}

// lexical reports what the schema does not let through.
func lexical(v *validation) {
	v.n.Walk(cfdi.VisitTree(func(path string, fields []cfdi.Field) {
		v.Lexical(v.code, path, fields, most)
		for _, f := range fields {
			if f.Name == "Clave" && f.String() != "" && utf8.RuneCountInString(f.String()) < 3 {
				v.fail(path+".Clave", "La clave del patrón tiene menos de tres caracteres.", "Escríbela como 001.")
			}
			v.counted(path, f)
		}
	}))
	n, r := v.n, &v.n.Receptor
	daysPaid(v)
	form := func(path, value string, ok bool, words string) {
		if value != "" && !ok {
			v.fail(path, "El dato "+value+" no tiene la forma correcta: "+words+".", "Corrige el dato.")
		}
	}
	for _, d := range []struct{ path, value string }{
		{"FechaPago", n.FechaPago},
		{"FechaInicialPago", n.FechaInicialPago},
		{"FechaFinalPago", n.FechaFinalPago},
		{"Receptor.FechaInicioRelLaboral", r.FechaInicioRelLaboral},
	} {
		_, ok := day(d.value)
		form(d.path, d.value, ok, "una fecha como 2026-11-20")
	}
	form("Receptor.Curp", r.Curp, cfdi.ValidCURP(r.Curp), "los 18 caracteres de una CURP")
	form("Receptor.NumSeguridadSocial", r.NumSeguridadSocial, strings.Trim(r.NumSeguridadSocial, "0123456789") == "", "dígitos")
	form("Receptor.Sindicalizado", r.Sindicalizado, r.Sindicalizado == "Sí" || r.Sindicalizado == "No", "Sí o No")
	form("Receptor.Antigüedad", r.Antigüedad, weeksForm.MatchString(r.Antigüedad) || exactForm.MatchString(r.Antigüedad), "semanas como P52W, o años, meses y días como P1Y2M3D")
	form("Receptor.CuentaBancaria", r.CuentaBancaria, strings.Trim(r.CuentaBancaria, "0123456789") == "", "dígitos")
	for i, s := range r.SubContratacion {
		form("Receptor.SubContratacion["+strconv.Itoa(i)+"].RfcLabora", s.RfcLabora, cfdi.ValidRFC(s.RfcLabora), "los 12 o 13 caracteres de un RFC")
	}
	if n.Emisor != nil {
		form("Emisor.Curp", n.Emisor.Curp, cfdi.ValidCURP(n.Emisor.Curp), "los 18 caracteres de una CURP")
		form("Emisor.RfcPatronOrigen", n.Emisor.RfcPatronOrigen, cfdi.ValidRFC(n.Emisor.RfcPatronOrigen), "los 12 o 13 caracteres de un RFC")
	}
}
