package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

type catalogosCmd struct {
	Import catalogosImportCmd `cmd:"" help:"Toma los catálogos oficiales completos del libro del SAT o de una carpeta de TSV."`
	Export catalogosExportCmd `cmd:"" help:"Escribe los catálogos importados como carpeta de TSV."`
	Diff   catalogosDiffCmd   `cmd:"" help:"Dice qué cambió entre dos publicaciones."`
	Search catalogosSearchCmd `cmd:"" help:"Busca claves de producto y de unidad por palabras."`
	Status catalogosStatusCmd `cmd:"" help:"Dice qué catálogos hay completos y cuáles son el juego de todos los días."`
}

type catalogosImportCmd struct {
	dataFlags
	DryRun bool   `name:"dry-run" help:"Dice qué cambiaría y a quién toca, sin importar nada."`
	Path   string `arg:"" help:"Libro del SAT (.xls o .xlsx) o carpeta con los TSV."`
}

// Run says what changes before it stores anything, and whom it touches afterwards.
func (c *catalogosImportCmd) Run(w *world) error {
	edition, err := readEdition(c.Path)
	if err != nil {
		return err
	}
	dir := c.path("catalogos")
	if before, err := catalogo.ReadFolder(dir); err == nil {
		for _, d := range catalogo.Diff(before, edition) {
			fmt.Fprintln(w.stderr, diffText(d))
		}
	}
	if c.DryRun {
		if dir, err = tryOut(dir); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := c.makeData(); err != nil {
		return err
	}
	if err := edition.Store(dir); err != nil {
		return err
	}
	report := edition.Report()
	for _, row := range report.Imported {
		fmt.Fprintf(w.stdout, "%s\t%d\n", row.Name, row.Rows)
	}
	for _, name := range report.Missing {
		fmt.Fprintf(w.stderr, "%s no venía; queda como estaba\n", name)
	}
	if c.DryRun {
		fmt.Fprintln(w.stderr, "Fue un ensayo: no se importó nada.")
	}
	return c.tellTouched(w, dir)
}

// tryOut copies the stored catalogues to a folder of their own.
func tryOut(dir string) (string, error) {
	tmp, err := os.MkdirTemp("", "iofacturo-catalogos-")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(tmp, os.DirFS(dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", errors.Join(err, os.RemoveAll(tmp))
	}
	return tmp, nil
}

// tellTouched says of each company how much of it bears keys that the catalogues in dir
// do not have in force, where there are companies.
func (c *catalogosImportCmd) tellTouched(w *world, dir string) error {
	url, err := c.database(w)
	if err != nil {
		return err
	}
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if _, err := os.Stat(file); err != nil {
			return nil // no portal has run here yet
		}
	}
	cat, err := catalogo.Open(dir)
	if err != nil {
		return err
	}
	db, err := openStore(w.ctx, w, &c.dataFlags, store.WithClock(w.now))
	if err != nil {
		return err
	}
	defer db.Close()
	service := directory.New(directory.Config{DB: db, Catalog: cat, Now: w.now})
	for after := ""; ; {
		tenants, err := db.Global().Tenants(w.ctx, after, 500)
		if err != nil || len(tenants) == 0 {
			return err
		}
		for _, t := range tenants {
			after = t.ID
			touched, err := service.Touched(w.ctx, store.TenantOf(t.ID))
			if err != nil {
				return err
			}
			if len(touched.Keys) > 0 {
				fmt.Fprintf(w.stderr, "%s: claves que ya no valen en %s y %s; los corrige en Configuración › Catálogos\n",
					t.Rfc, counted(touched.Customers, "cliente"), counted(touched.Products, "producto"))
			}
		}
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// readEdition reads a workbook of the SAT, a folder of TSV, or the folder of a portal's data.
func readEdition(path string) (*catalogo.Edition, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var e *catalogo.Edition
	if info.IsDir() {
		if e, err = catalogo.ReadFolder(path); errors.Is(err, catalogo.ErrNothing) {
			e, err = catalogo.ReadFolder(filepath.Join(path, "catalogos"))
		}
	} else {
		e, err = readBook(path, info.Size())
	}
	if errors.Is(err, catalogo.ErrNothing) {
		return nil, fmt.Errorf("en %s no hay catálogos del SAT (hojas o archivos c_…); no se importó nada", path)
	}
	return e, err
}

func readBook(path string, size int64) (*catalogo.Edition, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	book, err := sheet.OpenBook(f, size)
	if err != nil {
		return nil, err
	}
	var sheets []catalogo.Sheet
	for i, name := range book.Sheets() {
		sheets = append(sheets, catalogo.Sheet{Name: name, Rows: func(yield func([]string, error) bool) {
			for row, err := range book.Rows(i) {
				if !yield(row.Cells, err) {
					return
				}
			}
		}})
	}
	return catalogo.ReadSheets(sheets)
}

// diffText tells in a line how much changed in a catalogue.
func diffText(d catalogo.TableDiff) string {
	if d.Empty() {
		return d.Name + ": sin cambios"
	}
	return fmt.Sprintf("%s: %d nuevas, %d retiradas, %d con otro texto, %d con otras fechas, %d con otros datos",
		d.Name, len(d.Added), len(d.Retired), len(d.Texts), len(d.Dates), len(d.Others))
}

type catalogosDiffCmd struct {
	From string `arg:"" help:"Publicación anterior: libro, carpeta de TSV o carpeta de datos."`
	To   string `arg:"" help:"Publicación nueva."`
}

// Run prints a line for each change: catalogue, what happened, key, before, after, text.
func (c *catalogosDiffCmd) Run(w *world) error {
	from, err := readEdition(c.From)
	if err != nil {
		return err
	}
	to, err := readEdition(c.To)
	if err != nil {
		return err
	}
	changed := false
	for _, d := range catalogo.Diff(from, to) {
		fmt.Fprintln(w.stderr, diffText(d))
		changed = changed || !d.Empty()
		for _, list := range []struct {
			what    string
			changes []catalogo.Change
		}{{"nueva", d.Added}, {"retirada", d.Retired}, {"texto", d.Texts}, {"fechas", d.Dates}, {"datos", d.Others}} {
			for _, x := range list.changes {
				fmt.Fprintf(w.stdout, "c_%s\t%s\t%s\t%s\t%s\t%s\n", d.Name, list.what, x.Clave, x.Antes, x.Ahora, x.Texto)
			}
		}
	}
	if changed {
		return errFindings
	}
	return nil
}

type catalogosExportCmd struct {
	Data string `default:"./data" help:"Carpeta de datos."`
	Path string `arg:"" help:"Carpeta donde se escriben."`
}

func (c *catalogosExportCmd) Run(w *world) error {
	edition, err := readEdition((&dataFlags{Data: c.Data}).path("catalogos"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("en %s no hay catálogos importados: impórtalos con «iofacturo catalogos import»", c.Data)
	}
	if err != nil {
		return err
	}
	for _, row := range edition.Report().Imported {
		fmt.Fprintf(w.stdout, "%s\t%d\n", row.Name, row.Rows)
	}
	return edition.Export(c.Path)
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
