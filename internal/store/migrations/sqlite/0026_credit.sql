-- +goose Up

-- How a company pays for its stamps, and the balance of each account of its ledger.
-- No row is sin-limite. Lines add up to these numbers, and each entry to nothing; the
-- last four are the platform's side of this company, added up over all for the house.
CREATE TABLE credit_books (
    tenant_id   TEXT   NOT NULL,
    plan        TEXT   NOT NULL CHECK (plan IN ('sin-limite', 'paquete', 'post-pago', 'prm')),
    since       BIGINT NOT NULL,
    low_pct     BIGINT NOT NULL DEFAULT 10 CHECK (low_pct BETWEEN 0 AND 90),
    mark        BIGINT NOT NULL DEFAULT 0, -- free credits after the last arrival
    told        BIGINT NOT NULL DEFAULT 0, -- people were told that they run out
    seq         BIGINT NOT NULL DEFAULT 0,
    version     BIGINT NOT NULL DEFAULT 1,
    available   BIGINT NOT NULL DEFAULT 0 CHECK (available >= 0),
    promo       BIGINT NOT NULL DEFAULT 0 CHECK (promo >= 0),
    held        BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
    consumed    BIGINT NOT NULL DEFAULT 0 CHECK (consumed >= 0),
    expired     BIGINT NOT NULL DEFAULT 0 CHECK (expired >= 0),
    debt        BIGINT NOT NULL DEFAULT 0 CHECK (debt <= 0),
    sold        BIGINT NOT NULL DEFAULT 0,
    granted     BIGINT NOT NULL DEFAULT 0,
    adjustments BIGINT NOT NULL DEFAULT 0,
    moved       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id)
);

-- Credits lie in lots. free is neither spent, held, expired nor given away.
CREATE TABLE credit_lots (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    source     TEXT   NOT NULL CHECK (source IN ('compra', 'bono', 'manual', 'recibido')),
    account    TEXT   NOT NULL CHECK (account IN ('available', 'promo')),
    units      BIGINT NOT NULL CHECK (units > 0),
    free       BIGINT NOT NULL CHECK (free >= 0 AND free <= units),
    expired    BIGINT NOT NULL DEFAULT 0 CHECK (expired >= 0),
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    entry_id   TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX credit_lots_spend ON credit_lots (tenant_id, expires_at, id) WHERE free > 0;
CREATE INDEX credit_lots_due ON credit_lots (expires_at, tenant_id) WHERE free > 0;
CREATE INDEX credit_lots_by_entry ON credit_lots (tenant_id, entry_id);

-- What happened, for ever. Nothing here is changed: a correction is an entry that reverses.
CREATE TABLE credit_entries (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    digest      TEXT   NOT NULL, -- of what the caller asked for
    document_id TEXT   NOT NULL DEFAULT '',
    ref         TEXT   NOT NULL DEFAULT '',
    note        TEXT   NOT NULL DEFAULT '',
    user_id     TEXT   NOT NULL DEFAULT '',
    user_name   TEXT   NOT NULL DEFAULT '',
    other_id    TEXT   NOT NULL DEFAULT '',
    other_rfc   TEXT   NOT NULL DEFAULT '',
    other_name  TEXT   NOT NULL DEFAULT '',
    reverses    TEXT   NOT NULL DEFAULT '',
    units       BIGINT NOT NULL,
    delta       BIGINT NOT NULL, -- of the balance: available, promo and held
    balance     BIGINT NOT NULL, -- after it
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX credit_entries_seq ON credit_entries (tenant_id, seq);
CREATE UNIQUE INDEX credit_entries_reverse ON credit_entries (tenant_id, reverses) WHERE reverses <> '';
CREATE INDEX credit_entries_shown ON credit_entries (tenant_id, seq) WHERE delta <> 0;
CREATE INDEX credit_entries_kind ON credit_entries (tenant_id, kind, seq);

CREATE TABLE credit_lines (
    tenant_id TEXT   NOT NULL,
    entry_id  TEXT   NOT NULL,
    n         BIGINT NOT NULL,
    account   TEXT   NOT NULL,
    lot_id    TEXT   NOT NULL DEFAULT '',
    amount    BIGINT NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (tenant_id, entry_id, n)
);

-- Documents that were sent to be stamped and wait for a credit, before any folio.
CREATE TABLE credit_waits (
    tenant_id   TEXT   NOT NULL,
    document_id TEXT   NOT NULL,
    revision    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    user_id     TEXT   NOT NULL DEFAULT '',
    user_name   TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX credit_waits_order ON credit_waits (tenant_id, at, document_id);
