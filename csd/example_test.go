package csd_test

import (
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

// A pair is opened and told apart, signs, and its certificate is traced to who issued it.
// The authority is a test one; those of the SAT come from [csd.Trust.AddDir].
func Example() {
	now := time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	ca, err := prueba.New(now, 2048)
	if err != nil {
		fmt.Println(err)
		return
	}
	password := []byte("contraseña de prueba")
	cer, llave, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", password)
	if err != nil {
		fmt.Println(err)
		return
	}

	certificate, err := csd.ParseCertificate(cer)
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := csd.OpenKey(llave, password)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer key.Wipe()
	fmt.Println(certificate.Kind, "de", certificate.Rfc, certificate.Name, certificate.Bits())
	fmt.Println("el par:", key.Matches(certificate), key)

	cadena := []byte("||4.0|A|1|2026-11-20T12:00:00||")
	sello, err := key.Sign(cadena)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("el sello:", certificate.Verify(cadena, sello), certificate.Verify([]byte("||4.0|A|2||"), sello))

	trust := csd.NewTrust(ca.Root())
	authority, test, err := trust.Check(certificate, now)
	fmt.Println(authority, test, err)
	_, _, err = trust.Check(certificate, now.AddDate(5, 0, 0))
	fmt.Println(errors.Is(err, csd.ErrNotInForce))
	_, _, err = csd.NewTrust().Check(certificate, now)
	fmt.Println(err)
	// Output:
	// certificado de sello digital de EKU9003173C9 ESCUELA KEMPER URGATE 2048
	// el par: true [oculto]
	// el sello: <nil> La firma no corresponde al contenido.
	// AC de pruebas ioFacturo true <nil>
	// true
	// El certificado no lo emitió una autoridad certificadora que conozcamos.
}

// What goes wrong when somebody chooses two files and types a password.
func ExampleOpenKey() {
	ca, err := prueba.New(time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC), 2048)
	if err != nil {
		fmt.Println(err)
		return
	}
	cer, llave, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", []byte("contraseña de prueba"))
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = csd.OpenKey(cer, []byte("contraseña de prueba"))
	fmt.Println(errors.Is(err, csd.ErrCertificate), err)
	_, err = csd.ParseCertificate(llave)
	fmt.Println(errors.Is(err, csd.ErrKey), err)
	_, err = csd.OpenKey([]byte("-----BEGIN ENCRYPTED PRIVATE KEY-----"), nil)
	fmt.Println(errors.Is(err, csd.ErrPEM), err)
	// Output:
	// true Elegiste un certificado (.cer) donde va la llave privada (.key).
	// true Elegiste una llave privada (.key) donde va el certificado (.cer).
	// true El archivo está en formato PEM (texto). Elige el archivo original que te dio el SAT, sin convertir.
}
