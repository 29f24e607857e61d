package store_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// modernc.org/sqlite is generated for one version of modernc.org/libc and may
// misbehave with another; Go's version selection does not keep them together.
func TestLibcIsTheOneThatSQLiteWasMadeFor(t *testing.T) {
	type module struct{ Path, Version, GoMod string }
	list := func(path string) module {
		out, err := exec.Command("go", "list", "-m", "-json", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		var m module
		if err := json.Unmarshal(out, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	used := list("modernc.org/libc").Version
	out, err := exec.Command("go", "mod", "edit", "-json", list("modernc.org/sqlite").GoMod).Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Require []module }
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&file); err != nil {
		t.Fatal(err)
	}
	for _, m := range file.Require {
		if m.Path == "modernc.org/libc" {
			if m.Version != used || !strings.HasPrefix(used, "v") {
				t.Errorf("libc %s is used, SQLite was made for %s", used, m.Version)
			}
			return
		}
	}
	t.Error("SQLite's go.mod names no libc")
}
