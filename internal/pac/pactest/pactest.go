// Package pactest is what every certifier behind pac.PAC must do, as a suite of
// tests, with what is needed to write more: documents, seals and the oracle.
//
//	func TestConforms(t *testing.T) { pactest.Suite(t, newFixture) }
package pactest

import (
	"encoding/base64"
	"fmt"
	"os"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/pac"
)

// Signer is a certificate with its key.
type Signer struct {
	Cert *csd.Certificate
	Key  *csd.Key
}

// Fixture is a certifier ready to be tried. A Signer that the certifier's test
// environment cannot offer has a nil Cert, and its tests are left out.
type Fixture struct {
	PAC     pac.PAC
	Trust   *csd.Trust // knows Certificate
	Catalog *catalogo.Catalog
	// Certificate is what it stamps with.
	Certificate *csd.Certificate
	Now         func() time.Time // the certifier's clock
	CSD         Signer           // whose documents it takes
	FIEL        Signer           // an e.firma of the same RFC
	Expired     Signer           // a CSD of the same RFC that expired before Now
	OtherRfc    Signer           // a CSD of another RFC
	Stranger    Signer           // a CSD of the same RFC by an unknown authority
	// Reopen ends the certifier as a crash does and starts it again on what it
	// kept; nil when it runs elsewhere.
	Reopen func(t *testing.T) pac.PAC

	judge *Judge
}

// Password opens every key of [Issue].
const Password = "12345678a"

// Issue returns a CSD, or an e.firma, of the test authority.
func Issue(t testing.TB, ca *prueba.CA, rfc, name string, fiel bool) Signer {
	t.Helper()
	issue := ca.CSD
	if fiel {
		issue = ca.FIEL
	}
	cer, key, err := issue(rfc, name, []byte(Password))
	if err != nil {
		t.Fatal(err)
	}
	return open(t, cer, key)
}

// OpenFiles opens path.cer and path.key, which [Password] opens, as that of every
// test key of the SAT.
func OpenFiles(t testing.TB, path string) Signer {
	t.Helper()
	cer, err := os.ReadFile(path + ".cer")
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(path + ".key")
	if err != nil {
		t.Fatal(err)
	}
	return open(t, cer, key)
}

func open(t testing.TB, cer, key []byte) Signer {
	t.Helper()
	cert, err := csd.ParseCertificate(cer)
	if err != nil {
		t.Fatal(err)
	}
	private, err := csd.OpenKey(key, []byte(Password))
	if err != nil {
		t.Fatal(err)
	}
	return Signer{cert, private}
}

// The issuer of [Document].
const (
	Rfc  = "EKU9003173C9"
	Name = "ESCUELA KEMPER URGATE"
)

// zone of LugarExpedicion in [Document].
const place = "06300"

// Document returns a valid receipt of [Rfc] dated at, told apart by folio.
func Document(cat *catalogo.Catalog, at time.Time, folio int) *cfdi.Comprobante {
	d := decimal.MustParse
	c := &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: fmt.Sprint(folio),
		Fecha: at.In(cat.Location(place)).Format("2006-01-02T15:04:05"), FormaPago: "03", MetodoPago: "PUE",
		Moneda: "MXN", TipoDeComprobante: "I", Exportacion: "01", LugarExpedicion: place,
		Emisor: cfdi.Emisor{Rfc: Rfc, Nombre: Name, RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: "URE180429TM6", Nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", DomicilioFiscalReceptor: "86991",
			RegimenFiscalReceptor: "601", UsoCFDI: "G03",
		},
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "84111506", Cantidad: d("1"), ClaveUnidad: "E48", Unidad: "Servicio",
			Descripcion: "Facturación & «administración»", ValorUnitario: d("1250.50"), ObjetoImp: "02",
			Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: d("0.160000")},
			}},
		}},
	}
	c.Totalize(cat)
	return c
}

// Seal seals c with s whatever the rules say of it, so that a certifier can be
// shown documents that Prepare refuses.
func Seal(t testing.TB, c *cfdi.Comprobante, s Signer) *cfdi.Sealed {
	t.Helper()
	c = c.Clone()
	c.NoCertificado = s.Cert.NoCertificado
	c.Certificado = base64.StdEncoding.EncodeToString(s.Cert.Raw)
	cadena, err := cfdi.Cadena(c)
	if err != nil {
		t.Fatal(err)
	}
	sello, err := s.Key.Sign([]byte(cadena))
	if err != nil {
		t.Fatal(err)
	}
	c.Sello = base64.StdEncoding.EncodeToString(sello)
	sealed, err := cfdi.ReadSealed(cfdi.WriteXML(c), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}
