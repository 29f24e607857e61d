package account

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/store"
)

func logoFile(t *testing.T, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestTheMostParticularDesignRules: branch and type, branch, type, company, and ours.
func TestTheMostParticularDesignRules(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		branch, err := h.SaveBranch(ctx, a, north())
		if err != nil {
			t.Fatal(err)
		}
		scopes := []Scope{{}, {"", "E"}, {branch.ID, ""}, {branch.ID, "E"}}
		designs := []Design{pdf.Compacta, pdf.Servicios, pdf.Ticket, pdf.Clasica}
		for i, scope := range scopes {
			in := Paper{Scope: scope}
			in.Design, in.Pie = designs[i], "uno"
			if p, err := h.SavePaper(ctx, a, in); err != nil || !p.Own() || p.Version != 1 {
				t.Fatalf("%v: %+v %v", scope, p, err)
			}
			if err := h.SaveLogo(ctx, a, scope, logoFile(t, 40+i)); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct{ ask, from int }{{0, 0}, {1, 1}, {2, 2}, {3, 3}} {
			p, err := h.Paper(ctx, a, scopes[c.ask])
			if err != nil || p.From != scopes[c.from] || p.Design != designs[c.from] || !p.OwnLogo() {
				t.Errorf("%v: %+v %v", scopes[c.ask], p, err)
			}
		}
		for ask, from := range map[Scope]int{{store.MainBranch, "I"}: 0, {store.MainBranch, "E"}: 1, {branch.ID, "I"}: 2} {
			p, err := h.Paper(ctx, a, ask)
			if err != nil || p.From != scopes[from] || p.Own() || p.LogoOf != scopes[from] || p.OwnLogo() {
				t.Errorf("%v: %+v %v", ask, p, err)
			}
		}
		for i := len(scopes) - 1; i > 0; i-- { // taken away one by one, the next above rules
			if err := h.RestorePaper(ctx, a, scopes[i], 1); err != nil {
				t.Fatal(err)
			}
			if err := h.RemoveLogo(ctx, a, scopes[i]); err != nil {
				t.Fatal(err)
			}
			p, err := h.Paper(ctx, a, Scope{branch.ID, "E"})
			if err != nil || p.From != scopes[i-1] || p.LogoOf != scopes[i-1] {
				t.Errorf("without %v: %+v %v", scopes[i], p, err)
			}
		}
		if list, err := h.Papers(ctx, a); err != nil || !slices.Equal(list, scopes[:1]) {
			t.Errorf("%v %v", list, err)
		}

		// Another company sees none of it and reaches none of it.
		if p, err := h.Paper(ctx, b, Scope{}); err != nil || p.Own() || p.Logo != "" || p.Design != "" {
			t.Errorf("the other company has %+v %v", p, err)
		}
		if _, _, err := h.Logo(ctx, b, Scope{}); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other company's logo: %v", err)
		}
		foreign := Paper{Scope: Scope{branch.ID, ""}}
		for what, err := range map[string]error{
			"see":     errOf(h.Paper(ctx, b, foreign.Scope)),
			"save":    errOf(h.SavePaper(ctx, b, foreign)),
			"logo":    h.SaveLogo(ctx, b, foreign.Scope, logoFile(t, 40)),
			"sample":  errOf(h.PaperSample(ctx, b, foreign, false)),
			"no type": errOf(h.Paper(ctx, a, Scope{"", "Z"})),
		} {
			if fail.KindOf(err) != fail.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		if rest := h.RestorePaper(ctx, b, Scope{}, 1); !errors.Is(rest, ErrStale) {
			t.Errorf("another company restored: %v", rest)
		}
	})
}

func TestPapersAreGuarded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		in := Paper{}
		in.Leyenda = " Debo y pagaré\r\nlo escrito "
		in.Cuentas = []Cuenta{{}, {Banco: " BBVA ", CLABE: "032180000118359719", Moneda: "mxn"}}
		in.Hide = []Part{pdf.PartWeb, "nada", pdf.PartLogo, pdf.PartWeb}
		saved, err := h.SavePaper(ctx, a, in)
		if err != nil || saved.Leyenda != "Debo y pagaré\nlo escrito" || len(saved.Cuentas) != 1 || saved.Cuentas[0].Banco != "BBVA" || saved.Cuentas[0].Moneda != "MXN" ||
			saved.Design != pdf.Clasica || !slices.Equal(saved.Hide, []Part{pdf.PartLogo, pdf.PartWeb}) {
			t.Fatalf("%+v %v", saved, err)
		}
		if _, err := h.SavePaper(ctx, a, in); !errors.Is(err, ErrStale) {
			t.Errorf("a first one over the first one: %v", err)
		}
		saved.Pie = "dos"
		if _, err := h.SavePaper(ctx, a, saved); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SavePaper(ctx, a, saved); !errors.Is(err, ErrStale) {
			t.Errorf("over a newer one: %v", err)
		}
		if err := h.RestorePaper(ctx, a, Scope{}, 1); !errors.Is(err, ErrStale) {
			t.Errorf("restored over a newer one: %v", err)
		}
		for name, c := range map[string]struct {
			change func(p *Paper)
			want   []string
		}{
			"no such design":    {func(p *Paper) { p.Design = "lujosa" }, []string{"Design"}},
			"a colour by name":  {func(p *Paper) { p.Color = "rojo" }, []string{"Color"}},
			"a long legend":     {func(p *Paper) { p.Leyenda = strings.Repeat("ñ", maxLegend+1) }, []string{"Leyenda"}},
			"a foot of lines":   {func(p *Paper) { p.Pie = strings.Repeat("a", maxFoot+1) }, []string{"Pie"}},
			"a CLABE mistyped":  {func(p *Paper) { p.Cuentas = []Cuenta{{Banco: "BBVA", CLABE: "032180000118359718"}} }, []string{"Cuentas[0].CLABE"}},
			"a bank alone":      {func(p *Paper) { p.Cuentas = []Cuenta{{Banco: "BBVA"}} }, []string{"Cuentas[0].CLABE"}},
			"no bank, no money": {func(p *Paper) { p.Cuentas = []Cuenta{{Numero: "1", Moneda: "ZZZ"}} }, []string{"Cuentas[0].Banco", "Cuentas[0].Moneda"}},
			"six accounts":      {func(p *Paper) { p.Cuentas = slices.Repeat([]Cuenta{{Banco: "BBVA", Numero: "1"}}, 6) }, []string{"Cuentas"}},
		} {
			p := Paper{Version: 2}
			c.change(&p)
			if _, err := h.SavePaper(ctx, a, p); !slices.Equal(fieldsOf(err), c.want) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := h.PaperSample(ctx, a, p, true); !slices.Equal(fieldsOf(err), c.want) {
				t.Errorf("sample of %s: %v", name, err)
			}
		}
		for name, file := range map[string][]byte{"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "none": nil, "text": []byte("hola")} {
			if err := h.SaveLogo(ctx, a, Scope{}, file); !slices.Equal(fieldsOf(err), []string{"Logo"}) {
				t.Errorf("logo %s: %v", name, err)
			}
		}
		looker := store.Actor{Tenant: a.Tenant, UserName: "mira", Rights: []store.Right{store.RightSeeConfig}}
		for what, err := range map[string]error{
			"save": errOf(h.SavePaper(ctx, looker, Paper{})), "restore": h.RestorePaper(ctx, looker, Scope{}, 2),
			"logo": h.SaveLogo(ctx, looker, Scope{}, logoFile(t, 40)), "remove": h.RemoveLogo(ctx, looker, Scope{}),
		} {
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("who looks may %s: %v", what, err)
			}
		}
		if _, err := h.Paper(ctx, looker, Scope{}); err != nil {
			t.Error(err)
		}
		svg, err := h.PaperSample(ctx, looker, saved, false)
		if err != nil || !bytes.HasPrefix(svg, []byte("<svg")) {
			t.Errorf("%.80s %v", svg, err)
		}
		if b, err := h.PaperSample(ctx, looker, saved, true); err != nil || !bytes.HasPrefix(b, []byte("%PDF")) {
			t.Errorf("%.20s %v", b, err)
		}
	})
}
