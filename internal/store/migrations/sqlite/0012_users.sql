-- +goose Up

-- The documents of one user, for who sees no other.
CREATE INDEX documents_by_creator ON documents (tenant_id, created_by, fecha, id);
