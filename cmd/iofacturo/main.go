// Command iofacturo is the whole program: the portal with its jobs, and the tools that read, seal, stamp and check a CFDI from a shell.
//
// It is the one place that reads the configuration and puts the parts together (portal.go); every subcommand is one
// struct with a Run method. Data goes to standard output, words to standard error; the exit status is 0 when nothing is
// wrong, 1 when there are findings, 2 when something cannot be read or was used wrongly.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/signer"
)

// version is set by the linker.
var version = "dev"

// cli is every subcommand and its flags. Each flag has its IOFACTURO_ variable.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Portal y trabajos en un proceso."`
	Signer    signerCmd    `cmd:"" help:"Guarda las llaves en un proceso aparte, sin red, y sella para serve."`
	Operador  operadorCmd  `cmd:"" name:"operador" help:"Da de alta o reinicia a quien opera el portal."`
	Keys      keysCmd      `cmd:"" name:"keys" help:"Cambia la llave maestra o las llaves de datos."`
	Migrate   migrateCmd   `cmd:"" help:"Pone el esquema de la base al día."`
	Demo      demoCmd      `cmd:"" help:"Llena una carpeta de datos vacía con la empresa de demostración."`
	Check     checkCmd     `cmd:"" help:"Revisa todas las invariantes de lo guardado."`
	Audit     auditCmd     `cmd:"" name:"audit" help:"Revisa la bitácora encadenada."`
	Cfdi      cfdiCmd      `cmd:"" name:"cfdi" help:"Lee, valida, sella, timbra y verifica un CFDI."`
	Csd       csdCmd       `cmd:"" name:"csd" help:"Mira un certificado o hace uno de pruebas."`
	Catalogos catalogosCmd `cmd:"" name:"catalogos" help:"Importa, busca y cuenta los catálogos del SAT."`
	Bench     benchCmd     `cmd:"" help:"Mide, cada cifra contra un límite de la misma corrida."`
	Version   versionCmd   `cmd:"" help:"Versión y ruta de firma."`
}

// world is what a subcommand may touch beside its arguments.
type world struct {
	ctx    context.Context
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	env    func(string) string
	now    func() time.Time
}

// errFindings ends a subcommand that printed findings: exit status 1 without another word.
var errFindings = errors.New("hay hallazgos")

func main() {
	if err := signer.Harden(); err != nil {
		fmt.Fprintln(os.Stderr, "iofacturo: aviso:", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w := &world{ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, env: os.Getenv, now: time.Now}
	os.Exit(run(w, os.Args[1:]))
}

// run parses args, runs the subcommand they name and returns the exit status.
func run(w *world, args []string) (status int) {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("iofacturo"),
		kong.Description("ioFacturo: emite, envía y guarda comprobantes fiscales (CFDI 4.0)."),
		kong.DefaultEnvars("IOFACTURO"),
		kong.Help(spanishHelp),
		kong.Writers(w.stdout, w.stderr),
		kong.Exit(func(int) { panic(helped{}) }),
		kong.Bind(w),
	)
	if err != nil {
		panic(err) // a bug in the tags above
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(helped); !ok {
				panic(r)
			}
			status = 0
		}
	}()
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(w.stderr, "iofacturo: orden mal escrita (%v); mira iofacturo --help\n", err)
		return 2
	}
	switch err := k.Run(); {
	case err == nil, errors.Is(err, context.Canceled):
		return 0
	case errors.Is(err, errFindings):
		return 1
	default:
		fmt.Fprintln(w.stderr, "iofacturo:", explain(err))
		return 2
	}
}

// helped unwinds kong's wish to exit after printing the help.
type helped struct{}

// explain is the Spanish message of err with its fields when it carries one; otherwise what it is for the log.
func explain(err error) string {
	message := fail.MessageOf(err)
	if fail.KindOf(err) == fail.Internal || message == "" {
		return err.Error()
	}
	for _, f := range fail.FieldsOf(err) {
		message += fmt.Sprintf("\n  %s: %s %s", f.Path, f.Message, f.Code)
	}
	return message
}
