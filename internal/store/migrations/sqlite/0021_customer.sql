-- +goose Up

-- Links by which a customer fills its own data. proposal is what it sent (JSON), ''
-- before that and once it was decided; customer_id '' makes a new customer.
CREATE TABLE data_links (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    customer_id  TEXT   NOT NULL DEFAULT '',
    correo       TEXT   NOT NULL DEFAULT '',
    state        TEXT   NOT NULL,
    proposal     TEXT   NOT NULL DEFAULT '',
    asked_by     TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    answered_at  BIGINT NOT NULL DEFAULT 0,
    decided_at   BIGINT NOT NULL DEFAULT 0,
    decided_by   TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX data_links_state ON data_links (tenant_id, state, created_at, id);
CREATE INDEX data_links_customer ON data_links (tenant_id, customer_id, created_at);
CREATE INDEX data_links_made ON data_links (tenant_id, created_at);

-- The columns the lists are sorted by, once among the active and inactive each; all
-- together is both read side by side.
CREATE INDEX customers_by_rfc ON customers (tenant_id, activo, rfc, id);
CREATE INDEX customers_by_cp ON customers (tenant_id, activo, codigo_postal, id);
CREATE INDEX customers_by_regimen ON customers (tenant_id, activo, regimen_fiscal, id);
CREATE INDEX customers_by_uso ON customers (tenant_id, activo, uso_cfdi, id);
CREATE INDEX products_by_clave ON products (tenant_id, activo, clave, id);
CREATE INDEX products_by_precio ON products (tenant_id, activo, COALESCE(precio, -1), id);
CREATE INDEX products_by_clave_prod_serv ON products (tenant_id, activo, clave_prod_serv, id);
CREATE INDEX products_by_clave_unidad ON products (tenant_id, activo, clave_unidad, id);

-- Whether a customer was ever used, before it is deleted.
CREATE INDEX documents_customer ON documents (tenant_id, customer_id) WHERE customer_id <> '';

-- Whether a document was issued with it; of what was there before nobody knows.
ALTER TABLE products ADD COLUMN usado BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE products SET usado = TRUE WHERE tenant_id IN (SELECT tenant_id FROM documents);

-- Customers are found by postal code, regime and use too.
INSERT INTO words (tenant_id, kind, word, row_id) SELECT tenant_id, 'customer', lower(codigo_postal), id FROM customers WHERE codigo_postal <> '' ON CONFLICT DO NOTHING;
INSERT INTO words (tenant_id, kind, word, row_id) SELECT tenant_id, 'customer', lower(regimen_fiscal), id FROM customers WHERE regimen_fiscal <> '' ON CONFLICT DO NOTHING;
INSERT INTO words (tenant_id, kind, word, row_id) SELECT tenant_id, 'customer', lower(uso_cfdi), id FROM customers WHERE uso_cfdi <> '' ON CONFLICT DO NOTHING;
