package pdf

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

var dec = decimal.MustParse

// factura is a document of our own making with discounts, IVA and a retención.
// It is not sealed by anybody: printing does not judge.
func factura() *cfdi.Comprobante {
	iva := func(base, importe string) *cfdi.ConceptoImpuestos {
		return &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{
			Base: dec(base), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: dec("0.160000"), Importe: dec(importe),
		}}}
	}
	flete := iva("1850.00", "296.00")
	flete.Retenciones = []cfdi.ConceptoRetencion{{
		Base: dec("1850.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: dec("0.040000"), Importe: dec("74.00"),
	}}
	return &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: "1284", Fecha: "2026-11-08T12:40:18", Sello: signature("cfd"), FormaPago: "99",
		NoCertificado: "30001000000712345678", Certificado: "MIIF", CondicionesDePago: "22 días · Orden de compra OC-5531",
		SubTotal: dec("27976.00"), Descuento: dec("735.00"), Moneda: "MXN", Total: dec("31525.56"), TipoDeComprobante: "I",
		Exportacion: "01", MetodoPago: "PPD", LugarExpedicion: "72000",
		CfdiRelacionados: []cfdi.CfdiRelacionados{{
			TipoRelacion: "04", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: "9B1D7E44-60A2-4C3F-8E15-2A7C90D4F1B6"}},
		}},
		Emisor: cfdi.Emisor{Rfc: "TCG180314LM7", Nombre: "TALLER DE CERAMICA LOS GIRASOLES", RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: "HCS110908RT5", Nombre: "HOTEL CASONA SAN FRANCISCO", DomicilioFiscalReceptor: "37700",
			RegimenFiscalReceptor: "601", UsoCFDI: "G03",
		},
		Conceptos: []cfdi.Concepto{
			{
				ClaveProdServ: "52152016", NoIdentificacion: "VAJ-24", Cantidad: dec("6"), ClaveUnidad: "SET",
				Descripcion: "Vajilla de talavera, 24 piezas, motivo girasol", ValorUnitario: dec("2450.00"), Importe: dec("14700.00"),
				Descuento: dec("735.00"), ObjetoImp: "02", Impuestos: iva("13965.00", "2234.40"),
			},
			{
				ClaveProdServ: "56101609", NoIdentificacion: "MAC-40", Cantidad: dec("12"), ClaveUnidad: "H87", Unidad: "Pieza",
				Descripcion: "Maceta de barro de 40 cm, pintada a mano", ValorUnitario: dec("385.50"), Importe: dec("4626.00"),
				ObjetoImp: "02", Impuestos: iva("4626.00", "740.16"),
				InformacionAduanera: []cfdi.InformacionAduanera{{NumeroPedimento: "21  47  3807  8003832"}},
			},
			{
				ClaveProdServ: "86101702", NoIdentificacion: "TAL-03", Cantidad: dec("1"), ClaveUnidad: "E48",
				Descripcion: "Taller de cerámica para huéspedes, 3 horas", ValorUnitario: dec("6800.00"), Importe: dec("6800.00"),
				ObjetoImp: "02", Impuestos: iva("6800.00", "1088.00"),
			},
			{
				ClaveProdServ: "78101802", NoIdentificacion: "FLE-01", Cantidad: dec("1.000000"), ClaveUnidad: "E48",
				Descripcion: "Flete Puebla – San Miguel de Allende", ValorUnitario: dec("1850.00"), Importe: dec("1850.00"),
				ObjetoImp: "02", Impuestos: flete,
			},
		},
		Impuestos: &cfdi.Impuestos{
			Retenciones:             []cfdi.Retencion{{Impuesto: "002", Importe: dec("74.00")}},
			TotalImpuestosRetenidos: dec("74.00"),
			Traslados: []cfdi.Traslado{{
				Base: dec("27241.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: dec("0.160000"), Importe: dec("4358.56"),
			}},
			TotalImpuestosTrasladados: dec("4358.56"),
		},
	}
}

var girasoles = Options{
	State: "timbrado", NombreComercial: "Los Girasoles", Domicilio: "Calle 6 Norte 412, Centro, Puebla, Pue.",
	Telefono: "222 555 0148", Correo: "facturas@losgirasoles.mx",
}

// signature is 256 bytes in base64, as long as those of a CSD.
func signature(of string) string {
	var raw []byte
	for i := range 4 {
		sum := sha512.Sum512(fmt.Appendf(nil, "%s %d", of, i))
		raw = append(raw, sum[:]...)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

const uuid = "5F8A2C10-3B7E-4D19-9C42-7E61A0B3D8F4"

// stamped writes c with a stamp of our own making.
func stamped(tb testing.TB, c *cfdi.Comprobante) []byte {
	tb.Helper()
	xml, err := cfdi.AddTimbre(cfdi.WriteXML(c), &cfdi.Timbre{
		Version: "1.1", UUID: uuid, FechaTimbrado: "2026-11-08T12:40:21", RfcProvCertif: "PRU260101AB1",
		SelloCFD: c.Sello, NoCertificadoSAT: "30001000000709876543", SelloSAT: signature("sat"),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return xml
}

// many repeats the lines of the factura until there are n.
func many(n int) *cfdi.Comprobante {
	c := factura()
	lines := c.Conceptos
	c.Conceptos = nil
	for i := range n {
		line := lines[i%len(lines)]
		line.Descripcion = fmt.Sprintf("%d. %s", i+1, line.Descripcion)
		c.Conceptos = append(c.Conceptos, line)
	}
	return c
}

func exportUSD() *cfdi.Comprobante {
	c := factura()
	c.Moneda, c.TipoCambio, c.MetodoPago, c.FormaPago, c.CfdiRelacionados = "USD", dec("18.4375"), "PUE", "03", nil
	c.Receptor = cfdi.Receptor{
		Rfc: "XEXX010101000", Nombre: "GALERIE D'ART ŞAHİN & SÖHNE, 陶器", DomicilioFiscalReceptor: "72000", ResidenciaFiscal: "USA",
		NumRegIdTrib: "123456789", RegimenFiscalReceptor: "616", UsoCFDI: "S01",
	}
	return c
}

func longTexts() *cfdi.Comprobante {
	c := factura()
	c.Emisor.Nombre = "COMERCIALIZADORA Y DISTRIBUIDORA INTERNACIONAL DE ARTESANIAS FINAS, TEXTILES Y CERAMICAS DEL ALTIPLANO CENTRAL"
	c.Receptor.Nombre = "INSTITUTO PARA LA CONSERVACION DEL PATRIMONIO CULTURAL Y EL FOMENTO DE LAS ARTES POPULARES DE LA REGION"
	c.CondicionesDePago = strings.Repeat("Pago a 30 días contra entrega de la mercancía en el almacén. ", 8)
	c.Conceptos[0].Descripcion = strings.Repeat("Servicio integral de restauración de piezas históricas con materiales originales. ", 12)
	c.Conceptos[1].Descripcion = strings.Repeat("X", 400)
	c.Conceptos[2].ValorUnitario = dec("123456789012345.123456")
	c.Conceptos[2].Importe = dec("999999999999999999.123456")
	c.Conceptos[3].Parte = []cfdi.Parte{{ClaveProdServ: "78101802", Cantidad: dec("2"), Unidad: "Viaje", Descripcion: "Camión de 3 t", ValorUnitario: dec("925"), Importe: dec("1850")}}
	c.Conceptos[3].CuentaPredial = []cfdi.CuentaPredial{{Numero: "15956011002"}}
	c.Conceptos[3].ACuentaTerceros = &cfdi.ACuentaTerceros{RfcACuentaTerceros: "JUFA7608212V6", NombreACuentaTerceros: "ADRIANA JUAREZ FERNANDEZ", RegimenFiscalACuentaTerceros: "601", DomicilioFiscalACuentaTerceros: "29133"}
	return c
}

func render1(tb testing.TB, c *cfdi.Comprobante, o Options) []byte {
	tb.Helper()
	b, err := New(catalogo.New()).Document(stamped(tb, c), o)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// oracle runs a program on the PDF in a folder of its own and returns what it
// says; the test is skipped, loudly, where the program is not installed.
func oracle(t *testing.T, pdf []byte, program string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed (apt-get install poppler-utils zbar-tools qpdf): this claim stays unchecked", program)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.pdf"), pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", program, args, err, stderr.String())
	}
	return string(out)
}

func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	return oracle(t, pdf, "pdftotext", "-layout", "in.pdf", "-")
}

// scan reads the QR of the last page as a phone would.
func scan(t *testing.T, pdf []byte) string {
	t.Helper()
	for _, program := range []string{"pdftoppm", "zbarimg"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed (apt-get install poppler-utils zbar-tools): the QR stays unread", program)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.pdf"), pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"pdftoppm", "-r", "110", "-gray", "in.pdf", "page"}, {"sh", "-c", "zbarimg --quiet --raw page*.pgm > code 2> /dev/null || [ -s code ]"}} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
	}
	code, err := os.ReadFile(filepath.Join(dir, "code"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(code))
}

func itoa(n int) string { return strconv.Itoa(n) }
