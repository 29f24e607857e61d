package complementos_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/donat"
	"iofacturo.mx/cfdi/hidrocarburospetroliferos"
	"iofacturo.mx/cfdi/iedu"
	"iofacturo.mx/cfdi/ine"
	"iofacturo.mx/cfdi/leyendasfisc"
	"iofacturo.mx/cfdi/notariospublicos"
	"iofacturo.mx/cfdi/servicioparcial"
	"iofacturo.mx/cfdi/vehiculousado"
	"iofacturo.mx/decimal"
)

var cat = catalogo.New()

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

// carrier is a plain invoice, in the regime of donees, of a line of diesel.
func carrier() *cfdi.Comprobante {
	c := &cfdi.Comprobante{
		Version: "4.0", Fecha: "2026-11-20T11:58:00", FormaPago: "03", Moneda: "MXN", TipoDeComprobante: "I", Exportacion: "01",
		MetodoPago: "PUE", LugarExpedicion: "06600",
		Emisor:   cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "603"},
		Receptor: cfdi.Receptor{Rfc: "H&E951128469", Nombre: "HERRERIA & ELECTRICOS", DomicilioFiscalReceptor: "06002", RegimenFiscalReceptor: "601", UsoCFDI: "G03"},
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "15101505", Cantidad: num("1"), ClaveUnidad: "LTR", Descripcion: "x", ValorUnitario: num("1000.00"), ObjetoImp: "01",
		}},
	}
	c.Totalize(cat)
	return c
}

// A sample is one complement as its builder makes it, with all that may be added,
// and what must not be done to it.
type sample struct {
	name    string
	line    bool // of a Concepto
	make    func() cfdi.Complemento
	changes []change
}

type change struct {
	want   string // code and path below the complement
	change func(k cfdi.Complemento)
}

// on makes a change of a type.
func on[T cfdi.Complemento](f func(T)) func(cfdi.Complemento) {
	return func(k cfdi.Complemento) { f(k.(T)) }
}

func samples() []sample {
	return []sample{
		{"donat", false, func() cfdi.Complemento { return donat.New("600-04-02-2015-123", "2015-06-30") }, []change{
			{"301 version", on(func(d *donat.Donatarias) { d.Version = "1.0" })},
			{"301 noAutorizacion", on(func(d *donat.Donatarias) { d.NoAutorizacion = "" })},
			{"301 noAutorizacion", on(func(d *donat.Donatarias) { d.NoAutorizacion = "a|b" })},
			{"301 fechaAutorizacion", on(func(d *donat.Donatarias) { d.FechaAutorizacion = "30/06/2015" })},
			{"301 leyenda", on(func(d *donat.Donatarias) { d.Leyenda = " " })},
		}},
		{"iedu", true, func() cfdi.Complemento {
			i := iedu.New("JOSÉ <PÉREZ>  & LÓPEZ", "PELJ100101HDFRPSA1", "Profesional técnico", "201587PRIM")
			i.RfcPago = "CACX7605101P8"
			return i
		}, []change{
			{"301 version", on(func(i *iedu.InstEducativas) { i.Version = "1.1" })},
			{"301 nombreAlumno", on(func(i *iedu.InstEducativas) { i.NombreAlumno = "" })},
			{"301 CURP", on(func(i *iedu.InstEducativas) { i.CURP = "PELJ109901HDFRPS09" })},
			{"301 nivelEducativo", on(func(i *iedu.InstEducativas) { i.NivelEducativo = "Universidad" })},
			{"301 rfcPago", on(func(i *iedu.InstEducativas) { i.RfcPago = "CACX761" })},
		}},
		{"leyendasfisc", false, func() cfdi.Complemento {
			l := leyendasfisc.New("Una", "Otra \"con\" comillas")
			l.Leyenda[1].DisposicionFiscal, l.Leyenda[1].Norma = "RESDERAUTH", "Artículo 2. Fracción IV."
			return l
		}, []change{
			{"301 version", on(func(l *leyendasfisc.LeyendasFiscales) { l.Version = "2.0" })},
			{"301 Leyenda", on(func(l *leyendasfisc.LeyendasFiscales) { l.Leyenda = nil })},
			{"301 Leyenda[1].textoLeyenda", on(func(l *leyendasfisc.LeyendasFiscales) { l.Leyenda[1].TextoLeyenda = "" })},
			{"301 Leyenda[1].norma", on(func(l *leyendasfisc.LeyendasFiscales) { l.Leyenda[1].Norma = "|" })},
		}},
		{"ine", false, func() cfdi.Complemento {
			n := ine.New("Ordinario")
			n.TipoComite, n.IdContabilidad = "Ejecutivo Estatal", "123456"
			n.Entidad = []ine.Entidad{
				{ClaveEntidad: "JAL", Ambito: "Local", Contabilidad: []ine.Contabilidad{{IdContabilidad: "1"}, {IdContabilidad: "22"}}}, {ClaveEntidad: "DIF"},
			}
			return n
		}, []change{
			{"301 Version", on(func(n *ine.INE) { n.Version = "1.0" })},
			{"301 TipoProceso", on(func(n *ine.INE) { n.TipoProceso = "" })},
			{"301 TipoComite", on(func(n *ine.INE) { n.TipoComite = "Municipal" })},
			{"301 IdContabilidad", on(func(n *ine.INE) { n.IdContabilidad = "1234567" })},
			{"301 Entidad[0].ClaveEntidad", on(func(n *ine.INE) { n.Entidad[0].ClaveEntidad = "CMX" })},
			{"301 Entidad[0].Ambito", on(func(n *ine.INE) { n.Entidad[0].Ambito = "Estatal" })},
			{"301 Entidad[0].Contabilidad[1].IdContabilidad", on(func(n *ine.INE) { n.Entidad[0].Contabilidad[1].IdContabilidad = "x" })},
			{"INE01 TipoComite", on(func(n *ine.INE) { n.TipoComite = "" })},
			{"INE02 Entidad[1].Ambito", on(func(n *ine.INE) { n.TipoProceso = "Campaña" })},
			{"INE03 Entidad[1]", on(func(n *ine.INE) { n.Entidad[1] = n.Entidad[0] })},
		}},
		{"servicioparcial", false, func() cfdi.Complemento {
			return servicioparcial.New("LIC-123/2026", servicioparcial.Inmueble{
				Calle: "Reforma", NoExterior: "1", NoInterior: "2", Colonia: "Juárez", Localidad: "México", Referencia: "esquina", Municipio: "Cuauhtémoc",
				Estado: "09", CodigoPostal: "06600",
			})
		}, []change{
			{"301 Version", on(func(p *servicioparcial.Parcialesconstruccion) { p.Version = "2.0" })},
			{"301 NumPerLicoAut", on(func(p *servicioparcial.Parcialesconstruccion) { p.NumPerLicoAut = strings.Repeat("1", 41) })},
			{"301 Inmueble.Calle", on(func(p *servicioparcial.Parcialesconstruccion) { p.Inmueble.Calle = "" })},
			{"301 Inmueble.Estado", on(func(p *servicioparcial.Parcialesconstruccion) { p.Inmueble.Estado = "33" })},
			{"301 Inmueble.CodigoPostal", on(func(p *servicioparcial.Parcialesconstruccion) { p.Inmueble.CodigoPostal = "6600" })},
		}},
		{"vehiculousado", false, func() cfdi.Complemento {
			v := vehiculousado.New("1234567", "Nissan", "Sedán", "2019", num("100000.00"), num("120000.00"), num("118000.00"))
			v.NumeroMotor, v.NumeroSerie, v.NIV = "M1", "S1", "3N1AB7AP9KY123456"
			v.InformacionAduanera = []vehiculousado.InformacionAduanera{{Numero: "1", Fecha: "2019-02-28", Aduana: "Nogales"}, {Numero: "2", Fecha: "2019-03-01"}}
			return v
		}, []change{
			{"301 Version", on(func(v *vehiculousado.VehiculoUsado) { v.Version = "" })},
			{"301 montoAdquisicion", on(func(v *vehiculousado.VehiculoUsado) { v.MontoAdquisicion = decimal.Decimal{} })},
			{"301 valor", on(func(v *vehiculousado.VehiculoUsado) { v.Valor = num("-1") })},
			{"301 valor", on(func(v *vehiculousado.VehiculoUsado) { v.Valor = num("1.0000001") })},
			{"301 claveVehicular", on(func(v *vehiculousado.VehiculoUsado) { v.ClaveVehicular = "12345678" })},
			{"301 modelo", on(func(v *vehiculousado.VehiculoUsado) { v.Modelo = "19" })},
			{"301 InformacionAduanera[1].fecha", on(func(v *vehiculousado.VehiculoUsado) { v.InformacionAduanera[1].Fecha = "2019-02-30" })},
		}},
		{"hidrocarburospetroliferos", true, func() cfdi.Complemento {
			return hidrocarburospetroliferos.New("PER01", "PL/12345/EXP/ES/2019", "15101505", "SP18")
		}, []change{
			{"301 Version", on(func(h *hidrocarburospetroliferos.HidroYPetro) { h.Version = "1.1" })},
			{"301 TipoPermiso", on(func(h *hidrocarburospetroliferos.HidroYPetro) { h.TipoPermiso = "PER12" })},
			{"301 NumeroPermiso", on(func(h *hidrocarburospetroliferos.HidroYPetro) { h.NumeroPermiso = "PL/12345/EXP/ES/19" })},
			{"301 ClaveHYP", on(func(h *hidrocarburospetroliferos.HidroYPetro) { h.ClaveHYP = "15101500" })},
			{"301 SubProductoHYP", on(func(h *hidrocarburospetroliferos.HidroYPetro) { h.SubProductoHYP = "SP16" })},
			{"HYP01 ClaveHYP", on(func(h *hidrocarburospetroliferos.HidroYPetro) { h.ClaveHYP, h.SubProductoHYP = "15101514", "SP16" })},
		}},
		{"notariospublicos", false, notary, notaryChanges()},
	}
}

func notary() cfdi.Complemento {
	n := notariospublicos.New()
	n.DescInmuebles = []notariospublicos.DescInmueble{
		{TipoInmueble: "03", Calle: "Reforma", Municipio: "Cuauhtémoc", Estado: "09", Pais: "MEX", CodigoPostal: "06600"},
		{
			TipoInmueble: "05", Calle: "Juárez", NoExterior: "1", NoInterior: "A", Colonia: "Centro", Localidad: "México", Referencia: "x",
			Municipio: "Cuauhtémoc", Estado: "09", Pais: "MEX", CodigoPostal: "06600",
		},
	}
	n.DatosOperacion = notariospublicos.DatosOperacion{
		NumInstrumentoNotarial: "123", FechaInstNotarial: "2026-11-19", MontoOperacion: num("1000000.00"), Subtotal: num("10000.00"), IVA: num("1600.00"),
	}
	n.DatosNotario = notariospublicos.DatosNotario{CURP: "PELJ600101HDFRPS01", NumNotaria: "45", EntidadFederativa: "09", Adscripcion: "Ciudad de México"}
	n.Vende(notariospublicos.Persona{Nombre: "JOSÉ", ApellidoPaterno: "PÉREZ", ApellidoMaterno: "LÓPEZ", RFC: "CACX7605101P8", CURP: "PELJ600101HDFRPS01"})
	n.Compra(
		notariospublicos.Persona{Nombre: "INMUEBLES & CASAS", RFC: "EKU9003173C9", Porcentaje: num("60.00")},
		notariospublicos.Persona{Nombre: "ANA", ApellidoPaterno: "RUIZ", ApellidoMaterno: "SOTO", RFC: "FUNK671228PH6", CURP: "FUNK671228MCLNLR05", Porcentaje: num("40.00")},
	)
	return n
}

func notaryChanges() []change {
	type N = notariospublicos.NotariosPublicos
	return []change{
		{"301 Version", on(func(n *N) { n.Version = "1.1" })},
		{"301 DescInmuebles", on(func(n *N) { n.DescInmuebles = nil })},
		{"301 DescInmuebles[0].Pais", on(func(n *N) { n.DescInmuebles[0].Pais = "México" })},
		{"301 DescInmuebles[1].TipoInmueble", on(func(n *N) { n.DescInmuebles[1].TipoInmueble = "5" })},
		{"301 DatosOperacion.NumInstrumentoNotarial", on(func(n *N) { n.DatosOperacion.NumInstrumentoNotarial = "0" })},
		{"301 DatosOperacion.FechaInstNotarial", on(func(n *N) { n.DatosOperacion.FechaInstNotarial = "19-11-2026" })},
		{"301 DatosOperacion.IVA", on(func(n *N) { n.DatosOperacion.IVA = decimal.Decimal{} })},
		{"301 DatosNotario.CURP", on(func(n *N) { n.DatosNotario.CURP = "PELJ" })},
		{"301 DatosNotario.NumNotaria", on(func(n *N) { n.DatosNotario.NumNotaria = "1000" })},
		{"301 DatosNotario.EntidadFederativa", on(func(n *N) { n.DatosNotario.EntidadFederativa = "33" })},
		{"301 DatosEnajenante", on(func(n *N) { n.DatosEnajenante.Uno = nil })},
		{"301 DatosEnajenante.Uno.ApellidoPaterno", on(func(n *N) { n.DatosEnajenante.Uno.ApellidoPaterno = "" })},
		{"301 DatosEnajenante.Uno.CURP", on(func(n *N) { n.DatosEnajenante.Uno.CURP = "" })},
		{"301 DatosEnajenante.CoproSocConyugal", on(func(n *N) { n.DatosEnajenante.CoproSocConyugal = "Si" })},
		{"301 DatosAdquiriente.Varios[0].RFC", on(func(n *N) { n.DatosAdquiriente.Varios[0].RFC = "EKU" })},
		{"301 DatosAdquiriente.Varios[1].CURP", on(func(n *N) { n.DatosAdquiriente.Varios[1].CURP = "X" })},
		{"301 DatosAdquiriente.Varios[1].Porcentaje", on(func(n *N) { n.DatosAdquiriente.Varios[1].Porcentaje = decimal.Decimal{} })},
		{"NOTARIOS01 DatosAdquiriente", on(func(n *N) { n.DatosAdquiriente.Varios[1].Porcentaje = num("39.99") })},
	}
}

// least are those that may say less, with nothing that they need not.
func least() []sample {
	return []sample{
		{"iedu", true, func() cfdi.Complemento { return iedu.New("ANA", "XEXX010101HNEXXXA4", "Primaria", "1") }, nil},
		{"leyendasfisc", false, func() cfdi.Complemento { return leyendasfisc.New("Una") }, nil},
		{"ine", false, func() cfdi.Complemento { return ine.New("Campaña") }, nil},
		{"servicioparcial", false, func() cfdi.Complemento {
			return servicioparcial.New("1", servicioparcial.Inmueble{Calle: "a", Municipio: "b", Estado: "01", CodigoPostal: "06600"})
		}, nil},
		{"vehiculousado", false, func() cfdi.Complemento {
			return vehiculousado.New("1", "a", "b", "2019", num("1.00"), num("2.00"), num("3.00"))
		}, nil},
		{"notariospublicos", false, func() cfdi.Complemento {
			n := notary().(*notariospublicos.NotariosPublicos)
			n.DescInmuebles, n.DatosNotario.Adscripcion = n.DescInmuebles[:1], ""
			n.Compra(notariospublicos.Persona{Nombre: "INMUEBLES", RFC: "EKU9003173C9"})
			return n
		}, nil},
	}
}

// carried puts k where it belongs.
func (s sample) carried(k cfdi.Complemento) *cfdi.Comprobante {
	c := carrier()
	if s.line {
		c.Conceptos[0].Complementos = cfdi.Complementos{k}
	} else {
		c.Complementos = cfdi.Complementos{k}
	}
	return c
}

func (s sample) found(k cfdi.Complemento) []string {
	c := s.carried(k)
	out := []string{}
	for _, f := range k.Validate(c, cat, time.Time{}) {
		path := strings.TrimPrefix(strings.TrimPrefix(f.Path, "Conceptos[0]."), "Complementos[0]")
		out = append(out, f.Code+" "+strings.TrimPrefix(path, "."))
	}
	return out
}

func TestEachFindsItsFaults(t *testing.T) {
	for _, s := range samples() {
		if got := s.found(s.make()); len(got) > 0 {
			t.Errorf("%s is right and is told %v", s.name, got)
		}
		for _, f := range cfdi.Validate(s.carried(s.make()), cat, time.Time{}).Errors() {
			t.Errorf("%s: %v", s.name, f)
		}
		for _, c := range s.changes {
			k := s.make()
			c.change(k)
			if diff := cmp.Diff([]string{c.want}, s.found(k)); diff != "" {
				t.Errorf("%s, %s:\n%s", s.name, c.want, diff)
			}
			for _, f := range k.Validate(s.carried(k), cat, time.Time{}) {
				if !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
					t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
				}
			}
		}
	}
}

// TestDonationOfWhoIsNoDonee is told, not refused.
func TestDonationOfWhoIsNoDonee(t *testing.T) {
	d := donat.New("1", "2015-06-30")
	c := carrier()
	c.Emisor.RegimenFiscal, c.Complementos = "601", cfdi.Complementos{d}
	if found := d.Validate(c, cat, time.Time{}); len(found) != 1 || found[0].Code != "DONAT01" || found[0].IsError() {
		t.Error(found)
	}
}

func TestReadsWhatItWrites(t *testing.T) {
	for _, s := range samples() {
		c := s.carried(s.make())
		doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if diff := cmp.Diff(c, doc.Comprobante); diff != "" {
			t.Errorf("%s:\n%s", s.name, diff)
		}
		if known := s.make().Known(); !slices.ContainsFunc(complementos.All, func(k cfdi.Known) bool { return k.Name() == known.Name() && k.Read != nil }) {
			t.Errorf("%s is not listed", s.name)
		}
	}
}

// TestGolden keeps XML and cadena of each.
func TestGolden(t *testing.T) {
	for _, s := range samples() {
		c := s.carried(s.make())
		cfditest.Golden(t, s.name+".xml", string(cfdi.WriteXML(c)))
		cfditest.Golden(t, s.name+".cadena", cfditest.Cadena(t, c))
	}
}

// TestOracle: schema and stylesheet of the SAT agree, with all that a complement
// may say and with the least.
func TestOracle(t *testing.T) {
	var docs []cfditest.Doc
	for _, s := range append(samples(), least()...) {
		docs = append(docs, cfditest.CFDI(t, s.name, s.carried(s.make())))
	}
	cfditest.Agree(t, docs)
}

// TestEachRuleSaysWhere: a code points somewhere, but for those of the schema, which may be found anywhere.
func TestEachRuleSaysWhere(t *testing.T) {
	for _, r := range slices.Concat(cfdi.Rules(), complementos.Rules()) {
		if anywhere := r.Code == "CFDI40999" || r.Code == "301"; (r.Path == "") != anywhere {
			t.Errorf("%s: %q", r.Code, r.Path)
		}
	}
}
