// Package csd opens the two files the SAT gives a taxpayer, the certificate
// (.cer) and its private key (.key), says what they are, signs with the key and
// tells whether a certificate comes from an authority we know.
//
//	cert, err := csd.ParseCertificate(cer)     // who, since when, CSD or e.firma
//	key, err := csd.OpenKey(llave, password)   // PKCS#8 under PBES2, as the SAT makes it
//	if !key.Matches(cert) { … }
//	seal, err := key.Sign([]byte(cadena))      // RSA PKCS#1 v1.5 with SHA-256
//	authority, test, err := trust.Check(cert, fecha)
//
// What does not look like the SAT's is refused: PEM, a key without a password, anything
// but RSA of 2048 to 4096 bits, one file in the place of the other. A CSD is told from an
// e.firma by its key usage and its branch ([Kind]). [Trust] knows the authorities of the
// SAT by their SHA-256, a table in this package, and reads their files from a folder;
// csd/prueba is an authority to try it with. Whether the SAT has revoked a certificate
// is not known here: its lists and its OCSP are never asked.
//
// Both files are foreign bytes: they are limited in size, an .key may ask for no
// more than [MaxIterations] rounds of PBKDF2, and numbers are measured before
// they are computed with. Errors carry a Spanish sentence for the person who
// chose the file; tell them apart with [errors.Is].
//
// The package never stores a password, never logs, never reads the clock, and
// offers no way to sign a digest whose message it has not seen.
package csd

// Limits on what is read.
const (
	// MaxFile is the largest .cer or .key read, in bytes. Real ones have about 1.5 kB.
	MaxFile = 64 << 10
	// MaxIterations is the most PBKDF2 rounds an .key may ask for. The SAT uses 2,048.
	MaxIterations = 100_000

	minBits, maxBits = 2048, 4096
	exponent         = 65537
)

// Kind says what a certificate is for.
type Kind uint8

// The kinds of certificate.
const (
	Other     Kind = iota // none of these: OCSP responders, foreign certificates
	CSD                   // certificado de sello digital: seals CFDI
	FIEL                  // e.firma: signs for the person; never seals a CFDI
	Authority             // certification authority
)

// String returns the Spanish name of the kind.
func (k Kind) String() string {
	switch k {
	case CSD:
		return "certificado de sello digital"
	case FIEL:
		return "e.firma"
	case Authority:
		return "autoridad certificadora"
	}
	return "otro certificado"
}
