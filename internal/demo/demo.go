// Package demo fills an empty portal with one company that looks alive: customers, products of several trades, and
// receipts of five months in every state, all made through the same services a person would use.
//
//	access, err := demo.Fill(ctx, demo.Parts{…}, 200)
//
// It is deterministic but for the password and the day: the same number of receipts gives the same amounts. It never
// touches a store that already has the company.
package demo

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// Parts are the services the demo is made through. SetNow moves the clock that all of them read; Now is the real one.
// Log hears what goes on, in Spanish.
type Parts struct {
	DB        *store.DB
	Account   *account.Service
	Directory *directory.Service
	Billing   *billing.Service
	Jobs      *job.Runner
	Catalog   *catalogo.Catalog
	SetNow    func(time.Time)
	Now       func() time.Time
	Log       io.Writer
}

// Access is how to enter the demo company. Made tells whether this call made it; an older one keeps its password,
// which is not known here.
type Access struct {
	Rfc, Usuario, Password string
	Made                   bool
}

const usuario = "admin"

// Fill makes the demo company with about n receipts where it does not exist yet.
func Fill(ctx context.Context, p Parts, n int) (Access, error) {
	access := Access{Rfc: Rfc, Usuario: usuario, Password: newPassword(), Made: true}
	_, err := p.DB.Global().TenantByRfc(ctx, Rfc)
	if err == nil {
		return Access{Rfc: Rfc, Usuario: usuario}, nil
	}
	if fail.KindOf(err) != fail.NotFound {
		return Access{}, err
	}
	fmt.Fprintln(p.Log, "Creando la empresa de demostración…")
	f := &filler{Parts: p, rng: newRand(), series: map[string]string{}, products: map[string]directory.Product{}}
	defer p.SetNow(time.Time{})
	if err := f.company(ctx, access.Password); err != nil {
		return Access{}, fmt.Errorf("company: %w", err)
	}
	if err := f.credits(ctx, n); err != nil {
		return Access{}, fmt.Errorf("credits: %w", err)
	}
	if err := f.directory(ctx); err != nil {
		return Access{}, fmt.Errorf("directory: %w", err)
	}
	if err := f.receipts(ctx, n); err != nil {
		return Access{}, fmt.Errorf("receipts: %w", err)
	}
	return access, nil
}

// newPassword returns 16 letters and digits that are easy to type, about 80 bits.
func newPassword() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	s := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}

// company founds the demo company with its data, its test certificate and its two series.
func (f *filler) company(ctx context.Context, password string) (err error) {
	f.actor, err = f.Account.Found(ctx, account.Founding{
		Rfc: Rfc, Nombre: userName, Correo: userEmail, Usuario: usuario, Password: password,
	})
	if err != nil {
		return err
	}
	c, err := f.Account.Company(ctx, f.actor)
	if err != nil {
		return err
	}
	c.Nombre, c.NombreComercial = companyName, tradeName
	c.Regimenes, c.RegimenDefault = []string{"601"}, "601"
	c.CodigoPostal, c.LugarExpedicion = companyCP, companyCP
	c.Calle, c.NoExterior, c.Colonia, c.Municipio = "Av. 5 Poniente", "312", "San Juan Calvario", "San Pedro Cholula"
	c.Contacto, c.Telefono, c.Correo, c.Web = userName, "222 555 0142", userEmail, "https://losgirasoles.example"
	if _, _, err := f.Account.SaveCompany(ctx, f.actor, c); err != nil {
		return err
	}
	if _, err := f.Account.MakeTestCertificate(ctx, f.actor); err != nil {
		return err
	}
	for _, s := range []account.Serie{
		{Serie: "A", TipoDeComprobante: "I", FolioInicial: 1101, FolioSiguiente: 1101, Predeterminada: true, Activa: true},
		{Serie: "NC", TipoDeComprobante: "E", FolioInicial: 1, FolioSiguiente: 1, Predeterminada: true, Activa: true},
	} {
		saved, err := f.Account.SaveSerie(ctx, f.actor, s)
		if err != nil {
			return err
		}
		f.series[saved.TipoDeComprobante] = saved.ID
	}
	return nil
}

// directory keeps every customer and product of data.go.
func (f *filler) directory(ctx context.Context) error {
	for _, c := range customers {
		in := directory.Customer{
			Rfc: c.rfc, Nombre: c.nombre, CodigoPostal: c.cp, RegimenFiscal: c.regimen, UsoCFDI: c.uso,
			FormaPago: c.forma, MetodoPago: c.metodo, Moneda: "MXN", Activo: true,
		}
		if c.correo != "" {
			in.Correos = []directory.Correo{{Direccion: c.correo}}
		}
		if c.rfc == genericForeign {
			in.Moneda = "USD"
		}
		saved, _, err := f.Directory.SaveCustomer(ctx, f.actor, in)
		if err != nil {
			return errors.Join(fmt.Errorf("customer %s", c.rfc), err)
		}
		f.customers = append(f.customers, saved)
	}
	for _, p := range products {
		saved, _, err := f.Directory.SaveProduct(ctx, f.actor, p.row())
		if err != nil {
			return errors.Join(fmt.Errorf("product %s", p.clave), err)
		}
		f.products[p.clave] = saved
	}
	return nil
}
