package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	// uploadLimit is the largest certificate or key taken, in bytes; real ones are below 4 KiB.
	uploadLimit = 64 << 10
	// uploadBody is how much is read to the end so that a large file gets its
	// error beside its field instead of a broken connection. Nothing above
	// uploadLimit is kept, and nothing the form does not ask for.
	uploadBody = 48 << 20
)

func (s *Server) certificadosRoutes() []route {
	return []route{
		{pattern: "GET /certificados", access: needs(store.RightSeeConfig), handle: s.certificates},
		{pattern: "GET /certificados/nuevo", access: needs(store.RightCertificates), handle: s.certificates, fresh: true},
		{pattern: "POST /certificados/nuevo", access: needs(store.RightCertificates), handle: s.addCertificate, body: uploadBody, fresh: true},
		{pattern: "POST /certificados/prueba", access: needs(store.RightCertificates), handle: s.makeTestCertificate},
		{pattern: "POST /certificados/{id}/activar", access: needs(store.RightCertificates), handle: s.activateCertificate, fresh: true},
		{pattern: "POST /certificados/{id}/desactivar", access: needs(store.RightCertificates), handle: s.deactivateCertificate, fresh: true},
		{pattern: "GET /certificados/{id}/sucursal", access: needs(store.RightCertificates), handle: s.certificateBranch, fresh: true},
		{pattern: "POST /certificados/{id}/sucursal", access: needs(store.RightCertificates), handle: s.moveCertificate, fresh: true},
		{pattern: "POST /certificados/{id}/revocar", access: needs(store.RightCertificates), handle: s.revokeCertificate, fresh: true},
		{pattern: "POST /certificados/{id}/eliminar", access: needs(store.RightCertificates), handle: s.deleteCertificate, fresh: true},
	}
}

// A certificatesView is the page: what is loaded and the form for one more.
type certificatesView struct {
	form
	List     []account.Certificate
	Branches []account.Branch
	Rfc      string
	Grid     listView
	Test     bool // a test certificate can be made
	Fresh    bool // who looks proved who they are a moment ago, so that files can be sent

	Keys    bool // may take keys out
	Exports []account.KeyExport
}

// InUse returns the certificate in use that ends first, if any.
func (v certificatesView) InUse() (first account.Certificate, ok bool) {
	for _, c := range v.List {
		if c.EnUso && (!ok || c.Hasta.Before(first.Hasta)) {
			first, ok = c, true
		}
	}
	return first, ok
}

// Apart reports whether there is more than the main branch to give a certificate to.
func (v certificatesView) Apart() bool { return len(v.Branches) > 1 }

// certificateBranchOptions are the branches a certificate can be given to.
func certificateBranchOptions(list []account.Branch, chosen string) []option {
	return append([]option{{"", "Toda la empresa"}}, branchOptions(list, chosen)...)
}

// certificateBranchName is for whom a certificate is.
func certificateBranchName(list []account.Branch, id string) string {
	if id == "" {
		return "Toda la empresa"
	}
	return branchName(list, id)
}

func (s *Server) certificates(w http.ResponseWriter, r *http.Request) error {
	return s.showCertificates(w, r, form{})
}

func (s *Server) showCertificates(w http.ResponseWriter, r *http.Request, f form) error {
	list, err := s.Account.Certificates(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	branches, err := s.Account.Branches(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	v := certificatesView{form: f, List: list, Branches: branches, Rfc: visitorOf(r).Rfc, Test: s.testMode(), Fresh: s.Account.Fresh(actorOf(r))}
	v.Grid = gridOf(r, certificateColumns(v.Apart()))
	if a := actorOf(r); a.Holds(store.RightCertificates) && !a.IsGuest() {
		v.Keys = true
		if _, v.Exports, err = s.Account.KeyExports(r.Context(), a); err != nil {
			return err
		}
	}
	return s.renderForm(w, r, f, page{Title: "Certificados", Section: "configuracion", Tab: "certificados"}, certificatesPage(v))
}

func certificateColumns(apart bool) []column {
	cols := []column{{"numero", "No. de certificado", ""}, {"estado", "Estado", ""}, {"sucursal", "Sucursal", ""}, {"hasta", "Vigente hasta", ""}}
	if !apart {
		cols = slices.Delete(cols, 2, 3)
	}
	return cols
}

func arrangeCertificates(v certificatesView) ([]account.Certificate, listView) {
	return arrange(v.Grid, v.List, func(c account.Certificate) bool { return c.Activo }, map[string]comparison[account.Certificate]{
		"numero":   byText(func(c account.Certificate) string { return c.NoCertificado }),
		"estado":   byText(func(c account.Certificate) string { return certificateState(c.Estado) }),
		"sucursal": byText(func(c account.Certificate) string { return certificateBranchName(v.Branches, c.Sucursal) }),
		"hasta":    func(x, y account.Certificate) int { return x.Hasta.Compare(y.Hasta) },
	})
}

// addCertificate takes a .cer, its .key and the password. They live in memory
// for this call alone.
func (s *Server) addCertificate(w http.ResponseWriter, r *http.Request) error {
	up, f, err := readUpload(r)
	if err != nil {
		return err
	}
	if len(f.Findings) > 0 {
		return s.showCertificates(w, r, f)
	}
	c, err := s.Account.AddCertificateFor(r.Context(), actorOf(r), strings.TrimSpace(string(up["Sucursal"])), up["Cer"], up["Key"], up["Password"])
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showCertificates(w, r, f)
	}
	list, err := s.Account.Certificates(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	s.flashed(w, flash{
		Kind: "ok", Title: "Certificado " + c.NoCertificado + " agregado",
		Text: "Vigente hasta el " + fecha(c.Hasta) + ". La llave quedó cifrada y su contraseña no se guardó." + overlapText(list, c),
	})
	return s.onward(w, r, "/certificados")
}

// overlapText tells that a renewal beside a certificate in force is as it should be.
func overlapText(list []account.Certificate, c account.Certificate) string {
	other, ok := account.Overlap(list, c)
	if !ok {
		return ""
	}
	seals := c.NoCertificado
	for _, x := range list {
		if x.Sucursal == c.Sucursal && x.EnUso {
			seals = x.NoCertificado
		}
	}
	return " El " + other.NoCertificado + " sigue vigente hasta el " + fecha(other.Hasta) + ": es normal que convivan. Desde ahora se sella con el " +
		seals + ", el más nuevo; lo que ya tiene folio conserva el suyo."
}

// uploadParts are the fields of the form.
var uploadParts = []string{"Cer", "Key", "Password", "Sucursal"}

// readUpload reads the parts of the form one by one. A part that is too large, or
// that is none of them or there already, is read to its end without being kept.
func readUpload(r *http.Request) (parts map[string][]byte, f form, err error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, form{}, fail.Wrap(fail.Invalid, "No recibimos los archivos. Elígelos y vuelve a enviarlos.", err)
	}
	parts = map[string][]byte{}
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return parts, f, nil
		}
		if err != nil {
			return nil, form{}, uploadError(err)
		}
		if _, again := parts[part.FormName()]; again || !slices.Contains(uploadParts, part.FormName()) {
			if _, err := io.Copy(io.Discard, part); err != nil {
				return nil, form{}, uploadError(err)
			}
			continue
		}
		b, large, err := readPart(part)
		if err != nil {
			return nil, form{}, uploadError(err)
		}
		if large {
			f.refuse(part.FormName(), "Ese archivo pesa más de 64 kB. Un certificado o una llave del SAT pesa unos 2 kB: elige el archivo correcto.")
		}
		parts[part.FormName()] = b
	}
}

func uploadError(err error) error {
	if isTooLarge(err) {
		return fail.New(fail.Invalid, "Los archivos son demasiado grandes; no se guardó nada. Un certificado o una llave del SAT pesa unos 2 kB.")
	}
	return fail.Wrap(fail.Invalid, "Los archivos no llegaron completos. Elígelos y vuelve a enviarlos.", err)
}

func readPart(part *multipart.Part) (b []byte, large bool, err error) {
	b, err = io.ReadAll(io.LimitReader(part, uploadLimit+1))
	if err != nil || len(b) <= uploadLimit {
		return b, false, err
	}
	_, err = io.Copy(io.Discard, part)
	return nil, true, err
}

// makeTestCertificate makes a CSD without fiscal value, in test mode alone.
func (s *Server) makeTestCertificate(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Account.MakeTestCertificate(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	list, err := s.Account.Certificates(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	s.flashed(w, flash{
		Kind: "ok", Title: "Certificado de prueba " + c.NoCertificado + " listo",
		Text: "Sella como uno de verdad, pero lo que hagas con él no tiene validez fiscal." + overlapText(list, c),
	})
	return s.onward(w, r, "/certificados")
}

func (s *Server) activateCertificate(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.ActivateCertificate(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Certificado activado", Text: "Se usa el vigente más nuevo de los activos."})
	return s.redirect(w, r, "/certificados")
}

func (s *Server) deactivateCertificate(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.DeactivateCertificate(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Certificado desactivado", Text: "Ya no sella; puedes volver a activarlo cuando quieras."})
	return s.redirect(w, r, "/certificados")
}

// A certificateBranchView is the form that gives a certificate to a branch.
type certificateBranchView struct {
	form
	account.Certificate
	Branches []account.Branch
}

func (s *Server) certificateBranch(w http.ResponseWriter, r *http.Request) error {
	return s.showCertificateBranch(w, r, form{})
}

func (s *Server) showCertificateBranch(w http.ResponseWriter, r *http.Request, f form) error {
	list, err := s.Account.Certificates(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(c account.Certificate) bool { return c.ID == r.PathValue("id") })
	if i < 0 {
		return store.Absent()
	}
	v := certificateBranchView{form: f, Certificate: list[i]}
	if v.Branches, err = s.Account.Branches(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return s.renderForm(w, r, f, page{Title: "Sucursal del certificado", Section: "configuracion", Tab: "certificados"}, certificateBranchPage(v))
}

func (s *Server) moveCertificate(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Account.MoveCertificate(r.Context(), actorOf(r), r.PathValue("id"), f.Get("Sucursal")); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showCertificateBranch(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Sucursal del certificado guardada", Text: "Vale para lo que se numere desde ahora; lo que ya tiene folio conserva su certificado."})
	return s.redirect(w, r, "/certificados")
}

func (s *Server) revokeCertificate(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.RevokeCertificate(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Certificado marcado como revocado", Text: "Ya no sella. Lo que selló antes de la revocación sigue siendo válido."})
	return s.redirect(w, r, "/certificados")
}

func (s *Server) deleteCertificate(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.DeleteCertificate(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Llave eliminada", Text: "El certificado queda para consultar lo que selló; para volver a sellar hay que cargarlo de nuevo."})
	return s.redirect(w, r, "/certificados")
}
