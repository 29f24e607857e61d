package account

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// TestEveryLetterIsInBothLanguages reads the sources: what a letter says to a person
// stands in a call of say, with another text beside it.
func TestEveryLetterIsInBothLanguages(t *testing.T) {
	words := regexp.MustCompile(`\p{L}{2,} \p{L}|^[A-ZÁÉÍÓÚÑ]\p{L}{2,}$`)
	set, said := token.NewFileSet(), 0
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") || f.Name() == "letter.go" {
			continue
		}
		parsed, err := parser.ParseFile(set, f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !writesLetter(fn) {
				continue
			}
			inSay := map[ast.Node]bool{}
			ast.Inspect(fn, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || sel.Sel.Name != "say" {
					return true
				}
				said++
				if len(call.Args) != 2 || text(call.Args[0]) == text(call.Args[1]) {
					t.Errorf("%s: one text twice", set.Position(call.Pos()))
				}
				for _, arg := range call.Args {
					ast.Inspect(arg, func(n ast.Node) bool { inSay[n] = true; return true })
				}
				return true
			})
			ast.Inspect(fn, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING || inSay[lit] {
					return true
				}
				s, err := strconv.Unquote(lit.Value)
				if err == nil && s != "RFC" && words.MatchString(s) {
					t.Errorf("%s: %q is said in one language", set.Position(lit.Pos()), s)
				}
				return true
			})
		}
	}
	if said < 70 {
		t.Errorf("only %d texts found", said)
	}
}

// writesLetter reports whether a function makes a letter or words for one.
func writesLetter(fn *ast.FuncDecl) (yes bool) {
	ast.Inspect(fn, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		yes = yes || ok && (id.Name == "letter" || id.Name == "tongue")
		return true
	})
	return yes
}

// text is the constant part of what is said.
func text(e ast.Expr) (s string) {
	ast.Inspect(e, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			s += lit.Value
		}
		return true
	})
	return s
}

// spanishSigns are found in no English letter but in names and SAT terms.
var spanishSigns = regexp.MustCompile(`[¿¡áéíóúñ]|\b(el|la|los|de|del|que|tu|tus|con|una|para|Hola|enlace|contraseña|sesión)\b`)

// TestLettersInTheLanguageOfTheirReader: one act, two people, each in its own language,
// with the same facts.
func TestLettersInTheLanguageOfTheirReader(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		h.hire(a, User{Usuario: "eve", Nombre: "Eve Stone", Correo: "eve@example.com", Admin: true})
		h.hire(a, User{Usuario: "luz", Nombre: "Luz Rey", Correo: "luz@ejemplo.mx", Admin: true})
		for _, usuario := range []string{"eve", "luz"} {
			row, err := h.db.View(a.Tenant).UserByName(ctx, usuario)
			if err != nil {
				t.Fatal(err)
			}
			who := store.Actor{Tenant: a.Tenant, UserID: row.ID, UserName: usuario, Admin: true}
			p, err := h.Profile(ctx, who)
			if err != nil || p.Idioma != LangSpanish {
				t.Fatalf("%+v %v", p, err)
			}
			if usuario == "eve" {
				p.Idioma = LangEnglish
				if _, err := h.SaveProfile(ctx, who, p); err != nil {
					t.Fatal(err)
				}
			}
			h.guarded(who)
			h.keyed(who, "")
			if err := h.Recover(ctx, usuario, rfcA, ""); err != nil {
				t.Fatal(err)
			}
			if err := h.AskMailChange(ctx, h.fresh(who), "nuevo-"+usuario+"@example.com", "nuevo-"+usuario+"@example.com"); err != nil {
				t.Fatal(err)
			}
			if err := h.ResetFactor(ctx, h.fresh(a), row.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.CloseCompany(ctx, h.fresh(a), rfcA, "prueba"); err != nil {
			t.Fatal(err)
		}
		if err := h.AskAccess(ctx, AccessAsk{Rfc: rfcA, Nombre: "John Doe", Correo: "john@example.com"}, ""); err != nil {
			t.Fatal(err)
		}
		eve, luz := fresh(h.mails("eve@example.com")), fresh(h.mails("luz@ejemplo.mx"))
		if len(eve) != len(luz) || len(eve) < 7 {
			t.Fatalf("%d letters and %d", len(eve), len(luz))
		}
		for i := range eve {
			if eve[i].Subject == luz[i].Subject {
				t.Errorf("the same subject: %s", eve[i].Subject)
			}
			if found := spanishSigns.FindString(eve[i].Text); found != "" {
				t.Errorf("Spanish %q in\n%s", found, eve[i].Text)
			}
			if !strings.Contains(eve[i].Text, "Hello, Eve Stone:") || !strings.Contains(eve[i].HTML, `<html lang="en">`) || !strings.Contains(luz[i].HTML, `<html lang="es-MX">`) {
				t.Errorf("%s\n%s", eve[i].Text, eve[i].HTML)
			}
			one, two := links(eve[i].Text), links(luz[i].Text)
			if strings.Join(one, " ") != strings.Join(two, " ") {
				t.Errorf("links %q and %q", one, two)
			}
		}
	})
}

// fresh leaves out the first letter, from before the language was chosen.
func fresh(list []send.Kept) []send.Kept {
	var out []send.Kept
	for _, m := range list {
		if m.Subject != "Tus datos de acceso a ioFacturo" {
			out = append(out, m)
		}
	}
	return out
}

// links are the addresses in a letter, without their tokens.
func links(s string) []string {
	list := regexp.MustCompile(`http://localhost:8080/\S*`).FindAllString(s, -1)
	for i, l := range list {
		list[i] = regexp.MustCompile(`[A-Za-z0-9_-]{43}`).ReplaceAllString(l, "TOKEN")
	}
	return list
}
