-- +goose Up

-- Who of another company may work in this one, and who was asked or asked to.
-- The guest's name is kept as text, as it was when both sides agreed.
CREATE TABLE coadmins (
    tenant_id      TEXT    NOT NULL,
    id             TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('invitada', 'solicitada', 'activa', 'rechazada', 'revocada', 'vencida')),
    invited_mail   TEXT    NOT NULL DEFAULT '',
    invited_rfc    TEXT    NOT NULL DEFAULT '',
    guest_tenant   TEXT    NOT NULL DEFAULT '',
    guest_user     TEXT    NOT NULL DEFAULT '',
    guest_nombre   TEXT    NOT NULL DEFAULT '',
    guest_usuario  TEXT    NOT NULL DEFAULT '',
    guest_empresa  TEXT    NOT NULL DEFAULT '',
    guest_rfc      TEXT    NOT NULL DEFAULT '',
    admin          BOOLEAN NOT NULL DEFAULT FALSE,
    rights         TEXT    NOT NULL DEFAULT '[]',
    limits         TEXT    NOT NULL DEFAULT '{}',
    until          BIGINT  NOT NULL DEFAULT 0,
    asked_at       BIGINT  NOT NULL,
    asked_by       TEXT    NOT NULL,
    expires_at     BIGINT  NOT NULL,
    answered_at    BIGINT  NOT NULL DEFAULT 0,
    answered_by    TEXT    NOT NULL DEFAULT '',
    ended_at       BIGINT  NOT NULL DEFAULT 0,
    ended_by       TEXT    NOT NULL DEFAULT '',
    version        BIGINT  NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX coadmins_active ON coadmins (tenant_id, guest_tenant, guest_user) WHERE state = 'activa';
CREATE INDEX coadmins_by_state ON coadmins (tenant_id, state, asked_at, id);

-- Global: the guest's side, so that nobody asks every company who lets them in.
CREATE TABLE guest_companies (
    owner_tenant  TEXT    NOT NULL,
    coadmin_id    TEXT    NOT NULL,
    guest_tenant  TEXT    NOT NULL DEFAULT '',
    guest_user    TEXT    NOT NULL DEFAULT '',
    guest_rfc     TEXT    NOT NULL DEFAULT '',
    state         TEXT    NOT NULL,
    admin         BOOLEAN NOT NULL DEFAULT FALSE,
    rights        TEXT    NOT NULL DEFAULT '[]',
    limits        TEXT    NOT NULL DEFAULT '{}',
    asked_at      BIGINT  NOT NULL,
    since         BIGINT  NOT NULL DEFAULT 0,
    until         BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (owner_tenant, coadmin_id)
);
CREATE INDEX guest_companies_guest ON guest_companies (guest_tenant, guest_user, state, owner_tenant);
CREATE INDEX guest_companies_id ON guest_companies (coadmin_id);
CREATE INDEX guest_companies_rfc ON guest_companies (guest_rfc, state, asked_at);

-- The colour of a company in the bar is a word of a fixed palette, kept where the
-- switcher reads it; '' is made from the RFC.
ALTER TABLE tenants ADD COLUMN color TEXT NOT NULL DEFAULT '';
UPDATE policies SET color = '';

-- The company in which a session was at work until that was taken away, until
-- its person has been told.
ALTER TABLE sessions ADD COLUMN left_tenant TEXT NOT NULL DEFAULT '';
