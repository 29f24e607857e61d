package account

import (
	"fmt"
	"slices"
	"testing"

	"iofacturo.mx/internal/store"
)

// crowd gives a company n more users, whose names run against their user names.
func (h *house) crowd(a store.Actor, n int) {
	h.t.Helper()
	err := h.cfg.DB.Update(h.t.Context(), a.Tenant, func(tx *store.Tx) error {
		for i := range n {
			user := fmt.Sprintf("u%03d", i)
			err := tx.InsertUser(h.t.Context(), store.UserRow{
				ID: h.cfg.NewID(), Usuario: user, UsuarioFold: user, Nombre: fmt.Sprintf("Ñúñez %03d", n-i), State: store.UserActive,
				Rights: "[]", Limits: "{}", Avisos: "{}", CreatedAt: 1, SeenAt: int64(1 + (i*7)%n),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestUsersComeInTheOrderAskedForPageByPage: each once, none of another company.
func TestUsersComeInTheOrderAskedForPageByPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		const n = 2*usersPerPage + 7
		h.crowd(a, n)
		h.crowd(b, 3)
		for order, key := range map[string]func(User) string{
			"":        func(u User) string { return u.Usuario },
			"usuario": func(u User) string { return u.Usuario },
			"nombre":  func(u User) string { return store.FoldLine(u.Nombre) },
			"acceso":  func(u User) string { return u.SeenAt.UTC().Format("2006-01-02T15:04:05.000000") },
			"robo":    func(u User) string { return u.Usuario },
		} {
			for _, down := range []string{"", "-"} {
				var keys []string
				seen, pages := map[string]bool{}, 0
				for after := ""; pages == 0 || after != ""; pages++ {
					page, err := h.Users(ctx, a, UserQuery{Sort: down + order, After: after})
					if err != nil || len(page.Rows) > usersPerPage {
						t.Fatalf("%s%s: %d rows, %v", down, order, len(page.Rows), err)
					}
					for _, u := range page.Rows {
						seen[u.ID] = true
						keys = append(keys, key(u))
					}
					after = page.Next
				}
				if known := order != "" && order != "robo"; known && down == "-" {
					slices.Reverse(keys)
				}
				if !slices.IsSorted(keys) || len(seen) != n+1 || pages != 3 {
					t.Errorf("%s%s: %d users on %d pages, sorted %v", down, order, len(seen), pages, slices.IsSorted(keys))
				}
			}
		}
		found, err := h.Users(ctx, a, UserQuery{Sort: "-nombre", After: "no es un número"})
		if err != nil || len(found.Rows) != usersPerPage {
			t.Errorf("a page nobody gave: %d, %v", len(found.Rows), err)
		}
		if theirs, err := h.Users(ctx, b, UserQuery{Sort: "nombre"}); err != nil || len(theirs.Rows) != 4 {
			t.Errorf("the other company has %d, %v", len(theirs.Rows), err)
		}
	})
}

// TestTheAuditIsReadFromItsBeginning: page by page, every link once, up to the last.
func TestTheAuditIsReadFromItsBeginning(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		for range 2 * auditRows {
			if err := h.CloseSessionsOf(ctx, h.fresh(a), a.UserID); err != nil {
				t.Fatal(err)
			}
		}
		state, err := h.VerifyAudit(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		next, pages := int64(1), 0
		for after := int64(0); pages == 0 || after != 0; pages++ {
			page, err := h.Audit(ctx, a, AuditQuery{Before: after, Oldest: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Rows {
				if r.Seq != next {
					t.Fatalf("link %d where %d should be", r.Seq, next)
				}
				next++
			}
			after = page.Next
		}
		if next != state.Links+1 || pages < 3 {
			t.Errorf("%d links on %d pages of %d", next-1, pages, state.Links)
		}
		theirs, err := h.Audit(ctx, b, AuditQuery{Oldest: true})
		if err != nil || len(theirs.Rows) == 0 || theirs.Rows[0].Seq != 1 || int64(len(theirs.Rows)) >= state.Links {
			t.Errorf("the other company: %d, %v", len(theirs.Rows), err)
		}
	})
}
