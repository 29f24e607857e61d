package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// stopped leaves a task of the company that gave up, and returns its id.
func (p *portal) stopped(t store.Tenant) string {
	p.t.Helper()
	ctx, id := p.t.Context(), "tarea-"+t.ID()
	row := store.JobRow{ID: id, TenantID: t.ID(), Kind: "billing.deliver", Dedup: "x", Args: `{"delivery_id":"ninguna"}`, MaxAttempts: 1}
	must(p.t, p.DB.Update(ctx, t, func(tx *store.Tx) error { return tx.InsertJob(ctx, row) }))
	must(p.t, p.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		ok, err := tx.ClaimJob(ctx, row, p.Now().Add(time.Hour))
		if err == nil && !ok {
			err = errors.New("not claimed")
		}
		return errors.Join(err, tx.BuryJob(ctx, id, 1, "se acabó"))
	}))
	return id
}

// TestPanelBlocksFailAlone: a block that cannot be read stands in its place with its
// Reintentar, which asks for it alone; the others are there.
func TestPanelBlocksFailAlone(t *testing.T) {
	p := newPortal(t)
	a := p.found("TCG180314LM7", "Mariana")
	b := p.signedIn("TCG180314LM7")
	page := b.get("/panel")
	for _, x := range panelBlocks() {
		if !strings.Contains(page.Body.String(), `id="bloque-`+x.Name+`"`) {
			t.Errorf("%s is not on the panel", x.Name)
		}
	}
	has(t, page, "Sin límite : timbrar no gasta")
	gone := storetest.Open(t, "sqlite")
	must(t, gone.Close())
	books := p.Credit
	p.Server.Credit = credit.New(credit.Config{DB: gone, Catalog: p.Catalog, Now: p.Now})
	res := b.get("/panel")
	has(t, res, "No pudimos leer tu saldo", "Reintentar", `hx-get="/panel/paquetes"`, "Aún no hay comprobantes", "Falta tu certificado", "Información de cuenta")
	if strings.Contains(res.Body.String(), "closed") {
		t.Error("the page tells what went wrong inside")
	}
	p.Server.Credit = books
	must(t, p.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
		err := credit.SetPlan(t.Context(), tx, store.PlanPrepaid)
		return errors.Join(err, credit.Grant(t.Context(), tx, "order:1", credit.Lot{Source: credit.Purchase, Units: 500}))
	}))
	has(t, b.part("/panel/paquetes"), `id="bloque-paquetes"`, "Paquete de créditos 500 de 500", "0 usados este mes")
	if again := b.get("/panel/datos"); again.Code != http.StatusSeeOther || again.Header().Get("Location") != "/panel" {
		t.Errorf("a block without script: %d", again.Code)
	}
	for _, x := range panelBlocks() {
		if got := b.part("/panel/" + x.Name); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `id="bloque-`+x.Name+`"`) || strings.Contains(got.Body.String(), "<html") {
			t.Errorf("%s alone: %d", x.Name, got.Code)
		}
	}
}

// part asks for a fragment, as htmx does.
func (b *browser) part(path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, baseURL+path, nil)
	r.Header.Set("HX-Request", "true")
	return b.send(r)
}

// TestWhoLeavesIsNoFault: a browser that goes elsewhere before a page or a block of it is
// ready leaves no error in the log, neither of ours nor as the status of its answer.
func TestWhoLeavesIsNoFault(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	b := p.signedIn("TCG180314LM7")
	left, leave := context.WithCancel(t.Context())
	leave()
	for _, path := range []string{"/panel", "/panel/datos", "/comprobantes", "/clientes"} {
		for _, script := range []string{"", "true"} {
			r := httptest.NewRequest(http.MethodGet, baseURL+path, nil).WithContext(left)
			r.Header.Set("HX-Request", script)
			if res := b.send(r); res.Code != statusLeft {
				t.Errorf("%s: %d", path, res.Code)
			}
		}
	}
	if text := p.log.String(); strings.Contains(text, "level=ERROR") {
		t.Errorf("%s", text)
	}
}

// TestWhatWaitsIsDoneFromThePanel: each thing that waits is told to its own company
// alone, with the page where it is done; a stopped task starts again.
func TestWhatWaitsIsDoneFromThePanel(t *testing.T) {
	p := newPortal(t)
	a := p.found("TCG180314LM7", "Mariana")
	other := p.found("XIA190128J61", "Raúl")
	ctx := t.Context()
	_, err := p.Account.MakeTestCertificate(ctx, a)
	must(t, err)
	_, err = p.Account.SaveSerie(ctx, a, account.Serie{Serie: "Z", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 99, FolioFinal: 100, Activa: true})
	must(t, err)
	id := p.stopped(a.Tenant)
	b, stranger := p.signedIn("TCG180314LM7"), p.signedIn("XIA190128J61")
	has(t, b.get("/panel"), "Un correo con comprobante no salió", "A la serie Z le quedan 2 folios", "Ver la serie", "/panel/tareas/"+id+"/reintentar")
	if page := stranger.get("/panel").Body.String(); strings.Contains(page, "serie Z") || strings.Contains(page, "no salió") {
		t.Error("the other company is told of it")
	}
	if res := stranger.post("/panel/tareas/"+id+"/reintentar", nil); res.Code != http.StatusNotFound {
		t.Errorf("the other company retries it: %d", res.Code)
	}
	has(t, b.follow(b.post("/panel/tareas/"+id+"/reintentar", nil)), "volvió a empezar")
	if jobs, err := p.Account.StoppedJobs(ctx, a); err != nil || len(jobs) != 0 {
		t.Errorf("%v %v", jobs, err)
	}
	if _, err := p.Account.StoppedJobs(ctx, other); err != nil {
		t.Error(err)
	}
}

// TestTheCertificateTurnsAmberAndRed: 60 days, 15 days, each with its word.
func TestTheCertificateTurnsAmberAndRed(t *testing.T) {
	for kind, c := range map[string]account.Certificate{
		"":     {Estado: account.Vigente, DiasRestantes: 61},
		"warn": {Estado: account.PorVencer, DiasRestantes: 60},
		"bad":  {Estado: account.PorVencer, DiasRestantes: 15, Urgente: true},
	} {
		_, text := certState(&c)
		if page := drawn(t, panelCertificate(&c, true)); certKind(&c) != kind || !contains(page, text) || !contains(page, days(c.DiasRestantes)) {
			t.Errorf("%d days are %q, %q", c.DiasRestantes, certKind(&c), text)
		}
	}
	if page := drawn(t, panelCertificate(nil, true)); !contains(page, "Ninguno está en vigor") {
		t.Error("one that is over is taken for none")
	}
}

// TestTheChartIsATableToo: every figure of a chart stands in its table.
func TestTheChartIsATableToo(t *testing.T) {
	months := []billing.Month{{Label: "sep 2026", N: 12_345}, {Label: "oct 2026", N: 7, Current: true}}
	page := drawn(t, panelShortcuts(shortcutsView{Receipts: true, Figures: billing.Panel{Year: months}}))
	for _, word := range []string{`role="img"`, ">12k<", "Ver como tabla", "<td>12,345</td>", "<td>7</td>", "<td>12,352</td>"} {
		if !contains(page, word) {
			t.Errorf("it does not say %q:\n%s", word, page)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1249: "1.2k", 38_000: "38k", 1_400_000: "1.4M"} {
		if got := tersely(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}

// TestTheAssistantIsOfThePerson: it is minimized and, once every step is ticked,
// hidden by each person for themselves; the list opened with a receipt is the last tick.
func TestTheAssistantIsOfThePerson(t *testing.T) {
	p := newPortal(t)
	b, a, _ := p.furnish("EKU9003173C9")
	has(t, b.get("/panel"), "6 de 7", "SIN VALIDEZ FISCAL", "Minimizar el asistente")
	if page := b.get("/panel").Body.String(); strings.Contains(page, "Ocultar el asistente") {
		t.Error("it can be hidden before its last step")
	}
	if res := b.post("/asistente", url.Values{"Asistente": {"ocultar"}}); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("hidden too early: %d", res.Code)
	}
	if res := b.post("/asistente", url.Values{"Asistente": {"volar"}}); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown way: %d", res.Code)
	}
	b.get("/comprobantes")
	has(t, b.get("/panel"), "7 de 7", "Ocultar el asistente")
	b.post("/asistente", url.Values{"Asistente": {"minimizar"}})
	has(t, b.get("/clientes"), "data-min", "7 de 7", "Mostrar el asistente")
	b.post("/asistente", url.Values{"Asistente": {"ocultar"}})
	page := b.get("/clientes").Body.String()
	if strings.Contains(page, `class="wizard"`) || !strings.Contains(page, "Mostrar el asistente") {
		t.Error("it is not hidden, or there is no way back")
	}
	if steps, err := p.Account.Setup(t.Context(), store.Actor{Tenant: a.Tenant, UserID: "otra", UserName: "otra", Admin: true}); err != nil || steps.Hidden || steps.Minimized || steps.Consulta {
		t.Errorf("somebody else's: %+v %v", steps, err)
	}
	b.post("/asistente", url.Values{"Asistente": {"mostrar"}})
	has(t, b.get("/clientes"), `class="wizard"`, "7 de 7")
	beto := &visitor{Session: account.Session{Actor: store.Actor{Tenant: a.Tenant, UserID: "beto", UserName: "beto", Rights: []store.Right{store.RightReceipts}}}}
	var limited bytes.Buffer
	must(t, wizard(frame{}).Render(context.WithValue(t.Context(), requestKey{}, &request{visitor: beto}), &limited))
	if page := limited.String(); strings.Count(page, "lo hace tu administrador") != 6 || strings.Contains(page, `href="/empresa`) || !strings.Contains(page, `href="/comprobantes" aria-current`) {
		t.Error("a step of others is offered")
	}
}
