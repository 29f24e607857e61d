package account

import (
	"bytes"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

var keyPassword = []byte("12345678a")

func pair(t *testing.T, make func(ca *prueba.CA) (cer, key []byte, err error)) (cer, key []byte) {
	t.Helper()
	ca, err := testCA()
	if err != nil {
		t.Fatal(err)
	}
	cer, key, err = make(ca)
	if err != nil {
		t.Fatal(err)
	}
	return cer, key
}

func csdOf(t *testing.T, rfc string) (cer, key []byte) {
	t.Helper()
	return pair(t, func(ca *prueba.CA) ([]byte, []byte, error) { return ca.CSD(rfc, "ESCUELA KEMPER URGATE", keyPassword) })
}

func TestEachWrongCertificateHasItsOwnWords(t *testing.T) {
	cer, key := csdOf(t, rfcA)
	cer2, key2 := csdOf(t, rfcA)
	foreign, foreignKey := csdOf(t, rfcB)
	fiel, fielKey := pair(t, func(ca *prueba.CA) ([]byte, []byte, error) {
		return ca.FIEL(rfcA, "ESCUELA KEMPER URGATE", keyPassword)
	})
	elsewhere, err := prueba.New(start, 2048)
	if err != nil {
		t.Fatal(err)
	}
	unknown, unknownKey, err := elsewhere.CSD(rfcA, "ESCUELA KEMPER URGATE", keyPassword)
	if err != nil {
		t.Fatal(err)
	}
	asPEM := func(kind string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}) }
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		if _, err := h.AddCertificate(ctx, h.fresh(a), cer2, key2, keyPassword); err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, c := range []struct {
			name          string
			cer, key, pwd []byte
			later         time.Duration
			field         string
		}{
			{"wrong password", cer, key, []byte("otra"), 0, "Password"},
			{"key of another", cer, key2, keyPassword, 0, "Key"},
			{"e.firma", fiel, fielKey, keyPassword, 0, "Cer"},
			{"no test one", unknown, unknownKey, keyPassword, 0, "Cer"},
			{"expired", cer, key, keyPassword, 5 * 365 * 24 * time.Hour, "Cer"},
			{"other rfc", foreign, foreignKey, keyPassword, 0, "Cer"},
			{"pem certificate", asPEM("CERTIFICATE", cer), key, keyPassword, 0, "Cer"},
			{"pem key", cer, asPEM("ENCRYPTED PRIVATE KEY", key), keyPassword, 0, "Key"},
			{"10 MB certificate", make([]byte, 10<<20), key, keyPassword, 0, "Cer"},
			{"10 MB key", cer, make([]byte, 10<<20), keyPassword, 0, "Key"},
			{"files swapped", key, cer, keyPassword, 0, "Cer"},
			{"certificate twice", cer, cer, keyPassword, 0, "Key"},
			{"damaged", cer[:100], key, keyPassword, 0, "Cer"},
			{"duplicate", cer2, key2, keyPassword, 0, "Cer"},
			{"no certificate", nil, key, keyPassword, 0, "Cer"},
			{"no key", cer, nil, keyPassword, 0, "Key"},
			{"no password", cer, key, nil, 0, "Password"},
		} {
			h.clock.pass(c.later)
			_, err := h.AddCertificate(ctx, h.fresh(a), c.cer, c.key, c.pwd)
			h.clock.pass(-c.later)
			if d := cmp.Diff([]string{c.field}, fieldsOf(err)); d != "" {
				t.Errorf("%s: %v %s", c.name, err, d)
				continue
			}
			words := c.field + ": " + fail.FieldsOf(err)[0].Message
			if strings.Contains(words, string(keyPassword)) {
				t.Errorf("%s tells the password", c.name)
			}
			if other, twice := seen[words]; twice && c.name != "damaged" && other != "damaged" {
				t.Errorf("%s and %s have the same words: %s", c.name, other, words)
			}
			seen[words] = c.name
		}
		if list, err := h.Certificates(ctx, a); err != nil || len(list) != 1 {
			t.Errorf("%d certificates, %v; want the one good one", len(list), err)
		}
	})
}

func TestCertificateLife(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		first, err := h.MakeTestCertificate(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if !first.Prueba || !first.Activo || first.Rfc != rfcA || first.Estado != Vigente || len(first.NoCertificado) != 20 {
			t.Errorf("made %+v", first)
		}
		cer, key := csdOf(t, rfcA)
		second, err := h.AddCertificate(ctx, h.fresh(a), cer, key, keyPassword)
		if err != nil {
			t.Fatal(err)
		}
		states := func() (inUse string, estados []string) {
			list, err := h.Certificates(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				estados = append(estados, c.Estado)
				if c.EnUso {
					inUse += c.ID
				}
			}
			return inUse, estados
		}
		if inUse, _ := states(); inUse != second.ID {
			t.Errorf("in use is %q, want the newest, %s", inUse, second.ID)
		}
		for _, err := range []error{h.DeactivateCertificate(ctx, h.fresh(b), second.ID), h.DeleteCertificate(ctx, h.fresh(b), second.ID), h.ActivateCertificate(ctx, h.fresh(b), second.ID)} {
			if fail.KindOf(err) != fail.NotFound {
				t.Errorf("another company touched it: %v", err)
			}
		}
		if err := h.DeactivateCertificate(ctx, a, second.ID); err != nil {
			t.Fatal(err)
		}
		if inUse, _ := states(); inUse != first.ID {
			t.Errorf("in use is %q after switching off, want %s", inUse, first.ID)
		}
		if err := h.ActivateCertificate(ctx, h.fresh(a), second.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.DeleteCertificate(ctx, h.fresh(a), second.ID); err != nil {
			t.Fatal(err)
		}
		if inUse, estados := states(); inUse != first.ID || len(estados) != 1 {
			t.Errorf("after deleting: in use %q, states %v", inUse, estados)
		}
		if _, err := h.db.View(a.Tenant).CertificateKey(ctx, second.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the key stayed: %v", err)
		}
		if row, err := h.db.View(a.Tenant).Certificate(ctx, second.ID); err != nil || !bytes.Equal(row.Cer, cer) {
			t.Errorf("the certificate went: %v", err)
		}
		if fail.KindOf(h.ActivateCertificate(ctx, h.fresh(a), second.ID)) != fail.NotFound {
			t.Error("a deleted certificate came back")
		}
		if _, err := h.AddCertificate(ctx, h.fresh(a), cer, key, keyPassword); err != nil {
			t.Errorf("loading the deleted pair again: %v", err)
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestCertificateStates(t *testing.T) {
	row := store.CertificateRow{NotBefore: store.Micros(start), NotAfter: store.Micros(start.AddDate(4, 0, 0)), Activo: true}
	off := row
	off.Activo = false
	revoked := off
	revoked.RevokedAt = store.Micros(start)
	for _, c := range []struct {
		row     store.CertificateRow
		at      time.Time
		estado  string
		days    int
		urgente bool
	}{
		{row, start.Add(-time.Second), PorEntrar, 1461, false},
		{row, start, Vigente, 1461, false},
		{row, start.AddDate(4, 0, -61), Vigente, 61, false},
		{row, start.AddDate(4, 0, -60), PorVencer, 60, false},
		{row, start.AddDate(4, 0, -15), PorVencer, 15, true},
		{row, start.AddDate(4, 0, 0), PorVencer, 0, true},
		{row, start.AddDate(4, 0, 0).Add(time.Second), Vencido, 0, true},
		{off, start, Inactivo, 1461, false},
		{revoked, start, Revocado, 1461, false},
	} {
		got := certificateOf(c.row, c.at)
		if got.Estado != c.estado || got.DiasRestantes != c.days || got.Urgente != c.urgente {
			t.Errorf("at %v: %s, %d days, urgent %t; want %s, %d, %t", c.at, got.Estado, got.DiasRestantes, got.Urgente, c.estado, c.days, c.urgente)
		}
	}
}

func TestNoTestCertificateWhenThePortalStampsForReal(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.found(rfcA)
		h.cfg.TestCA = nil
		if _, err := h.MakeTestCertificate(t.Context(), a); fail.KindOf(err) != fail.Denied || h.TestMode() {
			t.Errorf("made one: %v", err)
		}
	})
}

func TestSetupTicks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		check := func(want Steps) {
			t.Helper()
			got, err := h.Setup(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
		check(Steps{})
		if _, _, err := h.SaveCompany(ctx, a, goodCompany()); err != nil {
			t.Fatal(err)
		}
		cert, err := h.MakeTestCertificate(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.SaveSerie(ctx, a, Serie{Serie: "A", TipoDeComprobante: "I", FolioInicial: 1, Activa: true}); err != nil {
			t.Fatal(err)
		}
		check(Steps{Empresa: true, Certificado: true, Series: true})
		if err := h.DeactivateCertificate(ctx, a, cert.ID); err != nil {
			t.Fatal(err)
		}
		check(Steps{Empresa: true, Series: true})
		if other, err := h.Setup(ctx, b); err != nil || other != (Steps{}) {
			t.Errorf("the other company has %+v, %v", other, err)
		}
	})
}

// TestAuthCertificatesAskForAProof: who found an open session neither loads, switches nor
// deletes a seal (threat T3).
func TestAuthCertificatesAskForAProof(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		cer, key := csdOf(t, rfcA)
		kept, err := h.AddCertificate(ctx, h.fresh(a), cer, key, keyPassword)
		if err != nil {
			t.Fatal(err)
		}
		late := a
		late.ProvedAt = h.clock.now().Add(-freshFor - time.Second)
		_, add := h.AddCertificate(ctx, late, cer, key, keyPassword)
		for name, err := range map[string]error{
			"add": add, "switch on": h.ActivateCertificate(ctx, late, kept.ID), "switch off": h.DeactivateCertificate(ctx, late, kept.ID), "delete": h.DeleteCertificate(ctx, late, kept.ID),
		} {
			if !errors.Is(err, ErrStepUp) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := h.Certificates(ctx, a); err != nil || len(list) != 1 || !list[0].Activo {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// TestABranchHasItsOwnCertificate: it seals for the branch alone, the others keep the
// company's; renewal overlaps; a revoked one is over for good.
func TestABranchHasItsOwnCertificate(t *testing.T) {
	cer, key := csdOf(t, rfcA)
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		own, err := h.SaveBranch(ctx, a, north())
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := h.SaveBranch(ctx, b, north())
		if err != nil {
			t.Fatal(err)
		}
		whole, err := h.MakeTestCertificate(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.AddCertificateFor(ctx, h.fresh(a), theirs.ID, cer, key, keyPassword); !slices.Equal(fieldsOf(err), []string{"Sucursal"}) {
			t.Errorf("for another company's branch: %v", err)
		}
		norte, err := h.AddCertificateFor(ctx, h.fresh(a), own.ID, cer, key, keyPassword)
		if err != nil || norte.Sucursal != own.ID {
			t.Fatalf("%+v %v", norte, err)
		}
		// what the grid says is in use is what issuing chooses
		chosen := func(branch, want string) {
			t.Helper()
			row, err := h.db.View(a.Tenant).CertificateInForce(ctx, store.Micros(h.now()), branch)
			if ignoreAbsent(err) != nil || row.ID != want {
				t.Errorf("%s is sealed with %q, want %q (%v)", branch, row.ID, want, err)
			}
		}
		inUse := func(want ...string) {
			t.Helper()
			list, err := h.Certificates(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range list {
				if c.EnUso {
					got = append(got, c.ID)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("in use are %v, want %v", got, want)
			}
			if _, beside := Overlap(list, norte); beside != (len(list) == 3) {
				t.Errorf("%d certificates, overlap %t", len(list), beside)
			}
		}
		chosen(own.ID, norte.ID)
		chosen(store.MainBranch, whole.ID)
		chosen("another branch", whole.ID)
		inUse(norte.ID, whole.ID)
		renewed, err := h.MakeTestCertificate(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.MoveCertificate(ctx, h.fresh(a), renewed.ID, own.ID); err != nil {
			t.Fatal(err)
		}
		chosen(own.ID, renewed.ID)
		inUse(renewed.ID, whole.ID)
		for name, err := range map[string]error{
			"moved": h.MoveCertificate(ctx, h.fresh(b), norte.ID, ""), "revoked": h.RevokeCertificate(ctx, h.fresh(b), norte.ID),
		} {
			if fail.KindOf(err) != fail.NotFound {
				t.Errorf("another company %s it: %v", name, err)
			}
		}
		if err := h.MoveCertificate(ctx, h.fresh(a), renewed.ID, theirs.ID); !slices.Equal(fieldsOf(err), []string{"Sucursal"}) {
			t.Errorf("to another company's branch: %v", err)
		}
		if err := h.RevokeCertificate(ctx, h.fresh(a), renewed.ID); err != nil {
			t.Fatal(err)
		}
		chosen(own.ID, norte.ID)
		if list, err := h.Certificates(ctx, a); err != nil || !slices.ContainsFunc(list, func(c Certificate) bool { return c.ID == renewed.ID && c.Estado == Revocado && !c.Activo }) {
			t.Errorf("%+v %v", list, err)
		}
		for name, err := range map[string]error{
			"switched on": h.ActivateCertificate(ctx, h.fresh(a), renewed.ID), "revoked again": h.RevokeCertificate(ctx, h.fresh(a), renewed.ID),
		} {
			if fail.KindOf(err) != fail.Conflict {
				t.Errorf("a revoked one was %s: %v", name, err)
			}
		}
		if err := h.DeactivateCertificate(ctx, h.fresh(a), norte.ID); err != nil {
			t.Fatal(err)
		}
		chosen(own.ID, whole.ID) // none of its own left: the company's
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}
