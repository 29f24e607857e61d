//go:build !race

package cfdi_test

const raceEnabled = false
