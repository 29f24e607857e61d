// Command ui bundles the sources beside it into internal/web/dist:
// one script, one style sheet, the font and the icon, each with the hash of its
// content in its name, each also compressed, and manifest.json, which tells the
// server their names. Run it from the module root after `npm ci` in internal/web/ui:
//
//	go run ./internal/web/ui
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

const (
	source = "internal/web/ui"
	dest   = "internal/web/dist"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ui:", err)
		os.Exit(2)
	}
}

func run() error {
	if _, err := os.Stat(filepath.Join(source, "node_modules")); err != nil {
		return errors.New("faltan los paquetes: corre `npm ci` en " + source)
	}
	files, err := bundle()
	if err != nil {
		return err
	}
	icon, err := os.ReadFile(filepath.Join(source, "img", "favicon.svg"))
	if err != nil {
		return err
	}
	files = append(files, file{name: "favicon." + hash(icon) + ".svg", data: icon})
	if err := clear(); err != nil {
		return err
	}
	return write(files)
}

// A file is one thing the server hands out.
type file struct {
	name string
	data []byte
}

func bundle() ([]file, error) {
	root, err := filepath.Abs(source)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"src/app.ts", "css/app.css"},
		EntryNames:        "[name].[hash]",
		AssetNames:        "[name].[hash]",
		Outdir:            "out",
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatESModule,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsInline,
		Loader:            map[string]api.Loader{".woff2": api.LoaderFile},
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "123"},
			{Name: api.EngineFirefox, Version: "121"},
			{Name: api.EngineSafari, Version: "17.5"},
		},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	var files []file
	for _, f := range result.OutputFiles {
		files = append(files, file{name: filepath.Base(f.Path), data: f.Contents})
	}
	return files, nil
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return strings.ToUpper(hex.EncodeToString(sum[:4]))
}

// clear empties dest and leaves the placeholder that keeps go:embed compiling.
func clear() error {
	old, err := os.ReadDir(dest)
	if err != nil {
		return err
	}
	for _, e := range old {
		if e.Name() == ".keep" {
			continue
		}
		if err := os.Remove(filepath.Join(dest, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// write stores the files, their compressed twins and, last, the manifest:
// a run cut short leaves no manifest, and the server says so.
func write(files []file) error {
	manifest := map[string]string{}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dest, f.name), f.data, 0o644); err != nil {
			return err
		}
		manifest[plainName(f.name)] = f.name
		if strings.HasSuffix(f.name, ".woff2") { // compressed already
			continue
		}
		if err := writeCompressed(f); err != nil {
			return err
		}
	}
	b, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dest, "manifest.json"), append(b, '\n'), 0o644)
}

// plainName is the name without its hash: app.4F2A.css is app.css.
func plainName(name string) string {
	parts := strings.Split(name, ".")
	return strings.Join(append(parts[:len(parts)-2:len(parts)-2], parts[len(parts)-1]), ".")
}

func writeCompressed(f file) error {
	var br, gz bytes.Buffer
	bw := brotli.NewWriterLevel(&br, brotli.BestCompression)
	gw, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{bw, gw} {
		if _, err := w.Write(f.data); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	fmt.Printf("%-28s %7d  br %6d  gz %6d\n", f.name, len(f.data), br.Len(), gz.Len())
	if err := os.WriteFile(filepath.Join(dest, f.name+".br"), br.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dest, f.name+".gz"), gz.Bytes(), 0o644)
}
