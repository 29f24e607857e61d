-- +goose Up

-- The chain of one person, and of one kind of act.
CREATE INDEX audit_actor ON audit (tenant_id, actor, seq);
CREATE INDEX audit_action ON audit (tenant_id, action, seq);
CREATE INDEX audit_at ON audit (tenant_id, at, seq);
