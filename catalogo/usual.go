package catalogo

import "strings"

// The ways IVA is borne, as [Usual] says them.
const (
	IVAGeneral = ""         // the general rate
	IVACero    = "0.000000" // rate of 0 %
	IVAExento  = "Exento"
)

// Usual is how the law taxes what a ClaveProdServ names. It is advice: a key is
// coarser than the law, and who issues decides.
type Usual struct {
	IVA    string // IVAGeneral, IVACero or IVAExento
	IEPS   bool   // what it names may bear IEPS as well
	Always bool   // whoever sells it inside the country; else Porque says when
	Porque string // in Spanish, with the article
}

// usual lists keys by how they start; the longest start that fits rules. LIVA as in
// force since 2022-01-01 (DOF 2021-11-12), LIEPS article 2.
var usual = []struct {
	starts string // keys or starts of keys, between blanks
	Usual
}{
	{"1010 1015 1016 102 103 104", Usual{IVACero, false, true, "animales y vegetales sin industrializar, art. 2-A, fr. I, inciso a, LIVA"}},
	{"10101501 10101502", Usual{IVAGeneral, false, true, "los perros, los gatos y las mascotas pequeñas quedan fuera del art. 2-A LIVA"}},
	{"101215", Usual{IVACero, false, true, "alimento para animales, art. 2-A, fr. I, inciso b, LIVA"}},
	{"101216 101217", Usual{IVACero, false, false, "alimento para animales que no son mascotas, art. 2-A, fr. I, inciso b, LIVA"}},
	{"101218 101219", Usual{IVAGeneral, false, true, "el alimento procesado para perros, gatos y mascotas pequeñas queda fuera del art. 2-A LIVA"}},
	{"101715 101716 101718", Usual{IVACero, false, false, "fertilizante que se usa en la agricultura o la ganadería, art. 2-A, fr. I, inciso f, LIVA"}},
	{"101717 101915", Usual{IVACero, true, false, "plaguicida que se usa en la agricultura o la ganadería, art. 2-A, fr. I, inciso f, LIVA; según su toxicidad causa IEPS"}},
	{"15101505 15101514 15101515", Usual{IVAGeneral, true, true, "los combustibles automotrices causan IEPS por litro, art. 2, fr. I, inciso D, y 2-A LIEPS"}},
	{"50", Usual{IVACero, false, true, "alimento, art. 2-A, fr. I, inciso b, LIVA"}},
	{"501615 501618 501921 501923 501924", Usual{IVACero, true, true, "alimento, art. 2-A, fr. I, inciso b, LIVA; botanas, dulces, chocolates y otros de 275 kcal o más por 100 g causan IEPS"}},
	{"50161815", Usual{IVAGeneral, true, true, "los chicles quedan fuera del art. 2-A LIVA y causan IEPS"}},
	{"502022", Usual{IVAGeneral, true, true, "las bebidas con alcohol y la cerveza causan IEPS, art. 2, fr. I, inciso A, LIEPS"}},
	{"502023 502024 502025 502026 502027 502028 502030", Usual{IVAGeneral, true, true, "las bebidas distintas de la leche quedan fuera del art. 2-A LIVA; con azúcar o edulcorante causan IEPS"}},
	{"50202301 50202310", Usual{IVAGeneral, false, false, "el agua va a 0 % sólo en envases de diez litros o más, art. 2-A, fr. I, inciso c, LIVA"}},
	{"50202302", Usual{IVACero, false, true, "hielo, art. 2-A, fr. I, inciso c, LIVA"}},
	{"5021", Usual{IVAGeneral, true, true, "los tabacos labrados causan IEPS, art. 2, fr. I, inciso C, LIEPS"}},
	{"51", Usual{IVACero, false, true, "medicina de patente, art. 2-A, fr. I, inciso b, LIVA"}},
	{"511919", Usual{IVAGeneral, false, false, "los complementos alimenticios no son alimento ni medicina para la LIVA, salvo que prueben serlo"}},
	{"53131615", Usual{IVACero, false, true, "productos de higiene menstrual, art. 2-A, fr. I, inciso j, LIVA"}},
	{"551015", Usual{IVAExento, false, false, "libros, periódicos y revistas, art. 9, fr. III, LIVA; el que los edita va a 0 %, art. 2-A, fr. I, inciso i"}},
	{"70122", Usual{IVAExento, false, false, "si atiende una persona física con título de médico veterinario, art. 15, fr. XIV, LIVA y 41 de su reglamento"}},
	{"78111802 78111804", Usual{IVAExento, false, false, "el transporte público de personas sólo urbano o metropolitano y sin plataforma, art. 15, fr. V, LIVA"}},
	{"80131501", Usual{IVAExento, false, false, "casa habitación sin amueblar, art. 20, fr. II, LIVA"}},
	{"80131603 80131604", Usual{IVAExento, false, true, "el suelo, art. 9, fr. I, LIVA"}},
	{"84131601", Usual{IVAExento, false, true, "seguro de vida, art. 15, fr. IX, LIVA"}},
	{"8512", Usual{IVAExento, false, false, "si atiende una persona física con título de médico o de cirujano dentista, art. 15, fr. XIV, LIVA y 41 de su reglamento"}},
	{"861215 861216 861217", Usual{IVAExento, false, false, "la enseñanza con autorización o reconocimiento oficial (RVOE), art. 15, fr. IV, LIVA"}},
}

// Usual returns how the law taxes what a ClaveProdServ names, and false where it is
// nothing out of the ordinary.
func (c *Catalog) Usual(clave string) (Usual, bool) {
	best, longest := Usual{}, 0
	for _, u := range usual {
		for start := range strings.FieldsSeq(u.starts) {
			if len(start) > longest && strings.HasPrefix(clave, start) {
				best, longest = u.Usual, len(start)
			}
		}
	}
	return best, longest > 0
}
