package web

import (
	"net"
	"net/http"
	"strings"

	"iofacturo.mx/internal/fail"
)

// boxRows is how many kept mails the list shows.
const boxRows = 100

// The box is open to whoever reaches a demo portal, for its links are what a
// person who registers there waits for; it answers on loopback only (decision 21).
func (s *Server) buzonRoutes() []route {
	return []route{
		{pattern: "GET /buzon", access: public(), handle: s.box},
		{pattern: "GET /buzon/{id}", access: public(), handle: s.boxMail},
		{pattern: "GET /buzon/{id}/eml", access: public(), handle: s.boxFile},
	}
}

// needBox refuses where there is no box, and whoever asks under a name that is not
// this machine's: a page of another site may have pointed its own name here (DNS
// rebinding) to read the links.
func (s *Server) needBox(r *http.Request) error {
	if s.boxOpen() && thisMachine(r.Host) {
		return nil
	}
	return fail.New(fail.NotFound, "Esta página sólo existe en el portal de demostración.")
}

// thisMachine reports whether host, with or without a port, is a loopback address.
func thisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *Server) box(w http.ResponseWriter, r *http.Request) error {
	if err := s.needBox(r); err != nil {
		return err
	}
	kept, err := s.Box.List(boxRows)
	if err != nil {
		return err
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: "Buzón de salida"}, boxPage(kept, visitorOf(r) != nil))
}

func (s *Server) boxMail(w http.ResponseWriter, r *http.Request) error {
	if err := s.needBox(r); err != nil {
		return err
	}
	kept, _, err := s.Box.Open(r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: kept.Subject}, boxMailPage(kept, s.linked(kept.Text)))
}

func (s *Server) boxFile(w http.ResponseWriter, r *http.Request) error {
	if err := s.needBox(r); err != nil {
		return err
	}
	kept, b, err := s.Box.Open(r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.download(w, r, "message/rfc822", kept.ID+".eml", b)
}

// A piece is a run of a mail's text; Path is set when it is a link of ours.
type piece struct{ Text, Path string }

// linked cuts text at the links that lead into this portal, the only ones that
// are made clickable.
func (s *Server) linked(text string) []piece {
	var pieces []piece
	base := s.BaseURL
	for base != "" {
		before, rest, found := strings.Cut(text, base+"/")
		if !found {
			break
		}
		end := strings.IndexAny(rest, " \t\r\n<>\"")
		if end < 0 {
			end = len(rest)
		}
		pieces = append(pieces, piece{Text: before}, piece{Text: base + "/" + rest[:end], Path: localPath("/" + rest[:end])})
		text = rest[end:]
	}
	return append(pieces, piece{Text: text})
}
