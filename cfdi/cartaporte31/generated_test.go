package cartaporte31_test

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/decimal"
)

// anyGoods draws goods as a haulier tells of them.
func anyGoods(rt *rapid.T, cruce *cp31.Cruce) cp31.Mercancia {
	m := cajas()
	m.Descripcion = rapid.SampledFrom([]string{"Refrescos", "Jugos «finos» & <varios>", "Niño \"Dios\" de yeso", "a"}).Draw(rt, "what")
	m.Cantidad = decimal.New(rapid.Int64Range(1, 9_000_000).Draw(rt, "cantidad"), rapid.IntRange(0, 6).Draw(rt, "decimals"))
	m.PesoEnKg = decimal.New(rapid.Int64Range(1, 40_000_000).Draw(rt, "grams"), 3)
	switch rapid.IntRange(0, 3).Draw(rt, "kind") {
	case 0:
		m.BienesTransp, m.CveMaterialPeligroso, m.Embalaje = "15101514", "1203", "Z01"
	case 1:
		m.BienesTransp, m.MaterialPeligroso = "51101536", "No"
	case 2:
		m.BienesTransp, m.CveMaterialPeligroso, m.Embalaje, m.DescripEmbalaje = "11121900", "1203", "4G", "Caja"
	}
	if rapid.Bool().Draw(rt, "valued") {
		m.ValorMercancia = decimal.New(rapid.Int64Range(1, 90_000_00).Draw(rt, "value"), 2)
		m.Moneda = rapid.SampledFrom([]string{"", "USD"}).Draw(rt, "currency")
	}
	if rapid.Bool().Draw(rt, "measured") {
		m.Dimensiones, m.Unidad = "59/40/36plg", "Caja"
	}
	if cruce != nil {
		m.TipoMateria = rapid.SampledFrom([]string{"01", "02", "03", "04"}).Draw(rt, "materia")
		if rapid.Bool().Draw(rt, "other matter") {
			m.TipoMateria, m.DescripcionMateria = "05", "Semilla"
		}
		if cruce.Entrada {
			m.DocumentacionAduanera = []cp31.DocumentacionAduanera{{TipoDocumento: "01", NumPedimento: "26  24  3807  6000123", RFCImpo: kemper}}
		}
		if !cruce.Entrada && rapid.Bool().Draw(rt, "papers") {
			m.DocumentacionAduanera = []cp31.DocumentacionAduanera{{TipoDocumento: "18", IdentDocAduanero: "AC-1"}}
		}
		if rapid.Bool().Draw(rt, "fraction") {
			m.FraccionArancelaria = rapid.SampledFrom([]string{"3004909999", "30049099"}).Draw(rt, "fraccion")
		}
	}
	return m
}

// anyJourney draws a journey within Mexico or across its border, of own goods or of
// somebody else's.
func anyJourney(rt *rapid.T) *cfdi.Comprobante {
	j := cp31.Viaje{Camion: camion(), Operadores: chofer(), Devolucion: rapid.Bool().Draw(rt, "given back")}
	if rapid.Bool().Draw(rt, "crosses") {
		j.Cruce = &cp31.Cruce{Entrada: rapid.Bool().Draw(rt, "comes in"), Pais: "USA", Regimenes: []string{"EXD"}}
		if j.Cruce.Entrada {
			j.Cruce.Regimenes = []string{"IMD", "DFI"}
		}
	}
	if rapid.Bool().Draw(rt, "trailer") {
		j.Camion.IdentificacionVehicular.ConfigVehicular = rapid.SampledFrom([]string{"T3S2", "C2R2", "VL"}).Draw(rt, "config")
		j.Camion.Remolques = []cp31.Remolque{{SubTipoRem: "CTR028", Placa: "98ZY7X"}}
	}
	if rapid.Bool().Draw(rt, "isthmus") {
		j.Istmo = &cp31.Istmo{Origen: "01", Destino: "05"}
	}
	if rapid.Bool().Draw(rt, "owner") {
		j.Figuras = []cp31.TiposFigura{{TipoFigura: "02", RFCFigura: urr, NombreFigura: "Dueña", PartesTransporte: []cp31.PartesTransporte{{ParteTransporte: "PT03"}}}}
	}
	if rapid.Bool().Draw(rt, "foreign driver") {
		j.Operadores = append(j.Operadores, cp31.Operador{NumRegIdTrib: "123456789", Nombre: "John Doe", Licencia: "TX000001", ResidenciaFiscal: "USA"})
	}
	n := rapid.IntRange(2, 6).Draw(rt, "stops")
	for i := range n {
		p := cp31.Parada{Rfc: kemper, Fecha: "2026-11-2" + strconv.Itoa(i) + "T08:00:00", Domicilio: home("42501", "HID")}
		if j.Cruce != nil && (i == 0) == j.Cruce.Entrada && (i == 0 || i == n-1) {
			p = cp31.Parada{NumRegIdTrib: "123456789", ResidenciaFiscal: "USA", Nombre: "ACME", Fecha: p.Fecha, Domicilio: cp31.Domicilio{Estado: "TX", Pais: "USA", CodigoPostal: "78040"}}
		}
		if i > 0 {
			p.Kilometros = decimal.New(rapid.Int64Range(1, 400_000).Draw(rt, "metres ×10"), 2)
			j.Carga = append(j.Carga, cp31.Carga{Mercancia: anyGoods(rt, j.Cruce), De: rapid.IntRange(0, i-1).Draw(rt, "from"), A: i})
		}
		j.Paradas = append(j.Paradas, p)
	}
	v, err := j.CartaPorte(id)
	if err != nil {
		rt.Fatal(err)
	}
	if rapid.Bool().Draw(rt, "freight") {
		return freight(v, rapid.SampledFrom([]string{"78101802", "78101800"}).Draw(rt, "service"))
	}
	return own(v)
}

// TestWhateverJourneyIsRight: no rule, of the complement or of the CFDI, finds an
// error, with the large catalogues imported or without.
func TestWhateverJourneyIsRight(t *testing.T) {
	full := tiny(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := anyJourney(rt)
		for _, by := range []*catalogo.Catalog{cat, full} {
			for _, f := range cfdi.Validate(c, by, time.Time{}).Errors() {
				rt.Errorf("%s %s: %s\n%s", f.Code, f.Path, f.Message, cfdi.WriteXML(c))
			}
		}
		// The rules count as the builder does: this is counted anew.
		v := cp31.De(c)
		kilos, km := decimal.FromInt(0), decimal.FromInt(0)
		for _, m := range v.Mercancias.Mercancia {
			kilos = kilos.Add(m.PesoEnKg)
		}
		for _, u := range v.Ubicaciones {
			km = km.Add(u.DistanciaRecorrida)
		}
		if v.Mercancias.PesoBrutoTotal.Cmp(kilos) != 0 || v.TotalDistRec.Cmp(km) != 0 {
			rt.Errorf("%s kg and %s km are not %s and %s", v.Mercancias.PesoBrutoTotal, v.TotalDistRec, kilos, km)
		}
	})
}

// TestWhateverJourneyMeetsTheOracle: schema and stylesheet of the SAT agree with a sample.
func TestWhateverJourneyMeetsTheOracle(t *testing.T) {
	var docs []cfditest.Doc
	for i := range 12 {
		docs = append(docs, cfditest.CFDI(t, "journey"+strconv.Itoa(i), rapid.Custom(anyJourney).Example(i)))
	}
	cfditest.Agree(t, docs)
}
