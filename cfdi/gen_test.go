package cfdi_test

import (
	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
)

// amount draws a number of up to digits whole digits and places decimals.
func amount(rt *rapid.T, label string, most int64, places int) decimal.Decimal {
	scale := rapid.IntRange(0, places).Draw(rt, label+" decimals")
	unit := int64(1)
	for range scale {
		unit *= 10
	}
	return decimal.New(rapid.Int64Range(1, most*unit).Draw(rt, label), scale)
}

var (
	ivaRates  = []string{"0.16", "0.08", "0", "0.160000"}
	iepsRates = []string{"0.265", "0.300", "0.53", "1.6", "0.08", "0.06", "0.09"}
)

func genTaxes(rt *rapid.T, retenciones bool) *cfdi.ConceptoImpuestos {
	i := &cfdi.ConceptoImpuestos{}
	switch rapid.IntRange(0, 5).Draw(rt, "taxes") {
	case 0:
		return nil
	case 1:
		i.Traslados = []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Exento"}}
	case 2:
		i.Traslados = []cfdi.Traslado{iva(rapid.SampledFrom(ivaRates).Draw(rt, "iva")), ieps("Tasa", rapid.SampledFrom(iepsRates).Draw(rt, "ieps"))}
	case 3:
		i.Traslados = []cfdi.Traslado{ieps("Cuota", amount(rt, "cuota", 70, 6).String()), iva("0.16")}
	default:
		i.Traslados = []cfdi.Traslado{iva(rapid.SampledFrom(ivaRates).Draw(rt, "iva"))}
	}
	if retenciones && rapid.Bool().Draw(rt, "withheld") {
		i.Retenciones = []cfdi.ConceptoRetencion{withheld("001", "0.0125"), withheld("002", "0.106667")}
	}
	return i
}

// genPriced draws a document with prices, discounts and taxes, not totalized.
func genPriced(rt *rapid.T) (c *cfdi.Comprobante, places int) {
	c = simple()
	money := rapid.SampledFrom([]struct {
		clave  string
		places int
	}{{"MXN", 2}, {"USD", 2}, {"JPY", 0}, {"BHD", 3}}).Draw(rt, "moneda")
	c.Moneda = money.clave
	c.Conceptos = nil
	for range rapid.IntRange(1, 8).Draw(rt, "lines") {
		k := cfdi.Concepto{
			ClaveProdServ: "01010101", ClaveUnidad: "ACT", Descripcion: "x", ObjetoImp: "02",
			Cantidad: amount(rt, "cantidad", 2000, 6), ValorUnitario: amount(rt, "precio", 100_000, rapid.SampledFrom([]int{0, 2, 6}).Draw(rt, "style")),
			Impuestos: genTaxes(rt, true),
		}
		if rapid.IntRange(0, 3).Draw(rt, "discount") == 0 {
			// Truncated to the currency, so that rounding never lifts it above its line.
			share := decimal.New(rapid.Int64Range(0, 90).Draw(rt, "per cent"), 2)
			k.Descuento = k.Cantidad.Mul(k.ValorUnitario).Mul(share).Truncate(money.places)
		}
		c.Conceptos = append(c.Conceptos, k)
	}
	if rapid.IntRange(0, 4).Draw(rt, "local") == 0 {
		c.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{
			TrasladosLocales: []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.5")}},
		}}
	}
	return c, money.places
}

// genText draws text that XML can carry, with what it escapes and white space
// of all kinds.
func genText(rt *rapid.T, label string) string {
	return rapid.StringOfN(rapid.SampledFrom([]rune("aZ09ñÑÁ&<>\"'|] \t\n\r\u00a0€𝄞")), 0, 12, -1).Draw(rt, label)
}

func genNumber(rt *rapid.T, label string) decimal.Decimal {
	switch rapid.IntRange(0, 19).Draw(rt, label+" kind") {
	case 0, 1, 2, 3:
		return decimal.Decimal{}
	case 4: // as others spell it: 007, -0.0
		return decimal.MustParse(rapid.StringMatching(`-?[0-9]{1,18}(\.[0-9]{1,6})?`).Draw(rt, label))
	}
	return decimal.New(rapid.Int64().Draw(rt, label)%1e17, rapid.IntRange(0, 6).Draw(rt, label+" decimals"))
}

func list[T any](rt *rapid.T, label string, one func() T) []T {
	var out []T
	for range rapid.IntRange(0, 2).Draw(rt, label) {
		out = append(out, one())
	}
	return out
}

func maybe[T any](rt *rapid.T, label string, one func() T) *T {
	if !rapid.Bool().Draw(rt, label) {
		return nil
	}
	v := one()
	return &v
}

// genAny draws any Comprobante that can be written, sense or nonsense.
func genAny(rt *rapid.T) *cfdi.Comprobante {
	text := func(label string) string { return genText(rt, label) }
	number := func(label string) decimal.Decimal { return genNumber(rt, label) }
	aduana := func() cfdi.InformacionAduanera { return cfdi.InformacionAduanera{NumeroPedimento: text("pedimento")} }
	traslado := func() cfdi.Traslado {
		return cfdi.Traslado{
			Base: number("base"), Impuesto: text("impuesto"), TipoFactor: text("factor"),
			TasaOCuota: number("tasa"), Importe: number("importe"),
		}
	}
	c := &cfdi.Comprobante{
		Version: "4.0", Serie: text("serie"), Folio: text("folio"), Fecha: text("fecha"), Sello: text("sello"),
		FormaPago: text("forma"), NoCertificado: text("no"), Certificado: text("cert"), CondicionesDePago: text("cond"),
		SubTotal: number("sub"), Descuento: number("desc"), Moneda: text("moneda"), TipoCambio: number("tc"),
		Total: number("total"), TipoDeComprobante: text("tipo"), Exportacion: text("exp"), MetodoPago: text("mp"),
		LugarExpedicion: text("lugar"), Confirmacion: text("conf"),
		InformacionGlobal: maybe(rt, "global", func() cfdi.InformacionGlobal {
			return cfdi.InformacionGlobal{Periodicidad: text("per"), Meses: text("meses"), Año: text("año")}
		}),
		CfdiRelacionados: list(rt, "relacionados", func() cfdi.CfdiRelacionados {
			return cfdi.CfdiRelacionados{TipoRelacion: text("rel"), CfdiRelacionado: list(rt, "uuids", func() cfdi.CfdiRelacionado {
				return cfdi.CfdiRelacionado{UUID: text("uuid")}
			})}
		}),
		Emisor:   cfdi.Emisor{Rfc: text("rfc"), Nombre: text("nombre"), RegimenFiscal: text("reg"), FacAtrAdquirente: text("fac")},
		Receptor: cfdi.Receptor{Rfc: text("rfc"), Nombre: text("nombre"), NumRegIdTrib: text("num"), UsoCFDI: text("uso")},
		Impuestos: maybe(rt, "impuestos", func() cfdi.Impuestos {
			return cfdi.Impuestos{
				TotalImpuestosRetenidos: number("tr"), TotalImpuestosTrasladados: number("tt"),
				Traslados: list(rt, "traslados", traslado),
				Retenciones: list(rt, "retenciones", func() cfdi.Retencion {
					return cfdi.Retencion{Impuesto: text("imp"), Importe: number("importe")}
				}),
			}
		}),
	}
	c.Conceptos = list(rt, "conceptos", func() cfdi.Concepto {
		return cfdi.Concepto{
			ClaveProdServ: text("clave"), NoIdentificacion: text("id"), Cantidad: number("cant"), ClaveUnidad: text("cu"),
			Unidad: text("u"), Descripcion: text("desc"), ValorUnitario: number("vu"), Importe: number("imp"),
			Descuento: number("descuento"), ObjetoImp: text("oi"),
			Impuestos: maybe(rt, "imp", func() cfdi.ConceptoImpuestos {
				return cfdi.ConceptoImpuestos{
					Traslados: list(rt, "traslados", traslado),
					Retenciones: list(rt, "ret", func() cfdi.ConceptoRetencion {
						return cfdi.ConceptoRetencion(traslado())
					}),
				}
			}),
			ACuentaTerceros: maybe(rt, "terceros", func() cfdi.ACuentaTerceros {
				return cfdi.ACuentaTerceros{RfcACuentaTerceros: text("rfc"), NombreACuentaTerceros: text("n")}
			}),
			InformacionAduanera: list(rt, "aduana", aduana),
			CuentaPredial:       list(rt, "predial", func() cfdi.CuentaPredial { return cfdi.CuentaPredial{Numero: text("n")} }),
			Parte: list(rt, "parte", func() cfdi.Parte {
				return cfdi.Parte{
					ClaveProdServ: text("cps"), Cantidad: number("cant"), Descripcion: text("d"), ValorUnitario: number("vu"),
					InformacionAduanera: list(rt, "aduana", aduana),
				}
			}),
		}
	})
	if rapid.Bool().Draw(rt, "local") {
		c.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{
			Version: text("v"), TotaldeRetenciones: number("tr"), TotaldeTraslados: number("tt"),
			RetencionesLocales: list(rt, "ret", func() implocal.RetencionesLocales {
				return implocal.RetencionesLocales{ImpLocRetenido: text("n"), TasadeRetencion: number("t"), Importe: number("i")}
			}),
			TrasladosLocales: list(rt, "tra", func() implocal.TrasladosLocales {
				return implocal.TrasladosLocales{ImpLocTrasladado: text("n"), TasadeTraslado: number("t"), Importe: number("i")}
			}),
		}}
	}
	return c
}
