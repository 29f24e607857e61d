package cfdi

import (
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/decimal"
)

// structure reports what the schema requires and is not there. Version, Sello and
// the certificate are left out: Prepare and Seal write them, Verify asks for them.
func structure(v *validation) {
	if v.flawed {
		v.eachNode(func(path string, fields []Field) {
			for _, f := range fields {
				if f.missing() {
					v.missing(join(path, f.Name), f)
				}
			}
		})
	}
	if v.c.Version != "" && v.c.Version != "4.0" {
		v.fail("Version", "La versión del comprobante debe ser 4.0.", "Genera el comprobante de nuevo.")
	}
	if len(v.c.Conceptos) == 0 {
		v.fail("Conceptos", "El comprobante no tiene conceptos.", "Agrega al menos un concepto.")
	}
	for i, g := range v.c.CfdiRelacionados {
		if len(g.CfdiRelacionado) == 0 {
			v.fail(at("CfdiRelacionados", i), "La relación no dice con qué comprobantes.", "Agrega el folio fiscal relacionado, o quita la relación.")
		}
	}
}

// missing reports an attribute that is not there. Amounts can be computed; a few
// keys can only be one.
func (v *validation) missing(path string, f Field) {
	v.fail(path, "Falta "+label(f.Name)+".", "Escribe el dato; el SAT lo exige.")
	if f.num != nil {
		v.recompute()
	} else if only := v.onlyOne(path); only != "" {
		v.mend(path, only)
		v.tentative()
	}
}

// missing reports whether the schema requires the attribute and it is not there.
func (f Field) missing() bool { return f.use != optionalUse && f.empty() && !writtenBySeal(f.Name) }

// empty reports whether the attribute is absent, without spelling a number out.
func (f Field) empty() bool {
	if f.num != nil {
		return f.num.IsZero()
	}
	return *f.text == ""
}

func writtenBySeal(name string) bool {
	return name == "Version" || name == "Sello" || name == "NoCertificado" || name == "Certificado"
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// labels say in plain words what an attribute is, where its name does not.
var labels = map[string]string{
	"Serie":                          "la serie",
	"Folio":                          "el folio",
	"FormaPago":                      "la forma de pago",
	"MetodoPago":                     "el método de pago",
	"CondicionesDePago":              "el texto de las condiciones de pago",
	"Confirmacion":                   "la clave de confirmación",
	"Descuento":                      "el descuento",
	"TipoCambio":                     "el tipo de cambio",
	"NoCertificado":                  "el número del certificado",
	"FacAtrAdquirente":               "el número de operación que dio el SAT (FacAtrAdquirente)",
	"NumRegIdTrib":                   "el número de identidad tributaria",
	"ResidenciaFiscal":               "el país de residencia fiscal",
	"NoIdentificacion":               "el número de identificación del producto",
	"Unidad":                         "el nombre de la unidad",
	"Base":                           "la base del impuesto",
	"Impuesto":                       "la clave del impuesto",
	"TipoFactor":                     "el tipo de factor",
	"TasaOCuota":                     "la tasa o cuota del impuesto",
	"TotalImpuestosRetenidos":        "el total de impuestos retenidos",
	"TotalImpuestosTrasladados":      "el total de impuestos trasladados",
	"Rfc":                            "el RFC",
	"Nombre":                         "el nombre",
	"Fecha":                          "la fecha",
	"SubTotal":                       "el subtotal",
	"Total":                          "el total",
	"Moneda":                         "la moneda",
	"TipoDeComprobante":              "el tipo de comprobante",
	"Exportacion":                    "la clave de exportación",
	"LugarExpedicion":                "el código postal del lugar de expedición",
	"RegimenFiscal":                  "el régimen fiscal",
	"RegimenFiscalReceptor":          "el régimen fiscal del receptor",
	"DomicilioFiscalReceptor":        "el código postal del receptor",
	"UsoCFDI":                        "el uso del CFDI",
	"ClaveProdServ":                  "la clave de producto o servicio",
	"ClaveUnidad":                    "la clave de unidad",
	"Cantidad":                       "la cantidad",
	"Descripcion":                    "la descripción",
	"ValorUnitario":                  "el precio",
	"Importe":                        "el importe",
	"ObjetoImp":                      "el objeto de impuesto",
	"UUID":                           "el folio fiscal relacionado",
	"TipoRelacion":                   "el tipo de relación",
	"Periodicidad":                   "la periodicidad",
	"Meses":                          "el mes",
	"Año":                            "el año",
	"NumeroPedimento":                "el número de pedimento",
	"Numero":                         "el número de cuenta predial",
	"RfcACuentaTerceros":             "el RFC del tercero",
	"NombreACuentaTerceros":          "el nombre del tercero",
	"RegimenFiscalACuentaTerceros":   "el régimen fiscal del tercero",
	"DomicilioFiscalACuentaTerceros": "el código postal del tercero",
}

func label(name string) string {
	if l, ok := labels[name]; ok {
		return l
	}
	return "el dato " + name
}

// lengths are the most characters of each text attribute (Anexo 20). Attributes
// of a catalogue are not here: a key that is too long is no key.
var lengths = map[string]int{
	"Serie":                 25,
	"Folio":                 40,
	"CondicionesDePago":     1000,
	"Nombre":                300,
	"NumRegIdTrib":          40,
	"NoIdentificacion":      100,
	"Unidad":                20,
	"Descripcion":           1000,
	"NombreACuentaTerceros": 300,
	"Numero":                150,
}

// forms are the attributes with a pattern of their own: what it is, in words, and
// whether a value has it.
var forms = map[string]struct {
	words string
	is    func(string) bool
}{
	"Rfc":                            {"12 o 13 caracteres, con una fecha que exista", ValidRFC},
	"RfcACuentaTerceros":             {"12 o 13 caracteres, con una fecha que exista", ValidRFC},
	"DomicilioFiscalReceptor":        {"cinco dígitos", func(s string) bool { return len(s) == 5 && allDigits(s) && s != "00000" }},
	"DomicilioFiscalACuentaTerceros": {"cinco dígitos", func(s string) bool { return len(s) == 5 && allDigits(s) && s != "00000" }},
	"FacAtrAdquirente":               {"diez dígitos", func(s string) bool { return len(s) == 10 && allDigits(s) }},
	"Confirmacion":                   {"cinco letras o dígitos", func(s string) bool { return len(s) == 5 && alphanumeric(s) }},
	"NoCertificado":                  {"veinte dígitos", func(s string) bool { return len(s) == 20 && allDigits(s) }},
	"Numero":                         {"solo letras y dígitos, sin guiones ni espacios", alphanumeric},
	"UUID":                           {"36 caracteres, como 5FB2822E-396D-4725-8521-CDC4BDD20CCF", uuidForm.MatchString},
	"Año":                            {"un año de 2019 en adelante", isYear},
}

func isYear(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 2019 && allDigits(s)
}

func alphanumeric(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// lexical reports values that the schema refuses and no other code speaks of.
func lexical(v *validation) {
	if !v.flawed {
		return
	}
	v.eachNode(func(path string, fields []Field) {
		for _, f := range fields {
			if problem, fix := f.malformed(); problem != "" {
				v.fail(join(path, f.Name), capital(label(f.Name))+" "+problem+".", fix)
				v.mendLexical(join(path, f.Name), f)
			}
		}
	})
}

// mendLexical mends what was only written in another way: an RFC in small letters,
// a UUID or an account with other signs between, zeros that add nothing.
func (v *validation) mendLexical(path string, f Field) {
	if f.num != nil {
		if !f.num.Plain() && f.num.Scale() <= fine {
			v.mend(path, f.num.Round(f.num.Scale()).String())
			v.tentative()
			return
		}
		if rounded := f.num.Round(fine); (f.Name == "Cantidad" || f.Name == "ValorUnitario") && rounded.Cmp(*f.num) == 0 {
			v.mend(path, rounded.String())
			v.tentative()
			return
		}
		v.recompute()
		return
	}
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -._/", r) {
			return -1
		}
		return r
	}, *f.text)
	switch f.Name {
	case "Rfc", "RfcACuentaTerceros":
		plain = strings.ToUpper(plain)
	case "UUID":
		if len(plain) == 32 {
			plain = strings.Join([]string{plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]}, "-")
		}
	case "Numero":
	default:
		return
	}
	if form := forms[f.Name]; form.is(plain) {
		v.mend(path, plain)
		v.tentative()
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// malformed is what the schema refuses in the value of an attribute, and what to do about it;
// "" when nothing.
func (f Field) malformed() (problem, fix string) {
	if f.num != nil {
		return f.numberProblem()
	}
	return f.textProblem()
}

func (f Field) textProblem() (problem, fix string) {
	if f.Name == "Sello" || f.Name == "Certificado" || f.use == verbatimUse && collapse(*f.text) == "" {
		return "", ""
	}
	if problem, fix = f.problem(lengths[f.Name]); problem != "" || f.empty() {
		return problem, fix
	}
	if form, ok := forms[f.Name]; ok && !form.is(*f.text) {
		return Quoted(*f.text) + " no tiene la forma correcta: " + form.words, "Escríbelo con esa forma."
	}
	return "", ""
}

// forbidden reports what no attribute may hold: the bar, which parts the cadena,
// and what XML cannot write, so that it would be sealed as one thing and read as another.
func forbidden(r rune) bool {
	return r == '|' || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// freelySpelled are the numbers that the schema takes as 0.5, .5 or +0.5; all others have a pattern, Base in the summary.
var freelySpelled = []string{"Cantidad", "TasaOCuota", "TipoCambio"}

// numberProblem is about t_Importe and its kin: no sign, 18 digits and six
// decimals at most. Of TipoCambio and of bases that are not positive other codes speak.
func (f Field) numberProblem() (problem, fix string) {
	d := *f.num
	switch {
	case d.IsZero() || f.Name == "TipoCambio" && d.Sign() != 0:
		return "", ""
	case !d.Plain() && !slices.Contains(freelySpelled, f.Name):
		return f.oddly()
	case f.Name == "TipoCambio":
		return "debe ser mayor que cero", "Escribe cuántos pesos vale la moneda."
	case f.Name == "Base" || f.Name == "ValorUnitario" && d.Sign() < 0:
	case d.Sign() < 0:
		return wordsNegative, fixNegative
	case f.Name == "Cantidad" && d.Sign() == 0:
		return "debe ser mayor que cero", "Escribe cuánto se vende."
	}
	if d.Scale() > 6 {
		return tooManyDecimals(6)
	}
	if d.Abs().Cmp(decimal.FromInt(1e18)) >= 0 {
		return "tiene más de 18 dígitos antes del punto", "Revisa el número."
	}
	return "", ""
}
