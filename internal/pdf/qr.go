package pdf

import (
	"bytes"
	"errors"
	"math"
)

// This file makes QR codes (ISO/IEC 18004), model 2, level M, byte mode: what RMF
// 2.7.1.7 asks for, and no more. The tables of the field are made once a code, which
// takes less time than a hundred of its modules.

// qrBlocks and qrCheck are the error correction blocks and the check words of each at
// level M, by version (ISO/IEC 18004, table 9).
var (
	qrBlocks = [41]int{0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49}
	qrCheck  = [41]int{0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28}
)

var errQRLong = errors.New("QR: the text is too long for any version")

// A code is one symbol in the making.
type code struct {
	version, side int
	dark, free    []byte // side × side, 0 or 1; what is free, data and mask may touch
}

// QR returns the dark fields of the QR code of text, row by row, with the quiet
// zone of four around it.
func QR(text string) ([][]bool, error) {
	c, err := newCode(text)
	if err != nil {
		return nil, err
	}
	rows := make([][]bool, c.side+2*qrQuiet)
	for i := range rows {
		rows[i] = make([]bool, c.side+2*qrQuiet)
	}
	for y := range c.side {
		for x, dark := range c.row(y) {
			rows[y+qrQuiet][qrQuiet+x] = dark == 1
		}
	}
	return rows, nil
}

func (c *code) row(y int) []byte { return c.dark[y*c.side : (y+1)*c.side] }

func newCode(text string) (*code, error) {
	version := 1
	for ; ; version++ {
		if version > 40 {
			return nil, errQRLong
		}
		if 4+lengthBits(version)+8*len(text) <= 8*dataWords(version) {
			break
		}
	}
	c := &code{version: version, side: 17 + 4*version}
	c.dark, c.free = make([]byte, c.side*c.side), bytes.Repeat([]byte{1}, c.side*c.side)
	c.patterns()
	c.place(interleave(version, dataOf(version, text)))
	c.choose()
	return c, nil
}

// lengthBits is how wide the count of bytes is.
func lengthBits(version int) int {
	if version < 10 {
		return 8
	}
	return 16
}

// words is how many codewords fit between the patterns of a version.
func words(version int) int {
	modules := (16*version+128)*version + 64
	if version >= 2 {
		n := version/7 + 2
		modules -= (25*n-10)*n - 55
	}
	if version >= 7 {
		modules -= 36
	}
	return modules / 8
}

func dataWords(version int) int { return words(version) - qrBlocks[version]*qrCheck[version] }

// dataOf is the text as codewords: mode, length, bytes, end, padding.
func dataOf(version int, text string) []byte {
	var out []byte
	used := 0
	put := func(value, bits int) {
		for i := bits - 1; i >= 0; i-- {
			if used%8 == 0 {
				out = append(out, 0)
			}
			out[len(out)-1] |= byte(value>>i&1) << (7 - used%8)
			used++
		}
	}
	put(4, 4)
	put(len(text), lengthBits(version))
	for i := range len(text) {
		put(int(text[i]), 8)
	}
	most := dataWords(version)
	put(0, min(4, 8*most-used))
	for pad := byte(0xec); len(out) < most; pad ^= 0xec ^ 0x11 {
		out = append(out, pad)
	}
	return out
}

// field holds powers and logarithms of the field of 256 elements of the standard.
type field struct {
	exp [512]byte
	log [256]int
}

func newField() *field {
	f := new(field)
	x := 1
	for i := range 255 {
		f.exp[i], f.exp[i+255], f.log[x] = byte(x), byte(x), i
		if x <<= 1; x > 255 {
			x ^= 0x11d
		}
	}
	return f
}

// check is the remainder of data by the generator of so many words.
func (f *field) check(data []byte, n int) []byte {
	coefficients := []byte{1}
	for i := range n {
		next := make([]byte, len(coefficients)+1)
		for j, c := range coefficients {
			next[j] ^= c
			if c != 0 {
				next[j+1] ^= f.exp[f.log[c]+i]
			}
		}
		coefficients = next
	}
	generator := make([]int, 0, n) // logarithms of its coefficients after the first, which is 1
	for _, c := range coefficients[1:] {
		generator = append(generator, f.log[c])
	}
	rest := make([]byte, n)
	for _, b := range data {
		factor := b ^ rest[0]
		copy(rest, rest[1:])
		rest[n-1] = 0
		if factor == 0 {
			continue
		}
		log := f.log[factor]
		for j, g := range generator {
			rest[j] ^= f.exp[log+g]
		}
	}
	return rest
}

// interleave parts data into blocks, adds the check words of each and deals them
// out in turns.
func interleave(version int, data []byte) []byte {
	blocks, n, total := qrBlocks[version], qrCheck[version], words(version)
	short := total/blocks - n
	longFrom := blocks - total%blocks // from here on a block has a word more
	f := newField()
	var parts, checks [][]byte
	for b := range blocks {
		size := short
		if b >= longFrom {
			size++
		}
		parts, checks = append(parts, data[:size]), append(checks, f.check(data[:size], n))
		data = data[size:]
	}
	out := make([]byte, 0, total)
	for i := range short + 1 {
		for _, p := range parts {
			if i < len(p) {
				out = append(out, p[i])
			}
		}
	}
	for i := range n {
		for _, p := range checks {
			out = append(out, p[i])
		}
	}
	return out
}

func (c *code) set(x, y int, dark bool) {
	p := y*c.side + x
	if c.dark[p], c.free[p] = 0, 0; dark {
		c.dark[p] = 1
	}
}

// patterns draws finders, timing, alignment, version, and keeps the place of the format.
func (c *code) patterns() {
	for i := range c.side {
		c.set(6, i, i%2 == 0)
		c.set(i, 6, i%2 == 0)
	}
	for _, at := range [][2]int{{3, 3}, {c.side - 4, 3}, {3, c.side - 4}} {
		c.rings(at[0], at[1], 4)
	}
	at := c.alignments()
	for i, x := range at {
		for j, y := range at {
			corner := i == 0 && j == 0 || i == 0 && j == len(at)-1 || i == len(at)-1 && j == 0
			if !corner {
				c.rings(x, y, 2)
			}
		}
	}
	c.format(0)
	if c.version >= 7 {
		bits := c.version<<12 | remainder(c.version<<12, 0x1f25)
		for i := range 18 {
			a, b := c.side-11+i%3, i/3
			c.set(a, b, bits>>i&1 == 1)
			c.set(b, a, bits>>i&1 == 1)
		}
	}
}

// rings draws squares of dark and light around a centre: finders reach 4 (the light
// ring outside), alignments 2.
func (c *code) rings(x, y, reach int) {
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			if px, py := x+dx, y+dy; px >= 0 && py >= 0 && px < c.side && py < c.side {
				ring := max(dx, -dx, dy, -dy)
				c.set(px, py, ring != reach/2 && ring != 4)
			}
		}
	}
}

func (c *code) alignments() []int {
	if c.version == 1 {
		return nil
	}
	n := c.version/7 + 2
	step := (c.version*4 + n*2 + 1) / (2*n - 2) * 2
	if c.version == 32 {
		step = 26
	}
	out := make([]int, n)
	out[0] = 6
	for i := n - 1; i > 0; i-- {
		out[i] = c.side - 7 - (n-1-i)*step
	}
	return out
}

// remainder divides by a generator of the standard, for format and version.
func remainder(value, generator int) int {
	for high := 31; high >= 0; high-- {
		if width := bitsOf(generator); value>>high&1 == 1 && high >= width-1 {
			value ^= generator << (high - width + 1)
		}
	}
	return value
}

func bitsOf(n int) int {
	width := 0
	for ; n > 0; n >>= 1 {
		width++
	}
	return width
}

// format writes level M (its bits are 00) and the mask, twice.
func (c *code) format(mask int) {
	bits := (mask<<10 | remainder(mask<<10, 0x537)) ^ 0x5412
	bit := func(i int) bool { return bits>>i&1 == 1 }
	for i := range 6 {
		c.set(8, i, bit(i))
		c.set(14-9-i, 8, bit(i+9))
	}
	c.set(8, 7, bit(6))
	c.set(8, 8, bit(7))
	c.set(7, 8, bit(8))
	for i := range 8 {
		c.set(c.side-1-i, 8, bit(i))
	}
	for i := 8; i < 15; i++ {
		c.set(8, c.side-15+i, bit(i))
	}
	c.set(8, c.side-8, true)
}

// place lays the words in their zigzag, two columns at a time from the right.
func (c *code) place(data []byte) {
	i, up := 0, true
	for right := c.side - 1; right > 0; right -= 2 {
		if right == 6 {
			right-- // the timing pattern
		}
		for step := range c.side {
			y := step
			if up {
				y = c.side - 1 - step
			}
			for x := right; x > right-2; x-- {
				if p := y*c.side + x; c.free[p] == 1 && i < 8*len(data) {
					c.dark[p] = data[i/8] >> (7 - i%8) & 1
					i++
				}
			}
		}
		up = !up
	}
}

// flip applies a mask; applied twice it is gone.
func (c *code) flip(mask int) {
	const period = 12 // all masks repeat after it
	var tile [period][]byte
	for y := range period {
		line := make([]byte, period, c.side+period)
		for x := range period {
			if masked(mask, x, y) {
				line[x] = 1
			}
		}
		for len(line) < c.side {
			line = append(line, line[:period]...)
		}
		tile[y] = line
	}
	for y := range c.side {
		line, dark, free := tile[y%period], c.row(y), c.free[y*c.side:]
		for x := range dark {
			dark[x] ^= line[x] & free[x]
		}
	}
}

func masked(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (x/3+y/2)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// choose takes the mask that is the easiest to read by the standard's own count.
func (c *code) choose() {
	best, least := 0, math.MaxInt
	for mask := range 8 {
		c.flip(mask)
		c.format(mask)
		if p := c.penalty(least); p < least {
			best, least = mask, p
		}
		c.flip(mask)
	}
	c.flip(best)
	c.format(best)
}

// penalty counts what makes a code hard to read: long runs, blocks, what looks like a
// finder, and too much of one colour (ISO/IEC 18004, 7.8.3). It stops once it is past least.
func (c *code) penalty(least int) int {
	sum, dark := 0, 0
	for y := range c.side {
		row := c.row(y)
		for _, d := range row {
			dark += int(d)
		}
		if y == 0 {
			continue
		}
		above := c.row(y - 1)
		for x := 1; x < len(row); x++ {
			if n := row[x] + row[x-1] + above[x] + above[x-1]; n == 0 || n == 4 {
				sum += 3
			}
		}
	}
	off := 20*dark - 10*len(c.dark) // 20 × the distance from half
	sum += 10 * (max(off, -off) / len(c.dark))
	for i := 0; i < c.side && sum < least; i++ {
		sum += c.runs(i*c.side, 1) + c.runs(i, c.side)
	}
	return sum
}

// runs is the penalty of one row or column.
func (c *code) runs(p, step int) int {
	const before, after, window = 0b1011101, 0b1011101 << 4, 1<<11 - 1
	sum, run, seen := 0, 1, uint32(c.dark[p])
	for i := 1; i < c.side; i++ {
		p += step
		bit := uint32(c.dark[p])
		if bit != seen&1 {
			run = 0
		}
		if run++; run == 5 {
			sum += 3
		} else if run > 5 {
			sum++
		}
		seen = (seen<<1 | bit) & window
		if i >= 10 && (seen == before || seen == after) {
			sum += 40
		}
	}
	return sum
}
