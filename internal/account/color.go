package account

import "slices"

// Colors are the words for the colour of a company in the bar (manual §11.4).
// The style sheet draws each so that white letters on it can be read.
func Colors() []string {
	return []string{"anil", "nopal", "cochinilla", "barro", "jacaranda", "turquesa", "mole", "grafito"}
}

// colorOf is the colour a company chose, or the one made from its RFC.
func colorOf(chosen, rfc string) string {
	if slices.Contains(Colors(), chosen) {
		return chosen
	}
	sum := 0
	for _, c := range []byte(rfc) {
		sum = sum*31%8191 + int(c)
	}
	return Colors()[sum%len(Colors())]
}
