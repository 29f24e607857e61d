package catalogo

import (
	"errors"
	"fmt"
	"strings"
)

// source describes one large catalogue: its columns and how a row is stored. line checks
// a row and returns it as a line whose first field is the key.
type source struct {
	name    string
	folder  string // of the TSV files where it lies
	columns []column
	line    func(row) (string, error)
	body    func(lines []string) (string, error) // of the stored file, from the lines in order
	onDisk  bool                                 // it is not read into memory
	many    bool                                 // a key may stand more than once
}

// column is a column of a catalogue: its name in TSV files, and what stands over it in
// the SAT's workbook, without accents, signs and blanks.
type column struct {
	name  string
	need  bool
	kind  kind
	width int // figures of a key, which a workbook may keep as a number without its first zeros
	heads string
}

// kind says how a workbook writes what a column holds.
type kind int

const (
	text kind = iota
	day       // a date, as a number or in words
	yes       // Sí, No, Opcional or a number
)

// Columns that many catalogues have.
var (
	id    = column{name: "id", need: true}
	texto = column{name: "texto", need: true, heads: "descripcion"}
	desde = column{name: "vigencia_desde", need: true, kind: day, heads: "fechainiciovigencia fechadeiniciodevigencia fechainiciodevigencia iniciodevigencia iniciodevigenciadelapatente"}
	hasta = column{name: "vigencia_hasta", need: true, kind: day, heads: "fechafinvigencia fechadefindevigencia fechafindevigencia findevigencia findevigenciadelapatente"}
)

// with is a column under other headings, and of a width.
func (c column) with(heads string, width int) column {
	c.heads += " " + heads
	c.width = width
	return c
}

// maybe is a column that need not be there.
func (c column) maybe() column {
	c.need = false
	return c
}

// field is a column that need not be there.
func field(name, heads string) column { return column{name: name, heads: heads} }

// sources are the large catalogues, in the order they are reported.
var sources = []source{
	{name: "ClaveProdServ", folder: "cfdi40", line: prodServSource, body: blobBody, columns: []column{
		id.with("cclaveprodserv", 8), texto,
		{name: "iva_trasladado", need: true, kind: yes, heads: "incluirivatrasladado"},
		{name: "ieps_trasladado", need: true, kind: yes, heads: "incluiriepstrasladado"},
		field("complemento", "complementoquedebeincluir"), desde, hasta,
		{name: "estimulo_frontera", kind: yes, heads: "estimulofranjafronteriza"},
		field("similares", "palabrassimilares"),
	}},
	{name: "ClaveUnidad", folder: "cfdi40", line: unidadSource, body: blobBody, columns: []column{
		id.with("cclaveunidad", 2), texto.named("nombre"), field("descripcion", "descripcion"), field("notas", "nota"), desde, hasta, field("simbolo", "simbolo"),
	}},
	{name: "CodigoPostal", folder: "cfdi40", line: postalSource, body: joinPostals, columns: []column{
		id.with("ccodigopostal", 5),
		{name: "estado", need: true, heads: "cestado"},
		{name: "municipio", need: true, heads: "cmunicipio", width: 3},
		{name: "localidad", heads: "clocalidad", width: 2},
		{name: "estimulo_frontera", need: true, heads: "estimulofranjafronteriza"},
		desde.maybe(), hasta.maybe(), field("huso_descripcion", "descripciondelhusohorario referenciasdelhusohorario"),
	}},
	{name: "NumPedimentoAduana", folder: "cfdi40", line: pedimentoSource, body: joinLines, columns: []column{
		{name: "aduana", need: true, heads: "caduana", width: 2},
		{name: "patente", need: true, heads: "patente", width: 4},
		{name: "ejercicio", need: true, heads: "ejercicio"},
		{name: "cantidad", need: true, heads: "cantidad"},
		desde, hasta,
	}},
	{name: "PatenteAduanal", folder: "cfdi40", line: listed(), body: joinLines, onDisk: true, columns: []column{id.with("cpatenteaduanal", 4), desde, hasta}},
	{name: "Colonia", folder: "cfdi40", line: coloniaSource, body: joinLines, onDisk: true, columns: []column{
		{name: "colonia", need: true, heads: "ccolonia", width: 4}, {name: "codigo_postal", need: true, heads: "ccodigopostal", width: 5}, texto.with("nombredelasentamiento", 0),
	}},
	{name: "Municipio", folder: "cfdi40", line: municipioSource, body: joinLines, columns: []column{
		{name: "municipio", need: true, heads: "cmunicipio", width: 3}, {name: "estado", need: true, heads: "cestado"}, texto, desde.maybe(), hasta.maybe(),
	}},
	{name: "Localidad", folder: "cfdi40", line: localidadSource, body: joinLines, columns: []column{
		{name: "localidad", need: true, heads: "clocalidad", width: 2}, {name: "estado", need: true, heads: "cestado"}, texto, desde.maybe(), hasta.maybe(),
	}},
	{name: "ClaveProdServCP", folder: "cartaporte31", line: listed("material_peligroso"), body: joinLines, onDisk: true, columns: []column{
		id.with("cclaveprodserv cclaveprodservcp", 8), texto, field("similares", "palabrassimilares"), field("material_peligroso", "materialpeligroso"), desde, hasta,
	}},
	{name: "ClaveUnidadPeso", folder: "cartaporte31", line: listed("simbolo", "bandera"), body: joinLines, onDisk: true, columns: []column{
		id.with("claveunidad", 0), texto.named("nombre"), field("descripcion", "descripcion"), field("nota", "nota"), desde, hasta, field("simbolo", "simbolo"), field("bandera", "bandera"),
	}},
	{name: "MaterialPeligroso", folder: "cartaporte31", line: listed("clase_o_div", "peligro_secundario", "nombre_tecnico"), body: joinLines, onDisk: true, many: true, columns: []column{
		id.with("clavematerialpeligroso", 4), texto, field("clase_o_div", "claseodiv"), field("peligro_secundario", "peligrosecundario"), field("nombre_tecnico", "nombretecnico"), desde, hasta,
	}},
	{name: "Estaciones", folder: "cartaporte31", line: listed("clave_transporte", "nacionalidad", "designador_iata", "linea_ferrea"), body: joinLines, onDisk: true, columns: []column{
		id.with("claveidentificacion", 0), texto,
		{name: "clave_transporte", heads: "clavetransporte", width: 2},
		field("nacionalidad", "nacionalidad"),
		field("designador_iata", "designadoriata"), field("linea_ferrea", "lineaferrea"), desde, hasta,
	}},
	{name: "CodigoTransporteAereo", folder: "cartaporte31", line: listed("nacionalidad", "designador_oaci"), body: joinLines, onDisk: true, columns: []column{
		id.with("claveidentificacion", 0), field("nacionalidad", "nacionalidad"), texto.with("nombredelaaerolinea", 0), field("designador_oaci", "designadoroaci"), desde, hasta,
	}},
	{name: "DerechosDePaso", folder: "cartaporte31", line: listed("entre", "hasta", "otorga_recibe", "concesionario"), body: joinLines, onDisk: true, columns: []column{
		id.with("clavedelderechodepaso", 0), texto.named("derechodepaso"), field("entre", "entre"), field("hasta", "hasta"), field("otorga_recibe", "otorgarecibe"), field("concesionario", "concesionario"), desde, hasta,
	}},
	{name: "NumAutorizacionNaviero", folder: "cartaporte31", line: listed(), body: joinLines, onDisk: true, columns: []column{id.with("numerodeautorizacion", 0), desde, hasta}},
	{name: "FraccionArancelaria", folder: "comercioexterior20", line: listed("unidad"), body: joinLines, onDisk: true, columns: []column{
		{name: "fraccion", need: true, heads: "cfraccionarancelaria"}, texto, desde, hasta, {name: "unidad", heads: "umt", width: 2},
	}},
}

// named is a column under one heading alone.
func (c column) named(head string) column {
	c.heads = head
	return c
}

// The lengths of what a catalogue of a complement holds.
const (
	maxListedKey   = 60
	maxListedField = 4000
)

// listed stores a row by its first column: key, text, dates, and the other columns named.
func listed(others ...string) func(row) (string, error) {
	return func(r row) (string, error) {
		key := strings.TrimSpace(r.fields[0])
		if key == "" || len(key) > maxListedKey {
			return "", fmt.Errorf("key %q", key)
		}
		if err := dates(r); err != nil {
			return "", err
		}
		fields := []string{key, r.get("texto"), r.get("vigencia_desde"), r.get("vigencia_hasta")}
		for _, column := range others {
			fields = append(fields, r.get(column))
		}
		for _, f := range fields {
			if len(f) > maxListedField {
				return "", errors.New("a very long text")
			}
		}
		return strings.Join(fields, "\t"), nil
	}
}
