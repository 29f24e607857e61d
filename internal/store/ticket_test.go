package store_test

import (
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// A ticket of one company does not exist for another, and the queue names whose it is.
func TestTickets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := storetest.Tenants(t, db)
		err := db.Update(ctx, a, func(tx *store.Tx) error {
			if err := tx.InsertTicket(ctx, store.TicketRow{ID: "t1", Asunto: "No timbra", State: store.TicketOpen, UserID: "u1", UserName: "ana", CreatedAt: 1, UpdatedAt: 1}); err != nil {
				return err
			}
			for n, m := range []store.TicketMessageRow{{UserName: "ana", Texto: "¿Qué hago?", Imagen: []byte{1}, CreatedAt: 1}, {Operador: true, UserName: "olga", Texto: "Esto.", CreatedAt: 2}} {
				got, err := tx.InsertTicketMessage(ctx, "t1", m)
				if err != nil {
					return err
				}
				if got != int64(n+1) {
					t.Errorf("message %d is %d", n+1, got)
				}
			}
			return tx.SetTicket(ctx, "t1", store.TicketAnswered, 2)
		})
		if err != nil {
			t.Fatal(err)
		}
		mine, theirs := db.View(a), db.View(b)
		messages, err := mine.TicketMessages(ctx, "t1")
		if err != nil || len(messages) != 2 || !messages[0].HasImage || messages[1].HasImage || messages[0].Imagen != nil {
			t.Errorf("%+v %v", messages, err)
		}
		if m, err := mine.TicketMessage(ctx, "t1", 1); err != nil || len(m.Imagen) != 1 {
			t.Errorf("%+v %v", m, err)
		}
		if n, err := mine.CountTicketMessages(ctx, 0, 10); err != nil || n != 1 {
			t.Errorf("%d written by the company, %v", n, err)
		}
		if _, err := theirs.Ticket(ctx, "t1"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company reads it: %v", err)
		}
		if _, err := theirs.TicketMessage(ctx, "t1", 1); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company reads its file: %v", err)
		}
		if list, err := theirs.Tickets(ctx, 10); err != nil || len(list) != 0 {
			t.Errorf("another company lists it: %v %v", list, err)
		}
		if list, err := theirs.TicketsOf(ctx, "u1", 10); err != nil || len(list) != 0 {
			t.Errorf("another company lists it by person: %v %v", list, err)
		}
		if err := db.Update(ctx, b, func(tx *store.Tx) error { return tx.SetTicket(ctx, "t1", store.TicketClosed, 3) }); err != nil {
			t.Fatal(err)
		}
		queue, err := db.Global().TicketQueue(ctx, store.TicketAnswered, 10)
		if err != nil || len(queue) != 1 || queue[0].TenantID != a.ID() || queue[0].Rfc != "EKU9003173C9" {
			t.Errorf("%+v %v", queue, err)
		}
	})
}
