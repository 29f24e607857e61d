-- +goose Up

-- Global: one row a company.
CREATE TABLE tenants (
	id         TEXT   NOT NULL PRIMARY KEY,
	rfc        TEXT   NOT NULL UNIQUE,
	name       TEXT   NOT NULL,
	state      TEXT   NOT NULL CHECK (state IN ('activo', 'cerrado')),
	created_at BIGINT NOT NULL
) WITHOUT ROWID;

-- The end of each tenant's audit chain; locked while a row is added.
CREATE TABLE audit_heads (
	tenant_id TEXT   NOT NULL PRIMARY KEY REFERENCES tenants (id),
	seq       BIGINT NOT NULL,
	hash      BLOB   NOT NULL
) WITHOUT ROWID;

-- Append-only; each row's hash covers the row and the hash before it.
CREATE TABLE audit (
	tenant_id TEXT   NOT NULL,
	seq       BIGINT NOT NULL,
	prev_hash BLOB   NOT NULL,
	hash      BLOB   NOT NULL,
	at        BIGINT NOT NULL,
	actor     TEXT   NOT NULL,
	ip        TEXT   NOT NULL,
	action    TEXT   NOT NULL,
	object    TEXT   NOT NULL,
	before    TEXT   NOT NULL,
	after     TEXT   NOT NULL,
	PRIMARY KEY (tenant_id, seq),
	FOREIGN KEY (tenant_id) REFERENCES audit_heads (tenant_id)
);
CREATE INDEX audit_object ON audit (tenant_id, object, seq);

-- Global, undistributed: durable work. tenant_id is '' for work of no tenant.
-- due_at is the start of a ready job and the end of the lease of a running one.
CREATE TABLE jobs (
	id           TEXT    NOT NULL PRIMARY KEY,
	tenant_id    TEXT    NOT NULL,
	kind         TEXT    NOT NULL,
	dedup        TEXT    NOT NULL,
	args         TEXT    NOT NULL,
	state        TEXT    NOT NULL CHECK (state IN ('ready', 'running', 'dead')),
	due_at       BIGINT  NOT NULL,
	attempt      BIGINT  NOT NULL,
	tries        BIGINT  NOT NULL,
	max_attempts BIGINT  NOT NULL,
	again        BOOLEAN NOT NULL,
	last_error   TEXT    NOT NULL,
	created_at   BIGINT  NOT NULL,
	updated_at   BIGINT  NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_dedup ON jobs (tenant_id, kind, dedup) WHERE state <> 'dead';
CREATE INDEX jobs_due ON jobs (tenant_id, due_at, id) WHERE state <> 'dead';
CREATE INDEX jobs_dead ON jobs (tenant_id, updated_at, id) WHERE state = 'dead';

-- Global: the row that /readyz writes.
CREATE TABLE probes (
	id BIGINT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL
) WITHOUT ROWID;
