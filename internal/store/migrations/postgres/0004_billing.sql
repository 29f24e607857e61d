-- +goose Up

-- A document from its first saved draft to its Timbre. Amounts are millionths;
-- columns index the bytes kept in document_xml and never replace them.
CREATE TABLE documents (
    tenant_id        TEXT    NOT NULL,
    id               TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('borrador', 'numerado', 'sellado', 'enviando', 'timbrado', 'rechazado', 'incierto', 'vencido', 'anulado')),
    revision         BIGINT  NOT NULL,
    issued_revision  BIGINT  NOT NULL DEFAULT 0,
    tipo             TEXT    NOT NULL,
    serie_id         TEXT    NOT NULL DEFAULT '',
    serie            TEXT    NOT NULL DEFAULT '',
    folio            BIGINT,
    fecha            TEXT    NOT NULL,
    customer_id      TEXT    NOT NULL DEFAULT '',
    emisor_rfc       TEXT    NOT NULL DEFAULT '',
    receptor_rfc     TEXT    NOT NULL DEFAULT '',
    receptor_nombre  TEXT    NOT NULL DEFAULT '',
    receptor_fold    TEXT    COLLATE "C" NOT NULL DEFAULT '',
    moneda           TEXT    NOT NULL DEFAULT '',
    tipo_cambio      TEXT    NOT NULL DEFAULT '',
    subtotal         BIGINT  NOT NULL DEFAULT 0,
    descuento        BIGINT  NOT NULL DEFAULT 0,
    traslados        BIGINT  NOT NULL DEFAULT 0,
    retenciones      BIGINT  NOT NULL DEFAULT 0,
    total            BIGINT  NOT NULL DEFAULT 0,
    total_mxn        BIGINT  NOT NULL DEFAULT 0,
    uuid             TEXT    NOT NULL DEFAULT '',
    certificate_id   TEXT    NOT NULL DEFAULT '',
    no_certificado   TEXT    NOT NULL DEFAULT '',
    pac              TEXT    NOT NULL DEFAULT '',
    test             BOOLEAN NOT NULL DEFAULT FALSE,
    reason_code      TEXT    NOT NULL DEFAULT '',
    reason_message   TEXT    NOT NULL DEFAULT '',
    correos          TEXT    NOT NULL DEFAULT '[]',
    notas            TEXT    NOT NULL DEFAULT '',
    synthetic_of     TEXT    NOT NULL DEFAULT '',
    created_by       TEXT    NOT NULL DEFAULT '',
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL,
    stamped_at       BIGINT  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);

-- No folio twice (I1): neither in one series nor under the same letters of two.
CREATE UNIQUE INDEX documents_folio ON documents (tenant_id, serie_id, folio) WHERE folio IS NOT NULL;
CREATE UNIQUE INDEX documents_numero ON documents (tenant_id, tipo, serie, folio) WHERE folio IS NOT NULL;
CREATE UNIQUE INDEX documents_uuid ON documents (tenant_id, uuid) WHERE uuid <> '';

-- One index for each order the list can take.
CREATE INDEX documents_by_fecha ON documents (tenant_id, fecha, id);
CREATE INDEX documents_by_state ON documents (tenant_id, state, fecha, id);
CREATE INDEX documents_by_serie ON documents (tenant_id, serie, folio, id);
CREATE INDEX documents_by_receptor ON documents (tenant_id, receptor_fold, id);
CREATE INDEX documents_by_total ON documents (tenant_id, total, id);

-- Counts and sums of documents, kept in the transaction that changes one, so
-- that a list of 100,000 documents adds a few thousand rows instead.
CREATE TABLE document_days (
    tenant_id    TEXT   NOT NULL,
    dia          TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    tipo         TEXT   NOT NULL,
    serie        TEXT   NOT NULL,
    moneda       TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    subtotal     BIGINT NOT NULL,
    descuento    BIGINT NOT NULL,
    traslados    BIGINT NOT NULL,
    retenciones  BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    total_mxn    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, dia, state, tipo, serie, moneda)
);

-- What the form typed: the Comprobante as JSON and what stands beside it.
CREATE TABLE drafts (
    tenant_id    TEXT NOT NULL,
    document_id  TEXT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, document_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);

-- The bytes: prepared, sealed and stamped XML of each revision, zstd.
CREATE TABLE document_xml (
    tenant_id    TEXT   NOT NULL,
    document_id  TEXT   NOT NULL,
    revision     BIGINT NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('prepared', 'sealed', 'stamped')),
    sha256       BYTEA  NOT NULL,
    body         BYTEA  NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, document_id, revision, kind),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);

-- An attempt is one delivery of sealed bytes to one certifier, written before
-- the first byte leaves; its outcome is empty until it is known for certain.
CREATE TABLE attempts (
    tenant_id    TEXT   NOT NULL,
    document_id  TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    revision     BIGINT NOT NULL,
    pac          TEXT   NOT NULL,
    reference    TEXT   NOT NULL,
    sha256       BYTEA  NOT NULL,
    started_at   BIGINT NOT NULL,
    lease_until  BIGINT NOT NULL,
    tries        BIGINT NOT NULL DEFAULT 0,
    ended_at     BIGINT NOT NULL DEFAULT 0,
    outcome      TEXT   NOT NULL DEFAULT '' CHECK (outcome IN ('', 'timbrado', 'rechazado', 'no-entregado', 'vencido')),
    code         TEXT   NOT NULL DEFAULT '',
    message      TEXT   NOT NULL DEFAULT '',
    answer       BYTEA,
    PRIMARY KEY (tenant_id, document_id, n),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);

CREATE UNIQUE INDEX attempts_open ON attempts (tenant_id, document_id) WHERE outcome = '';

-- Append-only log of what happened to a document.
CREATE TABLE document_events (
    tenant_id    TEXT   NOT NULL,
    document_id  TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    event        TEXT   NOT NULL,
    from_state   TEXT   NOT NULL,
    to_state     TEXT   NOT NULL,
    revision     BIGINT NOT NULL,
    user_id      TEXT   NOT NULL DEFAULT '',
    user_name    TEXT   NOT NULL DEFAULT '',
    code         TEXT   NOT NULL DEFAULT '',
    message      TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, document_id, seq),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);

-- A button pressed twice does its work once.
CREATE TABLE idempotency (
    tenant_id    TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    document_id  TEXT   NOT NULL,
    revision     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);

-- Global: no UUID twice in the whole house (I4).
CREATE TABLE stamps (
    uuid         TEXT   NOT NULL PRIMARY KEY,
    tenant_id    TEXT   NOT NULL,
    document_id  TEXT   NOT NULL,
    revision     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL
);

-- Mails with a receipt. The dedup key makes an automatic one be sent once.
CREATE TABLE deliveries (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    document_id  TEXT   NOT NULL,
    dedup        TEXT   NOT NULL,
    recipients   TEXT   NOT NULL,
    copies       TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('en-cola', 'enviado', 'fallido')),
    error        TEXT   NOT NULL DEFAULT '',
    tries        BIGINT NOT NULL DEFAULT 0,
    user_name    TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    sent_at      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);

CREATE UNIQUE INDEX deliveries_dedup ON deliveries (tenant_id, dedup);
CREATE INDEX deliveries_of ON deliveries (tenant_id, document_id, created_at);
