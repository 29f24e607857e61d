package account

import (
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func TestMailSettingsAndTemplatesAreKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		in, err := h.MailSettings(ctx, a)
		if err != nil || !in.Automatico || in.Adjuntos != store.AttachBoth || in.Version != 0 {
			t.Fatalf("before any: %+v %v", in, err)
		}
		in.Remitente, in.Responder, in.Copias, in.Adjuntos, in.Automatico = "  Panadería   Ñandú ", "ventas@Empresa.mx", []string{" conta@empresa.mx", "", "CONTA@empresa.mx"}, store.AttachXML, false
		must(t, h.SaveMailSettings(ctx, a, in))
		wants(t, "over a newer one", h.SaveMailSettings(ctx, a, in), ErrStale)
		got, err := h.MailSettings(ctx, a)
		if err != nil || got.Remitente != "Panadería Ñandú" || got.Responder != "ventas@empresa.mx" || !slices.Equal(got.Copias, []string{"conta@empresa.mx"}) || got.Automatico || got.Version != 1 {
			t.Errorf("%+v %v", got, err)
		}
		must(t, h.SaveMailSettings(ctx, a, got))
		if other, err := h.MailSettings(ctx, b); err != nil || other.Version != 0 || len(other.Copias) != 0 {
			t.Errorf("the other company has %+v %v", other, err)
		}
		for name, change := range map[string]func(x *MailSettings){
			"Remitente": func(x *MailSettings) { x.Remitente = strings.Repeat("a", 101) }, "Responder": func(x *MailSettings) { x.Responder = "a@b.mx\nBcc: c@d.mx" },
			"Copias": func(x *MailSettings) { x.Copias = []string{"no es"} }, "Adjuntos": func(x *MailSettings) { x.Adjuntos = "zip" },
		} {
			bad := MailSettings{Adjuntos: store.AttachBoth, Version: 2}
			change(&bad)
			if err := h.SaveMailSettings(ctx, a, bad); !slices.Equal(fieldsOf(err), []string{name}) {
				t.Errorf("%s: %v", name, err)
			}
		}
		one, err := h.MailTemplate(ctx, a, "I")
		if err != nil || one.Propia {
			t.Fatalf("%+v %v", one, err)
		}
		one.Asunto, one.Texto = "{{documento}} {{folio}}", "Va tu {{documento}}, {{cliente}} <b>."
		must(t, h.SaveMailTemplate(ctx, a, one))
		wants(t, "template over a newer one", h.SaveMailTemplate(ctx, a, one), ErrStale)
		subject, text, err := h.PreviewMail(ctx, a, one)
		if err != nil || subject != "Factura A-1292" || text != "Va tu Factura, UNIVERSIDAD ROBOTICA ESPAÑOLA <b>." {
			t.Errorf("%q %q %v", subject, text, err)
		}
		if other, err := h.MailTemplate(ctx, b, "I"); err != nil || other.Propia {
			t.Errorf("the other company has %+v %v", other, err)
		}
		bad := one
		bad.Version, bad.Asunto, bad.Texto = 1, "{{nada}}", "{{folio"
		if err := h.SaveMailTemplate(ctx, a, bad); !slices.Equal(fieldsOf(err), []string{"Asunto", "Texto"}) {
			t.Errorf("unknown variables: %v", err)
		}
		if _, err := h.MailTemplate(ctx, a, "X"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a type that has none: %v", err)
		}
		must(t, h.RestoreMailTemplate(ctx, a, "I"))
		must(t, h.RestoreMailTemplate(ctx, a, "I"))
		if again, err := h.MailTemplate(ctx, a, "I"); err != nil || again.Propia || !strings.Contains(again.Texto, "{{uuid}}") {
			t.Errorf("restored: %+v %v", again, err)
		}
		looks := store.Actor{Tenant: a.Tenant, UserID: "u", Rights: []store.Right{store.RightSeeConfig}}
		for name, err := range map[string]error{"settings": h.SaveMailSettings(ctx, looks, got), "template": h.SaveMailTemplate(ctx, looks, one), "restore": h.RestoreMailTemplate(ctx, looks, "I")} {
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("%s by who may only look: %v", name, err)
			}
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}
