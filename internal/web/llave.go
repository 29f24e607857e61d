package web

import (
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) llaveRoutes() []route {
	access := needs(store.RightCertificates)
	return []route{
		{pattern: "GET /certificados/{id}/llave", access: access, handle: s.keyPage},
		{pattern: "POST /certificados/{id}/llave/permitir", access: access, handle: s.allowKeyExport, fresh: true},
		{pattern: "POST /certificados/{id}/llave/pedir", access: access, handle: s.requestKeyExport, fresh: true},
		{pattern: "POST /certificados/{id}/llave/cancelar", access: access, handle: s.cancelKeyExport},
		{pattern: "GET /certificados/{id}/llave/descargar", access: access, handle: s.keyDownloadPage, fresh: true},
		{pattern: "POST /certificados/{id}/llave/descargar", access: access, handle: s.exportKey, fresh: true},
	}
}

// A keyView is the page of one certificate's key: how it stands with taking it out.
type keyView struct {
	form
	C       account.Certificate
	Allowed bool
	Export  *account.KeyExport // nil when nobody asked
}

// Path is where the page lies.
func (v keyView) Path() string { return "/certificados/" + v.C.ID + "/llave" }

// keyOf reads the page of the certificate in the address.
func (s *Server) keyOf(r *http.Request) (keyView, error) {
	var v keyView
	list, err := s.Account.Certificates(r.Context(), actorOf(r))
	if err != nil {
		return v, err
	}
	for _, c := range list {
		if c.ID == r.PathValue("id") {
			v.C = c
		}
	}
	if v.C.ID == "" {
		return v, fail.New(fail.NotFound, "No encontramos ese certificado. Puede que ya se haya eliminado.")
	}
	allowed, exports, err := s.Account.KeyExports(r.Context(), actorOf(r))
	v.Allowed = allowed
	for i := range exports {
		if exports[i].CertificateID == v.C.ID {
			v.Export = &exports[i]
		}
	}
	return v, err
}

func (s *Server) keyPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.keyOf(r)
	if err != nil {
		return err
	}
	return s.renderForm(w, r, v.form, page{Title: "Exportar llave", Section: "configuracion", Tab: "certificados"}, exportKeyPage(v))
}

func (s *Server) keyDownloadPage(w http.ResponseWriter, r *http.Request) error {
	return s.showKeyDownload(w, r, form{})
}

func (s *Server) showKeyDownload(w http.ResponseWriter, r *http.Request, f form) error {
	v, err := s.keyOf(r)
	if err != nil {
		return err
	}
	if v.Export == nil || !v.Export.Lista {
		return s.redirect(w, r, v.Path())
	}
	v.form = f
	return s.renderForm(w, r, f, page{Title: "Descargar llave", Section: "configuracion", Tab: "certificados"}, downloadKeyPage(v))
}

func (s *Server) allowKeyExport(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v, err := s.keyOf(r)
	if err != nil {
		return err
	}
	allow := f.Get("permitir") == "si"
	if err := s.Account.AllowKeyExport(r.Context(), actorOf(r), allow); err != nil {
		return err
	}
	told := flash{Kind: "ok", Title: "Tu empresa ya no permite exportar llaves", Text: "Si había una solicitud en espera, quedó cancelada."}
	if allow {
		told = flash{Kind: "ok", Title: "Tu empresa permite exportar llaves", Text: "Cada llave se pide por separado y espera 24 horas."}
	}
	s.flashed(w, told)
	return s.redirect(w, r, v.Path())
}

func (s *Server) requestKeyExport(w http.ResponseWriter, r *http.Request) error {
	v, err := s.keyOf(r)
	if err != nil {
		return err
	}
	e, err := s.Account.RequestKeyExport(r.Context(), actorOf(r), v.C.ID)
	if err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "La llave está pedida", Text: "Avisamos por correo a cada Administrador. Podrás descargarla desde el " + fechaHora(e.Desde) + "."})
	return s.redirect(w, r, v.Path())
}

func (s *Server) cancelKeyExport(w http.ResponseWriter, r *http.Request) error {
	v, err := s.keyOf(r)
	if err != nil {
		return err
	}
	if v.Export == nil {
		return fail.New(fail.NotFound, "Esa solicitud ya terminó. No había nada que cancelar.")
	}
	if err := s.Account.CancelKeyExport(r.Context(), actorOf(r), v.Export.ID); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "La exportación se canceló", Text: "La llave no salió: sigue guardada y cifrada."})
	return s.redirect(w, r, v.Path())
}

// exportKey sends the key, once; a password that does not do brings the form back.
func (s *Server) exportKey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v, err := s.keyOf(r)
	if err != nil {
		return err
	}
	if v.Export == nil || !v.Export.Lista {
		return s.redirect(w, r, v.Path())
	}
	name, key, err := s.Account.ExportKey(r.Context(), actorOf(r), v.Export.ID, f.Get("Password"), f.Get("Password2"))
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showKeyDownload(w, r, f)
	}
	return s.download(w, r, "application/octet-stream", name, key)
}
