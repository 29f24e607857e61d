-- +goose Up

-- Global: a known text sealed by the master key, so that a wrong one is refused
-- at start. One row at most.
CREATE TABLE master_checks (
    only_one    BIGINT NOT NULL PRIMARY KEY CHECK (only_one = 1),
    kek_id      TEXT   NOT NULL,
    sealed      BLOB   NOT NULL,
    created_at  BIGINT NOT NULL
);

-- Data keys of a tenant, wrapped by the master key.
CREATE TABLE tenant_keysets (
    tenant_id   TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    kek_id      TEXT   NOT NULL,
    wrapped     BLOB   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

-- Private keys of certificates, wrapped by a tenant's keyset. Deleting the row
-- destroys the key; the certificate stays in certificates.
CREATE TABLE certificate_keys (
    tenant_id       TEXT   NOT NULL,
    certificate_id  TEXT   NOT NULL,
    no_certificado  TEXT   NOT NULL,
    rfc             TEXT   NOT NULL,
    keyset_version  BIGINT NOT NULL,
    wrapped         BLOB   NOT NULL,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, certificate_id),
    FOREIGN KEY (tenant_id, keyset_version) REFERENCES tenant_keysets (tenant_id, version)
);
