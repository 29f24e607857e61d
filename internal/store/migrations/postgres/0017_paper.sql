-- +goose Up

-- How receipts are printed: of the company ('', ''), of a branch, of a type of
-- document, or of both; the most particular row rules. settings is JSON.
CREATE TABLE paper_designs (
    tenant_id  TEXT   NOT NULL,
    branch_id  TEXT   NOT NULL,
    tipo       TEXT   NOT NULL,
    settings   TEXT   NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1,
    updated_at BIGINT NOT NULL,
    updated_by TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, branch_id, tipo)
);

-- The logo, made anew by us as PNG, by the same key.
CREATE TABLE paper_logos (
    tenant_id  TEXT   NOT NULL,
    branch_id  TEXT   NOT NULL,
    tipo       TEXT   NOT NULL,
    png        BYTEA  NOT NULL,
    sha256     TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, branch_id, tipo)
);
