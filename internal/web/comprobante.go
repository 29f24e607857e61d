package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) comprobanteRoutes() []route {
	draft, view := needs(store.RightDraft), needs(store.RightReceipts)
	return []route{
		{pattern: "GET /comprobantes", access: view, handle: s.listDocuments},
		{pattern: "GET /comprobantes/nuevo", access: draft, handle: s.newDraft},
		{pattern: "POST /comprobantes/totales", access: draft, handle: s.liveTotals, body: maxForm},
		{pattern: "POST /comprobantes/autoguardar", access: draft, handle: s.autosave, body: maxForm},
		{pattern: "GET /comprobantes/{id}", access: view, handle: s.showDocument},
		{pattern: "POST /comprobantes/{id}", access: draft, handle: s.capture, body: maxForm},
		{pattern: "GET /comprobantes/{id}/vista", access: draft, handle: s.previewDraft},
		{pattern: "GET /comprobantes/{id}/xml", access: view, handle: s.downloadXML},
		{pattern: "GET /comprobantes/{id}/pdf", access: view, handle: s.downloadPDF},
		{pattern: "POST /comprobantes/{id}/enviar", access: needs(store.RightSend), handle: s.sendDocument},
		{pattern: "POST /comprobantes/{id}/envios/{envio}/otra-vez", access: needs(store.RightSend), handle: s.sendAgain},
		{pattern: "POST /comprobantes/{id}/descartar", access: draft, handle: s.discardDraft},
		{pattern: "POST /comprobantes/{id}/duplicar", access: draft, handle: s.duplicateDocument},
		{pattern: "POST /comprobantes/{id}/nota-de-credito", access: draft, handle: s.creditNote},
	}
}

// maxForm holds an invoice of maxLines long lines.
const maxForm = 4 << 20

// A capturePage is the invoice form with all that stands around its fields.
type capturePage struct {
	form
	Draft     billing.Draft
	Company   account.Company
	Series    []account.Serie
	Impuestos []directory.Impuesto
	Options   captureOptions
	Customers []directory.Customer        // what the search of customers found
	Products  []directory.Product         // what the search of products found
	Stamped   []billing.Row               // what the search of receipts to relate found
	Searched  string                      // "clientes", "productos" or "comprobantes": which search was run
	Focus     int                         // line to look at, −1 for none
	Look      string                      // input to look at, "" for none
	Clean     bool                        // reviewed, and nothing stops it
	Customer  directory.Customer          // of the receptor, zero when it is not one of the company's
	Lotes     map[string][]directory.Lote // open ones of the products of the lines, by product
	Said      string                      // what to tell of what was filled in, "" for nothing
	Warned    bool                        // stamping waits for a yes to the warnings
	Stale     bool                        // another tab went ahead; this one is kept on screen
	Mends     map[string]mend             // by field: what the button Corregir writes
	Addenda   chosenView
	key, unit func(string) string // the text of a key of the SAT, "" when it is not known here
}

// Credit reports whether it is an Egreso.
func (p capturePage) Credit() bool { return p.Draft.Comprobante.TipoDeComprobante == "E" }

// saved reports whether the draft is kept already.
func (p capturePage) saved() bool { return p.Draft.ID != "" && p.Draft.Revision > 0 }

// Title is the heading of the form.
func (p capturePage) Title() string {
	kind := "factura"
	if p.Credit() {
		kind = "nota de crédito"
	}
	switch {
	case p.Draft.State == billing.Rechazado || p.Draft.State == billing.Vencido:
		return "Corregir " + kind
	case p.saved():
		return strings.ToUpper(kind[:1]) + kind[1:] + " en borrador"
	}
	return "Nueva " + kind
}

func (s *Server) newDraft(w http.ResponseWriter, r *http.Request) error {
	tipo := r.URL.Query().Get("tipo")
	if tipo != "E" {
		tipo = "I"
	}
	d, err := s.Billing.NewDraft(r.Context(), actorOf(r), tipo)
	if err != nil {
		return err
	}
	taxes, err := s.Directory.Impuestos(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	values, line, _ := editLines(draftValues(d), "agregar", taxes)
	values["Locales"] = defaultLocals(taxes)
	if values, err = s.withRate(r, values, line); err != nil {
		return err
	}
	if id := r.URL.Query().Get("cliente"); id != "" {
		c, err := s.Directory.Customer(r.Context(), actorOf(r), id)
		if err != nil {
			return err
		}
		if err := s.takeCustomer(r, values, c); err != nil {
			return err
		}
	}
	if guided(r) {
		if values, err = s.onlyOnes(r, values); err != nil {
			return err
		}
	}
	d, f := readDraft(values)
	s.Billing.Compute(&d)
	return s.renderCapture(w, r, capturePage{form: f, Draft: d, Impuestos: taxes, Focus: -1})
}

// capture does what the pressed button of the form says; without one it saves.
// The draft is the one of the address, so that its page is there to come back to.
func (s *Server) capture(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	f.Values.Set("ID", r.PathValue("id"))
	verb := f.Get("accion")
	page := capturePage{Focus: -1}
	if page.Impuestos, err = s.Directory.Impuestos(r.Context(), actorOf(r)); err != nil {
		return err
	}
	if edited, line, ok := editLines(f.Values, verb, page.Impuestos); ok {
		page.Focus = line
		if verb == "agregar" {
			if edited, err = s.withRate(r, edited, line); err != nil {
				return err
			}
			if err := s.withExtras(r, f.Values, edited, page.Impuestos); err != nil {
				return err
			}
		}
		return s.recapture(w, r, edited, page)
	}
	name, arg, _ := strings.Cut(verb, ":")
	switch name {
	case "cliente", "producto", "relacionar", "buscar-clientes", "buscar-productos", "buscar-comprobantes":
		values, err := s.pick(r, f.Values, name, arg, &page)
		if err != nil {
			return err
		}
		return s.recapture(w, r, values, page)
	case "pedimento":
		var values url.Values
		values, page.Focus = takeLote(f.Values, arg)
		return s.recapture(w, r, values, page)
	case "quitar-impuesto":
		if err := s.dropExtra(r, f.Values, arg, page.Impuestos); err != nil {
			return err
		}
		return s.recapture(w, r, f.Values, page)
	case "corregir":
		return s.mended(w, r, applyMend(f.Values, arg), page)
	case "calcular":
		return s.recapture(w, r, f.Values, page)
	case "copiar": // what is on screen becomes a draft of its own
		f.Values.Del("ID")
		f.Values.Del("Revision")
	}
	return s.act(w, r, f.Values, name)
}

// mended reviews the form again after a press of Corregir, without saving it.
func (s *Server) mended(w http.ResponseWriter, r *http.Request, values url.Values, page capturePage) error {
	page.Draft, page.form = readDraft(values)
	found, err := s.Billing.Review(r.Context(), actorOf(r), page.Draft)
	if err != nil {
		return err
	}
	s.Billing.Compute(&page.Draft)
	page.review(found)
	return s.renderCapture(w, r, page)
}

// review puts what was found beside the fields; Clean when nothing stops.
func (p *capturePage) review(found cfdi.Findings) {
	p.judged(found, &p.Draft)
	p.Mends = mendsOf(found, &p.Draft)
	p.Clean = len(p.Errors()) == 0
	if !p.Clean {
		p.Message = "Falta corregir lo marcado. No se timbró nada."
	}
}

// recapture shows the form again with values, its totals computed.
func (s *Server) recapture(w http.ResponseWriter, r *http.Request, values url.Values, page capturePage) error {
	d, f := readDraft(values)
	f.judged(s.Billing.Compute(&d), &d)
	f.Info = page.Said
	page.form, page.Draft = f, d
	return s.renderCapture(w, r, page)
}

// firstRelated is where the UUIDs of the first relation are typed.
const firstRelated = "CfdiRelacionados[0].UUIDs"

// pick takes a customer, a product or a receipt to relate and, for who has no script, searches them.
func (s *Server) pick(r *http.Request, values url.Values, name, arg string, page *capturePage) (url.Values, error) {
	ctx, a := r.Context(), actorOf(r)
	var err error
	switch name {
	case "cliente":
		c, err := s.Directory.Customer(ctx, a, arg)
		if err != nil {
			return nil, err
		}
		if err := s.takeCustomer(r, values, c); err != nil {
			return nil, err
		}
		page.Look = "buscarProducto"
		values, page.Said, err = s.quoted(r, values, -1)
		return values, err
	case "producto":
		p, err := s.Directory.Product(ctx, a, arg)
		if err != nil {
			return nil, err
		}
		before := values
		values, page.Focus = addProduct(values, p)
		if err := s.withExtras(r, before, values, page.Impuestos); err != nil {
			return nil, err
		}
		if values, err = s.withRate(r, values, page.Focus); err != nil {
			return nil, err
		}
		values, page.Said, err = s.quoted(r, values, page.Focus)
		return values, err
	case "relacionar":
		values.Set(firstRelated, strings.TrimSpace(values.Get(firstRelated)+"\n"+arg))
		page.Look = firstRelated
	case "buscar-comprobantes":
		page.Searched = "comprobantes"
		page.Stamped, err = s.stampedLike(r, values.Get("buscarComprobante"))
	case "buscar-clientes":
		page.Searched = "clientes"
		page.Customers, err = s.Directory.SearchCustomers(ctx, a, values.Get("buscarCliente"), searchRows)
	case "buscar-productos":
		page.Searched = "productos"
		page.Products, err = s.Directory.SearchProducts(ctx, a, values.Get("buscarProducto"), searchRows)
	}
	return values, err
}

// act saves the draft and goes on as the button says: guardar, vista, revisar, timbrar, timbrar-asi.
func (s *Server) act(w http.ResponseWriter, r *http.Request, values url.Values, verb string) error {
	d, f := readDraft(values)
	broken := len(f.Errors()) > 0
	saved, err := s.Billing.SaveDraft(r.Context(), actorOf(r), d)
	if err != nil {
		return s.unsaved(w, r, capturePage{form: f, Draft: d, Focus: -1}, err)
	}
	f.Values.Set("ID", saved.ID)
	f.Values.Set("Revision", whole(saved.Revision))
	page := capturePage{form: f, Draft: saved, Focus: -1}
	switch verb {
	case "vista":
		if !broken {
			return s.redirect(w, r, "/comprobantes/"+saved.ID+"/vista")
		}
	case "revisar", "timbrar", "timbrar-asi":
		return s.review(w, r, page, verb)
	default:
		if !broken {
			s.flashed(w, flash{Kind: "ok", Title: "Borrador guardado.", Text: "No se ha timbrado nada. Sigue cuando quieras."})
			return s.redirect(w, r, "/comprobantes/"+saved.ID)
		}
	}
	page.judged(s.Billing.Compute(&page.Draft), &page.Draft)
	page.Message = "Guardamos el borrador tal como lo escribiste. Falta corregir lo marcado; no se timbró nada."
	return s.renderCapture(w, r, page)
}

// unsaved shows the form when the draft could not be kept: another tab went
// ahead. A document that was issued meanwhile is shown instead, for pressing
// twice must end where pressing once does.
func (s *Server) unsaved(w http.ResponseWriter, r *http.Request, page capturePage, err error) error {
	if fail.KindOf(err) == fail.Conflict && page.Draft.ID != "" {
		doc, lost := s.Billing.Document(r.Context(), actorOf(r), page.Draft.ID)
		if lost == nil && !doc.State.Editable() {
			return s.redirect(w, r, "/comprobantes/"+doc.ID)
		}
	}
	page.Stale = fail.KindOf(err) == fail.Conflict || fail.KindOf(err) == fail.NotFound
	found := len(page.Findings)
	if err := page.take(err, fail.NotFound); err != nil {
		return err
	}
	for i := range page.Findings[found:] {
		x := &page.Findings[found+i]
		x.Path, x.Link = fieldFor(x.Path, &page.Draft), mendedAt(x.Path)
	}
	s.Billing.Compute(&page.Draft)
	return s.renderCapture(w, r, page)
}

// review judges the saved draft and, asked to, issues it.
func (s *Server) review(w http.ResponseWriter, r *http.Request, page capturePage, verb string) error {
	found, err := s.Billing.Review(r.Context(), actorOf(r), page.Draft)
	if err != nil {
		return err
	}
	s.Billing.Compute(&page.Draft)
	page.review(found)
	switch {
	case !page.Clean:
		page.Message = "Falta corregir lo marcado. El borrador está guardado; no se timbró nada."
	case verb == "timbrar" && len(found) > 0:
		page.Clean, page.Warned = false, true
	case verb != "revisar":
		return s.issue(w, r, page)
	}
	return s.renderCapture(w, r, page)
}

// issue stamps the draft and leads to the document it became.
func (s *Server) issue(w http.ResponseWriter, r *http.Request, page capturePage) error {
	doc, err := s.Billing.Issue(r.Context(), actorOf(r), page.Draft.ID, page.Draft.Revision)
	if err != nil {
		return s.unsaved(w, r, page, err)
	}
	if doc.State == billing.Timbrado {
		text := "Descárgala o envíala desde aquí."
		if len(doc.Correos) > 0 {
			text = "La estamos enviando a " + strings.Join(doc.Correos, ", ") + "."
		}
		s.flashed(w, flash{Kind: "ok", Title: documentName(doc) + " timbrada.", Text: text})
	}
	if !doc.Waiting.IsZero() {
		s.flashed(w, flash{Kind: "warn", Title: "Espera créditos: no se emitió ni se cobró nada", Text: "Se timbra sola en cuanto haya créditos; no tienes que volver a hacerla."})
	}
	return s.redirect(w, r, "/comprobantes/"+doc.ID)
}

// documentName is how a document is spoken of: "Factura A-1292".
func documentName(d billing.Document) string {
	kind := "Factura"
	if d.Tipo == "E" {
		kind = "Nota de crédito"
	}
	return strings.TrimSpace(kind + " " + d.FolioText())
}

// liveTotals answers what the form adds up to, while it is being typed.
func (s *Server) liveTotals(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	d, f := readDraft(f.Values)
	f.judged(s.Billing.Compute(&d), &d)
	page := capturePage{form: f, Draft: d}
	if page.Customer, err = s.receptor(r, f); err != nil {
		return err
	}
	return s.fragment(w, r, totalsUpdate(page))
}

// receptor is the customer a receipt was filled from, the zero one when it was typed.
func (s *Server) receptor(r *http.Request, f form) (directory.Customer, error) {
	id, a := f.Get("CustomerID"), actorOf(r)
	if id == "" || !a.Holds(store.RightSeeCustomers) {
		return directory.Customer{}, nil
	}
	c, err := s.Directory.Customer(r.Context(), a, id)
	if fail.KindOf(err) == fail.NotFound || err == nil && c.Rfc != f.Get("Receptor.Rfc") {
		return directory.Customer{}, nil
	}
	return c, err
}

// autosave keeps the draft while it is being typed and answers in JSON where it stands.
func (s *Server) autosave(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	d, _ := readDraft(f.Values)
	saved, err := s.Billing.SaveDraft(r.Context(), actorOf(r), d)
	answer := map[string]any{"id": saved.ID, "revision": saved.Revision, "message": "Guardado a las " + s.Now().In(centro()).Format("15:04")}
	status := http.StatusOK
	if err != nil {
		if kind := fail.KindOf(err); kind != fail.Conflict && kind != fail.Invalid {
			return err
		}
		status = http.StatusConflict
		answer = map[string]any{"message": fail.MessageOf(err)}
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return s.write(w, r, status, "application/json", b)
}

// renderCapture completes the page with the company, its series and the options of the selects.
func (s *Server) renderCapture(w http.ResponseWriter, r *http.Request, p capturePage) error {
	ctx, a := r.Context(), actorOf(r)
	var err error
	if p.Company, err = s.Account.Company(ctx, a); err != nil {
		return err
	}
	if p.Impuestos == nil {
		if p.Impuestos, err = s.Directory.Impuestos(ctx, a); err != nil {
			return err
		}
	}
	all, err := s.Account.SeriesList(ctx, a)
	if err != nil {
		return err
	}
	for _, serie := range all {
		if serie.Activa && serie.TipoDeComprobante == p.Draft.Comprobante.TipoDeComprobante && billing.MaySerie(a, serie.ID) {
			p.Series = append(p.Series, serie)
		}
	}
	if p.Customer, err = s.receptor(r, p.form); err != nil {
		return err
	}
	if p.Lotes, err = s.offeredLotes(r, p.form); err != nil {
		return err
	}
	if p.Addenda, err = s.chooseAddenda(r, p.Get("Addenda")); err != nil {
		return err
	}
	p.Options = s.captureOptions(p)
	p.key = func(k string) string { row, _ := s.Catalog.ClaveProdServ(k); return row.Texto }
	p.unit = func(k string) string { row, _ := s.Catalog.ClaveUnidad(k); return row.Texto }
	return s.renderForm(w, r, p.form, page{Title: p.Title(), Section: "comprobantes", Rail: true}, captureBody(p))
}

// showDocument shows a document, or the form when it can still be changed.
func (s *Server) showDocument(w http.ResponseWriter, r *http.Request) error {
	ctx, a := r.Context(), actorOf(r)
	doc, err := s.Billing.Document(ctx, a, r.PathValue("id"))
	if err != nil {
		return err
	}
	if !doc.State.Editable() || !a.Holds(store.RightDraft) {
		return s.renderDocument(w, r, doc, form{})
	}
	d, err := s.Billing.Draft(ctx, a, doc.ID)
	if err != nil {
		return err
	}
	values := draftValues(d)
	if len(d.Comprobante.Conceptos) == 0 {
		var line int
		values, line, _ = editLines(values, "agregar", nil)
		if values, err = s.withRate(r, values, line); err != nil {
			return err
		}
	}
	read, f := readDraft(values)
	read.State, read.Serie, read.Folio, read.Reason = d.State, d.Serie, d.Folio, d.Reason
	found := s.Billing.Compute(&read)
	if len(d.Raw) > 0 {
		f.judged(found, &read)
		f.Message = "Este borrador tiene datos que no pudimos leer."
	} else {
		f = form{Values: values}
	}
	return s.renderCapture(w, r, capturePage{form: f, Draft: read, Focus: -1})
}

// A mend is what the button Corregir writes into a field.
type mend struct{ Value, Label string }

// mendable are the fields that one click may mend: those of the head, where the mend
// is all that its finding asks for. Amounts are computed anyway, and whether a line
// bears taxes its author decides.
var mendable = []string{
	"FormaPago", "TipoCambio", "Confirmacion", "Exportacion", "Receptor.Rfc", "Receptor.Nombre", "Receptor.DomicilioFiscalReceptor",
	"Receptor.ResidenciaFiscal", "Receptor.NumRegIdTrib", "Receptor.RegimenFiscalReceptor", "Receptor.UsoCFDI",
}

// mendsOf lists the findings that one click can mend, by the field that it writes.
func mendsOf(found cfdi.Findings, d *billing.Draft) map[string]mend {
	mends := map[string]mend{}
	for _, x := range found {
		path := fieldFor(x.Path, d)
		if i := slices.IndexFunc(x.Mend, func(c cfdi.Change) bool { return c.Path == path }); i >= 0 && slices.Contains(mendable, path) {
			mends[path] = mend{Value: x.Mend[i].New, Label: "Corregir"}
		}
	}
	return mends
}

// applyMend writes field=value, both escaped as in an address.
func applyMend(values url.Values, arg string) url.Values {
	field, value, _ := strings.Cut(arg, "=")
	name, err1 := url.QueryUnescape(field)
	text, err2 := url.QueryUnescape(value)
	if err1 == nil && err2 == nil && name != "" {
		values.Set(name, text)
	}
	return values
}

// generic reports whether an RFC stands for many people, whose postal code, regime and use the rules fix.
func generic(rfc string) bool { return rfc == cfdi.RfcPublico || rfc == cfdi.RfcExtranjero }
