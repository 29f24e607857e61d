package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/send/sendtest"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// served is the form of a company's server at s.
func (h *house) served(s *sendtest.Server) MailServer {
	h.cfg.Guard = *s.Guard()
	return MailServer{Servidor: s.Host, Puerto: s.Port, Cifrado: store.MailStartTLS, Usuario: sendtest.User, Password: sendtest.Password, Remitente: "Facturas@Empresa.MX"}
}

// TestMailServerIsKept: by who may, freshly proved; what is wrong beside its field; of
// the other company nothing is seen or touched.
func TestMailServerIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		in := h.served(sendtest.New(t, sendtest.StartTLS))
		if got, err := h.MailServer(ctx, a); err != nil || got.Propio() {
			t.Fatalf("before any: %+v %v", got, err)
		}
		late := a
		late.ProvedAt = time.Time{}
		wants(t, "not proved", h.SaveMailServer(ctx, late, in), ErrStepUp)
		wants(t, "not proved", h.DropMailServer(ctx, late), ErrStepUp)
		seller := h.fresh(h.seller(a, store.Limits{}, store.RightSeeConfig))
		for name, err := range map[string]error{"save": h.SaveMailServer(ctx, seller, in), "drop": h.DropMailServer(ctx, seller), "test": lastOf(h.TestMailServer(ctx, seller))} {
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("%s without the right: %v", name, err)
			}
		}
		if _, err := h.TestMailServer(ctx, a); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a test of none: %v", err)
		}
		for field, change := range map[string]func(m *MailServer){
			"Servidor": func(m *MailServer) { m.Servidor = "https://smtp.a.mx"; m.Puerto = 587 }, "Puerto": func(m *MailServer) { m.Servidor = "smtp.a.mx"; m.Puerto = 80 }, "Cifrado": func(m *MailServer) { m.Cifrado = "ninguno" },
			"Usuario": func(m *MailServer) { m.Usuario = " " }, "Password": func(m *MailServer) { m.Password = "" }, "Remitente": func(m *MailServer) { m.Remitente = "a@b.mx\r\nBcc: c@d.mx" },
		} {
			bad := in
			change(&bad)
			if err := h.SaveMailServer(ctx, h.fresh(a), bad); !slices.Equal(fieldsOf(err), []string{field}) {
				t.Errorf("%s: %v", field, err)
			}
		}
		must(t, h.SaveMailServer(ctx, h.fresh(a), in))
		wants(t, "over a newer one", h.SaveMailServer(ctx, h.fresh(a), in), ErrStale)
		got, err := h.MailServer(ctx, a)
		if err != nil || got.Servidor != in.Servidor || got.Remitente != "Facturas@empresa.mx" || got.Password != "" || got.Version != 1 || got.Por != "admin" {
			t.Errorf("%+v %v", got, err)
		}
		if other, err := h.MailServer(ctx, b); err != nil || other.Propio() {
			t.Errorf("the other company has %+v %v", other, err)
		}
		must(t, h.DropMailServer(ctx, h.fresh(b)))
		for name, change := range map[string]func(m *MailServer){
			"server": func(m *MailServer) { m.Servidor = "127.0.0.1" }, "port": func(m *MailServer) { m.Puerto = 587 }, "user": func(m *MailServer) { m.Usuario = "otro" },
		} {
			moved := got
			change(&moved)
			if err := h.SaveMailServer(ctx, h.fresh(a), moved); !slices.Equal(fieldsOf(err), []string{"Password"}) {
				t.Errorf("the kept password goes to another %s: %v", name, err)
			}
		}
		got.Remitente = "cobros@empresa.mx"
		must(t, h.SaveMailServer(ctx, h.fresh(a), got))
		if _, err := h.TestMailServer(ctx, a); err != nil {
			t.Errorf("with the password that was kept: %v", err)
		}
		must(t, h.DropMailServer(ctx, h.fresh(a)))
		must(t, h.DropMailServer(ctx, h.fresh(a)))
		if got, err := h.MailServer(ctx, a); err != nil || got.Propio() {
			t.Errorf("after it was dropped: %+v %v", got, err)
		}
	})
}

func lastOf(_ string, err error) error { return err }

// TestMailServerIsTried: the mail reaches who asks for it, each trouble is told, and one
// cannot go on and on.
func TestMailServerIsTried(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		s := sendtest.New(t, sendtest.StartTLS)
		in := h.served(s)
		must(t, h.SaveMailServer(ctx, h.fresh(a), in))
		must(t, h.SaveMailServer(ctx, h.fresh(b), in))
		to, err := h.TestMailServer(ctx, a)
		if err != nil || s.Copies(to) != 1 || to != "ana@"+strings.ToLower(rfcA)+".mx" || s.Mails()[0].From != "Facturas@empresa.mx" {
			t.Fatalf("%s, %v, %+v", to, err, s.Mails())
		}
		s.Answer(to, 550)
		s.SetPassword("otra")
		trouble := func(want send.Step) {
			t.Helper()
			_, err := h.TestMailServer(ctx, a)
			if p, ok := send.ProblemOf(err); !ok || p.Step != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		trouble(send.AtLogin)
		s.SetPassword(sendtest.Password)
		trouble(send.AtRecipients)
		h.cfg.Guard = send.Guard{}
		trouble(send.AtServer)
		trouble(send.AtServer)
		if _, err := h.TestMailServer(ctx, a); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a sixth at once: %v", err)
		}
		h.cfg.Guard = *s.Guard()
		if _, err := h.TestMailServer(ctx, b); err != nil {
			t.Errorf("the other company has to wait: %v", err)
		}
		h.clock.pass(mailTestEvery)
		trouble(send.AtRecipients)
		said, err := h.db.View(a.Tenant).Audits(ctx, "mail/server", 20)
		must(t, err)
		var results []string
		for _, r := range said {
			if r.Action == "mail.server.test" {
				results = append(results, r.After)
			}
		}
		slices.Sort(results)
		if got := strings.Join(results, " "); got != `"acceso" "destinatario" "destinatario" "enviado" "servidor" "servidor"` {
			t.Error(got)
		}
	})
}

// TestMailServerPasswordLiesNowhere: a canary is in no row, audit, mail, error or screen
// value; it opens in its own company and row alone; it survives a new keyset and goes
// with the server.
func TestMailServerPasswordLiesNowhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		s := sendtest.New(t, sendtest.StartTLS)
		in := h.served(s)
		must(t, h.SaveMailServer(ctx, h.fresh(a), in))
		s.SetPassword("otra")
		_, failure := h.TestMailServer(ctx, a)
		s.SetPassword(sendtest.Password)
		bad := in
		bad.Version, bad.Puerto = 1, 0
		wrong := h.SaveMailServer(ctx, h.fresh(a), bad)
		row, err := h.db.View(a.Tenant).MailServer(ctx)
		must(t, err)
		shown, err := h.MailServer(ctx, a)
		must(t, err)
		audits, err := h.db.View(a.Tenant).Audits(ctx, "", 100)
		must(t, err)
		said := []string{fmt.Sprintf("%+v", row), string(row.Password), fmt.Sprintf("%+v", shown), fmt.Sprintf("%v %v", failure, wrong)}
		for _, r := range audits {
			said = append(said, r.Before+r.After)
		}
		for _, m := range s.Mails() {
			said = append(said, string(m.Data))
		}
		for _, x := range said {
			if strings.Contains(x, sendtest.Password) {
				t.Errorf("the password is in %.200q", x)
			}
		}
		for name, place := range map[string]struct {
			t      store.Tenant
			id     string
			kind   string
			opens  bool
			secret []byte
		}{
			"its own":         {a.Tenant, row.ID, signer.KindSMTP, true, row.Password},
			"another company": {b.Tenant, row.ID, signer.KindSMTP, false, row.Password},
			"another row":     {a.Tenant, "otra", signer.KindSMTP, false, row.Password},
			"another kind":    {a.Tenant, row.ID, signer.KindTOTP, false, row.Password},
		} {
			plain, err := h.cfg.Signer.Reveal(ctx, place.t, place.kind, place.id, place.secret)
			if opens := err == nil && string(plain) == sendtest.Password; opens != place.opens || !opens && !errors.Is(err, signer.ErrSecret) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var listed []store.SecretRow
		must(t, h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
			for _, c := range store.SecretColumns() {
				if c.Kind != signer.KindSMTP {
					continue
				}
				rows, err := tx.Secrets(ctx, c, "", 10)
				listed = append(listed, rows...)
				if err != nil || len(rows) != 1 {
					return err
				}
				again, err := h.cfg.Signer.Protect(ctx, a.Tenant, signer.KindSMTP, "x", []byte("y"))
				if !errors.Is(err, store.ErrNested) {
					return fmt.Errorf("sealed inside a transaction: %v %w", again, err)
				}
			}
			return nil
		}))
		if len(listed) != 1 || listed[0].Object != row.ID || string(listed[0].Wrapped) != string(row.Password) {
			t.Errorf("what a new keyset has to seal anew: %+v", listed)
		}
		must(t, h.DropMailServer(ctx, h.fresh(a)))
		if _, _, err := (mailing.Post{DB: h.db, Keys: h.cfg.Signer, Now: h.cfg.Now}).Of(ctx, a.Tenant); fail.KindOf(err) != fail.NotFound {
			t.Errorf("after it was dropped: %v", err)
		}
	})
}

// TestAFailingMailServerIsToldToAdministradores on the bell and by the portal's mail.
func TestAFailingMailServerIsToldToAdministradores(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.found(rfcA)
		h.seller(a, store.Limits{}, store.RightSend)
		h.raise(a.Tenant, notice.Event{Key: "correo:1:1", What: notice.MailServer, Ref: "smtp.a.mx", Detail: "No hubo conexión.", Link: "/envios"})
		h.raise(a.Tenant, notice.Event{Key: "correo:1:1", What: notice.MailServer, Ref: "smtp.a.mx", Detail: "No hubo conexión.", Link: "/envios"})
		if n := len(h.mails("ana@" + strings.ToLower(rfcA) + ".mx")); n != 1 {
			t.Errorf("%d mails to the Administrador", n)
		}
		if n := len(h.mails("beto@ejemplo.mx")); n != 0 {
			t.Errorf("%d mails to who cannot see it", n)
		}
	})
}
