package account

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const sealPassword = "12345678a"

// A seal is the two files of a taxpayer.
type seal struct{ cer, key []byte }

func newSeal(t *testing.T, ca *prueba.CA, rfc string) seal {
	t.Helper()
	cer, key, err := ca.CSD(rfc, "ESCUELA KEMPER URGATE", []byte(sealPassword))
	if err != nil {
		t.Fatal(err)
	}
	return seal{cer, key}
}

// sign is what the browser does with a challenge.
func (s seal) sign(t *testing.T, c CSDChallenge, origin, rfc string) CSDAnswer {
	t.Helper()
	key, err := csd.OpenKey(s.key, []byte(sealPassword))
	if err != nil {
		t.Fatal(err)
	}
	sig, err := key.Sign([]byte(CSDMessage(origin, c.Nonce, rfc, c.Time)))
	if err != nil {
		t.Fatal(err)
	}
	return CSDAnswer{Cer: s.cer, Signature: sig, Nonce: c.Nonce, Time: c.Time, Pre: c.Pre}
}

// TestAuthCSD: the holder of a company's seal is its Administrador, and nobody else is.
func TestAuthCSD(t *testing.T) {
	ca, err := testCA()
	if err != nil {
		t.Fatal(err)
	}
	own, stranger := newSeal(t, ca, rfcA), newSeal(t, ca, "URE180429TM6")
	fielCer, fielKey, err := ca.FIEL(rfcA, "ESCUELA KEMPER URGATE", []byte(sealPassword))
	if err != nil {
		t.Fatal(err)
	}
	otherCA, err := prueba.New(start, 2048)
	if err != nil {
		t.Fatal(err)
	}
	unknown := newSeal(t, otherCA, rfcA)
	second := newSeal(t, ca, rfcA)
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		origin := h.cfg.BaseURL
		challenge := func() CSDChallenge {
			t.Helper()
			c, err := h.ChallengeCSD(ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		enter := func(in CSDAnswer) (SignedIn, error) {
			return h.SignInByCSD(ctx, in, Client{IP: "10.1.1.1", Device: "test"})
		}
		t.Run("lets the Administrador in", func(t *testing.T) {
			in, err := enter(own.sign(t, challenge(), origin, rfcA))
			if err != nil {
				t.Fatal(err)
			}
			s := h.session(in.Token)
			if !s.Actor.Admin || s.Actor.UserID != a.UserID || s.Rfc != rfcA || s.Way != WayCSD {
				t.Errorf("%+v", s)
			}
		})
		t.Run("an answer counts once", func(t *testing.T) {
			in := own.sign(t, challenge(), origin, rfcA)
			if _, err := enter(in); err != nil {
				t.Fatal(err)
			}
			if _, err := enter(in); fail.KindOf(err) != fail.Denied {
				t.Errorf("replayed: %v", err)
			}
		})
		for name, c := range map[string]struct {
			answer func() CSDAnswer
			field  string // "" for a refusal that is nobody's field
			words  string
		}{
			"another browser": {func() CSDAnswer {
				in := own.sign(t, challenge(), origin, rfcA)
				in.Pre = challenge().Pre
				return in
			}, "", "venció o ya se usó"},
			"no browser at all": {func() CSDAnswer { in := own.sign(t, challenge(), origin, rfcA); in.Pre = ""; return in }, "", "venció o ya se usó"},
			"a nonce of its own": {func() CSDAnswer {
				c := challenge()
				c.Nonce = strings.Repeat("A", 43)
				return own.sign(t, c, origin, rfcA)
			}, "", "venció o ya se usó"},
			"another time": {func() CSDAnswer {
				c := challenge()
				c.Time = "2026-01-01T00:00:00Z"
				return own.sign(t, c, origin, rfcA)
			}, "", "venció o ya se usó"},
			"another site": {func() CSDAnswer { return own.sign(t, challenge(), "https://otro.example", rfcA) }, "Key", "no es la de ese certificado"},
			"another RFC":  {func() CSDAnswer { return own.sign(t, challenge(), origin, rfcB) }, "Key", "no es la de ese certificado"},
			"a key of another": {func() CSDAnswer {
				in := stranger.sign(t, challenge(), origin, rfcA)
				in.Cer = own.cer
				return in
			}, "Key", "no es la de ese certificado"},
			"a signature that is none": {func() CSDAnswer { in := own.sign(t, challenge(), origin, rfcA); in.Signature = []byte("x"); return in }, "Key", "no es la de ese certificado"},
			"an e.firma":               {func() CSDAnswer { return seal{fielCer, fielKey}.sign(t, challenge(), origin, rfcA) }, "Cer", "e.firma"},
			"no certificate":           {func() CSDAnswer { in := own.sign(t, challenge(), origin, rfcA); in.Cer = []byte("nada"); return in }, "Cer", "No entraste"},
			"an unknown authority":     {func() CSDAnswer { return unknown.sign(t, challenge(), origin, rfcA) }, "Cer", "autoridad"},
			"an RFC without a company": {func() CSDAnswer { return stranger.sign(t, challenge(), origin, "URE180429TM6") }, "Cer", "Regístrala"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := enter(c.answer())
				if err == nil || !strings.Contains(fail.MessageOf(err), c.words) {
					t.Fatalf("%v", err)
				}
				if got := fieldsOf(err); c.field != "" && !slices.Equal(got, []string{c.field}) {
					t.Errorf("on %v, want %s", got, c.field)
				}
				if noCompany := name == "an RFC without a company"; errors.Is(err, ErrNoCompany) != noCompany {
					t.Errorf("offers registration: %v", err)
				}
			})
		}
		t.Run("a challenge lasts two minutes", func(t *testing.T) {
			in := own.sign(t, challenge(), origin, rfcA)
			h.clock.pass(csdLife + time.Second)
			if _, err := enter(in); fail.KindOf(err) != fail.Denied {
				t.Errorf("%v", err)
			}
		})
		files := func(s seal, password string) (SignedIn, error) {
			return h.SignInByCSDFiles(ctx, s.cer, s.key, []byte(password), Client{IP: "10.1.1.2"})
		}
		t.Run("files without script", func(t *testing.T) {
			in, err := files(own, sealPassword)
			if err != nil || h.session(in.Token).Way != WayCSDFiles {
				t.Fatalf("%v", err)
			}
			for field, err := range map[string]error{
				"Password": errOf(files(own, "otra")), "Key": errOf(files(seal{own.cer, stranger.key}, sealPassword)), "Cer": errOf(files(seal{fielCer, fielKey}, sealPassword)),
			} {
				if !slices.Equal(fieldsOf(err), []string{field}) {
					t.Errorf("%s: %v", field, err)
				}
			}
			if got := fieldsOf(errOf(files(seal{}, ""))); len(got) != 3 {
				t.Errorf("nothing sent: %v", got)
			}
		})
		t.Run("a certificate taken out of use here", func(t *testing.T) {
			c, err := h.AddCertificate(ctx, h.fresh(a), second.cer, second.key, []byte(sealPassword))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := enter(second.sign(t, challenge(), origin, rfcA)); err != nil {
				t.Errorf("while in use: %v", err)
			}
			if err := h.DeactivateCertificate(ctx, h.fresh(a), c.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := enter(second.sign(t, challenge(), origin, rfcA)); !slices.Equal(fieldsOf(err), []string{"Cer"}) {
				t.Errorf("switched off: %v", err)
			}
		})
		t.Run("the second factor is asked", func(t *testing.T) {
			setup, _ := h.guarded(a)
			in, err := enter(own.sign(t, challenge(), origin, rfcA))
			if err != nil || in.Stage != store.StageFactor {
				t.Fatalf("%+v %v", in, err)
			}
			if _, _, err := h.PassFactor(ctx, in.Token, h.code(setup)); err != nil {
				t.Error(err)
			}
		})
		t.Run("the company switches it off", func(t *testing.T) {
			p, err := h.Policy(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			p.CSDUpload = false
			if p, err = h.SavePolicy(ctx, h.fresh(a), p); err != nil {
				t.Fatal(err)
			}
			if _, err := files(own, sealPassword); fail.KindOf(err) != fail.Denied {
				t.Errorf("by files: %v", err)
			}
			if _, err := enter(own.sign(t, challenge(), origin, rfcA)); err != nil {
				t.Errorf("by signature: %v", err)
			}
			p.CSDSignin = false
			if _, err := h.SavePolicy(ctx, h.fresh(a), p); err != nil {
				t.Fatal(err)
			}
			if _, err := enter(own.sign(t, challenge(), origin, rfcA)); fail.KindOf(err) != fail.Denied {
				t.Errorf("by signature: %v", err)
			}
		})
		t.Run("an expired certificate", func(t *testing.T) {
			h.clock.pass(6 * 365 * 24 * time.Hour)
			if _, err := enter(own.sign(t, challenge(), origin, rfcA)); err == nil || !strings.Contains(fail.MessageOf(err), "venció el") {
				t.Errorf("%v", err)
			}
			h.clock.pass(-6 * 365 * 24 * time.Hour)
		})
	})
}

// FuzzCSDAnswer: whatever a stranger sends is refused without a panic.
func FuzzCSDAnswer(f *testing.F) {
	f.Add([]byte("0\x82"), []byte("x"), "n", "t", "p")
	c := &clock{at: start}
	ca, err := testCA()
	if err != nil {
		f.Fatal(err)
	}
	s := New(Config{Trust: csd.NewTrust(ca.Root()), Catalog: catalogo.New(), Now: c.now})
	f.Fuzz(func(t *testing.T, cer, sig []byte, nonce, at, pre string) {
		cert, err := s.sealOfCompany(cer)
		if err == nil && cert.Verify([]byte(CSDMessage("o", nonce, cert.Rfc, at)), sig) == nil {
			t.Error("a stranger's bytes were taken")
		}
	})
}
