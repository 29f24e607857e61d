package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/web"
)

// promises is how often one issue waits for the disk before it may go on: the draft, P1 (folio and content), the
// custodian's audit, P2 (seal), P3 (attempt), the test PAC's own log, and P5 (stamp).
const promises = 7

// signatures of one issue: the seal of the issuer and that of the certifier.
const signatures = 2

// draft is a new draft of the company, filled.
func (w *world) draft(ctx context.Context, i int) (billing.Draft, error) {
	d, err := w.billing.NewDraft(ctx, w.actor, "I")
	if err != nil {
		return d, err
	}
	c := w.invoice(i)
	d.Comprobante.Receptor, d.Comprobante.Conceptos = c.Receptor, c.Conceptos
	d.Comprobante.FormaPago, d.Comprobante.MetodoPago = c.FormaPago, c.MetodoPago
	return d, nil
}

// issue is from the filled draft to the stamped document, against what no implementation could spare.
func issue(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	file, err := os.CreateTemp(w.dir, "fsync-")
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	page, sign := bytes.Repeat([]byte{1}, 4096), signing(w.bare)
	return turns(ctx, n, func(i int) error {
		d, err := w.draft(ctx, i)
		if err != nil {
			return err
		}
		if d, err = w.billing.SaveDraft(ctx, w.actor, d); err != nil {
			return err
		}
		doc, err := w.billing.Issue(ctx, w.actor, d.ID, d.Revision)
		if err == nil && doc.State != billing.Timbrado {
			err = fmt.Errorf("ended as %s: %s", doc.State, doc.Reason.Message)
		}
		return err
	}, func(i int) error {
		for range signatures {
			if err := sign(i); err != nil {
				return err
			}
		}
		for range promises {
			if _, err := file.Write(page); err != nil {
				return err
			}
			if err := file.Sync(); err != nil {
				return err
			}
		}
		return nil
	})
}

// few and many are how many documents the two companies of list have.
const few, many = 50, 5000

// list reads the first page of a company with many documents, against that of one with few.
func list(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	if w.listed[0].UserID == "" {
		for i, size := range []int{few, many} {
			if w.listed[i], err = w.crowd(ctx, i, size); err != nil {
				return nil, nil, err
			}
		}
	}
	page := func(a store.Actor, total int) error {
		p, err := w.billing.List(ctx, a, billing.Filter{})
		if err == nil && (p.Total != total || len(p.Rows) != few) {
			err = fmt.Errorf("the list has %d rows of %d", len(p.Rows), p.Total)
		}
		return err
	}
	return turns(ctx, n, func(int) error { return page(w.listed[1], many) }, func(int) error { return page(w.listed[0], few) })
}

// crowd founds a company with n documents that have no XML: the list reads none.
func (w *world) crowd(ctx context.Context, number, n int) (store.Actor, error) {
	a, err := w.account.Found(ctx, account.Founding{
		Rfc: []string{"XIA190128J61", "IVD920810GU2"}[number], Nombre: "Ana", Correo: fmt.Sprintf("ana%d@ejemplo.mx", number), Usuario: usuario, Password: userPassword,
	})
	if err != nil {
		return a, err
	}
	at := w.now()
	for from := 0; from < n; from += 500 {
		err := w.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
			for i := from; i < min(from+500, n); i++ {
				folio, when := int64(i+1), at.Add(time.Duration(i-n)*time.Minute)
				total := int64(1_160_000_000 + i)
				err := tx.InsertDocument(ctx, store.DocumentRow{
					ID: fmt.Sprintf("b%d-%06d", number, i), State: string(billing.Timbrado), Revision: 1, IssuedRevision: 1, Tipo: "I", Serie: "A", Folio: &folio,
					Fecha: when.Format("2006-01-02T15:04:05"), ReceptorRfc: "URE180429TM6", ReceptorNombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", ReceptorFold: "universidad robotica espanola",
					Moneda: "MXN", SubTotal: 1_000_000_000, Traslados: 160_000_000, Total: total, TotalMXN: total, Test: true,
					CreatedAt: store.Micros(when), UpdatedAt: store.Micros(when), StampedAt: store.Micros(when), Correos: "[]",
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

// ceiling is what Timbrar may take until the stamped page is there, p95.
const ceiling = 150 * time.Millisecond

// timbrar sends the form over loopback and reads the page it leads to, as a browser does.
func timbrar(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	client, base, stop, err := w.serve(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	for i := range n {
		form, err := w.form(client, base, i)
		if err != nil {
			return nil, nil, err
		}
		start := time.Now()
		page, err := fetch(client, http.MethodPost, base+"/comprobantes/"+form.Get("ID"), form)
		took := time.Since(start)
		if err != nil {
			return nil, nil, err
		}
		if !strings.Contains(page, `data-state="timbrado"`) {
			return nil, nil, errors.New("pressing Timbrar did not lead to a stamped document")
		}
		figure, limit = append(figure, took), append(limit, ceiling)
	}
	return figure, limit, nil
}

// serve runs the screens and the jobs, and returns a client that is signed in.
func (w *world) serve(ctx context.Context) (client *http.Client, base string, stop func() error, err error) {
	in, err := w.account.SignIn(ctx, account.Credentials{Usuario: usuario, Rfc: rfc, Password: userPassword, IP: "127.0.0.1", Device: "bench"})
	if err != nil {
		return nil, "", nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", nil, err
	}
	base = "http://" + listener.Addr().String()
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: web.New(web.Config{
		DB: w.db, Account: w.account, Directory: w.directory, Billing: w.billing, Bulk: w.bulk, Catalog: w.catalog, BaseURL: base, Now: w.now,
		Shop:   shop.New(shop.Config{DB: w.db, Catalog: w.catalog, Now: w.now}),
		Credit: credit.New(credit.Config{DB: w.db, Catalog: w.catalog, Fresh: w.account.Proved, Now: w.now}),
	})}
	jobs, cancel := context.WithCancel(ctx)
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(listener) }()
	go func() { ended <- w.jobs.Run(jobs) }()
	client = &http.Client{Transport: signedIn(in.Token)}
	return client, base, func() error {
		cancel()
		client.CloseIdleConnections()
		err := server.Shutdown(ctx)
		for range 2 {
			if e := <-ended; !errors.Is(e, http.ErrServerClosed) && !errors.Is(e, context.Canceled) {
				err = errors.Join(err, e)
			}
		}
		return err
	}, nil
}

// signedIn sends the session with each request: a jar would keep a Secure cookie from plain http.
type signedIn string

// RoundTrip is http.RoundTripper.
func (token signedIn) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Cookie", "__Host-sesion="+string(token))
	return http.DefaultTransport.RoundTrip(r)
}

// CloseIdleConnections lets the server end at once.
func (signedIn) CloseIdleConnections() {
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

var (
	hidden   = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	selected = regexp.MustCompile(`(?s)<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>`)
	chosen   = regexp.MustCompile(`<option value="([^"]*)" selected`)
	first    = regexp.MustCompile(`<option value="([^"]*)"`)
)

// form opens a new invoice and fills it as a person would.
func (w *world) form(client *http.Client, base string, i int) (url.Values, error) {
	page, err := fetch(client, http.MethodGet, base+"/comprobantes/nuevo?tipo=I", nil)
	if err != nil {
		return nil, err
	}
	v := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		v.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	for _, m := range selected.FindAllStringSubmatch(page, -1) {
		value := chosen.FindStringSubmatch(m[2])
		if value == nil {
			value = first.FindStringSubmatch(m[2])
		}
		if value != nil {
			v.Set(html.UnescapeString(m[1]), html.UnescapeString(value[1]))
		}
	}
	c := w.invoice(i)
	for name, value := range map[string]string{
		"accion": "timbrar-asi", "MetodoPago": "PUE", "FormaPago": "03", "LugarExpedicion": cp, "Receptor.Rfc": c.Receptor.Rfc, "Receptor.Nombre": c.Receptor.Nombre,
		"Receptor.DomicilioFiscalReceptor": postalOfOther, "Receptor.RegimenFiscalReceptor": "601", "Receptor.UsoCFDI": "G03",
		"Conceptos[0].Descripcion": "Consultoría en sistemas", "Conceptos[0].Cantidad": "1", "Conceptos[0].ClaveProdServ": "81111504",
		"Conceptos[0].ClaveUnidad": "E48", "Conceptos[0].ValorUnitario": c.Conceptos[0].ValorUnitario.String(), "Conceptos[0].IVA": "0.160000",
	} {
		v.Set(name, value)
	}
	return v, nil
}

// fetch sends a request, follows where it leads and returns the page.
func fetch(client *http.Client, method, address string, form url.Values) (string, error) {
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s answered %s", method, address, answer.Status)
	}
	return string(body), err
}
