-- +goose Up

-- The mail server of the company's own, by which its receipts leave. No row is the portal's.
CREATE TABLE mail_servers (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    host        TEXT   NOT NULL,
    port        BIGINT NOT NULL,
    tls         TEXT   NOT NULL CHECK (tls IN ('starttls', 'implicito')),
    username    TEXT   NOT NULL,
    password    BYTEA   NOT NULL,
    sender      TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    updated_by  TEXT   NOT NULL DEFAULT '',
    failed_at   BIGINT NOT NULL DEFAULT 0,
    failure     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id)
);

-- Addresses that a mail server refused for good; a mail that is accepted takes the row away.
CREATE TABLE mail_bounces (
    tenant_id   TEXT   NOT NULL,
    address     TEXT   NOT NULL,
    bounced_at  BIGINT NOT NULL,
    reason      TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, address)
);

-- What became of each address of a mail: who has it, who never will.
ALTER TABLE deliveries ADD COLUMN outcome TEXT NOT NULL DEFAULT '{}';
