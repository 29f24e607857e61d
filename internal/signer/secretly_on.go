//go:build goexperiment.runtimesecret

package signer

import "runtime/secret"

// ErasesMemory says whether this build overwrites what a key left in memory.
const ErasesMemory = true

// secretly runs f; what it leaves in registers, on the stack and in memory that
// is no longer in use is overwritten.
func secretly(f func()) { secret.Do(f) }
