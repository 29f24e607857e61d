package cartaporte31_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
)

func TestIdCCP(t *testing.T) {
	var random [16]byte
	for i := range random {
		random[i] = byte(i)
	}
	if got := cp31.NewIdCCP(random); got != id {
		t.Errorf("got %s, want %s", got, id)
	}
	rapid.Check(t, func(rt *rapid.T) {
		copy(random[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, "random"))
		c := local()
		cp31.De(c).IdCCP = cp31.NewIdCCP(random)
		if got := found(c, cp31.De(c)); len(got) > 0 {
			rt.Fatalf("%s: %v", cp31.De(c).IdCCP, got)
		}
	})
}

// TestStopWhereBothHappen: it is a Destino and then an Origen, what is driven counts to
// each Destino, and each load tells where it goes.
func TestStopWhereBothHappen(t *testing.T) {
	v := cp31.De(reparto())
	var got []string
	for _, u := range v.Ubicaciones {
		got = append(got, u.TipoUbicacion+" "+u.IDUbicacion+" "+u.DistanciaRecorrida.String())
	}
	want := []string{"Origen OR000001 ", "Destino DE000002 60.5", "Origen OR000002 ", "Destino DE000003 250.25"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if v.TotalDistRec.String() != "310.75" || v.Mercancias.NumTotalMercancias.String() != "3" || v.Mercancias.PesoBrutoTotal.String() != "17401.000" {
		t.Errorf("distance %s, goods %s, weight %s", v.TotalDistRec, v.Mercancias.NumTotalMercancias, v.Mercancias.PesoBrutoTotal)
	}
	q := v.Mercancias.Mercancia[2].CantidadTransporta
	if len(q) != 1 || q[0].IDOrigen != "OR000002" || q[0].IDDestino != "DE000003" || q[0].Cantidad.Cmp(num("100")) != 0 {
		t.Errorf("%+v", q)
	}
	if m := v.Mercancias.Mercancia[2]; m.Moneda != "MXN" {
		t.Errorf("worth %s of %q", m.ValorMercancia, m.Moneda)
	}
}

// TestDrivenToLoad: kilometres to a second place of loading count to the next Destino.
func TestDrivenToLoad(t *testing.T) {
	j := trip()
	j.Paradas = append(j.Paradas[:1], j.Paradas[0], j.Paradas[1])
	j.Paradas[1].Kilometros, j.Paradas[2].Kilometros = num("5"), num("20")
	j.Carga = []cp31.Carga{{Mercancia: cajas(), De: 0, A: 2}, {Mercancia: cajas(), De: 1, A: 2}}
	v := journey(j)
	if n := len(v.Ubicaciones); n != 3 || v.Ubicaciones[2].DistanciaRecorrida.String() != "25" || !v.Ubicaciones[1].DistanciaRecorrida.IsZero() {
		t.Errorf("%+v", v.Ubicaciones)
	}
	if got := found(own(v), v); len(got) > 0 {
		t.Error(got)
	}
}

func trip() cp31.Viaje {
	return cp31.Viaje{
		Paradas: []cp31.Parada{
			{Rfc: kemper, Fecha: "2026-11-20T13:00:00", Domicilio: home("42501", "HID")},
			{Rfc: kemper, Fecha: "2026-11-20T15:00:00", Domicilio: home("06600", "CMX"), Kilometros: num("95.4")},
		},
		Carga:  []cp31.Carga{{Mercancia: cajas(), De: 0, A: 1}},
		Camion: camion(), Operadores: chofer(),
	}
}

// TestWhatIsNotAskedForIsLeftOut: the insurance of a lorry that carries nothing
// dangerous, and the word No of goods that never are.
func TestWhatIsNotAskedForIsLeftOut(t *testing.T) {
	j := trip()
	j.Carga[0].BienesTransp, j.Carga[0].MaterialPeligroso = "43211503", "No"
	v := journey(j)
	s := v.Mercancias.Autotransporte.Seguros
	if s.AseguraMedAmbiente+s.PolizaMedAmbiente+v.Mercancias.Mercancia[0].MaterialPeligroso != "" {
		t.Errorf("%+v", v.Mercancias)
	}
	if j.Camion.Seguros.PolizaMedAmbiente == "" || j.Carga[0].MaterialPeligroso == "" {
		t.Error("what was given changed")
	}
	if got := found(own(v), v); len(got) > 0 {
		t.Error(got)
	}
}

func TestJourneysThatCannotBe(t *testing.T) {
	for _, k := range []struct {
		want   string
		change func(j *cp31.Viaje)
	}{
		{"en una parada que no existe", func(j *cp31.Viaje) { j.Carga[0].A = 2 }},
		{"en una parada que no existe", func(j *cp31.Viaje) { j.Carga[0].De = -1 }},
		{"después de cargarse", func(j *cp31.Viaje) { j.Carga[0].De = 1 }},
		{"En la parada 3 no se carga", func(j *cp31.Viaje) { j.Paradas = append(j.Paradas, j.Paradas[1]) }},
		{"Faltan los kilómetros hasta la parada 2", func(j *cp31.Viaje) { j.Paradas[1].Kilometros = none }},
		{"Faltan los kilómetros hasta la parada 3", func(j *cp31.Viaje) {
			j.Paradas = append(j.Paradas, j.Paradas[0])
			j.Carga = append(j.Carga, cp31.Carga{Mercancia: cajas(), De: 0, A: 2})
		}},
	} {
		j := trip()
		k.change(&j)
		_, err := j.CartaPorte(id)
		if !errors.As(err, new(*cp31.ViajeError)) || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%v, want %s", err, k.want)
		}
	}
}

// TestAnyJourneyIsRight: whatever goods go from any stop to any later one, what comes
// out breaks no rule.
func TestAnyJourneyIsRight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := trip()
		n := rapid.IntRange(2, 6).Draw(rt, "stops")
		first, last := j.Paradas[0], j.Paradas[1]
		j.Paradas, j.Carga = []cp31.Parada{first}, nil
		for i := 1; i < n; i++ {
			p := last
			p.Kilometros = num(rapid.StringMatching(`[1-9][0-9]{0,2}(\.[0-9]{1,2})?`).Draw(rt, "km"))
			j.Paradas = append(j.Paradas, p)
			m := cajas()
			m.PesoEnKg = num(rapid.StringMatching(`[1-9][0-9]{0,4}(\.[0-9]{1,3})?`).Draw(rt, "kg"))
			if rapid.Bool().Draw(rt, "gasoline") {
				m.BienesTransp, m.CveMaterialPeligroso, m.Embalaje = "15101514", "1203", "Z01"
			}
			j.Carga = append(j.Carga, cp31.Carga{Mercancia: m, De: rapid.IntRange(0, i-1).Draw(rt, "from"), A: i})
		}
		if len(j.Carga) > 0 {
			j.Carga[0].De = 0
		}
		v, err := j.CartaPorte(id)
		if err != nil {
			rt.Fatal(err)
		}
		c := own(v)
		if got := found(c, v); len(got) > 0 {
			rt.Fatalf("%v\n%s", got, cfdi.WriteXML(c))
		}
	})
}
