//go:build !race

package catalogo

const underRace = false
