-- +goose Up

-- The operator of the portal may suspend a company: nobody comes in while it is.
ALTER TABLE tenants ADD COLUMN suspended_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN suspended_for TEXT NOT NULL DEFAULT '';

-- How much is stamped, for the operator.
CREATE INDEX stamps_created ON stamps (created_at);
CREATE INDEX signin_failures_wait ON signin_failures (wait_until);
