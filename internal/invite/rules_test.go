package invite

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// A small is a company of a graph of invitations in memory.
type small struct {
	rfc               int
	by                int // index of who invited, -1 for nobody
	mail, instrument  int
	open, csd, stamps bool
}

func graph(r *rand.Rand) []small {
	list := make([]small, 2+r.IntN(7))
	for i := range list {
		list[i] = small{rfc: r.IntN(len(list) + 2), by: r.IntN(len(list)+2) - 2, mail: r.IntN(12), instrument: r.IntN(12), open: r.IntN(8) > 0, csd: r.IntN(5) > 0, stamps: r.IntN(5) > 0}
		list[i].by = max(list[i].by, -1)
	}
	return list
}

var rfcs = strings.Fields("A B C D E F G H I J K L")

// above is who invited whom, upwards, as the service looks at it: bounded.
func above(list []small, at int) []string {
	up := make([]string, 0, 2*len(list))
	for i := list[at].by; i >= 0 && len(up) < 2*len(list); i = list[i].by {
		up = append(up, rfcs[list[i].rfc])
	}
	return up
}

// run settles every guest in random order, twice, by the rules alone, and returns who
// was rewarded, in that order.
func run(r *rand.Rand, rules Rules, list []small) (given []int) {
	var month [10]int64
	var before, done [12]bool
	for range 2 {
		for _, i := range r.Perm(len(list)) {
			g := list[i]
			if g.by < 0 || done[i] {
				continue
			}
			host := list[g.by]
			verdict, _ := rules.Decide(Case{
				Guest: rfcs[g.rfc], Above: above(list, i), OwnerOpen: host.open, SameMail: host.mail == g.mail, SameInstrument: host.instrument == g.instrument,
				Before: before[g.rfc], Certificate: g.csd, Stamped: g.stamps, ThisMonth: month[g.by],
			})
			done[i] = verdict != Wait
			if verdict == Give {
				given = append(given, i)
				before[g.rfc] = true
				month[g.by]++
			}
		}
	}
	return given
}

// TestNoGraphOfInvitationsPaysTooMuch (T15): 100,000 random graphs with circles, repeated
// RFC, shared addresses and cards. What was given is judged by looking at the graph, not
// at the rules.
func TestNoGraphOfInvitationsPaysTooMuch(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 2026))
	gave, seen := 0, 0
	for n := range 100_000 {
		list, rules := graph(r), Rules{Reward: 1 + r.Int64N(50), MonthlyCap: r.Int64N(4)}
		var perOwner [10]int64
		var perRfc [12]int
		seen += len(list)
		for _, i := range run(r, rules, list) {
			g := list[i]
			gave++
			perOwner[g.by]++
			perRfc[g.rfc]++
			steps, itself := 0, false
			for up := g.by; up >= 0 && steps <= len(list); up = list[up].by {
				itself = itself || list[up].rfc == g.rfc
				steps++
			}
			switch host := list[g.by]; {
			case itself:
				t.Errorf("graph %d: %d is rewarded and stands above itself: %+v", n, i, list)
			case host.mail == g.mail || host.instrument == g.instrument:
				t.Errorf("graph %d: %d shares address or card with who invited: %+v", n, i, list)
			case !g.csd || !g.stamps || !host.open:
				t.Errorf("graph %d: %d is rewarded too early: %+v", n, i, list)
			}
		}
		for i, k := range perOwner {
			if k > rules.MonthlyCap {
				t.Errorf("graph %d: %d got %d rewards of %d: %+v", n, i, k, rules.MonthlyCap, list)
			}
		}
		for rfc, k := range perRfc {
			if k > 1 {
				t.Errorf("graph %d: the RFC %d brought %d rewards: %+v", n, rfc, k, list)
			}
		}

		if t.Failed() {
			return
		}
	}
	if gave < 10_000 || seen-gave < 10_000 {
		t.Errorf("%d given of %d: the graphs are no test", gave, seen)
	}
}

func TestTheRulesByName(t *testing.T) {
	good := Case{Guest: "B", Above: []string{"A"}, OwnerOpen: true, Certificate: true, Stamped: true}
	rules := Rules{Reward: 25, MonthlyCap: 2}
	for name, c := range map[string]struct {
		change func(c *Case)
		want   Verdict
		why    string
	}{
		"all there":       {func(*Case) {}, Give, ""},
		"no certificate":  {func(c *Case) { c.Certificate = false }, Wait, ""},
		"no stamp":        {func(c *Case) { c.Stamped = false }, Wait, ""},
		"itself":          {func(c *Case) { c.Above = []string{"B"} }, Refuse, Itself},
		"a circle":        {func(c *Case) { c.Above = []string{"A", "C", "B"} }, Refuse, Circle},
		"address":         {func(c *Case) { c.SameMail = true }, Refuse, Mail},
		"card":            {func(c *Case) { c.SameInstrument = true }, Refuse, Instrument},
		"again":           {func(c *Case) { c.Before = true }, Refuse, Again},
		"owner is gone":   {func(c *Case) { c.OwnerOpen = false }, Refuse, Gone},
		"the month":       {func(c *Case) { c.ThisMonth = 2 }, Refuse, Cap},
		"last of month":   {func(c *Case) { c.ThisMonth = 1 }, Give, ""},
		"card, no stamp":  {func(c *Case) { c.SameInstrument, c.Stamped = true, false }, Refuse, Instrument},
		"month, no stamp": {func(c *Case) { c.ThisMonth, c.Stamped = 2, false }, Wait, ""}, // the month of the reward counts
	} {
		x := good
		c.change(&x)
		if got, why := rules.Decide(x); got != c.want || why != c.why {
			t.Errorf("%s: %v %q, want %v %q", name, got, why, c.want, c.why)
		}
	}
	if got, _ := (Rules{MonthlyCap: 2}).Decide(good); got != Wait {
		t.Error("a program that is off gives something")
	}
}
