-- +goose Up

-- Global: a passkey is found by the SHA-256 of its id before anybody is known. data is
-- its public key and counter.
CREATE TABLE passkeys (
    key_hash      TEXT   NOT NULL PRIMARY KEY,
    id            TEXT   NOT NULL,
    owner_tenant  TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    nombre        TEXT   NOT NULL,
    data          BYTEA  NOT NULL,
    created_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX passkeys_owner ON passkeys (owner_tenant, user_id, id);
