package catalogo

import (
	"strconv"
	"strings"
)

// Pedimento reports whether c_NumPedimentoAduana allows this number (six digits
// at most) for the aduana, patente and ejercicio (four digits) on the day of
// fecha. known is false when the catalogue was not imported: the PAC decides.
func (c *Catalog) Pedimento(aduana, patente, ejercicio string, numero int, fecha string) (allowed, known bool) {
	if c.pedimentos == nil {
		return false, false
	}
	prefix := pedimentoKey(aduana, patente, ejercicio, "")
	for i := c.pedimentos.seek(prefix); i < c.pedimentos.len(); i++ {
		var row [mostFields]string
		f := c.pedimentos.fields(i, &row)
		if !strings.HasPrefix(f[0], prefix) {
			break
		}
		top, err := strconv.Atoi(f[1])
		if err == nil && numero <= top && (Entry{Desde: f[2], Hasta: f[3]}).InForce(fecha) {
			return true, true
		}
	}
	return false, true
}
