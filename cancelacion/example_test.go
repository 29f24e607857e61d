package cancelacion_test

import (
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/cancelacion"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

// pair opens a CSD of a test authority.
func pair(rfc string, now time.Time) (*csd.Certificate, *csd.Key, error) {
	ca, err := prueba.New(now, 2048)
	if err != nil {
		return nil, nil, err
	}
	password := []byte("contraseña de prueba")
	cer, llave, err := ca.CSD(rfc, "ESCUELA KEMPER URGATE", password)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := csd.ParseCertificate(cer)
	if err != nil {
		return nil, nil, err
	}
	key, err := csd.OpenKey(llave, password)
	return certificate, key, err
}

// An invoice with errors is cancelled: the one that replaces it was stamped first, with
// relation 04.
func Example() {
	now := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	certificate, key, err := pair("EKU9003173C9", now)
	if err != nil {
		fmt.Println(err)
		return
	}

	c := cancelacion.Cancelacion{RfcEmisor: "EKU9003173C9", Folios: []cancelacion.Folio{{
		UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CCF", Motivo: cancelacion.ConRelacion, FolioSustitucion: "3F2504E0-4F89-41D3-9A0C-0305E82C3301",
	}}}
	p, err := c.Prepare(certificate, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	firma, err := key.SignSHA1(p.SignedInfo())
	if err != nil {
		fmt.Println(err)
		return
	}
	xml, err := p.Sign(firma) // to the PAC, with these very bytes
	if err != nil {
		fmt.Println(err)
		return
	}

	// What the PAC does with it.
	signed, err := cancelacion.Verify(xml)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(signed.Certificate.Rfc, signed.Fecha, signed.Cancelacion.Folios[0].Motivo)
	fmt.Println(len(signed.Judge(now)), "hallazgos")
	// Output:
	// EKU9003173C9 2026-11-20T12:00:00 01
	// 0 hallazgos
}

// What the SAT would refuse is said before anything is signed.
func ExampleCancelacion_Prepare() {
	now := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	certificate, _, err := pair("EKU9003173C9", now)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := cancelacion.Cancelacion{RfcEmisor: "EKU9003173C9", Folios: []cancelacion.Folio{
		{UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CCF", Motivo: cancelacion.ConRelacion},
		{UUID: "3F2504E0-4F89-41D3-9A0C-0305E82C3301", Motivo: "05"},
	}}
	_, err = c.Prepare(certificate, now)
	var found cancelacion.Findings
	if !errors.As(err, &found) {
		return
	}
	for _, f := range found {
		fmt.Println(f.Code, f.Path, f.Message)
	}
	// Output:
	// 208 Folios[0].FolioSustitucion El motivo 01 pide el folio fiscal que sustituye al que cancelas.
	// 207 Folios[1].Motivo El motivo de cancelación no es 01, 02, 03 ni 04.
}

// The SAT has the request. Whether the invoice is cancelled, its status service says.
func ExampleReadAcuse() {
	const uuid = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
	acuse, err := cancelacion.ReadAcuse([]byte(`<Acuse Fecha="2026-11-20T12:02:56.2475804" RfcEmisor="EKU9003173C9">` +
		`<Folios xmlns="http://cancelacfd.sat.gob.mx"><UUID>` + uuid + `</UUID><EstatusUUID>201</EstatusUUID></Folios></Acuse>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	m := cancelacion.Explain(acuse.Code(uuid))
	fmt.Println(acuse.Time().Format(time.RFC3339), m.Code, m.Outcome == cancelacion.Received)
	fmt.Println(m.Message)
	fmt.Println(m.Fix)
	// Output:
	// 2026-11-20T18:02:56Z 201 true
	// El SAT recibió la solicitud. El comprobante todavía no está cancelado.
	// Espera: consultamos su estado hasta que se cancele o lo rechacen.
}
