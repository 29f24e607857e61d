//go:build race

package account

// timedPairs is how many pairs the test of equal time measures: fewer under the race
// detector, where a hash takes four times as long and its time says little.
const timedPairs = 40
