// Package bench measures what the portal promises, each figure beside a limit measured in the same run.
package bench

import (
	"context"
	"encoding/json"
)

// A Result is one figure. Ratio tells how near it came to its limit: 1 is the limit itself; for latencies, limit ÷ figure.
type Result struct {
	Name    string      `json:"name"`
	Figure  json.Number `json:"figure"`
	Unit    string      `json:"unit"`
	Limit   json.Number `json:"limit"`
	LimitIs string      `json:"limit_is"`
	Ratio   json.Number `json:"ratio"`
	N       int         `json:"n"`
	P50     int64       `json:"p50_us"`
	P99     int64       `json:"p99_us"`
}

// Run measures the named benchmarks, all of them without names, at least n times each.
func Run(ctx context.Context, names []string, n int) ([]Result, error) {
	return nil, nil
}
