package billing

import (
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// A Draft is a document being typed: the Comprobante itself plus what the form
// needs beside it. Saving never refuses what was typed, only what another tab
// saved meanwhile.
type Draft struct {
	ID          string            // "" until it is saved for the first time
	Revision    int               // of the row read; SaveDraft answers Conflict when it is no longer the stored one
	State       State             // Borrador, or Rechazado/Vencido when it is being corrected
	CustomerID  string            // customer it was filled from, "" when typed by hand
	SerieID     string            // series that will number it
	Comprobante cfdi.Comprobante  // Fecha "" means "now, when it is issued"
	Lines       []DraftLine       // beside Comprobante.Conceptos, same index
	Correos     []string          // where the receipt goes once stamped; empty: the customer's addresses
	Notas       string            // printed on the PDF, no part of the XML
	Addenda     DraftAddenda      // given to the receipt once it is stamped
	Raw         map[string]string // Path → text typed there that could not be read as a value
	UpdatedAt   time.Time

	Serie  string // letters of SerieID, read-only
	Folio  int64  // folio kept from a rejected issue, 0 when it has none; read-only
	Reason Reason // why it came back to be corrected; read-only

	Waiting time.Time // since when it waits for a credit; zero: it does not; read-only
}

// A DraftLine is what the form keeps of one Concepto beside the CFDI.
type DraftLine struct {
	ProductID          string          `json:"product_id,omitempty"`
	PrecioConImpuestos decimal.Decimal `json:"precio_con_impuestos,omitzero"` // unit price with taxes included; absent: ValorUnitario rules
	DescuentoPct       decimal.Decimal `json:"descuento_pct,omitzero"`        // 0–100; absent: an amount rules
	// DescuentoConImpuestos is the discount of a line whose price includes taxes, taxes included; absent: Concepto.Descuento rules.
	DescuentoConImpuestos decimal.Decimal `json:"descuento_con_impuestos,omitzero"`
}

// A Reason says why a document is where it is: the certifier's code and words, or ours.
type Reason struct {
	Code    string // SAT or PAC code (CFDI40147, 401…), or SELLO, PLAZO, TIMBRE, SILENCIO of ours
	Message string // Spanish, for the user
}

// A Document is a stored document as a screen shows it.
type Document struct {
	ID       string
	State    State
	Revision int
	Tipo     string // TipoDeComprobante: I, E
	SerieID  string
	Serie    string
	Folio    int64  // 0 when it has none yet
	Fecha    string // as written in the XML; of a draft, local time of its last save
	UUID     string

	CustomerID     string
	EmisorRfc      string
	ReceptorRfc    string
	ReceptorNombre string

	SubTotal    decimal.Decimal
	Descuento   decimal.Decimal
	Traslados   decimal.Decimal // TotalImpuestosTrasladados
	Retenciones decimal.Decimal // TotalImpuestosRetenidos
	Total       decimal.Decimal
	Moneda      string

	NoCertificado string
	PAC           string
	Test          bool // stamped by a test certifier: SIN VALIDEZ FISCAL
	Reason        Reason
	Correos       []string
	Notas         string
	CreatedAt     time.Time
	UpdatedAt     time.Time
	StampedAt     time.Time // zero until stamped

	Comprobante cfdi.Comprobante // read from the bytes once there are any, from the draft before
	Timbre      *cfdi.Timbre     // nil until stamped
	History     []Event          // oldest first
	Deliveries  []Delivery       // newest first
	HasXML      bool             // the stamped XML can be downloaded
	Waiting     time.Time        // since when it waits for a credit, nothing issued nor charged; zero: it does not
}

// FolioText is the number as people say it: "A-1292", "A" with no folio yet, "" with neither.
func (d Document) FolioText() string { return folioText(d.Serie, d.Folio) }

// An Event is one line of a document's log (Bitácora).
type Event struct {
	At       time.Time
	Name     string // numerar, sellar, enviar, timbrar, rechazar, dudar, no-entregado, vencer, anular, crear
	From, To State
	Revision int
	Who      string // user name; "" is the system
	Code     string
	Message  string // Spanish
}

// Text is the event as a person reads it.
func (e Event) Text() string { return eventText(event(e.Name)) }

// A Delivery is one mail with the receipt.
type Delivery struct {
	ID      string
	To, Cc  []string
	Subject string
	State   DeliveryState
	Error   string // Spanish; why the last try did not work
	Tries   int
	Who     string // user name; "" is the system
	At      time.Time
	SentAt  time.Time // zero until the mail server took it
	Bounced []Bounce  // addresses that the server refused for good
}

// Again reports whether the mail can be sent again, to those who do not have it.
func (d Delivery) Again() bool { return d.State == Fallido || d.State == Enviado && d.Error != "" }

// A Bounce is an address that does not get a mail. Reason is Spanish.
type Bounce struct {
	Address string `json:"address"`
	Reason  string `json:"reason"`
}

// A DeliveryState is where a mail stands.
type DeliveryState string

// The states of a delivery.
const (
	EnCola  DeliveryState = "en-cola"
	Enviado DeliveryState = "enviado"
	Fallido DeliveryState = "fallido"
)

// Text is the state as a person reads it.
func (s DeliveryState) Text() string {
	switch s {
	case EnCola:
		return "En cola"
	case Enviado:
		return "Enviado"
	case Fallido:
		return "No enviado"
	default:
		return string(s)
	}
}

// A Filter chooses documents for [Service.List]. Zero fields choose everything.
type Filter struct {
	State  string // a label (en-cola, sin-respuesta…) or a storage name
	Tipo   string // I, E
	Q      string // words of the receptor's name, RFC, folio ("A-12", "12") or UUID, each from its beginning
	From   string // AAAA-MM-DD, first day of Fecha
	To     string // AAAA-MM-DD, last day of Fecha
	Serie  string
	Moneda string
	Sort   string // fecha, folio, receptor, total; "-" in front: descending. "" = -fecha
	Page   int    // from 1; 0 = 1
	Limit  int    // rows a page, 0 = 50, at most 500
}

// A Page is what [Service.List] found.
type Page struct {
	Rows  []Row
	Total int // documents that match, on all pages
	Page  int
	Limit int
	Sums  []Sum // one per currency, of all that match
	Queue int   // documents of the company that wait for a credit
}

// A Row is one document in the list.
type Row struct {
	ID             string
	State          State
	Tipo           string
	Serie          string
	Folio          int64
	Fecha          string
	UUID           string
	ReceptorRfc    string
	ReceptorNombre string
	Moneda         string
	Total          decimal.Decimal
	Reason         Reason
	Test           bool
	Waits          bool // for a credit: it goes on by itself
}

// FolioText is the number as people say it; see [Document.FolioText].
func (r Row) FolioText() string { return folioText(r.Serie, r.Folio) }

// A Sum adds the documents of one currency; an Egreso takes off. N counts all
// that match, the amounts only those [Service.List] says.
type Sum struct {
	Moneda      string
	N           int
	SubTotal    decimal.Decimal
	Descuento   decimal.Decimal
	Traslados   decimal.Decimal
	Retenciones decimal.Decimal
	Total       decimal.Decimal
}

// A Panel holds the figures of the main panel. Amounts are MXN at each receipt's
// own rate, stamped and not cancelled, Egresos subtracted.
type Panel struct {
	Months       []Month         // five, oldest first; the last one is the current month in the company's zone
	Year         []Month         // twelve, of which Months are the last
	Kinds        []KindSum       // of the five months, those that have documents
	StampedTotal decimal.Decimal // of the five months
	StampedN     int             // documents stamped in the five months
	Empty        bool            // nothing was made in the twelve months
}

// A KindSum is how many documents of a tipo stand under a label and, where they add
// to what was invoiced, what they come to: negative for Egresos.
type KindSum struct {
	Tipo        string
	Label, Text string // as in [StateCount]
	N           int
	Importe     decimal.Decimal
	Adds        bool
}

// Waiting is how the documents stand, whenever made.
type Waiting struct {
	ByState []StateCount   // labels that have documents, in the order of a document's life
	Pending []PendingCount // what waits for a person
	Empty   bool           // there is no document at all
}

// A Month is one bar of the chart.
type Month struct {
	Label     string // "nov 2026"
	Key       string // "2026-11"
	Facturado decimal.Decimal
	N         int
	Current   bool
}

// A StateCount is how many documents stand under a label, whenever made.
type StateCount struct {
	Label string // data-state slug of [State.Label]
	Text  string
	N     int
}

// A PendingCount is a kind of thing that waits for a person, with the filter that lists it.
type PendingCount struct {
	Label string // borrador, rechazado, sin-respuesta, vencido
	Text  string // "3 borradores por terminar"
	N     int
}
