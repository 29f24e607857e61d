package catalogo_test

import (
	"fmt"

	"iofacturo.mx/catalogo"
)

// The row of a key, and whether it may be used on a day.
func ExampleShort() {
	row, ok := catalogo.FiguraTransporte.Find("05")
	fmt.Println(row.Texto, ok)
	fmt.Println(catalogo.FiguraTransporte.Has("05", "2024-07-25"), catalogo.FiguraTransporte.Has("05", "2026-11-20"))
	// Output:
	// Integrante de Coordinados true
	// false true
}
