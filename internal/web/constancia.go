package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/constancia"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// constanciaLimit is the body that holds the largest Constancia.
const constanciaLimit = constancia.MaxSize + 64<<10

func (s *Server) constanciaRoutes() []route {
	return []route{
		{pattern: "POST /empresa/constancia", access: needs(store.RightConfigure), handle: s.companyConstancia, body: constanciaLimit},
		{pattern: "POST /clientes/constancia", access: needs(store.RightCustomers), handle: s.customerConstancia, body: constanciaLimit},
		{pattern: "POST /clientes/{id}/constancia", access: needs(store.RightCustomers), handle: s.customerConstancia, body: constanciaLimit},
	}
}

// readConstancia reads the file that was sent. Nothing of it is kept: what it says comes
// back in the form, to be looked at and saved.
func (s *Server) readConstancia(r *http.Request) (constancia.Constancia, form, error) {
	var f form
	mr, err := r.MultipartReader()
	if err != nil {
		return constancia.Constancia{}, f, fail.Wrap(fail.Invalid, "No recibimos el archivo. Elígelo y vuelve a enviarlo.", err)
	}
	for {
		part, err := mr.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			f.refuse("Constancia", "Falta el archivo: elige el PDF de la Constancia.")
			return constancia.Constancia{}, f, nil
		case err != nil:
			return constancia.Constancia{}, f, lost(err)
		case part.FormName() != "Constancia":
			continue
		}
		file, err := io.ReadAll(io.LimitReader(part, constancia.MaxSize+1))
		if err != nil {
			return constancia.Constancia{}, f, lost(err)
		}
		if len(file) == 0 {
			f.refuse("Constancia", "Falta el archivo: elige el PDF de la Constancia.")
			return constancia.Constancia{}, f, nil
		}
		c, err := constancia.Read(file, s.Catalog)
		if err != nil {
			f.refuse("Constancia", fail.MessageOf(err))
			f.Message = ""
		}
		return c, f, nil
	}
}

// lost is a file that did not arrive whole.
func lost(err error) error {
	if isTooLarge(err) {
		return fail.New(fail.Invalid, "El archivo es demasiado grande: una Constancia pesa menos de 5 MB. No se guardó nada.")
	}
	return fail.Wrap(fail.Invalid, "El archivo no llegó completo. Elígelo y vuelve a enviarlo; no se guardó nada.", err)
}

// told is what stands above the form: whose Constancia it is, of when, and what it does
// not decide.
func (s *Server) told(c constancia.Constancia) string {
	text := "Leímos la Constancia de " + c.Nombre + " (" + c.Rfc + ")"
	if !c.Emision.IsZero() {
		text += ", emitida el " + c.Emision.Format("02/01/2006")
	}
	text += ". Todavía no se guardó nada: revisa lo marcado y guarda."
	if c.Old(s.Now()) {
		text += " Tiene más de tres meses: pide una nueva si algo cambió."
	}
	if c.Estatus != "" && c.Estatus != "ACTIVO" && c.Estatus != "REACTIVADO" {
		text += " Ojo: dice que su situación es " + c.Estatus + "."
	}
	if len(c.Unknown) > 0 {
		text += " No reconocimos este régimen, elígelo tú: " + strings.Join(c.Unknown, "; ") + "."
	}
	if !c.QR {
		text += " No pudimos comparar con su código QR."
	}
	return text
}

// companyConstancia fills the company's form with what its Constancia says, beside
// what is stored.
func (s *Server) companyConstancia(w http.ResponseWriter, r *http.Request) error {
	stored, err := s.Account.Company(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	c, f, err := s.readConstancia(r)
	if err != nil {
		return err
	}
	if len(f.Findings) == 0 && c.Rfc != stored.Rfc {
		f.refuse("Constancia", "Esta Constancia es de "+c.Rfc+" y tu empresa es "+stored.Rfc+": otro RFC es otra empresa. No se guardó nada.")
	}
	if len(f.Findings) > 0 {
		return s.showCompany(w, r, f, stored)
	}
	read := companyOf(stored, c, s)
	f.beside(companyFields(read), companyFields(stored), "Dice la Constancia")
	f.Values.Set("Version", whole(stored.Version))
	f.Info = s.told(c)
	v := s.companyView(f, read)
	v.Stored = stored
	return s.renderForm(w, r, f, page{Title: "Datos de la empresa", Section: "configuracion", Tab: "empresa"}, companyPage(v))
}

// companyOf is the stored company with what the Constancia says over it.
func companyOf(stored account.Company, c constancia.Constancia, s *Server) account.Company {
	out := stored
	put := func(field *string, value string) {
		if value != "" {
			*field = value
		}
	}
	put(&out.Nombre, c.Nombre)
	put(&out.Curp, c.CURP)
	put(&out.NombreComercial, c.Comercial)
	put(&out.CodigoPostal, c.CodigoPostal)
	put(&out.Calle, c.Vialidad)
	put(&out.NoExterior, c.NoExterior)
	put(&out.NoInterior, c.NoInterior)
	put(&out.Colonia, c.Colonia)
	put(&out.Localidad, c.Localidad)
	put(&out.Municipio, c.Municipio)
	for _, e := range s.Catalog.Estados() { // as the list writes it
		if store.FoldLine(e.Texto) == store.FoldLine(c.Estado) {
			out.Estado = e.Texto
		}
	}
	if len(c.Regimenes) > 0 {
		out.Regimenes = c.Regimenes
		if !slices.Contains(c.Regimenes, out.RegimenDefault) {
			out.RegimenDefault = c.Regimenes[0]
		}
	}
	return out
}

// customerConstancia fills the form of a customer, new or known, with what its
// Constancia says.
func (s *Server) customerConstancia(w http.ResponseWriter, r *http.Request) error {
	v := customerView{Customer: directory.Customer{UsoCFDI: "G03", Activo: true}}
	if id := r.PathValue("id"); id != "" {
		var err error
		if v.Customer, err = s.Directory.Customer(r.Context(), actorOf(r), id); err != nil {
			return err
		}
	}
	c, f, err := s.readConstancia(r)
	if err != nil {
		return err
	}
	v.form = f
	if len(f.Findings) > 0 {
		return s.showCustomer(w, r, v)
	}
	stored := v.Customer
	v.Stored = stored
	v.Info = s.told(c)
	if v.ID != "" && stored.Rfc != c.Rfc {
		v.Info += " Es de otro RFC que este cliente: si no es el mismo, haz uno nuevo."
	}
	v.Rfc, v.Nombre = c.Rfc, c.Nombre
	if c.CodigoPostal != "" {
		v.CodigoPostal = c.CodigoPostal
	}
	if len(c.Regimenes) > 0 && !slices.Contains(c.Regimenes, v.RegimenFiscal) {
		v.RegimenFiscal = c.Regimenes[0]
	}
	if len(c.Regimenes) > 1 {
		v.Info += " Tiene varios regímenes (" + strings.Join(c.Regimenes, ", ") + "): elige con cuál le facturas."
	}
	if v.Address == (store.Address{}) {
		v.Address = store.Address{
			Calle: c.Vialidad, NoExterior: c.NoExterior, NoInterior: c.NoInterior, Colonia: c.Colonia, Localidad: c.Localidad, Municipio: c.Municipio, Estado: c.Estado,
		}
	}
	if v.ID != "" {
		v.beside(customerFields(v.Customer), customerFields(stored), "Dice la Constancia")
		v.Values.Set("Version", whole(stored.Version))
	}
	return s.showCustomer(w, r, v)
}

// constanciaPath is where the Constancia of a form is sent.
func constanciaPath(base, id string) string {
	if id == "" {
		return base + "/constancia"
	}
	return base + "/" + url.PathEscape(id) + "/constancia"
}
