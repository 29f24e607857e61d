package csd

import (
	"container/list"
	"sync"
)

// mostRemembered is how many certificates a Trust remembers: the issuers that one portal meets, in a few MiB.
const mostRemembered = 1024

// A memory keeps the certificates whose chain held, by the SHA-256 of their text; the one longest unused goes first.
// A certificate of an unknown authority is never kept, so that nobody pushes the others out with ones of his own.
type memory struct {
	mu    sync.Mutex
	by    map[[32]byte]*list.Element
	order list.List // of *vouched, the last used in front
}

// vouched is a certificate and the authority that signed it. No date is part of it: those are judged each time.
type vouched struct {
	cert *Certificate
	by   anchor
}

func (m *memory) get(sum [32]byte) *vouched {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.by[sum]
	if e == nil {
		return nil
	}
	m.order.MoveToFront(e)
	return e.Value.(*vouched)
}

func (m *memory) put(v *vouched) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.by == nil {
		m.by = map[[32]byte]*list.Element{}
	}
	if m.by[v.cert.mark] != nil {
		return
	}
	m.by[v.cert.mark] = m.order.PushFront(v)
	if m.order.Len() > mostRemembered {
		last := m.order.Remove(m.order.Back()).(*vouched)
		delete(m.by, last.cert.mark)
	}
}
