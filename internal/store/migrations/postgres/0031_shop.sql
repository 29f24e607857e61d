-- +goose Up

-- What the portal sells, of nobody in particular. price is in millionths of MXN, before
-- IVA. A package in an order is not changed any more: another replaces it. until_at 0
-- is without end; valid_days 0 never expires.
CREATE TABLE shop_packages (
    id          TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    credits     BIGINT  NOT NULL CHECK (credits > 0),
    price       BIGINT  NOT NULL CHECK (price > 0),
    valid_days  BIGINT  NOT NULL,
    from_at     BIGINT  NOT NULL,
    until_at    BIGINT  NOT NULL DEFAULT 0,
    ord         BIGINT  NOT NULL DEFAULT 0,
    demo        BOOLEAN NOT NULL DEFAULT FALSE,
    sold        BOOLEAN NOT NULL DEFAULT FALSE,
    withdrawn_at BIGINT NOT NULL DEFAULT 0,
    replaced_by TEXT    NOT NULL DEFAULT '',
    version     BIGINT  NOT NULL DEFAULT 1,
    created_at  BIGINT  NOT NULL
);
CREATE INDEX shop_packages_shown ON shop_packages (withdrawn_at, ord);

-- Whose order a name is that a gateway calls it by: a session, a payment, a reference.
-- It is given once in the world.
CREATE TABLE shop_refs (
    gateway     TEXT NOT NULL,
    ref         TEXT NOT NULL,
    tenant_id   TEXT NOT NULL,
    order_id    TEXT NOT NULL,
    PRIMARY KEY (gateway, ref)
);
CREATE INDEX shop_refs_order ON shop_refs (tenant_id, order_id);

-- What a gateway said, as it came, for ever: an id takes effect once. state is 'hecho',
-- 'sin-efecto', 'revisar' or 'revisado'.
CREATE TABLE shop_events (
    gateway     TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    type        TEXT   NOT NULL,
    raw         TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    tenant_id   TEXT   NOT NULL DEFAULT '',
    order_id    TEXT   NOT NULL DEFAULT '',
    amount      BIGINT NOT NULL DEFAULT 0,
    state       TEXT   NOT NULL,
    why         TEXT   NOT NULL DEFAULT '',
    closed_by   TEXT   NOT NULL DEFAULT '',
    closed_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (gateway, id)
);
CREATE INDEX shop_events_state ON shop_events (state, received_at);
CREATE INDEX shop_events_order ON shop_events (tenant_id, order_id);

-- What a company is about to buy. price is the one it saw.
CREATE TABLE shop_carts (
    tenant_id   TEXT   NOT NULL,
    package_id  TEXT   NOT NULL,
    quantity    BIGINT NOT NULL CHECK (quantity > 0),
    price       BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, package_id)
);

-- Amounts are millionths of MXN. ref is what the buyer writes in a transfer; session,
-- payment and pay_url are the gateway's. instrument is a hash of the card, as given by
-- the gateway. receipt_id is a document of the company that runs the portal.
CREATE TABLE shop_orders (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('pendiente', 'pagada', 'acreditada', 'vencida', 'cancelada', 'reembolsada')),
    gateway     TEXT   NOT NULL,
    method      TEXT   NOT NULL,
    credits     BIGINT NOT NULL,
    subtotal    BIGINT NOT NULL,
    iva         BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    ref         TEXT   NOT NULL,
    session     TEXT   NOT NULL DEFAULT '',
    payment     TEXT   NOT NULL DEFAULT '',
    pay_url     TEXT   NOT NULL DEFAULT '',
    instrument  TEXT   NOT NULL DEFAULT '',
    tracking    TEXT   NOT NULL DEFAULT '',
    voucher     BOOLEAN NOT NULL DEFAULT FALSE,
    user_id     TEXT   NOT NULL,
    user_name   TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    paid_at     BIGINT NOT NULL DEFAULT 0,
    receipt_id  TEXT   NOT NULL DEFAULT '',
    receipt_why TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX shop_orders_all ON shop_orders (id);
CREATE INDEX shop_orders_state ON shop_orders (state, id);

CREATE TABLE shop_order_lines (
    tenant_id   TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    package_id  TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    credits     BIGINT NOT NULL,
    price       BIGINT NOT NULL,
    quantity    BIGINT NOT NULL,
    valid_days  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, order_id, n),
    FOREIGN KEY (tenant_id, order_id) REFERENCES shop_orders (tenant_id, id)
);

-- The way of an order through its states.
CREATE TABLE shop_order_moves (
    tenant_id   TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    who         TEXT   NOT NULL,
    note        TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, order_id, n),
    FOREIGN KEY (tenant_id, order_id) REFERENCES shop_orders (tenant_id, id)
);
