package web

import (
	"context"
	"net/http"

	"iofacturo.mx/internal/store"
)

// actor is who asks, as services take it.
type actor = store.Actor

// A source gives the file of a document and the name to keep it under.
type source func(ctx context.Context, a actor, id string) (name string, b []byte, err error)

// file downloads what src gives of the document in the address.
func (s *Server) file(w http.ResponseWriter, r *http.Request, mediaType string, src source) error {
	name, b, err := src(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.download(w, r, mediaType, name, b)
}
