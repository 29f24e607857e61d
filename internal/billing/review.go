package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// RFC that stand for anybody (RMF 2.7.1.23).
const (
	rfcPublico    = "XAXX010101000"
	rfcExtranjero = "XEXX010101000"
	nombrePublico = "PUBLICO EN GENERAL"
)

const (
	maxNotas     = 1000 // characters of Notas
	maxAddresses = 20   // of one mail
	maxMailText  = 5000 // characters of what a person writes in a mail
)

// skew keeps Fecha behind the certifier's clock (cfdi-rules §1.5).
const skew = 90 * time.Second

// Review says everything that would keep d from being issued as it is now, and
// what is worth a second look: every local rule of the SAT, and what only we
// know (certificate, series, addresses, text that could not be read). d need not
// be stored. Errors are those of the store alone.
func (s *Service) Review(ctx context.Context, a store.Actor, d Draft) (cfdi.Findings, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return nil, err
	}
	v := s.DB.View(a.Tenant)
	row, err := v.Document(ctx, d.ID)
	if err == nil {
		err = sees(a, row)
	} else if fail.KindOf(err) == fail.NotFound {
		err = nil // not stored yet
	}
	if err != nil {
		return nil, err
	}
	d.Folio = folioOf(row)
	if d.Folio != 0 {
		d.SerieID, d.Serie = row.SerieID, row.Serie
	}
	d.Comprobante = *d.Comprobante.Clone()
	d.Lines = slices.Clone(d.Lines)
	w, err := s.wouldBe(ctx, v, d)
	if err != nil {
		return nil, err
	}
	w.limited(a)
	return s.judge(w), nil
}

// judge is every finding about a document, ours and the SAT's.
func (s *Service) judge(w *issuing) cfdi.Findings {
	return merge(w.found, cfdi.Validate(w.c, s.Catalog, s.Now()))
}

// An issuing is a draft as it would be issued this moment.
type issuing struct {
	c           *cfdi.Comprobante
	serie       store.SerieRow
	branch      store.BranchRow // of the series; zero for the main one
	frontera    bool            // the branch applies the border stimulus
	certificate store.CertificateRow
	cert        *csd.Certificate         // nil when there is none in force
	correos     string                   // JSON for documents.correos
	addenda     store.DocumentAddendaRow // zero for none
	found       cfdi.Findings            // ours alone
}

func (w *issuing) wrong(path, message, fix string) {
	w.found = append(w.found, cfdi.Finding{Path: path, Severity: cfdi.SeverityError, Message: message, Fix: fix})
}

// wouldBe completes a draft with what is fixed only at the moment of issuing:
// Emisor, series and folio, Fecha, certificate. It changes nothing stored.
func (s *Service) wouldBe(ctx context.Context, v *store.View, d Draft) (*issuing, error) {
	w := &issuing{c: &d.Comprobante}
	w.found = append(w.found, s.Compute(&d)...)
	for _, path := range slices.Sorted(maps.Keys(d.Raw)) {
		w.wrong(path, fmt.Sprintf("No pudimos leer «%s».", d.Raw[path]), "Escribe solo números, con punto para los decimales.")
	}
	for _, step := range []func(context.Context, *store.View, Draft) error{w.addCompany, w.addSerie, w.addBranch, w.addCorreos, w.addAddenda} {
		if err := step(ctx, v, d); err != nil {
			return nil, err
		}
	}
	if w.c.Fecha == "" {
		w.c.Fecha = s.Now().Add(-skew).In(s.Catalog.Location(w.c.LugarExpedicion)).Format(fechaLayout)
	}
	if err := s.addCertificate(ctx, v, w); err != nil {
		return nil, err
	}
	if len([]rune(d.Notas)) > maxNotas {
		w.wrong("Notas", fmt.Sprintf("Las notas pasan de %d caracteres.", maxNotas), "Acórtalas: sólo van en el PDF.")
	}
	w.checkReceptor(d)
	w.checkRelations()
	w.checkBorder()
	w.checkPago()
	w.checkAmounts()
	return w, nil
}

func (w *issuing) addCompany(ctx context.Context, v *store.View, _ Draft) error {
	company, err := v.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	w.frontera = company.Frontera
	w.c.Emisor = emisor(company, w.c.Emisor.RegimenFiscal)
	w.c.LugarExpedicion = orElse(w.c.LugarExpedicion, lugar(company))
	if w.c.LugarExpedicion == "" || w.c.Emisor.Nombre == "" || w.c.Emisor.RegimenFiscal == "" {
		w.wrong("Emisor", "Faltan datos fiscales de tu empresa.", "Completa nombre, régimen y código postal en Empresa.")
	}
	return nil
}

// addSerie finds the series and the folio it would give.
func (w *issuing) addSerie(ctx context.Context, v *store.View, d Draft) error {
	if d.Folio != 0 {
		row, err := v.Serie(ctx, d.SerieID) // whose branch it is says which certificate seals
		if err != nil && fail.KindOf(err) != fail.NotFound {
			return err
		}
		w.serie = store.SerieRow{ID: d.SerieID, Serie: d.Serie, BranchID: row.BranchID}
		w.c.Serie, w.c.Folio = d.Serie, strconv.FormatInt(d.Folio, 10)
		return nil
	}
	row, err := v.Serie(ctx, d.SerieID)
	if d.SerieID == "" {
		row, err = v.DefaultSerie(ctx, w.c.TipoDeComprobante)
	}
	switch {
	case fail.KindOf(err) == fail.NotFound && d.SerieID == "":
		w.wrong("Serie", "No hay una serie para este tipo de comprobante.", "Crea una en Series y folios, o elige una aquí.")
		return nil
	case fail.KindOf(err) == fail.NotFound:
		w.wrong("Serie", "La serie elegida ya no existe.", "Elige otra serie.")
		return nil
	case err != nil:
		return err
	case row.TipoDeComprobante != w.c.TipoDeComprobante:
		w.wrong("Serie", "La serie "+row.Serie+" es de otro tipo de comprobante.", "Elige una serie de este tipo.")
	case !row.Activa:
		w.wrong("Serie", "La serie "+row.Serie+" está desactivada.", "Actívala en Series y folios o elige otra.")
	case row.FolioFinal != 0 && row.FolioSiguiente > row.FolioFinal:
		w.wrong("Serie", "La serie "+row.Serie+" ya usó todos sus folios.", "Amplía su rango en Series y folios o elige otra.")
	}
	if left := row.Left(); left > 0 && (row.Low() || left == 1) {
		w.found = append(w.found, cfdi.Finding{Path: "Serie", Severity: cfdi.SeverityWarning, Message: leftText(row.Serie, left), Fix: "Amplía su rango en Series y folios."})
	}
	w.serie = row
	w.c.Serie, w.c.Folio = row.Serie, strconv.FormatInt(row.FolioSiguiente, 10)
	return nil
}

// addBranch finds the branch whose series it is. One that is off numbers nothing new.
func (w *issuing) addBranch(ctx context.Context, v *store.View, d Draft) error {
	if w.serie.BranchID == "" {
		return nil
	}
	branch, err := v.Branch(ctx, w.serie.BranchID)
	if err != nil {
		return ignoreAbsent(err)
	}
	w.branch, w.frontera = branch, branch.Frontera
	if d.Folio != 0 {
		return nil
	}
	if !branch.Activa {
		w.wrong("Serie", "La sucursal "+branch.Nombre+" está desactivada.", "Actívala en Sucursales o elige una serie de otra.")
	}
	return w.addPlace(ctx, v)
}

func ignoreAbsent(err error) error {
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	return err
}

// leftText says how many folios a series has left.
func leftText(serie string, left int64) string {
	if left == 1 {
		return "A la serie " + serie + " sólo le queda este folio."
	}
	return fmt.Sprintf("A la serie %s le quedan %d folios.", serie, left)
}

// addPlace lets a document of a branch's series be issued from the branch, unless
// another place was written than that of the company.
func (w *issuing) addPlace(ctx context.Context, v *store.View) error {
	place := w.branch.CodigoPostal
	if w.c.LugarExpedicion == place {
		return nil
	}
	company, err := v.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	if w.c.LugarExpedicion == lugar(company) {
		w.c.LugarExpedicion = place
		return nil
	}
	w.found = append(w.found, cfdi.Finding{
		Path: "LugarExpedicion", Severity: cfdi.SeverityWarning, Message: "El lugar de expedición no es el de la sucursal de la serie, " + place + ".",
		Fix: "Si esta factura es de esa sucursal, escribe " + place + "; si no, elige otra serie.",
	})
	return nil
}

// addCorreos fixes who gets the receipt: the addresses of the draft, which the
// form takes from the customer and a person may clear to send nothing.
func (w *issuing) addCorreos(_ context.Context, _ *store.View, d Draft) error {
	list := []correo{}
	for i, given := range d.Correos {
		if strings.TrimSpace(given) == "" {
			continue
		}
		address, err := send.ParseAddress(given)
		if err != nil {
			w.wrong(fmt.Sprintf("Correos[%d]", i), fail.MessageOf(err), "Corrígelo o bórralo.")
			continue
		}
		list = append(list, correo{Direccion: address})
	}
	if len(list) > maxAddresses {
		w.wrong("Correos", fmt.Sprintf("Son demasiados correos: caben %d.", maxAddresses), "Quita algunos; puedes enviarla otra vez desde el comprobante.")
	}
	b, err := json.Marshal(list)
	w.correos = string(b)
	return err
}

// addCertificate chooses the newest certificate in force at Fecha: of the branch
// whose series it is when that has one of its own, else of the company.
func (s *Service) addCertificate(ctx context.Context, v *store.View, w *issuing) error {
	at, err := s.instant(w.c.Fecha, w.c.LugarExpedicion)
	if err != nil {
		at = s.Now() // the rules name the bad Fecha
	}
	row, err := v.CertificateInForce(ctx, store.Micros(at), w.serie.Branch())
	if fail.KindOf(err) == fail.NotFound {
		w.wrong("NoCertificado", "No tienes un certificado de sello digital (CSD) activo y vigente.", "Cárgalo o actívalo en Certificados.")
		return nil
	}
	if err != nil {
		return err
	}
	if w.cert, err = csd.ParseCertificate(row.Cer); err != nil {
		return fmt.Errorf("certificate %s: %w", row.ID, err)
	}
	w.certificate = row
	w.c.NoCertificado = row.NoCertificado
	return nil
}

func (w *issuing) checkReceptor(d Draft) {
	if w.c.Receptor.Rfc == "" && w.c.Receptor.Nombre == "" {
		w.wrong("Receptor.Rfc", "Falta el cliente.", "Elige un cliente o captura sus datos.")
	}
	global := w.c.Receptor.Rfc == rfcPublico && w.c.Receptor.Nombre == nombrePublico && w.c.TipoDeComprobante == "I"
	if global && w.c.MetodoPago == "PPD" {
		w.wrong("MetodoPago", "La factura a público en general se paga en una sola exhibición.", "Usa PUE y la forma de pago con la que te pagaron.")
	}
	if global && w.c.InformacionGlobal == nil {
		w.wrong("InformacionGlobal", "A PUBLICO EN GENERAL le faltan periodicidad, meses y año.", "Captúralos en la sección de factura global, o escribe otro nombre si es una sola venta.")
	}
	if len(w.c.Conceptos) == 0 {
		w.wrong("Conceptos", "El comprobante no tiene conceptos.", "Agrega al menos uno.")
	}
}

// checkRelations warns of a credit note that credits nothing (cfdi-rules §5.6: usual, no code of the SAT demands it).
func (w *issuing) checkRelations() {
	if w.c.TipoDeComprobante == "E" && len(w.c.CfdiRelacionados) == 0 {
		w.found = append(w.found, cfdi.Finding{
			Path: "CfdiRelacionados", Severity: cfdi.SeverityWarning, Message: "La nota de crédito no dice a qué factura corresponde.",
			Fix: "Agrega el folio fiscal de la factura en Relacionados.",
		})
	}
}

// checkBorder warns of the rate of the border region where the branch is not marked
// for it; whether the place and the product have it are rules of the SAT.
func (w *issuing) checkBorder() {
	if w.frontera {
		return
	}
	eight := decimal.New(8, 2)
	for i, c := range w.c.Conceptos {
		if c.Impuestos == nil {
			continue
		}
		for j, t := range c.Impuestos.Traslados {
			if t.Impuesto == "002" && t.TasaOCuota.Cmp(eight) == 0 {
				w.found = append(w.found, cfdi.Finding{
					Path: fmt.Sprintf("Conceptos[%d].Impuestos.Traslados[%d].TasaOCuota", i, j), Severity: cfdi.SeverityWarning,
					Message: "El IVA de 8 % es del estímulo fronterizo y esta sucursal no lo tiene marcado.",
					Fix:     "Usa 16 %, o marca el estímulo en la sucursal si estás en su padrón.",
				})
			}
		}
	}
}

// checkPago demands what the form demands of I and E, though no code of the SAT
// does (cfdi-rules §1.2, 5 and 15), and that PPD goes with 99.
func (w *issuing) checkPago() {
	switch {
	case w.c.FormaPago == "":
		w.wrong("FormaPago", "Falta la forma de pago.", "Elige cómo te pagaron, o 99 por definir si es a crédito.")
	case w.c.MetodoPago == "PPD" && w.c.FormaPago != "99":
		w.wrong("FormaPago", "Con pago en parcialidades o diferido (PPD) la forma de pago es 99.", "Cambia la forma a 99 por definir, o el método a PUE.")
	case w.c.MetodoPago == "PUE" && w.c.FormaPago == "99":
		w.wrong("FormaPago", "Con pago en una sola exhibición (PUE) la forma no puede quedar por definir.", "Elige cómo te pagaron, o el método PPD.")
	}
	if w.c.MetodoPago == "" {
		w.wrong("MetodoPago", "Falta el método de pago.", "Elige PUE si ya te pagaron o PPD si es a crédito.")
	}
}

// checkAmounts refuses what the columns of the portal cannot hold (decision 24).
func (w *issuing) checkAmounts() {
	limit := decimal.FromInt(maxAmount)
	for _, amount := range []struct {
		path string
		d    decimal.Decimal
	}{{"SubTotal", w.c.SubTotal}, {"Total", w.c.Total}, {"TipoCambio", inMXN(w.c)}} {
		if amount.d.Abs().Cmp(limit) >= 0 {
			w.wrong(amount.path, "El importe pasa de 999,999,999,999.99.", "Revisa cantidades y precios, o divide la operación en varios comprobantes.")
			return
		}
	}
}

// merge puts ours before the SAT's and lets the first error on a path speak
// alone: one field, one thing to mend at a time.
func merge(ours, rules cfdi.Findings) cfdi.Findings {
	said := map[string]bool{}
	for _, f := range ours {
		said[f.Path] = said[f.Path] || f.IsError()
	}
	all := slices.Clone(ours)
	for _, f := range rules {
		if f.More > 0 || !said[f.Path] && !(said["Receptor.Rfc"] && strings.HasPrefix(f.Path, "Receptor.")) {
			all = append(all, f)
			continue
		}
		if i := slices.IndexFunc(ours, func(o cfdi.Finding) bool { return o.Path == f.Path }); i >= 0 && all[i].Mend == nil {
			all[i].Mend = f.Mend // ours says it, the rule knows the way out
		}
	}
	return all
}
