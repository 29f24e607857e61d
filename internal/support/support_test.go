package support

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestBareHasNothingOfACertificate(t *testing.T) {
	c := &cfdi.Comprobante{Sello: "SELLO==", Certificado: "MIIC==", NoCertificado: "30001000000500003416"}
	xml := Bare(c)
	for _, word := range []string{"SELLO==", "MIIC==", "30001000000500003416"} {
		if bytes.Contains(xml, []byte(word)) {
			t.Errorf("%s is still there: %s", word, xml)
		}
	}
	if c.Sello == "" {
		t.Error("the document itself was changed")
	}
}

// Who asked and the Administradores of the company see a ticket; nobody else does, be it
// of the company, a guest in it, of another company or an operator by the wrong door.
func TestWhoSeesATicket(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, n := t.Context(), 0
		a, b := storetest.Tenants(t, db)
		err := db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
			return tx.InsertTenant(ctx, store.TenantRow{ID: store.Platform().ID(), Rfc: store.PlatformRfc, Name: "Operación", State: store.TenantClosed})
		})
		if err != nil {
			t.Fatal(err)
		}
		s := New(Config{DB: db, Now: time.Now, NewID: func() string { n++; return "ticket-" + strings.Repeat("x", n) }})
		ana := store.Actor{Tenant: a, UserID: "ana", UserName: "ana"}
		id, err := s.Ask(ctx, ana, Message{Asunto: "No timbra", Texto: "¿Qué hago?\x00\u202e"})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			who  store.Actor
			sees bool
		}{
			"who asked":             {ana, true},
			"an Administrador":      {store.Actor{Tenant: a, UserID: "boss", Admin: true}, true},
			"a colleague":           {store.Actor{Tenant: a, UserID: "beto"}, false},
			"a guest with all":      {store.Actor{Tenant: a, Home: b, UserID: "zoe", Admin: true}, false},
			"another Administrador": {store.Actor{Tenant: b, UserID: "ana", Admin: true}, false},
			"an operator":           {store.Actor{Tenant: store.Platform(), UserID: "olga", Admin: true, Operator: true}, false},
		} {
			_, err := s.Ticket(ctx, c.who, id)
			_, fileErr := s.File(ctx, c.who, id, 1)
			writeErr := s.Write(ctx, c.who, id, Message{Texto: "Algo más"})
			for _, err := range []error{err, fileErr, writeErr} {
				if c.sees != (err == nil) || err != nil && fail.KindOf(err) != fail.NotFound {
					t.Errorf("%s: %v", name, err)
				}
			}
			if _, err := s.Queue(ctx, c.who, store.TicketOpen); (err == nil) != c.who.Operator {
				t.Errorf("%s and the queue: %v", name, err)
			}
			if _, err := s.Open(ctx, c.who, a.ID(), id); (err == nil) != c.who.Operator {
				t.Errorf("%s opens as an operator: %v", name, err)
			}
			if err := s.Answer(ctx, c.who, a.ID(), id, "Listo"); (err == nil) != c.who.Operator {
				t.Errorf("%s answers: %v", name, err)
			}
		}
		got, err := s.Ticket(ctx, ana, id)
		if err != nil || got.Messages[0].Texto != "¿Qué hago?" {
			t.Errorf("%+v %v", got, err)
		}
		if err := s.Close(ctx, ana, id); err != nil {
			t.Fatal(err)
		}
		if err := s.Write(ctx, ana, id, Message{Texto: "¿Sigues ahí?"}); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a closed ticket takes a message: %v", err)
		}
	})
}

func TestBadQuestionsAreRefused(t *testing.T) {
	s := New(Config{Now: time.Now})
	for name, c := range map[string]struct {
		m    Message
		path string
	}{
		"no subject":   {Message{Texto: "hola"}, "Asunto"},
		"long subject": {Message{Asunto: strings.Repeat("x", 121), Texto: "hola"}, "Asunto"},
		"no text":      {Message{Asunto: "hola", Texto: " \x00 "}, "Texto"},
		"long text":    {Message{Asunto: "hola", Texto: strings.Repeat("x", 5001)}, "Texto"},
		"no picture":   {Message{Asunto: "hola", Texto: "hola", Picture: []byte("GIF89a")}, "Imagen"},
		"a bomb":       {Message{Asunto: "hola", Texto: "hola", Picture: make([]byte, MaxPicture+1)}, "Imagen"},
	} {
		_, err := s.messageOf(c.m, true)
		var f *fail.Error
		if !errors.As(err, &f) || len(fail.FieldsOf(err)) == 0 || fail.FieldsOf(err)[0].Path != c.path {
			t.Errorf("%s: %v", name, err)
		}
	}
}
