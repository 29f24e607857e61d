package store

import "slices"

// A Right is something an [Actor] may be allowed to do.
type Right string

// The rights of manual §14 that guard what the portal does today. Each is
// checked in the service that does it.
const (
	RightView          Right = "ver"                    // the panel and one's own account: everybody of the company
	RightReceipts      Right = "comprobantes.ver"       // receipts; Limits.Propios narrows it to one's own
	RightDraft         Right = "comprobantes.capturar"  // drafts, never stamped by oneself
	RightIssue         Right = "comprobantes.timbrar"   // number, seal and stamp
	RightSend          Right = "comprobantes.enviar"    // mail a receipt
	RightSeeCustomers  Right = "clientes.ver"           // the list of customers
	RightCustomers     Right = "clientes.editar"        // add, change, switch off
	RightLoadCustomers Right = "clientes.importar"      // many at once, from a file
	RightSeeProducts   Right = "productos.ver"          // the list of products
	RightProducts      Right = "productos.editar"       // add, change, switch off
	RightLoadProducts  Right = "productos.importar"     // many at once, from a file
	RightSeeConfig     Right = "configuracion.ver"      // company, certificates, series, as they are
	RightConfigure     Right = "configuracion.editar"   // only the Administrador (manual §3)
	RightCertificates  Right = "configuracion.sellos"   // load, switch, delete a CSD
	RightUsers         Right = "configuracion.usuarios" // users and what they may do
	RightCoadmin       Right = "coadministracion"       // who of other companies may work here
	RightAudit         Right = "bitacora"               // who did what
	RightExport        Right = "exportar"               // take everything along
	RightBuy           Right = "creditos.comprar"       // buy credits, and see how many there are and where they went
	RightTransfer      Right = "creditos.transferir"    // hand credits on to another company
)

// A RightRule is one line of the table of rights.
type RightRule struct {
	Right     Right
	AdminOnly bool    // an Operación user can never hold it
	Implies   []Right // directly
}

// Rights is the table of all rights, in the order screens show them.
func Rights() []RightRule {
	return []RightRule{
		{Right: RightView},
		{Right: RightReceipts},
		{Right: RightDraft, Implies: []Right{RightReceipts, RightSeeCustomers, RightSeeProducts}},
		{Right: RightIssue, Implies: []Right{RightDraft}},
		{Right: RightSend, Implies: []Right{RightReceipts}},
		{Right: RightSeeCustomers},
		{Right: RightCustomers, Implies: []Right{RightSeeCustomers}},
		{Right: RightLoadCustomers, Implies: []Right{RightCustomers}},
		{Right: RightSeeProducts},
		{Right: RightProducts, Implies: []Right{RightSeeProducts}},
		{Right: RightLoadProducts, Implies: []Right{RightProducts}},
		{Right: RightSeeConfig},
		{Right: RightConfigure, AdminOnly: true, Implies: []Right{RightSeeConfig}},
		{Right: RightCertificates, AdminOnly: true, Implies: []Right{RightSeeConfig}},
		{Right: RightUsers, AdminOnly: true, Implies: []Right{RightSeeConfig}},
		{Right: RightCoadmin, AdminOnly: true},
		{Right: RightAudit},
		{Right: RightExport},
		{Right: RightBuy},
		{Right: RightTransfer, AdminOnly: true, Implies: []Right{RightBuy}},
	}
}

// Widen returns rights with all that they imply, and with what everybody may.
// Words that are no right, and rights that only an Administrador can hold, are
// left out.
func Widen(rights []Right) []Right {
	wide := []Right{RightView}
	var add func(r Right)
	add = func(r Right) {
		i := slices.IndexFunc(Rights(), func(rule RightRule) bool { return rule.Right == r })
		if i < 0 || Rights()[i].AdminOnly {
			return
		}
		if !slices.Contains(wide, r) {
			wide = append(wide, r)
		}
		for _, implied := range Rights()[i].Implies {
			add(implied)
		}
	}
	for _, r := range rights {
		add(r)
	}
	return wide
}

// Limits narrow what an Operación user may touch. The zero value narrows
// nothing; an empty list means all.
type Limits struct {
	Tipos      []string `json:"tipos,omitempty"`      // TipoDeComprobante
	Series     []string `json:"series,omitempty"`     // ids
	Sucursales []string `json:"sucursales,omitempty"` // ids of branches, MainBranch among them
	Total      int64    `json:"total,omitempty"`      // most a receipt may come to, in millionths of MXN
	Propios    bool     `json:"propios,omitempty"`    // sees only receipts made by oneself
}
