package account

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func north() Branch {
	return Branch{Nombre: "  Plaza   Norte ", Clave: "N1", CodigoPostal: "64000", Telefono: "81 1234 5678", Correo: "norte@ejemplo.mx", Responsable: "Nora Gil", Activa: true}
}

func TestBranchesAreKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		list, err := h.Branches(ctx, a)
		if err != nil || len(list) != 1 || !list[0].Main() || list[0].Nombre != "Matriz" {
			t.Fatalf("before any: %+v %v", list, err)
		}
		saved, err := h.SaveBranch(ctx, a, north())
		if err != nil || saved.Nombre != "Plaza Norte" || saved.Version != 1 || saved.Zona != "UTC−06:00" {
			t.Fatalf("%+v %v", saved, err)
		}
		saved.CodigoPostal = "22000"
		changed, err := h.SaveBranch(ctx, a, saved)
		if err != nil || changed.Version != 2 || changed.Zona != "UTC−08:00" { // November, on the border
			t.Fatalf("%+v %v", changed, err)
		}
		if _, err := h.SaveBranch(ctx, a, saved); !errors.Is(err, ErrStale) {
			t.Errorf("over a newer one: %v", err)
		}
		if list, err := h.Branches(ctx, a); err != nil || len(list) != 2 || list[1].CodigoPostal != "22000" {
			t.Errorf("%+v %v", list, err)
		}
		if list, err := h.Branches(ctx, b); err != nil || len(list) != 1 {
			t.Errorf("the other company has %+v %v", list, err)
		}
		_, foreign := h.Branch(ctx, b, saved.ID)
		_, unknown := h.Branch(ctx, b, "no hay")
		if fail.KindOf(foreign) != fail.NotFound || foreign.Error() != unknown.Error() {
			t.Errorf("%v, %v", foreign, unknown)
		}
		changed.Nombre = "Robada"
		if _, err := h.SaveBranch(ctx, b, changed); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company wrote it: %v", err)
		}
		for name, c := range map[string]struct {
			change func(x *Branch)
			want   []string
		}{
			"no name":           {func(x *Branch) { x.Nombre = " " }, []string{"Nombre"}},
			"the main one":      {func(x *Branch) { x.Nombre = "MATRIZ" }, []string{"Nombre"}},
			"the same name":     {func(x *Branch) { x.Nombre = "plaza nórte" }, []string{"Nombre"}},
			"no postal code":    {func(x *Branch) { x.CodigoPostal = "" }, []string{"CodigoPostal"}},
			"one that is none":  {func(x *Branch) { x.CodigoPostal = "00000" }, []string{"CodigoPostal"}},
			"a long key":        {func(x *Branch) { x.Clave = strings.Repeat("x", 21) }, []string{"Clave"}},
			"an address of two": {func(x *Branch) { x.Correo = "a@b.mx, c@d.mx" }, []string{"Correo"}},
			"several":           {func(x *Branch) { x.Nombre, x.Telefono, x.Responsable = "", strings.Repeat("1", 31), "a|b" }, []string{"Nombre", "Telefono", "Responsable"}},
		} {
			in := north()
			in.Nombre = "Otra"
			c.change(&in)
			if _, err := h.SaveBranch(ctx, a, in); !slices.Equal(fieldsOf(err), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		seller := store.Actor{Tenant: a.Tenant, UserID: "u", Rights: []store.Right{store.RightSeeConfig}}
		if _, err := h.SaveBranch(ctx, seller, north()); fail.KindOf(err) != fail.Denied {
			t.Errorf("by who may only look: %v", err)
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

// TestUsersAreLimitedToBranches: a branch stands for its series, now and as they change,
// for a user, a role and a guest.
func TestUsersAreLimitedToBranches(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		branch, err := h.SaveBranch(ctx, a, north())
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := h.SaveBranch(ctx, other, north())
		if err != nil {
			t.Fatal(err)
		}
		make := func(name, branch string) Serie {
			t.Helper()
			in := newSerie()
			in.Serie, in.Sucursal = name, branch
			s, err := h.SaveSerie(ctx, a, in)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		main, norte := make("A", ""), make("N", branch.ID)
		if main.Sucursal != store.MainBranch || norte.Sucursal != branch.ID {
			t.Fatalf("%+v %+v", main, norte)
		}
		foreign := newSerie()
		foreign.Serie, foreign.Sucursal = "X", theirs.ID
		if _, err := h.SaveSerie(ctx, a, foreign); !slices.Equal(fieldsOf(err), []string{"Sucursal"}) {
			t.Errorf("a series of another company's branch: %v", err)
		}
		for name, c := range map[string]struct {
			branches, series []string
			want             []string
		}{
			"one":                   {[]string{branch.ID}, nil, []string{norte.ID}},
			"the main one":          {[]string{store.MainBranch}, nil, []string{main.ID}},
			"both":                  {[]string{store.MainBranch, branch.ID}, nil, []string{main.ID, norte.ID}},
			"a series of another":   {[]string{branch.ID}, []string{main.ID}, []string{noSerie}},
			"a series of its own":   {[]string{branch.ID}, []string{norte.ID}, []string{norte.ID}},
			"none: no limit at all": {nil, nil, nil},
		} {
			in := beto(store.RightIssue)
			in.Usuario, in.Correo = "u"+hashToken(name)[:6], "u"+hashToken(name)[:6]+"@ejemplo.mx"
			in.Sucursales, in.Series = c.branches, c.series
			u, got := h.hire(a, in)
			if !slices.Equal(u.Sucursales, c.branches) {
				t.Errorf("%s: kept %v", name, u.Sucursales)
			}
			if actor := h.session(got.Token).Actor; !slices.Equal(actor.Limits.Series, c.want) {
				t.Errorf("%s: uses %v, want %v", name, actor.Limits.Series, c.want)
			}
		}
		in := beto(store.RightIssue)
		in.Sucursales = []string{branch.ID}
		_, got := h.hire(a, in)
		second := make("N2", branch.ID)
		if actor := h.session(got.Token).Actor; !slices.Equal(actor.Limits.Series, []string{norte.ID, second.ID}) {
			t.Errorf("a series more: %v", actor.Limits.Series)
		}
		role, err := h.SaveRole(ctx, h.fresh(a), Role{Nombre: "Norte", Rights: []store.Right{store.RightIssue}, Sucursales: []string{branch.ID}})
		if err != nil || !slices.Equal(role.Sucursales, []string{branch.ID}) {
			t.Fatalf("%+v %v", role, err)
		}
		held := beto()
		held.Usuario, held.Correo, held.RoleID = "rita", "rita@ejemplo.mx", role.ID
		_, got = h.hire(a, held)
		if actor := h.session(got.Token).Actor; !slices.Equal(actor.Limits.Series, []string{norte.ID, second.ID}) {
			t.Errorf("by its role: %v", actor.Limits.Series)
		}
		wrong := beto(store.RightIssue)
		wrong.Usuario, wrong.Correo, wrong.Sucursales = "zoe", "zoe@ejemplo.mx", []string{theirs.ID}
		if _, err := h.SaveUser(ctx, h.fresh(a), wrong); !slices.Equal(fieldsOf(err), []string{"Sucursales"}) {
			t.Errorf("another company's branch: %v", err)
		}
		grant := Grant{Rights: []store.Right{store.RightIssue}, Limits: store.Limits{Sucursales: []string{theirs.ID}}}
		var p problems
		h.checkGrant(ctx, a, &p, grant)
		if len(p.fields) != 1 || p.fields[0].Path != "Sucursales" {
			t.Errorf("given to a guest: %v", p.fields)
		}
	})
}
