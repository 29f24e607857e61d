package catalogo

import (
	"strings"

	"iofacturo.mx/decimal"
)

// FormaPago is a row of c_FormaPago, with what a REP may say of the accounts.
type FormaPago struct {
	Entry
	Bancarizado        bool
	BancoOrdenante     bool   // RfcEmisorCtaOrd may be given
	CuentaOrdenante    string // pattern of CtaOrdenante, "" when it may not be given
	BancoBeneficiario  bool   // RfcEmisorCtaBen may be given
	CuentaBeneficiario string // pattern of CtaBeneficiario, "" when it may not be given
	CadenaPago         bool   // TipoCadPago may be given
	BancoExtranjero    bool   // NomBancoOrdExt is required with a foreign bank
}

// MetodoPago is a row of c_MetodoPago.
type MetodoPago struct{ Entry }

// Moneda is a row of c_Moneda.
type Moneda struct {
	Entry
	Decimales int // most decimals an amount of the document may have
	Variacion int // the column "porcentaje variación", as published
}

// TipoDeComprobante is a row of c_TipoDeComprobante; ValorMaximo limits the Total.
type TipoDeComprobante struct {
	Entry
	ValorMaximo string
}

// Exportacion is a row of c_Exportacion.
type Exportacion struct{ Entry }

// RegimenFiscal is a row of c_RegimenFiscal and who may be in it.
type RegimenFiscal struct {
	Entry
	Fisica, Moral bool
}

// UsoCFDI is a row of c_UsoCFDI and who may use it. Regimenes holds the keys of
// the receptor's regimes, in order, with a space between.
type UsoCFDI struct {
	Entry
	Fisica, Moral bool
	Regimenes     string
}

// Admits reports whether a receptor of this regime may use it (CFDI40161).
func (u UsoCFDI) Admits(regimen string) bool {
	for allowed := range strings.SplitSeq(u.Regimenes, " ") {
		if allowed == regimen {
			return true
		}
	}
	return false
}

// ObjetoImp is a row of c_ObjetoImp.
type ObjetoImp struct{ Entry }

// TipoRelacion is a row of c_TipoRelacion.
type TipoRelacion struct{ Entry }

// Periodicidad is a row of c_Periodicidad.
type Periodicidad struct{ Entry }

// Meses is a row of c_Meses.
type Meses struct{ Entry }

// Impuesto is a row of c_Impuesto and the sides it may stand on.
type Impuesto struct {
	Entry
	Retencion, Traslado bool
}

// TipoFactor is a row of c_TipoFactor.
type TipoFactor struct{ Entry }

// Pais is a row of c_Pais with the patterns of postal code and tax number, ""
// where the SAT gives none.
type Pais struct {
	Entry
	CodigoPostal, IdentidadTributaria string
	Agrupacion                        string
}

// Estado is a row of c_Estado.
type Estado struct{ Entry }

// Aduana is a row of c_Aduana.
type Aduana struct{ Entry }

// TasaOCuota is a row of c_TasaOCuota. A fixed rate has Minimo = Maximo. Frontera
// marks the IVA of the border regions (credit of 50 %).
type TasaOCuota struct {
	Rango                bool
	Minimo, Maximo       decimal.Decimal
	Impuesto, TipoFactor string
	Traslado, Retencion  bool
	Frontera             bool
	Desde, Hasta         string
}

func (t TasaOCuota) side(traslado bool) bool {
	if traslado {
		return t.Traslado
	}
	return t.Retencion
}

func (t TasaOCuota) entry() Entry { return Entry{Desde: t.Desde, Hasta: t.Hasta} }

// ClaveProdServ is a row of c_ClaveProdServ. IVA and IEPS are true when the SAT
// requires that transfer (CFDI40164), Complemento names a required complement,
// Frontera says the border rate may be used with it.
type ClaveProdServ struct {
	Entry
	IVA, IEPS   bool
	Complemento string
	Frontera    bool
}

// ClaveUnidad is a row of c_ClaveUnidad.
type ClaveUnidad struct {
	Entry
	Simbolo string
}

// CodigoPostal is a row of c_CodigoPostal. Municipio is "" where only the state is
// known, Localidad where there is none or it is not known. Frontera is 0 outside the border stimulus, 1 in the north, 2 in the
// south, -1 when it cannot be told here.
type CodigoPostal struct {
	Clave             string
	Estado, Municipio string
	Frontera          int
	Localidad         string
}
