package account

import (
	"errors"
	"time"

	"iofacturo.mx/internal/store"
)

// What web tells apart by errors.Is, to choose the page; the words for the
// user travel in the [fail.Error] around them.
var (
	ErrLinkExpired = errors.New("the link is too old")                       // offer RenewInvitation
	ErrLinkUsed    = errors.New("the link was used")                         // go to sign-in
	ErrLinkUnknown = errors.New("the link is not known")                     // never was, or replaced by a newer one
	ErrRfcTaken    = errors.New("a company with this RFC exists")            // at registration
	ErrCredentials = errors.New("user, RFC or password is wrong")            // one neutral answer
	ErrTooMany     = errors.New("too many attempts")                         // wait; answer 429
	ErrInactive    = errors.New("the account is locked by inactivity")       // password was right; a link was mailed
	ErrSession     = errors.New("the session is over or never was")          // go to sign-in
	ErrNoCompany   = errors.New("no company of this RFC")                    // offer registration
	ErrStepUp      = errors.New("identity was not proved lately")            // ask for it and come back
	ErrStale       = errors.New("somebody else changed it in the mean time") // fail.Conflict names who
)

// A Registration is what the public form asks (manual §1.2). Field paths in
// errors are the names below.
type Registration struct {
	Nombre          string // of the contact, 2–120 characters
	Rfc             string
	Correo, Correo2 string // twice the same
	Acepta          bool   // terms and privacy notice
	Codigo          string // of who invited, "" for nobody
}

// A Pending is a registration that waits for its link. Token names it for
// Resend and ChangeAddress; it proves the browser that registered and goes
// into a cookie. RfcWarning is set when the RFC's check digit does not agree.
type Pending struct {
	ID, Token  string
	Rfc        string
	Correo     string
	ExpiresAt  time.Time
	RfcWarning string
}

// An Invited is what an open link shows before the password is set.
type Invited struct {
	Rfc, Nombre, Correo string
	Usuario             string // the name the first user will have
}

// A Confirmation sets the password of the first user. Usuario may be empty
// and is then "admin".
type Confirmation struct {
	Usuario             string
	Password, Password2 string
	IP, Device          string
}

// AccessData is what the new user needs to sign in, beside the password.
type AccessData struct {
	Usuario, Rfc, Correo string
}

// Credentials is the sign-in form. Device is the browser's own description
// (User-Agent), kept with the session.
type Credentials struct {
	Usuario, Rfc, Password string
	IP, Device             string
}

// A SignedIn is the answer to good credentials: the session's token for the
// cookie, and whether the password must be changed before anything else.
type SignedIn struct {
	Token      string
	Stage      string // what is owed next: store.StageOpen when nothing
	MustChange bool
	ExpiresAt  time.Time // the cookie is of no use after it
}

// A Session is who is at the browser. Actor.IP is the address of the sign-in.
type Session struct {
	Actor           store.Actor // zero until the Stage is open
	ID              string
	Usuario, Nombre string
	Correo          string
	Rfc, Empresa    string // of the company worked in; Empresa is the legal name, or the RFC until it is set
	Stage           string // store.StageOpen, or what is owed before anything works
	Way             Way
	MustChange      bool
	StartedAt       time.Time
	Color           string // of the company worked in, a word of [Colors]
	Operator        bool   // of the portal, who is in no company
	Left            string // the company it was sent home from, until [Service.ToldLeft]; "" for none
}

// A Company is the page Empresa (manual §3.1). Version is the one read; a
// save with an older one is [ErrStale].
type Company struct {
	Rfc             string // read-only
	Nombre          string // as in the Constancia, without the corporate suffix
	NombreComercial string
	Regimenes       []string // keys of c_RegimenFiscal
	RegimenDefault  string   // one of Regimenes
	CodigoPostal    string   // fiscal domicile
	Calle           string
	NoExterior      string
	NoInterior      string
	Colonia         string
	Localidad       string
	Referencia      string
	Municipio       string
	Estado          string
	Pais            string // key of c_Pais, "MEX" when empty
	Curp            string // persona física only
	Contacto        string
	Telefono        string
	Correo          string
	Web             string
	LugarExpedicion string // postal code; empty = CodigoPostal
	Frontera        bool   // the main branch applies the stimulus of the border region: IVA of 8 %
	Version         int
	UpdatedAt       time.Time
	UpdatedBy       string
}

// Moral reports whether the company is a persona moral (RFC of 12 characters).
func (c Company) Moral() bool { return len([]rune(c.Rfc)) == 12 }

// Complete reports whether receipts can be made with these data (step 1 of the wizard).
func (c Company) Complete() bool {
	return c.Rfc != "" && c.Nombre != "" && c.RegimenDefault != "" && c.CodigoPostal != "" && c.LugarExpedicion != ""
}

// The states of a certificate as screens name them.
const (
	Vigente   = "vigente"
	PorVencer = "por-vencer" // 60 days or less
	Vencido   = "vencido"
	PorEntrar = "por-entrar" // not in force yet
	Inactivo  = "inactivo"
	Revocado  = "revocado" // by the SAT, as its owner said; for ever
)

// A Certificate is one row of the grid of CSDs (manual §3.3).
type Certificate struct {
	ID            string
	NoCertificado string // 20 digits
	Rfc, Nombre   string
	Desde, Hasta  time.Time
	Estado        string
	Activo        bool
	EnUso         bool   // receipts of its branches are sealed with it now
	Sucursal      string // "" = the whole company; a branch's id or store.MainBranch = that one alone
	Prueba        bool   // of a test CA: what it seals is SIN VALIDEZ FISCAL
	DiasRestantes int    // whole days until Hasta, 0 when over
	Urgente       bool   // 15 days or less: red instead of amber
}

// Seals reports whether receipts can be sealed with it now.
func (c Certificate) Seals() bool { return c.Estado == Vigente || c.Estado == PorVencer }

// A Serie is one numbering (manual §3.6). Serie may be empty; FolioFinal 0 =
// no end. FolioSiguiente is the next one given and only goes up.
type Serie struct {
	ID                string
	Serie             string
	Sucursal          string // id of its branch, store.MainBranch for the main one
	TipoDeComprobante string
	FolioInicial      int64
	FolioSiguiente    int64
	FolioFinal        int64
	Predeterminada    bool
	Activa            bool
	Version           int
	UsoPct            int   // used part of the range in percent; -1 without end
	Quedan            int64 // folios left in the range; 0 without end, see UsoPct
	PorAgotarse       bool
	Agotada           bool
}

// Steps are the ticks of the wizard (manual §2.3), computed, never stored but for
// Consulta, and how the person keeps it.
type Steps struct {
	Empresa, Productos, Clientes, Series, Certificado, Comprobante, Consulta bool

	Minimized bool // the bar is an edge
	Hidden    bool // the bar is away, as long as every step stays done
}

// Done reports whether every step is ticked.
func (s Steps) Done() bool {
	return s.Empresa && s.Productos && s.Clientes && s.Series && s.Certificado && s.Comprobante && s.Consulta
}

// Shown reports whether the bar is on screen, be it as an edge.
func (s Steps) Shown() bool { return !s.Hidden || !s.Done() }
