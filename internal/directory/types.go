// Package directory holds what receipts are made of again and again: the
// customers and the products of a company, and their search.
//
//	s := directory.New(directory.Config{DB: db, Catalog: cat, Now: time.Now, NewID: newID, Mailer: m, BaseURL: "http://localhost:8080"})
//	saved, warnings, err := s.SaveCustomer(ctx, actor, directory.Customer{Rfc: "XAXX010101000", …})
//	page, err := s.Customers(ctx, actor, directory.Filter{Q: "ferreteria"})
//
// What breaks a rule of the SAT is an error beside its field; what only looks
// odd is a warning and is stored. Receipts keep their own copy, so that a
// change here never reaches one that exists.
package directory

import (
	"strconv"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Customer is one receiver of receipts (manual §4). Field paths in errors
// are the names below; Correos[2] for the third address.
type Customer struct {
	ID                string
	Rfc               string
	Nombre            string // as in the Constancia, upper case, no corporate suffix
	CodigoPostal      string
	RegimenFiscal     string
	UsoCFDI           string
	Correos           []Correo
	ResidenciaFiscal  string // key of c_Pais, for XEXX010101000
	NumRegIdTrib      string
	Telefono          string
	Contacto          string
	store.Address     // printed only
	Notas             string
	Clave             string // the company's own key for this customer or branch
	FormaPago         string // these and the next three pre-fill a receipt
	MetodoPago        string
	Moneda            string
	CondicionesDePago string
	ListaPrecios      string          // id of the list of prices it buys by, "" for the products' own
	Serie             string          // name of the series of its invoices, "" for the default one
	DiasCredito       int             // 0 when it pays at once
	LimiteCredito     decimal.Decimal // in its Moneda, or pesos; absent without a limit
	Impuestos         []string        // ids of taxes of the company that its receipts bear besides
	AddendaID         string          // the one its receipts begin with
	Validado          Validation      // what the SAT said of the data as they are
	Activo            bool
	Version           int // the one read; an older one is a fail.Conflict
	UpdatedAt         time.Time
	UpdatedBy         string
	Unread            []fail.Field // what was typed and is no number; nothing is saved while there is any
}

// A Validation is what the SAT said of RFC, name, postal code and regime on some day;
// the zero one while nobody asked since they last changed.
type Validation struct {
	At        time.Time
	Resultado string // what the SAT objected to, "" when all agrees
	Por       string // who brought the answer
	Como      string // [store.SaidByReceipt] or [store.SaidByFile]
}

// Good reports whether the SAT agreed.
func (v Validation) Good() bool { return !v.At.IsZero() && v.Resultado == "" }

// Terms are what the receipts of a customer on credit say of it, beside what it has of
// its own: so many days, to be paid later.
func (c Customer) Terms() (condiciones, metodo, forma string) {
	condiciones, metodo, forma = c.CondicionesDePago, c.MetodoPago, c.FormaPago
	if c.DiasCredito == 0 {
		return condiciones, metodo, forma
	}
	if condiciones == "" {
		condiciones = creditText(c.DiasCredito)
	}
	if metodo == "" && (forma == "" || forma == "99") {
		metodo, forma = "PPD", "99"
	}
	return condiciones, metodo, forma
}

func creditText(days int) string {
	if days == 1 {
		return "1 día"
	}
	return strconv.Itoa(days) + " días"
}

// A Correo is one mail address of a customer, as recipient or as copy.
type Correo struct {
	Direccion string
	Copia     bool
}

// A Product is one thing sold (manual §5). Precio has at most 6 decimals;
// rates are fractions (0.160000).
type Product struct {
	ID                     string
	Clave                  string // the company's own key, unique, may be empty
	Descripcion            string
	ClaveProdServ          string
	ClaveUnidad            string
	Unidad                 string // free text beside ClaveUnidad
	Precio                 decimal.Decimal
	Moneda                 string
	PrecioIncluyeImpuestos bool
	ObjetoImp              string
	Traslados              []Tax
	Retenciones            []Tax
	CuentaPredial          string
	Categoria              string          // the company's own word for what it is kept with
	PesoEnKg               decimal.Decimal // of one unit; this and the next three are for the Carta Porte
	MaterialPeligroso      string          // "Sí", "No", "" when nobody said
	CveMaterialPeligroso   string
	Embalaje               string
	Imagen                 string // digest of its picture, "" without one
	Activo                 bool
	Version                int
	UpdatedAt              time.Time
	UpdatedBy              string
	Unread                 []fail.Field // what was typed and is no number; nothing is saved while there is any
}

// A Tax is one tax of a product. TasaOCuota is absent for TipoFactor Exento.
type Tax struct {
	Impuesto   string          `json:"Impuesto"`
	TipoFactor string          `json:"TipoFactor"`
	TasaOCuota decimal.Decimal `json:"TasaOCuota,omitzero"`
}

// A Filter chooses rows of a list. Q is words as typed, matched from the
// beginning of each word, without accents or case, all of them. After is the
// Next of the page before; empty = first page. Limit 0 = 50, at most 200.
type Filter struct {
	Q         string
	Categoria string // of products, in any case or accent
	Valid     string // customers: [store.SaidGood], [store.SaidBad], [store.SaidNothing]; "" for all
	Inactive  bool   // the deactivated ones instead of the active ones
	All       bool   // both
	Sort      string // customers: nombre, rfc, cp, regimen, uso; products: descripcion, clave, precio, sat, unidad, categoria; "-" before it turns it around
	After     string
	Limit     int
}

// A CustomerPage is one page of customers in the order asked for; of a search with
// thousands of matches, by the word found. Next is "" on the last page.
type CustomerPage struct {
	Rows   []Customer
	Next   string
	ByWord bool // the order is of the word found
	Total  int  // of the whole filter; exact up to 1,000, then 1,001 = "more than 1,000"
}

// A ProductPage is one page of products by description, as [CustomerPage].
type ProductPage struct {
	Rows   []Product
	Next   string
	ByWord bool
	Total  int
}

// Recents are the SAT keys this company used last, newest first.
type Recents struct {
	ClaveProdServ []string
	ClaveUnidad   []string
}
