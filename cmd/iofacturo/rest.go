package main

import (
	"context"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// restAfter is how long nobody asks for anything before what is left of the work is
// given back to the system: a list of 10,000 rows or a picture leaves tens of
// megabytes of garbage, which Go would keep for minutes.
const restAfter = 4 * time.Second

// A rest knows when somebody asked for something last.
type rest struct {
	http.Handler
	asked atomic.Int64 // requests so far
}

func (r *rest) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.asked.Add(1)
	r.Handler.ServeHTTP(w, q)
}

// keep gives memory back once after each time of work, until ctx ends.
func (r *rest) keep(ctx context.Context) {
	tick := time.NewTicker(restAfter)
	defer tick.Stop()
	var seen, freed int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch now := r.asked.Load(); {
		case now != seen:
			seen = now
		case now != freed:
			freed = now
			debug.FreeOSMemory()
		}
	}
}
