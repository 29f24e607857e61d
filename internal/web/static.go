package web

import (
	"embed"
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"iofacturo.mx/internal/fail"
)

// dist is what the command in ui made of it/; before the first `make ui` it holds only a
// placeholder, so that the package compiles.
//
//go:embed all:dist
var dist embed.FS

// assets knows the files of dist: their plain names and the bytes behind the
// hashed ones. Its zero value is a portal that was not bundled yet.
type assets struct {
	names map[string]string // app.css → app.4F2A1C.css
	known map[string]bool   // hashed names that may be asked for
}

// loadAssets reads the manifest; without one, nothing is served.
func loadAssets() assets {
	b, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return assets{}
	}
	var names map[string]string
	if err := json.Unmarshal(b, &names); err != nil {
		return assets{}
	}
	known := map[string]bool{}
	for _, hashed := range names {
		known[hashed] = true
	}
	return assets{names: names, known: known}
}

func (a assets) bundled() bool { return len(a.names) > 0 }

// path is the address of the file with that plain name, "" when there is none.
func (a assets) path(plain string) string {
	if hashed, ok := a.names[plain]; ok {
		return "/static/" + hashed
	}
	return ""
}

// static serves a file of dist. Its name holds the hash of its content, so a
// browser may keep it for ever.
func (s *Server) static(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("file")
	if !s.assets.known[name] {
		return fail.New(fail.NotFound, "Este archivo ya no existe. Vuelve a cargar la página.")
	}
	coding, b := s.pickCoding(name, r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Content-Type", mediaType(name))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Add("Vary", "Accept-Encoding")
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	_, err := w.Write(b)
	return dropped(err)
}

// pickCoding returns the smallest twin of name that the browser takes.
func (s *Server) pickCoding(name, accept string) (coding string, b []byte) {
	for _, c := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(accept, c.coding) {
			continue
		}
		if b, err := dist.ReadFile(path.Join("dist", name+c.suffix)); err == nil {
			return c.coding, b
		}
	}
	b, _ = dist.ReadFile(path.Join("dist", name)) // the manifest names it, so it is there
	return "", b
}

// accepts reports whether the Accept-Encoding list takes coding.
func accepts(list, coding string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(item string) bool {
		name, q, _ := strings.Cut(strings.TrimSpace(item), ";")
		return name == coding && strings.ReplaceAll(q, " ", "") != "q=0"
	})
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}
