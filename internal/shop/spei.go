package shop

import (
	"context"
	"errors"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
)

// speiDays is how long a transfer by reference is waited for.
const speiDays = 5

// A SPEIAccount takes transfers to an account of who runs the portal; a person confirms
// each. [NewSPEI] makes it.
type SPEIAccount struct {
	CLABE, Beneficiary string
	now                func() time.Time
	zone               *time.Location
}

// NewSPEI returns the gateway of an account. zone tells its days.
func NewSPEI(clabe, beneficiary string, zone *time.Location, now func() time.Time) (SPEIAccount, error) {
	clabe = strings.ReplaceAll(clabe, " ", "")
	if !catalogo.ValidCLABE(clabe) {
		return SPEIAccount{}, errors.New("la CLABE lleva 18 dígitos y el último no corresponde: revísala")
	}
	if strings.TrimSpace(beneficiary) == "" {
		return SPEIAccount{}, errors.New("falta el nombre del beneficiario")
	}
	return SPEIAccount{CLABE: clabe, Beneficiary: strings.TrimSpace(beneficiary), now: now, zone: zone}, nil
}

// Name is kept with the orders.
func (SPEIAccount) Name() string { return "spei" }

// Methods is one.
func (SPEIAccount) Methods() []Method { return []Method{SPEI} }

// Open has the order's own page say how it is paid.
func (a SPEIAccount) Open(context.Context, Bill) (Place, error) {
	now := a.now().In(a.zone)
	return Place{Due: time.Date(now.Year(), now.Month(), now.Day()+speiDays+1, 0, 0, 0, 0, a.zone)}, nil
}

// Close needs nobody: late money is seen by a person.
func (SPEIAccount) Close(context.Context, Order) error { return nil }

// Refund is done by a person at the bank.
func (SPEIAccount) Refund(context.Context, Order) (byHand bool, err error) { return true, nil }
