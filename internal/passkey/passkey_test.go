package passkey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/passkey/passkeytest"
)

const origin = "https://portal.example.mx"

func party(t testing.TB) *passkey.Party {
	t.Helper()
	p, err := passkey.New(origin+"/", "", "ioFacturo")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var ana = passkey.Person{Handle: []byte("ana's handle"), Name: "ana@EKU9003173C9", Display: "Ana Paz"}

// TestDomain: keys belong to the host of the portal or to a domain it lies in.
func TestDomain(t *testing.T) {
	for _, c := range []struct {
		base, domain string
		ok           bool
	}{
		{origin, "", true},
		{origin, "example.mx", true},
		{origin, "portal.example.mx", true},
		{origin, "tal.example.mx", false},
		{origin, "other.mx", false},
		{"http://localhost:8080", "", true},
		{"http://127.0.0.1:8080", "", true},
		{"portal.example.mx", "", false},
		{"", "", false},
	} {
		if _, err := passkey.New(c.base, c.domain, "ioFacturo"); (err == nil) != c.ok {
			t.Errorf("%s in %q: %v", c.base, c.domain, err)
		}
	}
}

// TestNumeric: a portal at a number asks nothing and takes nothing.
func TestNumeric(t *testing.T) {
	named := party(t)
	d, key := enrolled(t, named)
	ask, err := named.UseAny()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := d.Use(ask.Options)
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{"http://127.0.0.1:8080", "https://[::1]:8443"} {
		p, err := passkey.New(base, "", "ioFacturo")
		if err != nil {
			t.Fatal(err)
		}
		_, err1 := p.Create(ana, nil)
		_, err2 := p.Use(ana, nil)
		_, err3 := p.UseAny()
		_, err4 := p.Created(ana, ask.State, answer)
		_, err5 := p.Used(ana, []passkey.Key{key}, ask.State, answer)
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if !errors.Is(err, passkey.ErrNumeric) {
				t.Errorf("%s, call %d: %v", base, i+1, err)
			}
		}
	}
}

// enrolled is a device that holds a key of ana's.
func enrolled(t testing.TB, p *passkey.Party) (*passkeytest.Device, passkey.Key) {
	t.Helper()
	d := passkeytest.New(origin)
	ask, err := p.Create(ana, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := d.Create(ask.Options)
	if err != nil {
		t.Fatal(err)
	}
	key, err := p.Created(ana, ask.State, answer)
	if err != nil {
		t.Fatal(err)
	}
	return d, key
}

// TestAuthPasskeyAnswers: one true answer passes, each lie is refused, whether it is
// known who is asked or not.
func TestAuthPasskeyAnswers(t *testing.T) {
	lies := map[string]func(d *passkeytest.Device){
		"true":                        func(*passkeytest.Device) {},
		"another origin":              func(d *passkeytest.Device) { d.Origin = "https://portal.example.com" },
		"another port":                func(d *passkeytest.Device) { d.Origin = origin + ":8443" },
		"no TLS":                      func(d *passkeytest.Device) { d.Origin = "http://portal.example.mx" },
		"another domain":              func(d *passkeytest.Device) { d.Domain = "example.mx" },
		"another challenge":           func(d *passkeytest.Device) { d.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		"the person was not verified": func(d *passkeytest.Device) { d.Unverified = true },
		"nobody was there":            func(d *passkeytest.Device) { d.Absent = true },
		"another's handle":            func(d *passkeytest.Device) { d.Handle = []byte("bob's handle") },
		"a signature of other bytes":  func(d *passkeytest.Device) { d.Scribble = true },
		"an answer to another kind":   func(d *passkeytest.Device) { d.Type = "webauthn.create" },
		"in a frame of another site":  func(d *passkeytest.Device) { d.Embedded = "https://evil.example" },
	}
	p := party(t)
	for name, lie := range lies {
		for kind, ask := range map[string]func([]passkey.Key) (passkey.Ask, error){
			"known":   func(have []passkey.Key) (passkey.Ask, error) { return p.Use(ana, have) },
			"anybody": func([]passkey.Key) (passkey.Ask, error) { return p.UseAny() },
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				d, key := enrolled(t, p)
				have := []passkey.Key{key}
				a, err := ask(have)
				if err != nil {
					t.Fatal(err)
				}
				lie(d)
				answer, err := d.Use(a.Options)
				if err != nil {
					t.Fatal(err)
				}
				id, err := passkey.IDOf(answer)
				if err != nil || string(id) != string(key.ID) {
					t.Fatalf("%q %v", id, err)
				}
				used, err := p.Used(ana, have, a.State, answer)
				if name != "true" {
					if !errors.Is(err, passkey.ErrAnswer) {
						t.Errorf("%v", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if string(used.Data) == string(key.Data) {
					t.Error("the counter is not kept")
				}
			})
		}
	}
}

// TestAuthPasskeyCreation: a lie while a key is made makes none.
func TestAuthPasskeyCreation(t *testing.T) {
	p := party(t)
	for name, lie := range map[string]func(d *passkeytest.Device){
		"another origin":              func(d *passkeytest.Device) { d.Origin = "https://evil.example" },
		"another domain":              func(d *passkeytest.Device) { d.Domain = "evil.example" },
		"another challenge":           func(d *passkeytest.Device) { d.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		"the person was not verified": func(d *passkeytest.Device) { d.Unverified = true },
		"nobody was there":            func(d *passkeytest.Device) { d.Absent = true },
		"an answer to another kind":   func(d *passkeytest.Device) { d.Type = "webauthn.get" },
	} {
		t.Run(name, func(t *testing.T) {
			d := passkeytest.New(origin)
			lie(d)
			ask, err := p.Create(ana, nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := d.Create(ask.Options)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Created(ana, ask.State, answer); !errors.Is(err, passkey.ErrAnswer) {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("asked of somebody else", func(t *testing.T) {
		ask, err := p.Create(ana, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := passkeytest.New(origin).Create(ask.Options)
		if err != nil {
			t.Fatal(err)
		}
		bob := passkey.Person{Handle: []byte("bob's handle"), Name: "bob"}
		if _, err := p.Created(bob, ask.State, answer); !errors.Is(err, passkey.ErrAnswer) {
			t.Errorf("%v", err)
		}
	})
	t.Run("a device is asked for one key only", func(t *testing.T) {
		d, key := enrolled(t, p)
		ask, err := p.Create(ana, []passkey.Key{key})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Create(ask.Options); err == nil {
			t.Error("a second key on one device")
		}
	})
}

// TestAuthPasskeyCopied: a counter that goes back tells of a copy.
func TestAuthPasskeyCopied(t *testing.T) {
	p := party(t)
	d, key := enrolled(t, p)
	use := func() error {
		ask, err := p.Use(ana, []passkey.Key{key})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := d.Use(ask.Options)
		if err != nil {
			t.Fatal(err)
		}
		used, err := p.Used(ana, []passkey.Key{key}, ask.State, answer)
		if err == nil {
			key = used
		}
		return err
	}
	for range 3 {
		if err := use(); err != nil {
			t.Fatal(err)
		}
	}
	d.Back = true
	if err := use(); !errors.Is(err, passkey.ErrCopied) || !errors.Is(err, passkey.ErrAnswer) {
		t.Errorf("%v", err)
	}
}

// TestAuthPasskeyOfAnother: the key of one person does not pass for another's.
func TestAuthPasskeyOfAnother(t *testing.T) {
	p := party(t)
	d, _ := enrolled(t, p)
	bob := passkey.Person{Handle: []byte("bob's handle"), Name: "bob"}
	_, other := enrolled(t, p)
	ask, err := p.UseAny()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := d.Use(ask.Options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Used(bob, []passkey.Key{other}, ask.State, answer); !errors.Is(err, passkey.ErrAnswer) {
		t.Errorf("%v", err)
	}
	if _, err := p.Used(ana, []passkey.Key{other}, ask.State, answer); !errors.Is(err, passkey.ErrAnswer) {
		t.Errorf("a key that was taken away: %v", err)
	}
}

// TestOptions: what the browser is told asks for a key that verifies its holder and
// stays on the device.
func TestOptions(t *testing.T) {
	p := party(t)
	ask, err := p.Create(ana, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"residentKey":"required"`, `"userVerification":"required"`, `"attestation":"none"`, `"id":"portal.example.mx"`} {
		if !strings.Contains(string(ask.Options), want) {
			t.Errorf("no %s in %s", want, ask.Options)
		}
	}
	use, err := p.UseAny()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(use.Options), `"userVerification":"required"`) {
		t.Errorf("%s", use.Options)
	}
	var a, b struct{ PublicKey struct{ Challenge string } }
	if json.Unmarshal(ask.Options, &a) != nil || json.Unmarshal(use.Options, &b) != nil || len(a.PublicKey.Challenge) < 40 || a == b {
		t.Errorf("challenges %q %q", a.PublicKey.Challenge, b.PublicKey.Challenge)
	}
}

// FuzzAnswer: whatever a stranger sends is refused without a panic.
func FuzzAnswer(f *testing.F) {
	p := party(f)
	d, key := enrolled(f, p)
	create, err1 := p.Create(ana, nil)
	made, err2 := passkeytest.New(origin).Create(create.Options)
	use, err3 := p.UseAny()
	answer, err4 := d.Use(use.Options)
	other, err5 := p.UseAny()
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		f.Fatal(err)
	}
	f.Add(made)
	f.Add(answer)
	f.Add([]byte(`{"id":"","rawId":"","type":"public-key","response":{}}`))
	fresh, err := p.Create(ana, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := passkey.IDOf(b); err != nil && !errors.Is(err, passkey.ErrAnswer) {
			t.Error(err)
		}
		if _, err := p.Used(ana, []passkey.Key{key}, other.State, b); !errors.Is(err, passkey.ErrAnswer) {
			t.Errorf("taken: %v", err)
		}
		if _, err := p.Created(ana, fresh.State, b); !errors.Is(err, passkey.ErrAnswer) {
			t.Errorf("taken: %v", err)
		}
	})
}
