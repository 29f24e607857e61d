package account

import (
	"errors"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func TestACompanyClosesAfterItsGrace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		company := goodCompany()
		company.Version = 1
		if _, _, err := h.SaveCompany(ctx, a, company); err != nil {
			t.Fatal(err)
		}
		if _, err := h.MakeTestCertificate(ctx, h.fresh(a)); err != nil {
			t.Fatal(err)
		}
		in, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.CloseCompany(ctx, h.fresh(a), rfcB, ""); fail.KindOf(err) != fail.Invalid {
			t.Fatalf("another RFC closed it: %v", err)
		}
		if err := h.CloseCompany(ctx, h.fresh(a), rfcA, "me mudo"); err != nil {
			t.Fatal(err)
		}
		if err := h.CloseCompany(ctx, h.fresh(a), rfcA, ""); fail.KindOf(err) != fail.Conflict {
			t.Errorf("asked twice: %v", err)
		}
		if _, err := h.Closing(ctx, other); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other company closes too: %v", err)
		}
		h.clock.pass(closingGrace - time.Hour)
		if err := h.runner.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		in, err = h.enter(rfcA, goodPassword)
		if err != nil && !errors.Is(err, ErrInactive) {
			t.Fatalf("within the grace: %v", err)
		}
		h.clock.pass(2 * time.Hour)
		if err := h.runner.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		row, err := h.db.Global().TenantByRfc(ctx, rfcA)
		if err != nil || row.State != store.TenantClosed {
			t.Fatalf("after the grace: %+v %v", row, err)
		}
		if _, err := h.SessionOf(ctx, in.Token); !errors.Is(err, ErrSession) {
			t.Errorf("a session outlives its company: %v", err)
		}
		if _, err := h.enter(rfcA, goodPassword); !errors.Is(err, ErrCredentials) {
			t.Errorf("somebody entered a closed company: %v", err)
		}
		keys := 0
		certificates, err := h.db.View(a.Tenant).Certificates(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range certificates {
			if _, err := h.db.View(a.Tenant).CertificateKey(ctx, c.ID); err == nil {
				keys++
			}
		}
		if keys > 0 || len(certificates) == 0 {
			t.Errorf("%d keys of %d certificates outlive their company", keys, len(certificates))
		}
		if row, err := h.db.Global().TenantByRfc(ctx, rfcB); err != nil || row.State != store.TenantActive {
			t.Errorf("the other company: %+v %v", row, err)
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestACompanyThinksBetterOfIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		if err := h.CloseCompany(ctx, h.fresh(a), rfcA, ""); err != nil {
			t.Fatal(err)
		}
		if err := h.KeepCompany(ctx, h.fresh(a)); err != nil {
			t.Fatal(err)
		}
		if err := h.KeepCompany(ctx, h.fresh(a)); fail.KindOf(err) != fail.NotFound {
			t.Errorf("kept twice: %v", err)
		}
		h.clock.pass(closingGrace + time.Hour)
		if err := h.runner.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if row, err := h.db.Global().TenantByRfc(ctx, rfcA); err != nil || row.State != store.TenantActive {
			t.Errorf("closed all the same: %+v %v", row, err)
		}
		stale := a
		stale.ProvedAt = h.clock.now().Add(-6 * time.Minute)
		if err := h.CloseCompany(ctx, stale, rfcA, ""); !errors.Is(err, ErrStepUp) {
			t.Errorf("closed without a fresh proof: %v", err)
		}
		plain := h.fresh(a)
		plain.Admin = false
		if err := h.CloseCompany(ctx, plain, rfcA, ""); fail.KindOf(err) != fail.Denied {
			t.Errorf("closed without the right: %v", err)
		}
	})
}

func TestCodesOfInvitation(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		r, err := h.Referral(ctx, a)
		if err != nil || len(r.Code) != 8 || r.Came != 0 {
			t.Fatalf("code %+v %v", r, err)
		}
		reg := Registration{Nombre: "Beto", Rfc: rfcB, Correo: "beto@ejemplo.mx", Correo2: "beto@ejemplo.mx", Acepta: true, Codigo: "nada-nada"}
		if _, err := h.Register(ctx, reg, ""); len(fail.FieldsOf(err)) != 1 || fail.FieldsOf(err)[0].Path != "Codigo" {
			t.Fatalf("an unknown code: %v", err)
		}
		reg.Codigo = " " + r.Code[:4] + "-" + r.Code[4:] + " "
		if _, err := h.Register(ctx, reg, ""); err != nil {
			t.Fatal(err)
		}
		link := linkIn(t, h.mails("beto@ejemplo.mx")[0], "/confirmar/")
		if _, _, err := h.Confirm(ctx, link, Confirmation{Password: goodPassword, Password2: goodPassword}); err != nil {
			t.Fatal(err)
		}
		if r, err = h.Referral(ctx, a); err != nil || r.Came != 1 {
			t.Errorf("after one came: %+v %v", r, err)
		}
		if err := h.MakeReferral(ctx, a); err != nil {
			t.Error(err)
		}
		if again, err := h.Referral(ctx, a); err != nil || again.Code != r.Code {
			t.Errorf("another code: %+v %v", again, err)
		}
	})
}

func TestAskingToBeLetInTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		first := h.found(rfcA)
		ask := AccessAsk{Rfc: rfcA, Nombre: "Carla Díaz", Correo: "carla@ejemplo.mx"}
		if err := h.AskAccess(ctx, ask, ""); err != nil {
			t.Fatal(err)
		}
		unknown := ask
		unknown.Rfc = rfcB
		if err := h.AskAccess(ctx, unknown, ""); err != nil {
			t.Errorf("an unknown company is told apart: %v", err)
		}
		for range 20 {
			if err := h.AskAccess(ctx, ask, ""); err != nil {
				t.Fatal(err)
			}
		}
		admin, err := h.db.View(first.Tenant).UserByName(ctx, "admin")
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		for _, m := range h.mails(admin.Correo) {
			if m.Subject == "Alguien pide acceso a tu empresa en ioFacturo" {
				asked++
			}
		}
		if asked != accessAsksPerDay {
			t.Errorf("%d mails in a day, want %d", asked, accessAsksPerDay)
		}
		for path, bad := range map[string]AccessAsk{
			"Rfc": {Rfc: "X", Nombre: "Ana Ruiz", Correo: "a@b.mx"}, "Nombre": {Rfc: rfcA, Nombre: "ve a http://x.mx", Correo: "a@b.mx"}, "Correo": {Rfc: rfcA, Nombre: "Ana", Correo: "nada"},
		} {
			if fields := fail.FieldsOf(h.AskAccess(ctx, bad, "")); len(fields) != 1 || fields[0].Path != path {
				t.Errorf("%s: %+v", path, fields)
			}
		}
	})
}
