package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/store"
)

// guideField marks an address that was reached along the wizard: what is saved there
// leads to the next step instead of back to its list.
const guideField = "asistente"

// guided reports whether r came along the wizard.
func guided(r *http.Request) bool { return r.URL.Query().Get(guideField) == "si" }

// alongWizard is path as a step of the wizard.
func alongWizard(path string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + guideField + "=si"
}

// sent is where a form is sent: with the mark of the wizard when its page has it.
func sent(ctx context.Context, path string) templ.SafeURL {
	if q, ok := ctx.Value(requestKey{}).(*request); ok && q.guided {
		path = alongWizard(path)
	}
	return templ.SafeURL(path)
}

// onward goes on after something was saved: along the wizard to the next step that is
// undone and that who works here may do, otherwise to path.
func (s *Server) onward(w http.ResponseWriter, r *http.Request, path string) error {
	if !guided(r) {
		return s.redirect(w, r, path)
	}
	steps, err := s.Account.Setup(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	for _, st := range wizardSteps(r.Context(), steps) {
		if !st.Done && actorOf(r).Holds(st.Right) {
			return s.redirect(w, r, st.Path)
		}
	}
	return s.redirect(w, r, path)
}

// onlyOnes fills the first receipt of the wizard with the customer and the product of
// who has one of each: there is nothing to choose.
func (s *Server) onlyOnes(r *http.Request, values url.Values) (url.Values, error) {
	ctx, a := r.Context(), actorOf(r)
	two := directory.Filter{Limit: 2}
	if a.Holds(store.RightSeeCustomers) {
		found, err := s.Directory.Customers(ctx, a, two)
		if err != nil {
			return nil, err
		}
		if len(found.Rows) == 1 {
			if err := s.takeCustomer(r, values, found.Rows[0]); err != nil {
				return nil, err
			}
		}
	}
	if !a.Holds(store.RightSeeProducts) {
		return values, nil
	}
	found, err := s.Directory.Products(ctx, a, two)
	if err != nil || len(found.Rows) != 1 {
		return values, err
	}
	before := values
	values, line := addProduct(before, found.Rows[0])
	taxes, err := s.Directory.Impuestos(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := s.withExtras(r, before, values, taxes); err != nil {
		return nil, err
	}
	return s.withRate(r, values, line)
}
