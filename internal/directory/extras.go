package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/store"
)

// Some customers bring taxes of their own: a persona moral that withholds, a state
// with a local tax. A customer names taxes of the company's list (manual §3.2); its
// receipts bear them in each line with ObjetoImp 02 besides those of the product. The
// IVA that is transferred is the product's alone.

// mostExtras bounds the taxes of one customer.
const mostExtras = 10

// Extra reports whether a customer can bring the tax.
func (x Impuesto) Extra() bool {
	return x.TipoFactor == "Tasa" && (x.Local() || x.Retencion || x.Impuesto == ieps)
}

// Extras are the taxes that the receipts of c begin with, of those the company has: a
// tax that was switched off is not among them.
func (c Customer) Extras(taxes []Impuesto) []Impuesto {
	var list []Impuesto
	for _, x := range taxes {
		if x.Activo && x.Extra() && slices.Contains(c.Impuestos, x.ID) {
			list = append(list, x)
		}
	}
	return list
}

// checkExtras puts the taxes of c in the order of the company's list. A line has one
// place for each federal tax and side, and so has the customer.
func checkExtras(c *Customer, taxes []Impuesto, p *problems) {
	var kept []string
	places := map[string]string{}
	for _, x := range taxes {
		if !slices.Contains(c.Impuestos, x.ID) {
			continue
		}
		if !x.Extra() {
			p.err("Impuestos", "«"+x.Nombre+"» lo lleva cada producto, no el cliente.", "Quítalo de aquí y ponlo en tus productos.")
			continue
		}
		place := fmt.Sprint(x.Impuesto, x.Retencion)
		if other, taken := places[place]; taken && !x.Local() {
			p.err("Impuestos", "Elegiste «"+other+"» y «"+x.Nombre+"»: un concepto lleva uno de los dos.", "Deja sólo uno.")
		}
		places[place] = x.Nombre
		kept = append(kept, x.ID)
	}
	for _, id := range c.Impuestos {
		if !slices.Contains(kept, id) && !slices.ContainsFunc(taxes, func(x Impuesto) bool { return x.ID == id }) {
			p.err("Impuestos", "Uno de los impuestos que elegiste ya no está en tu lista.", "Elige otro; nada se guardó.")
			break
		}
	}
	if len(kept) > mostExtras {
		p.err("Impuestos", fmt.Sprintf("Caben %d impuestos por cliente.", mostExtras), "Deja los que de verdad lleva.")
	}
	c.Impuestos = kept
}

// useExtras notes the taxes of a customer, so that they are not deleted.
func useExtras(ctx context.Context, tx *store.Tx, c Customer) error {
	if len(c.Impuestos) == 0 {
		return nil
	}
	taxes, err := taxesIn(ctx, &tx.View)
	if err != nil {
		return err
	}
	var uses []string
	for _, x := range taxes {
		if slices.Contains(c.Impuestos, x.ID) {
			uses = append(uses, x.row().Use())
		}
	}
	return tx.UseTaxes(ctx, uses)
}

func extrasJSON(ids []string) (string, error) {
	if len(ids) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(ids)
	return string(b), err
}

// extraNames are the taxes of a customer as a list has them.
func extraNames(c Customer, taxes []Impuesto) string {
	var names []string
	for _, x := range taxes {
		if slices.Contains(c.Impuestos, x.ID) {
			names = append(names, x.Nombre)
		}
	}
	return strings.Join(names, "; ")
}

// fillExtras reads the names in a cell over the taxes of c.
func fillExtras(c *Customer, e bulk.Entry, taxes []Impuesto, p *problems) {
	typed := e.Values["Impuestos"]
	if typed == "" {
		return
	}
	c.Impuestos = nil
	for _, name := range strings.FieldsFunc(typed, func(r rune) bool { return r == ';' || r == '\n' }) {
		if name = clean(name); name == "" {
			continue
		}
		i := slices.IndexFunc(taxes, func(x Impuesto) bool { return store.FoldLine(x.Nombre) == store.FoldLine(name) })
		if i < 0 {
			p.err("Impuestos", "No tienes un impuesto «"+name+"» en tu lista.", "Escríbelo como en Configuración → Impuestos.")
			continue
		}
		c.Impuestos = append(c.Impuestos, taxes[i].ID)
	}
}

// A Choice is something a company keeps by name and gives to customers.
type Choice struct{ ID, Nombre string }

// Choices are what a customer is given by name in a list: taxes, a list of prices and
// an addenda of the company.
type Choices struct {
	Impuestos        []Impuesto
	Listas, Addendas []Choice
}

// Choices lists them for whoever sees customers.
func (s *Service) Choices(ctx context.Context, a store.Actor) (Choices, error) {
	if err := a.Require(store.RightSeeCustomers); err != nil {
		return Choices{}, err
	}
	return choicesIn(ctx, s.cfg.DB.View(a.Tenant))
}

func choicesIn(ctx context.Context, v *store.View) (c Choices, err error) {
	if c.Impuestos, err = taxesIn(ctx, v); err != nil {
		return c, err
	}
	lists, err := v.PriceLists(ctx, maxPriceLists)
	if err != nil {
		return c, err
	}
	for _, r := range lists {
		c.Listas = append(c.Listas, Choice{r.ID, r.Nombre})
	}
	addendas, err := v.Addendas(ctx, mostAddendas)
	for _, r := range addendas {
		c.Addendas = append(c.Addendas, Choice{r.ID, r.Nombre})
	}
	return c, err
}

// nameOf is the name of what has the id, "" for none.
func nameOf(list []Choice, id string) string {
	i := slices.IndexFunc(list, func(x Choice) bool { return x.ID == id })
	if i < 0 {
		return ""
	}
	return list[i].Nombre
}

// choose reads the name in a cell over the id that to points at; what is a kind of
// thing to the reader.
func choose(e bulk.Entry, key, what, where string, list []Choice, to *string, p *problems) {
	typed := clean(e.Values[key])
	if typed == "" {
		return
	}
	i := slices.IndexFunc(list, func(x Choice) bool { return store.FoldLine(x.Nombre) == store.FoldLine(typed) })
	if i < 0 {
		p.err(key, "No tienes "+what+" «"+typed+"».", "Escríbela como en "+where+".")
		return
	}
	*to = list[i].ID
}
