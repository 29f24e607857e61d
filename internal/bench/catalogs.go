package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/store"
)

const (
	catalogRows    = 100_000               // of customers, and of products, when it is measured in earnest
	catalogCeiling = 60 * time.Millisecond // of a first page, p95
)

// catalogs reads the first page of a company's customers, products and prices, each in every order, of those active and
// of all, of a search, of what the SAT said and of a category. With fewer than 50 turns it fills in a hundredth, to see that it works.
func catalogs(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	rows := catalogRows
	if n < 50 {
		rows /= 100
	}
	if w.catalogued.UserID == "" {
		if w.catalogued, err = w.stock(ctx, rows); err != nil {
			return nil, nil, err
		}
	}
	var pages []func() (found int, err error)
	for _, f := range []directory.Filter{{}, {All: true}, {Q: "numero12"}, {Valid: store.SaidGood}, {Valid: store.SaidNothing, Q: "numero12"}} {
		for _, sort := range []string{"nombre", "-nombre", "rfc", "-rfc", "cp", "-regimen", "uso"} {
			f.Sort = sort
			pages = append(pages, func() (int, error) {
				p, err := w.directory.Customers(ctx, w.catalogued, f)
				return len(p.Rows), err
			})
		}
	}
	for _, f := range []directory.Filter{{}, {All: true}, {Q: "numero12"}, {Categoria: "Bebidas 17"}, {Categoria: "Bebidas 17", Q: "numero12"}} {
		for _, sort := range []string{"descripcion", "-clave", "precio", "-precio", "sat", "unidad", "categoria"} {
			f.Sort = sort
			pages = append(pages, func() (int, error) {
				p, err := w.directory.Products(ctx, w.catalogued, f)
				return len(p.Rows), err
			})
			pages = append(pages, func() (int, error) {
				p, err := w.directory.ListPrices(ctx, w.catalogued, priceList, f)
				return len(p.Rows), err
			})
		}
	}
	for i := range max(n, len(pages)) {
		start := time.Now()
		found, err := pages[i%len(pages)]()
		took := time.Since(start)
		if err = errors.Join(ctx.Err(), err); err == nil && found == 0 {
			err = fmt.Errorf("page %d is empty", i)
		}
		if err != nil {
			return nil, nil, err
		}
		figure, limit = append(figure, took), append(limit, catalogCeiling)
	}
	return figure, limit, nil
}

// priceList is the list of prices that half of the products have one in.
const priceList = "mayoreo"

// stock founds a company with n customers, of a third of whom the SAT has said something,
// and n products of twenty categories; a fifth of each is inactive.
func (w *world) stock(ctx context.Context, n int) (store.Actor, error) {
	a, err := w.account.Found(ctx, account.Founding{Rfc: "CTE950627K46", Nombre: "Ana", Correo: "ana3@ejemplo.mx", Usuario: usuario, Password: userPassword})
	if err != nil {
		return a, err
	}
	err = w.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		return tx.InsertPriceList(ctx, store.PriceListRow{ID: priceList, Nombre: "Mayoreo", Moneda: "MXN", Activa: true, Version: 1})
	})
	if err != nil {
		return a, err
	}
	for from := 0; from < n; from += 500 {
		err := w.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
			for i := from; i < min(from+500, n); i++ {
				name, price := fmt.Sprintf("NUMERO%d", i%1000), int64(i%997)*1_000_000
				validated := int64(0)
				if i%3 == 0 {
					validated = 1
				}
				err := tx.InsertCustomer(ctx, store.CustomerRow{
					ID: fmt.Sprintf("c%06d", i), Rfc: fmt.Sprintf("XAX%06d000", i), Nombre: name, NombreFold: store.FoldLine(name), Correos: "[]", Clave: fmt.Sprint(i),
					CodigoPostal: fmt.Sprint(10000 + i%900), RegimenFiscal: "601", UsoCFDI: "G03", Impuestos: "[]", ValidadoAt: validated, Activo: i%5 != 0, Version: 1,
				})
				if err != nil {
					return err
				}
				category := fmt.Sprintf("Bebidas %d", i/7%20)
				err = tx.InsertProduct(ctx, store.ProductRow{
					ID: fmt.Sprintf("p%06d", i), Clave: fmt.Sprintf("K%06d", i), Descripcion: name, DescripcionFold: store.FoldLine(name), ClaveProdServ: fmt.Sprint(10101501 + i%500),
					ClaveUnidad: "H87", Precio: &price, Moneda: "MXN", ObjetoImp: "01", Traslados: "[]", Retenciones: "[]", Categoria: category, CategoriaFold: store.FoldLine(category), Activo: i%5 != 0, Version: 1,
				})
				if err == nil && i%2 == 0 {
					err = tx.PutPrice(ctx, store.PriceRow{ListID: priceList, ProductID: fmt.Sprintf("p%06d", i), Precio: price})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return a, err
		}
	}
	return a, nil
}
