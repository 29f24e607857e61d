package billing_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	ca "iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/pac/pactest"
	"iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// start is when the tests happen.
var start = time.Date(2026, 3, 10, 18, 0, 0, 0, time.UTC)

// A clock stands still until it is told to move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// authority makes the test CA and two CSD once for the whole run: keys are slow.
var authority = sync.OnceValues(func() (*papers, error) {
	made, err := ca.New(start.AddDate(0, -6, 0), 2048)
	if err != nil {
		return nil, err
	}
	p := &papers{ca: made, csd: map[string][2][]byte{}}
	for rfc, name := range map[string]string{rfcA: nameA, rfcB: nameB} {
		cer, key, err := made.CSD(rfc, name, []byte("12345678a"))
		if err != nil {
			return nil, err
		}
		p.csd[rfc] = [2][]byte{cer, key}
	}
	return p, nil
})

type papers struct {
	ca  *ca.CA
	csd map[string][2][]byte
}

// Test taxpayers of the SAT (cfdi-rules §11).
const (
	rfcA, nameA = "EKU9003173C9", "ESCUELA KEMPER URGATE"
	rfcB, nameB = "XIA190128J61", "XENON INDUSTRIAL ARTICLES"
)

// A world is the whole house around billing, for two companies.
type world struct {
	*billing.Service
	t      testing.TB
	db     *store.DB
	pac    *prueba.PAC
	box    *send.Box
	clock  *clock
	runner *job.Runner
	papers *papers
	trust  *csd.Trust
	dir    string
	a, b   store.Actor
	told   []string          // events raised, as the job that tells of them ran
	series map[string]string // tenant id + tipo → series id
}

// newWorld founds both companies in a fresh database.
func newWorld(t testing.TB, dialect string) *world {
	t.Helper()
	c := &clock{at: start}
	db := storetest.Open(t, dialect, store.WithClock(c.Now))
	w := build(t, db, c, t.TempDir(), nil)
	a, b := storetest.Tenants(t, db)
	w.a = w.found(a, rfcA, nameA)
	w.b = w.found(b, rfcB, nameB)
	return w
}

// eachWorld runs fn on both databases.
func eachWorld(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, dialect := range []string{"sqlite", "postgres"} {
		t.Run(dialect, func(t *testing.T) { fn(t, newWorld(t, dialect)) })
	}
}

// build wires billing as main does, with test doubles for nothing.
func build(t testing.TB, db *store.DB, c *clock, dir string, crash func(string)) *world {
	t.Helper()
	p, err := authority()
	must(t, err)
	return wire(t, db, c, c.Now, dir, p, crash).judged()
}

// judged has the oracle judge all that the world has stamped once its test is
// over, so that no test has to remember it.
func (w *world) judged() *world {
	w.t.Cleanup(func() { w.oracle(storetest.Stamped(w.t, w.db)...) })
	return w
}

func wire(t testing.TB, db *store.DB, c *clock, now func() time.Time, dir string, p *papers, crash func(string)) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: c, dir: dir, papers: p, series: map[string]string{}}
	pacCert, _ := p.ca.PAC()
	w.trust = csd.NewTrust(p.ca.Root())
	w.trust.AddPAC(pacCert)
	cat := catalogo.New()
	var err error
	w.pac, err = prueba.New(prueba.Config{CA: p.ca, Trust: w.trust, Catalog: cat, Log: filepath.Join(dir, "pac.log"), Now: now})
	must(t, err)
	t.Cleanup(func() { w.pac.Close() })
	master, err := signer.LoadMasterKey(filepath.Join(dir, "master.key"), "", true)
	must(t, err)
	sig, err := signer.New(db, master, now)
	must(t, err)
	w.box = send.NewBox(filepath.Join(dir, "box"), now)
	w.Service = billing.New(billing.Config{
		DB: db, Signer: sig, PAC: w.pac, Catalog: cat, Trust: w.trust, PDF: pdf.New(cat), Mailer: w.box, Now: now, Crash: crash,
	})
	heard := job.Define(func(_ context.Context, t store.Tenant, e notice.Event) error { // account tells the people
		w.told = append(w.told, t.ID()+" "+e.Key)
		return nil
	})
	w.runner = job.New(db, append(w.Jobs(), heard), now)
	return w
}

// found gives a tenant its company, certificate, key and series.
func (w *world) found(tenant store.Tenant, rfc, name string) store.Actor {
	w.t.Helper()
	ctx := context.Background()
	a := store.Actor{Tenant: tenant, UserID: "u-1", UserName: "ana", IP: "127.0.0.1", Admin: true}
	at := store.Micros(w.clock.Now())
	must(w.t, w.db.Update(ctx, tenant, func(tx *store.Tx) error {
		err := tx.InsertCompany(ctx, store.CompanyRow{
			Rfc: rfc, Nombre: name, Regimenes: `["601"]`, RegimenDefault: "601", CodigoPostal: "06500", LugarExpedicion: "06500",
			Correo: "ventas@example.mx", UpdatedAt: at, Version: 1,
		})
		if err != nil {
			return err
		}
		for _, tipo := range []string{"I", "E"} {
			id := uuid.Must(uuid.NewV7()).String()
			w.series[tenant.ID()+tipo] = id
			row := store.SerieRow{ID: id, Serie: map[string]string{"I": "A", "E": "NC"}[tipo], TipoDeComprobante: tipo, FolioInicial: 1, FolioSiguiente: 1, Predeterminada: true, Activa: true, Version: 1, UpdatedAt: at}
			if err := tx.InsertSerie(ctx, row); err != nil {
				return err
			}
		}
		return nil
	}))
	pair := w.papers.csd[rfc]
	id := uuid.Must(uuid.NewV7()).String()
	loaded, err := w.Signer.Load(ctx, a, signer.Pair{CertificateID: id, Cer: pair[0], Key: pair[1], Password: []byte("12345678a"), Rfc: rfc})
	must(w.t, err)
	cert := loaded.Certificate
	must(w.t, w.db.Update(ctx, tenant, func(tx *store.Tx) error {
		err := tx.InsertCertificate(ctx, store.CertificateRow{
			ID: id, NoCertificado: cert.NoCertificado, Rfc: cert.Rfc, Nombre: cert.Name, Cer: cert.Raw,
			NotBefore: store.Micros(cert.NotBefore), NotAfter: store.Micros(cert.NotAfter), Prueba: true, Activo: true, CreatedAt: at,
		})
		if err != nil {
			return err
		}
		return tx.InsertCertificateKey(ctx, loaded.Key)
	}))
	return a
}

// receptor is a customer of the tests.
func receptor() cfdi.Receptor {
	return cfdi.Receptor{Rfc: "URE180429TM6", Nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", DomicilioFiscalReceptor: "86991", RegimenFiscalReceptor: "601", UsoCFDI: "G03"}
}

// iva is the tax of a line at a rate.
func iva(rate string) *cfdi.ConceptoImpuestos {
	return &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse(rate)}}}
}

// typed is a draft ready to be issued: one line of the given price.
func (w *world) typed(a store.Actor, price string) billing.Draft {
	w.t.Helper()
	d, err := w.NewDraft(context.Background(), a, "I")
	must(w.t, err)
	d.Comprobante.Receptor = receptor()
	d.Comprobante.FormaPago = "03"
	d.Comprobante.Conceptos = []cfdi.Concepto{{
		ClaveProdServ: "84111506", Cantidad: decimal.MustParse("1"), ClaveUnidad: "ACT", Descripcion: "Servicio de facturación",
		ValorUnitario: decimal.MustParse(price), ObjetoImp: "02", Impuestos: iva("0.160000"),
	}}
	return d
}

// saved is typed, stored.
func (w *world) saved(a store.Actor, price string) billing.Draft {
	w.t.Helper()
	d, err := w.SaveDraft(context.Background(), a, w.typed(a, price))
	must(w.t, err)
	return d
}

// issued is saved, issued.
func (w *world) issued(a store.Actor, price string) billing.Document {
	w.t.Helper()
	d := w.saved(a, price)
	doc, err := w.Issue(context.Background(), a, d.ID, d.Revision)
	must(w.t, err)
	return doc
}

// check fails the test on any violated invariant.
func (w *world) check() {
	w.t.Helper()
	found, err := billing.Check(context.Background(), w.db, w.trust)
	must(w.t, err)
	for _, v := range found {
		w.t.Error(v)
	}
}

// drain runs the jobs for as long as the clock takes to settle everything.
func (w *world) drain(steps int, step time.Duration) {
	w.t.Helper()
	for range steps {
		must(w.t, w.runner.Drain(context.Background()))
		w.clock.Advance(step)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// books are those of the whole run: both databases stamp many of the same bytes.
var books pactest.Books

// oracle judges stamped XML with programs that share nothing with ours.
func (w *world) oracle(xml ...[]byte) {
	w.t.Helper()
	cert, _ := w.papers.ca.PAC()
	w.t.Logf("%d stamped, %d of them judged by the oracle", len(xml), books.Oracle(w.t, cert, xml...))
}
