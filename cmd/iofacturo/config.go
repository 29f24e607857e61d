package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// dataFlags name the data folder, the database and the trusted authorities; every subcommand that opens the store has them.
type dataFlags struct {
	Data      string `default:"./data" help:"Carpeta de datos (modo 0700)."`
	DB        string `name:"db" help:"postgres://… en lugar de SQLite en la carpeta de datos. También IOFACTURO_DB_FILE."`
	CA        string `name:"ca" help:"Carpeta con los certificados de las autoridades del SAT; de fábrica, ac/ dentro de los datos."`
	MasterKey string `name:"master-key-file" env:"IOFACTURO_MASTER_KEY_FILE" help:"Archivo de la llave maestra; de fábrica, keys/master.key dentro de los datos. Con IOFACTURO_MASTER_KEY se da en el ambiente."`
}

// secret reads a secret by its variable or, when NAME_FILE is set, from that file.
func (w *world) secret(name string) (string, error) {
	if path := w.env(name + "_FILE"); path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("%s_FILE: %w", name, err)
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
	return w.env(name), nil
}

// database returns the address store.Open takes.
func (f *dataFlags) database(w *world) (string, error) {
	url := f.DB
	if url == "" {
		var err error
		if url, err = w.secret("IOFACTURO_DB"); err != nil {
			return "", err
		}
	}
	if url == "" {
		return "sqlite:" + f.path("iofacturo.db"), nil
	}
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") && !strings.HasPrefix(url, "sqlite:") {
		return "", errors.New("--db debe empezar con postgres:// (o sqlite:)")
	}
	return url, nil
}

func (f *dataFlags) path(parts ...string) string {
	return filepath.Join(append([]string{f.Data}, parts...)...)
}

// makeData makes the data folder with its mode, and refuses one that others may read.
func (f *dataFlags) makeData() error {
	for _, dir := range []string{"", "keys", "ca", "ac", "catalogos"} {
		if err := os.MkdirAll(f.path(dir), 0o700); err != nil {
			return err
		}
	}
	info, err := os.Stat(f.Data)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(f.Data, 0o700); err != nil {
			return fmt.Errorf("la carpeta de datos %s la pueden leer otros: %w", f.Data, err)
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
