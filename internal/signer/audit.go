package signer

import (
	"context"
	"encoding/json"

	"iofacturo.mx/internal/store"
)

// entry is what the audit chain keeps of one use of a key.
type entry struct {
	Certificate string `json:"no_certificado"`
	Revision    int    `json:"revision,omitempty"`
	Cadena      string `json:"cadena_sha256,omitempty"`
	Export      string `json:"export,omitempty"`
	Session     string `json:"session,omitempty"`
	Reason      string `json:"reason,omitempty"`

	Kind     string   `json:"kind,omitempty"` // of a petition, with what it names
	Petition string   `json:"request_sha256,omitempty"`
	Folios   []string `json:"folios,omitempty"`
}

func audit(ctx context.Context, tx *store.Tx, a store.Actor, action, object string, e entry) error {
	e.Session = a.SessionID
	after, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: action, Object: object, After: string(after)})
}
