package cce20

import "iofacturo.mx/catalogo"

// since is the day Comercio Exterior 2.0 began: every catalogue of it starts then.
const since = "2024-01-18"

// estadosFuera is c_Estado of the two countries abroad that have some.
var estadosFuera = map[string]catalogo.Short{"USA": catalogo.EstadoUSA, "CAN": catalogo.EstadoCAN}

// inForce reports whether a key stands in a catalogue on the day of a fecha.
func inForce(list catalogo.Short, clave, fecha string) bool {
	return list.Has(clave, fecha) && (len(fecha) < len(since) || fecha[:len(since)] >= since)
}
