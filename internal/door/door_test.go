package door

import (
	"fmt"
	"testing"
	"time"
)

func TestTokensAreRandomAndKeptAsHashes(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token, hash, err := NewToken()
		if err != nil || len(token) != 43 || len(hash) != 64 || Hash(token) != hash || Hash(token+"x") == hash || seen[token] {
			t.Fatalf("%q, %q, %v", token, hash, err)
		}
		seen[token] = true
	}
}

func TestNetworkIsOneParty(t *testing.T) {
	for ip, want := range map[string]string{
		"10.1.2.3": "10.1.2.3", "::ffff:10.1.2.3": "10.1.2.3", "2806:1000:1:2:aaaa:bbbb:cccc:dddd": "2806:1000:1:2::/64",
		"2806:1000:1:2::1": "2806:1000:1:2::/64", "no es": "no es",
	} {
		if got := Network(ip); got != want {
			t.Errorf("%s: %s", ip, got)
		}
	}
}

// TestLimiterHoldsOneSource lets a burst through and then one each time, source by
// source; whoever has a /64 of IPv6 is one source.
func TestLimiterHoldsOneSource(t *testing.T) {
	l, now := NewLimiter(time.Second, 3), time.Unix(1_795_000_000, 0)
	for i := range 5 {
		if got := l.Allow("2806::1", now); got != (i < 3) {
			t.Errorf("attempt %d: %v", i, got)
		}
	}
	if l.Allow("2806::2", now) || !l.Allow("10.0.0.1", now) || !l.Allow("", now) {
		t.Error("sources are mixed up")
	}
	if !l.Allow("2806::1", now.Add(time.Second)) || l.Allow("2806::1", now.Add(time.Second)) {
		t.Error("a second gives one more, and one only")
	}
}

// TestLimiterForgets keeps its memory bounded, and first forgets those it limits nobody by.
func TestLimiterForgets(t *testing.T) {
	l, now := NewLimiter(time.Second, 1), time.Unix(1_795_000_000, 0)
	later := now.Add(time.Minute)
	for i := range maxBuckets - 1 {
		l.Allow(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), now)
	}
	l.Allow("192.0.2.1", later)
	l.Allow("192.0.2.2", later) // there is no room: those that are full again go
	if n := len(l.buckets); n != 2 {
		t.Errorf("%d buckets", n)
	}
	if l.Allow("192.0.2.1", later) {
		t.Error("it forgot somebody it holds")
	}
}
