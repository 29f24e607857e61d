package web

import (
	"context"
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) asistenteRoutes() []route {
	return []route{{pattern: "POST /asistente", access: member(), handle: s.keepAssistant}}
}

// keepAssistant shows, minimizes or hides the bar and goes back to the page it was
// pressed on.
func (s *Server) keepAssistant(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	as := account.AssistantView(f.Get("Asistente"))
	if err := s.Account.KeepAssistant(r.Context(), actorOf(r), as); err != nil {
		return err
	}
	if as == account.AssistantHidden {
		s.flashed(w, flash{Kind: "ok", Title: "Ocultamos el asistente", Text: "Lo vuelves a mostrar desde el menú de tu cuenta, arriba a la derecha."})
	}
	return s.redirect(w, r, currentOf(r))
}

// wizardSteps lists the steps in their order (manual §2.3). What is done leads to its
// list, what is not to the form that does it.
func wizardSteps(ctx context.Context, s account.Steps) []step {
	list := []step{
		{Text: "Empresa", Path: "/empresa", Right: store.RightConfigure, Done: s.Empresa},
		{Text: "Productos", Path: "/productos", Right: store.RightProducts, Done: s.Productos},
		{Text: "Clientes", Path: "/clientes", Right: store.RightCustomers, Done: s.Clientes},
		{Text: "Series y folios", Path: "/series", Right: store.RightConfigure, Done: s.Series},
		{Text: "Certificado", Path: "/certificados", Right: store.RightCertificates, Done: s.Certificado},
		{Text: "Comprobante", Path: "/comprobantes/nuevo?tipo=I", Right: store.RightDraft, Done: s.Comprobante},
		{Text: "Consulta", Path: "/comprobantes", Right: store.RightReceipts, Done: s.Consulta},
	}
	now := false
	for i, form := range []string{"/empresa", "/productos/nuevo", "/clientes/nuevo", "/series/nueva", "/certificados", list[5].Path, ""} {
		if list[i].Done {
			continue
		}
		if form != "" { // the last one is a list, not a form
			list[i].Path = alongWizard(form)
		}
		list[i].Current = !now && may(ctx, list[i].Right)
		now = now || list[i].Current
	}
	return list
}

func doneSteps(list []step) int {
	n := 0
	for _, s := range list {
		if s.Done {
			n++
		}
	}
	return n
}

// hasAssistant reports whether the page is of somebody whom the wizard helps.
func (f frame) hasAssistant() bool {
	return f.visitor != nil && !f.visitor.Operator && !f.visitor.MustChange && f.assistant
}
