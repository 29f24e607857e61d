package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/job"
	pacprueba "iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/support"
)

// A portal is every part put together, before anything serves or runs.
type portal struct {
	db        *store.DB
	keys      signer.Custody
	signer    *signer.Signer // nil when the keys lie with another process
	pac       *pacprueba.PAC
	catalog   *catalogo.Catalog
	trust     *csd.Trust
	box       *send.Box // nil when mail leaves by SMTP
	account   *account.Service
	directory *directory.Service
	billing   *billing.Service
	bulk      *bulk.Service
	credit    *credit.Service
	support   *support.Service
	shop      *shop.Service
	invite    *invite.Service
	jobs      *job.Runner
}

// wiring is what differs between serving, filling the demo and checking.
type wiring struct {
	dataFlags
	socket        string // of the signer; empty: the keys are in this process
	baseURL       string
	passkeyDomain string // "" is the host of baseURL
	guard         send.Guard
	prepaid       bool  // new companies pay for their stamps
	welcome       int64 // credits that a new company is given
	sell          selling
	invites       invite.Rules
	now           func() time.Time
	log           *slog.Logger
}

// openPortal opens the store, migrates it, reads keys and catalogues and wires the services. Close it.
func openPortal(ctx context.Context, w *world, cfg wiring) (_ *portal, err error) {
	if err := cfg.makeData(); err != nil {
		return nil, err
	}
	p := &portal{}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if p.db, err = openStore(ctx, w, &cfg.dataFlags, store.WithClock(cfg.now)); err != nil {
		return nil, err
	}
	// The test authority is made at first start; whoever reads the trusted authorities must find it there.
	ca, err := prueba.Open(cfg.path("ca"), w.now())
	if err != nil {
		return nil, err
	}
	if err = p.openCore(ctx, w, cfg); err != nil {
		return nil, err
	}
	mailer, err := p.openMail(w, cfg)
	if err != nil {
		return nil, err
	}
	if p.pac, err = openTestPAC(cfg.dataFlags, ca, p.trust, p.catalog, cfg.now); err != nil {
		return nil, err
	}
	passkeys, err := passkey.New(cfg.baseURL, cfg.passkeyDomain, "ioFacturo")
	if err != nil {
		return nil, err
	}
	drawing := pdf.New(p.catalog)
	p.account = account.New(account.Config{
		DB: p.db, Signer: p.keys, Catalog: p.catalog, PDF: drawing, Trust: p.trust, TestCA: ca,
		Mailer: mailer, Guard: cfg.guard, BaseURL: cfg.baseURL, Passkeys: passkeys, Now: cfg.now, NewID: newID,
		Founded: cfg.founded,
	})
	p.credit = credit.New(credit.Config{DB: p.db, Catalog: p.catalog, Fresh: p.account.Proved, Now: cfg.now})
	p.directory = directory.New(directory.Config{DB: p.db, Catalog: p.catalog, Now: cfg.now, NewID: newID, Mailer: mailer, BaseURL: cfg.baseURL})
	p.billing = billing.New(billing.Config{
		DB: p.db, Signer: p.keys, PAC: p.pac, Catalog: p.catalog, Trust: p.trust,
		PDF: drawing, Mailer: mailer, Guard: cfg.guard, Log: cfg.log, Now: cfg.now, NewID: newID,
	})
	p.bulk = bulk.New(bulk.Config{DB: p.db, Signer: p.keys, Kinds: append(p.directory.Kinds(), p.account.Kinds()...), Now: cfg.now, NewID: newID})
	p.support = support.New(support.Config{DB: p.db, Now: cfg.now, NewID: newID})
	p.invite = invite.New(invite.Config{DB: p.db, Rules: cfg.invites, Catalog: p.catalog, Mailer: mailer, BaseURL: cfg.baseURL, Now: cfg.now, NewID: newID})
	if err = p.openShop(cfg); err != nil {
		return nil, err
	}
	p.jobs = job.New(p.db, slices.Concat(p.account.Jobs(), p.directory.Jobs(), p.billing.Jobs(), p.bulk.Jobs(), p.credit.Jobs(), p.support.Jobs(), p.shop.Jobs(), p.invite.Jobs()), cfg.now, job.WithLog(cfg.log))
	return p, nil
}

// founded says how a new company pays: without limit, unless the portal sells credits.
func (c wiring) founded(ctx context.Context, tx *store.Tx) error {
	if !c.prepaid {
		return nil
	}
	if err := credit.SetPlan(ctx, tx, store.PlanPrepaid); err != nil || c.welcome == 0 {
		return err
	}
	return credit.Grant(ctx, tx, "bienvenida", credit.Lot{Source: credit.Bonus, Units: c.welcome, Note: "Bienvenida"})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func openStore(ctx context.Context, w *world, flags *dataFlags, options ...store.Option) (*store.DB, error) {
	url, err := flags.database(w)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, url, options...)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openCore reads the catalogues and the trusted authorities, and finds the keys.
func (p *portal) openCore(ctx context.Context, w *world, cfg wiring) (err error) {
	if p.catalog, err = catalogo.Open(cfg.path("catalogos")); err != nil {
		return err
	}
	if p.trust, err = trustOf(w, cfg.dataFlags); err != nil {
		return err
	}
	if cfg.socket == "" {
		p.signer, err = openSigner(w, &cfg.dataFlags, p.db, cfg.now)
		p.keys = p.signer
		return err
	}
	client := signer.NewClient(cfg.socket)
	if err := client.Ping(ctx); err != nil {
		cfg.log.WarnContext(ctx, "the signer does not answer yet; documents wait for it", "error", err)
	}
	p.keys = client
	return nil
}

// openMail returns the SMTP mailer of the environment, or the box that keeps the mail where none is configured.
func (p *portal) openMail(w *world, cfg wiring) (send.Mailer, error) {
	host := w.env("IOFACTURO_SMTP_HOST")
	if host == "" {
		p.box = send.NewBox(cfg.path("buzon"), cfg.now)
		return p.box, nil
	}
	port, err := strconv.Atoi(or(w.env("IOFACTURO_SMTP_PORT"), "587"))
	if err != nil {
		return nil, fmt.Errorf("IOFACTURO_SMTP_PORT: %w", err)
	}
	password, err := w.secret("IOFACTURO_SMTP_PASSWORD")
	if err != nil {
		return nil, err
	}
	return send.NewSMTP(send.SMTP{
		Host: host, Port: port, Username: w.env("IOFACTURO_SMTP_USER"), Password: password,
		From: w.env("IOFACTURO_SMTP_FROM"), TLS: send.TLS(strings.ToLower(w.env("IOFACTURO_SMTP_TLS"))),
	})
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// Close ends what the portal holds open, in reverse order.
func (p *portal) Close() {
	if p.pac != nil {
		_ = p.pac.Close() // its log is synced line by line
	}
	if p.signer != nil {
		p.signer.Close()
	}
	if p.db != nil {
		_ = p.db.Close() // every acknowledged write is already on disk
	}
}

// trustOf is who may have issued a certificate: the authorities in --ca (or ac/ of the data folder), and our test CA and test PAC when they exist.
func trustOf(w *world, flags dataFlags) (*csd.Trust, error) {
	var extra []*csd.Certificate
	var certifier *csd.Certificate
	if exists(flags.path("ca")) && !emptyDir(flags.path("ca")) {
		ca, err := prueba.Open(flags.path("ca"), w.now())
		if err != nil {
			return nil, err
		}
		extra = append(extra, ca.Root())
		certifier, _ = ca.PAC()
	}
	trust := csd.NewTrust(extra...)
	if certifier != nil {
		trust.AddPAC(certifier)
	}
	folders := []string{flags.path("ac")}
	if flags.CA != "" {
		folders = []string{flags.CA, flags.CA + "/ac-prod", flags.CA + "/ac-test"}
	}
	for _, dir := range folders {
		if !exists(dir) {
			continue
		}
		if _, err := trust.AddDir(dir); err != nil {
			return nil, err
		}
	}
	// Certificates of certifiers may lie beside those of the authorities; only a trusted authority's count.
	for _, name := range []string{"pac", "pac-test"} {
		if dir := folders[0] + "/" + name; exists(dir) {
			if err := addPAC(trust, dir, trust.Known); err != nil {
				return nil, err
			}
		}
	}
	return trust, nil
}

func emptyDir(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err != nil || len(entries) == 0
}

// addPAC trusts the certificate in a file, or every .cer of a folder, to have stamped, if only says so (nil: all).
func addPAC(trust *csd.Trust, path string, only func(*csd.Certificate) bool) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = filesOf(path, ".cer"); err != nil {
			return err
		}
	}
	for _, file := range files {
		der, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		cert, err := csd.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if only == nil || only(cert) {
			trust.AddPAC(cert)
		}
	}
	return nil
}

func filesOf(dir, suffix string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(strings.ToLower(e.Name()), suffix) {
			files = append(files, dir+"/"+e.Name())
		}
	}
	return files, nil
}

// openTestPAC opens the test PAC over its log in the data folder; trust comes to know its certificate.
func openTestPAC(flags dataFlags, ca *prueba.CA, trust *csd.Trust, cat *catalogo.Catalog, now func() time.Time) (*pacprueba.PAC, error) {
	cert, _ := ca.PAC()
	trust.AddPAC(cert)
	return pacprueba.New(pacprueba.Config{CA: ca, Trust: trust, Catalog: cat, Log: flags.path("pac-prueba.log"), Now: now})
}
