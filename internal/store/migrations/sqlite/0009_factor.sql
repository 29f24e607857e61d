-- +goose Up

-- The secret of a person's authenticator, sealed by the signer for its user_id.
-- last_step is the time step of the last code taken, so that none is taken twice;
-- confirmed_at 0 is one that was begun and opens nothing.
CREATE TABLE totps (
    tenant_id     TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    secret        BLOB   NOT NULL,
    last_step     BIGINT NOT NULL DEFAULT 0,
    confirmed_at  BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- Codes for who lost the authenticator, each good once, by their SHA-256.
CREATE TABLE recovery_codes (
    tenant_id  TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, user_id, hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- Since when a second factor is asked of a person who has none.
CREATE TABLE factor_dues (
    tenant_id  TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    since      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- From where a person came in before, by the hash of browser, system and network.
CREATE TABLE known_devices (
    tenant_id  TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    seen_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
