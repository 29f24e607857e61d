package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

type csdCmd struct {
	Inspect csdInspectCmd `cmd:"" help:"Dice de quién es un .cer, qué clase de certificado es y quién lo emitió."`
	Test    csdTestCmd    `cmd:"" help:"Hace un CSD de pruebas bajo la autoridad de pruebas de la carpeta de datos."`
}

type csdInspectCmd struct {
	File string `arg:"" help:"Archivo .cer."`
	CA   string `name:"ca" help:"Carpeta con los certificados de las autoridades del SAT."`
	Data string `default:"./data" help:"Carpeta de datos: su autoridad de pruebas también cuenta."`
}

func (c *csdInspectCmd) Run(w *world) error {
	der, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	cert, err := csd.ParseCertificate(der)
	if err != nil {
		return err
	}
	trust, err := trustOf(w, dataFlags{Data: c.Data, CA: c.CA})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.stdout, "Clase           %s\nNoCertificado   %s\nRfc             %s\nNombre          %s\nVigente desde   %s\nVigente hasta   %s\nLlave           RSA %d\n",
		cert.Kind, cert.NoCertificado, cert.Rfc, cert.Name,
		cert.NotBefore.UTC().Format("2006-01-02 15:04:05"), cert.NotAfter.UTC().Format("2006-01-02 15:04:05"), cert.Bits())
	authority, test, err := trust.Check(cert, w.now())
	switch {
	case err == nil && test:
		fmt.Fprintf(w.stdout, "Autoridad       %s (de pruebas)\n", authority)
	case err == nil:
		fmt.Fprintf(w.stdout, "Autoridad       %s\n", authority)
	default:
		fmt.Fprintf(w.stdout, "Autoridad       %s\n", err)
	}
	if cert.Kind != csd.CSD || errors.Is(err, csd.ErrNotInForce) {
		return errFindings
	}
	return nil
}

type csdTestCmd struct {
	Rfc      string `name:"rfc" required:"" help:"RFC del titular."`
	Name     string `required:"" help:"Nombre o razón social."`
	Out      string `required:"" help:"Carpeta donde quedan RFC.cer, RFC.key y RFC.txt (la contraseña)."`
	Password string `default:"12345678a" help:"Contraseña de la llave."`
	Data     string `default:"./data" help:"Carpeta de datos donde vive la autoridad de pruebas."`
}

func (c *csdTestCmd) Run(w *world) error {
	flags := dataFlags{Data: c.Data}
	if err := flags.makeData(); err != nil {
		return err
	}
	ca, err := prueba.Open(flags.path("ca"), w.now())
	if err != nil {
		return err
	}
	cer, key, err := ca.CSD(c.Rfc, c.Name, []byte(c.Password))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return err
	}
	for name, b := range map[string][]byte{c.Rfc + ".cer": cer, c.Rfc + ".key": key, c.Rfc + ".txt": []byte(c.Password + "\n")} {
		if err := os.WriteFile(filepath.Join(c.Out, name), b, 0o600); err != nil {
			return err
		}
		fmt.Fprintln(w.stdout, filepath.Join(c.Out, name))
	}
	return nil
}
