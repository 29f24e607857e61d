-- +goose Up

-- The month a book was last brought into (AAAA-MM of central Mexico, for plans that are
-- by the month), when other terms begin (0: none are waiting), and whether stamping
-- waits for a statement to be paid.
ALTER TABLE credit_books ADD COLUMN month TEXT NOT NULL DEFAULT '';
ALTER TABLE credit_books ADD COLUMN next_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE credit_books ADD COLUMN stopped BOOLEAN NOT NULL DEFAULT FALSE;

-- What was agreed with a company, for ever: the last that began and was not withdrawn is
-- in force. quantity is the ceiling or the allowance of a month; price, in millionths of
-- a peso without IVA, is of a stamp (post-pago) or of the month (prm).
CREATE TABLE plan_terms (
    tenant_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    plan          TEXT    NOT NULL CHECK (plan IN ('sin-limite', 'paquete', 'post-pago', 'prm')),
    quantity      BIGINT  NOT NULL CHECK (quantity >= 0),
    price         BIGINT  NOT NULL CHECK (price >= 0),
    stop_unpaid   BOOLEAN NOT NULL,
    from_at       BIGINT  NOT NULL,
    set_at        BIGINT  NOT NULL,
    withdrawn_at  BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX plan_terms_order ON plan_terms (tenant_id, from_at, id);

-- A month that is billed, once. Money is millionths of a peso.
CREATE TABLE credit_statements (
    tenant_id  TEXT   NOT NULL,
    mes        TEXT   NOT NULL,
    plan       TEXT   NOT NULL,
    units      BIGINT NOT NULL,
    price      BIGINT NOT NULL,
    subtotal   BIGINT NOT NULL,
    iva        BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    told       BIGINT NOT NULL DEFAULT 0, -- people were told that it is late
    paid_at    BIGINT NOT NULL DEFAULT 0,
    paid_ref   TEXT   NOT NULL DEFAULT '',
    paid_by    TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, mes)
);
CREATE INDEX credit_statements_open ON credit_statements (paid_at, due_at, tenant_id);
CREATE INDEX credit_statements_made ON credit_statements (made_at, tenant_id, mes);
CREATE INDEX credit_books_months ON credit_books (plan, tenant_id);
