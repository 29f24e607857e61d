package bench

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/pac"
	"iofacturo.mx/internal/pdf"
)

// sealed prepares a document of the world and seals it: every rule, the cadena, the signature and its proof.
func (w *world) sealed(i int) (*cfdi.Sealed, error) {
	c := w.invoice(i)
	c.Totalize(w.catalog)
	p, err := cfdi.Prepare(c, w.catalog, w.cert, w.now())
	if err != nil {
		return nil, err
	}
	sello, err := w.key.Sign([]byte(p.Cadena()))
	if err != nil {
		return nil, err
	}
	return p.Seal(sello)
}

// stamped is a sealed document with the Timbre of the test PAC.
func (w *world) stamped(ctx context.Context, i int) ([]byte, error) {
	s, err := w.sealed(i)
	if err != nil {
		return nil, err
	}
	answer := w.pac.Stamp(ctx, fmt.Sprintf("bench-%d", i), s)
	if answer.Outcome != pac.Stamped {
		return nil, fmt.Errorf("the test PAC said %s %s", answer.Code, answer.Message)
	}
	return answer.XML, nil
}

// sign is one signature of the Go library and nothing else.
func (w *world) sign(i int) error {
	sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
	_, err := rsa.SignPKCS1v15(nil, w.rsa, crypto.SHA256, sum[:])
	return err
}

func seal(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	return turns(ctx, n, func(i int) error {
		_, err := w.sealed(i)
		return err
	}, w.sign)
}

func verify(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	xml, err := w.stamped(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
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
		for range 2 {
			if err := rsa.VerifyPKCS1v15(&w.rsa.PublicKey, crypto.SHA256, sum[:], sig); err != nil {
				return err
			}
		}
		return nil
	})
}

func pages(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	xml, err := w.stamped(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	lines := make([]string, 55) // as many lines as the invoice's page has
	for i := range lines {
		lines[i] = strings.Repeat("texto sin más ", 6)
	}
	renderer := pdf.New(w.catalog)
	return turns(ctx, n, func(int) error {
		_, err := renderer.Document(xml, pdf.Options{State: "timbrado", Test: true})
		return err
	}, func(int) error {
		_, err := pdf.PlainPage(lines)
		return err
	})
}

// searches are what people type when they look for a key.
var searches = []string{"renta de local", "consulta med", "flete", "software", "papel", "servicios de", "8411", "tornillo acero"}

// search is held against reading every text once: an index is better than its limit, a ratio above 1.
func search(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	var texts []string
	for digits := 10; digits < 100; digits++ {
		for _, row := range w.catalog.SearchProdServ(fmt.Sprint(digits), 1<<20) {
			texts = append(texts, row.Texto)
		}
	}
	seen := 0
	return turns(ctx, n, func(i int) error {
		if len(w.catalog.SearchProdServ(searches[i%len(searches)], 12)) == 0 {
			return fmt.Errorf("%q finds no key", searches[i%len(searches)])
		}
		return nil
	}, func(i int) error {
		for _, text := range texts {
			if strings.Contains(text, searches[i%len(searches)]) {
				seen++
			}
		}
		return nil
	})
}
