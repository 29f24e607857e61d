package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

const (
	tenantsOfOne    = 50    // companies for each of n: 10,000 with the usual 200
	tenantsTold     = 10000 // the figure is told for as many
	rotations       = 5     // of one round
	rotationCeiling = time.Minute
)

// rotate changes the master key over many companies while receipts are issued, and fails if one of those does.
func rotate(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	n *= tenantsOfOne
	sealed, err := w.secrets(ctx, n)
	if err != nil {
		return nil, nil, err
	}
	for range rotations {
		took, err := w.rotateOnce(ctx)
		if err != nil {
			return nil, nil, err
		}
		figure, limit = append(figure, took*tenantsTold/time.Duration(n)), append(limit, rotationCeiling)
	}
	return figure, limit, w.openAll(ctx, sealed)
}

// secrets gives n companies a keyset each, with a secret under it.
func (w *world) secrets(ctx context.Context, n int) ([][]byte, error) {
	sealed := make([][]byte, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(64) // so that many share a COMMIT
	for i := range n {
		group.Go(func() (err error) {
			sealed[i], err = w.signer.Protect(ctx, companyWithSecret(i), signer.KindTOTP, "u", []byte("x"))
			return err
		})
	}
	return sealed, group.Wait()
}

func companyWithSecret(i int) store.Tenant { return store.TenantOf(fmt.Sprintf("secret-%06d", i)) }

// rotateOnce changes the master key once, from the new file to the last keyset.
func (w *world) rotateOnce(ctx context.Context) (time.Duration, error) {
	issuing, stop := context.WithCancel(ctx)
	defer stop()
	issued := make(chan error, 1)
	go func() { issued <- w.issueUntil(issuing) }()
	start := time.Now()
	if err := signer.ReplaceMasterKey(w.path("master.key"), ""); err != nil {
		return 0, err
	}
	s, err := w.onFile()
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if _, err := s.RotateMaster(ctx); err != nil {
		return 0, err
	}
	took := time.Since(start)
	stop()
	return took, <-issued
}

func (w *world) onFile() (*signer.Signer, error) {
	master, err := signer.LoadMasterKey(w.path("master.key"), "", false)
	if err != nil {
		return nil, err
	}
	return signer.New(w.db, master, w.now)
}

// issueUntil issues receipts until ctx ends, one at least; none may fail.
func (w *world) issueUntil(ctx context.Context) error {
	for i := 0; ; i++ {
		whole := context.WithoutCancel(ctx)
		d, err := w.draft(whole, i)
		if err != nil {
			return err
		}
		if d, err = w.billing.SaveDraft(whole, w.actor, d); err != nil {
			return err
		}
		doc, err := w.billing.Issue(whole, w.actor, d.ID, d.Revision)
		if err != nil {
			return err
		}
		if doc.State != billing.Timbrado {
			return fmt.Errorf("while the key changed a receipt ended as %s: %s", doc.State, doc.Reason.Message)
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// openAll opens every secret without the keys that were replaced.
func (w *world) openAll(ctx context.Context, sealed [][]byte) error {
	if err := os.RemoveAll(w.path("old")); err != nil {
		return err
	}
	s, err := w.onFile()
	if err != nil {
		return err
	}
	defer s.Close()
	for i, b := range sealed {
		if _, err := s.Reveal(ctx, companyWithSecret(i), signer.KindTOTP, "u", b); err != nil {
			return errors.Join(errors.New("a secret is lost without the old keys"), err)
		}
	}
	return nil
}
