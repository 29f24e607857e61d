package invite

import (
	"context"

	"iofacturo.mx/internal/store"
)

// SettleOne decides one referral, as its job does.
func (s *Service) SettleOne(ctx context.Context, guest store.Tenant) error {
	_, err := s.settle(ctx, guest)
	return err
}
