package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"iofacturo.mx/catalogo"
)

type catalogosCmd struct {
	Import catalogosImportCmd `cmd:"" help:"Toma los catálogos oficiales completos de una carpeta de TSV."`
	Search catalogosSearchCmd `cmd:"" help:"Busca claves de producto y de unidad por palabras."`
	Status catalogosStatusCmd `cmd:"" help:"Dice qué catálogos hay completos y cuáles son el juego de todos los días."`
}

type catalogosImportCmd struct {
	Data string `default:"./data" help:"Carpeta de datos."`
	Path string `arg:"" help:"Carpeta con los TSV."`
}

func (c *catalogosImportCmd) Run(w *world) error {
	flags := dataFlags{Data: c.Data}
	if err := flags.makeData(); err != nil {
		return err
	}
	report, err := catalogo.Import(c.Path, flags.path("catalogos"))
	if errors.Is(err, catalogo.ErrNothing) {
		return fmt.Errorf("en %s no hay catálogos del SAT (archivos c_….tsv); no se importó nada", c.Path)
	}
	if err != nil {
		return err
	}
	for _, row := range report.Imported {
		fmt.Fprintf(w.stdout, "%s\t%d\n", row.Name, row.Rows)
	}
	for _, name := range report.Missing {
		fmt.Fprintf(w.stderr, "%s no estaba en esa carpeta; queda como estaba\n", name)
	}
	return nil
}

type catalogosSearchCmd struct {
	catalogFlags
	N     int      `short:"n" default:"10" help:"Cuántas claves de cada catálogo."`
	Words []string `arg:"" help:"Palabras."`
}

func (c *catalogosSearchCmd) Run(w *world) error {
	cat, err := c.open()
	if err != nil {
		return err
	}
	words := strings.Join(c.Words, " ")
	found := 0
	for _, row := range cat.SearchProdServ(words, c.N) {
		fmt.Fprintf(w.stdout, "c_ClaveProdServ\t%s\t%s\n", row.Clave, row.Texto)
		found++
	}
	for _, row := range cat.SearchUnidad(words, c.N) {
		fmt.Fprintf(w.stdout, "c_ClaveUnidad\t%s\t%s\n", row.Clave, row.Texto)
		found++
	}
	if found == 0 {
		fmt.Fprintln(w.stderr, "Ninguna clave con esas palabras.")
		return errFindings
	}
	return nil
}

type catalogosStatusCmd struct{ catalogFlags }

func (c *catalogosStatusCmd) Run(w *world) error {
	cat, err := c.open()
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(w.stdout, 0, 4, 2, ' ', 0)
	for _, s := range cat.Status() {
		kind := "juego de todos los días"
		switch {
		case s.Full:
			kind = "completo"
		case s.Name == "Colonia" && s.Rows > 0:
			kind = "muestra"
		case s.Rows == 0:
			kind = "sin importar"
		}
		fmt.Fprintf(out, "%s\t%d\t%s\n", s.Name, s.Rows, kind)
	}
	return out.Flush()
}
