package demo

import (
	"context"
	"fmt"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// OperatorRfc is the company that runs the portal of the demo and invoices its credits.
const (
	OperatorRfc  = "OPD200115LM3"
	OperatorName = "OPERADORA DE DEMOSTRACION"
)

// Shop gives the demo something to sell and a company that invoices it, where there is
// neither. Nobody knows the password of that company's user.
func Shop(ctx context.Context, p Parts) error {
	if err := operatorCompany(ctx, p); err != nil {
		return fmt.Errorf("the operator's company: %w", err)
	}
	return p.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		open, err := tx.Packages(ctx, 1)
		if err != nil || len(open) > 0 {
			return err
		}
		gone, err := tx.WithdrawnPackages(ctx, 1)
		if err != nil || len(gone) > 0 {
			return err
		}
		now := store.Micros(tx.Now())
		for i, s := range []struct{ credits, pesos, days int64 }{{50, 150, 365}, {200, 500, 365}, {1000, 1900, 730}} {
			err := tx.InsertPackage(ctx, store.PackageRow{
				ID: tx.NewID(), Name: fmt.Sprintf("Paquete %d", s.credits), Credits: s.credits, Price: s.pesos * 1_000_000, ValidDays: s.days,
				FromAt: now, Ord: int64(i + 1), Demo: true, Version: 1, CreatedAt: now,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func operatorCompany(ctx context.Context, p Parts) error {
	_, err := p.DB.Global().TenantByRfc(ctx, OperatorRfc)
	if fail.KindOf(err) != fail.NotFound {
		return err
	}
	a, err := p.Account.Found(ctx, account.Founding{Rfc: OperatorRfc, Nombre: "Operación", Correo: "operadora@example.mx", Usuario: usuario, Password: newPassword()})
	if err != nil {
		return err
	}
	c, err := p.Account.Company(ctx, a)
	if err != nil {
		return err
	}
	c.Nombre, c.Regimenes, c.RegimenDefault = OperatorName, []string{"601"}, "601"
	c.CodigoPostal, c.LugarExpedicion = "06000", "06000"
	if _, _, err := p.Account.SaveCompany(ctx, a, c); err != nil {
		return err
	}
	if _, err := p.Account.MakeTestCertificate(ctx, a); err != nil {
		return err
	}
	_, err = p.Account.SaveSerie(ctx, a, account.Serie{Serie: "T", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Predeterminada: true, Activa: true})
	return err
}
