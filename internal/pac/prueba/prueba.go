// Package prueba is the test PAC: a whole certifier inside the process. It checks
// what a PAC checks and puts a real TimbreFiscalDigital into the document, signed
// by a certificate of the test authority, so that everything but the law is as
// with a real one. What it stamps has no fiscal validity.
//
//	ca, err := prueba.Open(dataDir, now())      // package csd/prueba
//	trust.AddPAC(cert)                          // that of ca.PAC(), for cfdi.Sealed.Accept
//	p, err := prueba.New(prueba.Config{CA: ca, Trust: trust, Catalog: cat, Log: path, Now: time.Now})
//
// Like a real one it remembers: each stamp is in an append-only log, synced before
// the answer goes out, and the same seal gets the same stamp for ever, across
// kill -9 and across processes that share the log. The UUID follows from the
// seal. [Faults] make it slow, silent or a liar for tests.
package prueba

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/pac"
)

// Name is the word its attempts are stored under.
const Name = "prueba"

// Config is what a test PAC needs.
type Config struct {
	CA      *prueba.CA        // its certificate and key
	Trust   *csd.Trust        // the authorities whose CSD it takes; live ones are refused
	Catalog *catalogo.Catalog // for the rules and the time zones
	Log     string            // path of the append-only log, made when missing
	Now     func() time.Time
	Faults  Faults // none in service
}

// PAC is the test PAC. It implements pac.PAC.
type PAC struct {
	cfg     Config
	cert    *csd.Certificate
	key     *csd.Key
	central *time.Location
	log     *ledger

	mu     sync.Mutex
	faults Faults
	calls  int
}

var _ pac.PAC = (*PAC)(nil)

// New opens the log and returns the PAC. The error says that the log cannot be
// opened or is damaged before its last line.
func New(cfg Config) (*PAC, error) {
	log, err := openLedger(cfg.Log)
	if err != nil {
		return nil, fmt.Errorf("open the log of the test PAC: %w", err)
	}
	central, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("time zone of the test PAC: %w", err), log.close())
	}
	cert, key := cfg.CA.PAC()
	return &PAC{cfg: cfg, cert: cert, key: key, central: central, log: log, faults: cfg.Faults}, nil
}

// Close closes the log.
func (p *PAC) Close() error { return p.log.close() }

// Name returns [Name].
func (p *PAC) Name() string { return Name }

// Test is true: nothing it stamps is valid.
func (p *PAC) Test() bool { return true }

// Stamp implements pac.PAC.
func (p *PAC) Stamp(ctx context.Context, _ string, s *cfdi.Sealed) pac.Answer {
	fault, delay := p.meet(s)
	if !wait(ctx, delay) || fault == SilentBefore {
		return silence()
	}
	if fault == Refused {
		return pac.Answer{Outcome: pac.Undelivered, Message: "El PAC de pruebas no está recibiendo comprobantes. No se timbró nada; se intentará de nuevo."}
	}
	if fault == RejectAll {
		return reject(refusal{"402", "El RFC del emisor no se encuentra en el régimen de contribuyentes (rechazo de prueba)."})
	}
	xml := s.XML()
	timbre, previous, err := p.certify(xml, fault == Forgetful)
	var refused refusal
	if errors.As(err, &refused) {
		return reject(refused)
	}
	if err != nil || fault == SilentAfter {
		return silence()
	}
	return p.answer(fault, xml, timbre, previous)
}

// Query implements pac.PAC: it looks the seal up and stamps nothing.
func (p *PAC) Query(ctx context.Context, _ string, s *cfdi.Sealed) pac.Answer {
	fault, delay := p.meet(s)
	if !wait(ctx, delay) || fault == SilentBefore || fault == SilentAfter || fault == Refused {
		return silence()
	}
	if fault == Forgetful {
		return pac.Answer{Outcome: pac.Unknown}
	}
	timbre, found, err := p.log.find(sealOf(s.Comprobante()))
	switch {
	case err != nil:
		return silence()
	case !found:
		return pac.Answer{Outcome: pac.Unknown}
	}
	return p.answer(fault, s.XML(), timbre, true)
}

// Stamps returns how many documents it has stamped: the truth a test compares
// its own books with.
func (p *PAC) Stamps() (int, error) { return p.log.count() }

// Timbre returns the stamp it gave to a seal, whatever its answers said.
func (p *PAC) Timbre(s *cfdi.Sealed) (t *cfdi.Timbre, found bool, err error) {
	timbre, found, err := p.log.find(sealOf(s.Comprobante()))
	return &timbre, found, err
}

// answer hands the stamped document out, bent by the fault.
func (p *PAC) answer(fault Fault, xml []byte, timbre cfdi.Timbre, previous bool) pac.Answer {
	stamped, err := p.deliver(fault, xml, timbre)
	if err != nil {
		return silence()
	}
	a := pac.Answer{Outcome: pac.Stamped, XML: stamped, Previous: previous}
	if previous {
		a.Code = "307"
	}
	return a
}

// certify checks xml and returns its stamp: the one given before, or a new one,
// which is on disk when certify returns. A refusal is the document's fault, any
// other error is ours. With forget an earlier stamp counts for nothing.
func (p *PAC) certify(xml []byte, forget bool) (t cfdi.Timbre, previous bool, err error) {
	c, cert, err := p.examine(xml)
	if err != nil {
		return t, false, err
	}
	seal := sealOf(c)
	if !forget {
		if t, previous, err = p.log.find(seal); err != nil || previous {
			return t, previous, err
		}
	}
	now := p.cfg.Now()
	if err := p.judge(c, cert, now); err != nil {
		return t, false, err
	}
	if t, err = p.timbre(c, now); err != nil {
		return t, false, err
	}
	return p.log.add(seal, t, forget)
}

// timbre makes the TimbreFiscalDigital 1.1 of a document. FechaTimbrado is in
// central time, as PACs write it.
func (p *PAC) timbre(c *cfdi.Comprobante, now time.Time) (cfdi.Timbre, error) {
	t := cfdi.Timbre{
		Version: "1.1", UUID: uuidOf(c.Sello), FechaTimbrado: now.In(p.central).Format("2006-01-02T15:04:05"),
		RfcProvCertif: p.cert.Rfc, SelloCFD: c.Sello, NoCertificadoSAT: p.cert.NoCertificado,
	}
	return t, p.sign(&t, &t)
}

// sign puts the signature of one stamp into another: the same one, but for a lie.
func (p *PAC) sign(of, into *cfdi.Timbre) error {
	sello, err := p.key.Sign([]byte(of.Cadena()))
	into.SelloSAT = base64.StdEncoding.EncodeToString(sello)
	return err
}

// space is the name space of our UUIDs: a random one, drawn once.
var space = uuid.MustParse("6f1c7a52-0f0e-4d8e-9c0e-3b7a5d1c2e94")

// uuidOf derives the UUID, version 5, from the SHA-256 of the seal: whoever
// stamps this seal, and however often, it is the same.
func uuidOf(sello string) string {
	sum := sha256.Sum256([]byte(sello))
	return strings.ToUpper(uuid.NewSHA1(space, sum[:]).String())
}

// sealOf names a document in the log.
func sealOf(c *cfdi.Comprobante) [sha256.Size]byte { return sha256.Sum256([]byte(c.Sello)) }

func silence() pac.Answer {
	return pac.Answer{Outcome: pac.Uncertain, Message: "El PAC de pruebas no contestó. Tu comprobante está guardado; lo consultaremos hasta saber si se timbró."}
}

func reject(r refusal) pac.Answer {
	return pac.Answer{Outcome: pac.Rejected, Code: r.code, Message: r.message}
}

// wait lets d pass and reports whether ctx lived so long.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
