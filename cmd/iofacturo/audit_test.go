package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/demo"
	"iofacturo.mx/internal/store"
)

// TestAuditVerify counts the links of a chain, and sees one that somebody changed.
func TestAuditVerify(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if got := command(t, "demo", "--data", data, "--receipts", "10"); got.status != 0 {
		t.Fatalf("demo: %+v", got)
	}
	for _, args := range [][]string{{}, {demo.Rfc}} {
		got := command(t, append([]string{"audit", "verify", "--data", data}, args...)...)
		if fields := strings.Fields(got.out); got.status != 0 || len(fields) != 3 || fields[0] != demo.Rfc || len(fields[2]) != 64 {
			t.Errorf("%v: %+v", args, got)
		}
	}
	if got := command(t, "audit", "verify", "--data", data, "XAXX010101000"); got.status != 2 {
		t.Errorf("an RFC without a company: %+v", got)
	}
	db, err := sql.Open("sqlite", filepath.Join(data, "iofacturo.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE audit SET ip = '10.9.9.9' WHERE seq = 3`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := command(t, "audit", "verify", "--data", data); got.status != 1 || !strings.Contains(got.out, "roto en 3") {
		t.Errorf("a changed link: %+v", got)
	}
}

// TestAuditRoots: who takes the last links away and mends the head leaves a chain that
// holds in itself, and the roots noted outside tell.
func TestAuditRoots(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if got := command(t, "demo", "--data", data, "--receipts", "10"); got.status != 0 {
		t.Fatalf("demo: %+v", got)
	}
	roots, file := filepath.Join(data, "raices"), filepath.Join(data, "iofacturo.db")
	db, err := store.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	for range 2 { // the second finds the first
		if err := writeRoots(t.Context(), db, roots, day); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(roots)
	if err != nil || len(list) != 1 || list[0].Name() != "2026-11-27.tsv" {
		t.Fatalf("%v %v", list, err)
	}
	text, err := os.ReadFile(filepath.Join(roots, list[0].Name()))
	if fields := strings.Fields(string(text)); err != nil || len(fields) != 4 || fields[1] != demo.Rfc || len(fields[3]) != 64 {
		t.Fatalf("%q %v", text, err)
	}
	if got := command(t, "audit", "verify", "--data", data); got.status != 0 || !strings.Contains(got.errOut, "pasa por 1 raíces") {
		t.Errorf("untouched: %+v", got)
	}
	plain, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`UPDATE audit_heads SET seq = seq - 1`,
		`UPDATE audit_heads SET hash = (SELECT hash FROM audit a WHERE a.tenant_id = audit_heads.tenant_id AND a.seq = audit_heads.seq)`,
		`DELETE FROM audit WHERE seq > (SELECT seq FROM audit_heads h WHERE h.tenant_id = audit.tenant_id)`,
	} {
		if _, err := plain.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := plain.Close(); err != nil {
		t.Fatal(err)
	}
	if got := command(t, "audit", "verify", "--data", data, "--roots", t.TempDir()); got.status != 0 {
		t.Errorf("the chain alone: %+v", got)
	}
	if got := command(t, "audit", "verify", "--data", data); got.status != 1 || !strings.Contains(got.out, "no pasa por la raíz del 2026-11-27") {
		t.Errorf("with its root: %+v", got)
	}
	if err := os.WriteFile(filepath.Join(roots, "2026-11-28.tsv"), []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := command(t, "audit", "verify", "--data", data); got.status != 2 {
		t.Errorf("a file that is none: %+v", got)
	}
}
