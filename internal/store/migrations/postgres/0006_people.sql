-- +goose Up

-- What a person of a company is and may do. A user is never deleted: the name
-- stays on what was done. rights and limits are JSON; a role's win when
-- role_id is set. state 'invitado' has no password yet.
ALTER TABLE users ADD COLUMN state TEXT NOT NULL DEFAULT 'activo' CHECK (state IN ('activo', 'bloqueado', 'invitado', 'baja'));
ALTER TABLE users ADD COLUMN role_id TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN rights TEXT NOT NULL DEFAULT '[]';
ALTER TABLE users ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN telefono TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN idioma TEXT NOT NULL DEFAULT 'es';
ALTER TABLE users ADD COLUMN avisos TEXT NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX users_by_nombre ON users (tenant_id, state, usuario_fold);

-- Global: whose address it is, for who signs in with it.
CREATE TABLE mail_users (
    correo_fold   TEXT NOT NULL,
    owner_tenant  TEXT NOT NULL,
    user_id       TEXT NOT NULL,
    PRIMARY KEY (correo_fold, owner_tenant, user_id)
);
CREATE INDEX mail_users_user ON mail_users (owner_tenant, user_id);
INSERT INTO mail_users (correo_fold, owner_tenant, user_id) SELECT lower(correo), tenant_id, id FROM users;

-- Sets of rights with a name of the company's own.
CREATE TABLE roles (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    nombre       TEXT   NOT NULL,
    nombre_fold  TEXT   NOT NULL,
    rights       TEXT   NOT NULL DEFAULT '[]',
    limits       TEXT   NOT NULL DEFAULT '{}',
    version      BIGINT NOT NULL DEFAULT 1,
    updated_at   BIGINT NOT NULL,
    updated_by   TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX roles_nombre ON roles (tenant_id, nombre_fold);

-- How a company wants its people to come in. Days and minutes; 0 days = never.
CREATE TABLE policies (
    tenant_id        TEXT    NOT NULL PRIMARY KEY,
    password_days    BIGINT  NOT NULL DEFAULT 30,
    password_length  BIGINT  NOT NULL DEFAULT 12,
    idle_days        BIGINT  NOT NULL DEFAULT 30,
    session_minutes  BIGINT  NOT NULL DEFAULT 30,
    session_hours    BIGINT  NOT NULL DEFAULT 12,
    second_factor    TEXT    NOT NULL DEFAULT 'opcional' CHECK (second_factor IN ('opcional', 'administradores', 'todos')),
    grace_days       BIGINT  NOT NULL DEFAULT 14,
    csd_signin       BOOLEAN NOT NULL DEFAULT TRUE,
    csd_upload       BOOLEAN NOT NULL DEFAULT TRUE,
    color            TEXT    NOT NULL DEFAULT '',
    version          BIGINT  NOT NULL DEFAULT 1,
    updated_at       BIGINT  NOT NULL,
    updated_by       TEXT    NOT NULL DEFAULT ''
);
INSERT INTO policies (tenant_id, password_days, updated_at, updated_by) SELECT tenant_id, password_days, updated_at, updated_by FROM company;
ALTER TABLE company DROP COLUMN password_days;

-- A session works in one company, its own or another that lets it in. Until its
-- stage is 'abierta' it opens nothing but the next step of coming in.
ALTER TABLE sessions ADD COLUMN work_tenant TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'abierta' CHECK (stage IN ('abierta', 'factor', 'empresa'));
ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'contrasena';
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET work_tenant = owner_tenant;
CREATE INDEX sessions_work ON sessions (work_tenant, user_id);

-- Global: random challenges by their hash, each good for one answer.
CREATE TABLE challenges (
    hash          TEXT   NOT NULL PRIMARY KEY,
    kind          TEXT   NOT NULL,
    subject       TEXT   NOT NULL DEFAULT '',
    owner_tenant  TEXT   NOT NULL DEFAULT '',
    data          TEXT   NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);
CREATE INDEX challenges_age ON challenges (expires_at);

-- Links of more kinds: the words are store's.
CREATE TABLE links_new (
    token_hash    TEXT   NOT NULL PRIMARY KEY,
    kind          TEXT   NOT NULL,
    subject       TEXT   NOT NULL,
    owner_tenant  TEXT   NOT NULL DEFAULT '',
    data          TEXT   NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL DEFAULT 0
);
INSERT INTO links_new (token_hash, kind, subject, owner_tenant, created_at, expires_at, used_at)
    SELECT token_hash, kind, subject, owner_tenant, created_at, expires_at, used_at FROM links;
DROP TABLE links;
ALTER TABLE links_new RENAME TO links;
CREATE INDEX links_subject ON links (kind, subject, created_at);
