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
