-- +goose Up

-- The documents of one user, for who sees no other.
CREATE INDEX documents_by_creator ON documents (tenant_id, created_by, fecha, id);

-- A password that an Administrador handed over is good until this instant; 0 is
-- one that the person chose.
ALTER TABLE users ADD COLUMN once_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_of_role ON users (tenant_id, role_id, id);
