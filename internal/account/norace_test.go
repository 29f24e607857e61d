//go:build !race

package account

// timedPairs is how many pairs the test of equal time measures.
const timedPairs = 200
