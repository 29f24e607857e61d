//go:build unix && !linux

package signer

import (
	"fmt"
	"syscall"
)

// Harden forbids core files, where keys could end up. main calls it once, before
// it loads the master key. The error says what the system refused.
func Harden() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core files: %w", err)
	}
	return nil
}
