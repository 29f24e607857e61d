package account

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Referral is the code with which a company invites others, and how many came.
type Referral struct {
	Code, URL string
	Came      int
}

var codeShape = regexp.MustCompile(`^[0-9A-Z]{8}$`)

// codeLetters leave out what is read in two ways.
var codeLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Referral returns the company's code, made with the company; Code is "" for a
// company older than codes, until [Service.MakeReferral].
func (s *Service) Referral(ctx context.Context, a store.Actor) (Referral, error) {
	if err := a.Require(store.RightView); err != nil {
		return Referral{}, err
	}
	row, err := s.cfg.DB.Global().ReferralCodeOf(ctx, a.Tenant)
	if err != nil {
		return Referral{}, ignoreAbsent(err)
	}
	came, err := s.cfg.DB.Global().Referrals(ctx, a.Tenant)
	return Referral{Code: row.Code, URL: s.cfg.BaseURL + "/registro?invitacion=" + row.Code, Came: int(came)}, err
}

// MakeReferral gives the company its code; one that has it keeps it.
func (s *Service) MakeReferral(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return s.newReferralCode(ctx, tx, a.Tenant) })
	if fail.KindOf(err) == fail.Conflict {
		return nil
	}
	return err
}

// newReferralCode makes the code of a company: fail.Conflict when it has one.
func (s *Service) newReferralCode(ctx context.Context, tx *store.GlobalTx, owner store.Tenant) error {
	var b [5]byte
	if _, err := rand.Read(b[:]); err != nil {
		return fmt.Errorf("code: %w", err)
	}
	return tx.InsertReferralCode(ctx, store.ReferralCodeRow{
		Code: codeLetters.EncodeToString(b[:]), TenantID: owner.ID(), CreatedAt: store.Micros(s.now()),
	})
}

// checkCode puts a typed code into the form it is stored in; one that nobody
// has is an error beside its field, and the registration can go on without it.
func (s *Service) checkCode(ctx context.Context, p *problems, code string) (string, error) {
	code = strings.ToUpper(strings.Join(strings.Fields(strings.ReplaceAll(code, "-", "")), ""))
	if code == "" {
		return "", nil
	}
	wrong := func() {
		p.err("Codigo", "Ese código de invitación no existe.", "Revísalo con quien te lo dio, o deja el campo vacío: puedes registrarte sin él.")
	}
	if !codeShape.MatchString(code) {
		wrong()
		return code, nil
	}
	_, err := s.cfg.DB.Global().ReferralCode(ctx, code)
	if err != nil && fail.KindOf(err) == fail.NotFound {
		wrong()
		return code, nil
	}
	return code, err
}

// cameBy notes by whose code a new company came. A code whose company is gone
// in the mean time counts for nobody.
func (s *Service) cameBy(ctx context.Context, tx *store.GlobalTx, guest store.Tenant, code, correo string) error {
	if code == "" {
		return nil
	}
	row, err := tx.ReferralCode(ctx, code)
	if err != nil {
		return ignoreAbsent(err)
	}
	return tx.InsertReferral(ctx, guest, row, store.MailHash(correo), store.Micros(s.now()))
}
