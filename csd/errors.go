package csd

// Error is what is wrong with a file or a certificate, as a Spanish sentence for
// the person who chose it. Errors of this package wrap one; compare with errors.Is.
type Error string

// Error returns the Spanish sentence.
func (e Error) Error() string { return string(e) }

// What can be wrong.
const (
	ErrTooLarge         = Error("El archivo es demasiado grande para ser un certificado o una llave del SAT. Elige el archivo .cer o .key original.")
	ErrPEM              = Error("El archivo está en formato PEM (texto). Elige el archivo original que te dio el SAT, sin convertir.")
	ErrFormat           = Error("El archivo está dañado o no es lo que dice ser. Elige el archivo original que te dio el SAT.")
	ErrCertificate      = Error("Elegiste un certificado (.cer) donde va la llave privada (.key).")
	ErrKey              = Error("Elegiste una llave privada (.key) donde va el certificado (.cer).")
	ErrUnencrypted      = Error("La llave no tiene contraseña. Las llaves del SAT siempre la tienen: elige el archivo .key original.")
	ErrPassword         = Error("La contraseña no abre la llave. Escríbela otra vez: distingue mayúsculas y minúsculas.")
	ErrCipher           = Error("La llave está cifrada de una forma que no reconocemos. Elige el archivo .key original que te dio el SAT.")
	ErrRSA              = Error("La llave no es RSA de 2048 a 4096 bits como las del SAT, o sus números no son válidos.")
	ErrPair             = Error("La llave privada no es la de este certificado. Elige el .cer y el .key del mismo sello.")
	ErrSignature        = Error("La firma no corresponde al contenido.")
	ErrWiped            = Error("La llave ya se borró de la memoria.")
	ErrUnknownAuthority = Error("El certificado no lo emitió una autoridad certificadora que conozcamos.")
	ErrNotInForce       = Error("El certificado no estaba vigente en esa fecha.")
)

// problem is an Error with its own sentence or its cause for the log.
type problem struct {
	kind    Error
	message string
	cause   error
}

func (p *problem) Error() string {
	if p.message != "" {
		return p.message
	}
	return string(p.kind)
}

// Unwrap lets errors.Is find the kind and errors.As the cause.
func (p *problem) Unwrap() []error {
	if p.cause == nil {
		return []error{p.kind}
	}
	return []error{p.kind, p.cause}
}

func because(kind Error, cause error) error { return &problem{kind: kind, cause: cause} }

func says(kind Error, message string) error { return &problem{kind: kind, message: message} }
