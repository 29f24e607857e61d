package iofacturo_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// asvsLevels is the official list of ASVS 5.0.0: for each section the level of each of its
// requirements, in order. It holds no words of the standard.
const asvsLevels = `
	1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123
	2.1:122 2.2:112 2.3:12223 2.4:23
	3.1:3 3.2:113 3.3:12223 3.4:11222233 3.5:11122333 3.6:3 3.7:22333
	4.1:12233 4.2:23333 4.3:22 4.4:1222
	5.1:2 5.2:112333 5.3:113 5.4:222
	6.1:122 6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33 6.8:2222
	7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22
	8.1:1233 8.2:1123 8.3:133 8.4:23
	9.1:111 9.2:1222
	10.1:22 10.2:223 10.3:22223 10.4:1111122222233333 10.5:22222 10.6:22 10.7:222
	11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23 11.6:23 11.7:33
	12.1:12233 12.2:11 12.3:22223
	13.1:2333 13.2:222223 13.3:2233 13.4:1222233
	14.1:22 14.2:12223333 14.3:122
	15.1:12233 15.2:12233 15.3:1222222 15.4:3333
	16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223
	17.1:23 17.2:22223333 17.3:22`

// What a row may say of its requirement, and the chapters of issue 3, which say it now.
var (
	asvsStates   = []string{"met", "not applicable", "deviation", "open", "later"}
	asvsChapters = []string{"6", "7", "8", "11"}
)

type asvsRow struct{ id, level, what, state, where, test, note string }

func (r asvsRow) chapter() string { c, _, _ := strings.Cut(r.id, "."); return c }

// readASVS reads the table; a line it cannot read is a fault.
func readASVS(text string) (rows []asvsRow, faults []string) {
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 && line == "id\tlevel\twhat\tstate\twhere\ttest\tnote" {
			continue
		}
		if len(f) != 7 || i == 0 || line != strings.TrimRight(line, " \r") && f[len(f)-1] != "" {
			faults = append(faults, fmt.Sprintf("line %d: %d fields, want id, level, what, state, where, test, note", i+1, len(f)))
			continue
		}
		rows = append(rows, asvsRow{f[0], f[1], f[2], f[3], f[4], f[5], f[6]})
	}
	return rows, faults
}

// asvsFaults holds the rows against the official list and the tree.
func asvsFaults(rows []asvsRow, tree asvsTree) (faults []string) {
	bad := func(r asvsRow, format string, args ...any) {
		faults = append(faults, r.id+": "+fmt.Sprintf(format, args...))
	}
	official, order := asvsOfficial()
	seen, last := map[string]bool{}, -1
	for _, r := range rows {
		at := slices.Index(order, r.id)
		switch {
		case at < 0:
			bad(r, "is no requirement of ASVS 5.0.0")
			continue
		case seen[r.id]:
			bad(r, "stands twice")
		case at < last:
			bad(r, "stands after a later one")
		}
		seen[r.id], last = true, max(last, at)
		if r.level != official[r.id] {
			bad(r, "level %s, officially %s", r.level, official[r.id])
		}
		if n := len(strings.Fields(r.what)); n == 0 || n > 12 {
			bad(r, "is told in %d words, want 1 to 12 of our own", n)
		}
		ours := slices.Contains(asvsChapters, r.chapter())
		switch {
		case !slices.Contains(asvsStates, r.state):
			bad(r, "state %q", r.state)
		case r.state == "met" && (r.where == "" || r.test == ""):
			bad(r, "met, and it is not said where or by which test")
		case r.state == "later" && ours:
			bad(r, "is of this issue: later is no answer")
		case r.state != "met" && r.note == "":
			bad(r, "%s without a reason", r.state)
		}
		for _, where := range listed(r.where, ", ") {
			if why := tree.place(where); why != "" {
				bad(r, "%s", why)
			}
		}
		for _, test := range listed(r.test, "; ") {
			if why := tree.test(test); why != "" {
				bad(r, "%s", why)
			}
		}
	}
	for _, id := range order {
		if !seen[id] && official[id] != "3" {
			faults = append(faults, id+": has no row")
		}
	}
	return faults
}

// asvsOfficial unfolds asvsLevels.
func asvsOfficial() (level map[string]string, order []string) {
	level = map[string]string{}
	for _, section := range strings.Fields(asvsLevels) {
		name, levels, _ := strings.Cut(section, ":")
		for i, l := range levels {
			id := name + "." + strconv.Itoa(i+1)
			level[id], order = string(l), append(order, id)
		}
	}
	return level, order
}

func listed(s, separator string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, separator)
}

// An asvsTree knows the tests there are: the text of the files of each package's tests,
// and of the browser's.
type asvsTree struct {
	tests   map[string][]string
	browser string
}

var packageName = regexp.MustCompile(`(?m)^package (\w+)$`)

func newASVSTree(t *testing.T) asvsTree {
	t.Helper()
	tree := asvsTree{tests: map[string][]string{}}
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"node_modules", ".git", "data", "dist"}, d.Name()):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go") && filepath.Ext(path) != ".mjs":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if filepath.Ext(path) == ".mjs" {
			tree.browser += string(text)
			return nil
		}
		m := packageName.FindSubmatch(text)
		if m == nil {
			return fmt.Errorf("%s is of no package", path)
		}
		room := strings.TrimSuffix(string(m[1]), "_test")
		tree.tests[room] = append(tree.tests[room], string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// place says why there is no such file, or no such section in it: "docs/x.md#Heading".
func (asvsTree) place(where string) string {
	path, section, sectioned := strings.Cut(where, "#")
	text, err := os.ReadFile(path)
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() && !sectioned {
		return ""
	}
	switch {
	case err != nil:
		return "there is no " + path
	case sectioned && !regexp.MustCompile(`(?m)^#+ `+regexp.QuoteMeta(section)+`$`).Match(text):
		return path + " has no section " + section
	}
	return ""
}

// test says why there is no such test: "package.TestName", "package.TestName/subtest", or a
// step of the browser's, "navegador: name".
func (tree asvsTree) test(name string) string {
	if step, ok := strings.CutPrefix(name, "navegador: "); ok {
		if !strings.Contains(tree.browser, strconv.Quote(step)) {
			return "the browser takes no step " + strconv.Quote(step)
		}
		return ""
	}
	whole, sub, subbed := strings.Cut(name, "/")
	room, function, ok := strings.Cut(whole, ".")
	if !ok || !regexp.MustCompile(`^(Test|Fuzz)[A-Z]\w*$`).MatchString(function) {
		return strconv.Quote(name) + " is not package.TestName"
	}
	for _, text := range tree.tests[room] {
		_, body, found := strings.Cut(text, "\nfunc "+function+"(")
		if !found {
			continue
		}
		body, _, _ = strings.Cut(body, "\n}\n")
		if subbed && !strings.Contains(body, strconv.Quote(sub)) {
			return function + " has no case " + strconv.Quote(sub)
		}
		return ""
	}
	return "there is no test " + whole
}

// TestASVS holds docs/asvs.tsv against the official list of requirements and against the
// tree, and tells what it comes to.
func TestASVS(t *testing.T) {
	level, order := asvsOfficial()
	count := map[string]int{}
	for _, id := range order {
		count[level[id]]++
	}
	if len(order) != 345 || count["1"] != 70 || count["2"] != 183 || count["3"] != 92 {
		t.Fatalf("the official list has %d requirements, %v", len(order), count)
	}
	text, err := os.ReadFile("docs/asvs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows, faults := readASVS(string(text))
	for _, fault := range append(faults, asvsFaults(rows, newASVSTree(t))...) {
		t.Error(fault)
	}
	chapters, all := map[string]map[string]int{}, map[string]int{}
	for _, r := range rows {
		if chapters[r.chapter()] == nil {
			chapters[r.chapter()] = map[string]int{}
		}
		chapters[r.chapter()][r.state]++
		all[r.state]++
	}
	tell := func(name string, n map[string]int) {
		line := name
		for _, state := range asvsStates {
			line += fmt.Sprintf("  %s %d", state, n[state])
		}
		t.Log(line)
	}
	for _, c := range slices.SortedFunc(maps.Keys(chapters), func(a, b string) int { return number(a) - number(b) }) {
		tell("V"+c, chapters[c])
	}
	tell(fmt.Sprintf("%d rows", len(rows)), all)
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// TestASVSSeesPlantedFaults breaks one row at a time and looks whether it is seen.
func TestASVSSeesPlantedFaults(t *testing.T) {
	text, err := os.ReadFile("docs/asvs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	good, faults := readASVS(string(text))
	tree := newASVSTree(t)
	if faults = append(faults, asvsFaults(good, tree)...); len(faults) > 0 {
		t.Fatalf("the table itself: %v", faults)
	}
	first := func(state string) int {
		return slices.IndexFunc(good, func(r asvsRow) bool { return r.state == state && slices.Contains(asvsChapters, r.chapter()) })
	}
	met := first("met")
	for name, c := range map[string]struct {
		at     int
		change func(r *asvsRow)
	}{
		"an id that is none":       {met, func(r *asvsRow) { r.id = "6.9.1" }},
		"another level":            {met, func(r *asvsRow) { r.level = "3" }},
		"no words":                 {met, func(r *asvsRow) { r.what = "" }},
		"too many words":           {met, func(r *asvsRow) { r.what = strings.Repeat("word ", 13) }},
		"a state that is none":     {met, func(r *asvsRow) { r.state = "done" }},
		"blank":                    {met, func(r *asvsRow) { r.state = "" }},
		"later":                    {met, func(r *asvsRow) { r.state, r.note = "later", "some day" }},
		"met nowhere":              {met, func(r *asvsRow) { r.where = "" }},
		"met without a test":       {met, func(r *asvsRow) { r.test = "" }},
		"a file that is none":      {met, func(r *asvsRow) { r.where = "internal/account/nada.go" }},
		"a section that is none":   {met, func(r *asvsRow) { r.where = "docs/security.md#Nada" }},
		"a test that is none":      {met, func(r *asvsRow) { r.test = "account.TestAuthNada" }},
		"a test of another room":   {met, func(r *asvsRow) { r.test = "web.TestAuthReset" }},
		"a case that is none":      {met, func(r *asvsRow) { r.test = "account.TestAuthReset/nada" }},
		"a case of another test":   {met, func(r *asvsRow) { r.test = "account.TestAuthSession/for half an hour" }},
		"no test at all":           {met, func(r *asvsRow) { r.test = "by hand" }},
		"a step that is none":      {met, func(r *asvsRow) { r.test = "navegador: nada" }},
		"open without a reason":    {first("open"), func(r *asvsRow) { r.note = "" }},
		"a deviation without one":  {first("deviation"), func(r *asvsRow) { r.note = "" }},
		"not applicable, unsaid":   {first("not applicable"), func(r *asvsRow) { r.note = "" }},
		"the row before it, twice": {met + 1, func(r *asvsRow) { *r = good[met] }},
	} {
		if c.at < 0 {
			continue // no row of that state is left
		}
		rows := slices.Clone(good)
		c.change(&rows[c.at])
		if len(asvsFaults(rows, tree)) == 0 {
			t.Errorf("%s is not seen", name)
		}
	}
	swapped := slices.Clone(good)
	swapped[met], swapped[met+1] = swapped[met+1], swapped[met]
	if len(asvsFaults(swapped, tree)) == 0 {
		t.Error("two rows out of order are not seen")
	}
	if len(asvsFaults(slices.Delete(slices.Clone(good), met, met+1), tree)) == 0 {
		t.Error("a row that is missing is not seen")
	}
	for _, broken := range []string{"", "6.1.1\t1\tx\tmet\ta\tb\tc\n", strings.Replace(string(text), "\t", " ", 9)} {
		if _, faults := readASVS(broken); len(faults) == 0 {
			t.Errorf("a broken table is not seen: %.40q", broken)
		}
	}
}

// cryptography is what the inventory of docs/security.md lists.
var cryptography = regexp.MustCompile(`^(crypto/.+|math/rand.*|golang\.org/x/crypto/.+|github\.com/(tink-crypto|pquerna/otp|go-webauthn|ebitengine/purego)/?.*)$`)

// TestCryptographicInventory: what ships uses no cryptography that docs/security.md does not
// list, and lists none that is gone.
func TestCryptographicInventory(t *testing.T) {
	text, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][]string{}
	quoted := regexp.MustCompile("`([^`]+)`")
	_, section, _ := strings.Cut(string(text), "\n## Keys and algorithms\n")
	for _, line := range strings.Split(section, "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) < 5 || !strings.HasPrefix(line, "| `") {
			continue
		}
		room := quoted.FindStringSubmatch(cells[0])[1]
		for _, m := range quoted.FindAllStringSubmatch(cells[1], -1) {
			told[room] = append(told[room], m[1])
		}
	}
	found := 0
	for _, p := range packages(t) {
		room, uses := strings.TrimPrefix(p.ImportPath, module), []string(nil)
		for _, imported := range p.Imports {
			if cryptography.MatchString(imported) {
				uses = append(uses, imported)
			}
		}
		for _, imported := range uses {
			if found++; !slices.Contains(told[room], imported) {
				t.Errorf("%s uses %s, which docs/security.md does not list", room, imported)
			}
		}
		for _, imported := range told[room] {
			if !slices.Contains(uses, imported) {
				t.Errorf("docs/security.md says that %s uses %s, and it does not", room, imported)
			}
		}
		delete(told, room)
	}
	if found < 40 {
		t.Errorf("only %d uses were found", found)
	}
	scripts, err := filepath.Glob("internal/web/ui/src/*.ts")
	if err != nil || len(scripts) < 5 {
		t.Fatal(scripts, err)
	}
	for _, script := range scripts {
		source, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(`crypto\.(subtle|getRandom)|Math\.random`).Match(source) && told[filepath.ToSlash(script)] == nil {
			t.Errorf("%s uses cryptography that docs/security.md does not list", script)
		}
		delete(told, filepath.ToSlash(script))
	}
	for room := range told {
		t.Errorf("docs/security.md lists %s, which there is not", room)
	}
}

// TestSHA1SignsRequestsToTheSATAlone: in what ships one place asks a key for RSA-SHA1, that
// of the signer which writes the request itself.
func TestSHA1SignsRequestsToTheSATAlone(t *testing.T) {
	calls := regexp.MustCompile(`(?m)^[^/\n]*\.SignSHA1\(`)
	var uses []string
	for _, p := range packages(t) {
		files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(file, "_test.go") && calls.Match(source) {
				uses = append(uses, strings.TrimPrefix(p.ImportPath, module)+"/"+filepath.Base(file))
			}
		}
	}
	if !slices.Equal(uses, []string{"internal/signer/petition.go"}) {
		t.Errorf("RSA-SHA1 is signed in %v", uses)
	}
}
