package account

import (
	"context"
	"slices"
	"strings"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// mostBranches bounds how many branches a company has here.
const mostBranches = 500

// A Branch issues receipts from its own postal code (manual §3.4). Field paths in
// errors are the names below. The main one is the company itself, with the id
// [store.MainBranch].
type Branch struct {
	ID           string
	Nombre       string
	Clave        string // the company's own, up to 20 characters
	CodigoPostal string // place of issue; it says the time zone too
	Telefono     string
	Correo       string
	Responsable  string
	Calle        string
	NoExterior   string
	NoInterior   string
	Colonia      string
	Localidad    string
	Referencia   string
	Municipio    string
	Estado       string // of the postal code
	Frontera     bool   // applies the stimulus of the border region: IVA of 8 %
	Activa       bool
	Version      int
	Zona         string // of the postal code, as its abbreviation now; read-only
}

// Main reports whether it is the company itself.
func (b Branch) Main() bool { return b.ID == store.MainBranch }

// Branches lists the branches of the company, the main one first, the others by name.
func (s *Service) Branches(ctx context.Context, a store.Actor) ([]Branch, error) {
	if err := a.Require(store.RightSeeConfig, store.RightReceipts); err != nil {
		return nil, err
	}
	v := s.cfg.DB.View(a.Tenant)
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := v.Branches(ctx, mostBranches)
	if err != nil {
		return nil, err
	}
	place := company.LugarExpedicion
	if place == "" {
		place = company.CodigoPostal
	}
	list := []Branch{{ID: store.MainBranch, Nombre: "Matriz", CodigoPostal: place, Frontera: company.Frontera, Activa: true, Zona: s.zoneOf(place)}}
	for _, r := range rows {
		list = append(list, s.branchOf(r))
	}
	return list, nil
}

// Branch returns one branch that is not the main one; fail.NotFound otherwise.
func (s *Service) Branch(ctx context.Context, a store.Actor, id string) (Branch, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return Branch{}, err
	}
	r, err := s.cfg.DB.View(a.Tenant).Branch(ctx, id)
	return s.branchOf(r), err
}

func (s *Service) branchOf(r store.BranchRow) Branch {
	return Branch{
		ID: r.ID, Nombre: r.Nombre, Clave: r.Clave, CodigoPostal: r.CodigoPostal, Telefono: r.Telefono, Correo: r.Correo,
		Responsable: r.Responsable, Calle: r.Calle, NoExterior: r.NoExterior, NoInterior: r.NoInterior, Colonia: r.Colonia, Localidad: r.Localidad,
		Referencia: r.Referencia, Municipio: r.Municipio, Estado: r.Estado, Frontera: r.Frontera, Activa: r.Activa, Version: int(r.Version), Zona: s.zoneOf(r.CodigoPostal),
	}
}

// zoneOf says the time of a postal code against UTC now: "UTC−06:00".
func (s *Service) zoneOf(cp string) string {
	if cp == "" {
		return ""
	}
	return "UTC" + strings.Replace(s.now().In(s.cfg.Catalog.Location(cp)).Format("-07:00"), "-", "−", 1)
}

// SaveBranch makes (ID empty) or changes a branch. Errors: fields by the names of
// [Branch]; [ErrStale]; fail.Conflict beyond five hundred.
func (s *Service) SaveBranch(ctx context.Context, a store.Actor, in Branch) (Branch, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return Branch{}, err
	}
	if err := s.checkBranch(&in); err != nil {
		return Branch{}, err
	}
	row := store.BranchRow{
		ID: in.ID, Nombre: in.Nombre, NombreFold: store.FoldLine(in.Nombre), Clave: in.Clave, CodigoPostal: in.CodigoPostal, Telefono: in.Telefono,
		Correo: in.Correo, Responsable: in.Responsable, Activa: in.Activa, Version: int64(in.Version) + 1, UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName,
		Calle: in.Calle, NoExterior: in.NoExterior, NoInterior: in.NoInterior, Colonia: in.Colonia, Localidad: in.Localidad, Referencia: in.Referencia,
		Municipio: in.Municipio, Estado: in.Estado, Frontera: in.Frontera,
	}
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error { return s.writeBranch(ctx, tx, a, &row) })
	return s.branchOf(row), err
}

func (s *Service) writeBranch(ctx context.Context, tx *store.Tx, a store.Actor, row *store.BranchRow) error {
	all, err := tx.Branches(ctx, mostBranches+1)
	if err != nil {
		return err
	}
	if row.NombreFold == "matriz" || slices.ContainsFunc(all, func(r store.BranchRow) bool { return r.NombreFold == row.NombreFold && r.ID != row.ID }) {
		return fail.OnField("Nombre", "Ya tienes una sucursal con ese nombre. No se guardó; elige otro.")
	}
	if row.ID == "" {
		if len(all) >= mostBranches {
			return fail.New(fail.Conflict, "Caben 500 sucursales. No se guardó; cambia una que ya no uses.")
		}
		row.ID, row.Version = s.cfg.NewID(), 1
		if err := tx.InsertBranch(ctx, *row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "branch.save", "branch/"+row.ID, nil, *row)
	}
	before, err := tx.Branch(ctx, row.ID)
	if err != nil {
		return err
	}
	if before.Version != row.Version-1 {
		return stale("esta sucursal", before.UpdatedBy, before.UpdatedAt, s.zone())
	}
	if err := tx.UpdateBranch(ctx, *row); err != nil {
		return err
	}
	return audit(ctx, tx, a, "branch.save", "branch/"+row.ID, before, *row)
}

// checkBranch puts in into the form it is stored in.
func (s *Service) checkBranch(in *Branch) error {
	var p problems
	in.Nombre, in.Clave, in.CodigoPostal = clean(in.Nombre), clean(in.Clave), strings.TrimSpace(in.CodigoPostal)
	in.Telefono, in.Responsable, in.Correo = clean(in.Telefono), clean(in.Responsable), strings.TrimSpace(in.Correo)
	if n := len([]rune(in.Nombre)); n < 2 || n > 60 {
		p.err("Nombre", "Escribe el nombre de la sucursal, de 2 a 60 letras.", "Por ejemplo: Centro.")
	}
	p.text("Nombre", "El nombre", in.Nombre, 60)
	p.text("Clave", "La clave", in.Clave, 20)
	if in.CodigoPostal == "" {
		p.err("CodigoPostal", "Falta el código postal.", "Es el lugar de expedición de sus comprobantes.")
	} else {
		s.checkPostal("CodigoPostal", in.CodigoPostal, &p)
		s.checkBorder(in.CodigoPostal, in.Frontera, &p)
	}
	in.address(&p)
	s.checkState(in.CodigoPostal, &in.Estado, &p)
	s.fillMunicipio(in.CodigoPostal, in.Calle, in.Colonia, &in.Municipio)
	p.text("Telefono", "El teléfono", in.Telefono, 30)
	p.text("Responsable", "El responsable", in.Responsable, 120)
	if in.Correo != "" {
		correo, err := send.ParseAddress(in.Correo)
		if err != nil {
			p.err("Correo", fail.MessageOf(err), "")
		}
		in.Correo = correo
	}
	return p.result("La sucursal no se guardó: revisa los campos marcados.")
}

// address cleans the parts of the address that go to paper alone.
func (b *Branch) address(p *problems) {
	for _, f := range []struct {
		path, what string
		value      *string
		longest    int
	}{
		{"Calle", "La calle", &b.Calle, 200},
		{"NoExterior", "El número exterior", &b.NoExterior, 55},
		{"NoInterior", "El número interior", &b.NoInterior, 55},
		{"Colonia", "La colonia", &b.Colonia, 120},
		{"Localidad", "La localidad", &b.Localidad, 120},
		{"Municipio", "El municipio", &b.Municipio, 120},
		{"Estado", "El estado", &b.Estado, 60},
		{"Referencia", "La referencia", &b.Referencia, 250},
	} {
		*f.value = clean(*f.value)
		p.text(f.path, f.what, *f.value, f.longest)
	}
}

// Border reports whether receipts of a series are of a branch that applies the
// stimulus of the border region; without a series, of the main one.
func (s *Service) Border(ctx context.Context, a store.Actor, serieID string) (bool, error) {
	if err := a.Require(store.RightReceipts, store.RightDraft); err != nil {
		return false, err
	}
	v := s.cfg.DB.View(a.Tenant)
	var serie store.SerieRow
	if serieID != "" {
		var err error
		if serie, err = v.Serie(ctx, serieID); ignoreAbsent(err) != nil {
			return false, err
		}
	}
	if serie.BranchID != "" {
		branch, err := v.Branch(ctx, serie.BranchID)
		return branch.Frontera, ignoreAbsent(err)
	}
	company, err := v.Company(ctx)
	return company.Frontera, ignoreAbsent(err)
}

// BranchUse tells what a branch has of its own.
func (s *Service) BranchUse(ctx context.Context, a store.Actor, id string) (store.BranchUse, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return store.BranchUse{}, err
	}
	v := s.cfg.DB.View(a.Tenant)
	if _, err := v.Branch(ctx, id); err != nil {
		return store.BranchUse{}, err
	}
	return v.BranchUse(ctx, id)
}

// DeleteBranch takes a branch away with its unused series. One that has documents,
// folios passed over or a certificate of its own stays (fail.Conflict): it is
// deactivated instead. The main one is no row, so it is never found.
func (s *Service) DeleteBranch(ctx context.Context, a store.Actor, id string, version int) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.Branch(ctx, id)
		if err != nil {
			return err
		}
		if row.Version != int64(version) {
			return stale("esta sucursal", row.UpdatedBy, row.UpdatedAt, s.zone())
		}
		use, err := tx.BranchUse(ctx, id)
		switch {
		case err != nil:
			return err
		case use.Documents || use.Skips:
			return fail.New(fail.Conflict, "La sucursal "+row.Nombre+" ya tiene comprobantes o folios usados y no se elimina. Desactívala: no emite más y su historia se queda.")
		case use.Certificates:
			return fail.New(fail.Conflict, "La sucursal "+row.Nombre+" tiene un certificado propio. No se eliminó: primero dale otra sucursal en Certificados.")
		}
		if err := tx.DeleteBranch(ctx, id, row.Version); err != nil {
			return err
		}
		return audit(ctx, tx, a, "branch.delete", "branch/"+id, row, nil)
	})
}

// checkBranches looks at the branches of limits: each must be the company's.
func (s *Service) checkBranches(ctx context.Context, a store.Actor, ids []string, p *problems) {
	for _, id := range ids {
		if id == store.MainBranch {
			continue
		}
		if _, err := s.cfg.DB.View(a.Tenant).Branch(ctx, id); err != nil {
			p.err("Sucursales", "Una de las sucursales ya no existe.", "Elige entre las que hay.")
			return
		}
	}
}

// noSerie is in the place of the series of who is limited to branches without any.
const noSerie = "ninguna"

// narrow turns the branches that limits name into their series, against which billing
// holds documents.
func narrow(ctx context.Context, v *store.View, l store.Limits) (store.Limits, error) {
	if len(l.Sucursales) == 0 {
		return l, nil
	}
	rows, err := v.SeriesList(ctx)
	if err != nil {
		return l, err
	}
	var ids []string
	for _, r := range rows {
		if slices.Contains(l.Sucursales, r.Branch()) && (len(l.Series) == 0 || slices.Contains(l.Series, r.ID)) {
			ids = append(ids, r.ID)
		}
	}
	if ids == nil {
		ids = []string{noSerie}
	}
	l.Series = ids
	return l, nil
}
