package signer

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// A sealed secret opens in its own place; every pair of places exchanged, none does.
func TestASecretOpensOnlyInItsPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		type place struct {
			t            store.Tenant
			kind, object string
		}
		var places []place
		for _, tenant := range []store.Tenant{w.a.Tenant, w.b.Tenant, store.Platform()} {
			for _, kind := range secretKinds() {
				places = append(places, place{tenant, kind, "uno"}, place{tenant, kind, "dos"})
			}
		}
		sealed := make([][]byte, len(places))
		for i, p := range places {
			var err error
			if sealed[i], err = w.s.Protect(t.Context(), p.t, p.kind, p.object, []byte{byte(i)}); err != nil {
				t.Fatal(err)
			}
		}
		for i, to := range places {
			for j := range places {
				plain, err := w.s.Reveal(t.Context(), to.t, to.kind, to.object, sealed[j])
				if (err == nil) != (i == j) || i != j && !errors.Is(err, ErrSecret) || i == j && !bytes.Equal(plain, []byte{byte(i)}) {
					t.Errorf("secret %d in place %v: %v, %v", j, to, plain, err)
				}
			}
		}
	})
}

func TestASecretChangedAnywhereDoesNotOpen(t *testing.T) {
	w := newWorld(t, storetest.Open(t, "sqlite"))
	sealed, err := w.s.Protect(t.Context(), w.a.Tenant, KindTOTP, "u", []byte("secreto"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		for _, bit := range []byte{1, 0x80} {
			bad := bytes.Clone(sealed)
			bad[i] ^= bit
			if _, err := w.s.Reveal(t.Context(), w.a.Tenant, KindTOTP, "u", bad); !errors.Is(err, ErrSecret) {
				t.Errorf("byte %d changed: %v", i, err)
			}
		}
		if _, err := w.s.Reveal(t.Context(), w.a.Tenant, KindTOTP, "u", sealed[:i]); !errors.Is(err, ErrSecret) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
}

func TestProtectRefusesWhatIsNoSecretOfTheList(t *testing.T) {
	w := newWorld(t, storetest.Open(t, "sqlite"))
	row, err := w.db.View(w.a.Tenant).CertificateKey(t.Context(), "cert")
	if err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func() error{
		"a certificate's key": func() error {
			_, err := w.s.Reveal(t.Context(), w.a.Tenant, kindCSD, "cert", append([]byte{secretForm, 1}, row.Wrapped...))
			return err
		},
		"a kind of its own": func() error {
			_, err := w.s.Protect(t.Context(), w.a.Tenant, "otro", "x", []byte("x"))
			return err
		},
		"an object with a bar": func() error {
			_, err := w.s.Protect(t.Context(), w.a.Tenant, KindTOTP, "a|b", []byte("x"))
			return err
		},
		"no object": func() error {
			_, err := w.s.Protect(t.Context(), w.a.Tenant, KindTOTP, "", []byte("x"))
			return err
		},
		"nothing": func() error {
			_, err := w.s.Protect(t.Context(), w.a.Tenant, KindTOTP, "x", nil)
			return err
		},
		"a document": func() error {
			_, err := w.s.Protect(t.Context(), w.a.Tenant, KindTOTP, "x", make([]byte, maxSecret+1))
			return err
		},
		"inside a transaction": func() error {
			return w.db.Update(t.Context(), w.b.Tenant, func(*store.Tx) error {
				_, err := w.s.Protect(t.Context(), w.a.Tenant, KindTOTP, "x", []byte("x"))
				return err
			})
		},
		"no tenant": func() error {
			_, err := w.s.Protect(t.Context(), store.Tenant{}, KindTOTP, "x", []byte("x"))
			return err
		},
	} {
		if try() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Destroying the last secret of a keyset destroys the keyset, but not while
// something sealed under it may still be on its way to its row.
func TestTheKeysetGoesWithItsLastSecret(t *testing.T) {
	now := start
	clock := func() time.Time { return now }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now = start
		w := newWorld(t, db)
		w.s.now = clock
		w.load(t, w.a, "cert2", drawn().a2, rfcA)
		keysets := func(a store.Actor) int {
			rows, err := db.View(a.Tenant).Keysets(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		now = now.Add(time.Hour)
		sealed, err := w.s.Protect(t.Context(), w.a.Tenant, KindTOTP, "u", []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(useKeeps - 2*time.Second)
		for _, id := range []string{"cert", "cert2"} {
			if err := w.destroy(t, w.a, id); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.s.Reveal(t.Context(), w.a.Tenant, KindTOTP, "u", sealed); err != nil || keysets(w.a) != 1 {
			t.Errorf("%d keysets; what was sealed a moment ago is lost: %v", keysets(w.a), err)
		}
		w.load(t, w.a, "cert3", drawn().a, rfcA)
		now = now.Add(2 * useKeeps)
		if err := w.destroy(t, w.a, "cert3"); err != nil {
			t.Fatal(err)
		}
		if keysets(w.a) != 0 || keysets(w.b) != 1 {
			t.Errorf("%d keysets of the tenant left, %d of the other", keysets(w.a), keysets(w.b))
		}
		w.load(t, w.a, "cert4", drawn().a2, rfcA)
		if _, err := w.s.Seal(t.Context(), w.b, w.number(t, w.b, "doc-b", 1, drawn().b, rfcB, nameB, start)); err != nil {
			t.Errorf("the other tenant: %v", err)
		}
		if err := w.destroy(t, store.Actor{Tenant: w.a.Tenant, Rights: []store.Right{store.RightIssue}}, "cert4"); fail.KindOf(err) != fail.Denied {
			t.Errorf("without the right: %v", err)
		}
	}, store.WithClock(clock))
}

func FuzzSplitSecret(f *testing.F) {
	f.Add([]byte{secretForm, 1, 2, 3})
	f.Add([]byte(strings.Repeat("\xff", 12)))
	f.Fuzz(func(t *testing.T, wrapped []byte) {
		if version, sealed, err := splitSecret(wrapped); err == nil && (version < 1 || len(sealed) >= len(wrapped)) {
			t.Errorf("%x gives version %d", wrapped, version)
		}
	})
}

func TestEveryColumnOfSecretsHasAKindWeOpen(t *testing.T) {
	known := append(secretKinds(), kindExport)
	for _, c := range store.SecretColumns() {
		if !slices.Contains(known, c.Kind) {
			t.Errorf("nobody seals %q", c.Kind)
		}
	}
}
