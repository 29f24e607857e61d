package iofacturo_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A requirement is a line of docs/asvs.tsv.
type requirement struct {
	id, what, state, where, test, note string
	level                              int
}

// readASVS reads docs/asvs.tsv and returns what is wrong with a line as faults.
func readASVS(text string) (list []requirement, faults []string) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "id\tlevel\twhat\tstate\twhere\ttest\tnote" {
		faults = append(faults, "the heading is another")
	}
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 7 {
			faults = append(faults, fmt.Sprintf("%q has %d fields", line, len(f)))
			continue
		}
		level, err := strconv.Atoi(f[1])
		if err != nil || level < 1 || level > 3 {
			faults = append(faults, f[0]+": level "+f[1])
		}
		list = append(list, requirement{f[0], f[2], f[3], f[4], f[5], f[6], level})
	}
	return list, faults
}

// ownChapters are those whose every row has an answer.
var ownChapters = []string{"6", "7", "8", "11"}

// judge returns what is wrong with the table: exists says whether a file is there, tests
// are the names of all there are.
func judge(list []requirement, exists func(path string) bool, tests map[string]string) (faults []string) {
	bad := func(r requirement, words string, args ...any) {
		faults = append(faults, r.id+": "+fmt.Sprintf(words, args...))
	}
	perLevel, before := map[int]int{}, []int{0, 0, 0}
	for _, r := range list {
		perLevel[r.level]++
		var at []int
		for _, n := range strings.Split(r.id, ".") {
			i, err := strconv.Atoi(n)
			if err != nil {
				bad(r, "no number")
			}
			at = append(at, i)
		}
		if len(at) != 3 || slices.Compare(before, at) >= 0 {
			bad(r, "out of order")
		}
		before = at
		chapter, _, _ := strings.Cut(r.id, ".")
		switch r.state {
		case "met", "deviation":
			if r.where == "" || r.test == "" {
				bad(r, "says not where, or has no test")
			}
			if r.state == "deviation" && r.note == "" {
				bad(r, "a deviation without its reason")
			}
		case "not applicable":
			if r.note == "" {
				bad(r, "not applicable, and not why")
			}
		case "later":
			if slices.Contains(ownChapters, chapter) {
				bad(r, "is of a chapter that is done")
			}
		default:
			bad(r, "state %q", r.state)
		}
		if r.what == "" {
			bad(r, "says not what")
		}
		if r.where != "" && !exists(r.where) {
			bad(r, "no file %s", r.where)
		}
		if r.test != "" {
			name, sub, _ := strings.Cut(r.test, "/")
			source, ok := tests[name]
			if !ok {
				bad(r, "no test %s", name)
			} else if sub != "" && !strings.Contains(source, strconv.Quote(sub)) {
				bad(r, "%s has no case %q", name, sub)
			}
		}
	}
	if perLevel[1] != 70 || perLevel[2] != 183 {
		faults = append(faults, fmt.Sprintf("%d requirements of level 1 and %d of level 2; ASVS 5.0 has 70 and 183", perLevel[1], perLevel[2]))
	}
	return faults
}

var (
	packageLine = regexp.MustCompile(`(?m)^package (\w+)`)
	testLine    = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// allTests are the tests of the module by package.Name, each with its file's text.
func allTests(t *testing.T) map[string]string {
	t.Helper()
	tests := map[string]string{}
	for _, p := range packages(t) {
		files, err := filepath.Glob(filepath.Join(p.Dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(string(packageLine.FindSubmatch(text)[1]), "_test")
			for _, m := range testLine.FindAllSubmatch(text, -1) {
				tests[name+"."+string(m[1])] = string(text)
			}
		}
	}
	return tests
}

// TestASVS holds docs/asvs.tsv against the files and the tests it names.
func TestASVS(t *testing.T) {
	text, err := os.ReadFile("docs/asvs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	list, faults := readASVS(string(text))
	exists := func(path string) bool { _, err := os.Stat(path); return err == nil }
	tests := allTests(t)
	for _, f := range append(faults, judge(list, exists, tests)...) {
		t.Error(f)
	}
	states := map[string]int{}
	for _, r := range list {
		states[r.state]++
	}
	t.Logf("%d requirements: %v", len(list), states)
	t.Run("planted faults are seen", func(t *testing.T) {
		for name, plant := range map[string]func(r *requirement){
			"no file": func(r *requirement) { r.where = "docs/nada.md" }, "no test": func(r *requirement) { r.test = "account.TestNada" },
			"no case": func(r *requirement) { r.test += "/nada de eso" }, "no place": func(r *requirement) { r.where = "" }, "no words": func(r *requirement) { r.what = "" },
			"another state": func(r *requirement) { r.state = "casi" }, "left for later": func(r *requirement) { r.state = "later" },
			"no reason": func(r *requirement) { r.state, r.note = "not applicable", "" }, "another level": func(r *requirement) { r.level = 3 },
			"out of order": func(r *requirement) { r.id = "5.9.9" },
		} {
			planted := slices.Clone(list)
			i := slices.IndexFunc(planted, func(r requirement) bool { return r.id == "6.2.1" })
			plant(&planted[i])
			if len(judge(planted, exists, tests)) == 0 {
				t.Errorf("%s is not seen", name)
			}
		}
	})
}

// TestCryptoInventory finds every import of cryptography and wants its room in the
// table of docs/security.md.
func TestCryptoInventory(t *testing.T) {
	text, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := bytes.Cut(text, []byte("## Cryptography"))
	table, _, _ = bytes.Cut(table, []byte("\n## "))
	uses := func(imported string) bool {
		return strings.HasPrefix(imported, "crypto/") || imported == "crypto" || strings.HasPrefix(imported, "golang.org/x/crypto/") && imported != "golang.org/x/crypto/ocsp" ||
			strings.HasPrefix(imported, "github.com/tink-crypto/") || strings.HasPrefix(imported, "github.com/pquerna/otp") || strings.HasPrefix(imported, "github.com/go-webauthn/")
	}
	rooms := 0
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if !slices.ContainsFunc(p.Imports, uses) || strings.HasSuffix(name, "test") || strings.HasPrefix(name, "internal/pac/") || name == "internal/web/ui" || name == "internal/bench" || name == "internal/demo" {
			continue // rooms of tests, of the build, and the test certifier
		}
		rooms++
		if !bytes.Contains(table, []byte("`"+name+"`")) {
			t.Errorf("%s uses cryptography (%v) and is not in the inventory of docs/security.md", name, slices.DeleteFunc(slices.Clone(p.Imports), func(i string) bool { return !uses(i) }))
		}
	}
	if rooms < 8 {
		t.Errorf("only %d rooms found", rooms)
	}
}
