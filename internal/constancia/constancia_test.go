package constancia

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/google/go-cmp/cmp"
	qr "github.com/skip2/go-qrcode"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/fail"
)

// at is a text at a place of the page, in millimetres.
type at struct {
	x, y float64
	text string
}

// A sheet is a Constancia as one year's layout draws it.
type sheet struct {
	texts []at
	qr    string
	form  string // how the QR code is kept: "png", "jpeg", "link" or ""
}

const (
	moral  = "EWE170101XX3"
	fisica = "AABB800101AB1"
)

func siat(id, rfc string) string {
	return "https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3=" + id + "_" + rfc
}

// pdf draws the sheet. The base fonts are those the SAT's files use, in Windows-1252.
func (s sheet) pdf(t testing.TB) []byte {
	t.Helper()
	doc := fpdf.New("P", "mm", "Letter", "")
	doc.AddPage()
	latin := doc.UnicodeTranslatorFromDescriptor("cp1252")
	doc.SetFont("Helvetica", "", 8)
	for _, x := range s.texts {
		doc.Text(x.x, x.y, latin(x.text))
	}
	if s.form == "png" || s.form == "jpeg" {
		code, err := qr.New(s.qr, qr.Medium)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		kind := "PNG"
		if s.form == "jpeg" {
			kind = "JPG"
			gray := image.NewGray(image.Rect(0, 0, 300, 300))
			img := code.Image(300)
			for y := range 300 {
				for x := range 300 {
					gray.Set(x, y, color.GrayModel.Convert(img.At(x, y)))
				}
			}
			err = jpeg.Encode(&b, gray, nil)
		} else {
			err = code.Write(300, &b)
		}
		if err != nil {
			t.Fatal(err)
		}
		doc.RegisterImageOptionsReader("qr", fpdf.ImageOptions{ImageType: kind}, &b)
		doc.ImageOptions("qr", 12, 30, 30, 30, false, fpdf.ImageOptions{}, 0, "")
	}
	if s.form == "link" {
		doc.LinkString(12, 30, 30, 30, s.qr)
	}
	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// rows puts pairs of label and value in one column from y on.
func rows(x, y, value float64, pairs ...string) []at {
	var out []at
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, at{x, y, pairs[i]}, at{value, y, pairs[i+1]})
		y += 5
	}
	return out
}

// of2022 is the layout with labels and values in the same cell, two columns of address.
func of2022() sheet {
	texts := []at{
		{60, 20, "CÉDULA DE IDENTIFICACIÓN FISCAL"},
		{60, 30, moral},
		{60, 34, "Registro Federal de Contribuyentes"},
		{60, 40, "ESCUELA WENDY"},
		{60, 44, "Nombre, denominación o razón social"},
		{60, 50, "idCIF: 17010012345"},
		{130, 20, "CONSTANCIA DE SITUACIÓN FISCAL"},
		{130, 28, "Lugar y Fecha de Emisión"},
		{130, 32, "CUAUHTEMOC , CIUDAD DE MEXICO A 05 DE NOVIEMBRE DE 2026"},
		{20, 70, "Datos de Identificación del Contribuyente:"},
	}
	texts = append(texts, rows(20, 76, 70,
		"RFC:", moral,
		"Denominación/Razón Social:", "ESCUELA WENDY DE LAS ARTES Y OFICIOS DEL",
		"", "VALLE DE MEXICO",
		"Régimen Capital:", "SOCIEDAD ANONIMA DE CAPITAL VARIABLE",
		"Nombre Comercial:", "",
		"Fecha inicio de operaciones:", "01 DE ENERO DE 2017",
		"Estatus en el padrón:", "ACTIVO",
		"Fecha de último cambio de estado:", "01 DE ENERO DE 2017")...)
	texts = append(texts, at{20, 120, "Datos del domicilio registrado"},
		at{20, 126, "Código Postal:06470"}, at{110, 126, "Tipo de Vialidad: CALLE"},
		at{20, 131, "Nombre de Vialidad: INSURGENTES NORTE"}, at{110, 131, "Número Exterior: 123"},
		at{20, 136, "Número Interior:PISO 2"}, at{110, 136, "Nombre de la Colonia: SAN RAFAEL"},
		at{20, 141, "Nombre de la Localidad:"}, at{110, 141, "Nombre del Municipio o Demarcación Territorial: CUAUHTEMOC"},
		at{20, 146, "Nombre de la Entidad Federativa: CIUDAD DE MEXICO"}, at{110, 146, "Entre Calle: GUILLERMO PRIETO"},
		at{20, 160, "Actividades Económicas:"}, at{20, 165, "1"}, at{40, 165, "Escuelas de arte del sector privado"}, at{150, 165, "01/01/2017"},
		at{20, 175, "Regímenes:"}, at{20, 180, "Régimen"}, at{140, 180, "Fecha Inicio"}, at{170, 180, "Fecha Fin"},
		at{20, 185, "Régimen General de Ley Personas Morales"}, at{140, 185, "01/01/2017"},
		at{20, 195, "Obligaciones:"}, at{20, 200, "Declaración de ISR de personas morales. Régimen Simplificado de Confianza"}, at{140, 200, "01/01/2017"},
		at{20, 240, "Cadena Original Sello:"}, at{60, 240, "||2026/11/05|" + moral + "|CONSTANCIA DE SITUACIÓN FISCAL|200001088888800000031||"})
	return sheet{texts, siat("17010012345", moral), "png"}
}

// of2020 is a persona física of two regimes, one ended, one in two lines.
func of2020() sheet {
	texts := []at{
		{60, 20, "CÉDULA DE IDENTIFICACIÓN FISCAL"},
		{60, 50, "idCIF: 15020304050"},
		{130, 20, "CONSTANCIA DE SITUACIÓN FISCAL"},
		{130, 28, "Lugar y Fecha de Emisión"},
		{130, 32, "PUEBLA , PUEBLA A 9 DE MARZO DE 2021"},
		{20, 70, "Datos de Identificación del Contribuyente:"},
	}
	texts = append(texts, rows(20, 76, 70,
		"RFC:", fisica, "CURP:", "AABB800101HPLLRR09", "Nombre (s):", "JOSÉ ÁNGEL", "Primer Apellido:", "ÁLVAREZ", "Segundo Apellido:", "NUÑEZ",
		"Fecha inicio de operaciones:", "01 DE ENERO DE 2010", "Estatus en el padrón:", "ACTIVO")...)
	texts = append(texts, at{20, 120, "Datos de Ubicación:"},
		at{20, 126, "Código Postal: 72000"}, at{110, 126, "Tipo de Vialidad: AVENIDA (AV.)"},
		at{20, 131, "Nombre de Vialidad: REFORMA"}, at{110, 131, "Número Exterior: 10"},
		at{20, 136, "Número Interior:"}, at{110, 136, "Nombre de la Colonia: CENTRO"},
		at{20, 141, "Nombre de la Localidad: PUEBLA"}, at{110, 141, "Nombre del Municipio o Demarcación Territorial: PUEBLA"},
		at{20, 146, "Nombre de la Entidad Federativa: PUEBLA"},
		at{20, 175, "Regímenes:"}, at{20, 180, "Régimen  Fecha Inicio"},
		at{20, 185, "Régimen de Arrendamiento"}, at{140, 185, "01/01/2010"}, at{170, 185, "31/12/2015"},
		at{20, 190, "Régimen de las Actividades Empresariales con ingresos a través de Plataformas"}, at{140, 192, "01/06/2020"}, at{20, 194, "Tecnológicas."},
		at{20, 199, "Régimen de las Personas Físicas con Actividades Empresariales y Profesionales"}, at{140, 199, "01/01/2010"},
		at{20, 204, "Régimen de la Luna"}, at{140, 204, "01/01/2010"},
		at{20, 215, "Obligaciones:"})
	return sheet{texts, siat("15020304050", fisica), "jpeg"}
}

// of2018 is an older one: other labels, a link instead of a picture.
func of2018() sheet {
	texts := append([]at{{20, 20, "CONSTANCIA DE SITUACIÓN FISCAL"}, {20, 26, "Lugar y Fecha de Emisión: MONTERREY, NUEVO LEON A 31 DE ENERO DE 2018"}},
		rows(20, 40, 80, "RFC:", "EWE170101XX3", "Denominación o Razón Social:", "ESCUELA WENDY, S.C.", "Régimen de Capital:", "SOCIEDAD CIVIL",
			"Situación del contribuyente:", "SUSPENDIDO", "Código Postal:", "64000", "Nombre del Municipio o Delegación:", "MONTERREY")...)
	texts = append(texts, at{20, 100, "Regímenes"}, at{20, 105, "Personas Morales con Fines no Lucrativos"}, at{120, 105, "01/02/2017"}, at{20, 120, "Obligaciones"})
	return sheet{texts, siat("12345678", moral), "link"}
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestReadsLayoutsOfAllYears(t *testing.T) {
	cat := catalogo.New()
	for name, x := range map[string]struct {
		in   sheet
		want Constancia
	}{
		"2022, moral": {of2022(), Constancia{
			Rfc: moral, IDCIF: "17010012345", Nombre: "ESCUELA WENDY DE LAS ARTES Y OFICIOS DEL VALLE DE MEXICO", RegimenCapital: "SOCIEDAD ANONIMA DE CAPITAL VARIABLE",
			CodigoPostal: "06470", Vialidad: "INSURGENTES NORTE", NoExterior: "123", NoInterior: "PISO 2", Colonia: "SAN RAFAEL", Municipio: "CUAUHTEMOC",
			Estado: "CIUDAD DE MEXICO", Estatus: "ACTIVO", Regimenes: []string{"601"}, Emision: day(2026, 11, 5), QR: true,
		}},
		"2020, física": {of2020(), Constancia{
			Rfc: fisica, IDCIF: "15020304050", CURP: "AABB800101HPLLRR09", Nombre: "JOSE ANGEL ALVAREZ NUÑEZ", CodigoPostal: "72000", Vialidad: "REFORMA",
			NoExterior: "10", Colonia: "CENTRO", Localidad: "PUEBLA", Municipio: "PUEBLA", Estado: "PUEBLA", Estatus: "ACTIVO",
			Regimenes: []string{"625", "612"}, Unknown: []string{"Régimen de la Luna"}, Emision: day(2021, 3, 9), QR: true,
		}},
		"2018": {of2018(), Constancia{
			Rfc: moral, IDCIF: "12345678", Nombre: "ESCUELA WENDY", RegimenCapital: "SOCIEDAD CIVIL", CodigoPostal: "64000", Municipio: "MONTERREY",
			Estatus: "SUSPENDIDO", Regimenes: []string{"603"}, Emision: day(2018, 1, 31), QR: true,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(x.in.pdf(t), cat)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Error(diff)
			}
			for _, form := range []string{"png", "jpeg", "link", ""} {
				x.in.form = form
				got, err := Read(x.in.pdf(t), cat)
				if err != nil || got.QR != (form != "") || got.Rfc != x.want.Rfc {
					t.Errorf("%q: %+v %v", form, got, err)
				}
			}
		})
	}
}

func TestAnAlteredOneIsRefused(t *testing.T) {
	for name, change := range map[string]func(s *sheet){
		"another RFC in the QR code":   func(s *sheet) { s.qr = siat("17010012345", fisica) },
		"another idCIF in the QR code": func(s *sheet) { s.qr = siat("99999999999", moral) },
		"another RFC in the sealed line": func(s *sheet) {
			s.texts[len(s.texts)-1].text = "||2026/11/05|" + fisica + "|CONSTANCIA DE SITUACIÓN FISCAL|2||"
		},
		"another RFC in the text": func(s *sheet) {
			for i := range s.texts {
				s.texts[i].text = strings.ReplaceAll(strings.ReplaceAll(s.texts[i].text, moral, "EWE170101XX4"), "||", "")
			}
		},
	} {
		for _, form := range []string{"png", "jpeg", "link"} {
			s := of2022()
			s.form = form
			change(&s)
			if _, err := Read(s.pdf(t), catalogo.New()); fail.KindOf(err) != fail.Invalid || err == nil || !strings.Contains(fail.MessageOf(err), "alguien lo cambió") {
				t.Errorf("%s, %s: %v", name, form, err)
			}
		}
	}
}

func TestWhatIsNoneIsToldApart(t *testing.T) {
	one := func(texts ...string) []byte {
		s := sheet{}
		for i, x := range texts {
			s.texts = append(s.texts, at{20, 20 + 6*float64(i), x})
		}
		return s.pdf(t)
	}
	bomb := fpdf.New("P", "mm", "Letter", "")
	bomb.AddPage()
	bomb.SetFont("Helvetica", "", 8)
	bomb.RawWriteStr(strings.Repeat(" ", maxUnpacked+1))
	var bombed bytes.Buffer
	if err := bomb.Output(&bombed); err != nil {
		t.Fatal(err)
	}
	locked := fpdf.New("P", "mm", "Letter", "")
	locked.SetProtection(0, "secreta", "dueña")
	locked.AddPage()
	locked.SetFont("Helvetica", "", 8)
	locked.Text(20, 20, "CONSTANCIA")
	var shut bytes.Buffer
	if err := locked.Output(&shut); err != nil {
		t.Fatal(err)
	}
	whole := of2022().pdf(t)
	for name, x := range map[string]struct {
		file []byte
		says string
	}{
		"nothing":             {nil, "no es un PDF"},
		"a picture":           {[]byte("\x89PNG\r\n\x1a\n"), "no es un PDF"},
		"too large":           {make([]byte, MaxSize+1), "demasiado grande"},
		"cut":                 {whole[:len(whole)/2], "está dañado"},
		"a scan":              {one(), "no tiene texto"},
		"an invoice":          {one("Factura", "Folio fiscal 123", "Este documento es una representación impresa de un CFDI", "EMISOR"), "es una factura"},
		"an opinion":          {one("Opinión del cumplimiento de obligaciones fiscales", "RFC: "+moral, "Sentido: Positivo"), "Opinión del cumplimiento"},
		"a letter":            {one("Estimado cliente:", "le escribo para saludarle y desearle un buen día"), "no es una Constancia"},
		"one without RFC":     {one("CONSTANCIA DE SITUACIÓN FISCAL", "Nombre (s): ANA", "Código Postal: 72000"), "No encontramos el RFC"},
		"one that unpacks to": {bombed.Bytes(), "guarda demasiado"},
		"one with a password": {shut.Bytes(), "tiene contraseña"},
	} {
		started := time.Now()
		_, err := Read(x.file, catalogo.New())
		if fail.KindOf(err) != fail.Invalid || err == nil || !strings.Contains(fail.MessageOf(err), x.says) {
			t.Errorf("%s: %v, want %q", name, err, x.says)
		}
		if took := time.Since(started); took > 10*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func TestReadAddress(t *testing.T) {
	for address, ok := range map[string]bool{
		siat("17010012345", moral): true,
		"https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3=17010012345_" + strings.ToLower(moral): true,
		siat("17010012345", "EWE179901XX3"):                         false, // no such day
		siat("1", moral):                                            false,
		"https://siat.sat.gob.mx.example/x?D3=17010012345_" + moral: false,
		"https://example.mx/?D3=17010012345_" + moral:               false,
		"": false, "http://[": false,
	} {
		rfc, id, got := ReadAddress(address)
		if got != ok || ok && (rfc != moral || id != "17010012345") {
			t.Errorf("%s: %s %s %t", address, rfc, id, got)
		}
	}
}

func TestOld(t *testing.T) {
	c := Constancia{Emision: day(2026, 8, 20)}
	if c.Old(day(2026, 11, 20)) || !c.Old(day(2026, 11, 21)) || (Constancia{}).Old(day(2030, 1, 1)) {
		t.Error("three months")
	}
}

// FuzzRead: whatever comes, there is an answer and no panic, and what is read has its shape.
func FuzzRead(f *testing.F) {
	cat := catalogo.New()
	for _, s := range []sheet{of2022(), of2018()} {
		whole := s.pdf(f)
		f.Add(whole)
		f.Add(whole[:len(whole)-40])
		f.Add(bytes.Replace(whole, []byte("/Kids [3 0 R]"), []byte("/Kids [1 0 R]"), 1))
	}
	f.Add([]byte(fmt.Sprintf("%%PDF-1.4\nxref\n0 1\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%%%EOF%090d", 0)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 1<<20 {
			return
		}
		c, err := Read(file, cat)
		if err == nil && len(c.Rfc) != 12 && len(c.Rfc) != 13 {
			t.Errorf("%+v", c)
		}
	})
}
