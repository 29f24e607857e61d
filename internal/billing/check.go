package billing

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Violation is one stored fact that an invariant of issuance forbids
// (reliability paper §3.6). There should never be any.
type Violation struct {
	Invariant string // I1, I2, I4, I5, I6, I7, I8, I9, I10, I11, I12, I13; SUMAS for the sums kept beside the documents
	Tenant    string // id
	Document  string // id, "" when it is about the whole company
	Detail    string // for the administrator
}

// String is the violation on one line.
func (v Violation) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s tenant %s %s: %s", v.Invariant, v.Tenant, v.Document, v.Detail))
}

// Check walks every document of every company and returns what breaks an
// invariant: folios (I1, I2), UUIDs (I4), bytes, hashes, seals and stamps (I5,
// I6), attempts (I10), the path of states (I11), what the signer signed (I12),
// the audit chain (I13), the credits of each (I7) and the ledger (I8, I9), and the sums kept beside the documents. trust may be
// nil: then stamps are held against their document only, not against the
// certificate of their certifier. The error is that of the store.
func Check(ctx context.Context, db *store.DB, trust *csd.Trust) ([]Violation, error) {
	if trust == nil {
		trust = csd.NewTrust()
	}
	var found []Violation
	for after := ""; ; {
		tenants, err := db.Global().Tenants(ctx, after, 100)
		if err != nil {
			return found, err
		}
		if len(tenants) == 0 {
			faults, err := credit.CheckHouse(ctx, db.Global())
			for _, f := range faults {
				found = append(found, Violation{Invariant: f.Invariant, Detail: f.Detail})
			}
			return found, err
		}
		for _, row := range tenants {
			c := &checker{db: db, v: db.View(row.Tenant()), tenant: row.Tenant(), trust: trust, folios: map[string][]int64{}}
			if err := c.run(ctx); err != nil {
				return found, err
			}
			found = append(found, c.found...)
		}
		after = tenants[len(tenants)-1].ID
	}
}

// A checker walks one company.
type checker struct {
	db     *store.DB
	v      *store.View
	tenant store.Tenant
	trust  *csd.Trust
	folios map[string][]int64 // by series id
	found  []Violation

	prepaid int64 // since when the company pays for what it numbers; 0: it does not
}

func (c *checker) broken(invariant, document, format string, args ...any) {
	c.found = append(c.found, Violation{invariant, c.tenant.ID(), document, fmt.Sprintf(format, args...)})
}

// run checks everything of the company. Documents may be issued meanwhile: the
// series are read first, and folios from there on are left for the next run.
func (c *checker) run(ctx context.Context) error {
	series, err := c.v.SeriesList(ctx)
	if err != nil {
		return err
	}
	if err := c.ledger(ctx); err != nil {
		return err
	}
	for after := ""; ; {
		rows, err := c.v.DocumentsAfter(ctx, after, 200)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := c.steady(ctx, r); err != nil {
				return err
			}
			after = r.ID
		}
		if len(rows) == 0 {
			break
		}
	}
	if err := c.series(ctx, series); err != nil {
		return err
	}
	days, err := c.v.DocumentDaysDiffer(ctx)
	if err != nil {
		return err
	}
	for _, day := range days {
		c.broken("SUMAS", "", "the sums of %s are not those of its documents", day)
	}
	months, err := c.v.DocumentMonthsDiffer(ctx)
	if err != nil {
		return err
	}
	for _, month := range months {
		c.broken("SUMAS", "", "the sums of the month %s are not those of its documents", month)
	}
	owing, err := c.v.CustomerBalancesDiffer(ctx)
	if err != nil {
		return err
	}
	for _, id := range owing {
		c.broken("SUMAS", "", "what customer %s owes is not the sum of its documents", id)
	}
	if err := c.db.VerifyAudit(ctx, c.tenant); err != nil {
		broken, ok := errors.AsType[*store.AuditError](err)
		if !ok {
			return err
		}
		c.broken("I13", "", "%v", broken)
	}
	return nil
}

// steady checks a document, again when it moved on while it was looked at.
func (c *checker) steady(ctx context.Context, r store.DocumentRow) error {
	if r.Folio != nil {
		c.folios[r.SerieID] = append(c.folios[r.SerieID], *r.Folio)
	}
	before := len(c.found)
	for range 5 {
		if err := c.document(ctx, r); err != nil || len(c.found) == before {
			return err
		}
		now, err := c.v.Document(ctx, r.ID)
		if fail.KindOf(err) == fail.NotFound {
			c.found = c.found[:before] // a draft that was discarded
			return nil
		}
		if err != nil || now.State == r.State && now.Revision == r.Revision {
			return err
		}
		r, c.found = now, c.found[:before]
	}
	return nil
}

// document checks one document against all that is stored of it.
func (c *checker) document(ctx context.Context, r store.DocumentRow) error {
	if r.SyntheticOf != "" {
		return nil // a row of the demo, with no bytes of its own
	}
	events, err := c.v.Events(ctx, r.ID)
	if err != nil {
		return err
	}
	c.path(r, events)
	if err := c.credits(ctx, r, events); err != nil {
		return err
	}
	files, err := c.v.XMLs(ctx, r.ID)
	if err != nil {
		return err
	}
	attempts, err := c.v.Attempts(ctx, r.ID)
	if err != nil {
		return err
	}
	c.attempts(r, attempts)
	sealed := c.files(r, files, attempts)
	if err := c.stamp(ctx, r); err != nil {
		return err
	}
	return c.signed(ctx, r, sealed)
}

// path: the log walks the arrows of the state table and ends where the row is (I11).
func (c *checker) path(r store.DocumentRow, events []store.EventRow) {
	at := noState
	for i, e := range events {
		to, ok := next(State(e.From), event(e.Event))
		if e.Seq != int64(i+1) || State(e.From) != at || !ok || to != State(e.To) {
			c.broken("I11", r.ID, "event %d goes from %q by %q to %q after %q", e.Seq, e.From, e.Event, e.To, at)
		}
		at = State(e.To)
	}
	if at != State(r.State) {
		c.broken("I11", r.ID, "the log ends at %q, the document is %q", at, r.State)
	}
}

// ledger replays the company's credits (I8, I9).
func (c *checker) ledger(ctx context.Context) error {
	book, err := c.v.CreditBook(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	if err == nil && book.Plan != store.PlanUnlimited {
		c.prepaid = book.Since
	}
	faults, err := credit.Check(ctx, c.v)
	for _, f := range faults {
		c.broken(f.Invariant, "", "%s", f.Detail)
	}
	return err
}

// planGrace is how long after a company became prepaid a document may still have been
// numbered by who saw it without limit.
const planGrace = int64(time.Minute / time.Microsecond)

// credits: stamped is one credit used; rejected, expired and given up is one given back;
// under way is one held. Only what was numbered without limit has none (I7).
func (c *checker) credits(ctx context.Context, r store.DocumentRow, events []store.EventRow) error {
	for _, e := range events {
		if event(e.Event) != evNumber {
			continue
		}
		h, err := credit.HeldFor(ctx, c.v, r.ID, e.Revision)
		if err != nil {
			return err
		}
		want := credit.Held{Held: true, Released: true}
		switch st := State(r.State); {
		case e.Revision == r.IssuedRevision && st == Timbrado:
			want = credit.Held{Held: true, Used: true}
		case e.Revision == r.IssuedRevision && st.InFlight():
			want = credit.Held{Held: true}
		}
		free := h == credit.Held{} && (c.prepaid == 0 || e.At <= c.prepaid+planGrace)
		if h != want && !free {
			c.broken("I7", r.ID, "revision %d is %s with credit %+v", e.Revision, r.State, h)
		}
	}
	return nil
}

// attempts: at most one is open, none at another certifier beside it (I10), and
// the state says whether there is one.
func (c *checker) attempts(r store.DocumentRow, attempts []store.AttemptRow) {
	open := 0
	for i, a := range attempts {
		if a.Outcome == "" {
			open++
		}
		if a.Outcome == string(Timbrado) && i != len(attempts)-1 {
			c.broken("I10", r.ID, "attempt %d follows a stamp", attempts[i+1].N)
		}
	}
	want := 0
	if st := State(r.State); st == Enviando || st == Incierto {
		want = 1
	}
	if open != want {
		c.broken("I10", r.ID, "%s with %d open attempts", r.State, open)
	}
}

// files: bytes are what was stored, sealed is prepared plus its Sello, stamped is
// sealed plus its Timbre, and what was sent is what is stored (I5, I6). It
// returns the cadena hash of each sealed revision.
func (c *checker) files(r store.DocumentRow, files []store.XMLRow, attempts []store.AttemptRow) map[int64]string {
	xml := map[int64]map[store.XMLKind][]byte{}
	for _, f := range files {
		b, err := c.v.Unpack(f)
		if err != nil {
			c.broken("I5", r.ID, "%v", err)
			continue
		}
		if xml[f.Revision] == nil {
			xml[f.Revision] = map[store.XMLKind][]byte{}
		}
		xml[f.Revision][f.Kind] = b
	}
	cadenas := map[int64]string{}
	for revision, kinds := range xml {
		if cadena := c.revision(r, revision, kinds); cadena != "" {
			cadenas[revision] = cadena
		}
	}
	for _, a := range attempts {
		if sum := sha256.Sum256(xml[a.Revision][store.SealedXML]); !bytes.Equal(sum[:], a.SHA256) {
			c.broken("I6", r.ID, "attempt %d sent other bytes than the sealed ones of revision %d", a.N, a.Revision)
		}
	}
	st := State(r.State)
	if (st == Timbrado) != (xml[r.IssuedRevision][store.StampedXML] != nil) {
		c.broken("I5", r.ID, "%s, and its stamped XML is there: %t", st, st != Timbrado)
	}
	if (st == Sellado || st == Enviando || st == Incierto) && xml[r.IssuedRevision][store.SealedXML] == nil {
		c.broken("I5", r.ID, "%s without sealed XML", st)
	}
	return cadenas
}

// revision checks the bytes of one revision against each other.
func (c *checker) revision(r store.DocumentRow, revision int64, kinds map[store.XMLKind][]byte) (cadena string) {
	prepared, err := cfdi.ReadPrepared(kinds[store.PreparedXML], complementos.All)
	if err != nil {
		c.broken("I5", r.ID, "prepared XML of revision %d: %v", revision, err)
		return ""
	}
	if kinds[store.SealedXML] == nil {
		return ""
	}
	sealed, err := cfdi.ReadSealed(kinds[store.SealedXML], complementos.All)
	if err != nil {
		c.broken("I5", r.ID, "sealed XML of revision %d: %v", revision, err)
		return ""
	}
	unsealed := sealed.Comprobante()
	unsealed.Sello = ""
	if !bytes.Equal(cfdi.WriteXML(unsealed), prepared.XML()) {
		c.broken("I6", r.ID, "what is sealed in revision %d is not what was prepared", revision)
	}
	sum := sha256.Sum256([]byte(prepared.Cadena()))
	if kinds[store.StampedXML] != nil {
		c.stamped(r, kinds[store.StampedXML], sealed)
	}
	return hex.EncodeToString(sum[:])
}

// stamped checks the bytes of the certifier against ours.
func (c *checker) stamped(r store.DocumentRow, xml []byte, sealed *cfdi.Sealed) {
	st, err := cfdi.ReadStamped(xml, complementos.All)
	if err != nil {
		c.broken("I5", r.ID, "stamped XML: %v", err)
		return
	}
	if !bytes.Equal(cfdi.WriteXML(st.Comprobante()), sealed.XML()) {
		c.broken("I6", r.ID, "what was stamped is not what was sealed")
	}
	if !strings.EqualFold(st.Timbre().UUID, r.UUID) {
		c.broken("I4", r.ID, "the row says UUID %s, the XML %s", r.UUID, st.Timbre().UUID)
	}
	if !indexes(r, st.Comprobante()) {
		c.broken("COLUMNAS", r.ID, "the row does not say what the XML says")
	}
	for _, f := range cfdi.Verify(xml, complementos.All, c.trust, false).Errors() {
		c.broken("I5", r.ID, "%s %s: %s", f.Code, f.Path, f.Message)
	}
}

// indexes reports whether the columns of r are those that c would give it: the
// lists, the sums and the charts show columns, and the bytes are the truth.
func indexes(r store.DocumentRow, c *cfdi.Comprobante) bool {
	want := r
	index(&want, c)
	want.Serie, want.Fecha = c.Serie, c.Fecha
	if r.MetodoPago == "" { // stamped before this was kept, and not read yet
		want.MetodoPago = ""
	} else if c.TipoDeComprobante != "E" {
		want.Adeudo = charge(c)
	}
	return want == r && strconv.FormatInt(folioOf(r), 10) == c.Folio
}

// stamp: a document has a UUID if and only if it is stamped, and it is its own (I4).
func (c *checker) stamp(ctx context.Context, r store.DocumentRow) error {
	if (r.UUID != "") != (State(r.State) == Timbrado) {
		c.broken("I4", r.ID, "%s with UUID %q", r.State, r.UUID)
	}
	if r.UUID == "" {
		return nil
	}
	owner, err := c.db.Global().Stamp(ctx, r.UUID)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	if owner.DocumentID != r.ID || owner.TenantID != c.tenant.ID() || owner.Revision != r.IssuedRevision {
		c.broken("I4", r.ID, "UUID %s is registered for document %q", r.UUID, owner.DocumentID)
	}
	return nil
}

// signed: every sealed revision was announced in the audit chain with its
// cadena and its certificate, and no revision with two (I12).
func (c *checker) signed(ctx context.Context, r store.DocumentRow, sealed map[int64]string) error {
	links, err := c.v.Audits(ctx, "document/"+r.ID, 1000)
	if err != nil {
		return err
	}
	announced := map[int64]string{}
	for _, l := range links {
		if l.Action != "csd.sign" {
			continue
		}
		var said struct {
			Revision    int64  `json:"revision"`
			Cadena      string `json:"cadena_sha256"`
			Certificate string `json:"no_certificado"`
		}
		if err := json.Unmarshal([]byte(l.After), &said); err != nil {
			c.broken("I12", r.ID, "audit %d: %v", l.Seq, err)
			continue
		}
		if before := announced[said.Revision]; before != "" && before != said.Cadena {
			c.broken("I12", r.ID, "revision %d was signed with two contents", said.Revision)
		}
		if said.Revision > r.IssuedRevision || said.Revision == r.IssuedRevision && said.Certificate != r.NoCertificado {
			c.broken("I12", r.ID, "revision %d was signed with certificate %s, and the document says %d with %s",
				said.Revision, said.Certificate, r.IssuedRevision, r.NoCertificado)
		}
		announced[said.Revision] = said.Cadena
	}
	for revision, cadena := range sealed {
		if announced[revision] != cadena {
			c.broken("I12", r.ID, "the seal of revision %d is not the one in the audit chain", revision)
		}
	}
	return nil
}

// series: no folio twice (I1), and none missing between the first used and the
// next one, but where somebody moved the numbering ahead on record (I2).
func (c *checker) series(ctx context.Context, before []store.SerieRow) error {
	for _, row := range before {
		used := c.folios[row.ID]
		delete(c.folios, row.ID)
		slices.Sort(used)
		for i := 1; i < len(used); i++ {
			if used[i] == used[i-1] {
				c.broken("I1", "", "series %q: folio %d twice", row.Serie, used[i])
			}
		}
		if err := c.gaps(ctx, row, slices.Compact(used)); err != nil {
			return err
		}
	}
	for id := range c.folios {
		if _, err := c.v.Serie(ctx, id); fail.KindOf(err) == fail.NotFound {
			c.broken("I2", "", "documents are numbered by series %q, which does not exist", id)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// gaps finds folios of a series that nothing accounts for, up to the next one
// as it was before the documents were read.
func (c *checker) gaps(ctx context.Context, row store.SerieRow, used []int64) error {
	if len(used) == 0 {
		return nil
	}
	now, err := c.v.Serie(ctx, row.ID)
	if err != nil {
		return err
	}
	if last := used[len(used)-1]; last >= now.FolioSiguiente {
		c.broken("I1", "", "series %q would give folio %d again", row.Serie, last)
	}
	jumps, err := c.jumps(ctx, row)
	if err != nil {
		return err
	}
	end, _ := slices.BinarySearch(used, row.FolioSiguiente)
	known := append(slices.Clone(used[:end]), row.FolioSiguiente)
	for i := 1; i < len(known); i++ {
		if known[i] != known[i-1]+1 && !jumps[known[i]] {
			c.broken("I2", "", "series %q: nothing accounts for folios %d to %d", row.Serie, known[i-1]+1, known[i]-1)
		}
	}
	return nil
}

// jumps are the folios to which somebody moved a numbering ahead.
func (c *checker) jumps(ctx context.Context, row store.SerieRow) (map[int64]bool, error) {
	links, err := c.v.Audits(ctx, "serie/"+row.ID, 1000)
	if err != nil {
		return nil, err
	}
	to := map[int64]bool{}
	for _, l := range links {
		var after struct{ FolioSiguiente int64 }
		if json.Unmarshal([]byte(l.After), &after) == nil {
			to[after.FolioSiguiente] = true
		}
	}
	return to, nil
}
