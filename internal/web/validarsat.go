package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) validarRoutes() []route {
	return []route{
		{pattern: "GET /validar/clientes", access: needs(store.RightCustomers), handle: s.satPage},
		{pattern: "POST /validar/clientes", access: needs(store.RightCustomers), handle: s.takeSAT, body: directory.SATBytes + 64<<10},
		{pattern: "GET /validar/clientes/archivo", access: needs(store.RightCustomers), handle: s.satFile},
		{pattern: "GET /clientes/{id}/sat", access: needs(store.RightCustomers), handle: s.satFileOf},
	}
}

// mostOthers is how many lines of nobody are told back.
const mostOthers = 50

// A satView is the page that asks the SAT by files.
type satView struct {
	form
	Pending int // customers of whom the SAT said nothing; 1,001 is more than a thousand
	Active  int
	Done    bool
	Outcome directory.SATOutcome
}

// Parts are the numbers of the files that hold n customers.
func (v satView) Parts(n int) []int {
	list := make([]int, max(1, (n+directory.SATRows-1)/directory.SATRows))
	for i := range list {
		list[i] = i + 1
	}
	return list
}

func (s *Server) satPage(w http.ResponseWriter, r *http.Request) error {
	return s.showSAT(w, r, satView{})
}

func (s *Server) showSAT(w http.ResponseWriter, r *http.Request, v satView) error {
	for _, x := range []struct {
		valid string
		into  *int
	}{{store.SaidNothing, &v.Pending}, {"", &v.Active}} {
		page, err := s.Directory.Customers(r.Context(), actorOf(r), directory.Filter{Valid: x.valid, Limit: 1})
		if err != nil {
			return err
		}
		*x.into = page.Total
	}
	return s.renderForm(w, r, v.form, page{Title: "Validar con el SAT", Section: "clientes"}, satPage(v))
}

// satFile is the text file for the SAT's page.
func (s *Server) satFile(w http.ResponseWriter, r *http.Request) error {
	part, _ := strconv.Atoi(r.URL.Query().Get("parte"))
	f, name := directory.Filter{Valid: store.SaidNothing}, "clientes_para_el_sat"
	if r.URL.Query().Get("cuales") == "todos" {
		f.Valid = ""
	}
	var b bytes.Buffer
	n, _, err := s.Directory.WriteSAT(r.Context(), actorOf(r), f, min(part, 1000), &b)
	if err != nil {
		return err
	}
	if n == 0 {
		return fail.New(fail.NotFound, "No hay clientes para ese archivo: de todos los activos ya tienes respuesta del SAT, o su RFC es genérico.")
	}
	return s.satText(w, r, name, b.Bytes())
}

func (s *Server) satFileOf(w http.ResponseWriter, r *http.Request) error {
	var b bytes.Buffer
	if err := s.Directory.WriteSATOf(r.Context(), actorOf(r), r.PathValue("id"), &b); err != nil {
		return err
	}
	return s.satText(w, r, "cliente_para_el_sat", b.Bytes())
}

func (s *Server) satText(w http.ResponseWriter, r *http.Request, name string, b []byte) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.txt"`)
	return s.write(w, r, http.StatusOK, "text/plain; charset=utf-8", b)
}

// takeSAT reads the answer and shows what came of it.
func (s *Server) takeSAT(w http.ResponseWriter, r *http.Request) error {
	file, err := readSATFile(r)
	v := satView{}
	if err == nil {
		v.Outcome, err = s.Directory.TakeSAT(r.Context(), actorOf(r), file)
	}
	switch {
	case err == nil:
		v.Done = true
	case fail.KindOf(err) == fail.Invalid:
		v.refuse("Respuesta", fail.MessageOf(err))
	default:
		return err
	}
	return s.showSAT(w, r, v)
}

// readSATFile reads the part Respuesta of an upload.
func readSATFile(r *http.Request) ([]byte, error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, "No recibimos el archivo. Elígelo y vuelve a enviarlo.", err)
	}
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, fail.New(fail.Invalid, "Falta el archivo: elige el .txt que te devolvió el SAT.")
		}
		if err == nil && part.FormName() != "Respuesta" {
			continue
		}
		var file []byte
		if err == nil {
			file, err = io.ReadAll(io.LimitReader(part, directory.SATBytes+1))
		}
		switch {
		case err != nil && isTooLarge(err):
			return nil, fail.New(fail.Invalid, "El archivo es demasiado grande para ser la respuesta del SAT. No se guardó nada.")
		case err != nil:
			return nil, fail.Wrap(fail.Invalid, "El archivo no llegó completo. Elígelo y vuelve a enviarlo; no se guardó nada.", err)
		case len(file) == 0:
			return nil, fail.New(fail.Invalid, "Falta el archivo: elige el .txt que te devolvió el SAT.")
		}
		return file, nil
	}
}

// satText says what is known of a customer's data at the SAT, and since when.
func satText(v directory.Validation) string {
	if v.At.IsZero() {
		return ""
	}
	day := fecha(v.At)
	switch {
	case v.Good() && v.Como == store.SaidByReceipt:
		return "El certificador aceptó un comprobante con estos datos el " + day + "."
	case v.Good():
		return "El SAT respondió el " + day + " que RFC, nombre y código postal concuerdan."
	}
	return "El SAT respondió el " + day + ": " + strings.TrimSuffix(v.Resultado, ".") + "."
}
