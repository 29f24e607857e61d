package billing

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/pac"
	"iofacturo.mx/internal/store"
)

const (
	callTimeout = 45 * time.Second // of one call to a certifier
	lease       = 60 * time.Second // after it, whoever opened an attempt is surely not sending any more
	legalTerm   = 72 * time.Hour   // from Fecha to the stamp (Anexo 20, code 401)
	minPause    = 2 * time.Second  // between questions about an uncertain document, doubling
	maxPause    = 10 * time.Minute
	silence     = 10 * time.Minute // after so long without an answer people are told
	forever     = 1 << 30          // attempts of a Stamp job: a document is never given up by counting
	maxSteps    = 12               // of one run of carry; more means that somebody else is at it
)

// stampArgs name the document that a Stamp job carries on.
type stampArgs struct {
	DocumentID string `json:"document_id"`
}

// Kind is the stable name of the job.
func (stampArgs) Kind() string { return "billing.stamp" }

// runStamp is the job: it finishes what a crash or a silent certifier left.
func (s *Service) runStamp(ctx context.Context, t store.Tenant, args stampArgs) error {
	err := s.carry(ctx, store.System(t), args.DocumentID)
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	return err
}

// carry takes a document from wherever it stands towards its Timbre, one phase
// at a time; each is repeatable. It returns nil when nothing is left to do, and a
// [job.Snooze] when only time can help. One goroutine of this process at a time
// carries a document; a second one waits and finds it carried.
func (s *Service) carry(ctx context.Context, a store.Actor, id string) error {
	leave, err := s.busy.enter(ctx, a.Tenant.ID()+"/"+id)
	if err != nil {
		return err
	}
	defer leave()
	for range maxSteps {
		row, err := s.DB.View(a.Tenant).Document(ctx, id)
		if err != nil {
			return err
		}
		switch State(row.State) {
		case Numerado:
			err = s.seal(ctx, a, row) // P2
		case Sellado:
			err = s.send(ctx, a, row) // P3, P4, P5
		case Enviando, Incierto:
			err = s.settle(ctx, a, row)
		default:
			return nil
		}
		if err != nil && fail.KindOf(err) != fail.Conflict { // a conflict: somebody was faster, look again
			return err
		}
	}
	return job.Snooze(minPause)
}

// waiting tells a pause from an error.
func waiting(err error) bool {
	_, ok := errors.AsType[*pause](err)
	return ok
}

// A pause is why carry stopped although the document is still under way.
type pause struct{ snooze error }

func (p *pause) Error() string { return p.snooze.Error() }
func (p *pause) Unwrap() error { return p.snooze }

// later asks the job to come back after d.
func later(d time.Duration) error { return &pause{job.Snooze(d)} }

// send is P3 and what follows: the attempt is on disk before the first byte
// leaves, then the network alone, then the result.
func (s *Service) send(ctx context.Context, a store.Actor, row store.DocumentRow) error {
	sealed, err := s.sealed(ctx, a, row)
	if err != nil {
		return err
	}
	if s.outOfTime(sealed) { // proved: no attempt is open
		return s.sendBack(ctx, a, row, evExpire, expired())
	}
	if wait := s.restAfter(ctx, a, row); wait > 0 {
		return later(wait)
	}
	row, attempt, err := s.open(ctx, a, row, sealed) // P3
	if err != nil {
		return err
	}
	s.Crash("C4")
	answer := s.call(ctx, s.PAC.Stamp, attempt.Reference, sealed) // P4
	s.Crash("C6")
	return s.result(ctx, a, row, attempt, sealed, answer) // P5
}

// open is P3: from here on the document may be stamped, whatever happens to us.
func (s *Service) open(ctx context.Context, a store.Actor, row store.DocumentRow, sealed *cfdi.Sealed) (store.DocumentRow, store.AttemptRow, error) {
	now, sum := s.Now(), sealed.SHA256()
	attempt := store.AttemptRow{
		DocumentID: row.ID, Revision: row.IssuedRevision, PAC: s.PAC.Name(), Reference: reference(a.Tenant, row), SHA256: sum[:],
		StartedAt: store.Micros(now), LeaseUntil: store.Micros(now.Add(lease)),
	}
	err := s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		r, err := s.move(ctx, tx, a, row, evSend, func(r *store.DocumentRow) { r.PAC, r.Test = s.PAC.Name(), s.PAC.Test() })
		if err != nil {
			return err
		}
		row = r
		attempt.N, err = tx.InsertAttempt(ctx, attempt)
		return err
	})
	return row, attempt, err
}

// reference is our name for one revision of a document at a certifier: the same
// bytes always go under the same reference.
func reference(t store.Tenant, row store.DocumentRow) string {
	return fmt.Sprintf("%s.%s.%d", t.ID(), row.ID, row.IssuedRevision)
}

// call is P4: the network alone, no transaction held.
func (s *Service) call(ctx context.Context, ask func(context.Context, string, *cfdi.Sealed) pac.Answer, reference string, sealed *cfdi.Sealed) pac.Answer {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return ask(ctx, reference, sealed)
}

// result is P5: what the certifier said becomes the state of the document.
func (s *Service) result(ctx context.Context, a store.Actor, row store.DocumentRow, attempt store.AttemptRow, sealed *cfdi.Sealed, answer pac.Answer) error {
	switch answer.Outcome {
	case pac.Stamped:
		return s.accept(ctx, a, row, attempt, sealed, answer)
	case pac.Rejected:
		return s.close(ctx, a, row, attempt, evReject, Reason{answer.Code, orElse(answer.Message, "El certificador rechazó el comprobante sin decir por qué.")})
	case pac.Undelivered:
		return s.close(ctx, a, row, attempt, evReturn, Reason{answer.Code, orElse(answer.Message, "El certificador no recibió el comprobante.")})
	default:
		return s.doubt(ctx, a, row, attempt, Reason{reasonSilence, orElse(answer.Message, "El certificador no contestó.")}, answer.XML)
	}
}

// accept verifies the Timbre and keeps the bytes of the certifier for ever. What
// does not verify, or bears a UUID somebody has, leaves the document uncertain
// with the bytes kept as evidence: it is never taken for a refusal.
func (s *Service) accept(ctx context.Context, a store.Actor, row store.DocumentRow, attempt store.AttemptRow, sealed *cfdi.Sealed, answer pac.Answer) error {
	stamped, err := sealed.Accept(answer.XML, s.Trust)
	if err != nil {
		return s.doubt(ctx, a, row, attempt, Reason{reasonTimbre, "El certificador devolvió un timbre que no cuadra con tu comprobante. " + said(err)}, answer.XML)
	}
	s.Crash("C7")
	err = s.keep(ctx, a, row, attempt, stamped)
	if errors.Is(err, errUUIDTaken) {
		return s.doubt(ctx, a, row, attempt, Reason{reasonTimbre, "El certificador devolvió un UUID que ya es de otro comprobante."}, answer.XML)
	}
	return err
}

// said is what the findings in err tell a person, without their codes.
func said(err error) string {
	var found cfdi.Findings
	if !errors.As(err, &found) {
		return "No se pudo leer."
	}
	messages := make([]string, 0, len(found))
	for _, f := range found {
		messages = append(messages, f.Message)
	}
	return strings.Join(messages, " ")
}

// errUUIDTaken rolls P5 back: two documents cannot share a UUID.
var errUUIDTaken = errors.New("billing: the UUID belongs to another document")

// keep stores a stamped document and what has to follow, in one transaction.
func (s *Service) keep(ctx context.Context, a store.Actor, row store.DocumentRow, attempt store.AttemptRow, stamped *cfdi.Stamped) error {
	uuid := strings.ToUpper(stamped.Timbre().UUID)
	return s.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx := gtx.For(a.Tenant)
		stamp := store.StampRow{UUID: uuid, TenantID: a.Tenant.ID(), DocumentID: row.ID, Revision: row.IssuedRevision, CreatedAt: s.micros()}
		switch fresh, err := gtx.InsertStamp(ctx, stamp); {
		case err != nil:
			return err
		case !fresh:
			return s.whoseStamp(ctx, tx, row)
		}
		r, err := s.move(ctx, tx, a, row, evStamp, func(r *store.DocumentRow) { r.UUID, r.StampedAt = uuid, stamp.CreatedAt })
		if err != nil {
			return err
		}
		if err := tx.InsertXML(ctx, r.ID, r.IssuedRevision, store.StampedXML, stamped.XML(), r.StampedAt); err != nil {
			return err
		}
		attempt.Outcome, attempt.EndedAt, attempt.Code, attempt.Message = string(Timbrado), r.StampedAt, "", ""
		if err := tx.ChangeAttempt(ctx, attempt); err != nil {
			return err
		}
		if err := setWords(ctx, tx, r); err != nil {
			return err
		}
		if err := proves(ctx, tx, r, stamped.Comprobante().Receptor); err != nil {
			return err
		}
		return s.deliverByItself(ctx, tx, a, r)
	})
}

// proves notes beside the customer of a stamped document that the SAT agrees with its
// data: a certifier refuses RFC, name, postal code and regime that do not agree. The
// test certifier proves nothing, nor does a generic RFC.
func proves(ctx context.Context, tx *store.Tx, r store.DocumentRow, to cfdi.Receptor) error {
	if r.Test || r.CustomerID == "" || to.Rfc == cfdi.RfcPublico || to.Rfc == cfdi.RfcExtranjero {
		return nil
	}
	_, err := tx.SaySAT(ctx, store.CustomerRow{
		ID: r.CustomerID, Rfc: to.Rfc, Nombre: to.Nombre, CodigoPostal: to.DomicilioFiscalReceptor, RegimenFiscal: to.RegimenFiscalReceptor,
		ValidadoAt: r.StampedAt, ValidadoPor: r.CreatedBy, ValidadoComo: store.SaidByReceipt,
	})
	return err
}

// whoseStamp tells a UUID of another document from our own, stored meanwhile by
// somebody who carried this document as well.
func (s *Service) whoseStamp(ctx context.Context, tx *store.Tx, row store.DocumentRow) error {
	now, err := tx.Document(ctx, row.ID)
	if err != nil {
		return err
	}
	if now.State != row.State {
		return fail.New(fail.Conflict, "El comprobante ya tiene su timbre.")
	}
	return errUUIDTaken
}

// close ends an attempt whose outcome is certain and is no stamp.
func (s *Service) close(ctx context.Context, a store.Actor, row store.DocumentRow, attempt store.AttemptRow, e event, why Reason) error {
	attempt.EndedAt, attempt.Code, attempt.Message = s.micros(), why.Code, why.Message
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		r, err := s.move(ctx, tx, a, row, e, func(r *store.DocumentRow) {
			if r.State == string(Sellado) {
				r.ReasonCode, r.ReasonMessage = why.Code, why.Message
				return
			}
			returned(r, why)
		})
		if err != nil {
			return err
		}
		attempt.Outcome = r.State
		if r.State == string(Sellado) {
			attempt.Outcome = string(evReturn)
		}
		return tx.ChangeAttempt(ctx, attempt)
	})
}

// doubt notes that nobody knows whether the document is stamped. It stays
// read-only, its attempt stays open, and the same certifier is asked again.
func (s *Service) doubt(ctx context.Context, a store.Actor, row store.DocumentRow, attempt store.AttemptRow, why Reason, answer []byte) error {
	attempt.Tries++
	attempt.Code, attempt.Message = why.Code, why.Message
	if len(answer) > 0 {
		attempt.Answer = answer
	}
	err := s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if row.State == string(Enviando) {
			_, err := s.move(ctx, tx, a, row, evDoubt, func(r *store.DocumentRow) { r.ReasonCode, r.ReasonMessage = why.Code, why.Message })
			if err != nil {
				return err
			}
		}
		if s.Now().Sub(store.FromMicros(attempt.StartedAt)) >= silence {
			if err := raise(ctx, tx, row, notice.Silent); err != nil {
				return err
			}
		}
		return tx.ChangeAttempt(ctx, attempt)
	})
	if err != nil {
		return err
	}
	return later(backoff(attempt.Tries))
}

// settle asks the certifier that may have stamped a document what became of it.
// Stamped: it is accepted as if it had just come. Unknown: it was proved not
// stamped once nobody can be sending it any more; then the same bytes may go to
// the same certifier again, or the 72 hours are over. Anything else: ask later.
func (s *Service) settle(ctx context.Context, a store.Actor, row store.DocumentRow) error {
	attempt, err := s.DB.View(a.Tenant).OpenAttempt(ctx, row.ID)
	if err != nil {
		return fmt.Errorf("attempt of %s: %w", row.ID, err)
	}
	if attempt.PAC != s.PAC.Name() { // only the certifier that has it may be asked (I10)
		s.Log.WarnContext(ctx, "uncertain at a certifier that is not configured", "document", row.ID, "pac", attempt.PAC)
		return later(maxPause)
	}
	sealed, err := s.sealed(ctx, a, row)
	if err != nil {
		return err
	}
	answer := s.call(ctx, s.PAC.Query, attempt.Reference, sealed)
	switch answer.Outcome {
	case pac.Stamped:
		return s.accept(ctx, a, row, attempt, sealed, answer)
	case pac.Unknown:
		return s.unknown(ctx, a, row, attempt, sealed)
	default:
		return s.doubt(ctx, a, row, attempt, Reason{reasonSilence, orElse(answer.Message, "El certificador no contesta.")}, nil)
	}
}

// unknown follows a negative query.
func (s *Service) unknown(ctx context.Context, a store.Actor, row store.DocumentRow, attempt store.AttemptRow, sealed *cfdi.Sealed) error {
	const message = "El certificador todavía no lo tiene."
	if wait := store.FromMicros(attempt.LeaseUntil).Sub(s.Now()); wait > 0 {
		return later(wait) // it may still be on the wire
	}
	if row.State == string(Enviando) { // the log tells the doubt before its solution
		err := s.doubt(ctx, a, row, attempt, Reason{reasonSilence, message}, nil)
		if waiting(err) {
			return nil // look again, now as Incierto
		}
		return err
	}
	if s.outOfTime(sealed) {
		return s.close(ctx, a, row, attempt, evExpire, expired())
	}
	return s.close(ctx, a, row, attempt, evReturn, Reason{"", "El certificador confirmó que no lo había timbrado."})
}

// expired is the reason of a document that outlived its 72 hours.
func expired() Reason {
	return Reason{reasonPlazo, "Pasaron 72 horas desde su fecha y el certificador no lo timbró. Conserva su folio: revísalo y timbra de nuevo, con fecha de hoy."}
}

// sealed reads the final bytes of the revision under way.
func (s *Service) sealed(ctx context.Context, a store.Actor, row store.DocumentRow) (*cfdi.Sealed, error) {
	xml, err := s.DB.View(a.Tenant).XML(ctx, row.ID, row.IssuedRevision, store.SealedXML)
	if err != nil {
		return nil, fmt.Errorf("sealed XML of %s: %w", row.ID, err)
	}
	sealed, err := cfdi.ReadSealed(xml, complementos.All)
	if err != nil {
		return nil, fmt.Errorf("sealed XML of %s: %w", row.ID, err)
	}
	return sealed, nil
}

// outOfTime reports whether no certifier may stamp it any more. An hour is
// given on top: being late is certain then, whatever the clocks say.
func (s *Service) outOfTime(sealed *cfdi.Sealed) bool {
	c := sealed.Comprobante()
	at, err := s.instant(c.Fecha, c.LugarExpedicion)
	return err == nil && s.Now().After(at.Add(legalTerm+time.Hour))
}

// restAfter is how long to wait before sending again what came back undelivered.
func (s *Service) restAfter(ctx context.Context, a store.Actor, row store.DocumentRow) time.Duration {
	attempts, err := s.DB.View(a.Tenant).Attempts(ctx, row.ID)
	if err != nil || len(attempts) == 0 {
		return 0
	}
	last, failures := attempts[len(attempts)-1], int64(0)
	for _, at := range attempts {
		if at.Revision == row.IssuedRevision {
			failures++
		}
	}
	if last.Revision != row.IssuedRevision {
		return 0
	}
	due := store.FromMicros(last.EndedAt).Add(pauseAfter(failures))
	return due.Sub(s.Now())
}

// backoff is 2 s doubling to 10 min, with an eighth of jitter.
func backoff(tries int64) time.Duration {
	d := pauseAfter(tries)
	return d - d/8 + rand.N(d/4)
}

func pauseAfter(tries int64) time.Duration {
	return min(minPause<<min(max(tries-1, 0), 12), maxPause)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// inFlight lets one goroutine at a time carry a document.
type inFlight struct {
	mu   sync.Mutex
	held map[string]chan struct{}
}

func newInFlight() *inFlight { return &inFlight{held: map[string]chan struct{}{}} }

// enter waits until nobody holds key and holds it until leave is called.
func (f *inFlight) enter(ctx context.Context, key string) (leave func(), err error) {
	for {
		f.mu.Lock()
		done, taken := f.held[key]
		if !taken {
			f.held[key] = make(chan struct{})
			f.mu.Unlock()
			return func() { f.leave(key) }, nil
		}
		f.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (f *inFlight) leave(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.held[key])
	delete(f.held, key)
}
