package decimal_test

import (
	"fmt"

	"iofacturo.mx/decimal"
)

// Digits are kept, and only what is asked to round rounds.
func Example() {
	price := decimal.MustParse("12.345")
	fmt.Println(price.Mul(decimal.MustParse("3.00")))          // exact: the decimals of both
	fmt.Println(price.Mul(decimal.MustParse("3.00")).Round(2)) // half away from zero, as the SAT
	fmt.Println(price.Add(decimal.MustParse("0.1")), decimal.MustParse("007.50"))
	fmt.Println(decimal.FromInt(1).Quo(decimal.FromInt(3), 6))
	fmt.Println(price.Round(2), price.Truncate(2), price.RoundUp(2), price.Fixed(1))
	// Output:
	// 37.03500
	// 37.04
	// 12.445 007.50
	// 0.333333
	// 12.35 12.34 12.35 12.3
}

// What is absent is not zero: it writes no attribute and counts as nothing in a sum.
func ExampleDecimal_IsZero() {
	var absent decimal.Decimal
	zero := decimal.MustParse("0.00")
	fmt.Printf("%q %v %d\n", absent, absent.IsZero(), absent.Sign())
	fmt.Printf("%q %v %d\n", zero, zero.IsZero(), zero.Sign())
	fmt.Println(absent.Equal(zero), absent.Cmp(zero), absent.Add(zero))
	// Output:
	// "" true 0
	// "0.00" false 0
	// false 0 0.00
}

// What is not written as the SAT writes numbers is an error, never repaired.
func ExampleParse() {
	for _, s := range []string{"1500.00", "1,500.00", "1.5e3", " 1500", "+1500", ".50", ""} {
		d, err := decimal.Parse(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(d)
	}
	// Output:
	// 1500.00
	// decimal: not a number: "1,500.00"
	// decimal: not a number: "1.5e3"
	// decimal: not a number: " 1500"
	// decimal: not a number: "+1500"
	// decimal: not a number: ".50"
	// decimal: not a number: ""
}
