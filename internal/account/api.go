package account

import (
	"context"
	"errors"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/store"
)

// errDraft stands while the bodies below are being written.
var errDraft = errors.New("account: body not written yet")

// Register notes a registration and mails its link, valid 48 h and once. The
// answer is the same whatever the address. Errors: fields by name; an RFC that
// is registered already is [ErrRfcTaken] on field Rfc; [ErrTooMany].
func (s *Service) Register(ctx context.Context, r Registration, ip string) (Pending, error) {
	return Pending{}, errDraft
}

// PendingOf returns the registration a browser's pending token names.
func (s *Service) PendingOf(ctx context.Context, pendingToken string) (Pending, error) {
	return Pending{}, errDraft
}

// Resend mails the link again. [ErrTooMany] when asked too often.
func (s *Service) Resend(ctx context.Context, pendingToken string) error { return errDraft }

// ChangeAddress sends the link to another address; the links mailed so far stop working.
func (s *Service) ChangeAddress(ctx context.Context, pendingToken, correo, correo2 string) (Pending, error) {
	return Pending{}, errDraft
}

// Invitation tells whom a mailed link is for. [ErrLinkUnknown], [ErrLinkExpired] or [ErrLinkUsed] otherwise.
func (s *Service) Invitation(ctx context.Context, link string) (Invited, error) {
	return Invited{}, errDraft
}

// RenewInvitation mails a new link in place of an expired one, to the same address.
func (s *Service) RenewInvitation(ctx context.Context, link, ip string) error { return errDraft }

// Confirm turns a registration into a company with its first user and signs it in.
// It mails the access data, never the password.
func (s *Service) Confirm(ctx context.Context, link string, c Confirmation) (AccessData, SignedIn, error) {
	return AccessData{}, SignedIn{}, errDraft
}

// SignIn opens a session. [ErrCredentials], [ErrTooMany] or [ErrInactive] otherwise.
func (s *Service) SignIn(ctx context.Context, c Credentials) (SignedIn, error) {
	return SignedIn{}, errDraft
}

// UnlockFor tells whose account an unlock link opens.
func (s *Service) UnlockFor(ctx context.Context, link string) (AccessData, error) {
	return AccessData{}, errDraft
}

// Unlock opens an account locked by inactivity; the user then signs in as always.
func (s *Service) Unlock(ctx context.Context, link, ip string) (AccessData, error) {
	return AccessData{}, errDraft
}

// SessionOf returns the session of a token. [ErrSession] when it is over.
func (s *Service) SessionOf(ctx context.Context, token string) (Session, error) {
	return Session{}, errDraft
}

// SignOut ends the session of a token; one that is over already is no error.
func (s *Service) SignOut(ctx context.Context, token string) error { return errDraft }

// ChangePassword sets a new password, closes the user's other sessions and mails a notice.
// Fields in errors: Anterior, Nueva, Confirmacion.
func (s *Service) ChangePassword(ctx context.Context, a store.Actor, old, new1, new2 string) error {
	return errDraft
}

// Company returns the data of the actor's company.
func (s *Service) Company(ctx context.Context, a store.Actor) (Company, error) {
	return Company{}, errDraft
}

// SaveCompany checks and stores c and returns it as stored, with what was
// changed or looks odd as warnings. Field paths are the names of [Company].
func (s *Service) SaveCompany(ctx context.Context, a store.Actor, c Company) (Company, []cfdi.Finding, error) {
	return Company{}, nil, errDraft
}

// Certificates lists the CSDs of the company, newest first.
func (s *Service) Certificates(ctx context.Context, a store.Actor) ([]Certificate, error) {
	return nil, errDraft
}

// AddCertificate checks and keeps a CSD (manual §3.3). Fields in errors: Cer, Key, Password.
func (s *Service) AddCertificate(ctx context.Context, a store.Actor, cer, key, password []byte) (Certificate, error) {
	return Certificate{}, errDraft
}

// MakeTestCertificate makes a CSD under the test CA and keeps it. Only in [Service.TestMode].
func (s *Service) MakeTestCertificate(ctx context.Context, a store.Actor) (Certificate, error) {
	return Certificate{}, errDraft
}

// ActivateCertificate lets a certificate seal again.
func (s *Service) ActivateCertificate(ctx context.Context, a store.Actor, id string) error {
	return errDraft
}

// DeactivateCertificate keeps a certificate from sealing.
func (s *Service) DeactivateCertificate(ctx context.Context, a store.Actor, id string) error {
	return errDraft
}

// DeleteCertificate destroys the key; the certificate stays for the receipts it sealed.
func (s *Service) DeleteCertificate(ctx context.Context, a store.Actor, id string) error {
	return errDraft
}

// SeriesList lists the numberings of the company.
func (s *Service) SeriesList(ctx context.Context, a store.Actor) ([]Serie, error) {
	return nil, errDraft
}

// Serie returns one numbering.
func (s *Service) Serie(ctx context.Context, a store.Actor, id string) (Serie, error) {
	return Serie{}, errDraft
}

// SaveSerie makes (ID empty) or changes a numbering. Field paths are the names of [Serie].
func (s *Service) SaveSerie(ctx context.Context, a store.Actor, in Serie) (Serie, error) {
	return Serie{}, errDraft
}

// Setup computes the ticks of the wizard.
func (s *Service) Setup(ctx context.Context, a store.Actor) (Steps, error) { return Steps{}, errDraft }

// A Founding makes a company without a mailed link: for the demo and for
// tests. PasswordDays 0 = the password never has to be changed.
type Founding struct {
	Rfc, Nombre, Correo string
	Usuario, Password   string
	PasswordDays        int
}

// Found makes a company and its first user and returns who that is.
func (s *Service) Found(ctx context.Context, f Founding) (store.Actor, error) {
	return store.Actor{}, errDraft
}

type (
	confirmationMail struct{}
	accessMail       struct{}
	passwordMail     struct{}
	unlockMail       struct{}
)

func (confirmationMail) Kind() string { return "account.confirmation" }
func (accessMail) Kind() string       { return "account.access" }
func (passwordMail) Kind() string     { return "account.password" }
func (unlockMail) Kind() string       { return "account.unlock" }

func (s *Service) mailConfirmation(ctx context.Context, _ store.Tenant, m confirmationMail) error {
	return errDraft
}

func (s *Service) mailAccess(ctx context.Context, t store.Tenant, m accessMail) error {
	return errDraft
}

func (s *Service) mailPasswordChanged(ctx context.Context, t store.Tenant, m passwordMail) error {
	return errDraft
}

func (s *Service) mailUnlock(ctx context.Context, t store.Tenant, m unlockMail) error {
	return errDraft
}
