package directory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// mostTaxes bounds how many taxes a company keeps.
const mostTaxes = 200

// An Impuesto is one tax the company works with (manual §3.2): what forms offer and
// new products begin with. Field paths in errors are the names below.
type Impuesto struct {
	ID             string
	Nombre         string          // as forms show it; of a local one, as the receipt names it
	Impuesto       string          // 001 ISR, 002 IVA, 003 IEPS; "" = local
	Retencion      bool            // else it is transferred
	TipoFactor     string          // Tasa, Cuota, Exento
	Valor          decimal.Decimal // fraction (0.160000), or pesos a unit of a Cuota; absent of Exento
	Activo         bool            // forms offer it
	Predeterminado bool            // new products bear it
	EnUso          bool            // a product, customer or receipt bore it: it is only switched off; read-only
	Version        int
	UpdatedAt      time.Time
	UpdatedBy      string
	Unread         []fail.Field // what was typed and is no number; nothing is saved while there is any
}

// Local reports whether it goes into the complement of local taxes.
func (x Impuesto) Local() bool { return x.Impuesto == "" }

// Tax is the tax as a product has it.
func (x Impuesto) Tax() Tax {
	return Tax{Impuesto: x.Impuesto, TipoFactor: x.TipoFactor, TasaOCuota: x.Valor}
}

// commonTaxes are what a company begins with: those of manual §3.2 whose rate the law
// fixes for the whole country. A local one it writes itself.
func commonTaxes() []Impuesto {
	type seed struct {
		id, nombre, impuesto string
		retencion            bool
		valor                string // "" = Exento
	}
	var list []Impuesto
	for _, x := range []seed{
		{"iva-16", "IVA 16 %", iva, false, "0.160000"},
		{"iva-8", "IVA 8 % región fronteriza", iva, false, "0.080000"},
		{"iva-0", "IVA 0 %", iva, false, "0.000000"},
		{"iva-exento", "IVA exento", iva, false, ""},
		{"ret-iva-10.6667", "Retención de IVA 10.6667 %", iva, true, "0.106667"},
		{"ret-iva-4", "Retención de IVA 4 % (autotransporte)", iva, true, "0.040000"},
		{"ret-iva-16", "Retención de IVA 16 % (desperdicios)", iva, true, "0.160000"},
		{"ret-iva-5.3333", "Retención de IVA 5.3333 % (frontera)", iva, true, "0.053333"},
		{"ret-isr-10", "Retención de ISR 10 %", isr, true, "0.100000"},
		{"ret-isr-1.25", "Retención de ISR 1.25 % (RESICO)", isr, true, "0.012500"},
		{"ieps-8", "IEPS 8 %", ieps, false, "0.080000"},
		{"ieps-26.5", "IEPS 26.5 %", ieps, false, "0.265000"},
		{"ieps-30", "IEPS 30 %", ieps, false, "0.300000"},
		{"ieps-53", "IEPS 53 %", ieps, false, "0.530000"},
	} {
		tax := Impuesto{ID: x.id, Nombre: x.nombre, Impuesto: x.impuesto, Retencion: x.retencion, TipoFactor: "Exento", Activo: true, Predeterminado: x.id == "iva-16"}
		if x.valor != "" {
			tax.TipoFactor, tax.Valor = "Tasa", decimal.MustParse(x.valor)
		}
		list = append(list, tax)
	}
	return list
}

// Impuestos lists the taxes of the company: by key, transferred before withheld, by rate.
func (s *Service) Impuestos(ctx context.Context, a store.Actor) ([]Impuesto, error) {
	if err := a.Require(store.RightSeeConfig, store.RightSeeProducts, store.RightSeeCustomers, store.RightReceipts); err != nil {
		return nil, err
	}
	return taxesIn(ctx, s.cfg.DB.View(a.Tenant))
}

// taxesIn reads the taxes; of a company that never changed any, the common ones.
func taxesIn(ctx context.Context, v *store.View) ([]Impuesto, error) {
	rows, err := v.Taxes(ctx, mostTaxes)
	if err != nil {
		return nil, err
	}
	used, err := v.TaxUses(ctx, 10*mostTaxes)
	if err != nil {
		return nil, err
	}
	list := commonTaxes()
	if len(rows) > 0 {
		list = make([]Impuesto, len(rows))
	}
	for i, r := range rows {
		if list[i], err = taxOf(r); err != nil {
			return nil, err
		}
	}
	for i, x := range list {
		list[i].EnUso = slices.Contains(used, x.row().Use())
	}
	order := map[string]int{iva: 0, isr: 1, ieps: 2, "": 3}
	slices.SortStableFunc(list, func(a, b Impuesto) int {
		return cmp.Or(cmp.Compare(order[a.Impuesto], order[b.Impuesto]), boolOrder(a.Retencion, b.Retencion), boolOrder(a.Valor.IsZero(), b.Valor.IsZero()),
			b.Valor.Cmp(a.Valor), strings.Compare(a.Nombre, b.Nombre))
	})
	return list, nil
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Impuesto returns one tax of the company; fail.NotFound for one that is not.
func (s *Service) Impuesto(ctx context.Context, a store.Actor, id string) (Impuesto, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return Impuesto{}, err
	}
	list, err := taxesIn(ctx, s.cfg.DB.View(a.Tenant))
	if err != nil {
		return Impuesto{}, err
	}
	return taxNamed(list, id)
}

func taxNamed(list []Impuesto, id string) (Impuesto, error) {
	i := slices.IndexFunc(list, func(x Impuesto) bool { return x.ID == id })
	if i < 0 {
		return Impuesto{}, store.Absent()
	}
	return list[i], nil
}

// SaveImpuesto makes (ID empty) or changes a tax. One that a product or a receipt
// bore keeps its kind and rate, which those carry on their own: only its name and
// marks change, of a local one not even the name. Errors: fields by the names of
// [Impuesto]; fail.NotFound; fail.Conflict for a version that is not the stored one
// and beyond two hundred.
func (s *Service) SaveImpuesto(ctx context.Context, a store.Actor, in Impuesto) (Impuesto, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return Impuesto{}, err
	}
	var p problems
	s.checkImpuesto(&in, &p)
	p.unread(in.Unread)
	if err := p.result("el impuesto"); err != nil {
		return Impuesto{}, err
	}
	var saved Impuesto
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		list, err := s.taxesForUpdate(ctx, tx, a)
		if err != nil {
			return err
		}
		saved, err = s.writeImpuesto(ctx, tx, a, list, in)
		return err
	})
	return saved, err
}

// taxesForUpdate lists the taxes of a company that is about to change one: the common
// ones become rows of its own the first time.
func (s *Service) taxesForUpdate(ctx context.Context, tx *store.Tx, a store.Actor) ([]Impuesto, error) {
	list, err := taxesIn(ctx, &tx.View)
	if err != nil || slices.ContainsFunc(list, func(x Impuesto) bool { return x.Version > 0 }) {
		return list, err
	}
	for i := range list {
		list[i].Version = 1
		row := list[i].row()
		row.UpdatedAt = store.Micros(tx.Now())
		if err := tx.InsertTax(ctx, row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) writeImpuesto(ctx context.Context, tx *store.Tx, a store.Actor, list []Impuesto, in Impuesto) (Impuesto, error) {
	row := in.row()
	row.UpdatedAt, row.UpdatedBy = store.Micros(tx.Now()), a.UserName
	for _, x := range list {
		switch other := x.row(); {
		case x.ID == in.ID:
		case other.NombreFold == row.NombreFold:
			return Impuesto{}, fail.OnField("Nombre", "Ya tienes un impuesto con ese nombre. No se guardó nada: elige otro.")
		case other.Use() == row.Use():
			return Impuesto{}, fail.OnField("Valor", "Ese impuesto ya está en tu lista: "+x.Nombre+". No se guardó nada.")
		}
	}
	if err := clearDefaults(ctx, tx, a, list, in); err != nil {
		return Impuesto{}, err
	}
	if in.ID == "" {
		if len(list) >= mostTaxes {
			return Impuesto{}, fail.New(fail.Conflict, "Caben 200 impuestos. No se guardó nada: elimina uno que no uses.")
		}
		row.ID, row.Version = s.cfg.NewID(), 1
		if err := tx.InsertTax(ctx, row); err != nil {
			return Impuesto{}, err
		}
		if err := audit(ctx, tx, a, "tax.save", "tax/"+row.ID, nil, row); err != nil {
			return Impuesto{}, err
		}
		return taxOf(row)
	}
	old, err := taxNamed(list, in.ID)
	if err != nil {
		return Impuesto{}, err
	}
	before := old.row()
	if old.Version != max(in.Version, 1) { // version 0 is a common one, as it is before anybody changes any
		return Impuesto{}, stale("este impuesto", old.UpdatedBy, store.Micros(old.UpdatedAt), s.zone())
	}
	if old.EnUso && before.Use() != row.Use() {
		return Impuesto{}, fail.OnField("Valor", "Ya hay productos, clientes o comprobantes con este impuesto: su tipo y su tasa no cambian. Apágalo y haz otro.")
	}
	row.Version = before.Version + 1
	if err := tx.UpdateTax(ctx, row); err != nil {
		return Impuesto{}, err
	}
	if err := audit(ctx, tx, a, "tax.save", "tax/"+row.ID, before, row); err != nil {
		return Impuesto{}, err
	}
	return taxOf(row)
}

// clearDefaults takes the mark from the default that in replaces: of each key and
// side there is at most one.
func clearDefaults(ctx context.Context, tx *store.Tx, a store.Actor, list []Impuesto, in Impuesto) error {
	if !in.Predeterminado || in.Local() {
		return nil
	}
	for i, x := range list {
		if x.ID == in.ID || !x.Predeterminado || x.Impuesto != in.Impuesto || x.Retencion != in.Retencion {
			continue
		}
		before := x.row()
		row := before
		row.Predeterminado, row.Version, row.UpdatedAt, row.UpdatedBy = false, row.Version+1, store.Micros(tx.Now()), a.UserName
		if err := tx.UpdateTax(ctx, row); err != nil {
			return err
		}
		list[i].Predeterminado, list[i].Version = false, int(row.Version)
		if err := audit(ctx, tx, a, "tax.save", "tax/"+row.ID, before, row); err != nil {
			return err
		}
	}
	return nil
}

// DeleteImpuesto forgets a tax that nothing ever bore. Errors: fail.NotFound;
// fail.Conflict for one in use, which is only switched off.
func (s *Service) DeleteImpuesto(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		list, err := s.taxesForUpdate(ctx, tx, a)
		if err != nil {
			return err
		}
		x, err := taxNamed(list, id)
		switch {
		case err != nil:
			return err
		case x.EnUso:
			return fail.New(fail.Conflict, "Ya hay productos, clientes o comprobantes con «"+x.Nombre+"»: no se elimina. Apágalo y dejará de ofrecerse.")
		case len(list) == 1:
			return fail.New(fail.Conflict, "Es el único impuesto de tu lista. No se eliminó: apágalo si no lo usas.")
		}
		row := x.row()
		if err := tx.DeleteTax(ctx, id, row.Version); err != nil {
			return err
		}
		return audit(ctx, tx, a, "tax.delete", "tax/"+id, row, nil)
	})
}

// checkImpuesto puts in into the form it is stored in.
func (s *Service) checkImpuesto(in *Impuesto, p *problems) {
	in.Nombre = clean(in.Nombre)
	if in.Nombre == "" {
		p.err("Nombre", "Falta el nombre.", "Por ejemplo: IVA 16 %.")
	}
	p.line("Nombre", in.Nombre, 60)
	if in.Predeterminado && !in.Activo {
		p.err("Predeterminado", "Uno apagado no puede ser el predeterminado.", "Enciéndelo o quita la marca.")
	}
	if in.TipoFactor == "Exento" {
		in.Valor = decimal.Decimal{}
	} else if !in.Valor.IsZero() {
		in.Valor = in.Valor.Round(6)
	}
	if in.Local() {
		checkLocal(in, p)
		return
	}
	impuesto, ok := s.cfg.Catalog.Impuesto(in.Impuesto)
	switch {
	case !ok:
		p.err("Impuesto", "Falta elegir el impuesto.", "Elige ISR, IVA, IEPS o local.")
		return
	case in.Retencion && !impuesto.Retencion, !in.Retencion && !impuesto.Traslado:
		p.err("Retencion", "El "+impuesto.Texto+" no se traslada: sólo se retiene.", "Elige retención.")
		return
	}
	var rate problems
	s.checkRate("", Tax{Impuesto: in.Impuesto, TipoFactor: in.TipoFactor, TasaOCuota: in.Valor}, impuesto.Texto, !in.Retencion, &rate)
	for _, f := range rate.fields {
		p.err(map[string]string{".TipoFactor": "TipoFactor", ".TasaOCuota": "Valor"}[f.Path], f.Message, strings.ReplaceAll(f.Fix, "Escríbela como fracción: 0.160000 es 16 %.", "Escríbela."))
	}
}

// checkLocal holds a local tax against its complement: a rate in per cent, of two
// decimals (implocal 1.0).
func checkLocal(in *Impuesto, p *problems) {
	if in.TipoFactor != "Tasa" {
		p.err("TipoFactor", "Un impuesto local lleva tasa.", "Elige tasa.")
		return
	}
	switch percent := in.Valor.Mul(decimal.FromInt(100)); {
	case in.Valor.Sign() <= 0:
		p.err("Valor", "Falta la tasa.", "Escribe la que fija tu estado o municipio, por ejemplo 3.")
	case percent.Round(2).Cmp(percent) != 0:
		p.err("Valor", "La tasa de un impuesto local lleva hasta dos decimales.", "Redondéala.")
	case percent.Cmp(decimal.FromInt(100)) > 0:
		p.err("Valor", "La tasa no puede pasar de 100 %.", "Revísala.")
	}
}

// row is the tax as it is stored.
func (x Impuesto) row() store.TaxRow {
	r := store.TaxRow{
		ID: x.ID, Nombre: x.Nombre, NombreFold: store.FoldLine(x.Nombre), Impuesto: x.Impuesto, Retencion: x.Retencion, TipoFactor: x.TipoFactor,
		Activo: x.Activo, Predeterminado: x.Predeterminado, Version: int64(x.Version), UpdatedAt: store.Micros(x.UpdatedAt), UpdatedBy: x.UpdatedBy,
	}
	if x.TipoFactor != "Exento" {
		r.Valor = x.Valor.Fixed(6)
	}
	return r
}

func taxOf(r store.TaxRow) (Impuesto, error) {
	x := Impuesto{
		ID: r.ID, Nombre: r.Nombre, Impuesto: r.Impuesto, Retencion: r.Retencion, TipoFactor: r.TipoFactor, Activo: r.Activo,
		Predeterminado: r.Predeterminado, Version: int(r.Version), UpdatedAt: store.FromMicros(r.UpdatedAt), UpdatedBy: r.UpdatedBy,
	}
	if r.Valor == "" {
		return x, nil
	}
	var err error
	if x.Valor, err = decimal.Parse(r.Valor); err != nil {
		err = fmt.Errorf("rate of tax %s: %w", r.ID, err)
	}
	return x, err
}

// useTaxes notes what a product bears, so that its taxes are not deleted.
func useTaxes(ctx context.Context, tx *store.Tx, p Product) error {
	var uses []string
	for _, side := range []struct {
		retencion bool
		list      []Tax
	}{{false, p.Traslados}, {true, p.Retenciones}} {
		for _, t := range side.list {
			rate := ""
			if t.TipoFactor != "Exento" {
				rate = t.TasaOCuota.Fixed(6)
			}
			uses = append(uses, store.TaxUse(side.retencion, t.Impuesto, t.TipoFactor, rate))
		}
	}
	return tx.UseTaxes(ctx, uses)
}
