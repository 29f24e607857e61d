package catalogo

import (
	"sort"
	"strconv"
	"time"
)

// cpRange is a run of postal codes that share everything. municipio is 0 where
// only the state is known; frontera is -1 where it cannot be told.
type cpRange struct {
	desde, hasta uint32
	estado       string
	municipio    uint16
	frontera     int8
	zona         string // IANA name
	localidad    uint8  // 0 where it is none, or not known
}

// stateRanges are the postal codes of each state: the first two digits say the
// state. What lies outside is no postal code of Mexico.
var stateRanges = []cpRange{
	{1000, 16999, "CMX", 0, 0, "America/Mexico_City", 0},
	{20000, 20999, "AGU", 0, 0, "America/Mexico_City", 0},
	{21000, 22999, "BCN", 0, 1, "America/Tijuana", 0},
	{23000, 23999, "BCS", 0, 0, "America/Mazatlan", 0},
	{24000, 24999, "CAM", 0, -1, "America/Mexico_City", 0},
	{25000, 27999, "COA", 0, -1, "America/Mexico_City", 0},
	{28000, 28999, "COL", 0, 0, "America/Mexico_City", 0},
	{29000, 30999, "CHP", 0, -1, "America/Mexico_City", 0},
	{31000, 33999, "CHH", 0, -1, "America/Chihuahua", 0},
	{34000, 35999, "DUR", 0, 0, "America/Mexico_City", 0},
	{36000, 38999, "GUA", 0, 0, "America/Mexico_City", 0},
	{39000, 41999, "GRO", 0, 0, "America/Mexico_City", 0},
	{42000, 43999, "HID", 0, 0, "America/Mexico_City", 0},
	{44000, 49999, "JAL", 0, 0, "America/Mexico_City", 0},
	{50000, 57999, "MEX", 0, 0, "America/Mexico_City", 0},
	{58000, 61999, "MIC", 0, 0, "America/Mexico_City", 0},
	{62000, 62999, "MOR", 0, 0, "America/Mexico_City", 0},
	{63000, 63999, "NAY", 0, 0, "America/Mazatlan", 0},
	{64000, 67999, "NLE", 0, -1, "America/Mexico_City", 0},
	{68000, 71999, "OAX", 0, 0, "America/Mexico_City", 0},
	{72000, 75999, "PUE", 0, 0, "America/Mexico_City", 0},
	{76000, 76999, "QUE", 0, 0, "America/Mexico_City", 0},
	{77000, 77999, "ROO", 0, -1, "America/Cancun", 0},
	{78000, 79999, "SLP", 0, 0, "America/Mexico_City", 0},
	{80000, 82999, "SIN", 0, 0, "America/Mazatlan", 0},
	{83000, 85999, "SON", 0, -1, "America/Hermosillo", 0},
	{86000, 86999, "TAB", 0, -1, "America/Mexico_City", 0},
	{87000, 89999, "TAM", 0, -1, "America/Mexico_City", 0},
	{90000, 90999, "TLA", 0, 0, "America/Mexico_City", 0},
	{91000, 96999, "VER", 0, 0, "America/Mexico_City", 0},
	{97000, 97999, "YUC", 0, 0, "America/Mexico_City", 0},
	{98000, 99999, "ZAC", 0, 0, "America/Mexico_City", 0},
}

// borderRange is a run of postal codes with one border flag or one zone of its own.
type borderRange struct {
	desde, hasta uint32
	frontera     int8
}

// borderRanges say, in the states that have border municipalities, which postal
// codes the stimulus decrees reach (1 north, 2 south) and which not. Between two
// runs the municipality is not known.
var borderRanges = []borderRange{
	{24000, 24328, 0},
	{24330, 24349, 2},
	{24350, 24622, 0},
	{24640, 24659, 2},
	{24660, 24936, 0},
	{25000, 25998, 0},
	{26000, 26328, 1},
	{26340, 26370, 0},
	{26400, 26499, 1},
	{26500, 26637, 0},
	{26640, 26699, 1},
	{26700, 27499, 0},
	{27500, 27549, 1},
	{27550, 27997, 0},
	{29000, 29932, 0},
	{29933, 29939, 2},
	{29940, 29949, 0},
	{29950, 29969, 2},
	{29970, 30137, 0},
	{30140, 30169, 2},
	{30170, 30178, 0},
	{30180, 30189, 2},
	{30190, 30225, 0},
	{30230, 30299, 2},
	{30330, 30695, 0},
	{30700, 30949, 2},
	{30950, 30997, 0},
	{31000, 31810, 0},
	{31820, 31849, 1},
	{31850, 31997, 0},
	{32000, 32792, 1},
	{32800, 32847, 0},
	{32850, 32897, 1},
	{32900, 32958, 0},
	{32980, 32998, 1},
	{33000, 33997, 0},
	{64000, 64997, 0},
	{65000, 65069, 1},
	{65070, 67996, 0},
	{77000, 77099, 2},
	{77100, 77947, 0},
	{77950, 77999, 2},
	{83000, 83397, 0},
	{83400, 83797, 1},
	{83800, 83840, 0},
	{83860, 83890, 1},
	{83900, 83990, 0},
	{84000, 84117, 1},
	{84120, 84137, 0},
	{84140, 84147, 1},
	{84160, 84178, 0},
	{84180, 84317, 1},
	{84320, 84617, 0},
	{84620, 84637, 1},
	{84640, 85994, 0},
	{86000, 86899, 0},
	{86900, 86979, 2},
	{86980, 86998, 0},
	{87000, 87279, 0},
	{87300, 87589, 1},
	{87600, 87997, 0},
	{88000, 88879, 1},
	{88880, 88898, 0},
	{88900, 88999, 1},
	{89000, 89970, 0},
}

// zoneRanges are the municipalities that keep another time than their state since
// the law of zones of October 2022: those that follow the summer time of the
// United States, and Bahía de Banderas.
var zoneRanges = []struct {
	desde, hasta uint32
	zona         string
}{
	{26000, 26328, "America/Matamoros"},
	{26400, 26499, "America/Matamoros"},
	{26640, 26699, "America/Matamoros"},
	{27500, 27549, "America/Matamoros"},
	{31820, 31849, "America/Ciudad_Juarez"},
	{32000, 32792, "America/Ciudad_Juarez"},
	{32850, 32897, "America/Ojinaga"},
	{32980, 32998, "America/Ojinaga"},
	{63726, 63739, "America/Bahia_Banderas"},
	{65000, 65069, "America/Matamoros"},
	{87300, 87589, "America/Matamoros"},
	{88000, 88879, "America/Matamoros"},
	{88900, 88999, "America/Matamoros"},
}

// CodigoPostal returns what is known of a postal code. Without the full catalogue
// the state, the border flag and the zone come from ranges: then true means that
// the number belongs to a state, and only false is certain.
func (c *Catalog) CodigoPostal(cp string) (CodigoPostal, bool) {
	r, ok := c.postal(cp)
	if !ok {
		return CodigoPostal{}, false
	}
	row := CodigoPostal{Clave: cp, Estado: r.estado, Frontera: int(r.frontera)}
	if r.municipio != 0 {
		row.Municipio = strconv.Itoa(1000 + int(r.municipio))[1:]
	}
	if r.localidad != 0 {
		row.Localidad = strconv.Itoa(100 + int(r.localidad))[1:]
	}
	return row, true
}

// Location returns the time zone of a postal code by IANA name; that of Mexico
// City when there is no such code.
func (c *Catalog) Location(cp string) *time.Location {
	zone := "America/Mexico_City"
	if r, ok := c.postal(cp); ok {
		zone = r.zona
	}
	return c.zones[zone]
}

// postal finds the run a postal code lies in, in the full catalogue when it was
// imported, by rule otherwise.
func (c *Catalog) postal(cp string) (cpRange, bool) {
	n, ok := postalNumber(cp)
	if !ok {
		return cpRange{}, false
	}
	if c.postales != nil {
		return findPostal(c.postales, n)
	}
	r, ok := findPostal(stateRanges, n)
	if !ok {
		return cpRange{}, false
	}
	r.frontera = borderByRange(r, n)
	r.zona = zoneByRange(r, n)
	return r, true
}

func postalNumber(cp string) (uint32, bool) {
	if len(cp) != 5 {
		return 0, false
	}
	n, err := strconv.ParseUint(cp, 10, 32)
	return uint32(n), err == nil
}

func findPostal(runs []cpRange, n uint32) (cpRange, bool) {
	i := sort.Search(len(runs), func(i int) bool { return runs[i].hasta >= n })
	if i == len(runs) || runs[i].desde > n {
		return cpRange{}, false
	}
	return runs[i], true
}

func borderByRange(state cpRange, n uint32) int8 {
	if state.frontera != -1 {
		return state.frontera
	}
	i := sort.Search(len(borderRanges), func(i int) bool { return borderRanges[i].hasta >= n })
	if i == len(borderRanges) || borderRanges[i].desde > n {
		return -1
	}
	return borderRanges[i].frontera
}

func zoneByRange(state cpRange, n uint32) string {
	i := sort.Search(len(zoneRanges), func(i int) bool { return zoneRanges[i].hasta >= n })
	if i == len(zoneRanges) || zoneRanges[i].desde > n {
		return state.zona
	}
	return zoneRanges[i].zona
}
