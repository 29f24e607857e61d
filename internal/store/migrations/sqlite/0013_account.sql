-- +goose Up

-- A change of address waits until both addresses agreed; one a user at most.
CREATE TABLE mail_changes (
    tenant_id   TEXT    NOT NULL,
    user_id     TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    nuevo       TEXT    NOT NULL,
    old_agreed  BOOLEAN NOT NULL DEFAULT FALSE,
    new_agreed  BOOLEAN NOT NULL DEFAULT FALSE,
    asked_at    BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- A company that is to be closed, until it is or thinks better of it.
CREATE TABLE closings (
    tenant_id  TEXT   NOT NULL PRIMARY KEY,
    asked_at   BIGINT NOT NULL,
    asked_by   TEXT   NOT NULL,
    ends_at    BIGINT NOT NULL,
    motivo     TEXT   NOT NULL DEFAULT ''
);

-- Global: the code with which a company invites others, found by the code.
CREATE TABLE referral_codes (
    code          TEXT   NOT NULL PRIMARY KEY,
    owner_tenant  TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX referral_codes_owner ON referral_codes (owner_tenant);

-- Global: who came by whose code, once for ever.
CREATE TABLE referrals (
    guest_tenant  TEXT   NOT NULL PRIMARY KEY,
    owner_tenant  TEXT   NOT NULL,
    code          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);
CREATE INDEX referrals_owner ON referrals (owner_tenant, created_at);

ALTER TABLE registrations ADD COLUMN code TEXT NOT NULL DEFAULT '';
