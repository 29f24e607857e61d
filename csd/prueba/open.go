package prueba

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"iofacturo.mx/csd"
)

// The files of dir/ca. Keys lie there in clear, mode 0600: they are worth nothing.
const (
	folder      = "ca"
	rootCerFile = "raiz.cer"
	rootKeyFile = "raiz.pkcs8"
	pacCerFile  = "pac.cer"
	pacKeyFile  = "pac.pkcs8"
)

// Open loads the authority kept in dir/ca, or makes it when there is none. now
// counts for what is issued from then on. A folder that lacks a file is an error:
// a new root would leave what the old one issued without an authority.
func Open(dir string, now time.Time) (*CA, error) {
	path := filepath.Join(dir, folder)
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path, now)
	}
	if err != nil {
		return nil, fmt.Errorf("open the test authority: %w", err)
	}
	ca, err := load(path)
	if err != nil {
		return nil, fmt.Errorf("open the test authority in %s: %w", path, err)
	}
	ca.now = now.UTC().Truncate(time.Second)
	return ca, nil
}

// create writes everything into a folder beside and renames it, so that a crash
// leaves either the whole authority or none.
func create(path string, now time.Time) (*CA, error) {
	ca, err := New(now, rootBits)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp(filepath.Dir(path), folder+"-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	if err := ca.save(temp); err != nil {
		return nil, fmt.Errorf("keep the test authority: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return nil, fmt.Errorf("keep the test authority: %w", err)
	}
	return ca, syncFolder(filepath.Dir(path))
}

func (ca *CA) save(dir string) error {
	rootKey, err := x509.MarshalPKCS8PrivateKey(ca.rootKey)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		rootCerFile: ca.root.Raw, rootKeyFile: rootKey, pacCerFile: ca.pac.Raw, pacKeyFile: ca.pacKey.PKCS8(),
	} {
		if err := writeSynced(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	return syncFolder(dir)
}

func load(dir string) (*CA, error) {
	ca := &CA{}
	var err error
	if ca.root, err = readCertificate(filepath.Join(dir, rootCerFile)); err != nil {
		return nil, err
	}
	if ca.pac, err = readCertificate(filepath.Join(dir, pacCerFile)); err != nil {
		return nil, err
	}
	pacKey, err := os.ReadFile(filepath.Join(dir, pacKeyFile))
	if err != nil {
		return nil, err
	}
	if ca.pacKey, err = csd.ParsePKCS8(pacKey); err != nil {
		return nil, fmt.Errorf("%s: %w", pacKeyFile, err)
	}
	if ca.rootKey, err = readRootKey(filepath.Join(dir, rootKeyFile)); err != nil {
		return nil, err
	}
	return ca, ca.matches()
}

// matches refuses a folder whose files do not belong together.
func (ca *CA) matches() error {
	root, err := x509.ParseCertificate(ca.root.Raw)
	if err != nil {
		return err
	}
	if !ca.rootKey.PublicKey.Equal(root.PublicKey) {
		return fmt.Errorf("%s is not the key of %s", rootKeyFile, rootCerFile)
	}
	if !ca.pacKey.Matches(ca.pac) {
		return fmt.Errorf("%s is not the key of %s", pacKeyFile, pacCerFile)
	}
	_, _, err = csd.NewTrust(ca.root).Check(ca.pac, ca.pac.NotBefore)
	return err
}

func readCertificate(path string) (*csd.Certificate, error) {
	der, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, err := csd.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return c, nil
}

func readRootKey(path string) (*rsa.PrivateKey, error) {
	der, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rootKeyFile, err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is not an RSA key", rootKeyFile)
	}
	return key, nil
}

func writeSynced(path string, data []byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

func syncFolder(path string) (err error) {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
