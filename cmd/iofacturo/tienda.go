package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/demo"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/shop/gatewaytest"
	"iofacturo.mx/internal/store"
)

// shopFlags are how the portal is paid for the credits it sells.
type shopFlags struct {
	StripeKey    string `name:"stripe-key-file" env:"IOFACTURO_STRIPE_KEY_FILE" help:"Archivo con la llave secreta de Stripe (sk_ o rk_): tarjeta, OXXO y transferencia."`
	StripeSecret string `name:"stripe-webhook-secret-file" env:"IOFACTURO_STRIPE_WEBHOOK_SECRET_FILE" help:"Archivo con el secreto (whsec_) de los avisos que Stripe manda a /pagos/stripe."`
	CLABE        string `name:"spei-clabe" env:"IOFACTURO_SPEI_CLABE" help:"CLABE de quien opera el portal: se paga por SPEI con referencia y se confirma a mano."`
	SPEIName     string `name:"spei-name" env:"IOFACTURO_SPEI_NAME" help:"Beneficiario de esa CLABE."`
	OperatorRfc  string `name:"operator-rfc" env:"IOFACTURO_OPERATOR_RFC" help:"RFC de la empresa de este portal que factura lo que se vende en la Tienda; vacío: se factura por otro lado."`
}

// selling is what the shop is made of, once the flags are read.
type selling struct {
	shopFlags
	on          bool
	key, secret string
	api         string // of the gateway, "" for its own
}

// read checks the flags and reads the secrets. Nothing of them is ever logged.
func (f shopFlags) read(on bool) (selling, error) {
	s := selling{shopFlags: f, on: on}
	if (f.StripeKey == "") != (f.StripeSecret == "") {
		return s, errors.New("--stripe-key-file y --stripe-webhook-secret-file van juntos")
	}
	if (f.CLABE == "") != (f.SPEIName == "") {
		return s, errors.New("--spei-clabe y --spei-name van juntos")
	}
	for path, to := range map[string]*string{f.StripeKey: &s.key, f.StripeSecret: &s.secret} {
		if path == "" {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return s, err
		}
		*to = strings.TrimSpace(string(b))
	}
	return s, nil
}

// openShop makes the shop of what is configured; a gateway that is not is not there.
func (p *portal) openShop(cfg wiring) error {
	c := shop.Config{DB: p.db, Catalog: p.catalog, On: cfg.sell.on, BaseURL: cfg.baseURL, Now: cfg.now, NewID: newID, Log: cfg.log, Fresh: p.account.Proved}
	if cfg.sell.key != "" {
		g, err := shop.NewStripe(cfg.sell.key, cfg.sell.secret, cfg.sell.api, cfg.now)
		if err != nil {
			return err
		}
		c.Gateways = append(c.Gateways, g)
	}
	if cfg.sell.CLABE != "" {
		g, err := shop.NewSPEI(cfg.sell.CLABE, cfg.sell.SPEIName, p.catalog.Location("06000"), cfg.now)
		if err != nil {
			return fmt.Errorf("--spei-clabe: %w", err)
		}
		c.Gateways = append(c.Gateways, g)
	}
	if rfc := cfg.sell.OperatorRfc; rfc != "" {
		if !cfdi.ValidRFC(rfc) {
			return fmt.Errorf("--operator-rfc %q no es un RFC", rfc)
		}
		r := receipts{p, rfc}
		c.Receipt, c.ReceiptFile = r.issue, r.file
	}
	c.Paid = func(ctx context.Context, tx *store.Tx, o shop.Order) error {
		return p.invite.Reward(ctx, tx, invite.Payment{OrderID: o.ID, Instrument: o.Instrument})
	}
	c.Refunded = func(ctx context.Context, tx *store.Tx, o shop.Order) error {
		return p.invite.Clawback(ctx, tx, o.ID)
	}
	p.shop = shop.New(c)
	return nil
}

// receipts are the CFDI of what the shop sells, issued by the company of an RFC like any other of its own.
type receipts struct {
	*portal
	rfc string
}

func (r receipts) seller(ctx context.Context) (store.Actor, error) {
	row, err := r.db.Global().TenantByRfc(ctx, r.rfc)
	if err != nil {
		return store.Actor{}, fail.Wrap(fail.Internal, "", fmt.Errorf("--operator-rfc %s: %w", r.rfc, err))
	}
	return store.System(row.Tenant()), nil
}

// issue issues the CFDI of an order, whose id is also that of the document: asked twice, it is the same. One that the
// certifier does not take is corrected with the data that the buyer has by then.
func (r receipts) issue(ctx context.Context, o shop.Order) (string, error) {
	a, err := r.seller(ctx)
	if err != nil {
		return "", err
	}
	if a.Tenant == o.Tenant {
		return "", shop.ErrOwn
	}
	doc, err := r.billing.Document(ctx, a, o.ID)
	switch {
	case fail.KindOf(err) == fail.NotFound:
	case err != nil:
		return "", err
	case doc.State != billing.Borrador && doc.State != billing.Rechazado && doc.State != billing.Vencido:
		return doc.ID, nil
	}
	d, err := r.draft(ctx, a, o, err == nil)
	if err != nil {
		return "", err
	}
	if d, err = r.billing.SaveDraft(ctx, a, d); err != nil {
		return "", err
	}
	if total, err := d.Comprobante.Total.Micros(); err != nil || total != o.Total {
		return "", fmt.Errorf("the receipt of order %s comes to %s and not to %s: %w", o.ID, d.Comprobante.Total, shop.Pesos(o.Total), err)
	}
	if doc, err = r.billing.Issue(ctx, a, d.ID, d.Revision); err != nil {
		return "", err
	}
	if doc.State == billing.Rechazado {
		return "", fail.New(fail.Conflict, doc.Reason.Message)
	}
	return doc.ID, nil
}

// creditsKey is how the SAT calls what is sold: proveedores de servicios de aplicación.
const creditsKey = "81112106"

// draft is the invoice of an order, filled with the data of the company that bought.
func (r receipts) draft(ctx context.Context, a store.Actor, o shop.Order, again bool) (billing.Draft, error) {
	buyer, err := r.db.View(o.Tenant).Company(ctx)
	if err != nil {
		return billing.Draft{}, err
	}
	d, err := r.billing.NewDraft(ctx, a, "I")
	if err != nil {
		return d, err
	}
	if again {
		if d, err = r.billing.Draft(ctx, a, o.ID); err != nil {
			return d, err
		}
	}
	d.ID = o.ID
	c := &d.Comprobante
	c.FormaPago, c.MetodoPago = shop.Method(o.Method).FormaPago(), "PUE"
	c.Receptor = cfdi.Receptor{Rfc: buyer.Rfc, Nombre: buyer.Nombre, DomicilioFiscalReceptor: buyer.CodigoPostal, RegimenFiscalReceptor: buyer.RegimenDefault, UsoCFDI: "G03"}
	if use, ok := r.catalog.UsoCFDI("G03"); ok && !use.Admits(buyer.RegimenDefault) {
		c.Receptor.UsoCFDI = "S01"
	}
	if buyer.Correo != "" {
		d.Correos = []string{buyer.Correo}
	}
	c.Conceptos, d.Lines = nil, nil
	for _, l := range o.Lines {
		c.Conceptos = append(c.Conceptos, cfdi.Concepto{
			ClaveProdServ: creditsKey, ClaveUnidad: "E48", Cantidad: decimal.FromInt(l.Quantity), ValorUnitario: decimal.FromMicros(l.Price).Round(2), ObjetoImp: "02",
			Descripcion: fmt.Sprintf("%s: %d créditos de timbrado. Pedido %s", l.Name, l.Credits, o.Ref),
			Impuestos:   &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: shop.Rate()}}},
		})
	}
	d.Lines = make([]billing.DraftLine, len(c.Conceptos))
	r.billing.Compute(&d)
	return d, nil
}

// file reads a document of the company: the shop has checked whose order it is of.
func (r receipts) file(ctx context.Context, id, kind string) (string, []byte, error) {
	a, err := r.seller(ctx)
	if err != nil {
		return "", nil, err
	}
	if kind == "pdf" {
		return r.billing.PDF(ctx, a, id)
	}
	return r.billing.XML(ctx, a, id)
}

// A demoGate is the gateway of the demo: it moves no money and is reached from this machine alone.
type demoGate struct {
	listener net.Listener
	server   *http.Server
}

// openDemoGate has the demo's shop be paid by a gateway of ours, where no real one is configured.
func openDemoGate(ctx context.Context, base string, sell *selling, now func() time.Time) (*demoGate, error) {
	sell.on, sell.OperatorRfc = true, demo.OperatorRfc
	if sell.CLABE == "" {
		sell.CLABE, sell.SPEIName = "002010077777777771", demo.OperatorName
	}
	if sell.key != "" {
		return &demoGate{}, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	sell.api, sell.key, sell.secret = "http://"+listener.Addr().String(), "sk_test_demo", "whsec_"+rand.Text()
	client := &http.Client{Timeout: 10 * time.Second}
	gate := gatewaytest.New(gatewaytest.Config{Secret: sell.secret, URL: sell.api, Now: now, Webhook: func(signature string, body []byte) int {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/pagos/stripe", bytes.NewReader(body))
		if err != nil {
			return 0
		}
		r.Header.Set("Stripe-Signature", signature)
		res, err := client.Do(r)
		if err != nil {
			return 0
		}
		defer res.Body.Close()
		return res.StatusCode
	}})
	return &demoGate{listener, &http.Server{Handler: gate, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}}, nil
}

// run serves the gateway until the context ends.
func (g *demoGate) run(ctx context.Context) error {
	if g.server == nil {
		return nil
	}
	stop := context.AfterFunc(ctx, func() { _ = g.server.Close() }) // nothing of worth is in flight
	defer stop()
	if err := g.server.Serve(g.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
