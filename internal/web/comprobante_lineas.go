package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
)

// typedLines are the lines of the form as typed, one map of suffix → text each.
// Adding, moving and taking away work on these, so that what cannot be read as a
// number moves along with its line.
func typedLines(v url.Values) []map[string]string {
	n, err := strconv.Atoi(v.Get("Lineas"))
	if err != nil || n < 0 {
		n = 0
	}
	n = min(n, maxLines)
	lines := make([]map[string]string, n)
	for i := range lines {
		lines[i] = map[string]string{}
	}
	for name := range v {
		rest, ok := strings.CutPrefix(name, "Conceptos[")
		if !ok {
			continue
		}
		number, suffix, ok := strings.Cut(rest, "].")
		i, err := strconv.Atoi(number)
		if ok && err == nil && i >= 0 && i < n {
			lines[i][suffix] = v.Get(name)
		}
	}
	return lines
}

// withLines is v with these lines instead of its own.
func withLines(v url.Values, lines []map[string]string) url.Values {
	out := url.Values{}
	for name, typed := range v {
		if !strings.HasPrefix(name, "Conceptos[") {
			out[name] = typed
		}
	}
	out.Set("Lineas", strconv.Itoa(len(lines)))
	for i, line := range lines {
		for suffix, text := range line {
			out.Set(linePath(i)+suffix, text)
		}
	}
	return out
}

// newLine is an empty concept with what most lines share: one of something, with the
// taxes that the company marked as its default.
func newLine(taxes []directory.Impuesto) map[string]string {
	line := map[string]string{"Cantidad": "1", "ObjetoImp": "02"}
	for _, x := range taxes {
		if !x.Activo || !x.Predeterminado || x.Local() || x.TipoFactor == "Cuota" {
			continue
		}
		value := exempt
		if x.TipoFactor == "Tasa" {
			value = x.Valor.Fixed(6)
		}
		line[map[bool]string{true: "Ret"}[x.Retencion]+taxName(x.Impuesto)] = value
	}
	return line
}

// editLines does one of the buttons of the lines: agregar, quitar:i, duplicar:i,
// subir:i, bajar:i. It returns the values, the line to look at, and whether verb was one of these.
func editLines(v url.Values, verb string, taxes []directory.Impuesto) (url.Values, int, bool) {
	name, arg, _ := strings.Cut(verb, ":")
	lines := typedLines(v)
	i, err := strconv.Atoi(arg)
	if name != "agregar" && (err != nil || i < 0 || i >= len(lines)) {
		return v, 0, false
	}
	switch name {
	case "agregar":
		if len(lines) >= maxLines {
			return v, len(lines) - 1, true
		}
		lines = append(lines, newLine(taxes))
		i = len(lines) - 1
	case "quitar":
		lines = append(lines[:i:i], lines[i+1:]...)
		i = max(i-1, 0)
	case "duplicar":
		if len(lines) >= maxLines {
			return v, i, true
		}
		copied := map[string]string{}
		for k, text := range lines[i] {
			copied[k] = text
		}
		lines = append(lines[:i+1:i+1], append([]map[string]string{copied}, lines[i+1:]...)...)
		i++
	case "subir", "bajar":
		j := i - 1
		if name == "bajar" {
			j = i + 1
		}
		if j >= 0 && j < len(lines) {
			lines[i], lines[j] = lines[j], lines[i]
			i = j
		}
	default:
		return v, 0, false
	}
	return withLines(v, lines), i, true
}

// atBorder gives line i the rate of the border region in place of the general one,
// unless its product is known not to have the stimulus.
func (s *Server) atBorder(v url.Values, i int) url.Values {
	lines := typedLines(v)
	if i < 0 || i >= len(lines) || lines[i]["IVA"] != "0.160000" {
		return v
	}
	if key := firstWord(lines[i]["ClaveProdServ"]); key != "" {
		if row, ok := s.Catalog.ClaveProdServ(key); ok && !row.Frontera {
			return v
		}
	}
	lines[i]["IVA"] = "0.080000"
	return withLines(v, lines)
}

// withRate is [Server.atBorder] where the branch of the series applies the stimulus.
func (s *Server) withRate(r *http.Request, v url.Values, i int) (url.Values, error) {
	border, err := s.Account.Border(r.Context(), actorOf(r), v.Get("SerieID"))
	if err != nil || !border {
		return v, err
	}
	return s.atBorder(v, i), nil
}

// productLine is a line with what is known of a product.
func productLine(p directory.Product) map[string]string {
	line := map[string]string{
		"Cantidad": "1", "ProductID": p.ID, "NoIdentificacion": p.Clave, "Descripcion": p.Descripcion, "ClaveProdServ": p.ClaveProdServ,
		"ClaveUnidad": p.ClaveUnidad, "Unidad": p.Unidad, "ValorUnitario": p.Precio.String(), "ObjetoImp": p.ObjetoImp, "CuentaPredial": p.CuentaPredial,
		"IVA": "", "IEPS": "", "IEPSCuota": "", "RetISR": "", "RetIVA": "", "ConImpuestos": "",
	}
	if p.PrecioIncluyeImpuestos {
		line["ConImpuestos"] = "si"
	}
	for _, t := range p.Traslados {
		switch {
		case t.Impuesto == "002" && t.TipoFactor == "Exento":
			line["IVA"] = exempt
		case t.Impuesto == "002":
			line["IVA"] = t.TasaOCuota.Fixed(6)
		case t.TipoFactor == "Cuota":
			line["IEPS"], line["IEPSCuota"] = iepsUnit, t.TasaOCuota.Fixed(6)
		case t.Impuesto == "003":
			line["IEPS"] = t.TasaOCuota.Fixed(6)
		}
	}
	for _, t := range p.Retenciones {
		switch t.Impuesto {
		case "001":
			line["RetISR"] = t.TasaOCuota.Fixed(6)
		case "002":
			line["RetIVA"] = t.TasaOCuota.Fixed(6)
		}
	}
	return line
}

// addProduct puts a product on the first line that is still empty, or on a new one.
func addProduct(v url.Values, p directory.Product) (url.Values, int) {
	lines := typedLines(v)
	for i, line := range lines {
		if line["Descripcion"] == "" && line["ClaveProdServ"] == "" && line["ValorUnitario"] == "" {
			lines[i] = productLine(p)
			return withLines(v, lines), i
		}
	}
	lines = append(lines, productLine(p))
	return withLines(v, lines), len(lines) - 1
}

// offeredLotes are the open lots of the products of the lines, by product.
func (s *Server) offeredLotes(r *http.Request, f form) (map[string][]directory.Lote, error) {
	var ids []string
	for _, line := range typedLines(f.Values) {
		if id := line["ProductID"]; id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.Directory.OpenLotes(r.Context(), actorOf(r), ids)
}

// offers are the lots to choose from on a line that bears no pedimento yet.
func (p capturePage) offers(at string) []directory.Lote {
	if p.Get(at+"NumeroPedimento") != "" {
		return nil
	}
	return p.Lotes[p.Get(at+"ProductID")]
}

// loteText is what distinguishes a lot beside its number.
func loteText(x directory.Lote) string {
	switch {
	case x.Nota != "":
		return " · " + x.Nota
	case x.Fecha != "":
		return " · " + fechaSAT(x.Fecha)
	}
	return ""
}

// takeLote puts the pedimento of arg, "line:number", on its line.
func takeLote(v url.Values, arg string) (url.Values, int) {
	at, number, _ := strings.Cut(arg, ":")
	lines := typedLines(v)
	i, err := strconv.Atoi(at)
	if err != nil || i < 0 || i >= len(lines) {
		return v, -1
	}
	lines[i]["NumeroPedimento"] = number
	return withLines(v, lines), i
}

// takeCustomer is [fillCustomer], the taxes of the customer and, in an invoice that has no number yet, the series
// of the customer when who works here may use it.
func (s *Server) takeCustomer(r *http.Request, v url.Values, c directory.Customer) error {
	taxes, err := s.Directory.Impuestos(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	before, err := s.receptor(r, form{Values: v})
	if err != nil {
		return err
	}
	fillCustomer(v, c)
	swapExtras(v, before, c, taxes)
	if c.Serie == "" || v.Get("TipoDeComprobante") == "E" {
		return nil
	}
	list, err := s.Account.SeriesList(r.Context(), actorOf(r))
	for _, x := range list {
		if x.Activa && x.TipoDeComprobante == "I" && x.Serie == c.Serie && billing.MaySerie(actorOf(r), x.ID) {
			v.Set("SerieID", x.ID)
		}
	}
	return err
}

// creditText says what is known of the credit of the customer of a receipt: nothing
// where there is none.
func creditText(c directory.Customer) string {
	var parts []string
	if c.DiasCredito > 0 {
		condiciones, _, _ := directory.Customer{DiasCredito: c.DiasCredito}.Terms()
		parts = append(parts, "Le das "+condiciones+" de crédito")
	}
	if !c.LimiteCredito.IsZero() {
		parts = append(parts, "su límite es de "+money(c.LimiteCredito, orPesos(c.Moneda)))
	}
	if len(parts) == 0 {
		return ""
	}
	text := strings.Join(parts, " y ") + "."
	return strings.ToUpper(text[:1]) + text[1:]
}

func orPesos(moneda string) string {
	if moneda == "" {
		return "MXN"
	}
	return moneda
}

// overLimit reports whether a receipt that is paid later is by itself over the limit
// of credit of its customer, told in the same currency.
func overLimit(c directory.Customer, doc cfdi.Comprobante) bool {
	return !c.LimiteCredito.IsZero() && doc.MetodoPago == "PPD" && doc.Moneda == orPesos(c.Moneda) && doc.Total.Cmp(c.LimiteCredito) > 0
}

// fillCustomer writes a customer into the receptor and what it usually asks for.
func fillCustomer(v url.Values, c directory.Customer) {
	set := func(name, value string) { v.Set(name, value) }
	set("CustomerID", c.ID)
	if c.AddendaID != "" || v.Get("Addenda") != "" {
		set("Addenda", c.AddendaID)
	}
	set("Receptor.Rfc", c.Rfc)
	set("Receptor.Nombre", c.Nombre)
	set("Receptor.DomicilioFiscalReceptor", c.CodigoPostal)
	set("Receptor.RegimenFiscalReceptor", c.RegimenFiscal)
	set("Receptor.ResidenciaFiscal", c.ResidenciaFiscal)
	set("Receptor.NumRegIdTrib", c.NumRegIdTrib)
	usual := map[string]string{"Moneda": c.Moneda}
	if v.Get("TipoDeComprobante") != "E" { // how one pays says nothing of how one is credited
		set("Receptor.UsoCFDI", c.UsoCFDI)
		usual["CondicionesDePago"], usual["MetodoPago"], usual["FormaPago"] = c.Terms()
	}
	for name, value := range usual {
		if value != "" {
			set(name, value)
		}
	}
	addresses := make([]string, 0, len(c.Correos))
	for _, a := range c.Correos {
		addresses = append(addresses, a.Direccion)
	}
	set("Correos", strings.Join(addresses, ", "))
}
