-- +goose Up

-- A branch issues from its own postal code. The main one is no row: it is the company.
CREATE TABLE branches (
    tenant_id      TEXT    NOT NULL,
    id             TEXT    NOT NULL,
    nombre         TEXT    NOT NULL,
    nombre_fold    TEXT    NOT NULL,
    clave          TEXT    NOT NULL DEFAULT '',
    codigo_postal  TEXT    NOT NULL,
    telefono       TEXT    NOT NULL DEFAULT '',
    correo         TEXT    NOT NULL DEFAULT '',
    responsable    TEXT    NOT NULL DEFAULT '',
    activa         BOOLEAN NOT NULL,
    version        BIGINT  NOT NULL DEFAULT 1,
    updated_at     BIGINT  NOT NULL,
    updated_by     TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX branches_nombre ON branches (tenant_id, nombre_fold);

-- Whose numbering it is: '' is the main branch's.
ALTER TABLE series ADD COLUMN branch_id TEXT NOT NULL DEFAULT '';
