package catalogo

// The short catalogues of nómina 1.2, complete: see [Short].
var (
	tiposNomina = []Entry{
		{"O", "Nómina ordinaria", "", ""},
		{"E", "Nómina extraordinaria", "", ""},
	}
	origenesRecurso = []Entry{
		{"IP", "Ingresos propios.", "", ""},
		{"IF", "Ingreso federales.", "", ""},
		{"IM", "Ingresos mixtos.", "", ""},
	}
	periodicidadesPago = []Entry{
		{"01", "Diario", "2016-11-01", ""},
		{"02", "Semanal", "2016-11-01", ""},
		{"03", "Catorcenal", "2016-11-01", ""},
		{"04", "Quincenal", "2016-11-01", ""},
		{"05", "Mensual", "2016-11-01", ""},
		{"06", "Bimestral", "2016-11-01", ""},
		{"07", "Unidad obra", "2016-11-01", ""},
		{"08", "Comisión", "2016-11-01", ""},
		{"09", "Precio alzado", "2016-11-01", ""},
		{"10", "Decenal", "2017-01-19", ""},
		{"99", "Otra Periodicidad", "2016-11-01", ""},
	}
	tiposContrato = []Entry{
		{"01", "Contrato de trabajo por tiempo indeterminado", "", ""},
		{"02", "Contrato de trabajo para obra determinada", "", ""},
		{"03", "Contrato de trabajo por tiempo determinado", "", ""},
		{"04", "Contrato de trabajo por temporada", "", ""},
		{"05", "Contrato de trabajo sujeto a prueba", "", ""},
		{"06", "Contrato de trabajo con capacitación inicial", "", ""},
		{"07", "Modalidad de contratación por pago de hora laborada", "", ""},
		{"08", "Modalidad de trabajo por comisión laboral", "", ""},
		{"09", "Modalidades de contratación donde no existe relación de trabajo", "", ""},
		{"10", "Jubilación, pensión, retiro.", "", ""},
		{"99", "Otro contrato", "", ""},
	}
	tiposRegimen = []Entry{
		{"02", "Sueldos (Incluye ingresos señalados en la fracción I del artículo 94 de LISR)", "2017-01-01", ""},
		{"03", "Jubilados", "2017-01-01", ""},
		{"04", "Pensionados", "2017-01-01", ""},
		{"05", "Asimilados Miembros Sociedades Cooperativas Produccion", "2017-01-01", ""},
		{"06", "Asimilados Integrantes Sociedades Asociaciones Civiles", "2017-01-01", ""},
		{"07", "Asimilados Miembros consejos", "2017-01-01", ""},
		{"08", "Asimilados comisionistas", "2017-01-01", ""},
		{"09", "Asimilados Honorarios", "2017-01-01", ""},
		{"10", "Asimilados acciones", "2017-01-01", ""},
		{"11", "Asimilados otros", "2017-01-01", ""},
		{"12", "Jubilados o Pensionados", "2017-03-27", ""},
		{"13", "Indemnización o Separación", "2018-10-15", ""},
		{"99", "Otro Regimen", "2017-01-01", ""},
	}
	tiposJornada = []Entry{
		{"01", "Diurna", "", ""},
		{"02", "Nocturna", "", ""},
		{"03", "Mixta", "", ""},
		{"04", "Por hora", "", ""},
		{"05", "Reducida", "", ""},
		{"06", "Continuada", "", ""},
		{"07", "Partida", "", ""},
		{"08", "Por turnos", "", ""},
		{"99", "Otra Jornada", "", ""},
	}
	riesgosPuesto = []Entry{
		{"1", "Clase I", "2017-01-01", ""},
		{"2", "Clase II", "2017-01-01", ""},
		{"3", "Clase III", "2017-01-01", ""},
		{"4", "Clase IV", "2017-01-01", ""},
		{"5", "Clase V", "2017-01-01", ""},
		{"99", "No aplica", "2017-08-13", ""},
	}
	tiposHoras = []Entry{
		{"01", "Dobles", "", ""},
		{"02", "Triples", "", ""},
		{"03", "Simples", "", ""},
	}
	tiposIncapacidad = []Entry{
		{"01", "Riesgo de trabajo.", "", ""},
		{"02", "Enfermedad en general.", "", ""},
		{"03", "Maternidad.", "", ""},
		{"04", "Licencia por cuidados médicos de hijos diagnosticados con cáncer.", "", ""},
	}
)
