package billing

import (
	"context"
	"strings"

	"iofacturo.mx/internal/store"
)

// exportPage is how many documents are in memory at a time while everything is
// taken along.
const exportPage = 100

// ExportStamped calls out with every stamped document of the company, byte for
// byte as the certifier gave it, under a name like 2026-03/UUID.xml. It stops at
// the first error of out and returns it. The person needs the right to export; what
// its limits keep it from seeing is left out.
func (s *Service) ExportStamped(ctx context.Context, a store.Actor, out func(name string, xml []byte) error) error {
	if err := a.Require(store.RightExport); err != nil {
		return err
	}
	v := s.DB.View(a.Tenant)
	for after := ""; ; {
		rows, err := v.StampedAfter(ctx, after, exportPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if sees(a, store.DocumentRow{CreatedBy: r.CreatedBy, SerieID: r.SerieID}) != nil {
				continue
			}
			b, err := v.Unpack(r.XMLRow)
			if err != nil {
				return err
			}
			if err := out(monthOf(r.Fecha)+"/"+strings.ToUpper(r.UUID)+".xml", b); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].DocumentID
	}
}

// monthOf is the AAAA-MM of a Fecha.
func monthOf(fecha string) string {
	if len(fecha) < len("2026-03") {
		return "sin-fecha"
	}
	return fecha[:len("2026-03")]
}
