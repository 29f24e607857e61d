package catalogo

import "testing"

// TestCLABE: one digit changed anywhere is seen, and so is a wrong length.
func TestCLABE(t *testing.T) {
	for s, good := range map[string]bool{
		"002010077777777771": true, "032180000118359719": true, "002010077777777772": false, "": false,
		"00201007777777777": false, "0020100777777777710": false, "00201007777777777x": false, "002 10077777777771": false,
	} {
		if ValidCLABE(s) != good {
			t.Errorf("%q is good: %v", s, !good)
		}
	}
	right := []byte("002010077777777771")
	for i, was := range right {
		for d := byte('0'); d <= '9'; d++ {
			right[i] = d
			if ValidCLABE(string(right)) != (d == was) {
				t.Errorf("%s is good: %v", right, d != was)
			}
		}
		right[i] = was
	}
}
