-- +goose Up

-- Friends whom a company invited by mail: one row for each address, mailed again at
-- most a few times.
CREATE TABLE invitations (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    nombre       TEXT   NOT NULL,
    correo       TEXT   NOT NULL,
    correo_hash  TEXT   NOT NULL,
    mensaje      TEXT   NOT NULL,
    user_name    TEXT   NOT NULL,
    mails        BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    mailed_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX invitations_to ON invitations (tenant_id, correo_hash);
CREATE INDEX invitations_mailed ON invitations (tenant_id, mailed_at);

-- Global: addresses that want no invitation from anybody, as hashes.
CREATE TABLE invitation_refusals (
    correo_hash  TEXT   NOT NULL PRIMARY KEY,
    at           BIGINT NOT NULL
);

-- What becomes of a referral: registrado, pagado (the first order is paid), premiado,
-- negado (reason says why), por-revertir and revertido (the order was given back).
ALTER TABLE referrals ADD COLUMN correo_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN state TEXT NOT NULL DEFAULT 'registrado';
ALTER TABLE referrals ADD COLUMN order_id TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN print TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN paid_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE referrals ADD COLUMN decided_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE referrals ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE INDEX referrals_waiting ON referrals (state, guest_tenant);

-- Global: an RFC is rewarded once for ever, whatever company bears it later.
CREATE TABLE referral_rewards (
    rfc_hash      TEXT   NOT NULL PRIMARY KEY,
    guest_tenant  TEXT   NOT NULL,
    owner_tenant  TEXT   NOT NULL,
    mes           TEXT   NOT NULL, -- AAAA-MM of central Mexico
    units         BIGINT NOT NULL,
    at            BIGINT NOT NULL
);
CREATE INDEX referral_rewards_month ON referral_rewards (owner_tenant, mes);

-- Global: which companies paid with an instrument, as a hash of what the payment
-- service calls it.
CREATE TABLE payment_prints (
    owner_tenant  TEXT   NOT NULL,
    print         TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    PRIMARY KEY (owner_tenant, print)
);
