package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"syscall"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
)

type operadorCmd struct {
	Nuevo     operadorNuevoCmd     `cmd:"" help:"Da de alta a un operador del portal y dice su contraseña de un solo uso."`
	Reiniciar operadorReiniciarCmd `cmd:"" help:"Quita el segundo factor de un operador y le da otra contraseña de un solo uso."`
}

type operadorNuevoCmd struct {
	dataFlags
	Usuario string `arg:"" help:"Con el que entra: de 3 a 40 letras, números, puntos o guiones."`
	Nombre  string `required:"" help:"Nombre de la persona."`
	Correo  string `required:"" help:"A donde se le avisa."`
	BaseURL string `name:"base-url" default:"http://localhost:8080" help:"Dirección del portal."`
}

// Run is for whoever has the machine: the first operator comes from here, the others may come from the portal.
func (c *operadorNuevoCmd) Run(w *world) error {
	return withAccounts(w, c.dataFlags, c.BaseURL, func(s *account.Service) error {
		once, err := s.FirstOperator(w.ctx, account.Operator{Usuario: c.Usuario, Nombre: c.Nombre, Correo: c.Correo})
		return sayOnce(w, c.BaseURL, once, err)
	})
}

type operadorReiniciarCmd struct {
	dataFlags
	Usuario string `arg:"" help:"El usuario del operador."`
	BaseURL string `name:"base-url" default:"http://localhost:8080" help:"Dirección del portal."`
}

// Run lets an operator in again who lost the second factor or the password.
func (c *operadorReiniciarCmd) Run(w *world) error {
	return withAccounts(w, c.dataFlags, c.BaseURL, func(s *account.Service) error {
		once, err := s.ResetOperatorByName(w.ctx, c.Usuario)
		if fail.KindOf(err) == fail.NotFound && err != nil {
			return fmt.Errorf("no hay un operador %q", c.Usuario)
		}
		return sayOnce(w, c.BaseURL, once, err)
	})
}

// sayOnce prints the password, alone on standard output, and what to do with it.
func sayOnce(w *world, base, once string, err error) error {
	if fields := fail.FieldsOf(err); len(fields) > 0 {
		var all error
		for _, f := range fields {
			all = errors.Join(all, fmt.Errorf("%s: %s", f.Path, f.Message))
		}
		return all
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(w.stdout, once)
	fmt.Fprintf(w.stderr, "Es de un solo uso y dura 24 horas. Entra en %s/operador/entrar, pon tu segundo factor y elige tu contraseña.\n", base)
	return nil
}

// withAccounts opens what the accounts need and closes it again.
func withAccounts(w *world, flags dataFlags, base string, do func(s *account.Service) error) error {
	p, err := openPortal(w.ctx, w, wiring{dataFlags: flags, baseURL: base, now: w.now, log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	defer p.Close()
	return do(p.account)
}

// diskOf says how much of the disk of a folder is free, and how large it is, in bytes.
func diskOf(path string) (free, total int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return 0, 0, err
	}
	return int64(st.Bavail) * st.Bsize, int64(st.Blocks) * st.Bsize, nil
}
