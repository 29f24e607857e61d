package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
)

// cfbMagic starts a compound file (MS-CFB), the small file system in which .xls lies.
const cfbMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// From maxSector on, the number of a sector says that there is none.
const (
	maxSector = 0xfffffffa
	dirEntry  = 128
)

// A compound is an open compound file. Every chain is walked at most once around, so that
// one that bites its tail is an error.
type compound struct {
	r      io.ReaderAt
	shift  uint
	count  uint32 // sectors in the file
	fat    []uint32
	mini   []uint32 // the chain of each small sector
	cutoff uint32   // streams below lie in small sectors
	dir    []byte
}

// openCompound reads the tables of a compound file of size bytes.
func openCompound(r io.ReaderAt, size int64) (*compound, error) {
	head := make([]byte, 512)
	if _, err := r.ReadAt(head, 0); err != nil || string(head[:8]) != cfbMagic {
		return nil, errBroken
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(head[at:]) }
	c := &compound{r: r, shift: uint(binary.LittleEndian.Uint16(head[30:])), cutoff: u32(56)}
	if c.shift != 9 && c.shift != 12 {
		return nil, errBroken
	}
	c.count = uint32(size >> c.shift)
	var err error
	if c.fat, err = c.readFAT(head, u32(68)); err != nil {
		return nil, err
	}
	if c.dir, err = c.readChain(u32(48)); err != nil {
		return nil, err
	}
	mini, err := c.readChain(u32(60))
	if err != nil {
		return nil, err
	}
	c.mini = words(mini)
	return c, nil
}

// readFAT gathers the table of chains: its sectors stand in the header and, for a large
// file, in a chain of sectors of their own from next on.
func (c *compound) readFAT(head []byte, next uint32) ([]uint32, error) {
	list := words(head[76:512])
	for range c.count {
		if next >= maxSector {
			break
		}
		sector, err := c.sector(next)
		if err != nil {
			return nil, err
		}
		more := words(sector)
		list, next = append(list, more[:len(more)-1]...), more[len(more)-1]
	}
	var fat []uint32
	for _, at := range list {
		if at >= maxSector {
			continue
		}
		if uint32(len(fat)) > c.count+c.count/2+1024 {
			return nil, errBroken // the table names a sector again and again
		}
		sector, err := c.sector(at)
		if err != nil {
			return nil, err
		}
		fat = append(fat, words(sector)...)
	}
	return fat, nil
}

func words(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out
}

func (c *compound) sector(at uint32) ([]byte, error) {
	b := make([]byte, 1<<c.shift)
	n, err := c.r.ReadAt(b, (int64(at)+1)<<c.shift)
	if n == 0 || err != nil && !errors.Is(err, io.EOF) {
		return nil, errBroken
	}
	return b, nil // the last one may be cut short
}

// chain lists the sectors of a chain in a table.
func chain(table []uint32, at uint32) ([]uint32, error) {
	var out []uint32
	for at < maxSector {
		if int(at) >= len(table) || len(out) >= len(table) {
			return nil, errBroken
		}
		out = append(out, at)
		at = table[at]
	}
	return out, nil
}

func (c *compound) readChain(at uint32) ([]byte, error) {
	list, err := chain(c.fat, at)
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, at := range list {
		b, err := c.sector(at)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

// A stream is a file within a compound file.
type stream struct {
	r       io.ReaderAt
	sectors []uint32
	shift   uint
	lead    int64 // sectors before the first one
	size    int64
}

// ReadAt reads across the sectors of the stream.
func (s *stream) ReadAt(p []byte, off int64) (int, error) {
	read := 0
	for len(p) > 0 {
		if off >= s.size {
			return read, io.EOF
		}
		index, within := off>>s.shift, off&(1<<s.shift-1)
		if index >= int64(len(s.sectors)) {
			return read, io.ErrUnexpectedEOF
		}
		n := min(int64(len(p)), 1<<s.shift-within, s.size-off)
		got, err := s.r.ReadAt(p[:n], (int64(s.sectors[index])+s.lead)<<s.shift+within)
		read, off, p = read+got, off+int64(got), p[got:]
		if err != nil && (int64(got) < n || !errors.Is(err, io.EOF)) {
			return read, io.ErrUnexpectedEOF
		}
	}
	return read, nil
}

// stream opens the first stream with one of the names.
func (c *compound) stream(names ...string) (*stream, error) {
	var root, found []byte
	for at := 0; at+dirEntry <= len(c.dir); at += dirEntry {
		entry := c.dir[at : at+dirEntry]
		switch kind := entry[66]; {
		case kind == 5 && root == nil:
			root = entry
		case kind == 2 && found == nil:
			for _, name := range names {
				if entryName(entry) == name {
					found = entry
				}
			}
		}
	}
	if found == nil {
		return nil, refuse("El archivo no es un libro de Excel (.xls).")
	}
	size := int64(binary.LittleEndian.Uint32(found[120:]))
	start := binary.LittleEndian.Uint32(found[116:])
	if size >= int64(c.cutoff) {
		sectors, err := chain(c.fat, start)
		return &stream{r: c.r, sectors: sectors, shift: c.shift, lead: 1, size: size}, err
	}
	if root == nil {
		return nil, errBroken
	}
	sectors, err := chain(c.fat, binary.LittleEndian.Uint32(root[116:]))
	if err != nil {
		return nil, err
	}
	small := &stream{r: c.r, sectors: sectors, shift: c.shift, lead: 1, size: int64(len(sectors)) << c.shift}
	sectors, err = chain(c.mini, start)
	return &stream{r: small, sectors: sectors, shift: 6, size: size}, err
}

func entryName(entry []byte) string {
	n := int(binary.LittleEndian.Uint16(entry[64:]))
	if n < 2 || n > 64 {
		return ""
	}
	units := make([]uint16, n/2-1)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(entry[2*i:])
	}
	return string(utf16.Decode(units))
}
