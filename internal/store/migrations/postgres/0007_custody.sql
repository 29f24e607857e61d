-- +goose Up

-- When something was last sealed under a keyset: one that nobody uses any more,
-- and under which nothing lies, may be destroyed.
ALTER TABLE tenant_keysets ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;

-- What another master key than the current one wraps is found without reading all.
CREATE INDEX tenant_keysets_kek ON tenant_keysets (kek_id, tenant_id, version);
CREATE INDEX certificate_keys_version ON certificate_keys (tenant_id, keyset_version);

-- What a company decided about its keys. No row: nothing leaves.
CREATE TABLE custody (
    tenant_id   TEXT    NOT NULL PRIMARY KEY,
    export      BOOLEAN NOT NULL DEFAULT FALSE,
    updated_at  BIGINT  NOT NULL,
    updated_by  TEXT    NOT NULL DEFAULT ''
);

-- Requests to take a key out. ticket is the signer's own word, sealed, on what
-- was asked when: neither instant can be moved by writing in this table.
CREATE TABLE key_exports (
    tenant_id       TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    certificate_id  TEXT   NOT NULL,
    state           TEXT   NOT NULL CHECK (state IN ('pendiente', 'cancelada', 'entregada', 'vencida')),
    ticket          BYTEA  NOT NULL,
    requested_at    BIGINT NOT NULL,
    requested_by    TEXT   NOT NULL,
    due_at          BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    ended_by        TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, certificate_id) REFERENCES certificates (tenant_id, id)
);

-- One at a time for each certificate.
CREATE UNIQUE INDEX key_exports_open ON key_exports (tenant_id, certificate_id) WHERE state = 'pendiente';
