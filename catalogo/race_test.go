//go:build race

package catalogo

// underRace says that this test binary is several times slower than the program.
const underRace = true
