package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"iofacturo.mx/internal/fail"
)

// An XMLKind says how far the bytes have come.
type XMLKind string

// The kinds of XML kept of each revision of a document.
const (
	PreparedXML XMLKind = "prepared" // canonical content fixed by P1, without Sello
	SealedXML   XMLKind = "sealed"   // with Sello, what the certifier gets
	StampedXML  XMLKind = "stamped"  // with Timbre, as the certifier gave it
)

// maxXML is the most a stored XML may unfold to, bytes.
const maxXML = 16 << 20

// An XMLRow is the XML of one revision of a document as stored.
type XMLRow struct {
	DocumentID string  `db:"document_id"`
	Revision   int64   `db:"revision"`
	Kind       XMLKind `db:"kind"`
	SHA256     []byte  `db:"sha256"`
	Body       []byte  `db:"body"` // zstd
	CreatedAt  int64   `db:"created_at"`
}

// A packer folds and unfolds XML. Making one costs more than using it, so a DB
// has one for all.
type packer struct {
	once sync.Once
	in   *zstd.Encoder
	out  *zstd.Decoder
	err  error
}

func (p *packer) open() error {
	p.once.Do(func() {
		var errIn, errOut error
		p.in, errIn = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(4), zstd.WithWindowSize(256<<10))
		p.out, errOut = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxXML), zstd.WithDecoderConcurrency(4))
		p.err = errors.Join(errIn, errOut)
	})
	return p.err
}

// Unpack returns the bytes of a row, checked against the hash they were stored with.
func (v *View) Unpack(r XMLRow) ([]byte, error) {
	if err := v.db.packer.open(); err != nil {
		return nil, fmt.Errorf("open zstd: %w", err)
	}
	b, err := v.db.packer.out.DecodeAll(r.Body, nil)
	if err != nil {
		return nil, fmt.Errorf("unfold %s XML of %s: %w", r.Kind, r.DocumentID, err)
	}
	if sum := sha256.Sum256(b); string(sum[:]) != string(r.SHA256) {
		return nil, fmt.Errorf("%s XML of %s, revision %d, is not what was stored", r.Kind, r.DocumentID, r.Revision)
	}
	return b, nil
}

// XML returns the bytes of one revision of a document, checked against their
// SHA-256, or fail.NotFound.
func (v *View) XML(ctx context.Context, documentID string, revision int64, kind XMLKind) ([]byte, error) {
	var r XMLRow
	err := v.get(ctx, &r, `SELECT document_id, revision, kind, sha256, body, created_at FROM document_xml
		WHERE tenant_id = $1 AND document_id = $2 AND revision = $3 AND kind = $4`, documentID, revision, kind)
	if err != nil {
		return nil, err
	}
	return v.Unpack(r)
}

// A StampedRow is one stamped document with its bytes as stored.
type StampedRow struct {
	XMLRow
	Fecha       string `db:"fecha"`
	UUID        string `db:"uuid"`
	CreatedBy   string `db:"created_by"`
	SerieID     string `db:"serie_id"`
	SyntheticOf string `db:"synthetic_of"`
}

// StampedAfter returns up to limit stamped documents with their XML in the
// order of their ids, after the id given ("" for the first page). Rows of the
// demo that show another's bytes are left out.
func (v *View) StampedAfter(ctx context.Context, after string, limit int) ([]StampedRow, error) {
	rows := []StampedRow{}
	err := v.list(ctx, &rows, `SELECT x.document_id, x.revision, x.kind, x.sha256, x.body, x.created_at, d.fecha, d.uuid, d.created_by, d.serie_id, d.synthetic_of
		FROM documents d JOIN document_xml x ON x.tenant_id = d.tenant_id AND x.document_id = d.id AND x.revision = d.issued_revision AND x.kind = $4
		WHERE d.tenant_id = $1 AND d.id > $2 AND d.uuid <> '' ORDER BY d.id LIMIT $3`, after, limit, StampedXML)
	return rows, err
}

// XMLs returns what is stored of a document, oldest revision first; [Check] reads them.
func (v *View) XMLs(ctx context.Context, documentID string) ([]XMLRow, error) {
	var rows []XMLRow
	err := v.list(ctx, &rows, `SELECT document_id, revision, kind, sha256, body, created_at FROM document_xml
		WHERE tenant_id = $1 AND document_id = $2 ORDER BY revision, kind`, documentID)
	return rows, err
}

// InsertXML keeps bytes for ever. Storing the same bytes again changes nothing;
// storing other bytes in their place is fail.Conflict (invariant I6).
func (tx *Tx) InsertXML(ctx context.Context, documentID string, revision int64, kind XMLKind, b []byte, at int64) error {
	stored, err := tx.XML(ctx, documentID, revision, kind)
	if err == nil {
		if string(stored) == string(b) {
			return nil
		}
		return fail.New(fail.Conflict, "El XML de este comprobante ya está guardado y no puede cambiar.")
	}
	if fail.KindOf(err) != fail.NotFound {
		return err
	}
	sum := sha256.Sum256(b)
	if err := tx.db.packer.open(); err != nil {
		return fmt.Errorf("open zstd: %w", err)
	}
	body := tx.db.packer.in.EncodeAll(b, nil)
	_, err = tx.exec(ctx, `INSERT INTO document_xml (tenant_id, document_id, revision, kind, sha256, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`, documentID, revision, kind, sum[:], body, at)
	return err
}
