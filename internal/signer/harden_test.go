package signer

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The process is hardened in a child, since it cannot be undone.
func TestHardenedProcessLeavesNoCore(t *testing.T) {
	if os.Getenv("SIGNER_HARDEN_CHILD") != "" {
		if err := Harden(); err != nil {
			t.Fatal(err)
		}
		limits, err := os.ReadFile("/proc/self/limits")
		if err != nil {
			t.Skip("no /proc on this system")
		}
		for line := range strings.Lines(string(limits)) {
			if f := strings.Fields(line); len(f) > 5 && f[1] == "core" && (f[4] != "0" || f[5] != "0") {
				t.Error(line)
			}
		}
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestHardenedProcessLeavesNoCore$")
	child.Env = append(os.Environ(), "SIGNER_HARDEN_CHILD=1")
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
