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
	"slices"
	"sync"
	"syscall"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

const masterSize = 32

// MasterKey is the ring of keys that wrap the keysets of all tenants
// (AES-256-GCM): the first is the current one, those after it only open what
// they wrapped once. They lie in no database, backup or log; a ring prints as
// "[oculto]".
type MasterKey struct{ ring *ring }

type ring struct {
	source func() ([]kek, error) // reads them again: a rotation may have brought a new one
	mu     sync.RWMutex
	keks   []kek
}

// A kek is one master key.
type kek struct {
	id   string // names the key without telling it
	aead tink.AEAD
}

// String hides the keys from %v and %s.
func (MasterKey) String() string { return "[oculto]" }

// GoString hides the keys from %#v.
func (MasterKey) GoString() string { return "[oculto]" }

// LoadMasterKey returns the keys written in env, the value of a variable, when it
// is not empty; otherwise those in the file at path and in old/*.key beside it.
// Each file must belong to this user and be closed to others (0600). With create
// a file that does not exist is made with a fresh key. A key is the base64 of 32
// bytes, one a line; the first line is the current key.
func LoadMasterKey(path, env string, create bool) (MasterKey, error) {
	if env != "" {
		keks, err := parseMaster([]byte(env))
		return newRing(func() ([]kek, error) { return keks, err })
	}
	err := checkPrivate(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		err = createMaster(path)
	}
	if err != nil {
		return MasterKey{}, fmt.Errorf("master key: %w", err)
	}
	return newRing(func() ([]kek, error) { return readMaster(path) })
}

func newRing(source func() ([]kek, error)) (MasterKey, error) {
	keks, err := source()
	return MasterKey{&ring{source: source, keks: keks}}, err
}

// current is the key that a rotation moves to.
func (m MasterKey) current() kek {
	m.ring.mu.RLock()
	defer m.ring.mu.RUnlock()
	return m.ring.keks[0]
}

// named returns the key of a name. One that is not in the ring may have come to
// where the ring was read from since.
func (m MasterKey) named(id string) (tink.AEAD, error) {
	m.ring.mu.RLock()
	keks := m.ring.keks
	m.ring.mu.RUnlock()
	if k, ok := find(keks, id); ok {
		return k.aead, nil
	}
	keks, err := m.ring.source()
	if err != nil {
		return nil, err
	}
	m.ring.mu.Lock()
	m.ring.keks = keks
	m.ring.mu.Unlock()
	if k, ok := find(keks, id); ok {
		return k.aead, nil
	}
	return nil, ErrMasterKey
}

func find(keks []kek, id string) (kek, bool) {
	i := slices.IndexFunc(keks, func(k kek) bool { return k.id == id })
	if i < 0 {
		return kek{}, false
	}
	return keks[i], true
}

// readMaster reads the file at path first: a rotation puts its old key into old/
// before it changes the file, so at no moment is one missing.
func readMaster(path string) ([]kek, error) {
	keks, err := readKey(path)
	if err != nil {
		return nil, err
	}
	old, err := filepath.Glob(filepath.Join(oldFolder(path), "*.key"))
	if err != nil {
		return nil, err
	}
	for _, p := range old {
		more, err := readKey(p)
		if err != nil {
			return nil, err
		}
		keks = append(keks, more...)
	}
	return keks, nil
}

func oldFolder(path string) string { return filepath.Join(filepath.Dir(path), "old") }

func readKey(path string) ([]kek, error) {
	if err := checkPrivate(path); err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	defer clear(text)
	return parseMaster(text)
}

// parseMaster reads one key a line.
func parseMaster(text []byte) ([]kek, error) {
	var keks []kek
	for line := range bytes.FieldsSeq(text) {
		key, err := base64.StdEncoding.AppendDecode(nil, line)
		if err != nil || len(key) != masterSize {
			return nil, fmt.Errorf("master key: line %d is not the base64 of %d bytes", len(keks)+1, masterSize)
		}
		sum := sha256.Sum256(append([]byte("iofacturo master key name|"), key...))
		aead, err := subtle.NewAESGCM(key)
		clear(key)
		if err != nil {
			return nil, fmt.Errorf("master key: %w", err)
		}
		keks = append(keks, kek{id: hex.EncodeToString(sum[:8]), aead: aead})
	}
	if len(keks) == 0 {
		return nil, errors.New("master key: there is none")
	}
	return keks, nil
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

// createMaster makes the file; it is on disk before anything is sealed with it.
func createMaster(path string) error {
	key := make([]byte, masterSize)
	defer clear(key)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	text := append(base64.StdEncoding.AppendEncode(nil, key), '\n')
	defer clear(text)
	return writeMaster(path, text)
}

// writeMaster writes a key file that does not exist, whole and on disk or not at all.
func writeMaster(path string, text []byte) (err error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".key-*") // made 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil { // unlike a rename, it replaces nothing
		return err
	}
	return syncFolder(folder)
}

func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
