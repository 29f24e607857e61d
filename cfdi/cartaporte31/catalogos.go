package cartaporte31

import (
	"strings"

	"iofacturo.mx/catalogo"
)

// The small catalogues of the Carta Porte that no paper words, as published on
// 2026-08-06; those with texts are each a [catalogo.Short]. All of them are in force
// since the complement is, but for a key with a date, which is from then on.
const (
	regimenesEntrada      = "IMD ITR ITE DFI RFE RFS TRA"
	regimenesSalida       = "EXD ETR ETE DFI RFE RFS TRA"
	sectores              = "01 02 03 04 05"
	formasFarmaceuticas   = "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20"
	condicionesEspeciales = "01 02 03 04"
	documentosAduaneros   = "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20"
	polosISTMO            = "01 02 03 04 05 06"
	embalajes             = "1A1 1A2 1B1 1B2 1D 1G 1H1 1H2 1N1 1N2 3A1 3A2 3B1 3B2 3H1 3H2 4A 4B 4C1 4C2 4D 4F 4G 4H1 4H2 5H1 5H2 5H3 5H4 5L1 5L2 5L3 5M1 5M2 6HA1 6HA2 " +
		"6HB1 6HB2 6HC 6HD1 6HD2 6HG1 6HG2 6HH1 6HH2 6PA1 6PA2 6PB1 6PB2 6PC 6PD1 6PD2 6PG1 6PG2 6PH1 6PH2 7H1 7L1 Z01"
	embarcaciones          = "B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 B15"
	cargasMaritimas        = "CGS CGC GMN GAG OFL PYD"
	contenedoresMaritimos  = "CM001 CM002 CM003 CM004 CM005 CM006 CM007 CM008 CM009 CM010 CM011 CM012"
	contenedores           = "TC01 TC02 TC03 TC04 TC05"
	carros                 = "TC01 TC02 TC03 TC04 TC05 TC06 TC07 TC08 TC09 TC10 TC11"
	traficos               = "TT01 TT02 TT03 TT04"
	serviciosSinContenedor = "TS01 TS03"
	serviciosConContenedor = "TS02 TS04"

	// c_ConfigAutotransporte by its column "Remolque": 0 and 1; the others have "0, 1".
	sinRemolque = "C2 C3 OTROSG GPLUTA GPLUTB GPLUTC GPLUTD GPLATA GPLATB GPLATC GPLATD"
	conRemolque = "C2R2 C3R2 C2R3 C3R3 T2S1 T2S2 T2S3 T3S1 T3S2 T3S3 T2S1R2 T2S2R2 T2S1R3 T3S1R2 T3S1R3 T3S2R2 T3S2R3 T3S2R4 T2S2S2 T3S2S2 T3S3S2"

	// What c_ClaveProdServCP says in its column "Material peligroso". It has 48 757 keys
	// and is not carried here: these always are, and only the families (the first four
	// digits) of the other list hold any that may be. What lies between is the PAC's.
	peligrosas = "12131500 12131501 12131502 12131503 12131504 12131505 12131506 12131507 12131508 12131509 12131700 12131701 12131702 12131703 12131704 " +
		"12131705 12131707 12131708 12131709 12141715 12141801 12141803 12141804 12141805 12141806 12141901 12142109 12162211 12352120 12352313 " +
		"15101500 15101502 15101503 15101504 15101505 15101508 15101509 15101510 15101513 15101514 15101515 15111501 15111503 15111504 15111505 " +
		"15111510 15131500 15131502 15131505 15131506 30121500 30121604 51121603 51142931"
	familiasPeligrosas = "0101 1012 1015 1017 1019 1021 1022 1031 1032 1041 1042 1050 1110 1112 1114 1115 1116 1117 1118 1119 1213 1214 1216 1217 1218 1219 1235 1310 " +
		"1311 1410 1411 1412 1510 1511 1513 2010 2012 2013 2014 2311 2315 2322 2324 2410 2411 2412 2413 2511 2513 2515 2517 2519 2520 2610 2611 2614 " +
		"2711 2712 2713 3010 3012 3026 3110 3111 3112 3113 3114 3118 3120 3121 3128 3129 3130 3131 3132 3133 3134 3135 3136 3138 3213 3911 4017 4018 " +
		"4110 4214 4215 4217 4219 4220 4227 4229 4231 4513 4610 4616 4619 4710 4712 4713 4913 4918 5012 5017 5020 5030 5110 5111 5112 5113 5114 5115 " +
		"5116 5117 5118 5119 5120 5121 5124 5214 6010 6012"
)

// since is the day Carta Porte 3.1 began: the rows of its catalogues that start then
// count as open before.
const since = "2024-07-17"

// inForce reports whether a key stands in a catalogue on the day of a fecha.
func inForce(catalogue catalogo.Short, key, fecha string) bool {
	row, ok := catalogue.Find(key)
	return ok && (row.Desde <= since || row.InForce(fecha))
}

// listed reports whether a key stands in a catalogue on a day.
func listed(catalogue, key, day string) bool {
	if key == "" || strings.ContainsAny(key, " :") {
		return false
	}
	for at := 0; ; {
		i := strings.Index(catalogue[at:], key)
		if i < 0 {
			return false
		}
		from, rest := at+i, catalogue[at+i+len(key):]
		if from == 0 || catalogue[from-1] == ' ' {
			if rest == "" || rest[0] == ' ' {
				return true
			}
			if date, ok := strings.CutPrefix(rest, ":"); ok {
				return day >= date[:len("2026-11-20")]
			}
		}
		at = from + len(key)
	}
}

// numbered reports whether a key is the prefix and a number of that many digits from
// one to most: the catalogues of carriers by air and of rights of way have no gaps.
func numbered(key, prefix string, digits, most int) bool {
	s, ok := strings.CutPrefix(key, prefix)
	n := number(s)
	return ok && len(s) == digits && n >= 1 && n <= most
}

// number returns the value of a text of digits, -1 of any other.
func number(s string) int {
	if s == "" || len(s) > 8 {
		return -1
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// c_Estaciones is not carried here, but its keys tell what they are: PM and three digits
// is a port, EA and four an airport, of Mexico those from 411 to 2267, and every other
// key a railway station. Three keys stand for whatever is abroad.
const (
	puertoExtranjero     = "PM120"
	aeropuertoExtranjero = "EA2346"
	estacionExtranjera   = "EF0001"
)

// estacionTransporte returns the key of c_CveTransporte of a station.
func estacionTransporte(estacion string) string {
	switch {
	case len(estacion) == 5 && estacion[:2] == "PM" && number(estacion[2:]) >= 0:
		return "02"
	case len(estacion) == 6 && estacion[:2] == "EA" && number(estacion[2:]) >= 0:
		return "03"
	}
	return "04"
}

// generica reports whether the key of a station names none.
func generica(estacion string) bool {
	return estacion == puertoExtranjero || estacion == aeropuertoExtranjero || estacion == estacionExtranjera
}

// extranjera reports whether a station lies abroad.
func extranjera(estacion string) bool {
	if generica(estacion) {
		return true
	}
	n := number(strings.TrimPrefix(estacion, "EA"))
	return estacionTransporte(estacion) == "03" && (n < 411 || n > 2267)
}

// peligro tells what is known of the goods of a key: "1" always dangerous, "0" never,
// "" when only the PAC can tell.
func peligro(bienes string) string {
	switch {
	case listed(peligrosas, bienes, ""):
		return "1"
	case number(bienes) < 0 || len(bienes) != 8 || listed(familiasPeligrosas, bienes[:4], ""):
		return ""
	}
	return "0"
}
