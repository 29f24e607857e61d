-- +goose Up

-- The address of a customer in parts, as that of the company; what was written as one
-- text stays as the reference.
ALTER TABLE customers ADD COLUMN calle TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN no_exterior TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN no_interior TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN colonia TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN localidad TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN municipio TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN estado TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN pais TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN referencia TEXT NOT NULL DEFAULT '';
UPDATE customers SET referencia = domicilio WHERE domicilio <> '';
ALTER TABLE customers DROP COLUMN domicilio;

-- Taxes of the company that each line of its receipts bears besides those of the
-- product: a JSON list of ids of taxes.
ALTER TABLE customers ADD COLUMN impuestos TEXT NOT NULL DEFAULT '[]';

-- The addenda its receipts begin with, '' for none.
ALTER TABLE customers ADD COLUMN addenda_id TEXT NOT NULL DEFAULT '';

-- What the SAT said of RFC, name, postal code and regime, when, who asked and how;
-- validado_at 0 is never, or changed since.
ALTER TABLE customers ADD COLUMN validado_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN validado_resultado TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN validado_por TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN validado_como TEXT NOT NULL DEFAULT '';

-- How a stamped document is paid ('-' when it does not say) and by how much it changes
-- what its customer owes, in its own moneda: a PPD adds its total, a credit note of one
-- takes its own off, what is paid at issue changes nothing. What was stamped before is
-- read by the job, document by document.
ALTER TABLE documents ADD COLUMN metodo_pago TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN adeudo BIGINT NOT NULL DEFAULT 0;
CREATE INDEX documents_statement ON documents (tenant_id, customer_id, moneda, fecha, id, adeudo) WHERE customer_id <> '' AND state = 'timbrado';
CREATE INDEX documents_owed_unread ON documents (tenant_id, tipo, id) WHERE metodo_pago = '' AND state = 'timbrado';
INSERT INTO jobs (id, tenant_id, kind, dedup, args, state, due_at, attempt, tries, max_attempts, again, last_error, created_at, updated_at)
SELECT 'owed-' || tenant_id, tenant_id, 'billing.owed', 'all', '{}', 'ready', 0, 0, 0, 20, FALSE, '', 0, 0
FROM (SELECT DISTINCT tenant_id FROM documents WHERE state = 'timbrado') AS issuers;

-- What each customer owes by moneda, kept in the transaction that changes a document.
CREATE TABLE customer_balances (
    tenant_id    TEXT   NOT NULL,
    customer_id  TEXT   NOT NULL,
    moneda       TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    saldo        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, customer_id, moneda)
);

-- The addendas of a company: XML with variables for a big customer, and what is asked
-- for on the receipt (campos: JSON).
CREATE TABLE addendas (
    tenant_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    nombre       TEXT    NOT NULL,
    nombre_fold  TEXT    NOT NULL,
    espacio      TEXT    NOT NULL,
    cuerpo       TEXT    NOT NULL,
    campos       TEXT    NOT NULL,
    activa       BOOLEAN NOT NULL,
    version      BIGINT  NOT NULL DEFAULT 1,
    updated_at   BIGINT  NOT NULL,
    updated_by   TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX addendas_nombre ON addendas (tenant_id, nombre_fold);

-- The addenda of a document, as the template was when it was chosen, and what was
-- typed for it (valores: JSON). It is written into what is handed out, after the stamp,
-- and is no part of what was sealed or stamped.
CREATE TABLE document_addendas (
    tenant_id    TEXT   NOT NULL,
    document_id  TEXT   NOT NULL,
    addenda_id   TEXT   NOT NULL,
    nombre       TEXT   NOT NULL,
    espacio      TEXT   NOT NULL,
    cuerpo       TEXT   NOT NULL,
    campos       TEXT   NOT NULL,
    valores      TEXT   NOT NULL,
    updated_at   BIGINT NOT NULL,
    updated_by   TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, document_id)
);
CREATE INDEX document_addendas_used ON document_addendas (tenant_id, addenda_id);
CREATE INDEX customers_addenda ON customers (tenant_id, addenda_id) WHERE addenda_id <> '';

-- The customers of whom the SAT has said nothing, in the order they go into its file.
CREATE INDEX customers_unasked ON customers (tenant_id, activo, nombre_fold, id) WHERE validado_at = 0;
