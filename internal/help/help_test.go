package help

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/retenciones"
)

func TestArticlesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Articles() {
		if a.Title == "" || a.Summary == "" || len(a.Blocks) == 0 || len(a.Screens) == 0 || seen[a.Slug] {
			t.Errorf("%s: title %q, summary %q, %d blocks, screens %v", a.Slug, a.Title, a.Summary, len(a.Blocks), a.Screens)
		}
		seen[a.Slug] = true
		for _, b := range a.Blocks {
			for _, line := range b.Lines {
				for _, s := range line {
					if strings.ContainsAny(s.Text, "*`[]<>") || s.Text == "" {
						t.Errorf("%s: a sign was not read: %q", a.Slug, s.Text)
					}
				}
			}
		}
	}
	if len(seen) < 16 {
		t.Errorf("%d articles", len(seen))
	}
}

func TestSearchNeedsNoAccents(t *testing.T) {
	for q, want := range map[string]string{
		"contrasena": "entrar", "CONSTANCIA situación": "constancia", "nota de credito": "nota-de-credito", "sin respuesta": "rechazos",
		"excel": "importar", "logotipo": "representacion", "contador": "coadministracion", "año": "primera-factura",
	} {
		found := Search(q)
		if !slices.ContainsFunc(found, func(a Article) bool { return a.Slug == want }) {
			t.Errorf("%q does not find %s", q, want)
		}
	}
	if got := fold("Año ÑANDÚ, pingüino"); got != "ano nandu  pinguino" {
		t.Errorf("folded to %q", got)
	}
	if found := Search("zzz"); len(found) != 0 {
		t.Errorf("nonsense finds %d", len(found))
	}
	if got := Search("contrasena"); got[0].Slug != "entrar" {
		t.Errorf("the key word comes not first: %s", got[0].Slug)
	}
}

func TestTheLongestPathHelps(t *testing.T) {
	for path, want := range map[string]string{
		"/comprobantes/nuevo": "primera-factura", "/clientes/17": "clientes", "/importar/clientes/9": "importar", "/": "entrar", "/clientesx": "", "/cuenta/contrasena": "entrar",
	} {
		if got := For(Screens(), path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestEveryCodeOfTheMatricesIsExplained(t *testing.T) {
	all := Codes("")
	rules := slices.Concat(cfdi.Rules(), complementos.Rules(), retenciones.Rules())
	for _, r := range rules {
		i := slices.IndexFunc(all, func(c Code) bool { return c.Code == r.Code })
		if i < 0 || len(all[i].Means) < 15 || len(all[i].Do) < 8 || !strings.HasSuffix(all[i].Means, ".") || !strings.HasSuffix(all[i].Do, ".") {
			t.Errorf("%s is not explained", r.Code)
			continue
		}
		if want := map[string]string{
			"CFDI40": "Comprobantes", "PAC": "Comprobantes", "CRP20": "Pagos", "NOM12": "Nómina", "CCE20": "Comercio Exterior", "CP31": "Carta Porte", "RETEN20": "Retenciones",
		}[r.Family]; all[i].Of != want {
			t.Errorf("%s of %s is told under %q", r.Code, r.Family, all[i].Of)
		}
	}
	if len(all) != len(rules) {
		t.Errorf("%d codes explained, %d in the matrices", len(all), len(rules))
	}
	for _, q := range []string{"CCE122", "cce122", "comercio exterior total dólares"} {
		if !slices.ContainsFunc(Codes(q), func(c Code) bool { return c.Code == "CCE122" }) {
			t.Errorf("%q does not find CCE122", q)
		}
	}
	for _, q := range []string{"CFDI40145", "40145", "nombre constancia"} {
		if !slices.ContainsFunc(Codes(q), func(c Code) bool { return c.Code == "CFDI40145" }) {
			t.Errorf("%q does not find CFDI40145", q)
		}
	}
}

// The manual in the tree is that of the articles, and its pictures are there, none
// heavier than 200 kB.
func TestTheManualIsFresh(t *testing.T) {
	dir := "../../docs/manual"
	picture := regexp.MustCompile(`\]\((img/[^)]+)\)`)
	pictures := 0
	for name, want := range Manual() {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s is stale: run make manual (%v)", name, err)
		}
		for _, m := range picture.FindAllStringSubmatch(want, -1) {
			pictures++
			info, err := os.Stat(filepath.Join(dir, m[1]))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if info.Size() > 200<<10 {
				t.Errorf("%s weighs %d kB", m[1], info.Size()>>10)
			}
		}
	}
	if pictures > 12 {
		t.Errorf("%d pictures", pictures)
	}
}

// TestPicturesAreOfToday: each picture of the manual was taken of the templates as they
// are. img/plantillas.tsv, written with the pictures, names them: picture, template, SHA-256.
func TestPicturesAreOfToday(t *testing.T) {
	dir := "../../docs/manual/img"
	list, err := os.ReadFile(filepath.Join(dir, "plantillas.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(list)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 {
			t.Fatalf("row %q", line)
		}
		listed[f[0]] = true
		b, err := os.ReadFile(filepath.Join("../web", f[1]))
		if sum := sha256.Sum256(b); err != nil || hex.EncodeToString(sum[:]) != f[2] {
			t.Errorf("%s is of another %s (%v): E2E_MANUAL=$PWD/docs/manual/img dev/browser.sh takes it afresh", f[0], f[1], err)
		}
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil || len(pictures) < 10 {
		t.Errorf("%d pictures, %v", len(pictures), err)
	}
	for _, p := range pictures {
		if !listed[filepath.Base(p)] {
			t.Errorf("%s is of no known template", p)
		}
	}
}

func FuzzSpans(f *testing.F) {
	for _, seed := range []string{"**a** `b` [c](/d)", "*", "[x](y)", "**", "`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, s := range spansOf(line) {
			if s.Href != "" && !strings.HasPrefix(s.Href, "/") {
				t.Errorf("a link leads out: %q", s.Href)
			}
		}
	})
}
