package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
)

// lotFields are the inputs of a lot that is being added, in the form of its product.
var lotFields = []string{"Lote.Pedimento", "Lote.Nota", "Lote.Cantidad", "Lote.Fecha"}

// withLotes adds what hangs on a stored product: its lots, and of a form that came
// back its picture.
func (s *Server) withLotes(r *http.Request, v productView) (productView, error) {
	if v.ID == "" {
		return v, nil
	}
	ctx, a := r.Context(), actorOf(r)
	var err error
	if v.Lotes, v.AllLotes, err = s.Directory.Lotes(ctx, a, v.ID); err != nil || v.Values == nil {
		return v, err
	}
	now, err := s.Directory.Product(ctx, a, v.ID)
	v.Imagen = now.Imagen
	return v, err
}

// changeLotes adds, closes, opens or removes a lot, and shows the form as it was typed.
func (s *Server) changeLotes(w http.ResponseWriter, r *http.Request, v productView, verb, id string) error {
	v.form = form{Values: v.Values}
	ctx, a := r.Context(), actorOf(r)
	var err error
	switch verb {
	case "lote":
		in := directory.Lote{Pedimento: spacedPedimento(v.Get("Lote.Pedimento")), Nota: v.Get("Lote.Nota"), Cantidad: v.decimal("Lote.Cantidad", 6), Fecha: v.Get("Lote.Fecha")}
		for _, x := range v.Findings {
			in.Unread = append(in.Unread, fail.Field{Path: x.Path, Message: x.Message, Fix: x.Fix})
		}
		v.Findings, v.Message = nil, ""
		if err = s.Directory.AddLote(ctx, a, v.ID, in); err == nil {
			v.Info = "Lote agregado. Lo demás del producto se guarda con su botón."
			for _, name := range lotFields {
				v.Values.Del(name)
			}
		}
	case "quitar":
		if err = s.Directory.RemoveLote(ctx, a, v.ID, id); err == nil {
			v.Info = "Lote quitado. Los comprobantes que ya lo llevan lo conservan."
		}
	default:
		if err = s.Directory.SetLoteOpen(ctx, a, v.ID, id, verb == "abrir"); err == nil {
			v.Info = map[bool]string{true: "Lote abierto: se ofrece otra vez al facturar.", false: "Lote cerrado: ya no se ofrece al facturar."}[verb == "abrir"]
		}
	}
	if err := v.take(err); err != nil {
		return err
	}
	return s.showProduct(w, r, v)
}

// spacedPedimento puts the blanks into a number typed with other ones or none: what has
// its fifteen digits can only be meant one way.
func spacedPedimento(typed string) string {
	digits := strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' {
			return -1
		}
		return c
	}, typed)
	if len(digits) != 15 || strings.Trim(digits, "0123456789") != "" {
		return typed
	}
	return digits[:2] + "  " + digits[2:4] + "  " + digits[4:8] + "  " + digits[8:]
}

// productImage sends the picture of a product. It is kept by the browser of who saw it,
// under an address that changes with it.
func (s *Server) productImage(w http.ResponseWriter, r *http.Request) error {
	jpeg, digest, err := s.Directory.ProductImage(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	h, tag := w.Header(), `"`+digest+`"`
	h.Set("Cache-Control", "private, max-age=3600")
	h.Set("ETag", tag)
	if slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return s.inline(w, r, "image/jpeg", "producto.jpg", jpeg)
}

// saveProductImage keeps the picture that came with the form of a product, or takes it
// away, and shows the form as it was typed.
func (s *Server) saveProductImage(w http.ResponseWriter, r *http.Request) error {
	values, file, err := readWithFile(r, "Imagen", directory.MaxImagenUpload)
	if err != nil {
		return err
	}
	v := productView{form: form{Values: values}}
	v.Product, v.taxes = productFrom(&v.form)
	v.ID = r.PathValue("id")
	v.form = form{Values: values}
	if v.Get("accion") == "sin-imagen" {
		err, v.Info = s.Directory.RemoveProductImage(r.Context(), actorOf(r), v.ID), "Imagen quitada."
	} else {
		err, v.Info = s.Directory.SetProductImage(r.Context(), actorOf(r), v.ID, file), "Imagen guardada. Lo demás del producto se guarda con su botón."
	}
	if err != nil {
		v.Info = ""
		if err := v.take(err); err != nil {
			return err
		}
	}
	if len(values) < 4 { // sent from no form of ours: there is nothing typed to show again
		return s.redirect(w, r, "/productos/"+v.ID)
	}
	return s.showProduct(w, r, v)
}

// readWithFile reads a form with one file, of which it keeps one byte more than most,
// so that who judges it sees that it is too large.
func readWithFile(r *http.Request, field string, most int64) (url.Values, []byte, error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, nil, fail.Wrap(fail.Invalid, "No recibimos la imagen. Elígela y vuelve a enviarla.", err)
	}
	values, file := url.Values{}, []byte(nil)
	for n := 0; ; n++ {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return values, file, nil
		}
		if err != nil || n > 100 {
			return nil, nil, fail.Wrap(fail.Invalid, "La imagen no llegó completa; no se guardó nada. Elígela y vuelve a enviarla.", err)
		}
		name, limit := part.FormName(), int64(64<<10)
		if name == field {
			limit = most + 1
		}
		b, err := io.ReadAll(io.LimitReader(part, limit))
		if err == nil {
			_, err = io.Copy(io.Discard, part)
		}
		switch {
		case isTooLarge(err):
			return nil, nil, fail.New(fail.Invalid, "El archivo es demasiado grande; no se guardó nada. Una imagen pesa hasta 5 MB.")
		case err != nil:
			return nil, nil, fail.Wrap(fail.Invalid, "La imagen no llegó completa; no se guardó nada. Elígela y vuelve a enviarla.", err)
		case name == field:
			file = b
		default:
			values.Add(name, strings.ReplaceAll(strings.ToValidUTF8(string(b), ""), "\x00", ""))
		}
	}
}
