package csd

import "testing"

// The memory has an end, and what is used stays.
func TestMemoryForgetsTheLongestUnused(t *testing.T) {
	var m memory
	sum := func(i int) [32]byte { return [32]byte{byte(i), byte(i >> 8)} }
	for i := range mostRemembered + 2 {
		m.put(&vouched{cert: &Certificate{mark: sum(i)}})
		m.get(sum(0))
	}
	if m.get(sum(0)) == nil || m.get(sum(1)) != nil || m.get(sum(2)) != nil || m.get(sum(3)) == nil {
		t.Error("it forgot another than the longest unused")
	}
	if len(m.by) != mostRemembered || m.order.Len() != mostRemembered {
		t.Errorf("%d and %d remembered", len(m.by), m.order.Len())
	}
}
