package bench

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
	"iofacturo.mx/internal/pac"
	"iofacturo.mx/internal/pdf"
)

// A pair is a certificate and its key, both worked with by the same route.
type pair struct {
	cert *csd.Certificate
	key  *csd.Key
}

// onlyGo is the same pair, worked with by crypto/rsa whatever the route.
func (p pair) onlyGo() (pair, error) {
	key, err := p.key.OnlyGo()
	return pair{p.cert.OnlyGo(), key}, err
}

// sealed prepares a document of the world and seals it: every rule, the cadena, the signature.
func (w *world) sealed(p pair, i int) (*cfdi.Sealed, error) {
	c := w.invoice(i)
	c.Totalize(w.catalog)
	ready, err := cfdi.Prepare(c, w.catalog, p.cert, w.now())
	if err != nil {
		return nil, err
	}
	return ready.SealWith(p.key)
}

// stamped is a sealed document with the Timbre of the test PAC.
func (w *world) stamped(ctx context.Context, i int) ([]byte, error) {
	s, err := w.sealed(w.pair, i)
	if err != nil {
		return nil, err
	}
	answer := w.pac.Stamp(ctx, fmt.Sprintf("bench-%d", i), s)
	if answer.Outcome != pac.Stamped {
		return nil, fmt.Errorf("the test PAC said %s %s", answer.Code, answer.Message)
	}
	return answer.XML, nil
}

// signing are bare signatures with a key: a digest, and RSA by the route of the key.
func signing(key *csd.Key) func(i int) error {
	return func(i int) error {
		_, err := key.Sign([]byte{byte(i), byte(i >> 8)})
		return err
	}
}

// unchecked does what a seal takes but the rules; who signs proves the signature before it gives it. Such bytes are no
// [cfdi.Sealed] and nothing of the portal takes them: the only way to one is Prepare, which judges first, and a seal
// behind it; that is what sealValidate measures.
func (w *world) unchecked(p pair, i int) ([]byte, error) {
	c := w.invoice(i)
	c.Totalize(w.catalog)
	c.NoCertificado, c.Certificado = p.cert.NoCertificado, p.cert.Certificado()
	cadena, err := cfdi.Cadena(c)
	if err != nil {
		return nil, err
	}
	sello, err := p.key.Sign([]byte(cadena))
	if err != nil {
		return nil, err
	}
	c.Sello = base64.StdEncoding.EncodeToString(sello)
	return cfdi.WriteXML(c), nil
}

func seal(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	return w.sealing(ctx, n, w.pair, w.bare)
}

func sealInGo(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	return w.sealing(ctx, n, w.goPair, w.goPair.key)
}

// sealing seals with a pair, held against bare signatures by a copy of its key: libcrypto makes the numbers that blind
// a key anew every 32 signatures, which with one key for both, in turns, would always be the same one's to pay.
func (w *world) sealing(ctx context.Context, n int, p pair, bare *csd.Key) (figure, limit lap, err error) {
	return warmTurns(ctx, n, func(i int) error {
		_, err := w.unchecked(p, i)
		return err
	}, signing(bare))
}

func sealValidate(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	return w.judgingAndSealing(ctx, n, w.pair, w.bare)
}

func sealValidateInGo(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	return w.judgingAndSealing(ctx, n, w.goPair, w.goPair.key)
}

// judgingAndSealing is sealing with every rule before.
func (w *world) judgingAndSealing(ctx context.Context, n int, p pair, bare *csd.Key) (figure, limit lap, err error) {
	return warmTurns(ctx, n, func(i int) error {
		_, err := w.sealed(p, i)
		return err
	}, signing(bare))
}

// bareSigning holds the route in use against crypto/rsa, signing.
func bareSigning(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	return warmTurns(ctx, n, signing(w.pair.key), func(i int) error {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		_, err := rsa.SignPKCS1v15(nil, w.rsa, crypto.SHA256, sum[:])
		return err
	})
}

// bareVerifying holds the route in use against crypto/rsa, verifying.
func bareVerifying(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	message := []byte("cadena")
	sig, err := w.pair.key.Sign(message)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(message)
	return turns(ctx, n, func(int) error { return w.pair.cert.Verify(message, sig) }, func(int) error {
		return rsa.VerifyPKCS1v15(&w.rsa.PublicKey, crypto.SHA256, sum[:], sig)
	})
}

// verify reads a sealed document of some 4 KiB and judges seal, certificate and chain.
func verify(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	s, err := w.sealed(w.pair, 0)
	if err != nil {
		return nil, nil, err
	}
	return w.verified(ctx, n, s.XML(), 1)
}

// verifyStamped judges the Timbre too, which is a second signature.
func verifyStamped(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	xml, err := w.stamped(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	return w.verified(ctx, n, xml, 2)
}

// verified holds the judging of a document against as many bare verifications as it has signatures.
func (w *world) verified(ctx context.Context, n int, xml []byte, signatures int) (figure, limit lap, err error) {
	sum := sha256.Sum256(xml)
	sig, err := rsa.SignPKCS1v15(nil, w.rsa, crypto.SHA256, sum[:])
	if err != nil {
		return nil, nil, err
	}
	return turns(ctx, n, func(int) error {
		if found := cfdi.Verify(xml, complementos.All, w.trust, true); len(found) > 0 {
			return found
		}
		return nil
	}, func(int) error {
		for range signatures {
			if err := rsa.VerifyPKCS1v15(&w.rsa.PublicKey, crypto.SHA256, sum[:], sig); err != nil {
				return err
			}
		}
		return nil
	})
}

// validateLong judges a document of 5,000 lines.
func validateLong(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	const (
		lines = 5000
		most  = 100 * time.Millisecond
		share = 20 // it takes as long as so many seals and more
	)
	c := w.invoice(0)
	c.Conceptos = slices.Repeat(c.Conceptos[1:2], lines)
	c = c.Clone()
	c.Totalize(w.catalog)
	figure, _, err = turns(ctx, max(n/share, min(n, 10)), func(int) error {
		if found := cfdi.Validate(c, w.catalog, w.now()).Errors(); len(found) > 0 {
			return found
		}
		return nil
	}, func(int) error { return nil })
	return figure, slices.Repeat([]time.Duration{most}, max(len(figure), 1)), err
}

// pages is a one-page invoice with its QR, its seals and the XML inside.
func pages(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	xml, err := w.stamped(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	renderer := pdf.New(w.catalog)
	return turns(ctx, n, func(int) error {
		_, err := renderer.Document(xml, printed)
		return err
	}, func(int) error {
		_, err := pdf.PlainPages(1, plainLines())
		return err
	})
}

// printed are the options of what is measured: the default design, marked as a test.
var printed = pdf.Options{State: "timbrado", Test: true}

// plainLines are as many lines as the invoice's page has.
func plainLines() []string {
	lines := make([]string, 55)
	for i := range lines {
		lines[i] = strings.Repeat("texto sin más ", 6)
	}
	return lines
}

// firstPage draws with a renderer that has measured no letter yet.
func firstPage(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	const most = 15 * time.Millisecond
	xml, err := w.stamped(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	figure, _, err = turns(ctx, n, func(int) error {
		_, err := pdf.New(w.catalog).Document(xml, printed)
		return err
	}, func(int) error { return nil })
	return figure, slices.Repeat([]time.Duration{most}, max(len(figure), 1)), err
}

// longInvoice is a hundred pages of lines, against as many of plain text.
func longInvoice(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	xml, err := w.stamped(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	read, err := cfdi.Read(xml, complementos.All)
	if err != nil {
		return nil, nil, err
	}
	renderer, c := pdf.New(w.catalog), read.Comprobante
	for lines := 1000; ; lines += 10 { // as many lines as a hundred pages take
		c.Conceptos = slices.Repeat(c.Conceptos[:1], lines)
		b, err := renderer.Draft(c, printed)
		if err != nil {
			return nil, nil, err
		}
		count := bytes.Count(b, []byte("/Type /Page\n"))
		if count >= longPages {
			break
		}
		lines += lines * (longPages - count - 1) / count
	}
	const share = 20 // it takes as long as so many one-page invoices and more
	return turns(ctx, max(n/share, min(n, 10)), func(int) error {
		_, err := renderer.Draft(c, printed)
		return err
	}, func(int) error {
		_, err := pdf.PlainPages(longPages, plainLines())
		return err
	})
}

// longPages is how many pages a long invoice has.
const longPages = 100

// pagesPerSecond tells a throughput of long invoices by their pages.
func pagesPerSecond(figure, limit lap) (f, l, ratio float64) {
	f, l, ratio = throughput(figure, limit)
	return f * longPages, l * longPages, ratio
}
