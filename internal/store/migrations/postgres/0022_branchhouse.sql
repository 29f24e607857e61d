-- +goose Up

-- Of whom a certificate is: '' of the whole company, 'matriz' of the main branch
-- alone, or the id of a branch. revoked_at is when its owner said that the SAT
-- revoked it; 0 is never.
ALTER TABLE certificates ADD COLUMN branch_id TEXT NOT NULL DEFAULT '';
ALTER TABLE certificates ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;

-- The address of a branch, as that of the company, and whether it applies the
-- stimulus of the border region; the main branch's flag is the company's.
ALTER TABLE branches ADD COLUMN calle TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN no_exterior TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN no_interior TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN colonia TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN localidad TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN referencia TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN municipio TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN estado TEXT NOT NULL DEFAULT '';
ALTER TABLE branches ADD COLUMN frontera BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE company ADD COLUMN frontera BOOLEAN NOT NULL DEFAULT FALSE;

-- Folios that no document will ever have, from one to another, and why.
CREATE TABLE serie_skips (
    tenant_id   TEXT   NOT NULL,
    serie_id    TEXT   NOT NULL,
    desde       BIGINT NOT NULL,
    hasta       BIGINT NOT NULL,
    motivo      TEXT   NOT NULL CHECK (motivo IN ('subido', 'antes', 'sin-registro')),
    at          BIGINT NOT NULL,
    by_user     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, serie_id, desde),
    FOREIGN KEY (tenant_id, serie_id) REFERENCES series (tenant_id, id),
    CHECK (desde >= 1 AND hasta >= desde)
);

-- Who may see the documents of some series alone lists them by date; folios
-- without a receipt are found without reading those that have one.
CREATE INDEX documents_by_numbering ON documents (tenant_id, serie_id, fecha, id);
CREATE INDEX documents_unstamped ON documents (tenant_id, serie_id, folio) WHERE folio IS NOT NULL AND uuid = '' AND synthetic_of = '';
CREATE INDEX series_branch ON series (tenant_id, branch_id);

-- What was skipped before this was kept: between two documents, before the first
-- and after the last.
INSERT INTO serie_skips (tenant_id, serie_id, desde, hasta, motivo, at)
SELECT tenant_id, serie_id, last_one + 1, folio - 1, 'sin-registro', 0 FROM (
    SELECT s.tenant_id, s.id AS serie_id, d.folio, COALESCE(LAG(d.folio) OVER (PARTITION BY s.tenant_id, s.id ORDER BY d.folio), s.folio_inicial - 1) AS last_one
    FROM series s JOIN (
        SELECT tenant_id, serie_id, folio FROM documents WHERE folio IS NOT NULL
        UNION ALL SELECT tenant_id, id, folio_siguiente FROM series
    ) d ON d.tenant_id = s.tenant_id AND d.serie_id = s.id
) AS runs WHERE folio > last_one + 1;
