package main

import (
	"bytes"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// helpWords are the English words of the library's help, in the order they are looked for.
var helpWords = []string{
	"Usage:", "Uso:", "Flags:", "Opciones:", "Commands:", "Órdenes:", "Arguments:", "Argumentos:",
	"Show context-sensitive help.", "Muestra esta ayuda.", "[flags]", "[opciones]", "<command>", "<orden>", "[command]", "[orden]",
	"for more information on a command.", "explica cada orden.", `Run "`, `"`,
}

// spanishHelp prints the library's help in Spanish.
func spanishHelp(options kong.HelpOptions, ctx *kong.Context) error {
	out := ctx.Stdout
	var b bytes.Buffer
	ctx.Stdout = &b
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, strings.NewReplacer(helpWords...).Replace(b.String()))
	return err
}
