-- +goose Up

-- The taxes a company works with. valor is a fraction of six decimals, pesos a unit of a
-- Cuota, '' of Exento; impuesto is '' for a local one.
CREATE TABLE taxes (
    tenant_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    nombre          TEXT    NOT NULL,
    nombre_fold     TEXT    NOT NULL,
    impuesto        TEXT    NOT NULL,
    retencion       BOOLEAN NOT NULL,
    tipo_factor     TEXT    NOT NULL,
    valor           TEXT    NOT NULL,
    activo          BOOLEAN NOT NULL,
    predeterminado  BOOLEAN NOT NULL,
    version         BIGINT  NOT NULL DEFAULT 1,
    updated_at      BIGINT  NOT NULL,
    updated_by      TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX taxes_nombre ON taxes (tenant_id, nombre_fold);

-- Taxes that a product or a numbered document of the company once bore.
CREATE TABLE tax_uses (
    tenant_id  TEXT NOT NULL,
    uso        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, uso)
);
