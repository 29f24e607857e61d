package directory

import (
	"context"
	"fmt"
	"slices"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	keyPage    = 500   // keys read at once
	mostStale  = 200   // lines of one list
	mendBatch  = 200   // rows changed in one transaction
	mostMended = 10000 // rows changed by one call
	mostFailed = 20    // names told of those that were left
)

// A StaleKey is a key of the SAT's catalogues that customers or products of the
// company bear and that is no longer in force (manual §16). What the catalogue at
// hand cannot decide is not in the list.
type StaleKey struct {
	Campo string // ClaveProdServ, ClaveUnidad, ObjetoImp, RegimenFiscal, UsoCFDI, CodigoPostal
	Clave string
	Texto string // of the catalogue; "" when it is not there any more
	Hasta string // AAAA-MM-DD, its last day; "" when it is not there any more
	N     int    // active rows that bear it
}

// Product reports whether products bear it; customers otherwise.
func (k StaleKey) Product() bool {
	f, _ := keyFieldOf(k.Campo)
	return f.product
}

// A keyField joins a column to its catalogue.
type keyField struct {
	campo   string
	column  store.KeyField
	product bool
	judge   func(s *Service, clave string) (texto, hasta string, bad bool)
}

// keyFields are looked at in this order.
var keyFields = []keyField{
	{"ClaveProdServ", store.ProductProdServ, true, func(s *Service, k string) (string, string, bool) {
		row, known := s.cfg.Catalog.ClaveProdServ(k)
		return row.Texto, row.Hasta, known && !row.InForce(s.today()) || !known && s.cfg.Catalog.Full("ClaveProdServ")
	}},
	{"ClaveUnidad", store.ProductUnidad, true, func(s *Service, k string) (string, string, bool) {
		row, known := s.cfg.Catalog.ClaveUnidad(k)
		return row.Texto, row.Hasta, known && !row.InForce(s.today()) || !known && s.cfg.Catalog.Full("ClaveUnidad")
	}},
	{"ObjetoImp", store.ProductObjeto, true, func(s *Service, k string) (string, string, bool) {
		row, known := s.cfg.Catalog.ObjetoImp(k)
		return row.Texto, row.Hasta, !known || !row.InForce(s.today())
	}},
	{"RegimenFiscal", store.CustomerRegimen, false, func(s *Service, k string) (string, string, bool) {
		row, known := s.cfg.Catalog.RegimenFiscal(k)
		return row.Texto, row.Hasta, !known || !row.InForce(s.today())
	}},
	{"UsoCFDI", store.CustomerUso, false, func(s *Service, k string) (string, string, bool) {
		row, known := s.cfg.Catalog.UsoCFDI(k)
		return row.Texto, row.Hasta, !known || !row.InForce(s.today())
	}},
	{"CodigoPostal", store.CustomerCP, false, func(s *Service, k string) (string, string, bool) {
		_, known := s.cfg.Catalog.CodigoPostal(k)
		return "", "", !known
	}},
}

// keyFieldOf finds a field by its name.
func keyFieldOf(campo string) (keyField, bool) {
	i := slices.IndexFunc(keyFields, func(f keyField) bool { return f.campo == campo })
	if i < 0 {
		return keyField{}, false
	}
	return keyFields[i], true
}

// StaleKeys lists the keys of the company's active customers and products that the
// catalogues no longer have in force, at most 200. Who may see only one of both
// sees its keys.
func (s *Service) StaleKeys(ctx context.Context, a store.Actor) ([]StaleKey, error) {
	if err := a.Require(store.RightSeeCustomers, store.RightSeeProducts); err != nil {
		return nil, err
	}
	seen := slices.DeleteFunc(slices.Clone(keyFields), func(f keyField) bool {
		return f.product && !a.Holds(store.RightSeeProducts) || !f.product && !a.Holds(store.RightSeeCustomers)
	})
	return s.staleKeys(ctx, s.cfg.DB.View(a.Tenant), seen)
}

// staleKeys lists the stale keys in some fields.
func (s *Service) staleKeys(ctx context.Context, v *store.View, fields []keyField) ([]StaleKey, error) {
	list := []StaleKey{}
	for _, f := range fields {
		for after := ""; ; {
			keys, err := v.Keys(ctx, f.column, after, keyPage)
			if err != nil {
				return nil, err
			}
			for _, after = range keys {
				texto, hasta, bad := f.judge(s, after)
				if !bad {
					continue
				}
				n, err := v.CountKey(ctx, f.column, after)
				if err != nil {
					return nil, err
				}
				list = append(list, StaleKey{Campo: f.campo, Clave: after, Texto: texto, Hasta: hasta, N: n})
				if len(list) == mostStale {
					return list, nil
				}
			}
			if len(keys) < keyPage {
				break
			}
		}
	}
	return list, nil
}

// Mended is what [Service.MendKey] did.
type Mended struct {
	Done   int      // rows that bear the new key now
	Left   int      // rows that some other rule keeps from it, or beyond what one call changes
	Failed []string // the first of those that a rule keeps from it, and the rule
}

// MendKey gives the new key to every active row of the company that bears an old one,
// under the same rules as their form; each is noted in the log. Rows that the rules
// refuse stay as they are. Errors: fail.Denied; field Nueva for a key that is not in
// force itself.
func (s *Service) MendKey(ctx context.Context, a store.Actor, campo, clave, nueva string) (Mended, error) {
	f, ok := keyFieldOf(campo)
	right := store.RightCustomers
	if f.product {
		right = store.RightProducts
	}
	if err := a.Require(right); err != nil {
		return Mended{}, err
	}
	if !ok || clave == nueva {
		return Mended{}, fail.OnField("Nueva", "Elige otra clave. No se cambió nada.")
	}
	if _, _, bad := f.judge(s, nueva); bad || nueva == "" {
		return Mended{}, fail.OnField("Nueva", "Esa clave no está vigente en el catálogo del SAT. No se cambió nada: elige otra.")
	}
	place, err := s.placeOfIssue(ctx, a)
	if err != nil {
		return Mended{}, err
	}
	m := mender{s, a, campo, clave, nueva, place}
	var total Mended
	for after := ""; total.Done+total.Left < mostMended; {
		var batch Mended
		var last string
		err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) (err error) {
			batch, last = Mended{}, ""
			if f.product {
				last, err = m.products(ctx, tx, f.column, after, &batch)
			} else {
				last, err = m.customers(ctx, tx, f.column, after, &batch)
			}
			return err
		})
		if err != nil {
			return total, err
		}
		total.Done, total.Left = total.Done+batch.Done, total.Left+batch.Left
		total.Failed = append(total.Failed, batch.Failed...)
		total.Failed = total.Failed[:min(len(total.Failed), mostFailed)]
		if last == "" {
			break
		}
		after = last
	}
	return total, nil
}

// A mender changes one key, batch by batch.
type mender struct {
	s                   *Service
	a                   store.Actor
	campo, clave, nueva string
	place               string
}

// products changes a batch after the id given and returns the last id it looked at, ""
// when there are no more.
func (m mender) products(ctx context.Context, tx *store.Tx, column store.KeyField, after string, out *Mended) (last string, err error) {
	rows, err := tx.ProductsByKey(ctx, column, m.clave, after, mendBatch)
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		in, err := productOf(r)
		if err != nil {
			return "", err
		}
		*map[string]*string{"ClaveProdServ": &in.ClaveProdServ, "ClaveUnidad": &in.ClaveUnidad, "ObjetoImp": &in.ObjetoImp}[m.campo] = m.nueva
		var p problems
		m.s.checkProduct(&in, &p)
		if m.refused(p, r.Descripcion, out) {
			continue
		}
		if _, err := m.s.writeProduct(ctx, tx, m.a, in); err != nil {
			return "", err
		}
		out.Done++
	}
	if len(rows) < mendBatch {
		return "", nil
	}
	return rows[len(rows)-1].ID, nil
}

// customers is [mender.products] of customers.
func (m mender) customers(ctx context.Context, tx *store.Tx, column store.KeyField, after string, out *Mended) (last string, err error) {
	rows, err := tx.CustomersByKey(ctx, column, m.clave, after, mendBatch)
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		in, err := customerOf(r)
		if err != nil {
			return "", err
		}
		*map[string]*string{"RegimenFiscal": &in.RegimenFiscal, "UsoCFDI": &in.UsoCFDI, "CodigoPostal": &in.CodigoPostal}[m.campo] = m.nueva
		var p problems
		m.s.checkCustomer(&in, m.place, &p)
		if m.refused(p, r.Nombre, out) {
			continue
		}
		if _, err := m.s.writeCustomer(ctx, tx, m.a, in); err != nil {
			return "", err
		}
		out.Done++
	}
	if len(rows) < mendBatch {
		return "", nil
	}
	return rows[len(rows)-1].ID, nil
}

// refused notes a row that a rule keeps from the new key.
func (m mender) refused(p problems, name string, out *Mended) bool {
	if len(p.fields) == 0 {
		return false
	}
	out.Left++
	first := p.fields[0]
	if i := slices.IndexFunc(p.fields, func(f fail.Field) bool { return f.Path == m.campo }); i >= 0 {
		first = p.fields[i]
	}
	if len(out.Failed) < mostFailed {
		out.Failed = append(out.Failed, fmt.Sprintf("%s: %s", name, first.Message))
	}
	return true
}

// Touched is how much of a company the catalogues leave behind: active customers and
// products that bear a key no longer in force, each counted once.
type Touched struct {
	Customers, Products int
	Keys                []StaleKey // at most 200
}

// Touched says what the catalogues leave behind in the company t. It is for who runs the
// portal, after an import of catalogues; a company sees its own by [Service.StaleKeys].
func (s *Service) Touched(ctx context.Context, t store.Tenant) (Touched, error) {
	v := s.cfg.DB.View(t)
	keys, err := s.staleKeys(ctx, v, keyFields)
	if err != nil {
		return Touched{}, err
	}
	customers, products := map[string]bool{}, map[string]bool{}
	for _, k := range keys {
		f, _ := keyFieldOf(k.Campo)
		for after, full := "", true; full && len(customers)+len(products) < mostMended; {
			ids, err := bearers(ctx, v, f, k.Clave, after)
			if err != nil {
				return Touched{}, err
			}
			for _, after = range ids {
				if f.product {
					products[after] = true
				} else {
					customers[after] = true
				}
			}
			full = len(ids) == keyPage
		}
	}
	return Touched{Customers: len(customers), Products: len(products), Keys: keys}, nil
}

// bearers are the ids of a page of active rows that bear a key.
func bearers(ctx context.Context, v *store.View, f keyField, clave, after string) ([]string, error) {
	var ids []string
	if f.product {
		rows, err := v.ProductsByKey(ctx, f.column, clave, after, keyPage)
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		return ids, err
	}
	rows, err := v.CustomersByKey(ctx, f.column, clave, after, keyPage)
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, err
}
