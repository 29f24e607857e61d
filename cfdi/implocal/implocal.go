// Package implocal is the complement of local taxes: those of a state or a
// municipality, such as the tax on lodging, or a withholding on public works.
package implocal
