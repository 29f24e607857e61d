package catalogo

import (
	"strings"
	"unicode"
)

// stopwords say nothing about a product.
const stopwords = " a al ante con de del e el en la las lo los o para por que se su un una uno y "

// foldWords returns the words of s as the search compares them: lower case, no
// accents, singular, in order. "Médicos" and "medico" give the same word.
func foldWords(s string) []string {
	words := strings.FieldsFunc(strings.Map(foldRune, s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, w := range words {
		words[i] = stem(w)
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
// a comparison and never shown, so it need not be a word.
func stem(w string) string {
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "s")
	}
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "e")
	}
	if strings.HasSuffix(w, "z") {
		w = w[:len(w)-1] + "c"
	}
	return w
}

func isStopword(w string) bool { return strings.Contains(stopwords, " "+w+" ") }
