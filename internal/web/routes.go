package web

import (
	"errors"
	"net/http"
	"slices"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A handler answers one request or returns the error that becomes its page.
type handler func(w http.ResponseWriter, r *http.Request) error

// A route is one line of the table: what it answers to, who may use it.
type route struct {
	pattern string // as http.ServeMux has it: "POST /clientes/{id}"
	access  access
	handle  handler
	body    int64 // largest body in bytes; 0 means defaultBody
	fresh   bool  // a dangerous act: who does it proved who they are minutes ago (T3)

	anywhere bool // concerns the person alone, whatever company its form was drawn for
}

// defaultBody holds the largest form with room to spare; uploads say their own.
const defaultBody = 1 << 20

// access says who may use a route. Its zero value is nobody: a route that
// forgets it cannot be reached.
type access struct {
	kind  accessKind
	right store.Right
	stage string
	house bool // of member: also for who operates the portal
}

type accessKind uint8

const (
	accessNobody accessKind = iota
	accessOpen
	accessPublic
	accessMember
	accessRight
	accessHalf
	accessOperator
)

// open lets everybody in without looking who it is: files and health.
func open() access { return access{kind: accessOpen} }

// public lets everybody in; the page may differ for who is signed in.
func public() access { return access{kind: accessPublic} }

// member lets in whoever is signed in.
func member() access { return access{kind: accessMember} }

// person lets in whoever is signed in, also who operates the portal: what is of the
// person alone.
func person() access { return access{kind: accessMember, house: true} }

// operating lets in who operates the portal; for everybody else who is signed in the
// route does not exist.
func operating() access { return access{kind: accessOperator} }

// needs lets in who is signed in and holds the right r.
func needs(r store.Right) access { return access{kind: accessRight, right: r} }

// half lets in who has begun to come in and still owes the stage: the second
// factor, or the choice of a company.
func half(stage string) access { return access{kind: accessHalf, stage: stage} }

// check says whether v may pass; nil is nobody.
func (a access) check(v *visitor) error {
	switch {
	case a.kind == accessHalf:
		return errStranger // enter lets the half-open in
	case a.kind == accessOpen || a.kind == accessPublic:
		return nil
	case v == nil:
		return errStranger
	case a.kind == accessOperator && v.Operator:
		return nil
	case a.kind == accessOperator:
		return fail.New(fail.NotFound, "Esta página no existe o cambió de lugar.")
	case v.Operator && !a.house:
		return errOperator
	case a.kind == accessMember:
		return nil
	case a.kind == accessRight:
		return v.Actor.Require(a.right)
	}
	return errNoAccess
}

var (
	errStranger = errors.New("web: nobody is signed in")
	errOperator = errors.New("web: an operator at a page of a company")
	errNoAccess = errors.New("web: a route without access")
)

// routes is all that exists. A screen adds its own lines in its file, as
// func (s *Server) xxxRoutes() []route, and its name here.
func (s *Server) routes() []route {
	return slices.Concat(
		s.publicRoutes(),
		s.registroRoutes(),
		s.cuentaRoutes(),
		s.perfilRoutes(),
		s.invitarRoutes(),
		s.avisosRoutes(),
		s.identidadRoutes(),
		s.factorRoutes(),
		s.llavesRoutes(),
		s.elegirRoutes(),
		s.entrarCSDRoutes(),
		s.seguridadRoutes(),
		s.bitacoraRoutes(),
		s.usuariosRoutes(),
		s.contrasenaRoutes(),
		s.coadminRoutes(),
		s.empresaRoutes(),
		s.certificadosRoutes(),
		s.llaveRoutes(),
		s.constanciaRoutes(),
		s.impuestosRoutes(),
		s.catalogosRoutes(),
		s.sucursalesRoutes(),
		s.enviosRoutes(),
		s.servidorRoutes(),
		s.seriesRoutes(),
		s.representacionRoutes(),
		s.productosRoutes(),
		s.preciosRoutes(),
		s.clientesRoutes(),
		s.estadoCuentaRoutes(),
		s.addendasRoutes(),
		s.validarRoutes(),
		s.importarRoutes(),
		s.propuestasRoutes(),
		s.buscarRoutes(),
		s.panelRoutes(),
		s.asistenteRoutes(),
		s.comprobanteRoutes(),
		s.creditosRoutes(),
		s.tiendaRoutes(),
		s.tiendaOperadorRoutes(),
		s.buzonRoutes(),
		s.operadorRoutes(),
		s.soporteRoutes(),
		s.solicitudesRoutes(),
	)
}
