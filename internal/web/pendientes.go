package web

import (
	"net/http"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/store"
)

// A pendingItem is one thing that waits for a person, and the way to do it.
type pendingItem struct {
	Kind       string // bad, warn, info
	Icon       string
	Text, More string
	Path       string // page where it is done; "" when Post does it
	Post       string // form that does it
	Label      string
}

// A pendingView is the block of what waits.
type pendingView struct {
	Items    []pendingItem
	Receipts bool // the person sees receipts
	Empty    bool // and there is none yet
	Ready    bool // a certificate in force is there to make the first
}

// pendingBlock gathers what waits, each from the service that knows it, for who may
// do something about it.
func (s *Server) pendingBlock(q panelRequest) (templ.Component, error) {
	v := pendingView{Receipts: q.actor.Holds(store.RightReceipts)}
	for _, gather := range []func(panelRequest, *pendingView) error{
		s.pendingReceipts, s.pendingJobs, s.pendingCertificate, s.pendingFolios, s.pendingKeys,
	} {
		if err := gather(q, &v); err != nil {
			return nil, err
		}
	}
	return panelPending(v), nil
}

func (s *Server) pendingReceipts(q panelRequest, v *pendingView) error {
	if !v.Receipts {
		return nil
	}
	waiting, err := q.waiting()
	v.Empty = waiting.Empty
	for _, x := range waiting.Pending {
		v.Items = append(v.Items, pendingItem{Kind: pendingKind(x.Label), Icon: stateIcon(x.Label), Text: x.Text, Path: "/comprobantes?estado=" + x.Label, Label: "Ver"})
	}
	return err
}

func (s *Server) pendingJobs(q panelRequest, v *pendingView) error {
	if !q.actor.Holds(store.RightConfigure) {
		return nil
	}
	list, err := s.Account.StoppedJobs(q, q.actor)
	for _, j := range list {
		v.Items = append(v.Items, pendingItem{
			Kind: "bad", Icon: "alerta", Text: stoppedText(j.Kind), More: "Lo intentamos varias veces y se detuvo. Nada se cobra por reintentar.",
			Post: "/panel/tareas/" + j.ID + "/reintentar", Label: "Reintentar",
		})
	}
	return err
}

// stoppedText says what a stopped task was about to do.
func stoppedText(kind string) string {
	switch kind {
	case "billing.stamp":
		return "Un timbrado se detuvo a medias"
	case "billing.deliver":
		return "Un correo con comprobante no salió"
	case "bulk.check", "bulk.write", "bulk.expire":
		return "Una importación se detuvo a medias"
	case "directory.data_link":
		return "Un correo a tu cliente no salió"
	}
	return "Un aviso por correo del portal no salió"
}

func (s *Server) pendingCertificate(q panelRequest, v *pendingView) error {
	if !q.actor.Holds(store.RightSeeConfig) {
		return nil
	}
	list, err := s.Account.Certificates(q, q.actor)
	if err != nil {
		return err
	}
	do := "Ver"
	if q.actor.Holds(store.RightCertificates) {
		do = "Administrar"
	}
	for _, c := range list {
		v.Ready = v.Ready || c.EnUso
		if c.EnUso && c.Estado == account.PorVencer {
			v.Items = append(v.Items, pendingItem{
				Kind: certKind(&c), Icon: "sello", Text: "Tu certificado vence en " + days(c.DiasRestantes), More: "Tramita el nuevo en el SAT (Certifica) y cárgalo antes.", Path: "/certificados", Label: do,
			})
		}
	}
	if len(list) > 0 && !v.Ready {
		v.Items = append(v.Items, pendingItem{Kind: "bad", Icon: "sello", Text: "No tienes un certificado en vigor", More: "Sin él no se puede timbrar.", Path: "/certificados", Label: do})
	}
	return nil
}

// days writes "1 día" or "52 días".
func days(n int) string { return count(n) + " " + plural(n, "día", "días") }

func (s *Server) pendingFolios(q panelRequest, v *pendingView) error {
	if !q.actor.Holds(store.RightSeeConfig) {
		return nil
	}
	list, err := s.Account.SeriesList(q, q.actor)
	for _, x := range list {
		if !x.Activa || !x.PorAgotarse && !x.Agotada {
			continue
		}
		item := pendingItem{Kind: "warn", Icon: "alerta", Text: "A la serie " + serieName(x.Serie) + " le quedan " + count(int(x.Quedan)) + " folios", Path: "/series/" + x.ID, Label: "Ver la serie"}
		if x.Agotada {
			item.Kind, item.Text = "bad", "La serie "+serieName(x.Serie)+" ya no tiene folios"
		}
		v.Items = append(v.Items, item)
	}
	return err
}

func (s *Server) pendingKeys(q panelRequest, v *pendingView) error {
	if !q.actor.Holds(store.RightSeeConfig) || !q.actor.Holds(store.RightSeeProducts) && !q.actor.Holds(store.RightSeeCustomers) {
		return nil
	}
	list, err := s.Directory.StaleKeys(q, q.actor)
	if len(list) > 0 {
		v.Items = append(v.Items, pendingItem{
			Kind: "warn", Icon: "alerta", Text: count(len(list)) + " " + plural(len(list), "clave del SAT ya no está vigente", "claves del SAT ya no están vigentes"),
			More: staleUse(list), Path: "/catalogos", Label: "Cambiarlas",
		})
	}
	return err
}

// staleUse says how much of the directory bears keys that are not in force.
func staleUse(list []directory.StaleKey) string {
	products, customers := 0, 0
	for _, k := range list {
		if k.Product() {
			products += k.N
		} else {
			customers += k.N
		}
	}
	switch {
	case customers == 0:
		return "Las usan tus productos: " + count(products) + "."
	case products == 0:
		return "Las usan tus clientes: " + count(customers) + "."
	}
	return "Las usan tus productos (" + count(products) + ") y tus clientes (" + count(customers) + ")."
}

// pendingKind is the colour of a document that waits.
func pendingKind(label string) string {
	switch label {
	case "rechazado", "vencido":
		return "bad"
	case "sin-respuesta":
		return "warn"
	}
	return "info"
}

func (s *Server) retryJob(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.RetryJob(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "La tarea volvió a empezar", Text: "Si se detiene otra vez, aparecerá de nuevo en tus pendientes."})
	return s.redirect(w, r, "/panel")
}
