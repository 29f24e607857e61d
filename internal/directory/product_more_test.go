package directory

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/store"
)

const pedimento = "26  47  3807  6000123"

func saved(t *testing.T, s *Service, a store.Actor, change func(p *Product)) Product {
	t.Helper()
	in := goodProduct()
	change(&in)
	p, _, err := s.SaveProduct(t.Context(), a, in)
	if err != nil {
		t.Fatal(err, fail.FieldsOf(err))
	}
	return p
}

func TestCategoriesFilterSortAndAreFound(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		for i, x := range []struct{ clave, categoria string }{{"A", "Bebidas"}, {"B", "Básculas"}, {"C", ""}, {"D", "bebidas"}, {"E", "Zapatos"}} {
			saved(t, s, a, func(p *Product) {
				p.Clave, p.Categoria, p.Descripcion = x.clave, x.categoria, fmt.Sprint("Cosa ", 9-i)
			})
		}
		saved(t, s, b, func(p *Product) { p.Categoria = "Ajena" })
		claves := func(f Filter) string {
			t.Helper()
			page, err := s.Products(t.Context(), a, f)
			if err != nil || page.Total != len(page.Rows) {
				t.Fatal(err, page.Total)
			}
			var out []string
			for _, p := range page.Rows {
				out = append(out, p.Clave)
			}
			return strings.Join(out, "")
		}
		for _, x := range []struct {
			f    Filter
			want string
		}{
			{Filter{Categoria: "BEBIDAS"}, "DA"},
			{Filter{Categoria: "bebidas", Sort: "-descripcion"}, "AD"},
			{Filter{Categoria: "bebidas", Sort: "clave"}, "AD"},
			{Filter{Categoria: "bebidas", All: true}, "DA"},
			{Filter{Categoria: "bebidas", Q: "cosa 9"}, "A"},
			{Filter{Categoria: "bebidas", Inactive: true}, ""},
			{Filter{Categoria: "ajena"}, ""},
			{Filter{Sort: "categoria"}, "CBADE"},
			{Filter{Sort: "-categoria"}, "EDABC"},
			{Filter{Q: "bascul"}, "B"},
		} {
			if got := claves(x.f); got != x.want {
				t.Errorf("%+v: %s, want %s", x.f, got, x.want)
			}
		}
		names, err := s.Categorias(t.Context(), a)
		if want := []string{"Básculas", "Bebidas", "Zapatos"}; err != nil || !slices.Equal(names, want) {
			t.Errorf("%v %v", names, err)
		}
	})
}

func TestCargaAndCategoryRules(t *testing.T) {
	s := New(Config{Catalog: catalogo.New(), Now: start.UTC})
	for _, x := range []struct {
		change func(p *Product)
		path   string // of the error, "" for none
	}{
		{func(p *Product) { p.Categoria = "  Refacciones   usadas " }, ""},
		{func(p *Product) { p.Categoria = strings.Repeat("á", 60) }, ""},
		{func(p *Product) { p.Categoria = strings.Repeat("á", 61) }, "Categoria"},
		{func(p *Product) { p.Categoria = "***" }, "Categoria"},
		{func(p *Product) { p.PesoEnKg = decimal.MustParse("0.125") }, ""},
		{func(p *Product) { p.PesoEnKg = decimal.MustParse("0.1255") }, "PesoEnKg"},
		{func(p *Product) { p.PesoEnKg = decimal.MustParse("-1") }, "PesoEnKg"},
		{func(p *Product) { p.PesoEnKg = decimal.MustParse("1000000000") }, "PesoEnKg"},
		{func(p *Product) { p.MaterialPeligroso, p.CveMaterialPeligroso, p.Embalaje = "Sí", "1203", "1a1" }, ""},
		{func(p *Product) { p.MaterialPeligroso, p.CveMaterialPeligroso = "Sí", "M001" }, ""},
		{func(p *Product) { p.MaterialPeligroso, p.CveMaterialPeligroso = "Sí", "12034" }, "CveMaterialPeligroso"},
		{func(p *Product) { p.MaterialPeligroso, p.CveMaterialPeligroso = "No", "1203" }, "CveMaterialPeligroso"},
		{func(p *Product) { p.MaterialPeligroso, p.Embalaje = "Sí", "4G-1" }, "Embalaje"},
		{func(p *Product) { p.MaterialPeligroso = "tal vez" }, "MaterialPeligroso"},
	} {
		in := goodProduct()
		x.change(&in)
		var p problems
		s.checkProduct(&in, &p)
		got := ""
		for _, f := range p.fields {
			got += f.Path
		}
		if got != x.path {
			t.Errorf("%q %s %q %q %q: errors at %q, want %q", in.Categoria, in.PesoEnKg.String(), in.MaterialPeligroso, in.CveMaterialPeligroso, in.Embalaje, got, x.path)
		}
	}
}

func TestLotesOfAProduct(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		p := saved(t, s, a, func(*Product) {})
		theirs := saved(t, s, b, func(*Product) {})
		good := Lote{Pedimento: pedimento, Nota: " Contenedor  7 ", Cantidad: decimal.MustParse("12.5"), Fecha: "2026-03-01"}
		for _, x := range []struct {
			change func(l *Lote)
			path   string
		}{
			{func(l *Lote) { l.Pedimento = "" }, "Lote.Pedimento"},
			{func(l *Lote) { l.Pedimento = "26 47 3807 6000123" }, "Lote.Pedimento"},
			{func(l *Lote) { l.Pedimento = "26  99  3807  6000123" }, "Lote.Pedimento"},
			{func(l *Lote) { l.Pedimento = "15  47  3807  6000123" }, "Lote.Pedimento"},
			{func(l *Lote) { l.Fecha = "2026-02-30" }, "Lote.Fecha"},
			{func(l *Lote) { l.Cantidad = decimal.MustParse("1.1234567") }, "Lote.Cantidad"},
			{func(l *Lote) { l.Cantidad = decimal.MustParse("-1") }, "Lote.Cantidad"},
			{func(l *Lote) { l.Nota = strings.Repeat("x", 101) }, "Lote.Nota"},
		} {
			in := good
			x.change(&in)
			if err := s.AddLote(ctx, a, p.ID, in); !slices.Equal(paths(err), []string{x.path}) {
				t.Errorf("%+v: %v at %v", in, err, paths(err))
			}
		}
		if err := s.AddLote(ctx, a, p.ID, good); err != nil {
			t.Fatal(err)
		}
		if err := s.AddLote(ctx, a, p.ID, good); fail.KindOf(err) != fail.Conflict || !slices.Equal(paths(err), []string{"Lote.Pedimento"}) {
			t.Errorf("the same number twice: %v", err)
		}
		if err := s.AddLote(ctx, b, p.ID, good); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a lot of another company's product: %v", err)
		}
		newer := Lote{Pedimento: "26  47  3807  6000124", Fecha: "2026-04-01"}
		if err := s.AddLote(ctx, a, p.ID, newer); err != nil {
			t.Fatal(err)
		}
		list, n, err := s.Lotes(ctx, a, p.ID)
		if err != nil || n != 2 || list[0].Pedimento != newer.Pedimento || list[1].Nota != "Contenedor 7" || list[1].Cantidad.String() != "12.5" {
			t.Fatalf("%+v %v", list, err)
		}
		if err := s.SetLoteOpen(ctx, a, p.ID, list[0].ID, false); err != nil {
			t.Fatal(err)
		}
		for _, foreign := range []error{s.SetLoteOpen(ctx, b, p.ID, list[1].ID, false), s.SetLoteOpen(ctx, b, theirs.ID, list[1].ID, false), s.RemoveLote(ctx, b, p.ID, list[1].ID)} {
			if fail.KindOf(foreign) != fail.NotFound {
				t.Errorf("another company reached a lot: %v", foreign)
			}
		}
		open, err := s.OpenLotes(ctx, a, []string{p.ID, p.ID, "nada"})
		if err != nil || len(open) != 1 || len(open[p.ID]) != 1 || open[p.ID][0].Pedimento != pedimento {
			t.Errorf("%+v %v", open, err)
		}
		if open, err := s.OpenLotes(ctx, b, []string{p.ID}); err != nil || len(open) != 0 {
			t.Errorf("another company is offered %+v %v", open, err)
		}
		if err := s.RemoveLote(ctx, a, p.ID, list[1].ID); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteProduct(ctx, a, p.ID); err != nil {
			t.Errorf("a product with lots is not deleted: %v", err)
		}
	})
}

func TestLotesAreBounded(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, _ store.Actor) {
		p := saved(t, s, a, func(*Product) {})
		err := s.cfg.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
			for i := range MaxLots {
				if err := tx.InsertProductLot(t.Context(), store.ProductLotRow{ProductID: p.ID, ID: fmt.Sprintf("l-%04d", i), Pedimento: fmt.Sprintf("26  47  3807  6%06d", i), Abierto: true}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AddLote(t.Context(), a, p.ID, Lote{Pedimento: "26  47  3807  6999999"}); !slices.Equal(paths(err), []string{"Lote.Pedimento"}) {
			t.Errorf("one lot too many: %v", err)
		}
		list, n, err := s.Lotes(t.Context(), a, p.ID)
		if err != nil || len(list) != ShownLots || n != MaxLots {
			t.Errorf("%d of %d %v", len(list), n, err)
		}
		open, err := s.OpenLotes(t.Context(), a, []string{p.ID})
		if err != nil || len(open[p.ID]) != OfferedLots {
			t.Errorf("%d offered, %v", len(open[p.ID]), err)
		}
	})
}

// noise is a picture that no encoder makes small.
func noise(w, h int) image.Image {
	m, r := image.NewRGBA(image.Rect(0, 0, w, h)), rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.Uint32())
	}
	m.Set(0, 0, color.White)
	return m
}

func pngFile(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPictureOfAProduct(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		p := saved(t, s, a, func(*Product) {})
		for name, file := range map[string][]byte{
			"none": nil, "svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "text": []byte("hola"), "broken": pngFile(t, noise(40, 40))[:200],
			"large": make([]byte, MaxImagenUpload+1), "40 MP": pngHead(8000, 5000),
		} {
			if err := s.SetProductImage(ctx, a, p.ID, file); fail.KindOf(err) != fail.Invalid || !slices.Equal(paths(err), []string{"Imagen"}) {
				t.Errorf("%s: %v", name, err)
			}
		}
		file := pngFile(t, noise(700, 500))
		if err := s.SetProductImage(ctx, b, p.ID, file); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company gave it a picture: %v", err)
		}
		if err := s.SetProductImage(ctx, a, p.ID, file); err != nil {
			t.Fatal(err)
		}
		small, digest, err := s.ProductImage(ctx, a, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if hard, err := pdf.ReadThumbnail(pngFile(t, noise(320, 320))); err != nil || len(hard) > 60_000 {
			t.Error(len(hard), err)
		}
		about, err := jpeg.DecodeConfig(bytes.NewReader(small))
		if err != nil || about.Width != 320 || about.Height != 228 {
			t.Errorf("%+v %v", about, err)
		}
		now, err := s.Product(ctx, a, p.ID)
		if err != nil || now.Imagen != digest || now.Version != p.Version {
			t.Errorf("%+v %v", now, err)
		}
		if _, _, err := s.ProductImage(ctx, b, p.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company sees it: %v", err)
		}
		now.Categoria = "Con foto"
		if now, _, err = s.SaveProduct(ctx, a, now); err != nil || now.Imagen != digest {
			t.Errorf("a save lost the picture: %q %v", now.Imagen, err)
		}
		if err := s.RemoveProductImage(ctx, a, p.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.ProductImage(ctx, a, p.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("it is still there: %v", err)
		}
	})
}

// pngHead is the beginning of a PNG that says how large it would be.
func pngHead(w, h int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)))
	return b.Bytes()
}

func TestProductsGoOutAndComeInWithAllTheyHave(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		l := load(t, s, b)
		p := saved(t, s, a, func(p *Product) {
			p.Categoria, p.PesoEnKg, p.MaterialPeligroso, p.CveMaterialPeligroso, p.Embalaje = "Combustibles", decimal.MustParse("0.75"), "Sí", "0004", "1A1"
		})
		var head, row []string
		for i, c := range ProductColumns() {
			head, row = append(head, c.Label), append(row, strings.TrimPrefix(ProductCells(p)[i], "000")) // as a spreadsheet spoils it
		}
		in := l.run(l.check(BulkProducts, strings.Join(head, ",")+"\n"+strings.Join(row, ",")+"\n"), true)
		if in.Nuevos != 1 {
			t.Fatalf("%+v", in.ImportRow)
		}
		page, err := s.Products(t.Context(), b, Filter{Categoria: "combustibles"})
		if err != nil || len(page.Rows) != 1 {
			t.Fatal(page, err)
		}
		if got, want := strings.Join(ProductCells(page.Rows[0]), "|"), strings.Join(ProductCells(p), "|"); got != want {
			t.Errorf("came in as %s, went out as %s", got, want)
		}
	})
}
