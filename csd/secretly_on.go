//go:build goexperiment.runtimesecret

package csd

import "runtime/secret"

// ErasesMemory says whether this build overwrites what a key left in memory.
const ErasesMemory = true

// Secretly runs f; what it leaves in registers, on the stack and in memory that
// is no longer in use is overwritten.
func Secretly(f func()) { secret.Do(f) }
