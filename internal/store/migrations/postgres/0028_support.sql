-- +goose Up

-- What a company asked who runs the portal, and the answers. user_id is who asked.
CREATE TABLE tickets (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    asunto      TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('abierto', 'contestado', 'cerrado')),
    user_id     TEXT   NOT NULL,
    user_name   TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX tickets_mine ON tickets (tenant_id, user_id, updated_at);
CREATE INDEX tickets_ours ON tickets (tenant_id, updated_at);
CREATE INDEX tickets_queue ON tickets (state, updated_at);

-- operador: written by who runs the portal. imagen is a JPEG of our making; xml is a
-- document without seal, certificate and stamp, and documento says which.
CREATE TABLE ticket_messages (
    tenant_id   TEXT    NOT NULL,
    ticket_id   TEXT    NOT NULL,
    n           BIGINT  NOT NULL,
    operador    BOOLEAN NOT NULL,
    user_name   TEXT    NOT NULL,
    texto       TEXT    NOT NULL,
    imagen      BYTEA,
    documento   TEXT    NOT NULL DEFAULT '',
    xml         BYTEA,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, n),
    FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id)
);
CREATE INDEX ticket_messages_made ON ticket_messages (tenant_id, created_at);

-- What the state page looks back on: an hour of calls to the certifier and of mails.
CREATE INDEX attempts_started ON attempts (started_at);
CREATE INDEX deliveries_created ON deliveries (created_at);
