package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
)

const (
	rfcA = "EKU9003173C9"
	rfcB = "XIA190128J61"
)

func TestFromRegistrationToSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		in := registration(" eku9003173c9 ", "Ana@Empresa.MX")
		p, err := h.Register(ctx, in, "10.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		if p.Rfc != rfcA || p.Correo != "Ana@empresa.mx" || p.Token == "" {
			t.Errorf("pending is %+v", p)
		}
		link := h.link("Ana@empresa.mx")
		invited, err := h.Invitation(ctx, link)
		if err != nil {
			t.Fatal(err)
		}
		want := Invited{Rfc: rfcA, Nombre: "Ana Pérez", Correo: "Ana@empresa.mx", Usuario: "admin"}
		if d := cmp.Diff(want, invited); d != "" {
			t.Error(d)
		}
		access, signed, err := h.Confirm(ctx, link, Confirmation{Password: goodPassword, Password2: goodPassword, IP: "10.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(AccessData{Usuario: "admin", Rfc: rfcA, Correo: "Ana@empresa.mx"}, access); d != "" {
			t.Error(d)
		}
		s := h.session(signed.Token)
		if s.Empresa != rfcA || !s.Actor.Admin || s.MustChange || s.Nombre != "Ana Pérez" {
			t.Errorf("session is %+v", s)
		}
		mails := h.mails("Ana@empresa.mx")
		if len(mails) != 1 || !strings.Contains(mails[0].Text, rfcA) || !strings.Contains(mails[0].HTML, "admin") {
			t.Fatalf("access mail: %+v", mails)
		}
		if strings.Contains(mails[0].Text+mails[0].HTML, goodPassword) {
			t.Error("the mail carries the password")
		}
		_, _, err = h.Confirm(ctx, link, Confirmation{Password: goodPassword, Password2: goodPassword})
		wants(t, "second use", err, ErrLinkUsed)
		_, err = h.PendingOf(ctx, p.Token)
		wants(t, "pending after use", err, ErrLinkUsed)
		if err := h.db.VerifyAudit(ctx, s.Actor.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestRegisterNamesEachWrongField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := registration(rfcA, "ana@empresa.mx")
		for name, c := range map[string]struct {
			change func(r *Registration)
			want   []string
		}{
			"short name":       {func(r *Registration) { r.Nombre = "A" }, []string{"Nombre"}},
			"malformed rfc":    {func(r *Registration) { r.Rfc = "EKU901331C9" }, []string{"Rfc"}},
			"impossible date":  {func(r *Registration) { r.Rfc = "EKU9013323C9" }, []string{"Rfc"}},
			"generic rfc":      {func(r *Registration) { r.Rfc = "XAXX010101000" }, []string{"Rfc"}},
			"no rfc":           {func(r *Registration) { r.Rfc = "" }, []string{"Rfc"}},
			"two addresses":    {func(r *Registration) { r.Correo2 = "otra@empresa.mx" }, []string{"Correo2"}},
			"header injection": {func(r *Registration) { r.Correo = "ana@empresa.mx\r\nBcc: x@y.mx"; r.Correo2 = r.Correo }, []string{"Correo"}},
			"terms":            {func(r *Registration) { r.Acepta = false }, []string{"Acepta"}},
		} {
			r := good
			c.change(&r)
			_, err := h.Register(t.Context(), r, "")
			if d := cmp.Diff(c.want, fieldsOf(err)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		odd := good
		odd.Rfc = "EKU9003173C8"
		if p, err := h.Register(t.Context(), odd, ""); err != nil || p.RfcWarning == "" {
			t.Errorf("a wrong check digit: %v, warning %q", err, p.RfcWarning)
		}
	})
}

func TestRegisterTakenRfcTellsNothingOfItsPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		_, err := h.Register(t.Context(), registration(rfcA, "otro@x.mx"), "")
		wants(t, "taken RFC", err, ErrRfcTaken)
		if text := fmt.Sprint(fail.MessageOf(err), fail.FieldsOf(err)); strings.Contains(text, "@") || strings.Contains(text, "Ana") {
			t.Errorf("the answer tells of the people: %s", text)
		}
	})
}

func TestRegisterAnswersAlikeWhateverTheAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcB) // its admin has ana@xia190128j61.mx
		for _, to := range []string{"ana@xia190128j61.mx", "nadie@x.mx"} {
			p, err := h.Register(t.Context(), registration(rfcA, to), "")
			if err != nil || p.Token == "" || p.Correo != to {
				t.Errorf("%s: %+v, %v", to, p, err)
			}
		}
	})
}

func TestRegisterStopsMailingOneAddressButSaysNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range mailsPerHour + 3 {
			if _, err := h.Register(t.Context(), registration(rfcA, "victima@x.mx"), ""); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(h.mails("victima@x.mx")); n != mailsPerHour {
			t.Errorf("%d mails, want %d", n, mailsPerHour)
		}
		h.clock.pass(time.Hour + time.Second)
		if _, err := h.Register(t.Context(), registration(rfcA, "victima@x.mx"), ""); err != nil {
			t.Fatal(err)
		}
		if n := len(h.mails("victima@x.mx")); n != 1 {
			t.Errorf("%d mails after an hour, want 1", n)
		}
	})
}

func TestRegisterIsLimitedByAddressOfTheNetwork(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var err error
		for i := range 21 {
			_, err = h.Register(t.Context(), registration(rfcA, fmt.Sprintf("a%d@x.mx", i)), "2001:db8::1")
		}
		wants(t, "21st registration", err, ErrTooMany)
		_, err = h.Register(t.Context(), registration(rfcA, "b@x.mx"), "2001:db8::ffff")
		wants(t, "same /64", err, ErrTooMany)
		if _, err = h.Register(t.Context(), registration(rfcA, "b@x.mx"), "2001:db8:1::1"); err != nil {
			t.Errorf("another network: %v", err)
		}
	})
}

func TestResendAndChangeAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		p, err := h.Register(ctx, registration(rfcA, "ana@x.mx"), "")
		if err != nil {
			t.Fatal(err)
		}
		old := h.link("ana@x.mx")
		wants(t, "at once again", h.Resend(ctx, p.Token), ErrTooMany)
		h.clock.pass(resendPause)
		if err := h.Resend(ctx, p.Token); err != nil {
			t.Fatal(err)
		}
		again := h.link("ana@x.mx")
		for _, link := range []string{old, again} {
			if _, err := h.Invitation(ctx, link); err != nil {
				t.Errorf("both links of one address work until one is used: %v", err)
			}
		}
		_, err = h.ChangeAddress(ctx, p.Token, "bea@x.mx", "bea@y.mx")
		if d := cmp.Diff([]string{"Correo2"}, fieldsOf(err)); d != "" {
			t.Error(d)
		}
		changed, err := h.ChangeAddress(ctx, p.Token, "bea@x.mx", "bea@x.mx")
		if err != nil || changed.Correo != "bea@x.mx" {
			t.Fatalf("%+v, %v", changed, err)
		}
		for _, link := range []string{old, again} {
			_, err := h.Invitation(ctx, link)
			wants(t, "a link to the old address", err, ErrLinkUnknown)
		}
		if _, err := h.Invitation(ctx, h.link("bea@x.mx")); err != nil {
			t.Error(err)
		}
		wants(t, "foreign token", h.Resend(ctx, "nada"), ErrLinkUnknown)
	})
}

func TestExpiredLinkIsRenewed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		if _, err := h.Register(ctx, registration(rfcA, "ana@x.mx"), ""); err != nil {
			t.Fatal(err)
		}
		link := h.link("ana@x.mx")
		h.clock.pass(registrationLife + time.Second)
		_, err := h.Invitation(ctx, link)
		wants(t, "after 48 h", err, ErrLinkExpired)
		_, _, err = h.Confirm(ctx, link, Confirmation{Password: goodPassword, Password2: goodPassword})
		wants(t, "confirm after 48 h", err, ErrLinkExpired)
		if err := h.RenewInvitation(ctx, link, ""); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Confirm(ctx, h.link("ana@x.mx"), Confirmation{Password: goodPassword, Password2: goodPassword}); err != nil {
			t.Error(err)
		}
		wants(t, "renew after use", h.RenewInvitation(ctx, link, ""), ErrLinkUsed)
		_, err = h.Invitation(ctx, "no-existe")
		wants(t, "unknown", err, ErrLinkUnknown)
	})
}

func TestConfirmTwoRegistrationsOfOneRfc(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		var links []string
		for _, to := range []string{"ana@x.mx", "bea@x.mx"} {
			if _, err := h.Register(ctx, registration(rfcA, to), ""); err != nil {
				t.Fatal(err)
			}
			links = append(links, h.link(to))
		}
		c := Confirmation{Password: goodPassword, Password2: goodPassword}
		if _, _, err := h.Confirm(ctx, links[0], c); err != nil {
			t.Fatal(err)
		}
		_, _, err := h.Confirm(ctx, links[1], c)
		wants(t, "second company of the RFC", err, ErrRfcTaken)
	})
}

func TestConfirmRefusesWeakPasswordsAndKeepsTheLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		if _, err := h.Register(ctx, registration(rfcA, "ana@x.mx"), ""); err != nil {
			t.Fatal(err)
		}
		link := h.link("ana@x.mx")
		_, _, err := h.Confirm(ctx, link, Confirmation{Usuario: "Añ", Password: "corta", Password2: "otra"})
		if d := cmp.Diff([]string{"Usuario", "Password", "Password2"}, fieldsOf(err)); d != "" {
			t.Error(d)
		}
		if _, err := h.Invitation(ctx, link); err != nil {
			t.Errorf("the link went with the refusal: %v", err)
		}
	})
}

func TestRegistrationIsNoWayToWriteToStrangers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for _, name := range []string{"Ganaste en premios.example", "Ana http://x", "ana@x.mx"} {
			r := registration(rfcA, "ana@x.mx")
			r.Nombre = name
			_, err := h.Register(ctx, r, "")
			if d := cmp.Diff([]string{"Nombre"}, fieldsOf(err)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		p, err := h.Register(ctx, registration(rfcA, "a0@x.mx"), "")
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < mailsPerRegistration; i++ {
			to := fmt.Sprintf("a%d@x.mx", i)
			if _, err := h.ChangeAddress(ctx, p.Token, to, to); err != nil {
				t.Fatal(err)
			}
		}
		_, err = h.ChangeAddress(ctx, p.Token, "b@x.mx", "b@x.mx")
		wants(t, "one address too many", err, ErrTooMany)
	})
}
