package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/store"
)

// What the printed form is made of, for screens that do not draw it themselves.
type (
	Design = pdf.Design // one of Designs
	Part   = pdf.Part   // what may be left out
	Cuenta = pdf.Cuenta // a bank account
)

const (
	maxPapers     = 600 // scopes listed
	maxCuentas    = 5
	maxLegend     = 1000
	maxFoot       = 150
	MaxLogoUpload = pdf.MaxLogoBytes // bytes of a logo as it comes
)

// Designs lists the designs there are.
func Designs() []Design { return pdf.Designs }

// Parts lists what a design may leave out.
func Parts() []Part { return pdf.Parts }

// A Scope is what a design rules: receipts of a branch (store.MainBranch among them)
// and of a type. An empty field stands for all.
type Scope struct{ Sucursal, Tipo string }

// A Paper is how receipts of a scope are printed (manual §3.5). Field paths in errors
// are its names, and Cuentas[0].CLABE.
type Paper struct {
	Scope
	pdf.Paper
	Version int    // of the scope's own, 0 where it has none
	From    Scope  // whose design rules here
	Logo    string // digest of the logo that rules here, "" for none
	LogoOf  Scope  // whose logo it is
}

// Own reports whether the scope has a design of its own.
func (p Paper) Own() bool { return p.Version > 0 }

// OwnLogo reports whether the scope has a logo of its own.
func (p Paper) OwnLogo() bool { return p.Logo != "" && p.LogoOf == p.Scope }

// Papers lists the scopes with a design of their own.
func (s *Service) Papers(ctx context.Context, a store.Actor) ([]Scope, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).PaperScopes(ctx, maxPapers)
	if err != nil {
		return nil, err
	}
	list := make([]Scope, len(rows))
	for i, r := range rows {
		list[i] = Scope{r.BranchID, r.Tipo}
	}
	return list, nil
}

// Paper returns the design that rules a scope: its own or, the most particular first,
// that of its branch, of its type, of the company, or ours. fail.NotFound for a branch
// or a type that does not exist.
func (s *Service) Paper(ctx context.Context, a store.Actor, scope Scope) (Paper, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return Paper{}, err
	}
	v := s.cfg.DB.View(a.Tenant)
	if err := s.checkScope(ctx, v, scope); err != nil {
		return Paper{}, err
	}
	return paperOf(ctx, v, scope)
}

func paperOf(ctx context.Context, v *store.View, scope Scope) (Paper, error) {
	out := Paper{Scope: scope}
	row, err := v.Paper(ctx, scope.Sucursal, scope.Tipo)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return out, err
	}
	if out.Paper, err = pdf.ParsePaper(row.Settings); err != nil {
		return out, err
	}
	if out.From = (Scope{row.BranchID, row.Tipo}); out.From == scope {
		out.Version = int(row.Version)
	}
	logo, err := v.LogoDigest(ctx, scope.Sucursal, scope.Tipo)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return out, err
	}
	out.Logo, out.LogoOf = logo.SHA256, Scope{logo.BranchID, logo.Tipo}
	return out, nil
}

func (s *Service) checkScope(ctx context.Context, v *store.View, scope Scope) error {
	if _, ok := s.cfg.Catalog.TipoDeComprobante(scope.Tipo); !ok && scope.Tipo != "" {
		return fail.New(fail.NotFound, "Ese tipo de comprobante no existe.")
	}
	if scope.Sucursal == "" || scope.Sucursal == store.MainBranch {
		return nil
	}
	_, err := v.Branch(ctx, scope.Sucursal)
	return err
}

// SavePaper makes or changes the design of exactly in.Scope. Errors: fields by the
// names of [Paper]; [ErrStale]; fail.NotFound for a scope that does not exist.
func (s *Service) SavePaper(ctx context.Context, a store.Actor, in Paper) (Paper, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return Paper{}, err
	}
	if err := s.checkPaper(&in); err != nil {
		return Paper{}, err
	}
	row := store.PaperRow{
		BranchID: in.Sucursal, Tipo: in.Tipo, Settings: in.Paper.String(), Version: int64(in.Version) + 1, UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName,
	}
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := s.checkScope(ctx, &tx.View, in.Scope); err != nil {
			return err
		}
		before, err := s.ownPaper(ctx, tx, in.Scope, int64(in.Version))
		if err != nil {
			return err
		}
		if in.Version == 0 {
			if err := tx.InsertPaper(ctx, row); err != nil {
				return err
			}
			return audit(ctx, tx, a, "paper.save", paperObject(in.Scope), nil, in.Paper)
		}
		if err := tx.UpdatePaper(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "paper.save", paperObject(in.Scope), before, in.Paper)
	})
	if err != nil {
		return Paper{}, err
	}
	return paperOf(ctx, s.cfg.DB.View(a.Tenant), in.Scope)
}

// ownPaper reads the design of exactly this scope, which must be of that version.
func (s *Service) ownPaper(ctx context.Context, tx *store.Tx, scope Scope, version int64) (pdf.Paper, error) {
	row, err := tx.Paper(ctx, scope.Sucursal, scope.Tipo)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return pdf.Paper{}, err
	}
	if (Scope{row.BranchID, row.Tipo}) != scope {
		row = store.PaperRow{}
	}
	switch {
	case row.Version == version:
		return pdf.ParsePaper(row.Settings)
	case row.Version == 0:
		return pdf.Paper{}, fail.Wrap(fail.Conflict, "Alguien restauró este diseño mientras lo tenías abierto. No se guardó nada: ábrelo de nuevo.", ErrStale)
	}
	return pdf.Paper{}, stale("este diseño", row.UpdatedBy, row.UpdatedAt, s.zone())
}

func paperObject(scope Scope) string {
	return strings.TrimSuffix("paper/"+strings.Trim(scope.Sucursal+"/"+scope.Tipo, "/"), "/")
}

// RestorePaper forgets the design of exactly this scope, so that the next one above
// rules, and ours at the end. [ErrStale] when somebody else changed it since.
func (s *Service) RestorePaper(ctx context.Context, a store.Actor, scope Scope, version int) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		before, err := s.ownPaper(ctx, tx, scope, int64(version))
		if err != nil || version == 0 {
			return err
		}
		if err := tx.DeletePaper(ctx, scope.Sucursal, scope.Tipo); err != nil {
			return err
		}
		return audit(ctx, tx, a, "paper.restore", paperObject(scope), before, nil)
	})
}

// SaveLogo keeps a file as the logo of exactly this scope. What is no PNG or JPEG of
// at most MaxLogoUpload bytes is a field error on Logo; see [pdf.ReadLogo].
func (s *Service) SaveLogo(ctx context.Context, a store.Actor, scope Scope, file []byte) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	s.logos.Lock() // a large picture takes memory: one at a time
	png, err := pdf.ReadLogo(file)
	s.logos.Unlock()
	if fail.KindOf(err) == fail.Invalid {
		return fail.OnField("Logo", fail.MessageOf(err))
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(png)
	row := store.LogoRow{BranchID: scope.Sucursal, Tipo: scope.Tipo, PNG: png, SHA256: hex.EncodeToString(sum[:]), UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := s.checkScope(ctx, &tx.View, scope); err != nil {
			return err
		}
		if err := tx.PutLogo(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "paper.logo", paperObject(scope), nil, map[string]string{"sha256": row.SHA256})
	})
}

// RemoveLogo forgets the logo of exactly this scope; the one above rules then.
func (s *Service) RemoveLogo(ctx context.Context, a store.Actor, scope Scope) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := tx.DeleteLogo(ctx, scope.Sucursal, scope.Tipo); err != nil {
			return err
		}
		return audit(ctx, tx, a, "paper.logo", paperObject(scope), nil, map[string]string{"sha256": ""})
	})
}

// Logo returns the logo that rules a scope as PNG, and its digest; every member of the
// company sees it. fail.NotFound when there is none.
func (s *Service) Logo(ctx context.Context, a store.Actor, scope Scope) (png []byte, digest string, err error) {
	row, err := s.cfg.DB.View(a.Tenant).PaperLogo(ctx, scope.Sucursal, scope.Tipo)
	return row.PNG, row.SHA256, err
}

// LogoDigest names the logo of the company, "" for none: for who only links to it.
func (s *Service) LogoDigest(ctx context.Context, a store.Actor) (string, error) {
	row, err := s.cfg.DB.View(a.Tenant).LogoDigest(ctx, "", "")
	if fail.KindOf(err) == fail.NotFound {
		return "", nil
	}
	return row.SHA256, err
}

// PaperSample draws a sample receipt of the company as p would print it, saved or not:
// the first page as SVG, or the whole as PDF. Errors as [Service.SavePaper].
func (s *Service) PaperSample(ctx context.Context, a store.Actor, p Paper, asPDF bool) ([]byte, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return nil, err
	}
	if err := s.checkPaper(&p); err != nil {
		return nil, err
	}
	v := s.cfg.DB.View(a.Tenant)
	if err := s.checkScope(ctx, v, p.Scope); err != nil {
		return nil, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	o := pdf.Options{
		State: "timbrado", Test: true, NombreComercial: company.NombreComercial, Domicilio: company.Domicilio(), Telefono: company.Telefono, Correo: company.Correo, Web: company.Web,
		DomicilioReceptor: "Av. Reforma 100, Centro, Puebla, Pue.", Paper: p.Paper,
	}
	place := company.Lugar()
	if p.Sucursal != "" && p.Sucursal != store.MainBranch {
		branch, err := v.Branch(ctx, p.Sucursal)
		if err != nil {
			return nil, err
		}
		branch.Print(&o.Sucursal, &o.Telefono, &o.Correo)
		place = branch.CodigoPostal
	}
	if o.Logo, _, err = s.Logo(ctx, a, p.Scope); err != nil && fail.KindOf(err) != fail.NotFound {
		return nil, err
	}
	xml, err := pdf.Sample(cfdi.Emisor{Rfc: company.Rfc, Nombre: company.Nombre, RegimenFiscal: company.RegimenDefault}, place, p.Tipo)
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	if asPDF {
		return s.pdf.Document(xml, o)
	}
	return s.pdf.Picture(xml, o)
}

// checkPaper puts in into the form it is stored in.
func (s *Service) checkPaper(in *Paper) error {
	var p problems
	if in.Design == "" {
		in.Design = pdf.Clasica
	}
	if !slices.Contains(pdf.Designs, in.Design) {
		p.err("Design", "Elige uno de los cuatro diseños.", "")
	}
	if in.Color = strings.ToLower(strings.TrimSpace(in.Color)); !pdf.ValidColor(in.Color) {
		p.err("Color", "Escribe el color como #1d4f8f: un signo # y seis cifras.", "Déjalo vacío para usar el nuestro.")
	}
	in.Hide = slices.DeleteFunc(slices.Clone(pdf.Parts), func(x Part) bool { return !slices.Contains(in.Hide, x) })
	in.Leyenda = strings.TrimSpace(strings.ReplaceAll(in.Leyenda, "\r\n", "\n"))
	if n := len([]rune(in.Leyenda)); n > maxLegend {
		p.err("Leyenda", fmt.Sprintf("La leyenda es demasiado larga: caben %d caracteres y tiene %d.", maxLegend, n), "Acórtala.")
	}
	in.Pie = clean(in.Pie)
	p.text("Pie", "El pie de página", in.Pie, maxFoot)
	s.checkCuentas(in, &p)
	return p.result("El diseño no se guardó: revisa los campos marcados.")
}

func (s *Service) checkCuentas(in *Paper, p *problems) {
	kept := []Cuenta{}
	for _, c := range in.Cuentas {
		c.Banco, c.Numero, c.CLABE = clean(c.Banco), clean(c.Numero), strings.ReplaceAll(clean(c.CLABE), " ", "")
		if c.Moneda = strings.ToUpper(clean(c.Moneda)); c.Banco == "" && c.Numero == "" && c.CLABE == "" {
			continue
		}
		at := func(name string) string { return fmt.Sprintf("Cuentas[%d].%s", len(kept), name) }
		if c.Banco == "" {
			p.err(at("Banco"), "Falta el banco.", "")
		}
		p.text(at("Banco"), "El banco", c.Banco, 60)
		p.text(at("Numero"), "La cuenta", c.Numero, 30)
		if _, err := cfdi.ParseCLABE(c.CLABE); c.CLABE != "" && err != nil {
			p.err(at("CLABE"), err.Error(), "Cópiala de tu estado de cuenta.")
		}
		if c.Numero == "" && c.CLABE == "" {
			p.err(at("CLABE"), "Escribe la cuenta o la CLABE.", "")
		}
		if _, ok := s.cfg.Catalog.Moneda(c.Moneda); !ok && c.Moneda != "" {
			p.err(at("Moneda"), "Esa moneda no está en el catálogo.", "Por ejemplo: MXN.")
		}
		kept = append(kept, c)
	}
	if in.Cuentas = kept; len(kept) > maxCuentas {
		p.err("Cuentas", fmt.Sprintf("Caben %d cuentas.", maxCuentas), "Quita una.")
	}
	if len(kept) == 0 {
		in.Cuentas = nil
	}
}
