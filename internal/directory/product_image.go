package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/store"
)

// MaxImagenUpload is how large a file may be of which the picture of a product is made.
const MaxImagenUpload = pdf.MaxScreenshotBytes

// readImagen makes the picture of a product out of the file it comes as, and gives it
// its digest.
func readImagen(in *Product, p *problems) []byte {
	if in.NewImagen == nil {
		if in.QuitarImagen {
			in.Imagen = ""
		}
		return nil
	}
	jpeg, err := pdf.ReadThumbnail(in.NewImagen)
	if err != nil {
		p.err("Imagen", fail.MessageOf(err), "Lo demás que escribiste sigue aquí.")
		return nil
	}
	sum := sha256.Sum256(jpeg)
	in.Imagen = hex.EncodeToString(sum[:16])
	return jpeg
}

// keepImagen stores the picture of a product, or takes it away when it is nil.
func keepImagen(ctx context.Context, tx *store.Tx, p Product, jpeg []byte) error {
	if jpeg == nil {
		return tx.DeleteProductImage(ctx, p.ID)
	}
	return tx.PutProductImage(ctx, p.ID, p.Imagen, jpeg)
}

// ProductImage returns the picture of a product as JPEG and its digest; fail.NotFound
// when it has none.
func (s *Service) ProductImage(ctx context.Context, a store.Actor, id string) (jpeg []byte, digest string, err error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, "", err
	}
	return s.cfg.DB.View(a.Tenant).ProductImage(ctx, id)
}
