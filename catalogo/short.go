package catalogo

import "slices"

// A Short names a short catalogue of a complement, complete in this package with the
// texts of the SAT, letter by letter. Rules and printed forms read the same rows; keys
// that carry more than a text (c_Banco, the large catalogues) are asked of a [Catalog].
//
//	row, ok := catalogo.TipoContrato.Find("01") // "Contrato de trabajo por tiempo indeterminado"
type Short uint8

// The short catalogues, by complement: of nómina 1.2, of Carta Porte 3.1, of Comercio
// Exterior 2.0, and the rows of c_Estado of the two neighbours, which the last two share.
const (
	TipoNomina       Short = iota // c_TipoNomina of nómina 1.2
	OrigenRecurso                 // c_OrigenRecurso of nómina 1.2
	PeriodicidadPago              // c_PeriodicidadPago of nómina 1.2
	TipoContrato                  // c_TipoContrato of nómina 1.2
	TipoRegimen                   // c_TipoRegimen of nómina 1.2
	TipoJornada                   // c_TipoJornada of nómina 1.2
	RiesgoPuesto                  // c_RiesgoPuesto of nómina 1.2
	TipoHoras                     // c_TipoHoras of nómina 1.2
	TipoIncapacidad               // c_TipoIncapacidad of nómina 1.2

	CveTransporte        // c_CveTransporte of Carta Porte 3.1
	TipoEstacion         // c_TipoEstacion of Carta Porte 3.1
	RegimenAduanero      // c_RegimenAduanero of Carta Porte 3.1
	TipoMateria          // c_TipoMateria of Carta Porte 3.1
	TipoPermiso          // c_TipoPermiso of Carta Porte 3.1
	ConfigAutotransporte // c_ConfigAutotransporte of Carta Porte 3.1
	SubTipoRem           // c_SubTipoRem of Carta Porte 3.1
	FiguraTransporte     // c_FiguraTransporte of Carta Porte 3.1
	ParteTransporte      // c_ParteTransporte of Carta Porte 3.1

	ClavePedimento // c_ClavePedimento of Comercio Exterior 2.0
	MotivoTraslado // c_MotivoTraslado of Comercio Exterior 2.0
	INCOTERM       // c_INCOTERM of Comercio Exterior 2.0
	UnidadAduana   // c_UnidadAduana of Comercio Exterior 2.0

	EstadoUSA // c_Estado of the United States
	EstadoCAN // c_Estado of Canada
)

// shorts are the rows of each, in official order, and the name of the file that a test
// holds them against.
var shorts = [...]struct {
	file string
	rows []Entry
}{
	TipoNomina:           {"nomina12/c_TipoNomina", tiposNomina},
	OrigenRecurso:        {"nomina12/c_OrigenRecurso", origenesRecurso},
	PeriodicidadPago:     {"nomina12/c_PeriodicidadPago", periodicidadesPago},
	TipoContrato:         {"nomina12/c_TipoContrato", tiposContrato},
	TipoRegimen:          {"nomina12/c_TipoRegimen", tiposRegimen},
	TipoJornada:          {"nomina12/c_TipoJornada", tiposJornada},
	RiesgoPuesto:         {"nomina12/c_RiesgoPuesto", riesgosPuesto},
	TipoHoras:            {"nomina12/c_TipoHoras", tiposHoras},
	TipoIncapacidad:      {"nomina12/c_TipoIncapacidad", tiposIncapacidad},
	CveTransporte:        {"cartaporte31/c_CveTransporte", cvesTransporte},
	TipoEstacion:         {"cartaporte31/c_TipoEstacion", tiposEstacion},
	RegimenAduanero:      {"cartaporte31/c_RegimenAduanero", regimenesAduaneros},
	TipoMateria:          {"cartaporte31/c_TipoMateria", tiposMateria},
	TipoPermiso:          {"cartaporte31/c_TipoPermiso", tiposPermiso},
	ConfigAutotransporte: {"cartaporte31/c_ConfigAutotransporte", configsAutotransporte},
	SubTipoRem:           {"cartaporte31/c_SubTipoRem", subTiposRem},
	FiguraTransporte:     {"cartaporte31/c_FiguraTransporte", figurasTransporte},
	ParteTransporte:      {"cartaporte31/c_ParteTransporte", partesTransporte},
	ClavePedimento:       {"comercioexterior20/c_ClavePedimento", clavesPedimento},
	MotivoTraslado:       {"comercioexterior20/c_MotivoTraslado", motivosTraslado},
	INCOTERM:             {"comercioexterior20/c_INCOTERM", incoterms},
	UnidadAduana:         {"comercioexterior20/c_UnidadAduana", unidadesAduana},
	EstadoUSA:            {"cfdi40/c_Estado", estadosUSA},
	EstadoCAN:            {"cfdi40/c_Estado", estadosCAN},
}

// Find returns the row with this key. Its dates are those of the SAT, "" where the
// catalogue has none; most began with their complement.
func (s Short) Find(key string) (Entry, bool) {
	for _, row := range shorts[s].rows {
		if row.Clave == key {
			return row, true
		}
	}
	return Entry{}, false
}

// Has reports whether a key is there and in force on the day of fecha: see
// [Entry.InForce].
func (s Short) Has(key, fecha string) bool {
	row, ok := s.Find(key)
	return ok && row.InForce(fecha)
}

// Rows lists the catalogue in official order.
func (s Short) Rows() []Entry { return slices.Clone(shorts[s].rows) }
