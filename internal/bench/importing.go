package bench

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

// What an import of importRows customers or products may take: judged, written, and how much the heap may grow.
const (
	importRows    = 10_000
	judgeCeiling  = 10 * time.Second
	importCeiling = 20 * time.Second
	importGrowth  = 64 << 20
)

// An importable is what is imported: its kind, and n rows as a spreadsheet writes them.
type importable struct {
	kind string
	rows func(n int) string
}

var (
	customersList = importable{directory.BulkCustomers, customerList}
	productsList  = importable{directory.BulkProducts, productList}
)

// importing tells how long a list of 10,000 rows takes from its bytes to its rows.
func importing(l importable) func(context.Context, *world, int) (lap, lap, error) {
	return func(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
		took, _, part, err := w.importList(ctx, l, n)
		return lap{took}, lap{importCeiling / part}, err
	}
}

// judging tells how long the same list takes until each row's findings are known.
func judging(l importable) func(context.Context, *world, int) (lap, lap, error) {
	return func(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
		_, judged, part, err := w.importList(ctx, l, n)
		return lap{judged}, lap{judgeCeiling / part}, err
	}
}

// importList reads a list of 10,000 rows, judges it and writes it, each time in a
// company of its own, and sees that the heap stays within its growth. One import is many
// times the rest of this table: it is done once a round, and by a test, which asks for
// less than 200 times, with a fiftieth of the rows.
func (w *world) importList(ctx context.Context, l importable, n int) (took, judged, part time.Duration, err error) {
	rows, part := importRows, time.Duration(1)
	if n < 200 {
		rows, part = importRows/50, 10 // five times the ceiling (decision 33)
	}
	w.imports++
	a, err := w.account.Found(ctx, account.Founding{
		Rfc: fmt.Sprintf("IMP%02d0101AAA", w.imports%90+10), Nombre: "Iris", Correo: fmt.Sprintf("iris%d@ejemplo.mx", w.imports), Usuario: usuario, Password: userPassword,
	})
	if err != nil {
		return 0, 0, part, err
	}
	file := []byte(l.rows(rows))
	runtime.GC()
	before, most, stop := heap(), uint64(0), make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			most = max(most, heap())
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	start := time.Now()
	judged, err = w.importOnce(ctx, a, l.kind, file)
	took = time.Since(start)
	close(stop)
	<-watched
	switch {
	case err != nil:
	case judged > judgeCeiling/part:
		err = fmt.Errorf("the judging alone took %v, more than %v", judged, judgeCeiling)
	case most > before && most-before > importGrowth:
		err = fmt.Errorf("the heap grew by %d MB, more than %d", (most-before)>>20, importGrowth>>20)
	}
	return took, judged, part, err
}

// importOnce returns how long it took until the list was judged.
func (w *world) importOnce(ctx context.Context, a store.Actor, kind string, file []byte) (judged time.Duration, err error) {
	start := time.Now()
	table, err := sheet.Read(file)
	if err != nil {
		return 0, err
	}
	in, err := w.bulk.Start(ctx, a, kind, "lista.csv", table)
	if err != nil {
		return 0, err
	}
	if err := w.jobs.Drain(ctx); err != nil {
		return 0, err
	}
	if in, err = w.bulk.Import(ctx, a, kind, in.ID); err != nil {
		return 0, err
	}
	judged = time.Since(start)
	if err := w.bulk.Run(ctx, a, kind, in.ID, in.Version, false); err != nil {
		return 0, err
	}
	if err := w.jobs.Drain(ctx); err != nil {
		return 0, err
	}
	if in, err = w.bulk.Import(ctx, a, kind, in.ID); err == nil && in.Nuevos != in.Renglones {
		err = fmt.Errorf("%d of %d rows are new; %s", in.Nuevos, in.Renglones, in.State)
	}
	return judged, err
}

// customerList is a list of n customers, each another, as a spreadsheet writes it.
func customerList(n int) string {
	var b strings.Builder
	b.WriteString("RFC;Razón social;C.P.;Régimen;Uso de CFDI;Correo;Clave\n")
	for i := range n {
		rfc := string([]byte{byte('A' + i/26/26%26), byte('A' + i/26%26), byte('A' + i%26)}) // the letters of as many companies
		fmt.Fprintf(&b, "%s190128J61;COMERCIAL DEL NORTE NUMERO %d;76343;601;G03;pagos%d@ejemplo.mx;S%05d\n", rfc, i, i, i)
	}
	return b.String()
}

// productList is a list of n products, each another.
func productList(n int) string {
	var b strings.Builder
	b.WriteString("SKU;Producto;Clave SAT;Clave de unidad;Precio unitario;IVA;Categoría\n")
	for i := range n {
		fmt.Fprintf(&b, "P%05d;Tornillo galvanizado número %d;31161500;H87;%d.%02d;16;Ferretería\n", i, i, 1+i%900, i%100)
	}
	return b.String()
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
