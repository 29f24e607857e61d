// Package iofacturo_test keeps the house in order: who may import whom, who may hold a tenant, and what never enters the tree.
package iofacturo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "iofacturo.mx/"

// core is what stands at the root and may be imported by other programs.
var core = []string{"decimal", "xmldoc", "csd", "csd/prueba", "catalogo", "cfdi", "cfdi/*", "retenciones", "cancelacion"}

// services are the rooms that change state on a user's behalf.
var services = []string{"internal/account", "internal/directory", "internal/billing", "internal/operator", "internal/inbox", "internal/report", "internal/credit", "internal/bulk", "internal/support", "internal/shop", "internal/invite"}

// table is the import table of ARCHITECTURE.md: the first row whose room matches a package says what it may import of ours.
var table = []struct {
	room string
	may  []string
}{
	{"decimal", nil},
	{"xmldoc", nil},
	{"csd", nil},
	{"csd/prueba", []string{"csd"}},
	{"internal/fail", nil},
	{"internal/sheet", []string{"internal/fail"}},
	{"internal/totp", nil},
	{"internal/leaked", nil},
	{"internal/leaked/build", []string{"internal/leaked"}},
	{"internal/passkey", nil},
	{"internal/door", nil},
	{"internal/passkey/passkeytest", nil},
	{"catalogo", []string{"decimal"}},
	{"cfdi", []string{"decimal", "xmldoc", "catalogo", "csd"}},
	{"cancelacion", []string{"decimal", "xmldoc", "catalogo", "csd"}},
	{"cfdi/complementos", []string{"decimal", "xmldoc", "catalogo", "csd", "cfdi", "cfdi/*"}},
	{"cfdi/cfditest", []string{"cfdi", "csd", "csd/prueba"}},
	{"cfdi/*", []string{"decimal", "xmldoc", "catalogo", "csd", "cfdi"}},
	{"retenciones", []string{"decimal", "xmldoc", "catalogo", "csd", "cfdi"}},
	{"internal/store", []string{"decimal", "internal/fail"}},
	{"internal/store/storetest", []string{"internal/store", "internal/fail"}},
	{"internal/job", []string{"internal/store", "internal/fail"}},
	{"internal/mailing", []string{"internal/store", "internal/fail", "internal/signer", "internal/send"}},
	{"internal/help", nil},
	{"internal/help/manual", []string{"internal/help"}},
	{"internal/notice", []string{"internal/store", "internal/fail", "internal/job"}},
	{"internal/signer", append([]string{"internal/store", "internal/fail"}, core...)},
	{"internal/pac", append([]string{"internal/fail"}, core...)},
	{"internal/pac/*", append([]string{"internal/fail", "internal/pac"}, core...)},
	{"internal/sat", append([]string{"internal/fail"}, core...)},
	{"internal/constancia", []string{"internal/fail", "catalogo", "cfdi"}},
	{"internal/pdf", append([]string{"internal/fail"}, core...)},
	{"internal/send", append([]string{"internal/fail"}, core...)},
	{"internal/send/sendtest", []string{"internal/send"}},
	{"internal/support", append([]string{"internal/store", "internal/fail", "internal/job", "internal/notice", "internal/pdf"}, core...)},
	{"internal/operator", []string{"internal/store", "internal/fail"}},
	{"internal/bulk", []string{"internal/store", "internal/fail", "internal/job", "internal/sheet", "internal/signer", "decimal"}},
	{"internal/credit", []string{"internal/store", "internal/fail", "internal/job", "internal/notice", "catalogo", "decimal"}},
	{"internal/addenda", []string{"xmldoc", "cfdi", "decimal"}},
	{"internal/billing", append([]string{"internal/store", "internal/addenda", "internal/fail", "internal/job", "internal/notice", "internal/credit", "internal/mailing", "internal/signer", "internal/pac", "internal/pdf", "internal/send"}, core...)},
	{"internal/directory", []string{"internal/store", "internal/addenda", "internal/fail", "internal/door", "internal/mailing", "internal/send", "internal/pdf", "internal/job", "internal/bulk", "internal/sheet", "catalogo", "decimal", "cfdi", "xmldoc"}},
	{"internal/shop", []string{"internal/store", "internal/fail", "internal/job", "internal/notice", "internal/credit", "catalogo", "decimal"}},
	{"internal/shop/gatewaytest", nil},
	{"internal/invite", []string{"internal/store", "internal/fail", "internal/job", "internal/notice", "internal/credit", "internal/mailing", "internal/send", "internal/door", "catalogo"}},
	{"internal/account", append([]string{"internal/store", "internal/fail", "internal/door", "internal/totp", "internal/passkey", "internal/leaked", "internal/job", "internal/notice", "internal/mailing", "internal/bulk", "internal/sheet", "internal/signer", "internal/pac", "internal/pdf", "internal/send"}, core...)},
	{"internal/web", append(append([]string{"internal/store", "internal/fail", "internal/notice", "internal/mailing", "internal/send", "internal/sheet", "internal/constancia", "internal/help", "internal/addenda"}, core...), services...)},
	{"internal/web/ui", nil},
	{"internal/api", append(append([]string{"internal/store", "internal/fail"}, core...), services...)},
	{"internal/demo", []string{"*"}},
	{"internal/bench", []string{"*"}},
	{"cmd/iofacturo", []string{"*"}},
}

type pkg struct {
	ImportPath string
	Dir        string
	Imports    []string
}

func TestImportsOnlyGoDown(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if p.ImportPath == strings.TrimSuffix(module, "/") {
			continue
		}
		may, ok := allowed(name)
		if !ok {
			t.Errorf("%s has no row in the import table: give it a room in ARCHITECTURE.md and here", name)
			continue
		}
		for _, imported := range p.Imports {
			ours, is := strings.CutPrefix(imported, module)
			if is && !matches(may, ours) {
				t.Errorf("%s imports %s, an arrow the table does not have", name, ours)
			}
			if is && ours == "cmd/iofacturo" {
				t.Errorf("%s imports cmd/iofacturo", name)
			}
		}
	}
}

// TestOneRoomPerLibrary keeps each third-party module behind one package of ours (dependencies.md, rule 5).
func TestOneRoomPerLibrary(t *testing.T) {
	home := map[string]string{
		"github.com/shopspring/decimal":     "decimal",
		"codeberg.org/go-pdf/fpdf":          "internal/pdf",
		"github.com/skip2/go-qrcode":        "internal/pdf",
		"github.com/ledongthuc/pdf":         "internal/constancia",
		"github.com/makiuchi-d/gozxing":     "internal/constancia",
		"github.com/wneessen/go-mail":       "internal/send",
		"modernc.org/sqlite":                "internal/store",
		"github.com/jackc/pgx/v5":           "internal/store",
		"github.com/pressly/goose/v3":       "internal/store",
		"github.com/georgysavva/scany/v2":   "internal/store",
		"github.com/tink-crypto/tink-go/v2": "internal/signer",
		"github.com/pquerna/otp":            "internal/totp",
		"github.com/go-webauthn/webauthn":   "internal/passkey",
		"github.com/fxamacker/cbor/v2":      "internal/passkey",
		"golang.org/x/crypto/argon2":        "internal/account",
		"github.com/alecthomas/kong":        "cmd/iofacturo",
		"github.com/xuri/excelize/v2":       "internal/sheet",
	}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range p.Imports {
			for library, room := range home {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && name != room && !strings.HasPrefix(name, room+"/") {
					t.Errorf("%s imports %s, which belongs to %s alone", name, imported, room)
				}
			}
		}
	}
}

// tenantMakers may call store.TenantOf: sign-in, the job runner, and the programs that fill or check a whole store.
var tenantMakers = []string{"internal/store", "internal/store/storetest", "internal/account", "internal/job", "internal/demo", "internal/bench", "cmd/iofacturo"}

func TestTenantIsChosenOnce(t *testing.T) {
	sources(t, func(path string, text []byte) {
		room := filepath.ToSlash(filepath.Dir(path))
		if bytes.Contains(text, []byte("store.TenantOf(")) && !slices.Contains(tenantMakers, room) {
			t.Errorf("%s makes a tenant out of a string; only %v may", path, tenantMakers)
		}
	})
}

var (
	floats  = regexp.MustCompile(`\bfloat(64|32)\b`)
	initial = regexp.MustCompile(`(?m)^func init\(\)`)
	// floatsAllowed may use floating point: no money passes there (millimetres, milliseconds, pixels).
	floatsAllowed = []string{"internal/pdf", "internal/constancia", "internal/bench", "internal/web", "internal/job"}
)

func TestNoFloatNoInit(t *testing.T) {
	sources(t, func(path string, text []byte) {
		room := filepath.ToSlash(filepath.Dir(path))
		if floats.Match(text) && !slices.Contains(floatsAllowed, room) {
			t.Errorf("%s uses floating point; money and rates are decimal.Decimal", path)
		}
		if initial.Match(text) {
			t.Errorf("%s has an init function; what exists is a visible list", path)
		}
	})
}

// sources calls f for every Go file of ours that ships: tests and generated templates are left out.
func sources(t *testing.T, f func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "data") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f(path, text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func allowed(name string) ([]string, bool) {
	for _, row := range table {
		if matches([]string{row.room}, name) {
			return row.may, true
		}
	}
	return nil, false
}

func matches(list []string, name string) bool {
	return slices.ContainsFunc(list, func(room string) bool {
		if room == "*" || room == name {
			return true
		}
		prefix, wild := strings.CutSuffix(room, "/*")
		return wild && strings.HasPrefix(name, prefix+"/")
	})
}
