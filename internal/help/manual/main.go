// Command manual writes the user's manual into the folder it is given.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"iofacturo.mx/internal/help"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "use: manual FOLDER")
		os.Exit(2)
	}
	for name, text := range help.Manual() {
		if err := os.WriteFile(filepath.Join(os.Args[1], name), []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
