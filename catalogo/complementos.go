package catalogo

import "strings"

// The catalogues of the complements are here only when they were imported ([Catalog.Full]);
// they stay on disk and are read where a key is looked up. Of a key that stands more than
// once the row in force on the day of fecha is given, else the last one.

// ClaveProdServCP is a row of c_ClaveProdServCP of Carta Porte. MaterialPeligroso is 0, 1
// or "0,1" where whoever ships says.
type ClaveProdServCP struct {
	Entry
	MaterialPeligroso string
}

// ClaveUnidadPeso is a row of c_ClaveUnidadPeso of Carta Porte.
type ClaveUnidadPeso struct {
	Entry
	Simbolo, Bandera string
}

// MaterialPeligroso is a row of c_MaterialPeligroso of Carta Porte.
type MaterialPeligroso struct {
	Entry
	ClaseODiv, PeligroSecundario, NombreTecnico string
}

// Estacion is a row of c_Estaciones of Carta Porte: a port, an airport, a railway station.
type Estacion struct {
	Entry
	ClaveTransporte, Nacionalidad, DesignadorIATA, LineaFerrea string
}

// CodigoTransporteAereo is a row of c_CodigoTransporteAereo of Carta Porte.
type CodigoTransporteAereo struct {
	Entry
	Nacionalidad, DesignadorOACI string
}

// DerechoDePaso is a row of c_DerechosDePaso of Carta Porte: a stretch of railway.
type DerechoDePaso struct {
	Entry
	De, A, OtorgaRecibe, Concesionario string
}

// FraccionArancelaria is a row of c_FraccionArancelaria of Comercio Exterior, with the key
// of its UnidadAduana.
type FraccionArancelaria struct {
	Entry
	UMT string
}

// ClaveProdServCP returns the row of c_ClaveProdServCP with this key; of a key that stands
// more than once that in force on the day of fecha, else the last. Without the imported
// catalogue nothing is found, and false decides nothing; so do the others of complements.
func (c *Catalog) ClaveProdServCP(k, fecha string) (ClaveProdServCP, bool) {
	f, ok := c.row("ClaveProdServCP", k, fecha, 5)
	return ClaveProdServCP{f.entry(), f[4]}, ok
}

// ClaveUnidadPeso returns the row of c_ClaveUnidadPeso with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) ClaveUnidadPeso(k, fecha string) (ClaveUnidadPeso, bool) {
	f, ok := c.row("ClaveUnidadPeso", k, fecha, 6)
	return ClaveUnidadPeso{f.entry(), f[4], f[5]}, ok
}

// MaterialPeligroso returns a row of c_MaterialPeligroso with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) MaterialPeligroso(k, fecha string) (MaterialPeligroso, bool) {
	f, ok := c.row("MaterialPeligroso", k, fecha, 7)
	return MaterialPeligroso{f.entry(), f[4], f[5], f[6]}, ok
}

// Estacion returns the row of c_Estaciones with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) Estacion(k, fecha string) (Estacion, bool) {
	f, ok := c.row("Estaciones", k, fecha, 8)
	return Estacion{f.entry(), f[4], f[5], f[6], f[7]}, ok
}

// CodigoTransporteAereo returns the row of c_CodigoTransporteAereo with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) CodigoTransporteAereo(k, fecha string) (CodigoTransporteAereo, bool) {
	f, ok := c.row("CodigoTransporteAereo", k, fecha, 6)
	return CodigoTransporteAereo{f.entry(), f[4], f[5]}, ok
}

// DerechoDePaso returns the row of c_DerechosDePaso with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) DerechoDePaso(k, fecha string) (DerechoDePaso, bool) {
	f, ok := c.row("DerechosDePaso", k, fecha, 8)
	return DerechoDePaso{f.entry(), f[4], f[5], f[6], f[7]}, ok
}

// NumAutorizacionNaviero returns the row of c_NumAutorizacionNaviero with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) NumAutorizacionNaviero(k, fecha string) (Entry, bool) {
	f, ok := c.row("NumAutorizacionNaviero", k, fecha, 4)
	return f.entry(), ok
}

// PatenteAduanal returns the row of c_PatenteAduanal with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) PatenteAduanal(k, fecha string) (Entry, bool) {
	f, ok := c.row("PatenteAduanal", k, fecha, 4)
	return f.entry(), ok
}

// FraccionArancelaria returns the row of c_FraccionArancelaria with this key, as
// [Catalog.ClaveProdServCP] does.
func (c *Catalog) FraccionArancelaria(k, fecha string) (FraccionArancelaria, bool) {
	f, ok := c.row("FraccionArancelaria", k, fecha, 5)
	return FraccionArancelaria{f.entry(), f[4]}, ok
}

// shelved are the fields of a row: key, text, dates, and what it has beside.
type shelved []string

func (f shelved) entry() Entry { return Entry{f[0], f[1], f[2], f[3]} }

// mostRows is how many rows of one key are looked at.
const mostRows = 50

// row finds a key on the shelf of a catalogue. The n fields are there, empty, where it is
// not found or cannot be read: then the PAC decides.
func (c *Catalog) row(name, key, fecha string, n int) (shelved, bool) {
	s := c.shelves[name]
	if s == nil || key == "" || strings.ContainsAny(key, "\t\n") {
		return make(shelved, n), false
	}
	lines, err := s.with(key+"\t", mostRows)
	if err != nil || len(lines) == 0 {
		return make(shelved, n), false
	}
	best := lines[len(lines)-1]
	for _, line := range lines {
		if f := strings.SplitN(line, "\t", n); len(f) >= 4 && shelved(f).entry().InForce(fecha) {
			best = line
			break
		}
	}
	f := append(strings.Split(best, "\t"), make([]string, n)...)
	return f[:n], true
}
