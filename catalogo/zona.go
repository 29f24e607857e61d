package catalogo

import (
	"slices"
	"strings"
	"time"
)

// zone is an IANA zone and its standard offset in hours.
type zone struct {
	name   string
	offset int
}

// zoneNames are the IANA zones of Mexico that differ since the reform of 2022,
// with their standard offset in hours for a machine without zone data.
var zoneNames = []zone{
	{"America/Mexico_City", -6},
	{"America/Cancun", -5},
	{"America/Hermosillo", -7},
	{"America/Mazatlan", -7},
	{"America/Bahia_Banderas", -6},
	{"America/Tijuana", -8},
	{"America/Ciudad_Juarez", -7},
	{"America/Ojinaga", -6},
	{"America/Matamoros", -6},
	{"America/Chihuahua", -6},
}

// loadZones reads the zones once, so that Location allocates nothing.
func loadZones() map[string]*time.Location {
	zones := make(map[string]*time.Location, len(zoneNames))
	for _, z := range zoneNames {
		loc, err := time.LoadLocation(z.name)
		if err != nil { // no zone data on this machine: the standard offset is right but in the border's summer
			loc = time.FixedZone(z.name, z.offset*60*60)
		}
		zones[z.name] = loc
	}
	return zones
}

// zoneOf tells the zone of a postal code of the full catalogue: by the SAT's text
// where it says more than the state, by its number otherwise.
func zoneOf(cp, estado, huso string) string {
	switch {
	case strings.Contains(huso, "Centro en Frontera"):
		return "America/Matamoros"
	case strings.Contains(huso, "Sureste"):
		return "America/Cancun"
	case strings.Contains(huso, "Noroeste"):
		return "America/Tijuana"
	}
	n, _ := postalNumber(cp)
	if state, ok := findPostal(stateRanges, n); ok && state.estado == estado {
		return zoneByRange(state, n)
	}
	return "America/Mexico_City"
}

func knownZone(name string) bool {
	return slices.ContainsFunc(zoneNames, func(z zone) bool { return z.name == name })
}
