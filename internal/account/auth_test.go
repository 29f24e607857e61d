package account

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const otherPassword = "cuatro gatos en la azotea 7"

// Someone is the Administrador of a company of its own, so that no case meets
// what another left.
type someone struct {
	*house
	rfc    string
	correo string
	a      store.Actor
}

// An authCase is one thing that coming in does or refuses.
type authCase struct {
	name string
	run  func(t *testing.T, p *someone)
}

// eachCase runs the cases on both databases, each as somebody new.
func eachCase(t *testing.T, cases []authCase) {
	t.Helper()
	each(t, func(t *testing.T, h *house) {
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				rfc := fmt.Sprintf("AA%c%02d0101AA1", 'A'+i/90, 10+i%90)
				own := *h
				own.t = t
				p := &someone{house: &own, rfc: rfc, correo: "ana@" + strings.ToLower(rfc) + ".mx"}
				p.a = p.found(rfc)
				c.run(t, p)
			})
		}
	})
}

// in signs the person in and fails the case when that is refused.
func (p *someone) in(password string) SignedIn {
	p.t.Helper()
	in, err := p.enter(p.rfc, password)
	if err != nil {
		p.t.Fatalf("comes in: %v", err)
	}
	return in
}

// beto is a second user of the company.
func (p *someone) beto(admin bool) User {
	u := beto(store.RightReceipts)
	u.Correo, u.Admin = "beto@"+strings.ToLower(p.rfc)+".mx", admin
	return u
}

// actor is who is at the browser of a session.
func (p *someone) actor(in SignedIn) store.Actor {
	p.t.Helper()
	s, err := p.SessionOf(p.t.Context(), in.Token)
	if err != nil {
		p.t.Fatal(err)
	}
	return s.Actor
}

// open reports whether a session still opens, and over whether it ended as it should.
func (p *someone) open(what string, in SignedIn) {
	p.t.Helper()
	if _, err := p.SessionOf(p.t.Context(), in.Token); err != nil {
		p.t.Errorf("%s: ended: %v", what, err)
	}
}

func (p *someone) over(what string, in SignedIn) {
	p.t.Helper()
	if _, err := p.SessionOf(p.t.Context(), in.Token); !errors.Is(err, ErrSession) {
		p.t.Errorf("%s: still opens: %v", what, err)
	}
}

// policy changes the company's policy.
func (p *someone) policy(change func(q *Policy)) {
	p.t.Helper()
	q, err := p.Policy(p.t.Context(), p.a)
	if err != nil {
		p.t.Fatal(err)
	}
	change(&q)
	if _, err := p.SavePolicy(p.t.Context(), p.fresh(p.a), q); err != nil {
		p.t.Fatal(err)
	}
}

// forgot asks for a new password and returns the mailed link.
func (p *someone) forgot() string {
	p.t.Helper()
	p.clock.pass(6 * time.Minute) // one mail in five minutes
	if err := p.Recover(p.t.Context(), "admin", p.rfc, ""); err != nil {
		p.t.Fatal(err)
	}
	list := p.mails(p.correo)
	if len(list) == 0 {
		p.t.Fatal("no mail")
	}
	return linkIn(p.t, list[len(list)-1], "/contrasena/")
}

func (p *someone) reset(link, password string) error {
	return errOf(p.SetNewPassword(p.t.Context(), link, password, password, Client{}))
}

// told counts the unread mails of the person whose subject holds the words.
func (p *someone) told(to, words string) int {
	n := 0
	for _, m := range p.mails(to) {
		if strings.Contains(m.Subject, words) {
			n++
		}
	}
	return n
}

// TestAuthSession: where a session begins, how long it lasts and what ends it.
func TestAuthSession(t *testing.T) {
	eachCase(t, []authCase{
		{"a token of one's own choosing opens nothing", func(t *testing.T, p *someone) {
			for _, token := range []string{"", "x", strings.Repeat("A", 43), hashToken("x")} {
				p.over(token, SignedIn{Token: token})
			}
		}},
		{"every entry has a token of its own, of 256 bits", func(t *testing.T, p *someone) {
			seen := map[string]bool{}
			for range 20 {
				in := p.in(goodPassword)
				b, err := base64.RawURLEncoding.DecodeString(in.Token)
				if err != nil || len(b) != 32 || seen[in.Token] {
					t.Fatalf("%q: %d bytes, %v", in.Token, len(b), err)
				}
				seen[in.Token] = true
			}
		}},
		{"what the database keeps opens nothing", func(t *testing.T, p *someone) {
			p.over("the hash", SignedIn{Token: hashToken(p.in(goodPassword).Token)})
		}},
		{"unused for as long as the policy says it stays, longer not", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			p.clock.pass(29 * time.Minute)
			p.open("29 minutes", in)
			p.clock.pass(31 * time.Minute)
			p.over("31 minutes", in)
		}},
		{"used all the time it ends after twelve hours", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			for range 47 {
				p.clock.pass(15 * time.Minute)
				p.open("at work", in)
			}
			p.clock.pass(15 * time.Minute)
			p.over("twelve hours", in)
		}},
		{"a shorter wait of the company holds for who is in", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			p.policy(func(q *Policy) { q.SessionMinutes = 5 })
			p.clock.pass(6 * time.Minute)
			p.over("six minutes", in)
		}},
		{"a shorter life of the company holds for who is in", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			p.policy(func(q *Policy) { q.SessionHours = 1 })
			for range 5 {
				p.clock.pass(10 * time.Minute)
				p.open("at work", in)
			}
			p.clock.pass(11 * time.Minute)
			p.over("an hour", in)
		}},
		{"no policy makes it longer than a day", func(t *testing.T, p *someone) {
			p.policy(func(q *Policy) { q.SessionMinutes, q.SessionHours = 720, 24 })
			in := p.in(goodPassword)
			for range 3 {
				p.clock.pass(6 * time.Hour)
				p.open("at work", in)
			}
			p.clock.pass(6 * time.Hour)
			p.over("a day", in)
		}},
		{"what is over does not come back", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			if err := p.SignOut(t.Context(), in.Token); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Prove(t.Context(), p.fresh(p.a), in.Token, goodPassword, ""); !errors.Is(err, ErrSession) {
				t.Errorf("proved: %v", err)
			}
			p.over("signed out", in)
		}},
		{"a proof moves the session on to another token", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			next, err := p.Prove(t.Context(), p.actor(in), in.Token, goodPassword, "")
			if err != nil || next.Token == in.Token {
				t.Fatalf("%+v %v", next, err)
			}
			p.over("the one before", in)
			p.open("the one after", next)
		}},
		{"a proof makes no session older or younger", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			for range 24 { // twelve hours, proving all the time
				next, err := p.Prove(t.Context(), p.actor(in), in.Token, goodPassword, "")
				if err != nil {
					t.Fatal(err)
				}
				in = next
				p.clock.pass(29 * time.Minute)
			}
			p.clock.pass(25 * time.Minute)
			p.over("twelve hours", in)
		}},
		{"the proof of one session is none of another's", func(t *testing.T, p *someone) {
			one, two := p.in(goodPassword), p.in(goodPassword)
			if _, err := p.Prove(t.Context(), p.actor(one), two.Token, goodPassword, ""); !errors.Is(err, ErrSession) {
				t.Errorf("%v", err)
			}
			p.open("the other", two)
		}},
		{"a proof lasts five minutes", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			p.clock.pass(5*time.Minute - time.Second)
			if !p.Fresh(p.actor(in)) {
				t.Error("stale before five minutes")
			}
			p.clock.pass(2 * time.Second)
			if p.Fresh(p.actor(in)) {
				t.Error("fresh after five minutes")
			}
		}},
		{"another password ends the others and keeps this one", func(t *testing.T, p *someone) {
			here, there := p.in(goodPassword), p.in(goodPassword)
			if err := p.ChangePassword(t.Context(), p.actor(here), goodPassword, otherPassword, otherPassword); err != nil {
				t.Fatal(err)
			}
			p.open("here", here)
			p.over("there", there)
		}},
		{"a second factor ends the others, set up and taken away", func(t *testing.T, p *someone) {
			here, there := p.in(goodPassword), p.in(goodPassword)
			me := p.actor(here)
			p.guarded(me)
			p.open("here", here)
			p.over("there", there)
			there, _, err := p.PassFactor(t.Context(), p.in(goodPassword).Token, p.codeOf(t, me))
			if err != nil {
				t.Fatal(err)
			}
			if err := p.RemoveFactor(t.Context(), p.fresh(me)); err != nil {
				t.Fatal(err)
			}
			p.over("there, after it was taken away", there)
		}},
		{"everywhere but here", func(t *testing.T, p *someone) {
			here, one, two := p.in(goodPassword), p.in(goodPassword), p.in(goodPassword)
			if n, err := p.CloseOtherSessions(t.Context(), p.actor(here)); err != nil || n != 2 {
				t.Fatalf("%d %v", n, err)
			}
			p.open("here", here)
			p.over("one", one)
			p.over("two", two)
		}},
		{"closing one asks who it is", func(t *testing.T, p *someone) {
			here, there := p.in(goodPassword), p.in(goodPassword)
			id := p.actor(there).SessionID
			p.clock.pass(6 * time.Minute)
			if err := p.CloseSession(t.Context(), p.actor(here), id); !errors.Is(err, ErrStepUp) {
				t.Errorf("one: %v", err)
			}
			if _, err := p.CloseOtherSessions(t.Context(), p.actor(here)); !errors.Is(err, ErrStepUp) {
				t.Errorf("all: %v", err)
			}
			p.open("there", there)
		}},
		{"nobody of the company closes one's own session but an Administrador", func(t *testing.T, p *someone) {
			u, in := p.hire(p.a, p.beto(false))
			mine := p.in(goodPassword)
			if err := p.CloseSession(t.Context(), p.fresh(p.actor(in)), p.actor(mine).SessionID); fail.KindOf(err) != fail.NotFound {
				t.Errorf("the session of the Administrador: %v", err)
			}
			if err := p.CloseSessionsOf(t.Context(), p.fresh(p.actor(in)), p.a.UserID); fail.KindOf(err) != fail.Denied {
				t.Errorf("all of the Administrador: %v", err)
			}
			p.open("the Administrador's", mine)
			if err := p.CloseSessionsOf(t.Context(), p.fresh(p.a), u.ID); err != nil {
				t.Fatal(err)
			}
			p.over("the user's", in)
		}},
	})
}

// codeOf is what the application of a person shows now.
func (p *someone) codeOf(t *testing.T, a store.Actor) string {
	t.Helper()
	row, err := p.db.View(a.HomeTenant()).TOTP(t.Context(), a.UserID)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := p.cfg.Signer.Reveal(t.Context(), a.HomeTenant(), "totp", a.UserID, row.Secret)
	if err != nil {
		t.Fatal(err)
	}
	p.clock.pass(time.Minute) // the code before is spent
	return p.code(FactorSetup{Secret: string(secret)})
}

// TestAuthReset: the mailed link to a new password is good once, for half an hour
// and for the one it was mailed to.
func TestAuthReset(t *testing.T) {
	eachCase(t, []authCase{
		{"sets the password and lets nobody in by itself", func(t *testing.T, p *someone) {
			in, err := p.SetNewPassword(t.Context(), p.forgot(), otherPassword, otherPassword, Client{})
			if err != nil || in.Token != "" {
				t.Fatalf("%+v %v", in, err)
			}
			p.in(otherPassword)
			if _, err := p.enter(p.rfc, goodPassword); !errors.Is(err, ErrCredentials) {
				t.Errorf("the password before: %v", err)
			}
		}},
		{"once", func(t *testing.T, p *someone) {
			link := p.forgot()
			if err := p.reset(link, otherPassword); err != nil {
				t.Fatal(err)
			}
			if err := p.reset(link, otherPassword+" y más"); !errors.Is(err, ErrLinkUsed) {
				t.Errorf("%v", err)
			}
		}},
		{"once, also in ten windows at once", func(t *testing.T, p *someone) {
			link := p.forgot()
			var wg sync.WaitGroup
			var mu sync.Mutex
			set := 0
			for i := range 10 {
				wg.Go(func() {
					if err := p.reset(link, fmt.Sprintf("%s %d", otherPassword, i)); err == nil {
						mu.Lock()
						set++
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			if set != 1 {
				t.Errorf("set %d times", set)
			}
		}},
		{"for half an hour", func(t *testing.T, p *someone) {
			link := p.forgot()
			p.clock.pass(29 * time.Minute)
			if _, err := p.NewPasswordFor(t.Context(), link); err != nil {
				t.Errorf("29 minutes: %v", err)
			}
			p.clock.pass(2 * time.Minute)
			if err := p.reset(link, otherPassword); !errors.Is(err, ErrLinkExpired) {
				t.Errorf("31 minutes: %v", err)
			}
			p.in(goodPassword)
		}},
		{"for its user alone", func(t *testing.T, p *someone) {
			p.hire(p.a, p.beto(true))
			if err := p.reset(p.forgot(), otherPassword); err != nil {
				t.Fatal(err)
			}
			if _, err := p.SignIn(t.Context(), Credentials{Usuario: "beto", Rfc: p.rfc, Password: otherPassword}); !errors.Is(err, ErrCredentials) {
				t.Errorf("another user has it too: %v", err)
			}
		}},
		{"a link for something else sets no password", func(t *testing.T, p *someone) {
			if err := p.AskMailChange(t.Context(), p.fresh(p.a), "nuevo@"+p.rfc+".mx", "nuevo@"+p.rfc+".mx"); err != nil {
				t.Fatal(err)
			}
			list := p.mails(p.correo)
			link := linkIn(t, list[len(list)-1], "/correo/")
			if err := p.reset(link, otherPassword); !errors.Is(err, ErrLinkUnknown) {
				t.Errorf("%v", err)
			}
		}},
		{"and it does nothing else", func(t *testing.T, p *someone) {
			link := p.forgot()
			if _, err := p.Unlock(t.Context(), link, ""); !errors.Is(err, ErrLinkUnknown) {
				t.Errorf("unlocks: %v", err)
			}
			if _, err := p.AgreeMailChange(t.Context(), link, ""); !errors.Is(err, ErrLinkUnknown) {
				t.Errorf("agrees to a change of address: %v", err)
			}
			if _, _, err := p.Confirm(t.Context(), link, Confirmation{Password: otherPassword, Password2: otherPassword}); !errors.Is(err, ErrLinkUnknown) {
				t.Errorf("founds a company: %v", err)
			}
		}},
		{"a made-up one", func(t *testing.T, p *someone) {
			for _, link := range []string{"", "x", strings.Repeat("A", 43)} {
				if err := p.reset(link, otherPassword); !errors.Is(err, ErrLinkUnknown) {
					t.Errorf("%q: %v", link, err)
				}
			}
		}},
		{"an older one goes with the one that was used", func(t *testing.T, p *someone) {
			older, newer := p.forgot(), p.forgot()
			if err := p.reset(newer, otherPassword); err != nil {
				t.Fatal(err)
			}
			if err := p.reset(older, otherPassword+" y más"); !errors.Is(err, ErrLinkUsed) {
				t.Errorf("%v", err)
			}
		}},
		{"one that waits goes with a change of password", func(t *testing.T, p *someone) {
			link := p.forgot()
			if err := p.ChangePassword(t.Context(), p.actor(p.in(goodPassword)), goodPassword, otherPassword, otherPassword); err != nil {
				t.Fatal(err)
			}
			if err := p.reset(link, otherPassword+" y más"); !errors.Is(err, ErrLinkUsed) {
				t.Errorf("%v", err)
			}
		}},
		{"a blocked user's opens nothing", func(t *testing.T, p *someone) {
			p.hire(p.a, p.beto(true))
			link := p.forgot()
			b, err := p.db.View(p.a.Tenant).UserByName(t.Context(), "beto")
			if err != nil {
				t.Fatal(err)
			}
			actor := p.a
			actor.UserID, actor.UserName = b.ID, "beto"
			if err := p.BlockUser(t.Context(), p.fresh(actor), p.a.UserID); err != nil {
				t.Fatal(err)
			}
			if err := p.reset(link, otherPassword); !errors.Is(err, ErrLinkUnknown) {
				t.Errorf("%v", err)
			}
		}},
		{"a weak password is refused and the link stays good", func(t *testing.T, p *someone) {
			link := p.forgot()
			for _, weak := range []string{"corta", "contraseña2026", "el " + p.rfc + " mio", goodPassword} {
				if got := fieldsOf(p.reset(link, weak)); !slices.Equal(got, []string{"Password"}) {
					t.Errorf("%q: %v", weak, got)
				}
			}
			if err := p.reset(link, otherPassword); err != nil {
				t.Error(err)
			}
		}},
		{"ends every session and tells the person", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			if err := p.reset(p.forgot(), otherPassword); err != nil {
				t.Fatal(err)
			}
			p.over("before", in)
			if n := p.told(p.correo, "Cambió tu contraseña") + p.told(p.correo, "contraseña"); n != 1 {
				t.Errorf("told %d times", n)
			}
		}},
		{"does not forget the failures of sign-in", func(t *testing.T, p *someone) {
			link := p.forgot()
			for range failuresAllowed {
				_, _ = p.enter(p.rfc, "no es esta clave")
			}
			if err := p.reset(link, otherPassword); err != nil {
				t.Fatal(err)
			}
			if _, err := p.enter(p.rfc, otherPassword); !errors.Is(err, ErrTooMany) {
				t.Errorf("%v", err)
			}
		}},
	})
}

// TestAuthMailChange: both addresses agree, the one before hears of it, and what
// was mailed there before opens nothing.
func TestAuthMailChange(t *testing.T) {
	change := func(t *testing.T, p *someone) (oldLink, newLink, to string) {
		t.Helper()
		to = "nuevo@" + strings.ToLower(p.rfc) + ".mx"
		if err := p.AskMailChange(t.Context(), p.fresh(p.a), to, to); err != nil {
			t.Fatal(err)
		}
		at := func(address string) string {
			list := p.mails(address)
			if len(list) == 0 {
				t.Fatalf("no mail to %s", address)
			}
			return linkIn(t, list[len(list)-1], "/correo/")
		}
		return at(p.correo), at(to), to
	}
	agree := func(t *testing.T, p *someone, links ...string) {
		t.Helper()
		for _, l := range links {
			if _, err := p.AgreeMailChange(t.Context(), l, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	now := func(t *testing.T, p *someone) string {
		t.Helper()
		u, err := p.db.View(p.a.Tenant).User(t.Context(), p.a.UserID)
		if err != nil {
			t.Fatal(err)
		}
		return u.Correo
	}
	eachCase(t, []authCase{
		{"the new address alone changes nothing", func(t *testing.T, p *someone) {
			_, fresh, _ := change(t, p)
			agree(t, p, fresh)
			if got := now(t, p); got != p.correo {
				t.Errorf("is %s", got)
			}
		}},
		{"the old address alone changes nothing", func(t *testing.T, p *someone) {
			old, _, _ := change(t, p)
			agree(t, p, old)
			if got := now(t, p); got != p.correo {
				t.Errorf("is %s", got)
			}
		}},
		{"both change it, in either order, and both hear of it", func(t *testing.T, p *someone) {
			old, fresh, to := change(t, p)
			agree(t, p, old, fresh)
			if got := now(t, p); got != to {
				t.Errorf("is %s", got)
			}
			if a, b := p.told(p.correo, "Cambió tu correo"), p.told(to, "Cambió tu correo"); a != 1 || b != 1 {
				t.Errorf("the old one heard %d times, the new one %d", a, b)
			}
		}},
		{"ends every session", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			old, fresh, _ := change(t, p)
			agree(t, p, old)
			p.open("while one is missing", in)
			agree(t, p, fresh)
			p.over("after", in)
		}},
		{"a link to a password in the old mailbox goes with it", func(t *testing.T, p *someone) {
			link := p.forgot()
			old, fresh, _ := change(t, p)
			agree(t, p, old, fresh)
			if err := p.reset(link, otherPassword); !errors.Is(err, ErrLinkUsed) {
				t.Errorf("%v", err)
			}
			p.in(goodPassword)
		}},
		{"the old address does not let in any more", func(t *testing.T, p *someone) {
			old, fresh, to := change(t, p)
			agree(t, p, old, fresh)
			if _, err := p.SignIn(t.Context(), Credentials{Usuario: p.correo, Password: goodPassword}); !errors.Is(err, ErrCredentials) {
				t.Errorf("by the old one: %v", err)
			}
			if _, err := p.SignIn(t.Context(), Credentials{Usuario: to, Password: goodPassword}); err != nil {
				t.Errorf("by the new one: %v", err)
			}
		}},
		{"is asked for by who just proved who it is", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			p.clock.pass(6 * time.Minute)
			if err := p.AskMailChange(t.Context(), p.actor(in), "x@y.mx", "x@y.mx"); !errors.Is(err, ErrStepUp) {
				t.Errorf("%v", err)
			}
		}},
		{"waits 48 hours", func(t *testing.T, p *someone) {
			old, fresh, _ := change(t, p)
			agree(t, p, old)
			p.clock.pass(mailChangeLife + time.Second)
			if _, err := p.AgreeMailChange(t.Context(), fresh, ""); !errors.Is(err, ErrLinkExpired) {
				t.Errorf("%v", err)
			}
			if got := now(t, p); got != p.correo {
				t.Errorf("is %s", got)
			}
		}},
	})
}

// TestAuthFactorCodes: six digits and recovery codes belong to one person and are
// taken once, whichever door they are shown at.
func TestAuthFactorCodes(t *testing.T) {
	refused := func(t *testing.T, what string, err error) {
		t.Helper()
		if !slices.Equal(fieldsOf(err), []string{"Codigo"}) {
			t.Errorf("%s: %v", what, err)
		}
	}
	pass := func(t *testing.T, p *someone, code string) error {
		t.Helper()
		_, _, err := p.PassFactor(t.Context(), p.in(goodPassword).Token, code)
		return err
	}
	eachCase(t, []authCase{
		{"a step early passes, two do not", func(t *testing.T, p *someone) {
			setup, _ := p.guarded(p.a)
			p.clock.pass(60 * time.Second)
			ahead := p.code(setup)
			p.clock.pass(-60 * time.Second)
			refused(t, "two steps early", pass(t, p, ahead))
			p.clock.pass(30 * time.Second)
			if err := pass(t, p, ahead); err != nil {
				t.Errorf("a step early: %v", err)
			}
		}},
		{"a code before the one taken last", func(t *testing.T, p *someone) {
			setup, _ := p.guarded(p.a)
			before := p.code(setup)
			p.clock.pass(30 * time.Second)
			if err := pass(t, p, p.code(setup)); err != nil {
				t.Fatal(err)
			}
			refused(t, "the one before", pass(t, p, before))
		}},
		{"the code that confirmed the setup", func(t *testing.T, p *someone) {
			setup, err := p.BeginFactor(t.Context(), p.fresh(p.a))
			if err != nil {
				t.Fatal(err)
			}
			code := p.code(setup)
			if _, err := p.ConfirmFactor(t.Context(), p.fresh(p.a), code); err != nil {
				t.Fatal(err)
			}
			refused(t, "at the door", pass(t, p, code))
		}},
		{"a code of the door at the proof", func(t *testing.T, p *someone) {
			setup, _ := p.guarded(p.a)
			code := p.code(setup)
			in, _, err := p.PassFactor(t.Context(), p.in(goodPassword).Token, code)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Prove(t.Context(), p.actor(in), in.Token, goodPassword, code)
			refused(t, "as a proof", err)
		}},
		{"the codes of another person", func(t *testing.T, p *someone) {
			p.guarded(p.a)
			_, in := p.hire(p.a, p.beto(false))
			setup, codes := p.guarded(p.actor(in))
			refused(t, "six digits", pass(t, p, p.code(setup)))
			refused(t, "a recovery code", pass(t, p, codes[0]))
		}},
		{"a secret that was begun and left", func(t *testing.T, p *someone) {
			left, err := p.BeginFactor(t.Context(), p.fresh(p.a))
			if err != nil {
				t.Fatal(err)
			}
			p.guarded(p.a)
			refused(t, "of the first secret", pass(t, p, p.code(left)))
		}},
		{"a setup that was not confirmed asks nothing", func(t *testing.T, p *someone) {
			if _, err := p.BeginFactor(t.Context(), p.fresh(p.a)); err != nil {
				t.Fatal(err)
			}
			if in := p.in(goodPassword); in.Stage != store.StageOpen {
				t.Errorf("asked at %s", in.Stage)
			}
		}},
		{"a recovery code at once in two windows", func(t *testing.T, p *someone) {
			_, codes := p.guarded(p.a)
			one, two := p.in(goodPassword), p.in(goodPassword)
			var wg sync.WaitGroup
			var mu sync.Mutex
			passed := 0
			for _, in := range []SignedIn{one, two} {
				wg.Go(func() {
					if _, _, err := p.PassFactor(t.Context(), in.Token, codes[3]); err == nil {
						mu.Lock()
						passed++
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			if passed != 1 {
				t.Errorf("%d windows passed", passed)
			}
		}},
		{"a recovery code spent as a proof", func(t *testing.T, p *someone) {
			setup, codes := p.guarded(p.a)
			in, _, err := p.PassFactor(t.Context(), p.in(goodPassword).Token, p.code(setup))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Prove(t.Context(), p.actor(in), in.Token, goodPassword, codes[0]); err != nil {
				t.Fatal(err)
			}
			refused(t, "at the door", pass(t, p, codes[0]))
		}},
		{"recovery codes that were replaced", func(t *testing.T, p *someone) {
			_, codes := p.guarded(p.a)
			fresh, err := p.NewRecoveryCodes(t.Context(), p.fresh(p.a))
			if err != nil || len(fresh) != recoveryCodes {
				t.Fatal(len(fresh), err)
			}
			refused(t, "one of before", pass(t, p, codes[0]))
			if err := pass(t, p, fresh[0]); err != nil {
				t.Errorf("one of now: %v", err)
			}
		}},
		{"ten recovery codes and no more", func(t *testing.T, p *someone) {
			_, codes := p.guarded(p.a)
			for _, c := range codes {
				if err := pass(t, p, c); err != nil {
					t.Fatal(err)
				}
			}
			if f, err := p.Factor(t.Context(), p.a); err != nil || f.CodesLeft != 0 {
				t.Errorf("%+v %v", f, err)
			}
			refused(t, "the first again", pass(t, p, codes[0]))
		}},
		{"setting it up and taking it away are told", func(t *testing.T, p *someone) {
			p.guarded(p.a)
			if n := p.told(p.correo, "Pusiste un segundo factor"); n != 1 {
				t.Errorf("set up: told %d times", n)
			}
			if err := p.RemoveFactor(t.Context(), p.fresh(p.a)); err != nil {
				t.Fatal(err)
			}
			if n := p.told(p.correo, "Se quitó el segundo factor"); n != 1 {
				t.Errorf("taken away: told %d times", n)
			}
		}},
		{"nothing of it is changed without a fresh proof", func(t *testing.T, p *someone) {
			p.guarded(p.a)
			stale := p.a
			stale.ProvedAt = p.clock.now().Add(-6 * time.Minute)
			for name, err := range map[string]error{
				"begin": errOf(p.BeginFactor(t.Context(), stale)), "confirm": errOf(p.ConfirmFactor(t.Context(), stale, "000000")),
				"remove": p.RemoveFactor(t.Context(), stale), "codes": errOf(p.NewRecoveryCodes(t.Context(), stale)),
			} {
				if !errors.Is(err, ErrStepUp) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}},
		{"half a session proves nothing and closes nothing", func(t *testing.T, p *someone) {
			p.guarded(p.a)
			half := p.in(goodPassword)
			s, err := p.SessionOf(t.Context(), half.Token)
			if err != nil {
				t.Fatal(err)
			}
			for name, err := range map[string]error{
				"prove": errOf(p.Prove(t.Context(), s.Actor, half.Token, goodPassword, "")), "sessions": errOf(p.Sessions(t.Context(), s.Actor)),
				"close": errOf(p.CloseOtherSessions(t.Context(), s.Actor)), "remove": p.RemoveFactor(t.Context(), s.Actor),
				"mail": p.AskMailChange(t.Context(), s.Actor, "x@y.mx", "x@y.mx"), "company": errOf(p.EnterCompany(t.Context(), half.Token, "")),
			} {
				if err == nil {
					t.Errorf("%s went through", name)
				}
			}
		}},
	})
}
