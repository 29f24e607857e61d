-- +goose Up

-- Counts and sums of documents by month, for the panel: also by series and by who
-- made them, so that who is limited to some reads no document either. Kept in the
-- transaction that changes a document, as document_days.
CREATE TABLE document_months (
    tenant_id    TEXT   NOT NULL,
    mes          TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    tipo         TEXT   NOT NULL,
    serie_id     TEXT   NOT NULL,
    created_by   TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    total_mxn    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mes, state, tipo, serie_id, created_by)
);

INSERT INTO document_months (tenant_id, mes, state, tipo, serie_id, created_by, n, total_mxn)
SELECT tenant_id, substr(fecha, 1, 7), state, tipo, serie_id, created_by, COUNT(*), CAST(SUM(total_mxn) AS BIGINT)
FROM documents GROUP BY tenant_id, substr(fecha, 1, 7), state, tipo, serie_id, created_by;

-- How each person keeps the assistant: as an edge, away, and when the list of
-- receipts was first opened with something in it; 0 is never.
CREATE TABLE assistants (
    tenant_id     TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    minimized     BOOLEAN NOT NULL DEFAULT FALSE,
    hidden        BOOLEAN NOT NULL DEFAULT FALSE,
    consulted_at  BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, user_id)
);
