package signer

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

const masterSize = 32

// MasterKey is the key that wraps the keysets of all tenants (AES-256-GCM). It
// lies in no database, backup or log and prints as "[oculto]".
type MasterKey struct {
	id   string // names the key without telling it
	aead tink.AEAD
}

// String hides the key from %v and %s.
func (MasterKey) String() string { return "[oculto]" }

// GoString hides the key from %#v.
func (MasterKey) GoString() string { return "[oculto]" }

// LoadMasterKey returns the master key written in env, the value of a variable
// or secret, when it is not empty; otherwise the one in the file at path, which
// must belong to this user and be closed to others (0600). With create a file
// that does not exist is made with a fresh key. The form is base64 of 32 bytes.
func LoadMasterKey(path, env string, create bool) (MasterKey, error) {
	if env != "" {
		return parseMaster([]byte(env))
	}
	err := checkPrivate(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		err = createMaster(path)
	}
	if err != nil {
		return MasterKey{}, fmt.Errorf("master key: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return MasterKey{}, fmt.Errorf("master key: %w", err)
	}
	defer clear(text)
	return parseMaster(text)
}

func parseMaster(text []byte) (MasterKey, error) {
	key, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(text))
	if err != nil || len(key) != masterSize {
		return MasterKey{}, fmt.Errorf("master key: not the base64 of %d bytes", masterSize)
	}
	sum := sha256.Sum256(append([]byte("iofacturo master key name|"), key...))
	aead, err := subtle.NewAESGCM(key)
	if err != nil {
		return MasterKey{}, fmt.Errorf("master key: %w", err)
	}
	return MasterKey{id: hex.EncodeToString(sum[:8]), aead: aead}, nil
}

// checkPrivate refuses a key file that others may read or that another user owns.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if mode := info.Mode(); !mode.IsRegular() || mode.Perm()&0o077 != 0 {
		return fmt.Errorf("%s has mode %v; run chmod 600 on it", path, mode)
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && int(s.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user", path)
	}
	return nil
}

// createMaster makes the file and is on disk before anything is sealed with it.
func createMaster(path string) (err error) {
	key := make([]byte, masterSize)
	defer clear(key)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	text := append(base64.StdEncoding.AppendEncode(nil, key), '\n')
	defer clear(text)
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
