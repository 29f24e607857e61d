package directory

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// MostMails is how many addresses a customer may have.
const MostMails = 20

// What the rules force on a receptor with a generic RFC (CFDI40149, CFDI40159;
// cfdi-rules §5.1, §5.2).
const (
	sinRegimen = "616"
	sinEfectos = "S01"
)

func generic(rfc string) bool { return rfc == cfdi.RfcPublico || rfc == cfdi.RfcExtranjero }

// checkCustomer puts c into the form it is stored in and reports what is wrong
// or odd. place is the company's place of issue, "" while it has none.
func (s *Service) checkCustomer(c *Customer, place string, p *problems) {
	c.trim()
	known := s.checkIdentity(c, p)
	switch {
	case generic(c.Rfc):
		forceGeneric(c, place, p)
	case known: // without a readable RFC, whose regime and use cannot be told
		s.checkFiscal(c, p)
	default:
		s.checkPostal(c, p)
	}
	s.checkForeign(c, p)
	s.checkTerms(c, p)
	checkCredit(c, p)
	checkMails(c, p)
	p.text("Telefono", c.Telefono, 30)
	p.text("Contacto", c.Contacto, 120)
	s.checkAddress(c, p)
	p.text("Notas", c.Notas, 1000)
	p.text("Clave", c.Clave, 50)
	p.line("CondicionesDePago", c.CondicionesDePago, 1000)
	p.line("Serie", c.Serie, 25)
}

// trim removes outer and doubled blanks and upper-cases keys.
func (c *Customer) trim() {
	for _, f := range []*string{&c.Nombre, &c.Telefono, &c.Contacto, &c.Clave, &c.CondicionesDePago, &c.NumRegIdTrib} {
		*f = clean(*f)
	}
	for _, f := range []*string{&c.Rfc, &c.CodigoPostal, &c.RegimenFiscal, &c.UsoCFDI, &c.ResidenciaFiscal, &c.FormaPago, &c.MetodoPago, &c.Moneda, &c.Serie} {
		*f = strings.ToUpper(strings.TrimSpace(*f))
	}
	for _, f := range c.addressParts() {
		*f.value = clean(*f.value)
	}
	c.Pais, c.Notas = strings.ToUpper(c.Pais), strings.TrimSpace(c.Notas)
}

// checkIdentity looks at RFC and name, and writes the name as the Constancia
// does. It reports whether the RFC can be read.
func (s *Service) checkIdentity(c *Customer, p *problems) bool {
	rfc, err := cfdi.ParseRFC(c.Rfc)
	switch {
	case c.Rfc == "":
		p.err("Rfc", "Falta el RFC.", "Escríbelo como en la Constancia de Situación Fiscal; para público en general usa XAXX010101000.")
	case err != nil || c.Rfc == cfdi.RfcTercero:
		p.err("Rfc", "El RFC no tiene la forma correcta: son 12 o 13 letras y números, con una fecha que exista.", "Cópialo de la Constancia de Situación Fiscal.")
	case !rfc.Digito:
		p.warn("Rfc", "El último dígito del RFC no concuerda con los demás.", "Compáralo con la Constancia; si así dice, está bien.")
	}
	typed := c.Nombre
	var changes []string
	c.Nombre, changes = cfdi.NormalizeNombre(typed)
	switch {
	case c.Nombre == "":
		p.err("Nombre", "Falta el nombre o razón social.", "Escríbelo como en la Constancia de Situación Fiscal.")
	case len(changes) > 0:
		p.warn("Nombre", fmt.Sprintf("Guardamos %s: %s.", c.Nombre, strings.Join(changes, ", ")), "Compáralo con la Constancia de Situación Fiscal.")
	}
	p.line("Nombre", c.Nombre, 254)
	if c.Nombre == "PUBLICO EN GENERAL" && c.Rfc != cfdi.RfcPublico && c.Rfc != "" {
		p.err("Nombre", "PUBLICO EN GENERAL va solo con el RFC XAXX010101000 (CFDI40146).", "Cambia el RFC o escribe el nombre de tu cliente.")
	}
	return err == nil
}

// forceGeneric writes what a generic RFC demands over what was typed.
func forceGeneric(c *Customer, place string, p *problems) {
	for _, f := range []struct {
		path  string
		value *string
		must  string
	}{{"RegimenFiscal", &c.RegimenFiscal, sinRegimen}, {"UsoCFDI", &c.UsoCFDI, sinEfectos}, {"CodigoPostal", &c.CodigoPostal, place}} {
		if *f.value != f.must && *f.value != "" {
			p.warn(f.path, fmt.Sprintf("Con el RFC genérico %s el SAT pide %s.", c.Rfc, orPlace(f.must)), "Lo pusimos por ti.")
		}
		*f.value = f.must
	}
}

func orPlace(s string) string {
	if s == "" {
		return "el código postal de tu lugar de expedición"
	}
	return s
}

// checkPostal looks at the postal code, and at a regime nobody chose: both can be
// told whatever the RFC.
func (s *Service) checkPostal(c *Customer, p *problems) {
	if c.RegimenFiscal == "" {
		p.err("RegimenFiscal", "Falta el régimen fiscal.", "Elige el que dice la Constancia.")
	}
	if c.CodigoPostal == "" {
		p.err("CodigoPostal", "Falta el código postal fiscal.", "Es el de la Constancia, no el de entrega.")
	} else if _, ok := s.cfg.Catalog.CodigoPostal(c.CodigoPostal); !ok || c.CodigoPostal == "00000" {
		p.err("CodigoPostal", "Ese código postal no existe en el catálogo del SAT.", "Escribe los cinco dígitos de la Constancia.")
	}
}

// checkFiscal looks at postal code, regime and use of a receptor with an RFC of its own.
func (s *Service) checkFiscal(c *Customer, p *problems) {
	moral := len([]rune(c.Rfc)) == 12
	s.checkPostal(c, p)
	if c.RegimenFiscal == "" {
		return
	}
	regimen, ok := s.cfg.Catalog.RegimenFiscal(c.RegimenFiscal)
	switch {
	case !ok:
		p.err("RegimenFiscal", "Ese régimen fiscal no existe (CFDI40157).", "Elige uno de la lista.")
	case moral && !regimen.Moral, !moral && !regimen.Fisica:
		p.err("RegimenFiscal", fmt.Sprintf("El régimen %s no es de %s (CFDI40158).", c.RegimenFiscal, person(moral)), "Elige el que dice la Constancia.")
	}
	s.checkUse(c, moral, p)
}

func (s *Service) checkUse(c *Customer, moral bool, p *problems) {
	uso, ok := s.cfg.Catalog.UsoCFDI(c.UsoCFDI)
	switch {
	case c.UsoCFDI == "":
		p.err("UsoCFDI", "Falta el uso del CFDI.", "Si no lo sabes, G03 (gastos en general) es el más común.")
	case !ok:
		p.err("UsoCFDI", "Ese uso de CFDI no existe (CFDI40160).", "Elige uno de la lista.")
	case moral && !uso.Moral, !moral && !uso.Fisica:
		p.err("UsoCFDI", fmt.Sprintf("El uso %s no es de %s (CFDI40161).", c.UsoCFDI, person(moral)), "Elige otro uso de la lista.")
	case !uso.Admits(c.RegimenFiscal):
		p.err("UsoCFDI", fmt.Sprintf("El uso %s no va con el régimen %s (CFDI40161).", c.UsoCFDI, c.RegimenFiscal), "Elige otro uso; S01 (sin efectos fiscales) va con casi todos.")
	}
}

func person(moral bool) string {
	if moral {
		return "persona moral"
	}
	return "persona física"
}

// checkForeign looks at residence and tax number, which only a foreign customer has.
func (s *Service) checkForeign(c *Customer, p *problems) {
	if c.Rfc != cfdi.RfcExtranjero {
		if c.ResidenciaFiscal != "" {
			p.err("ResidenciaFiscal", "La residencia fiscal va solo con el RFC XEXX010101000 (CFDI40151).", "Déjala vacía.")
		}
		if c.NumRegIdTrib != "" {
			p.err("NumRegIdTrib", "El registro tributario del extranjero va solo con el RFC XEXX010101000 (CFDI40154).", "Déjalo vacío.")
		}
		return
	}
	pais, ok := s.cfg.Catalog.Pais(c.ResidenciaFiscal)
	switch {
	case c.ResidenciaFiscal == "MEX":
		p.err("ResidenciaFiscal", "Un cliente extranjero no puede residir en México (CFDI40152).", "Elige su país.")
	case c.ResidenciaFiscal != "" && !ok:
		p.err("ResidenciaFiscal", "Ese país no está en el catálogo del SAT (CFDI40150).", "Elige uno de la lista, por ejemplo USA.")
	case c.ResidenciaFiscal == "" && c.NumRegIdTrib != "":
		p.err("ResidenciaFiscal", "Con registro tributario hace falta el país de residencia (CFDI40153).", "Elige el país de tu cliente.")
	case c.NumRegIdTrib != "" && !matchesWhole(pais.IdentidadTributaria, c.NumRegIdTrib):
		p.err("NumRegIdTrib", "El registro tributario no tiene la forma de "+pais.Texto+" (CFDI40156).", "Revísalo con tu cliente.")
	}
	if c.NumRegIdTrib != "" {
		p.line("NumRegIdTrib", c.NumRegIdTrib, 40)
	}
}

// matchesWhole reports whether value has the pattern of the catalogue; one
// that is empty or that Go cannot read asks for nothing.
func matchesWhole(pattern, value string) bool {
	if pattern == "" {
		return true
	}
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	return err != nil || re.MatchString(value)
}

// checkTerms looks at what pre-fills a receipt.
func (s *Service) checkTerms(c *Customer, p *problems) {
	if _, ok := s.cfg.Catalog.FormaPago(c.FormaPago); c.FormaPago != "" && !ok {
		p.err("FormaPago", "Esa forma de pago no existe.", "Elige una de la lista o déjala vacía.")
	}
	if _, ok := s.cfg.Catalog.MetodoPago(c.MetodoPago); c.MetodoPago != "" && !ok {
		p.err("MetodoPago", "Ese método de pago no existe.", "Elige PUE o PPD, o déjalo vacío.")
	}
	if c.MetodoPago == "PPD" && c.FormaPago != "" && c.FormaPago != "99" {
		p.err("FormaPago", "Con pago en parcialidades o diferido (PPD) la forma de pago es 99, por definir.", "Elige 99 o cambia el método a PUE.")
	}
	if _, ok := s.cfg.Catalog.Moneda(c.Moneda); c.Moneda != "" && (!ok || c.Moneda == "XXX") {
		p.err("Moneda", "Esa moneda no sirve para facturar.", "Elige una de la lista, por ejemplo MXN o USD.")
	}
}

// mostDays is the longest credit in days.
const mostDays = 999

// checkCredit looks at the days and the limit of credit.
func checkCredit(c *Customer, p *problems) {
	if c.DiasCredito < 0 || c.DiasCredito > mostDays {
		p.err("DiasCredito", fmt.Sprintf("Los días de crédito van de 0 a %d.", mostDays), "Déjalo vacío si te paga al momento.")
	}
	_, err := c.LimiteCredito.Micros()
	switch {
	case c.LimiteCredito.IsZero():
	case c.LimiteCredito.Sign() < 0:
		p.err("LimiteCredito", "El límite de crédito no puede ser negativo.", "Déjalo vacío si no tiene límite.")
	case err != nil:
		p.err("LimiteCredito", "El límite de crédito admite hasta seis decimales y menos de un billón.", "Redondéalo.")
	}
}

// checkSerie warns of a series that numbers no invoices: they begin with the default one.
func (s *Service) checkSerie(ctx context.Context, a store.Actor, c Customer, p *problems) error {
	if c.Serie == "" {
		return nil
	}
	active, err := activeSeries(ctx, s.cfg.DB.View(a.Tenant))
	warnSerie(c, active, p)
	return err
}

func warnSerie(c Customer, active []string, p *problems) {
	if c.Serie != "" && !slices.Contains(active, c.Serie) {
		p.warn("Serie", "No hay una serie de facturas activa «"+c.Serie+"».", "Mientras no la haya, sus facturas empiezan con la predeterminada.")
	}
}

// InvoiceSeries lists the names of the series that number invoices, of which a customer
// may have one.
func (s *Service) InvoiceSeries(ctx context.Context, a store.Actor) ([]string, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return nil, err
	}
	return activeSeries(ctx, s.cfg.DB.View(a.Tenant))
}

// activeSeries are the names of the series that number invoices.
func activeSeries(ctx context.Context, v *store.View) ([]string, error) {
	rows, err := v.SeriesList(ctx)
	var names []string
	for _, r := range rows {
		if r.Activa && r.TipoDeComprobante == "I" && r.Serie != "" {
			names = append(names, r.Serie)
		}
	}
	return names, err
}

// checkMails cleans the addresses, drops empty lines and repeats.
func checkMails(c *Customer, p *problems) {
	kept := []Correo{}
	seen := map[string]bool{}
	for i, m := range c.Correos {
		if strings.Trim(m.Direccion, " ") == "" {
			continue
		}
		address, err := send.ParseAddress(m.Direccion)
		if err != nil {
			p.err(fmt.Sprintf("Correos[%d]", i), "El correo "+strings.TrimSpace(m.Direccion)+" no tiene forma válida.", "Escríbelo como nombre@empresa.mx, uno por renglón.")
			kept = append(kept, m)
			continue
		}
		if !seen[strings.ToLower(address)] {
			kept = append(kept, Correo{Direccion: address, Copia: m.Copia})
		}
		seen[strings.ToLower(address)] = true
	}
	if len(kept) > MostMails {
		p.err("Correos", fmt.Sprintf("Caben %d correos por cliente.", MostMails), "Deja los que de verdad reciben facturas.")
	}
	c.Correos = kept
}
