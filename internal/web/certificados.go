package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"

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
		{pattern: "POST /certificados/{id}/eliminar", access: needs(store.RightCertificates), handle: s.deleteCertificate, fresh: true},
	}
}

// A certificatesView is the page: what is loaded and the form for one more.
type certificatesView struct {
	form
	List  []account.Certificate
	Rfc   string
	Test  bool // a test certificate can be made
	Fresh bool // who looks proved who they are a moment ago, so that files can be sent

	Keys    bool // may take keys out
	Exports []account.KeyExport
}

// InUse returns the certificate that seals by default, if any.
func (v certificatesView) InUse() (account.Certificate, bool) {
	for _, c := range v.List {
		if c.EnUso {
			return c, true
		}
	}
	return account.Certificate{}, false
}

func (s *Server) certificates(w http.ResponseWriter, r *http.Request) error {
	return s.showCertificates(w, r, form{})
}

func (s *Server) showCertificates(w http.ResponseWriter, r *http.Request, f form) error {
	list, err := s.Account.Certificates(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	v := certificatesView{form: f, List: list, Rfc: visitorOf(r).Rfc, Test: s.testMode(), Fresh: s.Account.Fresh(actorOf(r))}
	if a := actorOf(r); a.Holds(store.RightCertificates) && !a.IsGuest() {
		v.Keys = true
		if _, v.Exports, err = s.Account.KeyExports(r.Context(), a); err != nil {
			return err
		}
	}
	return s.renderForm(w, r, f, page{Title: "Certificados", Section: "configuracion", Tab: "certificados"}, certificatesPage(v))
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
	c, err := s.Account.AddCertificate(r.Context(), actorOf(r), up["Cer"], up["Key"], up["Password"])
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showCertificates(w, r, f)
	}
	s.flashed(w, flash{
		Kind: "ok", Title: "Certificado " + c.NoCertificado + " agregado",
		Text: "Vigente hasta el " + fecha(c.Hasta) + ". La llave quedó cifrada y su contraseña no se guardó.",
	})
	return s.redirect(w, r, "/certificados")
}

// uploadParts are the fields of the form.
var uploadParts = []string{"Cer", "Key", "Password"}

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
	s.flashed(w, flash{
		Kind: "ok", Title: "Certificado de prueba " + c.NoCertificado + " listo",
		Text: "Sella como uno de verdad, pero lo que hagas con él no tiene validez fiscal.",
	})
	return s.redirect(w, r, "/certificados")
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

func (s *Server) deleteCertificate(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.DeleteCertificate(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Llave eliminada", Text: "El certificado queda para consultar lo que selló; para volver a sellar hay que cargarlo de nuevo."})
	return s.redirect(w, r, "/certificados")
}
