package directory

import (
	"context"
	"slices"
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

// BulkPrices is the name of the list of prices that is imported.
const BulkPrices = "precios"

// PriceColumns are those of a list of prices.
func PriceColumns() []sheet.Column {
	own := ProductColumns()
	return []sheet.Column{
		{Key: "Lista", Label: "Lista", Words: []string{"lista de precios", "nombre lista"}, Help: "El nombre de una de tus listas; no hace falta si importas desde la página de una.", Example: "Mayoreo"},
		own[0], own[1],
		{Key: "Precio", Label: "Precio", Words: own[5].Words, Required: true, Help: "En la moneda de la lista. «no» lo quita y vale el del producto.", Example: "11800"},
	}
}

// PriceCells are the cells of a price under [PriceColumns].
func PriceCells(l PriceList, p ListPrice) []string {
	return []string{l.Nombre, p.Clave, p.Descripcion, p.EnLista.String()}
}

// TableForList puts the name of a list into every row of a table that names none.
func (s *Service) TableForList(ctx context.Context, a store.Actor, id string, t sheet.Table) (sheet.Table, error) {
	if id == "" {
		return t, nil
	}
	list, err := s.PriceList(ctx, a, id)
	if err != nil {
		return t, err
	}
	columns := PriceColumns()
	head := sheet.Head(t.Rows, columns)
	if sheet.Match(columns, t.Rows[head].Cells)[0] >= 0 {
		return t, nil
	}
	t.Rows = slices.Clone(t.Rows)
	width := 0
	for _, r := range t.Rows[head:] {
		width = max(width, len(r.Cells))
	}
	for i := head; i < len(t.Rows); i++ {
		cell := list.Nombre
		if i == head {
			cell = columns[0].Label
		}
		cells := append(make([]string, 0, width+1), t.Rows[i].Cells...)
		t.Rows[i].Cells = append(cells, append(make([]string, width-len(cells)), cell)...)
	}
	return t, nil
}

// judgePrices holds rows to the rules of the page of a list.
func (s *Service) judgePrices(ctx context.Context, v *store.View, tx *store.Tx, a store.Actor, rows []bulk.Entry) ([]bulk.Outcome, error) {
	have, err := productsLike(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	lists, err := v.PriceLists(ctx, maxPriceLists)
	if err != nil {
		return nil, err
	}
	byName, stands := map[string]store.PriceListRow{}, map[string]map[string]decimal.Decimal{}
	for _, l := range lists {
		byName[l.NombreFold] = l
	}
	var ids []string
	for _, r := range have {
		ids = append(ids, r.ID)
	}
	ids = unique(ids)
	out := make([]bulk.Outcome, len(rows))
	for i, e := range rows {
		j := &judging{columns: PriceColumns()}
		list, known := byName[store.FoldLine(e.Values["Lista"])]
		switch {
		case e.Values["Lista"] == "":
			j.err("Lista", "Falta decir de qué lista es.", "Importa desde la página de la lista, o pon una columna Lista con su nombre.")
		case !known:
			j.err("Lista", "No tienes ninguna lista «"+e.Values["Lista"]+"».", "Créala primero en Listas de precios, o corrige el nombre.")
		}
		key := productKey(e)
		product, found := have[key]
		switch {
		case key == "":
			j.err("Clave", "Faltan la clave y la descripción.", "Con una de las dos se sabe qué producto es.")
		case !found:
			j.err("Clave", "No tienes ningún producto así.", "Revisa la clave, o agrega primero el producto.")
		}
		price := listPrice(e, j)
		if len(j.fields) > 0 {
			out[i] = j.outcome("precio|"+list.ID+"|"+key, false, false)
			continue
		}
		if stands[list.ID] == nil {
			prices, err := v.Prices(ctx, list.ID, ids)
			if err != nil {
				return nil, err
			}
			stands[list.ID] = pricesByProduct(prices)
		}
		now := stands[list.ID][product.ID]
		out[i] = j.outcome("precio|"+list.ID+"|"+product.ID, now.IsZero() && !price.IsZero(), now.Equal(price))
		if tx == nil || out[i].State != bulk.Added && out[i].State != bulk.Changed {
			continue
		}
		if err := s.writePrice(ctx, tx, a, list.ID, product.ID, price); err != nil {
			return nil, err
		}
		stands[list.ID][product.ID] = price
		before, after := map[string]string{product.ID: now.String()}, map[string]string{product.ID: price.String()}
		if err := audit(ctx, tx, a, "pricelist.prices", "pricelist/"+list.ID, before, after); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// listPrice reads the price of a row; absent takes it away.
func listPrice(e bulk.Entry, j *judging) decimal.Decimal {
	typed := e.Values["Precio"]
	if word := sheet.Fold(typed); typed != "" && slices.Contains([]string{"no", "ninguno", "quitar", "sinprecio"}, strings.ReplaceAll(word, " ", "")) {
		return decimal.Decimal{}
	}
	price, ok := bulk.Number(typed)
	switch {
	case typed == "":
		j.err("Precio", "Falta el precio.", "Escribe sólo el número, o «no» para quitarlo de la lista.")
	case !ok:
		j.fields = append(j.fields, fail.Field{Path: "Precio", Message: "«" + typed + "» no es un precio.", Fix: "Escribe sólo el número: 1250.50."})
	default:
		checkListPrice(PriceChange{Price: price, Path: "Precio"}, &j.problems)
	}
	return price
}
