package signer

import (
	"context"
	"fmt"
	"net"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// callTime is how long the signer may take: a seal takes milliseconds, the rest
// is waiting for the database.
const callTime = 20 * time.Second

// Client asks a signer that runs in its own process; see [Serve]. This process
// holds neither master key nor any other. When the signer does not answer, every
// method fails with fail.Upstream and nothing was done that may not be done again.
type Client struct{ path string }

// NewClient returns the client of the signer that listens on the socket at path.
// The signer need not be there yet.
func NewClient(path string) *Client { return &Client{path: path} }

// Ping reports whether the signer answers. Errors: fail.Upstream.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.ask(ctx, "El portal no alcanza al servicio que guarda las llaves.", question{Op: opPing})
	return err
}

// Load is [Signer.Load].
func (c *Client) Load(ctx context.Context, a store.Actor, in Pair) (Loaded, error) {
	got, err := c.ask(ctx, "No pudimos revisar tu certificado: el servicio que guarda las llaves no responde. No se guardó nada; intenta de nuevo en unos minutos.",
		question{Op: opLoad, Tenant: a.Tenant.ID(), Actor: personOf(a), Pair: &in})
	if err != nil {
		return Loaded{}, err
	}
	cert, err := csd.ParseCertificate(got.Cer)
	if err != nil || got.Key == nil {
		return Loaded{}, fmt.Errorf("answer of the signer: %w", err)
	}
	return Loaded{Certificate: cert, Key: *got.Key}, nil
}

// Seal is [Signer.Seal].
func (c *Client) Seal(ctx context.Context, a store.Actor, req Request) ([]byte, error) {
	got, err := c.ask(ctx, "No pudimos sellar ahora: el servicio que guarda las llaves no responde. No se emitió nada; lo intentamos solos en cuanto vuelva.",
		question{Op: opSeal, Tenant: a.Tenant.ID(), Actor: personOf(a), Seal: &req})
	return got.Bytes, err
}

// Sign is [Signer.Sign].
func (c *Client) Sign(ctx context.Context, a store.Actor, p Petition) ([]byte, error) {
	got, err := c.ask(ctx, "No pudimos firmar la solicitud: el servicio que guarda las llaves no responde."+nothingSigned+" Intenta de nuevo en unos minutos.",
		question{Op: opSign, Tenant: a.Tenant.ID(), Actor: personOf(a), Petition: &p})
	return got.Bytes, err
}

// Forget is [Signer.Forget].
func (c *Client) Forget(ctx context.Context, a store.Actor, certificateID string) error {
	_, err := c.ask(ctx, "El servicio que guarda las llaves no responde.",
		question{Op: opForget, Tenant: a.Tenant.ID(), Actor: personOf(a), ID: certificateID})
	return err
}

const secretAway = "El servicio que guarda las llaves no responde. No se guardó nada; intenta de nuevo en unos minutos."

// Protect is [Signer.Protect].
func (c *Client) Protect(ctx context.Context, t store.Tenant, kind, object string, plain []byte) ([]byte, error) {
	got, err := c.ask(ctx, secretAway, question{Op: opProtect, Tenant: t.ID(), Secret: &secretArgs{kind, object, plain}})
	return got.Bytes, err
}

// Reveal is [Signer.Reveal].
func (c *Client) Reveal(ctx context.Context, t store.Tenant, kind, object string, wrapped []byte) ([]byte, error) {
	got, err := c.ask(ctx, secretAway, question{Op: opReveal, Tenant: t.ID(), Secret: &secretArgs{kind, object, wrapped}})
	return got.Bytes, err
}

const exportAway = "El servicio que guarda las llaves no responde. No se exportó nada; intenta de nuevo en unos minutos."

// AllowExport is [Signer.AllowExport].
func (c *Client) AllowExport(ctx context.Context, a store.Actor, certificateID, exportID string) (Promise, error) {
	got, err := c.ask(ctx, exportAway, question{
		Op: opAllow, Tenant: a.Tenant.ID(), Actor: personOf(a), Export: &exportArgs{Certificate: certificateID, ID: exportID},
	})
	if err != nil || got.Promise == nil {
		return Promise{}, err
	}
	return *got.Promise, nil
}

// Export is [Signer.Export].
func (c *Client) Export(ctx context.Context, a store.Actor, exportID string, password []byte) ([]byte, error) {
	got, err := c.ask(ctx, exportAway, question{
		Op: opExport, Tenant: a.Tenant.ID(), Actor: personOf(a), Export: &exportArgs{ID: exportID, Password: password},
	})
	return got.Bytes, err
}

// ask puts one question. Whatever breaks on the way is fail.Upstream with the
// words given: the signer answers what it refuses.
func (c *Client) ask(ctx context.Context, away string, q question) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	got, err := c.exchange(ctx, q)
	if err != nil {
		return answer{}, fail.Wrap(fail.Upstream, away, fmt.Errorf("signer at %s: %w", c.path, err))
	}
	if err := got.Error.err(); err != nil {
		return answer{}, err
	}
	return got, nil
}

func (c *Client) exchange(ctx context.Context, q question) (got answer, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", c.path)
	if err != nil {
		return got, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // a deadline, or a caller who left
	defer stop()
	if err := writeFrame(conn, q); err != nil {
		return got, err
	}
	return got, readFrame(conn, &got)
}

func personOf(a store.Actor) *person {
	return &person{UserID: a.UserID, UserName: a.UserName, IP: a.IP, SessionID: a.SessionID, Admin: a.Admin, Guest: a.IsGuest(), Rights: a.Rights}
}
