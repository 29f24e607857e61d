//go:build race

package xmldoc

const raceEnabled = true
