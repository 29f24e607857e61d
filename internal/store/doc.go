// Package store keeps rows: SQL in plain sight over SQLite or PostgreSQL, one
// text for both. It holds bytes and columns and does not know what a CFDI is.
//
//	db, err := store.Open(ctx, "sqlite:data/iofacturo.db") // or "postgres://…", "sqlite::memory:"
//	err = db.Migrate(ctx)
//	rows, err := db.View(tenant).Customers(ctx, …)         // reads
//	err = db.Update(ctx, tenant, func(tx *store.Tx) error { // the only way to write
//		return tx.InsertCustomer(ctx, row)
//	})
//
// The tenant is chosen once: a [View] or [Tx] is born with it and every
// statement of theirs has it as $1. What is not of one tenant (tenants by RFC,
// sessions by token, stamp UUIDs, e-mails) goes through [DB.Global] and
// [DB.UpdateGlobal].
//
// # Rules for noun files (customer.go, document.go …)
//
//   - One row struct with `db:"column"` tags; reads are methods of *[View],
//     writes of *[Tx]; they use the unexported get, list and exec.
//   - $1 is always the tenant and is bound by get, list and exec themselves;
//     the caller's arguments start at $2. Every statement says
//     "tenant_id = $1" (or inserts $1). On GlobalView and GlobalTx the
//     arguments start at $1.
//   - SQL is constants of this package, alone or joined (lists with optional
//     conditions use picker); never fmt. A test reads every statement from the
//     sources, has both databases prepare it and refuses full table scans.
//   - Numbers as decision 24 says: instants BIGINT microseconds ([Micros]),
//     money BIGINT millionths, ids TEXT, rates TEXT, folded text by [FoldLine].
//   - After a statement failed, its transaction is lost on both databases:
//     return the error. Use ON CONFLICT where a duplicate is expected.
//   - PostgreSQL runs READ COMMITTED: change a row that was read before only
//     with a guard (WHERE version = …, WHERE state = …) or read it with
//     [Tx.getLocked] first.
//   - No network and no other Update inside an Update.
//
// An acknowledged Update is on disk: SQLite runs WAL with synchronous=FULL,
// and [Open] refuses a PostgreSQL whose durability was weakened.
package store
