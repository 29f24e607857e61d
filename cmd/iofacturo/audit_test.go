package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"iofacturo.mx/internal/demo"
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
