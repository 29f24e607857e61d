package catalogo

// ValidCLABE reports whether s is a CLABE, the number of a bank account for transfers:
// eighteen digits, the last by weights 3, 7 and 1 in turns, each product modulo 10
// (Banco de México, Reglas del SPEI). The first three are a key of c_Banco, but for
// banks newer than it, so they are not asked for there.
func ValidCLABE(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		if i < 17 {
			sum += int(s[i]-'0') * [3]int{3, 7, 1}[i%3] % 10
		}
	}
	return (10-sum%10)%10 == int(s[17]-'0')
}
