package web

import (
	archive "archive/zip"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"time"

	"iofacturo.mx/internal/directory"
)

// downloadAll streams everything of the company as one ZIP: each stamped XML
// byte for byte, and customers, products and the company's data as CSV. It is
// written as it is read, so its size does not matter to the portal.
func (s *Server) downloadAll(w http.ResponseWriter, r *http.Request) error {
	a := actorOf(r)
	if err := s.Account.NoteExport(r.Context(), a); err != nil {
		return err
	}
	company, err := s.Account.Company(r.Context(), a)
	if err != nil {
		return err
	}
	now := s.Now().In(s.Catalog.Location(company.LugarExpedicion))
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", disposition("attachment", "ioFacturo_"+company.Rfc+"_"+now.Format("2006-01-02")+".zip"))
	// The whole may take longer than a page may.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Hour))
	z := archive.NewWriter(w)
	if err := s.writeAll(r.Context(), a, z, now); err != nil {
		// The answer has begun: cutting it off is the only way left to say that it
		// is not whole; a ZIP without its end does not open.
		s.Log.Error("descarga cortada", "ref", requestOf(r).ref, "error", err)
		panic(http.ErrAbortHandler)
	}
	return dropped(z.Close())
}

func (s *Server) writeAll(ctx context.Context, a actor, z *archive.Writer, now time.Time) error {
	for _, table := range []struct {
		name string
		fill func(ctx context.Context, a actor, out *csv.Writer) error
	}{
		{"empresa.csv", s.companyTable},
		{"sucursales.csv", s.branchTable},
		{"series.csv", s.serieTable},
		{"clientes.csv", s.customerTable},
		{"productos.csv", s.productTable},
	} {
		f, err := z.CreateHeader(&archive.FileHeader{Name: table.name, Method: archive.Deflate, Modified: now})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, "\ufeff"); err != nil { // spreadsheets take it for UTF-8
			return err
		}
		out := csv.NewWriter(f)
		if err := table.fill(ctx, a, out); err != nil {
			return err
		}
		if out.Flush(); out.Error() != nil {
			return out.Error()
		}
	}
	return s.Billing.ExportStamped(ctx, a, func(name string, xml []byte) error {
		f, err := z.CreateHeader(&archive.FileHeader{Name: "xml/" + name, Method: archive.Deflate, Modified: now})
		if err != nil {
			return err
		}
		_, err = f.Write(xml)
		return err
	})
}

func (s *Server) companyTable(ctx context.Context, a actor, out *csv.Writer) error {
	c, err := s.Account.Company(ctx, a)
	if err != nil {
		return err
	}
	for _, row := range [][]string{
		{"RFC", c.Rfc},
		{"Nombre o razón social", c.Nombre},
		{"Nombre comercial", c.NombreComercial},
		{"Regímenes fiscales", strings.Join(c.Regimenes, " ")},
		{"Código postal fiscal", c.CodigoPostal},
		{"Lugar de expedición", c.LugarExpedicion},
		{"Calle", c.Calle},
		{"No. exterior", c.NoExterior},
		{"No. interior", c.NoInterior},
		{"Colonia", c.Colonia},
		{"Municipio", c.Municipio},
		{"Estado", c.Estado},
		{"CURP", c.Curp},
		{"Contacto", c.Contacto},
		{"Teléfono", c.Telefono},
		{"Correo", c.Correo},
		{"Página web", c.Web},
	} {
		if err := out.Write(plainCells(row...)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) branchTable(ctx context.Context, a actor, out *csv.Writer) error {
	list, err := s.Account.Branches(ctx, a)
	if err != nil {
		return err
	}
	if err := out.Write([]string{"Nombre", "Clave", "Código postal", "Teléfono", "Correo", "Responsable", "Estado"}); err != nil {
		return err
	}
	for _, b := range list {
		if err := out.Write(plainCells(b.Nombre, b.Clave, b.CodigoPostal, b.Telefono, b.Correo, b.Responsable, activeWord(b.Activa))); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) serieTable(ctx context.Context, a actor, out *csv.Writer) error {
	list, err := s.Account.SeriesList(ctx, a)
	if err != nil {
		return err
	}
	branches, err := s.Account.Branches(ctx, a)
	if err != nil {
		return err
	}
	if err := out.Write([]string{"Serie", "Tipo de comprobante", "Sucursal", "Folio inicial", "Folio siguiente", "Folio final", "Estado"}); err != nil {
		return err
	}
	for _, x := range list {
		err := out.Write(plainCells(x.Serie, tipoText(x.TipoDeComprobante), branchName(branches, x.Sucursal), whole(x.FolioInicial), whole(x.FolioSiguiente),
			lastFolio(x.FolioFinal), activeWord(x.Activa)))
		if err != nil {
			return err
		}
	}
	return nil
}

// exportRows is how many rows of a list are in memory at a time.
const exportRows = 200

func (s *Server) customerTable(ctx context.Context, a actor, out *csv.Writer) error {
	err := out.Write([]string{
		"RFC", "Nombre", "Código postal", "Régimen fiscal", "Uso CFDI", "Correos", "Residencia fiscal", "NumRegIdTrib",
		"Teléfono", "Contacto", "Calle", "No. exterior", "No. interior", "Colonia", "Localidad", "Municipio", "Estado del domicilio", "País", "Referencia", "Notas", "Clave", "Forma de pago", "Método de pago", "Moneda", "Condiciones de pago", "Estado",
	})
	for _, inactive := range []bool{false, true} {
		for after, more := "", err == nil; more; {
			page, err := s.Directory.Customers(ctx, a, directory.Filter{Inactive: inactive, After: after, Limit: exportRows})
			if err != nil {
				return err
			}
			for _, c := range page.Rows {
				var mails []string
				for _, m := range c.Correos {
					mails = append(mails, m.Direccion)
				}
				err := out.Write(plainCells(c.Rfc, c.Nombre, c.CodigoPostal, c.RegimenFiscal, c.UsoCFDI, strings.Join(mails, " "), c.ResidenciaFiscal, c.NumRegIdTrib,
					c.Telefono, c.Contacto, c.Calle, c.NoExterior, c.NoInterior, c.Colonia, c.Localidad, c.Municipio, c.Estado, c.Pais, c.Referencia, c.Notas, c.Clave, c.FormaPago, c.MetodoPago, c.Moneda, c.CondicionesDePago, activeWord(c.Activo)))
				if err != nil {
					return err
				}
			}
			after, more = page.Next, page.Next != ""
		}
	}
	return err
}

func (s *Server) productTable(ctx context.Context, a actor, out *csv.Writer) error {
	err := out.Write([]string{
		"Clave", "Descripción", "ClaveProdServ", "ClaveUnidad", "Unidad", "Precio", "Moneda", "Precio incluye impuestos",
		"ObjetoImp", "Traslados", "Retenciones", "Cuenta predial", "Estado",
	})
	for _, inactive := range []bool{false, true} {
		for after, more := "", err == nil; more; {
			page, err := s.Directory.Products(ctx, a, directory.Filter{Inactive: inactive, After: after, Limit: exportRows})
			if err != nil {
				return err
			}
			for _, p := range page.Rows {
				err := out.Write(plainCells(p.Clave, p.Descripcion, p.ClaveProdServ, p.ClaveUnidad, p.Unidad, p.Precio.String(), p.Moneda,
					yesNo(p.PrecioIncluyeImpuestos), p.ObjetoImp, taxWords(p.Traslados), taxWords(p.Retenciones), p.CuentaPredial, activeWord(p.Activo)))
				if err != nil {
					return err
				}
			}
			after, more = page.Next, page.Next != ""
		}
	}
	return err
}

func activeWord(on bool) string {
	if on {
		return "activo"
	}
	return "inactivo"
}

func yesNo(on bool) string {
	if on {
		return "sí"
	}
	return "no"
}

// taxWords writes taxes as "002 Tasa 0.160000; …".
func taxWords(list []directory.Tax) string {
	words := make([]string, 0, len(list))
	for _, t := range list {
		words = append(words, strings.TrimSpace(t.Impuesto+" "+t.TipoFactor+" "+t.TasaOCuota.String()))
	}
	return strings.Join(words, "; ")
}

// plainCells keeps a spreadsheet from taking a text for a formula: what begins
// like one gets an apostrophe in front (threat T8).
func plainCells(cells ...string) []string {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}
