// Package cfdi holds the Comprobante of the SAT, CFDI 4.0 (Anexo 20): read it,
// total it, judge it, seal it, take its stamp in, verify it. It needs neither
// XSLT nor XSD when it runs; the SAT's own serve as oracles in its tests.
//
// # An invoice, start to end
//
//	c := &cfdi.Comprobante{TipoDeComprobante: "I", Moneda: "MXN", …}
//	c.Totalize(cat)                                   // every amount, from lines upward
//	p, err := cfdi.Prepare(c, cat, certificate, now)  // every rule; err is Findings
//	sealed, err := p.SealWith(key)                    // or Seal, with what another signed
//	stamped, err := sealed.Accept(fromPAC, trust)     // nothing but the stamp may be new
//
// Each step gives a type of its own, and what is of that type has passed the
// step: a [Prepared] obeys every rule that can be judged here, a [Sealed]
// bears a seal that its certificate confirms, a [Stamped] a stamp that belongs
// to it. None of them changes any more. The bytes are the truth: store
// [Prepared.XML], [Sealed.XML] and [Stamped.XML] as they are and come back with
// [ReadPrepared], [ReadSealed] and [ReadStamped], never by writing anew.
//
// A document of somebody else comes in through [Read] and is judged by
// [Verify] (seal, certificate, stamp) and [Validate] (rules of the SAT).
//
// # Amounts
//
// Text is text and numbers are exact decimals that keep their digits, for the
// cadena signs digits: 100.00 is not 100. The absent [decimal.Decimal] writes
// no attribute; 0.00 does. [Comprobante.Totalize] rounds lines, half away from
// zero, and only adds them up above; [Comprobante.SolveGross] finds net prices
// for those that include their taxes, [Comprobante.SolveTotal] those that give a total
// somebody agreed to; [Concepto.DiscountPercent] and [Comprobante.Discount] take a part
// off a line or off all, [Prorate] splits one. [Comprobante.SetMoneda] and
// [Comprobante.Convert] are for other currencies. [Comprobante.Explain] tells in Spanish
// how each figure came about.
//
// # Documents for a purpose
//
// What stands in many documents alike is built here, and the rules find nothing in it:
//
//	an invoice paid at once          Totalize
//	paid later, and its payments     MetodoPago PPD, FormaPago 99; pago20.New
//	fees, rent, freight, RESICO      FindWithholding, then Apply on each line
//	an advance                       NewAnticipo, Relate("07", …), NewEgresoAnticipo
//	the same in two documents        NewAnticipo, NewRemanente
//	sales nobody asked a receipt for NewGlobal
//	a discount given afterwards      NewNotaDeCredito
//	goods that came back             NewDevolucion
//	a payroll                        nomina12.Nomina.Comprobante
//
// Rates, keys and limits that change with time are data with dates (catalogo,
// [Withholdings]); what is usual and not a rule can be changed by hand afterwards.
//
// # Complements
//
// A [Complemento] hangs from a Comprobante or a Concepto and lives in a package
// of its own (cfdi/implocal, …). This package knows none by name: readers take
// the list of those that are known, which is complementos.All. What is not in
// it is an [Unknown]: carried byte for byte and written back, but without a
// cadena, so that nobody seals what nobody understands. The long tail, cfdi/otros,
// is [Carried]: untouched as well, with its part of the cadena by a table, so that
// whatever arrives can be verified. A new complement lists its attributes as
// [Field] and gets reading, writing and cadena from it; one of many nodes walks them
// once, through a [Tree], and its findings can then be mended as those outside are.
// Short catalogues of complements are each a [catalogo.Short].
//
// # Findings
//
// A [Finding] is a fact about a document, under the code of the SAT or the PACs
// where one exists, in Spanish, with what to do now. All are returned, not the
// first. Where one thing alone puts it right, the finding carries that as Mend, changes
// of attributes that [Apply] writes, in the CFDI or inside a complement that is a
// [Walker]; where the user must decide there is none.
//
// Codes of [Verify]: 301 unreadable or incomplete, 302 seal, 303 another RFC's certificate, 305 not in force at Fecha, 306 not a CSD, 308 unknown
// authority, 401 stamped after 72 hours; and ours, VERIFY01 unknown complement,
// VERIFY02 NoCertificado, VERIFY03 stamp, VERIFY04 SelloSAT, VERIFY05 unknown
// PAC, VERIFY06 complement carried without judging it, VERIFY07 taxes of lines that
// are not those of the summary.
//
// # Words
//
// Concepts of the SAT keep their Spanish names, letter by letter. Ours:
//
//	seal      sellar: sign the cadena original with a CSD
//	stamp     timbrar: what the PAC does; the Timbre is its result
//	prepare   make a document final but for its Sello
//	total     totalizar: recompute amounts
//	gross     a price that includes the taxes transferred
//	line      a Concepto
//	finding   a fact about a document, error or warning
//	mend      what puts a finding right, where one thing alone does
//	known     a complement that has a package here
//
// # What it never does
//
// It opens no file and no connection, reads no clock and keeps no state; it
// never repairs a document in silence, never rounds what it reads, and never
// returns a seal or a stamp it has not checked.
package cfdi
