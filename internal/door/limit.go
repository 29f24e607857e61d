package door

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxBuckets bounds the memory of a [Limiter] (about 100 bytes each).
const maxBuckets = 20_000

// A Limiter is one token bucket per network address, in memory: a brake on a
// single noisy source. What must hold over restarts and nodes is counted in
// the database (account's signin.go).
type Limiter struct {
	every time.Duration
	burst int

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// NewLimiter lets burst attempts through at once and one more each time every has passed.
func NewLimiter(every time.Duration, burst int) *Limiter {
	return &Limiter{every: every, burst: burst, buckets: map[string]*rate.Limiter{}}
}

// Allow takes one token of ip at time now. An empty ip (a job, a test) is not limited.
func (l *Limiter) Allow(ip string, now time.Time) bool {
	if ip == "" {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := Network(ip)
	b := l.buckets[key]
	if b == nil {
		l.makeRoom(now)
		b = rate.NewLimiter(rate.Every(l.every), l.burst)
		l.buckets[key] = b
	}
	return b.AllowN(now, 1)
}

// makeRoom forgets the buckets that are full again, which limit nobody; when
// none is, it forgets all: an attacker with that many addresses is not held by
// this brake anyway.
func (l *Limiter) makeRoom(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for k, b := range l.buckets {
		if int(b.TokensAt(now)) >= l.burst {
			delete(l.buckets, k)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
}

// Network is the address whose owner is one party: an IPv6 customer holds a /64.
func Network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	a = a.Unmap()
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}
