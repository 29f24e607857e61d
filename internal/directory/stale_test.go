package directory

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// TestCatalogueTimeMachine: what a catalogue left behind is listed and mended in bulk,
// under the rules of the forms, in this company alone.
func TestCatalogueTimeMachine(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		for _, x := range []store.Actor{a, b} {
			for n := range 3 {
				p := goodProduct()
				p.Clave = fmt.Sprint("P", n)
				if _, _, err := s.SaveProduct(ctx, x, p); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := s.SaveCustomer(ctx, x, goodCustomer()); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := s.StaleKeys(ctx, a); err != nil || len(list) > 0 {
			t.Fatal(list, err)
		}
		old := func(x store.Actor) { // as an older catalogue let them be
			err := s.cfg.DB.Update(ctx, x.Tenant, func(tx *store.Tx) error {
				rows, err := tx.ProductsByKey(ctx, store.ProductUnidad, "E48", "", 10)
				if err != nil {
					return err
				}
				for i, r := range rows {
					r.ObjetoImp = "99"
					if i == 2 {
						r.Descripcion = "" // a rule of today refuses it, whatever its key
					}
					if err := tx.UpdateProduct(ctx, r); err != nil {
						return err
					}
				}
				c, err := tx.CustomersByKey(ctx, store.CustomerUso, "G03", "", 10)
				if err != nil {
					return err
				}
				c[0].UsoCFDI = "P01" // until 2022
				return tx.UpdateCustomer(ctx, c[0])
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		old(a)
		old(b)
		list, err := s.StaleKeys(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		want := []StaleKey{{Campo: "ObjetoImp", Clave: "99", N: 3}, {Campo: "UsoCFDI", Clave: "P01", N: 1}}
		for i := range list {
			list[i].Texto, list[i].Hasta = "", ""
		}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Fatal(diff)
		}
		touched, err := s.Touched(ctx, a.Tenant)
		if err != nil || touched.Customers != 1 || touched.Products != 3 || len(touched.Keys) != 2 {
			t.Errorf("%+v %v", touched, err)
		}
		t.Run("who sees products alone sees their keys alone", func(t *testing.T) {
			looks := a
			looks.Admin, looks.Rights = false, []store.Right{store.RightSeeProducts}
			if list, err := s.StaleKeys(ctx, looks); err != nil || len(list) != 1 || !list[0].Product() {
				t.Error(list, err)
			}
			if _, err := s.MendKey(ctx, looks, "ObjetoImp", "99", "02"); fail.KindOf(err) != fail.Denied {
				t.Error(err)
			}
		})
		for name, nueva := range map[string]string{"none": "", "the same": "99", "another that is gone": "98"} {
			if m, err := s.MendKey(ctx, a, "ObjetoImp", "99", nueva); !slices.Equal(paths(err), []string{"Nueva"}) || m.Done > 0 {
				t.Errorf("%s: %v %v", name, m, err)
			}
		}
		if m, err := s.MendKey(ctx, a, "ObjetoImp", "99", "02"); err != nil || m.Done != 2 || m.Left != 1 || len(m.Failed) != 1 {
			t.Errorf("%+v %v", m, err)
		}
		if m, err := s.MendKey(ctx, a, "UsoCFDI", "P01", "G01"); err != nil || m.Done != 1 {
			t.Errorf("%+v %v", m, err)
		}
		if list, _ := s.StaleKeys(ctx, a); len(list) != 1 || list[0].N != 1 {
			t.Errorf("left: %+v", list)
		}
		if mended, _ := s.Touched(ctx, a.Tenant); mended.Customers != 0 || mended.Products != 1 {
			t.Errorf("after mending: %+v", mended)
		}
		if others, _ := s.Touched(ctx, b.Tenant); others.Customers != 1 || others.Products != 3 {
			t.Errorf("another company's: %+v", others)
		}
		if list, _ := s.StaleKeys(ctx, b); len(list) != 2 || list[0].N != 3 {
			t.Errorf("another company's changed: %+v", list)
		}
	})
}

// TestMendingGoesThroughEveryBatch: more rows than one transaction takes, some of which stay.
func TestMendingGoesThroughEveryBatch(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		ctx := t.Context()
		const n = 2*mendBatch + 7
		err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
			for i := range n {
				p := goodProduct()
				p.Clave, p.ObjetoImp = fmt.Sprint("P", i), "99"
				row := store.ProductRow{ID: fmt.Sprintf("p-%05d", i), Activo: true, Version: 1}
				if err := p.into(&row); err != nil {
					return err
				}
				if i%100 == 50 {
					row.Descripcion = ""
				}
				if err := tx.InsertProduct(ctx, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.MendKey(ctx, a, "ObjetoImp", "99", "02")
		if err != nil || m.Left != 4 || m.Done != n-4 {
			t.Errorf("%+v %v", m, err)
		}
	})
}
