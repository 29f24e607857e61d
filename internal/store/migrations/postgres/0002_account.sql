-- +goose Up

-- Global: who asked for a company and has not confirmed yet. Instants are
-- microseconds UTC, hashes SHA-256 in hexadecimal; 0 is "never".
CREATE TABLE registrations (
    id            TEXT   NOT NULL PRIMARY KEY,
    pending_hash  TEXT   NOT NULL,
    rfc           TEXT   NOT NULL,
    nombre        TEXT   NOT NULL,
    correo        TEXT   NOT NULL,
    correo_fold   TEXT   NOT NULL,
    mails         BIGINT NOT NULL DEFAULT 0,
    mailed_at     BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX registrations_pending ON registrations (pending_hash);
CREATE INDEX registrations_correo ON registrations (correo_fold, created_at);

-- Global: links sent by mail, by the hash of their token.
CREATE TABLE links (
    token_hash    TEXT   NOT NULL PRIMARY KEY,
    kind          TEXT   NOT NULL CHECK (kind IN ('registro', 'desbloqueo')),
    subject       TEXT   NOT NULL,
    owner_tenant  TEXT   NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX links_subject ON links (kind, subject, created_at);

-- Global: failed sign-ins by the hash of what was typed as RFC and user, known
-- here or not, so that both are answered alike.
CREATE TABLE signin_failures (
    key_hash    TEXT   NOT NULL PRIMARY KEY,
    failures    BIGINT NOT NULL,
    rounds      BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    wait_until  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE INDEX signin_failures_age ON signin_failures (updated_at);

-- Global: open sessions by the hash of their token.
CREATE TABLE sessions (
    token_hash    TEXT   NOT NULL PRIMARY KEY,
    id            TEXT   NOT NULL,
    owner_tenant  TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    ip            TEXT   NOT NULL,
    device        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE INDEX sessions_user ON sessions (owner_tenant, user_id);
CREATE INDEX sessions_age ON sessions (expires_at);

CREATE TABLE company (
    tenant_id         TEXT   NOT NULL PRIMARY KEY,
    rfc               TEXT   NOT NULL,
    nombre            TEXT   NOT NULL DEFAULT '',
    nombre_comercial  TEXT   NOT NULL DEFAULT '',
    regimenes         TEXT   NOT NULL DEFAULT '[]',
    regimen_default   TEXT   NOT NULL DEFAULT '',
    codigo_postal     TEXT   NOT NULL DEFAULT '',
    calle             TEXT   NOT NULL DEFAULT '',
    no_exterior       TEXT   NOT NULL DEFAULT '',
    no_interior       TEXT   NOT NULL DEFAULT '',
    colonia           TEXT   NOT NULL DEFAULT '',
    localidad         TEXT   NOT NULL DEFAULT '',
    referencia        TEXT   NOT NULL DEFAULT '',
    municipio         TEXT   NOT NULL DEFAULT '',
    estado            TEXT   NOT NULL DEFAULT '',
    pais              TEXT   NOT NULL DEFAULT 'MEX',
    curp              TEXT   NOT NULL DEFAULT '',
    contacto          TEXT   NOT NULL DEFAULT '',
    telefono          TEXT   NOT NULL DEFAULT '',
    correo            TEXT   NOT NULL DEFAULT '',
    web               TEXT   NOT NULL DEFAULT '',
    lugar_expedicion  TEXT   NOT NULL DEFAULT '',
    password_days     BIGINT NOT NULL DEFAULT 30,
    version           BIGINT NOT NULL DEFAULT 1,
    updated_at        BIGINT NOT NULL,
    updated_by        TEXT   NOT NULL DEFAULT ''
);

CREATE TABLE users (
    tenant_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    usuario       TEXT    NOT NULL,
    usuario_fold  TEXT    NOT NULL,
    nombre        TEXT    NOT NULL,
    correo        TEXT    NOT NULL,
    admin         BOOLEAN NOT NULL,
    password      TEXT    NOT NULL,
    password_at   BIGINT  NOT NULL,
    must_change   BOOLEAN NOT NULL DEFAULT FALSE,
    seen_at       BIGINT  NOT NULL,
    created_at    BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX users_usuario ON users (tenant_id, usuario_fold);

-- Hashes of the passwords a user had, so that the last five do not come back.
CREATE TABLE passwords (
    tenant_id  TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    password   TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, user_id, at),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- Seal certificates. The key lies with the signer; a deleted certificate keeps
-- its row for the receipts it sealed.
CREATE TABLE certificates (
    tenant_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    no_certificado  TEXT    NOT NULL,
    rfc             TEXT    NOT NULL,
    nombre          TEXT    NOT NULL,
    cer             BYTEA   NOT NULL,
    not_before      BIGINT  NOT NULL,
    not_after       BIGINT  NOT NULL,
    prueba          BOOLEAN NOT NULL,
    activo          BOOLEAN NOT NULL,
    deleted_at      BIGINT  NOT NULL DEFAULT 0,
    created_at      BIGINT  NOT NULL,
    created_by      TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX certificates_no ON certificates (tenant_id, no_certificado) WHERE deleted_at = 0;

-- Numberings. folio_siguiente is the next folio given; folio_final 0 = no end.
CREATE TABLE series (
    tenant_id            TEXT    NOT NULL,
    id                   TEXT    NOT NULL,
    serie                TEXT    NOT NULL,
    tipo_de_comprobante  TEXT    NOT NULL,
    folio_inicial        BIGINT  NOT NULL,
    folio_siguiente      BIGINT  NOT NULL,
    folio_final          BIGINT  NOT NULL DEFAULT 0,
    predeterminada       BOOLEAN NOT NULL,
    activa               BOOLEAN NOT NULL,
    version              BIGINT  NOT NULL DEFAULT 1,
    updated_at           BIGINT  NOT NULL,
    updated_by           TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id),
    CHECK (folio_inicial >= 1 AND folio_siguiente >= folio_inicial)
);

CREATE UNIQUE INDEX series_serie ON series (tenant_id, tipo_de_comprobante, serie);
CREATE UNIQUE INDEX series_predeterminada ON series (tenant_id, tipo_de_comprobante) WHERE predeterminada;
