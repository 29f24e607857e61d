// Package catalogo holds the SAT catalogues of the CFDI 4.0: keys, official
// texts, validity dates and search.
//
//	cat := catalogo.New()                               // or Open(dir), of an imported edition
//	uso, ok := cat.UsoCFDI("G03")
//	if !ok || !uso.InForce(fecha) || !uso.Admits(regimen) { … }
//	rows := cat.SearchProdServ("renta de local", 10)    // what somebody typed
//	zone := cat.Location("22000")                       // of a postal code
//
// A row is found whatever the day: whoever asks about a document asks [Entry.InForce] too.
//
// The small catalogues are complete tables in this package, those of the complements
// that papers word each a [Short]. Of the large ones
// (ClaveProdServ, ClaveUnidad, CodigoPostal, NumPedimentoAduana) the package
// carries an everyday set, or rules by range, written by us; [Import] brings in
// the full official files and [Open] reads what it left; c_Colonia, c_Municipio and
// c_Localidad are here only then, and the first of them is read where it lies on disk, as
// are the large catalogues of the complements. [ReadSheets] reads the SAT's workbook, and
// [Diff] says what changed between two editions. [Catalog.Full] tells
// which of the two a catalogue is: only a full one can say that a key does not
// exist, otherwise the PAC decides.
//
// A Catalog is read-only once made and may be used by many goroutines.
package catalogo

import (
	"slices"
	"sync"
	"time"

	"iofacturo.mx/decimal"
)

// cfdi40Start is the day most rows start in the catalogues of CFDI 4.0. It says
// when the catalogue was published, not when the key began to exist.
const cfdi40Start = "2022-01-01"

// Entry is what every row of a catalogue has: its key, its official text, and
// the first and last day it may be used (AAAA-MM-DD, "" for no limit).
type Entry struct{ Clave, Texto, Desde, Hasta string }

// InForce reports whether the row may be used on the day of fecha, which starts
// with AAAA-MM-DD (a Fecha will do). A row that starts on 2022-01-01 counts as
// open before that day, and so does any row when fecha is too short to be one.
func (e Entry) InForce(fecha string) bool {
	if len(fecha) < len("2006-01-02") {
		return true
	}
	day := fecha[:len("2006-01-02")]
	if e.Hasta != "" && day > e.Hasta {
		return false
	}
	return e.Desde <= cfdi40Start || day >= e.Desde
}

// Key returns the key of the row.
func (e Entry) Key() string { return e.Clave }

// table is a catalogue in official order with an index by key.
type table[T interface{ Key() string }] struct {
	rows  []T
	byKey map[string]int
}

func newTable[T interface{ Key() string }](rows []T) table[T] {
	t := table[T]{rows: rows, byKey: make(map[string]int, len(rows))}
	for i, r := range rows {
		t.byKey[r.Key()] = i
	}
	return t
}

func (t table[T]) find(key string) (T, bool) {
	i, ok := t.byKey[key]
	if !ok {
		var none T
		return none, false
	}
	return t.rows[i], true
}

// Catalog answers questions about every catalogue of the CFDI 4.0.
type Catalog struct {
	formasPago         table[FormaPago]
	metodosPago        table[MetodoPago]
	monedas            table[Moneda]
	tiposDeComprobante table[TipoDeComprobante]
	exportaciones      table[Exportacion]
	regimenesFiscales  table[RegimenFiscal]
	usosCFDI           table[UsoCFDI]
	objetosImp         table[ObjetoImp]
	tiposRelacion      table[TipoRelacion]
	periodicidades     table[Periodicidad]
	meses              table[Meses]
	impuestos          table[Impuesto]
	tiposFactor        table[TipoFactor]
	paises             table[Pais]
	estados            table[Estado]
	aduanas            table[Aduana]

	colonias    *shelf            // nil unless imported
	shelves     map[string]*shelf // of the complements, those imported
	municipios  *blob
	localidades *blob

	prodServ       *blob
	prodServFinder func() *finder // made at the first search
	unidad         *blob
	unidadFinder   func() *finder
	pedimentos     *blob     // nil unless imported
	postales       []cpRange // nil unless imported

	zones map[string]*time.Location
}

// New returns the catalogues built into the program: the small ones complete,
// the everyday set of ClaveProdServ and ClaveUnidad, and postal codes by range.
func New() *Catalog {
	c := &Catalog{
		formasPago:         newTable(formasPago),
		metodosPago:        newTable(metodosPago),
		monedas:            newTable(monedas),
		tiposDeComprobante: newTable(tiposDeComprobante),
		exportaciones:      newTable(exportaciones),
		regimenesFiscales:  newTable(regimenesFiscales),
		usosCFDI:           newTable(usosCFDI),
		objetosImp:         newTable(objetosImp),
		tiposRelacion:      newTable(tiposRelacion),
		periodicidades:     newTable(periodicidades),
		meses:              newTable(meses),
		impuestos:          newTable(impuestos),
		tiposFactor:        newTable(tiposFactor),
		paises:             newTable(paises),
		estados:            newTable(estados),
		aduanas:            newTable(aduanas),
		prodServ:           everydayProdServ(),
		unidad:             everydayUnidad(),
		shelves:            map[string]*shelf{},
		zones:              loadZones(),
	}
	c.prodServFinder = sync.OnceValue(func() *finder { return newFinder(c.prodServ, prodServPhrases()) })
	c.unidadFinder = sync.OnceValue(func() *finder { return newFinder(c.unidad, unidadPhrases()) })
	return c
}

// FormaPago returns the row of c_FormaPago with this key.
func (c *Catalog) FormaPago(k string) (FormaPago, bool) { return c.formasPago.find(k) }

// MetodoPago returns the row of c_MetodoPago with this key.
func (c *Catalog) MetodoPago(k string) (MetodoPago, bool) { return c.metodosPago.find(k) }

// Moneda returns the row of c_Moneda with this key.
func (c *Catalog) Moneda(k string) (Moneda, bool) { return c.monedas.find(k) }

// TipoDeComprobante returns the row of c_TipoDeComprobante with this key.
func (c *Catalog) TipoDeComprobante(k string) (TipoDeComprobante, bool) {
	return c.tiposDeComprobante.find(k)
}

// Exportacion returns the row of c_Exportacion with this key.
func (c *Catalog) Exportacion(k string) (Exportacion, bool) { return c.exportaciones.find(k) }

// RegimenFiscal returns the row of c_RegimenFiscal with this key.
func (c *Catalog) RegimenFiscal(k string) (RegimenFiscal, bool) { return c.regimenesFiscales.find(k) }

// UsoCFDI returns the row of c_UsoCFDI with this key.
func (c *Catalog) UsoCFDI(k string) (UsoCFDI, bool) { return c.usosCFDI.find(k) }

// ObjetoImp returns the row of c_ObjetoImp with this key.
func (c *Catalog) ObjetoImp(k string) (ObjetoImp, bool) { return c.objetosImp.find(k) }

// TipoRelacion returns the row of c_TipoRelacion with this key.
func (c *Catalog) TipoRelacion(k string) (TipoRelacion, bool) { return c.tiposRelacion.find(k) }

// Periodicidad returns the row of c_Periodicidad with this key.
func (c *Catalog) Periodicidad(k string) (Periodicidad, bool) { return c.periodicidades.find(k) }

// Meses returns the row of c_Meses with this key.
func (c *Catalog) Meses(k string) (Meses, bool) { return c.meses.find(k) }

// Impuesto returns the row of c_Impuesto with this key.
func (c *Catalog) Impuesto(k string) (Impuesto, bool) { return c.impuestos.find(k) }

// TipoFactor returns the row of c_TipoFactor with this key.
func (c *Catalog) TipoFactor(k string) (TipoFactor, bool) { return c.tiposFactor.find(k) }

// Pais returns the row of c_Pais with this key (ISO 3166, three letters).
func (c *Catalog) Pais(k string) (Pais, bool) { return c.paises.find(k) }

// Estado returns the row of c_Estado of Mexico with this key.
func (c *Catalog) Estado(k string) (Estado, bool) { return c.estados.find(k) }

// Aduana returns the row of c_Aduana with this key.
func (c *Catalog) Aduana(k string) (Aduana, bool) { return c.aduanas.find(k) }

// FormasPago lists c_FormaPago in official order.
func (c *Catalog) FormasPago() []FormaPago { return slices.Clone(c.formasPago.rows) }

// MetodosPago lists c_MetodoPago in official order.
func (c *Catalog) MetodosPago() []MetodoPago { return slices.Clone(c.metodosPago.rows) }

// Monedas lists c_Moneda by key.
func (c *Catalog) Monedas() []Moneda { return slices.Clone(c.monedas.rows) }

// TiposDeComprobante lists c_TipoDeComprobante in official order.
func (c *Catalog) TiposDeComprobante() []TipoDeComprobante {
	return slices.Clone(c.tiposDeComprobante.rows)
}

// Exportaciones lists c_Exportacion in official order.
func (c *Catalog) Exportaciones() []Exportacion { return slices.Clone(c.exportaciones.rows) }

// RegimenesFiscales lists c_RegimenFiscal by key.
func (c *Catalog) RegimenesFiscales() []RegimenFiscal { return slices.Clone(c.regimenesFiscales.rows) }

// UsosCFDI lists c_UsoCFDI in official order.
func (c *Catalog) UsosCFDI() []UsoCFDI { return slices.Clone(c.usosCFDI.rows) }

// ObjetosImp lists c_ObjetoImp by key.
func (c *Catalog) ObjetosImp() []ObjetoImp { return slices.Clone(c.objetosImp.rows) }

// TiposRelacion lists c_TipoRelacion by key.
func (c *Catalog) TiposRelacion() []TipoRelacion { return slices.Clone(c.tiposRelacion.rows) }

// Periodicidades lists c_Periodicidad by key.
func (c *Catalog) Periodicidades() []Periodicidad { return slices.Clone(c.periodicidades.rows) }

// MesesLista lists c_Meses by key: 01–12 the months, 13–18 the two-month periods.
func (c *Catalog) MesesLista() []Meses { return slices.Clone(c.meses.rows) }

// Impuestos lists c_Impuesto by key.
func (c *Catalog) Impuestos() []Impuesto { return slices.Clone(c.impuestos.rows) }

// TiposFactor lists c_TipoFactor in official order.
func (c *Catalog) TiposFactor() []TipoFactor { return slices.Clone(c.tiposFactor.rows) }

// Paises lists c_Pais by Spanish name.
func (c *Catalog) Paises() []Pais { return slices.Clone(c.paises.rows) }

// Estados lists the states of Mexico in official order.
func (c *Catalog) Estados() []Estado { return slices.Clone(c.estados.rows) }

// Aduanas lists c_Aduana by key.
func (c *Catalog) Aduanas() []Aduana { return slices.Clone(c.aduanas.rows) }

// TasasOCuotas lists c_TasaOCuota.
func (c *Catalog) TasasOCuotas() []TasaOCuota { return slices.Clone(tasasOCuotas) }

// ValidRate reports whether c_TasaOCuota has, on the day of fecha, a row for this
// tax (001, 002, 003), factor (Tasa, Cuota) and side that takes the rate. It looks
// at the number, not at how many decimals it is written with.
func (c *Catalog) ValidRate(impuesto, tipoFactor string, traslado bool, rate decimal.Decimal, fecha string) bool {
	return slices.ContainsFunc(tasasOCuotas, func(t TasaOCuota) bool {
		return t.Impuesto == impuesto && t.TipoFactor == tipoFactor && t.side(traslado) &&
			t.entry().InForce(fecha) && rate.Cmp(t.Minimo) >= 0 && rate.Cmp(t.Maximo) <= 0
	})
}
