package catalogo

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
)

// foldWords returns the words of s as the search compares them: lower case, no
// accents, singular, in order. "Médicos" and "medico" give the same word.
func foldWords(s string) []string {
	words := strings.FieldsFunc(strings.Map(foldRune, s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, w := range words {
		words[i] = string(stem([]byte(w)))
	}
	return words
}

// padded joins folded words with a space before and after each of them.
func padded(words []string) string {
	if len(words) == 0 {
		return " "
	}
	return " " + strings.Join(words, " ") + " "
}

func foldRune(r rune) rune {
	if r < 'A' {
		return r
	}
	r = unicode.ToLower(r)
	switch r {
	case 'á', 'à', 'ä', 'â', 'ã':
		return 'a'
	case 'é', 'è', 'ë', 'ê':
		return 'e'
	case 'í', 'ì', 'ï', 'î':
		return 'i'
	case 'ó', 'ò', 'ö', 'ô', 'õ':
		return 'o'
	case 'ú', 'ù', 'ü', 'û':
		return 'u'
	case 'ñ':
		return 'n'
	case 'ç':
		return 'c'
	}
	return r
}

// stem takes the plural off a folded word: flores and flor, luces and luz, meses
// and mes, clientes and cliente each become one. It is the same on both sides of
// a comparison and never shown, so it need not be a word. It changes w.
func stem(w []byte) []byte {
	if len(w) > 3 {
		w = bytes.TrimSuffix(w, []byte("s"))
	}
	if len(w) > 3 {
		w = bytes.TrimSuffix(w, []byte("e"))
	}
	if n := len(w); n > 1 && w[n-1] == 'z' {
		w[n-1] = 'c'
	}
	return w
}

// isStopword reports whether a folded word says nothing about a product.
func isStopword(w []byte) bool {
	switch string(w) {
	case "a", "al", "ante", "con", "de", "del", "e", "el", "en", "la", "las", "lo", "los", "o", "para", "por", "que", "se", "su", "un", "una", "uno", "y":
		return true
	}
	return false
}

// dropStopwords takes the stopwords out of folded words.
func dropStopwords(words []string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return isStopword([]byte(w)) })
}
