package catalogo_test

import (
	"fmt"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
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

// What a form asks of the catalogues: a key for what somebody typed, whether a key may be
// used on a day and by whom, a rate, and where a postal code lies.
func Example() {
	cat := catalogo.New()
	for _, row := range cat.SearchProdServ("renta de loc", 1) {
		fmt.Println(row.Clave, row.Texto)
	}

	uso, ok := cat.UsoCFDI("G03")
	fmt.Println(uso.Texto, ok, uso.InForce("2026-11-20T10:00:00"), uso.Admits("605"))

	fmt.Println(cat.ValidRate("002", "Tasa", true, decimal.MustParse("0.16"), "2026-11-20"))
	fmt.Println(cat.ValidRate("002", "Tasa", true, decimal.MustParse("0.15"), "2026-11-20"))

	cp, ok := cat.CodigoPostal("22000")
	fmt.Println(cp.Estado, ok, cat.Location("22000"))

	// Of a small catalogue an unknown key is wrong; of a large one the everyday set decides nothing.
	fmt.Println(cat.Full("UsoCFDI"), cat.Full("ClaveProdServ"))
	// Output:
	// 80131502 Arrendamiento de instalaciones comerciales o industriales
	// Gastos en general. true true false
	// true
	// false
	// BCN true America/Tijuana
	// true false
}
