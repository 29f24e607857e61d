-- +goose Up

-- Mails to a customer that are about no single receipt: its account statement and the
-- reminder of what is overdue. What they say is read when they leave.
CREATE TABLE customer_mails (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    customer_id  TEXT   NOT NULL,
    what         TEXT   NOT NULL CHECK (what IN ('estado', 'recordatorio')),
    moneda       TEXT   NOT NULL DEFAULT '',
    desde        TEXT   NOT NULL DEFAULT '',
    hasta        TEXT   NOT NULL DEFAULT '',
    recipients   TEXT   NOT NULL,
    copies       TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('en-cola', 'enviado', 'fallido')),
    error        TEXT   NOT NULL DEFAULT '',
    tries        BIGINT NOT NULL DEFAULT 0,
    outcome      TEXT   NOT NULL DEFAULT '{}',
    user_name    TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    sent_at      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX customer_mails_of ON customer_mails (tenant_id, customer_id, created_at);
