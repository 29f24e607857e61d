package directory

import (
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// TestOddTaxesAreSaid: the IVA of a product against what the law lays on its key. It
// is never more than a warning, and the press puts what is usual.
func TestOddTaxesAreSaid(t *testing.T) {
	cero, exento, general := "0.000000", "Exento", "0.160000"
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		ctx := t.Context()
		for _, x := range []struct{ clave, iva, odd, mend string }{
			{"50131600", general, "IVA a 0 %: alimento", cero},
			{"50131600", cero, "", ""},
			{"50131600", exento, "IVA a 0 %", cero},
			{"50202306", cero, "IVA a la tasa general: las bebidas", ""},
			{"10101502", cero, "quedan fuera", ""},
			{"85121502", general, "", ""}, // a company of doctors charges it
			{"85121502", exento, "", ""},
			{"85121502", cero, "IVA exento: si atiende", exento},
			{"27111602", general, "", ""},
			{"27111602", "0.080000", "", ""}, // the border's is a general rate too
			{"27111602", cero, "va a 0 %", ""},
			{"27111602", exento, "va exento", ""},
		} {
			in := goodProduct()
			in.Clave, in.ClaveProdServ = "", x.clave
			in.Traslados = []Tax{{Impuesto: "002", TipoFactor: "Tasa"}}
			if x.iva == exento {
				in.Traslados[0].TipoFactor = exento
			} else {
				in.Traslados[0].TasaOCuota = decimal.MustParse(x.iva)
			}
			r, err := s.ReviewTaxes(a, in)
			if err != nil {
				t.Fatal(err)
			}
			text, mend := "", ""
			if len(r.Findings) > 0 {
				text = r.Findings[0].Message
			}
			if len(r.Mends) > 0 {
				mend = r.Mends[0].Values["IVA"]
			}
			if !strings.Contains(text, x.odd) || (x.odd == "") != (text == "") || mend != x.mend {
				t.Errorf("%s with %s: %q, puts %q", x.clave, x.iva, text, mend)
			}
			_, warnings, err := s.SaveProduct(ctx, a, in)
			said := slices.ContainsFunc(warnings, func(f cfdi.Finding) bool { return f.Path == oddPath })
			if err != nil || said != (x.odd != "") {
				t.Errorf("%s with %s saved: %v, %v", x.clave, x.iva, warnings, err)
			}
		}
		in := goodProduct()
		in.ClaveProdServ, in.ObjetoImp, in.Traslados, in.Retenciones = "50131600", "01", nil, nil
		if r, err := s.ReviewTaxes(a, in); err != nil || len(r.Findings) > 0 {
			t.Errorf("without taxes: %v, %v", r, err)
		}
	})
}

// TestRecentProducts gives, for each key used of late, the newest active product of
// it, and nobody else's.
func TestRecentProducts(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		save := func(who store.Actor, clave, text string) Product {
			in := goodProduct()
			in.Clave, in.ClaveProdServ, in.Descripcion = "", clave, text
			saved, _, err := s.SaveProduct(ctx, who, in)
			if err != nil {
				t.Fatal(err)
			}
			return saved
		}
		save(a, "80131502", "vieja")
		save(a, "80131502", "nueva")
		off := save(a, "80131502", "la más nueva, inactiva")
		save(a, "27111602", "martillo")
		save(b, "31162000", "clavos ajenos")
		if err := s.SetProductActive(ctx, a, off.ID, false); err != nil {
			t.Fatal(err)
		}
		found, err := s.RecentProducts(ctx, a, 10)
		texts := []string{}
		for _, p := range found {
			texts = append(texts, p.Descripcion)
		}
		if got := strings.Join(texts, ", "); err != nil || got != "martillo, nueva" {
			t.Errorf("%q, %v", got, err)
		}
		if found, err := s.RecentProducts(ctx, a, 1); err != nil || len(found) != 1 {
			t.Errorf("%v, %v", found, err)
		}
		a.Admin = false
		_, err = s.RecentProducts(ctx, a, 1)
		_, err2 := s.ReviewTaxes(a, goodProduct())
		if fail.KindOf(err) != fail.Denied || fail.KindOf(err2) != fail.Denied {
			t.Errorf("without the right: %v, %v", err, err2)
		}
	})
}
