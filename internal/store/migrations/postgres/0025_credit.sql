-- +goose Up

-- How a customer is sold to on credit. serie is the name of a series of invoices;
-- limite_credito is in millionths of the customer's currency, NULL without a limit.
ALTER TABLE customers ADD COLUMN serie TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN dias_credito BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN limite_credito BIGINT;
