package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) representacionRoutes() []route {
	return []route{
		{pattern: "GET /representacion", access: needs(store.RightSeeConfig), handle: s.paper},
		{pattern: "POST /representacion", access: needs(store.RightConfigure), handle: s.savePaper},
		{pattern: "POST /representacion/restaurar", access: needs(store.RightConfigure), handle: s.restorePaper},
		{pattern: "GET /representacion/muestra", access: needs(store.RightSeeConfig), handle: s.paperPicture},
		{pattern: "POST /representacion/muestra", access: needs(store.RightSeeConfig), handle: s.paperSample},
		{pattern: "GET /representacion/logotipo", access: member(), handle: s.logo},
		{pattern: "POST /representacion/logotipo", access: needs(store.RightConfigure), handle: s.saveLogo, body: uploadBody},
		{pattern: "POST /representacion/logotipo/quitar", access: needs(store.RightConfigure), handle: s.removeLogo},
	}
}

// A paperView is the screen of one scope: its design, and where it differs.
type paperView struct {
	form
	account.Paper
	Branches []account.Branch
	Scopes   []account.Scope
}

// paperColor is the house's colour, which a colour box shows where none was chosen.
const paperColor = "#9a4a00"

// paperPath is the screen of a scope, or what lies below it.
func paperPath(below string, scope account.Scope, more ...string) string {
	q := url.Values{}
	for i, pair := 0, append([]string{"sucursal", scope.Sucursal, "tipo", scope.Tipo}, more...); i < len(pair); i += 2 {
		if pair[i+1] != "" {
			q.Set(pair[i], pair[i+1])
		}
	}
	if len(q) == 0 {
		return "/representacion" + below
	}
	return "/representacion" + below + "?" + q.Encode()
}

func scopeOf(r *http.Request) account.Scope {
	q := r.URL.Query()
	return account.Scope{Sucursal: q.Get("sucursal"), Tipo: q.Get("tipo")}
}

func scopeIn(f form) account.Scope {
	return account.Scope{Sucursal: f.Get("Sucursal"), Tipo: f.Get("Tipo")}
}

func (s *Server) paper(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Account.Paper(r.Context(), actorOf(r), scopeOf(r))
	if err != nil {
		return err
	}
	return s.showPaper(w, r, paperView{Paper: p})
}

func (s *Server) showPaper(w http.ResponseWriter, r *http.Request, v paperView) error {
	var err error
	if v.Branches, err = s.Account.Branches(r.Context(), actorOf(r)); err != nil {
		return err
	}
	if v.Scopes, err = s.Account.Papers(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return s.renderForm(w, r, v.form, page{Title: "Representación impresa", Section: "configuracion", Tab: "representacion"}, paperPage(v))
}

// paperIn reads the design as it was typed.
func paperIn(f form) account.Paper {
	p := account.Paper{Scope: scopeIn(f), Version: version(f)}
	p.Design, p.Color, p.Leyenda, p.Pie, p.Ingles = account.Design(f.Get("Design")), strings.ToLower(f.Get("Color")), f.Get("Leyenda"), f.Get("Pie"), f.Checked("Ingles")
	if p.Color == paperColor {
		p.Color = ""
	}
	for _, part := range account.Parts() {
		if !slices.Contains(f.Values["Mostrar"], string(part)) {
			p.Hide = append(p.Hide, part)
		}
	}
	for i := range cuentaRows {
		at := func(name string) string { return f.Get(fmt.Sprintf("Cuentas[%d].%s", i, name)) }
		c := account.Cuenta{Banco: at("Banco"), Numero: at("Numero"), CLABE: at("CLABE"), Moneda: at("Moneda")}
		if c.Banco+c.Numero+c.CLABE != "" {
			p.Cuentas = append(p.Cuentas, c)
		}
	}
	return p
}

// cuentaRows is how many accounts a form may hold.
const cuentaRows = 5

// again is the view of what was typed, beside what is stored of its scope.
func (s *Server) again(r *http.Request, f form, in account.Paper) (paperView, error) {
	now, err := s.Account.Paper(r.Context(), actorOf(r), in.Scope)
	if err != nil {
		return paperView{}, err
	}
	now.Paper, now.Version = in.Paper, in.Version
	f.Values = nil // all of it is in the paper, in the order it was kept
	return paperView{form: f, Paper: now}, nil
}

func (s *Server) savePaper(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := paperIn(f)
	if _, err := s.Account.SavePaper(r.Context(), actorOf(r), in); err != nil {
		return s.paperFailed(w, r, f, in, err)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Diseño guardado", Text: "Así salen tus PDF desde ahora, también los de lo que ya emitiste."})
	return s.redirect(w, r, paperPath("", in.Scope))
}

func (s *Server) paperFailed(w http.ResponseWriter, r *http.Request, f form, in account.Paper, err error) error {
	if err := f.take(err); err != nil {
		return err
	}
	v, err := s.again(r, f, in)
	if err != nil {
		return err
	}
	return s.showPaper(w, r, v)
}

func (s *Server) restorePaper(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Account.RestorePaper(r.Context(), actorOf(r), scopeIn(f), version(f)); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Diseño restaurado", Text: "El logotipo se quedó como estaba."})
	return s.redirect(w, r, paperPath("", scopeIn(f)))
}

// paperPicture shows a sample as it is stored, or in another design.
func (s *Server) paperPicture(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Account.Paper(r.Context(), actorOf(r), scopeOf(r))
	if err != nil {
		return err
	}
	if d := r.URL.Query().Get("diseno"); d != "" {
		p.Design = account.Design(d)
	}
	b, err := s.Account.PaperSample(r.Context(), actorOf(r), p, false)
	if err != nil {
		return err
	}
	return s.inline(w, r, "image/svg+xml", "muestra.svg", b)
}

// paperSample shows a sample of what is typed and not saved: to a script as a picture,
// to a person as PDF.
func (s *Server) paperSample(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, picture := paperIn(f), strings.Contains(r.Header.Get("Accept"), "image/svg+xml") && r.Header.Get("Sec-Fetch-Dest") == "empty"
	b, err := s.Account.PaperSample(r.Context(), actorOf(r), in, !picture)
	if err != nil {
		return s.paperFailed(w, r, f, in, err)
	}
	if picture {
		return s.inline(w, r, "image/svg+xml", "muestra.svg", b)
	}
	return s.inline(w, r, "application/pdf", "muestra.pdf", b)
}

func (s *Server) logo(w http.ResponseWriter, r *http.Request) error {
	png, _, err := s.Account.Logo(r.Context(), actorOf(r), scopeOf(r))
	if err != nil {
		return err
	}
	return s.inline(w, r, "image/png", "logotipo.png", png)
}

func (s *Server) saveLogo(w http.ResponseWriter, r *http.Request) error {
	f, file, err := readLogo(r)
	if err != nil {
		return err
	}
	scope := scopeIn(f)
	if len(f.Errors()) == 0 {
		err = s.Account.SaveLogo(r.Context(), actorOf(r), scope, file)
		if err == nil {
			s.flashed(w, flash{Kind: "ok", Title: "Logotipo guardado", Text: "Ya sale en tus PDF."})
			return s.redirect(w, r, paperPath("", scope))
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	p, err := s.Account.Paper(r.Context(), actorOf(r), scope)
	if err != nil {
		return err
	}
	f.Values = nil
	return s.showPaper(w, r, paperView{form: f, Paper: p})
}

func (s *Server) removeLogo(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Account.RemoveLogo(r.Context(), actorOf(r), scopeIn(f)); err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Logotipo quitado"})
	return s.redirect(w, r, paperPath("", scopeIn(f)))
}

// readLogo takes the scope and one file; of a larger one nothing is kept.
func readLogo(r *http.Request) (f form, file []byte, err error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return f, nil, fail.Wrap(fail.Invalid, "No recibimos el logotipo. Elígelo y vuelve a enviarlo.", err)
	}
	f.Values = url.Values{}
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return f, file, nil
		}
		if err != nil {
			return f, nil, logoError(err)
		}
		b, err := io.ReadAll(io.LimitReader(part, account.MaxLogoUpload+1))
		if err != nil {
			return f, nil, logoError(err)
		}
		if _, err := io.Copy(io.Discard, part); err != nil {
			return f, nil, logoError(err)
		}
		switch name := part.FormName(); name {
		case "Logo":
			file = b
		case "Sucursal", "Tipo":
			f.Values.Set(name, strings.ToValidUTF8(string(b[:min(len(b), 64)]), ""))
		}
	}
}

func logoError(err error) error {
	if isTooLarge(err) {
		return fail.New(fail.Invalid, "El archivo es demasiado grande; no se guardó nada. Un logotipo pesa hasta 2 MB.")
	}
	return fail.Wrap(fail.Invalid, "El logotipo no llegó completo. Elígelo y vuelve a enviarlo.", err)
}

// partText is what a box says, and what it says below.
func partText(p account.Part) (text, help string) {
	switch p {
	case "logotipo":
		return "Logotipo", ""
	case "domicilio":
		return "Tu domicilio", "El de Empresa."
	case "sucursal":
		return "Sucursal", "Su nombre y código postal."
	case "telefono":
		return "Teléfono", "El de la sucursal, si tiene."
	case "correo":
		return "Correo", "El de la sucursal, si tiene."
	case "web":
		return "Página web", ""
	case "domicilio_receptor":
		return "Domicilio del cliente", "Si lo tienes guardado."
	case "unidades":
		return "Nombre de la unidad", "Pieza, junto a H87."
	case "cuentas":
		return "Cuentas bancarias", ""
	case "importe_letra":
		return "Importe con letra", ""
	}
	return string(p), ""
}

// designText names a design and says what it is good for.
func designText(d account.Design) (name, help string) {
	switch d {
	case "clasica":
		return "Clásica", "Para casi todo."
	case "compacta":
		return "Compacta", "Muchos conceptos por hoja."
	case "servicios":
		return "Servicios", "Pocos conceptos, textos largos."
	case "ticket":
		return "Ticket 80 mm", "Impresora de tickets; en negro."
	}
	return string(d), ""
}

// scopeText says for which receipts a design is.
func scopeText(branches []account.Branch, scope account.Scope) string {
	tipo := map[string]string{"I": "facturas", "E": "notas de crédito"}[scope.Tipo]
	if tipo == "" && scope.Tipo != "" {
		tipo = "tipo " + scope.Tipo
	}
	branch := branchName(branches, scope.Sucursal)
	switch {
	case scope == (account.Scope{}):
		return "Toda la empresa"
	case scope.Sucursal == "":
		return strings.ToUpper(tipo[:1]) + tipo[1:]
	case scope.Tipo == "":
		return branch
	}
	return branch + ", " + tipo
}

// inherited says whose design rules where a scope has none.
func (v paperView) inherited() string {
	switch {
	case v.Own():
		return ""
	case v.Scope == (account.Scope{}):
		return "Es el de fábrica: cámbialo y guárdalo."
	}
	return "Hoy sale con el diseño de: " + strings.ToLower(scopeText(v.Branches, v.From)) + ". Al guardar tendrá el suyo."
}

// accounts are the rows of the form: those there are, and an empty one while it fits.
func (v paperView) accounts() []account.Cuenta {
	list := slices.Clone(v.Cuentas)
	if len(list) < cuentaRows {
		list = append(list, account.Cuenta{})
	}
	return list[:min(len(list), cuentaRows)]
}

// color is what the box of colours shows.
func (v paperView) color() string {
	if v.Color == "" {
		return paperColor
	}
	return v.Color
}

// scopeBranches are the branches as a choice, all of them first.
func (v paperView) scopeBranches() []option {
	list := []option{{"", "Todas las sucursales"}}
	for _, b := range v.Branches {
		list = append(list, option{b.ID, b.Nombre})
	}
	return list
}

// scopeTypes are the types that are issued here, all of them first.
func scopeTypes() []option {
	return []option{{"", "Todos los comprobantes"}, {"I", "Facturas (ingreso)"}, {"E", "Notas de crédito (egreso)"}}
}

func chosenDesign(v paperView, d account.Design) bool {
	return v.Design == d || v.Design == "" && d == account.Designs()[0]
}
