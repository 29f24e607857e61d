package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

const (
	importLimit = 32 << 20 // the largest ZIP of XML; a list has a lower limit of its own
	importBody  = importLimit + 1<<20
	importTime  = 3 * time.Minute // for a slow line to send it
	importShown = 100             // rows of a page
	xlsxRows    = 20_000          // a workbook is put together in memory
)

// An importKind is what the screens say of one thing that is imported and exported.
type importKind struct {
	Name     string // of the bulk.Kind, and of its grid: /clientes
	Title    string
	One      string // "cliente"
	Section  string
	Tab      string
	Load     store.Right
	See      store.Right
	XML      bool // can be taken from old XML
	Feminine bool
}

func importKinds() []importKind {
	return []importKind{
		{Name: directory.BulkCustomers, Title: "Clientes", One: "cliente", Section: "clientes", Load: store.RightLoadCustomers, See: store.RightSeeCustomers, XML: true},
		{Name: directory.BulkProducts, Title: "Productos", One: "producto", Section: "productos", Load: store.RightLoadProducts, See: store.RightSeeProducts, XML: true},
		{Name: account.BulkSeries, Title: "Series", One: "serie", Section: "configuracion", Tab: "series", Load: store.RightConfigure, See: store.RightSeeConfig, Feminine: true},
		{Name: directory.BulkPrices, Title: "Precios", One: "precio", Section: "productos", Load: store.RightLoadProducts, See: store.RightSeeProducts},
	}
}

// Back is the path of the grid.
func (k importKind) Back() string { return "/" + k.Name }

// Path is the page where a file is sent.
func (k importKind) Path() string { return "/importar/" + k.Name }

// gender ends a word as the thing it is said of wants it: "nuevo", "nueva".
func (k importKind) gender(word string) string {
	if k.Feminine {
		return strings.ReplaceAll(word, "o", "a")
	}
	return word
}

func (s *Server) importarRoutes() []route {
	var list []route
	for _, k := range importKinds() {
		bind := func(f func(k importKind, w http.ResponseWriter, r *http.Request) error) handler {
			return func(w http.ResponseWriter, r *http.Request) error { return f(k, w, r) }
		}
		load, see := needs(k.Load), needs(k.See)
		list = append(
			list,
			route{pattern: "GET /importar/" + k.Name, access: load, handle: bind(s.imports)},
			route{pattern: "POST /importar/" + k.Name, access: load, handle: bind(s.startImport), body: importBody},
			route{pattern: "GET /importar/" + k.Name + "/{id}", access: load, handle: bind(s.importPage)},
			route{pattern: "POST /importar/" + k.Name + "/{id}/columnas", access: load, handle: bind(s.importColumns)},
			route{pattern: "POST /importar/" + k.Name + "/{id}/importar", access: load, handle: bind(s.runImport)},
			route{pattern: "POST /importar/" + k.Name + "/{id}/descartar", access: load, handle: bind(s.discardImport)},
			route{pattern: "GET /importar/" + k.Name + "/{id}/resultado", access: load, handle: bind(s.importResult)},
			route{pattern: "GET /plantilla/" + k.Name, access: load, handle: bind(s.template)},
			route{pattern: "GET /exportar/" + k.Name, access: see, handle: bind(s.export)},
		)
	}
	return list
}

func (k importKind) page(title string) page {
	return page{Title: title, Section: k.Section, Tab: k.Tab}
}

// An importsView is the page where a file is sent.
type importsView struct {
	form
	Kind    importKind
	Columns []sheet.Column
	List    []bulk.Import
	Lista   directory.PriceList // the one whose prices are imported, when it was chosen
}

// Path is where the file is sent.
func (v importsView) Path() string {
	if v.Lista.ID == "" {
		return v.Kind.Path()
	}
	return v.Kind.Path() + "?lista=" + url.QueryEscape(v.Lista.ID)
}

func (s *Server) imports(k importKind, w http.ResponseWriter, r *http.Request) error {
	return s.showImports(k, w, r, form{})
}

func (s *Server) showImports(k importKind, w http.ResponseWriter, r *http.Request, f form) error {
	list, err := s.Bulk.Imports(r.Context(), actorOf(r), k.Name)
	if err != nil {
		return err
	}
	kind, _ := s.Bulk.Kind(k.Name)
	title := "Importar " + strings.ToLower(k.Title)
	v := importsView{form: f, Kind: k, Columns: kind.Columns, List: list}
	if id := r.URL.Query().Get("lista"); id != "" && k.Name == directory.BulkPrices {
		if v.Lista, err = s.Directory.PriceList(r.Context(), actorOf(r), id); err != nil {
			return err
		}
	}
	return s.renderForm(w, r, f, k.page(title), importsPage(v, title))
}

// startImport takes one file: a list, or a ZIP of XML.
func (s *Server) startImport(k importKind, w http.ResponseWriter, r *http.Request) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(importTime)) // a test's recorder has none
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(2 * importTime))
	name, file, err := readFile(r, "Archivo", importLimit)
	var in bulk.Import
	if err == nil {
		in, err = s.startWith(r.Context(), actorOf(r), k, r.URL.Query().Get("lista"), name, file)
	}
	if err != nil {
		if fail.KindOf(err) != fail.Invalid {
			return err
		}
		f := form{Message: "No se importó nada."}
		f.refuse("Archivo", fail.MessageOf(err))
		return s.showImports(k, w, r, f)
	}
	return s.redirect(w, r, k.Path()+"/"+in.ID)
}

func (s *Server) startWith(ctx context.Context, a actor, k importKind, lista, name string, file []byte) (bulk.Import, error) {
	var table sheet.Table
	var err error
	if k.XML && sheet.IsZip(file) && !sheet.IsWorkbook(file) {
		table, err = s.Directory.TableFromXML(ctx, a, k.Name, file)
	} else {
		table, err = sheet.Read(file)
	}
	if err != nil {
		return bulk.Import{}, err
	}
	if k.Name == directory.BulkPrices {
		if table, err = s.Directory.TableForList(ctx, a, lista, table); err != nil {
			return bulk.Import{}, err
		}
	}
	return s.Bulk.Start(ctx, a, k.Name, name, table)
}

// readFile reads the file of a form, no more of it than limit.
func readFile(r *http.Request, field string, limit int64) (name string, file []byte, err error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return "", nil, fail.Wrap(fail.Invalid, "No recibimos el archivo. Elígelo y vuelve a enviarlo.", err)
	}
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", nil, fileError(err)
		}
		if part.FormName() != field || name != "" {
			if _, err := io.Copy(io.Discard, part); err != nil {
				return "", nil, fileError(err)
			}
			continue
		}
		name = strings.ToValidUTF8(path.Base(strings.ReplaceAll(part.FileName(), `\`, "/")), "")
		if file, err = io.ReadAll(io.LimitReader(part, limit+1)); err != nil {
			return "", nil, fileError(err)
		}
		if int64(len(file)) > limit {
			return "", nil, fail.New(fail.Invalid, "El archivo pesa más de 32 MB. Pártelo en varios.")
		}
	}
	if len(file) == 0 {
		return "", nil, fail.New(fail.Invalid, "Elige el archivo que vas a importar.")
	}
	return name, file, nil
}

func fileError(err error) error {
	if isTooLarge(err) {
		return fail.New(fail.Invalid, "El archivo pesa más de 32 MB. Pártelo en varios.")
	}
	return fail.Wrap(fail.Invalid, "El archivo no llegó completo. Vuelve a enviarlo.", err)
}

// An importView is one import as it stands.
type importView struct {
	form
	bulk.Import
	Kind    importKind
	Columns []sheet.Column
	Missing []string
	Lines   []bulk.Line
	All     bool   // all rows, not only those with something to say
	Next    string // address of the next rows, "" after the last
	Edit    bool   // its columns are being chosen
	First   bool   // no rows come before those shown
}

// Path is the page of the import.
func (v importView) Path() string { return v.Kind.Path() + "/" + v.ID }

// Working reports whether a job is at it.
func (v importView) Working() bool {
	return v.State == store.ImportChecking || v.State == store.ImportWriting
}

func (s *Server) importPage(k importKind, w http.ResponseWriter, r *http.Request) error {
	return s.showImport(k, w, r, form{})
}

func (s *Server) showImport(k importKind, w http.ResponseWriter, r *http.Request, f form) error {
	in, err := s.Bulk.Import(r.Context(), actorOf(r), k.Name, r.PathValue("id"))
	if err != nil {
		return err
	}
	kind, _ := s.Bulk.Kind(k.Name)
	if isPartial(r) && in.State != store.ImportChecking && in.State != store.ImportWriting {
		w.Header().Set("HX-Refresh", "true") // another page begins, with icons of its own
		w.WriteHeader(http.StatusOK)
		return nil
	}
	q := r.URL.Query()
	v := importView{form: f, Import: in, Kind: k, Columns: kind.Columns, Missing: kind.Missing(in.Match), All: q.Get("ver") == "todos"}
	v.Edit = in.State == store.ImportColumns || q.Get("columnas") != "" && !v.Working() && in.State != store.ImportDone || len(f.Findings) > 0
	if in.State == store.ImportChecked || in.State == store.ImportDone {
		from, _ := strconv.ParseInt(q.Get("desde"), 10, 64) // what is no number is the first page
		page, err := s.Bulk.Lines(r.Context(), actorOf(r), k.Name, in.ID, from, v.All, importShown)
		if err != nil {
			return err
		}
		v.Lines, v.First = page.Lines, from <= 0
		if page.Next > 0 {
			v.Next = linkTo(r, "desde", strconv.FormatInt(page.Next, 10))
		}
	}
	return s.renderForm(w, r, f, k.page("Importar "+strings.ToLower(k.Title)), importPage(v))
}

func (s *Server) importColumns(k importKind, w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	kind, _ := s.Bulk.Kind(k.Name)
	var match []int
	for _, c := range kind.Columns {
		at, err := strconv.Atoi(f.Get(c.Key))
		if err != nil {
			at = -1
		}
		match = append(match, at)
	}
	err = s.Bulk.SetColumns(r.Context(), actorOf(r), k.Name, r.PathValue("id"), int64(version(f)), match)
	return s.afterImport(k, w, r, f, err)
}

func (s *Server) runImport(k importKind, w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Bulk.Run(r.Context(), actorOf(r), k.Name, r.PathValue("id"), int64(version(f)), f.Get("modo") == "todo")
	return s.afterImport(k, w, r, f, err)
}

// afterImport leads back to the page of the import, or shows there why not.
func (s *Server) afterImport(k importKind, w http.ResponseWriter, r *http.Request, f form, err error) error {
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showImport(k, w, r, f)
	}
	return s.redirect(w, r, k.Path()+"/"+r.PathValue("id"))
}

func (s *Server) discardImport(k importKind, w http.ResponseWriter, r *http.Request) error {
	if err := s.Bulk.Discard(r.Context(), actorOf(r), k.Name, r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Archivo borrado", Text: "Ya no guardamos sus renglones. Lo que se haya importado sigue en tu lista."})
	return s.redirect(w, r, k.Path())
}

// tableTo returns a writer of the format that the address asks for, CSV or XLSX.
// What XLSX writes is sent by close, once it is whole.
func tableTo(w http.ResponseWriter, r *http.Request, name, title string) (out sheet.Writer, flush func() error, err error) {
	h := w.Header()
	if r.URL.Query().Get("formato") == "xlsx" {
		var b bytes.Buffer
		out, err = sheet.NewXLSX(&b, title)
		return out, func() error {
			if err := out.Close(); err != nil {
				return err
			}
			h.Set("Content-Type", sheet.MediaXLSX)
			h.Set("Content-Disposition", disposition("attachment", name+".xlsx"))
			_, err := w.Write(b.Bytes())
			return dropped(err)
		}, err
	}
	h.Set("Content-Type", sheet.MediaCSV)
	h.Set("Content-Disposition", disposition("attachment", name+".csv"))
	out, err = sheet.NewCSV(w)
	return out, func() error { return dropped(out.Close()) }, err
}

// template sends an empty list with its headings, and one row as an example.
func (s *Server) template(k importKind, w http.ResponseWriter, r *http.Request) error {
	kind, _ := s.Bulk.Kind(k.Name)
	out, flush, err := tableTo(w, r, "plantilla-"+k.Name, k.Title)
	if err != nil {
		return err
	}
	var head, example []string
	for _, c := range kind.Columns {
		head, example = append(head, c.Label), append(example, c.Example)
	}
	if err := errors.Join(out.Write(head), out.Write(example)); err != nil {
		return err
	}
	return flush()
}

// importResult sends the list with what became of each row.
func (s *Server) importResult(k importKind, w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Bulk.Import(r.Context(), actorOf(r), k.Name, r.PathValue("id")); err != nil {
		return err
	}
	out, flush, err := tableTo(w, r, "resultado-"+k.Name, "Resultado")
	if err != nil {
		return err
	}
	return s.whole(w, r, s.Bulk.Result(r.Context(), actorOf(r), k.Name, r.PathValue("id"), out.Write), flush)
}

// whole ends a table that was written, or cuts the answer off: what was sent is not
// whole, and must not look so.
func (s *Server) whole(w http.ResponseWriter, r *http.Request, err error, flush func() error) error {
	if err == nil {
		return flush()
	}
	if r.URL.Query().Get("formato") == "xlsx" { // nothing is sent yet
		w.Header().Del("Content-Disposition")
		return err
	}
	s.Log.Error("descarga cortada", "ref", requestOf(r).ref, "error", err)
	panic(http.ErrAbortHandler)
}

// export sends what the grid shows, all its pages.
func (s *Server) export(k importKind, w http.ResponseWriter, r *http.Request) error {
	if err := actorOf(r).Require(k.See); err != nil {
		return err
	}
	if k.Name == directory.BulkPrices {
		if _, err := s.Directory.PriceList(r.Context(), actorOf(r), r.URL.Query().Get("lista")); err != nil {
			return err
		}
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(15 * time.Minute)) // a test's recorder has none
	now := s.Now().In(s.Catalog.Location("06000"))
	out, flush, err := tableTo(w, r, k.Name+"_"+now.Format(time.DateOnly), k.Title)
	if err != nil {
		return err
	}
	kind, _ := s.Bulk.Kind(k.Name)
	var head []string
	for _, c := range kind.Columns {
		head = append(head, c.Label)
	}
	if err := out.Write(head); err != nil {
		return dropped(err)
	}
	rows := 0
	write := func(cells []string) error {
		if rows++; rows > xlsxRows && r.URL.Query().Get("formato") == "xlsx" {
			return fail.New(fail.Invalid, "Son más de 20,000 renglones para un libro de Excel. Expórtalos como CSV, que no tiene límite, o busca primero los que necesitas.")
		}
		return out.Write(cells)
	}
	return s.whole(w, r, s.exportRows(r, k, write), flush)
}

// exportRows writes the rows of the grid's filters, a page at a time.
func (s *Server) exportRows(r *http.Request, k importKind, write func(cells []string) error) error {
	ctx, a := r.Context(), actorOf(r)
	f, _ := listOf(r, productColumns())
	if k.Name == directory.BulkCustomers {
		f, _ = customersOf(r)
	}
	f.After, f.Limit = "", exportRows
	lista := r.URL.Query().Get("lista")
	var from directory.Choices
	if k.Name == directory.BulkCustomers {
		var err error
		if from, err = s.Directory.Choices(ctx, a); err != nil {
			return err
		}
	}
	for {
		var cells [][]string
		switch k.Name {
		case directory.BulkCustomers:
			page, err := s.Directory.Customers(ctx, a, f)
			if err != nil {
				return err
			}
			f.After = page.Next
			for _, c := range page.Rows {
				cells = append(cells, directory.CustomerCells(c, from))
			}
		case directory.BulkProducts:
			page, err := s.Directory.Products(ctx, a, f)
			if err != nil {
				return err
			}
			f.After = page.Next
			for _, p := range page.Rows {
				cells = append(cells, directory.ProductCells(p))
			}
		case directory.BulkPrices:
			page, err := s.Directory.ListPrices(ctx, a, lista, f)
			if err != nil {
				return err
			}
			f.After = page.Next
			for _, p := range page.Rows {
				cells = append(cells, directory.PriceCells(page.List, p))
			}
		default:
			list, err := s.Account.SeriesList(ctx, a)
			if err != nil {
				return err
			}
			branches, err := s.Account.Branches(ctx, a)
			if err != nil {
				return err
			}
			f.After = ""
			for _, x := range list {
				cells = append(cells, account.SerieCells(x, branches))
			}
		}
		for _, row := range cells {
			if err := write(row); err != nil {
				return err
			}
		}
		if f.After == "" {
			return nil
		}
	}
}
