
-- +goose Up

-- Stamps of Post pago that were held when the company left it and used in a later month:
-- on that month's statement, beside what the plan of then costs.
ALTER TABLE credit_statements ADD COLUMN late_units BIGINT NOT NULL DEFAULT 0;
ALTER TABLE credit_statements ADD COLUMN late_price BIGINT NOT NULL DEFAULT 0;
