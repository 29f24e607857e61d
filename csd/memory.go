package csd

import "sync"

// mostRemembered is how many certificates a Trust keeps in mind: some 3 kB each.
const mostRemembered = 1024

// A memory holds what was found out about certificates, by SHA-256: of the text of an
// attribute Certificado, what it is; of a certificate, who signed it. Both follow from
// the bytes alone. When it is full it forgets everything, which costs a look each.
type memory struct {
	mu      sync.RWMutex
	read    map[[32]byte]*Certificate
	issuers map[[32]byte]anchor
}

func (m *memory) certificate(sum [32]byte) *Certificate {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.read[sum]
}

func (m *memory) keepCertificate(sum [32]byte, c *Certificate) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.read == nil || len(m.read) >= mostRemembered {
		m.read = map[[32]byte]*Certificate{}
	}
	m.read[sum] = c
}

func (m *memory) issuer(sum [32]byte) (anchor, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	a, ok := m.issuers[sum]
	return a, ok
}

func (m *memory) keepIssuer(sum [32]byte, a anchor) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.issuers == nil || len(m.issuers) >= mostRemembered {
		m.issuers = map[[32]byte]anchor{}
	}
	m.issuers[sum] = a
}
