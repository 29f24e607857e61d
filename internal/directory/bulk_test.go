package directory

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// A loader is a company's directory with its imports.
type loader struct {
	*Service
	t    *testing.T
	bulk *bulk.Service
	jobs *job.Runner
	a    store.Actor
}

func load(t *testing.T, s *Service, a store.Actor, kinds ...bulk.Kind) *loader {
	t.Helper()
	master, err := signer.LoadMasterKey(filepath.Join(t.TempDir(), "master.key"), "", true)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := signer.New(s.cfg.DB, master, s.cfg.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(keys.Close)
	if kinds == nil {
		kinds = s.Kinds()
	}
	l := &loader{Service: s, t: t, a: a}
	l.bulk = bulk.New(bulk.Config{DB: s.cfg.DB, Signer: keys, Kinds: kinds, Now: s.cfg.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }})
	l.jobs = job.New(s.cfg.DB, l.bulk.Jobs(), s.cfg.Now)
	return l
}

func (l *loader) drain() {
	l.t.Helper()
	if err := l.jobs.Drain(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// check sends a list and has it judged.
func (l *loader) check(kind, csv string) bulk.Import {
	l.t.Helper()
	table, err := sheet.Read([]byte(csv))
	if err != nil {
		l.t.Fatal(err)
	}
	in, err := l.bulk.Start(l.t.Context(), l.a, kind, "lista.csv", table)
	if err != nil {
		l.t.Fatal(err)
	}
	l.drain()
	return l.see(kind, in.ID)
}

func (l *loader) see(kind, id string) bulk.Import {
	l.t.Helper()
	in, err := l.bulk.Import(l.t.Context(), l.a, kind, id)
	if err != nil {
		l.t.Fatal(err)
	}
	return in
}

// run has a judged list written.
func (l *loader) run(in bulk.Import, todo bool) bulk.Import {
	l.t.Helper()
	if err := l.bulk.Run(l.t.Context(), l.a, in.Kind, in.ID, in.Version, todo); err != nil {
		l.t.Fatal(err)
	}
	l.drain()
	return l.see(in.Kind, in.ID)
}

// result is the file to take home, row by row.
func (l *loader) result(in bulk.Import) []string {
	l.t.Helper()
	var rows []string
	err := l.bulk.Result(l.t.Context(), l.a, in.Kind, in.ID, func(cells []string) error {
		rows = append(rows, strings.Join(cells[len(cells)-2:], ": "))
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return rows[1:]
}

func figures(in bulk.Import) string {
	return fmt.Sprintf("%s %d/%d: +%d ~%d =%d !%d", in.State, in.Hechos, in.Renglones, in.Nuevos, in.Cambios, in.Iguales, in.Errores)
}

func (l *loader) figures(in bulk.Import, want string) {
	l.t.Helper()
	if got := figures(in); got != want {
		l.t.Errorf("%s, want %s\n%s", got, want, strings.Join(l.result(in), "\n"))
	}
}

const customerCSV = `Correo;Razón Social;R.F.C.;C.P.;Régimen;Uso de CFDI
pagos@xenon.mx, otro@xenon.mx;Xenon  Industrial Articles SA de CV;xia190128j61;76343;General de Ley Personas Morales;G03 - Gastos en general
;UNIVERSIDAD ROBOTICA ESPAÑOLA;URE180429TM6;6000;601;G03
mal;SIN REGIMEN;IVD920810GU2;63901;;G03
;UNIVERSIDAD ROBOTICA ESPAÑOLA;URE180429TM6;06000;601;G03
;PUBLICO EN GENERAL;XAXX010101000;;;
`

func TestCustomersAreImportedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		l := load(t, s, a)
		in := l.check(BulkCustomers, customerCSV)
		l.figures(in, "revisada 5/5: +3 ~0 =0 !2")
		for i, want := range []string{"General de Ley", "06000", "Régimen fiscal: Falta el régimen", "renglón 3", "Se agregará"} {
			if got := l.result(in)[i]; !strings.Contains(got, want) {
				t.Errorf("row %d: %q lacks %q", i, got, want)
			}
		}
		if page, err := s.Customers(t.Context(), a, Filter{}); err != nil || page.Total != 0 {
			t.Fatalf("a dry run wrote %d customers, %v", page.Total, err)
		}
		if err := l.bulk.Run(t.Context(), a, BulkCustomers, in.ID, in.Version, true); fail.KindOf(err) != fail.Invalid {
			t.Errorf("all or nothing, with errors: %v", err)
		}
		l.figures(l.run(in, false), "terminada 5/5: +3 ~0 =0 !2")
		page, err := s.Customers(t.Context(), a, Filter{Q: "xenon"})
		if err != nil || len(page.Rows) != 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		got := page.Rows[0]
		want := goodCustomer()
		want.Correos = []Correo{{Direccion: "pagos@xenon.mx"}, {Direccion: "otro@xenon.mx"}}
		want.ID, want.Activo, want.Version, want.UpdatedAt, want.UpdatedBy = got.ID, true, 1, got.UpdatedAt, "ana"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		// Again: nothing new. With a change: that alone; an empty cell leaves what there is.
		l.figures(l.run(l.check(BulkCustomers, customerCSV), false), "terminada 5/5: +0 ~0 =3 !2")
		l.figures(l.run(l.check(BulkCustomers, "RFC,Nombre,Teléfono,Correo\nXIA190128J61,Xenon Industrial Articles,'+52 81 1234,\n"), true), "terminada 1/1: +0 ~1 =0 !0")
		if got, err = s.Customer(t.Context(), a, got.ID); err != nil || got.Telefono != "+52 81 1234" || len(got.Correos) != 2 || got.Version != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		if page, err := s.Customers(t.Context(), b, Filter{}); err != nil || page.Total != 0 {
			t.Errorf("the other company has %d customers, %v", page.Total, err)
		}
		if _, err := l.bulk.Import(t.Context(), b, BulkCustomers, in.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other company reads the import: %v", err)
		}
		if err := s.cfg.DB.VerifyAudit(t.Context(), a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestImportAsksForItsRight(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		l := load(t, s, a)
		in := l.check(BulkCustomers, customerCSV)
		who := store.Actor{Tenant: a.Tenant, UserID: "u", UserName: "beto", Rights: store.Widen([]store.Right{store.RightCustomers, store.RightLoadProducts})}
		_, start := l.bulk.Start(t.Context(), who, BulkCustomers, "x", sheet.Table{})
		_, list := l.bulk.Imports(t.Context(), who, BulkCustomers)
		_, lines := l.bulk.Lines(t.Context(), who, BulkCustomers, in.ID, 0, true, 9)
		_, asXML := s.TableFromXML(t.Context(), who, BulkCustomers, nil)
		for i, err := range []error{
			start, list, lines, asXML, l.bulk.Run(t.Context(), who, BulkCustomers, in.ID, in.Version, false), l.bulk.Discard(t.Context(), who, BulkCustomers, in.ID),
			l.bulk.SetColumns(t.Context(), who, BulkCustomers, in.ID, in.Version, nil), l.bulk.Result(t.Context(), who, BulkCustomers, in.ID, nil),
		} {
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("%d: %v", i, err)
			}
		}
		if _, err := l.bulk.Import(t.Context(), a, BulkProducts, in.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("as another kind: %v", err)
		}
	})
}

func TestProductsAndTheirPricesAreImported(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		l := load(t, s, a)
		list := "SKU,Producto,Clave SAT,Clave de unidad,Precio unitario,IVA,Ret ISR\n" +
			"REN-01,Renta de local comercial,80131502,E48,\"$12,500.50\",16,10%\n" +
			"REN-02,Renta de bodega,80131502,E48,100.25000000000001,exento,\n" +
			"REN-03,Sin precio,80131502,E48,caro,16,\n"
		in := l.run(l.check(BulkProducts, list), false)
		l.figures(in, "terminada 3/3: +2 ~0 =0 !1")
		page, err := s.Products(t.Context(), a, Filter{Q: "local"})
		if err != nil || len(page.Rows) != 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		want := goodProduct()
		got := page.Rows[0]
		want.ID, want.Moneda, want.Activo, want.Version, want.UpdatedAt, want.UpdatedBy = got.ID, "MXN", true, 1, got.UpdatedAt, "ana"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		l.figures(l.run(l.check(BulkProducts, list), false), "terminada 3/3: +0 ~0 =2 !1")
		in = l.run(l.check(BulkProducts, "Clave,Precio\nREN-01,13000\nREN-02,100.25\nNO-HAY,5\n"), false)
		l.figures(in, "terminada 3/3: +0 ~1 =1 !1")
		if got, err = s.Product(t.Context(), a, got.ID); err != nil || !got.Precio.Equal(decimal.MustParse("13000")) || len(got.Retenciones) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		// What goes out comes back the same.
		var b strings.Builder
		out, _ := sheet.NewCSV(&b)
		var head []string
		for _, c := range ProductColumns() {
			head = append(head, c.Label)
		}
		_ = out.Write(head)
		page, _ = s.Products(t.Context(), a, Filter{})
		for _, p := range page.Rows {
			_ = out.Write(ProductCells(p))
		}
		_ = out.Close()
		l.figures(l.check(BulkProducts, b.String()), "revisada 2/2: +0 ~0 =2 !0")
	})
}

// manyCustomers is a list of n customers, each another.
func manyCustomers(n int) string {
	var b strings.Builder
	b.WriteString("RFC,Nombre o razón social,Código postal fiscal,Régimen fiscal,Uso del CFDI,Tu clave o sucursal\n")
	for i := range n {
		fmt.Fprintf(&b, "XIA190128J61,XENON INDUSTRIAL ARTICLES %d,76343,601,G03,S%d\n", i, i)
	}
	return b.String()
}

// A job that dies in the middle goes on where it was, and doubles nothing.
func TestKilledImportGoesOnAndDoublesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		kinds := s.Kinds()
		judge, calls, dies := kinds[0].Judge, 0, -1
		kinds[0].Judge = func(ctx context.Context, v *store.View, tx *store.Tx, a store.Actor, rows []bulk.Entry) ([]bulk.Outcome, error) {
			list, err := judge(ctx, v, tx, a, rows)
			if calls++; calls == dies && err == nil {
				err = errors.New("killed after writing, before the commit")
			}
			return list, err
		}
		l := load(t, s, a, kinds...)
		l.jobs = job.New(s.cfg.DB, l.bulk.Jobs(), func() time.Time { return start.Add(time.Hour) }) // what is to be tried again is due
		in := l.check(BulkCustomers, manyCustomers(450))
		l.figures(in, "revisada 450/450: +450 ~0 =0 !0")
		calls, dies = 0, 2
		if err := l.bulk.Run(t.Context(), a, BulkCustomers, in.ID, in.Version, false); err != nil {
			t.Fatal(err)
		}
		l.drain()
		if now := l.see(BulkCustomers, in.ID); now.State != store.ImportWriting || now.Hechos != 200 {
			t.Fatalf("after the kill: %s", figures(now))
		}
		l.jobs = job.New(s.cfg.DB, l.bulk.Jobs(), func() time.Time { return start.Add(2 * time.Hour) })
		l.drain()
		l.figures(l.see(BulkCustomers, in.ID), "terminada 450/450: +450 ~0 =0 !0")
		if page, err := s.Customers(t.Context(), a, Filter{}); err != nil || page.Total != 450 {
			t.Errorf("%d customers, %v", page.Total, err)
		}
	})
}

// All or nothing: what changed since the judging lets nothing in.
func TestAllOrNothingWritesNothingWhenARowFails(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		kinds := s.Kinds()
		judge := kinds[0].Judge
		kinds[0].Judge = func(ctx context.Context, v *store.View, tx *store.Tx, a store.Actor, rows []bulk.Entry) ([]bulk.Outcome, error) {
			list, err := judge(ctx, v, tx, a, rows)
			if tx != nil && err == nil && rows[0].Line > 200 {
				list[0] = bulk.Outcome{State: bulk.Refused, Findings: []bulk.Finding{{Message: "Cambió."}}}
			}
			return list, err
		}
		l := load(t, s, a, kinds...)
		in := l.run(l.check(BulkCustomers, manyCustomers(250)), true)
		if in.State != store.ImportFailed || !strings.Contains(in.Motivo, "No se importó nada") {
			t.Errorf("%s: %s", figures(in), in.Motivo)
		}
		if page, err := s.Customers(t.Context(), a, Filter{}); err != nil || page.Total != 0 {
			t.Errorf("%d customers, %v", page.Total, err)
		}
	})
}

func TestColumnsAreChosenAndRowsGo(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		l := load(t, s, a)
		in := l.check(BulkCustomers, "Quién,Clave fiscal,CP,Régimen,Uso\nXENON,XIA190128J61,76343,601,G03\n")
		if in.State != store.ImportColumns || len(in.Unknown()) != 2 {
			t.Fatalf("%s, unknown %q", in.State, in.Unknown())
		}
		match := make([]int, len(CustomerColumns()))
		for i := range match {
			match[i] = -1
		}
		if err := l.bulk.SetColumns(t.Context(), a, BulkCustomers, in.ID, in.Version, match); fail.KindOf(err) != fail.Invalid || len(fail.FieldsOf(err)) != 2 {
			t.Errorf("without the RFC: %v", err)
		}
		copy(match, []int{1, 0, 2, 3, 4})
		if err := l.bulk.SetColumns(t.Context(), a, BulkCustomers, in.ID, in.Version, match); err != nil {
			t.Fatal(err)
		}
		if err := l.bulk.SetColumns(t.Context(), a, BulkCustomers, in.ID, in.Version, match); fail.KindOf(err) != fail.Conflict {
			t.Errorf("twice: %v", err)
		}
		l.drain()
		l.figures(l.see(BulkCustomers, in.ID), "revisada 1/1: +1 ~0 =0 !0")
		l.jobs = job.New(s.cfg.DB, l.bulk.Jobs(), func() time.Time { return start.Add(bulk.Keeps + time.Minute) })
		l.drain()
		if _, err := l.bulk.Import(t.Context(), a, BulkCustomers, in.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("after its time: %v", err)
		}
		row, err := s.cfg.DB.View(a.Tenant).Import(t.Context(), in.ID)
		if err != nil || len(row.DataKey) > 1 || len(row.Meta) > 1 {
			t.Errorf("its key is still there: %+v, %v", row, err)
		}
		if _, err := s.cfg.DB.View(a.Tenant).ImportChunk(t.Context(), in.ID, 0); fail.KindOf(err) != fail.NotFound {
			t.Errorf("its rows are still there: %v", err)
		}
	})
}

// The rows lie sealed: what a customer is called is nowhere to read.
func TestRowsOfAnImportAreSealed(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		l := load(t, s, a)
		in := l.check(BulkCustomers, customerCSV)
		c, err := s.cfg.DB.View(a.Tenant).ImportChunk(t.Context(), in.ID, 0)
		if err != nil || len(c.Outcome) < 2 {
			t.Fatal(err)
		}
		for _, sealed := range [][]byte{c.Body, c.Outcome, in.Meta} {
			if bytes.Contains(sealed, []byte("XENON")) || bytes.Contains(sealed, []byte("RFC")) || bytes.HasPrefix(sealed, []byte{0x1f, 0x8b}) {
				t.Errorf("%q", sealed)
			}
		}
	})
}

func xmlZip(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, text := range files {
		w, err := z.Create(fmt.Sprintf("%d.xml", i))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(text))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Receipts of three versions, cut down to what is read of them.
func oldReceipts(rfc string) []string {
	return []string{
		`<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/3" version="3.2" fecha="2015-03-01T10:00:00" tipoDeComprobante="ingreso" Moneda="Pesos"><c:Emisor rfc="` + rfc + `"/>` +
			`<c:Receptor rfc="IVD920810GU2" nombre="Innovacion Valor y Desarrollo SA"><c:Domicilio calle="Juárez" codigoPostal="63900"/></c:Receptor>` +
			`<c:Conceptos><c:Concepto cantidad="1" unidad="Pieza" descripcion="Silla" valorUnitario="10.00"/></c:Conceptos></c:Comprobante>`,
		`<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/3" Version="3.3" Fecha="2019-03-01T10:00:00" TipoDeComprobante="I" Moneda="MXN"><c:Emisor Rfc="` + rfc + `"/>` +
			`<c:Receptor Rfc="XIA190128J61" Nombre="Xenon SA de CV" UsoCFDI="P01"/>` +
			`<c:Conceptos><c:Concepto NoIdentificacion="M-1" ClaveProdServ="56101700" ClaveUnidad="H87" Descripcion="Mesa" ValorUnitario="500"><c:Impuestos><c:Traslados><c:Traslado Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000"/></c:Traslados></c:Impuestos></c:Concepto></c:Conceptos></c:Comprobante>`,
		`<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/4" Version="4.0" Fecha="2024-03-01T10:00:00" TipoDeComprobante="I" Moneda="MXN"><c:Emisor Rfc="` + rfc + `"/>` +
			`<c:Receptor Rfc="XIA190128J61" Nombre="XENON INDUSTRIAL ARTICLES" DomicilioFiscalReceptor="76343" RegimenFiscalReceptor="601" UsoCFDI="G03"/>` +
			`<c:Conceptos><c:Concepto NoIdentificacion="M-1" ClaveProdServ="56101700" ClaveUnidad="H87" Descripcion="Mesa de roble" ValorUnitario="650.5" ObjetoImp="02"><c:Impuestos><c:Traslados><c:Traslado Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000"/></c:Traslados></c:Impuestos></c:Concepto></c:Conceptos></c:Comprobante>`,
		`<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/4" Version="4.0" TipoDeComprobante="I"><c:Emisor Rfc="AAA010101AAA"/><c:Receptor Rfc="URE180429TM6" Nombre="OTRA"/></c:Comprobante>`,
		`no es XML`,
	}
}

func TestCatalogueIsTakenFromOldXML(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		l := load(t, s, a)
		company, err := s.cfg.DB.View(a.Tenant).Company(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		receipts := xmlZip(t, oldReceipts(company.Rfc)...)
		for kind, want := range map[string]string{BulkCustomers: "+1 ~0 =0 !1", BulkProducts: "+1 ~0 =0 !1"} {
			table, err := s.TableFromXML(t.Context(), a, kind, receipts)
			if err != nil || len(table.Notes) != 3 {
				t.Fatalf("%v, %q", err, table.Notes)
			}
			in, err := l.bulk.Start(t.Context(), a, kind, "xml.zip", table)
			if err != nil {
				t.Fatal(err)
			}
			l.drain()
			in = l.run(l.see(kind, in.ID), false)
			l.figures(in, "terminada 2/2: "+want)
			if said := strings.Join(l.result(in), "\n"); !strings.Contains(said, "3.2, del 2015-03-01, y no dice") {
				t.Errorf("%s:\n%s", kind, said)
			}
		}
		customers, _ := s.Customers(t.Context(), a, Filter{})
		products, _ := s.Products(t.Context(), a, Filter{})
		if c := customers.Rows; len(c) != 1 || c[0].Nombre != "XENON INDUSTRIAL ARTICLES" || c[0].CodigoPostal != "76343" {
			t.Errorf("%+v", c)
		}
		if p := products.Rows; len(p) != 1 || p[0].Descripcion != "Mesa de roble" || !p[0].Precio.Equal(decimal.MustParse("650.5")) || len(p[0].Traslados) != 1 {
			t.Errorf("%+v", p)
		}
		for name, file := range map[string][]byte{
			"no zip": []byte("PK\x03\x04 no"), "nothing of ours": xmlZip(t, oldReceipts("BBB010101BBB")...), "bomb": xmlZip(t, "<a>"+strings.Repeat(" ", 9<<20)),
		} {
			if _, err := s.TableFromXML(t.Context(), a, BulkCustomers, file); fail.KindOf(err) != fail.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func FuzzReceipt(f *testing.F) {
	for _, s := range oldReceipts("EKU9003173C9") {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, products := range []bool{false, true} {
			g := gleaning{rfc: "EKU9003173C9", products: products, found: map[string]*gleaned{}}
			g.read(b)
			if table, err := g.table(); err == nil && len(table.Rows) != len(g.found)+1 {
				t.Fatal(len(table.Rows))
			}
		}
	})
}
