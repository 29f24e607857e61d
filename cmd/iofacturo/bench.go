package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"iofacturo.mx/internal/bench"
)

type benchCmd struct {
	JSON  bool     `name:"json" help:"Un objeto por renglón."`
	N     int      `default:"200" help:"Cuántas veces se mide cada cosa, al menos."`
	DB    string   `name:"db" help:"Base de datos vacía en la que se mide (postgres://…); sin ella, un SQLite de usar y tirar."`
	Names []string `arg:"" optional:"" help:"Cuáles; sin nombres, todas."`
}

// Run measures and prints each figure with the limit measured beside it; an unknown name is an error.
func (c *benchCmd) Run(w *world) error {
	results, err := bench.Run(w.ctx, c.DB, c.Names, c.N)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(w.stdout)
		for _, r := range results {
			if err := encoder.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	out := tabwriter.NewWriter(w.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(out, "nombre\tcifra\tunidad\tlímite\tqué es el límite\trazón\tn\tp50 µs\tp99 µs")
	for _, r := range results {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\n", r.Name, r.Figure, r.Unit, r.Limit, r.LimitIs, r.Ratio, r.N, r.P50, r.P99)
	}
	return out.Flush()
}
