//go:build race

package billing_test

// documentsEach is how many documents each of 32 workers issues: fewer under the
// race detector, which looks for races and takes ten times as long.
const documentsEach = 8
