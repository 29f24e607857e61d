package web

import (
	"bytes"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func customerForm() url.Values {
	return url.Values{"Rfc": {"xaxx010101000"}, "Nombre": {"PUBLICO EN GENERAL"}, "CodigoPostal": {"72000"}, "RegimenFiscal": {"616"}, "UsoCFDI": {"S01"}, "Correos[0]": {"caja@example.mx"}}
}

func productForm() url.Values {
	return url.Values{
		"Clave": {"VAJ-01"}, "Descripcion": {"Vajilla de talavera"}, "ClaveProdServ": {"01010101"}, "ClaveUnidad": {"H87"}, "Unidad": {"Pieza"},
		"Precio": {"3450.00"}, "Moneda": {"MXN"}, "ObjetoImp": {"02"}, "IVA": {"0.160000"},
	}
}

func serieForm() url.Values {
	return url.Values{"Serie": {"A"}, "TipoDeComprobante": {"I"}, "FolioInicial": {"1"}, "Predeterminada": {"si"}, "Activa": {"si"}}
}

// forbidden is what a strict CSP would refuse, and templates must not hold.
var forbidden = regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<script(?: [^>]*)?>[^<]|<style|javascript:`)

func TestEveryPageRenders(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana Toledo")
	in := p.signedIn("TCG180314LM7")
	pages := map[string]string{
		"/empresa": "Datos de la empresa", "/certificados": "Crear certificado de prueba", "/series": "Aún no hay series", "/series/nueva": "Nueva serie",
		"/productos": "Aún no hay productos", "/productos/nuevo": "Nuevo producto", "/clientes": "Aún no hay clientes", "/clientes/nuevo": "Nuevo cliente",
		"/cuenta/contrasena": "Cambio de contraseña", "/cuenta/bienvenida": "Tu cuenta está lista", "/buzon": "Buzón de salida",
		"/terminos": "Términos del servicio", "/privacidad": "Aviso de privacidad", "/registro": "Registro gratuito",
	}
	for path, words := range pages {
		res := in.get(path)
		if res.Code != http.StatusOK {
			t.Errorf("GET %s: %d\n%s", path, res.Code, textOf(res))
		}
		has(t, res, words, "<h1>", `lang="es-MX"`, `id="contenido"`, "SIN VALIDEZ FISCAL")
		if bad := forbidden.FindString(res.Body.String()); bad != "" {
			t.Errorf("GET %s holds %q", path, bad)
		}
		if n := strings.Count(res.Body.String(), "<h1"); n != 1 {
			t.Errorf("GET %s has %d main titles", path, n)
		}
	}
	has(t, p.browser().get("/"), "Inicia sesión", "Regístrate gratis")
	if res := in.get("/"); res.Header().Get("Location") != "/panel" {
		t.Errorf("home of who is in goes to %q", res.Header().Get("Location"))
	}
	if res := p.browser().get("/Account/LogOn"); res.Header().Get("Location") != "/" {
		t.Errorf("/Account/LogOn goes to %q", res.Header().Get("Location"))
	}
}

func TestFromRegistrationToTheFirstSteps(t *testing.T) {
	p := newPortal(t)
	b := p.browser()
	sent := b.post("/registro", url.Values{"Nombre": {"Mariana Toledo"}, "Rfc": {"tcg180314lm7"}, "Correo": {"m@example.mx"}, "Correo2": {"m@example.mx"}, "Acepta": {"si"}})
	has(t, b.follow(sent), "m@example.mx", "TCG180314LM7", "Abrir el buzón")
	has(t, b.follow(b.post("/registro/cambiar-correo", url.Values{"Correo": {"mariana@example.mx"}, "Correo2": {"mariana@example.mx"}})), "mariana@example.mx", "Cambiamos tu correo")
	p.drain()
	confirm := firstLink(t, b.get(firstLink(t, b.get("/buzon"), "/buzon/")), "/confirmar/")
	has(t, b.get(confirm), "Elige tu contraseña", "admin")
	short := b.post(confirm, url.Values{"Usuario": {"mariana"}, "Password": {"corta"}, "Password2": {"corta"}})
	if short.Code != http.StatusUnprocessableEntity || strings.Contains(short.Body.String(), "corta\"") {
		t.Errorf("a short password: %d", short.Code)
	}
	has(t, short, `value="mariana"`, fieldID("Password"))
	welcome := b.follow(b.post(confirm, url.Values{"Usuario": {"mariana"}, "Password": {password}, "Password2": {password}}))
	has(t, welcome, "Tu cuenta está lista", "mariana", "TCG180314LM7", "0 de 7")
	has(t, p.browser().get(confirm), "Este enlace ya se usó")

	company := url.Values{"Version": {hidden(b.get("/empresa").Body.String(), "Version")}, "Nombre": {"TALLER DE CERAMICA LOS GIRASOLES"}, "RegimenDefault": {"601"}, "CodigoPostal": {"72000"}, "LugarExpedicion": {"72000"}, "Pais": {"MEX"}}
	has(t, b.follow(b.post("/empresa", company)), "Guardamos los datos", "1 de 7")
	has(t, b.follow(b.post("/productos/nuevo", productForm())), "Producto guardado", "Vajilla de talavera", "$ 3,450.00", "IVA 16 %", "2 de 7")
	has(t, b.follow(b.post("/clientes/nuevo", customerForm())), "PUBLICO EN GENERAL", "3 de 7")
	has(t, b.follow(b.post("/series/nueva", serieForm())), "Serie guardada", "4 de 7")
	has(t, b.follow(b.post("/certificados/prueba", nil)), "Certificado de prueba", "En uso", "Vigente", "5 de 7")
}

// hidden returns the value of the first hidden input of that name.
func hidden(page, name string) string {
	_, rest, _ := strings.Cut(page, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(value)
}

func TestAFormThatFailsComesBackFilled(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	tests := []struct {
		path  string
		form  url.Values
		typed string // something that must still be there
		field string // the field that says why
	}{
		{"/clientes/nuevo", url.Values{"Rfc": {"MAL"}, "Nombre": {"Hotel «Casona» <b>"}}, "Hotel «Casona» &lt;b&gt;", "Rfc"},
		{"/clientes/nuevo", url.Values{"Rfc": {"XAXX010101000"}, "Correos[0]": {""}, "Correos[1]": {"no es correo"}}, "no es correo", "Correos[1]"},
		{"/productos/nuevo", url.Values{"Precio": {"1,234.50"}}, "1,234.50", "Precio"},
		{"/productos/nuevo", url.Values{"Precio": {"1e9"}}, "1e9", "Precio"},
		{"/productos/nuevo", url.Values{"Precio": {"12.1234567"}}, "12.1234567", "Precio"},
		{"/productos/nuevo", url.Values{"Precio": {"doce pesos"}}, "doce pesos", "Precio"},
		{"/productos/nuevo", url.Values{"Descripcion": {"Renta"}, "ClaveProdServ": {"nada"}}, "Renta", "ClaveProdServ"},
		{"/series/nueva", url.Values{"TipoDeComprobante": {"I"}, "FolioInicial": {"uno"}}, "uno", "FolioInicial"},
		{"/empresa", url.Values{"Nombre": {"TALLER"}, "CodigoPostal": {"1"}}, "TALLER", "CodigoPostal"},
		{"/cuenta/contrasena", url.Values{"Anterior": {"otra"}, "Nueva": {password + "x"}, "Confirmacion": {password + "x"}}, "", "Anterior"},
	}
	for _, test := range tests {
		res := in.post(test.path, test.form)
		if res.Code != http.StatusUnprocessableEntity {
			t.Errorf("POST %s %v: %d\n%s", test.path, test.form, res.Code, textOf(res))
			continue
		}
		has(t, res, test.typed, `id="resumen"`, `href="#`+fieldID(test.field)+`"`, `id="`+fieldID(test.field)+`"`, `id="`+findingID(test.field, 0)+`"`, `aria-invalid="true"`)
	}
}

func TestSignInFailureIsNeutralAndKeepsWhatWasTyped(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	wrong := p.browser().post("/entrar", url.Values{"Usuario": {"admin"}, "Rfc": {"TCG180314LM7"}, "Password": {"no es esta 1234"}})
	nobody := p.browser().post("/entrar", url.Values{"Usuario": {"admin"}, "Rfc": {"AAA010101AAA"}, "Password": {"no es esta 1234"}})
	if wrong.Code != http.StatusUnprocessableEntity || nobody.Code != wrong.Code {
		t.Errorf("%d and %d", wrong.Code, nobody.Code)
	}
	same := strings.ReplaceAll(nobody.Body.String(), "AAA010101AAA", "TCG180314LM7")
	if same != wrong.Body.String() {
		t.Error("the page tells a known RFC from an unknown one")
	}
	has(t, wrong, `value="admin"`)
	if strings.Contains(wrong.Body.String(), "no es esta") {
		t.Error("the password came back")
	}
}

// The session ends while something is typed: nothing typed is lost.
func TestWorkSurvivesTheEndOfTheSession(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	b := p.browser()
	form := customerForm()
	form.Set("Notas", "línea 1\nlínea \"2\" <&>")
	res := b.post("/clientes/nuevo", form)
	if res.Code != http.StatusUnauthorized {
		t.Fatalf("%d", res.Code)
	}
	has(t, res, "a salvo", `name="seguir" value="/clientes/nuevo"`)

	again := url.Values{"Usuario": {"admin"}, "Rfc": {"TCG180314LM7"}, "Password": {"mal mal mal mal"}, "seguir": {"/clientes/nuevo"}}
	for name, values := range form {
		again[carriedField(name)] = values
	}
	res = b.post("/entrar", again) // a wrong password keeps it too
	has(t, res, hiddenInput(carriedField("Rfc"), "xaxx010101000"))
	again.Set("Password", password)
	res = b.post("/entrar", again)
	has(t, res, "Continuar", `action="/clientes/nuevo"`, hiddenInput("Rfc", "xaxx010101000"), "línea &#34;2&#34; &lt;&amp;&gt;")
	if got := textOf(b.get("/clientes")); !strings.Contains(got, "Aún no hay clientes") {
		t.Error("it was saved before anybody pressed Continuar")
	}
	has(t, b.follow(b.post("/clientes/nuevo", form)), "Cliente guardado")
}

func hiddenInput(name, value string) string {
	return `<input type="hidden" name="` + name + `" value="` + value + `">`
}

func TestTooMuchIsNotCarried(t *testing.T) {
	b := newPortal(t).browser()
	res := b.post("/clientes/nuevo", url.Values{"Notas": {strings.Repeat("x", carriedLimit+1)}, "Password": {"secreta 123"}})
	if res.Code != http.StatusUnauthorized || strings.Contains(res.Body.String(), "xxxx") {
		t.Errorf("%d, %d bytes", res.Code, res.Body.Len())
	}
}

// No password goes back into a page, whatever its field is called.
func TestPasswordsAreNotCarried(t *testing.T) {
	b := newPortal(t).browser()
	res := b.post("/cuenta/contrasena", url.Values{"username": {"admin"}, "Anterior": {"secreta 1"}, "Nueva": {"secreta 2"}, "Confirmacion": {"secreta 2"}})
	if strings.Contains(res.Body.String(), "secreta") || strings.Contains(res.Body.String(), carriedPrefix) {
		t.Error("a form with passwords was carried")
	}
	has(t, res, "No se envió nada")
	pages, err := filepath.Glob("*.templ")
	must(t, err)
	asked := regexp.MustCompile(`Name: "([^"]+)"[^}]*Type: "password"`)
	seen := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		must(t, err)
		for _, m := range asked.FindAllStringSubmatch(string(text), -1) {
			if seen++; !isSecret(m[1]) {
				t.Errorf("%s asks for a password in %s, which would be carried", page, m[1])
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d inputs for passwords found", seen)
	}
}

func TestUploadsTellWhatIsWrongBesideTheFile(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	big := bytes.Repeat([]byte("x"), 10<<20)
	res := in.upload("/certificados/nuevo", map[string][]byte{"Cer": big, "Key": []byte("k"), "Password": []byte("12345678a")})
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("a file of 10 MB: %d", res.Code)
	}
	has(t, res, "más de 64 kB", `id="`+findingID("Cer", 0)+`"`)
	res = in.upload("/certificados/nuevo", map[string][]byte{"Cer": {}, "Key": {}, "Password": {}})
	has(t, res, "Falta el archivo .cer", "Falta el archivo .key")
	res = in.upload("/certificados/nuevo", map[string][]byte{"Cer": []byte("-----BEGIN CERTIFICATE-----\n"), "Key": []byte("x"), "Password": []byte("12345678a")})
	if res.Code != http.StatusUnprocessableEntity || strings.Contains(res.Body.String(), "12345678a") {
		t.Errorf("a PEM: %d", res.Code)
	}
	has(t, res, `id="`+findingID("Cer", 0)+`"`)
	res = in.post("/certificados/nuevo", url.Values{"Cer": {"x"}})
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("without files: %d", res.Code)
	}
}

func TestCertificateLife(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	res := in.follow(in.post("/certificados/prueba", nil))
	_, rest, _ := strings.Cut(res.Body.String(), `action="/certificados/`)
	id, _, ok := strings.Cut(rest, "/desactivar")
	if !ok || len(id) > 60 {
		t.Fatalf("no certificate to act on:\n%s", textOf(res))
	}
	has(t, in.follow(in.post("/certificados/"+id+"/desactivar", nil)), "Certificado desactivado", "Ningún certificado puede sellar ahora")
	has(t, in.follow(in.post("/certificados/"+id+"/activar", nil)), "Certificado activado", "En uso")
	has(t, in.follow(in.post("/certificados/"+id+"/eliminar", nil)), "Llave eliminada")
}

func TestStaleEditIsToldAndKept(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	in.follow(in.post("/clientes/nuevo", customerForm()))
	path := firstLink(t, in.get("/clientes"), "/clientes/")
	form := customerForm()
	form.Set("Version", hidden(in.get(path).Body.String(), "Version"))
	in.follow(in.post(path, form))
	form.Set("Notas", "lo mío")
	res := in.post(path, form) // the same version again: somebody was faster
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", res.Code)
	}
	has(t, res, "lo mío", `id="resumen"`)
}

func TestListsSearchAndDeactivate(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	in.follow(in.post("/productos/nuevo", productForm()))
	has(t, in.get("/productos?q=talav"), "Vajilla de talavera", "1 en total")
	has(t, in.get("/productos?q=zzz"), "Nada coincide con «zzz»", "Ver todos")
	path := firstLink(t, in.get("/productos"), "/productos/")
	has(t, in.follow(in.post(path+"/estado", url.Values{"activo": {"no"}})), "Producto desactivado")
	has(t, in.get("/productos?estado=inactivos"), "Vajilla de talavera")
	has(t, in.follow(in.post(path+"/estado", url.Values{"activo": {"si"}})), "Producto activado")
	edited := in.get(path)
	has(t, edited, `value="3450.00"`, "Vajilla de talavera")
}

func TestSearchBoxes(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	in.follow(in.post("/productos/nuevo", productForm()))
	in.follow(in.post("/clientes/nuevo", customerForm()))
	for path, word := range map[string]string{
		"/buscar/productos?q=vajilla": "VAJ-01", "/buscar/clientes?q=publico": "XAXX010101000",
		"/buscar/claves?q=01010101": "01010101", "/buscar/unidades?q=pieza": "H87", "/buscar/claves?q=": "01010101", "/buscar/unidades?q=": "H87",
	} {
		res := in.get(path)
		has(t, res, word, `role="option"`)
		if strings.Contains(res.Body.String(), "<html") {
			t.Errorf("%s is a whole page", path)
		}
	}
	has(t, in.get("/buscar/clientes?q=zzz"), "Ningún cliente coincide")
	has(t, in.get("/buscar/claves?q="), "Usada hace poco · IVA 16 %")
	has(t, in.get("/buscar/claves?q=huevo"), "Suele ir a IVA 0 %", `&#34;IVA&#34;:&#34;0.000000&#34;`)
	egg := productForm()
	egg.Set("ClaveProdServ", "50131600")
	egg.Set("Clave", "HUEVO")
	has(t, in.follow(in.post("/productos/nuevo", egg)), "Lo usual con esta clave es IVA a 0 %")
	found := in.get("/buscar/claves?q=huevo").Body.String() // the company's own key first, though others fit better
	if own, other := strings.Index(found, "50131600"), strings.Index(found, "50131612"); own < 0 || other < own {
		t.Errorf("its own key at %d, another at %d", own, other)
	}
	has(t, in.get(firstLink(t, in.get("/productos?q=HUEVO"), "/productos/")), "Lo usual con esta clave es IVA a 0 %", "Poner IVA a 0 %")
	without := productForm()
	without.Set("accion", "buscar")
	without.Set("ClaveProdServ", "01010101")
	has(t, in.post("/productos/nuevo", without), `type="radio"`, "Vajilla de talavera")
}

func TestBoxExistsInTheDemoAlone(t *testing.T) {
	p := newPortal(t)
	p.Demo = false
	if res := p.browser().get("/buzon"); res.Code != http.StatusNotFound {
		t.Errorf("%d", res.Code)
	}
}

func TestBoxAnswersToThisMachineAlone(t *testing.T) {
	p := newPortal(t)
	for host, want := range map[string]int{
		"localhost:8080": 200, "localhost": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "[::1]": 200,
		"atacante.example:8080": 404, "127.0.0.1.atacante.example": 404, "192.0.2.1:8080": 404,
	} {
		r := httptest.NewRequest(http.MethodGet, baseURL+"/buzon", nil)
		r.Host = host
		if res := p.browser().send(r); res.Code != want {
			t.Errorf("%s: %d, want %d", host, res.Code, want)
		}
	}
}

func TestHealth(t *testing.T) {
	p := newPortal(t)
	for _, path := range []string{"/livez", "/readyz"} {
		if res := p.browser().get(path); res.Code != http.StatusOK || res.Body.String() != "ok\n" {
			t.Errorf("%s: %d %q", path, res.Code, res.Body)
		}
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	token := in.cookies[sessionCookie]
	has(t, in.follow(in.post("/salir", nil)), "Cerraste tu sesión")
	in.cookies[sessionCookie] = token
	if res := in.get("/empresa"); res.Code != http.StatusSeeOther {
		t.Errorf("the old token still opens: %d", res.Code)
	}
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	token := in.cookies[sessionCookie]
	in.post("/entrar", url.Values{"Usuario": {"admin"}, "Rfc": {"TCG180314LM7"}, "Password": {password}})
	if in.cookies[sessionCookie] == token || in.get("/empresa").Code != http.StatusOK {
		t.Error("no new session")
	}
	in.cookies[sessionCookie] = token
	if res := in.get("/empresa"); res.Code != http.StatusSeeOther {
		t.Errorf("the session before still opens: %d", res.Code)
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	in.get("/confirmar/" + "token-muy-secreto")
	for _, secret := range []string{password, in.cookies[sessionCookie], "token-muy-secreto"} {
		if strings.Contains(p.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
