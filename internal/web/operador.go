package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/operator"
	"iofacturo.mx/internal/store"
)

func (s *Server) operadorRoutes() []route {
	return []route{
		{pattern: "GET /operador/entrar", access: public(), handle: s.operatorDoor},
		{pattern: "POST /operador/entrar", access: public(), handle: s.signInOperator},
		{pattern: "POST /operador/entrar/llave", access: public(), handle: s.signInOperatorByPasskey},
		{pattern: "GET /operador", access: operating(), handle: s.operatorPanel},
		{pattern: "GET /operador/empresas", access: operating(), handle: s.operatorCompanies},
		{pattern: "GET /operador/empresas/{id}", access: operating(), handle: s.operatorCompany},
		{pattern: "POST /operador/empresas/{id}/suspender", access: operating(), handle: s.suspend, fresh: true},
		{pattern: "POST /operador/empresas/{id}/reactivar", access: operating(), handle: s.resume, fresh: true},
		{pattern: "POST /operador/empresas/{id}/creditos", access: operating(), handle: s.loadCredits, fresh: true},
		{pattern: "POST /operador/empresas/{id}/creditos/revertir", access: operating(), handle: s.takeCreditsBack, fresh: true},
		{pattern: "POST /operador/empresas/{id}/paquete", access: operating(), handle: s.changePlan, fresh: true},
		{pattern: "POST /operador/empresas/{id}/estados/pagado", access: operating(), handle: s.payStatement, fresh: true},
		{pattern: "GET /operador/estados", access: operating(), handle: s.operatorStatements},
		{pattern: "GET /operador/operadores", access: operating(), handle: s.operators},
		{pattern: "POST /operador/operadores", access: operating(), handle: s.addOperator, fresh: true},
		{pattern: "POST /operador/operadores/{id}/bloquear", access: operating(), handle: s.blockOperator, fresh: true},
		{pattern: "POST /operador/operadores/{id}/desbloquear", access: operating(), handle: s.unblockOperator, fresh: true},
		{pattern: "POST /operador/operadores/{id}/reiniciar", access: operating(), handle: s.resetOperator, fresh: true},
		{pattern: "GET /operador/bitacora", access: operating(), handle: s.operatorLog},
	}
}

// operatorDoor is where who operates the portal comes in.
func (s *Server) operatorDoor(w http.ResponseWriter, r *http.Request) error {
	if v := visitorOf(r); v != nil && v.Operator {
		return s.redirect(w, r, "/operador")
	}
	f := signInForm{}
	if to := r.URL.Query().Get("seguir"); to != "" {
		f.Seguir = localPath(to)
	}
	return s.showOperatorDoor(w, r, http.StatusOK, f)
}

// askOperator sends a stranger to the operators' door, which leads back here with what
// was being sent.
func (s *Server) askOperator(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return s.redirect(w, r, "/operador/entrar?seguir="+url.QueryEscape(r.URL.RequestURI()))
	}
	return s.showOperatorDoor(w, r, http.StatusUnauthorized, signInForm{Seguir: r.URL.RequestURI(), Carried: carriedFrom(r), Expired: true})
}

func (s *Server) showOperatorDoor(w http.ResponseWriter, r *http.Request, status int, f signInForm) error {
	return s.renderOutside(w, r, status, page{Title: "Operación del portal"}, operatorSignInPage(f))
}

func (s *Server) signInOperator(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, err := s.Account.SignInOperator(r.Context(), account.Credentials{Usuario: f.Get("Usuario"), Password: f.Raw("Password"), IP: addressOf(r), Device: device(r)})
	return s.operatorCame(w, r, f, in, err)
}

func (s *Server) signInOperatorByPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	pre, answer := s.passkeyAnswer(w, r, f)
	in, err := s.Account.SignInOperatorByPasskey(r.Context(), pre, answer, account.Client{IP: addressOf(r), Device: device(r)})
	return s.operatorCame(w, r, f, in, err)
}

func (s *Server) operatorCame(w http.ResponseWriter, r *http.Request, f form, in account.SignedIn, err error) error {
	v := signInForm{form: f, Seguir: "/operador", Carried: carriedOf(f.Values)}
	if to := f.Get("seguir"); to != "" {
		v.Seguir = localPath(to)
	}
	if err != nil {
		status := formStatus(err)
		if err := v.take(err, fail.Denied, fail.Upstream); err != nil {
			return err
		}
		return s.showOperatorDoor(w, r, status, v)
	}
	return s.cameIn(w, r, v, in)
}

// An operatorPanelView is how the portal stands. A block that could not be read says so
// by its reference and the rest stands.
type operatorPanelView struct {
	Totals store.CompanyTotals
	Stamps operator.Stamps
	Work   operator.Work
	Waits  store.SignInWaits
	Health operator.Health
	Failed map[string]string // block → reference
}

func (s *Server) operatorPanel(w http.ResponseWriter, r *http.Request) error {
	ctx, a, v := r.Context(), actorOf(r), operatorPanelView{Failed: map[string]string{}}
	read := func(block string, err error) {
		if err != nil {
			v.Failed[block] = s.blockFailed(r, "operador "+block, err)
		}
	}
	var err error
	v.Totals, err = s.Operator.Totals(ctx, a)
	read("empresas", err)
	v.Stamps, err = s.Operator.Stamps(ctx, a)
	read("timbres", err)
	v.Work, err = s.Operator.Work(ctx, a)
	read("trabajo", err)
	v.Waits, err = s.Operator.Waits(ctx, a)
	read("entradas", err)
	v.Health, err = s.Operator.Health(ctx, a)
	read("salud", err)
	return s.render(w, r, http.StatusOK, page{Title: "Operación", Section: "operador"}, operatorPanelPage(v))
}

// An operatorListView is a page of companies.
type operatorListView struct {
	operator.Page
	Q, After string
	NextLink string
}

func (s *Server) operatorCompanies(w http.ResponseWriter, r *http.Request) error {
	q := operator.Query{Q: r.URL.Query().Get("q"), After: r.URL.Query().Get("desde")}
	found, err := s.Operator.Companies(r.Context(), actorOf(r), q)
	if err != nil {
		return err
	}
	v := operatorListView{Page: found, Q: q.Q, After: q.After}
	if found.Next != "" {
		v.NextLink = linkTo(r, "desde", found.Next)
	}
	return s.render(w, r, http.StatusOK, page{Title: "Empresas", Section: "op-empresas"}, operatorCompaniesPage(v))
}

// An operatorCompanyView is one company in numbers, and the form to suspend it.
type operatorCompanyView struct {
	form
	operator.Company
	Credit credit.Account
	LoadID string // of the form: sent twice, it is one load
}

func (s *Server) operatorCompany(w http.ResponseWriter, r *http.Request) error {
	return s.showOperatorCompany(w, r, form{})
}

func (s *Server) showOperatorCompany(w http.ResponseWriter, r *http.Request, f form) error {
	c, err := s.Operator.Company(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := operatorCompanyView{form: f, Company: c, LoadID: rand.Text()}
	if v.Credit, err = s.Credit.Account(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	if id := f.Get("ID"); id != "" {
		v.LoadID = id
	}
	return s.renderForm(w, r, f, page{Title: c.Rfc, Section: "op-empresas"}, operatorCompanyPage(v))
}

// aboutCredits answers what an operator did to the credits of a company. The reason has
// its own name in each form of the page.
func (s *Server) aboutCredits(w http.ResponseWriter, r *http.Request, f form, err error, reason, done, text string) error {
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := f.take(err); err != nil {
			return err
		}
		for i := range f.Findings {
			if f.Findings[i].Path == "Motivo" {
				f.Findings[i].Path = reason
			}
		}
		return s.showOperatorCompany(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: done, Text: text})
	return s.redirect(w, r, "/operador/empresas/"+r.PathValue("id"))
}

func (s *Server) loadCredits(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := credit.Load{ID: f.Get("ID"), Units: f.Get("Creditos"), Expires: f.Get("Vigencia"), Why: f.Get("MotivoCarga")}
	err = s.Credit.Load(r.Context(), actorOf(r), r.PathValue("id"), in)
	return s.aboutCredits(w, r, f, err, "MotivoCarga", "Créditos cargados", "La empresa ya puede usarlos; le avisamos con tu motivo.")
}

func (s *Server) takeCreditsBack(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Credit.TakeBack(r.Context(), actorOf(r), r.PathValue("id"), f.Get("Movimiento"), f.Get("MotivoReverso"))
	return s.aboutCredits(w, r, f, err, "MotivoReverso", "Movimiento revertido", "Lo que ya estaba usado quedó como adeudo. Avisamos a la empresa.")
}

func (s *Server) changePlan(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	from, err := s.Credit.ChangePlan(r.Context(), actorOf(r), r.PathValue("id"), credit.PlanForm{
		Plan: f.Get("Paquete"), Quantity: f.Get("Cantidad"), Price: f.Get("Precio"), Stop: f.Checked("Detener"),
	})
	text := "Vale para lo que se timbre desde ahora. Avisamos a la empresa."
	if from.After(s.Now()) {
		text = "Vale desde el " + fecha(from) + "; hasta entonces sigue como está. Avisamos a la empresa."
	}
	return s.aboutCredits(w, r, f, err, "Motivo", "Tipo de paquete cambiado", text)
}

// planOptions are the kinds of package that a company can have.
func planOptions() []option {
	var list []option
	for _, plan := range []string{store.PlanUnlimited, store.PlanPrepaid, store.PlanPostpaid, store.PlanMonthly} {
		list = append(list, option{plan, credit.PlanText(plan)})
	}
	return list
}

// planNow is what the form of a plan begins with: what waits, or what is in force.
func planNow(c credit.Account) (quantity, price string, stop bool) {
	t := c.Now
	if c.Next != nil {
		t = c.Next
	}
	if t == nil || t.Quantity == 0 {
		return "", "", false
	}
	return units(t.Quantity), strings.TrimPrefix(credit.Money(t.Price), "$"), t.Stop
}

// A statementsView is the statements of all companies.
type statementsView struct {
	credit.StatementPage
	Which   string
	Newer   bool
	NextURL string
}

// statementFilters are what the list of statements can be filtered by.
var statementFilters = []option{{"pendientes", "Por pagar"}, {"vencidos", "Vencidos"}, {"pagados", "Pagados"}}

func (s *Server) operatorStatements(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := statementsView{Which: q.Get("ver"), Newer: q.Get("desde") != ""}
	var err error
	if v.StatementPage, err = s.Credit.Statements(r.Context(), actorOf(r), v.Which, q.Get("desde")); err != nil {
		return err
	}
	if v.Next != "" {
		v.NextURL = linkTo(r, "desde", v.Next)
	}
	return s.render(w, r, http.StatusOK, page{Title: "Estados de cuenta", Section: "op-estados"}, operatorStatementsPage(v))
}

func (s *Server) payStatement(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Credit.Pay(r.Context(), actorOf(r), r.PathValue("id"), f.Get("Mes"), f.Get("Referencia"))
	return s.aboutCredits(w, r, f, err, "Motivo", "Estado de cuenta pagado", "Si la empresa esperaba por él, ya puede timbrar.")
}

// unpaid are the months that are not paid, the oldest first.
func unpaid(rows []credit.Statement) []option {
	var list []option
	for _, r := range slices.Backward(rows) {
		if r.PaidAt == 0 {
			list = append(list, option{r.Mes, r.Month() + " · " + credit.Money(r.Total)})
		}
	}
	return list
}

// statementText is the state of a statement as a word.
func statementText(state string) string {
	return map[string]string{"pagado": "Pagado", "vencido": "Vencido", "pendiente": "Por pagar"}[state]
}

// reversible are the movements that brought credits and were not taken back.
func reversible(rows []credit.Movement) []option {
	gone := map[string]bool{}
	for _, m := range rows {
		gone[m.Reverses] = true
	}
	var list []option
	for _, m := range rows {
		if m.Kind != credit.KindReversal && !gone[m.ID] {
			list = append(list, option{m.ID, fecha(m.At) + " · " + m.Kind.Text() + " de " + units(m.Units)})
		}
	}
	return list
}

func (s *Server) suspend(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Account.Suspend(r.Context(), actorOf(r), r.PathValue("id"), f.Get("Motivo")); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showOperatorCompany(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Empresa suspendida", Text: "Se cerraron sus sesiones. Quien entre leerá el motivo; lo que ya iba a timbrarse termina."})
	return s.redirect(w, r, "/operador/empresas/"+r.PathValue("id"))
}

func (s *Server) resume(w http.ResponseWriter, r *http.Request) error {
	var f form
	if err := s.Account.Resume(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showOperatorCompany(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Empresa reactivada", Text: "Su gente ya puede entrar como siempre."})
	return s.redirect(w, r, "/operador/empresas/"+r.PathValue("id"))
}

// An operatorsView is who runs the portal, the form for another, and a password just
// made, shown this one time.
type operatorsView struct {
	form
	List     []account.Operator
	Me       string
	Usuario  string
	Password string
}

func (s *Server) operators(w http.ResponseWriter, r *http.Request) error {
	return s.showOperators(w, r, operatorsView{})
}

func (s *Server) showOperators(w http.ResponseWriter, r *http.Request, v operatorsView) error {
	var err error
	if v.List, err = s.Account.Operators(r.Context(), actorOf(r)); err != nil {
		return err
	}
	v.Me = actorOf(r).UserID
	return s.renderForm(w, r, v.form, page{Title: "Operadores", Section: "op-operadores"}, operatorsPage(v))
}

func (s *Server) addOperator(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := account.Operator{Usuario: f.Get("Usuario"), Nombre: f.Get("Nombre"), Correo: f.Get("Correo")}
	password, err := s.Account.AddOperator(r.Context(), actorOf(r), in)
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := f.take(err); err != nil {
			return err
		}
		return s.showOperators(w, r, operatorsView{form: f})
	}
	return s.showOperators(w, r, operatorsView{Usuario: in.Usuario, Password: password})
}

func (s *Server) resetOperator(w http.ResponseWriter, r *http.Request) error {
	password, err := s.Account.ResetOperator(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return s.operatorRefused(w, r, err)
	}
	return s.showOperators(w, r, operatorsView{Password: password})
}

func (s *Server) blockOperator(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.BlockOperator(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return s.operatorRefused(w, r, err)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Operador bloqueado", Text: "Cerramos sus sesiones; no podrá entrar hasta que lo desbloquees."})
	return s.redirect(w, r, "/operador/operadores")
}

func (s *Server) unblockOperator(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.UnblockOperator(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return s.operatorRefused(w, r, err)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Operador desbloqueado"})
	return s.redirect(w, r, "/operador/operadores")
}

func (s *Server) operatorRefused(w http.ResponseWriter, r *http.Request, err error) error {
	var f form
	if stepUp(err) {
		return err
	}
	if err := f.take(err); err != nil {
		return err
	}
	return s.showOperators(w, r, operatorsView{form: f})
}

func (s *Server) operatorLog(w http.ResponseWriter, r *http.Request) error {
	q := auditQuery(r)
	found, err := s.Account.OperatorLog(r.Context(), actorOf(r), account.AuditQuery{Before: q.Before})
	if err != nil {
		return err
	}
	v := auditView{AuditPage: found, Query: account.AuditQuery{Before: q.Before}}
	if found.Next > 0 {
		v.Next = linkTo(r, "antes", strconv.FormatInt(found.Next, 10))
	}
	return s.render(w, r, http.StatusOK, page{Title: "Bitácora de operación", Section: "op-bitacora"}, operatorLogPage(v))
}
