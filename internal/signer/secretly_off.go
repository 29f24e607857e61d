//go:build !goexperiment.runtimesecret

package signer

// ErasesMemory says whether this build overwrites what a key left in memory:
// built with GOEXPERIMENT=runtimesecret it does.
const ErasesMemory = false

// secretly runs f.
func secretly(f func()) { f() }
