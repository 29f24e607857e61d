package catalogo

import (
	"fmt"
	"maps"
	"math/bits"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A naive search says what [find] promises, word by word, over every row and phrase.
type naive struct {
	keys [][]string // of each row: its key and its words
	said []naiveKey

	rows, phrases [][]string // the words of all rows, and those of all phrases
}

type naiveKey struct {
	clave   string
	phrases [][]string
	words   []string // of all its phrases
}

// newNaive takes rows of key, text and similar words, and everyday keys as they stand in prodserv.tsv.
func newNaive(rows [][]string, everyday []string) naive {
	var n naive
	for _, r := range rows {
		n.keys = append(n.keys, append([]string{r[0]}, foldWords(r[1]+" "+r[2])...))
	}
	for _, line := range everyday {
		f := strings.Split(line, "\t")
		k := naiveKey{clave: f[0], phrases: [][]string{foldWords(f[1])}}
		for phrase := range strings.SplitSeq(f[3], "|") {
			if phrase != "" {
				k.phrases = append(k.phrases, dropStopwords(foldWords(phrase)))
			}
		}
		k.words = slices.Concat(k.phrases...)
		n.said, n.phrases = append(n.said, k), append(n.phrases, k.phrases...)
	}
	for _, r := range n.keys {
		n.rows = append(n.rows, r[1:])
	}
	return n
}

// A naiveQuery is what was typed.
type naiveQuery struct {
	words []string
	last  string
}

func (q naiveQuery) is(i int, w string) bool {
	if i < len(q.words)-1 || !strings.HasPrefix(q.last, q.words[i]) {
		return w == q.words[i] || i == len(q.words)-1 && q.last != "" && strings.HasPrefix(w, q.last)
	}
	return strings.HasPrefix(w, q.words[i])
}

// mask has a bit for each word of q that is among the words.
func (q naiveQuery) mask(words []string) (mask int) {
	for i := range q.words {
		if slices.ContainsFunc(words, func(w string) bool { return q.is(i, w) }) {
			mask |= 1 << i
		}
	}
	return mask
}

// vague reports whether more than most words of the documents, one of each, may be the last of q.
func (q naiveQuery) vague(most int, docs [][]string) bool {
	count := 0
	for _, words := range docs {
		for i, w := range words {
			if q.is(len(q.words)-1, w) && !slices.Contains(words[:i], w) {
				count++
			}
		}
	}
	return len(q.words) > 1 && count > most
}

func (n naive) parse(typed string) naiveQuery {
	var parsed query
	parsed.parse(typed)
	q := naiveQuery{last: string(parsed.last)}
	for _, w := range parsed.words {
		q.words = append(q.words, string(w))
	}
	for i, w := range q.words {
		known := func(words []string) bool {
			return slices.ContainsFunc(words, func(v string) bool { return strings.HasPrefix(v, w) })
		}
		if slices.ContainsFunc(n.phrases, known) || slices.ContainsFunc(n.rows, known) || len(w) < 4 {
			continue
		}
		counts, best := map[string]int{}, ""
		for _, phrase := range n.phrases {
			for _, v := range phrase {
				if len(v)-len(w) <= 1 && len(w)-len(v) <= 1 && oneLetterAway(v, []byte(w)) {
					if counts[v]++; counts[v] > counts[best] {
						best = v
					}
				}
			}
		}
		if best != "" {
			if q.words[i] = best; i == len(q.words)-1 {
				q.last = best
			}
		}
	}
	return q
}

// search returns the keys of the best n rows.
func (n naive) search(typed string, most int) []string {
	q := n.parse(typed)
	if len(q.words) == 0 {
		return nil
	}
	every, lastBit := 1<<len(q.words)-1, 1<<(len(q.words)-1)
	bytes := func(words []string) int { return len(padded(words)) }

	vague := q.vague(manyPhrases, n.phrases)
	keyMasks, having := make([]int, len(n.said)), make([]int, len(q.words))
	for i, k := range n.said {
		keyMasks[i] = q.mask(k.words)
		if vague && keyMasks[i] == lastBit {
			keyMasks[i] = 0
		}
		for w := range q.words {
			having[w] += keyMasks[i] >> w & 1
		}
	}
	if vague {
		having[len(having)-1] = len(n.said)
	}
	missing := func(mask int) int {
		all, not := 0, 0
		for i := range q.words {
			weight := bits.Len(uint(len(n.said)/(having[i]+1))) + 1
			if i == 0 {
				weight += weight / 2
			}
			if all += weight; mask>>i&1 == 0 {
				not += weight
			}
		}
		return rankPart + (not<<8/all)<<12
	}

	var hits []hit
	row := func(clave string) int {
		at, ok := slices.BinarySearchFunc(n.keys, clave, func(r []string, key string) int { return strings.Compare(r[0], key) })
		if !ok {
			return -1
		}
		return at
	}
	for i, k := range n.said {
		at := row(k.clave)
		if keyMasks[i] == 0 || at < 0 {
			continue
		}
		best := 1 << 30
		for p, words := range k.phrases {
			mask := q.mask(words)
			rank := missing(mask) + min(bytes(words), 1<<10-1)
			if keyMasks[i] == every {
				rank = rankAcross - 1
				for _, phrase := range k.phrases {
					rank += bytes(phrase) + 1
				}
				if mask == every {
					rank = rankSpoken + bytes(words)<<4 + 2*p
				}
				begins := len(words) >= len(q.words)
				for w := range q.words {
					begins = begins && q.is(w, words[w])
				}
				if begins {
					rank = rankStart + bytes(words)<<4 + 2*p
				}
				if slices.Equal(words, q.words) {
					rank = rankPhrase + 2*p
				}
			}
			best = min(best, rank)
		}
		hits = append(hits, hit{best + classRank(k.clave), i, int32(at)})
	}

	vague, whole := q.vague(manyRows, n.rows), false
	masks := make([]int, len(n.keys))
	for i, words := range n.rows {
		if masks[i] = q.mask(words); vague && masks[i] == lastBit {
			masks[i] = 0
		}
		whole = whole || masks[i] == every
	}
	for i, words := range n.rows {
		rank := min(bytes(words), 1<<10-1)
		if len(words) == 0 || !q.is(0, words[0]) {
			rank += 1 << 10
		}
		switch {
		case masks[i] == every:
			hits = append(hits, hit{rankText + rank, len(n.said) + i, int32(i)})
		case masks[i] != 0 && !whole:
			hits = append(hits, hit{missing(masks[i]) + rank, len(n.said) + i, int32(i)})
		}
	}
	slices.SortFunc(hits, hit.compare)
	var out []string
	for _, h := range hits {
		if clave := n.keys[h.row][0]; len(out) < most && !slices.Contains(out, clave) {
			out = append(out, clave)
		}
	}
	return out
}

// vocabulary is what rows and queries are made of: what people say, what nobody says, and
// words that one letter, an accent or a plural sets apart.
func vocabulary(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/frases.tsv")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields("luz luces luzca z s e de para la y zapatos sapatos Médico MEDICOS ñandú ñandúes tornillo tornillos pez peces a/c 3 30 80 x50 gasolna — ¿ zzzzz")
	for line := range strings.Lines(string(text)) {
		phrase, _, _ := strings.Cut(line, "\t")
		words = append(words, strings.Fields(phrase)...)
	}
	return words
}

// typing draws a query: words whole, cut short or with a letter wrong.
func typing(t *rapid.T, words []string) string {
	var typed []string
	for range rapid.IntRange(1, 4).Draw(t, "words") {
		w := []rune(rapid.SampledFrom(words).Draw(t, "word"))
		switch rapid.IntRange(0, 5).Draw(t, "how") {
		case 0, 1:
			w = w[:rapid.IntRange(1, len(w)).Draw(t, "cut")]
		case 2:
			w[rapid.IntRange(0, len(w)-1).Draw(t, "wrong")] = 'q'
		}
		typed = append(typed, string(w))
	}
	return strings.Join(typed, rapid.SampledFrom([]string{" ", "  ", ", ", " de "}).Draw(t, "between")) + rapid.SampledFrom([]string{"", " ", " de", "."}).Draw(t, "after")
}

// TestIndexIsTheNaiveScan: the index finds what looking at every row finds, in the same order.
func TestIndexIsTheNaiveScan(t *testing.T) {
	words := vocabulary(t)
	var everyday []string // one in eight, enough for words that many phrases have
	for i, line := range everydayLines() {
		if i%8 == 0 {
			everyday = append(everyday, line)
		}
	}
	known := newSpoken(len(everyday), func(i int) (clave, texto, typed string) {
		f := strings.Split(everyday[i], "\t")
		return f[0], f[1], f[3]
	})
	rapid.Check(t, func(t *rapid.T) {
		var rows [][]string
		for key := 10_000_000; len(rows) < 60; key += 1_234_567 {
			clave := strings.Split(rapid.SampledFrom(everyday).Draw(t, "clave"), "\t")[0]
			text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 5).Draw(t, "texto"), " ")
			rows = append(rows, []string{clave, text, rapid.SampledFrom(words).Draw(t, "similar")})
		}
		slices.SortFunc(rows, func(x, y []string) int { return strings.Compare(x[0], y[0]) })
		rows = slices.CompactFunc(rows, func(x, y []string) bool { return x[0] == y[0] })
		n, f := newNaive(rows, everyday), newFinder(blobOf(t, rows), known)
		for range 4 {
			typed := typing(t, words)
			if isKey(strings.TrimSpace(typed)) {
				continue
			}
			most := rapid.IntRange(1, 30).Draw(t, "most")
			got := []string{}
			for _, r := range find(f, typed, most, prodServRow) {
				got = append(got, r.Clave)
			}
			if diff := cmp.Diff(append([]string{}, n.search(typed, most)...), got); diff != "" {
				t.Fatalf("%q, %d:\n%s", typed, most, diff)
			}
		}
	})
}

func everydayLines() []string { return strings.Split(strings.TrimSpace(prodServEveryday), "\n") }

func blobOf(t rapid.TB, rows [][]string) *blob {
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = prodServLine(r[0], r[1], "", "", "", "", padded(foldWords(r[1]+" "+r[2])))
	}
	body, err := blobBody(lines)
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBlob(body, true)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestIndexOfTheWholeCatalogue: the same over the official rows, for phrases typed letter
// by letter.
func TestIndexOfTheWholeCatalogue(t *testing.T) {
	var rows [][]string
	for _, r := range officialRows(t, "c_ClaveProdServ.tsv.gz") {
		rows = append(rows, []string{r["id"], r["texto"], r["similares"]})
	}
	n, f := newNaive(rows, everydayLines()), newFinder(blobOf(t, rows), prodServPhrases())
	for _, typed := range []string{"c", "renta d", "sapatos rojos", "zzzz tornillo de oj"} {
		got := []string{}
		for _, r := range find(f, typed, 12, prodServRow) {
			got = append(got, r.Clave)
		}
		if diff := cmp.Diff(append([]string{}, n.search(typed, 12)...), got); diff != "" {
			t.Errorf("%q:\n%s", typed, diff)
		}
	}
}

// rowsAlike are rows of the everyday keys, and of others that share their words.
func rowsAlike() [][]string {
	all := everydayLines()
	var rows [][]string
	for i, line := range all {
		f := strings.Split(line, "\t")
		other := strings.Split(all[(i*7+1)%len(all)], "\t")
		if rows = append(rows, []string{f[0], f[1], ""}); i%3 == 0 {
			rows = append(rows, []string{fmt.Sprint(10_000_001 + i*1_700), "Servicios de " + f[1] + " xolotl de " + other[1], other[1]})
		}
	}
	slices.SortStableFunc(rows, func(x, y []string) int { return strings.Compare(x[0], y[0]) })
	return slices.CompactFunc(rows, func(x, y []string) bool { return x[0] == y[0] })
}

// TestIndexOfManyRows: the same over so many rows alike that single letters and common words have more of them than
// manyRows, for some hundreds of queries of every kind: words and pairs of letters, the first words of what people type
// and what they go on with, one letter wrong, accents, and what nobody says.
func TestIndexOfManyRows(t *testing.T) {
	everyday := everydayLines()
	rows := rowsAlike()
	n, f := newNaive(rows, everyday), newFinder(blobOf(t, rows), prodServPhrases())

	asked := []string{"s", "se", "servicios d", "servicios de l", "servicio c", "xolotl", "xolotl d", "xolotl s", "xolotl zzzz", "zzzz servicio", "zzzz zzzz", "sapatos d", "mantenimeinto d", "ñandú s", "LUZ", "luz ", "luz de c"}
	for i, phrase := range slices.Sorted(maps.Keys(phrases(t, "frases.tsv"))) {
		letters := []rune(phrase)
		asked = append(asked, string(letters[:1+i*5%len(letters)]))
		if i%4 == 0 {
			letters[i%len(letters)] = 'q'
			asked = append(asked, string(letters))
		}
	}
	vague := 0
	for i, typed := range asked {
		if isKey(strings.TrimSpace(typed)) {
			continue
		}
		most := 12 + i%3*20
		got := []string{}
		for _, r := range find(f, typed, most, prodServRow) {
			got = append(got, r.Clave)
		}
		if diff := cmp.Diff(append([]string{}, n.search(typed, most)...), got); diff != "" {
			t.Errorf("%q, %d:\n%s", typed, most, diff)
		}
		if n.parse(typed).vague(manyRows, n.rows) {
			vague++
		}
	}
	t.Logf("%d queries over %d rows, the last word of %d in more than %d", len(asked), len(rows), vague, manyRows)
	if vague == 0 {
		t.Error("no query ends in a word that many rows have")
	}
}
