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

// SetProductImage draws the picture of a product anew out of the file somebody sends
// and keeps it in the place of the one before. What is typed in its form meanwhile is
// not held up by it: the product keeps its version. Errors: fail.Invalid with the
// field Imagen.
func (s *Service) SetProductImage(ctx context.Context, a store.Actor, id string, file []byte) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	if _, err := s.Product(ctx, a, id); err != nil {
		return err
	}
	jpeg, err := pdf.ReadThumbnail(file)
	if err != nil {
		if fail.KindOf(err) != fail.Invalid {
			return err
		}
		return fail.WithFields("No se guardó la imagen. Lo demás que escribiste sigue aquí.", fail.Field{Path: "Imagen", Message: fail.MessageOf(err)})
	}
	sum := sha256.Sum256(jpeg)
	digest := hex.EncodeToString(sum[:16])
	return s.changeImage(ctx, a, id, digest, func(tx *store.Tx) error { return tx.PutProductImage(ctx, id, digest, jpeg) })
}

// RemoveProductImage takes the picture of a product away.
func (s *Service) RemoveProductImage(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightProducts); err != nil {
		return err
	}
	return s.changeImage(ctx, a, id, "", func(tx *store.Tx) error { return tx.DeleteProductImage(ctx, id) })
}

func (s *Service) changeImage(ctx context.Context, a store.Actor, id, digest string, write func(tx *store.Tx) error) error {
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.ProductForUpdate(ctx, id)
		if err != nil || row.Imagen == digest {
			return err
		}
		before := row
		row.Imagen = digest
		if err := write(tx); err != nil {
			return err
		}
		if err := tx.UpdateProduct(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "product.image", "product/"+id, before, row)
	})
}

// ProductImage returns the picture of a product as JPEG and its digest; fail.NotFound
// when it has none.
func (s *Service) ProductImage(ctx context.Context, a store.Actor, id string) (jpeg []byte, digest string, err error) {
	if err := a.Require(store.RightSeeProducts); err != nil {
		return nil, "", err
	}
	return s.cfg.DB.View(a.Tenant).ProductImage(ctx, id)
}
