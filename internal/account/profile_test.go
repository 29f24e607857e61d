package account

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// linkIn returns the token of the one link of a mail under a path like "/correo/".
func linkIn(t *testing.T, m send.Kept, path string) string {
	t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(path) + `([A-Za-z0-9_-]{43})`).FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("no link under %s in %q", path, m.Text)
	}
	return found[1]
}

// fresh is an actor that has just proved who it is.
func (h *house) fresh(a store.Actor) store.Actor {
	a.ProvedAt = h.clock.now()
	return a
}

func TestAddressChangesWhenBothAgree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		old, err := h.Profile(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		ask := func(a store.Actor) (oldLink, newLink string) {
			t.Helper()
			if err := h.AskMailChange(ctx, h.fresh(a), "nuevo@ejemplo.mx", "nuevo@ejemplo.mx"); err != nil {
				t.Fatal(err)
			}
			at := func(to string) string {
				t.Helper()
				list := h.mails(to)
				if len(list) == 0 {
					t.Fatalf("no mail to %s", to)
				}
				return linkIn(t, list[len(list)-1], "/correo/")
			}
			return at(old.Correo), at("nuevo@ejemplo.mx")
		}
		oldLink, newLink := ask(a)
		if p, err := h.Profile(ctx, a); err != nil || p.Correo != old.Correo || p.Change == nil {
			t.Fatalf("after asking: %+v %v", p, err)
		}
		if p, err := h.Profile(ctx, other); err != nil || p.Change != nil {
			t.Fatalf("the other company waits too: %+v %v", p, err)
		}
		if m, err := h.MailAgreement(ctx, newLink); err != nil || !m.New || m.Nuevo != "nuevo@ejemplo.mx" {
			t.Fatalf("reading the link: %+v %v", m, err)
		}
		if m, err := h.AgreeMailChange(ctx, newLink, ""); err != nil || m.Done {
			t.Fatalf("one alone changed it: %+v %v", m, err)
		}
		if _, err := h.AgreeMailChange(ctx, newLink, ""); !errors.Is(err, ErrLinkUsed) {
			t.Errorf("a link used twice: %v", err)
		}
		if m, err := h.AgreeMailChange(ctx, oldLink, ""); err != nil || !m.Done {
			t.Fatalf("both agreed: %+v %v", m, err)
		}
		p, err := h.Profile(ctx, a)
		if err != nil || p.Correo != "nuevo@ejemplo.mx" || p.Change != nil {
			t.Fatalf("after both: %+v %v", p, err)
		}
		if list := h.mails(old.Correo); len(list) != 1 || !strings.Contains(list[0].Subject, "Cambió tu correo") {
			t.Errorf("the address before heard %d times", len(list))
		}
		if list, err := h.db.Global().UsersByMail(ctx, "nuevo@ejemplo.mx", 5); err != nil || len(list) != 1 {
			t.Errorf("found by the new address: %v %v", list, err)
		}
	})
}

func TestLinksOfAnAddressThatChangesNoMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		p, err := h.Profile(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		ask := func() string {
			t.Helper()
			h.clock.pass(2 * time.Minute)
			if err := h.AskMailChange(ctx, h.fresh(a), "nuevo@ejemplo.mx", "nuevo@ejemplo.mx"); err != nil {
				t.Fatal(err)
			}
			list := h.mails(p.Correo)
			return linkIn(t, list[len(list)-1], "/correo/")
		}
		first := ask()
		ask()
		if _, err := h.AgreeMailChange(ctx, first, ""); !errors.Is(err, ErrLinkUnknown) {
			t.Errorf("a link of a change asked for before: %v", err)
		}
		late := ask()
		h.clock.pass(mailChangeLife + time.Minute)
		if _, err := h.AgreeMailChange(ctx, late, ""); !errors.Is(err, ErrLinkExpired) {
			t.Errorf("a link too old: %v", err)
		}
		gone := ask()
		if err := h.CancelMailChange(ctx, a); err != nil {
			t.Fatal(err)
		}
		if _, err := h.AgreeMailChange(ctx, gone, ""); !errors.Is(err, ErrLinkUnknown) {
			t.Errorf("a link of a change taken back: %v", err)
		}
		if _, err := h.AgreeMailChange(ctx, strings.Repeat("A", 43), ""); !errors.Is(err, ErrLinkUnknown) {
			t.Errorf("a forged link: %v", err)
		}
		a.ProvedAt = h.clock.now().Add(-6 * time.Minute)
		if err := h.AskMailChange(ctx, a, "x@ejemplo.mx", "x@ejemplo.mx"); !errors.Is(err, ErrStepUp) {
			t.Errorf("asked without a fresh proof: %v", err)
		}
		if err := h.AskMailChange(ctx, h.fresh(a), p.Correo, p.Correo); fail.KindOf(err) != fail.Invalid {
			t.Errorf("the address it has: %v", err)
		}
	})
}

func TestProfileIsSavedAndNotOverwritten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		p, err := h.Profile(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		p.Nombre, p.Telefono = "  Ana   Ruiz ", "55 1234 5678"
		saved, err := h.SaveProfile(ctx, a, p)
		if err != nil || saved.Nombre != "Ana Ruiz" {
			t.Fatalf("saved %+v %v", saved, err)
		}
		if _, err := h.SaveProfile(ctx, a, p); !errors.Is(err, ErrStale) {
			t.Errorf("saved over a newer one: %v", err)
		}
		for name, bad := range map[string]Profile{
			"Nombre": {Nombre: "x", Idioma: LangEnglish}, "Telefono": {Nombre: "Ana", Telefono: strings.Repeat("1", 41), Idioma: LangSpanish},
			"Idioma": {Nombre: "Ana", Idioma: "fr"},
		} {
			bad.Version = saved.Version
			_, err := h.SaveProfile(ctx, a, bad)
			if fields := fail.FieldsOf(err); len(fields) != 1 || fields[0].Path != name {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
