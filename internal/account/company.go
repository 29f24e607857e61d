package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// Company returns the data of the actor's company.
func (s *Service) Company(ctx context.Context, a store.Actor) (Company, error) {
	if err := a.Require(store.RightView); err != nil {
		return Company{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return Company{}, err
	}
	return companyOf(row)
}

// SaveCompany checks and stores c and returns it as stored, with what was
// changed or looks odd as warnings. Field paths are the names of [Company]. It
// affects future receipts only. [ErrStale] when somebody else saved in between.
func (s *Service) SaveCompany(ctx context.Context, a store.Actor, c Company) (Company, []cfdi.Finding, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return Company{}, nil, err
	}
	current, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return Company{}, nil, err
	}
	c.Rfc = current.Rfc
	var p problems
	s.checkCompany(&c, &p)
	if err := p.result("No se guardaron los datos de la empresa: revisa los campos marcados."); err != nil {
		return Company{}, p.warnings, err
	}
	var saved Company
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		saved, err = s.writeCompany(ctx, tx, a, c)
		return err
	})
	return saved, p.warnings, err
}

// writeCompany stores c over the version it was read at, the name of the
// tenant, and the place of issue where generic customers carry it.
func (s *Service) writeCompany(ctx context.Context, tx *store.GlobalTx, a store.Actor, c Company) (Company, error) {
	own := tx.For(a.Tenant)
	before, err := own.CompanyForUpdate(ctx)
	if err != nil {
		return Company{}, err
	}
	if before.Version != int64(c.Version) {
		return Company{}, stale("los datos de la empresa", before.UpdatedBy, before.UpdatedAt, s.zone())
	}
	row := before
	row.Version, row.UpdatedAt, row.UpdatedBy = before.Version+1, store.Micros(s.now()), a.UserName
	if err := c.into(&row); err != nil {
		return Company{}, err
	}
	if err := own.UpdateCompany(ctx, row); err != nil {
		return Company{}, err
	}
	if err := tx.SetTenantName(ctx, a.Tenant.ID(), row.Nombre); err != nil {
		return Company{}, err
	}
	if before.LugarExpedicion != row.LugarExpedicion {
		if err := own.MoveGenericCustomers(ctx, row.LugarExpedicion); err != nil {
			return Company{}, err
		}
	}
	if err := audit(ctx, own, a, "company.save", "company", before, row); err != nil {
		return Company{}, err
	}
	return companyOf(row)
}

// checkCompany puts c into the form it is stored in and reports what is wrong or odd.
func (s *Service) checkCompany(c *Company, p *problems) {
	c.trim()
	s.checkName(c, p)
	s.checkRegimenes(c, p)
	s.checkPlaces(c, p)
	if c.Curp != "" && c.Moral() {
		p.err("Curp", "Una persona moral no tiene CURP.", "Deja el campo vacío.")
	} else if _, err := cfdi.ParseCURP(c.Curp); c.Curp != "" && err != nil {
		p.err("Curp", err.Error(), "Cópiala de tu constancia de CURP.")
	}
	if c.Correo != "" {
		address, err := send.ParseAddress(c.Correo)
		if err != nil {
			p.err("Correo", fail.MessageOf(err), "")
		} else {
			c.Correo = address
		}
	}
	if c.Web != "" && !webAddress(c.Web) {
		p.err("Web", "La página no tiene forma de dirección web.", "Escríbela como empresa.mx o https://empresa.mx.")
	}
	for _, f := range []struct {
		path, what, value string
		longest           int
	}{
		{"NombreComercial", "El nombre comercial", c.NombreComercial, 254},
		{"Calle", "La calle", c.Calle, 200},
		{"NoExterior", "El número exterior", c.NoExterior, 55},
		{"NoInterior", "El número interior", c.NoInterior, 55},
		{"Colonia", "La colonia", c.Colonia, 120},
		{"Localidad", "La localidad", c.Localidad, 120},
		{"Referencia", "La referencia", c.Referencia, 250},
		{"Municipio", "El municipio", c.Municipio, 120},
		{"Estado", "El estado", c.Estado, 60},
		{"Contacto", "El contacto", c.Contacto, 120},
		{"Telefono", "El teléfono", c.Telefono, 30},
	} {
		p.text(f.path, f.what, f.value, f.longest)
	}
}

// trim removes outer and doubled blanks and upper-cases keys.
func (c *Company) trim() {
	for _, f := range []*string{
		&c.NombreComercial, &c.Calle, &c.NoExterior, &c.NoInterior, &c.Colonia, &c.Localidad, &c.Referencia,
		&c.Municipio, &c.Estado, &c.Contacto, &c.Telefono, &c.Web,
	} {
		*f = clean(*f)
	}
	for _, f := range []*string{&c.RegimenDefault, &c.CodigoPostal, &c.LugarExpedicion, &c.Pais, &c.Curp} {
		*f = strings.ToUpper(strings.TrimSpace(*f))
	}
	if c.Pais == "" {
		c.Pais = "MEX"
	}
	if c.LugarExpedicion == "" {
		c.LugarExpedicion = c.CodigoPostal
	}
}

// checkName writes the legal name as the Constancia does (CFDI40139).
func (s *Service) checkName(c *Company, p *problems) {
	var changes []string
	c.Nombre, changes = cfdi.NormalizeNombre(c.Nombre)
	switch {
	case c.Nombre == "":
		p.err("Nombre", "Falta el nombre o razón social.", "Escríbelo como en la Constancia de Situación Fiscal.")
	case len(changes) > 0:
		p.warn("Nombre", fmt.Sprintf("Guardamos %s: %s.", c.Nombre, strings.Join(changes, ", ")), "Compáralo con la Constancia de Situación Fiscal.")
	}
	p.text("Nombre", "El nombre", c.Nombre, 254)
}

// checkRegimenes wants at least one regime of the company's kind of person,
// one of them the default (CFDI40140, CFDI40141).
func (s *Service) checkRegimenes(c *Company, p *problems) {
	kept := []string{}
	for _, k := range c.Regimenes {
		k = strings.TrimSpace(k)
		row, ok := s.cfg.Catalog.RegimenFiscal(k)
		switch {
		case k == "" || slices.Contains(kept, k):
			continue
		case !ok:
			p.err("Regimenes", "El régimen "+k+" no existe (CFDI40140).", "Elige los de la lista.")
		case c.Moral() && !row.Moral, !c.Moral() && !row.Fisica:
			p.err("Regimenes", "El régimen "+k+" ("+row.Texto+") no es de tu tipo de persona (CFDI40141).", "Elige los que dice tu Constancia.")
		}
		kept = append(kept, k)
	}
	c.Regimenes = kept
	switch {
	case len(kept) == 0:
		p.err("Regimenes", "Falta el régimen fiscal.", "Elige el que dice tu Constancia; puede ser más de uno.")
	case c.RegimenDefault == "":
		c.RegimenDefault = kept[0]
	case !slices.Contains(kept, c.RegimenDefault):
		p.err("RegimenDefault", "El régimen predeterminado no está entre los elegidos.", "Elige uno de los de la empresa.")
	}
}

// checkPlaces looks at the postal codes and fills the state they lie in.
func (s *Service) checkPlaces(c *Company, p *problems) {
	if c.CodigoPostal == "" {
		p.err("CodigoPostal", "Falta el código postal fiscal.", "Es el de tu Constancia de Situación Fiscal.")
	} else {
		s.checkPostal("CodigoPostal", c.CodigoPostal, p)
	}
	if c.LugarExpedicion != "" && c.LugarExpedicion != c.CodigoPostal {
		s.checkPostal("LugarExpedicion", c.LugarExpedicion, p)
	}
	if _, ok := s.cfg.Catalog.Pais(c.Pais); !ok {
		p.err("Pais", "Ese país no está en el catálogo del SAT.", "Elige uno de la lista; México es MEX.")
	}
	if c.Pais == "MEX" {
		s.checkState(c.CodigoPostal, &c.Estado, p)
		s.fillMunicipio(c.CodigoPostal, c.Calle, c.Colonia, &c.Municipio)
	}
	s.checkBorder(c.LugarExpedicion, c.Frontera, p)
}

func (s *Service) checkPostal(path, cp string, p *problems) {
	if _, ok := s.cfg.Catalog.CodigoPostal(cp); !ok || cp == "00000" {
		p.err(path, "El código postal "+cp+" no existe en el catálogo del SAT.", "Escribe sus cinco dígitos.")
	}
}

// webAddress reports whether s is a web address with or without its scheme.
func webAddress(s string) bool {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Hostname(), ".") &&
		u.User == nil && len(s) <= 200 && !strings.ContainsAny(s, " \"<>|")
}

// into writes the fields of the form into row.
func (c Company) into(row *store.CompanyRow) error {
	regimenes, err := json.Marshal(c.Regimenes)
	if err != nil {
		return fmt.Errorf("company regimes: %w", err)
	}
	row.Nombre, row.NombreComercial, row.Regimenes, row.RegimenDefault = c.Nombre, c.NombreComercial, string(regimenes), c.RegimenDefault
	row.CodigoPostal, row.Calle, row.NoExterior, row.NoInterior, row.Colonia = c.CodigoPostal, c.Calle, c.NoExterior, c.NoInterior, c.Colonia
	row.Localidad, row.Referencia, row.Municipio, row.Estado, row.Pais = c.Localidad, c.Referencia, c.Municipio, c.Estado, c.Pais
	row.Curp, row.Contacto, row.Telefono, row.Correo, row.Web = c.Curp, c.Contacto, c.Telefono, c.Correo, c.Web
	row.LugarExpedicion, row.Frontera = c.LugarExpedicion, c.Frontera
	return nil
}

func companyOf(r store.CompanyRow) (Company, error) {
	c := Company{
		Rfc: r.Rfc, Nombre: r.Nombre, NombreComercial: r.NombreComercial, RegimenDefault: r.RegimenDefault, CodigoPostal: r.CodigoPostal,
		Calle: r.Calle, NoExterior: r.NoExterior, NoInterior: r.NoInterior, Colonia: r.Colonia, Localidad: r.Localidad,
		Referencia: r.Referencia, Municipio: r.Municipio, Estado: r.Estado, Pais: r.Pais, Curp: r.Curp, Contacto: r.Contacto,
		Telefono: r.Telefono, Correo: r.Correo, Web: r.Web, LugarExpedicion: r.LugarExpedicion, Frontera: r.Frontera, Version: int(r.Version),
		UpdatedAt: store.FromMicros(r.UpdatedAt), UpdatedBy: r.UpdatedBy,
	}
	if err := json.Unmarshal([]byte(r.Regimenes), &c.Regimenes); err != nil {
		return c, fmt.Errorf("company regimes: %w", err)
	}
	return c, nil
}
