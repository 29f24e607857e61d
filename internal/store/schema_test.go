package store_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// globalTables are those that belong to no single tenant. Citus would keep them
// on the coordinator or as reference tables. A tenant_id in them is data.
func globalTables() map[string]string {
	return map[string]string{
		"goose_db_version":    "the schema's own version",
		"tenants":             "who there is, by RFC",
		"jobs":                "undistributed: workers claim across tenants",
		"probes":              "the row that readyz writes",
		"registrations":       "nobody is a tenant before it is confirmed",
		"sessions":            "found by the hash of their token",
		"passkeys":            "found by the hash of its id before anybody is known",
		"links":               "a link in a mail is found by the hash of its token",
		"signin_failures":     "counted before anybody is known",
		"stamps":              "a UUID is given once in the world",
		"master_checks":       "the sealed check value of the master key",
		"mail_users":          "who signs in with an address",
		"challenges":          "asked before anybody is known",
		"referral_codes":      "a code is found before its company is known",
		"referrals":           "who came by whose code",
		"guest_companies":     "who lets a person of another company in",
		"shop_packages":       "what the portal sells",
		"shop_refs":           "whose an order is that a gateway names",
		"shop_events":         "what a gateway said is kept before whose it is is known",
		"referral_rewards":    "an RFC is rewarded once, whoever bears it later",
		"invitation_refusals": "an address refuses the invitations of everybody",
		"payment_prints":      "one instrument may pay for several companies",
	}
}

// A table of a live schema.
type table struct {
	columns []string // "name type null|not null"
	keys    []key
}

// A key is a primary, unique or foreign key.
type key struct {
	kind    string // primary, unique, foreign
	columns []string
}

func TestEveryKeyOfATenantsTableLeadsWithTheTenant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if broken := tenantless(schema(t, db)); len(broken) > 0 {
			t.Errorf("not ready to be sharded:\n%s", strings.Join(broken, "\n"))
		}
	})
}

// The check above can fail: each planted fault is found, on both databases.
func TestTheKeyCheckSeesPlantedFaults(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, plant := range []string{
			`CREATE TABLE planted_a (id TEXT NOT NULL PRIMARY KEY, tenant_id TEXT NOT NULL)`,
			`CREATE TABLE planted_b (tenant_id TEXT NOT NULL, id TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (email))`,
			`CREATE TABLE planted_c (tenant_id TEXT NOT NULL, id TEXT NOT NULL, job TEXT NOT NULL REFERENCES jobs (id), PRIMARY KEY (tenant_id, id))`,
			`CREATE TABLE planted_d (id TEXT NOT NULL PRIMARY KEY)`,
			`CREATE TABLE planted_e (tenant_id TEXT NOT NULL)`,
		} {
			if _, err := db.Pool().ExecContext(t.Context(), plant); err != nil {
				t.Fatal(err)
			}
		}
		all := strings.Join(tenantless(schema(t, db)), "\n")
		for _, name := range []string{"planted_a", "planted_b", "planted_c", "planted_d", "planted_e"} {
			if !strings.Contains(all, name) {
				t.Errorf("%s passed", name)
			}
		}
	})
}

// tenantless returns what keeps the schema from being sharded by tenant.
func tenantless(tables map[string]table) []string {
	var broken []string
	for name, tb := range tables {
		if _, global := globalTables()[name]; global {
			continue
		}
		primary := false
		for _, k := range tb.keys {
			primary = primary || k.kind == "primary"
			if first, _, _ := strings.Cut(k.columns[0], " "); first != "tenant_id" {
				broken = append(broken, fmt.Sprintf("%s: %s key %v", name, k.kind, k.columns))
			}
		}
		if !primary {
			broken = append(broken, name+": no primary key")
		}
	}
	slices.Sort(broken)
	return broken
}

func TestBothDatabasesHaveTheSameTables(t *testing.T) {
	lite := schema(t, storetest.Open(t, "sqlite"))
	post := schema(t, storetest.Open(t, "postgres"))
	delete(lite, "goose_db_version") // goose's own
	delete(post, "goose_db_version")
	columns := func(tables map[string]table) map[string][]string {
		m := map[string][]string{}
		for name, tb := range tables {
			m[name] = tb.columns
		}
		return m
	}
	if diff := cmp.Diff(columns(lite), columns(post)); diff != "" {
		t.Errorf("columns differ (-sqlite +postgres):\n%s", diff)
	}
	for name := range lite {
		if diff := cmp.Diff(keyTexts(lite[name]), keyTexts(post[name])); diff != "" {
			t.Errorf("keys of %s differ (-sqlite +postgres):\n%s", name, diff)
		}
	}
}

// Money and instants are whole numbers, rates are text: nothing is inexact.
func TestOnlyExactColumnTypes(t *testing.T) {
	for name, tb := range schema(t, storetest.Open(t, "sqlite")) {
		for _, c := range tb.columns {
			kind := strings.Fields(c)[1]
			if name != "goose_db_version" && !slices.Contains([]string{"TEXT", "BIGINT", "BOOLEAN", "BYTES", "INTEGER"}, kind) {
				t.Errorf("%s.%s", name, c)
			}
		}
	}
}

func TestBothFoldersHaveTheSameNumbers(t *testing.T) {
	files := func(folder string) []string {
		names, err := fs.Glob(os.DirFS("migrations"), folder+"/*.sql")
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for i := range names {
			names[i] = strings.TrimPrefix(names[i], folder+"/")
		}
		return names
	}
	lite := files("sqlite")
	if diff := cmp.Diff(lite, files("postgres")); diff != "" {
		t.Errorf("(-sqlite +postgres):\n%s", diff)
	}
	for i, name := range lite {
		if i > 0 && name[:4] <= lite[i-1][:4] {
			t.Errorf("%s: its number is not above that of %s", name, lite[i-1])
		}
	}
}

func keyTexts(tb table) []string {
	var texts []string
	for _, k := range tb.keys {
		texts = append(texts, fmt.Sprint(k.kind, k.columns))
	}
	slices.Sort(texts)
	return texts
}

// schema reads the live schema of db.
func schema(t *testing.T, db *store.DB) map[string]table {
	t.Helper()
	columns, keys := sqliteColumns, sqliteKeys
	if db.Dialect() == "postgres" {
		columns, keys = postgresColumns, postgresKeys
	}
	tables := map[string]table{}
	for _, r := range rows(t, db, columns) {
		tb := tables[r[0]]
		tb.columns = append(tb.columns, r[1]+" "+r[2]+" "+r[3])
		tables[r[0]] = tb
	}
	for _, r := range rows(t, db, keys) {
		tb := tables[r[0]]
		if n := len(tb.keys); n == 0 || r[3] == "1" {
			tb.keys = append(tb.keys, key{kind: r[1], columns: []string{r[2]}})
		} else {
			tb.keys[n-1].columns = append(tb.keys[n-1].columns, r[2])
		}
		tables[r[0]] = tb
	}
	for name, tb := range tables {
		slices.Sort(tb.columns)
		tables[name] = tb
	}
	return tables
}

// rows returns the four text columns of query.
func rows(t *testing.T, db *store.DB, query string) [][4]string {
	t.Helper()
	result, err := db.Pool().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	var all [][4]string
	for result.Next() {
		var r [4]sql.NullString
		if err := result.Scan(&r[0], &r[1], &r[2], &r[3]); err != nil {
			t.Fatal(err)
		}
		all = append(all, [4]string{r[0].String, r[1].String, r[2].String, r[3].String})
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

const (
	sqliteColumns = `SELECT m.name, c.name, CASE c.type WHEN 'BLOB' THEN 'BYTES' ELSE c.type END,
		CASE WHEN c."notnull" THEN 'not null' ELSE 'null' END
		FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`
	sqliteKeys = `SELECT m.name, CASE i.origin WHEN 'pk' THEN 'primary' ELSE 'unique' END, x.name, x.seqno + 1
		FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x
		WHERE m.type = 'table' AND i."unique" AND m.name NOT LIKE 'sqlite_%'
		UNION ALL
		SELECT m.name, 'foreign', f."from" || ' -> ' || f."table", f.seq + 1
		FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	postgresColumns = `SELECT c.table_name, c.column_name,
		CASE c.data_type WHEN 'bytea' THEN 'BYTES' ELSE UPPER(c.data_type) END,
		CASE c.is_nullable WHEN 'NO' THEN 'not null' ELSE 'null' END
		FROM information_schema.columns c WHERE c.table_schema = 'public' ORDER BY c.table_name, c.ordinal_position`
	postgresKeys = `SELECT c.relname, CASE WHEN i.indisprimary THEN 'primary' ELSE 'unique' END, a.attname, CAST(k.n AS TEXT)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace
		CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (att, n)
		JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.att
		WHERE s.nspname = 'public' AND i.indisunique
		UNION ALL
		SELECT * FROM (SELECT c.relname, 'foreign', a.attname || ' -> ' || f.relname, CAST(k.n AS TEXT)
			FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_class f ON f.oid = o.confrelid
			CROSS JOIN LATERAL unnest(o.conkey) WITH ORDINALITY AS k (att, n)
			JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.att
			WHERE o.contype = 'f' ORDER BY o.oid, k.n) AS foreign_keys`
)
