package account

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// TestEveryActHasItsSentence reads the sources of the rooms that audit: an act
// without words in ActionWords would show as a bare code.
func TestEveryActHasItsSentence(t *testing.T) {
	said := map[string]bool{}
	for _, w := range ActionWords() {
		if w.Text == "" || said[w.Action] {
			t.Errorf("%s: %q", w.Action, w.Text)
		}
		said[w.Action] = true
	}
	act := regexp.MustCompile(`"((?:document|csd|custody|certificate|company|policy|serie|customer|product|user|role|session|access|coadmin|addenda|order|payment|package|credits|prices|list)\.[a-z_.]+)"`)
	found := 0
	for _, room := range []string{"../account", "../billing", "../directory", "../signer", "../shop", "../credit", "../invite"} {
		files, err := filepath.Glob(room + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "account/audit.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range act.FindAllStringSubmatch(string(text), -1) {
				found++
				if !said[m[1]] {
					t.Errorf("%s does %q, which has no sentence in ActionWords", file, m[1])
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d acts were found", found)
	}
}

func TestTheCompanySeesWhoDidWhat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		u, got := h.hire(a, beto(store.RightReceipts))
		me := h.session(got.Token).Actor
		if _, err := h.Audit(ctx, me, AuditQuery{}); fail.KindOf(err) != fail.Denied {
			t.Errorf("seen without the right: %v", err)
		}
		all, err := h.Audit(ctx, a, AuditQuery{})
		if err != nil || len(all.Rows) < 4 || all.Rows[len(all.Rows)-1].What != "Fundó la empresa" {
			t.Fatalf("%+v %v", all, err)
		}
		byBeto, err := h.Audit(ctx, a, AuditQuery{Actor: u.ID})
		if err != nil || len(byBeto.Rows) == 0 || len(byBeto.Rows) >= len(all.Rows) {
			t.Fatalf("%d of %d, %v", len(byBeto.Rows), len(all.Rows), err)
		}
		if err := h.RemoveUser(ctx, h.fresh(a), u.ID); err != nil {
			t.Fatal(err)
		}
		byBeto, err = h.Audit(ctx, a, AuditQuery{Actor: u.ID, Action: "session."})
		if err != nil || len(byBeto.Rows) == 0 {
			t.Fatalf("%+v %v", byBeto, err)
		}
		for _, r := range byBeto.Rows {
			if r.Who != "Beto Díaz (beto)" || !strings.HasPrefix(r.Action, "session.") {
				t.Errorf("%+v", r)
			}
		}
		theirs, err := h.Audit(ctx, other, AuditQuery{Actor: u.ID})
		if err != nil || len(theirs.Rows) != 0 {
			t.Errorf("another company sees %+v %v", theirs.Rows, err)
		}
		if _, err := h.Audit(ctx, a, AuditQuery{From: "ayer"}); fail.KindOf(err) != fail.Invalid {
			t.Errorf("a day that is none: %v", err)
		}
		if none, err := h.Audit(ctx, a, AuditQuery{To: "2020-01-01"}); err != nil || len(none.Rows) != 0 {
			t.Errorf("before everything: %d, %v", len(none.Rows), err)
		}
		for range 2 * auditRows { // more than a page
			if err := h.CloseSessionsOf(ctx, h.fresh(a), a.UserID); err != nil {
				t.Fatal(err)
			}
		}
		seen, before := 0, int64(0)
		for {
			page, err := h.Audit(ctx, a, AuditQuery{Before: before})
			if err != nil {
				t.Fatal(err)
			}
			seen += len(page.Rows)
			if before = page.Next; before == 0 {
				break
			}
		}
		state, err := h.VerifyAudit(ctx, a)
		if err != nil || state.Broken != 0 || int(state.Links) != seen {
			t.Errorf("%+v, %d seen, %v", state, seen, err)
		}
	})
}
