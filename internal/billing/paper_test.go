package billing_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/store"
)

// TestThePDFFollowsTheDesignOfItsBranch: what is downloaded and what is drafted is drawn in
// the design and with the logo that rule the branch of its series, and no other company's.
func TestThePDFFollowsTheDesignOfItsBranch(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var file bytes.Buffer
		must(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 64, 64))))
		logo, err := pdf.ReadLogo(file.Bytes())
		must(t, err)
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			if err := tx.InsertBranch(ctx, store.BranchRow{ID: "norte", Nombre: "Norte", NombreFold: "norte", CodigoPostal: "22000", Activa: true, Version: 1}); err != nil {
				return err
			}
			if err := tx.InsertSerie(ctx, store.SerieRow{ID: "serie-n", Serie: "N", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Activa: true, BranchID: "norte", Version: 1}); err != nil {
				return err
			}
			if err := tx.InsertPaper(ctx, store.PaperRow{BranchID: "norte", Settings: pdf.Paper{Design: pdf.Ticket}.String(), Version: 1}); err != nil {
				return err
			}
			return tx.PutLogo(ctx, store.LogoRow{BranchID: "norte", PNG: logo, SHA256: "x"})
		}))
		roll := []byte("/MediaBox [0 0 226.77")
		for _, c := range []struct {
			a     store.Actor
			serie string
			want  bool
		}{{w.a, "serie-n", true}, {w.a, "", false}, {w.b, "", false}} {
			d := w.typed(c.a, "10")
			if c.serie != "" {
				d.SerieID, d.Comprobante.LugarExpedicion = c.serie, ""
			}
			d, err := w.SaveDraft(ctx, c.a, d)
			must(t, err)
			_, draft, err := w.DraftPDF(ctx, c.a, d.ID)
			must(t, err)
			doc, err := w.Issue(ctx, c.a, d.ID, d.Revision)
			must(t, err)
			_, b, err := w.PDF(ctx, c.a, doc.ID)
			must(t, err)
			for what, b := range map[string][]byte{"draft": draft, "download": b} {
				if got := bytes.Contains(b, roll); got != c.want {
					t.Errorf("%s of series %q: a roll is %t, want %t", what, c.serie, got, c.want)
				}
				if got := bytes.Contains(b, []byte("/Subtype /Image")); got != c.want {
					t.Errorf("%s of series %q: a logo is %t, want %t", what, c.serie, got, c.want)
				}
			}
		}
	})
}
