package store

import "context"

// States of an order, in the order it goes through them.
const (
	OrderPending  = "pendiente"
	OrderPaid     = "pagada"
	OrderCredited = "acreditada"
	OrderExpired  = "vencida"
	OrderCanceled = "cancelada"
	OrderRefunded = "reembolsada"
)

// States of what a gateway said.
const (
	EventDone     = "hecho"
	EventNothing  = "sin-efecto"
	EventReview   = "revisar" // who runs the portal decides
	EventReviewed = "revisado"
)

// A PackageRow is credits that the portal sells. It is of no company.
type PackageRow struct {
	ID          string `db:"id"`
	Name        string `db:"name"`
	Credits     int64  `db:"credits"`
	Price       int64  `db:"price"`      // millionths of MXN, before IVA
	ValidDays   int64  `db:"valid_days"` // 0 never expires
	FromAt      int64  `db:"from_at"`
	UntilAt     int64  `db:"until_at"` // 0 is without end
	Ord         int64  `db:"ord"`
	Demo        bool   `db:"demo"`
	Sold        bool   `db:"sold"` // in an order: not changed any more
	WithdrawnAt int64  `db:"withdrawn_at"`
	ReplacedBy  string `db:"replaced_by"`
	Version     int64  `db:"version"`
	CreatedAt   int64  `db:"created_at"`
}

const packageColumns = `id, name, credits, price, valid_days, from_at, until_at, ord, demo, sold, withdrawn_at, replaced_by, version, created_at`

// Packages lists those that were not withdrawn, in their order.
func (g *GlobalView) Packages(ctx context.Context, limit int) ([]PackageRow, error) {
	rows := []PackageRow{}
	err := g.list(ctx, &rows, `SELECT `+packageColumns+` FROM shop_packages WHERE withdrawn_at = 0 ORDER BY ord, id LIMIT $1`, limit)
	return rows, err
}

// WithdrawnPackages lists those that are not sold any more, the last withdrawn first.
func (g *GlobalView) WithdrawnPackages(ctx context.Context, limit int) ([]PackageRow, error) {
	rows := []PackageRow{}
	err := g.list(ctx, &rows, `SELECT `+packageColumns+` FROM shop_packages WHERE withdrawn_at > 0 ORDER BY withdrawn_at DESC, id LIMIT $1`, limit)
	return rows, err
}

// Package returns one, withdrawn or not.
func (g *GlobalView) Package(ctx context.Context, id string) (PackageRow, error) {
	var r PackageRow
	err := g.get(ctx, &r, `SELECT `+packageColumns+` FROM shop_packages WHERE id = $1`, id)
	return r, err
}

// PackageForUpdate is [GlobalView.Package] for one that is about to change.
func (tx *GlobalTx) PackageForUpdate(ctx context.Context, id string) (PackageRow, error) {
	var r PackageRow
	err := tx.get(ctx, &r, `SELECT `+packageColumns+` FROM shop_packages WHERE id = $1`+tx.db.dialect.lock, id)
	return r, err
}

// InsertPackage keeps a new one.
func (tx *GlobalTx) InsertPackage(ctx context.Context, r PackageRow) error {
	_, err := tx.exec(ctx, `INSERT INTO shop_packages (`+packageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		r.ID, r.Name, r.Credits, r.Price, r.ValidDays, r.FromAt, r.UntilAt, r.Ord, r.Demo, r.Sold, r.WithdrawnAt, r.ReplacedBy, r.Version, r.CreatedAt)
	return err
}

// UpdatePackage keeps what may change of one read by [GlobalTx.PackageForUpdate].
func (tx *GlobalTx) UpdatePackage(ctx context.Context, r PackageRow) error {
	_, err := tx.exec(ctx, `UPDATE shop_packages SET name = $2, credits = $3, price = $4, valid_days = $5, from_at = $6, until_at = $7, ord = $8,
		withdrawn_at = $9, replaced_by = $10, version = version + 1 WHERE id = $1`,
		r.ID, r.Name, r.Credits, r.Price, r.ValidDays, r.FromAt, r.UntilAt, r.Ord, r.WithdrawnAt, r.ReplacedBy)
	return err
}

// SellPackage marks one as sold if it stands as the version says; false when it changed
// or was withdrawn meanwhile.
func (tx *GlobalTx) SellPackage(ctx context.Context, id string, version int64) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE shop_packages SET sold = $3 WHERE id = $1 AND version = $2 AND withdrawn_at = 0`, id, version, true)
	return n == 1, err
}

// A CartRow is one package in the cart of a company.
type CartRow struct {
	PackageID string `db:"package_id"`
	Quantity  int64  `db:"quantity"`
	Price     int64  `db:"price"` // that was seen
}

// Cart returns the cart of the company.
func (v *View) Cart(ctx context.Context) ([]CartRow, error) {
	rows := []CartRow{}
	err := v.list(ctx, &rows, `SELECT package_id, quantity, price FROM shop_carts WHERE tenant_id = $1 ORDER BY package_id`)
	return rows, err
}

// PutCart puts a package in the cart, instead of what was there of it.
func (tx *Tx) PutCart(ctx context.Context, r CartRow) error {
	_, err := tx.exec(ctx, `INSERT INTO shop_carts (tenant_id, package_id, quantity, price) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, package_id) DO UPDATE SET quantity = excluded.quantity, price = excluded.price`, r.PackageID, r.Quantity, r.Price)
	return err
}

// DropCart takes a package out of the cart.
func (tx *Tx) DropCart(ctx context.Context, packageID string) error {
	_, err := tx.exec(ctx, `DELETE FROM shop_carts WHERE tenant_id = $1 AND package_id = $2`, packageID)
	return err
}

// EmptyCart takes everything out of the cart.
func (tx *Tx) EmptyCart(ctx context.Context) error {
	_, err := tx.exec(ctx, `DELETE FROM shop_carts WHERE tenant_id = $1`)
	return err
}

// An OrderRow is what a company buys. Amounts are millionths of MXN.
type OrderRow struct {
	ID         string `db:"id"`
	State      string `db:"state"`
	Gateway    string `db:"gateway"`
	Method     string `db:"method"`
	Credits    int64  `db:"credits"`
	Subtotal   int64  `db:"subtotal"`
	IVA        int64  `db:"iva"`
	Total      int64  `db:"total"`
	Ref        string `db:"ref"`        // seven digits that name it at a bank
	Session    string `db:"session"`    // at the gateway
	Payment    string `db:"payment"`    // at the gateway
	PayURL     string `db:"pay_url"`    // where it is paid
	Instrument string `db:"instrument"` // hash of the card, as the gateway gives it; "" for none
	Tracking   string `db:"tracking"`   // of the transfer that paid it
	Voucher    bool   `db:"voucher"`    // the buyer has a slip to pay with
	UserID     string `db:"user_id"`
	UserName   string `db:"user_name"`
	CreatedAt  int64  `db:"created_at"`
	DueAt      int64  `db:"due_at"`
	PaidAt     int64  `db:"paid_at"`
	ReceiptID  string `db:"receipt_id"`  // a document of who runs the portal
	ReceiptWhy string `db:"receipt_why"` // it could not be issued
}

const orderColumns = `id, state, gateway, method, credits, subtotal, iva, total, ref, session, payment, pay_url, instrument, tracking, voucher,
	user_id, user_name, created_at, due_at, paid_at, receipt_id, receipt_why`

// InsertOrder keeps a new order.
func (tx *Tx) InsertOrder(ctx context.Context, r OrderRow) error {
	_, err := tx.exec(ctx, `INSERT INTO shop_orders (tenant_id, `+orderColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		r.ID, r.State, r.Gateway, r.Method, r.Credits, r.Subtotal, r.IVA, r.Total, r.Ref, r.Session, r.Payment, r.PayURL, r.Instrument, r.Tracking, r.Voucher,
		r.UserID, r.UserName, r.CreatedAt, r.DueAt, r.PaidAt, r.ReceiptID, r.ReceiptWhy)
	return err
}

// UpdateOrder keeps what changes of an order read by [Tx.OrderForUpdate].
func (tx *Tx) UpdateOrder(ctx context.Context, r OrderRow) error {
	_, err := tx.exec(ctx, `UPDATE shop_orders SET state = $3, session = $4, payment = $5, pay_url = $6, instrument = $7, tracking = $8, voucher = $9,
		due_at = $10, paid_at = $11, receipt_id = $12, receipt_why = $13 WHERE tenant_id = $1 AND id = $2`,
		r.ID, r.State, r.Session, r.Payment, r.PayURL, r.Instrument, r.Tracking, r.Voucher, r.DueAt, r.PaidAt, r.ReceiptID, r.ReceiptWhy)
	return err
}

// OrderForUpdate returns an order that nobody else changes before the transaction ends.
func (tx *Tx) OrderForUpdate(ctx context.Context, id string) (OrderRow, error) {
	var r OrderRow
	err := tx.getLocked(ctx, &r, `SELECT `+orderColumns+` FROM shop_orders WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// Order returns one order of the company.
func (v *View) Order(ctx context.Context, id string) (OrderRow, error) {
	var r OrderRow
	err := v.get(ctx, &r, `SELECT `+orderColumns+` FROM shop_orders WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// Orders lists the orders of the company before one, the newest first; before "" is from
// the newest.
func (v *View) Orders(ctx context.Context, before string, limit int) ([]OrderRow, error) {
	rows := []OrderRow{}
	if before == "" {
		before = "zzzz" // after every id, however the database sorts
	}
	err := v.list(ctx, &rows, `SELECT `+orderColumns+` FROM shop_orders WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, before, limit)
	return rows, err
}

// CountPending counts the orders that wait to be paid, up to limit.
func (v *View) CountPending(ctx context.Context, limit int) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM (SELECT id FROM shop_orders WHERE tenant_id = $1 AND state = $2 LIMIT $3) AS few`, OrderPending, limit)
	return n, err
}

// An OrderLineRow is one package of an order, as it was sold.
type OrderLineRow struct {
	N         int64  `db:"n"`
	PackageID string `db:"package_id"`
	Name      string `db:"name"`
	Credits   int64  `db:"credits"` // of one
	Price     int64  `db:"price"`   // of one, before IVA
	Quantity  int64  `db:"quantity"`
	ValidDays int64  `db:"valid_days"`
}

// InsertOrderLine adds a line to a new order.
func (tx *Tx) InsertOrderLine(ctx context.Context, orderID string, r OrderLineRow) error {
	_, err := tx.exec(ctx, `INSERT INTO shop_order_lines (tenant_id, order_id, n, package_id, name, credits, price, quantity, valid_days)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, orderID, r.N, r.PackageID, r.Name, r.Credits, r.Price, r.Quantity, r.ValidDays)
	return err
}

// OrderLines returns the lines of an order.
func (v *View) OrderLines(ctx context.Context, orderID string) ([]OrderLineRow, error) {
	rows := []OrderLineRow{}
	err := v.list(ctx, &rows, `SELECT n, package_id, name, credits, price, quantity, valid_days FROM shop_order_lines WHERE tenant_id = $1 AND order_id = $2 ORDER BY n`, orderID)
	return rows, err
}

// An OrderMoveRow is one step of an order.
type OrderMoveRow struct {
	N     int64  `db:"n"`
	State string `db:"state"` // in which it stands since
	At    int64  `db:"at"`
	Who   string `db:"who"`
	Note  string `db:"note"`
}

// InsertOrderMove adds a step to an order that is locked or new.
func (tx *Tx) InsertOrderMove(ctx context.Context, orderID string, r OrderMoveRow) error {
	if err := tx.get(ctx, &r.N, `SELECT COALESCE(MAX(n), 0) + 1 FROM shop_order_moves WHERE tenant_id = $1 AND order_id = $2`, orderID); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO shop_order_moves (tenant_id, order_id, n, state, at, who, note) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		orderID, r.N, r.State, r.At, r.Who, r.Note)
	return err
}

// OrderMoves returns the steps of an order, oldest first.
func (v *View) OrderMoves(ctx context.Context, orderID string) ([]OrderMoveRow, error) {
	rows := []OrderMoveRow{}
	err := v.list(ctx, &rows, `SELECT n, state, at, who, note FROM shop_order_moves WHERE tenant_id = $1 AND order_id = $2 ORDER BY n`, orderID)
	return rows, err
}

// A SoldOrder is an order as who runs the portal sees it.
type SoldOrder struct {
	OrderRow
	TenantID string `db:"tenant_id"`
	Rfc      string `db:"rfc"`
	Name     string `db:"name"`
}

const soldColumns = `o.tenant_id, t.rfc, t.name, o.id, o.state, o.gateway, o.method, o.credits, o.subtotal, o.iva, o.total, o.ref, o.session, o.payment, o.pay_url,
	o.instrument, o.tracking, o.voucher, o.user_id, o.user_name, o.created_at, o.due_at, o.paid_at, o.receipt_id, o.receipt_why`

// SoldOrders lists the orders of everybody before one, the newest first; state "" is all.
func (g *GlobalView) SoldOrders(ctx context.Context, state, before string, limit int) ([]SoldOrder, error) {
	rows := []SoldOrder{}
	if before == "" {
		before = "zzzz"
	}
	if state == "" {
		err := g.list(ctx, &rows, `SELECT `+soldColumns+` FROM shop_orders o JOIN tenants t ON t.id = o.tenant_id WHERE o.id < $1 ORDER BY o.id DESC LIMIT $2`, before, limit)
		return rows, err
	}
	err := g.list(ctx, &rows, `SELECT `+soldColumns+` FROM shop_orders o JOIN tenants t ON t.id = o.tenant_id WHERE o.state = $1 AND o.id < $2 ORDER BY o.id DESC LIMIT $3`, state, before, limit)
	return rows, err
}

// OrdersWithoutReceipt lists the orders of everybody whose receipt could not be issued, but
// for the reason but, before one, the newest first.
func (g *GlobalView) OrdersWithoutReceipt(ctx context.Context, but, before string, limit int) ([]SoldOrder, error) {
	rows := []SoldOrder{}
	if before == "" {
		before = "zzzz"
	}
	err := g.list(ctx, &rows, `SELECT `+soldColumns+` FROM shop_orders o JOIN tenants t ON t.id = o.tenant_id
		WHERE o.state = 'acreditada' AND o.id < $1 AND o.receipt_id = '' AND o.receipt_why NOT IN ('', $2) ORDER BY o.id DESC LIMIT $3`, before, but, limit)
	return rows, err
}

// OrderRef returns whose order a gateway calls ref, or fail.NotFound.
func (g *GlobalView) OrderRef(ctx context.Context, gateway, ref string) (t Tenant, orderID string, err error) {
	var r struct {
		TenantID string `db:"tenant_id"`
		OrderID  string `db:"order_id"`
	}
	err = g.get(ctx, &r, `SELECT tenant_id, order_id FROM shop_refs WHERE gateway = $1 AND ref = $2`, gateway, ref)
	return Tenant{id: r.TenantID}, r.OrderID, err
}

// ClaimOrderRef gives a name to an order; false when it is another's already.
func (tx *GlobalTx) ClaimOrderRef(ctx context.Context, gateway, ref string, t Tenant, orderID string) (bool, error) {
	n, err := tx.exec(ctx, `INSERT INTO shop_refs (gateway, ref, tenant_id, order_id) VALUES ($1, $2, $3, $4) ON CONFLICT (gateway, ref) DO NOTHING`, gateway, ref, t.id, orderID)
	if err != nil || n == 1 {
		return n == 1, err
	}
	whose, id, err := tx.OrderRef(ctx, gateway, ref)
	return err == nil && whose == t && id == orderID, err
}

// A ShopEventRow is what a gateway, or who runs the portal, said about a payment.
type ShopEventRow struct {
	Gateway    string `db:"gateway"`
	ID         string `db:"id"`
	Type       string `db:"type"`
	Raw        string `db:"raw"` // as it came
	ReceivedAt int64  `db:"received_at"`
	TenantID   string `db:"tenant_id"` // "" when whose it is is not known
	OrderID    string `db:"order_id"`
	Amount     int64  `db:"amount"` // millionths of MXN, 0 for none
	State      string `db:"state"`
	Why        string `db:"why"`
	ClosedBy   string `db:"closed_by"`
	ClosedAt   int64  `db:"closed_at"`
}

const eventColumns = `gateway, id, type, raw, received_at, tenant_id, order_id, amount, state, why, closed_by, closed_at`

// KeepShopEvent keeps what a gateway said, once: false says that it was here before.
// Who keeps the same at the same time waits for the other to end.
func (tx *GlobalTx) KeepShopEvent(ctx context.Context, r ShopEventRow) (bool, error) {
	n, err := tx.exec(ctx, `INSERT INTO shop_events (`+eventColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (gateway, id) DO NOTHING`,
		r.Gateway, r.ID, r.Type, r.Raw, r.ReceivedAt, r.TenantID, r.OrderID, r.Amount, r.State, r.Why, r.ClosedBy, r.ClosedAt)
	return n == 1, err
}

// EndShopEvent says what became of an event.
func (tx *GlobalTx) EndShopEvent(ctx context.Context, r ShopEventRow) error {
	_, err := tx.exec(ctx, `UPDATE shop_events SET tenant_id = $3, order_id = $4, amount = $5, state = $6, why = $7, closed_by = $8, closed_at = $9 WHERE gateway = $1 AND id = $2`,
		r.Gateway, r.ID, r.TenantID, r.OrderID, r.Amount, r.State, r.Why, r.ClosedBy, r.ClosedAt)
	return err
}

// ShopEventForUpdate returns an event that is about to change.
func (tx *GlobalTx) ShopEventForUpdate(ctx context.Context, gateway, id string) (ShopEventRow, error) {
	var r ShopEventRow
	err := tx.get(ctx, &r, `SELECT `+eventColumns+` FROM shop_events WHERE gateway = $1 AND id = $2`+tx.db.dialect.lock, gateway, id)
	return r, err
}

// ShopEvents lists the events in a state, the newest first.
func (g *GlobalView) ShopEvents(ctx context.Context, state string, limit int) ([]ShopEventRow, error) {
	rows := []ShopEventRow{}
	err := g.list(ctx, &rows, `SELECT `+eventColumns+` FROM shop_events WHERE state = $1 ORDER BY received_at DESC, id LIMIT $2`, state, limit)
	return rows, err
}

// ShopEventsOf lists what was said about an order, oldest first.
func (v *View) ShopEventsOf(ctx context.Context, orderID string) ([]ShopEventRow, error) {
	rows := []ShopEventRow{}
	err := v.list(ctx, &rows, `SELECT `+eventColumns+` FROM shop_events WHERE tenant_id = $1 AND order_id = $2 ORDER BY received_at, id`, orderID)
	return rows, err
}

// ShopEvent returns one, or fail.NotFound.
func (g *GlobalView) ShopEvent(ctx context.Context, gateway, id string) (ShopEventRow, error) {
	var r ShopEventRow
	err := g.get(ctx, &r, `SELECT `+eventColumns+` FROM shop_events WHERE gateway = $1 AND id = $2`, gateway, id)
	return r, err
}
