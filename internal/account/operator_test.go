package account

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/passkey/passkeytest"
	"iofacturo.mx/internal/store"
)

const operatorPassword = "cuarenta faros apagados al norte"

// operator makes an operator who chose a password and set up a second factor, and
// returns it at work with its device.
func (h *house) operator(usuario string) (store.Actor, *passkeytest.Device) {
	h.t.Helper()
	once, err := h.FirstOperator(h.t.Context(), Operator{Usuario: usuario, Nombre: "Olga Ríos", Correo: usuario + "@portal.mx"})
	if err != nil {
		h.t.Fatal(err)
	}
	return h.settle(usuario, once)
}

func (h *house) settle(usuario, once string) (store.Actor, *passkeytest.Device) {
	h.t.Helper()
	ctx := h.t.Context()
	in, err := h.SignInOperator(ctx, Credentials{Usuario: usuario, Password: once, IP: "10.0.0.3"})
	if err != nil || in.Stage != store.StageFactor {
		h.t.Fatalf("%+v %v", in, err)
	}
	d := passkeytest.New(portal)
	ask, err := h.AskNewHalfPasskey(ctx, in.Token)
	if err != nil {
		h.t.Fatal(err)
	}
	answer, err := d.Create(ask.Options)
	if err != nil {
		h.t.Fatal(err)
	}
	_, on, err := h.AddHalfPasskey(ctx, in.Token, ask.Pre, "", answer, Client{Device: chrome})
	if err != nil || !on.MustChange {
		h.t.Fatalf("%+v %v", on, err)
	}
	a := h.session(on.Token).Actor
	if err := h.ChangePassword(ctx, a, once, operatorPassword, operatorPassword); err != nil {
		h.t.Fatal(err)
	}
	return h.session(on.Token).Actor, d
}

// TestAuthOperator: an operator comes in by its own door with two factors, and holds no
// right in any company.
func TestAuthOperator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		admin := h.found(rfcA)
		if _, err := h.SignInOperator(ctx, Credentials{Usuario: "olga", Password: goodPassword, IP: "10.0.0.3"}); !errors.Is(err, ErrCredentials) {
			t.Fatalf("before there is anybody: %v", err)
		}
		a, d := h.operator("olga")
		if !a.Operator || a.Admin || len(a.Rights) > 0 || a.Tenant != store.Platform() {
			t.Fatalf("%+v", a)
		}
		t.Run("holds no right", func(t *testing.T) {
			for _, r := range store.Rights() {
				if r.Right != store.RightView && a.Holds(r.Right) {
					t.Errorf("holds %s", r.Right)
				}
			}
			for name, err := range map[string]error{
				"users":       errOf(h.Users(ctx, a, UserQuery{})),
				"certificate": errOf(h.AddCertificate(ctx, h.fresh(a), nil, nil, nil)),
				"audit":       errOf(h.Audit(ctx, a, AuditQuery{})),
				"policy":      errOf(h.Policy(ctx, a)),
			} {
				if fail.KindOf(err) != fail.Denied {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		t.Run("the doors are apart", func(t *testing.T) {
			if _, err := h.SignIn(ctx, Credentials{Usuario: "olga", Rfc: store.PlatformRfc, Password: operatorPassword, IP: "10.0.0.3"}); !errors.Is(err, ErrCredentials) {
				t.Errorf("an operator at the companies' door: %v", err)
			}
			if _, err := h.SignIn(ctx, Credentials{Usuario: "olga@portal.mx", Password: operatorPassword, IP: "10.0.0.3"}); !errors.Is(err, ErrCredentials) {
				t.Errorf("by mail: %v", err)
			}
			if _, err := h.SignInOperator(ctx, Credentials{Usuario: "admin", Password: goodPassword, IP: "10.0.0.3"}); !errors.Is(err, ErrCredentials) {
				t.Errorf("an Administrador at the operators' door: %v", err)
			}
			if _, err := h.comeByKey(d); !denied(err) {
				t.Errorf("an operator's key at the companies' door: %v", err)
			}
			theirs, _ := h.keyed(admin, "")
			ask, err := h.AskPasskey(ctx, "10.0.0.3")
			answer := answered(t, theirs, ask, err)
			if _, err := h.SignInOperatorByPasskey(ctx, ask.Pre, answer, Client{}); !denied(err) {
				t.Errorf("an Administrador's key at the operators' door: %v", err)
			}
			ask, err = h.AskPasskey(ctx, "10.0.0.3")
			answer = answered(t, d, ask, err)
			in, err := h.SignInOperatorByPasskey(ctx, ask.Pre, answer, Client{})
			if err != nil || !h.session(in.Token).Operator {
				t.Errorf("%+v %v", in, err)
			}
		})
		t.Run("fifteen minutes without use, eight hours in all", func(t *testing.T) {
			come := func() string {
				ask, err := h.AskPasskey(ctx, "10.0.0.3")
				answer := answered(t, d, ask, err)
				in, err := h.SignInOperatorByPasskey(ctx, ask.Pre, answer, Client{})
				if err != nil {
					t.Fatal(err)
				}
				return in.Token
			}
			idle := come()
			h.clock.pass(operatorMinutes*time.Minute + time.Second)
			if _, err := h.SessionOf(ctx, idle); !errors.Is(err, ErrSession) {
				t.Errorf("idle: %v", err)
			}
			long := come()
			for range operatorHours * 6 {
				h.clock.pass(10 * time.Minute)
				if _, err := h.SessionOf(ctx, long); err != nil {
					return
				}
			}
			t.Error("it never ends")
		})
		t.Run("who is none may do nothing of theirs", func(t *testing.T) {
			who := h.fresh(admin)
			fake := h.fresh(store.Actor{Tenant: admin.Tenant, UserID: admin.UserID, Operator: true})
			for _, who := range []store.Actor{who, fake} {
				for name, err := range map[string]error{
					"list":    errOf(h.Operators(ctx, who)),
					"add":     errOf(h.AddOperator(ctx, who, Operator{Usuario: "eva", Nombre: "Eva Sol", Correo: "eva@portal.mx"})),
					"block":   h.BlockOperator(ctx, who, a.UserID),
					"unblock": h.UnblockOperator(ctx, who, a.UserID),
					"reset":   errOf(h.ResetOperator(ctx, who, a.UserID)),
					"log":     errOf(h.OperatorLog(ctx, who, AuditQuery{})),
					"suspend": h.Suspend(ctx, who, admin.Tenant.ID(), "porque sí"),
					"resume":  h.Resume(ctx, who, admin.Tenant.ID()),
				} {
					if fail.KindOf(err) != fail.Denied {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
		})
	})
}

// TestAuthOperatorsRuleEachOther: one makes another, and the last one stays.
func TestAuthOperatorsRuleEachOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		olga, _ := h.operator("olga")
		in := Operator{Usuario: "Pablo", Nombre: "Pablo  Cruz", Correo: "pablo@portal.mx"}
		if _, err := h.AddOperator(ctx, olga, in); err != nil && !errors.Is(err, ErrStepUp) {
			t.Fatal(err)
		}
		late := olga
		late.ProvedAt = h.clock.now().Add(-time.Hour)
		if _, err := h.AddOperator(ctx, late, Operator{Usuario: "eva", Nombre: "Eva Sol", Correo: "eva@portal.mx"}); !errors.Is(err, ErrStepUp) {
			t.Errorf("without a proof: %v", err)
		}
		if _, err := h.AddOperator(ctx, h.fresh(olga), Operator{Usuario: "x", Nombre: "|", Correo: "no"}); !slices.Equal(fieldsOf(err), []string{"Usuario", "Nombre", "Correo"}) {
			t.Errorf("%v", err)
		}
		if _, err := h.AddOperator(ctx, h.fresh(olga), in); !slices.Equal(fieldsOf(err), []string{"Usuario"}) {
			t.Errorf("twice: %v", err)
		}
		list, err := h.Operators(ctx, olga)
		if err != nil || len(list) != 2 || list[0].Usuario != "olga" || !list[0].Factor || list[1].Factor || list[1].Nombre != "Pablo Cruz" {
			t.Fatalf("%+v %v", list, err)
		}
		pablo := list[1].ID
		once, err := h.ResetOperator(ctx, h.fresh(olga), pablo)
		if err != nil {
			t.Fatal(err)
		}
		boss, key := h.settle("pablo", once)
		if err := h.BlockOperator(ctx, h.fresh(boss), olga.UserID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignInOperator(ctx, Credentials{Usuario: "olga", Password: operatorPassword, IP: "10.0.0.3"}); !denied(err) || errors.Is(err, ErrCredentials) {
			t.Errorf("blocked: %v", err)
		}
		if err := h.BlockOperator(ctx, h.fresh(boss), boss.UserID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("the last one went: %v", err)
		}
		if err := h.UnblockOperator(ctx, h.fresh(boss), olga.UserID); err != nil {
			t.Fatal(err)
		}
		if once, err = h.ResetOperatorByName(ctx, "PABLO"); err != nil {
			t.Fatal(err)
		}
		ask, err := h.AskPasskey(ctx, "10.0.0.3")
		answer := answered(t, key, ask, err)
		if _, err := h.SignInOperatorByPasskey(ctx, ask.Pre, answer, Client{}); !denied(err) {
			t.Errorf("a key from before: %v", err)
		}
		h.clock.pass(onceLife + time.Minute)
		if _, err := h.SignInOperator(ctx, Credentials{Usuario: "pablo", Password: once, IP: "10.0.0.3"}); !denied(err) {
			t.Errorf("a day later: %v", err)
		}
		log, err := h.OperatorLog(ctx, olga, AuditQuery{Action: "operator."})
		if err != nil || len(log.Rows) != 2 || log.Rows[0].Who != "Olga Ríos (olga)" {
			t.Errorf("%+v %v", log, err)
		}
		if err := h.db.VerifyAudit(ctx, store.Platform()); err != nil {
			t.Error(err)
		}
	})
}

// TestAuthSuspended: a suspended company lets nobody in by any way, says why only to who
// proved who they are, and goes on as it was once it is let.
func TestAuthSuspended(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		admin, other := h.found(rfcA), h.found(rfcB)
		olga, _ := h.operator("olga")
		session, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		id := admin.Tenant.ID()
		const why = "No llegó el pago de octubre"
		if err := h.Suspend(ctx, h.fresh(olga), id, " a "); !slices.Equal(fieldsOf(err), []string{"Motivo"}) {
			t.Errorf("without a reason: %v", err)
		}
		late := olga
		late.ProvedAt = h.clock.now().Add(-time.Hour)
		if err := h.Suspend(ctx, late, id, why); !errors.Is(err, ErrStepUp) {
			t.Errorf("without a proof: %v", err)
		}
		for _, unknown := range []string{"nada", store.Platform().ID()} {
			if err := h.Suspend(ctx, h.fresh(olga), unknown, why); fail.KindOf(err) != fail.NotFound {
				t.Errorf("%s: %v", unknown, err)
			}
		}
		d, _ := h.keyed(admin, "")
		if err := h.Suspend(ctx, h.fresh(olga), id, why); err != nil {
			t.Fatal(err)
		}
		if err := h.Suspend(ctx, h.fresh(olga), id, why); fail.KindOf(err) != fail.Conflict {
			t.Errorf("twice: %v", err)
		}
		if _, err := h.SessionOf(ctx, session.Token); !errors.Is(err, ErrSession) {
			t.Errorf("the session goes on: %v", err)
		}
		told := func(err error) bool { return denied(err) && strings.Contains(err.Error(), why+".") }
		if _, err := h.enter(rfcA, goodPassword); !told(err) {
			t.Errorf("password: %v", err)
		}
		if _, err := h.enter(rfcA, "no es esta frase"); !errors.Is(err, ErrCredentials) {
			t.Errorf("a wrong password: %v", err)
		}
		if _, err := h.SignIn(ctx, Credentials{Usuario: "ana@" + strings.ToLower(rfcA) + ".mx", Password: goodPassword, IP: "10.0.0.9"}); !told(err) {
			t.Errorf("mail: %v", err)
		}
		if _, err := h.comeByKey(d); !told(err) {
			t.Errorf("passkey: %v", err)
		}
		cer, key := csdOf(t, rfcA)
		if _, err := h.SignInByCSDFiles(ctx, cer, key, []byte(keyPassword), Client{IP: "10.0.0.9"}); !told(err) {
			t.Errorf("CSD: %v", err)
		}
		if _, err := h.enter(rfcB, goodPassword); err != nil {
			t.Errorf("another company: %v", err)
		}
		if err := h.Resume(ctx, h.fresh(olga), id); err != nil {
			t.Fatal(err)
		}
		if in, err := h.comeByKey(d); err != nil || in.Stage != store.StageOpen {
			t.Errorf("%+v %v", in, err)
		}
		page, err := h.Audit(ctx, admin, AuditQuery{Action: "company.suspended"})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Who != "Quien opera el portal" || !strings.Contains(page.Rows[0].After, why) {
			t.Errorf("the company reads %+v %v", page, err)
		}
		if page, err := h.Audit(ctx, other, AuditQuery{Action: "company.suspended"}); err != nil || len(page.Rows) != 0 {
			t.Errorf("another reads %+v %v", page, err)
		}
	})
}
