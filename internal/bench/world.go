package bench

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/job"
	pacprueba "iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// The company that is measured. Its password lives as long as the folder.
const (
	rfc, name     = "EKU9003173C9", "ESCUELA KEMPER URGATE"
	cp            = "42501"
	usuario       = "admin"
	userPassword  = "una frase para medir 1"
	keyPassword   = "12345678a"
	postalOfOther = "86991"
)

// A world is a portal over a throw-away folder, with a company that can issue.
type world struct {
	dir        string
	url        string // of the database, "" for a file in dir
	db         *store.DB
	catalog    *catalogo.Catalog
	trust      *csd.Trust
	pair       pair            // by the route of this process
	goPair     pair            // the same, by crypto/rsa
	bare       *csd.Key        // the same key once more, by the route of this process
	rsa        *rsa.PrivateKey // the same key, for bare signatures
	pac        *pacprueba.PAC
	pacCert    *csd.Certificate
	signer     *signer.Signer
	account    *account.Service
	directory  *directory.Service
	bulk       *bulk.Service
	imports    int // companies founded to import into
	billing    *billing.Service
	jobs       *job.Runner
	actor      store.Actor
	listed     [2]store.Actor    // companies with few and many documents, made when list asks
	catalogued store.Actor       // the company of catalogs
	piled      int               // receipts that panel made
	large      *catalogo.Catalog // as many keys as the SAT's, made when search asks
}

func (w *world) now() time.Time { return time.Now() }

// newWorld opens everything over a throw-away folder and, where url names one, over
// that database instead of a file in it.
func newWorld(ctx context.Context, url string) (w *world, err error) {
	w = &world{catalog: catalogo.New(), url: url}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	if w.dir, err = os.MkdirTemp("", "iofacturo-bench-"); err != nil {
		return w, err
	}
	ca, err := prueba.Open(w.dir, w.now())
	if err != nil {
		return w, err
	}
	pacCert, _ := ca.PAC()
	w.trust = csd.NewTrust(ca.Root())
	w.trust.AddPAC(pacCert)
	w.pacCert = pacCert
	if err := w.openKey(ca); err != nil {
		return w, err
	}
	if err := w.wire(ctx, ca); err != nil {
		return w, err
	}
	return w, w.found(ctx)
}

// openKey makes the pair that seal signs with.
func (w *world) openKey(ca *prueba.CA) error {
	cer, der, err := ca.CSD(rfc, name, []byte(keyPassword))
	if err != nil {
		return err
	}
	if w.pair.cert, err = csd.ParseCertificate(cer); err != nil {
		return err
	}
	if w.pair.key, err = csd.OpenKey(der, []byte(keyPassword)); err != nil {
		return err
	}
	bare, err := x509.ParsePKCS8PrivateKey(w.pair.key.PKCS8())
	if err != nil {
		return err
	}
	w.rsa = bare.(*rsa.PrivateKey) // csd opens no other kind
	if w.goPair, err = w.pair.onlyGo(); err != nil {
		return err
	}
	w.bare, err = csd.ParsePKCS8(w.pair.key.PKCS8())
	return err
}

// wire puts the services together as cmd/iofacturo does.
func (w *world) wire(ctx context.Context, ca *prueba.CA) (err error) {
	url := w.url
	if url == "" {
		url = "sqlite:" + w.path("iofacturo.db")
	}
	if w.db, err = store.Open(ctx, url); err != nil {
		return err
	}
	if err = w.db.Migrate(ctx); err != nil {
		return err
	}
	master, err := signer.LoadMasterKey(w.path("master.key"), "", true)
	if err != nil {
		return err
	}
	if w.signer, err = signer.New(w.db, master, w.now); err != nil {
		return err
	}
	w.pac, err = pacprueba.New(pacprueba.Config{CA: ca, Trust: w.trust, Catalog: w.catalog, Log: w.path("pac.log"), Now: w.now})
	if err != nil {
		return err
	}
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	box := send.NewBox(w.path("buzon"), w.now)
	passkeys, err := passkey.New("http://localhost", "", "ioFacturo")
	if err != nil {
		return err
	}
	drawing := pdf.New(w.catalog)
	w.account = account.New(account.Config{
		DB: w.db, Signer: w.signer, Catalog: w.catalog, PDF: drawing, Trust: w.trust, TestCA: ca, Mailer: box,
		BaseURL: "http://localhost", Passkeys: passkeys, Now: w.now, NewID: newID,
	})
	w.directory = directory.New(directory.Config{DB: w.db, Catalog: w.catalog, Now: w.now, NewID: newID, Mailer: box, BaseURL: "http://localhost"})
	w.billing = billing.New(billing.Config{
		DB: w.db, Signer: w.signer, PAC: w.pac, Catalog: w.catalog, Trust: w.trust, PDF: drawing, Mailer: box, Now: w.now, NewID: newID,
	})
	w.bulk = bulk.New(bulk.Config{DB: w.db, Signer: w.signer, Kinds: append(w.directory.Kinds(), w.account.Kinds()...), Now: w.now, NewID: newID})
	w.jobs = job.New(w.db, slices.Concat(w.account.Jobs(), w.directory.Jobs(), w.billing.Jobs(), w.bulk.Jobs()), w.now)
	return nil
}

// found makes the company with its certificate and its series.
func (w *world) found(ctx context.Context) (err error) {
	w.actor, err = w.account.Found(ctx, account.Founding{Rfc: rfc, Nombre: "Emma", Correo: "emma@ejemplo.mx", Usuario: usuario, Password: userPassword})
	if err != nil {
		return err
	}
	company, err := w.account.Company(ctx, w.actor)
	if err != nil {
		return err
	}
	company.Nombre, company.RegimenDefault, company.Regimenes = name, "601", []string{"601"}
	company.CodigoPostal, company.LugarExpedicion = cp, cp
	if _, _, err := w.account.SaveCompany(ctx, w.actor, company); err != nil {
		return err
	}
	if _, err := w.account.MakeTestCertificate(ctx, w.actor); err != nil {
		return err
	}
	_, err = w.account.SaveSerie(ctx, w.actor, account.Serie{
		Serie: "A", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Predeterminada: true, Activa: true,
	})
	return err
}

// invoice is the document number i: three lines with IVA, one with a discount.
func (w *world) invoice(i int) *cfdi.Comprobante {
	c := &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: fmt.Sprint(i + 1), Fecha: w.now().In(w.catalog.Location(cp)).Format("2006-01-02T15:04:05"),
		Moneda: "MXN", TipoDeComprobante: "I", Exportacion: "01", LugarExpedicion: cp, MetodoPago: "PUE", FormaPago: "03",
		Emisor:   cfdi.Emisor{Rfc: rfc, Nombre: name, RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{Rfc: "URE180429TM6", Nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", DomicilioFiscalReceptor: postalOfOther, RegimenFiscalReceptor: "601", UsoCFDI: "G03"},
	}
	iva := &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.New(160000, 6)}}}
	for line, text := range []string{"Consultoría en sistemas", "Soporte técnico mensual", "Capacitación por persona"} {
		c.Conceptos = append(c.Conceptos, cfdi.Concepto{
			ClaveProdServ: "81111504", Cantidad: decimal.FromInt(int64(line + 1)), ClaveUnidad: "E48", Descripcion: text,
			ValorUnitario: decimal.New(int64(125050+i), 2), ObjetoImp: "02", Impuestos: iva,
		})
	}
	c.Conceptos[0].Descuento = decimal.New(5025, 2)
	return c.Clone()
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// Close ends what is open and removes the folder.
func (w *world) Close() error {
	var errs []error
	if w.pac != nil {
		errs = append(errs, w.pac.Close())
	}
	if w.signer != nil {
		w.signer.Close()
	}
	if w.db != nil {
		errs = append(errs, w.db.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(w.dir))...)
}
