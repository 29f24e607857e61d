package signer

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/cancelacion"
	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

const pacRfc = "SPR190613I52"

func folioFiscal(n int) string { return fmt.Sprintf("11111111-2222-3333-4444-%012d", n) }

func cancels(rfc string, folios ...cancelacion.Folio) Petition {
	if len(folios) == 0 {
		folios = []cancelacion.Folio{{UUID: folioFiscal(1), Motivo: "01", FolioSustitucion: folioFiscal(9)}, {UUID: folioFiscal(2), Motivo: "02"}}
	}
	return Petition{CertificateID: "cert", Fecha: start, Cancelacion: &cancelacion.Cancelacion{RfcEmisor: rfc, Folios: folios}}
}

// petitionsOf are one of every kind, by what the audit calls it.
func petitionsOf(rfc string) map[string]Petition {
	all := map[string]Petition{"cancelacion": cancels(rfc), "cancelacion de retenciones": cancels(rfc)}
	all["cancelacion de retenciones"].Cancelacion.Retenciones = true
	all["respuesta"] = Petition{CertificateID: "cert", Fecha: start, ByNumber: true, Respuesta: &cancelacion.SolicitudAceptacionRechazo{
		RfcReceptor: rfc, RfcPacEnviaSolicitud: pacRfc, Folios: []cancelacion.Respuesta{{UUID: folioFiscal(3), Respuesta: cancelacion.Rechazo}},
	}}
	all["relacionados"] = Petition{CertificateID: "cert", Fecha: start, Consulta: &cancelacion.PeticionConsultaRelacionados{
		RfcEmisor: rfc, RfcPacEnviaSolicitud: pacRfc, Uuid: folioFiscal(4),
	}}
	return all
}

// both runs fn with the signer of this process and with the one over the socket.
func (w world) both(t *testing.T, fn func(t *testing.T, c Custody)) {
	client, _ := w.serve(t)
	for name, c := range map[string]Custody{"here": w.s, "socket": client} {
		t.Run(name, func(t *testing.T) { fn(t, c) })
	}
}

// newest is the newest record of a tenant's audit chain.
func (w world) newest(t *testing.T, a store.Actor) store.AuditRow {
	t.Helper()
	w.acts(t, a) // the chain holds
	rows, err := w.db.View(a.Tenant).Audits(t.Context(), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	return rows[0]
}

// Every kind of request is signed, told by the audit chain, taken by the one who
// receives it, and gives the same bytes again and over the socket.
func TestPetitionsAreAuditedThenSigned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		seen := map[string][]byte{}
		w.both(t, func(t *testing.T, c Custody) {
			for kind, p := range petitionsOf(rfcA) {
				xml, err := c.Sign(t.Context(), w.a, p)
				if err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
				if before := seen[kind]; before != nil && !bytes.Equal(before, xml) {
					t.Errorf("%s: other bytes", kind)
				}
				seen[kind] = xml
				said, err := cancelacion.Verify(xml)
				if err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
				want := []any{p.Cancelacion, p.Respuesta, p.Consulta}
				if diff := cmp.Diff(want, []any{said.Cancelacion, said.Respuesta, said.Consulta}); diff != "" {
					t.Errorf("%s: %s", kind, diff)
				}
				row := w.newest(t, w.a)
				if row.Action != actionPetition || row.Object != "certificate/cert" || row.IP != "192.0.2.7" {
					t.Errorf("%s: %+v", kind, row)
				}
				for _, want := range append(p.folios(), `"kind":"`+kind+`"`, said.Certificate.NoCertificado, `"session":"session-a"`, `"request_sha256":"`) {
					if !strings.Contains(row.After, want) {
						t.Errorf("%s: the record has no %s: %s", kind, want, row.After)
					}
				}
			}
		})
		if diff := cmp.Diff([]string{"csd.load certificate/cert"}, w.acts(t, w.b)); diff != "" {
			t.Errorf("the other tenant: %s", diff)
		}
	})
}

// Another program takes what the signer signs, and refuses it with a folio changed.
func TestXMLSecTakesPetitions(t *testing.T) {
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmlsec1 is not installed (Debian: xmlsec1)")
		}
		t.Skip("xmlsec1 is not installed (Debian: xmlsec1)")
	}
	w, dir := newWorld(t, storetest.Open(t, "sqlite")), t.TempDir()
	verify := func(xml []byte) error {
		file, ca := filepath.Join(dir, "solicitud.xml"), filepath.Join(dir, "ca.cer")
		for path, b := range map[string][]byte{file: xml, ca: drawn().root} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command(program, "--verify", "--enabled-key-data", "x509", "--trusted-der", ca,
			"--verification-time", start.Format("2006-01-02 15:04:05"), file).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	for kind, p := range petitionsOf(rfcA) {
		xml, err := w.s.Sign(t.Context(), w.a, p)
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(xml); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if verify(bytes.Replace(xml, []byte("2222-3333"), []byte("2222-3334"), 1)) == nil {
			t.Errorf("%s: another folio passes", kind)
		}
	}
}

func TestPetitionsAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.load(t, w.b, "only-b", drawn().b2, rfcB)
		many := make([]cancelacion.Folio, cancelacion.MaxFolios+1)
		for i := range many {
			many[i] = cancelacion.Folio{UUID: folioFiscal(i), Motivo: "02"}
		}
		at := func(when time.Time) Petition { p := cancels(rfcA); p.Fecha = when; return p }
		two := cancels(rfcA)
		two.Consulta = petitionsOf(rfcA)["relacionados"].Consulta
		foreign := cancels(rfcB)
		foreign.CertificateID = "only-b"
		w.both(t, func(t *testing.T, c Custody) {
			for name, try := range map[string]struct {
				actor store.Actor
				p     Petition
				kind  fail.Kind
				field string // code or path of the field it names
			}{
				"without the right":             {store.Actor{Tenant: w.a.Tenant, Rights: []store.Right{store.RightView}}, cancels(rfcA), fail.Denied, ""},
				"another's RFC":                 {w.a, cancels(rfcB), fail.Invalid, "303"},
				"no RFC":                        {w.a, cancels(""), fail.Invalid, "301"},
				"another tenant's certificate":  {w.a, foreign, fail.NotFound, ""},
				"ours, asked by another tenant": {w.b, cancels(rfcA), fail.Invalid, "303"},
				"no such certificate":           {w.a, Petition{CertificateID: "no", Fecha: start, Cancelacion: cancels(rfcA).Cancelacion}, fail.NotFound, ""},
				"nothing asked":                 {w.a, Petition{CertificateID: "cert", Fecha: start}, fail.Internal, ""},
				"two at once":                   {w.a, two, fail.Internal, ""},
				"no document":                   {w.a, Petition{CertificateID: "cert", Fecha: start, Cancelacion: &cancelacion.Cancelacion{RfcEmisor: rfcA}}, fail.Invalid, "301"},
				"too many":                      {w.a, cancels(rfcA, many...), fail.Invalid, "Folios"},
				"as many as fit":                {w.a, cancels(rfcA, append(many[:cancelacion.MaxFolios-1:cancelacion.MaxFolios-1], many[0])...), fail.Invalid, "Folios[499].UUID"},
				"the same twice":                {w.a, cancels(rfcA, many[0], many[0]), fail.Invalid, "Folios[1].UUID"},
				"no reason":                     {w.a, cancels(rfcA, cancelacion.Folio{UUID: folioFiscal(1)}), fail.Invalid, "207"},
				"01 replaced by nothing":        {w.a, cancels(rfcA, cancelacion.Folio{UUID: folioFiscal(1), Motivo: "01"}), fail.Invalid, "208"},
				"markup in a folio":             {w.a, cancels(rfcA, cancelacion.Folio{UUID: `"/><x a="`, Motivo: "02"}), fail.Invalid, "309"},
				"of tomorrow":                   {w.a, at(start.Add(24 * time.Hour)), fail.Invalid, "Fecha"},
				"of last week":                  {w.a, at(start.Add(-7 * 24 * time.Hour)), fail.Invalid, "Fecha"},
				"no date":                       {w.a, at(time.Time{}), fail.Invalid, "Fecha"},
			} {
				xml, err := c.Sign(t.Context(), try.actor, try.p)
				if err == nil || fail.KindOf(err) != try.kind || xml != nil {
					t.Errorf("%s: %d bytes, %v", name, len(xml), err)
				}
				if f := fail.FieldsOf(err); try.field != "" && (len(f) == 0 || f[0].Path != try.field && f[0].Code != try.field) {
					t.Errorf("%s: fields %+v", name, f)
				}
			}
		})
		if acts := w.acts(t, w.a); len(acts) != 1 {
			t.Errorf("refusals left audit records: %v", acts)
		}
		if n := len(w.s.keys.keys); n != 0 {
			t.Errorf("refusals opened %d keys", n)
		}
	})
}

// A certificate that is over, revoked, without its key, or no CSD signs no request.
func TestPetitionsWantALivingCSD(t *testing.T) {
	onDisk(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		w := newWorld(t, db)
		now := start
		w.s.now = func() time.Time { return now }
		put := func(statement string, args ...any) {
			t.Helper()
			if _, err := raw.ExecContext(t.Context(), statement, append(args, w.a.Tenant.ID())...); err != nil {
				t.Fatal(err)
			}
		}
		refused := func(name string, p Petition, kind fail.Kind, words string) {
			t.Helper()
			w.both(t, func(t *testing.T, c Custody) {
				xml, err := c.Sign(t.Context(), w.a, p)
				said := fail.MessageOf(err)
				for _, f := range fail.FieldsOf(err) {
					said += " " + f.Message
				}
				if xml != nil || fail.KindOf(err) != kind || !strings.Contains(said, words) || !strings.Contains(said, "No se firmó") {
					t.Errorf("%s: %d bytes, %v", name, len(xml), err)
				}
			})
		}
		cert, err := csd.ParseCertificate(drawn().a.cer)
		if err != nil {
			t.Fatal(err)
		}
		p := cancels(rfcA)
		p.Fecha = cert.NotAfter.Add(-time.Hour)
		now = cert.NotAfter
		if _, err := w.s.Sign(t.Context(), w.a, p); err != nil {
			t.Errorf("in its last second: %v", err)
		}
		now = cert.NotAfter.Add(time.Second)
		refused("over, with a date from before", p, fail.Invalid, "es vigente del")
		now, p = start, cancels(rfcA)
		put(`UPDATE certificates SET revoked_at = 5 WHERE id = 'cert' AND tenant_id = $1`)
		refused("revoked", p, fail.Invalid, "revocado")
		put(`UPDATE certificates SET revoked_at = 0 WHERE id = 'cert' AND tenant_id = $1`)
		put(`UPDATE certificates SET cer = $1 WHERE id = 'cert' AND tenant_id = $2`, drawn().fiel.cer)
		refused("an e.firma", p, fail.Invalid, "e.firma")
		put(`UPDATE certificates SET cer = $1 WHERE id = 'cert' AND tenant_id = $2`, drawn().a2.cer)
		refused("another certificate of the company", p, fail.Conflict, "no es la de ese certificado")
		put(`UPDATE certificates SET cer = $1 WHERE id = 'cert' AND tenant_id = $2`, drawn().a.cer)
		if acts := w.acts(t, w.a); len(acts) != 2 {
			t.Errorf("refusals left audit records: %v", acts)
		}
		if err := w.destroy(t, w.a, "cert"); err != nil {
			t.Fatal(err)
		}
		refused("without its key", p, fail.NotFound, "ya no tiene llave")
	})
}

// The other tenant's ciphertext in our row signs nothing, and the chain says so.
func TestSwappedCiphertextSignsNoPetition(t *testing.T) {
	onDisk(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		w := newWorld(t, db)
		_, err := raw.ExecContext(t.Context(), `UPDATE certificate_keys SET wrapped =
			(SELECT k.wrapped FROM certificate_keys k WHERE k.tenant_id = $1) WHERE tenant_id = $2`, w.b.Tenant.ID(), w.a.Tenant.ID())
		if err != nil {
			t.Fatal(err)
		}
		w.both(t, func(t *testing.T, c Custody) {
			if xml, err := c.Sign(t.Context(), w.a, cancels(rfcA)); err == nil || xml != nil {
				t.Error("the other tenant's ciphertext signs")
			}
			if row := w.newest(t, w.a); row.Action != actionPetitionFailed || !strings.Contains(row.After, `"reason":`) {
				t.Errorf("the failure is not in the chain: %+v", row)
			}
		})
	})
}

func TestNoAuditNoPetition(t *testing.T) {
	onDisk(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		w := newWorld(t, db)
		if _, err := raw.ExecContext(t.Context(), `ALTER TABLE audit RENAME TO audit_away`); err != nil {
			t.Fatal(err)
		}
		w.both(t, func(t *testing.T, c Custody) {
			if xml, err := c.Sign(t.Context(), w.a, cancels(rfcA)); err == nil || xml != nil {
				t.Errorf("signed without an audit record: %d bytes, %v", len(xml), err)
			}
		})
		if n := len(w.s.keys.keys); n != 0 {
			t.Errorf("%d keys were opened before the audit record", n)
		}
	})
}
