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
		saved.CodigoPostal, saved.Estado = "22000", ""
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

// TestBranchesHaveAPlace: the state is that of the postal code, another is refused and
// never replaced in silence; the border stimulus is only where the code has it.
func TestBranchesHaveAPlace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		in := north()
		in.Calle, in.Municipio = " Av.  Juárez ", "Monterrey"
		saved, err := h.SaveBranch(ctx, a, in)
		if err != nil || saved.Estado != "Nuevo León" || saved.Calle != "Av. Juárez" || saved.Frontera {
			t.Fatalf("%+v %v", saved, err)
		}
		for name, c := range map[string]struct {
			change func(x *Branch)
			want   []string
		}{
			"the code moved to another state": {func(x *Branch) { x.CodigoPostal = "22000" }, []string{"Estado"}},
			"both moved":                      {func(x *Branch) { x.CodigoPostal, x.Estado = "22000", "Baja California" }, nil},
			"written without accents":         {func(x *Branch) { x.Estado = "nuevo leon" }, nil},
			"no border there":                 {func(x *Branch) { x.Frontera = true }, []string{"Frontera"}},
			"the border":                      {func(x *Branch) { x.CodigoPostal, x.Estado, x.Frontera = "22000", "", true }, nil},
			"the southern border":             {func(x *Branch) { x.CodigoPostal, x.Estado, x.Frontera = "30700", "", true }, nil},
			"where only the PAC knows":        {func(x *Branch) { x.CodigoPostal, x.Estado, x.Frontera = "26335", "", true }, nil},
			"a long street":                   {func(x *Branch) { x.Calle = strings.Repeat("x", 201) }, []string{"Calle"}},
		} {
			in := saved
			in.ID, in.Nombre, in.Version = "", name, 0
			c.change(&in)
			got, err := h.SaveBranch(ctx, a, in)
			if !slices.Equal(fieldsOf(err), c.want) {
				t.Errorf("%s: %v", name, err)
			}
			if err == nil {
				if kept, err := h.Branch(ctx, a, got.ID); err != nil || kept != got || kept.Frontera != in.Frontera {
					t.Errorf("%s: kept %+v, saved %+v, %v", name, kept, got, err)
				}
			}
		}
		if p, ok := h.Place("26335"); !ok || p.Frontera != BorderUnknown {
			t.Errorf("%+v %t", p, ok)
		}
		company := goodCompany()
		company.Frontera, company.LugarExpedicion = true, "64000"
		if _, _, err := h.SaveCompany(ctx, a, company); !slices.Equal(fieldsOf(err), []string{"Frontera"}) {
			t.Errorf("the main branch away from the border: %v", err)
		}
		company.LugarExpedicion = "22000"
		got, _, err := h.SaveCompany(ctx, a, company)
		if err != nil || !got.Frontera {
			t.Fatalf("%+v %v", got, err)
		}
		got.Estado = "Sonora"
		if got.CodigoPostal == "22000" {
			t.Fatal("the fiscal postal code of the tests moved")
		}
		if _, _, err := h.SaveCompany(ctx, a, got); !slices.Equal(fieldsOf(err), []string{"Estado"}) {
			t.Errorf("a state that the postal code denies: %v", err)
		}
	})
}

// TestABranchIsDeletedOnlyWithoutReceipts: with its unused series; never another
// company's, the main one, or one with documents, skipped folios or its own CSD.
func TestABranchIsDeletedOnlyWithoutReceipts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		found := func(name string) (Branch, Serie) {
			t.Helper()
			in := north()
			in.Nombre = name
			branch, err := h.SaveBranch(ctx, a, in)
			if err != nil {
				t.Fatal(err)
			}
			serie := newSerie()
			serie.Serie, serie.Sucursal = name, branch.ID
			kept, err := h.SaveSerie(ctx, a, serie)
			if err != nil {
				t.Fatal(err)
			}
			return branch, kept
		}
		idle, unused := found("IDLE")
		busy, used := found("BUSY")
		jumped, raised := found("JUMPED")
		sealed, _ := found("SEALED")
		h.number(a, used, "rechazado")
		raised.FolioSiguiente, raised.Version = 9, raised.Version+1 // the default went to the last one of them
		if now, err := h.Serie(ctx, a, raised.ID); err != nil {
			t.Fatal(err)
		} else {
			raised.Version = now.Version
		}
		if _, err := h.SaveSerie(ctx, a, raised); err != nil {
			t.Fatal(err)
		}
		cert, err := h.MakeTestCertificate(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.MoveCertificate(ctx, h.fresh(a), cert.ID, sealed.ID); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			by      store.Actor
			id      string
			version int
			want    fail.Kind
		}{
			"another company's": {b, idle.ID, 1, fail.NotFound}, "the main one": {a, store.MainBranch, 1, fail.NotFound}, "an old version": {a, idle.ID, 0, fail.Conflict},
			"with a document": {a, busy.ID, 1, fail.Conflict}, "with skipped folios": {a, jumped.ID, 1, fail.Conflict}, "with its own CSD": {a, sealed.ID, 1, fail.Conflict},
			"by who may only look": {store.Actor{Tenant: a.Tenant, UserID: "u", Rights: []store.Right{store.RightSeeConfig}}, idle.ID, 1, fail.Denied},
		} {
			if err := h.DeleteBranch(ctx, c.by, c.id, c.version); fail.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.DeleteBranch(ctx, a, idle.ID, idle.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Serie(ctx, a, unused.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("its series stayed: %v", err)
		}
		if _, err := h.Serie(ctx, a, used.ID); err != nil {
			t.Errorf("another's series went: %v", err)
		}
		if list, err := h.Branches(ctx, a); err != nil || len(list) != 4 {
			t.Errorf("%+v %v", list, err)
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}
