package web

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"iofacturo.mx/catalogo"
)

// withPlaces gives the portal a few colonias, municipalities and towns.
func (p *portal) withPlaces() {
	p.t.Helper()
	src, dir := p.t.TempDir(), p.t.TempDir()
	for name, text := range map[string]string{
		"c_CodigoPostal.tsv": "id\testado\tmunicipio\testimulo_frontera\thuso_descripcion\n72000\tPUE\t114\t0\tTiempo del Centro\n22000\tBCN\t004\t1\tTiempo del Noroeste\n65000\tNLE\t\t1\t\n",
		"c_Colonia.tsv":      "colonia\tcodigo_postal\ttexto\n0001\t72000\tCentro Histórico\n0002\t72000\tEl Carmen <b>\n0001\t22000\tZona Río\n",
		"c_Municipio.tsv":    "municipio\testado\ttexto\n114\tPUE\tPuebla\n115\tPUE\tAtlixco\n004\tBCN\tTijuana\n",
		"c_Localidad.tsv":    "localidad\testado\ttexto\n01\tPUE\tHeroica Puebla de Zaragoza\n",
	} {
		must(p.t, os.WriteFile(filepath.Join(src, name), []byte(text), 0o600))
	}
	_, err := catalogo.Import(src, dir)
	must(p.t, err)
	cat, err := catalogo.Open(dir)
	must(p.t, err)
	*p.Catalog = *cat // the services hold the same one
}

// TestAnAddressOffersWhatItsPostalCodeHas: the colonias at page draw and when the postal
// code changes, and the municipality filled where a street is typed without one.
func TestAnAddressOffersWhatItsPostalCodeHas(t *testing.T) {
	p := newPortal(t)
	p.withPlaces()
	b, a := p.issuer("EKU9003173C9")
	has(t, b.get("/empresa"), `list="colonias-cp"`, `<datalist id="colonias-cp"><option value="Centro Histórico"></option><option value="El Carmen &lt;b&gt;">`,
		`<datalist id="municipios-cp"><option value="Puebla"></option></datalist>`, "Heroica Puebla de Zaragoza", "Puebla, Puebla", "Elige una de las de tu código postal")
	hasNo(t, b.get("/empresa"), "Zona Río", "Atlixco")
	has(t, b.get("/codigo-postal?CodigoPostal=22000"), `id="lugar-cp"`, "Tijuana, Baja California", `<datalist id="colonias-cp" hx-swap-oob="true"><option value="Zona Río">`)
	has(t, b.get("/codigo-postal?CodigoPostal=65000"), `<datalist id="colonias-cp" hx-swap-oob="true"></datalist>`)
	has(t, b.get("/sucursales/nueva"), `<datalist id="colonias-cp"></datalist>`, `list="municipios-cp"`)

	company, err := p.Account.Company(t.Context(), a)
	must(t, err)
	if company.Municipio != "" {
		t.Errorf("an address without a street got the municipality %q", company.Municipio)
	}
	form := companyFields(company)
	form.Set("Version", whole(company.Version))
	form.Set("Pais", "MEX")
	form.Set("Colonia", "Una que no está en la lista")
	b.follow(b.post("/empresa", form))
	company, err = p.Account.Company(t.Context(), a)
	must(t, err)
	if company.Municipio != "Puebla" || company.Colonia != "Una que no está en la lista" {
		t.Errorf("%q, %q", company.Municipio, company.Colonia)
	}
	branch := url.Values{"Nombre": {"Norte"}, "CodigoPostal": {"22000"}, "Calle": {"Revolución"}, "Municipio": {"El mío"}, "Activa": {"si"}}
	b.follow(b.post("/sucursales/nueva", branch))
	list, err := p.Account.Branches(t.Context(), a)
	must(t, err)
	if len(list) != 2 || list[1].Municipio != "El mío" {
		t.Errorf("what a person writes stays: %+v", list)
	}
	has(t, b.get("/sucursales/"+list[1].ID), `<datalist id="colonias-cp"><option value="Zona Río">`)
	has(t, b.get("/catalogos"), "Colonias", "Una muestra", "Municipios")
	other := newPortal(t)
	c, _ := other.issuer("XIA190128J61")
	has(t, c.get("/catalogos"), "Sin importar: en los domicilios se escriben")
}
