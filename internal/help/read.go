package help

import "strings"

// parse reads an article: title, lines "pantallas:" and "palabras:", summary, blocks.
// A line that is only a picture belongs to the manual alone.
func parse(slug, text string) Article {
	a := Article{Slug: slug, source: text}
	var keys string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "# "):
			a.Title = line[2:]
		case strings.HasPrefix(line, "pantallas:"):
			a.Screens = strings.Fields(line[len("pantallas:"):])
		case strings.HasPrefix(line, "palabras:"):
			keys = line[len("palabras:"):]
		case line == "" || strings.HasPrefix(line, "!["):
			a.Blocks = append(a.Blocks, Block{}) // ends a list
		case a.Summary == "":
			a.Summary = line
		default:
			a.add(line)
		}
	}
	blocks := a.Blocks[:0]
	for _, b := range a.Blocks {
		if len(b.Lines) > 0 {
			blocks = append(blocks, b)
		}
	}
	a.Blocks = blocks
	a.folded = " " + fold(text)
	a.words = " " + fold(a.Title+" "+keys)
	return a
}

// add puts a line where it belongs: to the list before it, or into a block of its own.
func (a *Article) add(line string) {
	kind, rest := Paragraph, line
	number, after, numbered := strings.Cut(line, ". ")
	switch {
	case strings.HasPrefix(line, "## "):
		kind, rest = Heading, line[3:]
	case strings.HasPrefix(line, "- "):
		kind, rest = Points, line[2:]
	case numbered && number != "" && strings.Trim(number, "0123456789") == "":
		kind, rest = Steps, after
	}
	spans := spansOf(rest)
	if n := len(a.Blocks); n > 0 && a.Blocks[n-1].Kind == kind && (kind == Steps || kind == Points) {
		a.Blocks[n-1].Lines = append(a.Blocks[n-1].Lines, spans)
		return
	}
	a.Blocks = append(a.Blocks, Block{Kind: kind, Lines: [][]Span{spans}})
}

// spansOf reads **strong**, `code` and [link](/path) in a line; a sign without its pair
// stands for itself.
func spansOf(line string) []Span {
	var spans []Span
	plain := func(text string) {
		if text != "" {
			spans = append(spans, Span{Text: text})
		}
	}
	for line != "" {
		i := strings.IndexAny(line, "*`[")
		if i < 0 {
			break
		}
		span, rest, ok := spanAt(line[i:])
		if !ok {
			plain(line[:i+1])
			line = line[i+1:]
			continue
		}
		plain(line[:i])
		spans, line = append(spans, span), rest
	}
	plain(line)
	return spans
}

// spanAt reads the span that line begins with.
func spanAt(line string) (span Span, rest string, ok bool) {
	for _, mark := range []string{"**", "`"} {
		if after, is := strings.CutPrefix(line, mark); is {
			text, rest, closed := strings.Cut(after, mark)
			return Span{Text: text, Strong: mark == "**", Code: mark == "`"}, rest, closed && text != ""
		}
	}
	if after, is := strings.CutPrefix(line, "["); is {
		text, to, closed := strings.Cut(after, "](")
		href, rest, ended := strings.Cut(to, ")")
		return Span{Text: text, Href: href}, rest, closed && ended && strings.HasPrefix(href, "/")
	}
	return Span{}, line, false
}
