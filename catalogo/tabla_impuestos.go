package catalogo

import "iofacturo.mx/decimal"

// impuestos is c_Impuesto, complete.
var impuestos = []Impuesto{
	{Entry{"001", "ISR", "2022-01-01", ""}, true, false},
	{Entry{"002", "IVA", "2022-01-01", ""}, true, true},
	{Entry{"003", "IEPS", "2022-01-01", ""}, true, true},
}

// tasasOCuotas is c_TasaOCuota, complete, and before the last two rows the IEPS cuota
// ceiling that stood until 2025 (cfdi-rules §2.4), which the catalogue no longer lists.
var tasasOCuotas = []TasaOCuota{
	{false, decimal.New(0, 6), decimal.New(0, 6), "002", "Tasa", true, false, false, "2022-01-01", ""},
	{false, decimal.New(160000, 6), decimal.New(160000, 6), "002", "Tasa", true, false, false, "2022-01-01", ""},
	{true, decimal.New(0, 6), decimal.New(160000, 6), "002", "Tasa", false, true, false, "2022-01-01", ""},
	{false, decimal.New(80000, 6), decimal.New(80000, 6), "002", "Tasa", true, false, true, "2022-01-01", ""},
	{false, decimal.New(265000, 6), decimal.New(265000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(300000, 6), decimal.New(300000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(530000, 6), decimal.New(530000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(500000, 6), decimal.New(500000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(1600000, 6), decimal.New(1600000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(304000, 6), decimal.New(304000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(250000, 6), decimal.New(250000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(90000, 6), decimal.New(90000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(80000, 6), decimal.New(80000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(70000, 6), decimal.New(70000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(60000, 6), decimal.New(60000, 6), "003", "Tasa", true, true, false, "2022-01-01", ""},
	{false, decimal.New(30000, 6), decimal.New(30000, 6), "003", "Tasa", true, false, false, "2022-01-01", ""},
	{false, decimal.New(0, 6), decimal.New(0, 6), "003", "Tasa", true, false, false, "2022-01-01", ""},
	{true, decimal.New(0, 6), decimal.New(69525500, 6), "003", "Cuota", true, true, false, "2022-01-01", "2025-12-31"},
	{true, decimal.New(0, 6), decimal.New(72160500, 6), "003", "Cuota", true, true, false, "2026-01-01", ""},
	{true, decimal.New(0, 6), decimal.New(350000, 6), "001", "Tasa", false, true, false, "2022-01-01", ""},
}
