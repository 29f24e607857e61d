package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) clientesRoutes() []route {
	return []route{
		{pattern: "GET /clientes", access: needs(store.RightSeeCustomers), handle: s.customers},
		{pattern: "GET /clientes/nuevo", access: needs(store.RightCustomers), handle: s.newCustomer},
		{pattern: "POST /clientes/nuevo", access: needs(store.RightCustomers), handle: s.saveCustomer},
		{pattern: "GET /clientes/codigo-postal", access: needs(store.RightSeeCustomers), handle: s.postalCode},
		{pattern: "GET /clientes/{id}", access: needs(store.RightSeeCustomers), handle: s.customer},
		{pattern: "POST /clientes/{id}", access: needs(store.RightCustomers), handle: s.saveCustomer},
		{pattern: "GET /clientes/{id}/eliminar", access: needs(store.RightCustomers), handle: s.askDeleteCustomer},
		{pattern: "POST /clientes/{id}/eliminar", access: needs(store.RightCustomers), handle: s.deleteCustomer},
		{pattern: "POST /clientes/{id}/estado", access: needs(store.RightCustomers), handle: s.customerState},
	}
}

// customersOf is [listOf] for customers, also by what the SAT said of them.
func customersOf(r *http.Request) (directory.Filter, listView) {
	f, v := listOf(r, customerColumns())
	switch sat := r.URL.Query().Get("sat"); sat {
	case store.SaidGood, store.SaidBad, store.SaidNothing:
		f.Valid, v.Sat = sat, sat
	}
	return f, v
}

func (s *Server) customers(w http.ResponseWriter, r *http.Request) error {
	filter, v := customersOf(r)
	found, err := s.Directory.Customers(r.Context(), actorOf(r), filter)
	if err != nil {
		return err
	}
	waiting, err := s.Directory.Proposals(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	bounced, err := s.Directory.Bounces(r.Context(), actorOf(r), found.Rows...)
	if err != nil {
		return err
	}
	ids := make([]string, len(found.Rows))
	for i, c := range found.Rows {
		ids[i] = c.ID
	}
	owed, err := s.Billing.Balances(r.Context(), actorOf(r), ids)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Clientes", Section: "clientes"}, customersPage(v.found(r, found.Total, found.Next, found.ByWord), found.Rows, waiting, bounced, owed))
}

func customerColumns() []column {
	return []column{{"nombre", "Nombre", ""}, {"rfc", "RFC", ""}, {"cp", "CP", ""}, {"regimen", "Régimen", ""}, {"uso", "Uso", ""}, {"", "Correo", ""}, {"", "Saldo", "num"}, {"", "Estado", ""}}
}

func (s *Server) askDeleteCustomer(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Directory.Customer(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := deleteView{Path: "/clientes/" + c.ID, Back: "/clientes", Noun: "cliente", Name: c.Nombre, Active: c.Activo}
	if v.Used, err = s.Directory.CustomerUsed(r.Context(), actorOf(r), c.ID); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Eliminar cliente", Section: "clientes"}, deletePage(v))
}

func (s *Server) deleteCustomer(w http.ResponseWriter, r *http.Request) error {
	if err := s.Directory.DeleteCustomer(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Cliente eliminado"})
	return s.redirect(w, r, "/clientes")
}

// A customerView is the form of one customer and its lists.
type customerView struct {
	form
	directory.Customer
	Stored    directory.Customer // when the form holds what a Constancia says over it
	Regimenes []option
	Usos      []option
	Formas    []option
	Metodos   []option
	Monedas   []option
	Series    []option // of invoices
	Listas    []option // of prices
	Paises    []option
	Addendas  []option
	Taxes     []option // that a customer can bring
	Clean     bool     // it was reviewed and nothing was found
	Waiting   string   // id of the proposal its customer sent, "" for none
	Bounced   directory.Bounces
	Place     placeView // of the postal code as it stands
	Estados   []string
}

// drawn is the customer as it is stored, from which the form was drawn.
func (v customerView) drawn() directory.Customer {
	if v.Stored.ID != "" {
		return v.Stored
	}
	return v.Customer
}

// Path is where its form is sent.
func (v customerView) Path() string {
	if v.ID == "" {
		return "/clientes/nuevo"
	}
	return "/clientes/" + v.ID
}

// AskPath is where the customer is asked for its data by a link.
func (v customerView) AskPath() string {
	if v.ID == "" {
		return "/propuestas/nueva"
	}
	return "/clientes/" + v.ID + "/enlace"
}

// mailRows is how many lines for addresses the form has at least.
const mailRows = 3

// Mails are the addresses with blank lines after them.
func (v customerView) Mails() []directory.Correo {
	list := append([]directory.Correo(nil), v.Correos...)
	for len(list) < mailRows || list[len(list)-1].Direccion != "" {
		list = append(list, directory.Correo{})
	}
	return list
}

// More reports whether the optional part holds something to see.
func (v customerView) More() bool {
	for _, x := range []string{v.ResidenciaFiscal, v.NumRegIdTrib, v.Telefono, v.Contacto, v.Notas, v.Clave} {
		if x != "" {
			return true
		}
	}
	return false
}

func (s *Server) newCustomer(w http.ResponseWriter, r *http.Request) error {
	if from := r.URL.Query().Get("de"); from != "" { // a copy to begin with
		c, err := s.Directory.Customer(r.Context(), actorOf(r), from)
		if err != nil {
			return err
		}
		c.ID, c.Clave, c.Version, c.Activo = "", "", 0, true
		return s.showCustomer(w, r, customerView{Customer: c})
	}
	return s.showCustomer(w, r, customerView{Customer: directory.Customer{UsoCFDI: "G03", Activo: true}})
}

func (s *Server) customer(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Directory.Customer(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showCustomer(w, r, customerView{Customer: c})
}

func (s *Server) showCustomer(w http.ResponseWriter, r *http.Request, v customerView) error {
	title := "Nuevo cliente"
	if v.ID != "" {
		title = "Editar cliente"
		waiting, err := s.Directory.Proposals(r.Context(), actorOf(r))
		if err != nil {
			return err
		}
		v.Waiting = waiting[v.ID]
	}
	var err error
	if v.Series, err = s.invoiceSeries(r); err != nil {
		return err
	}
	if v.Listas, err = s.priceListOptions(r, v.ListaPrecios); err != nil {
		return err
	}
	if v.Addendas, err = s.addendaOptions(r, v.AddendaID); err != nil {
		return err
	}
	if v.Taxes, err = s.extraOptions(r, v.Customer); err != nil {
		return err
	}
	if v.Bounced, err = s.Directory.Bounces(r.Context(), actorOf(r), v.Customer); err != nil {
		return err
	}
	v.Action = v.Path()
	return s.renderForm(w, r, v.form, page{Title: title, Section: "clientes"}, customerPage(s.withLists(v), title))
}

// extraOptions are the taxes a customer can bring: the active ones and those it has.
func (s *Server) extraOptions(r *http.Request, c directory.Customer) ([]option, error) {
	taxes, err := s.Directory.Impuestos(r.Context(), actorOf(r))
	var list []option
	for _, x := range taxes {
		if has := slices.Contains(c.Impuestos, x.ID); x.Extra() && (x.Activo || has) {
			text := x.Nombre
			if !x.Activo {
				text += " (apagado)"
			}
			list = append(list, option{x.ID, text})
		}
	}
	return list, err
}

// invoiceSeries are the series that number invoices now, by name.
func (s *Server) invoiceSeries(r *http.Request) ([]option, error) {
	names, err := s.Directory.InvoiceSeries(r.Context(), actorOf(r))
	list := make([]option, len(names))
	for i, name := range names {
		list[i] = option{name, name}
	}
	return list, err
}

// withLists adds what the selects offer.
func (s *Server) withLists(v customerView) customerView {
	v.Regimenes = regimeOptions(s.Catalog, true, true)
	v.Usos = usoOptions(s.Catalog)
	v.Monedas = currencyOptions(s.Catalog)
	v.Place, v.Estados = s.place(v.CodigoPostal), stateNames(s.Catalog)
	for _, x := range s.Catalog.FormasPago() {
		v.Formas = append(v.Formas, keyed(x.Entry))
	}
	for _, x := range s.Catalog.MetodosPago() {
		v.Metodos = append(v.Metodos, keyed(x.Entry))
	}
	v.Paises = countryOptions(s.Catalog)
	return v
}

// countryOptions are the countries but México, which stands for nothing chosen.
func countryOptions(cat *catalogo.Catalog) []option {
	var list []option
	for _, x := range cat.Paises() {
		if x.Clave != "MEX" {
			list = append(list, option{x.Clave, x.Texto})
		}
	}
	return list
}

// usoOptions lists the uses a receipt of income or expense may have.
func usoOptions(cat *catalogo.Catalog) []option {
	var list []option
	for _, x := range cat.UsosCFDI() {
		if x.Hasta == "" && x.Clave != "CP01" && x.Clave != "CN01" {
			list = append(list, keyed(x.Entry))
		}
	}
	return list
}

func (s *Server) saveCustomer(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id, put := r.PathValue("id"), f.put()
	typed := customerFrom(&f)
	typed.ID = id
	for _, x := range f.Findings { // a person hears of every mistake at once
		typed.Unread = append(typed.Unread, fail.Field{Path: x.Path, Message: x.Message, Fix: x.Fix})
	}
	f.Findings, f.Message = nil, ""
	review := put || f.Get("accion") == "revisar"
	if !review {
		saved, warnings, err := s.Directory.SaveCustomer(r.Context(), actorOf(r), typed)
		if err == nil {
			s.savedWith(w, "Cliente guardado", saved.Nombre+" · "+saved.Rfc, warnings)
			return s.onward(w, r, "/clientes")
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	err = f.settle(func() (url.Values, int, error) {
		now, err := s.Directory.Customer(r.Context(), actorOf(r), id)
		return customerFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	again := form{Values: f.Values}
	typed = customerFrom(&again)
	typed.ID = id
	if review {
		f.Findings = append(f.Findings, again.Findings...)
	}
	found, err := s.Directory.ReviewCustomer(r.Context(), actorOf(r), typed)
	if err != nil {
		return err
	}
	f.judge(found)
	return s.showCustomer(w, r, customerView{form: f, Customer: typed, Clean: review && len(f.Findings) == 0 && len(f.Differences) == 0})
}

// customerFields are the inputs of a customer's form.
func customerFields(c directory.Customer) url.Values {
	v := texts("Rfc", c.Rfc, "Nombre", c.Nombre, "CodigoPostal", c.CodigoPostal, "RegimenFiscal", c.RegimenFiscal, "UsoCFDI", c.UsoCFDI,
		"ResidenciaFiscal", c.ResidenciaFiscal, "NumRegIdTrib", c.NumRegIdTrib, "Telefono", c.Telefono, "Contacto", c.Contacto,
		"Calle", c.Calle, "NoExterior", c.NoExterior, "NoInterior", c.NoInterior, "Colonia", c.Colonia, "Localidad", c.Localidad,
		"Municipio", c.Municipio, "Estado", c.Estado, "Pais", c.Pais, "Referencia", c.Referencia, "Notas", c.Notas, "Clave", c.Clave, "FormaPago", c.FormaPago, "MetodoPago", c.MetodoPago,
		"Moneda", c.Moneda, "CondicionesDePago", c.CondicionesDePago, "Serie", c.Serie, "ListaPrecios", c.ListaPrecios, "AddendaID", c.AddendaID, "DiasCredito", daysText(c.DiasCredito), "LimiteCredito", c.LimiteCredito.String())
	v["Impuestos"] = c.Impuestos
	for i := range directory.MostMails {
		m := directory.Correo{}
		if i < len(c.Correos) {
			m = c.Correos[i]
		}
		v[mailName(i)] = []string{m.Direccion}
		box(v, mailName(i)+".Copia", m.Copia)
	}
	return v
}

// addressFrom reads the parts of an address.
func addressFrom(v url.Values) store.Address {
	return store.Address{
		Calle: v.Get("Calle"), NoExterior: v.Get("NoExterior"), NoInterior: v.Get("NoInterior"), Colonia: v.Get("Colonia"), Localidad: v.Get("Localidad"),
		Municipio: v.Get("Municipio"), Estado: v.Get("Estado"), Pais: v.Get("Pais"), Referencia: v.Get("Referencia"),
	}
}

// stateNames are what the state of an address is offered from; abroad it is any text.
func stateNames(cat *catalogo.Catalog) []string {
	var list []string
	for _, o := range stateOptions(cat) {
		list = append(list, o.Text)
	}
	return list
}

// daysText is empty for who pays at once.
func daysText(n int) string {
	if n == 0 {
		return ""
	}
	return whole(n)
}

func customerFrom(f *form) directory.Customer {
	return directory.Customer{
		Rfc: f.Get("Rfc"), Nombre: f.Get("Nombre"), CodigoPostal: f.Get("CodigoPostal"), RegimenFiscal: f.Get("RegimenFiscal"), UsoCFDI: f.Get("UsoCFDI"),
		Correos: mailsFrom(*f), ResidenciaFiscal: f.Get("ResidenciaFiscal"), NumRegIdTrib: f.Get("NumRegIdTrib"), Telefono: f.Get("Telefono"),
		Contacto: f.Get("Contacto"), Address: addressFrom(f.Values), Notas: f.Get("Notas"), Clave: f.Get("Clave"), FormaPago: f.Get("FormaPago"),
		MetodoPago: f.Get("MetodoPago"), Moneda: f.Get("Moneda"), CondicionesDePago: f.Get("CondicionesDePago"), Serie: f.Get("Serie"), ListaPrecios: f.Get("ListaPrecios"),
		DiasCredito: int(f.folio("DiasCredito")), LimiteCredito: f.decimal("LimiteCredito", 6), AddendaID: f.Get("AddendaID"), Impuestos: slices.Clone(f.Values["Impuestos"]), Activo: true, Version: version(*f),
	}
}

// mailsFrom reads the lines of addresses. Blank ones in the middle stay, so that
// a finding on Correos[2] is on the third line; those at the end are dropped.
func mailsFrom(f form) []directory.Correo {
	var list []directory.Correo
	last := 0
	for i := range 50 {
		name := mailName(i)
		if !f.Values.Has(name) {
			break
		}
		list = append(list, directory.Correo{Direccion: f.Get(name), Copia: f.Checked(name + ".Copia")})
		if f.Get(name) != "" {
			last = len(list)
		}
	}
	return list[:last]
}

func mailName(i int) string { return "Correos[" + whole(i) + "]" }

func (s *Server) customerState(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	active := f.Get("activo") == "si"
	if err := s.Directory.SetCustomerActive(r.Context(), actorOf(r), r.PathValue("id"), active); err != nil {
		return err
	}
	s.flashed(w, stateFlash("Cliente", active))
	return s.redirect(w, r, "/clientes")
}

// firstMail is the address shown in the list.
func firstMail(c directory.Customer) string {
	var all []string
	for _, m := range c.Correos {
		if m.Direccion != "" {
			all = append(all, m.Direccion)
		}
	}
	switch len(all) {
	case 0:
		return ""
	case 1:
		return all[0]
	}
	return all[0] + " y " + count(len(all)-1) + " más"
}

// lastBounce is the bounce of an address of the customer, if one has it.
func lastBounce(c directory.Customer, b directory.Bounces) (last directory.Bounce, ok bool) {
	for _, m := range c.Correos {
		if x, is := b.Of(m.Direccion); is && x.At.After(last.At) {
			last, ok = x, true
		}
	}
	return last, ok
}

// receiptsOf is the list of a customer's receipts.
func receiptsOf(c directory.Customer) string {
	return "/comprobantes?q=" + url.QueryEscape(strings.ToLower(c.Rfc))
}
