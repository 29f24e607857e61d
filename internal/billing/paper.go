package billing

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/store"
)

// pdfOptions are what the XML of r does not tell its PDF: the company, the branch of its
// series, the customer's address, and the design and logo that rule that branch and that
// type today. Six reads by key at most, whatever the receipt holds.
func (s *Service) pdfOptions(ctx context.Context, v *store.View, r store.DocumentRow) (pdf.Options, error) {
	company, err := v.Company(ctx)
	if absent(&err); err != nil {
		return pdf.Options{}, err
	}
	o := pdf.Options{
		State: r.State, Test: r.Test, Notas: r.Notas, NombreComercial: company.NombreComercial,
		Domicilio: company.Domicilio(), Telefono: company.Telefono, Correo: company.Correo, Web: company.Web,
	}
	branch, err := printBranch(ctx, v, r.SerieID, &o)
	if err != nil {
		return o, err
	}
	paper, err := v.Paper(ctx, branch, r.Tipo)
	if absent(&err); err != nil {
		return o, err
	}
	if o.Paper, err = pdf.ParsePaper(paper.Settings); err != nil {
		return o, err
	}
	if o.Paper.Shows(pdf.PartLogo) {
		logo, err := v.PaperLogo(ctx, branch, r.Tipo)
		if absent(&err); err != nil {
			return o, err
		}
		o.Logo = logo.PNG
	}
	if r.CustomerID != "" && o.Paper.Shows(pdf.PartReceptor) {
		customer, err := v.Customer(ctx, r.CustomerID)
		if absent(&err); err != nil {
			return o, err
		}
		o.DomicilioReceptor = customer.Line(customer.CodigoPostal)
		if pais, ok := s.Catalog.Pais(customer.Pais); ok && o.DomicilioReceptor != "" {
			o.DomicilioReceptor += ", " + pais.Texto
		}
	}
	return o, nil
}

// printBranch notes in o the branch that a series belongs to and returns its id.
func printBranch(ctx context.Context, v *store.View, serieID string, o *pdf.Options) (string, error) {
	if serieID == "" {
		return store.MainBranch, nil
	}
	serie, err := v.Serie(ctx, serieID)
	if fail.KindOf(err) == fail.NotFound {
		return store.MainBranch, nil
	}
	if err != nil || serie.Branch() == store.MainBranch {
		return store.MainBranch, err
	}
	branch, err := v.Branch(ctx, serie.Branch())
	if err != nil {
		return "", err
	}
	branch.Print(&o.Sucursal, &o.Telefono, &o.Correo)
	return branch.ID, nil
}

// absent forgets that a row is not there.
func absent(err *error) {
	if *err != nil && fail.KindOf(*err) == fail.NotFound {
		*err = nil
	}
}
