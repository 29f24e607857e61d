package pdf

// A style is a font, its size in points, its line height in millimetres.
type style struct {
	font          font
	size, leading float64
	colour        colour
}

// A look is the paper of one design and the styles upon it. Lengths are millimetres.
type look struct {
	design       Design
	pageW, pageH float64
	left, right  float64
	width        float64 // between left and right
	top, bottom  float64 // where content begins and ends
	roll         bool    // the page is as high as its content

	body, strong, small, label, title, foot style
	item                                    style // the description of a line
	name, kind, number, grand, seal         style
	certLabel, certValue, certTitle         style
	padX, padY                              float64 // within the cells of the table
	sealGap                                 float64 // below each seal

	main     colour // the company's
	text     colour // main where it is text or a thin rule on white
	upon     colour // text upon main
	headFill colour // of the table
	headInk  colour
	rule     colour // the strong rules
}

// paper sets the sheet.
func (l *look) paper(w, h, margin float64) {
	l.pageW, l.pageH = w, h
	l.left, l.right, l.width = margin, w-margin, w-2*margin
	l.top, l.bottom = margin, h-margin-6.5
}

// lookOf makes the look of a paper. A colour that is too pale to be read is
// darkened where it is text; text upon it is white or black, whichever is read.
func lookOf(p Paper) *look {
	main := parseColour(p.Color)
	l := &look{
		design: p.Design,
		body:   style{sans, 8.5, 4.2, ink}, strong: style{bold, 8.5, 4.2, ink}, small: style{sans, 7, 3.3, inkSoft},
		label: style{sans, 7, 3.4, inkPale}, title: style{bold, 7, 3.8, inkPale}, foot: style{sans, 7, 3.3, inkSoft},
		name: style{bold, 13, 5.6, ink}, kind: style{bold, 9, 4.2, main.onPaper()}, number: style{bold, 19, 7.6, ink},
		grand: style{bold, 13, 6, ink}, seal: style{mono, 5.6, 2.25, ink},
		certLabel: style{sans, 6.5, 3, inkPale}, certValue: style{bold, 7, 3.3, ink}, certTitle: style{bold, 6.5, 3.2, inkPale},
		item: style{bold, 8.5, 4.2, ink}, padX: 1.5, padY: 1.8, sealGap: 1,
		main: main, text: main.onPaper(), upon: upon(main), headFill: headBg, headInk: ink, rule: ink,
	}
	l.paper(letterW, letterH, 12)
	if p.Color != "" {
		l.headFill, l.rule = main.tint(), l.text
	}
	switch p.Design {
	case Compacta:
		l.compacta()
	case Servicios:
		l.servicios()
	case Ticket:
		l.ticket()
	default:
		l.design = Clasica
	}
	return l
}

// Letter paper, and the longest roll: a printer cuts before, and a PDF page ends
// at 14,400 points (ISO 32000-1, annex C).
const (
	letterW, letterH = 215.9, 279.4
	rollW, rollH     = 80.0, 4000.0
)

func (l *look) compacta() {
	l.paper(letterW, letterH, 9)
	l.body, l.strong, l.small = style{sans, 7.2, 3.3, ink}, style{bold, 7.2, 3.3, ink}, style{sans, 6, 2.7, inkSoft}
	l.item = l.strong
	l.label, l.title = style{sans, 6, 2.8, inkPale}, style{bold, 6.2, 3, l.text}
	l.name, l.number, l.kind = style{bold, 11, 4.6, ink}, style{bold, 14, 5.4, ink}, style{bold, 8, 3.6, l.text}
	l.grand, l.seal = style{bold, 11, 5, ink}, style{mono, 5.2, 2.2, ink}
	l.certLabel, l.certValue, l.certTitle = style{sans, 6, 2.7, inkPale}, style{bold, 6.4, 2.9, ink}, style{bold, 6, 2.8, inkPale}
	l.padX, l.padY = 1.2, 0.9
	l.headFill, l.headInk, l.rule = l.main, l.upon, l.text
}

func (l *look) servicios() {
	l.paper(letterW, letterH, 14)
	l.body, l.strong, l.item = style{sans, 8.8, 4.3, ink}, style{bold, 8.8, 4.3, ink}, style{bold, 10.5, 4.9, ink}
	l.small = style{sans, 7.4, 3.6, inkSoft}
	l.label, l.title = style{sans, 7.2, 3.6, inkPale}, style{bold, 7.4, 4.2, l.text}
	l.name, l.number, l.kind = style{bold, 15, 6.2, l.upon}, style{bold, 17, 6.8, l.upon}, style{bold, 10, 4.6, l.upon}
	l.grand = style{bold, 15, 7, l.upon}
	l.padX, l.padY = 0, 2.2
	l.headFill, l.headInk, l.rule = white, inkPale, l.text
}

// ticket prints in black: the heads of such printers know no other colour.
func (l *look) ticket() {
	l.paper(rollW, rollH, 4)
	l.bottom, l.roll = rollH-30, true
	soft := colour{0x33, 0x33, 0x33}
	l.main, l.text, l.upon, l.rule, l.headFill, l.headInk = black, black, white, black, white, black
	l.body, l.strong, l.small = style{sans, 7.6, 3.5, black}, style{bold, 7.8, 3.6, black}, style{sans, 6.6, 3, soft}
	l.item = l.strong
	l.label, l.title, l.foot = style{sans, 6.6, 3, soft}, style{bold, 7, 3.6, black}, style{sans, 7, 3.2, black}
	l.name, l.kind, l.number = style{bold, 10.5, 4.6, black}, style{bold, 9, 4.2, black}, style{bold, 14, 5.8, black}
	l.grand, l.seal = style{bold, 12.5, 5.8, black}, style{mono, 5.4, 2.4, black}
	l.certLabel, l.certValue, l.certTitle = style{sans, 6.6, 3, soft}, style{bold, 7, 3.2, black}, style{bold, 6.6, 3.2, black}
	l.padX, l.padY = 0, 1.4
}
