package retenciones_test

import (
	"bytes"
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
	"iofacturo.mx/retenciones"
)

// A company pays dividends to a partner, withholds 10 % and says so in a sealed document. The
// certificate is one of a test authority.
func Example() {
	now := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	ca, err := prueba.New(now, 2048)
	if err != nil {
		fmt.Println(err)
		return
	}
	password := []byte("contraseña de prueba")
	cer, llave, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", password)
	if err != nil {
		fmt.Println(err)
		return
	}
	certificate, err := csd.ParseCertificate(cer)
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := csd.OpenKey(llave, password)
	if err != nil {
		fmt.Println(err)
		return
	}

	d := decimal.MustParse
	r := retenciones.New("14", // dividends or profits distributed
		retenciones.Emisor{RfcE: "EKU9003173C9", NomDenRazSocE: "ESCUELA KEMPER URGATE", RegimenFiscalE: "601"},
		retenciones.ANacional(retenciones.Nacional{RfcR: "CACX7605101P8", NomDenRazSocR: "XOCHILT CASAS CHAVEZ", DomicilioFiscalR: "36257"}),
		retenciones.Periodo{MesIni: "10", MesFin: "10", Ejercicio: "2026"})
	r.FolioInt, r.FechaExp, r.LugarExpRetenc = "D1", "2026-11-20T11:00:00", "42501"
	r.Totales.MontoTotGrav = d("100000.00")
	r.Withhold("001", d("100000.00"), d("0.10"), "03")
	r.Complementos = []retenciones.Complemento{retenciones.NewDividendos(retenciones.DividOUtil{
		CveTipDivOUtil: "02", TipoSocDistrDiv: "Sociedad Nacional", MontISRAcredRetMexico: d("10000.00"), MontDivAcumNal: d("100000.00"),
	})}
	r.Totalize()
	fmt.Println(r.Totales.MontoTotOperacion, r.Totales.MontoTotRet)

	xml, err := r.Seal(catalogo.New(), certificate, key.Sign) // every rule; err may be cfdi.Findings
	if err != nil {
		fmt.Println(err)
		return
	}
	trust := csd.NewTrust(ca.Root())
	fmt.Println(len(retenciones.Verify(xml, trust, false).Errors()), "errores")
	changed := bytes.Replace(xml, []byte(`MontoRet="10000.00"`), []byte(`MontoRet="1000.00"`), 1)
	fmt.Println(retenciones.Verify(changed, trust, false).Errors()[0].Code)
	// Output:
	// 100000.00 10000.00
	// 0 errores
	// 302
}

// What the rules find in a document of interests that lacks its complement and ends before
// it begins. NewIntereses writes a real interest below zero as a loss.
func ExampleValidate() {
	d := decimal.MustParse
	r := retenciones.New("16", // interests
		retenciones.Emisor{RfcE: "EKU9003173C9", NomDenRazSocE: "ESCUELA KEMPER URGATE", RegimenFiscalE: "601"},
		retenciones.ANacional(retenciones.Nacional{RfcR: "CACX7605101P8", NomDenRazSocR: "XOCHILT CASAS CHAVEZ", DomicilioFiscalR: "36257"}),
		retenciones.Periodo{MesIni: "11", MesFin: "10", Ejercicio: "2026"})
	r.FechaExp, r.LugarExpRetenc = "2026-11-20T11:00:00", "42501"
	r.Totales.MontoTotGrav = d("500.00")
	r.Totalize()
	for _, f := range retenciones.Validate(r, catalogo.New()) {
		fmt.Println(f.Code, f.Path, f.Message)
	}

	r.Periodo.MesIni = "10"
	r.Complementos = []retenciones.Complemento{retenciones.NewIntereses(d("500.00"), d("-20.00"))}
	fmt.Println(len(retenciones.Validate(r, catalogo.New())), "hallazgos")
	// Output:
	// Reten20107 Complementos La clave de retención 16 (Intereses) va con el complemento Intereses y no está.
	// Reten20122 Periodo.MesIni El periodo empieza después de terminar: MesIni es mayor que MesFin.
	// Reten20124 Periodo.MesFin El periodo termina antes de empezar: MesFin es menor que MesIni.
	// 0 hallazgos
}
