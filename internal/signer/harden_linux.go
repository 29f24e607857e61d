package signer

import (
	"fmt"
	"syscall"
)

// Harden keeps the memory of this process, where keys are for a moment, out of
// core files and away from other processes of the same user. main calls it once,
// before it loads the master key. The error says what the system refused.
func Harden() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core files: %w", err)
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0); errno != 0 {
		return fmt.Errorf("make the process non-dumpable: %w", errno)
	}
	return nil
}
