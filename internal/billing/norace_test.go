//go:build !race

package billing_test

// documentsEach is how many documents each of 32 workers issues.
const documentsEach = 12
