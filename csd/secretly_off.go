//go:build !goexperiment.runtimesecret

package csd

// ErasesMemory says whether this build overwrites what a key left in memory:
// built with GOEXPERIMENT=runtimesecret it does.
const ErasesMemory = false

// Secretly runs f.
func Secretly(f func()) { f() }
