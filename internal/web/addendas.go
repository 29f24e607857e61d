package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/addenda"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) addendasRoutes() []route {
	return []route{
		{pattern: "GET /addendas", access: needs(store.RightSeeConfig), handle: s.addendas},
		{pattern: "GET /addendas/nueva", access: needs(store.RightConfigure), handle: s.newAddenda},
		{pattern: "POST /addendas/nueva", access: needs(store.RightConfigure), handle: s.saveAddenda, body: 4 * addenda.MaxBody},
		{pattern: "GET /addendas/{id}", access: needs(store.RightSeeConfig), handle: s.addenda},
		{pattern: "POST /addendas/{id}", access: needs(store.RightConfigure), handle: s.saveAddenda, body: 4 * addenda.MaxBody},
		{pattern: "POST /addendas/{id}/eliminar", access: needs(store.RightConfigure), handle: s.deleteAddenda},
		{pattern: "GET /comprobantes/{id}/addenda", access: needs(store.RightDraft), handle: s.documentAddenda},
		{pattern: "POST /comprobantes/{id}/addenda", access: needs(store.RightDraft), handle: s.setDocumentAddenda},
	}
}

func addendaPageOf(title string) page {
	return page{Title: title, Section: "configuracion", Tab: "addendas"}
}

// An addendaView is the form of one template.
type addendaView struct {
	form
	directory.Addenda
	Preview string // of a made-up receipt, "" while it was not asked for
}

// Path is where its form is sent.
func (v addendaView) Path() string {
	if v.ID == "" {
		return "/addendas/nueva"
	}
	return "/addendas/" + v.ID
}

// fieldRows are how many blank lines for fields stand after those there are.
const fieldRows = 2

// Rows are the fields with blank lines after them.
func (v addendaView) Rows() []addenda.Field {
	list := slices.Clone(v.Campos)
	for range fieldRows {
		if len(list) < addenda.MaxFields {
			list = append(list, addenda.Field{})
		}
	}
	return list
}

func (s *Server) addendas(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Directory.Addendas(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, addendaPageOf("Addendas"), addendasPage(list))
}

func (s *Server) newAddenda(w http.ResponseWriter, r *http.Request) error {
	return s.showAddenda(w, r, addendaView{Addenda: directory.Addenda{Activa: true}})
}

func (s *Server) addenda(w http.ResponseWriter, r *http.Request) error {
	x, err := s.Directory.Addenda(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showAddenda(w, r, addendaView{Addenda: x})
}

func (s *Server) showAddenda(w http.ResponseWriter, r *http.Request, v addendaView) error {
	title := "Nueva addenda"
	if v.ID != "" {
		title = "Editar addenda"
	}
	return s.renderForm(w, r, v.form, addendaPageOf(title), addendaPage(v, title))
}

func (s *Server) saveAddenda(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	v := addendaView{form: f}
	put := v.put()
	v.Addenda = addendaFrom(v.Values, id)
	switch {
	case put:
	case v.Get("accion") == "vista":
		t, _, err := directory.CheckAddenda(v.Addenda)
		if err == nil {
			v.Preview, err = sampleAddenda(t)
		}
		if err != nil {
			if err := v.take(err); err != nil {
				return err
			}
		}
		return s.showAddenda(w, r, v)
	default:
		_, err := s.Directory.SaveAddenda(r.Context(), actorOf(r), v.Addenda)
		if err == nil {
			s.flashed(w, flash{Kind: "ok", Title: "Addenda guardada", Text: "Elígela en el comprobante, o ponla en un cliente para que ya venga puesta."})
			return s.redirect(w, r, "/addendas")
		}
		if err := v.take(err); err != nil {
			return err
		}
	}
	err = v.settle(func() (url.Values, int, error) {
		now, err := s.Directory.Addenda(r.Context(), actorOf(r), id)
		return addendaFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	v.Addenda = addendaFrom(v.Values, id)
	return s.showAddenda(w, r, v)
}

// addendaFrom reads the form; fields left blank are none.
func addendaFrom(v url.Values, id string) directory.Addenda {
	f := form{Values: v}
	x := directory.Addenda{
		ID: id, Nombre: f.Get("Nombre"), Espacio: f.Get("Espacio"), Cuerpo: strings.ReplaceAll(v.Get("Cuerpo"), "\r\n", "\n"), Activa: f.Checked("Activa"), Version: version(f),
	}
	for i := range addenda.MaxFields {
		at := addendaField(i)
		one := addenda.Field{Key: f.Get(at + ".Clave"), Label: f.Get(at + ".Dato"), Required: f.Checked(at + ".Obligatorio")}
		one.Max, _ = strconv.Atoi(f.Get(at + ".Largo"))
		if one.Key+one.Label == "" {
			continue
		}
		if f.Get(at+".Largo") == "" {
			one.Max = 100
		}
		x.Campos = append(x.Campos, one)
	}
	return x
}

func addendaField(i int) string { return "Campos[" + whole(i) + "]" }

// addendaFields are the inputs of the form of a template.
func addendaFields(x directory.Addenda) url.Values {
	v := texts("Nombre", x.Nombre, "Espacio", x.Espacio, "Cuerpo", x.Cuerpo)
	box(v, "Activa", x.Activa)
	for i := range addenda.MaxFields {
		f, most := addenda.Field{}, ""
		if i < len(x.Campos) {
			f, most = x.Campos[i], whole(x.Campos[i].Max)
		}
		v[addendaField(i)+".Clave"], v[addendaField(i)+".Dato"], v[addendaField(i)+".Largo"] = []string{f.Key}, []string{f.Label}, []string{most}
		box(v, addendaField(i)+".Obligatorio", f.Required)
	}
	return v
}

// sampleAddenda writes a template with a made-up receipt.
func sampleAddenda(t *addenda.Template) (string, error) {
	n := decimal.MustParse
	c := &cfdi.Comprobante{
		Serie: "A", Folio: "1292", Fecha: "2026-03-01T10:00:00", TipoDeComprobante: "I", Moneda: "MXN", SubTotal: n("1000.00"), Total: n("1160.00"),
		FormaPago: "03", MetodoPago: "PUE", LugarExpedicion: "72000", Emisor: cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "TU EMPRESA"},
		Receptor:  cfdi.Receptor{Rfc: "URE180429TM6", Nombre: "TU CLIENTE", UsoCFDI: "G03"},
		Conceptos: []cfdi.Concepto{{NoIdentificacion: "M-1", ClaveProdServ: "56101700", Cantidad: n("1"), ClaveUnidad: "H87", Unidad: "Pieza", Descripcion: "Mesa", ValorUnitario: n("600.00"), Importe: n("600.00")}, {NoIdentificacion: "S-1", ClaveProdServ: "56101700", Cantidad: n("4"), ClaveUnidad: "H87", Unidad: "Pieza", Descripcion: "Silla", ValorUnitario: n("100.00"), Importe: n("400.00")}},
	}
	values := map[string]string{}
	for _, f := range t.Fields() {
		values[f.Key] = f.Label
	}
	node, err := t.Render(c, "5A1C5E12-0000-4000-8000-000000000000", values)
	if err != nil {
		return "", fail.OnField("Cuerpo", err.Error())
	}
	return string(node), nil
}

func (s *Server) deleteAddenda(w http.ResponseWriter, r *http.Request) error {
	if err := s.Directory.DeleteAddenda(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Addenda eliminada", Text: "Los comprobantes que la llevan la conservan."})
	return s.redirect(w, r, "/addendas")
}

// A chosenView is the addenda of a receipt: which, and what it asks for.
type chosenView struct {
	Choices []option
	ID      string
	Fields  []addenda.Field
}

// chooseAddenda lists the templates that are on, and the one chosen with its fields.
func (s *Server) chooseAddenda(r *http.Request, id string) (chosenView, error) {
	list, err := s.Directory.Addendas(r.Context(), actorOf(r))
	v := chosenView{ID: id}
	for _, x := range list {
		if x.Activa || x.ID == id {
			v.Choices = append(v.Choices, option{x.ID, x.Nombre})
		}
		if x.ID == id {
			v.Fields = x.Campos
		}
	}
	return v, err
}

// addendaOptions are the templates a customer may begin with.
func (s *Server) addendaOptions(r *http.Request, id string) ([]option, error) {
	v, err := s.chooseAddenda(r, id)
	return v.Choices, err
}

const addendaPrefix = "Addenda."

// addendaValues are what was typed for an addenda, by key.
func addendaValues(v url.Values) map[string]string {
	var out map[string]string
	for name := range v {
		key, ok := strings.CutPrefix(name, addendaPrefix)
		if value := strings.TrimSpace(v.Get(name)); ok && value != "" && len(out) < addenda.MaxFields && len(value) <= 8*addenda.MaxValue {
			if out == nil {
				out = map[string]string{}
			}
			out[key] = value
		}
	}
	return out
}

// A documentAddendaView is the addenda of a stamped receipt.
type documentAddendaView struct {
	form
	Chosen   chosenView
	ID, Name string // of the document
	Now      string // the XML it has now
	NowName  string
}

func (s *Server) documentAddenda(w http.ResponseWriter, r *http.Request) error {
	return s.showDocumentAddenda(w, r, form{})
}

func (s *Server) showDocumentAddenda(w http.ResponseWriter, r *http.Request, f form) error {
	ctx, a, id := r.Context(), actorOf(r), r.PathValue("id")
	doc, err := s.Billing.Document(ctx, a, id)
	if err != nil {
		return err
	}
	now, err := s.Billing.Addenda(ctx, a, id)
	if err != nil {
		return err
	}
	if len(f.Values) == 0 {
		f.Values = url.Values{"Addenda": {now.ID}}
	}
	if f.Get("Addenda") == now.ID {
		for key, value := range now.Values {
			if !f.Values.Has(addendaPrefix + key) {
				f.Values.Set(addendaPrefix+key, value)
			}
		}
	}
	v := documentAddendaView{form: f, ID: doc.ID, Name: documentName(doc), Now: now.XML, NowName: now.Nombre}
	if v.Chosen, err = s.chooseAddenda(r, f.Get("Addenda")); err != nil {
		return err
	}
	return s.renderForm(w, r, f, page{Title: "Addenda", Section: "comprobantes"}, documentAddendaPage(v))
}

func (s *Server) setDocumentAddenda(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if f.Get("accion") == "elegir" {
		return s.showDocumentAddenda(w, r, f)
	}
	id := r.PathValue("id")
	err = s.Billing.SetAddenda(r.Context(), actorOf(r), id, draftAddenda(f.Values))
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showDocumentAddenda(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Addenda actualizada", Text: "El timbre no cambió. Descarga o envía otra vez el XML para que tu cliente la tenga."})
	return s.redirect(w, r, "/comprobantes/"+id+"?ver=xml")
}
