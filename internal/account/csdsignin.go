package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	csdKind = "csd"
	csdLife = 2 * time.Minute
	// csdPrefix begins what the browser signs. A cadena original begins with "||",
	// so that neither can pass for the other (reliability §2.8).
	csdPrefix = "portal-login|v1|"
)

// A CSDChallenge is what a browser must sign with the key of a seal certificate.
// Pre names the browser that asked, for its cookie.
type CSDChallenge struct {
	Nonce, Time, Origin string
	Pre                 string
	ExpiresAt           time.Time
}

// A CSDAnswer is the certificate and the signature over [CSDMessage]; the key
// stays where it is.
type CSDAnswer struct {
	Cer, Signature []byte
	Nonce, Time    string
	Pre            string
}

// CSDMessage is the text that is signed for a challenge.
func CSDMessage(origin, nonce, rfc, at string) string {
	return csdPrefix + origin + "|" + nonce + "|" + rfc + "|" + at
}

// ChallengeCSD makes a challenge, good for two minutes, one answer and the browser
// that asked. [ErrTooMany] by address.
func (s *Service) ChallengeCSD(ctx context.Context, ip string) (CSDChallenge, error) {
	if !s.ipLimit.Allow(ip, s.now()) {
		return CSDChallenge{}, tooMany("Recibimos muchos intentos desde tu conexión. Espera un minuto e inténtalo de nuevo.")
	}
	nonce, hash, err := newToken()
	if err != nil {
		return CSDChallenge{}, err
	}
	pre, preHash, err := newToken()
	if err != nil {
		return CSDChallenge{}, err
	}
	now := s.now()
	c := CSDChallenge{Nonce: nonce, Pre: pre, Time: now.Format(time.RFC3339), Origin: s.cfg.BaseURL, ExpiresAt: now.Add(csdLife)}
	return c, s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return tx.InsertChallenge(ctx, store.ChallengeRow{
			Hash: hash, Kind: csdKind, Data: preHash + "|" + c.Time, CreatedAt: store.Micros(now), ExpiresAt: store.Micros(c.ExpiresAt),
		})
	})
}

// SignInByCSD opens the session of the Administrador of the company whose seal
// certificate signed the challenge. Each reason to refuse has its own words, on
// the fields Cer and Key. Errors besides: [ErrTooMany]; [ErrNoCompany] when the
// RFC has no company here.
func (s *Service) SignInByCSD(ctx context.Context, in CSDAnswer, c Client) (SignedIn, error) {
	if !s.ipLimit.Allow(c.IP, s.now()) {
		return SignedIn{}, tooMany("Recibimos muchos intentos desde tu conexión. Espera un minuto e inténtalo de nuevo.")
	}
	var challenge store.ChallengeRow
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) (err error) {
		challenge, err = tx.TakeChallenge(ctx, csdKind, hashToken(in.Nonce), store.Micros(s.now()))
		return err
	})
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return SignedIn{}, err
	}
	if err != nil || challenge.Data != hashToken(in.Pre)+"|"+in.Time {
		return SignedIn{}, fail.New(fail.Denied, "El intento venció o ya se usó: dura dos minutos. No entraste; vuelve a presionar Entrar.")
	}
	cert, err := s.sealOfCompany(in.Cer)
	if err != nil {
		return SignedIn{}, err
	}
	if err := cert.Verify([]byte(CSDMessage(s.cfg.BaseURL, in.Nonce, cert.Rfc, in.Time)), in.Signature); err != nil {
		return SignedIn{}, fail.OnField("Key", "La llave no es la de ese certificado. No entraste: elige el .cer y el .key que el SAT te dio juntos.")
	}
	return s.admitSeal(ctx, cert, WayCSD, c)
}

// SignInByCSDFiles is [Service.SignInByCSD] for a browser without script: the files
// come along, are used once in memory and not kept. A company can switch it off.
// Fields: Cer, Key, Password.
func (s *Service) SignInByCSDFiles(ctx context.Context, cer, key, password []byte, c Client) (SignedIn, error) {
	defer clear(password)
	if !s.upLimit.Allow(c.IP, s.now()) {
		return SignedIn{}, tooMany("Recibimos muchos intentos desde tu conexión. Espera unos minutos e inténtalo de nuevo.")
	}
	if err := checkFiles(cer, key, password); err != nil {
		return SignedIn{}, err
	}
	cert, err := s.sealOfCompany(cer)
	if err != nil {
		return SignedIn{}, err
	}
	opened, err := csd.OpenKey(key, password)
	switch {
	case errors.Is(err, csd.ErrPassword):
		return SignedIn{}, fail.OnField("Password", "La contraseña no abre esa llave. No entraste: es la que pusiste al tramitar el CSD, no la del portal.")
	case err != nil:
		return SignedIn{}, fail.OnField("Key", err.Error()+" No entraste.")
	}
	defer opened.Wipe()
	if !opened.Matches(cert) {
		return SignedIn{}, fail.OnField("Key", "La llave no es la de ese certificado. No entraste: elige el .cer y el .key que el SAT te dio juntos.")
	}
	return s.admitSeal(ctx, cert, WayCSDFiles, c)
}

// sealOfCompany reads a certificate that may open a company: a seal certificate of
// a known authority, in force.
func (s *Service) sealOfCompany(cer []byte) (*csd.Certificate, error) {
	cert, err := csd.ParseCertificate(cer)
	if err != nil {
		return nil, fail.OnField("Cer", err.Error()+" No entraste.")
	}
	now := s.now()
	switch {
	case cert.Kind == csd.FIEL:
		return nil, fail.OnField("Cer", "Ese certificado es de tu e.firma. No entraste: elige el de tu sello digital (CSD); la e.firma no la subas a ningún portal.")
	case cert.Kind != csd.CSD || cert.Rfc == "":
		return nil, fail.OnField("Cer", "Ese archivo no es un certificado de sello digital (CSD). No entraste.")
	case now.After(cert.NotAfter):
		return nil, fail.OnField("Cer", "El certificado venció el "+cert.NotAfter.In(s.zone()).Format("02/01/2006")+". No entraste: usa uno vigente o entra con tu contraseña.")
	case !cert.InForce(now):
		return nil, fail.OnField("Cer", "El certificado empieza a valer el "+cert.NotBefore.In(s.zone()).Format("02/01/2006")+". No entraste.")
	}
	if _, _, err := s.cfg.Trust.Check(cert, now); err != nil {
		return nil, fail.OnField("Cer", "No conocemos a la autoridad que emitió ese certificado. No entraste: usa uno emitido por el SAT.")
	}
	return cert, nil
}

// admitSeal lets the holder of a company's seal in, as its Administrador and never
// as more. A certificate that the company took out of use here opens nothing.
func (s *Service) admitSeal(ctx context.Context, cert *csd.Certificate, way Way, c Client) (SignedIn, error) {
	t, err := s.cfg.DB.Global().TenantByRfc(ctx, cert.Rfc)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return SignedIn{}, err
	}
	if err != nil || t.State != store.TenantActive {
		e := fail.OnField("Cer", "El RFC "+cert.Rfc+" todavía no tiene cuenta aquí. Regístrala gratis; toma dos minutos.")
		e.Err = ErrNoCompany
		return SignedIn{}, e
	}
	policy, err := s.policyIn(ctx, t.Tenant())
	if err != nil {
		return SignedIn{}, err
	}
	if !policy.CSDSignin || way == WayCSDFiles && !policy.CSDUpload {
		return SignedIn{}, fail.New(fail.Denied, "Tu empresa no permite entrar así con el certificado. Entra con tu usuario y contraseña.")
	}
	v := s.cfg.DB.View(t.Tenant())
	rows, err := v.CertificatesOf(ctx, cert.NoCertificado)
	if err != nil {
		return SignedIn{}, err
	}
	if len(rows) > 0 && !slices.ContainsFunc(rows, func(r store.CertificateRow) bool { return r.Activo && r.DeletedAt == 0 }) {
		return SignedIn{}, fail.OnField("Cer", "Tu empresa desactivó ese certificado. No entraste: usa otro, o entra con tu contraseña.")
	}
	admins, err := v.Admins(ctx, 1)
	if err != nil {
		return SignedIn{}, err
	}
	if len(admins) == 0 {
		return SignedIn{}, fail.New(fail.Denied, "La empresa no tiene un Administrador activo. Pide ayuda a quien opera este portal.")
	}
	if err := s.mayUse(ctx, t.Tenant(), admins[0], ""); err != nil {
		return SignedIn{}, err
	}
	return s.admit(ctx, newcomer{tenant: t.Tenant(), user: admins[0].ID, way: way, client: c})
}
