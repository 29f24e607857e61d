-- +goose Up

-- A list somebody imports. Its rows lie in import_chunks, sealed with data_key, which
-- the signer wraps; both go when it expires. meta is sealed too: headings and what
-- stands over which.
CREATE TABLE imports (
    tenant_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    nombre      TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('columnas', 'revisando', 'revisada', 'importando', 'terminada', 'fallida', 'vencida')),
    todo        BOOLEAN NOT NULL DEFAULT FALSE,
    data_key    BLOB    NOT NULL,
    meta        BLOB    NOT NULL,
    renglones   BIGINT  NOT NULL,
    chunks      BIGINT  NOT NULL,
    hechos      BIGINT  NOT NULL DEFAULT 0,
    nuevos      BIGINT  NOT NULL DEFAULT 0,
    cambios     BIGINT  NOT NULL DEFAULT 0,
    iguales     BIGINT  NOT NULL DEFAULT 0,
    errores     BIGINT  NOT NULL DEFAULT 0,
    avisos      BIGINT  NOT NULL DEFAULT 0,
    motivo      TEXT    NOT NULL DEFAULT '',
    version     BIGINT  NOT NULL DEFAULT 1,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    user_id     TEXT    NOT NULL,
    user_name   TEXT    NOT NULL,
    ip          TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX imports_by_kind ON imports (tenant_id, kind, id);

-- Some of its rows as they came, and what became of each. done: they are written.
CREATE TABLE import_chunks (
    tenant_id  TEXT    NOT NULL,
    import_id  TEXT    NOT NULL,
    n          BIGINT  NOT NULL,
    body       BLOB    NOT NULL,
    outcome    BLOB    NOT NULL,
    done       BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant_id, import_id, n)
);
