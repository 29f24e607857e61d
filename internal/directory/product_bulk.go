package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

// ProductColumns are those of a list of products; keys are the fields of [Product]
// and the taxes one by one. None is needed by itself: key and price alone are a list of prices.
func ProductColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "Clave", Label: "Clave", Words: []string{"código", "sku", "clave interna", "clave producto", "código producto", "no. identificación", "noidentificacion", "número de parte", "modelo", "artículo"}, Help: "La tuya: con ella se encuentra el producto.", Example: "REN-01"},
		{Key: "Descripcion", Label: "Descripción", Words: []string{"producto", "concepto", "nombre", "nombre producto", "servicio", "producto o servicio", "detalle"}, Help: "Lo que verá tu cliente.", Example: "Renta de local comercial"},
		{Key: "ClaveProdServ", Label: "Clave SAT", Words: []string{"claveprodserv", "clave prodserv", "clave producto sat", "código sat", "clave del sat", "clave producto o servicio", "c_ClaveProdServ"}, Help: "Ocho dígitos.", Example: "80131502"},
		{Key: "ClaveUnidad", Label: "Clave de unidad", Words: []string{"claveunidad", "clave unidad sat", "unidad sat", "c_ClaveUnidad", "unidad de medida sat"}, Help: "H87 pieza, E48 unidad de servicio…", Example: "E48"},
		{Key: "Unidad", Label: "Unidad", Words: []string{"unidad de medida", "um", "medida"}, Help: "Como la llamas tú; puede ir vacía.", Example: "Mes"},
		{Key: "Precio", Label: "Precio", Words: []string{"precio unitario", "valor unitario", "importe", "precio de venta", "precio público", "costo", "precio 1"}, Help: "Hasta seis decimales.", Example: "12500.50"},
		{Key: "Moneda", Label: "Moneda", Words: []string{"divisa"}, Help: "MXN si va vacía.", Example: "MXN"},
		{Key: "PrecioIncluyeImpuestos", Label: "Precio incluye impuestos", Words: []string{"incluye impuestos", "incluye iva", "precio con iva", "iva incluido"}, Help: "sí o no.", Example: "no"},
		{Key: "ObjetoImp", Label: "Objeto de impuesto", Words: []string{"objetoimp", "objeto imp", "objeto impuesto"}, Help: "01 a 08; casi siempre 02.", Example: "02"},
		{Key: "IVA", Label: "IVA", Words: []string{"iva %", "tasa iva", "impuesto", "iva trasladado"}, Help: "16, 8, 0, exento o no.", Example: "16"},
		{Key: "IEPS", Label: "IEPS", Words: []string{"ieps %", "tasa ieps"}, Help: "Tasa en por ciento; vacío si no lleva."},
		{Key: "RetISR", Label: "Retención de ISR", Words: []string{"ret isr", "retención isr", "isr retenido", "isr"}, Help: "Por ciento; vacío si no lleva.", Example: "10"},
		{Key: "RetIVA", Label: "Retención de IVA", Words: []string{"ret iva", "retención iva", "iva retenido"}, Help: "Por ciento; vacío si no lleva."},
		{Key: "CuentaPredial", Label: "Cuenta predial", Words: []string{"predial"}, Help: "Sólo en renta de inmuebles."},
		{Key: "Categoria", Label: "Categoría", Words: []string{"familia", "línea", "grupo", "departamento", "rubro", "categoría producto"}, Help: "La tuya, hasta 60 letras.", Example: "Rentas"},
		{Key: "PesoEnKg", Label: "Peso en kg", Words: []string{"peso", "kilos", "kg", "pesoenkg", "peso unitario", "peso kg"}, Help: "De una unidad, para la Carta Porte."},
		{Key: "MaterialPeligroso", Label: "Material peligroso", Words: []string{"materialpeligroso", "peligroso", "es peligroso"}, Help: "sí o no; vacío si no lo trasladas."},
		{Key: "CveMaterialPeligroso", Label: "Clave de material peligroso", Words: []string{"cvematerialpeligroso", "clave material peligroso", "número onu", "onu"}, Help: "Cuatro dígitos, sólo de un material peligroso."},
		{Key: "Embalaje", Label: "Embalaje", Words: []string{"tipo de embalaje", "clave de embalaje", "clave embalaje"}, Help: "4G, 1A1…, sólo de un material peligroso."},
	}
}

// ProductCells are the cells of a product under [ProductColumns].
func ProductCells(p Product) []string {
	return []string{
		p.Clave, p.Descripcion, p.ClaveProdServ, p.ClaveUnidad, p.Unidad, p.Precio.String(), p.Moneda, map[bool]string{true: "sí", false: "no"}[p.PrecioIncluyeImpuestos],
		p.ObjetoImp, rateCell(p.Traslados, iva), rateCell(p.Traslados, ieps), rateCell(p.Retenciones, isr), rateCell(p.Retenciones, iva), p.CuentaPredial,
		p.Categoria, p.PesoEnKg.String(), strings.ToLower(p.MaterialPeligroso), p.CveMaterialPeligroso, p.Embalaje,
	}
}

// rateCell is how a tax is written: percent, "exento", or "cuota 0.5".
func rateCell(list []Tax, impuesto string) string {
	for _, t := range list {
		switch {
		case t.Impuesto != impuesto:
		case t.TipoFactor == "Exento":
			return "exento"
		case t.TipoFactor == "Cuota":
			return "cuota " + t.TasaOCuota.String()
		default:
			percent := t.TasaOCuota.Mul(decimal.FromInt(100)).Fixed(4)
			return strings.TrimSuffix(strings.TrimRight(percent, "0"), ".") + "%"
		}
	}
	return ""
}

// judgeProducts holds rows to the rules of the form, with the products there are. A
// row is the product with its own key, or without one that with its description; a
// cell that is empty leaves what is stored.
func (s *Service) judgeProducts(ctx context.Context, v *store.View, tx *store.Tx, a store.Actor, rows []bulk.Entry) ([]bulk.Outcome, error) {
	have, err := productsLike(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	list := make([]bulk.Outcome, len(rows))
	for i, e := range rows {
		j := &judging{columns: ProductColumns()}
		key := productKey(e)
		old, known := have[key]
		in, row := Product{Activo: true}, store.ProductRow{}
		if known {
			if in, err = productOf(old); err != nil {
				return nil, err
			}
			row = old
		}
		s.fillProduct(&in, e, j)
		s.checkProduct(&in, &j.problems)
		j.unread(in.Unread)
		if key == "" {
			j.err("Clave", "Faltan la clave y la descripción.", "Con una de las dos se sabe qué producto es.")
		} else if !known && in.Descripcion == "" {
			j.fields = slices.DeleteFunc(j.fields, func(f fail.Field) bool { return f.Path != "Descripcion" })
			j.fields[0].Message, j.fields[0].Fix = "No tienes ningún producto con esa clave, y para agregarlo falta su descripción.", "Revisa la clave o completa el renglón."
		}
		if len(j.fields) == 0 {
			if err := in.into(&row); err != nil {
				return nil, err
			}
		}
		list[i] = j.outcome("producto|"+key, !known, known && sameProduct(row, old))
		if tx == nil || list[i].State != bulk.Added && list[i].State != bulk.Changed {
			continue
		}
		if _, err := s.writeProduct(ctx, tx, a, in); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// productKey names the product a row means.
func productKey(e bulk.Entry) string {
	if clave := clean(e.Values["Clave"]); clave != "" {
		return "c" + clave
	}
	if fold := store.FoldLine(e.Values["Descripcion"]); fold != "" {
		return "d" + fold
	}
	return ""
}

// productsLike reads the products that rows may mean, in two questions.
func productsLike(ctx context.Context, v *store.View, rows []bulk.Entry) (map[string]store.ProductRow, error) {
	var claves, folds []string
	for _, e := range rows {
		switch key := productKey(e); {
		case strings.HasPrefix(key, "c"):
			claves = append(claves, key[1:])
		case key != "":
			folds = append(folds, key[1:])
		}
	}
	have := map[string]store.ProductRow{}
	named, err := v.ProductsByDescripcion(ctx, unique(folds), sheet.MaxRows)
	if err != nil {
		return nil, err
	}
	for _, r := range named {
		if _, twice := have["d"+r.DescripcionFold]; !twice {
			have["d"+r.DescripcionFold] = r
		}
	}
	keyed, err := v.ProductsByClaves(ctx, unique(claves))
	for _, r := range keyed {
		have["c"+r.Clave] = r
	}
	return have, err
}

// sameProduct reports whether two rows say the same.
func sameProduct(x, y store.ProductRow) bool {
	if (x.Precio == nil) != (y.Precio == nil) || x.Precio != nil && *x.Precio != *y.Precio {
		return false
	}
	x.Precio, y.Precio = nil, nil
	return x == y
}

// fillProduct writes the cells of a row over in.
func (s *Service) fillProduct(in *Product, e bulk.Entry, j *judging) {
	for key, to := range map[string]*string{
		"Clave": &in.Clave, "Descripcion": &in.Descripcion, "ClaveProdServ": &in.ClaveProdServ, "Unidad": &in.Unidad, "CuentaPredial": &in.CuentaPredial,
		"Categoria": &in.Categoria, "Embalaje": &in.Embalaje, "CveMaterialPeligroso": &in.CveMaterialPeligroso,
	} {
		if typed := e.Values[key]; typed != "" {
			*to = typed
		}
	}
	if digits := in.ClaveProdServ; len(digits) == 7 && strings.Trim(digits, "0123456789") == "" {
		in.ClaveProdServ = "0" + digits
		j.warn("ClaveProdServ", "Le pusimos el cero que la hoja de cálculo quita: "+in.ClaveProdServ+".", "Compárala con la del SAT.")
	}
	if typed := e.Values["ClaveUnidad"]; typed != "" {
		in.ClaveUnidad = typed
		if at := strings.IndexAny(typed, " -"); at > 0 && at <= 3 {
			in.ClaveUnidad = typed[:at]
		}
	}
	j.key("Moneda", e, &in.Moneda, entries(s.cfg.Catalog.Monedas(), func(x catalogo.Moneda) catalogo.Entry { return x.Entry }))
	j.key("ObjetoImp", e, &in.ObjetoImp, entries(s.cfg.Catalog.ObjetosImp(), func(x catalogo.ObjetoImp) catalogo.Entry { return x.Entry }))
	if len(in.ObjetoImp) == 1 {
		in.ObjetoImp = "0" + in.ObjetoImp // a spreadsheet takes the zero
	}
	if typed := e.Values["Precio"]; typed != "" {
		precio, ok := bulk.Number(typed)
		if !ok {
			in.Unread = append(in.Unread, fail.Field{Path: "Precio", Message: "«" + typed + "» no es un precio.", Fix: "Escribe sólo el número: 1250.50."})
		}
		in.Precio = precio
	}
	if typed := e.Values["PrecioIncluyeImpuestos"]; typed != "" {
		on, ok := bulk.YesNo(typed)
		if !ok {
			in.Unread = append(in.Unread, fail.Field{Path: "PrecioIncluyeImpuestos", Message: "«" + typed + "» no dice sí ni no.", Fix: "Escribe sí o no."})
		}
		in.PrecioIncluyeImpuestos = on
	}
	fillCarga(in, e, j)
	fillTax(in, &in.Traslados, "IVA", iva, e)
	fillTax(in, &in.Traslados, "IEPS", ieps, e)
	fillTax(in, &in.Retenciones, "RetISR", isr, e)
	fillTax(in, &in.Retenciones, "RetIVA", iva, e)
	if in.ObjetoImp == "" && len(in.Traslados)+len(in.Retenciones) > 0 {
		in.ObjetoImp = "02"
		j.warn("ObjetoImp", "No venía y lleva impuestos: pusimos 02, sí objeto de impuesto.", "Cámbialo si no es así.")
	}
}

// fillCarga writes what a row says for the Carta Porte.
func fillCarga(in *Product, e bulk.Entry, j *judging) {
	if key := in.CveMaterialPeligroso; len(key) > 0 && len(key) < 4 && strings.Trim(key, "0123456789") == "" {
		in.CveMaterialPeligroso = strings.Repeat("0", 4-len(key)) + key
		j.warn("CveMaterialPeligroso", "Le pusimos los ceros que la hoja de cálculo quita: "+in.CveMaterialPeligroso+".", "Compárala con la del SAT.")
	}
	if typed := e.Values["PesoEnKg"]; typed != "" {
		peso, ok := bulk.Number(typed)
		if !ok {
			in.Unread = append(in.Unread, fail.Field{Path: "PesoEnKg", Message: "«" + typed + "» no es un peso.", Fix: "Escribe sólo los kilos: 1.250."})
		}
		in.PesoEnKg = peso
	}
	if typed := e.Values["MaterialPeligroso"]; typed != "" {
		yes, ok := bulk.YesNo(typed)
		if !ok {
			in.Unread = append(in.Unread, fail.Field{Path: "MaterialPeligroso", Message: "«" + typed + "» no dice sí ni no.", Fix: "Escribe sí o no."})
		}
		in.MaterialPeligroso = map[bool]string{true: "Sí", false: "No"}[yes]
		if !yes {
			in.CveMaterialPeligroso, in.Embalaje = e.Values["CveMaterialPeligroso"], e.Values["Embalaje"]
		}
	}
}

// fillTax puts the tax of a cell into list, in place of the one it had.
func fillTax(in *Product, list *[]Tax, name, impuesto string, e bulk.Entry) {
	typed := e.Values[name]
	if typed == "" {
		return
	}
	tax := Tax{Impuesto: impuesto, TipoFactor: "Tasa"}
	word, bare := sheet.Fold(typed), strings.TrimSpace(strings.TrimSuffix(typed, "%"))
	quota, isQuota := strings.CutPrefix(strings.ToLower(bare), "cuota ")
	rate, ok := bulk.Number(bare)
	switch {
	case word == "no" || word == "na" || word == "ninguno":
		tax.Impuesto = ""
	case word == "exento" || word == "exenta":
		tax.TipoFactor = "Exento"
	case isQuota:
		if rate, ok = bulk.Number(quota); ok {
			tax.TipoFactor, tax.TasaOCuota = "Cuota", rate
			break
		}
		fallthrough
	case !ok:
		in.Unread = append(in.Unread, fail.Field{Path: name, Message: fmt.Sprintf("No entendimos «%s» como impuesto.", typed), Fix: "Escribe la tasa en por ciento (16), exento o no."})
		return
	case strings.HasSuffix(typed, "%") || rate.Cmp(decimal.FromInt(1)) >= 0:
		tax.TasaOCuota = rate.Quo(decimal.FromInt(100), 6)
	default: // a fraction, as the XML has it, and as a cell of percent is stored
		tax.TasaOCuota = rate.Round(6)
	}
	if !tax.TasaOCuota.IsZero() {
		if six, err := decimal.Parse(tax.TasaOCuota.Fixed(6)); err == nil {
			tax.TasaOCuota = six
		}
	}
	at := slices.IndexFunc(*list, func(t Tax) bool { return t.Impuesto == impuesto })
	switch {
	case tax.Impuesto == "" && at >= 0:
		*list = slices.Delete(slices.Clone(*list), at, at+1)
	case tax.Impuesto == "":
	case at >= 0:
		*list = slices.Clone(*list)
		(*list)[at] = tax
	default:
		*list = append(slices.Clone(*list), tax)
	}
}
