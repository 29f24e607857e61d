package directory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

// Names of what this service imports.
const (
	BulkCustomers = "clientes"
	BulkProducts  = "productos"
)

// Kinds are what this service imports.
func (s *Service) Kinds() []bulk.Kind {
	return []bulk.Kind{
		{Name: BulkCustomers, Right: store.RightLoadCustomers, Columns: CustomerColumns(), Judge: s.judgeCustomers},
		{Name: BulkProducts, Right: store.RightLoadProducts, Columns: ProductColumns(), Judge: s.judgeProducts},
		{Name: BulkPrices, Right: store.RightLoadProducts, Columns: PriceColumns(), Judge: s.judgePrices},
	}
}

// CustomerColumns are those of a list of customers; keys are the fields of [Customer].
func CustomerColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "Rfc", Label: "RFC", Words: []string{"rfc cliente", "rfc receptor", "r.f.c.", "registro federal de contribuyentes", "tax id"}, Required: true, Help: "Como en la Constancia de Situación Fiscal.", Example: "XIA190128J61"},
		{Key: "Nombre", Label: "Nombre o razón social", Words: []string{"nombre", "razón social", "cliente", "nombre cliente", "denominación", "nombre receptor", "nombre fiscal", "denominación o razón social", "contribuyente"}, Required: true, Help: "En mayúsculas y sin el régimen societario.", Example: "XENON INDUSTRIAL ARTICLES"},
		{Key: "CodigoPostal", Label: "Código postal fiscal", Words: []string{"código postal", "cp", "c.p.", "cp fiscal", "domicilio fiscal", "domicilio fiscal receptor", "zip", "código"}, Help: "Cinco dígitos; un cliente nuevo lo necesita.", Example: "76343"},
		{Key: "RegimenFiscal", Label: "Régimen fiscal", Words: []string{"régimen", "régimen fiscal receptor", "clave régimen", "régimen sat"}, Help: "Clave o nombre del régimen; un cliente nuevo lo necesita.", Example: "601"},
		{Key: "UsoCFDI", Label: "Uso del CFDI", Words: []string{"uso cfdi", "uso de cfdi", "uso", "uso cfdi default"}, Help: "Clave o nombre; un cliente nuevo lo necesita.", Example: "G03"},
		{Key: "Correos", Label: "Correos", Words: []string{"correo", "correo electrónico", "email", "e-mail", "mail", "emails", "correos electrónicos", "correo para"}, Help: "Uno o varios, separados por punto y coma.", Example: "pagos@ejemplo.mx"},
		{Key: "Copias", Label: "Correos con copia", Words: []string{"cc", "copia", "con copia", "correo copia", "correos copia"}, Help: "Uno o varios, separados por punto y coma."},
		{Key: "Clave", Label: "Tu clave o sucursal", Words: []string{"clave", "sucursal", "clave cliente", "número de cliente", "no. cliente", "código cliente", "id cliente"}, Help: "Distingue a dos con el mismo RFC.", Example: "NORTE"},
		{Key: "MetodoPago", Label: "Método de pago", Words: []string{"método", "metodopago"}, Help: "PUE o PPD."},
		{Key: "FormaPago", Label: "Forma de pago", Words: []string{"forma", "formapago"}, Help: "Clave o nombre."},
		{Key: "Moneda", Label: "Moneda", Words: []string{"divisa"}, Help: "MXN, USD…"},
		{Key: "CondicionesDePago", Label: "Condiciones de pago", Words: []string{"condiciones", "crédito"}},
		{Key: "Serie", Label: "Serie", Words: []string{"serie de facturas", "serie cfdi"}, Help: "La de tus facturas con que empiezan las suyas."},
		{Key: "DiasCredito", Label: "Días de crédito", Words: []string{"días", "plazo", "días crédito", "plazo de crédito"}, Help: "Vacío o 0: te paga al momento.", Example: "30"},
		{Key: "LimiteCredito", Label: "Límite de crédito", Words: []string{"límite", "límite crédito", "monto de crédito"}, Help: "En su moneda; vacío: sin límite.", Example: "50000"},
		{Key: "Impuestos", Label: "Impuestos del cliente", Words: []string{"impuestos adicionales", "impuestos extra"}, Help: "Además de los del producto, por su nombre en tu lista y separados por punto y coma.", Example: "Retención de ISR 1.25 % (RESICO)"},
		{Key: "ListaPrecios", Label: "Lista de precios", Words: []string{"lista", "precios", "tarifa"}, Help: "Por su nombre en Productos → Listas de precios."},
		{Key: "AddendaID", Label: "Addenda", Words: []string{"addenda del cliente"}, Help: "Por su nombre en Configuración → Addendas."},
		{Key: "Contacto", Label: "Contacto", Words: []string{"atención", "persona de contacto"}},
		{Key: "Telefono", Label: "Teléfono", Words: []string{"tel", "tel.", "celular", "móvil", "teléfonos"}},
		{Key: "Calle", Label: "Calle", Words: []string{"vialidad", "calle domicilio"}},
		{Key: "NoExterior", Label: "No. exterior", Words: []string{"número exterior", "num ext", "no ext", "exterior", "núm. exterior"}},
		{Key: "NoInterior", Label: "No. interior", Words: []string{"número interior", "num int", "no int", "interior", "núm. interior"}},
		{Key: "Colonia", Label: "Colonia", Words: []string{"col", "col.", "fraccionamiento", "asentamiento"}},
		{Key: "Localidad", Label: "Localidad", Words: []string{"ciudad", "población"}},
		{Key: "Municipio", Label: "Municipio o alcaldía", Words: []string{"municipio", "alcaldía", "delegación"}},
		{Key: "Estado", Label: "Estado", Words: []string{"entidad", "entidad federativa", "estado domicilio"}},
		{Key: "Pais", Label: "País del domicilio", Words: []string{"país domicilio"}, Help: "Vacío: México."},
		{Key: "Referencia", Label: "Referencia", Words: []string{"domicilio", "dirección", "domicilio completo", "referencias"}, Help: "Entre qué calles; o el domicilio completo, si no lo tienes por partes."},
		{Key: "Notas", Label: "Notas", Words: []string{"observaciones", "comentarios", "nota"}},
		{Key: "ResidenciaFiscal", Label: "Residencia fiscal", Words: []string{"país", "país de residencia"}, Help: "Sólo extranjeros: USA, CAN…"},
		{Key: "NumRegIdTrib", Label: "Identificación tributaria", Words: []string{"numregidtrib", "num reg id trib", "registro tributario"}, Help: "Sólo extranjeros."},
	}
}

// CustomerCells are the cells of a customer under [CustomerColumns]; from are those of
// the company.
func CustomerCells(c Customer, from Choices) []string {
	var to, copies []string
	for _, m := range c.Correos {
		if m.Copia {
			copies = append(copies, m.Direccion)
		} else {
			to = append(to, m.Direccion)
		}
	}
	return []string{
		c.Rfc, c.Nombre, c.CodigoPostal, c.RegimenFiscal, c.UsoCFDI, strings.Join(to, "; "), strings.Join(copies, "; "), c.Clave, c.MetodoPago, c.FormaPago,
		c.Moneda, c.CondicionesDePago, c.Serie, creditDays(c.DiasCredito), c.LimiteCredito.String(), extraNames(c, from.Impuestos), nameOf(from.Listas, c.ListaPrecios), nameOf(from.Addendas, c.AddendaID), c.Contacto, c.Telefono,
		c.Calle, c.NoExterior, c.NoInterior, c.Colonia, c.Localidad, c.Municipio, c.Estado, c.Pais, c.Referencia, c.Notas, c.ResidenciaFiscal, c.NumRegIdTrib,
	}
}

// creditDays is empty for who pays at once.
func creditDays(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// judgeCustomers holds rows to the rules of the form, with the customers there are.
// A row is the customer with its RFC and key, or with its RFC and name; a cell that
// is empty leaves what is stored.
func (s *Service) judgeCustomers(ctx context.Context, v *store.View, tx *store.Tx, a store.Actor, rows []bulk.Entry) ([]bulk.Outcome, error) {
	place, err := placeOf(ctx, v)
	if err != nil {
		return nil, err
	}
	active, err := activeSeries(ctx, v)
	if err != nil {
		return nil, err
	}
	from, err := choicesIn(ctx, v)
	if err != nil {
		return nil, err
	}
	have, err := customersLike(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	list := make([]bulk.Outcome, len(rows))
	for i, e := range rows {
		j := &judging{columns: CustomerColumns()}
		old := have.find(e)
		c, row := Customer{Activo: true}, store.CustomerRow{}
		if old != nil {
			if c, err = customerOf(*old); err != nil {
				return nil, err
			}
			row = *old
		}
		s.fillCustomer(&c, e, j)
		j.unread(c.Unread)
		fillExtras(&c, e, from.Impuestos, &j.problems)
		choose(e, "ListaPrecios", "una lista de precios", "Productos → Listas de precios", from.Listas, &c.ListaPrecios, &j.problems)
		choose(e, "AddendaID", "una addenda", "Configuración → Addendas", from.Addendas, &c.AddendaID, &j.problems)
		s.checkCustomer(&c, place, &j.problems)
		checkExtras(&c, from.Impuestos, &j.problems)
		warnSerie(c, active, &j.problems)
		if old == nil {
			have.others(c, &j.problems)
		}
		if err := c.into(&row); err != nil {
			return nil, err
		}
		have.twin(row, &j.problems)
		list[i] = j.outcome("cliente|"+c.Rfc+"|"+row.NombreFold+"|"+c.Clave, old == nil, old != nil && sameCustomer(row, *old))
		if tx == nil || list[i].State != bulk.Added && list[i].State != bulk.Changed {
			continue
		}
		saved, err := s.writeCustomer(ctx, tx, a, c)
		if err != nil {
			return nil, err
		}
		row.ID, row.Version, row.Activo = saved.ID, int64(saved.Version), saved.Activo
		have.put(row)
	}
	return list, nil
}

// placeOf is the postal code generics take; "" while the company has none.
func placeOf(ctx context.Context, v *store.View) (string, error) {
	company, err := v.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return "", err
	}
	return company.LugarExpedicion, nil
}

// someCustomers are those that a list of rows may mean, by RFC.
type someCustomers map[string][]store.CustomerRow

func (m someCustomers) add(r store.CustomerRow) { m[r.Rfc] = append(m[r.Rfc], r) }

// put writes a row over the one it was, or adds it.
func (m someCustomers) put(r store.CustomerRow) {
	for i, x := range m[r.Rfc] {
		if x.ID == r.ID {
			m[r.Rfc][i] = r
			return
		}
	}
	m.add(r)
}

// others is how many customers of the RFCs of a list are read to warn of them.
const others = 1000

// customersLike reads them in three questions: by name, by key, and a few with the
// same RFC to warn of; of generic RFCs, which many have, only those by name.
func customersLike(ctx context.Context, v *store.View, rows []bulk.Entry) (someCustomers, error) {
	var rfcs, own, folds, claves []string
	for _, e := range rows {
		rfc := rfcOf(e)
		nombre, _ := cfdi.NormalizeNombre(clean(e.Values["Nombre"]))
		rfcs, folds = append(rfcs, rfc), append(folds, store.FoldLine(nombre))
		if generic(rfc) {
			continue
		}
		own = append(own, rfc)
		if clave := clean(e.Values["Clave"]); clave != "" {
			claves = append(claves, clave)
		}
	}
	rfcs, own, folds, claves = unique(rfcs), unique(own), unique(folds), unique(claves)
	named, err := v.CustomersNamed(ctx, rfcs, folds, sheet.MaxRows)
	if err != nil {
		return nil, err
	}
	keyed, err := v.CustomersKeyed(ctx, own, claves, sheet.MaxRows)
	if err != nil {
		return nil, err
	}
	same, err := v.CustomersByRfcs(ctx, own, others)
	m, seen := someCustomers{}, map[string]bool{}
	for _, r := range slices.Concat(named, keyed, same) {
		if !seen[r.ID] {
			m.add(r)
		}
		seen[r.ID] = true
	}
	return m, err
}

func rfcOf(e bulk.Entry) string { return strings.ToUpper(strings.TrimSpace(e.Values["Rfc"])) }

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// find is the customer a row means, nil for a new one.
func (m someCustomers) find(e bulk.Entry) *store.CustomerRow {
	rfc, clave := rfcOf(e), clean(e.Values["Clave"])
	nombre, _ := cfdi.NormalizeNombre(clean(e.Values["Nombre"]))
	fold := store.FoldLine(nombre)
	var named []store.CustomerRow
	for _, r := range m[rfc] {
		if clave != "" && r.Clave == clave && (!generic(rfc) || r.NombreFold == fold) {
			return &r
		}
		if r.NombreFold == fold && clave == "" {
			named = append(named, r)
		}
	}
	for _, r := range named {
		if r.Clave == "" || len(named) == 1 {
			return &r
		}
	}
	return nil
}

// sameCustomer reports whether two rows say the same.
func sameCustomer(x, y store.CustomerRow) bool {
	if (x.LimiteCredito == nil) != (y.LimiteCredito == nil) || x.LimiteCredito != nil && *x.LimiteCredito != *y.LimiteCredito {
		return false
	}
	x.LimiteCredito, y.LimiteCredito = nil, nil
	return x == y
}

// twin refuses a change that would make two of one.
func (m someCustomers) twin(row store.CustomerRow, p *problems) {
	for _, r := range m[row.Rfc] {
		if r.ID != row.ID && r.NombreFold == row.NombreFold && r.Clave == row.Clave {
			p.err("Rfc", "Ya tienes otro cliente con ese RFC, nombre y clave.", "Usa el que ya está o dale otra clave a esta sucursal.")
		}
	}
}

// others warns of customers with the RFC of a new one, as the form does.
func (m someCustomers) others(c Customer, p *problems) {
	if list := m[c.Rfc]; len(list) > 0 && !generic(c.Rfc) {
		p.warn("Rfc", "Ya tienes otro cliente con este RFC: "+list[0].Nombre+".", "Si es otra sucursal está bien; si no, usa el que ya está.")
	}
}

// fillCustomer writes the cells of a row over c.
func (s *Service) fillCustomer(c *Customer, e bulk.Entry, j *judging) {
	for key, to := range map[string]*string{
		"Rfc": &c.Rfc, "Nombre": &c.Nombre, "CodigoPostal": &c.CodigoPostal, "Clave": &c.Clave, "CondicionesDePago": &c.CondicionesDePago, "Serie": &c.Serie, "Contacto": &c.Contacto,
		"Telefono": &c.Telefono, "Notas": &c.Notas, "NumRegIdTrib": &c.NumRegIdTrib,
	} {
		if typed := e.Values[key]; typed != "" {
			*to = typed
		}
	}
	for _, f := range c.addressParts() {
		if typed := e.Values[f.path]; typed != "" && f.path != "Pais" {
			*f.value = typed
		}
	}
	if digits := strings.TrimSpace(c.CodigoPostal); len(digits) == 4 && strings.Trim(digits, "0123456789") == "" {
		c.CodigoPostal = "0" + digits
		j.warn("CodigoPostal", "Le pusimos el cero que la hoja de cálculo quita: "+c.CodigoPostal+".", "Compáralo con la Constancia.")
	}
	cat := s.cfg.Catalog
	j.key("RegimenFiscal", e, &c.RegimenFiscal, entries(cat.RegimenesFiscales(), func(x catalogo.RegimenFiscal) catalogo.Entry { return x.Entry }))
	j.key("UsoCFDI", e, &c.UsoCFDI, entries(cat.UsosCFDI(), func(x catalogo.UsoCFDI) catalogo.Entry { return x.Entry }))
	j.key("FormaPago", e, &c.FormaPago, entries(cat.FormasPago(), func(x catalogo.FormaPago) catalogo.Entry { return x.Entry }))
	j.key("MetodoPago", e, &c.MetodoPago, entries(cat.MetodosPago(), func(x catalogo.MetodoPago) catalogo.Entry { return x.Entry }))
	j.key("Moneda", e, &c.Moneda, entries(cat.Monedas(), func(x catalogo.Moneda) catalogo.Entry { return x.Entry }))
	j.key("Pais", e, &c.Pais, entries(cat.Paises(), func(x catalogo.Pais) catalogo.Entry { return x.Entry }))
	j.key("ResidenciaFiscal", e, &c.ResidenciaFiscal, entries(cat.Paises(), func(x catalogo.Pais) catalogo.Entry { return x.Entry }))
	fillCredit(c, e)
	to, copies := e.Values["Correos"], e.Values["Copias"]
	if to == "" && copies == "" {
		return
	}
	c.Correos = slices.DeleteFunc(slices.Clone(c.Correos), func(m Correo) bool { return m.Copia && copies != "" || !m.Copia && to != "" })
	for _, side := range []struct {
		typed string
		copia bool
	}{{to, false}, {copies, true}} {
		for _, m := range strings.FieldsFunc(side.typed, func(r rune) bool { return strings.ContainsRune(";, \n\r\t", r) }) {
			c.Correos = append(c.Correos, Correo{Direccion: m, Copia: side.copia})
		}
	}
	slices.SortStableFunc(c.Correos, func(x, y Correo) int {
		switch {
		case x.Copia == y.Copia:
			return 0
		case y.Copia:
			return -1
		}
		return 1
	})
}

// fillCredit writes the days and the limit of a row over c.
func fillCredit(c *Customer, e bulk.Entry) {
	if typed := e.Values["DiasCredito"]; typed != "" {
		days, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(typed, " días"), ".00"))
		if err != nil {
			c.Unread = append(c.Unread, fail.Field{Path: "DiasCredito", Message: "«" + typed + "» no es un número de días.", Fix: "Escribe sólo el número: 30."})
		}
		c.DiasCredito = days
	}
	if typed := e.Values["LimiteCredito"]; typed != "" {
		limit, ok := bulk.Number(typed)
		if !ok {
			c.Unread = append(c.Unread, fail.Field{Path: "LimiteCredito", Message: "«" + typed + "» no es un importe.", Fix: "Escribe sólo el número: 50000."})
		}
		c.LimiteCredito = limit
	}
}

// entries are the keys and texts of a catalogue.
func entries[T any](list []T, of func(T) catalogo.Entry) [][2]string {
	out := make([][2]string, len(list))
	for i, x := range list {
		e := of(x)
		out[i] = [2]string{e.Clave, e.Texto}
	}
	return out
}

// A judging gathers what there is to say of one row.
type judging struct {
	problems
	columns []sheet.Column
}

// key writes the SAT key of a cell over to.
func (j *judging) key(name string, e bulk.Entry, to *string, texts [][2]string) {
	typed := e.Values[name]
	if typed == "" {
		return
	}
	key, mended, ok := bulk.Key(typed, texts)
	*to = key
	if ok && mended && !strings.HasPrefix(strings.ToUpper(typed), key) {
		j.warn(name, fmt.Sprintf("Entendimos «%s» como %s.", typed, key), "Si no es ésa, escribe la clave.")
	}
}

// outcome is what becomes of the row.
func (j *judging) outcome(key string, added, same bool) bulk.Outcome {
	o := bulk.Outcome{Key: key, State: bulk.Changed}
	for _, f := range j.fields {
		o.Findings = append(o.Findings, bulk.Finding{Column: j.label(f.Path), Message: f.Message, Fix: f.Fix})
	}
	for _, w := range j.warnings {
		o.Findings = append(o.Findings, bulk.Finding{Column: j.label(w.Path), Message: w.Message, Fix: w.Fix, Warn: true})
	}
	switch {
	case len(j.fields) > 0:
		o.State = bulk.Refused
	case added:
		o.State = bulk.Added
	case same:
		o.State = bulk.Same
	}
	return o
}

// label is the heading over the field of a path: "Correos[2]" is under Correos.
func (j *judging) label(path string) string {
	name, _, _ := strings.Cut(path, "[")
	for _, c := range j.columns {
		if c.Key == name {
			return c.Label
		}
	}
	return ""
}
