-- +goose Up

-- Receivers of receipts. nombre_fold is the order of the list.
CREATE TABLE customers (
    tenant_id            TEXT    NOT NULL,
    id                   TEXT    NOT NULL,
    rfc                  TEXT    NOT NULL,
    nombre               TEXT    NOT NULL,
    nombre_fold          TEXT    COLLATE "C" NOT NULL,
    codigo_postal        TEXT    NOT NULL,
    regimen_fiscal       TEXT    NOT NULL,
    uso_cfdi             TEXT    NOT NULL,
    correos              TEXT    NOT NULL DEFAULT '[]',
    residencia_fiscal    TEXT    NOT NULL DEFAULT '',
    num_reg_id_trib      TEXT    NOT NULL DEFAULT '',
    telefono             TEXT    NOT NULL DEFAULT '',
    contacto             TEXT    NOT NULL DEFAULT '',
    domicilio            TEXT    NOT NULL DEFAULT '',
    notas                TEXT    NOT NULL DEFAULT '',
    clave                TEXT    NOT NULL DEFAULT '',
    forma_pago           TEXT    NOT NULL DEFAULT '',
    metodo_pago          TEXT    NOT NULL DEFAULT '',
    moneda               TEXT    NOT NULL DEFAULT '',
    condiciones_de_pago  TEXT    NOT NULL DEFAULT '',
    activo               BOOLEAN NOT NULL,
    version              BIGINT  NOT NULL DEFAULT 1,
    created_at           BIGINT  NOT NULL,
    updated_at           BIGINT  NOT NULL,
    updated_by           TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX customers_by_nombre ON customers (tenant_id, activo, nombre_fold, id);
CREATE UNIQUE INDEX customers_same ON customers (tenant_id, rfc, nombre_fold, clave);

-- Things sold. precio is millionths, NULL = none given; taxes are JSON.
CREATE TABLE products (
    tenant_id                 TEXT    NOT NULL,
    id                        TEXT    NOT NULL,
    clave                     TEXT    NOT NULL DEFAULT '',
    descripcion               TEXT    NOT NULL,
    descripcion_fold          TEXT    COLLATE "C" NOT NULL,
    clave_prod_serv           TEXT    NOT NULL,
    clave_unidad              TEXT    NOT NULL,
    unidad                    TEXT    NOT NULL DEFAULT '',
    precio                    BIGINT,
    moneda                    TEXT    NOT NULL DEFAULT 'MXN',
    precio_incluye_impuestos  BOOLEAN NOT NULL,
    objeto_imp                TEXT    NOT NULL,
    traslados                 TEXT    NOT NULL DEFAULT '[]',
    retenciones               TEXT    NOT NULL DEFAULT '[]',
    cuenta_predial            TEXT    NOT NULL DEFAULT '',
    activo                    BOOLEAN NOT NULL,
    version                   BIGINT  NOT NULL DEFAULT 1,
    created_at                BIGINT  NOT NULL,
    updated_at                BIGINT  NOT NULL,
    updated_by                TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX products_by_descripcion ON products (tenant_id, activo, descripcion_fold, id);
CREATE UNIQUE INDEX products_clave ON products (tenant_id, clave) WHERE clave <> '';

-- Word search: every folded word of a row, read by range (word >= 'ferr' …).
CREATE TABLE words (
    tenant_id  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    word       TEXT COLLATE "C" NOT NULL,
    row_id     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, kind, word, row_id)
);

CREATE INDEX words_of_row ON words (tenant_id, kind, row_id, word);

-- SAT keys a company used last.
CREATE TABLE recents (
    tenant_id  TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    clave      TEXT   NOT NULL,
    used_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, clave)
);
