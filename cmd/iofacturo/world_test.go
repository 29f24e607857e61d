package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/pac/pactest"
)

// at is the clock of every command here: 12:00 in Hidalgo.
var at = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

// A said is what a command left: its exit status, its data and its words.
type said struct {
	status      int
	out, errOut string
}

// command runs args as a shell would, with its own clock and no environment.
func command(t *testing.T, args ...string) said {
	t.Helper()
	return piped(t, "", args...)
}

func piped(t *testing.T, stdin string, args ...string) said {
	t.Helper()
	return commandAt(t, at, stdin, args...)
}

func commandAt(t *testing.T, at time.Time, stdin string, args ...string) said {
	t.Helper()
	var out, errOut bytes.Buffer
	w := &world{
		ctx: context.WithoutCancel(t.Context()), stdin: strings.NewReader(stdin), stdout: &out, stderr: &errOut,
		env: func(string) string { return "" }, now: func() time.Time { return at },
	}
	status := run(w, args)
	if i := slices.Index(args, "stamp"); i == 1 && status == 0 {
		pactest.Oracle(t, certifierOf(t, args[slices.Index(args, "--data")+1]), out.Bytes())
	}
	return said{status, out.String(), errOut.String()}
}

// certifierOf is the certificate with which a data folder's test PAC stamps.
func certifierOf(t *testing.T, data string) *csd.Certificate {
	t.Helper()
	ca, err := prueba.Open(filepath.Join(data, "ca"), at)
	if err != nil {
		t.Fatal(err)
	}
	certifier, _ := ca.PAC()
	return certifier
}

// papers is a data folder with its test authority, and two pairs of files of the same company: making keys takes a second.
type papers struct{ data, cer, key, password, otherKey, fiel string }

var shared = sync.OnceValues(func() (papers, error) {
	dir, err := os.MkdirTemp("", "iofacturo-cmd-")
	if err != nil {
		return papers{}, err
	}
	p := papers{
		data: filepath.Join(dir, "data"), cer: filepath.Join(dir, "EKU9003173C9.cer"), key: filepath.Join(dir, "EKU9003173C9.key"),
		password: filepath.Join(dir, "EKU9003173C9.txt"), otherKey: filepath.Join(dir, "otra.key"), fiel: filepath.Join(dir, "fiel.cer"),
	}
	w := &world{ctx: context.Background(), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, env: func(string) string { return "" }, now: func() time.Time { return at }}
	if status := run(w, []string{"csd", "test", "--data", p.data, "--rfc", "EKU9003173C9", "--name", "ESCUELA KEMPER URGATE", "--out", dir}); status != 0 {
		return p, os.ErrInvalid
	}
	ca, err := prueba.Open(filepath.Join(p.data, "ca"), at)
	if err != nil {
		return p, err
	}
	_, other, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", []byte("12345678a"))
	if err != nil {
		return p, err
	}
	fiel, _, err := ca.FIEL("EKU9003173C9", "ESCUELA KEMPER URGATE", []byte("12345678a"))
	if err != nil {
		return p, err
	}
	for path, b := range map[string][]byte{p.otherKey: other, p.fiel: fiel} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return p, err
		}
	}
	return p, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if p, err := shared(); err == nil {
		os.RemoveAll(filepath.Dir(p.data))
	}
	os.Exit(status)
}

func sharedPapers(t *testing.T) papers {
	t.Helper()
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// typed is a receipt as a person would type it: amounts are left to `totals`. Its lines are $2,400.00 and IVA.
const typed = `<?xml version="1.0" encoding="UTF-8"?>
<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0" Serie="A" Folio="1" Fecha="2026-11-22T11:30:00" FormaPago="03" CondicionesDePago="Contado" SubTotal="0" Moneda="MXN" Total="0" TipoDeComprobante="I" Exportacion="01" MetodoPago="PUE" LugarExpedicion="42501">
  <cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/>
  <cfdi:Receptor Rfc="URE180429TM6" Nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA" DomicilioFiscalReceptor="86991" RegimenFiscalReceptor="601" UsoCFDI="G03"/>
  <cfdi:Conceptos>
    <cfdi:Concepto ClaveProdServ="86101705" Cantidad="2" ClaveUnidad="E48" Descripcion="Taller de serigrafía" ValorUnitario="1200.00" Importe="0" ObjetoImp="02">
      <cfdi:Impuestos><cfdi:Traslados><cfdi:Traslado Base="1" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="0"/></cfdi:Traslados></cfdi:Impuestos>
    </cfdi:Concepto>
  </cfdi:Conceptos>
</cfdi:Comprobante>`

// file keeps text in a folder of the test and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// totalled is typed with its amounts, changed by the pairs old, new.
func totalled(t *testing.T, changes ...string) string {
	t.Helper()
	got := piped(t, strings.NewReplacer(changes...).Replace(typed), "cfdi", "totals", "-")
	if got.status != 0 {
		t.Fatalf("totals: %d %s", got.status, got.errOut)
	}
	return file(t, "borrador.xml", got.out)
}

// sealed and stamped go on from there.
func sealed(t *testing.T, changes ...string) string {
	t.Helper()
	p := sharedPapers(t)
	got := command(t, "cfdi", "seal", "--cer", p.cer, "--key", p.key, "--password-file", p.password, totalled(t, changes...))
	if got.status != 0 {
		t.Fatalf("seal: %d %s", got.status, got.errOut)
	}
	return file(t, "sellado.xml", got.out)
}

func stamped(t *testing.T, changes ...string) string {
	t.Helper()
	got := command(t, "cfdi", "stamp", "--data", sharedPapers(t).data, sealed(t, changes...))
	if got.status != 0 {
		t.Fatalf("stamp: %d %s", got.status, got.errOut)
	}
	return file(t, "timbrado.xml", got.out)
}

// besideModule finds a path beside the module's root; the test is skipped where it is absent.
func besideModule(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			found := filepath.Join(filepath.Dir(dir), path)
			if _, err := os.Stat(found); err == nil {
				return found
			}
			break
		}
	}
	t.Skipf("no %s beside this module: skipped", path)
	return ""
}
