package prueba

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"iofacturo.mx/cfdi"
)

// ledger is the memory of the PAC: a file of JSON lines, one a stamp, appended
// and synced before anybody learns of the stamp. Processes that share the file
// take turns by a lock on it and read what the others appended. A last line torn
// by a crash was never answered for, so it is cut off.
type ledger struct {
	mu    sync.Mutex
	file  *os.File
	end   int64                      // as far as the file was read
	lines map[[sha256.Size]byte]span // by seal; the newest of a seal counts
	last  []span                     // the two newest lines
}

type span struct{ from, to int64 }

// line is one entry of the log.
type line struct {
	Seal   string      `json:"sello_sha256"`
	Timbre cfdi.Timbre `json:"timbre"`
}

func openLedger(path string) (*ledger, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	l := &ledger{file: file, lines: map[[sha256.Size]byte]span{}}
	err = l.locked(func() error { return nil })
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

func (l *ledger) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}

// locked runs fn alone among all processes, after reading what they appended.
func (l *ledger) locked(fn func() error) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fd := int(l.file.Fd())
	if err := syscall.Flock(fd, syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock the log: %w", err)
	}
	defer func() { err = errors.Join(err, syscall.Flock(fd, syscall.LOCK_UN)) }()
	if err := l.catchUp(); err != nil {
		return err
	}
	return fn()
}

// catchUp reads the lines after end and cuts off a torn one.
func (l *ledger) catchUp() error {
	info, err := l.file.Stat()
	if err != nil || info.Size() == l.end {
		return err
	}
	if info.Size() < l.end {
		return errors.New("the log of the test PAC became shorter")
	}
	rest := make([]byte, info.Size()-l.end)
	if _, err := l.file.ReadAt(rest, l.end); err != nil {
		return err
	}
	for len(rest) > 0 {
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 {
			return l.cut()
		}
		if err := l.index(rest[:n]); err != nil {
			if n < len(rest) {
				return fmt.Errorf("the log of the test PAC is damaged at byte %d: %w", l.end, err)
			}
			return l.cut()
		}
		rest = rest[n:]
	}
	return nil
}

// index notes where a line stands and moves end past it.
func (l *ledger) index(text []byte) error {
	var entry line
	if err := json.Unmarshal(text, &entry); err != nil {
		return err
	}
	seal, err := hex.DecodeString(entry.Seal)
	if err != nil || len(seal) != sha256.Size {
		return fmt.Errorf("seal %q", entry.Seal)
	}
	l.note([sha256.Size]byte(seal), int64(len(text)))
	return nil
}

func (l *ledger) note(seal [sha256.Size]byte, length int64) {
	at := span{l.end, l.end + length}
	l.lines[seal] = at
	l.last = append(l.last, at)
	if len(l.last) > 2 {
		l.last = l.last[1:]
	}
	l.end = at.to
}

func (l *ledger) cut() error {
	if err := l.file.Truncate(l.end); err != nil {
		return err
	}
	return l.file.Sync()
}

// find returns the stamp of a seal.
func (l *ledger) find(seal [sha256.Size]byte) (t cfdi.Timbre, found bool, err error) {
	err = l.locked(func() error {
		t, found, err = l.get(seal)
		return err
	})
	return t, found, err
}

func (l *ledger) get(seal [sha256.Size]byte) (cfdi.Timbre, bool, error) {
	at, found := l.lines[seal]
	if !found {
		return cfdi.Timbre{}, false, nil
	}
	t, err := l.read(at)
	return t, err == nil, err
}

func (l *ledger) read(at span) (cfdi.Timbre, error) {
	text, err := io.ReadAll(io.NewSectionReader(l.file, at.from, at.to-at.from))
	if err != nil {
		return cfdi.Timbre{}, err
	}
	var entry line
	err = json.Unmarshal(text, &entry)
	return entry.Timbre, err
}

// add keeps the stamp of a seal and returns it, or the one that another caller
// kept first. It returns after the line is on disk. With again a second stamp of
// the same seal is kept.
func (l *ledger) add(seal [sha256.Size]byte, t cfdi.Timbre, again bool) (kept cfdi.Timbre, previous bool, err error) {
	text, err := json.Marshal(line{hex.EncodeToString(seal[:]), t})
	if err != nil {
		return t, false, err
	}
	text = append(text, '\n')
	kept = t
	err = l.locked(func() error {
		if _, exists := l.lines[seal]; exists && !again {
			kept, previous, err = l.get(seal)
			return err
		}
		_, err := l.file.WriteAt(text, l.end)
		if err == nil {
			err = l.file.Sync()
		}
		if err != nil {
			return errors.Join(err, l.cut()) // half a line must not be taken for a stamp later
		}
		l.note(seal, int64(len(text)))
		return nil
	})
	return kept, previous, err
}

// count returns how many seals are stamped.
func (l *ledger) count() (n int, err error) {
	err = l.locked(func() error {
		n = len(l.lines)
		return nil
	})
	return n, err
}

// lastBut returns the newest stamp that is not the one with that UUID.
func (l *ledger) lastBut(uuid string) (t cfdi.Timbre, found bool, err error) {
	err = l.locked(func() error {
		for _, at := range l.last {
			candidate, err := l.read(at)
			if err != nil {
				return err
			}
			if candidate.UUID != uuid {
				t, found = candidate, true
			}
		}
		return nil
	})
	return t, found, err
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
