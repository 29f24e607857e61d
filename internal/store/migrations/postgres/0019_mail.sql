-- +goose Up

-- What a person of the company should know. One row a person and event, so that nothing is told twice.
CREATE TABLE notices (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    user_id     TEXT   NOT NULL,
    event       TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    needs       TEXT   NOT NULL,
    owner       TEXT   NOT NULL DEFAULT '',
    ref         TEXT   NOT NULL DEFAULT '',
    detail      TEXT   NOT NULL DEFAULT '',
    n           BIGINT NOT NULL DEFAULT 0,
    link        TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    read_at     BIGINT NOT NULL DEFAULT 0,
    mail        TEXT   NOT NULL DEFAULT '' CHECK (mail IN ('', 'ahora', 'resumen', 'hecho')),
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notices_event ON notices (tenant_id, user_id, event);
CREATE INDEX notices_newest ON notices (tenant_id, user_id, created_at, id);
-- The number on the bell is counted in this index alone.
CREATE INDEX notices_unread ON notices (tenant_id, user_id, needs, owner, read_at) WHERE read_at = 0;
-- Who waits for a digest: as many rows as notices not yet mailed.
CREATE INDEX notices_digest ON notices (tenant_id, user_id, created_at) WHERE mail = 'resumen';

-- The days before its end of which people were told last, -1 once it ended: nobody is told twice.
ALTER TABLE certificates ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
-- Which certificates end soon, whoever has them: the daily look reads as many rows as end in two months.
CREATE INDEX certificates_by_end ON certificates (not_after, tenant_id, id) WHERE deleted_at = 0 AND activo;

-- How the company's receipts go by mail. No row is the portal's own way.
CREATE TABLE mail_settings (
    tenant_id   TEXT    NOT NULL,
    from_name   TEXT    NOT NULL DEFAULT '',
    reply_to    TEXT    NOT NULL DEFAULT '',
    copies      TEXT    NOT NULL DEFAULT '[]',
    attach      TEXT    NOT NULL DEFAULT 'ambos' CHECK (attach IN ('ambos', 'xml', 'pdf')),
    automatic   BOOLEAN NOT NULL,
    version     BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    updated_by  TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id)
);

-- What the mail of a type of document says, where the company wrote it.
CREATE TABLE mail_templates (
    tenant_id   TEXT   NOT NULL,
    tipo        TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    updated_by  TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, tipo)
);
