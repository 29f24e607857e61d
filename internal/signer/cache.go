package signer

import (
	"crypto/sha256"
	"runtime"
	"sync"
	"time"

	"iofacturo.mx/csd"
)

const (
	cacheFor  = 60 * time.Second // after it was opened, used or not
	cacheSize = 64
)

// cache holds opened keys for a moment, since opening one costs as much as
// several signatures. A key that leaves it is overwritten.
type cache struct {
	now  func() time.Time
	life time.Duration
	mu   sync.Mutex
	keys map[[sha256.Size]byte]*held
}

type held struct {
	key    *csd.Key
	opened time.Time
	used   time.Time
	timer  *time.Timer // wipes it even if nobody asks again
}

func newCache(now func() time.Time) *cache {
	return &cache{now: now, life: cacheFor, keys: map[[sha256.Size]byte]*held{}}
}

// get returns the key kept under name, or nil.
func (c *cache) get(name [sha256.Size]byte) *csd.Key {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.keys[name]
	if h == nil {
		return nil
	}
	now := c.now()
	if age := now.Sub(h.opened); age < 0 || age >= c.life {
		c.drop(name)
		return nil
	}
	h.used = now
	return h.key
}

// put keeps key and lets go of the one longest unused when there are too many.
func (c *cache) put(name [sha256.Size]byte, key *csd.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.keys[name]; h != nil && h.key != key {
		c.drop(name)
	}
	if len(c.keys) >= cacheSize {
		c.dropOldest()
	}
	now := c.now()
	c.keys[name] = &held{key: key, opened: now, used: now, timer: time.AfterFunc(c.life, func() { c.expire(name, key) })}
}

func (c *cache) expire(name [sha256.Size]byte, key *csd.Key) {
	c.mu.Lock()
	if h := c.keys[name]; h != nil && h.key == key {
		c.drop(name)
	}
	resting := len(c.keys) == 0
	c.mu.Unlock()
	if resting {
		runtime.GC() // what the last keys left behind goes too
	}
}

// wipe empties the cache.
func (c *cache) wipe() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name := range c.keys {
		c.drop(name)
	}
}

func (c *cache) dropOldest() {
	var oldest [sha256.Size]byte
	var used time.Time
	for name, h := range c.keys {
		if used.IsZero() || h.used.Before(used) {
			oldest, used = name, h.used
		}
	}
	c.drop(oldest)
}

func (c *cache) drop(name [sha256.Size]byte) {
	if h := c.keys[name]; h != nil {
		delete(c.keys, name)
		h.timer.Stop()
		h.key.Wipe()
	}
}
