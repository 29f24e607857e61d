// Package bench measures what the portal promises, each figure beside a limit measured in the same run.
//
//	results, err := bench.Run(ctx, []string{"seal", "issue"}, 200)
//
// Figure and limit take turns, so that what else the machine does falls on both alike; of three rounds the best is told.
// Everything runs on real parts over a throw-away folder: file-backed SQLite, the test authority and the test PAC.
package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Result is one figure. Ratio tells how near it came to its limit: 1 is the limit itself; for latencies, limit ÷ figure.
type Result struct {
	Name    string      `json:"name"`
	Figure  json.Number `json:"figure"`
	Unit    string      `json:"unit"`
	Limit   json.Number `json:"limit"`
	LimitIs string      `json:"limit_is"`
	Ratio   json.Number `json:"ratio"`
	N       int         `json:"n"`
	P50     int64       `json:"p50_us"`
	P99     int64       `json:"p99_us"`
}

// rounds is how often each thing is measured; the best round counts (decision 33).
const rounds = 3

// A benchmark is one line of the table. run measures n times what is promised and, in turns, what it is held against.
type benchmark struct {
	name, unit, limitIs string
	tell                func(figure, limit lap) (f, l, ratio float64)
	run                 func(ctx context.Context, w *world, n int) (figure, limit lap, err error)
}

// all is the table, in the order it is printed.
var all = []benchmark{
	{"seal", "documentos/s", "firmas RSA-2048 desnudas de la ruta en uso/s: armar, totalizar, cadena, firma y XML, sin reglas", throughput, seal},
	{"seal-go", "documentos/s", "firmas RSA-2048 desnudas con crypto/rsa/s: lo mismo por la otra ruta", throughput, sealInGo},
	{"seal-validate", "documentos/s", "firmas RSA-2048 desnudas de la ruta en uso/s: lo mismo, con cada regla local antes", throughput, sealValidate},
	{"seal-validate-go", "documentos/s", "firmas RSA-2048 desnudas con crypto/rsa/s: lo mismo por la otra ruta", throughput, sealValidateInGo},
	{"firmas", "firmas RSA-2048 desnudas/s de la ruta en uso", "firmas/s con crypto/rsa", throughput, bareSigning},
	{"verify", "documentos/s", "verificaciones RSA-2048 desnudas con crypto/rsa/s: leer, cadena, sello y certificado, sin timbre", throughput, verify},
	{"verificaciones", "verificaciones RSA-2048 desnudas/s de la ruta en uso", "verificaciones/s con crypto/rsa", throughput, bareVerifying},
	{"verify-timbre", "documentos/s", "dos verificaciones RSA-2048 desnudas (sello y timbre)/s", throughput, verifyStamped},
	{"validate-5000", "ms, mediana", "ms, techo: cada regla local de un comprobante de 5,000 líneas", latency(0.50), validateLong},
	{"pdf", "facturas de una página/s", "páginas de puro texto con la misma biblioteca/s", throughput, pages},
	{"pdf-primera", "ms, mediana", "ms, techo: la primera factura de un proceso, con sus fuentes", latency(0.50), firstPage},
	{"pdf-larga", "páginas/s de una factura de 100", "páginas/s de puro texto con la misma biblioteca", pagesPerSecond, longInvoice},
	{"issue", "ms, mediana", "ms de 2 firmas RSA y los fsync que exige lo prometido", latency(0.50), issue},
	{"timbrar", "ms, p95", "ms, techo", latency(0.95), timbrar},
	{"list", "ms, mediana", "ms de la misma página en una empresa de 50 comprobantes", latency(0.50), list},
	{"catalogs", "ms, p95", "ms, techo: clientes, productos y precios, en cada orden y filtro, de 100,000", latency(0.95), catalogs},
	{"search", "µs, p99", "µs, techo: clave del SAT letra por letra, en memoria, entre 52,514", micros(0.99), search},
	{"search-lista", "ms, p95", "ms, techo: del catálogo guardado a la primera respuesta", latency(0.95), searchReady},
	{"search-pagina", "ms, p95", "ms, techo: lo que espera la caja de claves en el servidor", latency(0.95), searchPage},
	{"panel", "ms, p95", "ms, techo: la página del panel con 1,000,000 de comprobantes", latency(0.95), panel},
	{"rotate", "ms, mediana", "ms, techo: llave maestra de 10,000 empresas mientras se emite", latency(0.50), rotate},
	{"import-revisar", "ms", "ms, techo: leer y revisar 10,000 clientes, sin guardar", latency(0.50), judging(customersList)},
	{"import", "ms", "ms, techo: leer, revisar y guardar 10,000 clientes", latency(0.50), importing(customersList)},
	{"import-productos-revisar", "ms", "ms, techo: leer y revisar 10,000 productos, sin guardar", latency(0.50), judging(productsList)},
	{"import-productos", "ms", "ms, techo: leer, revisar y guardar 10,000 productos", latency(0.50), importing(productsList)},
}

// Run measures the named benchmarks, all of them without names, at least n times each in each of three rounds. An
// unknown name is an error that lists the known ones. db is an empty database to
// measure on; "" is a throw-away SQLite.
func Run(ctx context.Context, db string, names []string, n int) ([]Result, error) {
	return run(ctx, db, names, n, func(*world) {})
}

// run is Run; after it measured, it shows the world it measured in.
func run(ctx context.Context, db string, names []string, n int, after func(*world)) ([]Result, error) {
	chosen, err := choose(names)
	if err != nil {
		return nil, err
	}
	w, err := newWorld(ctx, db)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	results := make([]Result, 0, len(chosen))
	for _, b := range chosen {
		r, err := b.best(ctx, w, max(n, 1))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.name, err)
		}
		results = append(results, r)
	}
	after(w)
	return results, nil
}

// beside are the measurements that are told with another: those of the other route.
func beside(name string) []string {
	switch name {
	case "seal", "seal-validate":
		return []string{name, name + "-go", "firmas"}
	case "verify":
		return []string{name, "verificaciones"}
	}
	return []string{name}
}

func choose(names []string) ([]benchmark, error) {
	if len(names) == 0 {
		return all, nil
	}
	var wanted []string
	for _, name := range names {
		for _, name := range beside(name) {
			if !slices.Contains(wanted, name) {
				wanted = append(wanted, name)
			}
		}
	}
	var chosen []benchmark
	for _, name := range wanted {
		i := slices.IndexFunc(all, func(b benchmark) bool { return b.name == name })
		if i < 0 {
			known := make([]string, len(all))
			for j, b := range all {
				known[j] = b.name
			}
			return nil, fmt.Errorf("no hay medición %q; las que hay: %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// best is the round whose median was the lowest.
func (b benchmark) best(ctx context.Context, w *world, n int) (Result, error) {
	var figure, limit lap
	for range rounds {
		f, l, err := b.run(ctx, w, n)
		if err != nil {
			return Result{}, err
		}
		if figure == nil || f.at(0.5) < figure.at(0.5) {
			figure, limit = f, l
		}
	}
	value, against, ratio := b.tell(figure, limit)
	return Result{
		Name: b.name, Figure: number(value), Unit: b.unit, Limit: number(against), LimitIs: b.limitIs, Ratio: number(ratio),
		N: len(figure), P50: figure.at(0.50).Microseconds(), P99: figure.at(0.99).Microseconds(),
	}, nil
}

// A lap is how long each of the n times took.
type lap []time.Duration

// at is the duration that the part p of them did not exceed.
func (l lap) at(p float64) time.Duration {
	sorted := slices.Sorted(slices.Values(l))
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

// perSecond is how many fit in a second one after another.
func (l lap) perSecond() float64 {
	var sum time.Duration
	for _, d := range l {
		sum += d
	}
	return float64(len(l)) / max(sum, 1).Seconds()
}

func throughput(figure, limit lap) (f, l, ratio float64) {
	f, l = figure.perSecond(), limit.perSecond()
	return f, l, f / l
}

func latency(p float64) func(figure, limit lap) (f, l, ratio float64) {
	return func(figure, limit lap) (f, l, ratio float64) {
		f, l = millis(figure.at(p)), millis(limit.at(p))
		return f, l, l / f
	}
}

// micros is latency in millionths of a second.
func micros(p float64) func(figure, limit lap) (f, l, ratio float64) {
	return func(figure, limit lap) (f, l, ratio float64) {
		f, l = 1e3*millis(figure.at(p)), 1e3*millis(limit.at(p))
		return f, l, l / f
	}
}

func millis(d time.Duration) float64 { return max(float64(d.Nanoseconds()), 1) / 1e6 }

// number writes three significant digits or so: more would pretend.
func number(f float64) json.Number {
	places := 3
	if f >= 100 {
		places = 0
	} else if f >= 10 {
		places = 1
	}
	return json.Number(strconv.FormatFloat(f, 'f', places, 64))
}

// turns times op and limit one after the other, n times. Both hear which time it is.
func turns(ctx context.Context, n int, op, limit func(i int) error) (figure, against lap, err error) {
	for i := range n {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		f, err := timed(i, op)
		if err != nil {
			return nil, nil, err
		}
		l, err := timed(i, limit)
		if err != nil {
			return nil, nil, err
		}
		figure, against = append(figure, f), append(against, l)
	}
	return figure, against, nil
}

// warmTurns is turns after one of each that is not timed: the first signature of a process loads the library, the first
// of a key puts it in there, and no other pays for that.
func warmTurns(ctx context.Context, n int, op, limit func(i int) error) (figure, against lap, err error) {
	if err := op(0); err != nil {
		return nil, nil, err
	}
	if err := limit(0); err != nil {
		return nil, nil, err
	}
	return turns(ctx, n, op, limit)
}

func timed(i int, f func(i int) error) (time.Duration, error) {
	start := time.Now()
	err := f(i)
	return time.Since(start), err
}
