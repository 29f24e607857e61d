package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/account"
)

// TestSeriesOnScreen: a range about to end is said in the grid and in the form of a
// receipt; a series in use keeps its name; the report tells its gaps, also as CSV.
func TestSeriesOnScreen(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	path, form := newInvoice(t, b)
	b.press(path, form, "timbrar")
	series, err := p.Account.SeriesList(t.Context(), a)
	must(t, err)
	i := slices.IndexFunc(series, func(s account.Serie) bool { return s.TipoDeComprobante == "I" })
	s := series[i]
	edit := func(name, next, last string) url.Values {
		now, err := p.Account.Serie(t.Context(), a, s.ID)
		must(t, err)
		return url.Values{
			"Serie": {name}, "TipoDeComprobante": {"I"}, "FolioInicial": {whole(now.FolioInicial)}, "FolioSiguiente": {next}, "FolioFinal": {last},
			"Predeterminada": {"si"}, "Activa": {"si"}, "Version": {whole(now.Version)}, "Sucursal": {now.Sucursal},
		}
	}
	res := b.post("/series/"+s.ID, edit("OTRA", whole(s.FolioSiguiente), ""))
	if text := textOf(res); res.Code != http.StatusUnprocessableEntity || !strings.Contains(text, "La serie ya tiene folios usados") || !strings.Contains(res.Body.String(), `value="OTRA"`) {
		t.Errorf("renamed while in use: %d %s", res.Code, text)
	}
	if text := textOf(b.get("/series/" + s.ID + "/folios")); !strings.Contains(text, "Sin huecos") {
		t.Error(text)
	}
	res = b.post("/series/"+s.ID, edit(s.Serie, "1", ""))
	if res.Code != http.StatusUnprocessableEntity {
		t.Error("a folio went down")
	}
	b.follow(b.post("/series/"+s.ID, edit(s.Serie, "19", "20")))
	if text := textOf(b.get("/series")); !strings.Contains(text, "Por agotarse") || !strings.Contains(text, "90 % usado, quedan 2") {
		t.Error(text)
	}
	if page := b.get("/comprobantes/nuevo?tipo=I").Body.String(); !strings.Contains(page, "por agotarse, le quedan 2") {
		t.Error("the form of a receipt does not tell that the series runs out")
	}
	text := textOf(b.get("/series/" + s.ID + "/folios"))
	if !strings.Contains(text, "2 – 18") || !strings.Contains(text, "alguien subió el folio siguiente") || !strings.Contains(text, "Folios sin comprobante 17") {
		t.Error(text)
	}
	file := b.get("/series/" + s.ID + "/folios/csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body.String(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "2" || rows[1][2] != "18" || rows[1][3] != "17" {
		t.Errorf("%q %v", rows, err)
	}
}

// TestBranchHouseOnScreen: the address mended by a press, the postal code told, the
// border rate as default, its own certificate, and taking the branch away.
func TestBranchHouseOnScreen(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	if text := textOf(b.get("/codigo-postal?CodigoPostal=22000")); !strings.Contains(text, "Baja California · UTC−0") || !strings.Contains(text, "región fronteriza") {
		t.Error(text)
	}
	in := url.Values{"Nombre": {"Tijuana"}, "CodigoPostal": {"22000"}, "Estado": {"Jalisco"}, "Calle": {"Revolución"}, "Frontera": {"si"}, "Activa": {"si"}}
	res := b.post("/sucursales/nueva", in)
	if s := res.Body.String(); res.Code != http.StatusUnprocessableEntity || !strings.Contains(s, "Guardar con Baja California") || !strings.Contains(s, `value="Revolución"`) {
		t.Fatalf("%d %s", res.Code, textOf(res))
	}
	in.Set("Enmienda", "estado")
	b.follow(b.post("/sucursales/nueva", in))
	list, err := p.Account.Branches(t.Context(), a)
	must(t, err)
	branch := list[1]
	if branch.Estado != "Baja California" || !branch.Frontera {
		t.Fatalf("%+v", branch)
	}
	serie := serieForm()
	serie.Set("Serie", "TJ")
	serie.Set("Sucursal", branch.ID)
	serie.Set("Predeterminada", "si")
	b.follow(b.post("/series/nueva", serie))
	page := b.get("/comprobantes/nuevo?tipo=I").Body.String()
	if !strings.Contains(page, `value="0.080000" selected`) {
		t.Error("a receipt of the border does not begin with 8 %")
	}
	text := textOf(b.get("/sucursales/" + branch.ID))
	for _, want := range []string{"TJ · Ingreso", "Ninguno: se sella con el de la empresa", "Eliminar sucursal"} {
		if !strings.Contains(text, want) {
			t.Errorf("the branch does not show %q: %s", want, text)
		}
	}
	certificates, err := p.Account.Certificates(t.Context(), a)
	must(t, err)
	id := certificates[0].ID
	if s := b.get("/certificados/" + id + "/sucursal").Body.String(); !strings.Contains(s, "Tijuana") {
		t.Error("the certificate cannot be given to the branch")
	}
	b.follow(b.post("/certificados/"+id+"/sucursal", url.Values{"Sucursal": {branch.ID}}))
	if text := textOf(b.get("/certificados")); !strings.Contains(text, "Tijuana") || !strings.Contains(text, "quedan") {
		t.Error(text)
	}
	if text := textOf(b.get("/sucursales/" + branch.ID)); !strings.Contains(text, certificates[0].NoCertificado) || strings.Contains(text, "Eliminar sucursal") {
		t.Error(text)
	}
	b.follow(b.post("/certificados/"+id+"/sucursal", url.Values{"Sucursal": {""}}))
	made := textOf(b.follow(b.post("/certificados/prueba", nil)))
	if !strings.Contains(made, "es normal que convivan") {
		t.Errorf("nobody says that two overlap: %s", made)
	}
	b.follow(b.post("/certificados/"+id+"/revocar", nil))
	if text := textOf(b.get("/certificados")); !strings.Contains(text, "Revocado") {
		t.Error(text)
	}
	if text := textOf(b.follow(b.post("/sucursales/"+branch.ID+"/eliminar", url.Values{"Version": {"1"}}))); !strings.Contains(text, "Sucursal eliminada") {
		t.Error(text)
	}
}
