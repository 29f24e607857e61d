// Package storetest runs a test on every database that the store supports.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver, to make and drop databases

	"iofacturo.mx/internal/store"
)

// Each runs fn on a fresh, migrated SQLite and, when IOFACTURO_TEST_PG holds the
// postgres:// address of a superuser, on a fresh PostgreSQL database, each as a
// subtest.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB), options ...store.Option) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			fn(t, Open(t, name, options...))
		})
	}
}

// Open returns a fresh, migrated database of the dialect, "sqlite" or
// "postgres", that goes when the test ends. Without IOFACTURO_TEST_PG it skips
// the test of a PostgreSQL.
func Open(t testing.TB, dialect string, options ...store.Option) *store.DB {
	t.Helper()
	address := ""
	if dialect == "postgres" {
		address = newPostgres(t, postgresTemplate(t))
	} else {
		file, err := sqliteTemplate()
		if err != nil {
			t.Fatal(err)
		}
		address = "sqlite::memory:" + file
	}
	db, err := store.Open(t.Context(), address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// NewPostgres makes an empty PostgreSQL database and returns its address. It
// skips the test when IOFACTURO_TEST_PG is not set.
func NewPostgres(t testing.TB) string {
	t.Helper()
	return newPostgres(t, "template0")
}

// newPostgres makes a copy of the database template.
func newPostgres(t testing.TB, template string) string {
	t.Helper()
	name := "iof_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	onServer(t, server(t), "CREATE DATABASE "+name+" TEMPLATE "+template)
	t.Cleanup(func() { onServer(t, server(t), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return beside(t, name)
}

// server returns the address of the PostgreSQL to test on, or skips the test.
func server(t testing.TB) string {
	t.Helper()
	address := os.Getenv("IOFACTURO_TEST_PG")
	if address == "" {
		t.Skip("IOFACTURO_TEST_PG is not set: no PostgreSQL to test on")
	}
	return address
}

// beside returns the address of another database of the server.
func beside(t testing.TB, name string) string {
	t.Helper()
	address, err := url.Parse(server(t))
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + name
	return address.String()
}

// onServer runs one statement on the server itself.
func onServer(t testing.TB, server, statement string) {
	t.Helper()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.ExecContext(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

// Tenants keeps two tenants in db and returns them: a test acts as the first
// and looks as the second.
func Tenants(t testing.TB, db *store.DB) (a, b store.Tenant) {
	t.Helper()
	return Tenant(t, db, "EKU9003173C9"), Tenant(t, db, "XIA190128J61")
}

// Tenant keeps one active tenant with the given RFC in db and returns it.
func Tenant(t testing.TB, db *store.DB, rfc string) store.Tenant {
	t.Helper()
	row := store.TenantRow{
		ID: fmt.Sprint(uuid.Must(uuid.NewV7())), Rfc: rfc, Name: rfc, State: store.TenantActive,
		CreatedAt: store.Micros(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
	}
	err := db.UpdateGlobal(context.Background(), func(tx *store.GlobalTx) error {
		return tx.InsertTenant(context.Background(), row)
	})
	if err != nil {
		t.Fatal(err)
	}
	return row.Tenant()
}

// Stamped returns every stamped XML that db holds, of all tenants, for a judge
// that shares nothing with ours.
func Stamped(t testing.TB, db *store.DB) [][]byte {
	t.Helper()
	ctx := context.Background()
	tenants, err := db.Global().Tenants(ctx, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for _, tenant := range tenants {
		v := db.View(tenant.Tenant())
		for after := ""; ; {
			rows, err := v.StampedAfter(ctx, after, 500)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				xml, err := v.Unpack(r.XMLRow)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, xml)
			}
			after = rows[len(rows)-1].DocumentID
		}
	}
	return all
}
